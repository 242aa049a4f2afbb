import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Office, openOffice } from '../duty/fixture.ts'
import type { Today } from '../field/routes.ts'
import { addDays } from '../kit/day.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Role, Who } from '../people/roles.ts'
import type { Seat } from '../people/seats.ts'
import type { CampaignView, PlaceTask } from './campaign.routes.ts'
import { chasedFor, chaseSays, type PlaceFacts, reportsFor, standsInFor } from './cover.ts'

const seat = (id: string, role: Role, more: Partial<Seat> = {}): Seat => ({
  postId: `post-${id}`,
  name: id,
  role,
  areaId: null,
  villageId: null,
  gridId: null,
  unitId: null,
  heads: false,
  rank: 1,
  staffId: id,
  staff: `${id}某`,
  phone: '',
  away: false,
  awayFrom: null,
  awayTo: null,
  deputyId: null,
  deputy: '',
  ...more,
})
const place: PlaceFacts = {
  id: 'p',
  areaId: 'a',
  villageId: 'v',
  gridId: null,
  leaderId: '领导',
  secretaryId: '书记',
  cadreId: '村干部',
  version: 0,
}
const town = (cadre: Partial<Seat> = {}, secretary: Partial<Seat> = {}, leader: Partial<Seat> = {}): Seat[] => [
  seat('主任', 'petitionHead'),
  seat('领导', 'leadOfficial', { areaId: 'a', ...leader }),
  seat('书记', 'areaSecretary', { areaId: 'a', ...secretary }),
  seat('村干部', 'villageOfficer', { villageId: 'v', ...cadre }),
  seat('乙', 'unitHandler'),
]
const gone = { away: true }
const handed = { away: true, deputyId: '乙', deputy: '乙某' }

describe('一处由谁报告，没有报告的催谁', () => {
  test('在岗的本人；请假的由代理人；没有代理人的、空缺的往上一级，再往上是信访办；跳过谁都说出来', () => {
    const asked = (seats: Seat[], p = place) => {
      const c = chasedFor(p, seats)
      return c && [c.staffId, c.how, c.notes.join('，')]
    }
    expect(asked(town())).toEqual(['村干部', 'own', ''])
    expect(asked(town(handed))).toEqual(['乙', 'standIn', '包村人员村干部某请假，由代理人乙某代收'])
    expect(asked(town(gone))).toEqual(['书记', 'above', '包村人员村干部某请假，没有能代收的人'])
    expect(asked(town(gone, handed))).toEqual([
      '乙',
      'above',
      '包村人员村干部某请假，没有能代收的人，管区书记书记某请假，由代理人乙某代收',
    ])
    expect(asked(town({ staffId: null }, { staffId: null }), { ...place, cadreId: null })).toEqual([
      '领导',
      'above',
      '包村人员空缺，管区书记空缺',
    ])
    expect(asked(town(gone, gone, gone))?.slice(0, 2)).toEqual(['主任', 'above'])
    expect(asked([])).toBeNull()
  })

  test('包保人离任后由现任的村信息员报；代理人自己也请假、已不在岗的不算', () => {
    const next = seat('新人', 'villageOfficer', { villageId: 'v' })
    expect(chasedFor(place, [...town({ staffId: null }), next])).toMatchObject({
      staffId: '新人',
      how: 'own',
      notes: ['包村人员已不在岗'],
    })
    const both = town(handed).map((s) => (s.staffId === '乙' ? { ...s, away: true } : s))
    expect(chasedFor(place, both)).toMatchObject({ staffId: '书记', how: 'above' })
    expect(chasedFor(place, town({ ...handed, deputyId: '丁' }))).toMatchObject({ staffId: '书记' })
  })

  test('代理人报得了请假的人那一处，人回来就不再是他的', () => {
    const other: Who = {
      townId: 't',
      staffId: '乙',
      name: '乙某',
      post: '',
      roles: ['unitHandler'],
      areaIds: [],
      villageIds: [],
      gridIds: [],
      unitIds: [],
      headsUnit: false,
      rank: 1,
    }
    expect(reportsFor(other, place, town(handed))).toBe(true)
    expect(standsInFor(other, place, town(handed))).toBe('村干部某')
    expect(reportsFor(other, place, town())).toBe(false)
    expect(reportsFor(other, place, town({ ...handed, away: false }))).toBe(false)
  })

  test('几处由别人代收，说一句话', () => {
    expect(chaseSays({ stoodIn: 0, passedUp: 0 })).toBe('')
    expect(chaseSays({ stoodIn: 2, passedUp: 1 })).toBe(
      '，其中 2 处包保人请假，由代理人代收，1 处没有人在岗，由上一级代收',
    )
    expect(chaseSays({ stoodIn: 0, passedUp: 1 })).toBe('，其中 1 处没有人在岗，由上一级代收')
  })
})

