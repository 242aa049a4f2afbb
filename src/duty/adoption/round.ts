import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { needed } from '../../kit/text.ts'

/** 同一职级内谁先选. */
export const tieBreaks = { load: '现有包案少的先选', lot: '抽签', seat: '按班子排名' } as const

/** The rules of a round, as data. Weights and quota are in points of difficulty (难度分). */
export const RoundRules = z.object({
  /** How many times the turn goes round before what is left is allotted. */
  rounds: z.number().int().min(1).max(20),
  /** Points each leader may come to; null shares all points evenly. */
  quota: z.number().int().min(1).max(1000).nullable(),
  /** Whether points already carried from earlier rounds count. */
  countLoad: z.boolean(),
  tie: codes(tieBreaks),
  /** Difficulty by grade; what is repeated, old or of many people adds to it. */
  weights: z.object({
    red: z.number().int().min(1).max(20),
    yellow: z.number().int().min(1).max(20),
    blue: z.number().int().min(1).max(20),
    none: z.number().int().min(1).max(20),
    repeat: z.number().int().min(0).max(10),
    many: z.number().int().min(0).max(10),
    old: z.number().int().min(0).max(10),
  }),
})
export type RoundRules = z.infer<typeof RoundRules>

export const usualRules: RoundRules = {
  rounds: 10,
  quota: null,
  countLoad: true,
  tie: 'load',
  weights: { red: 3, yellow: 2, blue: 1, none: 1, repeat: 1, many: 1, old: 1 },
}

/** What makes a matter hard: of the matter alone, never of the person who brought it. */
export interface Difficulty {
  grade: 'red' | 'yellow' | 'blue' | null
  repeat: boolean
  affectedCount: number | null
  /** Whole days since it was received. */
  ageDays: number
}

/** Points of a matter, and why, so that the sum can be read. */
export const weigh = (d: Difficulty, w: RoundRules['weights']): { points: number; because: string[] } => {
  const parts: [number, string][] = [
    [w[d.grade ?? 'none'], { red: '红色', yellow: '黄色', blue: '蓝色', none: '未定级' }[d.grade ?? 'none']],
    [d.repeat ? w.repeat : 0, '重复反映'],
    [(d.affectedCount ?? 0) >= 30 ? w.many : 0, '涉及三十户（人）以上'],
    [d.ageDays >= 365 ? w.old : 0, '满一年未结'],
  ]
  const told = parts.filter(([n]) => n > 0)
  return { points: told.reduce((sum, [n]) => sum + n, 0), because: told.map(([n, why]) => `${why} ${n}`) }
}

/** A leader taking part. Rank 1 is the highest; `load` is the points carried from before. */
export interface Leader {
  id: string
  name: string
  post: string
  rank: number
  seat: number
  load: number
  /** Points this one leader may come to, when other than the round's. */
  quota: number | null
  /** Not there: no turns, but still answers for what nobody picked. */
  away: boolean
}

export interface RoundCase {
  id: string
  points: number
  /** Staff who must keep out (回避). */
  barred: string[]
}

export interface Plan {
  leaders: Leader[]
  cases: RoundCase[]
  rules: RoundRules
  /** Decides the lots, so that a draw can be repeated and checked. */
  seed: string
}

/** What happens in a round, in order. `delegate` lets somebody else choose; the matter stays the leader's. */
export const RoundEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pick'), leaderId: z.uuid(), caseId: z.uuid() }),
  z.object({
    kind: z.literal('pass'),
    leaderId: z.uuid(),
    reason: needed(300, '请写明跳过的理由'),
  }),
  z.object({
    kind: z.literal('delegate'),
    leaderId: z.uuid(),
    toId: z.uuid().nullable(),
    reason: needed(300, '请写明委托的理由'),
  }),
  z.object({
    kind: z.literal('recuse'),
    leaderId: z.uuid(),
    caseId: z.uuid(),
    reason: needed(300, '请写明回避的理由'),
  }),
  z.object({
    kind: z.literal('remove'),
    caseId: z.uuid(),
    reason: needed(300, '请写明移出的理由'),
  }),
])
export type RoundEvent = z.infer<typeof RoundEvent>

