import { afterAll, beforeAll, expect, test } from 'vitest'
import { playDemo } from '../../seed/demo.ts'
import { demoAccounts } from '../../seed/people.ts'
import { verifyTown } from '../audit/verify.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { createApp } from '../server.ts'
import { factsFromRows, factsFromTrace } from './facts.query.ts'
import { assessing, withoutItem } from './score.ts'
import { findPlan, standingOf } from './standing.query.ts'

let world: TestWorld
let app: Awaited<ReturnType<typeof createApp>>
let townId: string
let planId: string
const cookies = new Map<string, string>()

beforeAll(async () => {
  world = await testWorld('2026-11-24')
  await playDemo(world)
  world.clock.set('2026-11-24', 20)
  app = await createApp(world)
  townId = (await world.ownerPool.query('select id from town')).rows[0].id
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

const as = async (who: string, method: 'GET' | 'POST', url: string, body?: object) => {
  let cookie = cookies.get(who)
  if (!cookie) {
    const password = demoAccounts()[0]!.password
    const r = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: who, password } })
    cookie = r.cookies.map((c) => `${c.name}=${c.value}`).join('; ')
    cookies.set(who, cookie)
  }
  const r = await app.inject({ method, url, headers: { cookie }, ...(body ? { payload: body } : {}) })
  return { status: r.statusCode, json: r.json() }
}
/** Puts a file to a task, as a browser does. */
const attach = async (who: string, item: string, text: string) => {
  await as(who, 'GET', '/api/me')
  const mark = '----huisheng'
  const payload = [
    `--${mark}`,
    'content-disposition: form-data; name="requestId"',
    '',
    uuidv7(),
    `--${mark}`,
    'content-disposition: form-data; name="file"; filename="evidence.txt"',
    'content-type: text/plain',
    '',
    text,
    `--${mark}--`,
    '',
  ].join('\r\n')
  const r = await app.inject({
    method: 'POST',
    url: `/api/assessment/plans/${planId}/files/${item}`,
    headers: { cookie: cookies.get(who)!, 'content-type': `multipart/form-data; boundary=${mark}` },
    payload,
  })
  return { status: r.statusCode, json: r.json() }
}
const idOf = async (username: string) =>
  (await world.ownerPool.query('select staff_id from account where username = $1', [username])).rows[0]
    .staff_id as string
const plan = () => inTown(world.db, townId, (tx) => findPlan(tx, townId, planId))

test('从留痕重放得到的事实，与表里的事实逐件逐列相同', async () => {
  const [rows, trace] = await inTown(world.db, townId, async (tx) => [
    await factsFromRows(tx, townId),
    await factsFromTrace(tx, townId),
  ])
  expect(rows.length).toBe(162)
  const sorted = (list: typeof rows) => [...list].sort((a, b) => (a.id < b.id ? -1 : 1))
  expect(sorted(trace)).toEqual(sorted(rows))
  expect(rows.some((f) => f.repeats.length > 0) || rows.every((f) => f.firstTime)).toBe(true)
})

test('主任拟定方案并开始；草稿别人看不见，版本过期不覆盖', async () => {
  const body = { requestId: uuidv7(), name: '2026 年度党建考核', fromOn: '2026-01-01', toOn: '2026-11-24' }
  expect((await as('jb1', 'POST', '/api/assessment/plans', body)).status).toBe(403)
  planId = (await as('zhuren', 'POST', '/api/assessment/plans', body)).json.id
  expect((await as('zhuren', 'POST', '/api/assessment/plans', body)).json.id).toBe(planId)
  const seen = async () => (await as('jb1', 'GET', '/api/assessment/plans')).json.map((p: { id: string }) => p.id)
  expect(await seen()).not.toContain(planId)
  const p = await plan()
  const bad = { ...p.lists, weights: { ...p.lists.weights, clerk: { repeated: 100 } } }
  const refused = await as('zhuren', 'POST', '/api/assessment/plans', {
    ...body,
    requestId: uuidv7(),
    id: planId,
    version: 1,
    lists: bad,
  })
  expect(refused.status).toBe(400)
  expect(refused.json.message).toContain('只看不计分')
  const turn = { requestId: uuidv7(), version: 1, to: 'open' }
  expect(
    (await as('zhuren', 'POST', `/api/assessment/plans/${planId}/turn`, { ...turn, requestId: uuidv7(), version: 9 }))
      .status,
  ).toBe(409)
  expect((await as('zhuren', 'POST', `/api/assessment/plans/${planId}/turn`, turn)).status).toBe(200)
  expect(await seen()).toContain(planId)
})

