import { sql } from 'kysely'
import { type Tx, writeTrace } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import type { Who } from '../people/roles.ts'
import { tellStaff } from '../people/tell.store.ts'
import { visibleTo } from '../petitions/policy.ts'
import { factsFromRows, factsFromTrace, peopleOn } from './facts.query.ts'
import { indicators, isIndicator } from './measure.ts'
import type { PlanRow } from './routes.ts'
import {
  type Assessing,
  assessing,
  type Correction,
  type Line,
  type Lists,
  type Person,
  periodOf,
  type Report,
  type Score,
  usualLists,
  whatIf,
} from './score.ts'

export interface At {
  now: Date
  today: Day
}
const say = (tx: Tx, who: Who, planId: string, says: string, data: unknown, requestId: string, at: At) =>
  writeTrace(
    tx,
    { townId: who.townId, staffId: who.staffId, name: who.name, post: who.post },
    { subjectId: planId, subjectKind: 'assessment', kind: 'assess', says, data, requestId },
    at.now,
  )
const tell = (tx: Tx, who: Who, staffId: string, says: string, key: string, at: At) =>
  tellStaff(tx, who, [{ staffId, says, key }], at.now, { kind: 'assess' })

export const plansOf = async (tx: Tx, townId: string): Promise<PlanRow[]> =>
  (await tx
    .selectFrom('assessmentPlan')
    .select(['id', 'name', 'fromOn', 'toOn', 'status', 'closedOn', 'version', 'lists'])
    .where('townId', '=', townId)
    .orderBy('fromOn', 'desc')
    .orderBy('id', 'desc')
    .execute()) as never

export const findPlan = async (tx: Tx, townId: string, id: string, lock = false): Promise<PlanRow> => {
  let q = tx
    .selectFrom('assessmentPlan')
    .select(['id', 'name', 'fromOn', 'toOn', 'status', 'closedOn', 'version', 'lists'])
    .where('townId', '=', townId)
    .where('id', '=', id)
  if (lock) q = q.forUpdate()
  const row = await q.executeTakeFirst()
  if (!row) throw new NotFound('没有这个考核方案')
  return row as never
}

/** Reports and upheld appeals of a plan, by person. */
const givenOf = async (tx: Tx, townId: string, planId: string) => {
  const reports = await tx
    .selectFrom('assessmentReport')
    .selectAll()
    .where('townId', '=', townId)
    .where('planId', '=', planId)
    .execute()
  const appeals = await tx
    .selectFrom('assessmentAppeal')
    .selectAll()
    .where('townId', '=', townId)
    .where('planId', '=', planId)
    .orderBy('madeOn')
    .orderBy('id')
    .execute()
  return {
    reports,
    appeals,
    of: (staffId: string): { reports: Report[]; corrections: Correction[] } => ({
      reports: reports.filter((r) => r.staffId === staffId) as never,
      corrections: appeals.filter((a) => a.staffId === staffId && a.state === 'upheld') as never,
    }),
  }
}

/** The instant a plan was closed: what was known then is what its result was made of. */
const closedAt = async (tx: Tx, townId: string, planId: string): Promise<string | null> => {
  const r = await sql<{
    at: string
  }>`select at from trace where town_id = ${townId}::uuid and subject_id = ${planId}::uuid
    and kind = 'assess' and data->>'to' = 'closed' order by seq desc limit 1`.execute(tx)
  return r.rows[0]?.at ?? null
}

export interface Standing {
  plan: PlanRow
  cutoff: Day
  people: { person: Person; score: Score }[]
  given: Awaited<ReturnType<typeof givenOf>>
  book: Assessing
}

/**
 * Everybody's score under a plan. An open plan is counted from the facts as they are; a closed one is what was fixed when it
 * was closed. `from: 'trace'` replays the trace instead of reading the rows.
 */
