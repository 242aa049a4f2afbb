import type { Tx } from '../audit/trace.ts'
import { inTown } from '../kit/server/db.ts'
import type { Who } from '../people/roles.ts'
import type { Setting } from '../petitions/store.ts'
import { settingOf, type World } from '../petitions/world.store.ts'

/** One transaction of this person's town, with its setting of today. */
export const withinTown =
  (world: World) =>
  <T>(who: Who, readOnly: boolean, work: (tx: Tx, s: Setting) => Promise<T>): Promise<T> =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)), { readOnly })
export type Within = ReturnType<typeof withinTown>
