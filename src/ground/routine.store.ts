import { type Tx, writeTrace } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { setRow } from '../kit/server/row.ts'
import type { Who } from '../people/roles.ts'
import type { Setting } from '../petitions/store.ts'
import { type Rhythm, type RhythmInput, rhythmSays } from './routine.ts'

const columns = ['id', 'every', 'weekday', 'days', 'withGrids', 'asks', 'since', 'active', 'version', 'byName'] as const

/** The town's rhythm of routine screening; null before one was set. */
export const rhythmOf = async (tx: Tx, townId: string) =>
  ((await tx.selectFrom('screeningRhythm').select(columns).where('townId', '=', townId).executeTakeFirst()) ?? null) as
    | (Rhythm & { id: string; version: number; byName: string })
    | null

/** Set, change or stop the rhythm; periods already open run on. */
export const setRhythm = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; version: number; input: RhythmInput },
  s: Setting,
): Promise<void> => {
  await tx.selectFrom('screeningRhythm').select('id').where('townId', '=', who.townId).forUpdate().execute()
  const before = await rhythmOf(tx, who.townId)
  if ((before?.version ?? 0) !== given.version) throw new Refused('他人刚改过日常排查的安排，请看过最新的内容再改')
  const { input } = given
  const same = before && (['every', 'weekday'] as const).every((k) => before[k] === input[k]) && before.active
  const row = {
    ...input,
    since: (same ? before.since : s.today) as Day,
    version: given.version + 1,
    byId: who.staffId,
    byName: who.name,
  }
  const id = before?.id ?? uuidv7(s.now.getTime())
  if (before) await setRow(tx, 'screeningRhythm', who.townId, id, row)
  else
    await tx
      .insertInto('screeningRhythm')
      .values({ townId: who.townId, id, ...row })
      .execute()
  const says = input.active
    ? `日常排查${rhythmSays(input)}，${input.withGrids ? '村和网格' : '村'}都报`
    : '停止日常排查，已经发起的各期照常报告'
  await writeTrace(
    tx,
    who,
    { subjectId: id, subjectKind: 'campaign', kind: 'screening', says, data: input, requestId: given.requestId },
    s.now,
  )
}
