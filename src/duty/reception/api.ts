import type { Tx } from '../../audit/trace.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Edge } from '../../kit/server/http.ts'
import type { Who } from '../../people/roles.ts'
import type { Session } from '../../petitions/api.ts'
import type { Setting } from '../../petitions/store.ts'
import { settingOf, type World } from '../../petitions/world.store.ts'
import { receptionRoutes as r } from './routes.ts'
import { cancelReception, endReception, handOver, makeRota, receptions, recordVisit } from './store.ts'

/** Leaders' reception days over HTTP. */
export const receptionApi = ({ serve }: Edge<Session>, world: World) => {
  const inSetting = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))
  const write = async (who: Who, work: (tx: Tx, s: Setting) => Promise<unknown>) => {
    await inSetting(who, work)
    return { ok: true } as const
  }
  serve(r.receptions, ({ session: { who }, query }) =>
    inTown(world.db, who.townId, (tx) => receptions(tx, who, { mine: query.mine === '1' }, world.clock.today()), {
      readOnly: true,
    }),
  )
  serve(r.makeRota, async ({ session: { who }, body }) => ({
    made: await inSetting(who, (tx, s) => makeRota(tx, who, body, s)),
  }))
  serve(r.handOver, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => handOver(tx, who, params.id, body, s)),
  )
  serve(r.cancelReception, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => cancelReception(tx, who, params.id, body, s)),
  )
  serve(r.recordVisit, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => recordVisit(tx, who, params.id, body, s)),
  )
  serve(r.endReception, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => endReception(tx, who, params.id, body, s)),
  )
}
