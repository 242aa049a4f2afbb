import { happened, type Tx } from '../../audit/trace.ts'
import { inTown } from '../../kit/server/db.ts'
import type { Edge } from '../../kit/server/http.ts'
import type { Who } from '../../people/roles.ts'
import type { Session } from '../../petitions/api.ts'
import type { Setting } from '../../petitions/store.ts'
import { settingOf, type World } from '../../petitions/world.store.ts'
import { contacts, makeContacts, passContact } from './contact.store.ts'
import { visitList } from './list.store.ts'
import { cancelVisit, changeVisit, planVisit } from './plan.store.ts'
import { recordVisit } from './record.store.ts'
import { visitRoutes as r } from './routes.ts'
import { villagePage } from './village.store.ts'

/** Visits, the rota of villages and a village's page over HTTP. */
export const visitApi = ({ serve }: Edge<Session>, world: World) => {
  const read = <T>(who: Who, work: (tx: Tx) => Promise<T>) => inTown(world.db, who.townId, work, { readOnly: true })
  /** Once for each request id; a repeat meets its own success and is told what the first made. */
  const once = <T>(who: Who, requestId: string, again: (id: string) => T, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => {
      const before = await happened(tx, who.townId, requestId)
      return before ? again(before) : work(tx, await settingOf(tx, world, who.townId))
    })
  const ok = { ok: true } as const
  const done = (who: Who, requestId: string, work: (tx: Tx, s: Setting) => Promise<void>) =>
    once(
      who,
      requestId,
      () => ok,
      async (tx, s) => {
        await work(tx, s)
        return ok
      },
    )
  const today = () => world.clock.today()

  serve(r.visits, ({ session: { who }, query }) =>
    read(who, (tx) => visitList(tx, who, { mine: query.mine === '1', petitionId: query.petitionId }, today())),
  )
  serve(r.planVisit, ({ session: { who }, body }) =>
    once(
      who,
      body.requestId,
      (id) => ({ id }),
      async (tx, s) => ({ id: await planVisit(tx, who, body.plan, body.record, body.requestId, s) }),
    ),
  )
  serve(r.changeVisit, ({ session: { who }, params, body }) =>
    done(who, body.requestId, (tx, s) => changeVisit(tx, who, params.id, body, s)),
  )
  serve(r.cancelVisit, ({ session: { who }, params, body }) =>
    done(who, body.requestId, (tx, s) => cancelVisit(tx, who, params.id, body, s)),
  )
  serve(r.recordVisit, ({ session: { who }, params, body }) =>
    done(who, body.requestId, (tx, s) => recordVisit(tx, who, params.id, body, s)),
  )
  serve(r.contacts, ({ session: { who } }) => read(who, (tx) => contacts(tx, who, today())))
  serve(r.makeContacts, ({ session: { who }, body }) =>
    once(
      who,
      body.requestId,
      () => ({ made: 0 }),
      async (tx, s) => ({ made: await makeContacts(tx, who, body.rota, body.requestId, s) }),
    ),
  )
  serve(r.passContact, ({ session: { who }, params, body }) =>
    done(who, body.requestId, (tx, s) => passContact(tx, who, params.id, body, s)),
  )
  serve(r.village, ({ session: { who }, params }) =>
    read(who, async (tx) => villagePage(tx, who, params.id, await settingOf(tx, world, who.townId))),
  )
}
