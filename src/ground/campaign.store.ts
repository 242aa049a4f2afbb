import { sql } from 'kysely'
import { byOf, type Tx, writeTrace } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, NotFound, Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { setRow } from '../kit/server/row.ts'
import { systemOf, type Who } from '../people/roles.ts'
import { seatsOf } from '../people/seats.store.ts'
import type { Seat } from '../people/seats.ts'
import { tellStaff } from '../people/tell.store.ts'
import { act } from '../petitions/act.store.ts'
import type { Grade } from '../petitions/petition.ts'
import { applyChange, findMatter, type Setting } from '../petitions/store.ts'
import { namesOf } from '../petitions/world.store.ts'
import {
  type CampaignInput,
  campaignProblems,
  closeRefusal,
  faultsOf,
  type ReportInput,
  reportProblems,
  reportRefusal,
  tableOf,
} from './campaign.ts'
import { chasedFor, chaseSays } from './cover.ts'
import { registerHeard } from './heard.store.ts'
import { campaignOf, factsOf, placeOf, placesOf } from './table.store.ts'

const say = (
  tx: Tx,
  who: Who,
  id: string,
  says: string,
  data: unknown,
  requestId: string | null,
  s: Pick<Setting, 'now'>,
) =>
  writeTrace(tx, byOf(who), { subjectId: id, subjectKind: 'campaign', kind: 'screening', says, data, requestId }, s.now)

/** Who holds which post of the network today; the highest post first. */
const holders = async (tx: Tx, townId: string, today: Day): Promise<(Seat & { staffId: string })[]> =>
  (await seatsOf(tx, townId, today)).filter((h): h is Seat & { staffId: string } => h.staffId !== null)

/**
 * Open a campaign over every active village, and its grids when asked; who covers what is settled here. A period of the
 * routine screening (`routine`) runs beside it.
 */
export const openCampaign = async (
  tx: Tx,
  who: Who,
  input: CampaignInput,
  requestId: string | null,
  s: Setting,
  routine: { on: Day; note: string } | null = null,
): Promise<string> => {
  const wrong = campaignProblems(input, s.today)
  if (Object.keys(wrong).length) throw new Invalid(Object.values(wrong)[0]!, wrong)
  const open = await tx
    .selectFrom('campaign')
    .select('title')
    .where('townId', '=', who.townId)
    .where('state', '=', 'open')
    .where('routineOn', 'is', null)
    .executeTakeFirst()
  if (open && !routine) throw new Refused(`“${open.title}”还没有结束，结束后再发起新的排查`)
  const villages = await tx
    .selectFrom('village')
    .select(['id', 'areaId', 'name'])
    .where('townId', '=', who.townId)
    .where('active', '=', true)
    .execute()
  if (villages.length === 0) throw new Refused('本镇还没有村，请先在“人员与地点”里录入')
  const grids = input.withGrids
    ? await tx
        .selectFrom('grid')
        .select(['id', 'villageId'])
        .where('townId', '=', who.townId)
        .where('active', '=', true)
        .execute()
    : []
  const staff = await holders(tx, who.townId, s.today)
  const named = new Set(staff.map((h) => h.staffId))
  for (const id of [...Object.values(input.leaders), ...Object.values(input.cadres)])
    if (!named.has(id)) throw new Invalid('所选包保人没有在任的岗位，请另选', { leaders: '请另选' })
  const first = (is: (h: Seat) => boolean) => staff.find(is)?.staffId ?? null
  const cover = (v: { id: string; areaId: string }) => ({
    leaderId: input.leaders[v.areaId] ?? first((h) => h.role === 'leadOfficial' && h.areaId === v.areaId),
    secretaryId: first((h) => h.role === 'areaSecretary' && h.areaId === v.areaId),
  })
  const id = uuidv7(s.now.getTime())
  await tx
    .insertInto('campaign')
    .values({
      townId: who.townId,
      id,
      title: input.title,
      asks: input.asks,
      fromOn: input.fromOn,
      dueOn: input.dueOn,
      withGrids: input.withGrids,
      routineOn: routine?.on ?? null,
      openedOn: s.today,
      openedBy: who.staffId,
      openedName: who.name,
    } as never)
    .execute()
  const places = villages.flatMap((v) => [
    {
      ...cover(v),
      areaId: v.areaId,
      villageId: v.id,
      gridId: null as string | null,
      cadreId: input.cadres[v.id] ?? first((h) => h.role === 'villageOfficer' && h.villageId === v.id),
    },
    ...grids
      .filter((g) => g.villageId === v.id)
      .map((g) => ({
        ...cover(v),
        areaId: v.areaId,
        villageId: v.id,
        gridId: g.id as string | null,
        cadreId: first((h) => h.role === 'gridWorker' && h.gridId === g.id),
      })),
  ])
  await tx
    .insertInto('campaignPlace')
    .values(places.map((p) => ({ townId: who.townId, id: uuidv7(s.now.getTime()), campaignId: id, ...p })) as never)
    .execute()
  await say(
    tx,
    who,
    id,
    `发起排查“${input.title}”：${input.fromOn} 至 ${input.dueOn}，${villages.length} 个村${grids.length ? `、${grids.length} 个网格` : ''}${routine?.note ? `；${routine.note}` : ''}`,
    { villages: villages.length, grids: grids.length },
    requestId,
    s,
  )
  // A period of the routine is among today's tasks already; who leaves it blank is chased.
  if (routine) return id
  const asked = places.flatMap((p) => chasedFor(p, staff) ?? [])
  await tellStaff(
    tx,
    who,
    [...Map.groupBy(asked, (a) => a.staffId)].map(([staffId, all]) => {
      const others = all.filter((a) => a.how !== 'own').length
      return {
        staffId,
        says: `排查“${input.title}”：请在 ${input.dueOn} 前报告您负责的 ${all.length} 处${others ? `（其中 ${others} 处的人请假或者岗位空缺，由您代收）` : ''}，没有发现的也请零报告`,
        key: `screening/${id}/open/${staffId}`,
      }
    }),
    s.now,
    { kind: 'screening' },
  )
  return id
}

