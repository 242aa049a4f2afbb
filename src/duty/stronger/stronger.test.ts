import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import { remindTown } from '../../supervision/remind.job.ts'
import { type Office, openOffice } from '../fixture.ts'
import { conditionNames, ruleSays, rulesFrom, usualRules } from './stronger.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())
const post = (who: string, url: string, body: Record<string, unknown>) =>
  o.as(who, 'POST', url, { requestId: uuidv7(), ...body })
const of = async (id: string, who = 'petitionHead') => (await o.as(who, 'GET', `/api/stronger/${id}`)).json
const list = async (who = 'petitionHead') => (await o.as(who, 'GET', '/api/stronger')).json
const scan = () =>
  inTown(o.world.db, o.town.townId, (tx) =>
    remindTown(tx, o.town.townId, {
      today: o.world.clock.today(),
      now: o.world.clock.now(),
      channels: { has: () => false },
    }),
  )
const reminded = async (id: string) =>
  (
    await o.world.ownerPool.query(
      `select r.source, r.step, r.says, array(select s.name from staff s where s.id = any (r.staff_ids) order by 1) as told, staff_ids
       from reminder r where r.petition_id = $1 and r.source in ('stronger', 'owner', 'check') order by r.on_day, r.source, r.thing`,
      [id],
    )
  ).rows as { source: string; step: number; says: string; told: string[]; staff_ids: string[] }[]
const withAttributes = async (gradeAttributes: string[], more: Record<string, unknown> = {}) => {
  const id = await o.register({ ...more })
  await o.move('clerk', id, 'classify', {
    class: 'claim',
    route: 'petitionProcedure',
    category: (more.category as string) ?? null,
    categoryText: '土地',
  })
  await o.move('clerk', id, 'grade', { grade: 'yellow', gradeReason: '按事项属性', gradeAttributes })
  return id
}

test('规则是数据：没有改过的按通常的，多出来和坏掉的不认', () => {
  expect(rulesFrom(undefined)).toEqual(usualRules)
  expect(rulesFrom([{ code: 'person', active: true }, 3])).toEqual(usualRules)
  const mine = { ...usualRules[1]!, everyDays: 3 }
  expect(rulesFrom([mine]).find((r) => r.code === mine.code)).toEqual(mine)
  expect(rulesFrom([mine]).map((r) => r.code)).toEqual(conditionNames)
  expect(ruleSays(mine)).toBe('同一事项重复反映：由班子成员包案，每 3 天检查一次')
})

test('看事项的属性和经过：没有情形的不加强；几条规则同时触发时取最高的包案层级、最短的检查间隔', async () => {
  const plain = await withAttributes(['severalAffected'])
  expect((await of(plain)).asked).toBe(null)

  const units = await withAttributes(['severalUnits'])
  expect((await of(units)).asked).toMatchObject({
    fired: ['severalUnits'],
    needed: 'leader',
    everyDays: 14,
    satisfied: false,
    checkDue: '2026-03-19',
  })
  const both = await withAttributes(['severalUnits', 'raisedHigher'])
  expect((await of(both)).asked).toMatchObject({
    fired: ['raisedHigher', 'severalUnits'],
    needed: 'principal',
    everyDays: 7,
    checkDue: '2026-03-12',
  })
  const category = (await o.world.ownerPool.query("select code from category where code = '100204'")).rows[0]?.code
  expect(category).toBe('100204')
  const finance = await withAttributes([], { category })
  expect((await of(finance)).asked.fired).toEqual(['cadreOrFinance'])
  const ids = (await list()).map((r: { id: string }) => r.id)
  expect(ids).toEqual(expect.arrayContaining([units, both, finance]))
  expect(ids).not.toContain(plain)
})

test('包案层级到位才算到位：班子成员包了，要求党政主要领导的仍是缺口；清单闭环的排查预警数得到', async () => {
  const id = await withAttributes(['raisedHigher'])
  const gap = async () =>
    (await o.as('petitionHead', 'GET', '/api/governance-board?rule=screening')).json.matters.some(
      (m: { id: string }) => m.id === id,
    )
  expect(await gap()).toBe(true)
  await o.move('petitionHead', id, 'nameLead', { leadOfficialId: o.id('leadOfficial') })
  expect((await of(id)).asked.satisfied).toBe(false)
  expect(await gap()).toBe(true)
  await o.move('petitionHead', id, 'nameLead', { leadOfficialId: o.id('townLeader') })
  expect((await of(id)).asked.satisfied).toBe(true)
  expect(await gap()).toBe(false)
})

