import { shownFrom } from './courtesy.ts'

/** What was said within one month (2026-03) of one unit or one dimension. */
export interface Month {
  month: string
  n: number
  good: number
  fair: number
  poor: number
}
/** Months told together, the first and the last of them. */
export type Run = Omit<Month, 'month'> & { from: string; to: string }

export const spans = { month: '按月', quarter: '按季度', year: '按年' } as const
export type Span = keyof typeof spans

const two = (n: number) => String(n).padStart(2, '0')
const partsOf = (month: string) => [Number(month.slice(0, 4)), Number(month.slice(5))] as const
export const nextMonth = (month: string): string => {
  const [y, m] = partsOf(month)
  return m === 12 ? `${y + 1}-01` : `${y}-${two(m + 1)}`
}
const together = (a: Run, b: Run): Run => ({
  from: a.from,
  to: b.to,
  n: a.n + b.n,
  good: a.good + b.good,
  fair: a.fair + b.fair,
  poor: a.poor + b.poor,
})

/**
 * Ended months, in order from the first there ever was, as runs of ten or more each; what has not come to ten waits for the months after it.
 * Nothing smaller than a run is ever told: a month against its quarter, a quarter against its year, today's table against last month's, all
 * differ by whole runs.
 */
export const runsOf = (months: readonly Month[], limit = shownFrom): Run[] => {
  const runs: Run[] = []
  let open: Run | null = null
  for (const { month, ...said } of months) {
    const last = runs.at(-1)
    const one = { from: last ? nextMonth(last.to) : month, to: month, ...said }
    open = open ? together(open, one) : one
    if (open.n < limit) continue
    runs.push(open)
    open = null
  }
  return runs
}

const periodOf = (month: string, by: Span): string => {
  const [y, m] = partsOf(month)
  return by === 'year' ? `${y}` : by === 'quarter' ? `${y}/${Math.ceil(m / 3)}` : month
}
/** The runs that end in the same month, quarter or year, as one. */
export const joined = (runs: readonly Run[], by: Span): Run[] =>
  [...Map.groupBy(runs, (r) => periodOf(r.to, by)).values()].map((all) => all.reduce(together))

/** 2026年3月, 2026年第一季度, 2026年; or from when to when, where it is no such whole. */
export const nameOf = ({ from, to }: Pick<Run, 'from' | 'to'>): string => {
  const [y, m] = partsOf(from)
  const [toYear, toMonth] = partsOf(to)
  if (y !== toYear) return `${y}年${m}月—${toYear}年${toMonth}月`
  if (m === toMonth) return `${y}年${m}月`
  if (m === 1 && toMonth === 12) return `${y}年`
  if (m % 3 === 1 && toMonth === m + 2) return `${y}年第${'一二三四'[(m - 1) / 3]}季度`
  return `${y}年${m}月—${toMonth}月`
}

/** Whole percents of parts that make up all of it: they add up to a hundred, what rounding leaves over goes to the largest rests. */
export const percents = (parts: readonly number[]): number[] => {
  const n = parts.reduce((a, b) => a + b, 0)
  if (n === 0) return parts.map(() => 0)
  const whole = parts.map((x) => Math.floor((x * 100) / n))
  const rest = (i: number) => (parts[i]! * 100) % n
  const lacking = 100 - whole.reduce((a, b) => a + b, 0)
  const raised = parts
    .map((_, i) => i)
    .sort((a, b) => rest(b) - rest(a) || a - b)
    .slice(0, lacking)
  return whole.map((x, i) => x + (raised.includes(i) ? 1 : 0))
}