/**
 * One report of one place: matters go into the ledger by the ordinary register move, in this same transaction. A later
 * report is a correction; nothing reported is overwritten. `writtenOn` is the day it was written where there was no network:
 * who reported in time is not late because the line was down.
 */
export const report = async (
  tx: Tx,
  who: Who,
  campaignId: string,
  placeId: string,
  given: { requestId: string; version: number; input: ReportInput; writtenOn?: Day },
  s: Setting,
): Promise<void> => {
  const c = await campaignOf(tx, who, campaignId, 'share')
  const on = [given.writtenOn ?? s.today, c.fromOn as Day].reduce((a, b) => (a > b ? a : b))
  // Who stood in on the day it was written may send it later.
  const seats = await seatsOf(tx, who.townId, on)
  const p = await placeOf(tx, who, campaignId, placeId, seats, true)
  const no = reportRefusal(who, { state: c.state, fromOn: c.fromOn as Day }, p, seats, s.today)
  if (no) throw new Refused(no)
  if (p.version !== given.version) throw new Refused('这一处刚有人报告过，请看过最新的内容再报；您填写的内容没有丢失')
  const { input } = given
  const standing = await tx
    .selectFrom('campaignFinding')
    .select('id')
    .where('townId', '=', who.townId)
    .where('placeId', '=', placeId)
    .where('retractedBy', 'is', null)
    .execute()
  const wrong = reportProblems(input, { version: p.version, standing: standing.map((f) => f.id) })
  if (Object.keys(wrong).length) throw new Invalid(Object.values(wrong)[0]!, wrong)
  const fresh = input.findings.flatMap((f) => (f.kind === 'matter' ? [f] : []))
  for (const f of input.findings)
    if (f.kind === 'known') {
      const { matter } = await findMatter(tx, who, f.petitionId)
      if (matter.villageId !== p.villageId) throw new Invalid(`${matter.number} 不在这个村`, { findings: '请另选' })
      const counted = await tx
        .selectFrom('campaignFinding')
        .select('id')
        .where('townId', '=', who.townId)
        .where('campaignId', '=', campaignId)
        .where('petitionId', '=', f.petitionId)
        .where('retractedBy', 'is', null)
        .executeTakeFirst()
      if (counted && !input.retract.some((r) => r.id === counted.id))
        throw new Refused(`${matter.number} 本次已经报过，同一件只计一次`)
    }
  const made = await registerHeard(
    tx,
    who,
    { channel: 'screening', villageId: p.villageId, gridId: p.gridId, on },
    fresh,
    s,
  )
  const reportId = uuidv7(s.now.getTime())
  const late = on > (c.dueOn as Day)
  await tx
    .insertInto('campaignReport')
    .values({
      townId: who.townId,
      id: reportId,
      campaignId,
      placeId,
      seq: p.version + 1,
      zero: input.zero,
      visited: input.visited,
      note: input.note,
      reason: p.version > 0 ? input.reason : '',
      late,
      reportedOn: on,
      byId: who.staffId,
      byName: who.name,
      byPost: who.post,
      at: s.now.toISOString(),
    } as never)
    .execute()
  for (const r of input.retract)
    await setRow(tx, 'campaignFinding', who.townId, r.id, { retractedBy: reportId, retractReason: r.reason })
  const ids = made.map((m) => m.id)
  if (input.findings.length)
    await tx
      .insertInto('campaignFinding')
      .values(
        input.findings.map((f) => ({
          townId: who.townId,
          id: uuidv7(s.now.getTime()),
          campaignId,
          placeId,
          reportId,
          kind: f.kind,
          petitionId: f.kind === 'matter' ? ids.shift()! : f.kind === 'known' ? f.petitionId : null,
          asked: f.kind === 'answered' ? f.asked : '',
          answer: f.kind === 'answered' ? f.answer : '',
        })) as never,
      )
      .execute()
  await setRow(tx, 'campaignPlace', who.townId, placeId, { version: p.version + 1 })
  const names = await namesOf(tx, who.townId, [p.villageId, ...(p.gridId ? [p.gridId] : [])])
  // Nothing of a matter stands here: it may come to be sealed.
  await say(
    tx,
    who,
    campaignId,
    `${names[p.villageId]}${p.gridId ? names[p.gridId] : ''}${p.version > 0 ? '更正' : ''}报告：${
      input.zero
        ? '零报告'
        : `发现 ${input.findings.length} 件${input.retract.length ? `，撤回 ${input.retract.length} 件` : ''}`
    }，走访 ${input.visited} 户${late ? '（逾期）' : ''}${p.version > 0 ? `；理由：${input.reason}` : ''}`,
    { placeId, seq: p.version + 1, zero: input.zero, findings: input.findings.length, retracted: input.retract.length },
    given.requestId,
    s,
  )
}

