import { sql } from 'kysely'
import { Unavailable } from '../kit/errors.ts'
import { sha256, sm3 } from '../kit/server/crypto.ts'
import { canonical, chainText, type TraceEntry } from './chain.ts'
import type { Tx } from './trace.ts'

export interface Verdict {
  ok: boolean
  rows: number
  subjects: number
  problems: string[]
}

const atMost = 50

/**
 * Re-computes a town's whole trace: each row's hash, each chain's order, the head kept on the matter, the seals,
 * and that the counters, the documents and the attachments' records agree with the rows. Reads only; where others write, within one moment.
 */
export const verifyTown = async (tx: Tx, townId: string): Promise<Verdict> => {
  const problems: string[] = []
  const say = (p: string) => {
    if (problems.length < atMost) problems.push(p)
    else if (problems.length === atMost) problems.push('……其余从略')
  }
  let rows = 0
  let subjects = 0
  let subject = ''
  let seq = 0
  let prev = ''
  const heads = new Map<string, { seq: number; hash: string }>()
  // By keyset, so that a million rows need no million in memory.
  let from = { subjectId: '00000000-0000-0000-0000-000000000000', seq: 0 }
  for (;;) {
    const page = await tx
      .selectFrom('trace')
      .selectAll()
      .where('townId', '=', townId)
      .where(sql<boolean>`(subject_id, seq) > (${from.subjectId}::uuid, ${from.seq}::int)`)
      .orderBy('subjectId')
      .orderBy('seq')
      .limit(5000)
      .execute()
    if (page.length === 0) break
    for (const r of page as unknown as (TraceEntry & { hash: string })[]) {
      rows += 1
      if (r.subjectId !== subject) {
        subject = r.subjectId
        subjects += 1
        seq = 0
        prev = ''
      }
      const name = `${r.subjectKind} ${r.subjectId} 第 ${r.seq} 条`
      if (r.seq !== seq + 1) say(`${name}：序号不连续，上一条是第 ${seq} 条`)
      if (r.prev !== prev) say(`${name}：与上一条衔接不上`)
      // Moved whole into the sealed store: the words are there, the links stay here.
      if (r.subjectKind !== 'gone' && sm3(chainText(r)) !== r.hash) say(`${name}：内容与校验值不符，可能被改动`)
      seq = r.seq
      prev = r.hash
      heads.set(r.subjectId, { seq: r.seq, hash: r.hash })
    }
    const last = page.at(-1)!
    from = { subjectId: last.subjectId, seq: last.seq }
  }
  const matters = await tx
    .selectFrom('petition')
    .select(['id', 'number', 'traceSeq', 'traceHash'])
    .where('townId', '=', townId)
    .execute()
  for (const m of matters) {
    const h = heads.get(m.id)
    if (!h) say(`事项 ${m.number}：没有留痕`)
    else if (h.seq !== m.traceSeq || h.hash !== m.traceHash)
      say(`事项 ${m.number}：留痕末尾与事项所记不符，可能缺少记录`)
  }
  const others = await tx
    .selectFrom('traceHead')
    .select(['subjectId', 'seq', 'hash'])
    .where('townId', '=', townId)
    .execute()
  for (const o of others) {
    const h = heads.get(o.subjectId)
    if (!h || h.seq !== o.seq || h.hash !== o.hash) say(`对象 ${o.subjectId}：留痕末尾与链头不符`)
  }

  const differing = await sql<{
    villageId: string
    step: string
    grade: string
    isKey: boolean
    sealed: boolean
    counted: number
    kept: number
  }>`
    with counted as (
      select coalesce(village_id, '00000000-0000-0000-0000-000000000000'::uuid) as village_id, step, coalesce(grade, 'none') as grade, is_key, sealed, count(*)::int as n
      from petition where town_id = ${townId}::uuid group by 1, 2, 3, 4, 5),
    kept as (select village_id, step, grade, is_key, sealed, sum(n)::int as n from petition_count where town_id = ${townId}::uuid group by 1, 2, 3, 4, 5)
    select village_id, step, grade, is_key, sealed, coalesce(c.n, 0) as counted, coalesce(k.n, 0) as kept
    from counted c full join kept k using (village_id, step, grade, is_key, sealed) where coalesce(c.n, 0) <> coalesce(k.n, 0)`.execute(
    tx,
  )
  for (const d of differing.rows)
    say(`合计不符：环节 ${d.step}、级别 ${d.grade} 实有 ${d.counted} 件，合计表记 ${d.kept} 件`)

  const documents = await tx
    .selectFrom('document')
    .select(['number', 'title', 'data', 'sha256'])
    .where('townId', '=', townId)
    .execute()
  for (const d of documents)
    if (sm3(canonical(d.data)) !== d.sha256) say(`文书《${d.title}》${d.number ?? ''}：内容与校验值不符`)

  const seals = await tx.selectFrom('traceSeal').selectAll().where('townId', '=', townId).orderBy('n').execute()
  let sealPrev = ''
  for (const [i, s] of seals.entries()) {
    const seal = s as unknown as { n: number; upto: string; rows: number; root: string; prev: string; hash: string }
    if (seal.n !== i + 1 || seal.prev !== sealPrev) say(`第 ${seal.n} 次封存：与上一次衔接不上`)
    if (sealHash(townId, seal) !== seal.hash) say(`第 ${seal.n} 次封存：校验值不符`)
    const now = await rootOf(tx, townId, new Date(seal.upto).toISOString())
    if (now.rows !== seal.rows || now.root !== seal.root) say(`第 ${seal.n} 次封存之前的留痕有增减或改动`)
    sealPrev = seal.hash
  }
  return { ok: problems.length === 0, rows, subjects, problems }
}

