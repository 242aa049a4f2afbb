import { Invalid, Refused } from '../errors.ts'
import { type Cell, isDateFormat, type Merge, type Row, type Sheet, type Workbook } from './workbook.ts'

/**
 * Spreadsheets that are markup: HTML tables saved with the name .xls (what most web systems "export"), and the XML of
 * Excel 2003. Values, fills, merges; no script, no links, nothing is fetched.
 */

const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ensp: ' ',
  emsp: '　',
  middot: '·',
  times: '×',
  mdash: '—',
  ndash: '–',
  hellip: '…',
  ldquo: '“',
  rdquo: '”',
  lsquo: '‘',
  rsquo: '’',
  star: '☆',
  starf: '★',
}
const decode = (s: string): string =>
  s.includes('&')
    ? s.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (all, e: string) => {
        if (e[0] !== '#') return named[e.toLowerCase()] ?? all
        const n = /^#x/i.test(e) ? Number.parseInt(e.slice(2), 16) : Number(e.slice(1))
        return n > 0 && n <= 0x10ffff ? String.fromCodePoint(n) : ''
      })
    : s

const attribute = (tag: string, name: string): string | null => {
  const m = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag)
  return m ? decode(m[1] ?? m[2] ?? m[3] ?? '') : null
}

const colourNames: Record<string, string> = {
  red: 'FF0000',
  yellow: 'FFFF00',
  blue: '0000FF',
  orange: 'FFA500',
  gold: 'FFD700',
  skyblue: '87CEEB',
  lightblue: 'ADD8E6',
  pink: 'FFC0CB',
  lightyellow: 'FFFFE0',
  white: 'FFFFFF',
}
const colourOf = (text: string | null | undefined): string | undefined => {
  const s = (text ?? '').trim().toLowerCase()
  const hex = /^#?([0-9a-f]{6})\b/.exec(s)?.[1]
  if (hex) return hex.toUpperCase()
  const short = /^#([0-9a-f]{3})\b/.exec(s)?.[1]
  if (short)
    return [...short]
      .map((c) => c + c)
      .join('')
      .toUpperCase()
  const rgb = /^rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)/.exec(s)
  if (rgb)
    return [rgb[1], rgb[2], rgb[3]]
      .map((n) => Math.min(255, Number(n)).toString(16).padStart(2, '0'))
      .join('')
      .toUpperCase()
  return colourNames[/^[a-z]+/.exec(s)?.[0] ?? '']
}
const backgroundOf = (style: string): string | undefined =>
  colourOf(/background(?:-color)?\s*:\s*([^;]+)/i.exec(style)?.[1])
const inkOf = (style: string): string | undefined => colourOf(/(?:^|[;{\s])color\s*:\s*([^;]+)/i.exec(style)?.[1])

const plain = (html: string): string =>
  decode(
    html
      .replace(/<!--[\s\S]*?-->/g, '')
      // Line ends of the source are blanks; only these elements break a line.
      .replace(/\s*[\r\n]+\s*/g, ' ')
      .replace(/<br\s*\/?>|<\/(?:p|div|li)>/gi, '\n')
      .replace(/<[^>]*>/g, ''),
  )
    .replace(/[ \t]*\n[ \t]*/g, '\n')
    .trim()

const tooMany = () => new Refused('表格内容超过三百万格，请拆成几个文件再导入')

/** All tables of a page, one under the other, as one sheet; a table inside a cell is only its text. */
export const readHtml = (html: string, name: string, maxCells: number): Workbook => {
  const classes = new Map<string, string>()
  for (const style of html.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/gi))
    for (const rule of style[1]!.matchAll(/\.([\w-]+)\s*\{([^}]*)\}/g))
      classes.set(rule[1]!, `${classes.get(rule[1]!) ?? ''};${rule[2]!}`)
  const rows: Row[] = []
  const merges: Merge[] = []
  let cells = 0
  let n = 0
  let line: Cell[] = []
  let c = 0
  let depth = 0
  let rowFill: string | undefined
  // Columns taken from above by rowspan: column → rows left.
  let taken = new Map<number, number>()
  const endRow = () => {
    if (line.some((x) => x.v !== null)) rows.push({ n, cells: line })
    line = []
    taken = new Map([...taken].map(([k, left]): [number, number] => [k, left - 1]).filter(([, left]) => left > 0))
  }
  let open = false
  const token = /<!--[\s\S]*?-->|<(\/?)(table|tr|td|th)\b([^>]*)>/gi
  let cell: { tag: string; from: number } | null = null
  const endCell = (to: number) => {
    if (!cell) return
    const { tag, from } = cell
    cell = null
    while (taken.has(c)) c += 1
    const style = `${classes.get(attribute(tag, 'class')?.split(' ')[0] ?? '') ?? ''};${attribute(tag, 'style') ?? ''}`
    const width = Math.min(200, Math.max(1, Number(attribute(tag, 'colspan')) || 1))
    const height = Math.min(20_000, Math.max(1, Number(attribute(tag, 'rowspan')) || 1))
    const text = plain(html.slice(from, to))
    const exact = attribute(tag, 'x:num') ?? attribute(tag, 'sdval')
    const fill = colourOf(attribute(tag, 'bgcolor')) ?? backgroundOf(style) ?? rowFill
    const ink = inkOf(style)
    const value = exact && /^\d(\.\d+)?E\+?\d+$/i.test(text) ? exact : text
    if (value !== '' || fill) {
      cells += 1
      if (cells > maxCells) throw tooMany()
      line.push({
        c,
        v: value === '' ? null : value,
        ...(fill ? { fill } : {}),
        ...(ink && ink !== '000000' ? { ink } : {}),
      })
    }
    if (width > 1 || height > 1) {
      merges.push({ r1: n, c1: c, r2: n + height - 1, c2: c + width - 1 })
      if (height > 1) for (let k = c; k < c + width; k += 1) taken.set(k, height)
    }
    c += width
  }
  for (const m of html.matchAll(token)) {
    const what = m[2]?.toLowerCase()
    if (!what) continue
    const end = m[1] === '/'
    if (what === 'table') {
      if (end) {
        if (depth === 1) {
          endCell(m.index)
          if (open) endRow()
          open = false
        }
        depth = Math.max(0, depth - 1)
      } else {
        depth += 1
        if (depth === 1) taken = new Map()
      }
      continue
    }
    if (depth !== 1) continue
    if (what === 'tr') {
      endCell(m.index)
      if (open) endRow()
      open = !end
      if (open) {
        n += 1
        c = 1
        rowFill = colourOf(attribute(m[0], 'bgcolor')) ?? backgroundOf(attribute(m[0], 'style') ?? '')
      }
    } else if (end) endCell(m.index)
    else {
      endCell(m.index)
      if (!open) {
        open = true
        n += 1
        c = 1
        rowFill = undefined
      }
      cell = { tag: m[0], from: m.index + m[0].length }
    }
  }
  endCell(html.length)
  if (open) endRow()
  if (rows.length === 0) throw new Invalid('网页里没有表格内容，请用 Excel 或 WPS 打开原表后另存为 .xlsx')
  return { sheets: [{ name, hidden: false, rows, merges }] }
}

