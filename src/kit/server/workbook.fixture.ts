import { strToU8, zipSync } from 'fflate'
import type { Cell, Sheet, Workbook } from './workbook.ts'

/** Writers of the files that offices send, for tests: what the readers must give back. */

const letters = (n: number): string =>
  (n > 26 ? letters(Math.floor((n - 1) / 26)) : '') + String.fromCharCode(65 + ((n - 1) % 26))
const safe = (s: string) =>
  s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const looksOf = (book: Workbook): string[] => {
  const keys = new Set<string>([''])
  for (const s of book.sheets) for (const r of s.rows) for (const c of r.cells) keys.add(keyOf(c))
  return [...keys]
}
const keyOf = (c: Cell) => (c.fill || c.ink || c.date ? `${c.fill ?? ''}/${c.ink ?? ''}/${c.date ? 'd' : ''}` : '')

/** `more` is put into each sheet after its rows (conditional formats), `dxfs` into the styles. */
export const toXlsx = (book: Workbook, more: { afterRows?: string; dxfs?: string } = {}): Uint8Array => {
  const looks = looksOf(book)
  const strings: string[] = []
  const indexOf = new Map<string, number>()
  const shared = (s: string) => {
    const known = indexOf.get(s)
    if (known !== undefined) return known
    strings.push(s)
    indexOf.set(s, strings.length - 1)
    return strings.length - 1
  }
  const sheetXml = (s: Sheet) => {
    const rows = s.rows
      .map((r) => {
        const cells = r.cells
          .map((c) => {
            const open = `<c r="${letters(c.c)}${r.n}" s="${looks.indexOf(keyOf(c))}"`
            const f = c.formula ? '<f>A1</f>' : ''
            if (c.v === null) return f ? `${open}>${f}</c>` : `${open}/>`
            if (typeof c.v === 'number') return `${open}>${f}<v>${c.v}</v></c>`
            if (typeof c.v === 'boolean') return `${open} t="b">${f}<v>${c.v ? 1 : 0}</v></c>`
            return f ? `${open} t="str">${f}<v>${safe(c.v)}</v></c>` : `${open} t="s"><v>${shared(c.v)}</v></c>`
          })
          .join('')
        return `<row r="${r.n}"${s.hiddenRows?.includes(r.n) ? ' hidden="1"' : ''}>${cells}</row>`
      })
      .join('')
    const cols = s.hiddenColumns?.length
      ? `<cols>${s.hiddenColumns.map((c) => `<col min="${c}" max="${c}" width="9" hidden="1"/>`).join('')}</cols>`
      : ''
    const merges = s.merges.length
      ? `<mergeCells>${s.merges.map((m) => `<mergeCell ref="${letters(m.c1)}${m.r1}:${letters(m.c2)}${m.r2}"/>`).join('')}</mergeCells>`
      : ''
    return `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${cols}<sheetData>${rows}</sheetData>${merges}${more.afterRows ?? ''}</worksheet>`
  }
  const sheets = book.sheets.map(sheetXml)
  const parts = looks.map((k) => k.split('/'))
  const styles = `<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts>${parts
    .map(([, ink]) => `<font><sz val="11"/>${ink ? `<color rgb="FF${ink}"/>` : '<color theme="1"/>'}</font>`)
    .join(
      '',
    )}</fonts><fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${parts
    .map(([fill]) =>
      fill
        ? `<fill><patternFill patternType="solid"><fgColor rgb="FF${fill}"/><bgColor indexed="64"/></patternFill></fill>`
        : '<fill><patternFill patternType="none"/></fill>',
    )
    .join('')}</fills><cellXfs>${parts
    .map(([, , date], i) => `<xf numFmtId="${date ? 14 : 0}" fontId="${i}" fillId="${i + 2}"/>`)
    .join('')}</cellXfs>${more.dxfs ? `<dxfs>${more.dxfs}</dxfs>` : ''}</styleSheet>`
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  return zipSync({
    '_rels/.rels': strToU8(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': strToU8(
      `<workbook xmlns:r="${office}"><sheets>${book.sheets
        .map(
          (s, i) =>
            `<sheet name="${safe(s.name)}" sheetId="${i + 1}"${s.hidden ? ' state="hidden"' : ''} r:id="rId${i + 1}"/>`,
        )
        .join('')}</sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships>${book.sheets
        .map(
          (_, i) => `<Relationship Id="rId${i + 1}" Type="${office}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
        )
        .join(
          '',
        )}<Relationship Id="rId90" Type="${office}/styles" Target="styles.xml"/><Relationship Id="rId91" Type="${office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    ),
    'xl/styles.xml': strToU8(styles),
    'xl/sharedStrings.xml': strToU8(
      `<sst>${strings.map((s) => `<si><t xml:space="preserve">${safe(s)}</t></si>`).join('')}</sst>`,
    ),
    ...Object.fromEntries(sheets.map((x, i) => [`xl/worksheets/sheet${i + 1}.xml`, strToU8(x)])),
  })
}

