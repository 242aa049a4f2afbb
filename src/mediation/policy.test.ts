import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Office, openOffice } from '../duty/fixture.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type Role, roles } from '../people/roles.ts'
import type { Duty, Level, Mediator } from './network/network.ts'
import { addsFiles, disputeVisibleTo, looksAt, readsRecord } from './policy.ts'

const town = uuidv7()
const base = (role: Role, seats: Mediator['seats'] = []): Mediator => ({
  townId: town,
  staffId: uuidv7(),
  name: '某人',
  post: '',
  roles: [role],
  areaIds: [],
  villageIds: [],
  gridIds: [],
  unitIds: [],
  headsUnit: false,
  rank: 9,
  seats,
})
const station = uuidv7()
const dispute = (more: Partial<Parameters<typeof looksAt>[1]> = {}) => ({
  townId: town,
  state: 'mediating' as const,
  stationId: station,
  registeredBy: null,
  mediatorIds: [] as string[],
  formerIds: [] as string[],
  barredIds: [] as string[],
  followerId: null,
  ...more,
})
const seat = (duty: Duty, level: Level = 'village', stationId = station) => [
  { memberId: uuidv7(), stationId, level, duty },
]

describe('谁看得到纠纷', () => {
  test.each(Object.keys(roles) as Role[])('%s：只凭岗位什么也看不到', (role) => {
    expect(looksAt(base(role), dispute())).toBe('none')
  })

  test('承办的调解员、本站主任、回访人看全卷；同站的人、登记人、移交的人、中心主任只看进展；特邀专家不看', () => {
    const m = base('mediator')
    expect(looksAt(m, dispute({ mediatorIds: [m.staffId] }))).toBe('file')
    expect(looksAt(base('villageOfficer', seat('head')), dispute())).toBe('file')
    expect(looksAt(base('villageOfficer', seat('deputy')), dispute())).toBe('file')
    const f = base('gridWorker', seat('grid'))
    expect(looksAt(f, dispute({ followerId: f.staffId }))).toBe('file')
    expect(looksAt(f, dispute())).toBe('outline')
    const g = base('gridWorker')
    expect(looksAt(g, dispute({ registeredBy: g.staffId, state: 'registered' }))).toBe('file')
    expect(looksAt(g, dispute({ registeredBy: g.staffId }))).toBe('outline')
    expect(looksAt(g, dispute({ formerIds: [g.staffId] }))).toBe('outline')
    // 登记人的照片可能在调解员接手以后才传到：收得下，打不开
    expect(addsFiles(g, dispute({ registeredBy: g.staffId }))).toBe(true)
    expect(addsFiles(g, dispute({ registeredBy: g.staffId, barredIds: [g.staffId] }))).toBe(false)
    expect(addsFiles(f, dispute())).toBe(false)
    expect(looksAt(base('petitionHead', seat('head', 'centre', uuidv7())), dispute())).toBe('outline')
    expect(looksAt(base('unitHandler', seat('expert')), dispute())).toBe('none')
  })

  test('回避的人、别镇的人、公众、三员和审计，一概看不到', () => {
    const h = base('villageOfficer', seat('head'))
    expect(looksAt(h, dispute({ barredIds: [h.staffId] }))).toBe('none')
    expect(looksAt({ ...h, townId: uuidv7() }, dispute())).toBe('none')
    expect(looksAt({ ...h, petitionId: uuidv7() }, dispute())).toBe('none')
    for (const role of ['systemAdmin', 'securityAdmin', 'auditAdmin', 'auditor'] as const)
      expect(looksAt(base(role, seat('head')), dispute())).toBe('none')
  })

  test('单独谈话只有谈话的调解员看得到', () => {
    const me = base('mediator')
    expect(readsRecord(me, { privateTo: null })).toBe(true)
    expect(readsRecord(me, { privateTo: me.staffId })).toBe(true)
    expect(readsRecord(me, { privateTo: uuidv7() })).toBe(false)
  })
})

describe('同一条规则，在数据库里', () => {
  let o: Office
  let rows: ReturnType<typeof dispute>[] = []
  beforeAll(async () => {
    o = await openOffice()
    await o.as('petitionHead', 'POST', '/api/mediation/network', { requestId: uuidv7() })
    const stations = (await o.as('petitionHead', 'GET', '/api/mediation/network')).json.stations
    const people = Object.values(o.town.staff)
    await inTown(o.world.db, o.town.townId, async (tx) => {
      for (let i = 0; i < 40; i += 1) {
        const pick = (n: number) => people[(i * 7 + n * 3) % people.length]!
        const s = stations[i % stations.length]
        await tx
          .insertInto('dispute')
          .values({
            townId: o.town.townId,
            id: uuidv7(),
            code: `T${i}`,
            kind: 'other',
            title: '甲',
            facts: '乙',
            origin: 'ownMotion',
            stationId: s.id,
            level: s.level,
            registeredOn: o.world.clock.today(),
            registeredBy: pick(0),
            mediatorIds: i % 3 ? [pick(1)] : [],
            formerIds: i % 4 ? [] : [pick(2)],
            barredIds: i % 5 ? [] : [pick(i % 2)],
            followerId: i % 6 ? null : pick(4),
          } as never)
          .execute()
      }
      rows = (await tx.selectFrom('dispute').selectAll().execute()) as never
    })
  })
  afterAll(() => o?.close())

  test('任何岗位、任何席位：列表里有的，正是规则说看得到的', async () => {
    const stations = (await o.as('petitionHead', 'GET', '/api/mediation/network')).json.stations as {
      id: string
      level: Level
    }[]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(roles) as Role[])),
        fc.constantFrom(...Object.values(o.town.staff)),
        fc.array(
          fc.tuple(fc.constantFrom(...stations), fc.constantFrom<Duty>('head', 'deputy', 'mediator', 'grid', 'expert')),
          { maxLength: 2 },
        ),
        async (role, staffId, seats) => {
          const me: Mediator = {
            ...base(role),
            townId: o.town.townId,
            staffId,
            seats: seats.map(([s, duty]) => ({ memberId: staffId, stationId: s.id, level: s.level, duty })),
          }
          const seen = await inTown(o.world.db, me.townId, (tx) =>
            tx
              .selectFrom('dispute')
              .select('id')
              .where((eb) => disputeVisibleTo(me)(eb))
              .where(sql<boolean>`true`)
              .execute(),
          )
          const wanted = rows.filter((d) => looksAt(me, d) !== 'none') as unknown as { id: string }[]
          expect(seen.map((x) => x.id).sort()).toEqual(wanted.map((x) => x.id).sort())
        },
      ),
      { numRuns: 150 },
    )
  })
})
