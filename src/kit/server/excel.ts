import { Inflate } from 'fflate'
import { addDays, type Day } from '../day.ts'
import { Invalid, Refused } from '../errors.ts'
import { storable } from '../text.ts'
import { painter, type Rule, rangesOf, testOf } from './conditional.ts'
import { type Styles, stylesOf } from './excel.styles.ts'
import { attribute, attributeText, decode, scanner, textOf, unprefixed } from './excel.xml.ts'
import { readHtml, readXmlWorkbook } from './markup.ts'
import { PackedRows } from './packed.ts'
import type { Cell, Merge, Row, Sheet, Workbook } from './workbook.ts'
import { readXls } from './xls.ts'

export type { Cell, Merge, Row, Rows, Sheet, Workbook } from './workbook.ts'

const mb = 1024 * 1024
const limits = { file: 50 * mb, inflated: 300 * mb, entries: 2000, ratio: 200, cells: 3_000_000, merges: 100_000 }
const broken = () => new Invalid('文件已损坏，无法读取，请用 Excel 或 WPS 重新另存为 .xlsx 后再试')
const bomb = () => new Refused('压缩包异常：解开后的内容过大或过多，不予读取，请核对文件来源')

// ---- zip ----

interface Entry {
  name: string
  method: number
  packed: number
  size: number
  at: number
}

/** The central directory, checked before anything is inflated. */
const directory = (data: Uint8Array): Map<string, Entry> => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let end = data.length - 22
  const lowest = Math.max(0, data.length - 22 - 65_535)
  while (end >= lowest && view.getUint32(end, true) !== 0x06054b50) end -= 1
  if (end < lowest) throw broken()
  const count = view.getUint16(end + 10, true)
  let p = view.getUint32(end + 16, true)
  if (count > limits.entries) throw bomb()
  const out = new Map<string, Entry>()
  let total = 0
  const text = new TextDecoder()
  for (let i = 0; i < count; i += 1) {
    if (p + 46 > data.length || view.getUint32(p, true) !== 0x02014b50) throw broken()
    const flags = view.getUint16(p + 8, true)
    const nameLength = view.getUint16(p + 28, true)
    const name = text.decode(data.subarray(p + 46, p + 46 + nameLength)).replaceAll('\\', '/')
    const e: Entry = {
      name,
      method: view.getUint16(p + 10, true),
      packed: view.getUint32(p + 20, true),
      size: view.getUint32(p + 24, true),
      at: view.getUint32(p + 42, true),
    }
    if (flags & 1) throw new Invalid('文件设有密码，请取消密码后再导入')
    total += e.size
    if (total > limits.inflated || (e.size > mb && e.size > e.packed * limits.ratio)) throw bomb()
    out.set(name.replace(/^\//, '').toLowerCase(), e)
    p += 46 + nameLength + view.getUint16(p + 30, true) + view.getUint16(p + 32, true)
  }
  return out
}

/** The text of one entry, piece by piece, so that a large sheet is never held whole. */
const inflateText = (data: Uint8Array, e: Entry, piece: (text: string) => void): void => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  if (e.at + 30 > data.length || view.getUint32(e.at, true) !== 0x04034b50) throw broken()
  const from = e.at + 30 + view.getUint16(e.at + 26, true) + view.getUint16(e.at + 28, true)
  if (from + e.packed > data.length) throw broken()
  const packed = data.subarray(from, from + e.packed)
  const head = e.method === 0 ? packed.subarray(0, 2) : null
  let decoder = new TextDecoder(head && head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : 'utf-8')
  let got = 0
  let first = true
  const take = (chunk: Uint8Array, last: boolean) => {
    got += chunk.length
    // The directory may lie about the size.
    if (got > e.size) throw bomb()
    if (first && chunk.length > 1) {
      first = false
      if (chunk[0] === 0xff && chunk[1] === 0xfe) decoder = new TextDecoder('utf-16le')
    }
    piece(decoder.decode(chunk, { stream: !last }))
  }
  if (e.method === 0) {
    take(packed, true)
    return
  }
  if (e.method !== 8) throw broken()
  const inflate = new Inflate((chunk, last) => take(chunk, last))
  const step = 16 * 1024
  try {
    for (let i = 0; i < packed.length; i += step)
      inflate.push(packed.subarray(i, Math.min(i + step, packed.length)), i + step >= packed.length)
  } catch (error) {
    throw error instanceof Refused ? error : broken()
  }
}

