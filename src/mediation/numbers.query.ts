import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { type Counted, type Report, report } from './numbers.ts'

/** The period's report of a town; the level is where the dispute stands now. Nobody is named and no word is read. */
export const reportOf = async (tx: Tx, townId: string, from: Day, to: Day): Promise<Report> => {
  const r = await sql<Counted & { owedFen: string | number }>`
    select d.kind, d.level, d.state, d.registered_on, d.accepted_on, d.effective_on, d.performed_on, d.ended_on, d.followed_on, d.satisfaction,
      d.relapse_of is not null as relapse, d.owed_fen,
      coalesce((select a.form = 'oral' from dispute_agreement a where a.town_id = d.town_id and a.dispute_id = d.id and a.status = 'effective' order by a.n desc limit 1), false) as oral,
      exists (select from dispute_agreement a where a.town_id = d.town_id and a.dispute_id = d.id and a.confirm->>'result' = 'confirmed') as confirmed,
      coalesce((select sum((x.data->>'minutes')::int) from dispute_record x where x.town_id = d.town_id and x.dispute_id = d.id and x.kind = 'session'), 0)::int as minutes
    from dispute d where d.town_id = ${townId}::uuid and d.registered_on between ${from}::date and ${to}::date`.execute(
    tx,
  )
  return report(
    r.rows.map((x) => ({ ...x, owedFen: Number(x.owedFen) })),
    from,
    to,
  )
}
