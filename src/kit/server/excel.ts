import { Inflate, Zip, ZipDeflate } from 'fflate'
import { addDays, type Day, daysBetween, isDay } from '../day.ts'
import { Invalid, Refused } from '../errors.ts'
import { painter, type Rule, rangesOf, testOf } from './conditional.ts'
import { readHtml, readXmlWorkbook } from './markup.ts'
import { PackedRows } from './packed.ts'
import {
  type Cell,
  isDateFormat,
  type Merge,
  type Row,
  type Sheet,
  standardIndexed,
  type Workbook,
} from './workbook.ts'
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

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const codePoint = (n: number) => (n > 0 && n <= 0x10ffff ? String.fromCodePoint(n) : '')

/** Entities, `_x000D_` escapes and line ends. */
const decode = (raw: string): string => {
  let s = raw
  if (s.includes('<![CDATA['))
    s = s.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, t: string) => t.replaceAll('&', '&amp;'))
  if (s.includes('&'))
    s = s.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (all, e: string) =>
      e[0] === '#'
        ? codePoint(e[1] === 'x' || e[1] === 'X' ? Number.parseInt(e.slice(2), 16) : Number(e.slice(1)))
        : (named[e] ?? all),
    )
  if (s.includes('_x'))
    s = s.replace(/_x([0-9A-Fa-f]{4})_/g, (_, h: string) => String.fromCharCode(Number.parseInt(h, 16)))
  return s.includes('\r') ? s.replace(/\r\n?/g, '\n') : s
}

/** Some programs write every element as <x:row>: the prefix of the main namespace is taken off. */
const unprefixed = (xml: string): string => {
  const prefix = /<([A-Za-z][\w.-]*):(?:worksheet|sst|styleSheet|workbook|Relationships)[\s>]/.exec(
    xml.slice(0, 4000),
  )?.[1]
  return prefix ? xml.replaceAll(`<${prefix}:`, '<').replaceAll(`</${prefix}:`, '</') : xml
}

const attribute = (tag: string, name: string): string | null => {
  let p = tag.indexOf(`${name}=`)
  while (p > 0 && !/\s/.test(tag[p - 1]!)) p = tag.indexOf(`${name}=`, p + 1)
  if (p < 0) return null
  const quote = tag[p + name.length + 1]!
  const end = tag.indexOf(quote, p + name.length + 2)
  return end < 0 ? null : tag.slice(p + name.length + 2, end)
}
const attributeText = (tag: string, name: string) => {
  const v = attribute(tag, name)
  return v === null ? null : decode(v)
}

/** The runs of a rich text joined; the phonetic guide is left out. */
const textOf = (xml: string): string => {
  const body = xml.includes('<rPh') ? xml.replace(/<rPh[\s>][\s\S]*?<\/rPh>/g, '') : xml
  let out = ''
  let p = 0
  for (;;) {
    p = body.indexOf('<t', p)
    if (p < 0) return out
    const next = body[p + 2]
    const close = body.indexOf('>', p)
    if (close < 0) return out
    if ((next !== '>' && next !== ' ') || body[close - 1] === '/') {
      p = close
      continue
    }
    const end = body.indexOf('</t>', close)
    if (end < 0) return out
    out += decode(body.slice(close + 1, end))
    p = end + 4
  }
}

/**
 * Each complete element `name` of a text that comes in pieces: its opening tag and its body. Gives back a function
 * that takes pieces and returns what is still unread.
 */
const scanner = (name: string, each: (tag: string, body: string) => void) => {
  const open = `<${name}`
  const shut = `</${name}>`
  let rest = ''
  let prefixed: boolean | null = null
  const run = (): void => {
    let p = 0
    for (;;) {
      const at = rest.indexOf(open, p)
      if (at < 0) {
        // What follows the last row (merged ranges) is kept for the caller.
        p = Math.max(p, rest.length - 4_000_000)
        break
      }
      const next = rest[at + open.length]
      if (next === undefined) {
        p = at
        break
      }
      if (next !== ' ' && next !== '>' && next !== '/' && next !== '\n' && next !== '\r' && next !== '\t') {
        p = at + open.length
        continue
      }
      const close = rest.indexOf('>', at)
      if (close < 0) {
        p = at
        break
      }
      if (rest[close - 1] === '/') {
        each(rest.slice(at, close), '')
        p = close + 1
        continue
      }
      const end = rest.indexOf(shut, close)
      if (end < 0) {
        p = at
        break
      }
      each(rest.slice(at, close), rest.slice(close + 1, end))
      p = end + shut.length
    }
    rest = rest.slice(p)
  }
  return {
    take: (piece: string) => {
      rest += piece
      if (prefixed === null && rest.length > 300) prefixed = unprefixed(rest) !== rest
      if (prefixed === false) run()
    },
    /** What follows the last element. */
    end: (): string => {
      if (prefixed !== false) rest = unprefixed(rest)
      run()
      return rest
    },
  }
}

// ---- styles ----

const officeTheme = 'FFFFFF 000000 E7E6E6 44546A 5B9BD5 ED7D31 A5A5A5 FFC000 4472C4 70AD47 0563C1 954F72'.split(' ')

