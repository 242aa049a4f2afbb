import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { addDays, type Day, day, weekday } from '../../kit/day.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { remindTown } from '../../supervision/remind.job.ts'
import { type Office, openOffice } from '../fixture.ts'
import { watchIn } from './pasted.ts'
import {
  copyWeek,
  type DayPlan,
  daysFrom,
  hoursOf,
  isGap,
  mondayOf,
  overlaps,
  planRefusal,
  presentOf,
  problemOf,
  Rule,
  type Seated,
  type Shift,
  shiftOrder,
  swapped,
  TurnInput,
  turnDays,
  usualRule,
  worked,
} from './watch.ts'

const weekdays = { has: () => true, isWorkday: (d: Day) => weekday(d) <= 5 }
const monday = day('2026-03-02')
/** Any turn over at most three months whose shifts don't overlap and whose list is long enough. */
const turns = fc
  .record({
    start: fc.integer({ min: 0, max: 20 }),
    span: fc.integer({ min: 0, max: 90 }),
    days: fc.constantFrom('workdays' as const, 'all' as const, 'off' as const),
    shifts: fc.constantFrom<Shift[]>(['day'], ['morning', 'afternoon'], ['day', 'night'], ['night']),
    people: fc.integer({ min: 1, max: 7 }),
    perShift: fc.integer({ min: 1, max: 3 }),
    leads: fc.integer({ min: 0, max: 4 }),
    leadTurn: fc.constantFrom('day' as const, 'week' as const),
  })
  .filter((t) => t.perShift <= t.people)
  .map(({ start, span, people, leads, ...t }) => ({
    ...t,
    from: addDays(monday, start),
    to: addDays(monday, start + span),
    windowIds: Array.from({ length: people }, (_, i) => `w${i}`),
    leadIds: Array.from({ length: leads }, (_, i) => `l${i}`),
  }))

describe('轮流排', () => {
  test('每个要排的日子恰好排一次，每班恰好几人；同一班里没有人排两次；轮到的次数相差不超过一次', () => {
    fc.assert(
      fc.property(turns, (t) => {
        const made = turnDays(t, weekdays, () => false)
        const wanted = daysFrom(t.from, t.to).filter(
          (d) => t.days === 'all' || weekday(d) <= 5 === (t.days === 'workdays'),
        )
        expect(made.map((d) => d.on)).toEqual(wanted)
        for (const d of made) {
          expect(d.shifts.map((s) => s.shift)).toEqual(shiftOrder.filter((s) => t.shifts.includes(s)))
          for (const s of d.shifts) {
            expect(s.windowIds).toHaveLength(t.perShift)
            expect(new Set(s.windowIds).size).toBe(t.perShift)
          }
          expect(planRefusal(d.shifts, (id) => id)).toBeNull()
        }
        const times = t.windowIds.map(
          (id) => made.flatMap((d) => d.shifts).filter((s) => s.windowIds.includes(id)).length,
        )
        expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1)
        if (t.leadIds.length && t.leadTurn === 'day') {
          const led = t.leadIds.map((id) => made.filter((d) => d.shifts[0]!.leadId === id).length)
          expect(Math.max(...led) - Math.min(...led)).toBeLessThanOrEqual(1)
        }
        if (t.leadTurn === 'week')
          for (const [, week] of Map.groupBy(made, (d) => mondayOf(d.on)))
            expect(new Set(week.map((d) => d.shifts[0]!.leadId)).size).toBe(1)
      }),
      { numRuns: 300 },
    )
  })

  test('请假的当天不排，往后补；都请假的那天空着；已经排了的不动；没有人既值班又带班', () => {
    fc.assert(
      fc.property(turns, fc.integer({ min: 0, max: 6 }), (t, gone) => {
        const away = (id: string, on: Day) => id === 'w0' || (id === 'w1' && weekday(on) === gone)
        const both = { ...t, leadIds: [...t.leadIds, ...t.windowIds] }
        for (const d of turnDays(both, weekdays, away))
          for (const s of d.shifts) {
            expect(s.windowIds.some((id) => away(id, d.on))).toBe(false)
            expect(s.windowIds.includes(s.leadId!)).toBe(false)
          }
        expect(turnDays(t, weekdays, () => true).every((d) => d.shifts.length === 0)).toBe(true)
        expect(
          turnDays(
            t,
            weekdays,
            () => false,
            () => true,
          ),
        ).toEqual([])
      }),
    )
  })

  test('夜班轮得到每个人；下了夜班的人，人够时第二天上午不排', () => {
    const made = turnDays(
      {
        from: monday,
        to: addDays(monday, 29),
        days: 'all',
        shifts: ['morning', 'afternoon', 'night'],
        windowIds: ['甲', '乙', '丙', '丁', '戊', '己'],
        perShift: 2,
        leadIds: [],
        leadTurn: 'day',
      },
      weekdays,
      () => false,
    )
    const nights = new Map<string, number>()
    for (const [i, d] of made.entries()) {
      const night = d.shifts.find((s) => s.shift === 'night')!.windowIds
      for (const id of night) nights.set(id, (nights.get(id) ?? 0) + 1)
      const next = made[i + 1]?.shifts.find((s) => s.shift === 'morning')?.windowIds ?? []
      expect(next.filter((id) => night.includes(id))).toEqual([])
    }
    expect([...nights.values()]).toEqual([10, 10, 10, 10, 10, 10])
  })

  test('名单不够、班次相重、日期颠倒，各说各的', () => {
    const id = uuidv7()
    const given = {
      from: '2026-03-10',
      to: '2026-03-09',
      days: 'workdays',
      shifts: ['day', 'morning'],
      windowIds: [id, id],
      perShift: 2,
      leadIds: [],
      leadTurn: 'day',
      over: 'keep',
    }
    const said = TurnInput.safeParse(given).error!.issues.map((i) => i.message)
    expect(said).toEqual(['结束日期不能早于开始日期', '每班 2 人，名单里只有 1 人', '选了全天，就不再选上午、下午'])
  })
})

