import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Office, openOffice } from '../../duty/fixture.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { shareOf } from './courtesy.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())
const post = (who: string, id: string, input: object, requestId = uuidv7()) =>
  o.as(who, 'POST', `/api/petitions/${id}/courtesy`, { requestId, input })
const results = async (who = 'petitionHead', by = 'year') =>
  (await o.as(who, 'GET', `/api/courtesy-results?by=${by}`)).json

test('不足十个评价的不算比例', () => {
  expect(shareOf({ n: 9, good: 9, poor: 0 })).toBe(null)
  expect(shareOf({ n: 10, good: 8, poor: 1 })).toEqual({ good: 80, poor: 10 })
})

test('接待人对照四声五心自查，记入全程记录，重发只记一次；不接待的岗位不填，看不到的事项没有', async () => {
  const id = await o.register()
  const requestId = uuidv7()
  const input = { place: 'counter', items: ['welcome', 'patient', 'welcome'], note: '' }
  expect((await post('clerk', id, input, requestId)).status).toBe(200)
  expect((await post('clerk', id, input, requestId)).status).toBe(200)
  const { json } = await o.as('clerk', 'GET', `/api/petitions/${id}/courtesy`)
  expect(json).toHaveLength(1)
  expect(json[0]).toMatchObject({ place: 'counter', items: ['welcome', 'patient'], onDay: '2026-03-05' })
  expect(await o.traces(id)).toContain('接待自查（窗口）：来有迎声、解答问题耐心')
  expect((await post('clerk', id, { ...input, items: [] })).json.message).toContain('请勾选做到的')
  expect((await post('clerk', id, { ...input, items: ['smile'] })).status).toBe(400)
  expect((await post('unitHandler', id, input)).status).toBe(403)
  expect((await post('leadOfficial', id, input)).status).toBe(404)
})

/** A matter guided to its legal way, told, and visited afterwards. */
const visited = async (more: object) => {
  const id = await o.register()
  await o.move('clerk', id, 'classify', { class: 'claim', route: 'litigation', category: null, categoryText: '土地' })
  await o.move('petitionHead', id, 'guide', { where: '县人民法院', how: '带身份证明和合同去立案', timeLeft: '三年' })
  await o.move('clerk', id, 'followUp', {
    onDay: o.world.clock.today(),
    way: 'phone',
    reached: true,
    ratingOffice: 'satisfied',
    ratingUnit: null,
    reasons: '',
    executed: 'none',
    ...more,
  })
  return id
}

test('回访时逐项记信访人说的；九个时不显示，也不说有几个，第十个起显示比例；密封的不计', async () => {
  for (let i = 0; i < 9; i += 1) await visited({ dim_listen: 'good', dim_fair: i ? 'fair' : null })
  const listen = async (by?: string) => {
    const r = await results('unitHandler', by)
    return r.periods[0]?.dimensions.find((d: { dimension: string }) => d.dimension === 'listen')
  }
  expect(await listen()).toEqual({ dimension: 'listen', n: 0, share: null })
  const last = await visited({ dim_listen: 'poor' })
  expect(await listen()).toEqual({ dimension: 'listen', n: 10, share: { good: 90, poor: 10 } })
  expect((await results('petitionHead', 'month')).periods[0].period).toBe('2026年03月')
  expect((await results('petitionHead', 'quarter')).periods[0].period).toBe('2026年1季度')
  const fair = (await results()).periods[0].dimensions.find((d: { dimension: string }) => d.dimension === 'fair')
  expect(fair.share).toBe(null)

  // 信访人自己评了，以自己的为准：同一件不算两次
  await o.world.ownerPool.query(
    `insert into petitioner_rating (town_id, id, petition_id, round, office, unit, dimensions, on_day, at, request_id)
     values ($1, gen_random_uuid(), $2, 1, 'satisfied', 'satisfied', '{"listen": 3}', '2026-03-05', now(), gen_random_uuid())`,
    [o.town.townId, last],
  )
  expect(await listen()).toEqual({ dimension: 'listen', n: 10, share: { good: 100, poor: 0 } })
  // By unit too: ten of the office's, none of a handling unit's; whoever rated twice counts once.
  expect((await results()).units).toEqual([{ period: '2026年', unit: '信访办', n: 10, good: 100, fair: 0, poor: 0 }])
  await o.world.ownerPool.query('update petition set sealed = true where id = $1', [last])
  expect(await listen()).toEqual({ dimension: 'listen', n: 0, share: null })
  expect((await results()).units).toEqual([])
  expect((await o.as('systemAdmin', 'GET', '/api/courtesy-results')).status).toBe(403)
})

test('自查满十次的地方才显示每项做到多少', async () => {
  expect((await results()).checks).toEqual([])
  const id = await o.register()
  for (let i = 0; i < 10; i += 1) await post('villageOfficer', id, { place: 'field', items: ['welcome'], note: '' })
  const { checks } = await results()
  expect(checks.map((c: { place: string; n: number }) => [c.place, c.n])).toEqual([['field', 10]])
  expect(checks[0].items[0]).toEqual({ item: 'welcome', percent: 100 })
  expect(checks[0].items[1].percent).toBe(0)
})

test('回访时不满意的，和本人评的一样开质量检查、告诉信访办主任，只开一次；满意的不开', async () => {
  const quality = async (id: string) => (await o.as('petitionHead', 'GET', `/api/petitions/${id}/words`)).json.quality
  expect(await quality(await visited({}))).toBe(null)
  const id = await visited({ ratingOffice: 'dissatisfied', reasons: '没有说清' })
  expect(await quality(id)).toMatchObject({ openedOn: '2026-03-05', closedOn: null })
  const told = await o.world.ownerPool.query("select says from notice where petition_id = $1 and kind = 'quality'", [
    id,
  ])
  expect(told.rows.map((r: { says: string }) => r.says)).toEqual([expect.stringContaining('不得上门要求改评价')])
})
