import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyTown } from '../../audit/verify.ts'
import { type Office, openOffice } from '../../duty/fixture.ts'
import { day } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Role, Who } from '../../people/roles.ts'
import type { Seat } from '../../people/seats.ts'
import { newMatter as petition } from '../lives.fixture.ts'
import type { Change } from '../move.ts'
import type { Level, Matter } from '../petition.ts'
import { settingOf } from '../world.store.ts'
import { passMoves } from './move.ts'
import { bearerAt, bearerOf, bringsOutcome, echoed, handedBack, levelOf } from './pass.ts'
import { taken, unstickTown } from './unstick.job.ts'

const today = day('2026-03-05')
const [A, V, U] = [uuidv7(), uuidv7(), uuidv7()]
const seat = (role: Role, n: number, staffId: string | null, more: Partial<Seat> = {}): Seat => ({
  postId: uuidv7(),
  name: `${role}${n}`,
  role,
  areaId: role === 'areaSecretary' ? A : null,
  villageId: role === 'villageOfficer' ? V : null,
  gridId: null,
  unitId: role === 'unitHandler' ? U : null,
  heads: role === 'unitHandler' && n === 0,
  rank: 5,
  staffId,
  staff: staffId ? `人${n}` : '',
  phone: '',
  away: false,
  awayFrom: null,
  awayTo: null,
  deputyId: null,
  deputy: '',
  ...more,
})
const who = (s: Seat): Who => ({
  townId: 't',
  staffId: s.staffId!,
  name: s.staff,
  post: s.name,
  roles: [s.role],
  areaIds: s.areaId ? [s.areaId] : [],
  villageIds: s.villageId ? [s.villageId] : [],
  gridIds: [],
  unitIds: s.unitId ? [s.unitId] : [],
  headsUnit: s.heads,
  rank: s.rank,
})
const matter = (more: Partial<Matter> = {}) => petition({ areaId: A, villageId: V, state: 'received', ...more })

describe('谁来接', () => {
  test('在岗的接；空缺的到上一级，请假的由代理人接，都说出来；应当回避的跳过', () => {
    const [a, head, village] = [uuidv7(), uuidv7(), uuidv7()]
    const seats = [
      seat('villageOfficer', 1, village),
      seat('areaSecretary', 1, a),
      seat('petitionHead', 1, head),
      seat('clerk', 1, uuidv7()),
    ]
    expect(bearerAt('area', matter(), seats)).toMatchObject({ level: 'area', staffId: a, notes: [] })
    const vacant = seats.map((s) => (s.role === 'areaSecretary' ? { ...s, staffId: null } : s))
    expect(bearerAt('area', matter(), vacant)).toMatchObject({
      level: 'town',
      staffId: head,
      notes: ['areaSecretary1空缺'],
    })
    const away = seats.map((s) =>
      s.role === 'areaSecretary' ? { ...s, away: true, deputyId: village, deputy: '副' } : s,
    )
    expect(bearerAt('area', matter(), away)).toMatchObject({ level: 'area', staffId: village, name: '副' })
    expect(bearerAt('area', matter(), away)!.notes[0]).toContain('代理人副代收')
    // 代理人也不在的，不停在他那里
    const both = away.map((s) => (s.role === 'villageOfficer' ? { ...s, away: true } : s))
    expect(bearerAt('area', matter(), both)).toMatchObject({ level: 'town', staffId: head })
    expect(bearerAt('area', matter({ barredIds: [a] }), seats)).toMatchObject({ staffId: head })
    expect(bearerAt('area', matter(), [])).toBe(null)
  })

  test('单位交回而还没有另行交办的，看作在镇信访办', () => {
    const head = uuidv7()
    const m = matter({
      state: 'handling',
      mainUnitId: U,
      mainHandlerId: uuidv7(),
      holderId: head,
      passes: [
        {
          on: today,
          from: 'unit',
          to: 'town',
          by: '甲',
          toId: head,
          toName: '乙',
          reason: 'x',
          dueOn: null,
          stoodIn: '',
        },
      ],
    })
    expect(levelOf(m)).toBe('town')
    expect(handedBack(m)).toBe(true)
    expect(levelOf({ ...m, holderId: m.mainHandlerId })).toBe('unit')
  })
})