/** Who covers an area (its leader) or a village (its cadre) from now on. */
export const changeCover = async (
  tx: Tx,
  who: Who,
  campaignId: string,
  given: { requestId: string; areaId?: string; villageId?: string; staffId: string | null },
  s: Setting,
): Promise<void> => {
  const c = await campaignOf(tx, who, campaignId, 'share')
  if (c.state === 'closed') throw new Refused('本次排查已经结束')
  if ((given.areaId === undefined) === (given.villageId === undefined)) throw new Invalid('请选择一个管区或一个村')
  if (given.staffId && !(await holders(tx, who.townId, s.today)).some((h) => h.staffId === given.staffId))
    throw new Invalid('所选人员没有在任的岗位，请另选', { staffId: '请另选' })
  const changed = await tx
    .updateTable('campaignPlace')
    .set(given.areaId ? { leaderId: given.staffId } : { cadreId: given.staffId })
    .where('townId', '=', who.townId)
    .where('campaignId', '=', campaignId)
    .$if(given.areaId !== undefined, (q) => q.where('areaId', '=', given.areaId!))
    .$if(given.villageId !== undefined, (q) => q.where('villageId', '=', given.villageId!).where('gridId', 'is', null))
    .executeTakeFirst()
  if (changed.numUpdatedRows === 0n) throw new NotFound('没有这一处')
  const place = given.areaId ?? given.villageId!
  const names = await namesOf(tx, who.townId, [place, ...(given.staffId ? [given.staffId] : [])])
  await say(
    tx,
    who,
    campaignId,
    `改定${names[place]}的${given.areaId ? '包管区领导' : '包村人员'}：${given.staffId ? names[given.staffId] : '空缺'}`,
    { place, staffId: given.staffId },
    given.requestId,
    s,
  )
}

