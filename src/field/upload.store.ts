import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import { sha256 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { takeIn } from '../kit/server/files.ts'
import { setRow } from '../kit/server/row.ts'
import { keepFile, mayFile } from '../mediation/files.store.ts'
import type { Who } from '../people/roles.ts'
import { keepAttachment } from '../petitions/attach.store.ts'
import { notClosed } from '../petitions/guard.ts'
import { findMatter } from '../petitions/store.ts'
import { settingOf, type World } from '../petitions/world.store.ts'
import type { UploadState } from './routes.ts'

/** How many bytes one person may have lying unfinished, and for how many days: a phone that never came back. */
const unfinished = 600 * 1024 * 1024
const keptDays = 30

const piece = (townId: string, id: string, offset: number) => `${townId}/upload-${id}/${offset}`

interface Row {
  id: string
  petitionId: string | null
  disputeId: string | null
  name: string
  size: number
  sha256: string
  received: number
  attachmentId: string | null
}
/** One's own upload; another's is not there. */
const find = async (tx: Tx, who: Who, id: string, lock = false): Promise<Row> => {
  const row = await tx
    .selectFrom('upload')
    .select(['id', 'petitionId', 'disputeId', 'name', 'size', 'sha256', 'received', 'attachmentId'])
    .where('townId', '=', who.townId)
    .where('staffId', '=', who.staffId)
    .where('id', '=', id)
    .$if(lock, (q) => q.forUpdate())
    .executeTakeFirst()
  if (!row) throw new NotFound('没有这次上传，请重新打开手机端')
  return row
}
const stateOf = (r: Pick<Row, 'received' | 'attachmentId'>): UploadState => ({
  received: r.received,
  done: r.attachmentId !== null,
})
const set = (tx: Tx, who: Who, id: string, values: { received?: number; attachmentId?: string }) =>
  setRow(tx, 'upload', who.townId, id, values)

/** The pieces of a file in the order they came; a piece's length is known from where the next one starts. */
const offsets = async (world: Pick<World, 'files'>, who: Who, r: Row): Promise<{ data: Buffer; keys: string[] }> => {
  const parts: Uint8Array[] = []
  const keys: string[] = []
  for (let at = 0; at < r.received; ) {
    const key = piece(who.townId, r.id, at)
    const data = await world.files.get(key)
    parts.push(data)
    keys.push(key)
    at += data.length
  }
  return { data: Buffer.concat(parts), keys }
}
const drop = async (world: Pick<World, 'files'>, keys: string[]) => {
  for (const key of keys) await world.files.remove(key)
}

/** Begin, or ask how far one has come; the same id asks about the same file. Unseen matters and disputes are not found. */
export const openUpload = async (
  world: World,
  who: Who,
  given: Pick<Row, 'id' | 'petitionId' | 'disputeId' | 'name' | 'size' | 'sha256'>,
): Promise<UploadState> => {
  const now = world.clock.now()
  const stale = await inTown(world.db, who.townId, (tx) =>
    sql<Row>`select id, petition_id, dispute_id, name, size, sha256, received, attachment_id from upload
      where town_id = ${who.townId}::uuid and staff_id = ${who.staffId}::uuid and attachment_id is null
        and at < ${now.toISOString()}::timestamptz - ${`${keptDays} days`}::interval`.execute(tx),
  )
  for (const r of stale.rows) {
    await drop(world, (await offsets(world, who, r)).keys)
    await inTown(world.db, who.townId, (tx) =>
      tx.deleteFrom('upload').where('townId', '=', who.townId).where('id', '=', r.id).execute(),
    )
  }
  return inTown(world.db, who.townId, async (tx) => {
    const before = await tx
      .selectFrom('upload')
      .select(['staffId', 'received', 'attachmentId', 'sha256', 'petitionId', 'disputeId'])
      .where('townId', '=', who.townId)
      .where('id', '=', given.id)
      .executeTakeFirst()
    if (before) {
      if (before.staffId !== who.staffId) throw new NotFound('没有这次上传，请重新打开手机端')
      if ((['sha256', 'petitionId', 'disputeId'] as const).some((k) => before[k] !== given[k]))
        throw new Refused('这个文件与先前传的不是同一个，请去掉后重新添加')
      return stateOf(before)
    }
    if (given.petitionId === null)
      await mayFile(tx, who, 'dispute', given.disputeId!, await settingOf(tx, world, who.townId), true)
    else {
      const no = notClosed((await findMatter(tx, who, given.petitionId)).matter)
      if (no) throw new Refused(no)
    }
    const lying = await sql<{ n: string }>`select coalesce(sum(size), 0) as n from upload
      where town_id = ${who.townId}::uuid and staff_id = ${who.staffId}::uuid and attachment_id is null`.execute(tx)
    if (Number(lying.rows[0]!.n) + given.size > unfinished)
      throw new Refused('还没有传完的文件太多，请等它们传完再添加新的')
    await tx
      .insertInto('upload')
      .values({ townId: who.townId, staffId: who.staffId, at: now.toISOString(), ...given } as never)
      .execute()
    return { received: 0, done: false }
  })
}

/** Take one piece where the last one ended. A piece that does not fit there changes nothing: the answer says where to go on. */
export const takePiece = async (
  world: World,
  who: Who,
  id: string,
  offset: number,
  data: Uint8Array,
): Promise<UploadState> => {
  const before = await inTown(world.db, who.townId, (tx) => find(tx, who, id), { readOnly: true })
  if (before.attachmentId !== null || before.received !== offset || data.length === 0) return stateOf(before)
  if (offset + data.length > before.size) throw new Refused('收到的内容比文件还长，请去掉这个文件后重新添加')
  // The bytes first: a row never counts what is not there. The same piece twice writes the same file.
  await world.files.put(piece(who.townId, id, offset), data, 'application/octet-stream')
  return inTown(world.db, who.townId, async (tx) => {
    const r = await find(tx, who, id, true)
    if (r.attachmentId !== null || r.received !== offset) return stateOf(r)
    await set(tx, who, id, { received: offset + data.length })
    return { received: offset + data.length, done: false }
  })
}

/**
 * All is there: check it, keep it as material of the matter or the dispute, clear the pieces. What does not match its digest starts again
 * from nought. A repeat meets its own success.
 */
export const finishUpload = async (world: World, who: Who, id: string): Promise<UploadState> => {
  const r = await inTown(world.db, who.townId, (tx) => find(tx, who, id), { readOnly: true })
  if (r.attachmentId !== null || r.received < r.size) return stateOf(r)
  const { data, keys } = await offsets(world, who, r)
  if (sha256(data) !== r.sha256) {
    await inTown(world.db, who.townId, (tx) => set(tx, who, id, { received: 0 }))
    await drop(world, keys)
    return { received: 0, done: false }
  }
  const kept = await takeIn(r.name, data)
  const made =
    r.petitionId === null
      ? await keepFile(
          world,
          who,
          { subject: 'dispute', id: r.disputeId! },
          { name: kept.name, kept, kind: '', serves: 'evidence' },
          id,
        )
      : await keepAttachment(world, who, r.petitionId, { name: kept.name, kept, note: '手机端上传' }, id)
  await inTown(world.db, who.townId, (tx) => set(tx, who, id, { attachmentId: made.id }))
  await drop(world, keys)
  return { received: r.size, done: true }
}
