import { sql } from 'kysely'
import sharp from 'sharp'
import { happened, type Tx, writeTrace } from '../audit/trace.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import { sha256, uuidv7 } from '../kit/server/crypto.ts'
import type { FileStore, Kept } from '../kit/server/files.ts'
import { pdfPages, pdfPictures, printBox } from '../kit/server/pdf.ts'
import { setRow } from '../kit/server/row.ts'
import type { Who } from '../people/roles.ts'
import type { Setting } from '../petitions/store.ts'
import type { World } from '../petitions/world.store.ts'
import { type Bindable, type Purpose, purposes } from './binding.ts'
import { findDispute } from './dispute/store.ts'
import type { Leaf } from './dossier.render.ts'
import { letterState } from './network/letter.store.ts'
import { keepRefusal } from './network/network.ts'
import { mediatorOf } from './network/store.ts'
import { addsFiles, looksAt } from './policy.ts'
import { withinTown } from './within.store.ts'

export type FileSubject = 'dispute' | 'letter'
const columnOf = (subject: FileSubject) => (subject === 'dispute' ? 'disputeId' : 'letterId')

/** Throws when this person can't open, or add, files there; the same policy as the papers'. */
export const mayFile = async (
  tx: Tx,
  who: Who,
  subject: FileSubject,
  id: string,
  s: Setting,
  adds = false,
): Promise<void> => {
  const me = await mediatorOf(tx, who, s.today)
  if (subject === 'dispute') {
    const d = await findDispute(tx, me, id)
    if (!(adds ? addsFiles(me, d) : looksAt(me, d) === 'file')) throw new NotFound()
    if (adds && d.state === 'closed') throw new Refused('纠纷已归档，不能再加材料')
    return
  }
  await letterState(tx, who, id, s.today)
  const no = keepRefusal(me, null)
  if (no) throw new Refused(no)
}

const pictures = ['image/jpeg', 'image/png', 'image/webp', 'image/gif']
/** How many pages a file is printed as; none when it can't be. */
export const printPages = async (mime: string, data: Uint8Array): Promise<number> =>
  pictures.includes(mime) ? 1 : mime === 'application/pdf' ? pdfPages(data) : 0

export interface KeptFile {
  id: string
  name: string
  sha256: string
  pages: number
}
/** The row of a kept file. The same request again, or the same bytes in it, is what is there already. */
const addFile = async (
  tx: Tx,
  who: Who,
  of: { subject: FileSubject; id: string },
  given: { requestId: string; fileId: string; key: string; name: string; kind: string; serves: Purpose; pages: number },
  kept: Kept,
  s: Setting,
): Promise<KeptFile> => {
  await mayFile(tx, who, of.subject, of.id, s, true)
  if (await happened(tx, who.townId, given.requestId)) {
    const again = await tx
      .selectFrom('mediationFile')
      .select(['id', 'name', 'sha256', 'pages'])
      .where('townId', '=', who.townId)
      .where('sha256', '=', kept.sha256)
      .where(columnOf(of.subject), '=', of.id)
      .executeTakeFirst()
    if (again) return { ...again, pages: again.pages ?? 0 }
  }
  await tx
    .insertInto('mediationFile')
    .values({
      townId: who.townId,
      id: given.fileId,
      disputeId: of.subject === 'dispute' ? of.id : null,
      letterId: of.subject === 'letter' ? of.id : null,
      serves: of.subject === 'dispute' ? given.serves : null,
      pages: given.pages,
      name: given.name,
      kind: given.kind || kept.kindName,
      mime: kept.mime,
      size: kept.size,
      sha256: kept.sha256,
      storageKey: given.key,
      staffId: who.staffId,
      byName: who.name,
      at: s.now.toISOString(),
    } as never)
    .execute()
  await say(tx, who, of, '上传材料', given.requestId, s, { sha256: kept.sha256 })
  return { id: given.fileId, name: given.name, sha256: kept.sha256, pages: given.pages }
}

/**
 * Keep one sniffed and stripped file: the bytes first, then row and trace in one transaction. The same request and the
 * same bytes give the row already there. Throws NotFound or Refused for whoever may not add there.
 */
export const keepFile = async (
  world: World,
  who: Who,
  of: { subject: FileSubject; id: string },
  file: { name: string; kept: Kept; kind: string; serves: Purpose },
  requestId: string,
): Promise<KeptFile> => {
  const { kept } = file
  const within = withinTown(world)
  // Asked before anything is written to the store: a stranger can't fill the disk.
  await within(who, true, (tx, s) => mayFile(tx, who, of.subject, of.id, s, true))
  const fileId = uuidv7()
  const key = `${who.townId}/mediation/${fileId}`
  const pages = await printPages(kept.mime, kept.data)
  await world.files.put(key, kept.data, kept.mime)
  return within(who, false, (tx, s) => addFile(tx, who, of, { ...file, fileId, key, pages, requestId }, kept, s))
}