/**
 * Chase the blanks: each person once a day, with how many of theirs are missing. Where nobody is at work a stand-in is told, or
 * the next above, and they are told for whom. Safe to repeat; the worker calls it too, from the day before the due day on.
 */
export const chase = async (
  tx: Tx,
  who: Who,
  campaignId: string,
  requestId: string | null,
  s: Pick<Setting, 'now' | 'today'>,
): Promise<{ blank: number; told: number; stoodIn: number; passedUp: number }> => {
  const c = await campaignOf(tx, who, campaignId)
  if (c.state === 'closed') throw new Refused('本次排查已经结束')
  if (s.today < (c.fromOn as Day)) throw new Refused(`本次排查从 ${c.fromOn} 开始，还不用催报`)
  const blanks = (await placesOf(tx, who.townId, campaignId)).filter((p) => p.version === 0)
  const seats = await seatsOf(tx, who.townId, s.today)
  const asked = blanks.flatMap((p) => {
    const to = chasedFor(p, seats)
    return to ? [{ ...to, place: `${p.village}${p.grid ?? ''}` }] : []
  })
  const told = await tellStaff(
    tx,
    who,
    [...Map.groupBy(asked, (a) => a.staffId)].map(([staffId, own]) => ({
      staffId,
      says: `排查“${c.title}”还有 ${own.length} 处没有报告（${s.today > (c.dueOn as Day) ? '已过期限 ' : ''}${c.dueOn}）：${few(own.map((a) => (a.notes.length ? `${a.place}（${a.notes.join('，')}）` : a.place)))}；没有发现的也请零报告`,
      key: `screening/${campaignId}/${s.today}/${staffId}`,
    })),
    s.now,
    { kind: 'screening' },
  )
  const count = (how: (typeof asked)[number]['how']) => asked.filter((a) => a.how === how).length
  const [stoodIn, passedUp] = [count('standIn'), count('above')]
  if (told > 0 || requestId)
    await say(
      tx,
      who,
      campaignId,
      `催报：${blanks.length} 处未报，提醒 ${told} 人${chaseSays({ stoodIn, passedUp })}`,
      { blank: blanks.length, told, stoodIn, passedUp },
      requestId,
      s,
    )
  return { blank: blanks.length, told, stoodIn, passedUp }
}
const few = (names: readonly string[]) => `${names.slice(0, 6).join('、')}${names.length > 6 ? '等' : ''}`

/**
 * The worker's part: from the day before the due day, every open campaign of a town is chased once a day; a period of the
 * routine screening on its last day, unless it began that day, and the day after.
 */
export const chaseTown = async (tx: Tx, townId: string, s: Pick<Setting, 'now' | 'today'>): Promise<number> => {
  const open = await sql<{ id: string }>`select id from campaign where town_id = ${townId}::uuid and state = 'open'
    and ${s.today}::date >= from_on and case when routine_on is null then ${s.today}::date >= due_on - 1
      else ${s.today}::date between greatest(due_on, from_on + 1) and due_on + 1 end`.execute(tx)
  let told = 0
  for (const c of open.rows) told += (await chase(tx, systemOf(townId), c.id, null, s)).told
  return told
}

/**
 * A finding is confirmed, graded and given to people by name in one go: the same moves as on the matter's page, and the
 * people of the area and the village who cover it. Red still waits for a second person.
 */
