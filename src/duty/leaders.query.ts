import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'

/** Leaders of the town today, the highest first: members of the team and the principal leaders. */
export const leadersNow = async (tx: Tx, townId: string, today: Day) =>
  (
    await sql<{ id: string; name: string; post: string; rank: number; seat: number }>`
      select distinct on (s.id) s.id, s.name, o.name as post, o.rank, o.sort as seat
      from staff s join holding h on h.town_id = s.town_id and h.staff_id = s.id
      join post o on o.town_id = h.town_id and o.id = h.post_id
      where s.town_id = ${townId}::uuid and s.active and o.active and o.role in ('leadOfficial', 'townLeader')
        and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)
      order by s.id, o.rank, o.sort`.execute(tx)
  ).rows.sort((a, b) => a.rank - b.rank || a.seat - b.seat || (a.id < b.id ? -1 : 1))
