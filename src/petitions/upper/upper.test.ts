import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { type TestWorld, testWorld } from '../../kit/server/testing.ts'
import { password, smallTown } from '../../people/fixture.ts'
import { createTown, type NewTown } from '../../people/setup.store.ts'
import { createApp } from '../../server.ts'
import type { MatterView } from '../routes.ts'
import { passReviews } from './upper.store.ts'
import type { UpperReview } from './upper.ts'

let world: TestWorld
let town: NewTown
let county: NewTown
let app: Awaited<ReturnType<typeof createApp>>
const cookies = new Map<string, string>()

beforeAll(async () => {
  world = await testWorld('2026-03-05')
  const at = { now: world.clock.now(), today: world.clock.today() }
  const above = smallTown([], '370900000')
  town = await world.db.transaction().execute((tx) => createTown(tx, smallTown(), at))
  county = await world.db.transaction().execute((tx) =>
    createTown(
      tx,
      {
        ...above,
        town: { code: '370900000', name: '某县', shortName: '某', superiorName: '某市人民政府', isFiction: true },
        accounts: above.accounts.map((a) => ({ ...a, username: `county-${a.username}` })),
      },
      at,
    ),
  )
  app = await createApp(world)
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

const as = async (who: string, method: 'GET' | 'POST', url: string, body?: object, again = true): Promise<any> => {
  let cookie = cookies.get(who)
  if (!cookie) {
    const r = await app.inject({
      method: 'POST',
      url: '/api/sign-in',
      payload: { username: who, password, town: who.startsWith('county-') ? '370900000' : '370900001' },
    })
    expect(r.statusCode, r.body).toBe(200)
    cookie = r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
    cookies.set(who, cookie)
  }
  const r = await app.inject({ method, url, headers: { cookie }, ...(body ? { payload: body } : {}) })
  if (r.statusCode === 401 && again) {
    cookies.delete(who)
    return as(who, method, url, body, false)
  }
  return { status: r.statusCode, ...r.json() }
}
const view = (id: string): Promise<MatterView> => as('clerk', 'GET', `/api/petitions/${id}`)
const send = async (who: string, id: string, move: string, input: object = {}) =>
  as(who, 'POST', `/api/petitions/${id}/moves/${move}`, {
    requestId: uuidv7(),
    version: (await view(id)).matter.version,
    input,
  })
const ok = async (...given: Parameters<typeof send>): Promise<MatterView> => {
  const r = await send(...given)
  expect(r.status, `${given[2]} ${r.message}`).toBe(200)
  return r
}
const served = async (request = '要求修复村口路灯') => {
  const { id } = await as('clerk', 'POST', '/api/petitions', {
    requestId: uuidv7(),
    input: {
      channel: 'visit',
      receivedOn: world.clock.today(),
      request,
      class: 'claim',
      route: 'petitionProcedure',
      parties: [{ name: '王建国', phone: '13800001234', address: '东庄村' }],
    },
  })
  const onDay = world.clock.today()
  await ok('petitionHead', id, 'accept')
  await ok('petitionHead', id, 'assignHandler', {
    mainUnitId: town.units.自然资源所,
    mainHandlerId: town.staff.unitHandler2,
  })
  await ok('unitHandler2', id, 'contact', { onDay, way: 'phone', body: '听取陈述', heard: true })
  await ok('unitHandler2', id, 'investigate', { onDay, body: '现场查看' })
  await ok('unitHandler2', id, 'submitOpinion', {
    request: '修复路灯',
    facts: '属实',
    reasons: '属公共照明',
    opinion: '三日内修复',
    legalBasis: '《信访工作条例》',
    remedy: '三十日内请求复查',
    claims: [{ body: '修复路灯', result: 'supported', answer: '三日内修复', basis: '' }],
  })
  await ok('petitionHead', id, 'checkOpinion', { agree: true, signerId: town.staff.townLeader })
  const v = await ok('townLeader', id, 'signOpinion', { agree: true })
  await ok('clerk', id, 'serve', {
    documentId: v.documents.find((d) => d.kind === 'handlingOpinion')!.id,
    way: 'inPerson',
    servedOn: onDay,
    receiver: '王建国',
    outcome: 'signed',
  })
  return id as string
}
const listed = async (): Promise<UpperReview[]> => {
  const r = await as('county-petitionHead', 'GET', '/api/upper-reviews')
  return Object.values(r).filter((x): x is UpperReview => typeof x === 'object' && x !== null && 'fromNumber' in x)
}
const above = async (who: string, r: Pick<UpperReview, 'id'>, what: 'answer' | 'decide', input: object) => {
  const { version } = await as('county-petitionHead', 'GET', `/api/upper-reviews/${r.id}`)
  return as(who, 'POST', `/api/upper-reviews/${r.id}/${what}`, { requestId: uuidv7(), version, input })
}
const decision = {
  facts: '线路老化，灯杆完好',
  opinion: '原意见未查清灯杆状况，撤销，责令重新办理',
  legalBasis: '《信访工作条例》第三十五条',
}

describe('上级机关也用本系统', () => {
  test('请求连同意见书和理由报到上级的台账；受理和撤销决定自动转回，上级出编号的复查意见书', async () => {
    world.clock.set('2026-03-05')
    const id = await served()
    world.clock.set('2026-03-10')
    await ok('clerk', id, 'askReview', { askedOn: '2026-03-10', wants: '要求换灯杆', reasons: '灯杆已经锈蚀' })
    const [row] = await listed()
    expect(row).toMatchObject({
      fromOrgan: '试验镇人民政府',
      level: 'review',
      petitioner: '王建国',
      admitBy: '2026-03-13',
      dueOn: '2026-04-09',
      state: 'asked',
    })
    // 再报一次不成为两件
    await passReviews(world)
    expect(await listed()).toHaveLength(1)
    const whole = await as('county-clerk', 'GET', `/api/upper-reviews/${row!.id}`)
    expect(whole.facts.reasons).toContain('灯杆已经锈蚀')
    expect(whole.facts.papers.map((p: { title: string }) => p.title)).toEqual(
      expect.arrayContaining(['信访事项处理意见书', '信访事项复查申请书', '送达回证']),
    )
    expect(JSON.stringify(whole.facts.papers)).toContain('三日内修复')
    // 下级不能替上级登记
    expect((await send('clerk', id, 'answerReview', { admitted: true, onDay: '2026-03-10' })).message).toContain(
      '某县人民政府在本系统内办理',
    )
    // 别的镇看不到上级的台账，上级也看不到下级的事项
    expect((await as('clerk', 'GET', `/api/upper-reviews/${row!.id}`)).status).toBe(404)
    expect((await as('county-petitionHead', 'GET', `/api/petitions/${id}`)).status).toBe(404)

    expect(
      (await above('county-townLeader', row!, 'decide', { outcome: 'maintained', ...decision })).message,
    ).toContain('先决定是否受理')
    expect((await above('county-petitionHead', row!, 'answer', { admitted: false })).message).toContain('理由')
    expect((await above('county-petitionHead', row!, 'answer', { admitted: true })).status).toBe(200)
    expect((await view(id)).reviews.at(-1)).toMatchObject({ status: 'admitted', answeredOn: '2026-03-10' })

    world.clock.set('2026-04-01')
    expect((await above('county-leadOfficial', row!, 'decide', { outcome: 'revoked', ...decision })).message).toContain(
      '原意见的问题',
    )
    const done = await above('county-leadOfficial', row!, 'decide', {
      outcome: 'revoked',
      faults: ['facts'],
      ...decision,
    })
    expect([done.status, done.number]).toEqual([200, '某政信查〔2026〕1号'])
    const back = await view(id)
    expect([back.matter.state, back.reviews.at(-1)?.outcome, back.reviews.at(-1)?.number]).toEqual([
      'handling',
      'revoked',
      '某政信查〔2026〕1号',
    ])
    expect(back.clocks.find((c) => c.rule === 'D05' && !c.endedOn)?.fromOn).toBe('2026-04-01')
    const [kept, line] = await as('clerk', 'GET', `/api/petitions/${id}/timeline`).then((x) => [x[0], x[1]])
    expect(line.says).toContain('线路老化，灯杆完好')
    // The paper itself comes down as material of the matter, once.
    expect(kept.says).toContain('信访事项复查意见书 某政信查〔2026〕1号.docx')
    await passReviews(world)
    const { attachments } = await view(id)
    expect(attachments.map((a) => [a.kind, a.byName])).toEqual([['复查意见书', '某县人民政府']])
    const file = await app.inject({
      method: 'GET',
      url: `/api/petitions/${id}/attachments/${attachments[0]!.id}`,
      headers: { cookie: cookies.get('clerk')! },
    })
    expect([file.statusCode, createHash('sha256').update(file.rawPayload).digest('hex')]).toEqual([
      200,
      attachments[0]!.sha256,
    ])
    expect((await listed())[0]).toMatchObject({ state: 'decided', told: 'decided', fault: '' })
    const paper = await inTown(world.ownerDb, county.townId, (tx) =>
      tx.selectFrom('document').select(['kind', 'petitionId', 'number']).where('townId', '=', county.townId).execute(),
    )
    expect(paper).toEqual([{ kind: 'reviewOpinion', petitionId: null, number: '某政信查〔2026〕1号' }])
  })

  test('不予受理转回后，事项回到已送达；信访人撤回的，上级不再决定', async () => {
    world.clock.set('2026-05-06')
    const one = await served('要求清理河道')
    await ok('clerk', one, 'askReview', { askedOn: '2026-05-06', wants: '重新清理', reasons: '不彻底' })
    const first = (await listed()).find((r) => r.title.includes('河道'))!
    await above('county-petitionHead', first, 'answer', { admitted: false, note: '请求不具体' })
    const refused = await view(one)
    expect([refused.matter.state, refused.reviews.at(-1)?.answerNote]).toEqual(['served', '请求不具体'])

    const two = await served('要求补发补贴')
    await ok('clerk', two, 'askReview', { askedOn: '2026-05-06', wants: '全额补发', reasons: '少发一个月' })
    await ok('clerk', two, 'withdrawReview', { words: '已经补发，不用复查了', voluntary: true })
    const second = (await listed()).find((r) => r.title.includes('补贴'))!
    expect(second.state).toBe('withdrawn')
    expect((await above('county-petitionHead', second, 'answer', { admitted: true })).message).toContain('撤回')
  })

  test('上级机关在系统外的，仍由镇里照录；两个镇的留痕都核对无误', async () => {
    world.clock.set('2026-06-01')
    const id = await served('要求修桥')
    const v = await ok('clerk', id, 'askReview', {
      askedOn: '2026-06-01',
      organ: '某县交通运输局',
      wants: '修桥',
      reasons: '危桥',
    })
    expect(v.reviews.at(-1)?.upperTownId).toBeNull()
    await ok('clerk', id, 'answerReview', { admitted: true, onDay: '2026-06-01' })
    for (const { townId } of [town, county])
      expect(await inTown(world.ownerDb, townId, (tx) => verifyTown(tx, townId))).toMatchObject({ ok: true })
  })
})
