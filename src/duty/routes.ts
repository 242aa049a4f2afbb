import { adoptionRoutes } from './adoption/routes.ts'

/** Every route of duty, for server and browser alike. */
export const dutyRoutes = { ...adoptionRoutes }