const p = (name: string, more: Partial<Seated> = {}): Seated => ({
  id: name,
  name,
  post: '登记员',
  active: true,
  leads: false,
  leave: null,
  ...more,
})

describe('谁到时不在', () => {
  test('请假、离岗、不再是领导，各有一句话；在的没有话', () => {
    expect(problemOf(p('甲'), 'window')).toBeNull()
    expect(problemOf(p('甲', { active: false }), 'window')).toContain('不在岗')
    expect(problemOf(p('甲', { post: '' }), 'window')).toContain('不在岗')
    const leave = { from: day('2026-03-05'), to: day('2026-03-06'), deputy: '乙' }
    expect(problemOf(p('甲', { leave }), 'window')).toBe('甲请假（2026年3月5日至2026年3月6日，代理人乙），请换人')
    expect(problemOf(p('甲'), 'lead')).toContain('不是班子成员')
    expect(problemOf(p('甲', { leads: true }), 'lead')).toBeNull()
  })

  test('有人排但到时都不在的，算没有人；公众看到的只有到时在的人的姓名和职务', () => {
    const someone: fc.Arbitrary<Seated> = fc.record({
      id: fc.constantFrom('1', '2', '3'),
      name: fc.constantFrom('甲', '乙', '丙'),
      post: fc.constantFrom('', '登记员'),
      active: fc.boolean(),
      leads: fc.boolean(),
      leave: fc.option(fc.constant({ from: monday, to: monday, deputy: '' })),
    })
    const shift = fc.record({
      shift: fc.constantFrom(...shiftOrder),
      window: fc.array(someone, { maxLength: 3 }),
      lead: fc.option(someone),
    })
    fc.assert(
      fc.property(fc.array(shift, { maxLength: 3 }), fc.boolean(), (list, needed) => {
        const there = presentOf(list)
        expect(isGap(list, needed)).toBe(needed && there.length === 0)
        for (const s of there) {
          expect(s.window.length).toBeGreaterThan(0)
          for (const x of [...s.window, ...(s.lead ? [s.lead] : [])]) expect(Object.keys(x)).toEqual(['name', 'post'])
        }
        const gone = list.flatMap((s) => s.window).filter((x) => problemOf(x, 'window'))
        if (gone.length === list.flatMap((s) => s.window).length) expect(there).toEqual([])
      }),
    )
  })

  test('一天里时间相重的班次不能有同一个人；带班的可以带上午和下午，不能同时坐窗口', () => {
    expect([overlaps('day', 'morning'), overlaps('morning', 'afternoon'), overlaps('day', 'night')]).toEqual([
      true,
      false,
      false,
    ])
    const name = (id: string) => id
    const s = (shift: Shift, windowIds: string[], leadId: string | null = null) => ({ shift, windowIds, leadId })
    expect(planRefusal([s('morning', ['甲'], '丁'), s('afternoon', ['甲'], '丁')], name)).toBeNull()
    expect(planRefusal([s('day', ['甲']), s('afternoon', ['甲'])], name)).toContain('时间相重')
    expect(planRefusal([s('day', ['甲'], '丁'), s('morning', ['乙'], '丁')], name)).toBeNull()
    expect(planRefusal([s('day', ['甲'], '丁'), s('morning', ['丁'])], name)).toContain('丁排了两次')
    expect(planRefusal([s('day', ['甲', '甲'])], name)).toBe('甲在全天排了两次')
    expect(planRefusal([s('day', ['甲'], '甲')], name)).toBe('甲在全天排了两次')
    expect(planRefusal([s('day', ['甲']), s('day', ['乙'])], name)).toBe('全天写了两次')
  })
})