const say = (
  tx: Tx,
  who: Who,
  of: { subject: FileSubject; id: string },
  says: string,
  requestId: string,
  s: Setting,
  data: unknown,
) =>
  writeTrace(
    tx,
    { townId: who.townId, staffId: who.staffId, name: who.name, post: who.post },
    {
      subjectId: of.id,
      subjectKind: of.subject === 'dispute' ? 'dispute' : 'mediation',
      kind: 'mediation',
      says,
      requestId,
      data,
    },
    s.now,
  )

/** Put right what an uploaded paper is for, and so where it is bound. */
export const refileFile = async (
  tx: Tx,
  who: Who,
  id: string,
  fileId: string,
  given: { requestId: string; serves: Purpose },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  await mayFile(tx, who, 'dispute', id, s, true)
  const f = await oneFileOf(tx, who, 'dispute', id, fileId)
  await setRow(tx, 'mediationFile', who.townId, fileId, { serves: given.serves })
  await say(tx, who, { subject: 'dispute', id }, `材料改为：${purposes[given.serves]}`, given.requestId, s, {
    sha256: f.sha256,
  })
}

/** One file by what it belongs to. Throws NotFound. */
export const oneFileOf = async (tx: Tx, who: Who, subject: FileSubject, id: string, fileId: string) => {
  const f = await tx
    .selectFrom('mediationFile')
    .select(['id', 'name', 'mime', 'sha256', 'storageKey', 'pages'])
    .where('townId', '=', who.townId)
    .where('id', '=', fileId)
    .where(columnOf(subject), '=', id)
    .executeTakeFirst()
  if (!f) throw new NotFound()
  return f
}

export interface BoundFile extends Bindable {
  id: string
  name: string
  byName: string
  kind: string
  mime: string
  size: number
  sha256: string
  storageKey: string
  on: string
  bound: number
  apart: string
}
/** The uploaded papers of a dispute as they may be bound; those kept before pages were counted are counted now. */
export const filesToBind = async (
  tx: Tx,
  townId: string,
  id: string,
  store: FileStore,
): Promise<Omit<BoundFile, 'bound' | 'apart'>[]> => {
  const rows = await tx
    .selectFrom('mediationFile')
    .select(['id', 'name', 'byName', 'kind', 'mime', 'size', 'sha256', 'storageKey', 'serves', 'pages'])
    .select(sql<string>`(at at time zone 'Asia/Shanghai')::date::text`.as('on'))
    .where('townId', '=', townId)
    .where('disputeId', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute()
  const out: Omit<BoundFile, 'bound' | 'apart'>[] = []
  for (const f of rows) {
    let pages = f.pages
    if (pages === null) {
      const data = await store.get(f.storageKey).catch(() => null)
      pages = data ? await printPages(f.mime, data) : 0
      await setRow(tx, 'mediationFile', townId, f.id, { pages })
    }
    out.push({ ...f, serves: f.serves as Purpose, pages })
  }
  return out
}

/** Pages of a kept file as they are printed; what can't be drawn is missing, and so is a file that no longer matches its hash. */
export const drawn = async (
  f: { mime: string; sha256: string; storageKey: string },
  store: FileStore,
  pages: number[],
  box = printBox,
): Promise<(Uint8Array | undefined)[]> => {
  const data = await store.get(f.storageKey).catch(() => null)
  if (!data || sha256(data) !== f.sha256) return []
  if (f.mime === 'application/pdf') return pdfPictures(data, pages, box)
  const jpeg = await sharp(data)
    .resize({ ...box, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#fff' })
    .jpeg({ quality: 80 })
    .toBuffer()
    .catch(() => undefined)
  return [jpeg]
}

/** The leaves an uploaded paper is bound as; always as many as the index counted. */
export const leavesOf = async (f: BoundFile, store: FileStore): Promise<Leaf[]> => {
  const top = `${purposes[f.serves]}：${f.name}`
  const kept = [
    `${f.kind}，${f.size} 字节，${f.byName}于 ${f.on} 上传。`,
    `校验值（SHA-256）：${f.sha256}`,
    '原件存于调解系统本纠纷的“材料”，可以打开核对。',
  ]
  if (f.apart) return [{ caption: top, says: [`${f.apart}。`, ...kept] }]
  const pages = Array.from({ length: f.bound }, (_, i) => i + 1)
  const all = await drawn(f, store, pages)
  const leaves: Leaf[] = []
  for (const n of pages) {
    const caption = f.bound > 1 ? `${top}（${n}/${f.bound}）` : top
    const jpeg = all[n - 1]
    if (!jpeg) leaves.push({ caption, says: ['这一页画不出来，或者存档文件与校验值不符，请核对原件。', ...kept] })
    else {
      const { width, height } = await sharp(jpeg).metadata()
      leaves.push({ caption, picture: { jpeg, width, height } })
    }
  }
  return leaves
}
