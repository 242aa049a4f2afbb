import { get } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { type Office, openOffice } from '../fixture.ts'
import { usualRules } from './round.ts'
import type { RoundView } from './routes.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())

const draftOf = (caseIds: string[], more: Record<string, unknown> = {}) => ({
  title: '年初包案',
  kind: 'full',
  rules: usualRules,
  seats: ['leadOfficial', 'leadOfficial2', 'townLeader'].map((u) => ({ id: o.id(u) })),
  caseIds,
  ...more,
})
const save = async (caseIds: string[], more: Record<string, unknown> = {}) => {
  const r = await o.as('petitionHead', 'POST', '/api/adoption/rounds', {
    requestId: uuidv7(),
    draft: draftOf(caseIds, more),
  })
  expect(r.status, JSON.stringify(r.json)).toBe(200)
  return r.json.id as string
}
const round = async (who: string, id: string) =>
  (await o.as(who, 'GET', `/api/adoption/rounds/${id}`)).json as RoundView
const post = async (who: string, id: string, what: string, body: Record<string, unknown> = {}) =>
  o.as(who, 'POST', `/api/adoption/rounds/${id}/${what}`, {
    requestId: uuidv7(),
    version: (await round('petitionHead', id)).version,
    ...body,
  })
const event = async (who: string, id: string, e: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  post(who, id, 'events', { event: e, ...more })
const ok = (r: { status: number; json: any }) => {
  expect(r.status, JSON.stringify(r.json)).toBe(200)
  return r.json as RoundView
}
const owner = async (id: string) =>
  (await o.world.ownerPool.query('select lead_official_id, duties from petition where id = $1', [id])).rows[0]
const bar = (id: string, username: string) =>
  o.world.ownerPool.query('update petition set barred_ids = array[$2::uuid] where id = $1', [id, o.id(username)])
/** Who is to choose now, by username: two leaders share a rank, the lot may fall on either. */
const turnOf = async (id: string) => {
  const { turnId } = await round('petitionHead', id)
  return ['leadOfficial', 'leadOfficial2', 'townLeader'].find((u) => o.id(u) === turnId) ?? null
}

describe('包案轮次', () => {
  test('从准备到固定结果：模拟、轮流选择、无人选的归职级最高者，逐件留痕，五包责任随之产生', async () => {
    const red = await o.graded('red')
    const yellow = await o.graded('yellow')
    const blue = await o.graded('blue')
    const { json: found } = await o.as('petitionHead', 'GET', '/api/adoption/candidates')
    expect(found.usual).toContain(red)
    expect(found.usual).not.toContain(blue)
    expect(found.rows.find((r: { id: string }) => r.id === red).because[0]).toBe('红色 3')
    const tried = await o.as('petitionHead', 'POST', '/api/adoption/try', draftOf([red, yellow, blue]))
    expect(tried.json.outcomes.map((x: { strategy: string }) => x.strategy)).toEqual(['hard', 'easy', 'pass'])
    for (const x of tried.json.outcomes) expect(x.leaders.reduce((n: number, l: { n: number }) => n + l.n, 0)).toBe(3)

    const id = await save([red, yellow, blue])
    expect((await o.as('leadOfficial', 'GET', `/api/adoption/rounds/${id}`)).status).toBe(404)
    ok(await post('petitionHead', id, 'open'))
    const first = (await turnOf(id))!
    expect(['leadOfficial', 'leadOfficial2']).toContain(first)
    const second = first === 'leadOfficial' ? 'leadOfficial2' : 'leadOfficial'

    expect(
      (await event('townLeader', id, { kind: 'pick', leaderId: o.id('townLeader'), caseId: red })).json.message,
    ).toMatch(/^现在轮到/)
    const requestId = uuidv7()
    const version = (await round(first, id)).version
    const pick = { kind: 'pick', leaderId: o.id(first), caseId: blue }
    const send = () => o.as(first, 'POST', `/api/adoption/rounds/${id}/events`, { requestId, version, event: pick })
    ok(await send())
    // 同一次请求重发只算一次；旧页面的请求被拒，写明原因
    ok(await send())
    expect((await round(first, id)).log).toHaveLength(1)
    expect(
      (await o.as(second, 'POST', `/api/adoption/rounds/${id}/events`, { requestId: uuidv7(), version, event: pick }))
        .json.message,
    ).toContain('已为您刷新')
    ok(await event(second, id, { kind: 'pick', leaderId: o.id(second), caseId: yellow }))
    const done = ok(
      await event('townLeader', id, { kind: 'pass', leaderId: o.id('townLeader'), reason: '先看看剩下的' }),
    )
    // 一轮里有人选，再走一轮；余下一件只有书记在定额之内
    expect(done.state).toBe('open')
    const end = ok(
      await event('petitionHead', id, {
        kind: 'pass',
        leaderId: (await round('petitionHead', id)).turnId,
        reason: '会上表示不再选',
      }),
    )
    expect(end.state).toBe('done')
    expect(await owner(blue)).toMatchObject({ lead_official_id: o.id(first) })
    expect((await owner(blue)).duties.map((d: { duty: string }) => d.duty)).toEqual([
      'investigate',
      'handle',
      'counsel',
      'preventEscalation',
      'voluntarySettlement',
    ])
    expect(await owner(red)).toMatchObject({ lead_official_id: o.id('townLeader') })
    expect(end.rows.find((r) => r.id === red)!.how).toBe('allotted')
    expect((await o.traces(red)).at(-1)).toContain('无人选择，按职级由高到低确定')
    expect((await o.traces(id)).at(-1)).toContain('3 件都有了包案领导')
    expect((await event(first, id, pick)).json.message).toBe('轮次已经结束')
    // 包案领导从此看得到此件
    expect((await o.as(first, 'GET', `/api/petitions/${blue}`)).status).toBe(200)
  })

  test('应当回避的人看不到、选不到、数不到；轮次中途登记的回避立即生效', async () => {
    const one = await o.graded('yellow')
    const two = await o.graded('yellow')
    await bar(one, 'leadOfficial')
    const id = await save([one, two])
    ok(await post('petitionHead', id, 'open'))
    const mine = await round('leadOfficial', id)
    expect(mine.rows.map((r) => r.id)).toEqual([two])
    expect(mine.cases).toBe(1)
    expect((await round('petitionHead', id)).rows.find((r) => r.id === one)!.barred).toBe(1)
    if ((await turnOf(id)) === 'leadOfficial2')
      ok(await event('leadOfficial2', id, { kind: 'pass', leaderId: o.id('leadOfficial2'), reason: '让一让' }))
    expect(
      (await event('leadOfficial', id, { kind: 'pick', leaderId: o.id('leadOfficial'), caseId: one })).json.message,
    ).toBe('本轮没有此件')
    ok(await event('leadOfficial', id, { kind: 'pick', leaderId: o.id('leadOfficial'), caseId: two }))
    await bar(two, 'leadOfficial')
    const turn = (await turnOf(id))!
    const after = ok(await event('petitionHead', id, { kind: 'pass', leaderId: o.id(turn), reason: '在外' }))
    expect(after.rows.find((r) => r.id === two)!.ownerId).not.toBe(o.id('leadOfficial'))
    for (let n = 0; n < 9 && (await turnOf(id)); n += 1)
      await event('petitionHead', id, { kind: 'pass', leaderId: o.id((await turnOf(id))!), reason: '不再选' })
    expect((await round('petitionHead', id)).state).toBe('done')
    for (const c of [one, two]) expect((await owner(c)).lead_official_id).not.toBe(o.id('leadOfficial'))
  })

  test('离任领导的事项另开小轮，离任的人不参加；委托他人代选', async () => {
    const one = await o.graded('yellow')
    await o.move('petitionHead', one, 'nameLead', { leadOfficialId: o.id('leadOfficial2') })
    const { json } = await o.as('petitionHead', 'GET', `/api/adoption/candidates?leaverId=${o.id('leadOfficial2')}`)
    expect(json.usual).toContain(one)
    expect(json.people.map((p: { id: string }) => p.id)).not.toContain(o.id('leadOfficial2'))
    const id = await save([one], { kind: 'leaver', leaverId: o.id('leadOfficial2'), title: '副镇乙调离' })
    const opened = ok(await post('petitionHead', id, 'open'))
    expect(opened.people.map((p) => p.id)).not.toContain(o.id('leadOfficial2'))
    expect(await turnOf(id)).toBe('leadOfficial')
    expect(
      (
        await event('leadOfficial', id, {
          kind: 'delegate',
          leaderId: o.id('leadOfficial'),
          toId: o.id('gridWorker'),
          reason: '外出',
        })
      ).json.message,
    ).toBe('只能委托给班子成员或信访办的人')
    ok(
      await event('leadOfficial', id, {
        kind: 'delegate',
        leaderId: o.id('leadOfficial'),
        toId: o.id('clerk'),
        reason: '在县里开会',
      }),
    )
    const end = ok(await event('clerk', id, { kind: 'pick', leaderId: o.id('leadOfficial'), caseId: one }))
    expect(end.state).toBe('done')
    // 写明是谁代选的
    const clerkName = (await o.world.ownerPool.query('select name from staff where id = $1', [o.id('clerk')])).rows[0]
      .name
    expect(end.rows[0]).toMatchObject({ how: 'picked', pickedBy: clerkName })
    expect((await owner(one)).lead_official_id).toBe(o.id('leadOfficial'))
    expect((await owner(one)).duties.every((d: { ownerId: string }) => d.ownerId === o.id('leadOfficial'))).toBe(true)
  })

  test('中途销号或密封的件自动移出；不能同时在两个轮次；没有权限的岗位进不来', async () => {
    const one = await o.graded('yellow')
    const two = await o.graded('blue')
    const id = await save([one, two])
    const other = await save([two])
    ok(await post('petitionHead', id, 'open'))
    expect((await post('petitionHead', other, 'open')).json.message).toContain('另一个没有结束的轮次')
    expect((await o.as('gridWorker', 'GET', `/api/adoption/rounds/${id}`)).json.message).toContain('办理')
    expect((await o.as('leadOfficial', 'POST', '/api/adoption/try', draftOf([one]))).status).toBe(403)
    await o.move('clerk', one, 'seal', { reason: '信访人请求保密，内容属检举控告' })
    const turn = (await turnOf(id))!
    ok(await event(turn, id, { kind: 'pick', leaderId: o.id(turn), caseId: two }))
    const end = await round('petitionHead', id)
    expect(end.state).toBe('done')
    expect(end.rows.map((r) => r.id)).toEqual([two])
    const gone = `select by_name from adoption_event where round_id = $1 and event->>'kind' = 'remove'`
    expect((await o.world.ownerPool.query(gone, [id])).rows).toEqual([{ by_name: '系统' }])
    // 密封的件移到了别处，包案的人一无所知
    expect((await owner(one))?.lead_official_id ?? null).toBe(null)
  })

  test('取消的轮次不改任何事项，写明理由', async () => {
    const one = await o.graded('yellow')
    const id = await save([one])
    ok(await post('petitionHead', id, 'open'))
    expect(ok(await post('petitionHead', id, 'cancel', { reason: '人数不齐，改期' })).state).toBe('cancelled')
    expect((await owner(one)).lead_official_id).toBe(null)
  })

  test('现场推送：连着的人立即知道有进展，断线重连从断处续上，取不到事项内容', async () => {
    const one = await o.graded('yellow')
    const two = await o.graded('yellow')
    const id = await save([one, two])
    ok(await post('petitionHead', id, 'open'))
    const base = await o.app.listen({ port: 0, host: '127.0.0.1' })
    const cookie = await o.cookie('townLeader')
    const heard: string[] = []
    const follow = (lastId: number | null) =>
      new Promise<{ until: (v: number) => Promise<void>; drop: () => void }>((resolve, reject) => {
        const waiting: [number, () => void][] = []
        let newest = 0
        const req = get(
          `${base}/api/adoption/rounds/${id}/live`,
          { headers: { cookie, ...(lastId === null ? {} : { 'last-event-id': String(lastId) }) } },
          (res) => {
            res.setEncoding('utf8')
            res.on('data', (text: string) => {
              heard.push(text)
              for (const m of text.matchAll(/^id: (\d+)$/gm)) newest = Math.max(newest, Number(m[1]))
              for (const [v, done] of waiting) if (newest >= v) done()
            })
            res.on('error', () => {})
            resolve({
              until: (v) => (newest >= v ? Promise.resolve() : new Promise((done) => waiting.push([v, done]))),
              drop: () => req.destroy(),
            })
          },
        )
        req.on('error', reject)
      })
    const start = (await round('townLeader', id)).version
    const line = await follow(null)
    await line.until(start)
    const turn = (await turnOf(id))!
    const then = ok(await event(turn, id, { kind: 'pick', leaderId: o.id(turn), caseId: one }))
    await line.until(then.version)
    line.drop()
    const next = (await turnOf(id))!
    const missed = ok(await event(next, id, { kind: 'pick', leaderId: o.id(next), caseId: two }))
    const again = await follow(then.version)
    await again.until(missed.version)
    again.drop()
    expect(heard.join('')).not.toContain('承包地')
  })

  test('所有留痕首尾相接', async () => {
    const report = await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))
    expect(report.ok).toBe(true)
  })
})