export interface RoundState {
  /** Whose turn it is; null when the round is over. */
  turn: string | null
  /** Which time round, from 1. */
  lap: number
  order: string[]
  owners: Record<string, string>
  how: Record<string, 'picked' | 'allotted'>
  /** Points by leader, with what was carried before when the rules count it. */
  points: Record<string, number>
  quotas: Record<string, number>
  barred: Record<string, string[]>
  delegates: Record<string, string>
  removed: string[]
  /** Who was passed over without being asked, and why. */
  skipped: { leaderId: string; lap: number; why: string }[]
}

const least = (a: number, b: number) => (a < b ? -1 : a > b ? 1 : 0)

/** A number from the round's seed and an id (FNV-1a): the lot that was drawn. */
export const lotOf = (seed: string, id: string): number => {
  let h = 0x811c9dc5
  for (const c of `${seed}/${id}`) h = Math.imul(h ^ c.codePointAt(0)!, 0x01000193)
  return h >>> 0
}

/** Lowest rank first (职务由低到高); within a rank by the rule, and by id at last, so that there is always one order. */
export const orderOf = (plan: Plan, points: Record<string, number>): string[] =>
  [...plan.leaders]
    .sort(
      (a, b) =>
        least(b.rank, a.rank) ||
        (plan.rules.tie === 'load' ? least(points[a.id]!, points[b.id]!) : 0) ||
        (plan.rules.tie === 'lot' ? least(lotOf(plan.seed, a.id), lotOf(plan.seed, b.id)) : 0) ||
        // 班子排名：排名靠后的先选，与职级由低到高一致
        least(b.seat, a.seat) ||
        least(lotOf(plan.seed, a.id), lotOf(plan.seed, b.id)) ||
        (a.id < b.id ? -1 : 1),
    )
    .map((l) => l.id)

/** Points each leader may come to. An even share is never so small that the hardest matter fits nobody. */
export const quotasOf = (plan: Plan): Record<string, number> => {
  const before = plan.rules.countLoad ? plan.leaders.reduce((n, l) => n + l.load, 0) : 0
  const all = plan.cases.reduce((n, c) => n + c.points, before)
  const hardest = Math.max(1, ...plan.cases.map((c) => c.points))
  const lightest = plan.rules.countLoad ? Math.min(...plan.leaders.map((l) => l.load)) : 0
  const even = Math.max(
    hardest + (plan.leaders.length ? lightest : 0),
    Math.ceil(all / Math.max(1, plan.leaders.length)),
  )
  return Object.fromEntries(plan.leaders.map((l) => [l.id, l.quota ?? plan.rules.quota ?? even]))
}

/** Why this round can't be opened, as sentences; empty when it can. */
export const planFaults = (plan: Plan, nameOf: (caseId: string) => string = (id) => id): string[] => {
  const open = plan.cases.filter((c) => plan.leaders.every((l) => c.barred.includes(l.id)))
  return [
    ...(plan.leaders.length === 0 ? ['还没有参加的领导'] : []),
    ...(plan.cases.length === 0 ? ['还没有放入事项'] : []),
    ...(plan.leaders.length > 0 && open.length > 0
      ? [`${open.map((c) => nameOf(c.id)).join('、')}：参加的领导都应当回避，请增加参加人或移出`]
      : []),
    ...(new Set(plan.leaders.map((l) => l.id)).size < plan.leaders.length ? ['参加人有重复'] : []),
    ...(new Set(plan.cases.map((c) => c.id)).size < plan.cases.length ? ['事项有重复'] : []),
  ]
}

const free = (plan: Plan, s: RoundState) => plan.cases.filter((c) => !s.owners[c.id] && !s.removed.includes(c.id))

const hasRoom = (s: RoundState, leaderId: string, points: number) => s.points[leaderId]! + points <= s.quotas[leaderId]!

