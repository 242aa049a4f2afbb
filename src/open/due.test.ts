import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, day } from '../kit/day.ts'
import { before, bundled, dutiesOf, type OpenItem, periodOf, privateIn } from './due.ts'

const item = (more: Partial<OpenItem> = {}): OpenItem => ({
  id: 'a',
  kind: 'finance',
  level: 'village',
  title: '村集体财务收支',
  rhythm: 'month',
  withinDays: 10,
  basis: '',
  since: day('2026-01-01'),
  active: true,
  ...more,
})

test('各村公开同一期的同一件事合成一行，别的各是一行，一份不少', () => {
  const of = (id: string, itemId: string | null, period: string) => ({ id, itemId, period })
  const list = [
    of('1', 'a', '2026-10'),
    of('2', null, ''),
    of('3', 'a', '2026-10'),
    of('4', 'a', '2026-09'),
    of('5', null, ''),
  ]
  expect(bundled(list).map((g) => g.map((n) => n.id))).toEqual([['1', '3'], ['2'], ['4'], ['5']])
})

test('一期的名称和末日', () => {
  expect(periodOf('month', day('2028-02-10'))).toEqual({ key: '2028-02', name: '2028年2月', lastDay: '2028-02-29' })
  expect(periodOf('quarter', day('2026-05-31'))).toMatchObject({ key: '2026-Q2', lastDay: '2026-06-30' })
  expect(periodOf('year', day('2026-12-31'))).toMatchObject({ key: '2026', lastDay: '2026-12-31' })
  expect(before('month', periodOf('month', day('2026-03-01'))).key).toBe('2026-02')
  expect(before('quarter', periodOf('quarter', day('2026-01-05'))).key).toBe('2025-Q4')
})

test('上一期紧接着这一期，一天不漏', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9000 }), fc.constantFrom('month', 'quarter', 'year'), (n, rhythm) => {
      const now = periodOf(rhythm, addDays(day('2015-01-01'), n))
      const was = before(rhythm, now)
      expect(was.lastDay < now.lastDay).toBe(true)
      expect(periodOf(rhythm, addDays(was.lastDay, 1)).key).toBe(now.key)
    }),
  )
})

test('到期、超期、已公开、迟公开；停用的和开始之前的不问', () => {
  const posted = [
    { itemId: 'a', villageId: 'v1', period: '2026-02', id: 'n1', postedOn: day('2026-03-08') },
    { itemId: 'a', villageId: 'v2', period: '2026-02', id: 'n2', postedOn: day('2026-03-11') },
  ]
  const states = (today: string) =>
    dutiesOf([item({ since: day('2026-02-15') })], ['v1', 'v2', 'v3'], posted, day(today)).map((d) => [
      d.villageId,
      d.period.key,
      d.state,
    ])
  expect(states('2026-03-10')).toEqual([
    ['v1', '2026-02', 'published'],
    ['v2', '2026-02', 'late'],
    ['v3', '2026-02', 'due'],
  ])
  expect(states('2026-03-11')[2]).toEqual(['v3', '2026-02', 'overdue'])
  expect(dutiesOf([item({ active: false })], ['v1'], [], day('2026-06-01'))).toEqual([])
  expect(dutiesOf([item({ level: 'town', rhythm: 'year' })], ['v1'], [], day('2027-01-05'))).toMatchObject([
    { villageId: null, dueOn: '2027-01-10', state: 'due' },
  ])
})

test('身份证号、银行卡号不能公开；钱数和电话可以', () => {
  expect(privateIn('张某 11010119900307123X')).toContain('身份证号')
  expect(privateIn('１１０１０１１９９００３０７１２３４')).toContain('身份证号')
  expect(privateIn('卡号 6228 4800 1234 5678 901')).toContain('银行卡号')
  expect(privateIn('收入 123456.78 元，值班电话 0530-1234567、13800001234')).toBeNull()
})
