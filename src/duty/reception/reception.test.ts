import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { addDays, type Day, day, weekday } from '../../kit/day.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { remindTown } from '../../supervision/remind.job.ts'
import { type Office, openOffice } from '../fixture.ts'
import { rotaOf } from './reception.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())
const post = (who: string, url: string, body: Record<string, unknown>) =>
  o.as(who, 'POST', url, { requestId: uuidv7(), ...body })
const days = async (who = 'petitionHead', mine = '') =>
  (await o.as(who, 'GET', `/api/receptions${mine && '?mine=1'}`)).json as {
    coming: Record<string, any>[]
    past: Record<string, any>[]
  }
const rota = (more: object = {}) => ({
  from: '2026-03-05',
  to: '2026-03-20',
  weekdays: [4],
  leaderIds: [o.id('leadOfficial'), o.id('townLeader')],
  place: '信访接待室',
  fromTime: '08:30',
  toTime: '11:30',
  ...more,
})

const everyDay = { isWorkday: (d: Day) => weekday(d) <= 5 }

test('排班：只排选定的工作日，轮流到人，次数相差不超过一次；请假的当天不排，都请假才仍排到', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 0, max: 90 }),
      (weekdays, n, span) => {
        const leaderIds = Array.from({ length: n }, (_, i) => `l${i}`)
        const from = day('2026-03-02')
        const plan = { from, to: addDays(from, span), weekdays, leaderIds }
        const made = rotaOf(plan, everyDay, () => false)
        for (const d of made) expect(weekdays.includes(weekday(d.on)) && weekday(d.on) <= 5).toBe(true)
        expect(new Set(made.map((d) => d.on)).size).toBe(made.length)
        const times = leaderIds.map((l) => made.filter((d) => d.leaderId === l).length)
        expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1)
        const away = rotaOf(plan, everyDay, (l) => l === 'l0')
        expect(away.map((d) => d.on)).toEqual(made.map((d) => d.on))
        if (n > 1) expect(away.some((d) => d.leaderId === 'l0')).toBe(false)
        expect(rotaOf(plan, everyDay, () => true)).toHaveLength(made.length)
        expect(
          rotaOf(
            plan,
            everyDay,
            () => false,
            () => true,
          ),
        ).toEqual([])
      },
    ),
  )
})

test('信访办主任排定，领导各自看到；放假不排，已经排过的不重复；别的岗位不能排', async () => {
  expect((await post('clerk', '/api/receptions', { rota: rota() })).status).toBe(403)
  const wrong = await post('petitionHead', '/api/receptions', { rota: rota({ toTime: '08:00' }) })
  expect(wrong.json.message).toBe('结束时刻应当晚于开始时刻')
  expect((await post('petitionHead', '/api/receptions', { rota: rota({ from: '2026-03-01' }) })).status).toBe(400)
  const other = await post('petitionHead', '/api/receptions', { rota: rota({ leaderIds: [o.id('clerk')] }) })
  expect(other.json.message).toContain('班子成员')
  expect((await post('petitionHead', '/api/receptions', { rota: rota() })).json).toEqual({ made: 3 })
  expect((await post('petitionHead', '/api/receptions', { rota: rota() })).status).toBe(409)
  const { coming } = await days()
  expect(coming.map((d) => [d.onDay, d.leaderId])).toEqual([
    ['2026-03-05', o.id('leadOfficial')],
    ['2026-03-12', o.id('townLeader')],
    ['2026-03-19', o.id('leadOfficial')],
  ])
  expect((await days('townLeader', 'mine')).coming).toHaveLength(1)
  expect((await o.as('unitHandler', 'GET', '/api/receptions')).status).toBe(403)
})

test('请假的提示换人；本人或主任可以顶替、对调，双方都告知，留下理由', async () => {
  const leave = {
    staffId: o.id('townLeader'),
    deputyId: o.id('leadOfficial2'),
    fromOn: '2026-03-10',
    toOn: '2026-03-13',
  }
  expect((await post('townLeader', '/api/leaves', leave)).status).toBe(200)
  let [, second, third] = (await days()).coming
  expect(second).toMatchObject({ away: true, deputyId: o.id('leadOfficial2') })

  const over = (who: string, d: Record<string, any>, more: object) =>
    post(who, `/api/receptions/${d.id}/hand-over`, { version: d.version, reason: '外出开会', ...more })
  expect((await over('leadOfficial2', second!, { toId: o.id('leadOfficial2') })).json.message).toContain('本人')
  expect((await over('townLeader', second!, { toId: o.id('clerk') })).status).toBe(400)
  expect((await over('townLeader', second!, { toId: o.id('leadOfficial2') })).status).toBe(200)
  expect((await over('townLeader', second!, { toId: o.id('leadOfficial2') })).status).toBe(409)
  ;[, second, third] = (await days()).coming
  expect(second).toMatchObject({ leaderId: o.id('leadOfficial2'), away: false })
  expect(second!.history[0]).toMatchObject({ reason: '外出开会' })

  expect((await over('petitionHead', second!, { withId: third!.id })).status).toBe(200)
  ;[, second, third] = (await days()).coming
  expect([second!.leaderId, third!.leaderId]).toEqual([o.id('leadOfficial'), o.id('leadOfficial2')])
  const told = await o.world.ownerPool.query(
    "select staff_id from notice where kind = 'reception' and says like '%调到%'",
  )
  expect(told.rows.map((r) => r.staff_id)).toEqual([o.id('leadOfficial2')])
})

