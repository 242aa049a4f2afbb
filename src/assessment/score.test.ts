import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, day } from '../kit/day.ts'
import { type Facts, replay, replayStep } from '../petitions/replay.ts'
import { cameBackOf, type IndicatorCode, indicators, isIndicator, measureOf, type Period } from './measure.ts'
import { assessing, Lists, type Person, scopeFor, usualLists, whatIf } from './score.ts'

const period: Period = { from: day('2026-01-01'), to: day('2026-12-31'), cutoff: day('2026-12-31') }
let n = 0
const matter = (more: Partial<Facts> = {}): Facts => ({
  ...replay(`m${n++}`, `XF2026-${n}`, []),
  receivedOn: day('2026-03-01'),
  class: 'claim',
  route: 'petitionProcedure',
  mainHandlerId: 'jb',
  mainUnitId: 'u1',
  ...more,
})
const reply = (due: string, ended: string | null): Facts =>
  matter({ clocks: [['D05', '2026-01-02', due, ended, ended ? (ended > due ? 'late' : 'met') : null]] })
const measured = (code: IndicatorCode, facts: Facts[], p = period) => measureOf(code, facts, p, cameBackOf(facts))
const jb: Person = { staffId: 'jb', name: '经办', post: '经办人', role: 'unitHandler', headsUnitId: null }
const none = { reports: [], corrections: [], lists: usualLists }

describe('指标', () => {
  test('按期答复率：分母是到期的，未到期的不算，截止日之后的事当作没有发生', () => {
    const facts = [
      reply('2026-05-01', '2026-04-30'),
      reply('2026-05-01', '2026-05-01'),
      reply('2026-05-01', '2026-05-02'),
      reply('2026-05-01', null),
      reply('2027-01-05', null),
      matter({ clocks: [['D05', '2026-01-02', '2026-05-01', '2026-04-01', 'cancelled']] }),
    ]
    expect(measured('replyOnTime', facts)).toEqual({ num: 2, den: 4 })
    // Known by 5月1日: the last day itself is still the office's.
    expect(measured('replyOnTime', facts, { ...period, cutoff: day('2026-05-01') })).toEqual({ num: 2, den: 2 })
  })
  test('满意率只算作出评价的，没有评价的不算满意；参评满意率等于两率之积', () => {
    const rated = (ratingUnit: Facts['ratingUnit']) =>
      matter({ servedOn: day('2026-04-01'), followedUpOn: day('2026-04-10'), ratingUnit })
    const facts = [
      rated('satisfied'),
      rated('basicallySatisfied'),
      rated('dissatisfied'),
      rated('declined'),
      rated(null),
    ]
    expect(measured('rated', facts)).toEqual({ num: 3, den: 5 })
    expect(measured('satisfied', facts)).toEqual({ num: 2, den: 3 })
    expect(measured('ratedSatisfied', facts)).toEqual({ num: 2, den: 5 })
  })
  test('不属于评价范围的事项不在参评率里', () => {
    expect(
      measured('rated', [
        matter({ route: 'litigation', servedOn: day('2026-04-01'), followedUpOn: day('2026-04-10') }),
      ]),
    ).toEqual({ num: 0, den: 0 })
  })
  test('联系率、回访率、执行率、周期', () => {
    expect(
      measured('firstContact', [
        matter({ acceptedOn: day('2026-03-03'), lastContactOn: day('2026-03-05') }),
        matter({ acceptedOn: day('2026-03-03') }),
        matter({ acceptedOn: day('2026-03-03'), firstTime: false }),
        matter({ acceptedOn: day('2026-12-30') }),
      ]),
    ).toEqual({ num: 1, den: 2 })
    expect(
      measured('followedUp', [
        matter({ servedOn: day('2026-04-01'), followedUpOn: day('2026-04-10') }),
        matter({ concludedOn: day('2026-04-01') }),
        matter({ concludedOn: day('2026-12-20') }),
      ]),
    ).toEqual({ num: 1, den: 2 })
    expect(
      measured('executed', [
        matter({ supported: 1, executed: 'done', followedUpOn: day('2026-04-10') }),
        matter({ supported: 1, executed: 'partly', followedUpOn: day('2026-04-10') }),
        matter({ supported: 0, executed: 'done', followedUpOn: day('2026-04-10') }),
      ]),
    ).toEqual({ num: 1, den: 2 })
    expect(
      measured('replyDays', [
        matter({ acceptedOn: day('2026-03-03'), servedOn: day('2026-03-13') }),
        matter({ acceptedOn: day('2026-03-03'), servedOn: day('2026-03-23') }),
      ]),
    ).toEqual({ num: 30, den: 2 })
  })
  test('重复信访率和一次性化解率只看不计分，写不进权重', () => {
    const first = matter({ concludedOn: day('2026-04-01') })
    const again = matter({ receivedOn: day('2026-05-01'), firstTime: false, repeats: [first.id] })
    const other = matter({ concludedOn: day('2026-04-01') })
    expect(measured('repeated', [first, again, other])).toEqual({ num: 1, den: 2 })
    expect(measured('settledAtOnce', [first, again, other])).toEqual({ num: 1, den: 2 })
    for (const code of ['repeated', 'settledAtOnce'])
      expect(Lists.safeParse({ ...usualLists, weights: { clerk: { [code]: 100 } } }).success).toBe(false)
  })
  test('没有一项指标与信访数量有关', () => {
    for (const i of Object.values(indicators)) expect(i.name).not.toMatch(/信访量|件数|次数|越级|进京|零上访/)
    for (const code of ['volume', 'count', 'visits']) {
      expect(isIndicator(code)).toBe(false)
      expect(Lists.safeParse({ ...usualLists, weights: { clerk: { [code]: 100 } } }).success).toBe(false)
    }
  })
  test('多登记不改变得分：同样的办理，十件和一百件得分相同', () => {
    const many = (k: number) =>
      Array.from({ length: k }, (_, i) => reply('2026-05-01', i % 5 ? '2026-04-30' : '2026-05-09'))
    const of = (k: number) =>
      assessing(many(k), period)
        .score(jb, none)
        .lines.find((l) => l.item === 'replyOnTime')!.points
    expect(of(10)).toBe(of(100))
  })
})

