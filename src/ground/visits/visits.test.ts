import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { type Office, openOffice } from '../../duty/fixture.ts'
import { addDays, day } from '../../kit/day.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Role, Who } from '../../people/roles.ts'
import { remindTown } from '../../supervision/remind.job.ts'
import { recordProblems } from './record.ts'
import type { ContactRow, VillagePage, VisitRow } from './routes.ts'
import { contactDue, contactStanding, dealOut, type HeardInput, RecordInput, seesVisit } from './visits.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())

const post = (who: string, url: string, body: Record<string, unknown>) =>
  o.as(who, 'POST', url, { requestId: uuidv7(), ...body })
const visits = async (who: string, query = '') =>
  (await o.as(who, 'GET', `/api/visits${query}`)).json as {
    visits: VisitRow[]
    receptions: { leader: string; onDay: string }[]
  }
const contactsOf = async (who = 'petitionHead') =>
  (await o.as(who, 'GET', '/api/village-contacts')).json as ContactRow[]
const villageOf = async (who: string, name = '东庄村') =>
  (await o.as(who, 'GET', `/api/villages/${o.town.villages[name]}/page`)).json as VillagePage
const answered: HeardInput = {
  found: { kind: 'answered', asked: '医保怎么缴', answer: '告知线上缴费办法' },
  said: '',
  readBack: false,
  promise: null,
}
const matter = (more: object = {}, found: object = {}) => ({
  found: { kind: 'matter', request: '要求清通村东排水沟', name: '试验人甲', phone: '', ...found },
  said: '当场看过，报镇里安排',
  readBack: true,
  ...more,
})
const plan = (more: object = {}) => ({
  kind: 'goDown',
  villageId: o.town.villages.东庄村,
  staffId: o.id('unitHandler'),
  onDay: '2026-03-05',
  ...more,
})

test('联系村分配：每个村恰有一人，各人的村数相差不超过一个，相邻的村在一起', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), (n, k) => {
      const villages = Array.from({ length: n }, (_, i) => `v${i}`)
      const staff = Array.from({ length: k }, (_, i) => `s${i}`)
      const pairs = dealOut(villages, staff)
      expect(pairs.map((p) => p.villageId)).toEqual(villages)
      const counts = staff.map((s) => pairs.filter((p) => p.staffId === s).length)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
      const order = pairs.map((p) => staff.indexOf(p.staffId))
      expect([...order].sort((a, b) => a - b)).toEqual(order)
    }),
  )
  expect(dealOut(['v'], [])).toEqual([])
})

test('联系村到期：从上次去算起，没去过从开始那天算起；提前一周提示，过一天算过期', () => {
  const c = { staffId: 's', fromOn: day('2026-01-01'), toOn: day('2026-06-30'), everyDays: 30 }
  expect(contactDue(c, null)).toBe('2026-01-31')
  // 上一期去过的不算这一期
  expect(contactDue(c, day('2025-12-20'))).toBe('2026-01-31')
  expect(contactDue(c, day('2026-02-10'))).toBe('2026-03-12')
  const at = (today: string, last: string | null = null) => contactStanding(c, last ? day(last) : null, day(today))
  expect([at('2025-12-31'), at('2026-01-23'), at('2026-01-24'), at('2026-01-31'), at('2026-02-01')]).toEqual([
    'ahead',
    'ok',
    'soon',
    'soon',
    'late',
  ])
  expect(at('2026-07-01')).toBe('over')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 180 }), fc.integer({ min: 0, max: 180 }), (now, last) => {
      const today = addDays(c.fromOn, now)
      const on = addDays(c.fromOn, Math.min(now, last))
      // 去过之后不会比没去过更紧
      const rank = ['late', 'soon', 'ok']
      expect(rank.indexOf(contactStanding(c, on, today))).toBeGreaterThanOrEqual(
        rank.indexOf(contactStanding(c, null, today)),
      )
    }),
  )
})

