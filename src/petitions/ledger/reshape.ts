import type { Cell, Merge, Row } from '../../kit/server/excel.ts'
import { fieldsOfHeader } from './heads.ts'
import type { Field } from './proposal.ts'
import { channelOf, gradeOfText, outcomeOf, squeeze } from './values.ts'

/** What a table says over several columns, or sideways, said in the ordinary way. Pure. */

type Lines = { rows: Iterable<Row> & { length: number; slice: (from: number, to: number) => Row[] }; merges: Merge[] }

interface Fold {
  head: number
  from: number
  to: number
  field: Field
  word: string
  /** The head words of the columns, to know a repeated head by. */
  words: string[]
  value: (cells: (Cell | undefined)[], last: string) => string
}

const ticked = /^(√|✓|✔|☑|■|●|○|▲|★|V|是|有|1|\*|对勾)$/i
const bare = (c: Cell | undefined) => squeeze(c?.v).replace(/[年月日号]$/, '')
const within = (s: string, low: number, high: number) => /^\d{1,4}$/.test(s) && Number(s) >= low && Number(s) <= high

/** What several columns may say with a tick in one of them: 红 | 黄 | 蓝, 来信 | 来访 | 来电, 已化解 | 未化解. */
const choices: { field: Field; word: string; of: (word: string) => string | null }[] = [
  { field: 'grade', word: '级别', of: (w) => (w.length <= 4 ? gradeOfText(w) : null) },
  { field: 'channel', word: '信访形式', of: (w) => (w.length <= 6 ? channelOf(w) : null) },
  { field: 'progress', word: '办理情况', of: (w) => (/^[已未在]/.test(w) && w.length <= 4 ? outcomeOf(w) : null) },
]

/** 年 | 月 | 日 as two or three columns; a choice of two or more with a tick. */
const foldsOf = (top: Row[], rest: Row[]): Fold[] => {
  const out: Fold[] = []
  for (const r of top) {
    const line = r.cells.filter((c) => typeof c.v === 'string' && squeeze(c.v) !== '')
    line.forEach((c, i) => {
      const run = line.slice(i).filter((x, k) => x.c === c.c + k)
      const words = run.map((x) => squeeze(x.v))
      const below = (size: number) =>
        rest
          .filter((x) => x.n > r.n)
          .map((x) => Array.from({ length: size }, (_, k) => x.cells.find((y) => y.c === c.c + k)))
          .filter((cells) => cells.some((x) => squeeze(x?.v) !== ''))
      const size =
        words[0] === '年' && words[1] === '月' && words[2] === '日' ? 3 : words[0] === '月' && words[1] === '日' ? 2 : 0
      if (size && squeeze(line[i - 1]?.v) !== '年') {
        const lines = below(size)
        const good = lines.filter((x) => within(bare(x.at(-2)), 1, 12) && within(bare(x.at(-1)), 1, 31)).length
        if (good > 0 && good >= lines.length * 0.6)
          out.push({
            head: r.n,
            from: c.c,
            to: c.c + size - 1,
            field: 'receivedOn',
            word: '日期',
            words: words.slice(0, size),
            value: (cells, last) => {
              const parts = cells.map(bare)
              if (size === 2) parts.unshift('')
              const [y, m, d] = parts
              const year = y || (/^(\d{2,4})年/.exec(last)?.[1] ?? '')
              // The month is written once for its days.
              const month = m || (/(\d{1,2})月/.exec(last)?.[1] ?? '')
              return `${year ? `${year}年` : ''}${month ? `${month}月` : ''}${d ? `${d}日` : ''}`
            },
          })
        return
      }
      for (const choice of choices) {
        const meant = words.map(choice.of)
        const stop = meant.findIndex((g, k) => g === null || meant.indexOf(g) !== k)
        const wide = stop < 0 ? meant.length : stop
        if (wide < 2 || out.some((f) => f.head === r.n && f.to >= c.c)) continue
        const lines = below(wide)
        const one = lines.filter((cells) => {
          const said = cells.flatMap((x, k) => (squeeze(x?.v) === '' ? [] : [[squeeze(x!.v), words[k]!] as const]))
          return said.length === 1 && (ticked.test(said[0]![0]) || said[0]![0] === said[0]![1])
        }).length
        // Numbers under the words are a summary.
        if (one > 0 && one >= lines.length * 0.8)
          out.push({
            head: r.n,
            from: c.c,
            to: c.c + wide - 1,
            field: choice.field,
            word: choice.word,
            words: words.slice(0, wide),
            value: (cells) => cells.flatMap((x, k) => (squeeze(x?.v) === '' ? [] : [words[k]!])).join('/'),
          })
      }
    })
  }
  return out
}

