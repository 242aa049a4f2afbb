import { sql } from 'kysely'
import { type Tx, writeTrace } from '../audit/trace.ts'
import { type Day, daysBetween, formal } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { is, type Who } from '../people/roles.ts'
import { findWho } from '../people/who.store.ts'
import { dueOf, legalLimits, type RuleId } from '../petitions/clocks.ts'
import { visibleTo } from '../petitions/policy.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import {
  adoptions,
  adviceKinds,
  type Cause,
  causes,
  type Fact,
  type Fault,
  factsFrom,
  faultBasis,
  faults,
  liableRefusal,
  type Member,
  refusals,
  type Supervision,
} from './supervise.ts'

const say = (tx: Tx, who: Who, id: string, kind: string, says: string, data: unknown, requestId: string, s: Setting) =>
  writeTrace(
    tx,
    { townId: who.townId, staffId: who.staffId, name: who.name, post: who.post },
    { subjectId: id, subjectKind: kind, kind: 'supervise', says, data, requestId },
    s.now,
  )
export const tellOf = async (
  tx: Tx,
  who: Who,
  staffIds: readonly string[],
  says: string,
  petitionId: string | null,
  key: string,
  s: Setting,
) => {
  for (const staffId of new Set(staffIds))
    await tx
      .insertInto('notice')
      .values({
        townId: who.townId,
        id: uuidv7(s.now.getTime()),
        staffId,
        petitionId,
        kind: 'supervise',
        says,
        fromName: who.name,
        at: s.now.toISOString(),
        key: `${key}/${staffId}`,
      } as never)
      .onConflict((oc) => oc.columns(['townId', 'key']).doNothing())
      .execute()
}

/** Heads of a unit today. */
const headsOf = async (tx: Tx, townId: string, unitId: string | null, today: Day): Promise<string[]> =>
  unitId === null
    ? []
    : (
        await sql<{
          staffId: string
        }>`select h.staff_id from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
          where h.town_id = ${townId}::uuid and o.unit_id = ${unitId}::uuid and o.role = 'unitHandler' and o.heads
            and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)`.execute(tx)
      ).rows.map((r) => r.staffId)

const unitName = async (tx: Tx, townId: string, unitId: string | null): Promise<string> =>
  unitId === null
    ? ''
    : ((
        await tx
          .selectFrom('unit')
          .select('name')
          .where('townId', '=', townId)
          .where('id', '=', unitId)
          .executeTakeFirst()
      )?.name ?? '')

const one = async (tx: Tx, who: Who, id: string) => {
  const row = await tx
    .selectFrom('supervision')
    .selectAll()
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw new NotFound()
  return row as typeof row & Supervision
}
const fresh = (row: { version: number }, version: number) => {
  if (row.version !== version) throw new Refused('他人刚办过这一项，请刷新后再办；您填写的内容没有丢失')
}