test('照上一周排：工作日照工作日，放假的不照；已经排了的不动', () => {
  const shifts = (id: string) => [{ shift: 'day' as const, windowIds: [id], leadId: null }]
  const last: DayPlan[] = daysFrom(monday, addDays(monday, 6)).map((on) => ({ on, shifts: shifts(`p${weekday(on)}`) }))
  const holiday = { has: () => true, isWorkday: (d: Day) => weekday(d) <= 5 && d !== '2026-03-11' }
  const made = copyWeek(last, addDays(monday, 7), holiday, (on) => on === '2026-03-10')
  expect(made.map((d) => `${d.on} ${d.shifts[0]!.windowIds}`)).toEqual([
    '2026-03-09 p1',
    '2026-03-12 p4',
    '2026-03-13 p5',
    '2026-03-14 p6',
    '2026-03-15 p7',
  ])
})

test('对调：换的只有这两个人，再对调一次回到原样；窗口和带班不能对调', () => {
  const plans: DayPlan[] = [
    { on: monday, shifts: [{ shift: 'day', windowIds: ['甲', '乙'], leadId: '丁' }] },
    { on: addDays(monday, 1), shifts: [{ shift: 'day', windowIds: ['丙'], leadId: '戊' }] },
  ]
  const a = { on: monday, shift: 'day' as const, staffId: '甲' }
  const b = { on: addDays(monday, 1), shift: 'day' as const, staffId: '丙' }
  const once = swapped(plans, a, b).days!
  expect(once.map((d) => d.shifts[0]!.windowIds)).toEqual([['丙', '乙'], ['甲']])
  expect(swapped(once, { ...a, staffId: '丙' }, { ...b, staffId: '甲' }).days).toEqual(plans)
  expect(swapped(plans, a, { ...b, staffId: '戊' }).refusal).toContain('不能对调')
  expect(swapped(plans, { ...a, staffId: '无' }, b).refusal).toContain('请刷新')
})

test('没有导入放假安排的年份先按周一到周五；夜班写明到次日', () => {
  const unknown = { has: () => false, isWorkday: () => expect.unreachable() }
  expect(daysFrom(monday, addDays(monday, 6)).map((d) => worked(unknown, d))).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
    false,
  ])
  expect([hoursOf(usualRule, 'day'), hoursOf(usualRule, 'night')]).toEqual(['8:30—17:30', '17:30—次日 8:30'])
  const rule = (phone: string) => Rule.safeParse({ ...usualRule, phone }).error?.issues[0]?.message
  expect([rule('0538-1234567 转 2'), rule('138 0000 1234'), rule('打给老王')]).toEqual([
    undefined,
    '请写办公电话，不公开个人的手机号',
    '电话只写数字、短横和“转”',
  ])
})

