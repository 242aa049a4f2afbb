import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { day } from '../../kit/day.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { calendarTables, changeCalendar } from '../../petitions/calendar.store.ts'
import { calendarOf } from '../../petitions/calendar.ts'
import { needsConsultation } from '../../petitions/carry/consult.ts'
import { dueOf } from '../../petitions/clocks.ts'
import type { MatterView } from '../../petitions/routes.ts'
import { forgetCalendar } from '../../petitions/world.store.ts'
import { remindTown } from '../../supervision/remind.job.ts'
import { type Office, openOffice } from '../fixture.ts'
import { heldRefusal, latestPromise } from './consultation.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(async () => {
  await o?.close()
  forgetCalendar()
})
const post = (who: string, url: string, body: object) => o.as(who, 'POST', url, { requestId: uuidv7(), ...body })
const listed = async (id: string) => (await o.as('petitionHead', 'GET', `/api/consultations?petitionId=${id}`)).json
const d20 = (v: MatterView) => v.clocks.filter((c) => c.rule === 'D20')
const scan = () =>
  inTown(o.world.db, o.town.townId, (tx) =>
    remindTown(tx, o.town.townId, {
      today: o.world.clock.today(),
      now: o.world.clock.now(),
      channels: { has: () => false },
    }),
  )
const told = async (id: string) =>
  (
    await o.world.ownerPool.query(
      `select to_char(on_day, 'YYYY-MM-DD') as "onDay", says from reminder where petition_id = $1 and source = 'consult' order by on_day, step`,
      [id],
    )
  ).rows as { onDay: string; says: string }[]

describe('两个工作日', () => {
  const p = { firstTime: true, repeat: false, grade: 'red' as const, isKey: false, sealed: false, round: 1 }
  test('第一次反映、红色或重点、还没有答复的才须会诊', () => {
    expect(needsConsultation({ ...p, state: 'handling' })).toBe(true)
    expect(needsConsultation({ ...p, grade: 'blue', isKey: true, state: 'registered' })).toBe(true)
    for (const other of [{ grade: 'yellow' as const }, { repeat: true }, { sealed: true }, { round: 2 }])
      expect(needsConsultation({ ...p, state: 'handling', ...other })).toBe(false)
    expect(needsConsultation({ ...p, state: 'served' })).toBe(false)
  })

  test('放假不算，调休上班算；没有公布的年份不猜', () => {
    const calendar = calendarOf([{ date: day('2026-04-06'), isOffDay: true, name: '清明节' }], [2026])
    const due = (from: string) => dueOf('D20', { from: day(from) }, calendar).due
    expect(due('2026-03-05')).toBe('2026-03-09')
    expect(due('2026-04-03')).toBe('2026-04-08')
    expect(() => due('2026-12-31')).toThrow('2027 年的放假安排')
  })
})

test('晚于两个工作日举行的会诊，没有理由形成不了记录', () => {
  const held = {
    heldOn: day('2026-03-10'),
    attendees: (['receptionist', 'head', 'leader'] as const).map((role) => ({ role, name: role })),
    options: [{ by: '甲', text: '现场丈量' }],
    dissent: [],
    decision: '丈量后补足',
    ownerId: uuidv7(),
    promisedOn: day('2026-04-01'),
    lateReason: '',
  }
  const wrong = (lateReason: string, kept = '') =>
    heldRefusal({ ...held, lateReason }, day('2026-03-10'), latestPromise(null, held.heldOn), {
      dueOn: day('2026-03-09'),
      lateReason: kept,
    })
  expect(wrong('')?.lateReason).toContain('2026-03-09')
  expect(wrong('律师当日出庭')).toBe(null)
  expect(wrong('', '律师当日出庭')).toBe(null)
})