/** The list: on matters one may see, and those addressed to oneself or one's unit. Sealed matters are never supervised here. */
export const supervisionsOf = async (tx: Tx, who: Who, petitionId: string | undefined, today: Day) => {
  const rows = await tx
    .selectFrom('supervision')
    .innerJoin('petition', (j) =>
      j.onRef('petition.townId', '=', 'supervision.townId').onRef('petition.id', '=', 'supervision.petitionId'),
    )
    .leftJoin('unit', (j) =>
      j.onRef('unit.townId', '=', 'supervision.townId').onRef('unit.id', '=', 'supervision.unitId'),
    )
    .innerJoin('staff', (j) =>
      j.onRef('staff.townId', '=', 'supervision.townId').onRef('staff.id', '=', 'supervision.staffId'),
    )
    .leftJoin('staff as decider', (j) =>
      j.onRef('decider.townId', '=', 'supervision.townId').onRef('decider.id', '=', 'supervision.deciderId'),
    )
    .selectAll('supervision')
    .select(sql<string>`coalesce(decider.name, '')`.as('decider'))
    .select((eb) => sql<boolean>`coalesce(${visibleTo(who)(eb as never)}, false)`.as('sees'))
    .select(['petition.number as matter', 'staff.name as staff', sql<string>`coalesce(unit.name, '')`.as('unit')])
    .where('supervision.townId', '=', who.townId)
    .where((eb) =>
      eb.or([
        eb('supervision.deciderId', '=', who.staffId),
        // Before it is decided, only the office that proposed it knows.
        eb.and([
          ...(is(who, 'petitionHead', 'townLeader') ? [] : [eb('supervision.state', '<>', 'proposed')]),
          eb.or([eb('supervision.staffId', '=', who.staffId), visibleTo(who)(eb as never)]),
        ]),
      ]),
    )
    .$if(petitionId !== undefined, (q) => q.where('supervision.petitionId', '=', petitionId!))
    .orderBy('supervision.issuedOn', 'desc')
    .orderBy('supervision.id', 'desc')
    .limit(300)
    .execute()
  const heads = new Map<string, string[]>()
  for (const r of rows)
    if (r.unitId && !heads.has(r.unitId)) heads.set(r.unitId, await headsOf(tx, who.townId, r.unitId, today))
  return rows.map((r) => {
    const s = r as unknown as Supervision
    const head = r.unitId ? heads.get(r.unitId)!.includes(who.staffId) : false
    return {
      ...r,
      may: {
        decide: refusals.decide(who, s),
        answer: refusals.answer(who, s, head),
        correct: refusals.correct(who, s, head),
        check: refusals.check(who, s),
        withdraw: refusals.withdraw(who, s),
      },
    }
  })
}

interface Notice {
  petitionId: string
  fault: Fault
  facts: string
  demand: string
  staffId: string
  answerDueOn: Day
  listed: boolean
}

const answerDayRefusal = (answerDueOn: Day, today: Day): void => {
  if (answerDueOn <= today) throw new Invalid('答复期限应当晚于今天', { answerDueOn: '应当晚于今天' })
  if (daysBetween(today, answerDueOn) > 60)
    throw new Invalid('答复期限不应超过六十日', { answerDueOn: '不应超过六十日' })
}

/** The unsealed matter, and the unit of whom it is to press, who is still here. */
const pressed = async (tx: Tx, who: Who, n: Pick<Notice, 'petitionId' | 'staffId'>, today: Day) => {
  const found = await findMatter(tx, who, n.petitionId, { lock: true })
  if (found.matter.sealed) throw new Refused('检举控告由纪检机关办理，不在这里督办')
  const staff = await findWho(tx, who.townId, n.staffId, today)
  if (!staff?.active) throw new Refused('被督办人已离任，请另选')
  return { ...found, unitId: staff.unitIds[0] ?? null }
}