test('各人按岗位次序排列；每一项能看到背后的事项；用留痕重算与显示的一致', async () => {
  const { json } = await as('zhuren', 'GET', `/api/assessment/plans/${planId}/people`)
  expect(json.people.length).toBeGreaterThan(100)
  expect(json.people[0].post).toBe('党委书记')
  expect(json.people.some((p: { total: number | null }) => p.total !== null)).toBe(true)
  const head = await idOf('zhuren')
  const card = (await as('zhuren', 'GET', `/api/assessment/plans/${planId}/people/${head}`)).json
  const line = card.lines.find((l: { item: string }) => l.item === 'sortOnTime')
  const behind = (await as('zhuren', 'GET', `/api/assessment/plans/${planId}/people/${head}/lines/sortOnTime`)).json
  expect(behind.items).toHaveLength(line.den)
  expect(behind.items.filter((i: { ok: boolean }) => i.ok)).toHaveLength(line.num)
  expect(behind.items.every((i: { opens: boolean }) => i.opens)).toBe(true)
  const again = (await as('shuji', 'GET', `/api/assessment/plans/${planId}/recount`)).json
  expect(again).toMatchObject({ same: true, differences: [], matters: 162 })
})

test('直接改表而不留痕的，重算时看得出来', async () => {
  const one = (
    await world.ownerPool.query(
      "select id, due_on from petition_clock where rule = 'D01' and outcome = 'met' and due_on between '2026-02-01' and '2026-11-01' limit 1",
    )
  ).rows[0]
  await world.ownerPool.query("update petition_clock set ended_on = due_on + 9, outcome = 'late' where id = $1", [
    one.id,
  ])
  const again = (await as('shuji', 'GET', `/api/assessment/plans/${planId}/recount`)).json
  expect(again.same).toBe(false)
  expect(again.differences.join()).toContain('按期分流率')
  await world.ownerPool.query('update petition_clock set ended_on = due_on, outcome = $2 where id = $1', [
    one.id,
    'met',
  ])
  expect((await as('shuji', 'GET', `/api/assessment/plans/${planId}/recount`)).json.same).toBe(true)
})

