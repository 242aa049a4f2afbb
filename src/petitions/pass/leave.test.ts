import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { type Office, openOffice } from '../../duty/fixture.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { seatsOf } from '../../people/seats.store.ts'
import { settingOf } from '../world.store.ts'
import { holding } from './pass.ts'
import { stuckIn, unstickTown } from './unstick.job.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())
beforeEach(async () => {
  o.world.clock.set('2026-03-05')
  await o.world.ownerPool.query('update staff_leave set cancelled_at = now()')
  await run()
})

const run = () =>
  inTown(o.world.db, o.town.townId, async (tx) =>
    unstickTown(tx, o.town.townId, await settingOf(tx, o.world, o.town.townId)),
  )
const away = async (who: string, deputy: string | null, toOn = '2026-03-15', fromOn = '2026-03-05') => {
  const body = { requestId: uuidv7(), staffId: o.id(who), deputyId: deputy && o.id(deputy), fromOn, toOn }
  const r = await o.as(who, 'POST', '/api/leaves', body)
  expect(r.status, JSON.stringify(r.json)).toBe(200)
}
const holder = async (id: string) => (await o.view('petitionHead', id)).matter.holderId
const told = async (who: string) =>
  (
    await o.world.ownerPool.query<{ says: string }>('select says from notice where staff_id = $1 order by at, id', [
      o.id(who),
    ])
  ).rows.map((r) => r.says)
const heard = async () => {
  const r = await o.as('villageOfficer', 'POST', '/api/petitions', {
    requestId: uuidv7(),
    input: {
      channel: 'visit',
      receivedOn: o.world.clock.today(),
      request: '村东排水沟堵塞，要求清通',
      oral: true,
      readBack: true,
      parties: [{ name: '试验人甲', phone: '' }],
      areaId: o.town.areas.东部管区,
      villageId: o.town.villages.东庄村,
    },
  })
  expect(r.status, JSON.stringify(r.json)).toBe(200)
  return r.json.id as string
}
const inArea = async () => {
  const id = await heard()
  await o.move('villageOfficer', id, 'passUp', { to: 'area', why: 'cannot', reason: '水利设施归管区统管' })
  expect(await holder(id)).toBe(o.id('areaSecretary'))
  return id
}
const handling = async () => {
  const id = await o.graded('blue')
  await o.move('petitionHead', id, 'accept')
  await o.move('petitionHead', id, 'assignHandler', {
    mainUnitId: o.town.units.自然资源所,
    mainHandlerId: o.id('unitHandler2'),
    areaOwnerId: o.id('areaSecretary'),
    villageOwnerId: o.id('villageOfficer'),
  })
  return id
}
const submitted = async (id: string) => {
  const onDay = o.world.clock.today()
  await o.move('unitHandler2', id, 'contact', { onDay, way: 'phone', body: '听取陈述', heard: true })
  await o.move('unitHandler2', id, 'investigate', { onDay, body: '现场查看' })
  await o.move('unitHandler2', id, 'submitOpinion', {
    request: '补足承包地',
    facts: '丈量属实',
    reasons: '合同有据',
    opinion: '支持',
    legalBasis: '《农村土地承包法》',
    remedy: '三十日内请求复查',
    claims: [{ body: '补足 0.3 亩', result: 'supported', answer: '秋后补足', basis: '' }],
  })
}

test('在手上的人请假：由代理人代收，仍算在管区，代理人上报得了；多件只发一条通知；回来了交还', async () => {
  const [one, two, three] = [await inArea(), await inArea(), await inArea()]
  await away('areaSecretary', 'leadOfficial')
  expect(await run()).toBe(0)
  const v = await o.view('villageOfficer', one)
  expect(v.matter.holderId).toBe(o.id('leadOfficial'))
  expect(v.matter.passes.at(-1)).toMatchObject({ from: 'area', to: 'area', toId: o.id('leadOfficial') })
  expect(v.matter.passes.at(-1)!.reason).toMatch(/请假至 2026-03-15，由代理人.*代收/)
  expect((await told('leadOfficial')).filter((s) => s.includes('请假至'))).toHaveLength(1)
  expect((await told('leadOfficial')).at(-1)).toContain('、')
  await o.move('leadOfficial', two, 'passUp', { to: 'town', why: 'beyond', reason: '涉及县道边沟' })
  expect(await holder(two)).toBe(o.id('petitionHead'))
  await o.move('clerk', three, 'confirmRegister')
  o.world.clock.set('2026-03-16')
  expect(await run()).toBe(2)
  expect(await run()).toBe(0)
  for (const id of [one, three]) expect(await holder(id)).toBe(o.id('areaSecretary'))
  expect(await holder(two)).toBe(o.id('petitionHead'))
  expect((await o.traces(one)).at(-1)).toMatch(/已回岗.*接回/)
  expect((await o.view('areaSecretary', one)).matter.passes.at(-1)!.to).toBe('area')
})

test('人都在岗：每小时的补交一件也不用打开', async () => {
  await inArea()
  await submitted(await handling())
  const { townId } = o.town
  const stuck = await inTown(o.world.db, townId, async (tx) =>
    stuckIn(tx, townId, holding(await seatsOf(tx, townId, o.world.clock.today()))),
  )
  expect(stuck).toEqual([])
})