const wholeText = (data: Uint8Array, e: Entry): string => {
  const parts: string[] = []
  inflateText(data, e, (t) => parts.push(t))
  return unprefixed(parts.join(''))
}

// ---- XML ----

const columnOf = (ref: string): number => {
  let n = 0
  for (let i = 0; i < ref.length; i += 1) {
    const k = ref.charCodeAt(i)
    if (k < 65 || k > 90) break
    n = n * 26 + (k - 64)
  }
  return n
}

const cellValue = (type: string | null, body: string, shared: string[]): Cell['v'] => {
  if (type === 'inlineStr') return textOf(body)
  const open = body.indexOf('<v')
  if (open < 0) return body.includes('<is') ? textOf(body) : null
  const from = body.indexOf('>', open) + 1
  const end = body.indexOf('</v>', from)
  if (end < 0) return null
  const raw = body.slice(from, end)
  if (type === 's') return shared[Number(raw)] ?? null
  if (type === 'str' || type === 'e' || type === 'd') return decode(raw)
  if (type === 'b') return raw.trim() === '1'
  if (raw.trim() === '') return null
  const n = Number(raw)
  return Number.isNaN(n) ? decode(raw) : n
}

const readSheet = (
  data: Uint8Array,
  entry: Entry,
  shared: string[],
  { cells: styles, conditional }: Styles,
  epoch1904: boolean,
  budget: { cells: number },
): Omit<Sheet, 'name' | 'hidden'> => {
  const rows = new PackedRows()
  const hiddenRows: number[] = []
  const hiddenColumns: number[] = []
  let n = 0
  const scan = scanner('row', (tag, body) => {
    n = Number(attribute(tag, 'r') ?? n + 1)
    if (!body.includes('<v') && !body.includes('<is') && !body.includes('<f')) return
    if (tag.includes('hidden="1"') || tag.includes('hidden="true"')) hiddenRows.push(n)
    const cells: Cell[] = []
    let any = false
    let c = 0
    let p = 0
    for (;;) {
      p = body.indexOf('<c', p)
      if (p < 0) break
      const close = body.indexOf('>', p)
      if (close < 0) break
      const next = body[p + 2]
      if (next !== ' ' && next !== '>' && next !== '/') {
        p = close
        continue
      }
      const head = body.slice(p, close)
      const ref = attribute(head, 'r')
      c = ref ? columnOf(ref) : c + 1
      const style = styles[Number(attribute(head, 's') ?? 0)]
      let v: Cell['v'] = null
      let inner = ''
      if (body[close - 1] === '/') p = close + 1
      else {
        const end = body.indexOf('</c>', close)
        inner = body.slice(close + 1, end < 0 ? undefined : end)
        p = end < 0 ? body.length : end + 4
        v = cellValue(attribute(head, 't'), inner, shared)
        if (v === '') v = null
      }
      const formula = inner !== '' && inner.includes('<f')
      if (v === null && !style?.fill && !formula) continue
      const cell: Cell = { c, v }
      if (style?.fill) cell.fill = style.fill
      if (formula) {
        any = true
        cell.formula = true
      }
      if (v !== null) {
        any = true
        if (style?.date && typeof v === 'number') {
          cell.date = true
          if (epoch1904) cell.v = v + 1462
        }
        if (style?.ink) cell.ink = style.ink
      }
      cells.push(cell)
    }
    if (!any) return
    budget.cells -= cells.length
    if (budget.cells < 0) throw new Refused('表格内容超过三百万格，请拆成几个文件再导入')
    rows.add({ n, cells })
  })
  // The widths of the columns stand before the rows.
  let opening = ''
  inflateText(data, entry, (piece) => {
    if (opening.length < 65_536 && !opening.includes('sheetData')) opening += piece
    scan.take(piece)
  })
  for (const m of opening.matchAll(/<(?:\w+:)?col\s[^>]*>/g)) {
    if (!/hidden="(1|true)"/.test(m[0])) continue
    const first = Number(attribute(m[0], 'min'))
    for (let c = first; c <= Math.min(Number(attribute(m[0], 'max')), first + 300); c += 1) hiddenColumns.push(c)
  }
  const tail = scan.end()
  rows.full()
  const merges: Merge[] = []
  for (const m of tail.matchAll(/<mergeCell\s[^>]*ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"/g)) {
    merges.push({ c1: columnOf(m[1]!), r1: Number(m[2]), c2: columnOf(m[3]!), r2: Number(m[4]) })
    if (merges.length >= limits.merges) break
  }
  const rules: Rule[] = []
  for (const m of tail.matchAll(/<conditionalFormatting\s[^>]*>[\s\S]*?<\/conditionalFormatting>/g)) {
    const ranges = rangesOf(attribute(m[0], 'sqref') ?? '')
    if (ranges.length === 0 || rules.length > 200) continue
    for (const r of m[0].matchAll(/<cfRule\s([^>]*?)(?:\/>|>([\s\S]*?)<\/cfRule>)/g)) {
      const tag = ` ${r[1]}`
      const fill = conditional[Number(attribute(tag, 'dxfId') ?? -1)]
      const test = testOf(
        {
          type: attribute(tag, 'type') ?? '',
          operator: attribute(tag, 'operator'),
          text: attributeText(tag, 'text'),
          formulas: [...(r[2] ?? '').matchAll(/<formula>([\s\S]*?)<\/formula>/g)].map((f) => decode(f[1]!)),
        },
        ranges[0]!,
      )
      if (fill && test) rules.push({ ranges, priority: Number(attribute(tag, 'priority') ?? 0), fill, test })
    }
  }
  // A rule that looks at another row sees it unpainted.
  if (rules.length) {
    const plain = new Map<number, Row>()
    const others = rules.some((r) => r.test.row !== null || r.test.rowOffset !== 0)
    if (others && rows.length < 20_000) for (const r of rows) plain.set(r.n, r)
    rows.onRow(painter(rules, (n) => plain.get(n)))
  }
  return {
    rows,
    merges,
    ...(hiddenRows.length ? { hiddenRows } : {}),
    ...(hiddenColumns.length ? { hiddenColumns } : {}),
  }
}

/** Where the parts of a package are, by relationship id. */
const relations = (xml: string, folder: string): Map<string, { type: string; target: string }> =>
  new Map(
    [...xml.matchAll(/<Relationship\s[^>]*>/g)].map((m) => {
      const target = attributeText(m[0], 'Target') ?? ''
      const parts: string[] = []
      for (const s of (target.startsWith('/') ? target : `${folder}/${target}`).split('/')) {
        if (s === '..') parts.pop()
        else if (s !== '' && s !== '.') parts.push(s)
      }
      return [
        attribute(m[0], 'Id') ?? '',
        { type: (attribute(m[0], 'Type') ?? '').split('/').pop() ?? '', target: parts.join('/').toLowerCase() },
      ]
    }),
  )

const csvRows = (text: string): PackedRows => {
  // The head may stand under a title line without any separator.
  const count = (s: string) =>
    Math.max(
      ...text
        .slice(0, 4000)
        .split(/\r?\n|\r/)
        .slice(0, 6)
        .map((l) => l.split(s).length),
    )
  const comma = count('\t') > count(',') ? '\t' : count(';') > count(',') ? ';' : ','
  const rows = new PackedRows()
  let n = 1
  let cells: Cell[] = []
  let c = 1
  let field = ''
  let quoted = false
  const put = () => {
    if (field !== '') cells.push({ c, v: field })
    field = ''
    c += 1
  }
  const line = () => {
    put()
    if (cells.length) rows.add({ n, cells })
    cells = []
    c = 1
    n += 1
  }
  for (let i = 0; i < text.length; i += 1) {
    const k = text[i]!
    if (quoted) {
      if (k !== '"') field += k
      else if (text[i + 1] === '"') {
        field += '"'
        i += 1
      } else quoted = false
    } else if (k === '"' && field === '') quoted = true
    else if (k === comma) put()
    else if (k === '\n') line()
    else if (k === '\r') {
      if (text[i + 1] !== '\n') line()
    } else field += k
  }
  if (field !== '' || cells.length) line()
  rows.full()
  return rows
}

const latin = new TextDecoder('latin1')
const startsWith = (data: Uint8Array, ...bytes: number[]) => bytes.every((b, i) => data[i] === b)

/** Text in whatever encoding offices use: by its mark, by its own declaration, by what decodes. */
const textIn = (data: Uint8Array): string => {
  const wide = (label: string) => new TextDecoder(label).decode(data).replace(/^\ufeff/, '')
  if (startsWith(data, 0xff, 0xfe)) return wide('utf-16le')
  if (startsWith(data, 0xfe, 0xff)) return wide('utf-16be')
  // Without a mark: in UTF-16, commas, line ends and digits leave zeros on one side only (and 一 now and then on the other).
  const sample = data.subarray(0, 4000)
  let even = 0
  let odd = 0
  for (const [i, b] of sample.entries())
    if (b === 0) {
      if (i % 2) odd += 1
      else even += 1
    }
  if (odd > 2 && odd > even * 5) return wide('utf-16le')
  if (even > 2 && even > odd * 5) return wide('utf-16be')
  if (even + odd > 0)
    throw new Invalid('文件不是有效的表格，可能已损坏或只是改了扩展名，请用 Excel 或 WPS 重新另存为 .xlsx')
  const declared = /(?:charset|encoding)\s*=\s*["']?([\w-]+)/i.exec(latin.decode(data.subarray(0, 2000)))?.[1]
  if (declared && /^(gb|big5)/i.test(declared))
    return new TextDecoder(/^big5/i.test(declared) ? 'big5' : 'gb18030').decode(data)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data)
  } catch {
    return new TextDecoder('gb18030').decode(data)
  }
}

