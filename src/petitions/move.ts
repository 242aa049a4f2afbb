import type { z } from 'zod'
import type { TraceKind } from '../audit/kinds.ts'
import type { Day } from '../kit/day.ts'
import type { Who } from '../people/roles.ts'
import type { Calendar } from './calendar.ts'
import type {
  Claim,
  ClosingTest,
  Matter,
  Opinion,
  Outcome,
  Party,
  Petition,
  Review,
  recordKinds,
  ServiceRow,
  Task,
} from './petition.ts'
import type { RegisterInput } from './register/move.ts'

/** What surrounds a decision besides the matter: the calendar, and the organ asked for review. */
export interface Law {
  calendar: Calendar
  superior: string
}

/** What one person proposed and another decides by the move named; kept with the matter until then. */
export const proposal = (
  move: string,
  says: string,
  input: object,
  who: Who,
  today: Day,
): NonNullable<Petition['pending']> => ({
  move,
  by: who.staffId,
  byName: who.name,
  on: today,
  says,
  input: input as Record<string, unknown>,
})

/** A paper to be issued with the move; `extra` is what only the move knows. */
export interface Paper {
  kind: string
  extra: Record<string, unknown>
  /** Issued again: the version it takes the place of, and why. */
  replaces?: string
  reason?: string
  /** The true day of a paper written by hand and keyed in later; else today. */
  issuedOn?: Day
}

/** A person of the matter as a move gives it; an id keeps the row, else one of the same role and name is kept. */
export type PartyChange = Omit<Party, 'id' | 'ratingOffice' | 'ratingUnit' | 'ratedOn'> & { id?: string }

/** What a move changes. The store writes all of it, with one trace row, in one transaction. */
export interface Change {
  kind: TraceKind
  says: string
  /** Looked at or kept in order, but not brought forward: the count of days without progress runs on. */
  standsStill?: true
  data?: Record<string, unknown>
  set?: Partial<Petition>
  start?: { rule: string; from: Day; partyId?: string | null }[]
  /** Clocks that end today: met (or late, by their own dates), or cancelled because another path was taken. */
  end?: { rule: string; on?: Day; cancelled?: boolean; partyId?: string | null }[]
  extend?: { rule: string; days: number }
  /** Days of a hearing left out of a running clock's count. */
  exclude?: { rule: string; days: number }
  /** Running clocks to be counted again, by id: the calendar has changed under them. */
  reckon?: string[]
  record?: {
    kind: keyof typeof recordKinds
    onDay: Day
    body: string
    data?: Record<string, unknown>
  }
  claims?: Omit<Claim, 'id'>[]
  opinion?: { new: boolean } & Partial<Omit<Opinion, 'id' | 'round' | 'n'>>
  tests?: ClosingTest[]
  parties?: PartyChange[]
  /** A new rung of the ladder, or changes of those that are there (by id). */
  review?: { new: true; row: Omit<Review, 'id' | 'round'> } | { new: false; rows: (Partial<Review> & { id: string })[] }
  /** New tasks, and changes of those that are there (by id). */
  tasks?: { new?: Omit<Task, 'id' | 'round'>[]; change?: (Partial<Task> & { id: string })[] }
  /** 三到位一处理, each on its own. */
  outcomes?: Omit<Outcome, 'round'>[]
  rate?: { partyId: string; office: Party['ratingOffice']; unit: Party['ratingUnit']; on: Day }
  /** One petition raising several matters: each becomes a matter of its own, linked. */
  split?: RegisterInput[]
  papers?: Paper[]
  service?: {
    documentId: string
    way: string
    servedOn: Day
    receiver: string
    relation?: ServiceRow['relation']
    place?: string
    postNumber?: string
    consent?: boolean
    outcome: string
    witness: string
    attitude: string
    note: string
    partyId?: string | null
  }
  link?: { toId: string; kind: 'duplicate' | 'repeat' | 'related'; note: string }
  unlink?: string
  tell?: { staffId: string; says: string; kind?: string }[]
}

export interface Move<I = unknown> {
  label: string
  /** Asked before the move is done: what can't be undone, in a sentence. */
  confirm?: string
  /** Work of the books only: it has no earlier day on paper, or a field of its own for it. */
  booksOnly?: true
  /** The states in which this is the next lawful step, so the page's one primary button. */
  primary?: (m: Matter, who: Who) => boolean
  input: z.ZodType<I>
  /** Why not, as a sentence; null when lawful. The page and the server ask the same function. */
  refusal: (m: Matter, who: Who, today: Day) => string | null
  /** Throws Refused or Invalid when this input can't be accepted. */
  decide: (m: Matter, input: I, who: Who, today: Day, law: Law) => Change
}

/** Accusations live in the sealed store (第三十条); none of these moves is for them. */
const notHere = '检举控告已经密封，由纪检联络员另行办理'
export const move = <I>(m: Move<I>): Move<I> => ({
  ...m,
  refusal: (x, who, today) => (x.sealed ? notHere : m.refusal(x, who, today)),
})