test('任意上报、交回、离任、补缺、请假、回避之后：恰有一个在手的人，从不停在空缺的岗位上、请假的人手上；各步首尾相接', () => {
  const roles: [Role, number][] = [
    ['villageOfficer', 1],
    ['areaSecretary', 1],
    ['unitHandler', 0],
    ['unitHandler', 1],
    ['petitionHead', 1],
    ['clerk', 1],
    ['leadOfficial', 1],
  ]
  const op = fc.record({
    kind: fc.constantFrom(
      'up',
      'up',
      'down',
      'down',
      'vacate',
      'fill',
      'leave',
      'back',
      'bar',
      'toUnit',
      'confirm',
      'hour',
      'hour',
    ),
    n: fc.nat(6),
    to: fc.constantFrom<Level>('village', 'area', 'town', 'unit'),
    deputy: fc.nat(6),
  })
  let done = 0
  fc.assert(
    fc.property(fc.array(op, { minLength: 1, maxLength: 40 }), (ops) => {
      // 党政主要领导始终在任：一个镇总有一个人负责
      const last = seat('townLeader', 9, uuidv7())
      let seats = [...roles.map(([r, n]) => seat(r, n, uuidv7())), last]
      let m = matter({ registeredBy: seats[0]!.staffId })
      const apply = (c: Change) => {
        m = { ...m, ...c.set }
        done += 1
      }
      for (const o of ops) {
        const s = seats[o.n]!
        const change = (more: Partial<Seat>) => {
          seats = seats.map((x, i) => (i === o.n ? { ...x, ...more } : x))
        }
        if (o.kind === 'vacate') change({ staffId: null, staff: '', away: false, deputyId: null })
        if (o.kind === 'fill' && s.staffId === null) change({ staffId: uuidv7(), staff: '新人' })
        if (o.kind === 'leave' && s.staffId) {
          const d = seats[o.deputy]!
          change({ away: true, deputyId: d.staffId === s.staffId ? null : d.staffId, deputy: d.staff })
        }
        if (o.kind === 'back') change({ away: false, deputyId: null })
        if (o.kind === 'bar' && s.staffId && m.barredIds.length < 2)
          m = { ...m, barredIds: [...m.barredIds, s.staffId] }
        if (o.kind === 'confirm' && m.state === 'received')
          m = { ...m, state: 'registered', holderId: m.holderId ?? last.staffId }
        const handler = seats[2]!.staffId ?? seats[3]!.staffId
        if (o.kind === 'toUnit' && m.state === 'registered' && handler)
          m = { ...m, state: 'handling', mainUnitId: U, mainHandlerId: handler, holderId: handler }
        if (o.kind === 'up' || o.kind === 'down') {
          const name = o.kind === 'up' ? 'passUp' : 'passDown'
          const actor = seats.find((x) => x.staffId && passMoves[name].refusal(m, who(x), today) === null)
          if (actor) {
            const before = m
            const all: Level[] = ['village', 'area', 'town', 'unit']
            const first = all.indexOf(o.to)
            for (const to of [...all.slice(first), ...all.slice(0, first)]) {
              const input = passMoves[name].input.safeParse({
                to,
                why: 'cannot',
                reason: '上门两次',
                dueOn: today,
                taker: bearerAt(to, m, seats),
              })
              if (!input.success) continue
              try {
                apply(passMoves[name].decide(m, input.data as never, who(actor), today, null as never))
              } catch (e) {
                if (!(e instanceof Invalid)) throw e
                continue
              }
              expect(m.passes).toHaveLength(before.passes.length + 1)
              expect(m.passes.at(-1)!.toId).toBe(m.holderId)
              expect(bearerOf(m, seats)!.staffId).toBe(m.holderId)
              break
            }
          }
        }
        const now = bearerOf(m, seats)
        expect(now, o.kind).not.toBe(null)
        const sits = seats.filter((x) => x.staffId === now!.staffId)
        expect(sits.length).toBeGreaterThan(0)
        expect(m.barredIds).not.toContain(now!.staffId)
        // 也不停在请假的人手上
        expect(sits[0]!.away, o.kind).toBe(false)
        // 不在原来的人手上，就说出为什么
        if (m.holderId !== null && now!.staffId !== m.holderId) expect(now!.notes.length).toBeGreaterThan(0)
        // 每小时的补交几步就停住，不在两个人手里来回
        let x = m
        for (let steps = 0; x.holderId !== null && bearerOf(x, seats)!.staffId !== x.holderId; steps += 1) {
          expect(steps, JSON.stringify(x.passes.slice(-4))).toBeLessThan(3)
          x = { ...x, ...taken(x, bearerOf(x, seats)!, { today }).set }
        }
        if (o.kind === 'hour') m = x
      }
    }),
    { numRuns: 400 },
  )
  expect(done).toBeGreaterThan(300)
})

