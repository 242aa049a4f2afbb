import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../audit/verify.ts'
import { day } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { password, smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { whoOfStaff } from '../people/who.store.ts'
import { RegisterInput } from '../petitions/register/move.ts'
import { registerMany } from '../petitions/register/register.store.ts'
import { applyChange, findMatter } from '../petitions/store.ts'
import { settingOf } from '../petitions/world.store.ts'
import { createApp } from '../server.ts'
import { remindAll } from '../worker.ts'
import { dissentOf, factsFrom, liableRefusal, type Member } from './supervise.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createApp>>
let petitionId: string
const cookies = new Map<string, string>()
const id = (username: string) => town.staff[username]!

beforeAll(async () => {
  world = await testWorld('2026-03-05')
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  app = await createApp(world)
  petitionId = await inTown(world.db, town.townId, async (tx) => {
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
    const hand = { ...clerk, roles: ['petitionHead' as const] }
    const found = await findMatter(tx, hand, made!.id)
    await applyChange(
      tx,
      hand,
      found.matter,
      found.trace,
      {
        kind: 'assign',
        says: '交办',
        set: {
          state: 'handling',
          step: 'handle',
          acceptedOn: day('2026-03-04'),
          mainUnitId: town.units.自然资源所,
          mainHandlerId: id('unitHandler2'),
          holderId: id('unitHandler2'),
        },
      },
      s,
      { move: 'assignHandler' },
    )
    return made!.id
  })
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

const as = async (who: string, method: 'GET' | 'POST', url: string, body?: object) => {
  let cookie = cookies.get(who)
  if (!cookie) {
    const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: who, password } })
    cookie = r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
    cookies.set(who, cookie)
  }
  const r = await app.inject({ method, url, headers: { cookie }, ...(body ? { payload: body } : {}) })
  return { status: r.statusCode, json: r.json() }
}
const notice = (more: object = {}) => ({
  requestId: uuidv7(),
  petitionId,
  fault: 'shirking',
  facts: '受理后十日没有联系信访人',
  demand: '三日内联系信访人并报告进展',
  staffId: id('unitHandler2'),
  answerDueOn: '2026-03-15',
  ...more,
})
const mine = async (who: string) => (await as(who, 'GET', '/api/supervisions')).json[0]
const next = (day: string, hour = 9) => {
  world.clock.set(day, hour)
  cookies.clear()
}

