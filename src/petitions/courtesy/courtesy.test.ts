import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Office, openOffice } from '../../duty/fixture.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { dimensions } from './courtesy.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())
const post = (who: string, id: string, input: object, requestId = uuidv7()) =>
  o.as(who, 'POST', `/api/petitions/${id}/courtesy`, { requestId, input })
const results = async (who = 'petitionHead', by = 'year') =>
  (await o.as(who, 'GET', `/api/courtesy-results?by=${by}`)).json

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

test('回访时逐项记信访人说的；九个时不显示，也不说有几个，第十个起、过了这个月显示比例；密封的不计', async () => {
  for (let i = 0; i < 9; i += 1) await visited({ dim_listen: 'good', dim_fair: i ? 'fair' : null })
  /** What is told on a day. */
  const on = async (day: string, who?: string, by?: string) => {
    o.world.clock.set(day)
    const told = await results(who, by)
    o.world.clock.set('2026-03-05')
    return told
  }
  const listen = async (day = '2026-04-01', by?: string) =>
    (await on(day, 'unitHandler', by)).dimensions.find((d: { name: string }) => d.name === dimensions.listen)
  expect(await listen()).toBe(undefined)
  const last = await visited({ dim_listen: 'poor' })
  expect(await listen('2026-03-31')).toBe(undefined)
  const ten = { period: '2026年3月', name: dimensions.listen, n: 10 }
  for (const by of ['month', 'quarter', 'year'])
    expect(await listen('2026-04-01', by)).toEqual({ ...ten, good: 90, fair: 0, poor: 10 })
  // Nine said something of fairness: nothing of it, nor that it was said.
  expect((await on('2026-04-01')).dimensions).toHaveLength(1)

  // 信访人自己评了，以自己的为准：同一件不算两次
  await o.world.ownerPool.query(
    `insert into petitioner_rating (town_id, id, petition_id, round, office, unit, dimensions, on_day, at, request_id)
     values ($1, gen_random_uuid(), $2, 1, 'satisfied', 'satisfied', '{"listen": 3}', '2026-03-05', now(), gen_random_uuid())`,
    [o.town.townId, last],
  )
  expect(await listen()).toEqual({ ...ten, good: 100, fair: 0, poor: 0 })
  // By unit too: ten of the office's, none of a handling unit's; whoever rated twice counts once.
  expect((await on('2026-04-01')).units).toEqual([{ ...ten, name: '信访办', good: 100, fair: 0, poor: 0 }])
  expect((await on('2028-05-01')).units).toEqual([])
  await o.world.ownerPool.query('update petition set sealed = true where id = $1', [last])
  expect(await listen()).toBe(undefined)
  expect((await on('2026-04-01')).units).toEqual([])
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
