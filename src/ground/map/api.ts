import { happened } from '../../audit/trace.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Edge } from '../../kit/server/http.ts'
import type { Session } from '../../petitions/api.ts'
import { settingOf, type World } from '../../petitions/world.store.ts'
import { mapRoutes as r } from './routes.ts'
import { coverage, dropMap, putMap } from './store.ts'

/** The coverage map over HTTP. */
export const mapApi = ({ serve }: Edge<Session>, world: World) => {
  serve(r.coverage, ({ session: { who } }) =>
    inTown(world.db, who.townId, (tx) => coverage(tx, who, world.clock.today()), { readOnly: true }),
  )
  serve(r.putMap, ({ session: { who }, body }) =>
    inTown(world.db, who.townId, async (tx) =>
      (await happened(tx, who.townId, body.requestId))
        ? { kept: 0, vertices: 0, problems: [] }
        : putMap(tx, who, body, await settingOf(tx, world, who.townId)),
    ),
  )
  serve(r.dropMap, ({ session: { who }, body }) =>
    inTown(world.db, who.townId, async (tx) => {
      if (!(await happened(tx, who.townId, body.requestId)))
        await dropMap(tx, who, body.requestId, await settingOf(tx, world, who.townId))
      return { ok: true as const }
    }),
  )
}