/** What this leader may pick now: not taken, not barred, within quota. */
export const pickable = (plan: Plan, s: RoundState, leaderId: string): RoundCase[] =>
  free(plan, s).filter((c) => !s.barred[c.id]!.includes(leaderId) && hasRoom(s, leaderId, c.points))

/**
 * What nobody picked: the hardest first, each to the highest rank that is not barred and has room; failing that to the
 * highest still below quota; failing that to the highest rank.
 */
const allot = (plan: Plan, s: RoundState): void => {
  const fromTop = [...plan.leaders].sort(
    (a, b) =>
      least(a.rank, b.rank) ||
      least(s.points[a.id]!, s.points[b.id]!) ||
      least(a.seat, b.seat) ||
      (a.id < b.id ? -1 : 1),
  )
  const left = free(plan, s).sort((a, b) => least(b.points, a.points) || (a.id < b.id ? -1 : 1))
  for (const c of left) {
    const may = fromTop.filter((l) => !s.barred[c.id]!.includes(l.id))
    const to =
      may.find((l) => hasRoom(s, l.id, c.points)) ?? may.find((l) => s.points[l.id]! < s.quotas[l.id]!) ?? may[0]
    if (!to) continue
    s.owners[c.id] = to.id
    s.how[c.id] = 'allotted'
    s.points[to.id]! += c.points
  }
}

/** The state of a round after these events. Pure: the same plan and events give the same state. Events are taken as lawful; `eventRefusal` decides that. */
export const replay = (plan: Plan, events: readonly RoundEvent[]): RoundState => {
  const points = Object.fromEntries(plan.leaders.map((l) => [l.id, plan.rules.countLoad ? l.load : 0]))
  const s: RoundState = {
    turn: null,
    lap: 1,
    order: orderOf(plan, points),
    owners: {},
    how: {},
    points,
    quotas: quotasOf(plan),
    barred: Object.fromEntries(plan.cases.map((c) => [c.id, [...c.barred]])),
    delegates: {},
    removed: [],
    skipped: [],
  }
  let at = 0
  let picks = 0
  let over = false
  const settle = () => {
    while (!over) {
      if (free(plan, s).length === 0 || plan.leaders.length === 0) over = true
      else if (at >= s.order.length) {
        // A whole lap in which nobody picked: asking again would not end.
        if (picks === 0 || s.lap >= plan.rules.rounds) over = true
        else {
          s.lap += 1
          at = 0
          picks = 0
          s.order = orderOf(plan, s.points)
        }
      } else {
        const leader = plan.leaders.find((l) => l.id === s.order[at])!
        const why = leader.away
          ? '不在岗'
          : pickable(plan, s, leader.id).length > 0
            ? null
            : s.points[leader.id]! >= s.quotas[leader.id]!
              ? '已到定额'
              : '剩下的都应当回避或超出定额'
        if (why === null) {
          s.turn = leader.id
          return
        }
        s.skipped.push({ leaderId: leader.id, lap: s.lap, why })
        at += 1
      }
    }
    s.turn = null
  }
  settle()
  for (const e of events) {
    if (e.kind === 'pick') {
      s.owners[e.caseId] = e.leaderId
      s.how[e.caseId] = 'picked'
      s.points[e.leaderId]! += plan.cases.find((c) => c.id === e.caseId)!.points
      picks += 1
      at += 1
    } else if (e.kind === 'pass') at += 1
    else if (e.kind === 'delegate') {
      if (e.toId) s.delegates[e.leaderId] = e.toId
      else delete s.delegates[e.leaderId]
    } else if (e.kind === 'recuse') {
      s.barred[e.caseId] = [...new Set([...s.barred[e.caseId]!, e.leaderId])]
      if (s.owners[e.caseId] === e.leaderId) {
        delete s.owners[e.caseId]
        delete s.how[e.caseId]
        s.points[e.leaderId]! -= plan.cases.find((c) => c.id === e.caseId)!.points
      }
    } else if (e.kind === 'remove') {
      const owner = s.owners[e.caseId]
      if (owner) {
        s.points[owner]! -= plan.cases.find((c) => c.id === e.caseId)!.points
        delete s.owners[e.caseId]
        delete s.how[e.caseId]
      }
      s.removed.push(e.caseId)
    }
    settle()
  }
  if (s.turn === null) allot(plan, s)
  return s
}

