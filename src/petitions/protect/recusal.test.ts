import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { type TestWorld, testWorld } from '../../kit/server/testing.ts'
import { password, smallTown } from '../../people/fixture.ts'
import type { Who } from '../../people/roles.ts'
import { createTown, type NewTown } from '../../people/setup.store.ts'
import { createApp } from '../../server.ts'
import { indexAll, sealAll } from '../../worker.ts'
import {
  aimedAt,
  conflictsIn,
  decideRefusal,
  formerHandlers,
  heldByRecusal,
  readsRecusal,
  recusalSaid,
} from './recusal.ts'

const who = (staffId: string, ...roles: Who['roles'][number][]): Who => ({
  townId: 't',
  staffId,
  name: staffId,
  post: '',
  roles,
  areaIds: [],
  villageIds: [],
  gridIds: [],
  unitIds: [],
  headsUnit: false,
  rank: 5,
})

describe('哪些人应当回避', () => {
  const staff = [
    { id: 'a', name: '李村长', kin: ['李小妹'], roles: ['villageOfficer'] as const },
    { id: 'b', name: '赵所长', kin: ['赵'], roles: ['leadOfficial'] as const },
  ]
  test('信访人是本人或其申报的近亲属，当即看不到；内容提到的，村里的人当即看不到，其他人先不办理', () => {
    expect(conflictsIn({ names: ['李村长'], text: '' }, staff)).toMatchObject([
      { staffId: 'a', ground: 'self', atOnce: true },
    ])
    expect(conflictsIn({ names: ['李小妹'], text: '' }, staff)).toMatchObject([
      { staffId: 'a', ground: 'kin', atOnce: true },
    ])
    expect(conflictsIn({ names: ['王五'], text: '反映李村长、赵所长占地' }, staff)).toMatchObject([
      { staffId: 'a', ground: 'accused', atOnce: true },
      { staffId: 'b', ground: 'accused', atOnce: false },
    ])
    expect(conflictsIn({ names: ['王五'], text: '李小妹多占一份' }, staff)).toMatchObject([
      { staffId: 'a', ground: 'kinAccused' },
    ])
    expect(conflictsIn({ names: ['王五'], text: '修路' }, staff)).toEqual([])
  })
  test('重新办理时，原来起草、审核、签发的人不再参加', () => {
    expect(formerHandlers(['x', 'y'], ['y', 'z', 'y']).map((c) => c.staffId)).toEqual(['y'])
  })
  test('由信访办主任决定；涉及主任或主要领导的由党政主要领导决定；谁也不能决定自己的', () => {
    const r = { staffId: 'x', status: 'open' as const }
    expect(decideRefusal(r, ['villageOfficer'], who('h', 'petitionHead'))).toBeNull()
    expect(decideRefusal(r, ['villageOfficer'], who('c', 'clerk'))).toContain('信访办主任')
    expect(decideRefusal(r, ['petitionHead'], who('h', 'petitionHead'))).toContain('党政主要领导')
    expect(decideRefusal(r, ['petitionHead'], who('t', 'townLeader'))).toBeNull()
    expect(decideRefusal(r, ['townLeader'], who('x', 'townLeader'))).toContain('自己')
    expect(decideRefusal({ ...r, status: 'upheld' }, [], who('h', 'petitionHead'))).toContain('已经决定')
  })
  test('要求回避的话：登记的、决定的人看；被要求回避的、办理的人和旁人不看；本人申报的本人看', () => {
    const r = { staffIds: ['x'], source: 'asked' as const, mainHandlerId: 'm', words: '要求赵所长回避' }
    expect(readsRecusal(who('h', 'petitionHead'), r)).toBe(true)
    expect(readsRecusal(who('t', 'townLeader'), r)).toBe(true)
    expect(readsRecusal(who('c', 'clerk'), r)).toBe(true)
    expect(readsRecusal(who('m', 'clerk'), r)).toBe(false)
    expect(readsRecusal(who('x', 'petitionHead'), r)).toBe(false)
    for (const role of ['unitHandler', 'villageOfficer', 'areaSecretary', 'leadOfficial', 'mediator'] as const)
      expect(readsRecusal(who('n', role), r), role).toBe(false)
    // Not yet registered, but the words name him or his post.
    expect(readsRecusal({ ...who('z', 'petitionHead'), name: '赵所长' }, { ...r, staffIds: [] })).toBe(false)
    expect(readsRecusal({ ...who('z', 'petitionHead'), post: '信访办主任' }, { ...r, words: '要信访办主任回避' })).toBe(
      false,
    )
    expect(readsRecusal(who('x', 'unitHandler'), { ...r, source: 'declared' })).toBe(true)
  })
  test('要求谁回避：写了姓名、岗位，或者写“承办人”；别人不算', () => {
    const p = { name: '经办乙', post: '自然资源所经办', roles: ['unitHandler'] as const, handles: true }
    expect(aimedAt('要求经办乙回避，他是对方的表哥', p)).toBe(true)
    expect(aimedAt('承办人和对方是亲戚', p)).toBe(true)
    expect(aimedAt('承办人和对方是亲戚', { ...p, handles: false })).toBe(false)
    expect(aimedAt('要求换人', p)).toBe(false)
  })
  test('只写“主任”，这里的信访办主任就是这么叫的：认得是他；村主任、副主任、别的办的主任、别人姓的主任不是', () => {
    const head = { name: '王立国', post: '信访办主任', roles: ['petitionHead'] as const, handles: false }
    for (const words of [
      '主任回避',
      '要求主任回避，他和对方一起喝过酒',
      '要求信访办主任回避',
      '信访办公室主任是对方的表哥',
      '办公室主任应当回避',
      '你们办公室的主任不公正',
      '要求你们信访办的主任回避',
      '王主任收过对方的东西',
      '村主任没有意见，请主任回避',
      '这个主任不公正',
      '关于主任回避的事',
      '镇信访主任应当回避',
    ])
      expect(aimedAt(words, head), words).toBe(true)
    for (const words of [
      '村主任是对方的亲戚',
      '村委会主任应当回避',
      '村里的副主任',
      '要求妇女主任回避',
      '信访办副主任应当回避',
      '党政办主任不公正',
      '党政办公室主任不公正',
      '综治办主任应当回避',
      '李主任收过对方的东西',
      '孩子的班主任',
      '承办人是对方的亲戚',
      '要求换人',
    ])
      expect(aimedAt(words, head), words).toBe(false)
    // The title is the town's own: where the head is called 站长, nobody means the head by 主任.
    const station = { ...head, post: '信访站站长' }
    expect([aimedAt('要求站长回避', station), aimedAt('要求主任回避', station)]).toEqual([true, false])
    expect(aimedAt('要求农经站站长回避', station)).toBe(false)
    expect(aimedAt('要求主任回避', { ...head, post: '副镇长' })).toBe(true)
    expect(aimedAt('要求主任回避', { ...head, post: '信访办副主任' })).toBe(false)
    expect(aimedAt('要求主任回避', { ...head, roles: ['clerk'] as const })).toBe(false)
    const me = { ...who('z', 'petitionHead'), post: '信访办主任' }
    expect(
      readsRecusal(me, { staffIds: [], source: 'asked', mainHandlerId: null, words: '要求主任回避，他收过东西' }),
    ).toBe(false)
  })
  test('全程记录对别人只说有这回事，不说为什么', () => {
    expect(recusalSaid('信访人申请：经办乙回避，是信访人的近亲属')).toBe('信访人申请')
    expect(recusalSaid('决定经办乙回避：所反映的内容涉及本人；由经办甲接手')).toBe('决定经办乙回避')
  })
  test('没有决定之前，当事人不能办理，事项不能受理', () => {
    expect(heldByRecusal(['x'], who('x'), 'contact')).toContain('决定之前')
    expect(heldByRecusal(['x'], who('y'), 'accept')).toContain('先决定回避')
    expect(heldByRecusal(['x'], who('y'), 'contact')).toBeNull()
    expect(heldByRecusal([], who('x'), 'accept')).toBeNull()
  })
})