// ---- the binary workbook ----

class Bytes {
  readonly parts: number[] = []
  u8(...n: number[]) {
    for (const b of n) this.parts.push(b & 255)
    return this
  }
  u16(...n: number[]) {
    for (const w of n) this.u8(w, w >> 8)
    return this
  }
  u32(...n: number[]) {
    for (const d of n) this.u8(d, d >> 8, d >> 16, d >>> 24)
    return this
  }
  f64(n: number) {
    const v = new DataView(new ArrayBuffer(8))
    v.setFloat64(0, n, true)
    for (let i = 0; i < 8; i += 1) this.u8(v.getUint8(i))
    return this
  }
  wide(s: string) {
    for (let i = 0; i < s.length; i += 1) this.u16(s.charCodeAt(i))
    return this
  }
  get length() {
    return this.parts.length
  }
}

/** BIFF8 in a compound file, as Excel 97–2003 and WPS write it. `split` cuts the shared strings over records early. */
export const toXls = (book: Workbook, options: { split?: number; locked?: boolean } = {}): Uint8Array => {
  const looks = looksOf(book)
  const colours = [...new Set(looks.flatMap((k) => k.split('/').slice(0, 2)).filter(Boolean))].slice(0, 48)
  const icv = (hex: string | undefined) => (hex ? 8 + 8 + colours.indexOf(hex) : 0x7fff)
  const out = new Bytes()
  const record = (type: number, fill: (b: Bytes) => void) => {
    const b = new Bytes()
    fill(b)
    out.u16(type, b.length)
    out.u8(...b.parts)
  }
  record(0x809, (b) => b.u16(0x600, 5, 0, 0).u32(0, 0))
  if (options.locked) record(0x2f, (b) => b.u16(1, 1, 1).u32(0, 0, 0, 0))
  // Fonts 0–3 are plain; number 4 does not exist, so the fifth record is font 5.
  for (let i = 0; i < 4; i += 1)
    record(0x31, (b) => b.u16(220, 0, 0x7fff, 400, 0).u8(0, 0, 134, 0, 2, 0).wide('宋').u8(0))
  for (const k of looks)
    record(0x31, (b) =>
      b
        .u16(220, 0, icv(k.split('/')[1] || undefined), 400, 0)
        .u8(0, 0, 134, 0, 2, 1)
        .wide('宋体'),
    )
  record(0x92, (b) => {
    b.u16(56)
    for (let i = 0; i < 56; i += 1) {
      const hex = colours[i - 8] ?? '808080'
      b.u8(...[0, 2, 4].map((p) => Number.parseInt(hex.slice(p, p + 2), 16)), 0)
    }
  })
  const xf = (font: number, format: number, pattern: number, fore: number) =>
    record(0xe0, (b) =>
      b
        .u16(font, format, 0)
        .u8(0, 0, 0, 0)
        .u32(0)
        .u32((pattern << 26) >>> 0)
        .u16((fore & 0x7f) | (65 << 7)),
    )
  looks.forEach((k, i) => {
    const [fill, , date] = k.split('/')
    xf(5 + i, date ? 14 : 0, fill ? 1 : 0, fill ? icv(fill) : 64)
  })
  const strings: string[] = []
  for (const s of book.sheets)
    for (const r of s.rows)
      for (const c of r.cells) if (typeof c.v === 'string' && !c.formula && !strings.includes(c.v)) strings.push(c.v)
  const boxAt: number[] = []
  for (const s of book.sheets) {
    boxAt.push(out.length + 4)
    record(0x85, (b) =>
      b
        .u32(0)
        .u8(s.hidden ? 1 : 0, 0, s.name.length, 1)
        .wide(s.name),
    )
  }
  // The strings, cut where `split` says: the rest of a string goes on under a new flag byte.
  const limit = options.split ?? 8000
  let part = new Bytes().u32(strings.length, strings.length)
  const segments: Bytes[] = [part]
  for (const s of strings) {
    if (part.length > limit) {
      part = new Bytes()
      segments.push(part)
    }
    part.u16(s.length).u8(1)
    for (let i = 0; i < s.length; i += 1) {
      if (part.length > limit) {
        part = new Bytes().u8(1)
        segments.push(part)
      }
      part.u16(s.charCodeAt(i))
    }
  }
  segments.forEach((b, i) => {
    out.u16(i ? 0x3c : 0xfc, b.length)
    out.u8(...b.parts)
  })
  record(0x0a, () => {})
  book.sheets.forEach((s, index) => {
    const at = out.length
    for (let i = 0; i < 4; i += 1) out.parts[boxAt[index]! + i] = (at >>> (8 * i)) & 255
    record(0x809, (b) => b.u16(0x600, 0x10, 0, 0).u32(0, 0))
    for (const c of s.hiddenColumns ?? []) record(0x7d, (b) => b.u16(c - 1, c - 1, 2000, 0, 1, 0))
    for (const r of s.rows) {
      record(0x208, (b) => b.u16(r.n - 1, 0, 256, 300, 0, 0, s.hiddenRows?.includes(r.n) ? 0x20 : 0, 0))
      for (const c of r.cells) {
        const head = (b: Bytes) => b.u16(r.n - 1, c.c - 1, looks.indexOf(keyOf(c)))
        if (c.formula && typeof c.v === 'string') {
          const v = c.v
          record(0x06, (b) => head(b).u8(0, 0, 0, 0, 0, 0, 0xff, 0xff).u16(0).u32(0).u16(0))
          record(0x207, (b) => b.u16(v.length).u8(1).wide(v))
        } else if (c.v === null) record(0x201, head)
        else if (typeof c.v === 'boolean') record(0x205, (b) => head(b).u8(c.v ? 1 : 0, 0))
        else if (typeof c.v === 'string') record(0xfd, (b) => head(b).u32(strings.indexOf(c.v as string)))
        else if (Number.isInteger(c.v) && c.v >= 0 && c.v < 2 ** 29)
          record(0x27e, (b) => head(b).u32(((c.v as number) << 2) | 2))
        else record(0x203, (b) => head(b).f64(c.v as number))
      }
    }
    if (s.merges.length)
      record(0xe5, (b) => {
        b.u16(s.merges.length)
        for (const m of s.merges) b.u16(m.r1 - 1, m.r2 - 1, m.c1 - 1, m.c2 - 1)
      })
    record(0x0a, () => {})
  })
  return compound({ Workbook: Uint8Array.from(out.parts) })
}

