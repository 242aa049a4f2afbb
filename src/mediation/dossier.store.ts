import type { Tx } from '../audit/trace.ts'
import { writeTrace } from '../audit/trace.ts'
import type { DocumentKind, PaperData } from '../documents/catalogue.ts'
import { renderDocx } from '../documents/render.ts'
import { type Sheet, sheetOf } from '../documents/sheet.ts'
import { currentTemplate } from '../documents/templates.store.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import { sha256 } from '../kit/server/crypto.ts'
import type { Who } from '../people/roles.ts'
import type { Setting } from '../petitions/store.ts'
import { composeDispute, dossierOrder } from './dispute/compose.ts'
import { findDispute, paperFacts } from './dispute/store.ts'
import { oneFile, withReferences } from './dossier.render.ts'
import { dossierMissing, indexOf, pagesOf } from './dossier.ts'
import { mediatorOf } from './network/store.ts'
import { looksAt } from './policy.ts'

export interface Dossier {
  title: string
  number: string
  missing: string[]
  index: { title: string; on: string; from: number; to: number }[]
  total: number
  papers: { title: string; sheet: Sheet }[]
  docx: Uint8Array
}

/** Who may open the papers of a dispute: whoever sees its file. Opening leaves a trace, since they carry names and words. */
const openFile = async (tx: Tx, who: Who, id: string, says: string, s: Setting) => {
  const me = await mediatorOf(tx, who, s.today)
  const d = await findDispute(tx, me, id)
  if (looksAt(me, d) !== 'file') throw new NotFound()
  await writeTrace(
    tx,
    { townId: who.townId, staffId: who.staffId, name: who.name, post: who.post },
    { subjectId: id, subjectKind: 'dispute', kind: 'read', says },
    s.now,
  )
  return d
}

/** One kept paper. Throws Refused when the file no longer matches its SHA-256. */
export const paperOf = async (tx: Tx, who: Who, id: string, paperId: string, s: Setting) => {
  await openFile(tx, who, id, '查看调解文书', s)
  const p = await tx
    .selectFrom('disputePaper')
    .select(['title', 'docx', 'sha256', 'version', 'issuedOn'])
    .where('townId', '=', who.townId)
    .where('disputeId', '=', id)
    .where('id', '=', paperId)
    .executeTakeFirst()
  if (!p) throw new NotFound()
  const docx = new Uint8Array(p.docx)
  if (sha256(docx) !== p.sha256) throw new Refused(`《${p.title}》的存档文件与校验值不符，请联系系统管理员从备份恢复`)
  return { title: p.title, docx, sha256: p.sha256, version: p.version, issuedOn: p.issuedOn as string }
}

/** The whole dossier: cover, index with page numbers, the newest version of every paper in the order of the form, back cover. */
export const dossierOf = async (tx: Tx, who: Who, id: string, s: Setting): Promise<Dossier> => {
  const d = await openFile(tx, who, id, '打开调解卷宗', s)
  const rows = await tx
    .selectFrom('disputePaper')
    .select(['kind', 'title', 'about', 'version', 'issuedOn', 'docx', 'at'])
    .where('townId', '=', who.townId)
    .where('disputeId', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const newest = rows.filter(
    (r) => !rows.some((x) => x.kind === r.kind && x.about === r.about && x.version > r.version),
  )
  const place = (kind: string) => (dossierOrder as readonly string[]).indexOf(kind)
  const papers = newest
    .map((r, i) => ({ ...r, i, bytes: new Uint8Array(r.docx) }))
    .sort((a, b) => place(a.kind) - place(b.kind) || a.i - b.i)
    .map((r) => ({ title: r.title, kind: r.kind, on: r.issuedOn as string, bytes: r.bytes, sheet: sheetOf(r.bytes) }))
  if (papers.length === 0) throw new Refused('还没有文书，受理以后才有卷宗')
  const facts = await paperFacts(tx, who, d, s)
  const fill = async (kind: DocumentKind, more: Partial<PaperData> & { add?: Record<string, string> } = {}) => {
    const data = composeDispute(kind, d, facts)
    return renderDocx(
      { ...data, ...more, values: { ...data.values, ...more.add } },
      (await currentTemplate(tx, who.townId, kind)).docx,
    )
  }
  const back = await fill('mediationBack')
  const entries = [
    ...papers.map((p) => ({ title: p.title, on: p.on, pages: pagesOf(p.sheet) })),
    { title: '备考表', on: s.today as string, pages: pagesOf(sheetOf(back)) },
  ]
  const index = indexOf(entries)
  const count = { add: { 页数: `${index.total} 页` } }
  const cover = await fill('mediationCover', count)
  const rowsOfIndex = (page: (r: { from: number; to: number }, i: number) => string) => ({
    rows: { 目录: index.rows.map((r, i) => ({ 材料名称: r.title, 日期: r.on, 页次: page(r, i) })) },
  })
  const shown = await fill(
    'mediationIndex',
    rowsOfIndex((r) => String(r.from)),
  )
  const marked = withReferences(
    await fill(
      'mediationIndex',
      rowsOfIndex((r, i) => `〖${i}/${r.from}〗`),
    ),
    index.rows.map((r, i) => ({ text: `〖${i}/${r.from}〗`, paper: i + 2 })),
  )
  const last = await fill('mediationBack', count)
  return {
    title: composeDispute('mediationCover', d, facts).values.卷名!,
    number: d.number ?? d.code,
    missing: dossierMissing(
      papers.map((p) => p.kind),
      d.endedOn !== null,
    ),
    index: index.rows,
    total: index.total,
    papers: [
      { title: '卷宗封面', sheet: sheetOf(cover) },
      { title: '卷内目录', sheet: sheetOf(shown) },
      ...papers.map((p) => ({ title: p.title, sheet: p.sheet })),
      { title: '备考表', sheet: sheetOf(last) },
    ],
    docx: oneFile([cover, marked, ...papers.map((p) => p.bytes), last], 2),
  }
}
