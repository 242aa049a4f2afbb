import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import type { Seat } from './seats.ts'

/** Every active post with whoever holds it today, the vacant among them; the highest first. */
export const seatsOf = async (tx: Tx, townId: string, today: Day): Promise<Seat[]> =>
  (
    await sql<Seat>`select o.id as post_id, o.name, o.role, o.area_id, o.village_id, o.grid_id, o.unit_id, o.heads, o.rank,
        h.staff_id, coalesce(h.name, '') as staff, coalesce(h.phone, '') as phone,
        l.id is not null as away, l.from_on as away_from, l.to_on as away_to, l.deputy_id, coalesce(d.name, '') as deputy
      from post o
      left join lateral (select s.id as staff_id, s.name, s.phone from holding h join staff s on s.town_id = h.town_id and s.id = h.staff_id
        where h.town_id = o.town_id and h.post_id = o.id and s.active
          and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)) h on true
      left join lateral (select l.id, l.from_on, l.to_on, l.deputy_id from staff_leave l where l.town_id = o.town_id and l.staff_id = h.staff_id
        and l.cancelled_at is null and ${today}::date between l.from_on and l.to_on order by l.at desc limit 1) l on true
      left join staff d on d.town_id = o.town_id and d.id = l.deputy_id and d.active
      where o.town_id = ${townId}::uuid and o.active
      order by o.rank, o.sort, o.name, h.name`.execute(tx)
  ).rows
