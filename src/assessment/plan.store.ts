import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { setRow } from '../kit/server/row.ts'
import type { Who } from '../people/roles.ts'
import { type Lists, usualLists } from './score.ts'
import { findPlan, givenOf, standingOf } from './standing.query.ts'
import { type At, say } from './trail.store.ts'

export const savePlan = async (
  tx: Tx,
  who: Who,
  input: {
    requestId: string
    id?: string
    version?: number
    name: string
    fromOn: Day
    toOn: Day
    lists?: Lists
  },
  at: At,
): Promise<string> => {
  if (input.toOn <= input.fromOn) throw new Invalid('结束日期应当晚于开始日期', { toOn: '应当晚于开始日期' })
  if (!input.id) {
    const id = uuidv7(at.now.getTime())
    await tx
      .insertInto('assessmentPlan')
      .values({
        townId: who.townId,
        id,
        name: input.name,
        fromOn: input.fromOn,
        toOn: input.toOn,
        lists: JSON.stringify(input.lists ?? usualLists),
        at: at.now.toISOString(),
      } as never)
      .execute()
    await say(tx, who, id, `拟定考核方案“${input.name}”`, { lists: input.lists ?? usualLists }, input.requestId, at)
    return id
  }
  const plan = await findPlan(tx, who.townId, input.id, true)
  if (plan.status === 'closed') throw new Refused('方案已经关闭，不能再改')
  if (plan.version !== input.version)
    throw new Refused('他人刚改过这个方案，请看过最新的内容再改；您填写的内容没有丢失')
  if (plan.status === 'open' && (input.fromOn !== plan.fromOn || input.toOn !== plan.toOn))
    throw new Refused('方案已经开始，起止日期不能再改')
  const gone = input.lists ? plan.lists.tasks.filter((t) => !input.lists!.tasks.some((x) => x.code === t.code)) : []
  if (gone.length) {
    const { reports } = await givenOf(tx, who.townId, plan.id)
    const kept = gone.find((t) => reports.some((r) => r.item === t.code))
    if (kept) throw new Refused(`“${kept.text}”已经有人自报，不能去掉`)
  }
  await setRow(tx, 'assessmentPlan', who.townId, plan.id, {
    name: input.name,
    fromOn: input.fromOn,
    toOn: input.toOn,
    lists: JSON.stringify(input.lists ?? plan.lists),
    version: plan.version + 1,
  })
  await say(
    tx,
    who,
    plan.id,
    `修改考核方案“${input.name}”`,
    { from: plan.lists, to: input.lists ?? plan.lists },
    input.requestId,
    at,
  )
  return plan.id
}

/** Open a plan, or close it: then everybody's lines are fixed as they stand, once. */
export const turnPlan = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; version: number; to: 'open' | 'closed' },
  at: At,
): Promise<void> => {
  const plan = await findPlan(tx, who.townId, id, true)
  if (plan.version !== input.version) throw new Refused('他人刚改过这个方案，请看过最新的内容再办')
  if (input.to === 'open' && plan.status !== 'draft') throw new Refused('方案已经开始')
  if (input.to === 'closed') {
    if (plan.status !== 'open') throw new Refused('方案还没有开始，或者已经关闭')
    if (at.today < plan.toOn) throw new Refused(`考核期到 ${plan.toOn} 止，期满后才能关闭`)
    const waiting = (await givenOf(tx, who.townId, id)).appeals.filter((a) => a.state === 'open').length
    if (waiting) throw new Refused(`还有 ${waiting} 项申诉没有答复，不能关闭`)
    const { people, cutoff } = await standingOf(tx, who.townId, { ...plan, closedOn: plan.toOn }, at.today)
    if (people.length)
      await tx
        .insertInto('assessmentResult')
        .values(
          people.map(({ person, score }) => ({
            townId: who.townId,
            planId: id,
            staffId: person.staffId,
            role: person.role,
            post: person.post,
            cutoff,
            lines: JSON.stringify(score.lines),
            total: score.total,
          })) as never,
        )
        .execute()
  }
  await setRow(tx, 'assessmentPlan', who.townId, id, {
    status: input.to,
    closedOn: input.to === 'closed' ? plan.toOn : null,
    version: plan.version + 1,
  })
  await say(
    tx,
    who,
    id,
    input.to === 'open' ? `开始考核“${plan.name}”` : `关闭考核“${plan.name}”，结果固定`,
    { to: input.to },
    input.requestId,
    at,
  )
}
