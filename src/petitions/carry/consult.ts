import type { Day } from '../../kit/day.ts'
import type { Change } from '../move.ts'
import type { Clock, Petition, State } from '../petition.ts'

/** Before the answer is served: afterwards there is nothing left to consult on. */
const unanswered: readonly State[] = [
  'received',
  'registered',
  'forwarded',
  'accepted',
  'handling',
  'opinionDraft',
  'opinionSigned',
]
type Weighed = Pick<Petition, 'firstTime' | 'repeat' | 'grade' | 'isKey' | 'sealed' | 'state' | 'round'>

/** 重大初信初访: raised for the first time, red or marked as key, not yet answered. Of the matter only. */
export const needsConsultation = (p: Weighed): boolean =>
  !p.sealed &&
  p.firstTime &&
  !p.repeat &&
  p.round === 1 &&
  (p.grade === 'red' || p.isKey) &&
  unanswered.includes(p.state)

/**
 * A change together with what it does to the two working days of 会诊 (D20): they begin the day a matter becomes a major first
 * petition, whichever step makes it one, and fall away when it no longer is. What was consulted on once is not asked for again.
 */
export const withConsultation = (
  before:
    | (Weighed & Pick<Petition, 'uncounted'> & { clocks: readonly Pick<Clock, 'rule' | 'endedOn' | 'outcome'>[] })
    | null,
  after: Weighed,
  change: Change,
  today: Day,
): Change => {
  const ran = before?.clocks.filter((c) => c.rule === 'D20') ?? []
  const waits = before?.uncounted.some((u) => u.rule === 'D20')
  const needed = before !== null && needsConsultation(before)
  const needs = needsConsultation(after)
  if (needs && !needed && ran.every((c) => c.outcome === 'cancelled'))
    return { ...change, start: [...(change.start ?? []), { rule: 'D20', from: today }] }
  if (!needs && (waits || ran.some((c) => c.endedOn === null)))
    return { ...change, end: [...(change.end ?? []), { rule: 'D20', cancelled: true }] }
  return change
}