/** Hue, saturation, lightness of a hex colour: 0–360, 0–1, 0–1. */
const hslOf = (hex: string): [number, number, number] => {
  const [r, g, b] = [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255) as [number, number, number]
  const max = Math.max(r, g, b)
  const min = Math.min(r, g, b)
  const l = (max + min) / 2
  const d = max - min
  if (d === 0) return [0, 0, l]
  const h = max === r ? ((g - b) / d + 6) % 6 : max === g ? (b - r) / d + 2 : (r - g) / d + 4
  return [h * 60, d / (1 - Math.abs(2 * l - 1)), l]
}
const hexOf = (h: number, s: number, l: number): string => {
  const f = (n: number) => {
    const k = (n + h / 30) % 12
    return l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1))
  }
  return [f(0), f(8), f(4)]
    .map((x) =>
      Math.round(Math.max(0, Math.min(1, x)) * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')
    .toUpperCase()
}
/** ECMA-376 tint: towards black below zero, towards white above. */
const tinted = (hex: string, tint: number): string => {
  if (!tint) return hex
  const [h, s, l] = hslOf(hex)
  return hexOf(h, s, tint < 0 ? l * (1 + tint) : l * (1 - tint) + tint)
}

interface Style {
  date: boolean
  fill: string | undefined
  ink: string | undefined
}
interface Styles {
  cells: Style[]
  /** The fills of conditional formats, by their number. */
  conditional: (string | undefined)[]
}

const stylesOf = (xml: string, theme: string): Styles => {
  const scheme = /<a:clrScheme[\s\S]*?<\/a:clrScheme>/.exec(theme)?.[0] ?? ''
  const colour = (name: string, i: number) =>
    new RegExp(`<a:${name}>[\\s\\S]*?(?:lastClr|srgbClr val)="([0-9A-Fa-f]{6})"`).exec(scheme)?.[1] ?? officeTheme[i]!
  const themed = 'lt1 dk1 lt2 dk2 accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink'.split(' ').map(colour)
  const own = /<indexedColors>([\s\S]*?)<\/indexedColors>/.exec(xml)?.[1]
  const indexed = own
    ? [...own.matchAll(/rgb="(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})"/g)].map((m) => m[1]!)
    : standardIndexed
  const formats = new Map(
    [...xml.matchAll(/<numFmt\s[^>]*>/g)].map((m) => [
      Number(attribute(m[0], 'numFmtId')),
      attributeText(m[0], 'formatCode') ?? '',
    ]),
  )
  const colourIn = (tag: string | undefined): string | undefined => {
    if (!tag) return undefined
    const rgb = attribute(tag, 'rgb')
    const byTheme = attribute(tag, 'theme')
    const byIndex = attribute(tag, 'indexed')
    const base = rgb
      ? rgb.slice(-6)
      : byTheme
        ? themed[Number(byTheme)]
        : byIndex
          ? indexed[Number(byIndex)]
          : undefined
    return base && /^[0-9A-Fa-f]{6}$/.test(base)
      ? tinted(base.toUpperCase(), Number(attribute(tag, 'tint') ?? 0))
      : undefined
  }
  const fills = [
    ...(/<fills[\s>][\s\S]*?<\/fills>/.exec(xml)?.[0] ?? '').matchAll(/<fill\s*\/>|<fill>([\s\S]*?)<\/fill>/g),
  ].map((m): string | undefined => {
    const body = m[1] ?? ''
    if (/<gradientFill/.test(body)) return colourIn(/<color[^>]*>/.exec(body)?.[0])
    return /patternType="solid"/.test(body) ? colourIn(/<fgColor[^>]*>/.exec(body)?.[0]) : undefined
  })
  const inks = [
    ...(/<fonts[\s>][\s\S]*?<\/fonts>/.exec(xml)?.[0] ?? '').matchAll(/<font\s*\/>|<font>([\s\S]*?)<\/font>/g),
  ].map((m) => {
    const ink = colourIn(/<color\s[^>]*>/.exec(m[1] ?? '')?.[0])
    return ink === '000000' ? undefined : ink
  })
  // A differential fill names its colour as the background; only old programs write the pattern too.
  const conditional = [
    ...(/<dxfs[\s>][\s\S]*?<\/dxfs>/.exec(xml)?.[0] ?? '').matchAll(/<dxf\s*\/>|<dxf>([\s\S]*?)<\/dxf>/g),
  ].map((m) => {
    const fill = /<fill>[\s\S]*?<\/fill>/.exec(m[1] ?? '')?.[0] ?? ''
    return colourIn(/<bgColor[^>]*>/.exec(fill)?.[0]) ?? colourIn(/<fgColor[^>]*>/.exec(fill)?.[0])
  })
  const xfs = /<cellXfs[\s>][\s\S]*?<\/cellXfs>/.exec(xml)?.[0] ?? ''
  const cells = [...xfs.matchAll(/<xf\s[^>]*>/g)].map((m) => {
    const id = Number(attribute(m[0], 'numFmtId') ?? 0)
    return {
      date: isDateFormat(id, formats.get(id)),
      fill: fills[Number(attribute(m[0], 'fillId') ?? 0)],
      ink: inks[Number(attribute(m[0], 'fontId') ?? 0)],
    }
  })
  return { cells, conditional }
}

// ---- reading ----

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
  const workbook = part(main)
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

// ---- writing ----

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
