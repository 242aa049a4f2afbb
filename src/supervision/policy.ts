import { administrators, type Role, roles } from '../people/roles.ts'
import type { supervisionRoutes } from './routes.ts'

type Name = keyof typeof supervisionRoutes

const everyone = (Object.keys(roles) as Role[]).filter((r) => !(administrators as readonly Role[]).includes(r))
const office: Role[] = ['clerk', 'petitionHead']
const leaders: Role[] = ['petitionHead', 'leadOfficial', 'townLeader']

/** Who may call what. Reminders of others are read by the petition office, which sees every unsealed matter. */
export const mayCall: Record<Name, readonly Role[]> = {
  reminders: office,
  reminderPolicy: ['petitionHead'],
  saveReminderPolicy: ['petitionHead'],
  leaves: everyone,
  saveLeave: everyone,
  cancelLeave: everyone,
  contactWay: everyone,
  saveContactWay: everyone,
  deliveries: ['petitionHead'],
  circulars: [...leaders, 'clerk', 'areaSecretary', 'unitHandler'],
  saveCircular: ['petitionHead'],
}

/** Why these posts may not call it; null when they may. */
export const callRefusal = (held: readonly Role[], name: Name): string | null =>
  mayCall[name].some((r) => held.includes(r)) ? null : `此事由${mayCall[name].map((r) => roles[r]).join('、')}办理`