test('记录：口头的须宣读核对；有反映的须有人数；同一件不写两次；约访的须写约的那件', () => {
  const v = { kind: 'goDown' as const, petitionId: null, staffId: 's' }
  const record = (more: object) => RecordInput.parse({ headCount: 2, outcome: '走访完', ...more })
  expect(recordProblems(record({}), v)).toEqual({})
  expect(recordProblems(record({ headCount: 0, items: [answered] }), v)).toHaveProperty('headCount')
  const bad = recordProblems(record({ items: [matter({ readBack: false, said: '' }, { name: '' })] }), v)
  expect(Object.keys(bad).sort()).toEqual(['items.0.found.name', 'items.0.readBack', 'items.0.said'])
  expect(recordProblems(record({ items: [matter({}, { name: '', anonymous: true })] }), v)).toEqual({})
  const id = uuidv7()
  const known = { found: { kind: 'known', petitionId: id }, said: '说明了进度' }
  expect(recordProblems(record({ items: [known, known] }), v).items).toContain('两次')
  const invited = { kind: 'invited' as const, petitionId: id, staffId: 's' }
  expect(recordProblems(record({ items: [answered] }), invited)).toHaveProperty('items')
  expect(recordProblems(record({ items: [known] }), invited)).toEqual({})
  // 约了没有来的，如实写没有来
  expect(recordProblems(record({ headCount: 0 }), invited)).toEqual({})
})

test('走访记录谁看得到：去的人、信访办和领导、本管区书记、本村信息员；别的村、别的岗位看不到', () => {
  const v = { staffId: 'a', withIds: ['b'], villageId: 'v1', areaId: 'a1' }
  const who = (role: Role, more: Partial<Who> = {}) =>
    ({ staffId: 'x', roles: [role], areaIds: [], villageIds: [], ...more }) as unknown as Who
  for (const r of ['clerk', 'petitionHead', 'leadOfficial', 'townLeader'] as const)
    expect(seesVisit(v, who(r))).toBe(true)
  expect(seesVisit(v, who('areaSecretary', { areaIds: ['a1'] }))).toBe(true)
  expect(seesVisit(v, who('areaSecretary', { areaIds: ['a2'] }))).toBe(false)
  expect(seesVisit(v, who('villageOfficer', { villageIds: ['v1'] }))).toBe(true)
  expect(seesVisit(v, who('villageOfficer', { villageIds: ['v2'] }))).toBe(false)
  expect(seesVisit(v, who('unitHandler'))).toBe(false)
  expect(seesVisit(v, who('unitHandler', { staffId: 'b' }))).toBe(true)
})

test('主任排联系村；换人、对调留理由并告知双方；请假的提示代理人', async () => {
  const rota = {
    fromOn: '2026-03-01',
    toOn: '2026-06-30',
    everyDays: 30,
    pairs: [
      { villageId: o.town.villages.东庄村, staffId: o.id('unitHandler') },
      { villageId: o.town.villages.西庄村, staffId: o.id('unitHandler2') },
    ],
  }
  expect((await post('clerk', '/api/village-contacts', { rota })).status).toBe(403)
  const auditor = { ...rota, pairs: [{ villageId: o.town.villages.东庄村, staffId: o.id('auditor') }] }
  expect((await post('petitionHead', '/api/village-contacts', { rota: auditor })).json.message).toContain('在任')
  expect(
    (await post('petitionHead', '/api/village-contacts', { rota: { ...rota, toOn: '2026-02-01' } })).json.message,
  ).toBe('结束日期不能早于开始日期')
  const requestId = uuidv7()
  expect((await o.as('petitionHead', 'POST', '/api/village-contacts', { requestId, rota })).json).toEqual({ made: 2 })
  expect((await o.as('petitionHead', 'POST', '/api/village-contacts', { requestId, rota })).json).toEqual({ made: 0 })
  expect((await post('petitionHead', '/api/village-contacts', { rota })).status).toBe(409)
  const [east, west] = await contactsOf()
  expect(east).toMatchObject({ village: '东庄村', lastOn: null, dueOn: '2026-03-31', standing: 'ok', away: false })

  const over = (who: string, c: ContactRow, more: object) =>
    post(who, `/api/village-contacts/${c.id}/hand-over`, { version: c.version, reason: '岗位调整', ...more })
  expect((await over('unitHandler2', east!, { toId: o.id('unitHandler2') })).json.message).toContain('本人')
  expect((await over('petitionHead', east!, { withId: west!.id })).status).toBe(200)
  expect((await over('petitionHead', east!, { withId: west!.id })).json.message).toContain('看过最新的内容')
  const after = await contactsOf()
  expect(after.map((c) => c.staffId)).toEqual([o.id('unitHandler2'), o.id('unitHandler')])
  expect(after[0]!.history[0]).toMatchObject({ reason: '岗位调整' })
  expect((await over('unitHandler2', after[0]!, { toId: o.id('unitHandler') })).status).toBe(200)
  const leave = {
    staffId: o.id('unitHandler'),
    deputyId: o.id('unitHandler2'),
    fromOn: '2026-03-05',
    toOn: '2026-03-06',
  }
  expect((await post('unitHandler', '/api/leaves', leave)).status).toBe(200)
  expect((await contactsOf())[0]).toMatchObject({ away: true, refusal: null })
  const told = await o.world.ownerPool.query("select staff_id from notice where kind = 'visit'")
  expect(new Set(told.rows.map((r) => r.staff_id))).toEqual(new Set([o.id('unitHandler'), o.id('unitHandler2')]))
})