export const settle = async (
  tx: Tx,
  who: Who,
  campaignId: string,
  given: {
    requestId: string
    petitionId: string
    version: number
    grade: Grade
    gradeReason: string
    leaderId: string | null
    secretaryId: string | null
    cadreId: string | null
  },
  s: Setting,
): Promise<void> => {
  const c = await campaignOf(tx, who, campaignId)
  const found = await tx
    .selectFrom('campaignFinding')
    .select('id')
    .where('townId', '=', who.townId)
    .where('campaignId', '=', campaignId)
    .where('petitionId', '=', given.petitionId)
    .executeTakeFirst()
  if (!found) throw new NotFound('这件事项不是本次排查发现的')
  if (!given.leaderId && !given.secretaryId && !given.cadreId)
    throw new Invalid('请至少确定一名责任人', { cadreId: '请选择责任人' })
  const start = await findMatter(tx, who, given.petitionId)
  if (start.matter.version !== given.version)
    throw new Refused('他人刚处理过此事项，请看过最新的内容再办；您填写的内容没有丢失')
  let version = given.version
  const step = async (move: string, input: unknown) => {
    const done = await act(
      tx,
      who,
      { id: given.petitionId, move, version, requestId: uuidv7(s.now.getTime()), input },
      s,
    )
    version = done.matter.version
  }
  if (start.matter.state === 'received') await step('confirmRegister', {})
  if (given.grade !== start.matter.grade) await step('grade', { grade: given.grade, gradeReason: given.gradeReason })
  if (given.leaderId && given.leaderId !== start.matter.leadOfficialId)
    await step('nameLead', { leadOfficialId: given.leaderId })
  const { matter, trace } = await findMatter(tx, who, given.petitionId, { lock: true })
  const owners = [given.secretaryId, given.cadreId].filter((x): x is string => x !== null)
  if (owners.some((o) => matter.barredIds.includes(o))) throw new Invalid('所选人员应当回避本事项，请另选')
  const names = await namesOf(tx, who.townId, owners)
  if (owners.length)
    await applyChange(
      tx,
      who,
      matter,
      trace,
      {
        kind: 'assign',
        says: `排查“${c.title}”落实到人：${[
          given.secretaryId && `管区${names[given.secretaryId]}`,
          given.cadreId && `村${names[given.cadreId]}`,
        ]
          .filter(Boolean)
          .join('，')}`,
        set: {
          ...(given.secretaryId ? { areaOwnerId: given.secretaryId } : {}),
          ...(given.cadreId ? { villageOwnerId: given.cadreId } : {}),
        },
        tell: owners.map((staffId) => ({ staffId, says: `交给您：${matter.number} ${matter.title}`, kind: 'assign' })),
      },
      s,
      { move: 'screeningOwners' },
    )
  await say(tx, who, campaignId, '一件排查发现定级并落实到人', {}, given.requestId, s)
}

/** Close: the table is fixed as it stands; it must add up. */
export const closeCampaign = async (
  tx: Tx,
  who: Who,
  campaignId: string,
  given: { requestId: string | null; version: number; note: string },
  s: Setting,
): Promise<void> => {
  const c = await campaignOf(tx, who, campaignId, 'update')
  if (c.version !== given.version) throw new Refused('他人刚办过这次排查，请看过最新的内容再办')
  const { places, reports, findings } = await factsOf(tx, who.townId, campaignId)
  const table = tableOf(places, reports, findings)
  const no = closeRefusal(who, c, table.total, given.note)
  if (no) throw new Refused(no)
  const faults = faultsOf(table)
  if (faults.length) throw new Error(`screening table: ${faults.join('; ')}`)
  await setRow(tx, 'campaign', who.townId, campaignId, {
    state: 'closed',
    closedOn: s.today,
    closedName: who.name,
    closeNote: given.note,
    closing: JSON.stringify({ table }),
    version: c.version + 1,
  })
  await say(
    tx,
    who,
    campaignId,
    `结束排查：应报 ${table.total.expected}，按期 ${table.total.onTime}，逾期 ${table.total.late}，未报 ${table.total.blank}；发现 ${table.total.found} 件${given.note ? `；说明：${given.note}` : ''}`,
    { total: table.total },
    given.requestId,
    s,
  )
}
