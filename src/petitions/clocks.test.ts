import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type Day, day } from '../kit/day.ts'
import { type Calendar, calendarOf, readCalendar } from './calendar.ts'
import {
  addMonths,
  clockWords,
  daysLeft,
  dueForNow,
  dueOf,
  hearingNoticeBy,
  legalLimits,
  type RemedyId,
  type RuleId,
  remedyLeft,
  urgency,
} from './clocks.ts'
import type { Change, Law } from './move.ts'
import { wind } from './wind.ts'

const shared = resolve(import.meta.dirname, '../../../shared/data/holidays')
const builtIn = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../db/reference/calendar.json'), 'utf8'),
) as Record<string, { off: Record<string, string>; work: Record<string, string> }>
const tables = Object.entries(builtIn).map(([year, t]) => ({
  year: +year,
  days: [
    ...Object.entries(t.off).map(([d, name]) => ({ date: `${year}-${d}` as Day, isOffDay: true, name })),
    ...Object.entries(t.work).map(([d, name]) => ({ date: `${year}-${d}` as Day, isOffDay: false, name })),
  ],
}))
const calendar: Calendar = calendarOf(
  tables.flatMap((t) => t.days),
  tables.map((t) => t.year),
)

describe('期限：参考资料的算例', () => {
  const vectors: [string, string, string, string, string, string][] = [
    ['2026-01-31', '2026-02-06', '2026-02-13', '2026-02-15', '2026-03-02', '2026-04-01'],
    ['2026-02-10', '2026-02-24', '2026-03-02', '2026-02-25', '2026-03-12', '2026-04-11'],
    ['2026-02-13', '2026-02-27', '2026-03-05', '2026-02-28', '2026-03-15', '2026-04-14'],
    ['2026-04-28', '2026-05-08', '2026-05-14', '2026-05-13', '2026-05-28', '2026-06-27'],
    ['2026-09-16', '2026-09-22', '2026-09-30', '2026-10-01', '2026-10-16', '2026-11-15'],
  ]
  for (const [from, w5, w10, c15, c30, c60] of vectors)
    test(`${from} 收到`, () => {
      const d = (rule: RuleId) => dueOf(rule, { from: day(from) }, calendar).due
      expect([d('D04'), d('D12'), d('D01'), d('D08'), d('D05')]).toEqual([w5, w10, c15, c30, c60])
    })
  test('权利的最后一日是休息日，顺延到下一个工作日', () => {
    expect(dueOf('D07', { from: day('2026-02-13') }, calendar).due).toBe('2026-03-16')
  })
  test('没有公布放假安排的年份，工作日期限和权利期限都不算', () => {
    expect(() => dueOf('D04', { from: day('2026-12-29') }, calendar)).toThrow(/2027 年的放假安排尚未公布/)
    expect(() => dueOf('D07', { from: day('2026-12-10') }, calendar)).toThrow(/2027/)
    expect(dueOf('D05', { from: day('2026-11-05') }, calendar).due).toBe('2027-01-04')
  })
  test('延期不超过三十日，没有延期规定的不能延', () => {
    expect(dueOf('D05', { from: day('2026-01-31'), extension: 30 }, calendar).due).toBe('2026-05-01')
    expect(() => dueOf('D05', { from: day('2026-01-31'), extension: 31 }, calendar)).toThrow(/不得超过 30 日/)
    expect(() => dueOf('D01', { from: day('2026-01-31'), extension: 1 }, calendar)).toThrow(/不能延长/)
  })
  test('第六项是延长期限本身：从办理期限届满起算，最多三十日', () => {
    expect(dueOf('D06', { from: day('2026-04-01') }, calendar).due).toBe('2026-05-01')
    expect(dueOf('D06', { from: day('2026-04-01'), extension: 10 }, calendar).due).toBe('2026-04-11')
    const whole = dueOf('D06', { from: day('2026-01-20'), accepted: day('2026-01-31'), extension: 30 }, calendar)
    expect(whole.due).toBe(dueOf('D05', { from: day('2026-01-31'), extension: 30 }, calendar).due)
    expect(() => dueOf('D06', { from: day('2026-04-01'), extension: 31 }, calendar)).toThrow(/不得超过 30 日/)
  })
  test('给了受理日期的，自受理之日起算', () => {
    const d = dueOf('D05', { from: day('2026-01-20'), accepted: day('2026-01-31') }, calendar)
    expect([d.from, d.due]).toEqual(['2026-01-31', '2026-04-01'])
    expect(dueOf('D02', { from: day('2026-01-20'), accepted: day('2026-01-31') }, calendar).from).toBe('2026-01-20')
  })
  test('年末起算、当年内届满的工作日期限不需要次年的放假安排', () => {
    expect(dueOf('D04', { from: day('2026-12-24') }, calendar).due).toBe('2026-12-31')
    expect(dueOf('D05', { from: day('2026-12-24') }, calendar).steps.join()).toContain('星期')
  })
  test('施行之前的事项说明仅供参考', () => {
    expect(dueOf('D05', { from: day('2019-05-20') }, calendar).steps.join()).toContain('仅供参考')
  })
  test('每条都有出处、有施行日期、有阶段，权利只有信访人、当事人的和单位的异议', () => {
    for (const [id, l] of Object.entries(legalLimits)) {
      expect(l.article, id).toMatch(/第.+条|办法/)
      expect(l.inForceFrom, id).toMatch(/^\d{4}-\d{2}-\d{2}$/)
      expect(l.stage, id).toBeTruthy()
      expect(l.kind === 'right', id).toBe(['D04', 'D07', 'D09', 'D16'].includes(id))
    }
  })
  test('每一步都有说明', () => {
    const steps = dueOf('D04', { from: day('2026-02-10') }, calendar).steps.join('\n')
    expect(steps).toContain('当日不计')
    expect(steps).toContain('02-14 春节调休上班')
    expect(steps).toContain('02-17 春节')
  })
  test('还有几天，用话说', () => {
    expect(clockWords(day('2026-03-05'), day('2026-03-05'))).toBe('今天到期')
    expect(clockWords(day('2026-03-05'), day('2026-03-02'))).toBe('还有 3 天')
    expect([-1, 0, 3, 4, null].map(urgency)).toEqual(['overdue', 'soon', 'soon', 'ok', 'none'])
    expect(clockWords(day('2026-03-05'), day('2026-03-08'))).toBe('超 3 天')
    expect(clockWords(day('2026-03-05'), day('2026-03-08'), day('2026-03-04'), 'met')).toBe('按期')
  })
})