describe('得分', () => {
  test('不足十件不显示百分比，也不计分；总分按计了分的各项折算', () => {
    const s = assessing(
      [
        ...Array.from({ length: 10 }, () => reply('2026-05-01', '2026-04-30')),
        matter({ acceptedOn: day('2026-03-03') }),
      ],
      period,
    ).score(jb, none)
    const line = (item: string) => s.lines.find((l) => l.item === item)!
    expect(line('replyOnTime')).toMatchObject({ num: 10, den: 10, shown: '100.0%', weight: 40, points: 40, note: '' })
    expect(line('firstContact')).toMatchObject({ num: 0, den: 1, shown: '不足 10 件', points: null })
    expect(s.total).toBe(100)
  })
  test('什么都不能计的，没有总分', () => {
    expect(assessing([], period).score(jb, none).total).toBeNull()
  })
  test('自报由另一人核定后才计分；申诉成立的剔除事项或更正分数', () => {
    const facts = Array.from({ length: 12 }, (_, i) => reply('2026-05-01', i < 2 ? '2026-05-09' : '2026-04-30'))
    const book = assessing(facts, period)
    const lines = (given: object) => book.score(jb, { ...none, ...given }).lines
    const of = (list: ReturnType<typeof lines>, item: string) => list.find((l) => l.item === item)!
    expect(of(lines({ reports: [{ item: 'Tcause', claimed: 90, score: null }] }), 'Tcause')).toMatchObject({
      points: null,
      note: '自报 90 分，待核定',
    })
    expect(of(lines({ reports: [{ item: 'Tcause', claimed: 90, score: 80 }] }), 'Tcause').points).toBe(8)
    expect(
      of(
        lines({
          reports: [{ item: 'Tcause', claimed: 90, score: 80 }],
          corrections: [{ item: 'Tcause', petitionIds: [], score: 90 }],
        }),
        'Tcause',
      ),
    ).toMatchObject({ points: 9, note: '申诉成立，已更正' })
    expect(of(lines({}), 'replyOnTime')).toMatchObject({ num: 10, den: 12 })
    expect(
      of(lines({ corrections: [{ item: 'replyOnTime', petitionIds: [facts[0]!.id], score: null }] }), 'replyOnTime'),
    ).toMatchObject({ num: 10, den: 11, note: '申诉成立，剔除 1 件' })
  })
  test('单位负责人对全单位负责，经办人只对自己承办的负责，密封事项谁都不计', () => {
    expect(scopeFor({ ...jb, headsUnitId: 'u1' })).toEqual({ by: 'mainUnitId', id: 'u1' })
    const facts = [
      reply('2026-05-01', '2026-04-30'),
      { ...reply('2026-05-01', null), mainHandlerId: 'other' },
      { ...reply('2026-05-01', null), sealed: true },
    ]
    const book = assessing(facts, period)
    expect(book.items(jb, 'replyOnTime')).toHaveLength(1)
    expect(book.items({ ...jb, headsUnitId: 'u1' }, 'replyOnTime')).toHaveLength(2)
  })
  test('权重合计应为一百，任务只能由承担它的岗位计分', () => {
    expect(Lists.safeParse(usualLists).success).toBe(true)
    const wrong = Lists.safeParse({ ...usualLists, weights: { clerk: { sortOnTime: 90 } } })
    expect(wrong.error?.issues[0]?.message).toBe('信访登记员的权重合计应为 100，现为 90')
    expect(Lists.safeParse({ ...usualLists, weights: { clerk: { sortOnTime: 50, Tcause: 50 } } }).success).toBe(false)
  })
  test('试算：说出谁变动、变动多少、由哪几项引起，各项之和等于总的变动', () => {
    const facts = [
      ...Array.from({ length: 10 }, (_, i) => reply('2026-05-01', i < 4 ? null : '2026-04-30')),
      ...Array.from({ length: 10 }, () => matter({ acceptedOn: day('2026-03-03'), lastContactOn: day('2026-03-05') })),
    ]
    const book = assessing(facts, period)
    const before = book.score(jb, none)
    const lists = {
      ...usualLists,
      weights: { ...usualLists.weights, unitHandler: { replyOnTime: 80, firstContact: 20 } },
    }
    const [m] = whatIf([{ person: jb, score: before }], [book.score(jb, { ...none, lists })])
    expect(m!.before).toBeCloseTo(73.33, 1)
    expect(m!.after).toBe(68)
    expect(m!.why.reduce((s, w) => s + w.change, 0)).toBeCloseTo(m!.change, 1)
    expect(whatIf([{ person: jb, score: before }], [before])).toEqual([])
  })
  test('任何事实下：得分在零到一百之间，分子不超过分母，同样的事实同样的结果', () => {
    const someday = fc.integer({ min: 0, max: 364 }).map((k) => addDays(day('2026-01-01'), k))
    const fact = fc.record({
      acceptedOn: fc.option(someday),
      servedOn: fc.option(someday),
      concludedOn: fc.option(someday),
      followedUpOn: fc.option(someday),
      lastContactOn: fc.option(someday),
      firstTime: fc.boolean(),
      supported: fc.nat(2),
      executed: fc.constantFrom(null, 'done', 'partly', 'notYet', 'none'),
      ratingUnit: fc.constantFrom(null, 'satisfied', 'basicallySatisfied', 'dissatisfied', 'declined'),
      due: someday,
      ended: fc.option(someday),
    })
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 60 }), someday, (list, cutoff) => {
        const facts = list.map(({ due, ended, ...f }) =>
          matter({ ...f, clocks: [['D05', '2026-01-01', due, ended, ended ? 'met' : null]] } as never),
        )
        const p = { ...period, cutoff }
        const a = assessing(facts, p).score(jb, none)
        const b = assessing([...facts].reverse(), p).score(jb, none)
        expect(b).toEqual(a)
        for (const l of a.lines.filter(
          (x) => x.kind === 'indicator' && indicators[x.item as IndicatorCode].unit === 'rate',
        ))
          expect(l.num!).toBeLessThanOrEqual(l.den!)
        if (a.total !== null) {
          expect(a.total).toBeGreaterThanOrEqual(0)
          expect(a.total).toBeLessThanOrEqual(100.05)
        }
      }),
      { numRuns: 200 },
    )
  })
})

test('留痕里只记计数要用的列，没有信访人的任何信息', () => {
  const step = replayStep(
    { acceptedOn: day('2026-03-03'), petitionerName: '李某', title: '标题', request: '诉求' } as never,
    [],
    {},
  )
  expect(step).toEqual({ replay: { set: { acceptedOn: '2026-03-03' } } })
  expect(replayStep({ title: '标题' }, [], {})).toBeUndefined()
})
