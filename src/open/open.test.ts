import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from '../kit/server/crypto.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { callsOf } from '../people/calls.fixture.ts'
import { smallTown } from '../people/fixture.ts'
import { createTown } from '../people/setup.store.ts'
import { createApp, createPublicApp } from '../server.ts'

let world: TestWorld
let app: Awaited<ReturnType<typeof createApp>>

beforeAll(async () => {
  world = await testWorld('2026-03-20')
  await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  app = await createApp(world)
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

const { as, cookieOf } = callsOf(() => app)
const board = async (who = 'petitionHead') => (await as(who, 'GET', '/api/open')).json
/** Without the duty roster, which is asked for every week. */
const posts = async (who = 'petitionHead') =>
  (await board(who)).duties.filter((d: { rhythm: string }) => d.rhythm !== 'week')
const notice = (more: object) => ({
  requestId: uuidv7(),
  itemId: null,
  villageId: null,
  kind: 'village',
  period: '',
  title: '三月值班安排',
  body: '每天上午有人值班。',
  untilOn: null,
  ...more,
})

test('目录从法定的开始，只开始一次；到期未公开的逐村列出，公开一份少一项', async () => {
  expect((await board()).items).toEqual([])
  expect((await as('villageOfficer', 'POST', '/api/open/start', { requestId: uuidv7() })).status).toBe(403)
  for (const _ of [1, 2]) await as('petitionHead', 'POST', '/api/open/start', { requestId: uuidv7() })
  const started = await board()
  expect(started.items).toHaveLength(5)
  // 只有下一周的值班安排：已经结束的一期还没有。
  expect(started.duties.map((d: { rhythm: string; period: string }) => [d.rhythm, d.period])).toEqual([
    ['week', '2026-03-23'],
  ])
  world.clock.set('2026-04-08')
  const due = await posts()
  expect(due.length).toBe(2 * started.villages.length)
  expect(new Set(due.map((d: { state: string }) => d.state))).toEqual(new Set(['due']))

  const mine = (await board('villageOfficer')).duties.find(
    (d: { mayPost: boolean; period: string }) => d.mayPost && d.period === '2026-03',
  )
  const wish = notice({ itemId: mine.itemId, villageId: mine.villageId, period: mine.period, kind: mine.kind })
  const made = await as('villageOfficer', 'POST', '/api/open/notices', wish)
  expect(made.status, made.body).toBe(200)
  // The same request again is the same notice.
  expect((await as('villageOfficer', 'POST', '/api/open/notices', wish)).json.id).toBe(made.json.id)
  const after = await posts()
  expect(after.filter((d: { state: string }) => d.state === 'published')).toHaveLength(1)
  world.clock.set('2026-04-12')
  expect((await posts()).filter((d: { state: string }) => d.state === 'overdue')).toHaveLength(due.length - 1)

  // Withdrawn with a reason: the public no longer sees it, the duty is open again.
  expect((await app.inject(`/c/open/${made.json.id}`)).statusCode).toBe(200)
  const out = `/api/open/notices/${made.json.id}/withdraw`
  expect((await as('villageOfficer', 'POST', out, { reason: '' })).status).toBe(400)
  expect((await as('villageOfficer', 'POST', out, { reason: '数字有误，更正后再公开' })).status).toBe(200)
  expect((await app.inject(`/c/open/${made.json.id}`)).statusCode).toBe(404)
  expect((await posts()).filter((d: { state: string }) => d.state === 'overdue')).toHaveLength(due.length)
})

test('公众也看得到应当公开的目录：各村合成一行，超期的点名；选一个村只看这个村的', async () => {
  const { villages } = await board()
  const all = (await app.inject('/c/open/due')).body
  expect(all).toContain(`${villages.length} 个村，0 个已公开`)
  for (const v of villages) expect(all).toContain(v.name)
  expect(all).toContain('《村民委员会组织法》第三十条')
  const one = (await app.inject(`/c/open/due?village=${encodeURIComponent(villages[0].name)}`)).body
  expect([one.includes('超期未公开'), one.includes('个村，')]).toEqual([true, false])
  expect((await app.inject('/c/open/due?village=x')).statusCode).toBe(404)
})

test('别的村、没有权限的、带身份证号的都公开不了，各有一句话', async () => {
  const { villages } = await board()
  const duties = await posts('villageOfficer')
  const theirs = duties.find((d: { mayPost: boolean }) => !d.mayPost).villageId
  expect((await as('villageOfficer', 'POST', '/api/open/notices', notice({ villageId: theirs }))).body).toContain(
    '本村信息员',
  )
  expect((await as('villageOfficer', 'POST', '/api/open/notices', notice({}))).body).toContain('镇一级')
  expect((await board('villageOfficer')).villages.filter((v: { mayPost: boolean }) => v.mayPost)).toHaveLength(1)
  expect((await board('unitHandler')).villages.some((v: { mayPost: boolean }) => v.mayPost)).toBe(false)
  expect([(await board('unitHandler')).mayPostTown, (await board('clerk')).mayPostTown]).toEqual([false, true])
  const titled = await as('petitionHead', 'POST', '/api/open/notices', notice({ title: '张某 11010119900307123X' }))
  expect(Object.keys(titled.json.fields)).toEqual(['title'])
  const secret = notice({ villageId: villages[0].id, body: '张某 11010119900307123X 领取救助' })
  const no = await as('petitionHead', 'POST', '/api/open/notices', secret)
  expect([no.status, no.body.includes('身份证号')]).toEqual([400, true])
  expect((await as('auditor', 'GET', '/api/open')).status).toBe(403)
})

test('公众页面：按类别和村看，附件只能下载；撤下和过期的看不到；单独的公众端口也有', async () => {
  const { villages } = await board()
  const made = await as(
    'petitionHead',
    'POST',
    '/api/open/notices',
    notice({ villageId: villages[0].id, kind: 'finance', title: '二月收支<b>', untilOn: '2026-04-30' }),
  )
  const id = made.json.id
  const boundary = 'x-huisheng-test'
  const upload = await app.inject({
    method: 'POST',
    url: `/api/open/notices/${id}/files`,
    headers: { cookie: await cookieOf('petitionHead'), 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="明细.txt"\r\ncontent-type: text/plain\r\n\r\n`,
      ),
      Buffer.from('收入 100 元，支出 80 元'),
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  })
  expect(upload.statusCode, upload.body).toBe(200)
  const list = (await app.inject('/c/open?kind=finance')).body
  expect(list).toContain('二月收支&lt;b&gt;')
  expect((await app.inject('/c/open?kind=party')).body).not.toContain('二月收支')
  const page = (await app.inject(`/c/open/${id}`)).body
  const link = /href="(\/c\/open\/[^"]+\/files\/[^"]+)"/.exec(page)![1]!
  const file = await app.inject(link)
  expect([file.statusCode, file.headers['content-disposition']?.toString().startsWith('attachment')]).toEqual([
    200,
    true,
  ])
  expect(file.body).toContain('支出 80 元')
  expect((await app.inject(`/c/open/${uuidv7()}`)).statusCode).toBe(404)
  const publicly = await createPublicApp(world)
  expect((await publicly.inject('/c/open')).body).toContain('二月收支')
  await publicly.close()
  world.clock.set('2026-05-01')
  expect((await app.inject(`/c/open/${id}`)).statusCode).toBe(404)
})

test('查询码丢失：核对身份后换发，旧码不能再用，留痕里没有码', async () => {
  world.clock.set('2026-05-02')
  const registered = await as('clerk', 'POST', '/api/petitions', {
    requestId: uuidv7(),
    input: {
      channel: 'visit',
      receivedOn: '2026-05-02',
      request: '要求修路',
      facts: '雨天无法通行',
      oral: true,
      readBack: true,
      parties: [{ name: '王建国', phone: '13800001234' }],
    },
  })
  const { id, number, queryCode } = registered.json
  const url = `/api/petitions/${id}/query-code`
  expect((await as('clerk', 'POST', url, { requestId: uuidv7(), version: 1, checked: '' })).status).toBe(400)
  expect((await as('clerk', 'POST', url, { requestId: uuidv7(), version: 9, checked: '本人身份证' })).status).toBe(409)
  world.clock.set('2026-05-05')
  const again = { requestId: uuidv7(), version: 1, checked: '本人持身份证到村' }
  const renewed = await as('clerk', 'POST', url, again)
  expect(renewed.json.queryCode).not.toBe(queryCode)
  expect((await as('clerk', 'POST', url, again)).json).toEqual(renewed.json)
  // What is printed for the petitioner leads to the question of number and code, and holds no code.
  expect(renewed.json.at).toBe(`/c/query?n=${number}`)
  // Renewed is not moved forward.
  expect((await as('clerk', 'GET', `/api/petitions/${id}`)).json.matter.lastProgressOn).toBe('2026-05-02')
  const ask = (code: string) =>
    app.inject({
      method: 'POST',
      url: '/c/query',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ number, code }).toString(),
    })
  expect((await ask(queryCode)).statusCode).toBe(409)
  expect((await ask(renewed.json.queryCode)).statusCode).toBe(303)
  const lines = await as('clerk', 'GET', `/api/petitions/${id}/timeline`)
  expect(lines.body).toContain('换发查询码')
  expect(lines.body).not.toContain(renewed.json.queryCode)

  const nobody = { channel: 'visit', receivedOn: '2026-05-05', request: '要求修路', anonymous: true, parties: [] }
  const anonymous = await as('clerk', 'POST', '/api/petitions', { requestId: uuidv7(), input: nobody })
  const no = await as('clerk', 'POST', `/api/petitions/${anonymous.json.id}/query-code`, {
    ...again,
    requestId: uuidv7(),
  })
  expect([no.status, no.body.includes('核对不了身份')]).toEqual([409, true])
})

test('公开得再多，一个村、一类的都找得到：选了再取最近的，不是取了再选', async () => {
  const { villages } = await board()
  const old = notice({ villageId: villages[0].id, kind: 'finance', title: '最早的一份收支' })
  expect((await as('petitionHead', 'POST', '/api/open/notices', old)).status).toBe(200)
  await world.ownerPool.query(
    `insert into open_notice (town_id, id, village_id, kind, title, body, posted_on, by_id, by_name, request_id)
     select town_id, gen_random_uuid(), $1, 'village', '后来的', '内容', posted_on + 1, by_id, by_name, gen_random_uuid()
     from open_notice cross join generate_series(1, 520) where title = '最早的一份收支'`,
    [villages[1].id],
  )
  world.clock.set('2026-08-20')
  const all = (await app.inject('/c/open')).body
  expect([all.includes('最早的一份收支'), all.includes('更早的，请选类别和村再看')]).toEqual([false, true])
  for (const q of [`village=${encodeURIComponent(villages[0].name)}`, 'kind=finance'])
    expect((await app.inject(`/c/open?${q}`)).body).toContain('最早的一份收支')
})