test('红色一经确认就起算两个工作日，当天提醒信访办主任，到期提醒，超期报上一级；召集以后提醒会诊和告知', async () => {
  const id = await o.graded('red')
  expect(d20(await o.view('clerk', id))).toMatchObject([
    { dueOn: '2026-03-09', endedOn: null, kind: 'house', words: '还有 4 天' },
  ])
  expect((await o.traces(id)).at(-1)).toContain('重大初信初访，2026-03-09 前召集会诊')
  const { waiting } = await listed(id)
  expect(waiting[0].dueOn).toBe('2026-03-09')
  expect(waiting[0].why.join('')).toContain('按工作日计 2 日')
  for (const today of ['2026-03-05', '2026-03-08', '2026-03-09', '2026-03-10']) {
    o.world.clock.set(today)
    await scan()
    await scan()
  }
  expect((await told(id)).map((r) => r.onDay)).toEqual(['2026-03-05', '2026-03-08', '2026-03-09', '2026-03-10'])
  const notices = async (who: string) =>
    (await o.as(who, 'GET', '/api/desk')).json.notices.filter((n: { says: string }) => n.says.includes('会诊'))
  expect((await notices('petitionHead')).length).toBeGreaterThanOrEqual(4)

  // 晚了：没有理由召集不成；有理由的，理由留下
  const call = { petitionId: id, planOn: '2026-03-11', place: '接待室' }
  const no = await post('clerk', '/api/consultations', call)
  expect([no.status, no.json.fields]).toEqual([400, { lateReason: '请写明理由' }])
  const attendees = [
    { role: 'receptionist', name: '登记员', staffId: o.id('clerk') },
    { role: 'leader', name: '分管', staffId: o.id('leadOfficial') },
  ]
  const yes = await post('petitionHead', '/api/consultations', { ...call, attendees, lateReason: '分管领导在县里开会' })
  expect(yes.status, JSON.stringify(yes.json)).toBe(200)
  expect((await notices('clerk'))[0].says).toContain('定于 2026-03-11 会诊，地点接待室')
  const row = (await listed(id)).rows[0]
  expect(row).toMatchObject({ dueOn: '2026-03-09', lateReason: '分管领导在县里开会', attendees })
  expect(d20(await o.view('clerk', id))[0]).toMatchObject({ endedOn: '2026-03-10', outcome: 'late' })
  expect((await o.traces(id)).at(-1)).toContain('晚于两个工作日的理由：分管领导在县里开会')

  // 改期，理由还在；过了定好的日子没有记录的提醒
  const moved = await post('clerk', `/api/consultations/${row.id}/plan`, {
    version: row.version,
    planOn: '2026-03-12',
    place: '会议室',
  })
  expect(moved.status, JSON.stringify(moved.json)).toBe(200)
  expect((await listed(id)).rows[0]).toMatchObject({ planOn: '2026-03-12', lateReason: '分管领导在县里开会' })
  o.world.clock.set('2026-03-13')
  await scan()
  expect((await told(id)).at(-1)!.says).toContain('举行会诊已过 1 天')

  // 会诊以后没有告知信访人的也提醒
  const hold = await post('petitionHead', `/api/consultations/${row.id}/held`, {
    version: row.version + 1,
    held: {
      heldOn: '2026-03-13',
      attendees: [...attendees, { role: 'head', name: '主任', staffId: o.id('petitionHead') }],
      options: [{ by: '登记员', text: '重新丈量' }],
      decision: '重新丈量',
      ownerId: o.id('leadOfficial'),
      promisedOn: '2026-04-01',
    },
  })
  expect(hold.status, JSON.stringify(hold.json)).toBe(200)
  o.world.clock.set('2026-03-15')
  await scan()
  expect((await told(id)).at(-1)!.says).toContain('把会诊决定告知信访人：今天到期')
})