export const standingOf = async (
  tx: Tx,
  townId: string,
  plan: PlanRow,
  today: Day,
  options: { from?: 'rows' | 'trace'; anew?: boolean } = {},
): Promise<Standing> => {
  const period = periodOf(plan, today)
  const facts =
    options.from === 'trace'
      ? await factsFromTrace(tx, townId, plan.status === 'closed' ? await closedAt(tx, townId, plan.id) : null)
      : await factsFromRows(tx, townId)
  const book = assessing(facts, period)
  const given = await givenOf(tx, townId, plan.id)
  const fixed =
    plan.status === 'closed' && !options.anew
      ? new Map(
          (
            await tx
              .selectFrom('assessmentResult')
              .selectAll()
              .where('townId', '=', townId)
              .where('planId', '=', plan.id)
              .execute()
          ).map((r) => [r.staffId, { lines: r.lines as Line[], total: r.total }]),
        )
      : null
  const people = (await peopleOn(tx, townId, period.cutoff))
    .filter((p) => !fixed || fixed.has(p.staffId))
    .map((person) => ({
      person,
      score: fixed?.get(person.staffId) ?? book.score(person, { ...given.of(person.staffId), lists: plan.lists }),
    }))
  return { plan, cutoff: period.cutoff, people, given, book }
}

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
  if (plan.version !== input.version) throw new Refused('他人刚改过这个方案，请刷新后再改；您填写的内容没有丢失')
  if (plan.status === 'open' && (input.fromOn !== plan.fromOn || input.toOn !== plan.toOn))
    throw new Refused('方案已经开始，起止日期不能再改')
  const gone = input.lists ? plan.lists.tasks.filter((t) => !input.lists!.tasks.some((x) => x.code === t.code)) : []
  if (gone.length) {
    const { reports } = await givenOf(tx, who.townId, plan.id)
    const kept = gone.find((t) => reports.some((r) => r.item === t.code))
    if (kept) throw new Refused(`“${kept.text}”已经有人自报，不能去掉`)
  }
  await tx
    .updateTable('assessmentPlan')
    .set({
      name: input.name,
      fromOn: input.fromOn,
      toOn: input.toOn,
      lists: JSON.stringify(input.lists ?? plan.lists),
      version: plan.version + 1,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', plan.id)
    .execute()
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
  if (plan.version !== input.version) throw new Refused('他人刚改过这个方案，请刷新后再办')
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
  await tx
    .updateTable('assessmentPlan')
    .set({
      status: input.to,
      closedOn: input.to === 'closed' ? plan.toOn : null,
      version: plan.version + 1,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
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

const standingWords = (people: Standing['people'], staffId: string): string | null => {
  const me = people.find((p) => p.person.staffId === staffId)
  if (!me || me.score.total === null) return null
  const peers = people
    .filter((p) => p.person.role === me.person.role && p.score.total !== null)
    .map((p) => p.score.total!)
    .sort((a, b) => a - b)
  // Fewer than ten could be told from one another.
  if (peers.length < 10) return null
  const middle = (peers[Math.floor((peers.length - 1) / 2)]! + peers[Math.ceil((peers.length - 1) / 2)]!) / 2
  return `同岗位 ${peers.length} 人，中位数 ${middle.toFixed(1)} 分，${me.score.total > middle ? '高于' : me.score.total < middle ? '低于' : '等于'}中位数`
}

const itemName = (plan: PlanRow, item: string) =>
  isIndicator(item) ? indicators[item].name : (plan.lists.tasks.find((t) => t.code === item)?.text ?? item)

/** One person's page under a plan. */
export const cardOf = async (tx: Tx, who: Who, s: Standing, staffId: string, mayManage: boolean) => {
  const one = s.people.find((p) => p.person.staffId === staffId)
  if (!one) throw new NotFound('这个人员不在这一考核方案之内')
  const { person, score } = one
  const outcomes = await tx
    .selectFrom('assessmentOutcome')
    .select(['id', 'kind', 'body', 'basis', 'decidedBy', 'decidedOn', 'byName'])
    .where('townId', '=', who.townId)
    .where('planId', '=', s.plan.id)
    .where('staffId', '=', staffId)
    .orderBy('decidedOn')
    .execute()
  return {
    plan: s.plan,
    person,
    cutoff: s.cutoff,
    ...score,
    duties: s.plan.lists.duties
      .filter((d) => d.roles.includes(person.role))
      .map(({ text, basis }) => ({ text, basis })),
    tasks: s.plan.lists.tasks
      .filter((t) => t.roles.includes(person.role))
      .map(({ code, text, dueOn }) => ({ code, text, dueOn })),
    reports: s.given.reports.filter((r) => r.staffId === staffId) as never,
    files: await filesOf(tx, who.townId, s.plan.id, staffId),
    appeals: s.given.appeals
      .filter((a) => a.staffId === staffId)
      .map((a) => ({ ...a, itemName: itemName(s.plan, a.item), setAside: a.petitionIds.length })) as never,
    outcomes: outcomes as never,
    standing: standingWords(s.people, staffId),
    mine: staffId === who.staffId,
    mayManage: mayManage && staffId !== who.staffId,
  }
}

/** The matters behind one line, each with whether it counts above the line and why. */
export const lineOf = async (tx: Tx, who: Who, s: Standing, staffId: string, item: string) => {
  const one = s.people.find((p) => p.person.staffId === staffId)
  if (!one) throw new NotFound('这个人员不在这一考核方案之内')
  if (!isIndicator(item)) throw new NotFound('这一项没有逐件的事项')
  const items = s.book.items(one.person, item)
  const without = new Set(
    s.given
      .of(staffId)
      .corrections.filter((c) => c.item === item)
      .flatMap((c) => c.petitionIds),
  )
  const ids = [...new Set(items.map((i) => i.id))]
  const opens = new Set(
    ids.length
      ? (
          await tx
            .selectFrom('petition')
            .select('petition.id')
            .where((eb) => visibleTo(who)(eb))
            .where(sql<boolean>`petition.id = any (${ids}::uuid[])`)
            .execute()
        ).map((p) => p.id)
      : [],
  )
  return {
    name: indicators[item].name,
    formula: indicators[item].formula,
    cutoff: s.cutoff,
    items: items.map(({ id, number, ok, why }) => ({
      id,
      number,
      ok,
      why,
      opens: opens.has(id),
      setAside: without.has(id),
    })),
  }
}

const openPlan = (plan: PlanRow) => {
  if (plan.status !== 'open') throw new Refused(plan.status === 'draft' ? '方案还没有开始' : '方案已经关闭')
}

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

/** Files a person has put to the tasks of a plan. */
const filesOf = async (tx: Tx, townId: string, planId: string, staffId: string) =>
  (await tx
    .selectFrom('assessmentFile')
    .select(['id', 'item', 'name', 'size'])
    .where('townId', '=', townId)
    .where('planId', '=', planId)
    .where('staffId', '=', staffId)
    .orderBy('id')
    .execute()) as { id: string; item: string; name: string; size: number }[]

export const report = async (
  tx: Tx,
  who: Who,
  planId: string,
  input: { requestId: string; item: string; version?: number; body: string; evidence: string[]; claimed: number },
  at: At,
): Promise<void> => {
  const plan = await findPlan(tx, who.townId, planId, true)
  const { task, before } = await mayReport(tx, who, plan, input.item, at.today)
  if (before && before.score !== null) throw new Refused('这一项已经核定；有异议的，请提出申诉')
  if (before && before.version !== input.version)
    throw new Refused('这一项刚被改过，请刷新后再改；您填写的内容没有丢失')
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
  if (before)
    await tx
      .updateTable('assessmentReport')
      .set({ ...row, version: before.version + 1 } as never)
      .where('townId', '=', who.townId)
      .where('id', '=', before.id)
      .execute()
  else
    await tx
      .insertInto('assessmentReport')
      .values({
        townId: who.townId,
        id: uuidv7(at.now.getTime()),
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
}

export const review = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; version: number; score: number; note: string },
  at: At,
): Promise<void> => {
  const row = await tx
    .selectFrom('assessmentReport')
    .selectAll()
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new NotFound()
  const plan = await findPlan(tx, who.townId, row.planId)
  openPlan(plan)
  if (row.staffId === who.staffId) throw new Refused('不能核定本人的自报，须由另一人核定')
  if (row.version !== input.version) throw new Refused('这一项刚被改过，请刷新后再核定；您填写的内容没有丢失')
  await tx
    .updateTable('assessmentReport')
    .set({
      score: input.score,
      note: input.note,
      reviewedBy: who.staffId,
      reviewedName: who.name,
      reviewedOn: at.today,
      version: row.version + 1,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
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

export const appeal = async (
  tx: Tx,
  who: Who,
  planId: string,
  input: { requestId: string; item: string; reason: string },
  at: At,
): Promise<void> => {
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
  await tx
    .insertInto('assessmentAppeal')
    .values({
      townId: who.townId,
      id: uuidv7(at.now.getTime()),
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
}

export const answer = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; upheld: boolean; answer: string; petitionIds: string[]; score: number | null },
  at: At,
): Promise<void> => {
  const row = await tx
    .selectFrom('assessmentAppeal')
    .selectAll()
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new NotFound()
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
  await tx
    .updateTable('assessmentAppeal')
    .set({
      state: input.upheld ? 'upheld' : 'dismissed',
      answer: input.answer,
      petitionIds: input.upheld && isIndicator(row.item) ? input.petitionIds : [],
      score: input.upheld && !isIndicator(row.item) ? input.score : null,
      answeredBy: who.staffId,
      answeredName: who.name,
      answeredOn: at.today,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
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

/** Try other weights: nothing is written. */
export const tryWeights = async (tx: Tx, who: Who, planId: string, lists: Lists, at: At) => {
  const plan = await findPlan(tx, who.townId, planId)
  const s = await standingOf(tx, who.townId, plan, at.today, { anew: true })
  return whatIf(
    s.people,
    s.people.map(({ person }) => s.book.score(person, { ...s.given.of(person.staffId), lists })),
  )
}

/** Count again from the trace and say where it differs from what is shown. */
export const recount = async (tx: Tx, townId: string, planId: string, today: Day) => {
  const plan = await findPlan(tx, townId, planId)
  const shown = await standingOf(tx, townId, plan, today)
  const again = await standingOf(tx, townId, plan, today, { from: 'trace', anew: true })
  const differences: string[] = []
  for (const { person, score } of shown.people) {
    const other = again.people.find((p) => p.person.staffId === person.staffId)?.score
    for (const line of score.lines) {
      const l = other?.lines.find((x) => x.item === line.item)
      if (!l || l.num !== line.num || l.den !== line.den || l.points !== line.points)
        differences.push(
          `${person.post}“${line.name}”：显示 ${line.num ?? '—'}/${line.den ?? '—'}，留痕 ${l?.num ?? '—'}/${l?.den ?? '—'}`,
        )
    }
    if (other?.total !== score.total) differences.push(`${person.post}总分：显示 ${score.total}，留痕 ${other?.total}`)
  }
  const matters = await sql<{
    n: number
  }>`select count(*)::int as n from petition where town_id = ${townId}::uuid`.execute(tx)
  return {
    same: differences.length === 0,
    people: shown.people.length,
    matters: matters.rows[0]!.n,
    differences: differences.slice(0, 50),
  }
}