test('有了结果，由首报人三日内当面告知；匿名、密封的不告知', () => {
  const m = matter({ state: 'handling' })
  const change: Change = { kind: 'signoff', says: '办结', set: { state: 'concluded' } }
  expect(bringsOutcome(m, change)).toBe(true)
  expect(bringsOutcome({ ...m, state: 'concluded' }, change)).toBe(false)
  expect(bringsOutcome({ ...m, anonymous: true }, change)).toBe(false)
  expect(bringsOutcome({ ...m, sealed: true }, change)).toBe(false)
  expect(bringsOutcome(m, { ...change, set: { state: 'accepted' } })).toBe(false)
  const teller = { level: 'village' as const, staffId: uuidv7(), name: '甲', post: '信息员', notes: [] }
  const out = echoed(m, change, teller, today)
  expect(out.set!.echo).toMatchObject({ ownerId: teller.staffId, what: '已办结', dueOn: '2026-03-08', doneOn: null })
  expect(out.tell!.at(-1)!.says).toContain('当面告知信访人')
})

describe('经过事项页', () => {
  let o: Office
  beforeAll(async () => {
    o = await openOffice()
  })
  afterAll(() => o?.close())
  const heard = async (who: string) => {
    const r = await o.as(who, 'POST', '/api/petitions', {
      requestId: uuidv7(),
      input: {
        channel: 'visit',
        receivedOn: o.world.clock.today(),
        request: '村东排水沟堵塞，要求清通',
        oral: true,
        readBack: true,
        parties: [{ name: '试验人甲', phone: '' }],
        areaId: o.town.areas.东部管区,
        villageId: o.town.villages.东庄村,
      },
    })
    expect(r.status, JSON.stringify(r.json)).toBe(200)
    return r.json.id as string
  }
  const holder = async (id: string) => (await o.view('petitionHead', id)).matter.holderId

  test('村报管区，管区报镇，镇交回管区，管区报办结：每步有理由，首报人一路看到', async () => {
    const id = await heard('villageOfficer')
    expect(await o.moveRefused('mediator', id, 'passUp').catch(() => '看不到')).toBeTruthy()
    expect(await o.moveRefused('villageOfficer', id, 'passUp', { to: 'area', why: 'cannot', reason: '' })).toContain(
      '为什么上报',
    )
    await o.move('villageOfficer', id, 'passUp', { to: 'area', why: 'cannot', reason: '水利设施归管区统管' })
    expect(await holder(id)).toBe(o.id('areaSecretary'))
    await o.move('clerk', id, 'confirmRegister')
    expect(await holder(id)).toBe(o.id('areaSecretary'))
    await o.move('areaSecretary', id, 'passUp', { to: 'town', why: 'beyond', reason: '涉及县道边沟' })
    expect(await holder(id)).toBe(o.id('petitionHead'))
    const late = { to: 'area', reason: '县里已清边沟，请组织村内段', dueOn: '2026-03-01' }
    expect(await o.moveRefused('petitionHead', id, 'passDown', late)).toContain('早于今天')
    await o.move('petitionHead', id, 'passDown', { ...late, dueOn: '2026-03-10' })
    await o.move('areaSecretary', id, 'passUp', { to: 'town', why: 'settled', reason: '已清通，三户确认' })
    const seen = await o.view('villageOfficer', id)
    expect(seen.matter.passes.map((p) => `${p.from}→${p.to}`)).toEqual([
      'village→area',
      'area→town',
      'town→area',
      'area→town',
    ])
    expect((await o.traces(id)).filter((t) => t.startsWith('由')).at(-1)).toContain('已经就地解决，报请核实办结')
    const told = await o.world.ownerPool.query(
      "select says from notice where staff_id = $1 and kind = 'pass' order by at",
      [o.id('villageOfficer')],
    )
    expect(told.rows).toHaveLength(3)

    // 结果回到首报人，由他当面告知
    await o.move('clerk', id, 'classify', {
      class: 'claim',
      route: 'petitionProcedure',
      category: null,
      categoryText: '水利',
    })
    const version = (await o.view('villageOfficer', id)).matter.version
    const withdrawn = await o.as('petitionHead', 'POST', `/api/petitions/${id}/moves/withdraw`, {
      requestId: uuidv7(),
      version,
      input: { words: '沟通了，不用再办', onDay: '2026-03-05', voluntary: true },
    })
    expect(withdrawn.status, JSON.stringify(withdrawn.json)).toBe(200)
    const echo = (await o.view('villageOfficer', id)).matter.echo
    expect(echo).toMatchObject({ ownerId: o.id('villageOfficer'), what: '已撤回', doneOn: null })
    expect(await o.moveRefused('areaSecretary', id, 'tellBack', {})).toContain('首先上报')
    await o.move('villageOfficer', id, 'tellBack', { onDay: '2026-03-05', way: 'visit', body: '已说明，对方满意' })
    expect((await o.view('villageOfficer', id)).matter.echo!.doneOn).toBe('2026-03-05')
    expect(await o.moveRefused('villageOfficer', id, 'tellBack', {})).toContain('已经告知')
  })

  test('管区书记请假有代理人的由代理人代收；离任后停在手上的事项由上一级代收，说明空缺，重复运行不重复', async () => {
    const leave = {
      staffId: o.id('areaSecretary'),
      deputyId: o.id('leadOfficial'),
      fromOn: '2026-03-05',
      toOn: '2026-03-05',
    }
    expect((await o.as('areaSecretary', 'POST', '/api/leaves', { requestId: uuidv7(), ...leave })).status).toBe(200)
    const id = await heard('villageOfficer')
    await o.move('villageOfficer', id, 'passUp', { to: 'area', why: 'cannot', reason: '需协调两村' })
    expect(await holder(id)).toBe(o.id('leadOfficial'))
    expect((await o.view('villageOfficer', id)).matter.passes[0]!.stoodIn).toContain('请假，由代理人')

    o.world.clock.set('2026-03-06')
    const second = await heard('villageOfficer')
    await o.move('villageOfficer', second, 'passUp', { to: 'area', why: 'cannot', reason: '需协调两村' })
    expect(await holder(second)).toBe(o.id('areaSecretary'))
    await o.world.ownerPool.query('update holding set until = $2 where staff_id = $1', [
      o.id('areaSecretary'),
      '2026-03-06',
    ])
    const run = () =>
      inTown(o.world.db, o.town.townId, async (tx) =>
        unstickTown(tx, o.town.townId, await settingOf(tx, o.world, o.town.townId)),
      )
    expect(await run()).toBe(1)
    expect(await run()).toBe(0)
    expect(await holder(second)).toBe(o.id('petitionHead'))
    expect((await o.traces(second)).at(-1)).toMatch(/原经办人已不在岗.*空缺.*代收/)
    // 只剩管理员的岗位、或者应当回避的，同样不停在他手上
    await o.world.ownerPool.query('update petition set holder_id = $2 where id = $1', [second, o.id('systemAdmin')])
    expect(await run()).toBe(1)
    expect(await holder(second)).toBe(o.id('petitionHead'))
    await o.world.ownerPool.query('update petition set barred_ids = array[holder_id] where id = $1', [second])
    expect(await run()).toBe(1)
    expect(await run()).toBe(0)
    expect((await o.traces(second)).at(-1)).toContain('原经办人应当回避')
    const third = await heard('villageOfficer')
    await o.move('villageOfficer', third, 'passUp', { to: 'area', why: 'urgent', reason: '雨季将至' })
    expect((await o.view('villageOfficer', third)).matter.passes[0]).toMatchObject({ to: 'town' })
    expect((await inTown(o.world.db, o.town.townId, (tx) => verifyTown(tx, o.town.townId))).ok).toBe(true)
  })
})