/** Where stored files are read from: a folder or an object store. */
interface Files {
  get(key: string): Promise<Uint8Array>
}

/**
 * Reads every stored file of a town again, material, imported originals and issued papers, and compares its SHA-256 with the row's.
 * Sealed matters keep theirs apart. Returns how many were read and a sentence for each that is missing or changed.
 */
export const verifyFiles = async (
  tx: Tx,
  townId: string,
  files: Files,
): Promise<{ files: number; problems: string[] }> => {
  const problems: string[] = []
  const say = (p: string) => {
    if (problems.length < atMost) problems.push(p)
    else if (problems.length === atMost) problems.push('……其余从略')
  }
  let read = 0
  const check = async (name: string, key: string, hash: string) => {
    read += 1
    // A place that can't be reached says nothing about the file.
    const data = await files.get(key).catch((error: unknown) => {
      if (error instanceof Unavailable) throw error
      return null
    })
    if (!data) say(`${name}：文件不在存储中，请从备份恢复`)
    else if (sha256(data) !== hash) say(`${name}：文件与登记的校验值不符，可能已损坏或被改动`)
  }
  const attachments = await tx
    .selectFrom('attachment')
    .innerJoin('petition', (j) =>
      j.onRef('petition.townId', '=', 'attachment.townId').onRef('petition.id', '=', 'attachment.petitionId'),
    )
    .select(['petition.number', 'attachment.name', 'storageKey', 'sha256'])
    .where('attachment.townId', '=', townId)
    .orderBy('attachment.id')
    .execute()
  for (const a of attachments) await check(`事项 ${a.number} 的材料“${a.name}”`, a.storageKey, a.sha256)
  const imports = await tx
    .selectFrom('import')
    .select(['fileName', 'storageKey', 'sha256'])
    .where('townId', '=', townId)
    .orderBy('id')
    .execute()
  for (const i of imports) await check(`导入的原文件“${i.fileName}”`, i.storageKey, i.sha256)
  // Papers stay in the database; one at a time, they are not small.
  const papers = await tx
    .selectFrom('documentFile')
    .select('documentId')
    .where('townId', '=', townId)
    .orderBy('documentId')
    .execute()
  for (const { documentId } of papers) {
    const p = await tx
      .selectFrom('documentFile')
      .select(['docx', 'sha256'])
      .where('townId', '=', townId)
      .where('documentId', '=', documentId)
      .executeTakeFirstOrThrow()
    read += 1
    if (sha256(p.docx) !== p.sha256) say(`文书文件 ${documentId}：与校验值不符，可能被改动`)
  }
  return { files: read, problems }
}

/** The digest of every chain's newest link at an instant. */
const rootOf = async (tx: Tx, townId: string, upto: string): Promise<{ rows: number; root: string }> => {
  const r = await sql<{ subjectId: string; hash: string; n: number }>`
    select distinct on (subject_id) subject_id, hash, count(*) over (partition by subject_id)::int as n
    from trace where town_id = ${townId}::uuid and at <= ${upto}::timestamptz order by subject_id, seq desc`.execute(tx)
  return {
    rows: r.rows.reduce((a, x) => a + x.n, 0),
    root: sm3(r.rows.map((x) => `${x.subjectId}:${x.hash}`).join('\n')),
  }
}

const sealHash = (townId: string, s: { n: number; upto: string; rows: number; root: string; prev: string }) =>
  sm3(canonical([townId, s.n, new Date(s.upto).toISOString(), s.rows, s.root, s.prev]))

/**
 * Seal all traces of a town up to a moment ago; nothing new, no seal. What work under way (a large import) has written but
 * not finished can't be seen yet and bears the time of its beginning: a seal never reaches past that.
 */
export const sealTown = async (
  tx: Tx,
  townId: string,
  now: Date,
): Promise<{ n: number; rows: number; hash: string } | null> => {
  const open = await sql<{ seconds: number }>`select seconds_under_way() as seconds`.execute(tx)
  const upto = new Date(now.getTime() - 60_000 - open.rows[0]!.seconds * 1000).toISOString()
  const { rows, root } = await rootOf(tx, townId, upto)
  const last = await tx
    .selectFrom('traceSeal')
    .selectAll()
    .where('townId', '=', townId)
    .orderBy('n', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (rows === 0 || (last && last.rows === rows && last.root === root)) return null
  const seal = { n: (last?.n ?? 0) + 1, upto, rows, root, prev: last?.hash ?? '' }
  const hash = sealHash(townId, seal)
  await tx
    .insertInto('traceSeal')
    .values({ townId, ...seal, at: now.toISOString(), hash } as never)
    .execute()
  return { n: seal.n, rows, hash }
}
