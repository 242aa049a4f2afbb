import { sql } from 'kysely'
import { happened, type Tx } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { lockRow, setRow } from '../../kit/server/row.ts'
import type { Who } from '../../people/roles.ts'
import { needsConsultation } from '../../petitions/carry/consult.ts'
import { type Matter, type Petition, running as runningClock } from '../../petitions/petition.ts'
import { visibleTo } from '../../petitions/policy.ts'
import { applyChange, findMatter, type Setting } from '../../petitions/store.ts'
import { lawDay, writePromise } from '../promise/store.ts'
import type { ConsultationRow } from '../routes.ts'
import { type Attendee, type Held, heldRefusal, lateRefusal, latestPromise } from './consultation.ts'

/** Consultations on matters this person sees; and major first matters still waiting for one. */
export const consultations = async (
  tx: Tx,
  who: Who,
  filter: { petitionId?: string },
): Promise<{
  rows: ConsultationRow[]
  waiting: {
    id: string
    number: string
    title: string
    grade: string | null
    dueOn: Day | null
    why: string[]
    uncounted: boolean
  }[]
}> => {
  const rows = await tx
    .selectFrom('consultation')
    .innerJoin('petition', (j) =>
      j.onRef('petition.townId', '=', 'consultation.townId').onRef('petition.id', '=', 'consultation.petitionId'),
    )
    .selectAll('consultation')
    .select(['petition.number', 'petition.title'])
    .where((eb) => visibleTo(who)(eb as never))
    .$if(!!filter.petitionId, (q) => q.where('consultation.petitionId', '=', filter.petitionId!))
    .orderBy('consultation.calledOn', 'desc')
    .limit(300)
    .execute()
  const open = await tx
    .selectFrom('petition')
    .leftJoin('petitionClock as c', (j) =>
      j
        .onRef('c.townId', '=', 'petition.townId')
        .onRef('c.petitionId', '=', 'petition.id')
        .on('c.rule', '=', 'D20')
        .on('c.endedOn', 'is', null),
    )
    .select(['petition.id', 'number', 'title', 'grade', 'firstTime', 'repeat', 'isKey', 'sealed', 'state'])
    .select(['petition.round', 'petition.uncounted', 'c.dueOn', 'c.steps'])
    .where((eb) => visibleTo(who)(eb as never))
    .where('step', '<>', 'signoff')
    .where('firstTime', '=', true)
    .where('repeat', '=', false)
    .where((eb) => eb.or([eb('grade', '=', 'red'), eb('isKey', '=', true)]))
    .where(
      sql<boolean>`not exists (select from consultation c where c.town_id = petition.town_id and c.petition_id = petition.id)`,
    )
    .$if(!!filter.petitionId, (q) => q.where('petition.id', '=', filter.petitionId!))
    .orderBy(sql`c.due_on nulls last`)
    .orderBy('registeredOn')
    .limit(200)
    .execute()
  return {
    rows: rows as unknown as ConsultationRow[],
    waiting: open
      .filter((p) => needsConsultation(p as never))
      .map(({ id, number, title, grade, dueOn, steps, uncounted }) => ({
        id,
        number,
        title,
        grade,
        dueOn,
        why: (steps ?? []) as string[],
        uncounted: (uncounted as Petition['uncounted']).some((u) => u.rule === 'D20'),
      })),
  }
}

interface Plan {
  requestId: string
  planOn: Day
  place: string
  lateReason?: string
}

const planRefusal = (plan: Plan, dueOn: Day | null, s: Setting): void => {
  if (plan.planOn < s.today) throw new Invalid('会诊日期不能早于今天', { planOn: '不能早于今天' })
  const late = lateRefusal(plan.planOn, dueOn, plan.lateReason ?? '')
  if (late) throw new Invalid(late, { lateReason: '请写明理由' })
}

/** Nobody who must step aside takes part, or is told of it. */
const barredRefusal = (matter: Matter, attendees: readonly Attendee[]): void => {
  const out = attendees.filter((a) => a.staffId && matter.barredIds.includes(a.staffId))
  if (out.length)
    throw new Invalid(`${out.map((a) => a.name).join('、')}应当回避，不能参加会诊`, { attendees: '应当回避' })
}

const planSays = (p: Plan) =>
  `${p.planOn}${p.place ? ` 在${p.place}` : ''}${p.lateReason ? `；晚于两个工作日的理由：${p.lateReason}` : ''}`
/** Who is to come, or has the matter in hand, learns the day. */
const tellPlan = (matter: Matter, attendees: readonly Attendee[], says: string) =>
  [...new Set([...attendees.map((a) => a.staffId), matter.leadOfficialId, matter.mainHandlerId])]
    .filter((x): x is string => !!x)
    .map((staffId) => ({ staffId, says: `${matter.number} ${says}`, kind: 'consult' }))

