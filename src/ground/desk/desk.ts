import { type Day, daysBetween } from '../../kit/day.ts'
import { is, type Who } from '../../people/roles.ts'
import type { Level, State } from '../../petitions/petition.ts'

/** What an area's desk is asked in the morning; a matter may stand under several heads. */
export const heads = {
  came: '报上来、交下来的',
  settle: '可以在管区办的',
  stuck: '停住的',
  reported: '我报的',
  tell: '等我告知信访人的',
} as const
export type Head = keyof typeof heads

export interface DeskFacts {
  state: State
  level: Level
  bearerId: string
  passes: number
  registeredBy: string | null
  grade: 'red' | 'yellow' | 'blue' | null
  nextDueOn: Day | null
  dueOn: Day | null
  lastProgressOn: Day
  notes: readonly string[]
  echoOwner: string | null
  echoDone: boolean
}

/** Days without progress after which a matter counts as stuck. */
export const stuckAfter = 7

/** Why the matter is stuck, as a sentence; null when it is not. */
export const stuckBecause = (m: DeskFacts, today: Day): string | null =>
  m.state === 'closed'
    ? null
    : m.notes.length
      ? m.notes.join('，')
      : m.dueOn !== null && m.dueOn < today
        ? `交回的期限 ${m.dueOn} 已过`
        : m.nextDueOn !== null && m.nextDueOn < today
          ? `法定期限 ${m.nextDueOn} 已过`
          : daysBetween(m.lastProgressOn, today) > stuckAfter
            ? `${daysBetween(m.lastProgressOn, today)} 天没有进展`
            : null

/** Under which heads of this person's desk the matter stands. */
export const headsOf = (m: DeskFacts, who: Who, today: Day): Head[] => {
  const open = m.state !== 'closed'
  const out: Head[] = []
  const own = is(who, 'areaSecretary', 'villageOfficer')
  if (open && m.passes > 0 && m.bearerId === who.staffId) out.push('came')
  if (open && own && m.grade !== 'red' && ['received', 'registered'].includes(m.state) && m.level !== 'unit')
    out.push('settle')
  if (stuckBecause(m, today) !== null) out.push('stuck')
  if (open && m.registeredBy === who.staffId) out.push('reported')
  if (m.echoOwner === who.staffId && !m.echoDone) out.push('tell')
  return out
}
