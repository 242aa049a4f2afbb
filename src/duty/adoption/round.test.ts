import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  eventRefusal,
  type Leader,
  type Plan,
  pickable,
  planFaults,
  quotasOf,
  type RoundEvent,
  type RoundState,
  replay,
  simulate,
  tieBreaks,
  usualRules,
  weigh,
} from './round.ts'

const uuid = (kind: number, n: number) => `0190000${kind}-0000-7000-8000-${String(n).padStart(12, '0')}`
const leader = (n: number, more: Partial<Leader> = {}): Leader => ({
  id: uuid(1, n),
  name: `领导${n}`,
  post: '班子成员',
  rank: 10 - n,
  seat: n,
  load: 0,
  quota: null,
  away: false,
  ...more,
})

const plans = fc
  .record({
    leaders: fc.array(
      fc.record({
        rank: fc.integer({ min: 1, max: 4 }),
        seat: fc.integer({ min: 0, max: 3 }),
        load: fc.integer({ min: 0, max: 6 }),
        quota: fc.option(fc.integer({ min: 1, max: 8 }), { nil: null }),
        away: fc.boolean(),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    cases: fc.array(
      fc.record({
        points: fc.integer({ min: 1, max: 4 }),
        bars: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 }),
      }),
      { maxLength: 12 },
    ),
    rounds: fc.integer({ min: 1, max: 6 }),
    quota: fc.option(fc.integer({ min: 1, max: 10 }), { nil: null }),
    countLoad: fc.boolean(),
    tie: fc.constantFrom(...(Object.keys(tieBreaks) as (keyof typeof tieBreaks)[])),
    seed: fc.string({ maxLength: 8 }),
    keeper: fc.nat(),
  })
  .map(
    ({ leaders, cases, rounds, quota, countLoad, tie, seed, keeper }): Plan => ({
      leaders: leaders.map((l, i) => leader(i, l)),
      // At least one leader can lawfully own each matter: an opened round has no other kind.
      cases: cases.map((c, i) => ({
        id: uuid(2, i),
        points: c.points,
        barred: [...new Set(c.bars)]
          .filter((b) => b < leaders.length && b !== (keeper + i) % leaders.length)
          .map((b) => uuid(1, b)),
      })),
      rules: { ...usualRules, rounds, quota, countLoad, tie },
      seed,
    }),
  )

/** What people might try, whether lawful or not: a number chooses the deed, two more the person and the matter. */
const deeds = fc.array(fc.tuple(fc.nat(99), fc.nat(20), fc.nat(20)), { maxLength: 60 })

const eventOf = (
  plan: Plan,
  s: RoundState,
  [what, who, which]: [number, number, number],
): [RoundEvent, string, boolean] => {
  const anyone = plan.leaders[who % plan.leaders.length]!.id
  const anyCase = plan.cases[which % plan.cases.length]!.id
  const may = pickable(plan, s, s.turn!)
  if (what < 50 && may.length)
    return [{ kind: 'pick', leaderId: s.turn!, caseId: may[which % may.length]!.id }, s.turn!, false]
  if (what < 65) return [{ kind: 'pass', leaderId: s.turn!, reason: '另有任务' }, s.turn!, false]
  if (what < 75)
    return [{ kind: 'recuse', leaderId: anyone, caseId: anyCase, reason: '近亲属有利害关系' }, anyone, false]
  if (what < 80)
    return [
      { kind: 'delegate', leaderId: anyone, toId: plan.leaders[which % plan.leaders.length]!.id, reason: '外出' },
      anyone,
      false,
    ]
  if (what < 84) return [{ kind: 'remove', caseId: anyCase, reason: '已销号' }, uuid(9, 0), true]
  return [{ kind: 'pick', leaderId: anyone, caseId: anyCase }, anyone, false]
}

/** Play what people try, dropping what is refused, then everybody passes until the end. */
const play = (
  plan: Plan,
  tries: [number, number, number][],
): { events: RoundEvent[]; state: RoundState; turns: number } => {
  const events: RoundEvent[] = []
  let state = replay(plan, events)
  for (const t of tries) {
    if (state.turn === null) break
    const [e, staffId, runs] = eventOf(plan, state, t)
    if (eventRefusal(plan, state, e, { staffId, runs }) !== null) continue
    events.push(e)
    state = replay(plan, events)
  }
  let turns = 0
  while (state.turn !== null) {
    events.push({ kind: 'pass', leaderId: state.turn, reason: '不再选择' })
    state = replay(plan, events)
    turns += 1
    if (turns > 1000) break
  }
  return { events, state, turns }
}

describe('包案轮次：任意次序、缺席、回避、并列', () => {
  test('每件恰有一名包案领导，且不是应当回避的人', () => {
    fc.assert(
      fc.property(plans, deeds, (plan, tries) => {
        const { state } = play(plan, tries)
        for (const c of plan.cases) {
          if (state.removed.includes(c.id)) {
            expect(state.owners[c.id]).toBeUndefined()
            continue
          }
          const owner = state.owners[c.id]
          expect(plan.leaders.map((l) => l.id)).toContain(owner)
          expect(state.barred[c.id]).not.toContain(owner)
          expect(c.barred).not.toContain(owner)
        }
        // The points shown are the points held.
        for (const l of plan.leaders)
          expect(state.points[l.id]).toBe(
            (plan.rules.countLoad ? l.load : 0) +
              plan.cases.filter((c) => state.owners[c.id] === l.id).reduce((n, c) => n + c.points, 0),
          )
      }),
      { numRuns: 600 },
    )
  })

  test('还有人未到定额时，没有人超过定额', () => {
    fc.assert(
      fc.property(plans, deeds, (plan, tries) => {
        const { state } = play(plan, tries)
        const base = (l: Leader) => (plan.rules.countLoad ? l.load : 0)
        for (const l of plan.leaders) {
          const over = state.points[l.id]! > state.quotas[l.id]!
          // Carried over the quota from before, without anything new, is nobody's doing.
          if (!over || state.points[l.id] === base(l)) continue
          // 超过定额的人，只能是因为其余不回避的人都放不下他分到的某一件（分配从难到易，最后放进的最小）
          const allotted = plan.cases.filter((c) => state.owners[c.id] === l.id && state.how[c.id] === 'allotted')
          expect(allotted.length).toBeGreaterThan(0)
          const last = allotted.sort((a, b) => a.points - b.points || (a.id < b.id ? 1 : -1))[0]!
          for (const other of plan.leaders)
            if (other.id !== l.id && !state.barred[last.id]!.includes(other.id))
              expect(state.points[other.id]! + last.points).toBeGreaterThan(state.quotas[other.id]!)
        }
      }),
      { numRuns: 600 },
    )
  })

  test('每件一分时，凡有不回避的人低于定额，别人都不超过定额', () => {
    fc.assert(
      fc.property(plans, deeds, (given, tries) => {
        const plan = { ...given, cases: given.cases.map((c) => ({ ...c, points: 1 })) }
        const { state } = play(plan, tries)
        for (const l of plan.leaders) {
          if (state.points[l.id]! <= state.quotas[l.id]!) continue
          const mine = plan.cases.filter((c) => state.owners[c.id] === l.id && state.how[c.id] === 'allotted')
          // 同分的分配按编号进行，最后放进的编号最大
          const last = mine.sort((a, b) => (a.id < b.id ? 1 : -1))[0]
          if (!last) continue
          for (const other of plan.leaders)
            if (other.id !== l.id && !state.barred[last.id]!.includes(other.id))
              expect(state.points[other.id]).toBeGreaterThanOrEqual(state.quotas[other.id]!)
        }
      }),
      { numRuns: 600 },
    )
  })

  test('同样的方案和同样的经过，结果相同；参加人和事项的排列次序不影响结果', () => {
    fc.assert(
      fc.property(plans, deeds, (plan, tries) => {
        const { events, state } = play(plan, tries)
        expect(replay(structuredClone(plan), structuredClone(events))).toEqual(state)
        const turned = { ...plan, leaders: [...plan.leaders].reverse(), cases: [...plan.cases].reverse() }
        const again = replay(turned, events)
        expect(again.owners).toEqual(state.owners)
        expect(again.turn).toBe(null)
      }),
      { numRuns: 300 },
    )
  })

  test('总会结束：全都跳过，至多轮数乘人数次；模拟也总会结束', () => {
    fc.assert(
      fc.property(plans, deeds, (plan, tries) => {
        expect(play(plan, tries).turns).toBeLessThanOrEqual(plan.rules.rounds * plan.leaders.length)
        for (const s of ['hard', 'easy', 'pass'] as const) {
          const { state, events } = simulate(plan, s)
          expect(state.turn).toBe(null)
          expect(Object.keys(state.owners)).toHaveLength(plan.cases.length)
          expect(events.length).toBeLessThanOrEqual(plan.rules.rounds * plan.leaders.length)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('选走的不超过本人定额；轮次由低职级到高职级', () => {
    fc.assert(
      fc.property(plans, deeds, (plan, tries) => {
        const { events } = play(plan, tries)
        for (let i = 0; i < events.length; i += 1) {
          const e = events[i]!
          if (e.kind !== 'pick') continue
          const before = replay(plan, events.slice(0, i))
          expect(before.turn).toBe(e.leaderId)
          expect(before.points[e.leaderId]! + plan.cases.find((c) => c.id === e.caseId)!.points).toBeLessThanOrEqual(
            quotasOf(plan)[e.leaderId]!,
          )
          const ranks = before.order.map((id) => plan.leaders.find((l) => l.id === id)!.rank)
          expect(ranks).toEqual([...ranks].sort((a, b) => b - a))
        }
      }),
      { numRuns: 200 },
    )
  })
})

const three = (more: Partial<Plan> = {}): Plan => ({
  leaders: [leader(1, { rank: 7 }), leader(2, { rank: 4 }), leader(3, { rank: 1 })],
  cases: [1, 2, 3, 4].map((n) => ({ id: uuid(2, n), points: n, barred: [] as string[] })),
  rules: { ...usualRules, quota: 5 },
  seed: 's',
  ...more,
})

describe('包案轮次的规矩', () => {
  test('职级低的先选，没轮到的人选不了', () => {
    const plan = three()
    const s = replay(plan, [])
    expect(s.turn).toBe(uuid(1, 1))
    const early = { kind: 'pick', leaderId: uuid(1, 3), caseId: uuid(2, 4) } as const
    expect(eventRefusal(plan, s, early, { staffId: uuid(1, 3), runs: false })).toBe('现在轮到领导1选择')
    expect(eventRefusal(plan, s, { ...early, leaderId: uuid(1, 1) }, { staffId: uuid(1, 2), runs: false })).toBe(
      '由本人或其委托的人选择',
    )
  })

  test('受委托的人代选，事项仍归委托的领导；受委托人应回避的件，不能代选', () => {
    const plan = three({
      cases: [
        { id: uuid(2, 1), points: 1, barred: [uuid(1, 2)] },
        { id: uuid(2, 2), points: 1, barred: [] },
      ],
    })
    const given: RoundEvent[] = [{ kind: 'delegate', leaderId: uuid(1, 1), toId: uuid(1, 2), reason: '在外开会' }]
    const s = replay(plan, given)
    // 收回委托，先要委托过
    const back: RoundEvent = { kind: 'delegate', leaderId: uuid(1, 1), toId: null, reason: '回来了' }
    const own = { staffId: uuid(1, 1), runs: false }
    expect(eventRefusal(plan, s, back, own)).toBe(null)
    expect(eventRefusal(plan, replay(plan, []), back, own)).toContain('还没有委托')
    const by = { staffId: uuid(1, 2), runs: false }
    expect(eventRefusal(plan, s, { kind: 'pick', leaderId: uuid(1, 1), caseId: uuid(2, 1) }, by)).toBe('本轮没有此件')
    const pick: RoundEvent = { kind: 'pick', leaderId: uuid(1, 1), caseId: uuid(2, 2) }
    expect(eventRefusal(plan, s, pick, by)).toBe(null)
    expect(replay(plan, [...given, pick]).owners[uuid(2, 2)]).toBe(uuid(1, 1))
  })

  test('没有人选的，从难到易归职级最高的人，到定额后往下', () => {
    const { state } = simulate(three({ rules: { ...usualRules, quota: 5 } }), 'pass')
    // 4 + 1 给书记，3 + 2 给下一位
    expect(state.owners).toEqual({
      [uuid(2, 4)]: uuid(1, 3),
      [uuid(2, 3)]: uuid(1, 2),
      [uuid(2, 2)]: uuid(1, 2),
      [uuid(2, 1)]: uuid(1, 3),
    })
  })

  test('选走以后才发现应当回避：退回重选，不留在应回避的人名下', () => {
    const plan = three()
    const events: RoundEvent[] = [
      { kind: 'pick', leaderId: uuid(1, 1), caseId: uuid(2, 4) },
      { kind: 'recuse', leaderId: uuid(1, 1), caseId: uuid(2, 4), reason: '当事人是近亲属' },
    ]
    const s = replay(plan, events)
    expect(s.owners[uuid(2, 4)]).toBeUndefined()
    expect(s.points[uuid(1, 1)]).toBe(0)
    expect(pickable(plan, s, uuid(1, 1)).map((c) => c.id)).not.toContain(uuid(2, 4))
  })

  test('人人都应回避的件，开不了轮，说得出是哪一件', () => {
    const plan = three({ cases: [{ id: uuid(2, 1), points: 1, barred: [1, 2, 3].map((n) => uuid(1, n)) }] })
    expect(planFaults(plan, () => 'XF-2026-0001')).toEqual(['XF-2026-0001：参加的领导都应当回避，请增加参加人或移出'])
  })

  test('难度分只看事项：级别、重复、人数、久拖，逐项写明', () => {
    expect(weigh({ grade: 'red', repeat: true, affectedCount: 40, ageDays: 400 }, usualRules.weights)).toEqual({
      points: 6,
      because: ['红色 3', '重复反映 1', '涉及三十户（人）以上 1', '满一年未结 1'],
    })
    expect(weigh({ grade: null, repeat: false, affectedCount: null, ageDays: 0 }, usualRules.weights).points).toBe(1)
  })
})
