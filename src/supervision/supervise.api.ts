import { happened, type Tx } from '../audit/trace.ts'
import { inTown } from '../kit/server/db.ts'
import type { Edge } from '../kit/server/http.ts'
import type { Who } from '../people/roles.ts'
import type { Session } from '../petitions/api.ts'
import type { Setting } from '../petitions/store.ts'
import { settingOf, type World } from '../petitions/world.store.ts'
import { accountabilitiesOf, decideCase, dissentsOn, raise, recordFacts, stateCase } from './accountability.store.ts'
import { advicesOf, advise, feedback } from './advice.store.ts'
import { boardOf, saveRules } from './board.query.ts'
import { superviseRoutes as r } from './supervise.routes.ts'
import {
  answerSupervision,
  checkSupervision,
  correctSupervision,
  decideListed,
  supervise,
  supervisionsOf,
  withdrawSupervision,
} from './supervise.store.ts'

/** Supervision, advice and accountability over HTTP. */
export const superviseApi = (edge: Edge<Session>, world: World) => {
  const { serve } = edge
  const read = <T>(who: Who, work: (tx: Tx) => Promise<T>) => inTown(world.db, who.townId, work, { readOnly: true })
  /** Once for each request id; a repeat meets its own success. */
  const once = (who: Who, requestId: string, work: (tx: Tx, s: Setting) => Promise<unknown>) =>
    inTown(world.db, who.townId, async (tx) => {
      if (!(await happened(tx, who.townId, requestId))) await work(tx, await settingOf(tx, world, who.townId))
      return { ok: true as const }
    })
  const made = (who: Who, requestId: string, work: (tx: Tx, s: Setting) => Promise<string>) =>
    inTown(world.db, who.townId, async (tx) => ({
      id: (await happened(tx, who.townId, requestId)) ?? (await work(tx, await settingOf(tx, world, who.townId))),
    }))

  serve(r.supervisions, ({ session: { who }, query }) =>
    read(who, async (tx) => (await supervisionsOf(tx, who, query.petitionId, world.clock.today())) as never),
  )
  serve(r.supervise, ({ session: { who }, body }) => made(who, body.requestId, (tx, s) => supervise(tx, who, body, s)))
  serve(r.decideListed, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => decideListed(tx, who, params.id, body, s)),
  )
  serve(r.answerSupervision, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => answerSupervision(tx, who, params.id, body, s)),
  )
  serve(r.checkSupervision, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => checkSupervision(tx, who, params.id, body, s)),
  )
  serve(r.correctSupervision, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => correctSupervision(tx, who, params.id, body, s)),
  )
  serve(r.withdrawSupervision, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => withdrawSupervision(tx, who, params.id, body, s)),
  )
  serve(r.advices, ({ session: { who } }) => read(who, async (tx) => (await advicesOf(tx, who)) as never))
  serve(r.advise, ({ session: { who }, body }) => made(who, body.requestId, (tx, s) => advise(tx, who, body, s)))
  serve(r.feedback, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => feedback(tx, who, params.id, body, s)),
  )
  serve(r.factsOf, ({ session: { who }, params }) =>
    read(who, (tx) => recordFacts(tx, who, params.id, world.clock.today())),
  )
  serve(r.dissentsOn, ({ session: { who }, params }) => read(who, (tx) => dissentsOn(tx, who, params.id)))
  serve(r.accountabilities, ({ session: { who } }) =>
    read(who, async (tx) => (await accountabilitiesOf(tx, who)) as never),
  )
  serve(r.raise, ({ session: { who }, body }) => made(who, body.requestId, (tx, s) => raise(tx, who, body, s)))
  serve(r.state, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => stateCase(tx, who, params.id, body, s)),
  )
  serve(r.decide, ({ session: { who }, params, body }) =>
    once(who, body.requestId, (tx, s) => decideCase(tx, who, params.id, body, s)),
  )
  serve(r.board, ({ session: { who }, query }) =>
    read(who, async (tx) => (await boardOf(tx, who, world.clock.today(), query.rule)) as never),
  )
  serve(r.saveRules, ({ session: { who }, body }) =>
    once(who, body.requestId, (tx, s) => saveRules(tx, who, body.rules, body.requestId, s.now)),
  )
}
