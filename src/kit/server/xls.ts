import { Invalid, Refused } from '../errors.ts'
import {
  type Cell,
  isDateFormat,
  type Merge,
  type Row,
  type Sheet,
  standardIndexed,
  type Workbook,
} from './workbook.ts'

/**
 * The old binary workbook (.xls of Excel 5 to 2003, WPS .et): values, dates, fills, ink, merges and what is hidden.
 * Formulas give their last value. Written after [MS-CFB] and [MS-XLS]; why not a library: docs/decisions/0010.
 */

const broken = () => new Invalid('文件已损坏，无法读取，请用 Excel 或 WPS 打开后另存为 .xlsx 再试')
const secret = () => new Invalid('文件设有密码，请取消密码后再导入')

// ---- the container ----

/** The streams of a compound file by lower-case name. Chains that loop or leave the file are refused. */
const streamsOf = (data: Uint8Array): ((name: string) => Uint8Array | null) & { names: Set<string> } => {
  if (data.length < 512) throw broken()
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const size = 1 << view.getUint16(30, true)
  const miniSize = 1 << view.getUint16(32, true)
  if (size < 128 || size > 65_536 || miniSize < 16 || miniSize > size) throw broken()
  const sectors = Math.floor((data.length - size) / size) + 1
  const at = (n: number) => (n + 1) * size
  const sector = (n: number): Uint8Array => {
    if (n < 0 || at(n) >= data.length) throw broken()
    return data.subarray(at(n), Math.min(data.length, at(n) + size))
  }
  const fatSectors: number[] = []
  for (let i = 0; i < 109; i += 1) {
    const n = view.getUint32(76 + i * 4, true)
    if (n < 0xfffffffa) fatSectors.push(n)
  }
  let difat = view.getUint32(68, true)
  for (let steps = 0; difat < 0xfffffffa && steps <= sectors; steps += 1) {
    const s = sector(difat)
    const v = new DataView(s.buffer, s.byteOffset, s.byteLength)
    for (let i = 0; i + 8 <= s.length; i += 4) {
      const n = v.getUint32(i, true)
      if (n < 0xfffffffa) fatSectors.push(n)
    }
    difat = v.getUint32(s.length - 4, true)
  }
  const table = (parts: Uint8Array[]): Uint32Array => {
    const out = new Uint32Array(parts.reduce((a, p) => a + (p.length >> 2), 0))
    let i = 0
    for (const p of parts) {
      const v = new DataView(p.buffer, p.byteOffset, p.byteLength)
      for (let k = 0; k + 4 <= p.length; k += 4) {
        out[i] = v.getUint32(k, true)
        i += 1
      }
    }
    return out
  }
  const fat = table(fatSectors.slice(0, sectors + 1).map(sector))
  const chain = (first: number): number[] => {
    const out: number[] = []
    let n = first
    while (n < 0xfffffffa) {
      out.push(n)
      if (out.length > sectors + 1 || n >= fat.length) throw broken()
      n = fat[n]!
    }
    return out
  }
  const joined = (parts: Uint8Array[], length: number): Uint8Array => {
    const out = new Uint8Array(
      Math.min(
        length,
        parts.reduce((a, p) => a + p.length, 0),
      ),
    )
    let p = 0
    for (const part of parts) {
      if (p >= out.length) break
      out.set(part.subarray(0, out.length - p), p)
      p += part.length
    }
    return out
  }
  const directory = joined(chain(view.getUint32(48, true)).map(sector), Number.POSITIVE_INFINITY)
  const entries = new Map<string, { start: number; size: number }>()
  let root = { start: 0xffffffff, size: 0 }
  const dv = new DataView(directory.buffer)
  for (let p = 0; p + 128 <= directory.length; p += 128) {
    const nameLength = Math.min(64, dv.getUint16(p + 64, true))
    const type = directory[p + 66]
    if (type !== 2 && type !== 5) continue
    const name = new TextDecoder('utf-16le').decode(directory.subarray(p, p + Math.max(0, nameLength - 2)))
    const e = { start: dv.getUint32(p + 116, true), size: dv.getUint32(p + 120, true) }
    if (type === 5) root = e
    else if (!entries.has(name.toLowerCase())) entries.set(name.toLowerCase(), e)
  }
  const cutoff = view.getUint32(56, true)
  let mini: { fat: Uint32Array; store: Uint8Array } | null = null
  const get = (name: string): Uint8Array | null => {
    const e = entries.get(name.toLowerCase())
    if (!e) return null
    if (e.size >= cutoff) return joined(chain(e.start).map(sector), e.size)
    mini ??= {
      fat: table(chain(view.getUint32(60, true)).map(sector)),
      store: joined(chain(root.start).map(sector), root.size),
    }
    const parts: Uint8Array[] = []
    let n = e.start
    while (n < 0xfffffffa && parts.length * miniSize < e.size) {
      if (n >= mini.fat.length || parts.length > mini.fat.length) throw broken()
      parts.push(mini.store.subarray(n * miniSize, (n + 1) * miniSize))
      n = mini.fat[n]!
    }
    return joined(parts, e.size)
  }
  return Object.assign(get, { names: new Set(entries.keys()) })
}

