import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDay } from './day.ts'

test('只有真实存在的日期才是日期', () => {
  const exists = (y: number, m: number, d: number) => {
    const at = new Date(Date.UTC(y, m - 1, d))
    return at.getUTCFullYear() === y && at.getUTCMonth() === m - 1 && at.getUTCDate() === d
  }
  const two = (n: number) => String(n).padStart(2, '0')
  fc.assert(
    fc.property(
      fc.integer({ min: 1600, max: 2400 }),
      fc.integer({ min: 0, max: 13 }),
      fc.integer({ min: 0, max: 32 }),
      (y, m, d) => {
        expect(isDay(`${y}-${two(m)}-${two(d)}`)).toBe(exists(y, m, d))
      },
    ),
  )
  expect([isDay('2026-2-3'), isDay('20260203'), isDay(null), isDay('2026-02-03T00:00')]).toEqual([
    false,
    false,
    false,
    false,
  ])
})