test('下访：登记新事项、说到在册的、当场答复的，承诺进一张清单，事项上留联系记录', async () => {
  const known = await o.register()
  expect((await post('mediator', '/api/visits', { plan: plan() })).json.message).toContain('只能给自己')
  const made = await post('petitionHead', '/api/visits', { plan: plan({ staffId: o.id('clerk') }) })
  expect(made.status, JSON.stringify(made.json)).toBe(200)
  const url = `/api/visits/${made.json.id}`
  const record = {
    headCount: 6,
    outcome: '走访六户',
    withIds: [o.id('petitionHead')],
    items: [
      matter({ promise: { body: '三日内清淤', ownerId: o.id('unitHandler'), dueOn: '2026-03-08' } }),
      {
        found: { kind: 'known', petitionId: known },
        said: '说明丈量进度',
        promise: { body: '周五前丈量', ownerId: o.id('clerk'), dueOn: '2026-03-06' },
      },
      { ...answered, promise: { body: '送去缴费指南', ownerId: o.id('clerk'), dueOn: '2026-03-07' } },
    ],
  }
  expect((await post('unitHandler', `${url}/record`, { version: 1, record })).status).toBe(404)
  const late = {
    ...record,
    items: [{ ...answered, promise: { body: '补', ownerId: o.id('clerk'), dueOn: '2026-03-01' } }],
  }
  const bad = await post('clerk', `${url}/record`, { version: 1, record: late })
  expect(bad.json.fields['record.items.0.promise.dueOn']).toContain('不能早于')
  const requestId = uuidv7()
  for (let n = 0; n < 2; n += 1) {
    const r = await o.as('clerk', 'POST', `${url}/record`, { requestId, version: 1, record })
    expect(r.status, JSON.stringify(r.json)).toBe(200)
  }
  expect((await post('clerk', `${url}/record`, { version: 2, record })).json.message).toContain('不能再记')

  const seen = (await visits('clerk')).visits.find((v) => v.id === made.json.id)!
  expect(seen).toMatchObject({ status: 'done', headCount: 6, village: '东庄村', staff: '信访登甲' })
  expect(seen.items.map((i) => i.kind)).toEqual(['matter', 'known', 'answered'])
  const fresh = seen.items[0]!
  const view = await o.view('clerk', fresh.petitionId!)
  expect(view.matter).toMatchObject({ channel: 'visit', lastContactOn: '2026-03-05', oral: true, readBack: true })
  expect((await o.traces(known)).at(-1)).toContain('下访：说明丈量进度；承诺 2026-03-06 前周五前丈量')
  const list = (await o.as('petitionHead', 'GET', '/api/promises')).json as { kind: string; body: string }[]
  expect(
    list
      .filter((p) => p.kind === 'visit')
      .map((p) => p.body)
      .sort(),
  ).toEqual(['三日内清淤', '周五前丈量', '送去缴费指南'])
  // 班子成员没有包这件案：只知道有一件事项
  const hidden = (await visits('leadOfficial2')).visits.find((v) => v.id === made.json.id)!.items[0]!
  expect(hidden).toMatchObject({ tied: true, petitionId: null, number: '', gist: '一件事项', promise: null })
  expect((await visits('mediator')).visits).toEqual([])

  const village = await villageOf('petitionHead')
  expect(village.matters.open).toBe(2)
  expect(village.promises.map((p) => p.body).sort()).toEqual(['三日内清淤', '周五前丈量', '送去缴费指南'])
  expect(village.visits[0]!.id).toBe(made.json.id)
  expect(village.contacts[0]!.village).toBe('东庄村')
  expect(village.people.some((p) => !p.vacant && p.post.includes('信息员'))).toBe(true)
  // 看不到事项的人，这个村的事项和承诺都是零
  expect(await villageOf('mediator')).toMatchObject({ matters: { open: 0, byGrade: [] }, promises: [], visits: [] })
  expect((await o.as('systemAdmin', 'GET', `/api/villages/${o.town.villages.东庄村}/page`)).status).toBe(403)
  expect((await o.as('clerk', 'GET', `/api/villages/${uuidv7()}/page`)).status).toBe(404)
})

