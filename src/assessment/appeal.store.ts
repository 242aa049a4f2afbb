import type { Tx } from '../audit/trace.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { lockRow, setRow } from '../kit/server/row.ts'
import type { Who } from '../people/roles.ts'
import { peopleOn } from './facts.query.ts'
import { isIndicator } from './measure.ts'
import { findPlan, itemName, openPlan, standingOf } from './standing.query.ts'
import { type At, say, tell } from './trail.store.ts'

/** Object to a line of one's own; gives the appeal's id. */
export const appeal = async (
  tx: Tx,
  who: Who,
  planId: string,
  input: { requestId: string; item: string; reason: string },
  at: At,
): Promise<string> => {
  const plan = await findPlan(tx, who.townId, planId)
  openPlan(plan)
  const person = (await peopleOn(tx, who.townId, at.today)).find((p) => p.staffId === who.staffId)
  if (
    !person ||
    !(isIndicator(input.item) || plan.lists.tasks.some((t) => t.code === input.item && t.roles.includes(person.role)))
  )
    throw new Refused('您的考核里没有这一项')
  const there = await tx
    .selectFrom('assessmentAppeal')
    .select('id')
    .where('townId', '=', who.townId)
    .where('planId', '=', planId)
    .where('staffId', '=', who.staffId)
    .where('item', '=', input.item)
    .where('state', '=', 'open')
    .executeTakeFirst()
  if (there) throw new Refused('这一项已有一个申诉等待答复')
  const id = uuidv7(at.now.getTime())
  await tx
    .insertInto('assessmentAppeal')
    .values({
      townId: who.townId,
      id,
      planId,
      staffId: who.staffId,
      item: input.item,
      reason: input.reason,
      madeOn: at.today,
    } as never)
    .execute()
  await say(
    tx,
    who,
    planId,
    `对“${itemName(plan, input.item)}”提出申诉：${input.reason}`,
    { item: input.item, staffId: who.staffId },
    input.requestId,
    at,
  )
  return id
}

/** Another person answers: upheld, with matters left out or points put right, or not. */
export const answer = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; upheld: boolean; answer: string; petitionIds: string[]; score: number | null },
  at: At,
): Promise<void> => {
  const row = await lockRow(tx, 'assessmentAppeal', who.townId, id)
  if (row.staffId === who.staffId) throw new Refused('不能答复本人的申诉')
  if (row.state !== 'open') throw new Refused('这项申诉已经答复')
  const plan = await findPlan(tx, who.townId, row.planId)
  openPlan(plan)
  if (input.upheld) {
    if (isIndicator(row.item) ? input.petitionIds.length === 0 : input.score === null)
      throw new Invalid(isIndicator(row.item) ? '申诉成立的，请选择要剔除的事项' : '申诉成立的，请填写更正后的分数', {
        [isIndicator(row.item) ? 'petitionIds' : 'score']: '请填写',
      })
    if (isIndicator(row.item)) {
      const s = await standingOf(tx, who.townId, plan, at.today)
      const person = s.people.find((p) => p.person.staffId === row.staffId)?.person
      const behind = new Set(person ? s.book.items(person, row.item).map((i) => i.id) : [])
      if (input.petitionIds.some((p) => !behind.has(p))) throw new Refused('所选事项不在这一项之内')
    }
  }
  await setRow(tx, 'assessmentAppeal', who.townId, id, {
    state: input.upheld ? 'upheld' : 'dismissed',
    answer: input.answer,
    petitionIds: input.upheld && isIndicator(row.item) ? input.petitionIds : [],
    score: input.upheld && !isIndicator(row.item) ? input.score : null,
    answeredBy: who.staffId,
    answeredName: who.name,
    answeredOn: at.today,
  })
  const name = itemName(plan, row.item)
  await say(
    tx,
    who,
    row.planId,
    `答复对“${name}”的申诉：${input.upheld ? '成立' : '不成立'}；${input.answer}`,
    { item: row.item, staffId: row.staffId, upheld: input.upheld, petitionIds: input.petitionIds, score: input.score },
    input.requestId,
    at,
  )
  await tell(
    tx,
    who,
    row.staffId,
    `您对“${name}”的申诉已答复：${input.upheld ? '成立，已更正' : '不成立'}`,
    `assess/answer/${id}`,
    at,
  )
}
