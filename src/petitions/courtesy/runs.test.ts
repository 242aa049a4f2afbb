import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shownFrom } from './courtesy.ts'
import { joined, type Month, nameOf, nextMonth, percents, type Run, runsOf, type Span } from './runs.ts'

const monthsFrom = (first: string, ns: readonly number[]): Month[] => {
  let month = first
  return ns.map((n) => {
    const one = { month, n, good: n, fair: 0, poor: 0 }
    month = nextMonth(month)
    return one
  })
}
const given = fc
  .record({
    first: fc.constantFrom('2024-01', '2024-02', '2024-11', '2025-12'),
    ns: fc.array(fc.nat(25), { maxLength: 30 }),
  })
  .map(({ first, ns }) => monthsFrom(first, ns))
const spans: Span[] = ['month', 'quarter', 'year']
const setOf = (r: Run): Set<string> => {
  const all = new Set<string>()
  for (let m = r.from; m <= r.to; m = nextMonth(m)) all.add(m)
  return all
}

test('按月、按季度、按年，今天的表和以前每个月的表，随便怎样相减：剩下的不是没有，就是十个以上', () => {
  fc.assert(
    fc.property(given, (months) => {
      const nOf = new Map(months.map((m) => [m.month, m.n]))
      // Everything that is told on any day, in any of the three tables.
      const told = months.flatMap((_, i) =>
        spans.flatMap((by) => joined(runsOf(months.slice(0, i + 1)), by).map((r) => ({ r, months: setOf(r) }))),
      )
      for (const { r, months: its } of told) {
        expect(r.n).toBeGreaterThanOrEqual(shownFrom)
        expect(r.n).toBe([...its].reduce((n, m) => n + (nOf.get(m) ?? 0), 0))
      }
      // What can be told apart by all tables together: months that always stand in the same lines.
      const key = (m: string) => told.map((t) => (t.months.has(m) ? 1 : 0)).join('')
      for (const [marks, all] of Map.groupBy(months, (m) => key(m.month))) {
        if (!marks.includes('1')) continue
        const n = all.reduce((sum, m) => sum + m.n, 0)
        expect(n === 0 || n >= shownFrom, `${all.map((m) => m.month)}: ${n}`).toBe(true)
      }
    }),
    { numRuns: 300 },
  )
})

test('不足十个的月和后面的月合在一起，等满十个；合起来的写明从哪月到哪月', () => {
  const runs = runsOf(monthsFrom('2026-01', [12, 4, 3, 5, 20, 9]))
  expect(runs.map((r) => [nameOf(r), r.n])).toEqual([
    ['2026年1月', 12],
    ['2026年2月—4月', 12],
    ['2026年5月', 20],
  ])
  expect(joined(runs, 'quarter').map((r) => [nameOf(r), r.n])).toEqual([
    ['2026年1月', 12],
    ['2026年2月—5月', 32],
  ])
  expect(joined(runs, 'year').map((r) => [nameOf(r), r.n])).toEqual([['2026年1月—5月', 44]])
  expect(nameOf({ from: '2026-04', to: '2026-06' })).toBe('2026年第二季度')
  expect(nameOf({ from: '2026-01', to: '2026-12' })).toBe('2026年')
  expect(nameOf({ from: '2025-11', to: '2026-02' })).toBe('2025年11月—2026年2月')
})

test('好、一般、不好的百分比加起来正好一百', () => {
  expect(percents([21, 3, 0])).toEqual([88, 12, 0])
  expect(percents([1, 1, 1])).toEqual([34, 33, 33])
  expect(percents([0, 0, 0])).toEqual([0, 0, 0])
  fc.assert(
    fc.property(fc.array(fc.nat(500), { minLength: 3, maxLength: 3 }), (parts) => {
      const n = parts.reduce((a, b) => a + b, 0)
      const shown = percents(parts)
      expect(shown.reduce((a, b) => a + b, 0)).toBe(n === 0 ? 0 : 100)
      for (const [i, x] of shown.entries()) expect(Math.abs(x - (n && (parts[i]! * 100) / n))).toBeLessThan(1)
    }),
  )
})
