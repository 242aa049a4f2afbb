import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { password, smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { settingOf } from '../petitions/world.store.ts'
import { createApp } from '../server.ts'
import { petitioner, say, wordsOf } from './store.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>
const staff = new Map<string, string>()
const as = async (user: string, method: 'GET' | 'POST', url: string, payload?: object) => {
  if (!staff.has(user)) {
    const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: user, password } })
    staff.set(user, r.cookies.map((c) => `${c.name}=${c.value}`).join('; '))
  }
  return app.inject({ method, url, headers: { cookie: staff.get(user)! }, ...(payload ? { payload } : {}) })
}
const ok = async (p: ReturnType<typeof as>) => {
  const r = await p
  expect(r.statusCode, r.body).toBe(200)
  return r.json()
}
const handling = async (): Promise<string> => {
  const input = {
    channel: 'letter',
    receivedOn: world.clock.today(),
    request: '要求补足承包地',
    parties: [{ name: '钱大有', phone: '13800000001' }],
    villageId: town.villages.东庄村,
  }
  const { id } = await ok(as('clerk', 'POST', '/api/petitions', { requestId: uuidv7(), input }))
  const move = async (user: string, name: string, given: object) => {
    const v = await ok(as('petitionHead', 'GET', `/api/petitions/${id}`))
    const body = { requestId: uuidv7(), version: v.matter.version, input: given }
    await ok(as(user, 'POST', `/api/petitions/${id}/moves/${name}`, body))
  }
  await move('clerk', 'classify', { class: 'claim', route: 'petitionProcedure' })
  await move('petitionHead', 'accept', {})
  await move('petitionHead', 'assignHandler', {
    mainUnitId: town.units.自然资源所,
    mainHandlerId: town.staff.unitHandler2,
    areaOwnerId: town.staff.areaSecretary,
    villageOwnerId: town.staff.villageOfficer,
  })
  return id
}
const says = (id: string, body: string, kind: 'recusal' | 'withdrawal' = 'recusal') =>
  inTown(world.db, town.townId, async (tx) =>
    say(tx, petitioner(town.townId, id), { kind, body, requestId: uuidv7() }, await settingOf(tx, world, town.townId)),
  )
const words = (id: string) => inTown(world.db, town.townId, (tx) => wordsOf(tx, town.townId, id))
const openOf = async (user: string, id: string) =>
  (await ok(as(user, 'GET', '/api/recusals'))).find((r: { petitionId: string }) => r.petitionId === id)

beforeAll(async () => {
  world = await testWorld('2026-03-05')
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  app = await createApp(world)
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

test('要求承办人回避：原话只有信访办和决定的人看，承办人哪里也看不到；决定了告诉他，也写给信访人', async () => {
  const id = await handling()
  await says(id, '要求经办乙回避，他和对方一起喝过酒')
  for (const user of ['unitHandler2', 'unitHandler', 'villageOfficer', 'areaSecretary'])
    for (const url of ['', '/words', '/timeline', '/recusals']) {
      const r = await as(user, 'GET', `/api/petitions/${id}${url}`)
      expect([r.statusCode, r.body.includes('喝过酒')], user + url).toEqual([200, false])
    }
  expect((await as('unitHandler2', 'GET', '/api/desk')).body).not.toContain('申请回避')
  for (const user of ['clerk', 'petitionHead'])
    expect((await as(user, 'GET', `/api/petitions/${id}/words`)).body).toContain('喝过酒')
  // Who reads it not can't answer it either.
  const [word] = await words(id)
  const answer = { requestId: uuidv7(), answer: '知道了' }
  const url = `/api/petitions/${id}/words/${word!.id}/answer`
  expect((await as('unitHandler2', 'POST', url, answer)).statusCode).toBe(404)

  const r = await openOf('petitionHead', id)
  expect([r.staffName, r.source, r.detail]).toEqual(['经办乙', 'asked', '要求经办乙回避，他和对方一起喝过酒'])
  const no = { requestId: uuidv7(), agree: false, reason: '查过了，两人不认识' }
  await ok(as('petitionHead', 'POST', `/api/recusals/${r.id}/decide`, no))
  const told = (await ok(as('unitHandler2', 'GET', '/api/desk'))).notices.map((n: { says: string }) => n.says)
  expect(told.some((t: string) => t.includes('不予回避（查过了，两人不认识），请继续办理'))).toBe(true)
  expect((await words(id))[0]!.answer).toBe('已经决定：经办乙不需要回避。查过了，两人不认识')
})

test('写“承办人”的也认得是谁；决定换人的，告诉他由谁接手，信访人看到换了人', async () => {
  const id = await handling()
  await says(id, '承办人是对方的亲戚，要求换人')
  const r = await openOf('petitionHead', id)
  expect(r.staffName).toBe('经办乙')
  const yes = { requestId: uuidv7(), agree: true, reason: '', successorId: town.staff.unitHandler }
  await ok(as('petitionHead', 'POST', `/api/recusals/${r.id}/decide`, yes))
  const { notices } = await ok(as('unitHandler2', 'GET', '/api/desk'))
  const told = notices.find((n: { says: string }) => n.says.includes('应当回避，由站所办甲接手'))
  expect([told.says.includes('要求您回避的申请'), told.petitionId]).toEqual([true, null])
  expect((await words(id))[0]!.answer).toBe('已经决定换人：经办乙不再参与办理')
})

test('要求信访办主任回避：主任看不到原话，也收不到通知，由党政主要领导决定', async () => {
  const id = await handling()
  const head = (await ok(as('petitionHead', 'GET', '/api/me'))).name as string
  await says(id, `要求${head}回避，他收过对方的东西`)
  for (const url of ['/words', '/timeline', '/recusals'])
    expect((await as('petitionHead', 'GET', `/api/petitions/${id}${url}`)).body, url).not.toContain('收过')
  expect(await openOf('petitionHead', id)).toBeUndefined()
  expect((await openOf('townLeader', id)).detail).toContain('收过对方的东西')
})

test('只写“主任”的也是要求信访办主任回避：由党政主要领导决定，主任看不到', async () => {
  const id = await handling()
  await says(id, '要求主任回避，他收过对方的烟酒')
  for (const url of ['/words', '/timeline', '/recusals'])
    expect((await as('petitionHead', 'GET', `/api/petitions/${id}${url}`)).body, url).not.toContain('烟酒')
  expect(await openOf('petitionHead', id)).toBeUndefined()
  expect((await openOf('townLeader', id)).detail).toContain('烟酒')
})

test('没有写是谁的：信访办主任看了登记，谁也不先停下来', async () => {
  const id = await handling()
  await says(id, '要求换人')
  expect(await openOf('petitionHead', id)).toBeUndefined()
  const { notices } = await ok(as('petitionHead', 'GET', '/api/desk'))
  expect(
    notices.some((n: { petitionId: string; says: string }) => n.petitionId === id && n.says.includes('申请回避')),
  ).toBe(true)
})

test('撤回的话：承办人和登记撤回的信访办都收到；登记以前照常办理，登记以后不再等', async () => {
  const id = await handling()
  await says(id, '两家说开了，不用再办了', 'withdrawal')
  for (const user of ['unitHandler2', 'petitionHead']) {
    const { notices } = await ok(as(user, 'GET', '/api/desk'))
    expect(
      notices.some((n: { petitionId: string; says: string }) => n.petitionId === id && n.says.includes('信访人撤回')),
      user,
    ).toBe(true)
  }
  expect((await ok(as('clerk', 'GET', `/api/petitions/${id}`))).matter.state).toBe('handling')
})
