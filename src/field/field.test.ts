import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { callsOf } from '../people/calls.fixture.ts'
import { smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { createApp } from '../server.ts'
import { type DisputeBody, disputeInput, disputeMissing } from './dispute.ts'
import { sendFile, sendRecord } from './line.ts'
import { deliver, draftOf, type FileRef, type Item, nextStep, pieceSize, posted, withFiles } from './outbox.ts'
import { changeOf, emptyPlan, planMissing, planRequest } from './plan.ts'
import type { Today } from './routes.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>
const { as, cookieOf } = callsOf(() => app)
const sql = async <T = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> =>
  (await world.ownerPool.query(text, values)).rows

beforeAll(async () => {
  world = await testWorld('2026-03-05')
  town = await inTown(world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
    createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }),
  )
  app = await createApp(world)
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

const digestOf = (b: Buffer) => createHash('sha256').update(b).digest('hex')
const now = () => world.clock.now().getTime()
const matter = (more: object = {}) => ({
  requestId: uuidv7(),
  heardAt: now(),
  sentAt: now(),
  input: {
    request: '村东路灯不亮，要求修好',
    name: '试验人甲',
    readBack: true,
    villageId: town.villages.东庄村,
    ...more,
  },
})
const register = async (who = 'gridWorker', more: object = {}) => {
  const r = await as(who, 'POST', '/api/field/matters', matter(more))
  expect(r.status, r.body).toBe(200)
  return r.json as { id: string; number: string }
}
const recordsOf = (id: string) =>
  sql<{ body: string }>('select body from petition_record where petition_id = $1 order by at', [id])

describe('当场登记', () => {
  test('同一请求编号发几次都只登记一件；当场解答的同时记下', async () => {
    const body = matter({ request: '问低保怎样申请', answer: '已告知所需材料和办理窗口' })
    const [a, b] = [
      await as('gridWorker', 'POST', '/api/field/matters', body),
      await as('gridWorker', 'POST', '/api/field/matters', { ...body, sentAt: now() + 9_999_999 }),
    ]
    expect(a.status, a.body).toBe(200)
    expect(b.json).toEqual(a.json)
    expect((await sql("select 1 from petition where request = '问低保怎样申请'")).length).toBe(1)
    expect((await recordsOf(a.json.id)).map((r) => r.body)).toEqual(['当场解答：已告知所需材料和办理窗口'])
    const [row] = await sql('select state, received_on::text as day, oral from petition where id = $1', [a.json.id])
    expect(row).toEqual({ state: 'received', day: '2026-03-05', oral: true })
  })

  test('手机的时钟不作数：日期由服务器推算，差得多的记下来', async () => {
    const year = 365 * 86_400_000
    const r = await as('gridWorker', 'POST', '/api/field/matters', {
      ...matter(),
      heardAt: now() + year - 2 * 86_400_000,
      sentAt: now() + year,
    })
    const [row] = await sql('select received_on::text as day from petition where id = $1', [r.json.id])
    expect(row).toEqual({ day: '2026-03-03' })
    const [note] = await recordsOf(r.json.id)
    expect(note!.body).toContain('2026-03-03 在手机上记下，2026-03-05 送达')
    expect(note!.body).toContain('快约 365 天')
  })

  test('缺什么说什么，什么也不留；不该登记的岗位进不来', async () => {
    const before = await sql('select count(*) from petition')
    const no = await as('gridWorker', 'POST', '/api/field/matters', matter({ name: '' }))
    expect([no.status, no.json.fields.name]).toEqual([400, '请填写姓名；不愿留名的请勾选'])
    const unread = await as('gridWorker', 'POST', '/api/field/matters', matter({ readBack: false }))
    expect([unread.status, Object.keys(unread.json.fields)]).toEqual([400, ['readBack']])
    expect((await as('unitHandler', 'POST', '/api/field/matters', matter())).status).toBe(403)
    expect(await sql('select count(*) from petition')).toEqual(before)
  })

  test('给看得见的事项记一笔，不问版本，发两次只记一次；看不见的就是没有', async () => {
    const { id } = await register()
    const body = { requestId: uuidv7(), heardAt: now(), sentAt: now(), input: { petitionId: id, body: '又去看了一次' } }
    for (let n = 0; n < 2; n += 1) expect((await as('gridWorker', 'POST', '/api/field/notes', body)).status).toBe(200)
    expect((await recordsOf(id)).map((r) => r.body)).toEqual(['又去看了一次'])
    expect((await as('unitHandler2', 'POST', '/api/field/notes', { ...body, requestId: uuidv7() })).status).toBe(404)
  })

  test('四声五心：登记时一并自查，或者对看得见的事项自查，和窗口同一张；发两次只记一次，日期按服务器推算', async () => {
    const checks = (id: string) =>
      sql('select place, items, note, on_day::text as day from courtesy_check where petition_id = $1 order by at', [id])
    const body = matter({
      request: '问养老认证怎样办',
      courtesy: { items: ['welcome', 'fair', 'welcome'], note: '无椅' },
    })
    const sent = { ...body, heardAt: now() - 2 * 86_400_000, sentAt: now() }
    const made = await as('gridWorker', 'POST', '/api/field/matters', sent)
    expect(made.status, made.body).toBe(200)
    expect((await as('gridWorker', 'POST', '/api/field/matters', sent)).json).toEqual(made.json)
    expect(await checks(made.json.id)).toEqual([
      { place: 'field', items: ['welcome', 'fair'], note: '无椅', day: '2026-03-03' },
    ])
    const { id } = await register()
    const later = { requestId: uuidv7(), heardAt: now(), sentAt: now(), input: { petitionId: id, items: ['echo'] } }
    for (let n = 0; n < 2; n += 1)
      expect((await as('villageOfficer', 'POST', '/api/field/courtesy', later)).json.id).toBe(id)
    expect(await checks(id)).toHaveLength(1)
    const again = (input: object) => ({ ...later, requestId: uuidv7(), input: { ...later.input, ...input } })
    expect((await as('gridWorker', 'POST', '/api/field/courtesy', again({ items: [] }))).json.message).toContain('勾选')
    expect((await as('unitHandler', 'POST', '/api/field/courtesy', again({}))).status).toBe(403)
    expect((await as('leadOfficial', 'POST', '/api/field/courtesy', again({}))).status).toBe(404)
  })

  test('今天要做的：自己报的看得到走到哪里，别的岗位看不到；姓名遮盖', async () => {
    const { id } = await register('gridWorker', { name: '试验人乙' })
    const t = (await as('gridWorker', 'GET', '/api/field/today')).json as Today
    expect(t.today).toBe('2026-03-05')
    expect(t.reported.find((l) => l.id === id)).toMatchObject({ state: '已收到', petitioner: '试**乙' })
    expect(t.villages.map((v) => v.name)).toEqual(['东庄村'])
    const other = (await as('unitHandler2', 'GET', '/api/field/today')).json as Today
    expect([...other.mine, ...other.reported, ...other.revisits]).toEqual([])
    const villages = (await as('areaSecretary', 'GET', '/api/field/today')).json.villages as Today['villages']
    expect(villages.map((v) => v.name).sort()).toEqual(['东庄村', '南庄村'])
    expect((await as('systemAdmin', 'GET', '/api/field/today')).status).toBe(403)
  })
})

describe('走访、上报、告知、承诺', () => {
  const send = (who: string, path: string, body: object) =>
    as(who, 'POST', path, { requestId: uuidv7(), heardAt: now(), sentAt: now(), ...body })
  const todayOf = async (who: string) => (await as(who, 'GET', '/api/field/today')).json as Today
  const record = (more: object = {}) => ({ headCount: 2, outcome: '走了两户', ...more })

  test('走访带一件新诉求和一项承诺：发两次只记一次，日期按服务器推算，承诺由本人兑现，手机上兑现', async () => {
    const due = '2026-03-12'
    const item = {
      found: { kind: 'matter', request: '走访听到的一件，要求修渠', name: '试验人戊' },
      said: '记下来报镇里',
      readBack: true,
      promise: { body: '三天内回话', dueOn: due },
    }
    const body = {
      requestId: uuidv7(),
      heardAt: now() - 2 * 86_400_000,
      sentAt: now(),
      input: { villageId: town.villages.东庄村, record: record({ items: [item] }) },
    }
    const [a, b] = [
      await as('gridWorker', 'POST', '/api/field/visits', body),
      await as('gridWorker', 'POST', '/api/field/visits', body),
    ]
    expect(a.status, a.body).toBe(200)
    expect(b.json).toEqual(a.json)
    expect(
      await sql('select on_day::text as day, status, head_count as n, outcome from visit where id = $1', [a.json.id]),
    ).toEqual([
      { day: '2026-03-03', status: 'done', n: 2, outcome: expect.stringContaining('2026-03-03 在手机上记下') },
    ])
    expect(await sql("select received_on::text as day from petition where request like '走访听到的一件%'")).toEqual([
      { day: '2026-03-03' },
    ])
    const [promise] = (await todayOf('gridWorker')).promises
    expect(promise).toMatchObject({ body: '三天内回话', dueOn: due })
    const end = { version: promise!.version, end: { how: 'kept', words: '已经回话' } }
    expect((await send('gridWorker', `/api/promises/${promise!.id}/end`, end)).status).toBe(200)
    expect((await todayOf('gridWorker')).promises).toEqual([])
  })

  test('走访缺什么逐项说；没有安排的约访不收；安排好的记一次，第二部手机得到一句话', async () => {
    const bad = await send('gridWorker', '/api/field/visits', {
      input: { villageId: null, record: record() },
    })
    expect([bad.status, bad.json.fields]).toEqual([400, { villageId: '请选择去哪个村' }])
    const unread = await send('gridWorker', '/api/field/visits', {
      input: {
        villageId: town.villages.东庄村,
        record: record({ items: [{ found: { kind: 'matter', request: '要求修渠', name: '试验人己' }, said: '记下' }] }),
      },
    })
    expect(Object.keys(unread.json.fields)).toEqual(['record.items.0.readBack'])
    const invited = { kind: 'invited', villageId: town.villages.东庄村, record: record() }
    expect((await send('gridWorker', '/api/field/visits', { input: invited })).json.message).toContain('约访')
    const planned = await send('villageOfficer', '/api/visits', {
      plan: {
        kind: 'callOn',
        villageId: town.villages.东庄村,
        staffId: town.staff.villageOfficer,
        onDay: '2026-03-05',
      },
    })
    expect(planned.status, planned.body).toBe(200)
    const [visit] = (await todayOf('villageOfficer')).visits
    expect(visit).toMatchObject({ village: '东庄村', refusal: null, version: 1 })
    const input = { planned: { id: visit!.id, version: 1 }, kind: 'callOn', record: record() }
    expect((await send('villageOfficer', '/api/field/visits', { input })).json).toEqual({ id: visit!.id })
    const late = await send('villageOfficer', '/api/field/visits', { input })
    expect([late.status, late.json.message]).toEqual([409, expect.stringContaining('他人刚记过')])
    expect((await todayOf('villageOfficer')).visits).toEqual([])
  })

  test('登记时就报到管区：一次办成，发两次也只报一次；报的人看得到走到哪里，管区接着报镇；有了结果由报的人告知', async () => {
    const up = { to: 'area', why: 'cannot', reason: '跨两个村，网格里协调不了' }
    const body = matter({ request: '边沟堵塞，要求清通', up })
    const a = await as('gridWorker', 'POST', '/api/field/matters', body)
    expect(a.status, a.body).toBe(200)
    expect((await as('gridWorker', 'POST', '/api/field/matters', body)).json).toEqual(a.json)
    const id = a.json.id as string
    const mineOf = async (who: string) => (await todayOf(who)).mine.find((l) => l.id === id)
    const reported = async () => (await todayOf('gridWorker')).reported.find((l) => l.id === id)!
    expect((await reported()).course).toEqual([expect.stringContaining('由村到管区')])
    expect(await reported()).toMatchObject({ up: [], bearer: expect.stringContaining('管区') })
    const held = (await mineOf('areaSecretary'))!
    expect(held.up).toEqual(['town'])
    const url = `/api/petitions/${id}/moves`
    const pass = { version: held.version, input: { to: 'town', why: 'beyond', reason: '涉及县道边沟' } }
    expect((await send('areaSecretary', `${url}/passUp`, pass)).status).toBe(200)
    // Read on another phone before that: the page is stale, and says so.
    expect((await send('areaSecretary', `${url}/passUp`, pass)).json.message).toContain('他人刚处理过')
    expect((await reported()).course).toHaveLength(2)
    await send('clerk', `${url}/confirmRegister`, { version: (await reported()).version, input: {} })
    await send('petitionHead', `${url}/withdraw`, {
      version: (await reported()).version,
      input: { words: '沟通了，不用再办', onDay: '2026-03-05', voluntary: true },
    })
    const told = (await todayOf('gridWorker')).tell.find((l) => l.id === id)!
    expect(told.tell).toMatchObject({ what: '已撤回' })
    const tell = { version: told.version, input: { way: 'visit', body: '已上门说明', onDay: '2026-03-05' } }
    expect((await send('gridWorker', `${url}/tellBack`, tell)).status).toBe(200)
    expect((await todayOf('gridWorker')).tell).toEqual([])
  })

  test('管区书记在手机上交回村里、替村里安排走访；村信息员给自己安排、改期、取消；不该的岗位手机上没有这些', async () => {
    const up = { to: 'area', why: 'cannot', reason: '网格里协调不了' }
    const { id } = await register('gridWorker', { request: '要求清淤', up })
    const held = (await todayOf('areaSecretary')).mine.find((l) => l.id === id)!
    expect(held).toMatchObject({ up: ['town'], down: ['village'] })
    expect((await todayOf('gridWorker')).reported.find((l) => l.id === id)!.down).toEqual([])
    const pass = { version: held.version, input: { to: 'village', reason: '村里先清自己的一段', dueOn: '2026-03-04' } }
    const url = `/api/petitions/${id}/moves/passDown`
    expect((await send('areaSecretary', url, pass)).json.message).toContain('不能早于今天')
    const given = { ...pass, input: { ...pass.input, dueOn: '2026-03-08' } }
    expect((await send('areaSecretary', url, given)).status).toBe(200)
    const back = (await todayOf('villageOfficer')).mine.find((l) => l.id === id)!
    expect([back.down, back.course.at(-1)]).toEqual([[], expect.stringContaining('由管区到村')])

    const t = await todayOf('areaSecretary')
    expect([
      t.mayPlan,
      (await todayOf('villageOfficer')).mayPlan,
      (await todayOf('disciplineLiaison')).mayPlan,
    ]).toEqual([{ others: true }, { others: false }, null])
    const officer = t.people.find((p) => p.id === town.staff.villageOfficer)!
    const plan = { ...emptyPlan(t, officer.id), villageId: town.villages.东庄村!, onDay: '2026-03-06' }
    expect(planMissing({ ...plan, onDay: '2026-03-01' }, '2026-03-05')).toEqual({
      onDay: '不能早于今天；已经去过的请记走访',
    })
    const made = await send('areaSecretary', ...planRequest(plan))
    expect(made.status, made.body).toBe(200)
    const planned = (await todayOf('villageOfficer')).visits.find((v) => v.id === made.json.id)!
    // Its day is the phone's to know: it may be without network when it comes.
    expect(planned).toMatchObject({ refusal: null, mayChange: true, onDay: '2026-03-06' })
    const change = { ...changeOf(planned, t), onDay: '2026-03-07', reason: '下雨' }
    expect((await send('villageOfficer', ...planRequest(change))).status).toBe(200)
    const stale = await send('villageOfficer', ...planRequest({ ...change, off: true }))
    expect([stale.status, stale.json.message]).toEqual([409, expect.stringContaining('他人刚改过')])
    const off = { ...change, of: { ...change.of!, version: 2 }, off: true }
    expect((await send('villageOfficer', ...planRequest(off))).status).toBe(200)
    expect((await todayOf('villageOfficer')).visits).toEqual([])
    const other = { ...plan, staffId: town.staff.areaSecretary! }
    expect((await send('villageOfficer', ...planRequest(other))).json.message).toContain('只能给自己安排')
  })

  test('双方的纠纷走调解的登记，发两次只登记一件；只填一方的一句话退回', async () => {
    const network = await as('petitionHead', 'POST', '/api/mediation/network', { requestId: uuidv7() })
    expect(network.status, network.body).toBe(200)
    const t = await todayOf('gridWorker')
    const side = (name: string) => ({ name, phone: '', claim: '' })
    const body = (b: string): DisputeBody => ({
      origin: 'ownMotion',
      kind: t.disputeKinds.find((k) => k.name === '邻里')!.code,
      title: '试验纠纷：两家为滴水檐争执',
      facts: '东户翻盖后雨水流进西户院里',
      villageId: t.villages[0]!.id,
      gridId: null,
      sides: [side('试验人庚'), side(b)],
    })
    const given = {
      requestId: uuidv7(),
      heardAt: now() - 2 * 86_400_000,
      sentAt: now(),
      input: disputeInput(body('试验人辛')),
    }
    const a = await as('gridWorker', 'POST', '/api/field/disputes', given)
    expect(a.status, a.body).toBe(200)
    expect((await as('gridWorker', 'POST', '/api/field/disputes', given)).json).toEqual(a.json)
    expect(await sql("select code from dispute where title like '试验纠纷%'")).toEqual([{ code: a.json.number }])
    expect(await sql('select says from trace where subject_id = $1', [a.json.id])).toEqual([
      { says: expect.stringContaining('2026-03-03 在手机上记下，2026-03-05 送达') },
    ])
    expect(disputeMissing(body(''))).toEqual({ 'parties.1.name': '请填写姓名或名称' })
    expect((await send('gridWorker', '/api/field/disputes', { input: disputeInput(body('')) })).status).toBe(400)
    // A phone of an older version asks the register of disputes itself, without material.
    expect((await send('gridWorker', '/api/disputes', { input: disputeInput(body('试验人壬')) })).status).toBe(200)
    expect((await todayOf('unitHandler')).disputeKinds).toEqual([])
  })

  test('没有网络时按期写下的排查报告，过了期限才送到，仍算按期；发现的按写下的那天登记', async () => {
    const made = await as('petitionHead', 'POST', '/api/screenings', {
      requestId: uuidv7(),
      input: { title: '试验排查', asks: '矛盾纠纷', fromOn: '2026-03-01', dueOn: '2026-03-05', withGrids: true },
    })
    expect(made.status, made.body).toBe(200)
    const [task] = (await todayOf('gridWorker')).screening
    const body = {
      requestId: uuidv7(),
      heardAt: now(),
      sentAt: now() + 2 * 86_400_000,
      input: {
        campaignId: task!.campaignId,
        placeId: task!.placeId,
        version: 0,
        input: { zero: false, visited: 3, findings: [{ kind: 'matter', request: '排查发现的一件', name: '' }] },
      },
    }
    world.clock.set('2026-03-07')
    for (let n = 0; n < 2; n += 1) {
      const r = await as('gridWorker', 'POST', '/api/field/reports', body)
      expect(r.status, r.body).toBe(200)
    }
    world.clock.set('2026-03-05')
    expect(
      await sql('select late, reported_on::text as day from campaign_report where place_id = $1', [task!.placeId]),
    ).toEqual([{ late: false, day: '2026-03-05' }])
    expect(await sql("select received_on::text as day from petition where request = '排查发现的一件'")).toEqual([
      { day: '2026-03-05' },
    ])
  })

  test('看过的消息联网后再告诉服务器，重发不出错；消息带着事项，点开就是那一件', async () => {
    const { id } = await register('gridWorker', {
      request: '要求补种行道树',
      up: { to: 'area', why: 'cannot', reason: '要管区协调' },
    })
    const n = (await todayOf('areaSecretary')).notices.find((x) => x.petitionId === id)
    expect(n!.read).toBe(false)
    for (let k = 0; k < 2; k += 1)
      expect((await as('areaSecretary', 'POST', '/api/notices/read', { ids: [n!.id] })).status).toBe(200)
    expect((await todayOf('areaSecretary')).notices.find((x) => x.id === n!.id)!.read).toBe(true)
  })

  test('上报缺理由、没有村的报不到管区：一句话退回，什么也不留', async () => {
    const before = await sql('select count(*) from petition')
    const up = { to: 'area', why: 'cannot', reason: '' }
    const no = await as('gridWorker', 'POST', '/api/field/matters', matter({ up }))
    expect([no.status, JSON.stringify(no.json.fields)]).toEqual([400, expect.stringContaining('为什么上报')])
    const nowhere = matter({ villageId: null, up: { ...up, reason: '协调不了' } })
    expect((await as('areaSecretary', 'POST', '/api/field/matters', nowhere)).status).toBe(400)
    expect(await sql('select count(*) from petition')).toEqual(before)
  })
})

describe('分段上传', () => {
  const noise = () =>
    sharp({
      create: {
        width: 700,
        height: 500,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer()
  const put = async (who: string, id: string, offset: number, data: Buffer) => {
    const r = await app.inject({
      method: 'PUT',
      url: `/api/field/uploads/${id}/${offset}`,
      headers: { cookie: await cookieOf(who), 'content-type': 'application/octet-stream' },
      payload: data,
    })
    return { status: r.statusCode, json: r.json() }
  }
  const open = (who: string, given: object) => as(who, 'POST', '/api/field/uploads', given)
  const finish = (who: string, id: string) => as(who, 'POST', `/api/field/uploads/${id}/finish`, {})
  const digest = digestOf

  test('断在哪里从哪里接着传，乱序、重复、收齐后再问都不出错；成为一份材料，零件清掉', async () => {
    const { id: petitionId } = await register()
    const data = await noise()
    expect(data.length).toBeGreaterThan(2 * pieceSize)
    const given = { id: uuidv7(), petitionId, name: '照片.png', size: data.length, sha256: digest(data) }
    expect((await open('gridWorker', given)).json).toEqual({ received: 0, done: false })
    const piece = (n: number) => data.subarray(n * pieceSize, (n + 1) * pieceSize)
    expect((await put('gridWorker', given.id, 0, piece(0))).json.received).toBe(pieceSize)
    // The answer was lost: the same again, and one too far ahead.
    expect((await put('gridWorker', given.id, 0, piece(0))).json.received).toBe(pieceSize)
    expect((await put('gridWorker', given.id, 2 * pieceSize, piece(2))).json.received).toBe(pieceSize)
    expect((await finish('gridWorker', given.id)).json).toEqual({ received: pieceSize, done: false })
    expect((await open('gridWorker', given)).json).toEqual({ received: pieceSize, done: false })
    // A cut in the middle of a piece: what came is kept, and the rest begins there.
    expect((await put('gridWorker', given.id, pieceSize, piece(1).subarray(0, 1000))).json.received).toBe(
      pieceSize + 1000,
    )
    let at = pieceSize + 1000
    while (at < data.length)
      at = (await put('gridWorker', given.id, at, data.subarray(at, at + pieceSize))).json.received as number
    for (let n = 0; n < 2; n += 1)
      expect((await finish('gridWorker', given.id)).json).toEqual({ received: data.length, done: true })
    expect((await open('gridWorker', given)).json).toEqual({ received: data.length, done: true })
    const kept = await sql<{ id: string; name: string }>('select id, name from attachment where petition_id = $1', [
      petitionId,
    ])
    expect(kept.map((k) => k.name)).toEqual(['照片.png'])
    await expect(world.files.get(`${town.townId}/upload-${given.id}/0`)).rejects.toThrow()
    const file = await as('gridWorker', 'GET', `/api/petitions/${petitionId}/attachments/${kept[0]!.id}`)
    expect((await sharp(file.raw).metadata()).width).toBe(700)
  })

  test('校验值不符从头再传；不是材料的类型退回一句话；别人的上传不存在；太大的不收', async () => {
    const { id: petitionId } = await register()
    const data = Buffer.from('一段文字')
    const given = { id: uuidv7(), petitionId, name: '记录.txt', size: data.length, sha256: digest(data) }
    await open('gridWorker', given)
    await put('gridWorker', given.id, 0, Buffer.from('一段坏字'))
    expect((await finish('gridWorker', given.id)).json).toEqual({ received: 0, done: false })
    expect((await put('villageOfficer', given.id, 0, data)).status).toBe(404)
    expect((await finish('villageOfficer', given.id)).status).toBe(404)
    expect((await put('gridWorker', given.id, 0, Buffer.concat([data, data]))).json.message).toContain('比文件还长')
    await put('gridWorker', given.id, 0, data)
    expect((await finish('gridWorker', given.id)).json.done).toBe(true)

    const bad = Buffer.from([0, 1, 2, 3, 250, 251, 0, 9])
    const wrong = { id: uuidv7(), petitionId, name: '程序.exe', size: bad.length, sha256: digest(bad) }
    await open('gridWorker', wrong)
    await put('gridWorker', wrong.id, 0, bad)
    const no = await finish('gridWorker', wrong.id)
    expect([no.status, no.json.message]).toEqual([400, expect.stringContaining('不是可以作为材料的文件类型')])
    expect((await open('gridWorker', { ...given, id: uuidv7(), size: 60 * 1024 * 1024 })).status).toBe(400)
    expect((await open('unitHandler2', { ...given, id: uuidv7() })).status).toBe(404)
    expect((await open('gridWorker', { ...given, sha256: digest(bad) })).json.message).toContain('不是同一个')
  })

  test('纠纷的材料同样分段传：调解员接手以后登记人的照片仍然收得下，归档的、别人的不收', async () => {
    const [kind] = ((await as('gridWorker', 'GET', '/api/field/today')).json as Today).disputeKinds
    const made = await as('gridWorker', 'POST', '/api/field/disputes', {
      requestId: uuidv7(),
      heardAt: now(),
      sentAt: now(),
      input: {
        origin: 'ownMotion',
        kind: kind!.code,
        title: '两家为界墙争执',
        facts: '翻建时界墙外移',
        villageId: town.villages.东庄村,
        parties: ['试验人甲', '试验人乙'].map((name, n) => ({ name, side: n === 0 ? 'applicant' : 'respondent' })),
      },
    })
    expect(made.status, made.body).toBe(200)
    const data = await noise()
    const given = { id: uuidv7(), disputeId: made.json.id, name: '界墙.png', size: data.length, sha256: digest(data) }
    expect((await open('gridWorker', { ...given, petitionId: given.disputeId })).status).toBe(400)
    expect((await open('unitHandler', { ...given, id: uuidv7() })).status).toBe(404)
    expect((await open('gridWorker', given)).json).toEqual({ received: 0, done: false })
    // Decided meanwhile: whoever registered it sees how it stands, and no longer opens its file.
    await sql("update dispute set state = 'notAccepted' where id = $1", [given.disputeId])
    for (let at = 0; at < data.length; )
      at = (await put('gridWorker', given.id, at, data.subarray(at, at + pieceSize))).json.received as number
    for (let n = 0; n < 2; n += 1)
      expect((await finish('gridWorker', given.id)).json).toEqual({ received: data.length, done: true })
    expect(
      await sql('select name, kind, by_name as by from mediation_file where dispute_id = $1', [given.disputeId]),
    ).toEqual([{ name: '界墙.png', kind: '图片', by: expect.any(String) }])
    await expect(world.files.get(`${town.townId}/upload-${given.id}/0`)).rejects.toThrow()
    await sql("update dispute set state = 'closed' where id = $1", [given.disputeId])
    expect((await open('gridWorker', { ...given, id: uuidv7() })).json.message).toContain('已归档')
  })

  test('三十天没有传完的清掉', async () => {
    const { id: petitionId } = await register()
    const data = Buffer.from('没有传完的')
    const given = { id: uuidv7(), petitionId, name: '旧.txt', size: data.length, sha256: digest(data) }
    await open('gridWorker', given)
    await put('gridWorker', given.id, 0, data.subarray(0, 4))
    world.clock.set('2026-04-10')
    await open('gridWorker', { ...given, id: uuidv7() })
    world.clock.set('2026-03-05')
    expect(await sql('select 1 from upload where id = $1', [given.id])).toEqual([])
    await expect(world.files.get(`${town.townId}/upload-${given.id}/0`)).rejects.toThrow()
  })
})

describe('手机的钥匙', () => {
  const secret = 's'.repeat(64)
  const contact = async (id: string, more: object = {}) =>
    (
      await app.inject({ method: 'POST', url: '/field/contact', payload: { townId: town.townId, id, secret, ...more } })
    ).json() as { state: string }
  const key = (who: string, id: string, s = secret) => as(who, 'POST', '/api/field/phone', { id, secret: s })

  test('本人登录才给，每次相同；换一个人、换一个口令都不给；不说别的', async () => {
    const id = uuidv7()
    const a = await key('gridWorker', id)
    expect(Buffer.from(a.json.key, 'base64').length).toBe(32)
    expect((await key('gridWorker', id)).json).toEqual(a.json)
    expect((await key('villageOfficer', id)).status).toBe(409)
    expect((await key('gridWorker', id, 'x'.repeat(64))).status).toBe(409)
    expect(await contact(id)).toMatchObject({ state: 'open' })
    expect(Object.keys(await contact(id)).sort()).toEqual(['now', 'state', 'today'])
    expect(await contact(uuidv7())).toMatchObject({ state: 'open' })
  })

  test('人工退出的锁上，自己过期的不锁；停用账号的锁上', async () => {
    const id = uuidv7()
    await key('villageOfficer', id)
    world.clock.set('2026-03-06')
    expect(await contact(id)).toMatchObject({ state: 'open' })
    world.clock.set('2026-03-05')
    expect((await as('villageOfficer', 'POST', '/api/sign-out-everywhere', {})).status).toBe(200)
    expect(await contact(id)).toMatchObject({ state: 'lock' })
    expect((await key('villageOfficer', id)).status).toBe(200)
    expect(await contact(id)).toMatchObject({ state: 'open' })
  })

  test('丢了的：本人或安全管理员要求清除，钥匙当即销毁，会话结束，手机清除后回报', async () => {
    const [mine, other] = [uuidv7(), uuidv7()]
    await key('gridWorker', mine)
    await key('gridWorker', other)
    expect((await as('villageOfficer', 'POST', `/api/phones/${mine}/wipe`, {})).status).toBe(200)
    expect(await contact(mine)).toMatchObject({ state: 'open' })
    expect((await as('gridWorker', 'POST', `/api/phones/${mine}/wipe`, {})).status).toBe(200)
    // Both came from one session here, which ended with the phone.
    expect(await contact(mine)).toMatchObject({ state: 'wipe' })
    expect((await sql('select lock_key from phone where id = $1', [mine]))[0]).toEqual({ lock_key: null })
    expect((await key('gridWorker', mine)).status).toBe(409)
    expect(await contact(mine, { secret: 'x'.repeat(64) })).toMatchObject({ state: 'open' })
    expect(await contact(mine, { wiped: true })).toMatchObject({ state: 'wipe' })
    const list = (await as('gridWorker', 'GET', '/api/phones')).json as { id: string; wiped: string | null }[]
    expect(list.find((p) => p.id === mine)!.wiped).not.toBeNull()
    expect(JSON.stringify(list)).not.toContain('key')
    const r = await as('securityAdmin', 'POST', `/api/staff/${town.staff.gridWorker}/phones/wipe`, {})
    expect(r.json.phones).toBeGreaterThan(0)
    expect(await contact(other)).toMatchObject({ state: 'wipe' })
  })
})

describe('坏线路上，手机自己的发送程序对着真的服务器', () => {
  const plain = globalThis.fetch
  afterEach(() => {
    globalThis.fetch = plain
  })
  /** The phone's fetch, straight into the server; `luck` says for each call whether it is lost before, after, or not at all. */
  const wire = (who: string, luck: () => 'fine' | 'before' | 'after') => {
    globalThis.fetch = (async (path: string, init: RequestInit) => {
      const l = luck()
      if (l === 'before') throw new TypeError('network')
      const r = await app.inject({
        method: init.method as 'POST',
        url: path,
        headers: { ...(init.headers as Record<string, string>), cookie: await cookieOf(who) },
        ...(init.body === undefined
          ? {}
          : { payload: init.body instanceof ArrayBuffer ? Buffer.from(init.body) : (init.body as string) }),
      })
      if (l === 'after') throw new TypeError('network')
      return new Response(r.body, { status: r.statusCode })
    }) as typeof fetch
  }

  test('登记带材料、记一笔、回访：每次往返都可能丢，最后各恰好一次；回访被退的说原因', async () => {
    const held = (
      await as('clerk', 'POST', '/api/petitions', {
        requestId: uuidv7(),
        input: {
          channel: 'visit',
          receivedOn: '2026-03-05',
          request: '要求修桥',
          oral: true,
          readBack: true,
          villageId: town.villages.东庄村,
          parties: [{ name: '试验人丙' }],
        },
      })
    ).json as { id: string; number: string }
    const ended = await as('clerk', 'POST', `/api/petitions/${held.id}/moves/withdraw`, {
      requestId: uuidv7(),
      version: (await as('clerk', 'GET', `/api/petitions/${held.id}`)).json.matter.version,
      input: { words: '桥已经修好，不再反映', onDay: '2026-03-05', voluntary: true },
    })
    expect(ended.status, ended.body).toBe(200)
    const today = (await as('villageOfficer', 'GET', '/api/field/today')).json as Today
    const visit = today.revisits.find((l) => l.id === held.id)!
    expect(visit.number).toBe(held.number)

    const data = await sharp({
      create: {
        width: 500,
        height: 500,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer()
    const file = {
      id: uuidv7(),
      name: '照片.png',
      size: data.length,
      sha256: digestOf(data),
      done: false,
      sentence: null,
    }
    const body = {
      petitionId: held.id,
      number: held.number,
      version: visit.version,
      input: {
        way: 'visit',
        reached: true,
        ratingOffice: 'satisfied',
        ratingUnit: null,
        reasons: '满意',
        newIssues: '',
      },
    }
    const items = new Map<string, Item>()
    const put = (i: Item) => items.set(i.id, i)
    const asked = now()
    put(posted(withFiles(draftOf(uuidv7(), 'matter', matter({ request: '坏线路上登记的一件' }).input, asked), [file])))
    put(posted(draftOf(uuidv7(), 'revisit', body, asked + 1)))
    put(posted(draftOf(uuidv7(), 'note', { petitionId: held.id, body: '坏线路上记的一笔' }, asked + 2)))
    // A second visit from an old page: the matter has moved on.
    put(posted(draftOf(uuidv7(), 'revisit', body, asked + 3)))
    const record = { headCount: 2, withIds: [], outcome: '坏线路上的走访', items: [] }
    const walk = { planned: null, kind: 'callOn', villageId: town.villages.东庄村, where: '', petitionId: null }
    put(posted(draftOf(uuidv7(), 'visit', { ...walk, record }, asked + 4)))
    const up = { way: 'town', up: { to: 'town', why: 'beyond', reason: '超出村里职权' } }
    put(posted(draftOf(uuidv7(), 'matter', matter({ request: '坏线路上登记就上报的一件', ...up }).input, asked + 5)))
    const [kind] = today.disputeKinds
    const side = (name: string) => ({ name, phone: '', claim: '' })
    const dispute: DisputeBody = {
      origin: 'ownMotion',
      kind: kind!.code,
      title: '坏线路上登记的纠纷',
      facts: '为滴水檐争执',
      villageId: town.villages.东庄村!,
      gridId: null,
      sides: [side('试验人癸'), side('试验人子')],
    }
    put(posted(withFiles(draftOf(uuidv7(), 'dispute', dispute, asked + 6), [{ ...file, id: uuidv7() }])))
    let n = 0
    const lucks = ['after', 'fine', 'before', 'after', 'fine', 'after', 'after', 'before', 'fine'] as const
    wire('villageOfficer', () => lucks[n++ % lucks.length]!)
    const shelf = {
      piece: async (_id: string, k: number) => new Uint8Array(data.subarray(k * pieceSize, (k + 1) * pieceSize)).buffer,
    }
    const ports = {
      now: () => Date.now(),
      items: () => [...items.values()],
      keep: async (i: Item) => void put(i),
      sendRecord: (i: Item) => sendRecord(i, () => '2026-03-05'),
      sendFile: (i: Item, f: FileRef) => sendFile(shelf as never, i, f, () => {}),
    }
    for (let k = 0; k < 60 && nextStep([...items.values()], Date.now()); k += 1) await deliver(ports)
    const [first, , , fourth] = [...items.values()]
    expect([...items.values()].map((i) => i.phase)).toEqual([
      'delivered',
      'delivered',
      'delivered',
      'refused',
      'delivered',
      'delivered',
      'delivered',
    ])
    expect(
      await sql(
        "select f.name from dispute d join mediation_file f on f.dispute_id = d.id where d.title = '坏线路上登记的纠纷'",
      ),
    ).toEqual([{ name: '照片.png' }])
    expect((await sql("select 1 from visit where outcome like '坏线路上的走访%'")).length).toBe(1)
    expect(
      await sql(
        "select jsonb_array_length(to_jsonb(passes)) as n from petition where request like '坏线路上登记就上报%'",
      ),
    ).toEqual([{ n: 1 }])
    expect(fourth!.sentence).toContain('他人刚处理过此事项')
    expect((await sql("select 1 from petition where request = '坏线路上登记的一件'")).length).toBe(1)
    expect((await sql('select 1 from attachment where petition_id = $1', [first!.made!.id])).length).toBe(1)
    expect(await sql('select rating_office from petition where id = $1', [held.id])).toEqual([
      { rating_office: 'satisfied' },
    ])
    expect(
      (await sql("select 1 from petition_record where petition_id = $1 and body like '坏线路上%'", [held.id])).length,
    ).toBe(1)
  })

  test('几次传输后内容都对不上的，说一句话退回，不无休止地传', async () => {
    const { id } = await register()
    const file = {
      id: uuidv7(),
      name: '坏.txt',
      size: 9,
      sha256: digestOf(Buffer.from('原来的内容')),
      done: false,
      sentence: null,
    }
    wire('gridWorker', () => 'fine')
    const shelf = { piece: async () => new Uint8Array(9).fill(65).buffer }
    const i = { ...posted(draftOf(uuidv7(), 'matter', {}, 1)), made: { id, number: '' }, files: [file] }
    expect(await sendFile(shelf as never, i, file, () => {})).toMatchObject({
      is: 'no',
      sentence: expect.stringContaining('对不上'),
    })
  })
})

test('页面、清单和服务工人的首部：位置权限只在手机端这一页', async () => {
  const page = await app.inject({ url: '/field' })
  expect(page.headers['permissions-policy']).toContain('geolocation=(self)')
  expect((await app.inject({ url: '/c' })).headers['permissions-policy']).toContain('geolocation=()')
  expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect((await app.inject({ url: '/field/manifest.webmanifest' })).json()).toMatchObject({ scope: '/field' })
  const icon = await app.inject({ url: '/field/icon-512.png' })
  expect((await sharp(icon.rawPayload).metadata()).width).toBe(512)
})

test('留痕成链', async () => {
  const verdict = await inTown(world.db, town.townId, (tx) => verifyTown(tx, town.townId))
  expect(verdict.problems).toEqual([])
})
