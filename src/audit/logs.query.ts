import { sql } from 'kysely'
import type { Day } from '../kit/day.ts'
import { Invalid } from '../kit/errors.ts'
import type { Tx } from './trace.ts'

export interface LogRow {
  id: string
  at: string
  by: string
  kind: string
  subject: string
  says: string
}

const size = 100

/** `%` and `_` as they are typed. */
const like = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

/**
 * Who did what and when, newest first, 100 at a time. Of a matter only its number and the kind of act are shown,
 * of a sealed accusation not even the number; what was said is shown of everything else.
 */
export const logsOf = async (
  tx: Tx,
  townId: string,
  q: { from?: Day; to?: Day; kind?: string; by?: string; after?: string },
): Promise<{ rows: LogRow[]; next: string | null }> => {
  const [at, id] = q.after?.split('~') ?? []
  if (q.after && (!id || !/^[0-9a-f-]{36}$/.test(id) || !Number.isFinite(Date.parse(at!))))
    throw new Invalid('翻页位置不对，请回到第一页')
  const r = await sql<LogRow>`
    select t.id, to_char(t.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
      concat_ws(' ', nullif(t.by_post, ''), t.by_name) as by, t.kind,
      case when t.subject_kind = 'petition' then case when p.sealed then '检举控告件' else coalesce(p.number, '信访事项') end
        when t.subject_kind in ('staff', 'account') then coalesce(s.name, '')
        when t.subject_kind = 'town' then '本镇' else '' end as subject,
      case when t.subject_kind = 'petition' then '' else t.says end as says
    from trace t
    left join petition p on p.town_id = t.town_id and p.id = t.subject_id and t.subject_kind = 'petition'
    left join staff s on s.town_id = t.town_id and s.id = t.subject_id and t.subject_kind in ('staff', 'account')
    where t.town_id = ${townId}::uuid and t.subject_kind <> 'gone'
      ${q.from ? sql`and t.at >= ${`${q.from}T00:00:00+08:00`}::timestamptz` : sql``}
      ${q.to ? sql`and t.at < ${`${q.to}T00:00:00+08:00`}::timestamptz + interval '1 day'` : sql``}
      ${q.kind ? sql`and t.kind = ${q.kind}` : sql``}
      ${q.by ? sql`and t.by_name like ${like(q.by)}` : sql``}
      ${q.after ? sql`and (t.at, t.id) < (${at!}::timestamptz, ${id!}::uuid)` : sql``}
    order by t.at desc, t.id desc limit ${size + 1}`.execute(tx)
  const rows = r.rows.slice(0, size)
  const last = rows.at(-1)
  return { rows, next: r.rows.length > size && last ? `${last.at}~${last.id}` : null }
}
