import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { day } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { password, smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { createApp } from '../server.ts'
import { calendarTables, changeCalendar } from './calendar.store.ts'
import { forgetCalendar } from './world.store.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>

beforeAll(async () => {
  world = await testWorld('2026-09-28')
  forgetCalendar()
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  app = await createApp(world)
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
  forgetCalendar()
})

const as = async (username: string) => {
  const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username, password } })
  const cookie = r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
  return async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const a = await app.inject({ method, url, headers: { cookie }, ...(payload ? { payload } : {}) })
    return { status: a.statusCode, json: a.json() }
  }
}

/** This year's table as it was published. */
const published = async () => (await calendarTables(world.db)).find((t) => t.year === 2026)!

test('晚来的放假通知：先列出改变的期限，确认后写入，逐件留痕；没有公布的年份用话拒绝', async () => {
  const table = await published()
  const whole = JSON.stringify({ ...table, papers: [table.source] })
  const head = await as('petitionHead')
  const clerk = await as('clerk')
  const made = (
    await clerk('POST', '/api/petitions', {
      requestId: uuidv7(),
      input: {
        channel: 'letter',
        receivedOn: '2026-09-28',
        request: '路灯不亮',
        class: 'claim',
        route: 'petitionProcedure',
        parties: [{ name: '王建国' }],
      },
    })
  ).json
  const sent = await head('POST', `/api/petitions/${made.id}/moves/forward`, {
    requestId: uuidv7(),
    version: 1,
    input: { mode: 'forward', unitId: town.units.自然资源所, reason: '属其职权' },
  })
  const d04 = () => (v: { json: { clocks: { rule: string; dueOn: string }[] } }) =>
    v.json.clocks.find((c) => c.rule === 'D04')!.dueOn
  const before = d04()(sent)
  const holiday = { day: { date: '2026-09-30', kind: 'off', name: '临时放假' }, reason: '' }
  expect((await clerk('POST', '/api/calendar', holiday)).status).toBe(403)
  const seen = await head('POST', '/api/calendar', holiday)
  expect(seen.json).toMatchObject({ applied: false, moved: [{ number: made.number, rule: 'D04', from: before }] })
  expect((await head('POST', '/api/calendar', { ...holiday, apply: true })).json.message).toContain('依据')
  const done = await head('POST', '/api/calendar', { ...holiday, reason: '国办发明电〔2026〕9号', apply: true })
  expect(done.json.moved).toHaveLength(1)
  const after = await clerk('GET', `/api/petitions/${made.id}`)
  expect(d04()(after)).toBe(done.json.moved[0].to)
  expect(done.json.moved[0].to > before).toBe(true)
  const t = (await clerk('GET', `/api/petitions/${made.id}/timeline`)).json
  expect(t[0].says).toContain(`由 ${before} 改为 ${done.json.moved[0].to}`)
  // Again: nothing moves twice.
  expect((await head('POST', '/api/calendar', holiday)).json.moved).toEqual([])
  expect(
    (await head('POST', '/api/calendar', { day: { date: '2027-05-01', kind: 'off', name: '劳动节' } })).json.message,
  ).toContain('2027 年的放假安排尚未导入')
  const empty = JSON.stringify({ year: 2027, papers: [], days: [] })
  expect((await head('POST', '/api/calendar', { table: empty })).json.message).toContain('2027 年的放假安排尚未公布')
  const back = await head('POST', '/api/calendar', { table: whole, reason: '以公布的全年安排为准', apply: true })
  expect(back.json.moved).toMatchObject([{ to: before }])
  expect(await inTown(world.ownerDb, town.townId, (tx) => verifyTown(tx, town.townId))).toMatchObject({ ok: true })
})

