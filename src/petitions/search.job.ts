import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { searchRow } from './search.ts'

/**
 * Take a batch from the queue of matters whose text changed and write their search rows. Returns how many.
 * The queue rows go in the same transaction, so a crash only means doing it again.
 */
export const indexBatch = async (tx: Tx, townId: string, size = 500): Promise<number> => {
  const taken = await sql<{
    petitionId: string
  }>`delete from search_queue where town_id = ${townId}::uuid and petition_id in (
    select petition_id from search_queue where town_id = ${townId}::uuid order by at limit ${size} for update skip locked) returning petition_id`.execute(
    tx,
  )
  if (taken.rows.length === 0) return 0
  const ids = taken.rows.map((r) => r.petitionId)
  const rows = await sql<{
    id: string
    number: string
    title: string
    request: string
    facts: string
    initials: string
    sealed: boolean
    names: string[]
  }>`
    select p.id, p.number, p.title, p.request, p.facts, p.initials, p.sealed,
      array(select name from petition_party x where x.town_id = p.town_id and x.petition_id = p.id and name <> '') as names
    from petition p where p.town_id = ${townId}::uuid and p.id = any (${ids}::uuid[])`.execute(tx)
  // What is sealed is not searched.
  const values = rows.rows.map((r) => ({ id: r.id, ...(r.sealed ? { text: '', grams: '' } : searchRow(townId, r)) }))
  await sql`insert into petition_search (town_id, petition_id, text, grams)
    select ${townId}::uuid, x.id::uuid, x.text, x.grams::tsvector
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as x(id text, text text, grams text)
    on conflict (town_id, petition_id) do update set text = excluded.text, grams = excluded.grams`.execute(tx)
  return ids.length
}
