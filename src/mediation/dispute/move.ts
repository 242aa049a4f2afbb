import type { z } from 'zod'
import type { Day } from '../../kit/day.ts'
import type { Calendar } from '../../petitions/calendar.ts'
import type { MatterEvent } from '../matter.ts'
import { heads, type Mediator, type Station } from '../network/network.ts'
import type { Agreement, Candidate, Dispute, DisputeParty, DisputeState, Performance, RecordKind } from './dispute.ts'
import { states } from './dispute.ts'

/** What surrounds a decision: the calendar, the stations, those who could mediate. */
export interface Around {
  calendar: Calendar
  stations: readonly Station[]
  candidates: readonly Candidate[]
}

/** Heads and deputies of the station that has the dispute. */
export const headsOf = ({ candidates }: Pick<Around, 'candidates'>): string[] =>
  candidates.filter((c) => c.duty === 'head' || c.duty === 'deputy').map((c) => c.staffId)

/** What a move changes; the store writes all of it with one trace row. The trace says what was done, never what parties said. */
export interface DisputeChange {
  says: string
  set?: Partial<Omit<Dispute, 'parties' | 'records' | 'agreements' | 'performances' | 'id' | 'townId' | 'version'>>
  /** Gives the dispute its number of the year. */
  number?: true
  parties?: (Partial<DisputeParty> & { id: string })[]
  newParties?: Omit<DisputeParty, 'id' | 'n'>[]
  records?: { kind: RecordKind; onDay: Day; body: string; data?: Record<string, unknown>; private?: true }[]
  agreement?: { new: true; row: Omit<Agreement, 'id' | 'n'> } | { new: false; id: string; row: Partial<Agreement> }
  /** An earlier draft whose place the new agreement takes. */
  voids?: string
  /** Agreements in force until now whose place the one now effective takes. */
  replaces?: string[]
  /** New performances belong to the new agreement. */
  performances?: { new?: Omit<Performance, 'id' | 'agreementId'>[]; change?: (Partial<Performance> & { id: string })[] }
  papers?: { kind: string; about?: string }[]
  tell?: { staffId: string; says: string }[]
  /** What the petition matters it came from are told. */
  matters?: { event: MatterEvent; onDay: Day }
  /** Messages to parties who agreed to them; handed to the outgoing post, which notes when they have left. */
  messages?: { partyId: string; body: string }[]
}

export interface DisputeMove<I = unknown> {
  label: string
  /** Asked before it is done. */
  confirm?: string
  primary?: (d: Dispute, me: Mediator) => boolean
  input: z.ZodType<I>
  refusal: (d: Dispute, me: Mediator, today: Day) => string | null
  decide: (d: Dispute, input: I, me: Mediator, today: Day, around: Around) => DisputeChange
}
export const disputeMove = <I>(m: DisputeMove<I>): DisputeMove<I> => m

export const first = (...sentences: (string | null | undefined | false)[]): string | null =>
  sentences.find((s): s is string => typeof s === 'string') ?? null
export const inState = (d: Dispute, ...any: DisputeState[]): string | null =>
  any.includes(d.state) ? null : `纠纷${states[d.state]}，现在不能做这一步`
/** The mediators, and the heads of the committee that has it. */
export const mediates = (d: Dispute, me: Mediator): string | null =>
  d.mediatorIds.includes(me.staffId) || heads(me, d.stationId) ? null : '由承办的调解员或本站主任办理'
export const leads = (d: Dispute, me: Mediator): string | null =>
  heads(me, d.stationId) ? null : '由本站主任、副主任办理'
/** Before it is taken up: the station's people, and whoever wrote the report. */
export const receives = (d: Dispute, me: Mediator): string | null =>
  d.registeredBy === me.staffId || me.seats.some((s) => s.stationId === d.stationId && s.duty !== 'expert')
    ? null
    : '由登记人或本站人员办理'