/** A compound file of whole sectors; every stream is stored as a large one. */
export const compound = (streams: Record<string, Uint8Array>): Uint8Array => {
  const names = Object.keys(streams)
  const padded = names.map((n) => {
    const data = streams[n]!
    const whole = new Uint8Array(Math.max(4096, Math.ceil(data.length / 512) * 512))
    whole.set(data)
    return whole
  })
  const directorySectors = Math.ceil(((names.length + 1) * 128) / 512)
  const dataSectors = padded.reduce((a, p) => a + p.length / 512, 0)
  let fatSectors = 1
  while (fatSectors * 128 < fatSectors + directorySectors + dataSectors) fatSectors += 1
  const total = fatSectors + directorySectors + dataSectors
  const file = new Uint8Array(512 * (1 + total))
  const v = new DataView(file.buffer)
  file.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])
  v.setUint16(24, 0x3e, true)
  v.setUint16(26, 3, true)
  v.setUint16(28, 0xfffe, true)
  v.setUint16(30, 9, true)
  v.setUint16(32, 6, true)
  v.setUint32(44, fatSectors, true)
  v.setUint32(48, fatSectors, true)
  v.setUint32(56, 4096, true)
  v.setUint32(60, 0xfffffffe, true)
  v.setUint32(68, 0xfffffffe, true)
  for (let i = 0; i < 109; i += 1) v.setUint32(76 + i * 4, i < fatSectors ? i : 0xffffffff, true)
  const fat = new Uint32Array(fatSectors * 128).fill(0xffffffff)
  for (let i = 0; i < fatSectors; i += 1) fat[i] = 0xfffffffd
  const run = (from: number, count: number) => {
    for (let i = 0; i < count; i += 1) fat[from + i] = i === count - 1 ? 0xfffffffe : from + i + 1
  }
  run(fatSectors, directorySectors)
  let at = fatSectors + directorySectors
  const entry = (i: number, name: string, type: number, start: number, size: number) => {
    const p = 512 * (1 + fatSectors) + i * 128
    for (let k = 0; k < name.length; k += 1) v.setUint16(p + k * 2, name.charCodeAt(k), true)
    v.setUint16(p + 64, (name.length + 1) * 2, true)
    file[p + 66] = type
    file[p + 67] = 1
    for (const q of [68, 72, 76]) v.setUint32(p + q, 0xffffffff, true)
    v.setUint32(p + 116, start, true)
    v.setUint32(p + 120, size, true)
  }
  entry(0, 'Root Entry', 5, 0xfffffffe, 0)
  v.setUint32(512 * (1 + fatSectors) + 76, 1, true)
  padded.forEach((data, i) => {
    run(at, data.length / 512)
    file.set(data, 512 * (1 + at))
    entry(i + 1, names[i]!, 2, at, data.length)
    at += data.length / 512
  })
  fat.forEach((n, i) => {
    v.setUint32(512 + i * 4, n, true)
  })
  return file
}