describe('督办', () => {
  test('由主任发出，出具编号的督办通知书；不能督办自己；挂牌由党政主要领导决定；同时连发两次、过后重发，都只发一次', async () => {
    expect((await as('clerk', 'POST', '/api/supervisions', notice())).status).toBe(403)
    expect(
      (await as('petitionHead', 'POST', '/api/supervisions', notice({ staffId: id('petitionHead') }))).json.message,
    ).toContain('不能督办自己')
    expect((await as('petitionHead', 'POST', '/api/supervisions', notice({ listed: true }))).json.message).toContain(
      '党政主要领导',
    )
    expect(
      (await as('petitionHead', 'POST', '/api/supervisions', notice({ answerDueOn: '2026-03-05' }))).json.fields,
    ).toHaveProperty('answerDueOn')
    const body = notice()
    const [made, twin] = await Promise.all([1, 2].map(() => as('petitionHead', 'POST', '/api/supervisions', body)))
    expect(made!.status, JSON.stringify(made!.json)).toBe(200)
    expect(twin!.json).toEqual(made!.json)
    expect((await as('petitionHead', 'POST', '/api/supervisions', body)).json.id).toBe(made!.json.id)
    const row = await mine('unitHandler2')
    expect(row.number).toMatch(/督/)
    expect(row.documentId).not.toBeNull()
    expect(row.may).toEqual({
      decide: expect.any(String),
      answer: null,
      correct: expect.any(String),
      check: expect.any(String),
      withdraw: expect.any(String),
    })
    expect((await as('petitionHead', 'GET', `/api/petitions/${petitionId}/timeline`)).json[0].says).toContain('督办')
  })
  test('答复前按它自己的期限提醒，超期报上一级', async () => {
    const none = { has: () => false, send: async () => {} }
    next('2026-03-12')
    await remindAll(world, none)
    next('2026-03-16')
    await remindAll(world, none)
    const rows = (
      await world.ownerPool.query("select step, staff_ids from reminder where source = 'supervision' order by step")
    ).rows
    expect(rows.map((r) => r.step)).toEqual([0, 3])
    expect(rows[0].staff_ids).toEqual([id('unitHandler2')])
    expect(rows[1].staff_ids).toEqual([id('unitHandler2'), id('unitHandler')])
  })
  test('答复、责令整改、报告整改、核查办结；旁人不能答复，不能核查自己的；页面过期不覆盖', async () => {
    const row = await mine('unitHandler2')
    const at = (what: string) => `/api/supervisions/${row.id}/${what}`
    const answer = (who: string, version = row.version) =>
      as(who, 'POST', at('answer'), { requestId: uuidv7(), version, answer: '已电话联系，约定现场查看' })
    expect((await answer('areaSecretary')).status).toBe(409)
    expect((await answer('unitHandler2', 9)).json.message).toContain('最新的内容')
    expect((await answer('unitHandler2')).status).toBe(200)
    const check = (who: string, version: number, more: object) =>
      as(who, 'POST', at('check'), { requestId: uuidv7(), version, enough: false, note: '没有书面记录', ...more })
    expect((await check('petitionHead', 2, {})).json.fields).toHaveProperty('correctDueOn')
    expect((await check('petitionHead', 2, { correctDueOn: '2026-03-25' })).status).toBe(200)
    expect(
      (await as('unitHandler', 'POST', at('correct'), { requestId: uuidv7(), version: 3, correction: '已补书面记录' }))
        .status,
    ).toBe(200)
    expect((await check('petitionHead', 4, { enough: true })).status).toBe(200)
    const ended = await mine('unitHandler2')
    expect(ended.state).toBe('closed')
    // 每一步都在，后一次核查不盖掉前一次
    expect(ended.steps.map((x: { on: string; says: string }) => `${x.on} ${x.says}`)).toEqual([
      expect.stringContaining('2026-03-05 发出督办'),
      '2026-03-16 答复督办：已电话联系，约定现场查看',
      '2026-03-16 核查后责令 2026-03-25 前整改：没有书面记录',
      '2026-03-16 报告整改：已补书面记录',
      '2026-03-16 核查办结：没有书面记录',
    ])
    expect((await answer('unitHandler2', 5)).json.message).toContain('不能再答复')
  })
})

