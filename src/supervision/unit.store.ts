import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'

/** Heads of a unit today. */
export const headsOf = async (tx: Tx, townId: string, unitId: string | null, today: Day): Promise<string[]> =>
  unitId === null
    ? []
    : (
        await sql<{
          staffId: string
        }>`select h.staff_id from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
          where h.town_id = ${townId}::uuid and o.unit_id = ${unitId}::uuid and o.role = 'unitHandler' and o.heads
            and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)`.execute(tx)
      ).rows.map((r) => r.staffId)

export const unitName = async (tx: Tx, townId: string, unitId: string | null): Promise<string> =>
  unitId === null
    ? ''
    : ((
        await tx
          .selectFrom('unit')
          .select('name')
          .where('townId', '=', townId)
          .where('id', '=', unitId)
          .executeTakeFirst()
      )?.name ?? '')