/** The notice goes out: its paper is filed with the matter, its row says so, and who is to answer is told. */
const sendNotice = async (
  tx: Tx,
  who: Who,
  id: string,
  n: Notice,
  { matter, trace, unitId }: Awaited<ReturnType<typeof pressed>>,
  requestId: string,
  s: Setting,
) => {
  const applied = await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'remind',
      says: `${n.listed ? '挂牌督办' : '督办'}：${faults[n.fault]}，要求 ${n.answerDueOn} 前答复`,
      data: { supervisionId: id, fault: n.fault },
      papers: [
        {
          kind: 'supervisionNotice',
          extra: {
            faults: `${faults[n.fault]}（${faultBasis[n.fault]}）`,
            facts: n.facts,
            demand: n.demand,
            answerBy: formal(n.answerDueOn),
            unitName: await unitName(tx, who.townId, unitId),
          },
        },
      ],
    },
    s,
    { move: 'supervise', requestId: null },
  )
  const paper = applied.matter.documents.filter((d) => d.kind === 'supervisionNotice').at(-1)
  await tx
    .updateTable('supervision')
    .set({
      state: 'issued',
      number: paper?.number ?? '',
      documentId: paper?.id ?? null,
      unitId,
      issuedOn: s.today,
      issuedBy: who.staffId,
      issuedName: who.name,
      answerDueOn: n.answerDueOn,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
  await say(tx, who, id, 'supervision', `发出督办 ${paper?.number ?? ''}：${faults[n.fault]}`, n, requestId, s)
  await tellOf(
    tx,
    who,
    [n.staffId, ...(await headsOf(tx, who.townId, unitId, s.today))],
    `${n.listed ? '挂牌督办' : '督办'} ${matter.number}：${faults[n.fault]}，请于 ${n.answerDueOn} 前答复`,
    matter.barredIds.includes(n.staffId) ? null : matter.id,
    `supervision/${id}`,
    s,
  )
}

/** A notice on a matter, with its own clock; a listed one by who is no principal leader is put before one first. */
export const supervise = async (
  tx: Tx,
  who: Who,
  input: Notice & { requestId: string; deciderId?: string | null | undefined },
  s: Setting,
): Promise<string> => {
  const no = refusals.issue(who, input)
  if (no) throw new Refused(no)
  answerDayRefusal(input.answerDueOn, s.today)
  const found = await pressed(tx, who, input, s.today)
  const { requestId, deciderId, ...n } = input
  const proposed = n.listed && !is(who, 'townLeader')
  if (proposed) {
    const decider = await findWho(tx, who.townId, deciderId!, s.today)
    if (!decider?.active || !is(decider, 'townLeader'))
      throw new Invalid('挂牌督办报请党政主要领导决定', { deciderId: '请选择党政主要领导' })
    if (found.matter.barredIds.includes(decider.staffId) || decider.staffId === n.staffId)
      throw new Invalid('所选领导应当回避，请另选', { deciderId: '请另选' })
  }
  const id = uuidv7(s.now.getTime())
  await tx
    .insertInto('supervision')
    .values({
      townId: who.townId,
      id,
      ...n,
      unitId: found.unitId,
      issuedOn: s.today,
      issuedBy: who.staffId,
      issuedName: who.name,
      ...(proposed ? { state: 'proposed', deciderId } : {}),
    } as never)
    .execute()
  if (!proposed) {
    await sendNotice(tx, who, id, n, found, requestId, s)
    return id
  }
  await applyChange(
    tx,
    who,
    found.matter,
    found.trace,
    { kind: 'remind', says: `报请挂牌督办：${faults[n.fault]}`, data: { supervisionId: id, fault: n.fault } },
    s,
    { move: 'proposeListed', requestId: null },
  )
  await say(tx, who, id, 'supervision', `报请挂牌督办：${faults[n.fault]}`, input, requestId, s)
  await tellOf(
    tx,
    who,
    [deciderId!],
    `${found.matter.number} 报请挂牌督办，请决定`,
    null,
    `supervision/${id}/proposed`,
    s,
  )
  return id
}

/** The principal leader lists it, or says why not. What is decided on is read from the proposal, not from the matter's file. */
export const decideListed = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; version: number; agree: boolean; answerDueOn: Day; note: string },
  s: Setting,
): Promise<void> => {
  const row = await one(tx, who, id)
  const no = refusals.decide(who, row)
  if (no) throw new Refused(no)
  fresh(row, input.version)
  if (!input.agree && input.note === '') throw new Invalid('不同意的请写明理由', { note: '请写明理由' })
  const { requestId, agree, answerDueOn, note } = input
  if (agree) {
    answerDayRefusal(answerDueOn, s.today)
    // For this one decision the matter is found as the petition office finds it; who must step aside still finds nothing.
    const found = await pressed(tx, { ...who, roles: [...who.roles, 'petitionHead'] }, row, s.today)
    const { petitionId, fault, facts, demand, staffId } = row
    await sendNotice(
      tx,
      who,
      id,
      { petitionId, fault: fault as Fault, facts, demand, staffId, answerDueOn, listed: true },
      found,
      requestId,
      s,
    )
    await set(tx, who, id, row.version, {})
  } else {
    await set(tx, who, id, row.version, { state: 'withdrawn', checkNote: `不同意挂牌：${note}` })
    await say(tx, who, id, 'supervision', `不同意挂牌督办：${note}`, {}, requestId, s)
  }
  await tellOf(
    tx,
    who,
    [row.issuedBy],
    agree ? '报请的挂牌督办已经同意，通知书已出具' : `报请的挂牌督办没有同意：${note}`,
    row.petitionId,
    `supervision/${id}/decided`,
    s,
  )
}