describe('期限：性质', () => {
  const anyDay = fc.integer({ min: 0, max: 365 * 4 + 250 }).map((n) => addDays(day('2022-01-01'), n))
  const working = (Object.keys(legalLimits) as RuleId[]).filter((r) => legalLimits[r].unit === 'working')
  test('工作日期限等于逐日数出来的', () => {
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...working), (from, rule) => {
        const due = dueOf(rule, { from }, calendar).due
        let n = 0
        for (let d = addDays(from, 1); d <= due; d = addDays(d, 1)) if (calendar.isWorkday(d)) n += 1
        expect(n).toBe(legalLimits[rule].days)
        expect(calendar.isWorkday(due)).toBe(true)
      }),
    )
  })
  test('延期与起算可以互换：先延后算与先算后延是同一天', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 30 }), (from, extension) => {
        const plain = dueOf('D05', { from }, calendar).due
        expect(dueOf('D05', { from, extension }, calendar).due).toBe(addDays(plain, extension))
        expect(dueOf('D05', { from: addDays(from, extension) }, calendar).due).toBe(addDays(plain, extension))
        expect(daysLeft(plain, addDays(plain, extension))).toBe(0 - extension)
      }),
    )
  })
  test('起算日越晚，届满日不会越早', () => {
    fc.assert(
      fc.property(
        anyDay,
        fc.integer({ min: 0, max: 40 }),
        fc.constantFrom(...(Object.keys(legalLimits) as RuleId[])),
        (from, gap, rule) => {
          expect(dueOf(rule, { from }, calendar).due <= dueOf(rule, { from: addDays(from, gap) }, calendar).due).toBe(
            true,
          )
        },
      ),
    )
  })
  test('机关的期限不顺延，权利的期限不落在休息日', () => {
    fc.assert(
      fc.property(anyDay, (from) => {
        expect(dueOf('D05', { from }, calendar).due).toBe(addDays(from, 60))
        expect(calendar.isWorkday(dueOf('D07', { from }, calendar).due)).toBe(true)
      }),
    )
  })
})

