import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { day } from '../../kit/day.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { type Office, openOffice } from '../fixture.ts'
import { backlogBecause, keyPeopleMissing, meetingWords } from './dispatch.ts'
import { minutesText } from './minutes.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())
const post = (who: string, url: string, body: Record<string, unknown>) =>
  o.as(who, 'POST', url, { requestId: uuidv7(), ...body })

test('召集了、日子还没到的会议是待召开', () => {
  const m = { status: 'called' as const, onDay: day('2026-03-06') }
  expect([meetingWords(m, day('2026-03-05')), meetingWords(m, day('2026-03-06'))]).toEqual(['待召开', '进行中'])
})

test('积案按本镇的定义：满多少天，或重复反映；三个关键人缺谁说谁', () => {
  const p = { receivedOn: day('2025-03-05'), closedOn: null, repeat: false }
  const rule = { days: 365, repeat: true }
  expect(backlogBecause(p, rule, day('2026-03-04'))).toBe(null)
  expect(backlogBecause(p, rule, day('2026-03-05'))).toContain('365 天')
  expect(backlogBecause({ ...p, repeat: true }, rule, day('2025-04-01'))).toBe('同一事项重复反映')
  expect(backlogBecause({ ...p, repeat: true }, { ...rule, repeat: false }, day('2025-04-01'))).toBe(null)
  const none = { villageId: 'v', villageOwnerId: null, areaOwnerId: null, leadOfficialId: null }
  expect(keyPeopleMissing(none)).toEqual(['村责任人', '管区书记', '包案领导'])
  expect(keyPeopleMissing({ ...none, villageId: null, areaOwnerId: 'a', leadOfficialId: 'b' })).toEqual([])
})

test('一次调度会议：议题来自台账，会上逐件记决定和不同意见，纪要成文，决定跟到底', async () => {
  const id = await o.graded('red')
  const board = (await o.as('leadOfficial', 'GET', '/api/dispatch/backlog')).json
  expect(board.rows.find((r: { id: string }) => r.id === id).because).toEqual(['红色'])
  expect((await o.as('gridWorker', 'GET', '/api/dispatch/backlog')).status).toBe(403)
  const changed = await post('petitionHead', '/api/dispatch/backlog-rule', { rule: { days: 30, repeat: false } })
  expect(changed.status).toBe(200)
  o.world.clock.set('2026-04-10')
  const later = (await o.as('petitionHead', 'GET', '/api/dispatch/backlog')).json
  expect(later.rows.find((r: { id: string }) => r.id === id)).toMatchObject({
    backlog: true,
    missing: ['村责任人', '管区书记', '包案领导'],
  })

  const meeting = {
    title: '四月积案调度会',
    onDay: '2026-04-10',
    place: '镇会议室',
    chairId: o.id('leadOfficial'),
    petitionIds: [id],
  }
  const past = await post('leadOfficial', '/api/dispatch/meetings', { ...meeting, onDay: '2026-04-09' })
  expect(past.json.fields).toEqual({ onDay: '不能早于今天' })
  const called = await post('leadOfficial', '/api/dispatch/meetings', meeting)
  expect(called.status, JSON.stringify(called.json)).toBe(200)
  const url = `/api/dispatch/meetings/${called.json.id}`
  const get = async (who = 'petitionHead') => (await o.as(who, 'GET', url)).json
  const record = {
    report: '已丈量两次，双方对界址有争议',
    decisions: [{ text: '调取二轮承包底册', ownerId: o.id('unitHandler'), dueOn: '2026-04-20' }],
    dissent: [{ by: '组织委员', text: '应先开村民会议' }],
  }
  expect((await post('leadOfficial', `${url}/items/${id}`, { version: 1, record })).status).toBe(403)
  const requestId = uuidv7()
  for (let n = 0; n < 2; n += 1)
    expect((await o.as('clerk', 'POST', `${url}/items/${id}`, { requestId, version: 1, record })).status).toBe(200)
  expect((await post('clerk', `${url}/items/${id}`, { version: 1, record })).json.message).toContain('最新的内容')
  const m = await get()
  expect(m.items[0].decisions).toHaveLength(1)
  expect((await o.traces(id)).at(-1)).toContain('不同意见（组织委员）：应先开村民会议')

  expect(
    (await post('petitionHead', `${url}/end`, { version: m.version, attendees: ['副书记', '组织委员'] })).status,
  ).toBe(200)
  expect((await post('clerk', `${url}/items/${id}`, { version: m.version + 1, record })).json.message).toContain(
    '已经结束',
  )
  const file = await o.as('townLeader', 'GET', `${url}/minutes.docx`)
  const xml = strFromU8(unzipSync(new Uint8Array(file.raw))['word/document.xml']!)
  for (const words of ['四月积案调度会纪要', '调取二轮承包底册', '2026年4月20日', '应先开村民会议', '副书记、组织委员'])
    expect(xml).toContain(words)

  const decisionId = m.items[0].decisions[0].promiseId
  o.world.clock.set('2026-04-25')
  expect((await o.as('petitionHead', 'GET', '/api/dispatch/meetings')).json[0]).toMatchObject({
    decisions: 1,
    open: 1,
    late: 1,
  })
  expect(
    (
      await post('clerk', `/api/promises/${decisionId}/end`, {
        version: 1,
        end: { how: 'kept', words: '底册已调取，存入卷宗' },
      })
    ).status,
  ).toBe(200)
  expect((await get()).outcomes[decisionId]).toMatchObject({ status: 'kept', words: '底册已调取，存入卷宗' })
})