const isHead = async (tx: Tx, who: Who, unitId: string | null, today: Day) =>
  (await headsOf(tx, who.townId, unitId, today)).includes(who.staffId)

export const answerSupervision = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; version: number; answer: string },
  s: Setting,
) => {
  const row = await one(tx, who, id)
  const no = refusals.answer(who, row, await isHead(tx, who, row.unitId, s.today))
  if (no) throw new Refused(no)
  fresh(row, input.version)
  await set(tx, who, id, row.version, {
    state: 'answered',
    answer: input.answer,
    answeredOn: s.today,
    answeredBy: who.staffId,
    answeredName: who.name,
  })
  await say(tx, who, id, 'supervision', `答复督办：${input.answer}`, {}, input.requestId, s)
  await tellOf(
    tx,
    who,
    [row.issuedBy],
    `督办 ${row.number} 已答复，请核查`,
    null,
    `supervision/${id}/${row.version}`,
    s,
  )
}

const set = (tx: Tx, who: Who, id: string, version: number, values: Record<string, unknown>) =>
  tx
    .updateTable('supervision')
    .set({ ...values, version: version + 1 } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()

export const checkSupervision = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; version: number; enough: boolean; note: string; correctDueOn: Day | null },
  s: Setting,
) => {
  const row = await one(tx, who, id)
  const no = refusals.check(who, row)
  if (no) throw new Refused(no)
  fresh(row, input.version)
  if (!input.enough && (!input.correctDueOn || input.correctDueOn <= s.today))
    throw new Invalid('责令整改的，请填写晚于今天的整改期限', { correctDueOn: '请填写晚于今天的日期' })
  await set(tx, who, id, row.version, {
    state: input.enough ? 'closed' : 'correcting',
    checkedOn: s.today,
    checkedBy: who.staffId,
    checkedName: who.name,
    checkNote: input.note,
    correctDueOn: input.enough ? row.correctDueOn : input.correctDueOn,
  })
  await say(
    tx,
    who,
    id,
    'supervision',
    input.enough ? `核查办结：${input.note}` : `核查后责令 ${input.correctDueOn} 前整改：${input.note}`,
    {},
    input.requestId,
    s,
  )
  await tellOf(
    tx,
    who,
    [row.staffId],
    input.enough ? `督办 ${row.number} 核查办结` : `督办 ${row.number} 责令于 ${input.correctDueOn} 前整改`,
    null,
    `supervision/${id}/${row.version}`,
    s,
  )
}

export const correctSupervision = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; version: number; correction: string },
  s: Setting,
) => {
  const row = await one(tx, who, id)
  const no = refusals.correct(who, row, await isHead(tx, who, row.unitId, s.today))
  if (no) throw new Refused(no)
  fresh(row, input.version)
  await set(tx, who, id, row.version, { state: 'corrected', correction: input.correction, correctedOn: s.today })
  await say(tx, who, id, 'supervision', `报告整改：${input.correction}`, {}, input.requestId, s)
  await tellOf(
    tx,
    who,
    [row.issuedBy],
    `督办 ${row.number} 已报告整改，请核查`,
    null,
    `supervision/${id}/${row.version}`,
    s,
  )
}

export const withdrawSupervision = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; version: number; reason: string },
  s: Setting,
) => {
  const row = await one(tx, who, id)
  const no = refusals.withdraw(who, row)
  if (no) throw new Refused(no)
  fresh(row, input.version)
  await set(tx, who, id, row.version, { state: 'withdrawn', checkNote: input.reason })
  await say(tx, who, id, 'supervision', `撤销督办：${input.reason}`, {}, input.requestId, s)
}

