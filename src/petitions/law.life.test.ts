import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { addDays, type Day } from '../kit/day.ts'
import { Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { callsOf } from '../people/calls.fixture.ts'
import { smallTown } from '../people/fixture.ts'
import type { Who } from '../people/roles.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { whoOfStaff } from '../people/who.store.ts'
import { createApp } from '../server.ts'
import { act } from './act.store.ts'
import { type MoveName, moveOf, moves } from './flow.ts'
import { lawOf } from './law.ts'
import { type Cast, dice, inputFor } from './lives.fixture.ts'
import { RegisterInput } from './register/move.ts'
import { registerMany } from './register/register.store.ts'
import type { MatterView } from './routes.ts'
import { findMatter } from './store.ts'
import { walkTown } from './walk.ts'
import { settingOf } from './world.store.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>

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

const { as } = callsOf(() => app)
const view = async (who: string, id: string) => (await as(who, 'GET', `/api/petitions/${id}`)).json as MatterView
const send = async (
  who: string,
  id: string,
  name: string,
  input: unknown = {},
  more: { requestId?: string; version?: number; late?: object } = {},
) => {
  const { requestId = uuidv7(), version = (await view('clerk', id)).matter.version, late } = more
  return as(who, 'POST', `/api/petitions/${id}/moves/${name}`, { requestId, version, input, ...(late ? { late } : {}) })
}
const ok = async (...given: Parameters<typeof send>) => {
  const r = await send(...given)
  expect(r.status, `${given[2]} ${JSON.stringify(r.json)}`).toBe(200)
  return r.json as MatterView
}
const no = async (why: RegExp, ...given: Parameters<typeof send>) => {
  const r = await send(...given)
  expect(r.status, JSON.stringify(r.json)).toBeGreaterThanOrEqual(400)
  expect(r.json.message).toMatch(why)
}
const register = async (more: Record<string, unknown> = {}) => {
  const r = await as('clerk', 'POST', '/api/petitions', {
    requestId: uuidv7(),
    input: {
      channel: 'visit',
      receivedOn: world.clock.today(),
      request: '要求修复村口路灯',
      class: 'claim',
      route: 'petitionProcedure',
      parties: [{ name: '王建国', phone: '13800001234' }],
      ...more,
    },
  })
  expect(r.status, JSON.stringify(r.json)).toBe(200)
  return r.json.id as string
}
const toHandling = async (id: string, simple = false) => {
  const v = await ok('petitionHead', id, 'accept', simple ? { simple: true, simpleWhy: 'clear' } : {})
  await serveAll(id, v, 'acceptanceNotice')
  return ok('petitionHead', id, 'assignHandler', {
    mainUnitId: town.units.自然资源所,
    mainHandlerId: town.staff.unitHandler2,
  })
}
const serveAll = (id: string, v: MatterView, kind: string, more: object = {}) =>
  ok('clerk', id, 'serve', {
    documentId: v.documents.filter((d) => d.kind === kind).at(-1)!.id,
    way: 'inPerson',
    servedOn: world.clock.today(),
    receiver: '本人',
    outcome: 'signed',
    ...more,
  })
/** Served on everybody, or on the first only. */
const toServed = async (id: string, result = 'supported', one = false) => {
  const today = world.clock.today()
  await ok('unitHandler2', id, 'contact', { onDay: today, way: 'phone', body: '听取陈述', heard: true })
  await ok('unitHandler2', id, 'investigate', { onDay: today, body: '现场查看' })
  await ok('unitHandler2', id, 'submitOpinion', {
    request: '修复路灯',
    facts: '属实',
    reasons: '属公共照明',
    opinion: `三日内修复（${today}）`,
    legalBasis: '《信访工作条例》',
    remedy: '三十日内请求复查',
    claims: [{ body: '修复路灯', result, answer: '三日内修复', basis: '' }],
  })
  await ok('petitionHead', id, 'checkOpinion', { agree: true, signerId: town.staff.townLeader })
  const v = await ok('townLeader', id, 'signOpinion', { agree: true })
  return serveAll(id, v, 'handlingOpinion', one ? { partyId: v.parties[0]!.id } : {})
}

describe('延期、意见、复查、复核', () => {
  let id = ''
  test('延期由负责人批准，告知书在原期限前送达；期限顺延', async () => {
    world.clock.set('2026-03-05')
    id = await register()
    await toHandling(id)
    world.clock.set('2026-04-20')
    await ok('unitHandler2', id, 'requestExtension', {
      days: 20,
      reason: '须测绘',
      approverId: town.staff.leadOfficial,
    })
    await ok('leadOfficial', id, 'decideExtension', { agree: true })
    // Whoever answers for the extension keeps sight of the matter while it is open.
    expect((await as('leadOfficial', 'GET', `/api/petitions/${id}`)).status).toBe(200)
    expect((await as('leadOfficial2', 'GET', `/api/petitions/${id}`)).status).toBe(404)
    const v = await view('clerk', id)
    expect(v.clocks.find((c) => c.rule === 'D05')).toMatchObject({ dueOn: '2026-05-24', extension: 20 })
    // 告知书写明原来到哪一天、延到哪一天、怎样算出来
    const { rows } = await world.ownerPool.query(
      "select data->'values' as said from document where kind = 'extensionNotice' and petition_id = $1",
      [id],
    )
    expect(rows[0].said).toMatchObject({ 原期限: '2026年5月4日', 新的期限: '2026年5月24日' })
    expect(rows[0].said.期限说明).toMatch(/2026年3月5日.*受理，当日不计.*经批准延长 20 日/)
    await serveAll(id, v, 'extensionNotice')
    await no(/已经延期一次/, 'unitHandler2', id, 'requestExtension', {
      days: 5,
      reason: '再延',
      approverId: town.staff.leadOfficial,
    })
  })
  test('支持的意见送达后成为执行任务；复查维持后才有复核；复核听证时间不计入；复核后不再受理', async () => {
    world.clock.set('2026-05-10')
    const v = await toServed(id)
    expect([v.tasks.length, v.tasks[0]?.dueOn]).toEqual([1, '2026-06-09'])
    expect(v.clocks.find((c) => c.rule === 'D07')?.dueOn).toBe('2026-06-09')
    await no(/尚未复查/, 'clerk', id, 'askRecheck', {
      askedOn: '2026-05-12',
      wants: '撤销',
      reasons: '不服',
      organ: '某市人民政府',
    })
    world.clock.set('2026-05-12')
    const asked = await ok('clerk', id, 'askReview', {
      askedOn: '2026-05-12',
      wants: '要求更换灯杆',
      reasons: '只修灯不够',
    })
    expect(asked.matter.state).toBe('inReview')
    expect(asked.clocks.filter((c) => !c.endedOn).map((c) => [c.rule, c.dueOn])).toEqual(
      expect.arrayContaining([
        ['D08', '2026-06-11'],
        ['D11', '2026-05-15'],
      ]),
    )
    expect(asked.documents.some((d) => d.kind === 'reviewRequest')).toBe(true)
    await ok('clerk', id, 'answerReview', { admitted: true, onDay: '2026-05-12' })
    world.clock.set('2026-06-05')
    const decided = await ok('clerk', id, 'decideReview', {
      outcome: 'maintained',
      decidedOn: '2026-06-05',
      number: '县复查〔2026〕3号',
      decision: '维持原处理意见',
    })
    expect([decided.matter.state, decided.clocks.some((c) => c.rule === 'D09')]).toEqual(['served', false])
    const served = await ok('clerk', id, 'serveReview', { servedOn: '2026-06-05', receiver: '本人' })
    expect(served.clocks.find((c) => c.rule === 'D09')?.dueOn).toBe('2026-07-06')
    world.clock.set('2026-07-01')
    await ok('clerk', id, 'askRecheck', {
      askedOn: '2026-07-01',
      organ: '某市人民政府',
      wants: '撤销复查意见',
      reasons: '不服',
    })
    await ok('clerk', id, 'answerReview', { admitted: true, onDay: '2026-07-01' })
    world.clock.set('2026-07-15')
    const heard = await ok('clerk', id, 'recheckHearing', { fromOn: '2026-07-10', toOn: '2026-07-14' })
    expect(heard.clocks.find((c) => c.rule === 'D10')).toMatchObject({ dueOn: '2026-08-05', excluded: 5 })
    expect(heard.clocks.find((c) => c.rule === 'D10')?.steps.join()).toContain('听证所需 5 日不计入')
    const end = await ok('clerk', id, 'decideReview', {
      outcome: 'maintained',
      decidedOn: '2026-07-15',
      number: '市复核〔2026〕1号',
      decision: '维持',
      servedOn: '2026-07-15',
    })
    expect([end.matter.state, end.matter.conclusion]).toEqual(['concluded', 'rechecked'])
    await no(/复核终结/, 'clerk', id, 'askReview', { askedOn: '2026-07-15', wants: '再复查', reasons: '不服' })
    const again = await register({ links: [{ toId: id, kind: 'repeat' }] })
    await ok('clerk', again, 'proposeNotAccept', {
      ground: 'rechecked',
      remedy: '支持的意见未执行的，可以要求督促执行',
    })
    const refused = await ok('petitionHead', again, 'notAccept', { agree: true })
    expect(refused.matter.state).toBe('noLongerAccepted')
    expect(refused.progress.slice(0, 5).map((p) => `${p.label} ${p.status} ${p.by}`)).toEqual([
      expect.stringMatching('登记 done'),
      '受理 done 不再受理',
      '交办 later 不经此步',
      '办理 later 不经此步',
      '答复 later 不经此步',
    ])
  })
  test('执行任务可以督促，凭证据登记执行完毕', async () => {
    const v = await view('clerk', id)
    const pressed = await ok('petitionHead', id, 'pressExecution', { taskId: v.tasks[0]!.id, says: '请抓紧' })
    expect(pressed.tasks[0]).toMatchObject({ pressed: 1, doneOn: null })
    await no(/证据/, 'unitHandler2', id, 'executed', {
      taskId: v.tasks[0]!.id,
      onDay: '2026-07-15',
      text: '已修复',
      evidenceIds: [uuidv7()],
    })
    const done = await ok('unitHandler2', id, 'executed', {
      taskId: v.tasks[0]!.id,
      onDay: '2026-07-15',
      text: '已修复',
      evidenceIds: [v.records[0]!.id],
    })
    expect(done.tasks[0]!.doneOn).toBe('2026-07-15')
  })
  test('撤销后重新办理：期限从决定之日重新起算，同样的意见不能再出', async () => {
    world.clock.set('2026-03-10')
    const m = await register()
    await toHandling(m)
    const first = await toServed(m)
    await ok('clerk', m, 'askReview', { askedOn: '2026-03-10', wants: '撤销', reasons: '程序不对' })
    await ok('clerk', m, 'answerReview', { admitted: true, onDay: '2026-03-10' })
    const back = await ok('clerk', m, 'decideReview', {
      outcome: 'revoked',
      decidedOn: '2026-03-10',
      number: '县复查〔2026〕4号',
      decision: '撤销，重新办理',
      faults: ['procedure'],
    })
    expect([back.matter.state, back.clocks.filter((c) => c.rule === 'D05' && !c.endedOn).map((c) => c.dueOn)]).toEqual([
      'handling',
      ['2026-05-09'],
    ])
    const same = {
      request: '修',
      facts: '属实',
      reasons: '有据',
      opinion: first.opinion!.opinion,
      legalBasis: '条例',
      remedy: '复查',
      claims: [{ body: '修', result: 'supported', answer: '修' }],
    }
    await no(/被撤销/, 'unitHandler2', m, 'submitOpinion', same)
    const next = await ok('unitHandler2', m, 'submitOpinion', { ...same, opinion: '更换灯杆并公开道歉' })
    expect(next.opinion).toMatchObject({ n: 2, status: 'submitted' })
  })
})

describe('转送、异议、争议', () => {
  test('五个工作日内提出异议；答复后仍有争议的提请协调；收回后收到之日不变', async () => {
    world.clock.set('2026-03-05')
    const id = await register()
    const forward = { mode: 'assign', unitId: town.units.自然资源所, reason: '属其职权', limitOn: '2026-04-30' }
    const sent = await ok('petitionHead', id, 'forward', forward)
    expect(
      sent.clocks
        .filter((c) => !c.endedOn)
        .map((c) => [c.rule, c.dueOn])
        .sort(),
    ).toEqual([
      ['D03', '2026-03-20'],
      ['D04', '2026-03-12'],
    ])
    const back = await ok('petitionHead', id, 'recall', { reason: '送错单位' })
    expect(back.clocks.filter((c) => !c.endedOn).map((c) => [c.rule, c.fromOn])).toEqual(
      expect.arrayContaining([['D01', '2026-03-05']]),
    )
    await ok('petitionHead', id, 'forward', forward)
    await no(/先提出异议/, 'unitHandler', id, 'referDispute', { to: 'superior', reason: '不属于' })
    const objected = await ok('unitHandler', id, 'object', { reason: '属民政' })
    expect(objected.clocks.find((c) => c.rule === 'D18' && !c.endedOn)?.dueOn).toBe('2026-03-09')
    await ok('petitionHead', id, 'answerObjection', { agree: false, reason: '经核属其职权' })
    await no(/提请协调/, 'unitHandler', id, 'object', { reason: '再次异议' })
    await ok('unitHandler', id, 'referDispute', {
      to: 'superior',
      reason: '两家都认为不归自己',
      leaderId: town.staff.townLeader,
    })
    await no(/主要领导/, 'petitionHead', id, 'decideDispute', { unitId: town.units.民政办, reason: '归民政' })
    await ok('townLeader', id, 'decideDispute', { unitId: town.units.民政办, reason: '归民政' })
    const settled = await view('clerk', id)
    expect([settled.matter.state, settled.clocks.filter((c) => !c.endedOn).map((c) => c.rule)]).toEqual([
      'forwarded',
      ['D03'],
    ])
  })
})

describe('几件事、几个人、线下办理', () => {
  test('一件来信拆成三件：各有编号和类别，收到日期不变；检举控告的一件只有纪检联络员可见', async () => {
    world.clock.set('2026-03-05')
    const id = await register({ class: null, route: null })
    world.clock.set('2026-03-08')
    const before = (await as('clerk', 'GET', '/api/petitions?size=200')).json.rows.length
    const v = await ok('clerk', id, 'split', {
      reason: '反映三件事',
      parts: [
        { request: '低保未批', class: 'claim', route: 'adminProcedure' },
        { request: '建议增设公交', class: 'suggestion' },
        { request: '反映某干部收受礼金', class: 'accusation' },
      ],
    })
    expect(v.links.map((l) => l.note)).toEqual([expect.stringContaining('拆分'), expect.stringContaining('拆分')])
    const rows = (await as('clerk', 'GET', '/api/petitions?size=200')).json.rows
    expect(rows.length - before).toBe(2)
    expect(
      rows
        .filter((r: { receivedOn: string; title: string }) => ['低保未批', '建议增设公交'].includes(r.title))
        .every((r: { receivedOn: string }) => r.receivedOn === '2026-03-05'),
    ).toBe(true)
    expect(JSON.stringify((await as('clerk', 'GET', `/api/petitions/${id}/timeline`)).json)).not.toContain('礼金')
  })
  test('共同信访人各自送达、各自起算复查期限；更正登记不丢失送达和评价', async () => {
    world.clock.set('2026-03-05')
    const id = await register({ parties: [{ name: '王建国' }, { name: '李二' }], headCount: 2 })
    await toHandling(id)
    const today = world.clock.today()
    await ok('unitHandler2', id, 'contact', { onDay: today, way: 'phone', body: '听取陈述', heard: true })
    await ok('unitHandler2', id, 'investigate', { onDay: today, body: '现场查看' })
    await ok('unitHandler2', id, 'submitOpinion', {
      request: '修',
      facts: '属实',
      reasons: '有据',
      opinion: '修复',
      legalBasis: '条例',
      remedy: '复查',
      claims: [{ body: '修', result: 'explained', answer: '说明' }],
    })
    await ok('petitionHead', id, 'checkOpinion', { agree: true, signerId: town.staff.townLeader })
    let v = await ok('townLeader', id, 'signOpinion', { agree: true })
    v = await serveAll(id, v, 'handlingOpinion', { partyId: v.parties[0]!.id })
    expect(v.matter.state).toBe('opinionSigned')
    world.clock.set('2026-03-12')
    v = await serveAll(id, v, 'handlingOpinion', { partyId: v.parties[1]!.id })
    expect([v.matter.state, v.clocks.filter((c) => c.rule === 'D07').map((c) => [c.party, c.dueOn])]).toEqual([
      'served',
      [
        ['王*国', '2026-04-07'],
        ['李*', '2026-04-13'],
      ],
    ])
    await ok('petitionHead', id, 'followUp', {
      onDay: '2026-03-12',
      way: 'phone',
      reached: true,
      ratingOffice: 'satisfied',
      ratingUnit: 'dissatisfied',
      partyId: v.parties[1]!.id,
    })
    v = await ok('clerk', id, 'joinPetitioners', { people: [{ name: '张三', phone: '13900000000' }] })
    expect([v.matter.headCount, v.parties.map((p) => p.ratingUnit)]).toEqual([3, [null, 'dissatisfied', null]])
  })
  test('共同信访人各有请求复查的权利：一人已在复查的可以并入，一人复查过的另一人仍可请求', async () => {
    world.clock.set('2026-03-05')
    const two = async () => {
      const id = await register({ parties: [{ name: '王建国' }, { name: '李二' }], headCount: 2 })
      await toHandling(id)
      return { id, v: await toServed(id) }
    }
    const ask = (partyId: string, more: object = {}) => ({
      askedOn: '2026-03-10',
      wants: '更换灯杆',
      reasons: '只修不够',
      partyId,
      ...more,
    })
    const one = await two()
    const [wang, li] = one.v.parties.map((p) => p.id) as [string, string]
    world.clock.set('2026-03-10')
    await ok('clerk', one.id, 'askReview', ask(wang))
    await no(/王建国已有复查请求正在办理；请选择另一名信访人/, 'clerk', one.id, 'askReview', ask(wang))
    await no(/某县人民政府/, 'clerk', one.id, 'askReview', ask(li, { organ: '别的机关' }))
    const joined = await ok('clerk', one.id, 'askReview', ask(li, { reasons: '灯杆已锈' }))
    expect([joined.matter.state, joined.reviews.length, joined.reviews[0]?.partyIds]).toEqual([
      'inReview',
      1,
      [wang, li],
    ])
    expect(joined.reviews[0]?.reasons).toContain('灯杆已锈')
    expect(joined.documents.filter((d) => d.kind === 'reviewRequest')).toHaveLength(2)
    await ok('clerk', one.id, 'answerReview', { admitted: true, onDay: '2026-03-10' })
    const decided = { outcome: 'maintained', decidedOn: '2026-03-10', number: '县复查〔2026〕9号', decision: '维持' }
    await ok('clerk', one.id, 'decideReview', { ...decided, servedOn: '2026-03-10' })
    await no(/已经复查/, 'clerk', one.id, 'askReview', ask(li))

    world.clock.set('2026-03-05')
    const other = await two()
    const [first, second] = other.v.parties.map((p) => p.id) as [string, string]
    world.clock.set('2026-03-10')
    await ok('clerk', other.id, 'askReview', ask(first))
    await ok('clerk', other.id, 'answerReview', { admitted: true, onDay: '2026-03-10' })
    await ok('clerk', other.id, 'decideReview', { ...decided, servedOn: '2026-03-10' })
    await no(/已经复查/, 'clerk', other.id, 'askReview', ask(first))
    world.clock.set('2026-03-11')
    const again = await ok('clerk', other.id, 'askReview', ask(second, { askedOn: '2026-03-11' }))
    expect([again.matter.state, again.reviews.map((r) => r.partyIds)]).toEqual(['inReview', [[first], [second]]])
  })
  test('没有参加复查、复核的共同信访人：他人复核之中、复核终结之后，在自己的三十日内仍可单独请求', async () => {
    world.clock.set('2026-03-05')
    const id = await register({ parties: [{ name: '王建国' }, { name: '李二' }, { name: '张三' }], headCount: 3 })
    await toHandling(id)
    const v = await toServed(id, 'explained', true)
    const [wang, li, zhang] = v.parties.map((p) => p.id) as [string, string, string]
    expect(v.matter.state).toBe('opinionSigned')
    world.clock.set('2026-03-12')
    await serveAll(id, v, 'handlingOpinion', { partyId: li })
    world.clock.set('2026-03-20')
    const all = await serveAll(id, v, 'handlingOpinion', { partyId: zhang })
    expect(all.clocks.filter((c) => c.rule === 'D07').map((c) => c.dueOn)).toEqual([
      '2026-04-07',
      '2026-04-13',
      '2026-04-20',
    ])
    const ask = (partyId: string, more: object = {}) => ({
      askedOn: world.clock.today(),
      wants: '更换灯杆',
      reasons: '只修不够',
      partyId,
      ...more,
    })
    const decide = (number: string, more: object = {}) => ({
      outcome: 'maintained',
      decidedOn: world.clock.today(),
      number,
      decision: '维持',
      ...more,
    })
    const admit = (more: object = {}) =>
      ok('clerk', id, 'answerReview', { admitted: true, onDay: world.clock.today(), ...more })
    await ok('clerk', id, 'askReview', ask(wang))
    await admit()
    await ok('clerk', id, 'decideReview', decide('县复查〔2026〕1号', { servedOn: '2026-03-20' }))
    await no(/张三的请求尚未复查/, 'clerk', id, 'askRecheck', ask(zhang, { organ: '某市人民政府' }))
    await ok('clerk', id, 'askRecheck', ask(wang, { organ: '某市人民政府' }))
    // 王建国复核之中，李二请求复查：两件请求各自办理，各有期限
    world.clock.set('2026-04-10')
    const both = await ok('clerk', id, 'askReview', ask(li))
    expect([
      both.matter.state,
      both.reviews.map((r) => [r.level, r.status]),
      both.clocks.flatMap((c) => (!c.endedOn && /D08|D10|D11/.test(c.rule) ? [c.rule] : [])).sort(),
    ]).toEqual([
      'inRecheck',
      [
        ['review', 'decided'],
        ['recheck', 'asked'],
        ['review', 'asked'],
      ],
      ['D08', 'D10', 'D11', 'D11'],
    ])
    const [, recheck, lis] = both.reviews.map((r) => r.id) as [string, string, string]
    await no(/请选择是哪一件/, 'clerk', id, 'answerReview', { admitted: true, onDay: '2026-04-10' })
    const one = await admit({ reviewId: recheck })
    expect(one.clocks.filter((c) => c.rule === 'D11' && !c.endedOn)).toHaveLength(1)
    const final = await ok('clerk', id, 'decideReview', decide('市复核〔2026〕2号', { servedOn: '2026-04-10' }))
    expect([final.matter.state, final.offers.find((o) => o.move === 'askReview')?.refusal]).toEqual(['inReview', null])
    await admit()
    const li2 = await ok('clerk', id, 'decideReview', decide('县复查〔2026〕5号', { reviewId: lis }))
    expect(li2.matter.state).toBe('served')
    world.clock.set('2026-04-13')
    const served = await ok('clerk', id, 'serveReview', { servedOn: '2026-04-13', receiver: '李二' })
    expect([served.matter.state, served.clocks.filter((c) => c.rule === 'D09').map((c) => [c.party, c.dueOn])]).toEqual(
      [
        'served',
        [
          ['王*国', '2026-04-20'],
          ['李*', '2026-05-13'],
        ],
      ],
    )
    await no(/王建国的请求已经复核终结/, 'clerk', id, 'askReview', ask(wang))
    // 张三的三十日还没有过：复核终结、办结之后仍然可以单独请求
    world.clock.set('2026-04-20')
    const alone = await ok('clerk', id, 'askReview', ask(zhang))
    expect([alone.matter.state, alone.reviews.at(-1)?.partyIds]).toEqual(['inReview', [zhang]])
    const back = await ok('clerk', id, 'withdrawReview', { words: '不复查了', voluntary: true })
    expect([back.matter.state, back.matter.conclusion]).toEqual(['concluded', 'rechecked'])
    // 李二的复核权利不因此消灭
    world.clock.set('2026-05-13')
    const last = await ok('clerk', id, 'askRecheck', ask(li, { organ: '某市人民政府' }))
    expect([last.matter.state, last.matter.concludedOn]).toEqual(['inRecheck', null])
    await admit()
    const end = await ok('clerk', id, 'decideReview', decide('市复核〔2026〕9号', { servedOn: '2026-05-13' }))
    expect([end.matter.state, end.matter.concludedOn]).toEqual(['concluded', '2026-05-13'])
    world.clock.set('2026-06-01')
    await no(/逾期|期限到 2026-04-20 为止/, 'clerk', id, 'askReview', ask(zhang))
    const late = await ok('clerk', id, 'askReview', ask(zhang, { lateCause: '住院' }))
    expect(late.matter.state).toBe('inReview')
    // 县级撤销：意见连同对它的请求一并结束，重新办理
    await admit()
    const revoked = await ok(
      'clerk',
      id,
      'decideReview',
      decide('县复查〔2026〕9号', { outcome: 'revoked', faults: ['facts'] }),
    )
    expect(revoked.matter.state).toBe('handling')
    const told = await ok('clerk', id, 'serveReview', { servedOn: '2026-06-01', receiver: '张三' })
    expect([told.matter.state, told.reviews.at(-1)?.servedOn]).toEqual(['handling', '2026-06-01'])
    const anew = await toServed(id, 'supported')
    expect(anew.offers.find((o) => o.move === 'askReview')?.refusal).toBeNull()
    await ok('clerk', id, 'askReview', ask(wang))
  })
  test('共同请求的各自收到复查意见、各自起算复核期限；一人撤回不替别人撤回', async () => {
    world.clock.set('2026-03-05')
    const id = await register({ parties: [{ name: '王建国' }, { name: '李二' }], headCount: 2 })
    const [wang, li] = (await toHandling(id)).parties.map((p) => p.id) as [string, string]
    const one = await ok('clerk', id, 'withdraw', {
      words: '我不反映了',
      voluntary: true,
      onDay: '2026-03-05',
      partyId: wang,
    })
    expect(one.matter.state).toBe('handling')
    await toServed(id, 'explained')
    world.clock.set('2026-03-10')
    const asked = { askedOn: '2026-03-10', wants: '更换', reasons: '不够' }
    const joint = await ok('clerk', id, 'askReview', asked)
    expect(joint.reviews[0]?.partyIds).toEqual([wang, li])
    await ok('clerk', id, 'answerReview', { admitted: true, onDay: '2026-03-10' })
    const decided = { outcome: 'changed', decidedOn: '2026-03-10', number: '县复查〔2026〕2号', decision: '更换' }
    await ok('clerk', id, 'decideReview', decided)
    await ok('clerk', id, 'serveReview', { servedOn: '2026-03-10', receiver: '王建国', partyId: wang })
    await no(/不必再送/, 'clerk', id, 'serveReview', { servedOn: '2026-03-10', receiver: '王建国', partyId: wang })
    world.clock.set('2026-03-16')
    const v = await ok('clerk', id, 'serveReview', { servedOn: '2026-03-16', receiver: '李二', partyId: li })
    expect([v.reviews[0]?.servedOn, v.clocks.filter((c) => c.rule === 'D09').map((c) => c.dueOn)]).toEqual([
      '2026-03-16',
      ['2026-04-09', '2026-04-15'],
    ])
    await ok('clerk', id, 'askRecheck', { ...asked, askedOn: '2026-03-16', organ: '某市人民政府' })
    const less = await ok('clerk', id, 'withdrawReview', { words: '我算了', voluntary: true, partyId: wang })
    expect([less.matter.state, less.reviews.at(-1)?.partyIds]).toEqual(['inRecheck', [li]])
    const gone = await ok('clerk', id, 'withdraw', {
      words: '都不反映了',
      voluntary: true,
      onDay: '2026-03-16',
      partyId: li,
    })
    expect([gone.matter.state, gone.reviews.at(-1)?.status]).toEqual(['withdrawn', 'withdrawn'])
  })
  test('线下办理的补录：按真实日期起算，留痕写明两个日期和原因；早于上一步的不行', async () => {
    world.clock.set('2026-03-05')
    const id = await register()
    world.clock.set('2026-03-20')
    await no(/不能晚于今天/, 'petitionHead', id, 'accept', {}, { late: { doneOn: '2026-03-21', reason: '停电' } })
    await no(/不能早于上一步/, 'petitionHead', id, 'accept', {}, { late: { doneOn: '2026-03-01', reason: '停电' } })
    await no(/补录的原因/, 'petitionHead', id, 'accept', {}, { late: { doneOn: '2026-03-06', reason: '' } })
    const paper = { late: { doneOn: '2026-03-06', reason: '停电' } }
    await no(/“更正登记”是系统里的操作/, 'clerk', id, 'correct', { place: '村南' }, paper)
    await no(/没有线下办理的日期/, 'clerk', id, 'remind', { says: '请抓紧' }, paper)
    const v = await ok(
      'petitionHead',
      id,
      'accept',
      {},
      { late: { doneOn: '2026-03-06', reason: '停电两周，先用纸质告知书' } },
    )
    expect([
      v.matter.acceptedOn,
      v.clocks.find((c) => c.rule === 'D05')?.dueOn,
      v.documents.find((d) => d.kind === 'acceptanceNotice')?.issuedOn,
    ]).toEqual(['2026-03-06', '2026-05-05', '2026-03-06'])
    const t = (await as('clerk', 'GET', `/api/petitions/${id}/timeline`)).json[0]
    expect([t.says, t.data.late]).toEqual([
      expect.stringContaining('线下于 2026-03-06 办理'),
      { doneOn: '2026-03-06', reason: '停电两周，先用纸质告知书' },
    ])
  })
  test('同时、重发、陈旧页面：只有一次生效', async () => {
    world.clock.set('2026-03-05')
    const id = await register()
    const requestId = uuidv7()
    const { version } = (await view('clerk', id)).matter
    const all = await Promise.all([
      send('petitionHead', id, 'accept', {}, { version, requestId }),
      send('petitionHead', id, 'accept', {}, { version, requestId }),
      send('petitionHead', id, 'forward', { mode: 'forward', unitId: town.units.民政办, reason: '职权' }, { version }),
      send('petitionHead', id, 'withdraw', { words: '算了', voluntary: true, onDay: '2026-03-05' }, { version }),
    ])
    const won = all.filter((r) => r.status === 200)
    expect(won.length).toBeGreaterThanOrEqual(1)
    expect(new Set(won.map((r) => r.json.matter.state)).size).toBe(1)
    for (const r of all.filter((x) => x.status !== 200)) expect(r.json.message).toMatch(/看过最新的内容|现在不能/)
    const t = (await as('clerk', 'GET', `/api/petitions/${id}/timeline`)).json as { seq: number }[]
    expect(t.length).toBe(2)
    expect((await send('petitionHead', id, 'note', { body: '旧页面' }, { version })).status).toBe(409)
  })
})

test('随机的一生在真实数据库中走一遍：留痕链核对无误，逐件重放都合法', async () => {
  world.clock.set('2026-03-05')
  const s = town.staff
  const who = new Map<string, Who>()
  await inTown(world.db, town.townId, async (tx) => {
    for (const n of [
      'clerk',
      'petitionHead',
      'unitHandler',
      'unitHandler2',
      'leadOfficial',
      'townLeader',
      'villageOfficer',
      'mediator',
    ])
      who.set(n, await whoOfStaff(tx, town.townId, s[n]!, world.clock.today()))
  })
  const cast: Cast = {
    unitIds: [town.units.自然资源所!, town.units.民政办!],
    handlerIds: [s.unitHandler!, s.unitHandler2!],
    leaderIds: [s.leadOfficial!, s.townLeader!],
    principalIds: [s.townLeader!],
    mediatorIds: [s.mediator!],
    headIds: [s.petitionHead!],
  }
  const people = [...who.values()]
  const names = (Object.keys(moves) as MoveName[]).filter((n) => !['seal', 'split', 'unlink', 'link'].includes(n))
  let steps = 0
  for (let life = 0; life < 40; life += 1) {
    const r = dice(7_000 + life)
    world.clock.set('2026-03-05')
    let today = world.clock.today()
    const [made] = await inTown(world.db, town.townId, async (tx) =>
      registerMany(
        tx,
        who.get('clerk')!,
        [
          {
            input: RegisterInput.parse({
              channel: 'letter',
              receivedOn: today,
              request: `路灯第${life}处不亮`,
              class: life % 7 ? 'claim' : 'suggestion',
              route: life % 7 ? 'petitionProcedure' : null,
              parties: [{ name: `王${life}` }],
            }),
          },
        ],
        await settingOf(tx, world, town.townId),
      ),
    )
    for (let i = 0; i < 22; i += 1) {
      if (r() < 0.3) today = addDays(today, Math.floor(r() * 9)) as Day
      world.clock.set(today)
      await inTown(world.db, town.townId, async (tx) => {
        const setting = await settingOf(tx, world, town.townId)
        const { matter } = await findMatter(tx, who.get('clerk')!, made!.id)
        const lawful = people.flatMap((p) =>
          names.filter((n) => moveOf(n)!.refusal(matter, p, today) === null).map((n) => [n, p] as const),
        )
        const primary = lawful.filter(([n, p]) => moveOf(n)!.primary?.(matter, p))
        const pool = primary.length && r() < 0.6 ? primary : lawful.filter(([n]) => r() < 0.4 || lawOf[n]?.t)
        const [name, by] = pool[Math.floor(r() * pool.length)]!
        await act(
          tx,
          by,
          {
            id: made!.id,
            move: name,
            version: matter.version,
            requestId: uuidv7(),
            input: inputFor(name, matter, today, cast, r),
          },
          setting,
        )
        steps += 1
      }).catch((e) => {
        if (!(e instanceof Refused)) throw e
        expect(e.message).toMatch(/[\u4e00-\u9fff]/)
      })
    }
  }
  expect(steps).toBeGreaterThan(250)
  const verdict = await inTown(world.ownerDb, town.townId, (tx) => verifyTown(tx, town.townId))
  expect(verdict).toMatchObject({ ok: true, problems: [] })
  expect(await inTown(world.ownerDb, town.townId, (tx) => walkTown(tx, town.townId))).toEqual([])
  await world.ownerPool.query(
    "update petition set state = 'closed', step = 'signoff', closed_on = '2026-03-05' where id = (select id from petition where state in ('handling', 'registered') limit 1)",
  )
  expect(await inTown(world.ownerDb, town.townId, (tx) => walkTown(tx, town.townId))).toEqual([
    expect.stringContaining('重放'),
  ])
}, 120_000)
