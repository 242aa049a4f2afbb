import type { Tx } from '../../audit/trace.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Edge } from '../../kit/server/http.ts'
import type { Who } from '../../people/roles.ts'
import type { Session } from '../../petitions/api.ts'
import type { Setting } from '../../petitions/store.ts'
import { settingOf, type World } from '../../petitions/world.store.ts'
import { strongerRoutes as r } from './routes.ts'
import { recordCheck, saveStrongerRules, strongerList, strongerOf } from './store.ts'
import { strongerRules } from './stronger.query.ts'

/** Stronger duty over HTTP. */
export const strongerApi = ({ serve }: Edge<Session>, world: World) => {
  const read = <T>(who: Who, work: (tx: Tx) => Promise<T>) => inTown(world.db, who.townId, work, { readOnly: true })
  const write = async (who: Who, work: (tx: Tx, s: Setting) => Promise<unknown>) => {
    await inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))
    return { ok: true } as const
  }
  serve(r.stronger, ({ session: { who } }) => read(who, (tx) => strongerList(tx, who, world.clock.today())))
  serve(r.strongerOf, ({ session: { who }, params }) =>
    read(who, (tx) => strongerOf(tx, who, params.petitionId, world.clock.today())),
  )
  serve(r.strongerRules, ({ session: { who } }) => read(who, (tx) => strongerRules(tx, who.townId)))
  serve(r.saveStrongerRules, ({ session: { who }, body }) => write(who, (tx, s) => saveStrongerRules(tx, who, body, s)))
  serve(r.recordCheck, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => recordCheck(tx, who, params.petitionId, body, s)),
  )
}
