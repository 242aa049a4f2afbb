import { type Role, roles } from './roles.ts'
import type { peopleRoutes } from './routes.ts'

type Name = keyof typeof peopleRoutes

const everyone = Object.keys(roles) as Role[]

/**
 * Who may call what. 三员分立: the system administrator keeps places, posts and people; the security administrator keeps
 * accounts; the audit administrator reads the logs; none of them reads a matter.
 */
export const mayCall: Record<Exclude<Name, 'setupState' | 'setup' | 'signIn'>, readonly Role[]> = {
  me: everyone,
  signOut: everyone,
  signOutEverywhere: everyone,
  changePassword: everyone,
  places: everyone,
  saveArea: ['systemAdmin'],
  saveVillage: ['systemAdmin'],
  saveGrid: ['systemAdmin'],
  saveUnit: ['systemAdmin'],
  posts: ['systemAdmin', 'securityAdmin', 'petitionHead'],
  savePost: ['systemAdmin'],
  staff: ['systemAdmin', 'securityAdmin', 'auditAdmin', 'petitionHead'],
  saveStaff: ['systemAdmin'],
  hold: ['systemAdmin'],
  endHolding: ['systemAdmin'],
  account: ['securityAdmin'],
  handoverPreview: ['systemAdmin', 'petitionHead'],
  handover: ['systemAdmin', 'petitionHead'],
  logs: ['auditor', 'auditAdmin'],
  verify: ['auditor', 'auditAdmin'],
}

/** Why these roles may not call it; null when they may. */
export const callRefusal = (held: readonly Role[], name: keyof typeof mayCall): string | null => {
  const allowed = mayCall[name]
  if (allowed.length === everyone.length || allowed.some((r) => held.includes(r))) return null
  return `此事由${allowed.map((r) => roles[r]).join('、')}办理`
}
