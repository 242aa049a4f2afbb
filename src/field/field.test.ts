import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type DisputeBody, disputeInput, disputeMissing } from './dispute.ts'
import { fieldOffice } from './field.fixture.ts'
import { changeOf, emptyPlan, planMissing, planRequest } from './plan.ts'
import type { Today } from './routes.ts'

const o = fieldOffice()
const { as, now, sql, matter, register } = o
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
      input: { villageId: o.town.villages.东庄村, record: record({ items: [item] }) },
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
        villageId: o.town.villages.东庄村,
        record: record({ items: [{ found: { kind: 'matter', request: '要求修渠', name: '试验人己' }, said: '记下' }] }),
      },
    })
    expect(Object.keys(unread.json.fields)).toEqual(['record.items.0.readBack'])
    const invited = { kind: 'invited', villageId: o.town.villages.东庄村, record: record() }
    expect((await send('gridWorker', '/api/field/visits', { input: invited })).json.message).toContain('约访')
    const planned = await send('villageOfficer', '/api/visits', {
      plan: {
        kind: 'callOn',
        villageId: o.town.villages.东庄村,
        staffId: o.town.staff.villageOfficer,
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
    expect((await reported()).course).toEqual([expect.stringContaining('由村报管区')])
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
    expect([back.down, back.course.at(-1)]).toEqual([[], expect.stringContaining('由管区交村')])

    const t = await todayOf('areaSecretary')
    expect([
      t.mayPlan,
      (await todayOf('villageOfficer')).mayPlan,
      (await todayOf('disciplineLiaison')).mayPlan,
    ]).toEqual([{ others: true }, { others: false }, null])
    const officer = t.people.find((p) => p.id === o.town.staff.villageOfficer)!
    const plan = { ...emptyPlan(t, officer.id), villageId: o.town.villages.东庄村!, onDay: '2026-03-06' }
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
    const other = { ...plan, staffId: o.town.staff.areaSecretary! }
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
    o.world.clock.set('2026-03-07')
    for (let n = 0; n < 2; n += 1) {
      const r = await as('gridWorker', 'POST', '/api/field/reports', body)
      expect(r.status, r.body).toBe(200)
    }
    o.world.clock.set('2026-03-05')
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

describe('手机的钥匙', () => {
  const secret = 's'.repeat(64)
  const contact = async (id: string, more: object = {}) =>
    (
      await o.app.inject({
        method: 'POST',
        url: '/field/contact',
        payload: { townId: o.town.townId, id, secret, ...more },
      })
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
    o.world.clock.set('2026-03-06')
    expect(await contact(id)).toMatchObject({ state: 'open' })
    o.world.clock.set('2026-03-05')
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
    const r = await as('securityAdmin', 'POST', `/api/staff/${o.town.staff.gridWorker}/phones/wipe`, {})
    expect(r.json.phones).toBeGreaterThan(0)
    expect(await contact(other)).toMatchObject({ state: 'wipe' })
  })
})

test('页面、清单和服务工人的首部：位置权限只在手机端这一页', async () => {
  const page = await o.app.inject({ url: '/field' })
  expect(page.headers['permissions-policy']).toContain('geolocation=(self)')
  expect((await o.app.inject({ url: '/c' })).headers['permissions-policy']).toContain('geolocation=()')
  expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'")
  expect((await o.app.inject({ url: '/field/manifest.webmanifest' })).json()).toMatchObject({ scope: '/field' })
  const icon = await o.app.inject({ url: '/field/icon-512.png' })
  expect((await sharp(icon.rawPayload).metadata()).width).toBe(512)
})

test('留痕成链', async () => {
  const verdict = await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))
  expect(verdict.problems).toEqual([])
})