test('约访：约的是一件事项的信访人，时间地点事先说定；改期留理由；应当回避的不能去；接访日在同一张清单里', async () => {
  const id = await o.register({ title: '宅基地纠纷' })
  const invited = {
    kind: 'invited',
    villageId: null,
    petitionId: id,
    staffId: o.id('clerk'),
    onDay: '2026-03-10',
    atTime: '09:00',
    place: '东庄村委会',
  }
  const no = await post('clerk', '/api/visits', { plan: { ...invited, atTime: '', place: '' } })
  expect(Object.keys(no.json.fields).sort()).toEqual(['plan.atTime', 'plan.place'])
  const { id: visitId } = (await post('clerk', '/api/visits', { plan: invited })).json
  const record = {
    headCount: 1,
    outcome: '谈妥两条',
    items: [{ found: { kind: 'known', petitionId: id }, said: '听取诉求，说明政策' }],
  }
  expect((await post('clerk', `/api/visits/${visitId}/record`, { version: 1, record })).json.message).toContain(
    '还没有到',
  )
  const change = { version: 1, onDay: '2026-03-06', atTime: '09:00', place: '东庄村委会', staffId: o.id('clerk') }
  expect((await post('clerk', `/api/visits/${visitId}/change`, { ...change, reason: '' })).status).toBe(400)
  expect((await post('clerk', `/api/visits/${visitId}/change`, { ...change, reason: '对方有事' })).status).toBe(200)
  expect(
    (await post('clerk', `/api/visits/${visitId}/change`, { ...change, reason: '对方有事' })).json.message,
  ).toContain('看过最新的内容')
  o.world.clock.set('2026-03-06')
  expect((await post('clerk', `/api/visits/${visitId}/record`, { version: 2, record })).status).toBe(200)
  expect((await visits('clerk', `?petitionId=${id}`)).visits).toMatchObject([
    { id: visitId, status: 'done', history: [{ reason: '对方有事' }] },
  ])
  // 看不到这件事项的领导只知道有一次约访
  const blind = (await visits('leadOfficial2')).visits.find((v) => v.id === visitId)!
  expect(blind).toMatchObject({ petitionId: null, number: '', outcome: '', about: '' })

  await o.world.ownerPool.query('update petition set barred_ids = $2 where id = $1', [id, [o.id('petitionHead')]])
  const barred = await post('clerk', '/api/visits', { plan: { ...invited, staffId: o.id('petitionHead') } })
  expect(barred.json.message).toContain('回避')

  const rota = {
    from: '2026-03-12',
    to: '2026-03-12',
    weekdays: [4],
    leaderIds: [o.id('leadOfficial')],
    place: '信访接待室',
    fromTime: '08:30',
    toTime: '11:30',
  }
  expect((await post('petitionHead', '/api/receptions', { rota })).json).toEqual({ made: 1 })
  expect((await visits('clerk')).receptions).toMatchObject([{ onDay: '2026-03-12', came: 0 }])
  expect((await visits('villageOfficer')).receptions).toEqual([])
})

