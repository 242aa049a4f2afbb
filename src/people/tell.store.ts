import type { Tx } from '../audit/trace.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Who } from './roles.ts'

/** Notices that belong to no single matter, or to one; nobody is told what they did themselves. Returns how many are new. */
export const tellStaff = async (
  tx: Tx,
  who: Pick<Who, 'townId' | 'staffId' | 'name'>,
  notes: { staffId: string; says: string; petitionId?: string; link?: string; key?: string }[],
  now: Date,
  { kind }: { kind: string },
): Promise<number> => {
  const rows = notes.filter((n) => n.staffId !== who.staffId)
  if (rows.length === 0) return 0
  const made = await tx
    .insertInto('notice')
    .values(
      rows.map((n) => ({
        townId: who.townId,
        id: uuidv7(now.getTime()),
        staffId: n.staffId,
        petitionId: n.petitionId ?? null,
        link: n.link ?? null,
        kind,
        says: n.says,
        fromName: who.name,
        at: now.toISOString(),
        key: n.key ?? null,
      })) as never,
    )
    .onConflict((oc) => oc.columns(['townId', 'key']).doNothing())
    .returning('id')
    .execute()
  return made.length
}
