import type { Tx } from '../audit/trace.ts'
import { writeTrace } from '../audit/trace.ts'
import { blankPaper } from '../documents/blank.ts'
import { catalogue, type DocumentKind, type PaperData } from '../documents/catalogue.ts'
import { renderDocx } from '../documents/render.ts'
import { type Sheet, sheetOf } from '../documents/sheet.ts'
import { currentTemplate } from '../documents/templates.store.ts'
import { formal } from '../kit/day.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import { sha256 } from '../kit/server/crypto.ts'
import type { FileStore } from '../kit/server/files.ts'
import type { Who } from '../people/roles.ts'
import type { Setting } from '../petitions/store.ts'
import { bindingOf, placeBehind, placeOf, purposes } from './binding.ts'
import { aheadOf, composeAhead } from './dispute/ahead.ts'
import { composeDispute, dossierOrder, evidenceOf } from './dispute/compose.ts'
import { paperFacts } from './dispute/paper.store.ts'
import { findDispute } from './dispute/store.ts'
import { type Leaf, oneFile, withReferences } from './dossier.render.ts'
import { dossierMissing, indexOf, pagesOf } from './dossier.ts'
import { type BoundFile, filesToBind, leavesOf } from './files.store.ts'
import { lettersSeen } from './network/letter.store.ts'
import { signWays } from './network/letter.ts'
import { mediatorOf, stationsOf } from './network/store.ts'
import { looksAt } from './policy.ts'

export interface Dossier {
  title: string
  number: string
  missing: string[]
  index: { title: string; on: string; from: number; to: number }[]
  total: number
  /** Written papers with their sheet, and uploaded ones with their pages, in the order they are bound. */
  papers: ({ title: string; sheet: Sheet } | { title: string; file: BoundFile })[]
  /** The same, ready to be made one file. */
  bound: [Uint8Array, ...(Uint8Array | BoundFile)[]]
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

/** A paper to be signed or handed over before its step is recorded: made from what is known now, and not kept. */
export const aheadPaper = async (
  tx: Tx,
  who: Who,
  id: string,
  asked: { kind: string; about: string },
  s: Setting,
): Promise<{ name: string; docx: Uint8Array }> => {
  const d = await openFile(tx, who, id, '打印待签的调解文书', s)
  const a = aheadOf(d, s.today).find((x) => x.kind === asked.kind && x.about === asked.about)
  if (!a) throw new NotFound()
  const data = composeAhead(a, d, await paperFacts(tx, who, d, s))
  return {
    name: `${a.title}（待签）`,
    docx: await renderDocx(data, (await currentTemplate(tx, who.townId, a.kind)).docx),
  }
}

/** The whole dossier: cover, index with page numbers, the newest version of every paper in the order of the form, back cover. */
export const dossierOf = async (tx: Tx, who: Who, id: string, s: Setting, store: FileStore): Promise<Dossier> => {
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
  const files = bindingOf(await filesToBind(tx, who.townId, id, store))
  const evidence = files.filter((f) => f.serves === 'evidence')
  const facts = { ...(await paperFacts(tx, who, d, s)), files: evidence }
  const fill = async (kind: DocumentKind, more: Partial<PaperData> & { add?: Record<string, string> } = {}) => {
    const data = composeDispute(kind, d, facts)
    return renderDocx(
      { ...data, ...more, values: { ...data.values, ...more.add } },
      (await currentTemplate(tx, who.townId, kind)).docx,
    )
  }
  if (newest.length && evidenceOf(d, evidence).length)
    newest.push({
      kind: 'mediationEvidence',
      title: catalogue.mediationEvidence.title,
      about: '',
      version: 1,
      issuedOn: s.today,
      docx: Buffer.from(await fill('mediationEvidence')),
      at: s.now.toISOString(),
    } as never)
  if (newest.length === 0) throw new Refused('还没有文书，受理以后才有卷宗')
  const papers = [
    ...newest.map((r) => {
      const bytes = new Uint8Array(r.docx)
      return {
        title: r.title,
        at: placeOf(r.kind as DocumentKind),
        on: r.issuedOn as string,
        bytes,
        sheet: sheetOf(bytes),
      }
    }),
    ...files.map((f) => ({ title: `${purposes[f.serves]}：${f.name}`, at: placeBehind(f.serves), on: f.on, file: f })),
  ].sort((a, b) => a.at - b.at)
  const back = await fill('mediationBack')
  const entries = [
    ...papers.map((p) => ({ title: p.title, on: p.on, pages: 'file' in p ? p.file.bound : pagesOf(p.sheet) })),
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
      newest.map((p) => p.kind),
      d.endedOn !== null,
    ),
    index: index.rows,
    total: index.total,
    papers: [
      { title: '卷宗封面', sheet: sheetOf(cover) },
      { title: '卷内目录', sheet: sheetOf(shown) },
      ...papers.map((p) => ('file' in p ? { title: p.title, file: p.file } : { title: p.title, sheet: p.sheet })),
      { title: '备考表', sheet: sheetOf(last) },
    ],
    bound: [cover, marked, ...papers.map((p) => ('file' in p ? p.file : p.bytes)), last],
  }
}

