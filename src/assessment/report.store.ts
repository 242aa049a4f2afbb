import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { lockRow, setRow } from '../kit/server/row.ts'
import type { Who } from '../people/roles.ts'
import { filesOf } from './card.query.ts'
import { peopleOn } from './facts.query.ts'
import type { PlanRow } from './routes.ts'
import { findPlan, itemName, openPlan } from './standing.query.ts'
import { type At, say, tell } from './trail.store.ts'

/** The task of one's own post that one reports on, and what was reported before. Throws Refused when it isn't one's own. */
export const mayReport = async (tx: Tx, who: Who, plan: PlanRow, item: string, today: Day) => {
  openPlan(plan)
  const person = (await peopleOn(tx, who.townId, today)).find((p) => p.staffId === who.staffId)
  const task = plan.lists.tasks.find((t) => t.code === item && person && t.roles.includes(person.role))
  if (!task) throw new Refused('这项任务不由您的岗位承担')
  const before = await tx
    .selectFrom('assessmentReport')
    .select(['id', 'version', 'score'])
    .where('townId', '=', who.townId)
    .where('planId', '=', plan.id)
    .where('staffId', '=', who.staffId)
    .where('item', '=', item)
    .executeTakeFirst()
  return { task, before }
}

/** Say what one did oneself, or say it better until it is fixed; gives the report's id. */
export const report = async (
  tx: Tx,
  who: Who,
  planId: string,
  input: { requestId: string; item: string; version?: number; body: string; evidence: string[]; claimed: number },
  at: At,
): Promise<string> => {
  const plan = await findPlan(tx, who.townId, planId, true)
  const { task, before } = await mayReport(tx, who, plan, input.item, at.today)
  if (before && before.score !== null) throw new Refused('这一项已经核定；有异议的，请提出申诉')
  if (before && before.version !== input.version)
    throw new Refused('这一项刚被改过，请看过最新的内容再改；您填写的内容没有丢失')
  const files = (await filesOf(tx, who.townId, planId, who.staffId)).filter((f) => f.item === input.item).length
  if (input.evidence.length + files === 0)
    throw new Invalid('请至少填写一项佐证，如文号、事项编号，或者附上文件', {
      evidence: '请至少填写一项佐证，或者附上文件',
    })
  const row = {
    body: input.body,
    evidence: JSON.stringify(input.evidence),
    claimed: input.claimed,
    reportedOn: at.today,
  }
  const id = before?.id ?? uuidv7(at.now.getTime())
  if (before) await setRow(tx, 'assessmentReport', who.townId, before.id, { ...row, version: before.version + 1 })
  else
    await tx
      .insertInto('assessmentReport')
      .values({
        townId: who.townId,
        id,
        planId,
        staffId: who.staffId,
        item: input.item,
        ...row,
      } as never)
      .execute()
  await say(
    tx,
    who,
    planId,
    `自报“${task.text}”${input.claimed} 分，佐证 ${input.evidence.length + files} 项`,
    { item: input.item, staffId: who.staffId, body: input.body, evidence: input.evidence, claimed: input.claimed },
    input.requestId,
    at,
  )
  return id
}

/** Another person fixes the points of a report. */
export const review = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; version: number; score: number; note: string },
  at: At,
): Promise<void> => {
  const row = await lockRow(tx, 'assessmentReport', who.townId, id)
  const plan = await findPlan(tx, who.townId, row.planId)
  openPlan(plan)
  if (row.staffId === who.staffId) throw new Refused('不能核定本人的自报，须由另一人核定')
  if (row.version !== input.version) throw new Refused('这一项刚被改过，请看过最新的内容再核定；您填写的内容没有丢失')
  await setRow(tx, 'assessmentReport', who.townId, id, {
    score: input.score,
    note: input.note,
    reviewedBy: who.staffId,
    reviewedName: who.name,
    reviewedOn: at.today,
    version: row.version + 1,
  })
  const name = itemName(plan, row.item)
  await say(
    tx,
    who,
    row.planId,
    `核定“${name}”：自报 ${row.claimed} 分，核定 ${input.score} 分；${input.note}`,
    { item: row.item, staffId: row.staffId, claimed: row.claimed, score: input.score, before: row.score },
    input.requestId,
    at,
  )
  await tell(
    tx,
    who,
    row.staffId,
    `考核自报“${name}”已核定 ${input.score} 分；有异议可以申诉`,
    `assess/review/${id}/${row.version}`,
    at,
  )
}