test('从表格贴：一行一班，合并的日期接上一行；读不出的逐行说明', () => {
  const staff = ['张三', '李四', '王五', '重名', '重名'].map((name, i) => ({
    id: `s${i}`,
    name,
    active: true,
    post: i === 4 ? '副镇长（分管民政）' : '经办人',
    roles: [i === 4 ? ('leadOfficial' as const) : ('unitHandler' as const)],
  }))
  const text = [
    '日期\t星期\t班次\t值班人员\t带班领导',
    '3月9日\t星期一\t上午\t张三、李四\t王五',
    '\t\t下午\t李四\t王五',
    '2026.3.10\t周二\t\t张三\t',
    '3月11日\t\t夜班\t李四\t王五',
  ].join('\n')
  const made = watchIn(text, staff, monday)
  expect(made.wrong).toEqual([])
  expect(made.days).toEqual([
    {
      on: '2026-03-09',
      shifts: [
        { shift: 'morning', windowIds: ['s0', 's1'], leadId: 's2' },
        { shift: 'afternoon', windowIds: ['s1'], leadId: 's2' },
      ],
    },
    { on: '2026-03-10', shifts: [{ shift: 'day', windowIds: ['s0'], leadId: null }] },
    { on: '2026-03-11', shifts: [{ shift: 'night', windowIds: ['s1'], leadId: 's2' }] },
  ])
  expect(watchIn('3月9日 周一 上午 张三、李四 王五\n\t\t下午\t李四\t王五', staff, monday).days).toEqual([made.days[0]])
  expect(
    watchIn('日期\t班次\t值班人\t带班领导\n3月9日\t中午\t张三\n3月9日\t全天\t\t王五', staff, monday).wrong,
  ).toEqual(['第 2 行：“中午”不是班次，请写全天、上午、下午或夜间', '第 3 行：没有写值班的人'])
  const bad = watchIn('三月\t张三\n3月9日\t赵六\n3月9日\t重名\n3月9日\t\n3月9日\t张三\t张三', staff, monday)
  expect(bad.wrong).toEqual([
    '第 1 行：“三月”不是日期',
    '第 2 行：没有“赵六”这个人',
    '第 3 行：有 2 个“重名”，请写成“重名（职务）”，或者在页面上选',
    '第 4 行：没有写值班的人',
    '第 5 行：张三在全天排了两次',
  ])
  const namesakes = watchIn('3月9日\t全天\t重名（经办人）\t重名', staff, monday)
  expect(namesakes.days[0]?.shifts[0]).toEqual({ shift: 'day', windowIds: ['s3'], leadId: 's4' })
  fc.assert(fc.property(fc.string(), (any) => void watchIn(any, staff, monday)))
})

// —— 接口 ——
let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())

const post = (who: string, url: string, body: Record<string, unknown>) =>
  o.as(who, 'POST', `/api/watch/${url}`, { requestId: uuidv7(), ...body })
const board = async (from = '2026-03-02', to = '2026-03-15', who = 'petitionHead') =>
  (await o.as(who, 'GET', `/api/watch?from=${from}&to=${to}`)).json as Record<string, any>
const on = async (d: string) => (await board()).days.find((x: { on: string }) => x.on === d)
const turn = (more: object = {}) => ({
  from: '2026-03-05',
  to: '2026-03-13',
  days: 'workdays',
  shifts: ['day'],
  windowIds: [o.id('clerk'), o.id('unitHandler')],
  perShift: 1,
  leadIds: [o.id('leadOfficial'), o.id('leadOfficial2')],
  leadTurn: 'day',
  over: 'keep',
  ...more,
})
const people = (d: Record<string, any>) =>
  d.shifts.map((s: any) => [s.shift, ...s.window.map((x: any) => x.id), s.lead?.id ?? null])

test('还没有排：公众看到“今天还没有排班”和打哪个电话；办公室看到哪几天没有人', async () => {
  expect((await o.app.inject('/c')).body).toContain('今天还没有排班')
  expect((await o.app.inject('/c')).body).toContain('找村信访信息员')
  const contacts = { hotline: '0538-7654321', hours: '', address: '便民中心一楼', legalAid: '' }
  const saved = await o.as('petitionHead', 'POST', '/api/cards/contacts', contacts)
  expect(saved.status, JSON.stringify(saved.json)).toBe(200)
  expect((await o.app.inject('/c/duty')).body).toContain('href="tel:0538-7654321"')
  const b = await board()
  expect(b.gaps).toEqual([
    '2026-03-05',
    '2026-03-06',
    '2026-03-09',
    '2026-03-10',
    '2026-03-11',
    '2026-03-12',
    '2026-03-13',
  ])
  expect(b.changes).toEqual([])
  const asking = await o.as('unitHandler', 'GET', '/api/watch?from=2026-03-02&to=2026-03-08')
  expect([asking.status, asking.json.mayEdit]).toEqual([200, false])
  expect((await o.as('auditor', 'GET', '/api/watch?from=2026-03-02&to=2026-03-08')).status).toBe(403)
  expect((await o.as('clerk', 'GET', '/api/watch?from=2026-03-02&to=2027-03-08')).status).toBe(400)
})