describe('挂牌督办', () => {
  const listed = async (who: string) => {
    const r = await as(who, 'GET', '/api/supervisions')
    expect(r.status, JSON.stringify(r.json)).toBe(200)
    return r.json.filter((x: { listed: boolean }) => x.listed)
  }
  const decide = (who: string, row: { id: string; version: number }, more: object = {}) =>
    as(who, 'POST', `/api/supervisions/${row.id}/listed`, {
      requestId: uuidv7(),
      version: row.version,
      agree: true,
      answerDueOn: '2026-04-20',
      ...more,
    })
  test('主任报请，党政主要领导凭报请的事实决定：看不到卷宗也能决定；同意了才出具通知书，由领导核查', async () => {
    next('2026-04-01')
    const ask = notice({ listed: true, answerDueOn: '2026-04-11', deciderId: id('leadOfficial') })
    expect((await as('petitionHead', 'POST', '/api/supervisions', ask)).json.fields).toHaveProperty('deciderId')
    const made = await as('petitionHead', 'POST', '/api/supervisions', { ...ask, deciderId: id('townLeader') })
    expect(made.status, JSON.stringify(made.json)).toBe(200)
    const [row] = await listed('townLeader')
    expect(row).toMatchObject({ state: 'proposed', number: '', sees: false, facts: '受理后十日没有联系信访人' })
    expect(row.may.decide).toBe(null)
    // 没有决定以前，被督办的人不知道
    expect(await listed('unitHandler2')).toEqual([])
    expect((await decide('petitionHead', row)).status).toBe(403)
    next('2026-04-03')
    await remindAll(world, { has: () => false, send: async () => {} })
    const waits = await world.ownerPool.query('select staff_ids, says from reminder where thing = $1', [
      `listed/${row.id}`,
    ])
    expect(waits.rows[0].staff_ids).toEqual([id('townLeader')])
    expect(waits.rows[0].says).toContain('挂牌督办待决定，已等 2 天')
    expect((await decide('townLeader', row, { agree: false })).json.fields).toHaveProperty('note')
    expect((await decide('townLeader', row, { answerDueOn: '2026-04-01' })).json.fields).toHaveProperty('answerDueOn')
    expect((await decide('townLeader', row)).status).toBe(200)
    const [now] = await listed('unitHandler2')
    expect(now).toMatchObject({ state: 'issued', answerDueOn: '2026-04-20', issuedOn: '2026-04-03' })
    expect(now.number).toMatch(/督/)
    expect((await decide('townLeader', now)).status).toBe(409)
    const answer = { requestId: uuidv7(), version: now.version, answer: '已办' }
    expect((await as('unitHandler2', 'POST', `/api/supervisions/${now.id}/answer`, answer)).status).toBe(200)
    const check = { requestId: uuidv7(), version: now.version + 1, enough: true, note: '属实' }
    const at = `/api/supervisions/${now.id}/check`
    expect((await as('petitionHead', 'POST', at, check)).json.message).toContain('党政主要领导')
    expect((await as('townLeader', 'POST', at, { ...check, requestId: uuidv7() })).status).toBe(200)
  })
  test('撤销的写明理由，被督办的人知道；报请中撤回的，只有报请的领导知道', async () => {
    const heard = async (who: string, words: string) =>
      (await as(who, 'GET', '/api/desk')).json.notices.filter((n: { says: string }) => n.says.includes(words)).length
    const withdraw = async (made: { json: { id: string } }, version: number) =>
      as('petitionHead', 'POST', `/api/supervisions/${made.json.id}/withdraw`, {
        requestId: uuidv7(),
        version,
        reason: '发错了人',
      })
    const sent = await as('petitionHead', 'POST', '/api/supervisions', notice({ answerDueOn: '2026-04-20' }))
    expect((await withdraw(sent, 1)).status).toBe(200)
    expect(await heard('unitHandler2', '已撤销：发错了人')).toBe(1)
    const asked = notice({ listed: true, answerDueOn: '2026-04-20', deciderId: id('townLeader') })
    expect((await withdraw(await as('petitionHead', 'POST', '/api/supervisions', asked), 1)).status).toBe(200)
    expect(await heard('townLeader', '已经撤回：发错了人')).toBe(1)
    expect(await heard('unitHandler2', '已经撤回')).toBe(0)
  })
  test('不同意的写明理由，报请的人知道', async () => {
    const ask = notice({ listed: true, answerDueOn: '2026-04-20', deciderId: id('townLeader') })
    await as('petitionHead', 'POST', '/api/supervisions', ask)
    const row = (await listed('townLeader')).find((r: { state: string }) => r.state === 'proposed')
    expect((await decide('townLeader', row, { agree: false, note: '先由信访办督办' })).status).toBe(200)
    expect((await listed('petitionHead')).find((r: { id: string }) => r.id === row.id)).toMatchObject({
      state: 'withdrawn',
      checkNote: '不同意挂牌：先由信访办督办',
    })
  })
})

