import { expect, test } from 'vitest'
import { dayOfLunar } from './lunar.ts'

test('农历换算成公历，闰月分得开，没有的日子不编造', () => {
  expect(dayOfLunar(2025, 1, 1)).toBe('2025-01-29')
  expect(dayOfLunar(2025, 3, 3)).toBe('2025-03-31')
  expect(dayOfLunar(2025, 6, 15)).toBe('2025-07-09')
  expect(dayOfLunar(2025, 6, 15, true)).toBe('2025-08-08')
  expect(dayOfLunar(2024, 12, 30)).toBe(null)
  expect(dayOfLunar(2023, 12, 30)).toBe('2024-02-09')
  expect(dayOfLunar(2025, 5, 1, true)).toBe(null)
})