describe('村信息员请假', () => {
  let o: Office
  beforeAll(async () => {
    o = await openOffice('2026-03-05')
  })
  afterAll(() => o?.close())
  const post = (who: string, url: string, body: object) => o.as(who, 'POST', url, { requestId: uuidv7(), ...body })

  test('发起就告诉代理人，催报发给代理人并写明代谁收；代理人在手机上就有、报得了；办公室的未报清单写着现在催谁', async () => {
    const today = o.world.clock.today()
    const leave = {
      fromOn: today,
      toOn: today,
      reason: '看病',
      deputyId: o.id('mediator'),
      staffId: o.id('villageOfficer'),
    }
    expect((await post('villageOfficer', '/api/leaves', leave)).status).toBe(200)
    const made = await post('petitionHead', '/api/screenings', {
      input: { title: '春季排查', asks: '矛盾纠纷', fromOn: today, dueOn: addDays(today, 2), withGrids: false },
    })
    expect(made.status, JSON.stringify(made.json)).toBe(200)
    const opened = await o.world.ownerPool.query('select says from notice where staff_id = $1 and key like $2', [
      o.id('mediator'),
      '%/open/%',
    ])
    expect(opened.rows.map((r) => r.says)).toEqual([expect.stringContaining('其中 1 处的人请假或者岗位空缺，由您代收')])

    const chased = await post('petitionHead', `/api/screenings/${made.json.id}/chase`, {})
    expect(chased.json).toMatchObject({ blank: 3, stoodIn: 1 })
    const notices = (
      await o.world.ownerPool.query("select staff_id, says from notice where kind = 'screening' and key like $1", [
        `%${today}%`,
      ])
    ).rows as { staff_id: string; says: string }[]
    expect(notices.find((n) => n.staff_id === o.id('mediator'))?.says).toContain(
      '东庄村（包村人员村信访甲请假，由代理人',
    )
    expect(notices.filter((n) => n.staff_id === o.id('villageOfficer'))).toEqual([])
    const view = (await o.as('petitionHead', 'GET', `/api/screenings/${made.json.id}`)).json as CampaignView
    expect(Object.values(view.asked).map((a) => a.why)).toContainEqual(expect.stringContaining('代理人'))

    const [task] = (await o.as('mediator', 'GET', '/api/screening-tasks')).json as PlaceTask[]
    expect([task?.village, task?.standsFor]).toEqual(['东庄村', '村信访甲'])
    const carried = ((await o.as('mediator', 'GET', '/api/field/today')).json as Today).screening[0]!
    expect([carried.name, carried.standsFor, carried.refusal]).toEqual(['东庄村', '村信访甲', null])
    const now = o.world.clock.now().getTime()
    const said = await post('mediator', '/api/field/reports', {
      heardAt: now,
      sentAt: now,
      input: {
        campaignId: carried.campaignId,
        placeId: carried.placeId,
        version: 0,
        input: { zero: true, visited: 11 },
      },
    })
    expect(said.status, JSON.stringify(said.json)).toBe(200)
    // 假期一过，又是本人的
    o.world.clock.set(addDays(today, 1), 9)
    expect((await o.as('mediator', 'GET', '/api/screening-tasks')).json).toEqual([])
  })
})