test('随附的放假安排与公布的文件一致', () => {
  if (!existsSync(shared)) return expect(Object.keys(builtIn)).toContain('2026')
  const made = Object.values(builtIn).flatMap((t) => Object.keys(t.work))
  let checked = 0
  for (const file of readdirSync(shared)) {
    const json = JSON.parse(readFileSync(resolve(shared, file), 'utf8'))
    if (json.days.length === 0) {
      expect(() => readCalendar(json)).toThrow(/尚未公布/)
      continue
    }
    const table = readCalendar(json)
    for (const d of table.days) expect(calendar.isWorkday(d.date), d.date).toBe(!d.isOffDay)
    checked += table.days.filter((d) => !d.isOffDay).length
  }
  expect(checked).toBe(made.length)
})

describe('延期、转送、收回、重新启动：先后顺序不影响日期', () => {
  const law: Law = { calendar, superior: '' }
  const start = day('2025-03-03')
  type Event = { kind: 'extend' | 'forward' | 'recall' | 'reopen' | 'exclude'; on: Day; days: number }
  const event = fc.record({
    kind: fc.constantFrom<Event['kind']>('extend', 'forward', 'recall', 'reopen', 'exclude'),
    on: fc.integer({ min: 0, max: 300 }).map((n) => addDays(start, n)),
    days: fc.integer({ min: 1, max: 30 }),
  })
  /** The change a move of this kind makes to the clocks, whatever happened before. */
  const changeOf = (e: Event): Change => ({
    kind: 'extend',
    says: '',
    ...(e.kind === 'extend' ? { extend: { rule: 'D05', days: e.days } } : {}),
    ...(e.kind === 'exclude' ? { exclude: { rule: 'D10', days: e.days } } : {}),
    ...(e.kind === 'forward' ? { start: [{ rule: 'D03', from: e.on }] } : {}),
    ...(e.kind === 'recall' ? { end: [{ rule: 'D03', cancelled: true }] } : {}),
    ...(e.kind === 'reopen' ? { set: { round: 2 }, start: [{ rule: 'D01', from: e.on }] } : {}),
  })
  test('同样的几件事，怎样的次序录入，每个期限都是法律读出来的那一天', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(event, { minLength: 1, maxLength: 5, selector: (e) => e.kind }),
        fc.array(fc.nat(), { minLength: 5, maxLength: 5 }),
        (events, order) => {
          const play = (list: Event[]) => {
            let clocks = wind(
              { clocks: [], uncounted: [] },
              {
                kind: 'accept',
                says: '',
                start: [
                  { rule: 'D05', from: start },
                  { rule: 'D10', from: start },
                ],
              },
              1,
              start,
              law,
            ).all
            for (const e of list)
              clocks = wind({ clocks, uncounted: [] }, changeOf(e), e.kind === 'reopen' ? 2 : 1, e.on, law).all
            return clocks
              .filter((c) => c.rule !== 'D03')
              .map((c) => `${c.rule} ${c.fromOn} ${c.dueOn}`)
              .sort()
          }
          const shuffled = events
            .map((e, i) => ({ e, at: order[i]! }))
            .sort((a, b) => a.at - b.at)
            .map((x) => x.e)
          expect(play(shuffled)).toEqual(play(events))
          // And by hand.
          const of = (kind: Event['kind']) => events.find((e) => e.kind === kind)
          const byHand = [
            `D05 ${start} ${addDays(start, 60 + (of('extend')?.days ?? 0))}`,
            `D10 ${start} ${addDays(start, 30 + (of('exclude')?.days ?? 0))}`,
            ...(of('reopen') ? [`D01 ${of('reopen')!.on} ${addDays(of('reopen')!.on, 15)}`] : []),
          ]
          expect(play(events)).toEqual(byHand.sort())
        },
      ),
    )
  })
  test('复核只扣除听证时间，别的期限没有可以扣除的时间', () => {
    const d = dueOf('D10', { from: day('2026-02-10'), excluded: 5 }, calendar)
    expect([d.due, d.steps.join()]).toEqual(['2026-03-17', expect.stringContaining('听证所需 5 日不计入')])
    for (const rule of (Object.keys(legalLimits) as RuleId[]).filter((r) => r !== 'D10'))
      expect(() => dueOf(rule, { from: day('2026-02-10'), excluded: 1 }, calendar)).toThrow(/没有可以扣除/)
  })
  test('内部要求不是法定期限，说得明白；二十条齐全', () => {
    expect(Object.keys(legalLimits)).toEqual(Array.from({ length: 20 }, (_, i) => `D${String(i + 1).padStart(2, '0')}`))
    for (const rule of ['D18', 'D19', 'D20'] as const)
      expect(dueOf(rule, { from: day('2026-02-10') }, calendar).steps.join()).toContain('不是法定期限')
    expect(dueOf('D13', { from: day('2026-02-10') }, calendar).steps.join()).toContain(
      '国家 5 日、省 3 日、市 3 日、县 4 日',
    )
  })
  test('还没有放假安排的年份：权利的期限暂按日历日，只会更长；按工作日的不能算', () => {
    const none = calendarOf([], [])
    const bare = dueForNow('D16', { from: day('2026-12-10') }, none)
    expect([bare.due, bare.steps.at(-1)]).toEqual(['2027-01-09', expect.stringContaining('公布后如遇休息日顺延')])
    expect(() => dueForNow('D12', { from: day('2026-12-25') }, none)).toThrow('年的放假安排尚未公布')
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1500 }).map((n) => addDays(day('2022-03-01'), n)),
        (from) => dueForNow('D16', { from }, none).due <= dueOf('D16', { from }, calendar).due,
      ),
    )
  })
  test('听证通知最迟哪一天：向前数十个工作日', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 1500 }).map((n) => addDays(day('2022-03-01'), n)),
        (held) => {
          const by = hearingNoticeBy(held, calendar)
          let n = 0
          for (let d = by; d < held; d = addDays(d, 1)) if (calendar.isWorkday(d)) n += 1
          expect([n, calendar.isWorkday(by)]).toEqual([10, true])
        },
      ),
    )
  })
  test('法定救济还剩多少时间：按日、按月、按年，末日休息日顺延', () => {
    expect(addMonths(day('2026-08-31'), 6)).toBe('2027-02-28')
    const left = (id: RemedyId, known: string, on: string) => remedyLeft(id, day(known), day(on), calendar)
    expect(left('reconsideration', '2026-03-01', '2026-03-20')).toMatchObject({ due: '2026-04-30', left: 41 })
    expect(left('adminSuit', '2025-11-03', '2026-03-20').due).toBe('2026-05-06')
    expect(left('labourArbitration', '2025-06-01', '2026-06-01')).toMatchObject({ left: 0 })
    expect(left('civilSuit', '2020-03-01', '2026-03-20').says).toContain('该期限已过')
    expect(left('partyAppeal', '2026-03-01', '2026-03-20').due).toBeNull()
    expect(left('civilSuit', '2026-03-01', '2026-03-20').says).toContain('2029 年放假安排尚未公布')
  })
})
