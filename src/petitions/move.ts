import type { z } from 'zod'
import type { Day } from '../kit/day.ts'
import type { Who } from '../people/roles.ts'
import type { Calendar } from './calendar.ts'
import type { Claim, ClosingTest, Matter, Opinion, Party, Petition } from './petition.ts'

/** Kinds of trace; the timeline filters by them. */
export const traceKinds = {
  register: '登记',
  correct: '更正',
  classify: '分类定级',
  accept: '受理与转送',
  assign: '交办',
  contact: '联系',
  investigate: '调查',
  evidence: '证据',
  extend: '延期',
  reply: '答复',
  serve: '送达',
  paper: '文书',
  revisit: '回访',
  signoff: '销号',
  remind: '提醒',
  link: '关联',
  read: '查看',
} as const
export type TraceKind = keyof typeof traceKinds

/** What surrounds a decision besides the matter: the calendar, and the organ asked for review. */
export interface Law {
  calendar: Calendar
  superior: string
}

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

/** What a move changes. The store writes all of it, with one trace row, in one transaction. */
export interface Change {
  kind: TraceKind
  says: string
  data?: Record<string, unknown>
  set?: Partial<Petition>
  start?: { rule: string; from: Day }[]
  /** Clocks that end today: met (or late, by their own dates), or cancelled because another path was taken. */
  end?: { rule: string; on?: Day; cancelled?: boolean }[]
  extend?: { rule: string; days: number }
  record?: {
    kind: 'contact' | 'investigation' | 'note' | 'followUp' | 'objection' | 'withdrawal'
    onDay: Day
    body: string
    data?: Record<string, unknown>
  }
  claims?: Omit<Claim, 'id'>[]
  opinion?: { new: boolean } & Partial<Omit<Opinion, 'id' | 'round' | 'n'>>
  tests?: ClosingTest[]
  parties?: Omit<Party, 'id'>[]
  papers?: Paper[]
  service?: {
    documentId: string
    way: string
    servedOn: Day
    receiver: string
    outcome: string
    witness: string
    attitude: string
    note: string
  }
  link?: { toId: string; kind: 'duplicate' | 'repeat' | 'related'; note: string }
  unlink?: string
  tell?: { staffId: string; says: string; kind?: string }[]
}

export interface Move<I = unknown> {
  label: string
  /** Asked before the move is done: what can't be undone, in a sentence. */
  confirm?: string
  /** The states in which this is the next lawful step, so the page's one primary button. */
  primary?: (m: Matter, who: Who) => boolean
  input: z.ZodType<I>
  /** Why not, as a sentence; null when lawful. The page and the server ask the same function. */
  refusal: (m: Matter, who: Who, today: Day) => string | null
  /** Throws Refused or Invalid when this input can't be accepted. */
  decide: (m: Matter, input: I, who: Who, today: Day, law: Law) => Change
}

export const move = <I>(m: Move<I>): Move<I> => m
