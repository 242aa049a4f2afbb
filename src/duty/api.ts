import type { Edge } from '../kit/server/http.ts'
import type { Session } from '../petitions/api.ts'
import type { World } from '../petitions/world.store.ts'
import { adoptionApi } from './adoption/api.ts'
import { carriedApi } from './carried.api.ts'
import { dispatchApi } from './dispatch/api.ts'
import { receptionApi } from './reception/api.ts'
import { strongerApi } from './stronger/api.ts'
import { watchApi } from './watch/api.ts'

/** Everything of duty over HTTP. */
export const dutyApi = (edge: Edge<Session>, world: World) => {
  adoptionApi(edge, world)
  carriedApi(edge, world)
  dispatchApi(edge, world)
  strongerApi(edge, world)
  receptionApi(edge, world)
  watchApi(edge, world)
}