describe('回避是一道真的屏障', () => {
  let world: TestWorld
  let town: NewTown
  let app: Awaited<ReturnType<typeof createApp>>
  const cookies = new Map<string, string>()
  const as = async (user: string, method: 'GET' | 'POST', url: string, payload?: object) => {
    let cookie = cookies.get(user)
    if (!cookie) {
      const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: user, password } })
      cookie = r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
      cookies.set(user, cookie)
    }
    const r = await app.inject({ method, url, headers: { cookie }, ...(payload ? { payload } : {}) })
    return { status: r.statusCode, text: r.body, json: () => r.json() }
  }
  const ok = async (p: ReturnType<typeof as>) => {
    const r = await p
    expect(r.status, r.text).toBe(200)
    return r.json()
  }
  const register = async (more: object = {}) =>
    ok(
      as('clerk', 'POST', '/api/petitions', {
        requestId: uuidv7(),
        input: {
          channel: 'letter',
          receivedOn: world.clock.today(),
          request: '要求补足承包地',
          parties: [{ name: '钱大有', phone: '13800000001' }],
          villageId: town.villages.东庄村,
          ...more,
        },
      }),
    )
  const move = async (user: string, id: string, name: string, input: object = {}) => {
    const v = await ok(as('petitionHead', 'GET', `/api/petitions/${id}`))
    return as(user, 'POST', `/api/petitions/${id}/moves/${name}`, {
      requestId: uuidv7(),
      version: v.matter.version,
      input,
    })
  }
  const handling = async (more: object = {}) => {
    const { id } = await register(more)
    await ok(move('clerk', id, 'classify', { class: 'claim', route: 'petitionProcedure' }))
    await ok(move('petitionHead', id, 'accept'))
    await ok(
      move('petitionHead', id, 'assignHandler', {
        mainUnitId: town.units.自然资源所,
        mainHandlerId: town.staff.unitHandler2,
        areaOwnerId: town.staff.areaSecretary,
        villageOwnerId: town.staff.villageOfficer,
      }),
    )
    return id as string
  }
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

  test('本人申报：决定之前不能办理；决定之后看不到、搜不到、数不到、收不到，工作交给指定的人', async () => {
    const id = await handling()
    await indexAll(world)
    const declared = { requestId: uuidv7(), source: 'declared', ground: 'interest', detail: '与信访人合伙经营' }
    await ok(as('unitHandler2', 'POST', `/api/petitions/${id}/recusals`, declared))
    await ok(as('unitHandler2', 'POST', `/api/petitions/${id}/recusals`, declared))
    expect(
      (await move('unitHandler2', id, 'contact', { onDay: '2026-03-05', way: 'phone', body: '听取陈述' })).text,
    ).toContain('决定之前')
    const [r] = await ok(as('petitionHead', 'GET', '/api/recusals'))
    expect([r.staffName, r.source, r.held]).toEqual(['经办乙', 'declared', ['holderId', 'mainHandlerId']])
    expect(
      (await as('clerk', 'POST', `/api/recusals/${r.id}/decide`, { requestId: uuidv7(), agree: true })).status,
    ).toBe(404)
    const decide = { requestId: uuidv7(), agree: true, reason: '情况属实' }
    expect((await as('petitionHead', 'POST', `/api/recusals/${r.id}/decide`, decide)).text).toContain('接手')
    const yes = { ...decide, successorId: town.staff.unitHandler }
    await ok(as('petitionHead', 'POST', `/api/recusals/${r.id}/decide`, yes))
    await ok(as('petitionHead', 'POST', `/api/recusals/${r.id}/decide`, yes))
    const v = await ok(as('petitionHead', 'GET', `/api/petitions/${id}`))
    expect([v.matter.mainHandlerId, v.matter.holderId]).toEqual([town.staff.unitHandler, town.staff.unitHandler])

    for (const url of [
      `/api/petitions/${id}`,
      `/api/petitions/${id}/timeline`,
      `/api/petitions/${id}/recusals`,
      `/api/petitions/${id}/readers`,
    ])
      expect((await as('unitHandler2', 'GET', url)).status, url).toBe(404)
    for (const url of [
      '/api/petitions',
      `/api/petitions?q=${encodeURIComponent('承包')}`,
      '/api/petitions/totals',
      '/api/petitions/presets',
      '/api/desk',
      '/api/petitions/export.xlsx',
    ]) {
      const t = (await as('unitHandler2', 'GET', url)).text
      expect([t.includes(id), t.includes('补足承包地'), t.includes(v.matter.number)], url).toEqual([
        false,
        false,
        false,
      ])
    }
    expect((await ok(as('unitHandler2', 'GET', '/api/petitions'))).totals.total).toBe(0)
    const notices = (await ok(as('unitHandler2', 'GET', '/api/desk'))).notices
    expect(notices.every((n: { petitionId: string | null }) => n.petitionId !== id)).toBe(true)
    const list = await ok(as('petitionHead', 'GET', `/api/petitions/${id}/recusals`))
    expect(list.attempts).toEqual([{ day: '2026-03-05', n: 4, name: '经办乙' }])
    expect((await ok(as('clerk', 'GET', `/api/petitions/${id}/recusals`))).attempts).toEqual([])
  })
  test('信访人申请：由信访办登记，不予回避的写明理由，当事人照常办理', async () => {
    const id = await handling()
    const asked = {
      requestId: uuidv7(),
      source: 'asked',
      staffId: town.staff.unitHandler2,
      ground: 'kin',
      byName: '钱大有',
    }
    expect(
      (await as('unitHandler', 'POST', `/api/petitions/${id}/recusals`, { ...asked, requestId: uuidv7() })).text,
    ).toContain('信访办登记')
    await ok(as('clerk', 'POST', `/api/petitions/${id}/recusals`, asked))
    const r = (await ok(as('petitionHead', 'GET', '/api/recusals'))).find(
      (x: { petitionId: string }) => x.petitionId === id,
    )
    const no = { requestId: uuidv7(), agree: false, reason: '' }
    expect((await as('petitionHead', 'POST', `/api/recusals/${r.id}/decide`, no)).text).toContain('理由')
    await ok(as('petitionHead', 'POST', `/api/recusals/${r.id}/decide`, { ...no, reason: '并无亲属关系' }))
    await ok(move('unitHandler2', id, 'contact', { onDay: '2026-03-05', way: 'phone', body: '听取陈述' }))
  })
  test('系统发现：村信访信息员申报的近亲属来反映，他当即看不到；同名的由主任决定后恢复', async () => {
    const me = await ok(as('villageOfficer', 'GET', `/api/staff/${town.staff.villageOfficer}/kin`))
    await ok(
      as('villageOfficer', 'POST', `/api/staff/${town.staff.villageOfficer}/kin`, {
        version: me.version,
        kin: [{ name: '孙小妹', relation: 'sibling' }],
      }),
    )
    const { id } = await register({ parties: [{ name: '孙小妹' }] })
    expect((await as('villageOfficer', 'GET', `/api/petitions/${id}`)).status).toBe(404)
    await ok(move('clerk', id, 'classify', { class: 'claim', route: 'petitionProcedure' }))
    expect((await move('petitionHead', id, 'accept')).text).toContain('先决定回避')
    const r = (await ok(as('petitionHead', 'GET', '/api/recusals'))).find(
      (x: { petitionId: string }) => x.petitionId === id,
    )
    expect([r.source, r.ground, r.byName]).toEqual(['found', 'kin', '系统'])
    await ok(
      as('petitionHead', 'POST', `/api/recusals/${r.id}/decide`, {
        requestId: uuidv7(),
        agree: false,
        reason: '同名不同人',
      }),
    )
    expect((await as('villageOfficer', 'GET', `/api/petitions/${id}`)).status).toBe(200)
    await ok(move('petitionHead', id, 'accept'))
  })
  test('反映的是经办人：他所在的单位不能主办', async () => {
    const { id } = await register({ request: '反映经办乙丈量不公' })
    expect((await as('unitHandler2', 'GET', `/api/petitions/${id}`)).status).toBe(404)
    const r = (await ok(as('petitionHead', 'GET', '/api/recusals'))).find(
      (x: { petitionId: string }) => x.petitionId === id,
    )
    await ok(
      as('petitionHead', 'POST', `/api/recusals/${r.id}/decide`, { requestId: uuidv7(), agree: true, reason: '属实' }),
    )
    await ok(move('clerk', id, 'classify', { class: 'claim', route: 'petitionProcedure' }))
    await ok(move('petitionHead', id, 'accept'))
    const to = (unit: string, handler: string) =>
      move('petitionHead', id, 'assignHandler', {
        mainUnitId: unit,
        mainHandlerId: handler,
        areaOwnerId: town.staff.areaSecretary,
        villageOwnerId: town.staff.villageOfficer,
      })
    expect((await to(town.units.自然资源所!, town.staff.unitHandler!)).text).toContain('不能由该单位主办')
  })
  test('涉及信访办主任的，只由党政主要领导决定，主任在待办里也看不到', async () => {
    const id = await handling()
    await ok(
      as('clerk', 'POST', `/api/petitions/${id}/recusals`, {
        requestId: uuidv7(),
        source: 'asked',
        staffId: town.staff.petitionHead,
        ground: 'accused',
      }),
    )
    expect(
      (await ok(as('petitionHead', 'GET', '/api/recusals'))).some((x: { petitionId: string }) => x.petitionId === id),
    ).toBe(false)
    const [r] = await ok(as('townLeader', 'GET', '/api/recusals'))
    await ok(
      as('townLeader', 'POST', `/api/recusals/${r.id}/decide`, { requestId: uuidv7(), agree: true, reason: '属实' }),
    )
    expect((await as('petitionHead', 'GET', `/api/petitions/${id}`)).status).toBe(404)
    const totals = (await ok(as('petitionHead', 'GET', '/api/petitions'))).totals.total
    expect((await ok(as('clerk', 'GET', '/api/petitions'))).totals.total).toBe(totals + 1)
  })
  test('近亲属申报只有本人和安全管理员看得到', async () => {
    const url = `/api/staff/${town.staff.villageOfficer}/kin`
    for (const user of ['villageOfficer', 'securityAdmin'])
      expect((await ok(as(user, 'GET', url))).kin[0].name).toBe('孙小妹')
    for (const user of ['systemAdmin', 'petitionHead', 'townLeader', 'auditor', 'clerk', 'disciplineLiaison']) {
      expect((await as(user, 'GET', url)).status, user).toBe(404)
      expect((await as(user, 'GET', '/api/staff')).text).not.toContain('孙小妹')
      expect((await as(user, 'GET', '/api/audit/logs')).text).not.toContain('孙小妹')
    }
  })
  test('受到打压：直送纪检联络员，村、管区、承办单位都看不到；到日子提醒回访', async () => {
    const id = await handling()
    const sent = await ok(
      as('clerk', 'POST', '/api/pressure', {
        requestId: uuidv7(),
        petitionId: id,
        what: '有人上门要求撤回',
        by: '村信访甲',
        name: '钱大有',
      }),
    )
    expect(sent.number).toBe('MF2026-0001')
    for (const user of ['clerk', 'petitionHead', 'villageOfficer', 'areaSecretary', 'unitHandler2'])
      expect((await as(user, 'GET', '/api/sealed')).status).toBe(404)
    const [row] = await ok(as('disciplineLiaison', 'GET', '/api/sealed'))
    const v = await ok(as('disciplineLiaison', 'POST', `/api/sealed/${row.id}/open`, { purpose: '处理' }))
    expect([v.why, v.about.petitionId, v.accused[0].name, v.contactOn]).toEqual([
      'pressure',
      id,
      '村信访甲',
      '2026-04-04',
    ])
    world.clock.set('2026-04-04')
    cookies.clear()
    await sealAll(world)
    await sealAll(world)
    const desk = await ok(as('disciplineLiaison', 'GET', '/api/desk'))
    expect(desk.notices.filter((n: { says: string }) => n.says.includes('回访信访人是否受到打压'))).toHaveLength(1)
    const note = {
      requestId: uuidv7(),
      version: v.version,
      input: { kind: 'safety', onDay: '2026-04-04', way: 'phone', body: '未再受到打扰' },
    }
    const after = await ok(as('disciplineLiaison', 'POST', `/api/sealed/${row.id}/moves/note`, note))
    expect(after.contactOn).toBe('2026-06-03')
  })
  test('谁查看过，按岗位列出', async () => {
    const id = await handling()
    await ok(as('clerk', 'POST', `/api/petitions/${id}/reveal`, { purpose: '电话告知' }))
    const [r] = await ok(as('petitionHead', 'GET', `/api/petitions/${id}/readers`))
    expect(r).toMatchObject({ times: 1, last: '2026-04-04' })
    expect(JSON.stringify(r)).not.toContain('信访登甲')
    expect(await inTown(world.ownerDb, town.townId, (tx) => verifyTown(tx, town.townId))).toMatchObject({
      ok: true,
      problems: [],
    })
  })
})