export const callConsultation = async (
  tx: Tx,
  who: Who,
  given: Plan & { petitionId: string; attendees?: Attendee[] },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const { matter, trace } = await findMatter(tx, who, given.petitionId, { lock: true })
  if (matter.state === 'closed') throw new Refused('事项已销号')
  const { attendees = [] } = given
  const dueOn = runningClock(matter, 'D20')?.dueOn ?? null
  planRefusal(given, dueOn, s)
  barredRefusal(matter, attendees)
  const running =
    await sql`select from consultation where town_id = ${who.townId}::uuid and petition_id = ${matter.id}::uuid and status <> 'told'`.execute(
      tx,
    )
  if (running.rows.length) throw new Refused('此件已有一次会诊没有结束')
  const id = uuidv7(s.now.getTime())
  await tx
    .insertInto('consultation')
    .values({
      townId: who.townId,
      id,
      petitionId: matter.id,
      calledOn: s.today,
      dueOn,
      planOn: given.planOn,
      place: given.place,
      lateReason: given.lateReason ?? '',
      attendees: JSON.stringify(attendees),
      calledBy: who.staffId,
      calledByName: who.name,
    } as never)
    .execute()
  await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'consult',
      says: `召集会诊：${planSays(given)}`,
      data: { consultationId: id },
      end: [{ rule: 'D20' }],
      tell: tellPlan(matter, attendees, `定于 ${given.planOn} 会诊${given.place ? `，地点${given.place}` : ''}`),
    },
    s,
    { move: 'callConsultation', requestId: given.requestId },
  )
}

const findOne = async (tx: Tx, townId: string, id: string) => {
  const c = await lockRow(tx, 'consultation', townId, id)
  return c
}

/** Another day or place, before it is held. */
export const replanConsultation = async (
  tx: Tx,
  who: Who,
  id: string,
  given: Plan & { version: number },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const c = await findOne(tx, who.townId, id)
  const { matter, trace } = await findMatter(tx, who, c.petitionId, { lock: true })
  if (c.status !== 'called') throw new Refused('会诊已经举行，不能再改期')
  if (c.version !== given.version) throw new Refused('他人刚改过这次会诊，请看过最新的内容再办')
  const plan = { ...given, lateReason: given.lateReason || c.lateReason }
  planRefusal(plan, c.dueOn, s)
  await setRow(tx, 'consultation', who.townId, id, {
    planOn: plan.planOn,
    place: plan.place,
    lateReason: plan.lateReason,
    version: c.version + 1,
  })
  await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'consult',
      says: `会诊由 ${c.planOn} 改期：${planSays(plan)}`,
      data: { consultationId: id },
      tell: tellPlan(matter, c.attendees as Attendee[], `会诊由 ${c.planOn} 改到 ${plan.planOn}`),
    },
    s,
    { move: 'replanConsultation', requestId: given.requestId },
  )
}

export const holdConsultation = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; held: Held },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const c = await findOne(tx, who.townId, id)
  const { matter, trace } = await findMatter(tx, who, c.petitionId, { lock: true })
  if (c.status !== 'called') throw new Refused('会诊记录已经形成')
  if (c.version !== given.version) throw new Refused('他人刚改过这次会诊，请看过最新的内容再办；您填写的内容没有丢失')
  const { held } = given
  const wrong = heldRefusal(held, s.today, latestPromise(lawDay(matter), held.heldOn), c)
  if (wrong) throw new Invalid(Object.values(wrong)[0]!, wrong)
  barredRefusal(matter, held.attendees)
  if (matter.barredIds.includes(held.ownerId)) throw new Invalid('所选责任人应当回避，请另选', { ownerId: '请另选' })
  await setRow(tx, 'consultation', who.townId, id, {
    status: 'held',
    heldOn: held.heldOn,
    attendees: JSON.stringify(held.attendees),
    options: JSON.stringify(held.options),
    dissent: JSON.stringify(held.dissent),
    decision: held.decision,
    promisedOn: held.promisedOn,
    ...(held.lateReason ? { lateReason: held.lateReason } : {}),
    version: c.version + 1,
  })
  await writePromise(
    tx,
    who,
    {
      petitionId: matter.id,
      sourceId: id,
      kind: 'consultation',
      body: held.decision.slice(0, 500),
      madeTo: '信访人',
      ownerId: held.ownerId,
      madeOn: held.heldOn,
      dueOn: held.promisedOn,
    },
    s,
  )
  await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'consult',
      says: `会诊决定：${held.decision}；承诺 ${held.promisedOn} 前办结；参加：${held.attendees.map((a) => a.name).join('、')}${held.dissent.length ? `；不同意见：${held.dissent.map((d) => `${d.by}——${d.text}`).join('；')}` : ''}${held.lateReason ? `；晚于两个工作日的理由：${held.lateReason}` : ''}`,
      data: { consultationId: id, ...held },
    },
    s,
    { move: 'holdConsultation', requestId: given.requestId },
  )
}

/** The petitioner is told the decision and the promised day; that is a contact of record. */
export const tellConsultation = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; toldOn: Day; way: string; said: string },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const c = await findOne(tx, who.townId, id)
  const { matter, trace } = await findMatter(tx, who, c.petitionId, { lock: true })
  if (c.status !== 'held') throw new Refused(c.status === 'told' ? '已经告知信访人' : '先记录会诊，再告知')
  if (c.version !== given.version) throw new Refused('他人刚改过这次会诊，请看过最新的内容再办')
  if (given.toldOn > s.today || given.toldOn < c.heldOn!)
    throw new Invalid('告知日期应在会诊之后、不晚于今天', { toldOn: '日期不对' })
  await setRow(tx, 'consultation', who.townId, id, {
    status: 'told',
    toldOn: given.toldOn,
    toldWay: given.way,
    version: c.version + 1,
  })
  const body = `告知会诊决定和承诺的日期 ${c.promisedOn}：${c.decision}${given.said ? `；信访人：${given.said}` : ''}`
  await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'consult',
      says: body,
      record: { kind: 'contact', onDay: given.toldOn, body, data: { way: given.way, consultationId: id } },
      set: { lastContactOn: given.toldOn },
    },
    s,
    { move: 'tellConsultation', requestId: given.requestId },
  )
}
