import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'

/** Names by id of a town's staff, units, areas, villages and grids. */
export type Names = ReadonlyMap<string, string>

/** How long names may be kept, in ms. A change made through this server is seen at once (`forgetNames`). */
const keptFor = 5_000
const kept = new Map<string, { at: number; names: Names }>()

export const forgetNames = (): void => kept.clear()

/**
 * All names of a town, kept for a few seconds: a ledger page would otherwise join five tables for words that hardly change.
 */
export const namesOfTown = async (tx: Tx, townId: string): Promise<Names> => {
  const hit = kept.get(townId)
  if (hit && performance.now() - hit.at < keptFor) return hit.names
  const r = await sql<{ id: string; name: string }>`
    select id, name from staff where town_id = ${townId}::uuid
    union all select id, name from unit where town_id = ${townId}::uuid
    union all select id, name from area where town_id = ${townId}::uuid
    union all select id, name from village where town_id = ${townId}::uuid
    union all select id, name from grid where town_id = ${townId}::uuid`.execute(tx)
  const names = new Map(r.rows.map((x) => [x.id, x.name]))
  if (kept.size > 200) kept.clear()
  kept.set(townId, { at: performance.now(), names })
  return names
}

let categories: { at: number; names: Names } | null = null
/** Names of the content categories by code: a reference table, kept for a minute. */
export const categoryNames = async (tx: Tx): Promise<Names> => {
  if (categories && performance.now() - categories.at < 60_000) return categories.names
  const r = await sql<{ code: string; name: string }>`select code, name from category`.execute(tx)
  categories = { at: performance.now(), names: new Map(r.rows.map((x) => [x.code, x.name])) }
  return categories.names
}
