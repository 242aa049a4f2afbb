import type { Tx } from '../../audit/trace.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Edge } from '../../kit/server/http.ts'
import type { Who } from '../../people/roles.ts'
import type { Setting } from '../store.ts'
import { settingOf, type World } from '../world.store.ts'
import { upperRoutes as r } from './routes.ts'
import { answerUpper, bringBack, decideUpper, listUpper, readUpper } from './upper.store.ts'
import { answerRefusal, decideRefusal } from './upper.ts'

/** Reviews and rechecks sent up to this organ by those below that use the same system. */
export const upperApi = (edge: Edge<{ who: Who }>, world: World) => {
  const { serve } = edge
  const within = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))
  serve(r.upperReviews, ({ session: { who } }) => within(who, (tx) => listUpper(tx, who.townId)))
  serve(r.upperReview, ({ session: { who }, params }) =>
    within(who, async (tx, s) => {
      const row = await readUpper(tx, who, params.id, s)
      return { ...row, answer: answerRefusal(row, who), decide: decideRefusal(row, who) }
    }),
  )
  // What is decided here stands; that it comes back below is a matter of its own, and is tried again.
  const back = (who: Who) => bringBack(world, who.townId).catch(() => 0)
  serve(r.answerUpper, async ({ session: { who }, params, body }) => {
    const done = await within(who, (tx, s) => answerUpper(tx, who, { ...body, id: params.id }, s))
    await back(who)
    return done
  })
  serve(r.decideUpper, async ({ session: { who }, params, body }) => {
    const done = await within(who, (tx, s) => decideUpper(tx, who, { ...body, id: params.id }, s))
    await back(who)
    return done
  })
}
