import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { addDays, type Day, day, daysBetween } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { password, smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { whoOfStaff } from '../people/who.store.ts'
import { legalLimits, type RuleId } from '../petitions/clocks.ts'
import type { Change } from '../petitions/move.ts'
import { RegisterInput } from '../petitions/register/move.ts'
import { registerMany } from '../petitions/register/register.store.ts'
import { applyChange, findMatter } from '../petitions/store.ts'
import { settingOf } from '../petitions/world.store.ts'
import { createApp } from '../server.ts'
import { deliverAll } from '../worker.ts'
import type { Channels, Message } from './channels.ts'
import { draftCircular } from './circular.store.ts'
import { remindTown } from './remind.job.ts'
import { stepReached, usualPolicy } from './remind.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>
const sent: Message[] = []
let failing = false
const channels: Channels = {
  has: () => true,
  send: async (m) => {
    if (failing) throw new Error('连不上对方服务器（网络不通）')
    sent.push(m)
  },
}
const first = day('2026-01-05')
const last = day('2026-12-31')

beforeAll(async () => {
  world = await testWorld(first)
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  app = await createApp(world)
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

const id = (username: string) => town.staff[username]!
const dice = (seed: number) => () => {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
  return seed / 0x7fffffff
}
const cookies = new Map<string, string>()
const as = async (who: string, method: 'GET' | 'POST', url: string, body?: object) => {
  let cookie = cookies.get(who)
  if (!cookie) {
    const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: who, password } })
    cookie = r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
    cookies.set(who, cookie)
  }
  const r = await app.inject({ method, url, headers: { cookie }, ...(body ? { payload: body } : {}) })
  return { status: r.statusCode, json: r.json() }
}
const rows = async <T>(text: string) => (await world.ownerPool.query(text)).rows as T[]
const change = (petitionId: string, what: Change) =>
  inTown(world.db, town.townId, async (tx) => {
    const s = await settingOf(tx, world, town.townId)
    const hand = { ...(await whoOfStaff(tx, town.townId, id('clerk'), s.today)), roles: ['petitionHead' as const] }
    const found = await findMatter(tx, hand, petitionId)
    await applyChange(tx, hand, found.matter, found.trace, what, s, { move: 'assignHandler' })
  })
const scan = () =>
  inTown(world.db, town.townId, (tx) =>
    remindTown(tx, town.townId, { today: world.clock.today(), now: world.clock.now(), channels }),
  )

interface Life {
  id: string
  acceptOn: Day
  endOn: Day
}

