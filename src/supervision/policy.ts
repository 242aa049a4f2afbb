import { callRefusal as refusalFor } from '../people/policy.ts'
import type { Role } from '../people/roles.ts'
import { supervisionRoutes } from './routes.ts'

/** Why these posts may not call a route of supervision; null when they may. The table itself stands on the routes. */
export const callRefusal = (held: readonly Role[], name: keyof typeof supervisionRoutes): string | null =>
  refusalFor(held, supervisionRoutes[name].may)
