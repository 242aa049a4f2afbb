import { byOf, type Tx, writeTrace } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import type { Who } from '../people/roles.ts'
import { tellStaff } from '../people/tell.store.ts'

export interface At {
  now: Date
  today: Day
}

export const say = (tx: Tx, who: Who, planId: string, says: string, data: unknown, requestId: string, at: At) =>
  writeTrace(
    tx,
    byOf(who),
    { subjectId: planId, subjectKind: 'assessment', kind: 'assess', says, data, requestId },
    at.now,
  )

export const tell = (tx: Tx, who: Who, staffId: string, says: string, key: string, at: At) =>
  tellStaff(tx, who, [{ staffId, says, key }], at.now, { kind: 'assess' })
