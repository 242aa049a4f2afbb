import { happened, type Tx, writeTrace } from '../audit/trace.ts'
import { NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import type { Kept } from '../kit/server/files.ts'
import type { Who } from '../people/roles.ts'
import type { Setting } from '../petitions/store.ts'
import { settingOf, type World } from '../petitions/world.store.ts'
import { findDispute } from './dispute/store.ts'
import { keepRefusal } from './network/network.ts'
import { letterState, mediatorOf } from './network/store.ts'
import { addsFiles, looksAt } from './policy.ts'

/** Refuses whoever can't add or open files there; the same policy as the papers'. */
export const mayFile = async (
  tx: Tx,
  who: Who,
  of: 'dispute' | 'letter',
  id: string,
  s: Setting,
  adds = false,
): Promise<void> => {
  const me = await mediatorOf(tx, who, s.today)
  if (of === 'dispute') {
    const d = await findDispute(tx, me, id)
    if (!(adds ? addsFiles(me, d) : looksAt(me, d) === 'file')) throw new NotFound()
    if (adds && d.state === 'closed') throw new Refused('纠纷已归档，不能再加材料')
    return
  }
  await letterState(tx, who, id, s.today)
  const no = keepRefusal(me, null)
  if (no) throw new Refused(no)
}

/**
 * Keep one sniffed and stripped file: the bytes first, then row and trace in one transaction. The same request and the same
 * bytes give the row already there. Throws NotFound or Refused for whoever may not add there.
 */
export const keepFile = async (
  world: World,
  who: Who,
  to: { of: 'dispute' | 'letter'; id: string },
  file: { name: string; kept: Kept; kind: string },
  requestId: string,
): Promise<{ id: string; name: string; sha256: string }> => {
  const { of, id } = to
  const { name, kept } = file
  const within = <T>(readOnly: boolean, work: (tx: Tx, s: Setting) => Promise<T>) =>
    inTown(world.db, who.townId, async (tx) => work(tx, await settingOf(tx, world, who.townId)), { readOnly })
  // Asked before anything is written to the store: a stranger can't fill the disk.
  await within(true, (tx, s) => mayFile(tx, who, of, id, s, true))
  const fileId = uuidv7()
  const key = `${who.townId}/mediation/${fileId}`
  await world.files.put(key, kept.data, kept.mime)
  return within(false, async (tx, s) => {
    await mayFile(tx, who, of, id, s, true)
    if (await happened(tx, who.townId, requestId)) {
      const again = await tx
        .selectFrom('mediationFile')
        .select(['id', 'name', 'sha256'])
        .where('townId', '=', who.townId)
        .where('sha256', '=', kept.sha256)
        .where(of === 'dispute' ? 'disputeId' : 'letterId', '=', id)
        .executeTakeFirst()
      if (again) return again
    }
    await tx
      .insertInto('mediationFile')
      .values({
        townId: who.townId,
        id: fileId,
        disputeId: of === 'dispute' ? id : null,
        letterId: of === 'letter' ? id : null,
        name,
        kind: file.kind.slice(0, 40) || kept.kindName,
        mime: kept.mime,
        size: kept.size,
        sha256: kept.sha256,
        storageKey: key,
        staffId: who.staffId,
        byName: who.name,
        at: s.now.toISOString(),
      } as never)
      .execute()
    await writeTrace(
      tx,
      { townId: who.townId, staffId: who.staffId, name: who.name, post: who.post },
      {
        subjectId: id,
        subjectKind: of === 'dispute' ? 'dispute' : 'mediation',
        kind: 'mediation',
        says: '上传材料',
        requestId,
        data: { sha256: kept.sha256 },
      },
      s.now,
    )
    return { id: fileId, name, sha256: kept.sha256 }
  })
}