test('不再是重大初访的，召集会诊不再计算；按期召集的记为按期，改级别不再要求第二次', async () => {
  o.world.clock.set('2026-03-16')
  const id = await o.register({ isKey: true })
  expect(d20(await o.view('clerk', id))).toMatchObject([{ dueOn: '2026-03-18', endedOn: null }])
  await o.move('clerk', id, 'correct', { isKey: false, reason: '核实后不是重点' })
  expect(d20(await o.view('clerk', id))).toMatchObject([{ outcome: 'cancelled' }])
  expect((await listed(id)).waiting).toEqual([])
  await o.move('clerk', id, 'correct', { isKey: true, reason: '涉及多户' })
  const call = { petitionId: id, planOn: '2026-03-17', place: '' }
  expect((await post('clerk', '/api/consultations', call)).status).toBe(200)
  expect(d20(await o.view('clerk', id)).map((c) => c.outcome)).toEqual(['cancelled', 'met'])
  await o.move('clerk', id, 'correct', { isKey: false, reason: '再核实' })
  await o.move('clerk', id, 'correct', { isKey: true, reason: '再核实' })
  expect(d20(await o.view('clerk', id))).toHaveLength(2)
})

test('放假安排变动，召集会诊的日子随之改变', async () => {
  o.world.clock.set('2026-03-19')
  const id = await o.register({ isKey: true })
  expect(d20(await o.view('clerk', id))[0]!.dueOn).toBe('2026-03-23')
  const table = (await calendarTables(o.world.db)).find((t) => t.year === 2026)!
  const moved = await changeCalendar(
    o.world,
    { ...table, days: [...table.days, { date: day('2026-03-20'), isOffDay: true, name: '临时放假' }] },
    { by: null, why: '国办发明电', what: '改动', apply: true },
  )
  expect(moved).toContainEqual(expect.objectContaining({ petitionId: id, rule: 'D20', to: '2026-03-24' }))
  expect((await listed(id)).waiting[0].dueOn).toBe('2026-03-24')
  await changeCalendar(o.world, table, { by: null, why: '恢复', what: '改动', apply: true })
})

test('放假安排还没有公布时定为重大初访的，公布导入后从当天补算；其间不再是重大、已经召集的不再补算', async () => {
  o.world.clock.set('2026-12-31')
  const kept = await o.register({ isKey: true })
  const dropped = await o.register({ isKey: true, title: '核实后不是重点' })
  const called = await o.register({ title: '当天就召集了' })
  expect(d20(await o.view('clerk', kept))).toEqual([])
  expect((await o.view('clerk', kept)).matter.uncounted).toMatchObject([{ rule: 'D20', from: '2026-12-31' }])
  expect((await listed(kept)).waiting).toMatchObject([{ dueOn: null, uncounted: true }])
  await o.move('clerk', dropped, 'correct', { isKey: false, reason: '核实后不是重点' })
  await o.move('clerk', called, 'correct', { isKey: true, reason: '涉及多户' })
  expect((await o.traces(called)).at(-1)).toContain('召集会诊：2027 年的放假安排尚未公布或未导入')
  expect(
    (await post('clerk', '/api/consultations', { petitionId: called, planOn: '2026-12-31', place: '' })).status,
  ).toBe(200)

  o.world.clock.set('2027-01-05')
  const table = JSON.stringify({
    year: 2027,
    papers: ['国办发明电〔2026〕12号'],
    days: [{ date: '2027-01-01', isOffDay: true, name: '元旦' }],
  })
  const put = (apply: boolean) =>
    post('petitionHead', '/api/calendar', { table, reason: '国办发明电〔2026〕12号', apply })
  const seen = await put(false)
  expect(seen.json.moved).toEqual([
    expect.objectContaining({ petitionId: kept, rule: 'D20', from: null, to: '2027-01-05' }),
  ])
  expect(d20(await o.view('clerk', kept))).toEqual([])
  expect((await put(true)).json.moved).toEqual(seen.json.moved)
  expect(d20(await o.view('clerk', kept))).toMatchObject([{ fromOn: '2026-12-31', dueOn: '2027-01-05', endedOn: null }])
  expect((await o.view('clerk', kept)).matter.uncounted).toEqual([])
  expect((await o.traces(kept)).at(-1)).toContain('召集会诊补算为 2027-01-05（国办发明电〔2026〕12号）')
  expect((await listed(kept)).waiting).toMatchObject([{ dueOn: '2027-01-05', uncounted: false }])
  for (const id of [dropped, called]) expect(d20(await o.view('clerk', id))).toEqual([])
  expect((await put(true)).json.moved).toEqual([])
})