test('记来访：反映问题的都关联事项，成为事项的联系记录；承诺进清单；只是咨询的不留姓名；记录完了算接访', async () => {
  const [today] = (await days()).coming
  const url = `/api/receptions/${today!.id}`
  const visit = { headCount: 2, gist: '要求补足承包地', result: 'handled', outcome: '农业农村办三日内丈量' }
  expect((await post('clerk', `${url}/visits`, { visit })).json.message).toContain('请先登记')
  expect(
    (await post('leadOfficial2', `${url}/visits`, { visit: { ...visit, result: 'answered' } })).json.message,
  ).toContain('由接访领导或信访办记录')
  const id = await o.register()
  const requestId = uuidv7()
  const given = {
    requestId,
    visit: { ...visit, petitionId: id, promise: { body: '三日内到现场', dueOn: '2026-03-08' } },
  }
  expect((await o.as('clerk', 'POST', `${url}/visits`, given)).status).toBe(200)
  expect((await o.as('clerk', 'POST', `${url}/visits`, given)).status).toBe(200)
  const ask = { headCount: 1, gist: '问低保怎么申请', result: 'answered', outcome: '当场说明' }
  expect((await post('leadOfficial', `${url}/visits`, { visit: ask })).status).toBe(200)
  const traces = await o.traces(id)
  expect(traces.at(-1)).toContain(
    '接访：要求补足承包地；交有关单位办理：农业农村办三日内丈量；承诺 2026-03-08 前三日内到现场',
  )
  expect((await o.view('clerk', id)).matter.lastContactOn).toBe('2026-03-05')
  const promised = (await o.as('petitionHead', 'GET', `/api/promises?petitionId=${id}`)).json
  expect(promised[0]).toMatchObject({ kind: 'reception', ownerId: o.id('leadOfficial'), dueOn: '2026-03-08' })

  const seen = (await days()).coming[0]!
  expect(seen.visits.map((v: any) => `${v.result} ${v.tied}`).sort()).toEqual(['answered false', 'handled true'])
  // 没有包这件案的领导看不到是哪一件、说了什么
  const hidden = (await days('leadOfficial2')).coming.find((d) => d.id === today!.id)!.visits.find((v: any) => v.tied)
  expect(hidden).toMatchObject({ petitionId: null, tied: true, number: '', gist: '一件事项', promise: null })

  expect((await post('clerk', `${url}/end`, { version: seen.version })).status).toBe(200)
  expect((await post('clerk', `${url}/end`, { version: seen.version + 1 })).json.message).toContain('已经记录完')
  expect((await post('petitionHead', `${url}/cancel`, { version: seen.version + 1, reason: '改期' })).status).toBe(409)
  const future = (await days()).coming.at(-1)!
  expect((await post('clerk', `/api/receptions/${future.id}/visits`, { visit: ask })).json.message).toContain(
    '还没有到',
  )
})

test('应当回避此件的领导不能接访此件；前一天和当天提醒，过后没有记录的提醒并上报', async () => {
  o.world.clock.set('2026-03-11')
  const scan = () =>
    inTown(o.world.db, o.town.townId, (tx) =>
      remindTown(tx, o.town.townId, {
        today: o.world.clock.today(),
        now: o.world.clock.now(),
        channels: { has: () => false },
      }),
    )
  await scan()
  o.world.clock.set('2026-03-14')
  await scan()
  const said = (
    await o.world.ownerPool.query("select says, up from reminder where source = 'reception' order by on_day")
  ).rows
  expect(said).toEqual([
    { says: '您的接访日：2026-03-12', up: 0 },
    { says: '2026-03-12 的领导接访还没有记录', up: 1 },
  ])
  const second = (await days()).coming[0]!
  expect(second.onDay).toBe('2026-03-12')
  const id = await o.register({ receivedOn: '2026-03-10' })
  await o.world.ownerPool.query('update petition set barred_ids = $2 where id = $1', [id, [second.leaderId]])
  const visit = { petitionId: id, headCount: 1, gist: '问进度', result: 'handled', outcome: '催办' }
  const no = await post('clerk', `/api/receptions/${second.id}/visits`, { visit })
  expect(no.json.message).toContain('应当回避')
})

test('我的责任：领导看到自己的走访', async () => {
  const id = await o.graded('yellow')
  await o.move('petitionHead', id, 'nameLead', { leadOfficialId: o.id('leadOfficial') })
  await o.move('petitionHead', id, 'accept', { contact: '信访办' })
  await o.move('leadOfficial', id, 'contact', {
    onDay: o.world.clock.today(),
    way: 'visit',
    whom: '信访人本人',
    body: '到家里听取意见',
    heard: true,
  })
  const mine = (await o.as('leadOfficial', 'GET', '/api/duty/mine')).json
  expect(mine.visits).toMatchObject([{ petitionId: id, body: '到家里听取意见', village: '东庄村' }])
  expect((await o.as('leadOfficial2', 'GET', '/api/duty/mine')).json.visits).toEqual([])
  // 走访清单里自己的：安排好的在前，去过的写明结果
  const plan = {
    kind: 'callOn',
    villageId: o.town.villages.东庄村,
    onDay: '2026-04-20',
    about: '看灌溉渠',
    staffId: o.id('leadOfficial2'),
  }
  const planned = await o.as('leadOfficial2', 'POST', '/api/visits', { requestId: uuidv7(), plan })
  expect(planned.status, JSON.stringify(planned.json)).toBe(200)
  expect((await o.as('leadOfficial2', 'GET', '/api/duty/mine')).json.visits).toMatchObject([
    { kind: 'callOn', planned: true, onDay: '2026-04-20', body: '看灌溉渠', village: '东庄村', petitionId: null },
  ])
  expect((await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))).ok).toBe(true)
})