// ---- markup and text ----

const shownDate = (n: number) =>
  new Date(Date.UTC(1899, 11, 30) + Math.floor(n) * 86_400_000).toISOString().slice(0, 10)
const shownText = (c: Cell): string =>
  c.v === null ? '' : c.date && typeof c.v === 'number' ? shownDate(c.v) : String(c.v)

/** What web systems call .xls: one table. Only the first sheet. */
export const toHtml = (book: Workbook): string => {
  const s = book.sheets[0]!
  const width = Math.max(...s.rows.map((r) => Math.max(0, ...r.cells.map((c) => c.c))), ...s.merges.map((m) => m.c2))
  const last = s.rows.at(-1)?.n ?? 0
  const lines: string[] = []
  for (let n = 1; n <= last; n += 1) {
    const cells = new Map((s.rows.find((r) => r.n === n)?.cells ?? []).map((c) => [c.c, c]))
    let line = ''
    for (let c = 1; c <= width; c += 1) {
      const m = s.merges.find((x) => x.r1 <= n && n <= x.r2 && x.c1 <= c && c <= x.c2)
      if (m && (m.r1 !== n || m.c1 !== c)) continue
      const cell = cells.get(c)
      const span = m ? ` colspan=${m.c2 - m.c1 + 1} rowspan="${m.r2 - m.r1 + 1}"` : ''
      const style = [cell?.fill && `background:#${cell.fill}`, cell?.ink && `color:#${cell.ink}`]
        .filter(Boolean)
        .join(';')
      line += `<td${span}${style ? ` style="${style}"` : ''}>${safe(cell ? shownText(cell) : '').replaceAll('\n', '<br>')}</td>`
    }
    lines.push(`<tr>${line}</tr>`)
  }
  return `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head><body><table border=1>${lines.join('\r\n')}</table></body></html>`
}

export const toCsv = (book: Workbook, comma = ','): string => {
  const s = book.sheets[0]!
  const last = s.rows.at(-1)?.n ?? 0
  const lines: string[] = []
  for (let n = 1; n <= last; n += 1) {
    const cells = s.rows.find((r) => r.n === n)?.cells ?? []
    const width = Math.max(0, ...cells.map((c) => c.c))
    lines.push(
      Array.from({ length: width }, (_, i) => {
        const c = cells.find((x) => x.c === i + 1)
        const t = c ? shownText(c) : ''
        return /[",\t\r\n;]/.test(t) ? `"${t.replaceAll('"', '""')}"` : t
      }).join(comma),
    )
  }
  return `${lines.join('\r\n')}\r\n`
}

let table: Map<string, [number, number]> | null = null
/** GBK bytes: the decoder turned round. Characters outside become '?'. */
export const toGbk = (s: string): Uint8Array => {
  if (!table) {
    table = new Map()
    const d = new TextDecoder('gbk')
    for (let a = 0x81; a <= 0xfe; a += 1)
      for (let b = 0x40; b <= 0xfe; b += 1) if (b !== 0x7f) table.set(d.decode(Uint8Array.of(a, b)), [a, b])
  }
  const out: number[] = []
  for (const c of s) {
    if (c.charCodeAt(0) < 128) out.push(c.charCodeAt(0))
    else out.push(...(table.get(c) ?? [63]))
  }
  return Uint8Array.from(out)
}

export const toUtf16 = (s: string, options: { big?: boolean; mark?: boolean } = {}): Uint8Array => {
  const text = options.mark === false ? s : `\ufeff${s}`
  const out = new Uint8Array(text.length * 2)
  const v = new DataView(out.buffer)
  for (let i = 0; i < text.length; i += 1) v.setUint16(i * 2, text.charCodeAt(i), !options.big)
  return out
}
