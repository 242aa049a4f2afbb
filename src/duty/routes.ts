import { adoptionRoutes } from './adoption/routes.ts'
import { carriedRoutes } from './carried.routes.ts'
import { dispatchRoutes } from './dispatch/routes.ts'
import { receptionRoutes } from './reception/routes.ts'
import { strongerRoutes } from './stronger/routes.ts'
import { watchRoutes } from './watch/routes.ts'

export type { ConsultationRow } from './carried.routes.ts'

/** Every route of duty, for server and browser alike. */
export const dutyRoutes = {
  ...adoptionRoutes,
  ...carriedRoutes,
  ...dispatchRoutes,
  ...strongerRoutes,
  ...receptionRoutes,
  ...watchRoutes,
}
