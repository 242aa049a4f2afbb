import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'

/** The next number of a kind and year; the row is locked until the transaction ends, so no number is missing or doubled. */
export const nextNumber = async (tx: Tx, townId: string, kind: string, year: number, by = 1): Promise<number> => {
  const r = await sql<{
    n: number
  }>`insert into number_counter (town_id, kind, year, n) values (${townId}, ${kind}, ${year}, ${by})
    on conflict (town_id, kind, year) do update set n = number_counter.n + ${by} returning n`.execute(tx)
  return r.rows[0]!.n
}