test('信访办轮流排定，排到的人收到通知，公众马上看到；同一请求只排一次；别的岗位不能排', async () => {
  expect((await post('unitHandler', 'turn', { turn: turn() })).status).toBe(403)
  expect((await post('clerk', 'turn', { turn: turn({ from: '2026-03-04' }) })).json.message).toBe('排班从今天起')
  const requestId = uuidv7()
  const given = { requestId, turn: turn() }
  expect((await o.as('clerk', 'POST', '/api/watch/turn', given)).json).toEqual({ made: 7, empty: [] })
  expect((await o.as('clerk', 'POST', '/api/watch/turn', given)).json).toEqual({ made: 0, empty: [] })
  expect((await post('clerk', 'turn', { turn: turn() })).json.message).toContain('都已经排过')
  expect((await board()).gaps).toEqual([])
  expect(people(await on('2026-03-05'))).toEqual([['day', o.id('clerk'), o.id('leadOfficial')]])
  const told = await o.world.ownerPool.query("select says, link from notice where kind = 'watch' and staff_id = $1", [
    o.id('leadOfficial'),
  ])
  expect(told.rows).toEqual([
    { says: expect.stringContaining('您的值班：3月5日全天带班、3月9日全天带班'), link: '/watch' },
  ])
  const page = (await o.app.inject('/c')).body
  expect(page).toContain('信访登甲')
  expect(page).toContain('班子成甲')
  expect(page).toContain('8:30—17:30')
})

test('公众的每一页：只有姓名、职务、时间和办公电话，没有值班的人自己的电话', async () => {
  await o.world.ownerPool.query("update staff set phone = '13912345678'")
  o.world.clock.set('2026-03-05', 10)
  await post('clerk', 'days', { days: [{ on: '2026-03-07', version: 0, shifts: [] }] })
  for (const url of ['/c', '/c/about', '/c/duty']) {
    const { body, statusCode } = await o.app.inject(url)
    expect(statusCode).toBe(200)
    expect(body).toContain('信访登甲')
    expect(body).not.toContain('13912345678')
    expect(body).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-7/)
  }
  const week = (await o.app.inject('/c/duty')).body
  expect(week.match(/<h2>/g)).toHaveLength(8)
  expect(week).toContain('这天窗口休息')
})

test('改一天：看过的版本才能改；离岗的、不是领导的、同一个人两次，说清楚；过去的不能改', async () => {
  const d = await on('2026-03-06')
  const save = (who: string, shifts: object[], version = d.version, at = '2026-03-06') =>
    post(who, 'days', { days: [{ on: at, version, shifts }] })
  const clerk = o.id('clerk')
  const twice = await save('clerk', [{ shift: 'day', windowIds: [clerk], leadId: clerk }])
  expect(twice.json.message).toContain('排了两次')
  const notLead = await save('clerk', [{ shift: 'day', windowIds: [clerk], leadId: o.id('unitHandler') }])
  expect(notLead.json.message).toContain('不是班子成员')
  const admin = await save('clerk', [{ shift: 'day', windowIds: [o.id('systemAdmin')], leadId: null }])
  expect(admin.json.message).toContain('不在岗')
  expect((await save('clerk', [{ shift: 'day', windowIds: [uuidv7()], leadId: null }])).status).toBe(400)
  expect((await save('clerk', [{ shift: 'noon', windowIds: [], leadId: null }])).status).toBe(400)
  const past = await save('clerk', [{ shift: 'day', windowIds: [clerk], leadId: null }], 0, '2026-03-04')
  expect(past.json.message).toBe('过去的值班不能再改')
  const halves = [
    { shift: 'morning', windowIds: [clerk, o.id('mediator')], leadId: o.id('townLeader') },
    { shift: 'afternoon', windowIds: [clerk], leadId: o.id('townLeader') },
  ]
  expect((await save('clerk', halves)).status).toBe(200)
  expect((await save('clerk', halves)).json.message).toContain('他人刚改过')
  expect(people(await on('2026-03-06'))).toEqual([
    ['morning', clerk, o.id('mediator'), o.id('townLeader')],
    ['afternoon', clerk, o.id('townLeader')],
  ])
  const both = await Promise.all(
    ['clerk', 'petitionHead'].map((who) =>
      save(who, [{ shift: 'day', windowIds: [o.id(who)], leadId: null }], 0, '2026-03-14'),
    ),
  )
  expect(both.map((r) => r.status).sort()).toEqual([200, 409])
  // What was refused left nothing behind.
  expect((await on('2026-03-04')).version).toBe(0)
})

