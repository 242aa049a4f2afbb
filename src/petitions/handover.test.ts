import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { addDays, day } from '../kit/day.ts'
import { handClock } from '../kit/server/clock.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { connectDatabase, inTown, type OpenedDatabase } from '../kit/server/db.ts'
import { type App, createEdge } from '../kit/server/http.ts'
import { migrate } from '../kit/server/migrate.ts'
import { startPostgres } from '../kit/server/postgres.ts'
import { peopleApi } from '../people/api.ts'
import { password, smallTown } from '../people/fixture.ts'
import { callRefusal } from '../people/policy.ts'
import { sessionOfRequest } from '../people/session.store.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { whoOfStaff } from '../people/who.store.ts'
import { handoverApi } from './handover.api.ts'
import type { Petition } from './petition.ts'
import { RegisterInput } from './register/move.ts'
import { registerMany } from './register/register.store.ts'
import { applyChange, findMatter } from './store.ts'
import { settingOf, type World } from './world.store.ts'

const clock = handClock('2026-03-05')
let dir: string
let stop: () => Promise<void>
let opened: OpenedDatabase
let world: World
let app: App
let town: NewTown

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'handover-'))
  const running = await startPostgres(dir, { fast: true })
  stop = running.stop
  opened = connectDatabase(running.connection)
  await migrate(opened.ownerPool)
  await opened.ownerPool.query("insert into calendar_year (year, source) values (2026, '试验')")
  world = { db: opened.db, clock, files: null as never, dataDir: dir }
  const edge = await createEdge({
    sessionOf: (req) => sessionOfRequest(world, req),
    refusal: ({ who }, may) => callRefusal(who.roles, may),
  })
  peopleApi(edge, world)
  handoverApi(edge, world)
  app = edge.app
  const two = {
    username: 'disciplineLiaison2',
    name: '纪检乙',
    role: 'disciplineLiaison' as const,
    password,
    mustChange: false,
  }
  town = await opened.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown([two]), { now: clock.now(), today: clock.today() }))
})
afterAll(async () => {
  await app?.close()
  await opened?.close()
  await stop?.()
  rmSync(dir, { recursive: true, force: true })
})

const ask = async (cookie: string, method: 'GET' | 'POST', url: string, body?: object) => {
  const res = await app.inject({
    method,
    url,
    headers: { cookie: `huisheng=${cookie}` },
    ...(body ? { payload: body } : {}),
  })
  return { status: res.statusCode, body: JSON.parse(res.body) }
}
const as = async (username: string) => {
  const res = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username, password } })
  return decodeURIComponent(res.cookies.find((c) => c.name === 'huisheng')?.value ?? '')
}
const id = (username: string) => town.staff[username]!

/** A registered matter, then its columns set as if it had come this far. */
const matter = (set: Partial<Petition>) =>
  inTown(opened.db, town.townId, async (tx) => {
    const s = await settingOf(tx, world, town.townId)
    const clerk = await whoOfStaff(tx, town.townId, id('clerk'), s.today)
    const input = RegisterInput.parse({
      channel: 'visit',
      receivedOn: '2026-03-04',
      title: '宅基地边界纠纷',
      request: '请求确认宅基地边界',
      villageId: town.villages.东庄村,
      parties: [{ name: '李某' }],
    })
    const [made] = await registerMany(tx, clerk, [{ input }], s)
    const hand = { ...clerk, roles: ['petitionHead', 'disciplineLiaison'] as const }
    const found = await findMatter(tx, hand, made!.id)
    await applyChange(tx, hand, found.matter, found.trace, { kind: 'assign', says: '交办', set }, s, {
      move: 'assignHandler',
    })
    return { id: made!.id, number: made!.number }
  })
const rowOf = async (petitionId: string) =>
  (await opened.ownerPool.query('select * from petition where id = $1', [petitionId])).rows[0]
const handling = () => ({
  state: 'handling' as const,
  step: 'handle' as const,
  acceptedOn: day('2026-03-04'),
  mainUnitId: town.units.自然资源所,
  mainHandlerId: id('unitHandler'),
  holderId: id('unitHandler'),
})
const leaving = (successor: string, more: object = {}) => ({
  requestId: uuidv7(),
  successorId: id(successor),
  on: '2026-03-05',
  reason: '调任县局',
  ...more,
})

test('有在办事项的人，不能免去岗位、停用账号，只能交接', async () => {
  await matter(handling())
  const system = await as('systemAdmin')
  const security = await as('securityAdmin')
  const staff = (await ask(system, 'GET', '/api/staff')).body
  const one = staff.find((s: { username: string }) => s.username === 'unitHandler')
  expect(one.openMatters).toBe(1)
  const end = await ask(system, 'POST', `/api/holdings/${one.holdings[0].id}/end`, { until: '2026-03-05' })
  expect(end.body.message).toContain('请先办理离任交接')
  const off = await ask(security, 'POST', `/api/staff/${one.id}/account`, { disabled: true })
  expect(off.body.message).toContain('请先办理离任交接')
  const unit = await ask(system, 'POST', '/api/units', {
    id: town.units.自然资源所,
    name: '自然资源所',
    active: false,
  })
  expect(unit.body.message).toContain('未销号')
})