describe('建议', () => {
  test('三十日内书面反馈，不采纳的写明理由；只由该单位反馈一次', async () => {
    next('2026-03-20')
    const body = {
      requestId: uuidv7(),
      petitionId,
      kind: 'work',
      problem: '同类纠纷反复发生',
      advice: '批准前一律现场放线',
      unitId: town.units.自然资源所,
    }
    const made = await as('petitionHead', 'POST', '/api/advices', body)
    expect(made.status, JSON.stringify(made.json)).toBe(200)
    expect(
      (await as('petitionHead', 'POST', '/api/advices', { ...body, requestId: uuidv7(), unitId: town.units.民政办 }))
        .json.message,
    ).toContain('没有负责人')
    const row = (await as('unitHandler', 'GET', '/api/advices')).json[0]
    expect(row).toMatchObject({ feedbackDueOn: '2026-04-19', mayFeedback: true, adopted: null })
    const send = (who: string) =>
      as(who, 'POST', `/api/advices/${row.id}/feedback`, {
        requestId: uuidv7(),
        version: row.version,
        adopted: 'adopted',
        feedback: '已列入流程',
      })
    expect((await send('areaSecretary')).status).toBe(404)
    expect((await send('unitHandler')).status).toBe(200)
    expect((await send('unitHandler')).status).toBe(409)
  })
})

describe('追责', () => {
  const member = (more: Partial<Member> = {}): Member => ({
    staffId: 'a',
    name: '甲',
    statement: '已说明',
    dissent: '',
    minutes: '',
    ...more,
  })
  test('只说记录里有的事实，不下结论', () => {
    const facts = factsFrom(
      [
        { name: '办理期限', article: '第三十四条', dueOn: day('2026-05-01'), endedOn: null, outcome: null, days: 3 },
        {
          name: '告知期限',
          article: '第二十三条',
          dueOn: day('2026-03-01'),
          endedOn: day('2026-02-20'),
          outcome: 'met',
          days: 0,
        },
      ],
      [],
      [],
    )
    expect(facts).toEqual([
      { text: '办理期限（第三十四条）2026-05-01 届满，至今未办，已超 3 天', evidence: '期限记录 办理期限' },
    ])
    expect(JSON.stringify(facts)).not.toMatch(/责任|应当追究|过错/)
  })
  test('会议上明确反对的不承担集体责任；没有听取陈述的不能认定；不能对自己作决定', () => {
    const all = [
      member(),
      member({ staffId: 'b', name: '乙', dissent: '不同意延期', minutes: '3月2日调度会纪要' }),
      member({ staffId: 'c', name: '丙', statement: '' }),
    ]
    expect(liableRefusal(all, ['a'], 'z', true)).toBeNull()
    expect(liableRefusal(all, ['b'], 'z', true)).toContain('不承担集体决定的责任')
    expect(liableRefusal(all, ['b'], 'z', false)).toBeNull()
    expect(liableRefusal(all, ['c'], 'z', true)).toContain('没有听取')
    expect(liableRefusal(all, ['a'], 'a', true)).toContain('自己')
    expect(liableRefusal(all, ['x'], 'z', true)).toContain('线索所列')
  })
  test('提交、陈述、由人决定；旁人看不见；记录不能涂改', async () => {
    const facts = (await as('petitionHead', 'GET', `/api/petitions/${petitionId}/accountability-facts`)).json
    expect(facts.some((f: { text: string }) => f.text.includes('督办通知'))).toBe(true)
    const body = {
      requestId: uuidv7(),
      petitionId,
      cause: 'A45',
      facts,
      collective: true,
      members: [
        { staffId: id('unitHandler2') },
        { staffId: id('unitHandler'), dissent: '主张当日联系信访人', minutes: '3月6日所务会纪要' },
      ],
      deciderId: id('townLeader'),
    }
    const send = (more: object) =>
      as('petitionHead', 'POST', '/api/accountabilities', { ...body, requestId: uuidv7(), ...more })
    expect((await send({ facts: [] })).status).toBe(400)
    expect((await send({ facts: [{ text: '拖延', evidence: '' }] })).status).toBe(400)
    expect((await send({ deciderId: id('clerk') })).json.fields).toHaveProperty('deciderId')
    expect(
      (await send({ members: [{ staffId: id('unitHandler'), dissent: '反对', minutes: '' }] })).json.message,
    ).toContain('会议纪要')
    expect(
      (await send({ members: [{ staffId: id('unitHandler') }, { staffId: id('unitHandler') }] })).json.message,
    ).toContain('只列一次')
    const made = (await send({})).json.id
    expect((await as('areaSecretary', 'GET', '/api/accountabilities')).json).toEqual([])
    const decide = (liable: string[], version: number) =>
      as('townLeader', 'POST', `/api/accountabilities/${made}/decide`, {
        requestId: uuidv7(),
        version,
        liable,
        decision: '约谈提醒',
      })
    expect((await decide([id('unitHandler2')], 1)).json.message).toContain('没有听取')
    expect(
      (
        await as('unitHandler2', 'POST', `/api/accountabilities/${made}/state`, {
          requestId: uuidv7(),
          statement: '当时在外出差，未安排他人',
        })
      ).status,
    ).toBe(200)
    expect(
      (await as('clerk', 'POST', `/api/accountabilities/${made}/state`, { requestId: uuidv7(), statement: 'x' }))
        .status,
    ).toBe(404)
    expect(
      (
        await as('unitHandler', 'POST', `/api/accountabilities/${made}/state`, {
          requestId: uuidv7(),
          statement: '已在会上提出',
        })
      ).status,
    ).toBe(200)
    // 再说的补在后面，先说的还在
    await as('unitHandler', 'POST', `/api/accountabilities/${made}/state`, { requestId: uuidv7(), statement: '有纪要' })
    const heard = (await as('townLeader', 'GET', '/api/accountabilities')).json[0]
    expect(heard.members[1].statement).toBe('已在会上提出；补充：有纪要')
    expect((await decide([id('unitHandler')], 4)).json.message).toContain('不承担集体决定的责任')
    expect((await decide([id('unitHandler2')], 4)).status).toBe(200)
    expect((await as('unitHandler2', 'GET', '/api/accountabilities')).json[0]).toMatchObject({
      state: 'decided',
      decision: '约谈提醒',
    })
    expect((await decide([], 5)).json.message).toContain('已经决定')
    expect((await inTown(world.db, town.townId, (tx) => verifyTown(tx, town.townId))).problems).toEqual([])
  })
})