test('对调、撤回：对调后双方都知道；撤回以后回到改之前；其后又改过的不能撤回', async () => {
  const [a, b] = [await on('2026-03-09'), await on('2026-03-10')]
  const spot = (d: any) => ({ on: d.on, shift: 'day', staffId: d.shifts[0].window[0].id, version: d.version })
  const stale = await post('clerk', 'swap', { a: { ...spot(a), version: 9 }, b: spot(b) })
  expect(stale.status).toBe(409)
  const requestId = uuidv7()
  const swap = { requestId, a: spot(a), b: spot(b), reason: '外出培训' }
  expect((await o.as('clerk', 'POST', '/api/watch/swap', swap)).status).toBe(200)
  expect((await on('2026-03-09')).shifts[0].window[0].id).toBe(b.shifts[0].window[0].id)
  const [last] = (await board()).changes
  expect(last).toMatchObject({ requestId, mayUndo: true })
  expect(last.says).toContain('外出培训')
  expect((await post('unitHandler', 'undo', { of: requestId })).status).toBe(403)
  expect((await post('clerk', 'undo', { of: uuidv7() })).json.message).toBe('没有可以撤回的改动')
  expect((await post('clerk', 'undo', { of: requestId })).status).toBe(200)
  expect(people(await on('2026-03-09'))).toEqual(people(a))
  expect(people(await on('2026-03-10'))).toEqual(people(b))
  expect((await post('clerk', 'undo', { of: requestId })).json.message).toContain('又有人改过')
})

test('请假的标出来，公众看不到他；只排了他的那天算没有人；照上一周排时不照他', async () => {
  const leave = {
    requestId: uuidv7(),
    staffId: o.id('unitHandler'),
    deputyId: o.id('unitHandler2'),
    fromOn: '2026-03-10',
    toOn: '2026-03-20',
  }
  expect((await o.as('unitHandler', 'POST', '/api/leaves', leave)).status).toBe(200)
  const d = (await board()).days.find((x: any) => x.on >= '2026-03-10' && x.shifts[0]?.window[0]?.id === leave.staffId)
  expect(d.gap).toBe(true)
  expect(d.shifts[0].window[0].problem).toContain('代理人经办乙')
  expect((await board()).gaps).toContain(d.on)
  await o.world.ownerPool.query("update holding set until = '2026-03-12' where staff_id = $1", [o.id('leadOfficial2')])
  const led = (await board()).days.filter((x: any) => x.shifts[0]?.lead?.id === o.id('leadOfficial2'))
  expect(led.map((x: any) => [x.on >= '2026-03-12', x.shifts[0].lead.problem?.includes('不在岗') ?? false])).toEqual(
    led.map((x: any) => [x.on >= '2026-03-12', x.on >= '2026-03-12']),
  )
  expect(led.some((x: any) => x.on >= '2026-03-12')).toBe(true)
  await o.world.ownerPool.query('update holding set until = null where staff_id = $1', [o.id('leadOfficial2')])
  const copied = await post('petitionHead', 'copy', { from: '2026-03-09', to: '2026-03-16', over: 'keep' })
  expect(copied.status, JSON.stringify(copied.json)).toBe(200)
  expect(copied.json.empty.length).toBeGreaterThan(0)
  const next = await board('2026-03-16', '2026-03-20')
  expect(next.days.flatMap((x: any) => x.shifts.flatMap((s: any) => s.window.map((w: any) => w.id)))).not.toContain(
    leave.staffId,
  )
  const again = await post('petitionHead', 'copy', { from: '2026-03-16', to: '2026-03-16', over: 'keep' })
  expect(again.json.message).toContain('同一周')
  const none = await post('petitionHead', 'copy', { from: '2026-05-04', to: '2026-05-11', over: 'keep' })
  expect(none.json.message).toContain('没有可照的')
})

