import { strFromU8, unzipSync } from 'fflate'

/** A Word paper as the screen and the printer show it: paragraphs and tables with their look, read from the file itself. */
export interface Run {
  text: string
  font?: string
  /** Points. */
  size?: number
  color?: string
  bold?: boolean
  /** A data address, with its size in points. */
  image?: { src: string; width: number; height: number; alt: string }
}
export interface Para {
  type: 'p'
  runs: Run[]
  align?: 'center' | 'right' | 'both' | 'left'
  /** First line set in by two characters. */
  indent?: boolean
  /** Points. */
  left?: number
  right?: number
  before?: number
  after?: number
  line?: number
  rule?: { at: 'top' | 'bottom'; color: string; double: boolean }
}
export interface Table {
  type: 'table'
  /** Shares of the width, in percent. */
  widths: number[]
  /** All lines, or the rules of 版记 only. */
  lines: 'all' | 'rules'
  rows: { height: number; cells: { span: number; paras: Para[] }[] }[]
}
export interface Sheet {
  header: Para[]
  body: (Para | Table)[]
}

const plain = (t: string) =>
  t
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&#(\d+);/g, (_, n) => String.fromCodePoint(+n))
    .replace(/&#x([0-9a-f]+);/gi, (_, n) => String.fromCodePoint(Number.parseInt(n, 16)))
    .replace(/&amp;/g, '&')

/** Twips (twentieths of a point) to points. */
const points = (t: string | undefined) => (t === undefined ? undefined : +t / 20)
const attr = (xml: string, element: string, name: string): string | undefined =>
  new RegExp(`<w:${element}(?:\\s[^>]*?)?\\sw:${name}="([^"]*)"`).exec(xml)?.[1]

type Pictures = (id: string) => string | undefined

const runsOf = (xml: string, pictures: Pictures): Run[] => {
  const out: Run[] = []
  let field = false
  for (const m of xml.matchAll(/<w:r(?: [^>]*)?>((?:(?!<w:r[ >])[\s\S])*?)<\/w:r>/g)) {
    const inner = m[1]!
    if (inner.includes('w:fldCharType="begin"')) field = true
    if (inner.includes('w:fldCharType="end"')) field = false
    const look = /<w:rPr>[\s\S]*?<\/w:rPr>/.exec(inner)?.[0] ?? ''
    const half = attr(look, 'sz', 'val')
    const color = attr(look, 'color', 'val')
    const base: Omit<Run, 'text'> = {
      ...(attr(look, 'rFonts', 'eastAsia') ? { font: attr(look, 'rFonts', 'eastAsia')! } : {}),
      ...(half ? { size: +half / 2 } : {}),
      ...(color && color !== 'auto' ? { color: `#${color}` } : {}),
      ...(/<w:b\/>|<w:b w:val="(?:1|true)"\/>/.test(look) ? { bold: true } : {}),
    }
    const picture = /<a:blip [^>]*r:embed="([^"]+)"/.exec(inner)?.[1]
    if (picture) {
      const src = pictures(picture)
      const size = /<wp:extent [^>]*cx="(\d+)"[^>]*cy="(\d+)"/.exec(inner)
      if (src)
        out.push({
          text: '',
          image: {
            src,
            width: +(size?.[1] ?? 0) / 12_700,
            height: +(size?.[2] ?? 0) / 12_700,
            alt: '查询进度的二维码',
          },
        })
    }
    if (field) continue
    const text = [...inner.matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>|<w:(tab|br)\/>/g)]
      .map((t) => (t[2] === 'tab' ? '\t' : t[2] === 'br' ? '\n' : plain(t[1] ?? '')))
      .join('')
    if (text !== '') out.push({ text, ...base })
  }
  return out
}

const paraOf = (xml: string, pictures: Pictures): Para => {
  const look = /<w:pPr>[\s\S]*?<\/w:pPr>/.exec(xml)?.[0] ?? ''
  const align = attr(look, 'jc', 'val') as Para['align'] | undefined
  const rule = /<w:(top|bottom) w:val="(\w+)"[^>]*?w:color="(\w+)"/.exec(
    /<w:pBdr>[\s\S]*?<\/w:pBdr>/.exec(look)?.[0] ?? '',
  )
  const set: [keyof Para, number | undefined][] = [
    ['left', points(attr(look, 'ind', 'left'))],
    ['right', points(attr(look, 'ind', 'right'))],
    ['before', points(attr(look, 'spacing', 'before'))],
    ['after', points(attr(look, 'spacing', 'after'))],
    ['line', attr(look, 'spacing', 'lineRule') === 'exact' ? points(attr(look, 'spacing', 'line')) : undefined],
  ]
  return {
    type: 'p',
    runs: runsOf(xml, pictures),
    ...(align ? { align } : {}),
    ...((attr(look, 'ind', 'firstLineChars') ?? attr(look, 'ind', 'firstLine')) ? { indent: true } : {}),
    ...Object.fromEntries(set.filter(([, v]) => v !== undefined)),
    ...(rule ? { rule: { at: rule[1] as 'top' | 'bottom', color: `#${rule[3]}`, double: rule[2] !== 'single' } } : {}),
  }
}

