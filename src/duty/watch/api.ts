import type { Tx } from '../../audit/trace.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Edge } from '../../kit/server/http.ts'
import type { Who } from '../../people/roles.ts'
import type { Session } from '../../petitions/api.ts'
import type { Setting } from '../../petitions/store.ts'
import { settingOf, type World } from '../../petitions/world.store.ts'
import { watchRoutes as r } from './routes.ts'
import { copyWatch, fillWatch, saveWatchRule, swapWatch, turnWatch, undoWatch, watchBoard } from './store.ts'

/** The duty roster over HTTP. What anybody reads of it is in src/citizen. */
export const watchApi = ({ serve }: Edge<Session>, world: World) => {
  const at = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>, readOnly = false) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)), { readOnly })
  const done = async (who: Who, work: (tx: Tx, s: Setting) => Promise<void>) => {
    await at(who, work)
    return { ok: true } as const
  }
  serve(r.watch, ({ session: { who }, query }) => at(who, (tx, s) => watchBoard(tx, who, query, s), true))
  serve(r.fillWatch, ({ session: { who }, body }) => done(who, (tx, s) => fillWatch(tx, who, body, s)))
  serve(r.turnWatch, ({ session: { who }, body }) => at(who, (tx, s) => turnWatch(tx, who, body, s)))
  serve(r.copyWatch, ({ session: { who }, body }) => at(who, (tx, s) => copyWatch(tx, who, body, s)))
  serve(r.swapWatch, ({ session: { who }, body }) => done(who, (tx, s) => swapWatch(tx, who, body, s)))
  serve(r.undoWatch, ({ session: { who }, body }) => done(who, (tx, s) => undoWatch(tx, who, body, s)))
  serve(r.saveWatchRule, ({ session: { who }, body }) => done(who, (tx, s) => saveWatchRule(tx, who, body, s)))
}
