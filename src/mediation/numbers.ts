import { z } from 'zod'
import { addDays, type Day } from '../kit/day.ts'
import { addMonths } from '../petitions/clocks.ts'
import { DayText } from '../petitions/petition.ts'
import { type DisputeKind, type DisputeState, daysTaken, disputeKinds } from './dispute/dispute.ts'
import { levels } from './network/network.ts'

/** What the month's report for 司法所 counts of a dispute; no name, no word. */
export interface Counted {
  kind: DisputeKind
  level: keyof typeof levels | 'joint'
  state: DisputeState
  registeredOn: Day
  acceptedOn: Day | null
  effectiveOn: Day | null
  performedOn: Day | null
  endedOn: Day | null
  followedOn: Day | null
  satisfaction: string | null
  relapse: boolean
  oral: boolean
  /** Agreed on part, the rest still being mediated. */
  partly: boolean
  confirmed: boolean
  owedFen: number
  minutes: number
}

export const reportLevels = { ...levels, joint: '联合调解' } as const
export const Line = z.object({
  key: z.string(),
  name: z.string(),
  registered: z.number(),
  accepted: z.number(),
  notAccepted: z.number(),
  agreed: z.number(),
  failed: z.number(),
  running: z.number(),
  performed: z.number(),
  breached: z.number(),
  performing: z.number(),
  owedFen: z.number(),
  relapsed: z.number(),
  /** Days from acceptance to the agreement, over all that reached one. */
  days: z.number(),
  /** Minutes spent in sessions. */
  minutes: z.number(),
})
export type Line = z.infer<typeof Line>
/** What happened within the period, whenever the dispute was registered: opening + accepted = agreed + failed + closing. */
export const Flow = z.object({
  key: z.string(),
  name: z.string(),
  /** Being mediated when the period began. */
  opening: z.number(),
  accepted: z.number(),
  agreed: z.number(),
  failed: z.number(),
  /** Being mediated when it ended. */
  closing: z.number(),
  performed: z.number(),
})
export type Flow = z.infer<typeof Flow>
export const flowTitles = {
  opening: '期初在调',
  accepted: '本期受理',
  agreed: '本期达成',
  failed: '本期不成',
  closing: '期末在调',
  performed: '本期履行完毕',
} as const satisfies Partial<Record<keyof Flow, string>>
export const lineTitles = {
  registered: '登记',
  accepted: '受理',
  notAccepted: '不予受理',
  agreed: '达成协议',
  failed: '调解不成',
  running: '调解中',
  performed: '已履行',
  performing: '履行中',
  breached: '未履行',
  relapsed: '再起',
  minutes: '调解用时（分钟）',
} as const satisfies Partial<Record<keyof Line, string>>
export const Report = z.object({
  from: DayText,
  to: DayText,
  flow: z.object({ total: Flow, byLevel: z.array(Flow), byKind: z.array(Flow) }),
  total: Line,
  byLevel: z.array(Line),
  byKind: z.array(Line),
  /** Of those agreed: within seven days, within thirty, longer. They add up to `agreed`. */
  within: z.object({ week: z.number(), month: z.number(), longer: z.number() }),
  written: z.number(),
  oral: z.number(),
  partly: z.number(),
  confirmed: z.number(),
  followed: z.number(),
  satisfied: z.number(),
})
export type Report = z.infer<typeof Report>