// ---- the records ----

interface Reading {
  data: Uint8Array
  view: DataView
  /** Excel 97 and later write Unicode; before, bytes in a code page. */
  wide: boolean
  decoder: TextDecoder
}

const utf16 = new TextDecoder('utf-16le')
const latin = new TextDecoder('latin1')

/** A string with its flags at `p`; `cch` characters. Not split over records. */
const plainText = (r: Reading, p: number, cch: number): string => {
  if (!r.wide) return r.decoder.decode(r.data.subarray(p, p + cch))
  const flags = r.data[p]!
  let q = p + 1
  if (flags & 8) q += 2
  if (flags & 4) q += 4
  return flags & 1 ? utf16.decode(r.data.subarray(q, q + cch * 2)) : latin.decode(r.data.subarray(q, q + cch))
}

/** The shared strings, whose characters may go on in the next record under a new flag byte. */
const sharedStrings = (segments: Uint8Array[]): string[] => {
  let s = 0
  let p = 0
  let seg = segments[0]!
  const next = (): boolean => {
    s += 1
    p = 0
    seg = segments[s] ?? new Uint8Array()
    return s < segments.length
  }
  const byte = (): number => {
    while (p >= seg.length) if (!next()) throw broken()
    p += 1
    return seg[p - 1]!
  }
  const word = (): number => byte() | (byte() << 8)
  const long = (): number => (word() | (word() << 16)) >>> 0
  const skip = (n: number) => {
    let left = n
    while (left > 0) {
      if (p >= seg.length && !next()) return
      const step = Math.min(left, seg.length - p)
      p += step
      left -= step
    }
  }
  long()
  const unique = long()
  const out: string[] = []
  while (out.length < unique) {
    if (p >= seg.length && s + 1 >= segments.length) break
    const cch = word()
    let flags = byte()
    const runs = flags & 8 ? word() : 0
    const extra = flags & 4 ? long() : 0
    let text = ''
    let left = cch
    while (left > 0) {
      if (p >= seg.length) {
        if (!next()) break
        flags = byte()
      }
      const width = flags & 1 ? 2 : 1
      const take = Math.min(left, Math.floor((seg.length - p) / width))
      if (take === 0) {
        // One half of a character can't lie across records; a broken file is read no further.
        p = seg.length
        continue
      }
      const part = seg.subarray(p, p + take * width)
      text += width === 2 ? utf16.decode(part) : latin.decode(part)
      p += take * width
      left -= take
    }
    skip(runs * 4 + extra)
    out.push(text)
  }
  return out
}

const rkNumber = (rk: number): number => {
  let n: number
  if (rk & 2) n = rk >> 2
  else {
    // The upper half of a double, in big-endian order.
    const half = new DataView(new ArrayBuffer(8))
    half.setUint32(0, rk & 0xfffffffc)
    n = half.getFloat64(0)
  }
  return rk & 1 ? n / 100 : n
}

const errorTexts: Record<number, string> = {
  0: '#NULL!',
  7: '#DIV/0!',
  15: '#VALUE!',
  23: '#REF!',
  29: '#NAME?',
  36: '#NUM!',
  42: '#N/A',
}

/** Code pages met in China; anything else is taken as Western. */
const pageName = (n: number) =>
  n === 936 || n === 54936
    ? 'gb18030'
    : n === 950
      ? 'big5'
      : n === 932
        ? 'shift_jis'
        : n === 1200
          ? 'utf-16le'
          : 'latin1'

interface Look {
  date: boolean
  fill: string | undefined
  ink: string | undefined
}

