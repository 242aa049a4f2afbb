import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'

/** One post that has opened the file: by role, not by name, so that the petitioner knows and nobody is singled out. */
export interface Reader {
  who: string
  times: number
  first: Day
  last: Day
}

/** Which posts have read the matter's protected content and how often (domain reference §13: shown to the petitioner). */
export const readersOf = async (tx: Tx, townId: string, petitionId: string): Promise<Reader[]> =>
  (
    await sql<Reader>`
      select case when by_post = '' then '工作人员' else by_post end as who, count(*)::int as times, min(day) as first, max(day) as last
      from trace where town_id = ${townId}::uuid and subject_id = ${petitionId}::uuid and kind = 'read' and staff_id is not null
      group by 1 order by 4 desc, 1`.execute(tx)
  ).rows
