import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { maskText } from '../../kit/mask.ts'
import type { Origin } from './origin.ts'
import { letterOf } from './preview.ts'
import type { Proposal } from './proposal.ts'

const messageHeads = ['编号', '留言人', '主题', '留言时间', '内容', '答复', '答复时间', '类别']

/** The very row of the spreadsheet that a matter was registered from, with its heads; identity numbers and telephones stay covered. */
export const originOf = async (tx: Tx, townId: string, petitionId: string): Promise<Origin | null> => {
  const found = await sql<{
    id: string
    fileName: string
    kind: string
    mapping: Proposal | null
    by: string
    at: string
    sheet: string
    row: number
    raw: (string | null)[]
  }>`select i.id, i.file_name, i.kind, i.mapping, i.by_name as by, coalesce(i.loaded_at, i.at) as at, r.sheet, r.row, r.raw
    from petition p
    join import i on i.town_id = p.town_id and i.id = p.import_id
    join import_row r on r.town_id = i.town_id and r.import_id = i.id and r.petition_id = p.id
    where p.town_id = ${townId}::uuid and p.id = ${petitionId}::uuid
    order by (r.verdict = 'known'), r.sheet, r.row limit 1`.execute(tx)
  const o = found.rows[0]
  if (!o) return null
  const columns = o.mapping?.sheets.find((s) => s.name === o.sheet)?.columns ?? []
  const headAt = (i: number) =>
    (o.kind === 'messages' ? messageHeads[i] : columns.find((c) => c.index === i + 1)?.header) ||
    `${letterOf(i + 1)} 列`
  return {
    importId: o.id,
    file: o.fileName,
    sheet: o.sheet,
    row: o.row,
    by: o.by,
    at: o.at,
    cells: o.raw.flatMap((v, i) => (v ? [{ head: headAt(i), value: maskText(String(v)) }] : [])),
  }
}