/** Read a binary workbook. Throws Invalid with a sentence when it is locked or broken. */
export const readXls = (data: Uint8Array, maxCells: number): Workbook => {
  const stream = streamsOf(data)
  if (stream.names.has('encryptedpackage')) throw secret()
  const book = stream('Workbook') ?? stream('Book')
  if (!book)
    throw new Invalid(
      stream.names.has('worddocument')
        ? '这是 Word 文档，不是表格，请把其中的表格复制到 Excel 或 WPS 表格后另存为 .xlsx'
        : '这个文件里没有工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx 再试',
    )
  const view = new DataView(book.buffer, book.byteOffset, book.byteLength)
  const r: Reading = { data: book, view, wide: true, decoder: new TextDecoder('gb18030') }

  let epoch1904 = false
  const formats = new Map<number, string>()
  const palette = [...standardIndexed.slice(8, 64)]
  const inks: number[] = []
  const xfs: { format: number; font: number; pattern: number; fore: number }[] = []
  const boxes: { at: number; name: string; hidden: boolean; sheet: boolean }[] = []
  let strings: string[] = []

  const records = function* (from: number): Generator<{ type: number; p: number; n: number; next: number }> {
    let p = from
    while (p + 4 <= book.length) {
      const type = view.getUint16(p, true)
      const n = view.getUint16(p + 2, true)
      if (p + 4 + n > book.length) return
      yield { type, p: p + 4, n, next: p + 4 + n }
      p += 4 + n
    }
  }

  let segments: Uint8Array[] | null = null
  for (const { type, p, n } of records(0)) {
    if (segments && type !== 0x3c) {
      strings = sharedStrings(segments)
      segments = null
    }
    if (type === 0x809) r.wide = view.getUint16(p, true) >= 0x600
    else if (type === 0x2f) throw secret()
    else if (type === 0x22) epoch1904 = view.getUint16(p, true) === 1
    else if (type === 0x42 && !r.wide) r.decoder = new TextDecoder(pageName(view.getUint16(p, true)))
    else if (type === 0x41e)
      formats.set(
        view.getUint16(p, true),
        r.wide
          ? plainText(r, p + 4, view.getUint16(p + 2, true))
          : r.decoder.decode(book.subarray(p + 3, p + 3 + book[p + 2]!)),
      )
    else if (type === 0x31) inks.push(view.getUint16(p + 4, true))
    else if (type === 0x92)
      for (let i = 0, q = p + 2; i < view.getUint16(p, true) && q + 4 <= p + n && i < 56; i += 1, q += 4)
        palette[i] = [book[q]!, book[q + 1]!, book[q + 2]!]
          .map((b) => b.toString(16).padStart(2, '0'))
          .join('')
          .toUpperCase()
    else if (type === 0xe0)
      xfs.push(
        r.wide && n >= 20
          ? {
              font: view.getUint16(p, true),
              format: view.getUint16(p + 2, true),
              pattern: view.getUint32(p + 14, true) >>> 26,
              fore: view.getUint16(p + 18, true) & 0x7f,
            }
          : {
              font: view.getUint16(p, true),
              format: view.getUint16(p + 2, true),
              pattern: n >= 12 ? (view.getUint32(p + 8, true) >>> 16) & 0x3f : 0,
              fore: n >= 12 ? view.getUint32(p + 8, true) & 0x7f : 0,
            },
      )
    else if (type === 0x85) {
      const cch = book[p + 6]!
      boxes.push({
        at: view.getUint32(p, true),
        hidden: (book[p + 4]! & 3) !== 0,
        sheet: book[p + 5] === 0,
        name: plainText(r, p + 7, cch),
      })
    } else if (type === 0xfc) segments = [book.subarray(p, p + n)]
    else if (type === 0x3c) segments?.push(book.subarray(p, p + n))
    else if (type === 0x0a) break
  }
  if (segments) strings = sharedStrings(segments)

  const colour = (i: number): string | undefined => (i >= 8 && i < 64 ? palette[i - 8] : undefined)
  const looks = xfs.map((x): Look => {
    // The fifth font is left out of the count, for reasons of 1987.
    const ink = colour(inks[x.font > 4 ? x.font - 1 : x.font] ?? 0x7fff)
    return {
      date: isDateFormat(x.format, formats.get(x.format)),
      fill: x.pattern === 1 ? colour(x.fore) : undefined,
      ink: ink && ink !== '000000' ? ink : undefined,
    }
  })

  const budget = { cells: maxCells }
  const sheets: Sheet[] = []
  for (const box of boxes) {
    if (!box.sheet) continue
    const rows = new Map<number, Map<number, Cell>>()
    const merges: Merge[] = []
    const hiddenRows: number[] = []
    const hiddenColumns: number[] = []
    let waiting: { row: number; c: number; xf: number } | null = null
    const put = (row: number, c: number, xf: number, v: Cell['v'], formula = false) => {
      const look = looks[xf]
      const value = v === '' ? null : v
      if (value === null && !look?.fill && !formula) return
      budget.cells -= 1
      if (budget.cells < 0) throw new Refused('表格内容超过三百万格，请拆成几个文件再导入')
      const cell: Cell = { c: c + 1, v: value }
      if (look?.fill) cell.fill = look.fill
      if (look?.ink && value !== null) cell.ink = look.ink
      if (look?.date && typeof value === 'number') {
        cell.date = true
        if (epoch1904) cell.v = value + 1462
      }
      if (formula) cell.formula = true
      const line = rows.get(row + 1) ?? new Map<number, Cell>()
      line.set(c + 1, cell)
      rows.set(row + 1, line)
    }
    let depth = 0
    for (const { type, p, n } of records(box.at)) {
      if (type === 0x809) {
        depth += 1
        continue
      }
      if (type === 0x0a) {
        depth -= 1
        if (depth <= 0) break
        continue
      }
      // Charts inside the sheet are a stream within the stream.
      if (depth > 1) continue
      const row = n >= 6 ? view.getUint16(p, true) : 0
      const c = n >= 6 ? view.getUint16(p + 2, true) : 0
      const xf = n >= 6 ? view.getUint16(p + 4, true) : 0
      if (type === 0xfd && n >= 10) put(row, c, xf, strings[view.getUint32(p + 6, true)] ?? null)
      else if ((type === 0x204 || type === 0xd6) && n >= 8)
        put(row, c, xf, plainText(r, p + 8, view.getUint16(p + 6, true)))
      else if (type === 0x203 && n >= 14) put(row, c, xf, view.getFloat64(p + 6, true))
      else if (type === 0x27e && n >= 10) put(row, c, xf, rkNumber(view.getInt32(p + 6, true)))
      else if (type === 0xbd)
        for (let q = p + 4, k = c; q + 6 <= p + n - 2; q += 6, k += 1)
          put(row, k, view.getUint16(q, true), rkNumber(view.getInt32(q + 2, true)))
      else if (type === 0x201) put(row, c, xf, null)
      else if (type === 0xbe)
        for (let q = p + 4, k = c; q + 2 <= p + n - 2; q += 2, k += 1) put(row, k, view.getUint16(q, true), null)
      else if (type === 0x205 && n >= 8)
        put(row, c, xf, book[p + 7] ? (errorTexts[book[p + 6]!] ?? '#N/A') : book[p + 6] === 1)
      else if (type === 0x06 && n >= 14) {
        if (view.getUint16(p + 12, true) !== 0xffff) put(row, c, xf, view.getFloat64(p + 6, true), true)
        else {
          const kind = book[p + 6]
          if (kind === 0) waiting = { row, c, xf }
          else if (kind === 1) put(row, c, xf, book[p + 8] === 1, true)
          else if (kind === 2) put(row, c, xf, errorTexts[book[p + 8]!] ?? '#N/A', true)
        }
      } else if (type === 0x207 && waiting) {
        put(waiting.row, waiting.c, waiting.xf, plainText(r, p + 2, view.getUint16(p, true)), true)
        waiting = null
      } else if (type === 0xe5)
        for (let i = 0, q = p + 2; i < view.getUint16(p, true) && q + 8 <= p + n; i += 1, q += 8)
          merges.push({
            r1: view.getUint16(q, true) + 1,
            r2: view.getUint16(q + 2, true) + 1,
            c1: view.getUint16(q + 4, true) + 1,
            c2: view.getUint16(q + 6, true) + 1,
          })
      else if (type === 0x208 && n >= 16) {
        if (view.getUint16(p + 12, true) & 0x20) hiddenRows.push(row + 1)
      } else if (type === 0x7d && n >= 10 && view.getUint16(p + 8, true) & 1)
        for (let k = row; k <= Math.min(c, row + 300); k += 1) hiddenColumns.push(k + 1)
    }
    const list: Row[] = [...rows]
      .sort((a, b) => a[0] - b[0])
      .map(([n, line]) => ({ n, cells: [...line.values()].sort((a, b) => a.c - b.c) }))
      .filter((row) => row.cells.some((x) => x.v !== null || x.formula))
    sheets.push({
      name: box.name,
      hidden: box.hidden,
      rows: list,
      merges,
      ...(hiddenRows.length ? { hiddenRows } : {}),
      ...(hiddenColumns.length ? { hiddenColumns } : {}),
    })
  }
  if (sheets.length === 0) throw new Invalid('文件中没有工作表')
  return { sheets }
}
