import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from '../kit/server/crypto.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { callsOf } from '../people/calls.fixture.ts'
import { smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { createApp } from '../server.ts'
import type { MatterView } from './routes.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>
const { as, cookieOf } = callsOf(() => app)

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

const send = async (who: string, id: string, name: string, data: Uint8Array) => {
  const form = new FormData()
  form.append('requestId', uuidv7())
  form.append('file', new Blob([data as never]), name)
  const { body, headers } = new Response(form)
  const r = await app.inject({
    method: 'POST',
    url: `/api/petitions/${id}/attachments`,
    headers: { cookie: await cookieOf(who), 'content-type': headers.get('content-type')! },
    payload: Buffer.from(await new Response(body).arrayBuffer()),
  })
  expect(r.statusCode, r.body).toBe(200)
  return (r.json() as { id: string }).id
}
const view = async (who: string, id: string) => (await as(who, 'GET', `/api/petitions/${id}`)).json as MatterView
const move = async (who: string, id: string, name: string, input: unknown) => {
  const { version } = (await view(who, id)).matter
  const r = await as(who, 'POST', `/api/petitions/${id}/moves/${name}`, { requestId: uuidv7(), version, input })
  expect(r.status, r.body).toBe(200)
}
const opened = async (id: string) =>
  ((await as('clerk', 'GET', `/api/petitions/${id}/timeline?kind=read`)).json as { says: string }[]).length

test('材料像文书一样，承担任务的人才能打开；缩略图看不清字，也不给别人；不承担任务的人看不到别处写的号码和材料的名字', async () => {
  const said = '请打 13912345678 找我，证号 370902199001010010'
  const { id } = (
    await as('clerk', 'POST', '/api/petitions', {
      requestId: uuidv7(),
      input: {
        channel: 'letter',
        receivedOn: world.clock.today(),
        request: said,
        parties: [{ name: '王建国' }],
        villageId: town.villages.东庄村,
      },
    })
  ).json as { id: string }
  const card = await sharp({ create: { width: 800, height: 500, channels: 3, background: '#345' } })
    .png()
    .toBuffer()
  const photo = await send('clerk', id, '王建国身份证.png', card)
  const text = await send('clerk', id, '王建国的信.txt', Buffer.from('一封信'))
  const own = await send('areaSecretary', id, '现场.png', card)
  await move('clerk', id, 'contact', { onDay: world.clock.today(), way: 'phone', body: said })

  const at = (a: string, more = '') => `/api/petitions/${id}/attachments/${a}${more}`
  expect((await view('clerk', id)).matter.title).not.toMatch(/139\d{8}/)
  const number = /13912345678|370902199001010010/
  for (const who of ['areaSecretary', 'villageOfficer']) {
    const page = await as(who, 'GET', `/api/petitions/${id}`)
    const trail = await as(who, 'GET', `/api/petitions/${id}/timeline`)
    expect([who, number.test(page.body + trail.body), /王建国/.test(page.body + trail.body)]).toEqual([
      who,
      false,
      false,
    ])
    for (const more of ['', '?thumb=1'])
      expect((await as(who, 'GET', at(photo, more))).json.message).toContain('不能打开')
  }
  const seen = (await view('areaSecretary', id)).attachments
  expect(seen.map((a) => [a.name, a.opens])).toEqual([
    ['图片', false],
    ['文本', false],
    ['现场.png', true],
  ])
  expect((await as('areaSecretary', 'GET', at(own))).status).toBe(200)

  const before = await opened(id)
  const small = await as('clerk', 'GET', at(photo, '?thumb=1'))
  expect(await sharp(small.raw).metadata()).toMatchObject({ format: 'jpeg', width: 144, height: 90 })
  expect((await as('clerk', 'GET', at(text, '?thumb=1'))).status).toBe(404)
  expect(await opened(id)).toBe(before)
  expect((await sharp((await as('clerk', 'GET', at(photo))).raw).metadata()).width).toBe(800)
  expect(await opened(id)).toBe(before + 1)

  await move('clerk', id, 'classify', { class: 'claim', route: 'petitionProcedure' })
  await move('petitionHead', id, 'accept', {})
  await move('petitionHead', id, 'assignHandler', {
    mainUnitId: town.units.自然资源所,
    mainHandlerId: town.staff.unitHandler2,
    areaOwnerId: town.staff.areaSecretary,
    villageOwnerId: town.staff.villageOfficer,
  })
  expect((await as('villageOfficer', 'GET', at(photo))).status).toBe(200)
  const handler = await view('unitHandler2', id)
  expect([handler.claims[0]!.body, handler.records[0]!.body]).toEqual([said, said])
})

test('标题里写着的号码，台账和事项页上遮盖；带着遮盖了的标题更正别的，标题不变', async () => {
  const title = '13912345678 反映路灯不亮'
  const input = {
    channel: 'letter',
    receivedOn: world.clock.today(),
    title,
    request: '修复',
    parties: [{ name: '李秀英' }],
  }
  const { id } = (await as('clerk', 'POST', '/api/petitions', { requestId: uuidv7(), input })).json as { id: string }
  const { rows } = (await as('clerk', 'GET', '/api/petitions')).json as { rows: { id: string; title: string }[] }
  const shown = rows.find((r) => r.id === id)!.title
  expect([shown, (await view('clerk', id)).matter.title]).toEqual(['139****5678 反映路灯不亮', shown])
  await move('clerk', id, 'correct', { title: shown, headCount: 2, reason: '人数记错' })
  const kept = await world.ownerPool.query('select title, head_count from petition where id = $1', [id])
  expect(kept.rows).toEqual([{ title, head_count: 2 }])
})