test('会议可以改期、取消，写明理由，告知主持人；没到日子不能记录，有了记录不能再改期', async () => {
  const id = await o.graded('red')
  const heard = async (words: string) =>
    (await o.as('leadOfficial', 'GET', '/api/desk')).json.notices.filter((n: { says: string }) =>
      n.says.includes(words),
    ).length
  const call = async () => {
    const made = await post('leadOfficial', '/api/dispatch/meetings', {
      title: '改期的会',
      onDay: '2026-05-20',
      chairId: o.id('leadOfficial'),
      petitionIds: [id],
    })
    return `/api/dispatch/meetings/${made.json.id}`
  }
  const url = await call()
  const record = { report: '已核实' }
  expect((await post('clerk', `${url}/items/${id}`, { version: 1, record })).json.message).toContain('还没有召开')
  const replan = (who: string, at: string, version: number, plan: object) =>
    post(who, `${at}/replan`, { version, plan })
  const moved = { how: 'moved', onDay: '2026-05-12', place: '镇会议室', reason: '县里另有会议' }
  expect((await replan('clerk', url, 1, moved)).status).toBe(403)
  expect((await replan('petitionHead', url, 1, { ...moved, reason: '' })).json.fields).toHaveProperty('plan.reason')
  expect((await replan('petitionHead', url, 1, { ...moved, onDay: '2026-01-01' })).json.fields).toHaveProperty(
    'plan.onDay',
  )
  expect((await replan('petitionHead', url, 1, moved)).json).toMatchObject({
    onDay: '2026-05-12',
    reason: '县里另有会议',
    status: 'called',
  })
  expect((await replan('leadOfficial', url, 1, moved)).json.message).toContain('最新的内容')
  expect(await heard('改到 2026-05-12：县里另有会议')).toBe(1)
  o.world.clock.set('2026-05-12')
  expect((await post('clerk', `${url}/items/${id}`, { version: 2, record })).status).toBe(200)
  expect((await replan('petitionHead', url, 3, moved)).json.message).toContain('已经有记录')
  const other = await call()
  const gone = { how: 'cancelled', reason: '事项已经办结' }
  expect((await replan('townLeader', other, 1, gone)).json).toMatchObject({ status: 'cancelled', replans: false })
  expect((await replan('townLeader', other, 2, gone)).json.message).toContain('已经取消')
  expect((await post('clerk', `${other}/items/${id}`, { version: 2, record })).json.message).toContain('已经取消')
  expect(await heard('取消：事项已经办结')).toBe(1)
})

test('应当回避的人在会议和纪要里都看不到那一件', async () => {
  const [seen, hidden] = [await o.graded('red'), await o.graded('red')]
  const called = await post('petitionHead', '/api/dispatch/meetings', {
    title: '五月调度会',
    onDay: o.world.clock.today(),
    chairId: o.id('leadOfficial'),
    petitionIds: [seen, hidden],
  })
  await o.world.ownerPool.query('update petition set barred_ids = array[$2::uuid] where id = $1', [
    hidden,
    o.id('leadOfficial'),
  ])
  const url = `/api/dispatch/meetings/${called.json.id}`
  expect((await o.as('leadOfficial', 'GET', url)).json.items.map((i: { petitionId: string }) => i.petitionId)).toEqual([
    seen,
  ])
  const { number } = (await o.view('petitionHead', hidden)).matter
  const file = await o.as('leadOfficial', 'GET', `${url}/minutes.docx`)
  expect(strFromU8(unzipSync(new Uint8Array(file.raw))['word/document.xml']!)).not.toContain(number)
})

test('纪要序号用汉字，没有决定的写明；留痕首尾相接', async () => {
  const item = { petitionId: 'x', number: 'XF', title: '事项', report: '', decisions: [], dissent: [] }
  const text = minutesText({
    town: '试验镇',
    title: '会',
    onDay: day('2026-04-10'),
    place: '',
    chair: '甲',
    attendees: [],
    items: Array.from({ length: 21 }, () => item),
  })
  expect([1, 10, 11, 20, 21].map((n) => text[n]!.heading.split('、')[0])).toEqual([
    '一',
    '十',
    '十一',
    '二十',
    '二十一',
  ])
  expect(text[1]!.lines).toEqual(['未作决定。'])
  expect((await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))).ok).toBe(true)
})
