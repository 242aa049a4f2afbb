import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Role } from './roles.ts'

/** Posts held on a day, as JSON rows of `holding h join post o`. */
export const heldJson = sql`coalesce(json_agg(json_build_object('name', o.name, 'role', o.role, 'rank', o.rank, 'areaId', o.area_id,
  'villageId', o.village_id, 'gridId', o.grid_id, 'unitId', o.unit_id, 'heads', o.heads) order by o.rank, o.sort, o.name), '[]')`

/** Open matters in which the person is named, for SQL over `petition p`. */
const namedIn = (staff: unknown) => sql<boolean>`(p.state <> 'closed' and ${staff}::uuid in
  (p.holder_id, p.main_handler_id, p.area_owner_id, p.village_owner_id, p.lead_official_id, p.signer_id, p.approver_id))`

/** How many open matters name the person, and how many of them are sealed accusations. */
export const openWork = async (tx: Tx, townId: string, staffId: string): Promise<{ open: number; sealed: number }> => {
  const r = await sql<{
    open: number
    sealed: number
  }>`select count(*)::int as open, (count(*) filter (where p.sealed))::int as sealed
    from petition p where p.town_id = ${townId}::uuid and ${namedIn(sql`${staffId}`)}`.execute(tx)
  return r.rows[0]!
}

export const worksOnMatters = (role: Role) =>
  !['disciplineLiaison', 'auditor', 'systemAdmin', 'securityAdmin', 'auditAdmin'].includes(role)
