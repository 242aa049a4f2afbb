import { sql } from 'kysely'
import { happened, type Tx } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import type { Who } from '../../people/roles.ts'
import { visibleTo } from '../../petitions/policy.ts'
import { applyChange, findMatter, type Setting } from '../../petitions/store.ts'
import { lawDay, writePromise } from '../promise/store.ts'
import type { ConsultationRow } from '../routes.ts'
import { callBy, type Held, heldRefusal, latestPromise, needsConsultation } from './consultation.ts'

/** Consultations on matters this person sees; and major first matters still waiting for one. */
export const consultations = async (
  tx: Tx,
  who: Who,
  filter: { petitionId?: string },
  s: Setting,
): Promise<{
  rows: ConsultationRow[]
  waiting: { id: string; number: string; title: string; grade: string | null; dueOn: Day | null }[]
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
    .select(['id', 'number', 'title', 'grade', 'registeredOn', 'firstTime', 'repeat', 'isKey', 'sealed'])
    .where((eb) => visibleTo(who)(eb as never))
    .where('state', 'in', ['registered', 'forwarded', 'accepted', 'handling'])
    .where('firstTime', '=', true)
    .where('repeat', '=', false)
    .where((eb) => eb.or([eb('grade', '=', 'red'), eb('isKey', '=', true)]))
    .where(
      sql<boolean>`not exists (select from consultation c where c.town_id = petition.town_id and c.petition_id = petition.id)`,
    )
    .$if(!!filter.petitionId, (q) => q.where('id', '=', filter.petitionId!))
    .orderBy('registeredOn')
    .limit(200)
    .execute()
  return {
    rows: rows as unknown as ConsultationRow[],
    waiting: open
      .filter((p) => needsConsultation(p as never))
      .map((p) => ({ id: p.id, number: p.number, title: p.title, grade: p.grade, dueOn: dueOf(p.registeredOn, s) })),
  }
}

const dueOf = (from: Day, s: Setting): Day | null => {
  try {
    return callBy(from, s.law.calendar)
  } catch (e) {
    // A year without a published calendar is not guessed.
    if (e instanceof Refused) return null
    throw e
  }
}

export const callConsultation = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; petitionId: string; planOn: Day; place: string },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const { matter, trace } = await findMatter(tx, who, given.petitionId, { lock: true })
  if (matter.state === 'closed') throw new Refused('事项已销号')
  if (given.planOn < s.today) throw new Invalid('会诊日期不能早于今天', { planOn: '不能早于今天' })
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
      dueOn: needsConsultation(matter) ? dueOf(matter.registeredOn, s) : null,
      planOn: given.planOn,
      place: given.place,
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
      says: `召集会诊：${given.planOn}${given.place ? ` 在${given.place}` : ''}`,
      data: { consultationId: id },
      tell: [matter.leadOfficialId, matter.mainHandlerId]
        .filter((x): x is string => x !== null)
        .map((staffId) => ({ staffId, says: `${matter.number} 定于 ${given.planOn} 会诊`, kind: 'consult' })),
    },
    s,
    { move: 'callConsultation', requestId: given.requestId },
  )
}

const findOne = async (tx: Tx, townId: string, id: string) => {
  const c = await tx
    .selectFrom('consultation')
    .selectAll()
    .where('townId', '=', townId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!c) throw new NotFound()
  return c
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
  if (c.version !== given.version) throw new Refused('他人刚改过这次会诊，请刷新后再办；您填写的内容没有丢失')
  const { held } = given
  const wrong = heldRefusal(held, s.today, latestPromise(lawDay(matter), held.heldOn))
  if (wrong) throw new Invalid(Object.values(wrong)[0]!, wrong)
  const out = held.attendees.filter((a) => a.staffId && matter.barredIds.includes(a.staffId))
  if (out.length)
    throw new Invalid(`${out.map((a) => a.name).join('、')}应当回避，不能参加会诊`, { attendees: '应当回避' })
  if (matter.barredIds.includes(held.ownerId)) throw new Invalid('所选责任人应当回避，请另选', { ownerId: '请另选' })
  await tx
    .updateTable('consultation')
    .set({
      status: 'held',
      heldOn: held.heldOn,
      attendees: JSON.stringify(held.attendees),
      options: JSON.stringify(held.options),
      dissent: JSON.stringify(held.dissent),
      decision: held.decision,
      promisedOn: held.promisedOn,
      version: c.version + 1,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
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
      says: `会诊决定：${held.decision}；承诺 ${held.promisedOn} 前办结；参加：${held.attendees.map((a) => a.name).join('、')}${held.dissent.length ? `；不同意见：${held.dissent.map((d) => `${d.by}——${d.text}`).join('；')}` : ''}`,
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
  if (c.version !== given.version) throw new Refused('他人刚改过这次会诊，请刷新后再办')
  if (given.toldOn > s.today || given.toldOn < c.heldOn!)
    throw new Invalid('告知日期应在会诊之后、不晚于今天', { toldOn: '日期不对' })
  await tx
    .updateTable('consultation')
    .set({ status: 'told', toldOn: given.toldOn, toldWay: given.way, version: c.version + 1 } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
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
