import type { Tx } from '../audit/trace.ts'
import { Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import type { Kept } from '../kit/server/files.ts'
import { cut, storable } from '../kit/text.ts'
import { staffIdOf, type Who } from '../people/roles.ts'
import { notClosed } from './guard.ts'
import type { Attachment } from './petition.ts'
import { applyChange, findMatter, type Setting } from './store.ts'
import { settingOf, type World } from './world.store.ts'

/** The files of a town are kept apart by town and matter. */
const storageKey = (townId: string, petitionId: string, id: string) => `${townId}/${petitionId}/${id}`

/**
 * Keep one sniffed and stripped file as material of a matter: the bytes first, then row and trace in one transaction.
 * The same request and the same bytes give the row already there. Throws Refused when the matter is closed or not seen.
 */
export const keepAttachment = async (
  world: Pick<World, 'db' | 'files' | 'clock' | 'dataDir'>,
  who: Who,
  petitionId: string,
  file: { name: string; kept: Kept; kind?: string; note?: string; brought?: boolean },
  requestId: string,
): Promise<Attachment> => {
  const { name, kept } = file
  const within = <T>(readOnly: boolean, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)), { readOnly })
  // Seen before anything is written to the store: a stranger can't fill the disk.
  await within(true, async (tx) => {
    const { matter } = await findMatter(tx, who, petitionId)
    const no = notClosed(matter)
    if (no) throw new Refused(no)
  })
  const attachmentId = uuidv7()
  const key = storageKey(who.townId, petitionId, attachmentId)
  await world.files.put(key, kept.data, kept.mime)
  return within(false, async (tx, s) => {
    const { matter, trace, done } = await findMatter(tx, who, petitionId, { lock: true, requestId })
    if (done) {
      const again = matter.attachments.find((a) => a.sha256 === kept.sha256)
      if (again) return again
    }
    const row = {
      townId: who.townId,
      id: attachmentId,
      petitionId,
      name,
      kind: file.kind || kept.kindName,
      note: cut(storable(file.note ?? ''), 300),
      mime: kept.mime,
      size: kept.size,
      sha256: kept.sha256,
      storageKey: key,
      staffId: staffIdOf(who),
      byName: who.name,
      at: s.now.toISOString(),
      brought: who.petitionId !== undefined || file.brought === true,
    }
    await tx
      .insertInto('attachment')
      .values(row as never)
      .execute()
    await applyChange(
      tx,
      who,
      matter,
      trace,
      {
        kind: 'evidence',
        says: `上传${kept.kindName}“${name}”（已存证 ${kept.sha256.slice(0, 4)}…${kept.sha256.slice(-2)}）`,
        data: { attachmentId, sha256: kept.sha256 },
      },
      s,
      { move: 'attach', requestId },
    )
    const { townId: _t, petitionId: _p, storageKey: _k, ...seen } = row
    return { ...seen, withdrawnAt: null, withdrawnReason: null }
  })
}
