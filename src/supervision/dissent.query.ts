import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Recorded } from './supervise.ts'

/** The dissent that the minutes of dispatch meetings and the records of consultations have on one matter. */
export const recordedDissents = async (tx: Tx, townId: string, petitionId: string): Promise<Recorded[]> => {
  const { rows } = await sql<Recorded>`
    select d ->> 'staffId' as staff_id, d ->> 'by' as by, d ->> 'text' as text, m.on_day || ' ' || m.title || '纪要' as minutes
    from dispatch_meeting m, jsonb_array_elements(m.items) i, jsonb_array_elements(i -> 'dissent') d
    where m.town_id = ${townId}::uuid and i ->> 'petitionId' = ${petitionId}
    union all
    select d ->> 'staffId', d ->> 'by', d ->> 'text', c.held_on || ' 会诊记录'
    from consultation c, jsonb_array_elements(c.dissent) d
    where c.town_id = ${townId}::uuid and c.petition_id = ${petitionId}::uuid and c.held_on is not null
    order by minutes`.execute(tx)
  if (rows.length === 0) return []
  const people = await tx.selectFrom('staff').select(['id', 'name']).where('townId', '=', townId).execute()
  return rows.map((r) => {
    const named = people.filter((p) => r.by.includes(p.name))
    const one = named.find((p) => p.id === r.staffId) ?? (named.length === 1 ? named[0] : undefined)
    return { ...r, staffId: one?.id ?? null }
  })
}