test('补记走访：连计划带记录一次写成，重发不重复；取消留理由', async () => {
  const requestId = uuidv7()
  const body = {
    requestId,
    plan: plan({ kind: 'callOn', staffId: o.id('villageOfficer'), onDay: '2026-03-04' }),
    record: { headCount: 3, outcome: '走了三户，都没有诉求' },
  }
  const one = await o.as('villageOfficer', 'POST', '/api/visits', body)
  expect(one.status, JSON.stringify(one.json)).toBe(200)
  expect((await o.as('villageOfficer', 'POST', '/api/visits', body)).json).toEqual(one.json)
  expect((await visits('villageOfficer', '?mine=1')).visits.filter((v) => v.id === one.json.id)).toHaveLength(1)
  expect(
    (
      await post('villageOfficer', '/api/visits', {
        plan: plan({ staffId: o.id('villageOfficer'), onDay: '2026-03-01' }),
      })
    ).json.message,
  ).toContain('不能早于今天')
  const next = await post('areaSecretary', '/api/visits', {
    plan: plan({ staffId: o.id('villageOfficer'), onDay: '2026-03-20' }),
  })
  expect(next.status).toBe(200)
  const url = `/api/visits/${next.json.id}/cancel`
  expect((await post('villageOfficer', url, { version: 1, reason: '镇里开会' })).status).toBe(200)
  expect((await post('villageOfficer', url, { version: 2, reason: '镇里开会' })).json.message).toContain('已取消')
  // 去过了，联系村的期限从这天重算
  const gone = {
    plan: plan({ villageId: o.town.villages.西庄村, onDay: '2026-03-06' }),
    record: { headCount: 2, outcome: '看过困难户' },
  }
  expect((await post('unitHandler', '/api/visits', gone)).status).toBe(200)
  expect((await contactsOf()).find((c) => c.village === '西庄村')).toMatchObject({
    lastOn: '2026-03-06',
    dueOn: '2026-04-05',
  })
  expect((await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))).ok).toBe(true)
})

test('联系村到期没去的，提醒联系干部；过期三天告知上一级；去过了不再提醒', async () => {
  const remind = async (on: string) => {
    o.world.clock.set(on)
    await inTown(o.world.db, o.town.townId, (tx) =>
      remindTown(tx, o.town.townId, {
        today: o.world.clock.today(),
        now: o.world.clock.now(),
        channels: { has: () => false },
      }),
    )
    return (
      await o.world.ownerPool.query(
        "select says, cardinality(staff_ids)::int as n from reminder where source = 'contact' and on_day = $1 and says like '%西庄村%'",
        [on],
      )
    ).rows as { says: string; n: number }[]
  }
  expect(await remind('2026-04-01')).toEqual([])
  expect(await remind('2026-04-03')).toEqual([{ says: '去联系村西庄村：2026-04-05 到期', n: 1 }])
  expect(await remind('2026-04-04')).toEqual([])
  const late = await remind('2026-04-08')
  expect(late.map((r) => r.says)).toEqual(['去联系村西庄村已过 3 天'])
  expect(late[0]!.n).toBeGreaterThan(1)
  const gone = {
    plan: plan({ villageId: o.town.villages.西庄村, onDay: '2026-04-08' }),
    record: { headCount: 1, outcome: '补去了一次' },
  }
  expect((await post('unitHandler', '/api/visits', gone)).status).toBe(200)
  expect(await remind('2026-04-20')).toEqual([])
  o.world.clock.set('2026-03-06')
})

