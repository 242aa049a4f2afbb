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
export const Report = z.object({
  from: DayText,
  to: DayText,
  total: Line,
  byLevel: z.array(Line),
  byKind: z.array(Line),
  /** Of those agreed: within seven days, within thirty, longer. They add up to `agreed`. */
  within: z.object({ week: z.number(), month: z.number(), longer: z.number() }),
  written: z.number(),
  oral: z.number(),
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

/**
 * The month's (or any period's) report over the disputes registered from `from` to `to`, both included, as they stand today.
 * registered = accepted + notAccepted + still waiting; accepted = agreed + failed + running; agreed = performed + breached + performing;
 * the lines by level and by kind each sum to the total.
 */
export const report = (all: readonly Counted[], from: Day, to: Day): Report => {
  const list = all.filter((d) => d.registeredOn >= from && d.registeredOn <= to)
  const agreed = list.filter((d) => d.effectiveOn !== null)
  const took = agreed.map((d) => daysTaken(d) ?? 0)
  return {
    from,
    to,
    total: line('total', '合计', list),
    byLevel: Object.entries(reportLevels).map(([k, name]) =>
      line(
        k,
        name,
        list.filter((d) => d.level === k),
      ),
    ),
    byKind: Object.entries(disputeKinds).map(([k, name]) =>
      line(
        k,
        name,
        list.filter((d) => d.kind === k),
      ),
    ),
    within: {
      week: took.filter((n) => n <= 7).length,
      month: took.filter((n) => n > 7 && n <= 30).length,
      longer: took.filter((n) => n > 30).length,
    },
    written: agreed.filter((d) => !d.oral).length,
    oral: agreed.filter((d) => d.oral).length,
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