const paragraphs = (xml: string, pictures: Pictures) =>
  [...xml.matchAll(/<w:p(?: [^>]*)?>(?:(?!<w:p[ >])[\s\S])*?<\/w:p>|<w:p\/>/g)].map((m) => paraOf(m[0], pictures))

const tableOf = (xml: string, pictures: Pictures): Table => {
  const grid = [...xml.matchAll(/<w:gridCol w:w="(\d+)"/g)].map((m) => +m[1]!)
  const whole = grid.reduce((a, b) => a + b, 0) || 1
  return {
    type: 'table',
    widths: grid.map((w) => Math.round((w / whole) * 1000) / 10),
    lines: /<w:insideV /.test(xml) ? 'all' : 'rules',
    rows: [...xml.matchAll(/<w:tr(?: [^>]*)?>([\s\S]*?)<\/w:tr>/g)].map((r) => ({
      height: points(attr(r[1]!, 'trHeight', 'val')) ?? 0,
      cells: [...r[1]!.matchAll(/<w:tc(?: [^>]*)?>([\s\S]*?)<\/w:tc>/g)].map((c) => ({
        span: +(attr(c[1]!, 'gridSpan', 'val') ?? 1),
        paras: paragraphs(c[1]!, pictures),
      })),
    })),
  }
}

/** Read a filled .docx for the screen. What an office retouched in its template shows here too. */
export const sheetOf = (docx: Uint8Array): Sheet => {
  const parts = unzipSync(docx)
  const text = (name: string) => (parts[name] ? strFromU8(parts[name]!) : '')
  const rels = text('word/_rels/document.xml.rels')
  const targetOf = (id: string) =>
    [...rels.matchAll(/<Relationship [^>]*>/g)]
      .map((m) => m[0])
      .find((r) => r.includes(`Id="${id}"`))
      ?.match(/Target="([^"]+)"/)?.[1]
  const pictures: Pictures = (id) => {
    const target = targetOf(id)
    const data = target && parts[target.startsWith('/') ? target.slice(1) : `word/${target}`]
    return data ? `data:image/png;base64,${Buffer.from(data).toString('base64')}` : undefined
  }
  const document = text('word/document.xml')
  const first = /<w:headerReference [^>]*w:type="first"[^>]*>/.exec(document)?.[0].match(/r:id="([^"]+)"/)?.[1]
  const header = first ? targetOf(first) : undefined
  const body = /<w:body>([\s\S]*)<\/w:body>/.exec(document)?.[1] ?? ''
  return {
    header: header ? paragraphs(text(`word/${header}`), pictures) : [],
    body: [...body.matchAll(/<w:tbl>[\s\S]*?<\/w:tbl>|<w:p(?: [^>]*)?>(?:(?!<w:p[ >])[\s\S])*?<\/w:p>|<w:p\/>/g)].map(
      (m) => (m[0].startsWith('<w:tbl>') ? tableOf(m[0], pictures) : paraOf(m[0], pictures)),
    ),
  }
}

/** A paper read aloud or on a small screen: its lines without head, title, signature and 版记, which the page sets itself. */
export const linesOf = (
  sheet: Sheet,
  own: { organ: string; number: string | null; title: string; date: string },
): { text: string; level: 'body' | 'heading' }[] => {
  const said = (p: Para) =>
    p.runs
      .map((r) => r.text)
      .join('')
      .trim()
  const apart = new Set(['', own.organ, own.number ?? '', own.title, own.date, `${own.organ}　　${own.date}`])
  return sheet.body
    .flatMap((b): { text: string; level: 'body' | 'heading' }[] =>
      b.type === 'p'
        ? [{ text: said(b), level: b.runs.every((r) => r.font === '黑体') ? 'heading' : 'body' }]
        : b.lines === 'rules'
          ? []
          : b.rows.map((row) => {
              const cells = row.cells.map((c) => c.paras.map(said).filter(Boolean).join('；'))
              const pairs = cells.flatMap((c, i) => (i % 2 === 0 ? [[c, cells[i + 1] ?? '']] : []))
              return {
                text: pairs
                  .filter(([, v]) => v !== '')
                  .map(([k, v]) => `${k}：${v}`)
                  .join('　'),
                level: 'body',
              }
            }),
    )
    .filter((l) => !apart.has(l.text))
}