test('模拟一年，其间停机、请假、离任交接：每个到期事项每一档恰好提醒一次', async () => {
  const r = dice(20260305)
  const lives: Life[] = []
  const up: Day[] = []
  const handover = day('2026-07-15')
  const leave = { from: day('2026-04-01'), to: day('2026-04-30') }
  let handler = id('unitHandler2')
  await inTown(world.db, town.townId, (tx) =>
    tx
      .insertInto('staffLeave')
      .values({
        townId: town.townId,
        id: uuidv7(),
        staffId: id('unitHandler2'),
        deputyId: id('unitHandler'),
        fromOn: leave.from,
        toOn: leave.to,
      } as never)
      .execute(),
  )
  for (let today = first; today <= last; today = addDays(today, 1)) {
    world.clock.set(today)
    // What happens at the counter and in the unit, before the evening's scan.
    if (r() < 0.16 && lives.length < 50)
      await inTown(world.db, town.townId, async (tx) => {
        const s = await settingOf(tx, world, town.townId)
        const clerk = await whoOfStaff(tx, town.townId, id('clerk'), today)
        const input = RegisterInput.parse({
          channel: 'visit',
          receivedOn: today,
          title: `宅基地边界纠纷${lives.length}`,
          request: '请求确认宅基地边界',
          villageId: town.villages.东庄村,
          parties: [{ name: '李某' }],
        })
        const [made] = await registerMany(tx, clerk, [{ input }], s)
        const acceptOn = addDays(today, Math.floor(r() * 22))
        lives.push({ id: made!.id, acceptOn, endOn: addDays(acceptOn, 5 + Math.floor(r() * 85)) })
      })
    for (const l of lives) {
      if (l.acceptOn === today)
        await change(l.id, {
          kind: 'accept',
          says: '受理',
          set: {
            state: 'handling',
            step: 'handle',
            acceptedOn: today,
            mainUnitId: town.units.自然资源所,
            mainHandlerId: handler,
            holderId: handler,
          },
          end: [{ rule: 'D01' }, { rule: 'D02' }],
          start: [{ rule: 'D05', from: today }],
        })
      if (l.endOn === today)
        await change(l.id, {
          kind: 'signoff',
          says: '办结',
          set: { state: 'closed', step: 'signoff', closedOn: today, servedOn: today },
          end: [{ rule: '*' }],
        })
      if (today === handover && l.acceptOn <= today && l.endOn > today)
        await change(l.id, {
          kind: 'assign',
          says: '离任交接',
          set: { mainHandlerId: id('leadOfficial2'), holderId: id('leadOfficial2') },
        })
    }
    if (today === handover) handler = id('leadOfficial2')
    // The server is off in the second half of February, over the October holiday, and on about one day in nine.
    const down =
      (today >= '2026-02-14' && today <= '2026-02-27') || (today >= '2026-10-01' && today <= '2026-10-08') || r() < 0.11
    if (down) continue
    up.push(today)
    await scan()
    // As often as it likes: the second scan of a day finds nothing.
    if (r() < 0.3) expect(await scan()).toBe(0)
  }

  // An independent reckoning from the clocks alone: the steps reached on the days the server was up.
  const clocks = await rows<{ id: string; rule: RuleId; fromOn: Day; due_on: Day; from_on: Day; ended_on: Day | null }>(
    'select id, rule, from_on, due_on, ended_on from petition_clock',
  )
  const expected = new Set<string>()
  for (const c of clocks) {
    if (legalLimits[c.rule].kind !== 'duty') continue
    for (const d of up) {
      if (d < c.from_on || (c.ended_on !== null && d >= c.ended_on)) continue
      const step = stepReached(usualPolicy.steps.limit!, daysBetween(d, c.due_on))
      if (step !== null) expected.add(`limit/${c.id}/${c.due_on}/${step}`)
    }
  }
  const made = await rows<{
    key: string
    on_day: Day
    staff_ids: string[]
    source: string
    thing: string
    step: number
  }>("select thing || '/' || step as key, on_day, staff_ids, source, thing, step from reminder")
  const limits = made.filter((m) => m.source === 'limit').map((m) => m.key)
  expect(limits.length).toBeGreaterThan(100)
  expect(new Set(limits).size).toBe(limits.length)
  expect(new Set(limits)).toEqual(expected)
  expect(made.some((m) => m.source === 'silence')).toBe(true)

  // One notice for each person of each reminder, no more.
  const notices = await rows<{ n: string; people: string }>(
    "select count(*) as n, (select sum(cardinality(staff_ids)) from reminder) as people from notice where kind = 'due'",
  )
  expect(Number(notices[0]!.n)).toBe(Number(notices[0]!.people))

  // On leave: the deputy is told and not the absent; after the handover: the successor, never the leaver.
  const away = made.filter((m) => m.on_day >= leave.from && m.on_day <= leave.to)
  expect(away.length).toBeGreaterThan(5)
  expect(away.some((m) => m.staff_ids.includes(id('unitHandler2')))).toBe(false)
  expect(away.some((m) => m.staff_ids.includes(id('unitHandler')))).toBe(true)
  const later = made.filter((m) => m.on_day > handover)
  expect(later.some((m) => m.staff_ids.includes(id('unitHandler2')))).toBe(false)
  expect(later.some((m) => m.staff_ids.includes(id('leadOfficial2')))).toBe(true)
  // After a year of scans the trace is whole.
  expect((await inTown(world.db, town.townId, (tx) => verifyTown(tx, town.townId))).problems).toEqual([])
})

test('提醒只增不改：应用的数据库角色不能改也不能删', async () => {
  for (const text of ['update reminder set says = says', 'delete from reminder'])
    await expect(inTown(world.db, town.townId, (tx) => sql.raw(text).execute(tx))).rejects.toThrow(/permission denied/)
})

test('外发：本人选了的才发，安静时段等到早上，连不上的过后再试，最后记为没有送达', async () => {
  world.clock.set('2027-01-04', 22)
  const way = { requestId: uuidv7(), email: 'a@town.example', byEmail: true, bySms: false }
  cookies.clear()
  expect(
    (await as('clerk', 'POST', '/api/contact-way', { ...way, requestId: uuidv7(), email: '' })).json.fields,
  ).toEqual({
    email: '请填写邮箱',
  })
  expect((await as('clerk', 'POST', '/api/contact-way', way)).status).toBe(200)
  await inTown(world.db, town.townId, async (tx) => {
    const s = await settingOf(tx, world, town.townId)
    const clerk = await whoOfStaff(tx, town.townId, id('clerk'), s.today)
    const input = RegisterInput.parse({
      channel: 'visit',
      receivedOn: '2026-12-18',
      title: '李某反映的低保问题',
      request: '请求核查低保',
      parties: [{ name: '李某' }],
    })
    await registerMany(tx, clerk, [{ input }], s)
  })
  await world.ownerPool.query('delete from outgoing')
  expect(await scan()).toBeGreaterThan(0)
  sent.length = 0
  expect(await deliverAll(world, channels)).toBe(0)
  world.clock.set('2027-01-05', 8)
  failing = true
  await deliverAll(world, channels)
  expect(sent).toEqual([])
  failing = false
  // Not before five minutes have passed.
  expect(await deliverAll(world, channels)).toBe(0)
  world.clock.set('2027-01-05', 9)
  await deliverAll(world, channels)
  expect(sent.map((m) => m.channel).sort()).toEqual(['dingtalk', 'email', 'wecom'])
  expect(sent.find((m) => m.channel === 'email')!.to).toBe('a@town.example')
  expect(JSON.stringify(sent)).not.toMatch(/李某|低保|XF20|宅基地/)
  expect(await deliverAll(world, channels)).toBe(0)

  await world.ownerPool.query(
    "insert into outgoing (town_id, id, channel, subject, body, key, made_at, not_before) values ($1, $2, 'wecom', 'x', 'x', 'x', now(), '2027-01-01')",
    [town.townId, uuidv7()],
  )
  failing = true
  for (let d = 6; d < 14; d += 1) {
    world.clock.set(`2027-01-${String(d).padStart(2, '0')}`, 12)
    await deliverAll(world, channels)
  }
  failing = false
  cookies.clear()
  const list = (await as('petitionHead', 'GET', '/api/deliveries')).json as { tries: number; gaveUp: boolean }[]
  expect(list.filter((x) => x.gaveUp).map((x) => x.tries)).toEqual([5])
  expect((await as('clerk', 'GET', '/api/deliveries')).status).toBe(403)
})

