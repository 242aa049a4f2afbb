import type { Tx } from '../audit/trace.ts'
import { inTown } from '../kit/server/db.ts'
import type { Edge } from '../kit/server/http.ts'
import type { Who } from '../people/roles.ts'
import type { Session } from '../petitions/api.ts'
import type { Setting } from '../petitions/store.ts'
import { settingOf, type World } from '../petitions/world.store.ts'
import { carriedRoutes as r } from './carried.routes.ts'
import {
  callConsultation,
  consultations,
  holdConsultation,
  replanConsultation,
  tellConsultation,
} from './consultation/store.ts'
import { mine } from './mine.store.ts'
import { endPromise, makePromise, promises } from './promise/store.ts'

/** Promises and consultations over HTTP. */
export const carriedApi = ({ serve }: Edge<Session>, world: World) => {
  const read = <T>(who: Who, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)), { readOnly: true })
  const write = async (who: Who, work: (tx: Tx, s: Setting) => Promise<unknown>) => {
    await inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)))
    return { ok: true } as const
  }
  serve(r.mine, ({ session: { who } }) => read(who, (tx) => mine(tx, who)))
  serve(r.promises, ({ session: { who }, query }) =>
    read(who, (tx) => promises(tx, who, { ...query, mine: query.mine === '1' })),
  )
  serve(r.makePromise, ({ session: { who }, body }) => write(who, (tx, s) => makePromise(tx, who, body, s)))
  serve(r.endPromise, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => endPromise(tx, who, params.id, body, s)),
  )
  serve(r.consultations, ({ session: { who }, query }) => read(who, (tx) => consultations(tx, who, query)) as never)
  serve(r.callConsultation, ({ session: { who }, body }) => write(who, (tx, s) => callConsultation(tx, who, body, s)))
  serve(r.replanConsultation, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => replanConsultation(tx, who, params.id, body, s)),
  )
  serve(r.holdConsultation, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => holdConsultation(tx, who, params.id, body, s)),
  )
  serve(r.tellConsultation, ({ session: { who }, params, body }) =>
    write(who, (tx, s) => tellConsultation(tx, who, params.id, body, s)),
  )
}