test('应公开的目录里有下一周的值班安排：没有排满的到期超期，排满的已公开；星期四、五提醒主任，星期一报上一级', async () => {
  await o.as('petitionHead', 'POST', '/api/open/start', { requestId: uuidv7() })
  const duty = async (period: string) =>
    (await o.as('petitionHead', 'GET', '/api/open')).json.duties.find((d: any) => d.period === period)?.state
  const scan = async () => {
    await inTown(o.world.db, o.town.townId, (tx) =>
      remindTown(tx, o.town.townId, {
        today: o.world.clock.today(),
        now: o.world.clock.now(),
        channels: { has: () => false },
      }),
    )
    return (
      await o.world.ownerPool.query(
        "select says, up from reminder where source = 'watch' and on_day = $1 and says like '3月23日%' order by says",
        [o.world.clock.today()],
      )
    ).rows
  }
  o.world.clock.set('2026-03-19', 9)
  // 从目录开始以后的那一周起才要求。
  expect(await duty('2026-03-23')).toBe('due')
  expect(await scan()).toEqual([{ says: '3月23日起这一周的值班还没有排满，请在 2026-03-20 排好', up: 0 }])
  o.world.clock.set('2026-03-21', 9)
  expect(await duty('2026-03-23')).toBe('overdue')
  expect((await o.app.inject('/c/open/due')).body).toContain('信访窗口值班安排')
  o.world.clock.set('2026-03-23', 9)
  expect(await scan()).toEqual([{ says: '3月23日起这一周的值班还有没人的日子', up: 1 }])
  const fill = turn({ from: '2026-03-23', to: '2026-04-03' })
  expect((await post('petitionHead', 'turn', { turn: fill })).status).toBe(200)
  expect(await duty('2026-03-23')).toBe('published')
  expect(await duty('2026-03-30')).toBe('published')
  o.world.clock.set('2026-03-27', 9)
  expect(await scan()).toEqual([])
  expect((await o.app.inject('/c/open/due')).body).toContain('href="/c/duty"')
})

test('夜间提醒问的和页面问的是同一个问题：随便哪天，没有人的周一样', async () => {
  const { unfilledWeeks } = await import('./gap.query.ts')
  for (const cover of ['workdays', 'all'] as const) {
    const b = await board('2026-03-23', '2026-04-05')
    const rule = { ...b.rule, cover }
    expect((await post('clerk', 'rule', { version: b.ruleVersion, rule })).status).toBe(403)
    expect((await post('petitionHead', 'rule', { version: b.ruleVersion + 5, rule })).status).toBe(409)
    expect((await post('petitionHead', 'rule', { version: b.ruleVersion, rule })).status).toBe(200)
    for (const today of [
      '2026-03-10',
      '2026-03-15',
      '2026-03-18',
      '2026-03-27',
      '2026-04-01',
      '2026-04-04',
      '2026-04-28',
    ]) {
      o.world.clock.set(today, 9)
      const pageSays = [...new Set((await board(today, addDays(day(today), 7))).gaps.map((g: Day) => mondayOf(g)))]
      const { rows } = await o.world.ownerPool.query(
        `select to_char(monday, 'YYYY-MM-DD') as monday from (${unfilledWeeks(`'${o.town.townId}'::uuid`, `'${today}'::date`)}) x order by 1`,
      )
      expect(
        rows.map((r) => r.monday),
        `${cover} ${today}`,
      ).toEqual(pageSays)
    }
  }
})

test('规矩里不能写个人手机号；留痕前后相连', async () => {
  const b = await board('2026-04-27', '2026-05-03')
  const bad = await post('petitionHead', 'rule', { version: b.ruleVersion, rule: { ...b.rule, phone: '13800001234' } })
  expect(bad.status).toBe(400)
  expect(JSON.stringify(bad.json)).toContain('不公开个人的手机号')
  expect((await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))).ok).toBe(true)
})