test('触发时告知一次，两天后还没有应有的包案领导提醒信访办主任，到检查日提醒包案领导；检查以后重新计', async () => {
  const id = await withAttributes(['raisedHigher'])
  await scan()
  await scan()
  const first = (await reminded(id)).filter((r) => r.source === 'stronger')
  expect(first).toHaveLength(1)
  expect(first[0]!.says).toContain('曾向上级机关反映：由党政主要领导包案，每 7 天检查一次')
  expect(first[0]!.staff_ids).toEqual(expect.arrayContaining([o.id('townLeader'), o.id('leadOfficial')]))
  expect(first[0]!.staff_ids).not.toContain(o.id('clerk'))

  o.world.clock.set('2026-03-07')
  await scan()
  const owner = (await reminded(id)).filter((r) => r.source === 'owner')
  expect(owner.map((r) => [r.step, r.staff_ids])).toEqual([[0, [o.id('petitionHead')]]])
  expect(owner[0]!.says).toContain('由党政主要领导包案')

  await o.move('petitionHead', id, 'nameLead', { leadOfficialId: o.id('townLeader') })
  o.world.clock.set('2026-03-12')
  await scan()
  const check = (await reminded(id)).filter((r) => r.source === 'check')
  expect(check.at(-1)!.staff_ids).toEqual([o.id('townLeader')])
  expect((await reminded(id)).filter((r) => r.source === 'owner')).toHaveLength(1)

  const url = `/api/stronger/${id}/checks`
  const requestId = uuidv7()
  const given = { requestId, onDay: '2026-03-12', found: '已约定丈量日期', demand: '三日内丈量' }
  expect((await o.as('townLeader', 'POST', url, given)).status).toBe(200)
  expect((await o.as('townLeader', 'POST', url, given)).status).toBe(200)
  const now = await of(id)
  expect(now.checks).toHaveLength(1)
  // Looked at is not moved forward: the days without progress go on from the naming of the lead.
  expect((await o.as('clerk', 'GET', `/api/petitions/${id}`)).json.matter.lastProgressOn).toBe('2026-03-07')
  expect(now.asked.checkDue).toBe('2026-03-19')
  expect(await o.traces(id)).toContain('检查：已约定丈量日期；要求：三日内丈量')
  expect((await post('townLeader', url, { onDay: '2026-04-01', found: '将来' })).json.message).toContain('不能晚于今天')
  expect((await post('clerk', url, { onDay: '2026-03-12', found: '不该我查' })).status).toBe(403)
  expect((await post('leadOfficial', url, { onDay: '2026-03-12', found: '不是我包的' })).status).toBeGreaterThanOrEqual(
    400,
  )
})

test('承办人不检查自己；密封的检举控告不进加强责任', async () => {
  const id = await withAttributes(['raisedHigher'])
  await o.move('petitionHead', id, 'accept', { contact: '信访办' })
  // In a small town the head of the petition office also works in a unit.
  await o.world.ownerPool.query(
    `insert into holding (town_id, id, staff_id, post_id, since)
     select town_id, $1, $2, post_id, since from holding where staff_id = $3 limit 1`,
    [uuidv7(), o.id('petitionHead'), o.id('unitHandler2')],
  )
  await o.move('petitionHead', id, 'assignHandler', {
    mainUnitId: o.town.units.自然资源所,
    mainHandlerId: o.id('petitionHead'),
    areaOwnerId: o.id('areaSecretary'),
    villageOwnerId: o.id('villageOfficer'),
  })
  expect((await of(id)).refusal).toBe('检查由承办人以外的人进行')
  const before = (await list('townLeader')).length
  const sealed = await o.register({ request: '检举某干部' })
  await o.move('clerk', sealed, 'classify', { class: 'accusation', category: '0502', categoryText: '' })
  expect(await list('townLeader')).toHaveLength(before)
  expect((await o.as('clerk', 'GET', `/api/stronger/${sealed}`)).status).toBe(404)
})

test('规则由信访办主任或党政主要领导改定；过时的页面改不了；停用的规则不再触发；改动留痕', async () => {
  const { rules, version } = (await o.as('petitionHead', 'GET', '/api/stronger-rules')).json
  const id = await withAttributes(['projectRelated'])
  expect((await of(id)).asked.fired).toEqual(['projectRelated'])
  const off = rules.map((r: { code: string }) => (r.code === 'projectRelated' ? { ...r, active: false } : r))
  expect((await post('clerk', '/api/stronger-rules', { version, rules: off })).status).toBe(403)
  expect((await post('petitionHead', '/api/stronger-rules', { version, rules: off.slice(1) })).status).toBe(400)
  const bad = off.map((r: object) => ({ ...r, everyDays: 0 }))
  expect((await post('petitionHead', '/api/stronger-rules', { version, rules: bad })).json.message).toContain(
    '至少一天',
  )
  expect((await post('townLeader', '/api/stronger-rules', { version, rules: off })).status).toBe(200)
  expect((await post('petitionHead', '/api/stronger-rules', { version, rules })).status).toBe(409)
  expect((await of(id)).asked).toBe(null)
  const said = await o.world.ownerPool.query("select says from trace where kind = 'dutyRule' order by at desc limit 1")
  expect(said.rows[0].says).not.toContain('项目')
})

test('留痕链完好', async () => {
  expect((await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))).ok).toBe(true)
})
