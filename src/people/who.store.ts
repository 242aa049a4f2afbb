import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { NotFound } from '../kit/errors.ts'
import { type Held, whoFrom } from './holdings.ts'
import type { Who } from './roles.ts'

/** One person with the posts held on a day, as the rules see them; undefined when there is nobody. */
export const findWho = async (
  tx: Tx,
  townId: string,
  staffId: string,
  today: Day,
): Promise<(Who & { active: boolean }) | undefined> => {
  const r = await sql<{ name: string; active: boolean; held: Held[] }>`
    select s.name, s.active, (select coalesce(json_agg(json_build_object('name', o.name, 'role', o.role, 'rank', o.rank, 'areaId', o.area_id,
        'villageId', o.village_id, 'gridId', o.grid_id, 'unitId', o.unit_id, 'heads', o.heads) order by o.rank, o.sort, o.name), '[]')
      from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
      where h.town_id = s.town_id and h.staff_id = s.id and o.active
        and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)) as held
    from staff s where s.town_id = ${townId}::uuid and s.id = ${staffId}::uuid`.execute(tx)
  const row = r.rows[0]
  return row && { ...whoFrom({ townId, staffId, name: row.name }, row.held), active: row.active }
}

/** The same for somebody who is surely there: seed, worker, command line. */
export const whoOfStaff = async (tx: Tx, townId: string, staffId: string, today: Day): Promise<Who> => {
  const found = await findWho(tx, townId, staffId, today)
  if (!found) throw new NotFound('没有这个人员')
  const { active: _a, ...who } = found
  return who
}