test('没有代理人的到上一级，说出来；两天以内又没有到期的，等本人回来', async () => {
  const id = await inArea()
  await away('areaSecretary', null, '2026-03-06')
  expect(await run()).toBe(0)
  const row = ((await o.as('areaSecretary', 'GET', '/api/area-desk')).json as { id: string; stuck: string }[]).find(
    (r) => r.id === id,
  )!
  expect(row.stuck).toContain('请假至 2026-03-06，没有代理人')
  await o.world.ownerPool.query("update petition set next_due_on = '2026-03-06' where id = $1", [id])
  expect(await run()).toBe(1)
  expect(await holder(id)).toBe(o.id('petitionHead'))
  expect((await o.traces(id)).at(-1)).toContain('没有能代收的人')
  // Taken over for good by the next level, where it now stands.
  o.world.clock.set('2026-03-09')
  expect(await run()).toBe(0)
  expect((await o.view('villageOfficer', id)).matter.passes.at(-1)!.to).toBe('town')
})

test('主办人请假，别的单位的代理人也能接着办；代理人又请假的再往下，回来的是原主办人', async () => {
  const id = await handling()
  await away('unitHandler2', 'leadOfficial2')
  expect(await run()).toBe(0)
  await o.move('leadOfficial2', id, 'investigate', { onDay: '2026-03-05', body: '现场丈量' })
  await away('leadOfficial2', null, '2026-03-12')
  expect(await run()).toBe(0)
  // The unit's own head is next.
  expect(await holder(id)).toBe(o.id('unitHandler'))
  o.world.clock.set('2026-03-16')
  expect(await run()).toBe(1)
  expect(await holder(id)).toBe(o.id('unitHandler2'))
  expect(await run()).toBe(0)
})

test('等签发、等批延期的领导请假或离任：由能签批的代理人，否则由主要领导；不停在签不了的人手上', async () => {
  const id = await handling()
  await submitted(id)
  await o.move('clerk', id, 'checkOpinion', { agree: true, signerId: o.id('leadOfficial') })
  // A deputy who may not sign is passed over.
  await away('leadOfficial', 'areaSecretary')
  expect(await run()).toBe(0)
  expect((await o.traces(id)).at(-1)).toMatch(/没有能代为签发的代理人，改由.*签发/)
  await o.move('townLeader', id, 'signOpinion', { agree: true })

  const late = await handling()
  await o.move('unitHandler2', late, 'requestExtension', {
    days: 10,
    reason: '须测绘',
    approverId: o.id('leadOfficial2'),
  })
  await away('leadOfficial2', 'townLeader')
  expect(await run()).toBe(0)
  expect((await o.as('leadOfficial2', 'GET', `/api/petitions/${late}`)).status).toBe(404)
  await o.move('townLeader', late, 'decideExtension', { agree: true })
  expect(await run()).toBe(0)
  expect((await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))).ok).toBe(true)
})

test('等着告知信访人的首报人请假：由他的代理人告知，回来还没有告知的还是他', async () => {
  const id = await heard()
  await o.move('clerk', id, 'confirmRegister')
  await o.move('clerk', id, 'classify', {
    class: 'claim',
    route: 'petitionProcedure',
    category: null,
    categoryText: '水利',
  })
  await o.move('petitionHead', id, 'withdraw', { words: '沟通了，不用再办', onDay: '2026-03-05', voluntary: true })
  const owner = async () => (await o.view('petitionHead', id)).matter.echo!.ownerId
  expect(await owner()).toBe(o.id('villageOfficer'))
  await away('villageOfficer', 'gridWorker')
  expect(await run()).toBe(0)
  expect(await owner()).toBe(o.id('gridWorker'))
  expect((await told('gridWorker')).at(-1)).toMatch(/当面告知信访人（.*请假，由代理人.*）/)
  o.world.clock.set('2026-03-16')
  expect(await run()).toBe(1)
  expect(await owner()).toBe(o.id('villageOfficer'))
})

test('村信息员离任：到管区书记手上，仍带着交回的期限，算在管区，管区书记报得上去', async () => {
  const id = await heard()
  await o.move('villageOfficer', id, 'passUp', { to: 'town', why: 'beyond', reason: '县道边沟' })
  await o.move('clerk', id, 'confirmRegister')
  await o.move('petitionHead', id, 'passDown', { to: 'village', reason: '先清村内段', dueOn: '2026-03-10' })
  expect(await holder(id)).toBe(o.id('villageOfficer'))
  const gone = (until: string | null) =>
    o.world.ownerPool.query('update holding set until = $2 where staff_id = $1', [o.id('villageOfficer'), until])
  await gone('2026-03-05')
  // What this officer still had to tell goes to the area as well.
  expect(await run()).toBe(2)
  expect(await run()).toBe(0)
  expect(await holder(id)).toBe(o.id('areaSecretary'))
  const v = await o.view('areaSecretary', id)
  expect(v.matter.passes.at(-1)).toMatchObject({ from: 'village', to: 'area', dueOn: '2026-03-10' })
  await o.move('areaSecretary', id, 'passUp', { to: 'town', why: 'settled', reason: '已清通' })
  await gone(null)
})

test('登记请假当时就交出去，销假当时就交还', async () => {
  const id = await inArea()
  await away('areaSecretary', 'leadOfficial')
  expect(await holder(id)).toBe(o.id('leadOfficial'))
  const leaves = (await o.as('areaSecretary', 'GET', '/api/leaves')).json as { id: string; cancelled: boolean }[]
  const leave = leaves.find((l) => !l.cancelled)
  const r = await o.as('areaSecretary', 'POST', `/api/leaves/${leave!.id}/cancel`, { requestId: uuidv7() })
  expect(r.status, JSON.stringify(r.json)).toBe(200)
  expect(await holder(id)).toBe(o.id('areaSecretary'))
})
