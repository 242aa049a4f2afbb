import { type Tx, writeTrace } from '../audit/trace.ts'
import type { Who } from './roles.ts'
import type { At } from './session.store.ts'

/** What was done to people, posts and places, in their trace. */
export const said = (
  tx: Tx,
  who: Who,
  at: At,
  subjectKind: string,
  subjectId: string,
  kind: string,
  says: string,
  data?: unknown,
) => writeTrace(tx, who, { subjectId, subjectKind, kind, says, data }, at.now)