test('命令行导入的放假安排同样改变各镇的期限、列出清单、逐件留痕；再导入一次不再改变', async () => {
  const clerk = await as('clerk')
  const head = await as('petitionHead')
  const { id, number } = (
    await clerk('POST', '/api/petitions', {
      requestId: uuidv7(),
      input: {
        channel: 'letter',
        receivedOn: '2026-09-28',
        request: '水管漏水',
        class: 'claim',
        route: 'petitionProcedure',
        parties: [{ name: '李秀英' }],
      },
    })
  ).json
  await head('POST', `/api/petitions/${id}/moves/forward`, {
    requestId: uuidv7(),
    version: 1,
    input: { mode: 'forward', unitId: town.units.自然资源所, reason: '属其职权' },
  })
  const d04 = async () =>
    (await clerk('GET', `/api/petitions/${id}`)).json.clocks.find((c: { rule: string }) => c.rule === 'D04').dueOn
  const before = await d04()
  const table = await published()
  const late = { ...table, days: [...table.days, { date: day('2026-09-29'), isOffDay: true, name: '临时放假' }] }
  const given = { by: null, why: '国办发明电〔2026〕9号', what: '由命令行导入' }
  const listed = await changeCalendar(world, late, { ...given, apply: false })
  expect(listed.filter((m) => m.number === number)).toMatchObject([{ rule: 'D04', from: before }])
  expect(await d04()).toBe(before)
  const done = await changeCalendar(world, late, { ...given, apply: true })
  expect(done).toEqual(listed)
  const now = await d04()
  expect(now > before).toBe(true)
  const [line] = (await clerk('GET', `/api/petitions/${id}/timeline`)).json
  expect(line.says).toContain(`由 ${before} 改为 ${now}（国办发明电〔2026〕9号）`)
  expect(await changeCalendar(world, late, { ...given, apply: true })).toEqual([])
  await changeCalendar(world, table, { ...given, apply: true })
  expect(await d04()).toBe(before)
  expect(await inTown(world.ownerDb, town.townId, (tx) => verifyTown(tx, town.townId))).toMatchObject({ ok: true })
})

test('导入的人须回避的事项、已经密封的检举控告，不妨碍放假安排写入，也不列给他看', async () => {
  const clerk = await as('clerk')
  const head = await as('petitionHead')
  const forwarded = async (request: string) => {
    const input = {
      channel: 'letter',
      receivedOn: '2026-09-28',
      request,
      class: 'claim',
      route: 'petitionProcedure',
      parties: [{ name: '赵玉兰' }],
    }
    const { id } = (await clerk('POST', '/api/petitions', { requestId: uuidv7(), input })).json
    const sent = await head('POST', `/api/petitions/${id}/moves/forward`, {
      requestId: uuidv7(),
      version: 1,
      input: { mode: 'forward', unitId: town.units.自然资源所, reason: '属其职权' },
    })
    expect(sent.status, JSON.stringify(sent.json)).toBe(200)
    return id as string
  }
  const barred = await forwarded('与主任有亲属关系的事项')
  await world.ownerPool.query('update petition set barred_ids = array[$2::uuid] where id = $1', [
    barred,
    town.staff.petitionHead,
  ])
  const sealed = await forwarded('反映干部的事项')
  await clerk('POST', `/api/petitions/${sealed}/moves/seal`, {
    requestId: uuidv7(),
    version: 2,
    input: { reason: '系检举控告' },
  })
  const holiday = { day: { date: '2026-09-30', kind: 'off', name: '临时放假' }, reason: '国办发明电〔2026〕9号' }
  const done = await head('POST', '/api/calendar', { ...holiday, apply: true })
  expect(done.status, JSON.stringify(done.json)).toBe(200)
  const listed = done.json.moved.map((m: { petitionId: string }) => m.petitionId)
  expect(listed).not.toContain(barred)
  expect(listed).not.toContain(sealed)
  const says = await world.ownerPool.query('select says from trace where subject_id = $1 order by seq desc limit 1', [
    barred,
  ])
  expect(says.rows[0].says).toContain('放假安排变动')
})