test('本人的页：只有本人和管理者能看；自报附佐证，另一人核定；本人不能核定自己', async () => {
  const me = await idOf('zs1')
  expect((await as('zs2', 'GET', `/api/assessment/plans/${planId}/people/${me}`)).status).toBe(404)
  const mine = (await as('zs1', 'GET', '/api/assessment/mine')).json.cards[0]
  expect(mine.person.staffId).toBe(me)
  expect(mine.duties.length).toBeGreaterThan(0)
  const report = {
    requestId: uuidv7(),
    item: 'Tcause',
    body: '提出改进建议两条',
    evidence: ['示政建〔2026〕3号'],
    claimed: 90,
  }
  const send = (who: string, more: object) =>
    as(who, 'POST', `/api/assessment/plans/${planId}/report`, { ...report, ...more })
  expect((await send('zs1', { evidence: [] })).status).toBe(400)
  expect((await send('gq1', {})).json.message).toContain('不由您的岗位承担')
  // 佐证可以是文件：只有承担任务的本人能附，同样的只留一份，只有本人和核定人打得开
  expect((await attach('gq1', 'Tcause', '建议')).json.message).toContain('不由您的岗位承担')
  expect((await attach('zs1', 'Tcause', '建议两条')).status).toBe(200)
  expect((await attach('zs1', 'Tcause', '建议两条')).status).toBe(200)
  expect((await send('zs1', { evidence: [] })).status).toBe(200)
  expect((await send('zs1', { requestId: uuidv7(), version: 1 })).status).toBe(200)
  const files = (await as('zs1', 'GET', '/api/assessment/mine')).json.cards[0].files
  expect(files).toEqual([{ id: expect.any(String), item: 'Tcause', name: 'evidence.txt', size: 12 }])
  const open = async (who: string) => {
    await as(who, 'GET', '/api/me')
    return app.inject({
      method: 'GET',
      url: `/api/assessment/files/${files[0].id}`,
      headers: { cookie: cookies.get(who)! },
    })
  }
  expect((await open('zhuren')).body).toBe('建议两条')
  expect((await open('zs1')).statusCode).toBe(200)
  expect((await open('zs2')).statusCode).toBe(404)
  const r = (await as('zhuren', 'GET', `/api/assessment/plans/${planId}/people/${me}`)).json.reports[0]
  const review = (who: string, id: string, version: number) =>
    as(who, 'POST', `/api/assessment/reports/${id}/review`, {
      requestId: uuidv7(),
      version,
      score: 80,
      note: '一条已落实',
    })
  expect((await review('zhuren', r.id, r.version)).status).toBe(200)
  expect((await send('zs1', { requestId: uuidv7(), version: 3 })).json.message).toContain('已经核定')
  expect((await attach('zs1', 'Tcause', '另一份')).json.message).toContain('已经核定')
  // 有人自报过的任务，不能从方案里去掉
  const p = await plan()
  const without = await as('zhuren', 'POST', '/api/assessment/plans', {
    requestId: uuidv7(),
    id: planId,
    version: p.version,
    name: p.name,
    fromOn: p.fromOn,
    toOn: p.toOn,
    lists: { ...withoutItem(p.lists, 'Tcause'), weights: {} },
  })
  expect(without.json.message).toContain('已经有人自报')
  await as('zhuren', 'POST', `/api/assessment/plans/${planId}/report`, { ...report, requestId: uuidv7() })
  const own = (await as('zhuren', 'GET', '/api/assessment/mine')).json.cards[0].reports[0]
  expect((await review('zhuren', own.id, own.version)).json.message).toContain('不能核定本人')
  expect((await review('shuji', own.id, own.version)).status).toBe(200)
})

test('申诉：等待答复时不能关闭；成立的剔除所选事项，别的事项不能剔除，得分随之更正', async () => {
  // A person with enough matters for a percentage: the head of the petition office, whom a principal leader answers.
  const me = await idOf('zhuren')
  const item = 'sortOnTime'
  const card = async () => (await as('zhuren', 'GET', '/api/assessment/mine')).json.cards[0]
  const before = (await card()).lines.find((l: { item: string }) => l.item === item)
  expect(before.den).toBeGreaterThan(10)
  const body = { requestId: uuidv7(), item, reason: '该事项系上级退回后重新计算，不应计入' }
  expect((await as('zhuren', 'POST', `/api/assessment/plans/${planId}/appeal`, body)).status).toBe(200)
  expect(
    (await as('zhuren', 'POST', `/api/assessment/plans/${planId}/appeal`, { ...body, requestId: uuidv7() })).status,
  ).toBe(409)
  const p = await plan()
  expect(
    (
      await as('zhuren', 'POST', `/api/assessment/plans/${planId}/turn`, {
        requestId: uuidv7(),
        version: p.version,
        to: 'closed',
      })
    ).json.message,
  ).toContain('申诉没有答复')
  const a = (await card()).appeals[0]
  const answer = (who: string, more: object) =>
    as(who, 'POST', `/api/assessment/appeals/${a.id}/answer`, {
      requestId: uuidv7(),
      upheld: true,
      answer: '核实属实',
      petitionIds: [],
      ...more,
    })
  expect((await answer('zhuren', {})).json.message).toContain('本人的申诉')
  expect((await answer('shuji', {})).json.fields).toHaveProperty('petitionIds')
  expect((await answer('shuji', { petitionIds: [uuidv7()] })).json.message).toContain('不在这一项之内')
  const behind = (await as('shuji', 'GET', `/api/assessment/plans/${planId}/people/${me}/lines/${item}`)).json
  expect((await answer('shuji', { petitionIds: [behind.items[0].id] })).status).toBe(200)
  expect((await answer('shuji', { petitionIds: [behind.items[0].id] })).json.message).toContain('已经答复')
  const after = (await card()).lines.find((l: { item: string }) => l.item === item)
  expect(after.den).toBe(before.den - 1)
  expect(after.note).toContain('剔除 1 件')
})

