import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { type Day, daysBetween } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { setRow } from '../kit/server/row.ts'
import { is, type Who } from '../people/roles.ts'
import { findWho } from '../people/who.store.ts'
import { legalLimits, type RuleId } from '../petitions/clocks.ts'
import { findMatter, type Setting } from '../petitions/store.ts'
import { recordedDissents } from './dissent.query.ts'
import {
  type Cause,
  causes,
  dissentOf,
  type Fact,
  factsFrom,
  liableRefusal,
  type Member,
  type Recorded,
} from './supervise.ts'
import { fresh, say, tellOf } from './trail.store.ts'

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

/** What the minutes have of dissent on this matter: it stands with the person, whether or not who raises it says so. */
export const dissentsOn = async (tx: Tx, who: Who, petitionId: string): Promise<Recorded[]> => {
  const { matter } = await findMatter(tx, who, petitionId)
  return recordedDissents(tx, who.townId, matter.id)
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
    .where((eb) =>
      eb.or([
        eb('raisedBy', '=', who.staffId),
        eb('deciderId', '=', who.staffId),
        sql<boolean>`members @> ${JSON.stringify([{ staffId: who.staffId }])}::jsonb`,
      ]),
    )
    .orderBy('raisedOn', 'desc')
    .orderBy('accountability.id', 'desc')
    .limit(200)
    .execute()
  return rows.map((r) => ({
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
  for (const [i, m] of input.members.entries()) {
    if (input.members.findIndex((x) => x.staffId === m.staffId) < i)
      throw new Invalid('同一个人只列一次', { [`members.${i}.staffId`]: '同一个人只列一次' })
    if (m.dissent !== '' && m.minutes === '')
      throw new Invalid('记有不同意见的，请写明见于哪次会议纪要', { [`members.${i}.minutes`]: '请写明会议纪要' })
  }
  const decider = await findWho(tx, who.townId, input.deciderId, s.today)
  if (!decider?.active || !is(decider, 'townLeader', 'disciplineLiaison'))
    throw new Invalid('由党政主要领导或纪检联络员决定', { deciderId: '请选择党政主要领导或纪检联络员' })
  if (input.members.some((m) => m.staffId === input.deciderId))
    throw new Invalid('决定人不能是有关人员', { deciderId: '请另选' })
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
  const recorded = await recordedDissents(tx, who.townId, matter.id)
  const members = input.members.map((m) => ({
    ...m,
    ...(m.dissent === '' ? dissentOf(recorded, m.staffId, people.get(m.staffId)!) : null),
    name: people.get(m.staffId)!,
    statement: '',
  }))
  const id = uuidv7(s.now.getTime())
  await tx
    .insertInto('accountability')
    .values({
      townId: who.townId,
      id,
      petitionId: matter.id,
      cause: input.cause,
      facts: JSON.stringify(input.facts),
      members: JSON.stringify(members),
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
  await setRow(tx, 'accountability', who.townId, id, {
    // What was said first stays: a later word is added to it.
    members: JSON.stringify(
      members.map((m) =>
        m.staffId === who.staffId
          ? { ...m, statement: m.statement ? `${m.statement}；补充：${input.statement}` : input.statement }
          : m,
      ),
    ),
    version: row.version + 1,
  })
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
  await setRow(tx, 'accountability', who.townId, id, {
    state: input.liable.length ? 'decided' : 'dropped',
    liable: input.liable,
    decision: input.decision,
    decidedOn: s.today,
    decidedName: who.name,
    version: row.version + 1,
  })
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
