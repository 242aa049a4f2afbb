import type { Day } from '../kit/day.ts'
import { Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Calendar } from './calendar.ts'
import { type Due, dueForNow, dueOf, legalLimits, type RuleId } from './clocks.ts'
import type { Change, Law } from './move.ts'
import type { Clock, Matter } from './petition.ts'

/** A right (D07) or a window (D04) is not a duty of the office and never makes a matter late. */
const isDuty = (rule: string) => legalLimits[rule as RuleId]?.kind === 'duty'

const reckoned = new WeakMap<Calendar, Map<string, Due>>()
/** A ledger's matters of one day run by the same limits: each is worked out once for a calendar. */
const dueFrom = (rule: RuleId, from: Day, calendar: Calendar): Due => {
  const key = rule + from
  const known = reckoned.get(calendar)
  const before = known?.get(key)
  if (before) return before
  const due = dueForNow(rule, { from }, calendar)
  if (known && known.size < 20_000) known.set(key, due)
  else reckoned.set(calendar, new Map([[key, due]]))
  return due
}

/** A clock from the law; without a published calendar a right is kept at its bare calendar day, and a working-day window is left out and said so. */
export const startClock = (
  rule: string,
  from: Day,
  law: Law,
  round: number,
  partyId: string | null = null,
): { clock?: Clock; warning?: string } => {
  const fresh = {
    id: uuidv7(),
    rule,
    round,
    fromOn: from,
    extension: 0,
    excluded: 0,
    endedOn: null,
    outcome: null,
    partyId,
  }
  try {
    const due = dueFrom(rule as RuleId, from, law.calendar)
    return { clock: { ...fresh, dueOn: due.due, steps: due.steps } }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { warning: error.message }
  }
}

/** The clocks after a change, which of them are new or altered, and the limits that wait for their calendar. Pure. */
export const wind = (
  { clocks, uncounted: before }: Pick<Matter, 'clocks' | 'uncounted'>,
  change: Change,
  round: number,
  today: Day,
  law: Law,
): { all: Clock[]; changed: Clock[]; uncounted: Matter['uncounted']; warnings: string[] } => {
  const warnings: string[] = []
  const changed = new Map<string, Clock>()
  const endOf = (c: Pick<Clock, 'rule' | 'partyId'>) =>
    change.end?.find(
      (e) => (e.rule === '*' || e.rule === c.rule) && (e.partyId === undefined || c.partyId === e.partyId),
    )
  const over = change.set?.closedOn || change.set?.round
  const uncounted = over ? [] : before.filter((u) => !endOf(u) && !change.start?.some((s) => s.rule === u.rule))
  const all = clocks.map((c) => {
    if (c.endedOn !== null) return c
    const end = endOf(c)
    if (end) {
      const on = end.on ?? today
      const next: Clock = { ...c, endedOn: on, outcome: end.cancelled ? 'cancelled' : on > c.dueOn ? 'late' : 'met' }
      changed.set(c.id, next)
      return next
    }
    const extension = change.extend?.rule === c.rule ? change.extend.days : c.extension
    const excluded = change.exclude?.rule === c.rule ? change.exclude.days : c.excluded
    if (extension !== c.extension || excluded !== c.excluded || change.reckon?.includes(c.id)) {
      const due = dueOf(c.rule as RuleId, { from: c.fromOn, extension, excluded }, law.calendar)
      const next: Clock = { ...c, dueOn: due.due, extension, excluded, steps: due.steps }
      changed.set(c.id, next)
      return next
    }
    return c
  })
  for (const s of change.start ?? []) {
    const { clock, warning } = startClock(s.rule, s.from, law, round, s.partyId ?? null)
    // An import starts a clock and ends it in the same breath; in any other move `end` speaks of the clocks that ran before.
    const end = clocks.length === 0 ? change.end?.find((e) => e.rule === s.rule) : undefined
    if (!clock) {
      if (end) continue
      uncounted.push({ rule: s.rule, from: s.from, partyId: s.partyId ?? null })
      warnings.push(`${legalLimits[s.rule as RuleId].name}：${warning}`)
      continue
    }
    const fresh = end
      ? {
          ...clock,
          endedOn: end.on ?? today,
          outcome: end.cancelled
            ? ('cancelled' as const)
            : (end.on ?? today) > clock.dueOn
              ? ('late' as const)
              : ('met' as const),
        }
      : clock
    all.push(fresh)
    changed.set(fresh.id, fresh)
  }
  return { all, changed: [...changed.values()], uncounted, warnings }
}

/** The duty that falls due first. */
export const nextDue = (clocks: Clock[]): { nextDueOn: Day | null; nextDueRule: string | null } => {
  const running = clocks
    .filter((c) => c.endedOn === null && isDuty(c.rule))
    .sort((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : a.rule < b.rule ? -1 : 1))
  return { nextDueOn: running[0]?.dueOn ?? null, nextDueRule: running[0]?.rule ?? null }
}