test('试算权重什么都不保存，说出谁变动、为什么', async () => {
  const p = await plan()
  const lists = {
    ...p.lists,
    weights: { ...p.lists.weights, petitionHead: { sortOnTime: 20, noticeOnTime: 20, followedUp: 30, Tcause: 30 } },
  }
  const moved = (await as('shuji', 'POST', `/api/assessment/plans/${planId}/what-if`, { lists })).json
  expect(moved.map((m: { post: string }) => m.post)).toEqual(['信访办主任'])
  expect(moved[0].why.length).toBeGreaterThan(0)
  expect((await plan()).lists).toEqual(p.lists)
})

test('奖惩由人决定，只作记录：写明决定机关和依据，不能记本人的', async () => {
  const staffId = await idOf('zs1')
  const body = {
    requestId: uuidv7(),
    kind: 'commend',
    body: '按期办结率居前，予以表扬',
    basis: '考核办法第八条',
    decidedBy: '镇党委会议',
    decidedOn: '2026-11-20',
  }
  const send = (who: string, id: string, more: object = {}) =>
    as(who, 'POST', `/api/assessment/plans/${planId}/people/${id}/outcome`, { ...body, requestId: uuidv7(), ...more })
  expect((await send('zhuren', staffId, { basis: '' })).status).toBe(400)
  expect((await send('zhuren', await idOf('zhuren'))).json.message).toContain('由他人记录')
  expect((await send('zhuren', staffId)).status).toBe(200)
  expect((await as('zs1', 'GET', '/api/assessment/mine')).json.cards[0].outcomes[0].decidedBy).toBe('镇党委会议')
})

test('关闭后结果固定：之后的办理不再改变它，留痕重算到关闭时仍然一致', async () => {
  const p = await plan()
  expect(
    (
      await as('zhuren', 'POST', `/api/assessment/plans/${planId}/turn`, {
        requestId: uuidv7(),
        version: p.version,
        to: 'closed',
      })
    ).status,
  ).toBe(200)
  const fixed = (await as('zhuren', 'GET', `/api/assessment/plans/${planId}/people`)).json.people
  world.clock.set('2026-12-20')
  cookies.clear()
  await world.ownerPool.query(
    "update petition_clock set ended_on = '2026-12-01', outcome = 'late' where rule = 'D01' and due_on between '2026-02-01' and '2026-06-01'",
  )
  expect((await as('zhuren', 'GET', `/api/assessment/plans/${planId}/people`)).json.people).toEqual(fixed)
  expect((await as('shuji', 'GET', `/api/assessment/plans/${planId}/recount`)).json).toMatchObject({ same: true })
  await expect(
    inTown(world.db, townId, (tx) =>
      tx.updateTable('assessmentResult').set({ total: 100 }).where('townId', '=', townId).execute(),
    ),
  ).rejects.toThrow(/permission denied/)
  expect((await inTown(world.db, townId, (tx) => verifyTown(tx, townId))).ok).toBe(true)
})

test('同样的事实，逐人的总分等于各项之和折算', async () => {
  const s = await inTown(world.db, townId, async (tx) =>
    standingOf(tx, townId, await findPlan(tx, townId, planId), '2026-11-24' as never),
  )
  for (const { score } of s.people) {
    const counted = score.lines.filter((l) => l.points !== null)
    const weight = counted.reduce((x, l) => x + l.weight, 0)
    const sum = counted.reduce((x, l) => x + l.points!, 0)
    expect(score.total).toBe(weight ? Math.round((sum / weight) * 100 * 100) / 100 : null)
  }
  expect(
    assessing([], { from: '2026-01-01' as never, to: '2026-02-01' as never, cutoff: '2026-02-01' as never }).items(
      s.people[0]!.person,
      'rated',
    ),
  ).toEqual([])
})
