import { expect, test } from 'vitest'
import { day } from '../../kit/day.ts'
import { columns, columnsOf, daysLeftWords, defaultColumns, sinceWords } from './columns.ts'

test('列的名称不重复，默认列都存在', () => {
  expect(new Set(columns.map((c) => c.key)).size).toBe(columns.length)
  expect(columnsOf(defaultColumns).map((c) => c.key)).toEqual(defaultColumns)
})
test('按所选次序取列，不认识的略去，一个都没有就用默认列', () => {
  expect(columnsOf(['title', 'nothing', 'grade']).map((c) => c.key)).toEqual(['title', 'grade'])
  expect(columnsOf([]).map((c) => c.key)).toEqual(defaultColumns)
})
test('剩余天数和最近联系用话说', () => {
  expect([null, -2, 0, 3].map(daysLeftWords)).toEqual(['—', '超 2 天', '今天', '3 天'])
  const today = day('2026-11-23')
  expect(
    [null, day('2026-11-23'), day('2026-11-22'), day('2026-11-15'), day('2026-01-05'), day('2025-05-01')].map((d) =>
      sinceWords(d, today),
    ),
  ).toEqual(['—', '今天', '昨天', '8 天前', '01-05', '2025-05-01'])
})