const readText = (data: Uint8Array, fileName: string): Workbook => {
  const name = fileName.replace(/\.[^.]*$/, '') || '表格'
  if (startsWith(data, 0x25, 0x50, 0x44, 0x46))
    throw new Invalid('这是 PDF 文件，不是表格，请用原来的 Excel 或 WPS 表格')
  if (
    [
      [0x89, 0x50, 0x4e, 0x47],
      [0xff, 0xd8, 0xff],
    ].some((mark) => startsWith(data, ...mark))
  )
    throw new Invalid('这是图片，不是表格，请用原来的 Excel 或 WPS 表格')
  if (
    startsWith(data, 0x52, 0x61, 0x72, 0x21) ||
    startsWith(data, 0x37, 0x7a, 0xbc, 0xaf) ||
    startsWith(data, 0x1f, 0x8b)
  )
    throw new Invalid('这是压缩包，请解压后选择其中的表格')
  const text = textIn(data).replace(/^\ufeff/, '')
  const opening = text.slice(0, 4000).trimStart()
  if (/^mime-version:/i.test(opening)) throw new Invalid('这是“单个文件网页”，请用 Excel 或 WPS 打开后另存为 .xlsx')
  if (opening.startsWith('<')) {
    if (/<(?:\w+:)?Workbook[\s>]/.test(opening) && text.includes('urn:schemas-microsoft-com:office:spreadsheet'))
      return readXmlWorkbook(text, limits.cells)
    if (/<table[\s>]/i.test(text)) return readHtml(text, name, limits.cells)
    throw new Invalid('这个文件是网页或 XML，里面没有表格，请用 Excel 或 WPS 打开原表后另存为 .xlsx')
  }
  if (/\.xls[xmb]$/i.test(fileName))
    throw new Invalid('文件不是有效的 .xlsx 表格，可能已损坏或只是改了扩展名，请重新另存为 .xlsx')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what no table in text holds
  if (/[\u0000-\u0008\u000e-\u001a]/.test(opening)) throw broken()
  const rows = csvRows(text)
  if (rows.length === 0) throw new Invalid('文件是空的，没有可以读取的内容')
  return { sheets: [{ name, hidden: false, rows, merges: [] }] }
}