test('预览：信访办主任看得到编号标题，系统管理员看不到事项内容', async () => {
  const url = `/api/staff/${id('unitHandler')}/handover`
  const head = (await ask(await as('petitionHead'), 'GET', url)).body
  expect(head.matters[0]).toMatchObject({ title: '宅基地边界纠纷', as: ['经办人', '主办人'] })
  expect(head.posts).toEqual(['自然资源所负责人'])
  const admin = (await ask(await as('systemAdmin'), 'GET', url)).body
  expect(JSON.stringify(admin)).not.toContain('宅基地')
  expect(admin.matters).toEqual([])
  expect(admin.unseen).toEqual([
    { as: ['经办人', '主办人'], state: '办理中', n: 1, late: 0, soonest: expect.stringMatching(/^2026-03-/) },
  ])
  expect(head.unseen).toEqual([])
})

test('接手人不能合法看到的，整体不交：管理员、应回避的、非班子成员接签发', async () => {
  const m = await matter({ ...handling(), barredIds: [id('unitHandler2')], leadOfficialId: id('leadOfficial') })
  const head = await as('petitionHead')
  const give = (from: string, to: string, more: object = {}) =>
    ask(head, 'POST', `/api/staff/${id(from)}/handover`, leaving(to, more))
  expect((await give('unitHandler', 'unitHandler')).body.fields.successorId).toBe('请选择另一人')
  expect((await give('unitHandler', 'auditor')).body.message).toContain('不承办信访事项')
  expect((await give('unitHandler', 'unitHandler2')).body.message).toContain('应当回避')
  expect((await give('leadOfficial', 'clerk')).body.message).toContain('不是班子成员')
  expect((await give('unitHandler', 'systemAdmin', { takePosts: true })).body.message).toContain('三员分立')
  expect((await give('unitHandler', 'clerk', { on: addDays(clock.today(), 1) })).body.fields.on).toBe('不能晚于今天')
  expect(
    (await ask(head, 'POST', `/api/staff/${id('petitionHead')}/handover`, leaving('clerk'))).body.message,
  ).toContain('由他人办理')
  expect((await rowOf(m.id)).main_handler_id).toBe(id('unitHandler'))
})

test('交接：全部在办事项到接手人名下，一件一条留痕，任职结束，账号停用，重发只办一次', async () => {
  const closed = await matter({ ...handling(), state: 'closed', step: 'signoff', closedOn: day('2026-03-05') })
  const open = (
    await opened.ownerPool.query("select id from petition where main_handler_id = $1 and state <> 'closed'", [
      id('unitHandler'),
    ])
  ).rows
  expect(open.length).toBe(2)
  const session = await as('unitHandler')
  const head = await as('petitionHead')
  const body = leaving('mediator', { takePosts: true })
  const url = `/api/staff/${id('unitHandler')}/handover`
  const done = await ask(head, 'POST', url, body)
  expect(done).toEqual({ status: 200, body: { moved: 2 } })
  expect((await ask(head, 'POST', url, body)).body).toEqual({ moved: 2 })
  for (const o of open) {
    const row = await rowOf(o.id)
    expect([row.main_handler_id, row.holder_id]).toEqual([id('mediator'), id('mediator')])
    const traces = (
      await opened.ownerPool.query("select says, by_name from trace where subject_id = $1 and move = 'handover'", [
        o.id,
      ])
    ).rows
    expect(traces).toHaveLength(1)
    expect(traces[0].says).toContain('离任交接：站所办甲的经办人、主办人由调解员甲接手')
    expect(traces[0].by_name).toBe('信访办甲')
  }
  expect((await rowOf(closed.id)).main_handler_id).toBe(id('unitHandler'))
  expect((await ask(session, 'GET', '/api/me')).status).toBe(401)
  expect(await as('unitHandler')).toBe('')
  const me = (await ask(await as('mediator'), 'GET', '/api/me')).body
  expect(me.roles.toSorted()).toEqual(['mediator', 'unitHandler'])
  expect(me.unread).toBe(2)
  const nobody = await opened.ownerPool.query(
    "select 1 from petition p join staff s on s.id in (p.holder_id, p.main_handler_id) where not s.active and p.state <> 'closed'",
  )
  expect(nobody.rowCount).toBe(0)
})

test('交接之后，留痕链和合计仍然相符；审计只见编号不见内容', async () => {
  const verdict = await inTown(opened.db, town.townId, (tx) => verifyTown(tx, town.townId))
  expect(verdict).toMatchObject({ ok: true, problems: [] })
  const logs = (await ask(await as('auditor'), 'GET', '/api/audit/logs?kind=assign')).body
  expect(logs.rows.length).toBeGreaterThan(4)
  expect(logs.rows.every((r: { says: string }) => r.says === '')).toBe(true)
  expect(JSON.stringify(logs)).not.toContain('宅基地')
})