/** Who acts: the leader, the one who chooses for the leader, or the petition office's head who runs the meeting. */
export interface Actor {
  staffId: string
  runs: boolean
}

/** Why this can't happen now, as a sentence; null when it can. */
export const eventRefusal = (plan: Plan, s: RoundState, e: RoundEvent, actor: Actor): string | null => {
  if (s.turn === null) return '本轮已经结束'
  const leaderOf = (id: string) => plan.leaders.find((l) => l.id === id)
  if ('leaderId' in e && !leaderOf(e.leaderId)) return '此人没有参加本轮'
  const own = 'leaderId' in e && actor.staffId === e.leaderId
  const instead = 'leaderId' in e && s.delegates[e.leaderId] === actor.staffId
  if ('caseId' in e) {
    const c = plan.cases.find((x) => x.id === e.caseId)
    // Whoever is barred does not learn that the matter is there.
    if (!c || s.barred[e.caseId]!.includes(actor.staffId)) return '本轮没有此件'
    if (s.removed.includes(e.caseId)) return '此件已移出本轮'
  }
  switch (e.kind) {
    case 'pick': {
      if (!own && !instead) return '由本人或其委托的人选择'
      if (s.turn !== e.leaderId) return `现在轮到${leaderOf(s.turn)!.name}选择`
      if (s.owners[e.caseId]) return '此件已经被选走'
      if (s.barred[e.caseId]!.includes(e.leaderId)) return '应当回避此件，不能选择'
      const c = plan.cases.find((x) => x.id === e.caseId)!
      return hasRoom(s, e.leaderId, c.points)
        ? null
        : `选此件后为 ${s.points[e.leaderId]! + c.points} 分，超过定额 ${s.quotas[e.leaderId]} 分`
    }
    case 'pass':
      if (!own && !instead && !actor.runs) return '由本人、受委托的人或信访办主任跳过'
      return s.turn === e.leaderId ? null : `现在轮到${leaderOf(s.turn)!.name}选择`
    case 'delegate':
      if (!own && !actor.runs) return '由本人委托，或由信访办主任代记'
      if (e.toId === null && !s.delegates[e.leaderId]) return '还没有委托，请选择委托给谁'
      return e.toId === e.leaderId ? '不必委托给自己' : null
    case 'recuse':
      if (!own && !actor.runs) return '由本人申请回避，或由信访办主任代记'
      if (s.barred[e.caseId]!.includes(e.leaderId)) return '已经回避'
      return plan.leaders.some((l) => l.id !== e.leaderId && !s.barred[e.caseId]!.includes(l.id))
        ? null
        : '回避后此件没有领导可包；请信访办主任先把此件移出本轮，另行确定'
    case 'remove':
      return actor.runs ? null : '由信访办主任移出'
  }
}

/** How leaders might choose, for trying a round before it is opened. */
export const strategies = {
  hard: '都先选难的',
  easy: '都先选易的',
  pass: '都不选，全部由高到低分配',
} as const
export type Strategy = keyof typeof strategies

/** Play a round to its end by one way of choosing. Always ends: each lap either takes a matter or is the last. */
export const simulate = (plan: Plan, strategy: Strategy): { state: RoundState; events: RoundEvent[] } => {
  const events: RoundEvent[] = []
  let state = replay(plan, events)
  while (state.turn !== null) {
    const turn = state.turn
    const choice = pickable(plan, state, turn).sort(
      (a, b) => (strategy === 'easy' ? least(a.points, b.points) : least(b.points, a.points)) || (a.id < b.id ? -1 : 1),
    )[0]
    events.push(
      strategy === 'pass' || !choice
        ? { kind: 'pass', leaderId: turn, reason: '模拟' }
        : { kind: 'pick', leaderId: turn, caseId: choice.id },
    )
    state = replay(plan, events)
  }
  return { state, events }
}