/**
 * Read a spreadsheet: .xlsx, .xlsm, .xls and .et of any age, HTML or XML that calls itself .xls, .csv and .tsv in
 * UTF-8, UTF-16 or GB18030. Values, dates, fills, ink, merges and what is hidden; of formulas the last value, nothing
 * is calculated, run or fetched. Throws Invalid or Refused with a sentence.
 */
export const readWorkbook = async (data: Uint8Array, fileName = ''): Promise<Workbook> => {
  const book = await readAny(data, fileName)
  for (const sheet of book.sheets) {
    sheet.name = storable(sheet.name)
    // Packed rows see to it themselves.
    if (Array.isArray(sheet.rows))
      for (const row of sheet.rows as Row[]) for (const c of row.cells) if (typeof c.v === 'string') c.v = storable(c.v)
  }
  return book
}
const readAny = async (data: Uint8Array, fileName: string): Promise<Workbook> => {
  if (data.length > limits.file) throw new Invalid('文件超过 50 MB，请拆成几个文件再导入')
  if (data.length === 0) throw new Invalid('文件是空的，没有可以读取的内容')
  if (startsWith(data, 0xd0, 0xcf, 0x11, 0xe0)) {
    try {
      return readXls(data, limits.cells)
    } catch (error) {
      throw error instanceof Refused ? error : broken()
    }
  }
  if (!startsWith(data, 0x50, 0x4b)) return readText(data, fileName)
  const entries = directory(data)
  const part = (name: string) => {
    const e = entries.get(name.toLowerCase())
    return e ? wholeText(data, e) : ''
  }
  const root = [...relations(part('_rels/.rels'), '').values()].find((r) => r.type === 'officeDocument')?.target
  const main = root && entries.has(root) ? root : 'xl/workbook.xml'
  // A real .docx or .xlsb names its own main part.
  const workbook = /^(word|ppt)\/|\.bin$/.test(main) ? '' : part(main)
  if (!workbook)
    throw new Invalid(
      entries.has('content.xml')
        ? '这是 ODS 表格，请另存为 .xlsx 后再导入'
        : entries.has('xl/workbook.bin')
          ? '这是二进制的 .xlsb 表格，请用 Excel 另存为 .xlsx 后再导入'
          : entries.has('word/document.xml')
            ? '这是 Word 文档，不是表格，请把其中的表格复制到 Excel 或 WPS 表格后另存为 .xlsx'
            : '这个压缩包不是 .xlsx 表格，请选择 Excel 或 WPS 另存的 .xlsx 文件',
    )
  const folder = main.slice(0, Math.max(0, main.lastIndexOf('/')))
  const links = relations(part(`${folder}/_rels/${main.slice(folder.length + 1)}.rels`), folder)
  const of = (type: string) => [...links.values()].find((r) => r.type === type)?.target ?? ''
  const shared: string[] = []
  const strings = entries.get(of('sharedStrings') || `${folder}/sharedstrings.xml`)
  if (strings) {
    const scan = scanner('si', (_, body) => shared.push(textOf(body)))
    inflateText(data, strings, scan.take)
    scan.end()
  }
  const styles = stylesOf(
    part(of('styles') || `${folder}/styles.xml`),
    part(of('theme') || `${folder}/theme/theme1.xml`),
  )
  const properties = /<workbookPr[^>]*>/.exec(workbook)?.[0] ?? ''
  const epoch1904 = /date1904="(1|true)"/.test(properties)
  const budget = { cells: limits.cells }
  const sheets: Sheet[] = []
  for (const m of workbook.matchAll(/<sheet\s[^>]*>/g)) {
    const id = /\s[\w.-]+:id="([^"]*)"/.exec(m[0])?.[1] ?? ''
    const link = links.get(id)
    if (link && link.type !== 'worksheet') continue
    const entry = entries.get(link?.target ?? `${folder}/worksheets/sheet${sheets.length + 1}.xml`)
    if (!entry) continue
    const state = attribute(m[0], 'state')
    sheets.push({
      name: attributeText(m[0], 'name') ?? `表${sheets.length + 1}`,
      hidden: state === 'hidden' || state === 'veryHidden',
      ...readSheet(data, entry, shared, styles, epoch1904, budget),
    })
  }
  if (sheets.length === 0) throw new Invalid('文件中没有工作表')
  return { sheets }
}

/** The day of an Excel serial of the 1900 system (a 1904 workbook is already shifted by readWorkbook). */
export const excelDate = (serial: number): Day =>
  // Serial 60 is the 29 February 1900 that never was; serials below it are a day later.
  addDays('1899-12-30' as Day, Math.floor(serial) + (serial < 60 ? 1 : 0))