/** The dossier as one Word file to print, the uploaded papers drawn in. */
export const dossierFile = async ({ bound }: Pick<Dossier, 'bound'>, store: FileStore): Promise<Uint8Array> => {
  const [cover, ...rest] = bound
  const drawn: (Uint8Array | Leaf[])[] = []
  for (const x of rest) drawn.push(x instanceof Uint8Array ? x : await leavesOf(x, store))
  return oneFile([cover, ...drawn], 2)
}

/** The forms of mediation to fill in by hand, one file to print for a village without a printer; with the committee of the person asking. */
export const blankForms = async (tx: Tx, who: Who, s: Setting): Promise<Uint8Array> => {
  const me = await mediatorOf(tx, who, s.today)
  const stations = await stationsOf(tx, who.townId)
  const own =
    stations.find((x) => me.seats.some((y) => y.stationId === x.id)) ?? stations.find((x) => x.level === 'centre')
  const organ = own?.committee || `${s.town.name}人民调解委员会`
  const papers: Uint8Array[] = []
  for (const kind of dossierOrder)
    papers.push(
      await renderDocx(
        blankPaper(kind, { organ, short: s.town.shortName }),
        (await currentTemplate(tx, who.townId, kind)).docx,
      ),
    )
  return oneFile(papers as [Uint8Array], null)
}

/**
 * A duty letter on paper: for one person, or all who have not signed it in one file, to be signed by hand; a signed one says when, how
 * and with which hash. Heads print their own people's. Throws NotFound for whom this person does not see.
 */
export const letterPaper = async (
  tx: Tx,
  who: Who,
  letterId: string,
  staffId: string | null,
  s: Setting,
): Promise<{ name: string; docx: Uint8Array }> => {
  const { letter, rows } = await lettersSeen(tx, who, letterId, s.today)
  const chosen = rows.filter((x) => (staffId ? x.staffId === staffId : x.signedOn === null))
  if (chosen.length === 0) {
    if (staffId) throw new NotFound()
    throw new Refused('都签过了，没有要打印的')
  }
  const template = (await currentTemplate(tx, who.townId, 'dutyLetter')).docx
  const papers: Uint8Array[] = []
  for (const x of chosen)
    papers.push(
      await renderDocx(
        {
          kind: 'dutyLetter',
          title: letter.title,
          organ: s.town.name,
          number: null,
          issuedOn: letter.issuedOn,
          values: {
            责任内容: letter.body,
            签署人: x.signedOn ? x.name : '＿＿＿＿＿＿＿＿',
            任期: `${formal(letter.fromOn)}至${formal(letter.toOn)}`,
            签署情况: x.signedOn
              ? `${x.station}${x.name}于${formal(x.signedOn)}签署（${signWays[x.how!]}），校验值 ${x.sha256}`
              : `${x.station}　${x.name}`,
            发文机关: `${s.town.name}矛盾纠纷调解中心`,
            标题: letter.title,
            事项编号: letter.sha256.slice(0, 8),
            成文日期: x.signedOn ? formal(x.signedOn) : '　　　　年　　月　　日',
            版次说明: '',
          },
          extra: {},
        },
        template,
      ),
    )
  return {
    name: staffId ? `${letter.title} ${chosen[0]!.name}` : `${letter.title} 未签的`,
    docx: oneFile(papers as [Uint8Array], null),
  }
}
