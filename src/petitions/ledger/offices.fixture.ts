import type { Cell, Sheet } from '../../kit/server/excel.ts'
import type { ParsedRow } from './proposal.ts'

/** Ledgers as different as offices keep them, each with what is true of its rows. Names and places are invented. */

export type Value = string | number | null | Omit<Cell, 'c'>
export type True = { [K in keyof ParsedRow]?: unknown }
export const c = (v: Cell['v'], more: Partial<Cell> = {}) => ({ ...more, v })
export const sheet = (name: string, rows: Value[][], more: Partial<Sheet> = {}): Sheet => ({
  name,
  hidden: false,
  merges: [],
  rows: rows
    .map((r, i) => ({
      n: i + 1,
      cells: r.flatMap((x, k): Cell[] =>
        x === null || x === '' ? [] : [typeof x === 'object' ? { ...x, c: k + 1 } : { c: k + 1, v: x }],
      ),
    }))
    .filter((r) => r.cells.length),
  ...more,
})
export const m = (r1: number, c1: number, r2: number, c2: number) => ({ r1, c1, r2, c2 })
export const [RED, YEL, BLU, LR, LB] = ['FF0000', 'FFFF00', '00B0F0', 'F8CBAD', 'BDD7EE']
export const head = ['序号', '信访人', '村', '信访事项', '登记日期', '级别']
export const office = (what: string, sheets: Sheet[], truth: True[]): [string, Sheet[], True[]] => [what, sheets, truth]
