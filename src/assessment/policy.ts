import { administrators, type Role, roles } from '../people/roles.ts'
import type { assessmentRoutes } from './routes.ts'
import { assessed } from './score.ts'

type Name = keyof typeof assessmentRoutes

const managers: Role[] = ['petitionHead', 'townLeader']
const everyone = (Object.keys(roles) as Role[]).filter((r) => !(administrators as readonly Role[]).includes(r))

/** Who may call what; one's own card is one's own, others' are read by those who manage the plan. */
export const mayCall: Record<Name, readonly Role[]> = {
  plans: everyone,
  savePlan: managers,
  turnPlan: managers,
  people: managers,
  myCard: everyone,
  card: everyone,
  line: everyone,
  report: assessed,
  review: managers,
  appeal: assessed,
  answer: managers,
  outcome: managers,
  whatIf: managers,
  recount: [...managers, 'auditor'],
}

/** Why these posts may not call it; null when they may. */
export const callRefusal = (held: readonly Role[], name: Name): string | null =>
  mayCall[name].some((r) => held.includes(r)) ? null : `此事由${mayCall[name].map((r) => roles[r]).join('、')}办理`

export const manages = (held: readonly Role[]): boolean => managers.some((r) => held.includes(r))
