import { Zip, ZipDeflate } from 'fflate'
import { type Day, daysBetween, isDay } from '../day.ts'
import { Refused } from '../errors.ts'

export interface OutColumn {
  title: string
  /** In characters. */
  width?: number
  type?: 'text' | 'number' | 'date'
}
export interface OutCell {
  value: string | number | boolean | null
  fill?: string
}

/** 1 → A, 27 → AA. */
const letters = (n: number): string =>
  (n > 26 ? letters(Math.floor((n - 1) / 26)) : '') + String.fromCharCode(65 + ((n - 1) % 26))

const cut = '…（余下从略）'
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot carry these
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const xmlText = (raw: string): string => {
  let s = raw
  if (s.length > 32_767) s = s.slice(0, 32_767 - cut.length).replace(/[\ud800-\udbff]$/, '') + cut
  s = s.toWellFormed().replace(unwritable, '').replace(/\r\n?/g, '\n')
  if (s.includes('_x')) s = s.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
  return s.replace(/[&<>"]/g, (c) => escapes[c]!)
}

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/**
 * An .xlsx of one sheet, written as the rows come (`mark` is printed at the foot of every page and kept in the file's properties, with `by` as its author): frozen bold header, filter, widths, real dates ('YYYY-MM-DD' in a
 * column of type date), numbers as numbers, all else as text and never a formula.
 */
export const writeRows = async (
  columns: OutColumn[],
  rows: Iterable<OutCell[]> | AsyncIterable<OutCell[]>,
  options: { sheet: string; title?: string; mark?: string; by?: string },
): Promise<Uint8Array> => {
  const out: Uint8Array[] = []
  let failure: Error | null = null
  const zip = new Zip((error, chunk) => {
    if (error) failure = error
    else out.push(chunk)
  })
  const encoder = new TextEncoder()
  const file = (name: string, text: string) => {
    const f = new ZipDeflate(name, { level: 6 })
    zip.add(f)
    f.push(encoder.encode(text), true)
  }
  const sheetName =
    options.sheet
      .replace(/[[\]:*?/\\]/g, ' ')
      .slice(0, 31)
      .trim() || '表格'
  const headerRow = options.title ? 2 : 1
  const last = letters(Math.max(1, columns.length))

  // Style 0 plain, 1 title, 2 header; further ones by fill and kind as they are met.
  const fills: string[] = ['F2F2F2']
  const xfs: string[] = []
  const styleIds = new Map<string, number>()
  const styleOf = (fill: string | undefined, kind: 'text' | 'number' | 'date'): number => {
    const key = `${fill ?? ''}/${kind}`
    const known = styleIds.get(key)
    if (known !== undefined) return known
    const hex = fill?.replace(/^#/, '').toUpperCase()
    let fillId = 0
    if (hex && /^[0-9A-F]{6}$/.test(hex)) {
      if (!fills.includes(hex)) fills.push(hex)
      fillId = fills.indexOf(hex) + 2
    }
    xfs.push(
      `<xf numFmtId="${kind === 'date' ? 164 : kind === 'text' ? 49 : 0}" fontId="0" fillId="${fillId}" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1" applyAlignment="1"><alignment vertical="top"${kind === 'text' ? ' wrapText="1"' : ''}/></xf>`,
    )
    const id = xfs.length + 2
    styleIds.set(key, id)
    return id
  }

  const sheet = new ZipDeflate('xl/worksheets/sheet1.xml', { level: 3 })
  zip.add(sheet)
  let buffer =
    `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="${headerRow}" topLeftCell="A${headerRow + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>` +
    (columns.length
      ? `<cols>${columns.map((c, i) => `<col min="${i + 1}" max="${i + 1}" width="${Math.min(255, Math.max(4, c.width ?? 12))}" customWidth="1"/>`).join('')}</cols>`
      : '') +
    '<sheetData>'
  const flush = () => {
    sheet.push(encoder.encode(buffer))
    buffer = ''
  }
  const text = (ref: string, style: number, value: string) =>
    `<c r="${ref}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${xmlText(value)}</t></is></c>`
  const names = columns.map((_, i) => letters(i + 1))
  if (options.title) buffer += `<row r="1" ht="28" customHeight="1">${text('A1', 1, options.title)}</row>`
  buffer += `<row r="${headerRow}">${columns.map((c, i) => text(`${names[i]}${headerRow}`, 2, c.title)).join('')}</row>`
  let n = headerRow
  for await (const row of rows) {
    n += 1
    if (n > 1_048_576) throw new Refused('导出超过 Excel 的行数上限（1,048,576 行），请缩小范围')
    buffer += `<row r="${n}">`
    for (let i = 0; i < row.length; i += 1) {
      const { value, fill } = row[i]!
      const ref = `${names[i] ?? letters(i + 1)}${n}`
      const type = columns[i]?.type
      if (value === null || value === '') {
        if (fill) buffer += `<c r="${ref}" s="${styleOf(fill, 'text')}"/>`
      } else if (typeof value === 'number' && Number.isFinite(value))
        buffer += `<c r="${ref}" s="${styleOf(fill, 'number')}"><v>${value}</v></c>`
      else if (type === 'date' && isDay(value) && value >= '1900-03-01')
        buffer += `<c r="${ref}" s="${styleOf(fill, 'date')}"><v>${daysBetween('1899-12-30' as Day, value)}</v></c>`
      else if (typeof value === 'boolean') buffer += text(ref, styleOf(fill, 'text'), value ? '是' : '否')
      else buffer += text(ref, styleOf(fill, 'text'), String(value))
    }
    buffer += '</row>'
    if (buffer.length > 128 * 1024) flush()
  }
  const filter = `A${headerRow}:${last}${n}`
  buffer += `</sheetData>${columns.length ? `<autoFilter ref="${filter}"/>` : ''}${options.title && columns.length > 1 ? `<mergeCells count="1"><mergeCell ref="A1:${last}1"/></mergeCells>` : ''}<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>${options.mark ? `<headerFooter><oddFooter>&amp;L${xmlText(options.mark.replaceAll('&', '&&').slice(0, 200))}&amp;R&amp;P / &amp;N</oddFooter></headerFooter>` : ''}</worksheet>`
  sheet.push(encoder.encode(buffer), true)

  const font = (size: number, bold: boolean) =>
    `<font>${bold ? '<b/>' : ''}<sz val="${size}"/><name val="宋体"/><charset val="134"/></font>`
  file(
    'xl/styles.xml',
    `${head}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="3">${font(11, false)}${font(16, true)}${font(11, true)}</fonts><fills count="${fills.length + 2}"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${fills.map((f) => `<fill><patternFill patternType="solid"><fgColor rgb="FF${f}"/><bgColor indexed="64"/></patternFill></fill>`).join('')}</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${xfs.length + 3}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1"><alignment horizontal="center" vertical="center"/></xf><xf numFmtId="0" fontId="2" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>${xfs.join('')}</cellXfs><cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
  )
  const quoted = `'${sheetName.replaceAll("'", "''")}'`
  file(
    'xl/workbook.xml',
    `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="${xmlText(sheetName)}" sheetId="1" r:id="rId1"/></sheets><definedNames>${columns.length ? `<definedName name="_xlnm._FilterDatabase" localSheetId="0" hidden="1">${xmlText(quoted)}!$A$${headerRow}:$${last}$${n}</definedName>` : ''}<definedName name="_xlnm.Print_Titles" localSheetId="0">${xmlText(quoted)}!$${headerRow}:$${headerRow}</definedName></definedNames></workbook>`,
  )
  file(
    'xl/_rels/workbook.xml.rels',
    `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
  )
  if (options.mark)
    file(
      'docProps/core.xml',
      `${head}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${xmlText(options.title ?? '')}</dc:title><dc:creator>${xmlText(options.by ?? '')}</dc:creator><dc:description>${xmlText(options.mark)}</dc:description></cp:coreProperties>`,
    )
  file(
    '_rels/.rels',
    `${head}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/>${options.mark ? '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>' : ''}</Relationships>`,
  )
  file(
    '[Content_Types].xml',
    `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>${options.mark ? '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>' : ''}</Types>`,
  )
  zip.end()
  if (failure) throw failure
  const whole = new Uint8Array(out.reduce((sum, c) => sum + c.length, 0))
  let at = 0
  for (const c of out) {
    whole.set(c, at)
    at += c.length
  }
  return whole
}