export const advicesOf = async (tx: Tx, who: Who) => {
  const rows = await tx
    .selectFrom('advice')
    .innerJoin('petition', (j) =>
      j.onRef('petition.townId', '=', 'advice.townId').onRef('petition.id', '=', 'advice.petitionId'),
    )
    .innerJoin('unit', (j) => j.onRef('unit.townId', '=', 'advice.townId').onRef('unit.id', '=', 'advice.unitId'))
    .selectAll('advice')
    .select(['petition.number as matter', 'unit.name as unit'])
    .where('advice.townId', '=', who.townId)
    .where((eb) =>
      eb.or([
        eb('advice.staffId', '=', who.staffId),
        ...(who.headsUnit && who.unitIds.length ? [eb('advice.unitId', 'in', [...who.unitIds])] : []),
        visibleTo(who)(eb as never),
      ]),
    )
    .orderBy('advice.sentOn', 'desc')
    .orderBy('advice.id', 'desc')
    .limit(300)
    .execute()
  return rows.map((r) => ({
    ...r,
    mayFeedback: r.adopted === null && (r.staffId === who.staffId || (who.headsUnit && who.unitIds.includes(r.unitId))),
  }))
}

/** Advice to a unit with its letter; written feedback within D14. */
export const advise = async (
  tx: Tx,
  who: Who,
  input: {
    requestId: string
    petitionId: string
    kind: keyof typeof adviceKinds
    problem: string
    advice: string
    unitId: string
  },
  s: Setting,
): Promise<string> => {
  const { matter, trace } = await findMatter(tx, who, input.petitionId, { lock: true })
  if (matter.sealed) throw new Refused('检举控告由纪检机关办理，不在这里提出建议')
  const [head] = await headsOf(tx, who.townId, input.unitId, s.today)
  if (!head) throw new Refused('该单位还没有负责人，建议书无人签收，请先任命')
  const due = dueOf('D14', { from: s.today }, s.law.calendar)
  const id = uuidv7(s.now.getTime())
  const applied = await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'remind',
      says: `提出${adviceKinds[input.kind]}的建议，${due.due} 前书面反馈`,
      data: { adviceId: id },
      papers: [
        {
          kind: 'adviceLetter',
          extra: {
            adviceKind: adviceKinds[input.kind],
            problem: input.problem,
            advice: input.advice,
            feedbackBy: formal(due.due),
            unitName: await unitName(tx, who.townId, input.unitId),
          },
        },
      ],
    },
    s,
    { move: 'advise', requestId: null },
  )
  const paper = applied.matter.documents.filter((d) => d.kind === 'adviceLetter').at(-1)
  await tx
    .insertInto('advice')
    .values({
      townId: who.townId,
      id,
      petitionId: matter.id,
      number: paper?.number ?? '',
      documentId: paper?.id ?? null,
      kind: input.kind,
      problem: input.problem,
      advice: input.advice,
      unitId: input.unitId,
      staffId: head,
      sentOn: s.today,
      sentBy: who.staffId,
      sentName: who.name,
      feedbackDueOn: due.due,
    } as never)
    .execute()
  await say(tx, who, id, 'advice', `提出建议 ${paper?.number ?? ''}：${input.advice}`, input, input.requestId, s)
  await tellOf(
    tx,
    who,
    [head],
    `收到${adviceKinds[input.kind]}的建议 ${paper?.number ?? ''}，请于 ${due.due} 前书面反馈`,
    null,
    `advice/${id}`,
    s,
  )
  return id
}