describe('纪要里的不同意见', () => {
  test('选定了是谁的，同名的人不沾光；只写了姓名又有同名的，列为有关人员的都算', () => {
    const said = { by: '王某（副镇长）', text: '不同意', minutes: '纪要' }
    expect(dissentOf([{ ...said, staffId: 'a' }], 'a', '王某')).toEqual({ dissent: '不同意', minutes: '纪要' })
    expect(dissentOf([{ ...said, staffId: 'a' }], 'b', '王某')).toBeNull()
    expect(dissentOf([{ ...said, staffId: null }], 'b', '王某')).toEqual({ dissent: '不同意', minutes: '纪要' })
    expect(dissentOf([{ ...said, staffId: null }], 'c', '李某')).toBeNull()
  })
  test('不必由提交的人填写：调度会纪要、会诊记录里本人的不同意见随线索提交，集体决定不追究他', async () => {
    next('2026-06-01')
    const meeting = await as('petitionHead', 'POST', '/api/dispatch/meetings', {
      requestId: uuidv7(),
      title: '六月调度会',
      onDay: '2026-06-01',
      chairId: id('leadOfficial'),
      petitionIds: [petitionId],
    })
    expect(meeting.status, JSON.stringify(meeting.json)).toBe(200)
    const name = (await world.ownerPool.query('select name from staff where id = $1', [id('unitHandler2')])).rows[0]
      .name
    const dissent = [
      { by: `${name}（经办人）`, text: '应当先补做听证', staffId: id('unitHandler2') },
      { by: '镇法律顾问', text: '宜先调解' },
    ]
    const said = await as('petitionHead', 'POST', `/api/dispatch/meetings/${meeting.json.id}/items/${petitionId}`, {
      requestId: uuidv7(),
      version: 1,
      record: { dissent },
    })
    expect(said.status, JSON.stringify(said.json)).toBe(200)
    const url = `/api/petitions/${petitionId}/recorded-dissents`
    expect((await as('clerk', 'GET', url)).status).toBe(403)
    expect((await as('petitionHead', 'GET', url)).json).toEqual([
      { ...dissent[0], minutes: '2026-06-01 六月调度会纪要' },
      { ...dissent[1], staffId: null, minutes: '2026-06-01 六月调度会纪要' },
    ])
    const made = await as('petitionHead', 'POST', '/api/accountabilities', {
      requestId: uuidv7(),
      petitionId,
      cause: 'A45',
      facts: [{ text: '办结过急', evidence: '调度会纪要' }],
      collective: true,
      members: [{ staffId: id('unitHandler2') }, { staffId: id('unitHandler') }],
      deciderId: id('townLeader'),
    })
    expect(made.status, JSON.stringify(made.json)).toBe(200)
    const row = (await as('townLeader', 'GET', '/api/accountabilities')).json.find(
      (x: { id: string }) => x.id === made.json.id,
    )
    expect(row.members).toMatchObject([
      { dissent: '应当先补做听证', minutes: '2026-06-01 六月调度会纪要' },
      { dissent: '', minutes: '' },
    ])
    const decide = { requestId: uuidv7(), version: 1, liable: [id('unitHandler2')], decision: '约谈' }
    expect(
      (await as('townLeader', 'POST', `/api/accountabilities/${made.json.id}/decide`, decide)).json.message,
    ).toContain('不承担集体决定的责任')
  })
})

