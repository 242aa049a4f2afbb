import { is, type Role, roles, type Who } from '../people/roles.ts'
import { type Matter, type State, states } from './petition.ts'

/** Small guards that moves combine; each answers a sentence or null. */
export const only = (who: Who, ...any: Role[]): string | null =>
  is(who, ...any) ? null : `此事由${any.map((r) => roles[r]).join('、')}办理`

export const inState = (m: Matter, ...any: State[]): string | null =>
  any.includes(m.state)
    ? null
    : `事项${states[m.state]}，${m.state === 'closed' ? '如有新情况请重新启动' : '现在不能做这一步'}`

export const notClosed = (m: Matter): string | null =>
  m.state === 'closed' ? '事项已销号；有新的事实、理由或承诺未兑现时，请重新启动' : null

/** A proposal waits for somebody else: a second one in its place would make it vanish. */
export const noneWaiting = (m: Pick<Matter, 'pending'>): string | null =>
  m.pending === null ? null : '已有一项待另一人决定，请先处理那一项'

export const first = (...sentences: (string | null | undefined | false)[]): string | null =>
  sentences.find((s): s is string => typeof s === 'string') ?? null

/** Stands in for the main handler, who is on leave, and has the matter in hand. */
const standsIn = (m: Matter, who: Who): boolean => {
  const last = m.passes.at(-1)
  return m.holderId === who.staffId && last?.toId === who.staffId && !!last.forId && last.forId === m.mainHandlerId
}

/** The unit that has the matter, or the petition office while it has not been sent on; a handler's deputy as the handler. */
export const handles = (m: Matter, who: Who): boolean =>
  m.mainHandlerId === who.staffId ||
  standsIn(m, who) ||
  (m.mainUnitId !== null && is(who, 'unitHandler') && who.unitIds.includes(m.mainUnitId)) ||
  (m.mainUnitId === null && is(who, 'clerk', 'petitionHead'))

export const handlerOnly = (m: Matter, who: Who): string | null => (handles(m, who) ? null : '由承办人或承办单位办理')
