import { inTown } from '../kit/server/db.ts'
import type { Edge } from '../kit/server/http.ts'
import { peopleRoutes as r } from '../people/routes.ts'
import { forgetSessions } from '../people/session.store.ts'
import type { Session } from './api.ts'
import { handover, handoverPreview } from './handover.store.ts'
import { settingOf, type World } from './world.store.ts'

/** Handover when someone leaves: the people part and the matters part in one transaction. */
export const handoverApi = (edge: Edge<Session>, world: World) => {
  edge.serve(r.handoverPreview, ({ session: { who }, params }) => {
    return inTown(world.db, who.townId, (tx) => handoverPreview(tx, who, params.id, world.clock.today()), {
      readOnly: true,
    })
  })
  edge.serve(r.handover, async ({ session: { who }, params, body }) => {
    const done = await inTown(world.db, who.townId, async (tx) =>
      handover(tx, who, params.id, body, await settingOf(tx, world, who.townId)),
    )
    forgetSessions()
    return done
  })
}
