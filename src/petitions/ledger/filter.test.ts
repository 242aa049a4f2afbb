import fc from 'fast-check'
import { expect, test } from 'vitest'
import { filterOf, ledgerAddress, orderOf, sameFilter } from './filter.ts'

const back = (address: string) => new URLSearchParams(address.split('?')[1] ?? '')

test('筛选写进地址再读回来不变', () => {
  fc.assert(
    fc.property(
      fc.record(
        {
          q: fc.constantFrom('土地', '王&李', 'a b', '50%'),
          grade: fc.subarray(['red', 'yellow', 'blue', 'none'] as const, { minLength: 1 }),
          step: fc.subarray(['register', 'accept', 'handle'] as const, { minLength: 1 }),
          due: fc.subarray(['overdue', 'soon'] as const, { minLength: 1 }),
          key: fc.boolean(),
          mine: fc.constant(true),
          receivedFrom: fc.constantFrom('2026-01-01', '2025-12-31'),
          villageId: fc.array(fc.uuid({ version: 7 }), { minLength: 1, maxLength: 3 }),
        },
        { requiredKeys: [] },
      ),
      (f) => {
        expect(filterOf(back(ledgerAddress(f)))).toEqual(f)
      },
    ),
  )
})
test('地址里写错的条件略去，其余照用', () => {
  expect(filterOf(new URLSearchParams('grade=green&step=accept&nothing=1&receivedFrom=昨天'))).toEqual({
    step: ['accept'],
  })
})
test('排序写错时按收到日期从新到旧', () => {
  expect(orderOf(new URLSearchParams('sort=nextDueOn&dir=asc'))).toEqual({ sort: 'nextDueOn', dir: 'asc' })
  expect(orderOf(new URLSearchParams('sort=title'))).toEqual({ sort: 'receivedOn', dir: 'desc' })
})
test('条件相同不论先后', () => {
  expect(sameFilter({ mine: true, q: '' }, { mine: true })).toBe(true)
  expect(sameFilter({ mine: true }, {})).toBe(false)
})
