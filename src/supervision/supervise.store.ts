import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { type Day, daysBetween, formal } from '../kit/day.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { lockRow, setRow } from '../kit/server/row.ts'
import { is, type Who } from '../people/roles.ts'
import { findWho } from '../people/who.store.ts'
import { visibleTo } from '../petitions/policy.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import { type Fault, faultBasis, faults, refusals, type Supervision } from './supervise.ts'
import { fresh, say, tellOf } from './trail.store.ts'
import { headsOf, unitName } from './unit.store.ts'

const one = async (tx: Tx, who: Who, id: string) => {
  const row = await lockRow(tx, 'supervision', who.townId, id)
  return row as typeof row & Supervision
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
  const steps = rows.length
    ? await tx
        .selectFrom('trace')
        .select(['subjectId', 'day', 'byName', 'says'])
        .where('townId', '=', who.townId)
        .where(
          'subjectId',
          'in',
          rows.map((r) => r.id),
        )
        .orderBy('seq')
        .execute()
    : []
  return rows.map((r) => {
    const s = r as unknown as Supervision
    const head = r.unitId ? heads.get(r.unitId)!.includes(who.staffId) : false
    return {
      ...r,
      steps: steps.filter((t) => t.subjectId === r.id).map((t) => ({ on: t.day, by: t.byName, says: t.says })),
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
  if (!staff?.active) throw new Invalid('被督办人已离任，请另选', { staffId: '请另选' })
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
  await setRow(tx, 'supervision', who.townId, id, {
    state: 'issued',
    number: paper?.number ?? '',
    documentId: paper?.id ?? null,
    unitId,
    issuedOn: s.today,
    issuedBy: who.staffId,
    issuedName: who.name,
    answerDueOn: n.answerDueOn,
  })
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
  const no = refusals.issue(who)
  if (no) throw new Refused(no)
  if (input.staffId === who.staffId) throw new Invalid('不能督办自己', { staffId: '请另选' })
  const { requestId, deciderId, ...n } = input
  const proposed = n.listed && !is(who, 'townLeader')
  if (proposed && !deciderId) throw new Invalid('挂牌督办由党政主要领导决定，请选择报请哪一位', { deciderId: '请选择' })
  answerDayRefusal(input.answerDueOn, s.today)
  const found = await pressed(tx, who, input, s.today)
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
  setRow(tx, 'supervision', who.townId, id, { ...values, version: version + 1 })

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
  await tellOf(
    tx,
    who,
    [row.state === 'proposed' ? row.deciderId! : row.staffId],
    row.state === 'proposed' ? `报请的挂牌督办已经撤回：${input.reason}` : `督办 ${row.number} 已撤销：${input.reason}`,
    null,
    `supervision/${id}/${row.version}`,
    s,
  )
}