/** The XML of Excel 2003 (application progid "Excel.Sheet"). */
export const readXmlWorkbook = (source: string, maxCells: number): Workbook => {
  const xml = source.replace(/<!--[\s\S]*?-->/g, '')
  const styles = new Map<string, { date: boolean; fill?: string }>()
  for (const m of xml.matchAll(/<(?:ss:)?Style\s([^>]*)>([\s\S]*?)<\/(?:ss:)?Style>/g)) {
    const id = attribute(` ${m[1]}`, 'ss:ID')
    const interior = /<(?:ss:)?Interior\s[^>]*>/.exec(m[2]!)?.[0] ?? ''
    const format = attribute(/<(?:ss:)?NumberFormat\s[^>]*>/.exec(m[2]!)?.[0] ?? '', 'ss:Format') ?? ''
    const fill = /Solid/i.test(attribute(interior, 'ss:Pattern') ?? 'Solid')
      ? colourOf(attribute(interior, 'ss:Color'))
      : undefined
    if (id)
      styles.set(id, {
        date: /date|time/i.test(format) || (format !== '' && isDateFormat(0, format)),
        ...(fill ? { fill } : {}),
      })
  }
  let cells = 0
  const sheets: Sheet[] = []
  for (const w of xml.matchAll(/<(?:ss:)?Worksheet\s([^>]*)>([\s\S]*?)<\/(?:ss:)?Worksheet>/g)) {
    const rows: Row[] = []
    const merges: Merge[] = []
    const hiddenRows: number[] = []
    let n = 0
    for (const r of w[2]!.matchAll(/<(?:ss:)?Row\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:ss:)?Row>)/g)) {
      n = Number(attribute(` ${r[1]}`, 'ss:Index')) || n + 1
      if (attribute(` ${r[1]}`, 'ss:Hidden') === '1') hiddenRows.push(n)
      const line: Cell[] = []
      let c = 0
      for (const x of (r[2] ?? '').matchAll(/<(?:ss:)?Cell\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:ss:)?Cell>)/g)) {
        const tag = ` ${x[1]}`
        c = Number(attribute(tag, 'ss:Index')) || c + 1
        const across = Number(attribute(tag, 'ss:MergeAcross')) || 0
        const down = Number(attribute(tag, 'ss:MergeDown')) || 0
        const look = styles.get(attribute(tag, 'ss:StyleID') ?? '')
        const d = /<(?:ss:)?Data\b([^>]*)>([\s\S]*?)<\/(?:ss:)?Data>/.exec(x[2] ?? '')
        const type = d ? attribute(` ${d[1]}`, 'ss:Type') : null
        const text = d ? decode(d[2]!.replace(/<[^>]*>/g, '')) : ''
        let v: Cell['v'] = text === '' ? null : text
        if (type === 'Number' && text.trim() !== '' && !Number.isNaN(Number(text))) v = Number(text)
        if (type === 'DateTime') v = text.replace('T', ' ').replace(/[ ]00:00:00(\.0+)?$/, '')
        if (type === 'Boolean') v = text === '1'
        if (v !== null || look?.fill) {
          cells += 1
          if (cells > maxCells) throw tooMany()
          line.push({
            c,
            v,
            ...(look?.fill ? { fill: look.fill } : {}),
            ...(look?.date && typeof v === 'number' ? { date: true } : {}),
            ...(attribute(tag, 'ss:Formula') ? { formula: true } : {}),
          })
        }
        if (across || down) merges.push({ r1: n, c1: c, r2: n + down, c2: c + across })
        c += across
      }
      if (line.some((x) => x.v !== null)) rows.push({ n, cells: line })
    }
    sheets.push({
      name: attribute(` ${w[1]}`, 'ss:Name') ?? `表${sheets.length + 1}`,
      hidden: /<(?:\w+:)?Visible>Sheet(?:Very)?Hidden</.test(w[2]!),
      rows,
      merges,
      ...(hiddenRows.length ? { hiddenRows } : {}),
    })
  }
  if (sheets.length === 0) throw new Invalid('文件中没有工作表')
  return { sheets }
}