describe('清单闭环', () => {
  test('每项缺口数等于点开的件数；名称、次序、用哪几项由主任定', async () => {
    next('2026-06-20')
    const board = async (who: string, rule = '') =>
      (await as(who, 'GET', `/api/governance-board${rule && `?rule=${rule}`}`)).json
    const all = await board('petitionHead')
    expect(all.open).toBe(1)
    expect(all.rules.filter((r: { active: boolean }) => r.active).map((r: { name: string }) => r.name)).toEqual([
      '台账清单',
      '通报提醒',
      '回访审核',
      '对标销号',
      '分析研判',
      '追责问责',
      '排查预警',
      '督导督办',
    ])
    for (const r of all.rules.filter((x: { active: boolean }) => x.active))
      expect((await board('petitionHead', r.code)).matters, r.code).toHaveLength(r.gaps)
    expect(all.rules.find((r: { code: string }) => r.code === 'ledger').gaps).toBe(1)
    // 不点开也列出：哪一件、缺哪几项
    const open = all.rules.filter((r: { active: boolean; gaps: number }) => r.active && r.gaps)
    expect(all.matters).toHaveLength(1)
    expect(new Set(all.matters[0].gaps)).toEqual(new Set(open.map((r: { code: string }) => r.code)))
    expect((await board('unitHandler2')).open).toBe(1)
    expect((await board('leadOfficial')).open).toBe(0)
    const rules = [
      { code: 'consult', name: '会商会诊', active: true },
      { code: 'supervise', name: '督导督办', active: false },
    ]
    expect((await as('clerk', 'POST', '/api/governance-rules', { requestId: uuidv7(), rules })).status).toBe(403)
    expect((await as('petitionHead', 'POST', '/api/governance-rules', { requestId: uuidv7(), rules })).status).toBe(200)
    const changed = (await board('petitionHead')).rules.filter((r: { active: boolean }) => r.active)
    expect(changed[0].name).toBe('会商会诊')
    expect(changed).toHaveLength(8)
  })
})
