import { byOf, type Tx, writeTrace } from '../audit/trace.ts'
import { Refused } from '../kit/errors.ts'
import type { Who } from '../people/roles.ts'
import { tellStaff } from '../people/tell.store.ts'
import type { Setting } from '../petitions/store.ts'

export const say = (
  tx: Tx,
  who: Who,
  id: string,
  kind: string,
  says: string,
  data: unknown,
  requestId: string,
  s: Setting,
) => writeTrace(tx, byOf(who), { subjectId: id, subjectKind: kind, kind: 'supervise', says, data, requestId }, s.now)

/** Notices of a supervision, an advice or an accountability, as the first word of `key` says; each of a `key` once. */
export const tellOf = (
  tx: Tx,
  who: Who,
  staffIds: readonly string[],
  says: string,
  petitionId: string | null,
  key: string,
  s: Setting,
) =>
  tellStaff(
    tx,
    who,
    [...new Set(staffIds)].map((staffId) => ({
      staffId,
      says,
      ...(petitionId ? { petitionId } : {}),
      key: `${key}/${staffId}`,
    })),
    s.now,
    { kind: key.split('/')[0]! },
  )

export const fresh = (row: { version: number }, version: number) => {
  if (row.version !== version) throw new Refused('他人刚办过这一项，请看过最新的内容再办；您填写的内容没有丢失')
}
