import type { Cell } from '../../kit/server/excel.ts'
import type { Field, ParsedRow } from './proposal.ts'
import { squeeze } from './values.ts'

/** What a ledger's own totals say, beside what its rows add up to. Pure. */

export interface Sums {
  count: number
  people: number
  red: number
  yellow: number
  blue: number
}
export const noSums = (): Sums => ({ count: 0, people: 0, red: 0, yellow: 0, blue: 0 })
export const addTo = (s: Sums, row: Pick<ParsedRow, 'headCount' | 'grade'>): void => {
  s.count += 1
  s.people += row.headCount ?? 1
  if (row.grade) s[row.grade] += 1
}

const colours = [
  ['红', 'red'],
  ['黄', 'yellow'],
  ['蓝', 'blue'],
] as const

/** Every number of a line of totals that says what it counts: '合计：76件', '红色 14 件', a number under 人数. */
export const totalsIn = (
  cells: readonly Cell[],
  at: ReadonlyMap<Field, number>,
  counted: Sums,
): { what: string; stated: number; counted: number }[] =>
  cells.flatMap((c) => {
    const said = squeeze(c.v)
    if (c.c === at.get('headCount') && /^\d+(\.0+)?$/.test(said))
      return [{ what: '人数', stated: Number(said), counted: counted.people }]
    if (typeof c.v === 'number' || /^\d+件?$/.test(said)) {
      const ofMatters =
        c.c === at.get('petitionerName') ||
        c.c === at.get('request') ||
        /件$/.test(said) ||
        (cells.length === 2 && !at.has('headCount'))
      return ofMatters ? [{ what: '件数', stated: Number.parseInt(said, 10), counted: counted.count }] : []
    }
    const total = /(?:合计|小计|总计|共计?|累计)[:：]?(\d+)件/.exec(said)
    return [
      ...(total ? [{ what: '件数', stated: Number(total[1]), counted: counted.count }] : []),
      ...colours.flatMap(([word, grade]) => {
        const m = new RegExp(`${word}[色类]?[:：]?(\\d+)件?`).exec(said)
        return m ? [{ what: `${word}色件数`, stated: Number(m[1]), counted: counted[grade] }] : []
      }),
    ]
  })