const line = (key: string, name: string, list: readonly Counted[]): Line => {
  const n = (f: (d: Counted) => boolean) => list.filter(f).length
  const agreed = (d: Counted) => d.effectiveOn !== null
  const accepted = (d: Counted) => d.acceptedOn !== null
  // Each dispute falls into exactly one place of each sum below.
  const kept = (d: Counted) => agreed(d) && d.performedOn !== null
  const broken = (d: Counted) => agreed(d) && !kept(d) && (d.state === 'breached' || d.endedOn !== null)
  return {
    key,
    name,
    registered: list.length,
    accepted: n(accepted),
    notAccepted: n((d) => !accepted(d) && d.endedOn !== null),
    agreed: n((d) => accepted(d) && agreed(d)),
    failed: n((d) => accepted(d) && !agreed(d) && d.endedOn !== null),
    running: n((d) => accepted(d) && !agreed(d) && d.endedOn === null),
    performed: n(kept),
    breached: n(broken),
    performing: n((d) => agreed(d) && !kept(d) && !broken(d)),
    owedFen: list.reduce((s, d) => s + (agreed(d) ? d.owedFen : 0), 0),
    relapsed: n((d) => d.relapse),
    days: list.reduce((s, d) => s + (agreed(d) ? (daysTaken(d) ?? 0) : 0), 0),
    minutes: list.reduce((s, d) => s + d.minutes, 0),
  }
}

const flowOf = (key: string, name: string, list: readonly Counted[], from: Day, to: Day): Flow => {
  const within = (d: Day | null) => d !== null && d >= from && d <= to
  const taken = list.filter((d) => d.acceptedOn !== null)
  // Mediation ends with the agreement, or without one.
  const over = (d: Counted) => d.effectiveOn ?? d.endedOn
  const n = (f: (d: Counted) => boolean) => taken.filter(f).length
  return {
    key,
    name,
    opening: n((d) => d.acceptedOn! < from && (over(d) === null || over(d)! >= from)),
    accepted: n((d) => within(d.acceptedOn)),
    agreed: n((d) => within(d.effectiveOn)),
    failed: n((d) => d.effectiveOn === null && within(d.endedOn)),
    closing: n((d) => d.acceptedOn! <= to && (over(d) === null || over(d)! > to)),
    performed: n((d) => within(d.performedOn)),
  }
}

/** Something of each level and of each kind, and of all. */
const cut = <T>(list: readonly Counted[], of: (key: string, name: string, part: readonly Counted[]) => T) => ({
  total: of('total', '合计', list),
  byLevel: Object.entries(reportLevels).map(([k, name]) =>
    of(
      k,
      name,
      list.filter((d) => d.level === k),
    ),
  ),
  byKind: Object.entries(disputeKinds).map(([k, name]) =>
    of(
      k,
      name,
      list.filter((d) => d.kind === k),
    ),
  ),
})

/**
 * The month's (or any period's) report over the disputes registered from `from` to `to`, both included, as they stand today.
 * registered = accepted + notAccepted + still waiting; accepted = agreed + failed + running; agreed = performed + breached + performing;
 * the lines by level and by kind each sum to the total. `all` holds besides them whatever was mediated or performed in the period.
 */
export const report = (all: readonly Counted[], from: Day, to: Day): Report => {
  const list = all.filter((d) => d.registeredOn >= from && d.registeredOn <= to)
  const agreed = list.filter((d) => d.effectiveOn !== null)
  const took = agreed.map((d) => daysTaken(d) ?? 0)
  return {
    from,
    to,
    ...cut(list, line),
    flow: cut(all, (k, name, part) => flowOf(k, name, part, from, to)),
    within: {
      week: took.filter((n) => n <= 7).length,
      month: took.filter((n) => n > 7 && n <= 30).length,
      longer: took.filter((n) => n > 30).length,
    },
    written: agreed.filter((d) => !d.oral).length,
    oral: agreed.filter((d) => d.oral).length,
    partly: agreed.filter((d) => d.partly).length,
    confirmed: agreed.filter((d) => d.confirmed).length,
    followed: list.filter((d) => d.followedOn !== null).length,
    satisfied: list.filter((d) => d.satisfaction === 'satisfied' || d.satisfaction === 'basically').length,
  }
}

/** The month in which a day lies, first and last day. */
export const monthOf = (d: Day): { from: Day; to: Day } => {
  const from = `${d.slice(0, 7)}-01` as Day
  return { from, to: addDays(addMonths(from, 1), -1) }
}
