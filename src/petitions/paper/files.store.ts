import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { type DocumentKind, isDocumentKind, type PaperData } from '../../documents/catalogue.ts'
import { builtInTemplate, renderDocx } from '../../documents/render.ts'
import { Refused } from '../../kit/errors.ts'
import { sha256 } from '../../kit/server/crypto.ts'

export interface PaperRow {
  id: string
  kind: string
  title: string
  number: string | null
  data: unknown
  templateId: string | null
}

/** The template a paper was issued on: the office's version of that moment, else the built-in one. */
const templateOf = async (tx: Tx, townId: string, kind: DocumentKind, id: string | null): Promise<Uint8Array> => {
  if (!id) return builtInTemplate(kind)
  const t = await tx
    .selectFrom('documentTemplate')
    .select('docx')
    .where('townId', '=', townId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!t) throw new Refused('出具时所用的模板不在了，请联系系统管理员从备份恢复')
  return new Uint8Array(t.docx)
}

/**
 * The Word file of an issued paper: made once from its fixed content and the template it was issued on, then kept as it is.
 * Throws Refused when the kept file no longer matches its SHA-256.
 */
export const fileOf = async (tx: Tx, townId: string, d: PaperRow): Promise<{ docx: Uint8Array; sha256: string }> => {
  const find = () =>
    tx
      .selectFrom('documentFile')
      .select(['docx', 'sha256'])
      .where('townId', '=', townId)
      .where('documentId', '=', d.id)
      .executeTakeFirst()
  let kept = await find()
  if (!kept) {
    if (!isDocumentKind(d.kind)) throw new Refused(`“${d.title}”不是本系统的文书`)
    const template = await templateOf(tx, townId, d.kind, d.templateId)
    const docx = await renderDocx(d.data as PaperData, template)
    await tx
      .insertInto('documentFile')
      .values({
        townId,
        documentId: d.id,
        docx: Buffer.from(docx),
        sha256: sha256(docx),
        templateSha256: sha256(template),
      } as never)
      .onConflict((oc) => oc.columns(['townId', 'documentId']).doNothing())
      .execute()
    kept = await find()
  }
  const docx = new Uint8Array(kept!.docx)
  if (sha256(docx) !== kept!.sha256)
    throw new Refused(`《${d.title}》${d.number ?? ''}的存档文件与校验值不符，请联系系统管理员从备份恢复`)
  return { docx, sha256: kept!.sha256 }
}

/** Make the files of papers issued a moment ago, a few at a time; returns how many. Papers are issued without waiting for this. */
export const fileBatch = async (tx: Tx, townId: string, since: Date, most = 5): Promise<number> => {
  const waiting = await sql<PaperRow>`select d.id, d.kind, d.title, d.number, d.data, d.template_id from document d
    where d.town_id = ${townId}::uuid and d.at > ${since.toISOString()}::timestamptz and not exists (
      select from document_file f where f.town_id = d.town_id and f.document_id = d.id)
    order by d.at limit ${most}`.execute(tx)
  for (const d of waiting.rows) await fileOf(tx, townId, d)
  return waiting.rows.length
}