const folded = <T extends Lines>(table: T, f: Fold): T => {
  const parent = [...table.rows.slice(0, 20)]
    .filter((r) => r.n < f.head && r.n >= f.head - 2)
    .flatMap((r) => r.cells.filter((c) => c.c === f.from && typeof c.v === 'string'))
    .some((c) => fieldsOfHeader(String(c.v)).some(([field]) => field === f.field))
  let last = ''
  const rows = [...table.rows].flatMap((r): Row[] => {
    if (r.n < f.head) return [r]
    const own = Array.from({ length: f.to - f.from + 1 }, (_, k) => r.cells.find((c) => c.c === f.from + k))
    if (own.every((c) => squeeze(c?.v) === '')) return [r]
    const others = r.cells.filter((c) => c.c < f.from || c.c > f.to)
    const isHead = own.every((c, k) => squeeze(c?.v) === f.words[k])
    const v = isHead ? (parent ? null : f.word) : f.value(own, last)
    if (v && !isHead) last = v
    const fill = own.find((c) => c?.fill)?.fill
    const cells = [...others, { c: f.from, v, ...(fill && !isHead ? { fill } : {}) }].sort((a, b) => a.c - b.c)
    return cells.some((c) => c.v !== null) ? [{ n: r.n, cells }] : []
  })
  const merges = table.merges.flatMap((m): Merge[] => {
    if (m.c1 < f.from || m.c2 > f.to) return [m]
    // The parent over the columns is over the one now; a month merged over its days is said in each.
    return m.r1 === m.r2 || m.r1 > f.head ? [] : m.c1 === f.from ? [{ ...m, c2: f.from }] : []
  })
  return { ...table, rows, merges }
}

/** One value out of columns that say it together. */
export const foldTogether = <T extends Lines>(table: T): T => {
  if (table.rows.length > 20_000) return table
  const top = table.rows.slice(0, 15)
  const hint = top.some((r) =>
    r.cells.some(
      (c) =>
        typeof c.v === 'string' && /^(月|红色?|黄色?|一级|重大|高|来信|来访|已(办结|化解|解决))$/.test(squeeze(c.v)),
    ),
  )
  if (!hint) return table
  const folds = foldsOf(top, [...table.rows.slice(0, 300)])
  // From the right, so that what is left keeps its place.
  return folds.sort((a, b) => b.from - a.from).reduce((t, f) => folded(t, f), table)
}

/** A table lying on its side, the words in its first column and one matter in each of the others: stood up. */
export const stoodUp = <T extends Lines & { name: string; of?: string }>(
  table: T,
  sureField: (v: Cell['v']) => Field | null,
): T | null => {
  if (table.rows.length < 4 || table.rows.length > 60) return null
  const lines = [...table.rows]
    .map((r) => ({ ...r, cells: r.cells.filter((c) => c.v !== null && squeeze(c.v) !== '') }))
    .filter((r) => r.cells.length > 0)
  const label = Math.min(...lines.filter((r) => r.cells.length > 1).map((r) => r.cells[0]!.c))
  const said = (c: Cell) => (typeof c.v === 'string' ? sureField(squeeze(c.v).replace(/[:：]$/, '')) : null)
  const named = lines.filter((r) => r.cells[0]!.c === label && said(r.cells[0]!) !== null)
  const fields = new Set(named.map((r) => said(r.cells[0]!)))
  if (fields.size < 4 || !(fields.has('request') || fields.has('title'))) return null
  if (!fields.has('petitionerName') && !fields.has('receivedOn')) return null
  // In a form the words stand to the right as well; in a table side by side.
  if (lines.some((r) => r.cells.slice(1).some((c) => said(c) !== null && said(c) !== said(r.cells[0]!)))) return null
  const filledBy = new Map<number, number>()
  for (const r of named) for (const c of r.cells.slice(1)) filledBy.set(c.c, (filledBy.get(c.c) ?? 0) + 1)
  const matters = [...filledBy].filter(([, n]) => n >= named.length * 0.5).map(([c]) => c)
  if (matters.length < 2 || matters.length !== filledBy.size) return null
  const first = named[0]!.n
  const inTable = lines.filter((r) => r.n >= first && r.cells[0]!.c === label && r.cells.length > 1)
  const title = lines.find((r) => r.n < first && r.cells.length === 1)
  return {
    ...table,
    rows: [
      ...(title ? [{ n: 1, cells: title.cells }] : []),
      { n: 2, cells: inTable.map((r, i) => ({ c: i + 1, v: squeeze(r.cells[0]!.v).replace(/[:：]$/, '') })) },
      ...matters
        .sort((a, b) => a - b)
        .map((at, k) => ({
          n: 3 + k,
          cells: inTable.flatMap((r, i): Cell[] => {
            const c = r.cells.find((x) => x.c === at)
            return c ? [{ ...c, c: i + 1 }] : []
          }),
        })),
    ],
    merges: [],
  }
}