export const feedback = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; version: number; adopted: keyof typeof adoptions; feedback: string },
  s: Setting,
) => {
  const row = await tx
    .selectFrom('advice')
    .selectAll()
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row || (row.staffId !== who.staffId && !(who.headsUnit && who.unitIds.includes(row.unitId))))
    throw new NotFound()
  if (row.adopted !== null) throw new Refused('已经反馈过')
  fresh(row, input.version)
  await tx
    .updateTable('advice')
    .set({
      adopted: input.adopted,
      feedback: input.feedback,
      feedbackOn: s.today,
      feedbackBy: who.staffId,
      feedbackName: who.name,
      version: row.version + 1,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
  await say(tx, who, id, 'advice', `书面反馈：${adoptions[input.adopted]}；${input.feedback}`, {}, input.requestId, s)
  await tellOf(
    tx,
    who,
    [row.sentBy],
    `建议 ${row.number} 已反馈：${adoptions[input.adopted]}`,
    null,
    `advice/${id}/feedback`,
    s,
  )
}

/** What the records show of a matter: limits missed, supervision unanswered, advice without feedback. */
export const recordFacts = async (tx: Tx, who: Who, petitionId: string, today: Day): Promise<Fact[]> => {
  const { matter } = await findMatter(tx, who, petitionId)
  const late = (due: Day, done: Day | null) => Math.max(0, daysBetween(due, done ?? today))
  const supervisions = await tx
    .selectFrom('supervision')
    .select(['number', 'answerDueOn', 'answeredOn'])
    .where('townId', '=', who.townId)
    .where('petitionId', '=', petitionId)
    .where('state', '<>', 'withdrawn')
    .execute()
  const advices = await tx
    .selectFrom('advice')
    .select(['number', 'feedbackDueOn', 'feedbackOn'])
    .where('townId', '=', who.townId)
    .where('petitionId', '=', petitionId)
    .where('adopted', 'is', null)
    .execute()
  return factsFrom(
    matter.clocks
      .filter((c) => legalLimits[c.rule as RuleId]?.kind === 'duty')
      .map((c) => ({
        name: legalLimits[c.rule as RuleId].name,
        article: legalLimits[c.rule as RuleId].article,
        dueOn: c.dueOn,
        endedOn: c.endedOn,
        outcome: c.outcome,
        days: late(c.dueOn, c.endedOn),
      })),
    supervisions.map((x) => ({ ...x, late: late(x.answerDueOn, x.answeredOn) }) as never),
    advices.map((x) => ({ ...x, late: late(x.feedbackDueOn, null) }) as never),
  )
}

const concerns = (who: Who, row: { raisedBy: string; deciderId: string; members: unknown }) =>
  row.raisedBy === who.staffId ||
  row.deciderId === who.staffId ||
  (row.members as Member[]).some((m) => m.staffId === who.staffId)

export const accountabilitiesOf = async (tx: Tx, who: Who) => {
  const rows = await tx
    .selectFrom('accountability')
    .innerJoin('petition', (j) =>
      j.onRef('petition.townId', '=', 'accountability.townId').onRef('petition.id', '=', 'accountability.petitionId'),
    )
    .innerJoin('staff', (j) =>
      j.onRef('staff.townId', '=', 'accountability.townId').onRef('staff.id', '=', 'accountability.deciderId'),
    )
    .selectAll('accountability')
    .select(['petition.number as matter', 'staff.name as decider'])
    .where('accountability.townId', '=', who.townId)
    .orderBy('raisedOn', 'desc')
    .orderBy('accountability.id', 'desc')
    .limit(200)
    .execute()
  return rows
    .filter((r) => concerns(who, r))
    .map((r) => ({
      ...r,
      mayDecide: r.state === 'open' && r.deciderId === who.staffId,
      mayState: r.state === 'open' && (r.members as Member[]).some((m) => m.staffId === who.staffId),
    }))
}

/** Put facts before the person who may decide. The system adds nothing to them and concludes nothing. */
export const raise = async (
  tx: Tx,
  who: Who,
  input: {
    requestId: string
    petitionId: string
    cause: Cause
    facts: Fact[]
    collective: boolean
    members: { staffId: string; dissent: string; minutes: string }[]
    deciderId: string
  },
  s: Setting,
): Promise<string> => {
  const { matter } = await findMatter(tx, who, input.petitionId)
  if (new Set(input.members.map((m) => m.staffId)).size < input.members.length)
    throw new Invalid('同一个人只列一次', { members: '同一个人只列一次' })
  const wrong = input.members.find((m) => m.dissent !== '' && m.minutes === '')
  if (wrong) throw new Invalid('记有不同意见的，请写明见于哪次会议纪要', { members: '请写明会议纪要' })
  const decider = await findWho(tx, who.townId, input.deciderId, s.today)
  if (!decider?.active || !is(decider, 'townLeader', 'disciplineLiaison'))
    throw new Invalid('由党政主要领导或纪检联络员决定', { deciderId: '请选择党政主要领导或纪检联络员' })
  if (input.members.some((m) => m.staffId === input.deciderId)) throw new Refused('决定人不能是有关人员')
  const people = new Map(
    (
      await tx
        .selectFrom('staff')
        .select(['id', 'name'])
        .where('townId', '=', who.townId)
        .where(
          'id',
          'in',
          input.members.map((m) => m.staffId),
        )
        .execute()
    ).map((p) => [p.id, p.name]),
  )
  if (input.members.some((m) => !people.has(m.staffId))) throw new NotFound('所选人员不在本镇')
  const id = uuidv7(s.now.getTime())
  await tx
    .insertInto('accountability')
    .values({
      townId: who.townId,
      id,
      petitionId: matter.id,
      cause: input.cause,
      facts: JSON.stringify(input.facts),
      members: JSON.stringify(input.members.map((m) => ({ ...m, name: people.get(m.staffId)!, statement: '' }))),
      collective: input.collective,
      raisedOn: s.today,
      raisedBy: who.staffId,
      raisedName: who.name,
      deciderId: input.deciderId,
    } as never)
    .execute()
  await say(
    tx,
    who,
    id,
    'accountability',
    `提交追责线索：${causes[input.cause]}，事实 ${input.facts.length} 项`,
    input,
    input.requestId,
    s,
  )
  await tellOf(tx, who, [input.deciderId], '有一项追责线索等您决定', null, `accountability/${id}`, s)
  await tellOf(
    tx,
    who,
    input.members.map((m) => m.staffId),
    '有一项涉及您的追责线索，您可以陈述和申辩',
    null,
    `accountability/${id}`,
    s,
  )
  return id
}

const caseOf = async (tx: Tx, who: Who, id: string) => {
  const row = await tx
    .selectFrom('accountability')
    .selectAll()
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row || !concerns(who, row)) throw new NotFound()
  if (row.state !== 'open') throw new Refused('这项线索已经决定')
  return row
}