test('走访里的事项密封后，这一条连同承诺一并移走', async () => {
  const made = await post('clerk', '/api/visits', {
    plan: plan({ staffId: o.id('clerk'), onDay: '2026-03-06' }),
    record: {
      headCount: 1,
      outcome: '记下一件',
      items: [
        matter(
          { promise: { body: '查明后回话', ownerId: o.id('clerk'), dueOn: '2026-03-12' } },
          { request: '反映账目' },
        ),
        answered,
      ],
    },
  })
  const of = async () => (await visits('clerk')).visits.find((v) => v.id === made.json.id)!
  const petitionId = (await of()).items[0]!.petitionId!
  const version = (await o.view('clerk', petitionId)).matter.version
  const sealed = await o.as('clerk', 'POST', `/api/petitions/${petitionId}/moves/classify`, {
    requestId: uuidv7(),
    version,
    input: { class: 'accusation' },
  })
  expect(sealed.status, JSON.stringify(sealed.json)).toBe(200)
  expect((await of()).items.map((i) => i.kind)).toEqual(['answered'])
  const left = await o.world.ownerPool.query("select count(*)::int as n from promise where body = '查明后回话'")
  expect(left.rows[0].n).toBe(0)
})

test('请假的由代理人去：清单、手机上都有，记录写的是去的人，联系村算去过了；销假以后代理人不再去', async () => {
  o.world.clock.set('2026-05-07')
  const leave = { staffId: o.id('unitHandler'), deputyId: o.id('mediator'), fromOn: '2026-05-07', toOn: '2026-05-20' }
  const made = await o.as('unitHandler', 'POST', '/api/leaves', { requestId: uuidv7(), ...leave })
  expect(made.status, JSON.stringify(made.json)).toBe(200)
  const planned = await post('petitionHead', '/api/visits', {
    plan: plan({ villageId: o.town.villages.西庄村, staffId: o.id('unitHandler'), onDay: '2026-05-08' }),
  })
  const mine = async () => (await visits('mediator', '?mine=1')).visits.filter((v) => v.id === planned.json.id)
  expect(await mine()).toMatchObject([{ away: true, deputyId: o.id('mediator'), recordRefusal: expect.anything() }])
  o.world.clock.set('2026-05-08')
  const today = (await o.as('mediator', 'GET', '/api/field/today')).json
  expect(today.visits).toMatchObject([{ id: planned.json.id, goes: true, refusal: null }])
  expect(today.contacts.map((c: { village: string }) => c.village)).toContain('西庄村')
  expect((await o.as('clerk', 'GET', '/api/field/today')).json.contacts).toEqual([])
  const record = { headCount: 2, outcome: '看过困难户' }
  const url = `/api/visits/${planned.json.id}/record`
  expect((await post('mediator', url, { version: 1, record })).status).toBe(200)
  expect(await mine()).toMatchObject([
    { status: 'done', staffId: o.id('mediator'), history: [{ reason: expect.stringContaining('请假，由代理人去') }] },
  ])
  expect((await contactsOf()).find((c) => c.village === '西庄村')!.lastOn).toBe('2026-05-08')
  // 没有安排过的，代理人直接去了也算
  o.world.clock.set('2026-05-09')
  const paid = {
    plan: plan({ villageId: o.town.villages.西庄村, staffId: o.id('mediator'), onDay: '2026-05-09' }),
    record,
  }
  expect((await post('mediator', '/api/visits', paid)).status).toBe(200)
  expect((await contactsOf()).find((c) => c.village === '西庄村')!.lastOn).toBe('2026-05-09')
  const gone = await o.as('unitHandler', 'POST', `/api/leaves/${made.json.id}/cancel`, { requestId: uuidv7() })
  expect(gone.status).toBe(200)
  const after = { ...paid, plan: { ...paid.plan, onDay: '2026-05-10' } }
  o.world.clock.set('2026-05-10')
  expect((await post('mediator', '/api/visits', after)).status).toBe(200)
  expect((await contactsOf()).find((c) => c.village === '西庄村')!.lastOn).toBe('2026-05-09')
})