test('请假登记：本人或主任，重叠的不收，重发只记一次，销假后恢复', async () => {
  world.clock.set('2027-01-20')
  cookies.clear()
  const body = {
    requestId: uuidv7(),
    staffId: id('unitHandler'),
    deputyId: id('unitHandler2'),
    fromOn: '2027-01-21',
    toOn: '2027-01-25',
    reason: '年休假',
  }
  expect((await as('unitHandler2', 'POST', '/api/leaves', body)).json.message).toContain('本人或信访办主任')
  const made = await as('unitHandler', 'POST', '/api/leaves', body)
  expect(made.status).toBe(200)
  expect((await as('unitHandler', 'POST', '/api/leaves', body)).json.id).toBe(made.json.id)
  expect((await as('petitionHead', 'POST', '/api/leaves', { ...body, requestId: uuidv7() })).json.message).toContain(
    '先销假',
  )
  expect((await as('clerk', 'GET', '/api/leaves')).json.some((l: { id: string }) => l.id === made.json.id)).toBe(true)
  expect((await as('mediator', 'GET', '/api/leaves')).json).toEqual([])
  expect((await as('unitHandler', 'POST', `/api/leaves/${made.json.id}/cancel`, { requestId: uuidv7() })).status).toBe(
    200,
  )
  expect((await as('unitHandler', 'POST', `/api/leaves/${made.json.id}/cancel`, { requestId: uuidv7() })).status).toBe(
    409,
  )
})

test('提醒规则：主任可改，版本过期不覆盖，上报线不能绕圈', async () => {
  const { json } = await as('petitionHead', 'GET', '/api/reminders/policy')
  expect(json.posts.some((p: { superior: string }) => p.superior !== '')).toBe(true)
  const policy = { ...json.policy, silentDays: 10 }
  const save = (more: object) =>
    as('petitionHead', 'POST', '/api/reminders/policy', { requestId: uuidv7(), version: 0, policy, ...more })
  const [a, b] = json.posts as { id: string }[]
  expect((await save({ policy: { ...policy, line: { [a!.id]: b!.id, [b!.id]: a!.id } } })).json.message).toContain(
    '绕成了圈',
  )
  expect((await save({ policy: { ...policy, steps: { ...policy.steps, limit: [] } } })).status).toBe(400)
  expect((await save({})).status).toBe(200)
  expect((await save({})).json.message).toContain('最新的内容')
  expect((await as('petitionHead', 'GET', '/api/reminders/policy')).json.policy.silentDays).toBe(10)
  expect((await as('unitHandler', 'GET', '/api/reminders/policy')).status).toBe(403)
})

test('周通报：每周起草一份，主任改定签发后不能再改，草稿别人看不见', async () => {
  world.clock.set('2027-01-25')
  cookies.clear()
  const draft = () =>
    inTown(world.db, town.townId, (tx) =>
      draftCircular(tx, town.townId, { today: world.clock.today(), now: world.clock.now() }),
    )
  expect(await draft()).toBe(true)
  expect(await draft()).toBe(false)
  const [c] = (await as('petitionHead', 'GET', '/api/circulars')).json
  expect(c.weekOn).toBe('2027-01-18')
  expect(c.body).toContain('信访事项办理情况通报如下')
  expect((await as('townLeader', 'GET', '/api/circulars')).json).toEqual([])
  const save = (more: object) =>
    as('petitionHead', 'POST', `/api/circulars/${c.id}`, {
      requestId: uuidv7(),
      version: c.version,
      title: c.title,
      body: `${c.body}\n请各单位抓紧。`,
      ...more,
    })
  expect((await save({ issue: true })).status).toBe(200)
  expect((await save({ version: c.version + 1 })).json.message).toContain('已经签发')
  expect((await as('townLeader', 'GET', '/api/circulars')).json).toHaveLength(1)
  expect(await rows("select 1 from notice where kind = 'circular'")).not.toHaveLength(0)
})