export const stateCase = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; statement: string },
  s: Setting,
) => {
  const row = await caseOf(tx, who, id)
  const members = row.members as unknown as Member[]
  if (!members.some((m) => m.staffId === who.staffId)) throw new Refused('由有关人员本人陈述')
  await tx
    .updateTable('accountability')
    .set({
      members: JSON.stringify(
        members.map((m) => (m.staffId === who.staffId ? { ...m, statement: input.statement } : m)),
      ),
      version: row.version + 1,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
  await say(tx, who, id, 'accountability', `陈述和申辩：${input.statement}`, {}, input.requestId, s)
}

export const decideCase = async (
  tx: Tx,
  who: Who,
  id: string,
  input: { requestId: string; version: number; liable: string[]; decision: string },
  s: Setting,
) => {
  const row = await caseOf(tx, who, id)
  if (row.deciderId !== who.staffId) throw new Refused('由指定的决定人决定')
  fresh(row, input.version)
  const no = liableRefusal(row.members as unknown as Member[], input.liable, who.staffId, row.collective)
  if (no) throw new Refused(no)
  await tx
    .updateTable('accountability')
    .set({
      state: input.liable.length ? 'decided' : 'dropped',
      liable: input.liable,
      decision: input.decision,
      decidedOn: s.today,
      decidedName: who.name,
      version: row.version + 1,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
  await say(tx, who, id, 'accountability', `决定：${input.decision}`, { liable: input.liable }, input.requestId, s)
  await tellOf(
    tx,
    who,
    [row.raisedBy, ...(row.members as unknown as Member[]).map((m) => m.staffId)],
    '一项追责线索已有决定，请查看',
    null,
    `accountability/${id}/decided`,
    s,
  )
}
