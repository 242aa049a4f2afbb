import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Who } from '../people/roles.ts'
import { peopleOn } from './facts.query.ts'
import { findPlan } from './standing.query.ts'
import { type At, say, tell } from './trail.store.ts'

/** What an organ or a meeting decided about somebody, written down by another. */
export const recordOutcome = async (
  tx: Tx,
  who: Who,
  planId: string,
  staffId: string,
  input: { requestId: string; kind: string; body: string; basis: string; decidedBy: string; decidedOn: Day },
  at: At,
): Promise<void> => {
  const plan = await findPlan(tx, who.townId, planId)
  if (staffId === who.staffId) throw new Refused('本人的奖惩由他人记录')
  if (input.decidedOn > at.today) throw new Invalid('决定日期不能晚于今天', { decidedOn: '不能晚于今天' })
  const person = (await peopleOn(tx, who.townId, plan.closedOn ?? at.today)).find((p) => p.staffId === staffId)
  if (!person) throw new NotFound('这个人员不在这一考核方案之内')
  const { requestId, ...row } = input
  await tx
    .insertInto('assessmentOutcome')
    .values({
      townId: who.townId,
      id: uuidv7(at.now.getTime()),
      planId,
      staffId,
      ...row,
      byId: who.staffId,
      byName: who.name,
    } as never)
    .execute()
  await say(
    tx,
    who,
    planId,
    `记录奖惩：${person.name}，${input.body}（${input.decidedBy}决定）`,
    { staffId, ...row },
    requestId,
    at,
  )
  await tell(tx, who, staffId, `考核奖惩已记录：${input.body}`, `assess/outcome/${requestId}`, at)
}
