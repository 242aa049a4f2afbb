import { inTown } from '../../kit/server/db.ts'
import type { Edge } from '../../kit/server/http.ts'
import type { Session } from '../api.ts'
import { settingOf, type World } from '../world.store.ts'
import { courtesyRoutes as r } from './routes.ts'
import { checkCourtesy, courtesyChecks, courtesyResults } from './store.ts'

/** 四声五心 over HTTP: the receptionist's check and what petitioners said. */
export const courtesyApi = ({ serve }: Edge<Session>, world: World) => {
  serve(r.courtesyChecks, ({ session: { who }, params }) =>
    inTown(world.db, who.townId, (tx) => courtesyChecks(tx, who, params.id), { readOnly: true }),
  )
  serve(r.checkCourtesy, async ({ session: { who }, params, body }) => {
    await inTown(world.db, who.townId, async (tx) =>
      checkCourtesy(tx, who, params.id, body, await settingOf(tx, world, who.townId)),
    )
    return { ok: true as const }
  })
  serve(r.courtesyResults, ({ session: { who }, query }) =>
    inTown(world.db, who.townId, (tx) => courtesyResults(tx, who.townId, query.by, world.clock.today()), {
      readOnly: true,
    }),
  )
}
