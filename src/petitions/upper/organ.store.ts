import type { Kysely } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Tx } from '../../audit/trace.ts'
import { organOf } from '../paper/compose.ts'

/** The organ above that uses this same system, by its name; null when it stands outside. */
export const organInSystem = async (db: Tx | Kysely<DB>, organ: string, ownTownId: string): Promise<string | null> => {
  const towns = await db.selectFrom('town').select(['id', 'name']).where('id', '<>', ownTownId).execute()
  return towns.find((t) => t.name === organ || organOf(t) === organ)?.id ?? null
}
