import { sql } from 'kysely'
import { byOf, happened, type Tx, writeTrace } from '../../audit/trace.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { lockRow, setRow } from '../../kit/server/row.ts'
import type { Who } from '../../people/roles.ts'
import { tellStaff } from '../../people/tell.store.ts'
import { visibleTo } from '../../petitions/policy.ts'
import { applyChange, findMatter, type Setting } from '../../petitions/store.ts'
import { leadersNow } from '../leaders.query.ts'
import { dayRefusal } from '../promise/promise.ts'
import { lawDay, writePromise } from '../promise/store.ts'
import { changeRefusal, type RotaInput, receptionResults, recordRefusal, rotaOf, type VisitInput } from './reception.ts'
import type { ReceptionDay } from './routes.ts'

const say = (tx: Tx, who: Who, id: string, says: string, requestId: string, s: Setting, data?: unknown) =>
  writeTrace(
    tx,
    byOf(who),
    { subjectId: id, subjectKind: 'reception', kind: 'reception', says, requestId, data },
    s.now,
  )

/** Names of those who may receive: leaders in post today. */
const leadersOf = async (tx: Tx, townId: string, today: Day): Promise<Map<string, string>> =>
  new Map((await leadersNow(tx, townId, today)).map((l) => [l.id, l.name]))

const daysWhere = async (tx: Tx, who: Who, today: Day, where: ReturnType<typeof sql>): Promise<ReceptionDay[]> => {
  const days = (
    await sql<ReceptionDay>`select d.id, d.on_day, d.from_time, d.to_time, d.place, d.leader_id, s.name as leader, d.status, d.history, d.note, d.version,
        l.id is not null as away, coalesce(p.name, '') as deputy, l.deputy_id
      from reception_day d join staff s on s.town_id = d.town_id and s.id = d.leader_id
      left join lateral (select l.id, l.deputy_id from staff_leave l where l.town_id = d.town_id and l.staff_id = d.leader_id
        and l.cancelled_at is null and d.on_day between l.from_on and l.to_on and d.status = 'planned' limit 1) l on true
      left join staff p on p.town_id = d.town_id and p.id = l.deputy_id
      where d.town_id = ${who.townId}::uuid and ${where}`.execute(tx)
  ).rows
  const visits = (
    await sql<{
      dayId: string
      petitionId: string | null
      promiseBody: string | null
      dueOn: Day
      promiseStatus: 'open' | 'kept' | 'broken'
    }>`select v.id, v.day_id, v.head_count, v.gist, v.result, v.outcome, v.petition_id, m.body as promise_body, m.due_on, m.status as promise_status
      from reception_visit v left join promise m on m.town_id = v.town_id and m.id = v.promise_id
      where v.town_id = ${who.townId}::uuid and v.day_id = any (${days.map((d) => d.id)}::uuid[]) order by v.at, v.id`.execute(
      tx,
    )
  ).rows
  const seen = new Map(
    (
      await tx
        .selectFrom('petition')
        .select(['id', 'number', 'state'])
        .where((eb) => visibleTo(who)(eb))
        .where('id', '=', sql<string>`any(${visits.flatMap((v) => v.petitionId ?? [])}::uuid[])`)
        .execute()
    ).map((p) => [p.id, p]),
  )
  return days.map((d) => ({
    ...d,
    changeRefusal: changeRefusal(d, who, today),
    recordRefusal: recordRefusal(d, who, today),
    visits: visits
      .filter((v) => v.dayId === d.id)
      .map(({ dayId: _, promiseBody, dueOn, promiseStatus, petitionId, ...v }) => {
        const p = petitionId ? seen.get(petitionId) : undefined
        // What is said of a matter that this person may not open stays with those who may.
        const open = petitionId === null || p !== undefined
        const visit = v as unknown as ReceptionDay['visits'][number]
        return {
          ...visit,
          gist: open ? visit.gist : '一件事项',
          outcome: open ? visit.outcome : receptionResults[visit.result],
          petitionId: p?.id ?? null,
          tied: petitionId !== null,
          number: p?.number ?? '',
          state: p?.state ?? null,
          promise: promiseBody !== null && open ? { body: promiseBody, dueOn, status: promiseStatus } : null,
        } as ReceptionDay['visits'][number]
      }),
  }))
}

/** The rota from today on and the days of the last year, of all leaders or of the one who asks. */
export const receptions = async (tx: Tx, who: Who, filter: { mine: boolean }, today: Day) => {
  const mine = filter.mine ? sql`d.leader_id = ${who.staffId}::uuid` : sql`true`
  const open = sql`(d.status = 'planned' and d.on_day >= ${addDays(today, -60)}::date or d.on_day >= ${today}::date)`
  return {
    coming: await daysWhere(tx, who, today, sql`${mine} and ${open} order by d.on_day, s.name limit 120`),
    past: await daysWhere(
      tx,
      who,
      today,
      sql`${mine} and not ${open} and d.status = 'held' and d.on_day >= ${addDays(today, -366)}::date order by d.on_day desc, s.name limit 60`,
    ),
  }
}

const findDay = async (tx: Tx, townId: string, id: string) => {
  const d = await lockRow(tx, 'receptionDay', townId, id, '没有这个接访日')
  return d as typeof d & { status: ReceptionDay['status']; history: ReceptionDay['history'] }
}

/** Plan the days of a rota; returns how many were made. Days that already have somebody stay as they are. */
export const makeRota = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; rota: RotaInput },
  s: Setting,
): Promise<number> => {
  if (await happened(tx, who.townId, given.requestId)) return 0
  const { rota } = given
  if (rota.from < s.today) throw new Invalid('排班从今天起', { from: '不能早于今天' })
  if (rota.to > addDays(rota.from, 366)) throw new Invalid('一次最多排一年', { to: '最多一年' })
  const leaders = await leadersOf(tx, who.townId, s.today)
  if (rota.leaderIds.some((id) => !leaders.has(id)))
    throw new Invalid('接访领导须是班子成员或党政主要领导', { leaderIds: '请重新选择' })
  const leaves = (
    await sql<{ staffId: string; fromOn: Day; toOn: Day }>`select staff_id, from_on, to_on from staff_leave
      where town_id = ${who.townId}::uuid and cancelled_at is null and to_on >= ${rota.from}::date`.execute(tx)
  ).rows
  const taken = new Set(
    (
      await sql<{
        onDay: Day
      }>`select on_day from reception_day where town_id = ${who.townId}::uuid and status <> 'cancelled'
        and on_day between ${rota.from}::date and ${rota.to}::date`.execute(tx)
    ).rows.map((r) => r.onDay),
  )
  const days = rotaOf(
    rota,
    s.law.calendar,
    (id, on) => leaves.some((l) => l.staffId === id && l.fromOn <= on && l.toOn >= on),
    (on) => taken.has(on),
  )
  if (days.length === 0) throw new Refused('这段时间里没有可排的工作日，或者都已经排过')
  const first = uuidv7(s.now.getTime())
  await tx
    .insertInto('receptionDay')
    .values(
      days.map((d, i) => ({
        townId: who.townId,
        id: i === 0 ? first : uuidv7(s.now.getTime()),
        onDay: d.on,
        fromTime: rota.fromTime,
        toTime: rota.toTime,
        place: rota.place,
        leaderId: d.leaderId,
        byId: who.staffId,
        byName: who.name,
      })) as never,
    )
    // A day called off and planned again for the same leader comes back.
    .onConflict((oc) =>
      oc.columns(['townId', 'onDay', 'leaderId']).doUpdateSet({
        status: 'planned',
        note: '',
        version: sql<number>`reception_day.version + 1`,
      }),
    )
    .execute()
  await say(
    tx,
    who,
    first,
    `排定接访日 ${days[0]!.on} 至 ${days.at(-1)!.on}，共 ${days.length} 天：${[...new Set(days.map((d) => leaders.get(d.leaderId)))].join('、')}`,
    given.requestId,
    s,
    { days },
  )
  await tellStaff(
    tx,
    who,
    [...new Set(days.map((d) => d.leaderId))].map((staffId) => ({
      staffId,
      says: `您的接访日：${days
        .filter((d) => d.leaderId === staffId)
        .map((d) => d.on)
        .join('、')}`,
    })),
    s.now,
    { kind: 'reception' },
  )
  return days.length
}

const change = async (
  tx: Tx,
  townId: string,
  d: { id: string; version: number },
  set: Record<string, unknown>,
): Promise<void> => {
  await setRow(tx, 'receptionDay', townId, d.id, { ...set, version: d.version + 1 })
}

/** Another leader takes the day, or two days change places; both are told. */
export const handOver = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; toId: string | null; withId: string | null; reason: string },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const d = await findDay(tx, who.townId, id)
  if (d.version !== given.version) throw new Refused('他人刚改过这个接访日，请看过最新的内容再办')
  const no = changeRefusal(d, who, s.today)
  if (no) throw new Refused(no)
  const other = given.withId ? await findDay(tx, who.townId, given.withId) : null
  if (other && (other.status !== 'planned' || other.onDay < s.today))
    throw new Refused('对调的那一天已经接访、取消或者过去')
  const toId = other?.leaderId ?? given.toId
  if (!toId) throw new Invalid('请选择换成谁', { toId: '请选择' })
  if (toId === d.leaderId) throw new Invalid('还是同一个人', { toId: '请另选' })
  const leaders = await leadersOf(tx, who.townId, s.today)
  const to = leaders.get(toId)
  if (!to) throw new Invalid('接访领导须是班子成员或党政主要领导', { toId: '请另选' })
  const clash = async (on: Day, leaderId: string) =>
    (
      await sql`select from reception_day where town_id = ${who.townId}::uuid and on_day = ${on}::date and leader_id = ${leaderId}::uuid`.execute(
        tx,
      )
    ).rows.length > 0
  if ((await clash(d.onDay, toId)) || (other && (await clash(other.onDay, d.leaderId))))
    throw new Refused(`${to}这一天已经排过`)
  const name = async (staffId: string) =>
    leaders.get(staffId) ??
    (
      await tx
        .selectFrom('staff')
        .select('name')
        .where('townId', '=', who.townId)
        .where('id', '=', staffId)
        .executeTakeFirstOrThrow()
    ).name
  const from = await name(d.leaderId)
  const entry = (a: string, b: string) => ({ from: a, to: b, reason: given.reason, on: s.today, by: who.name })
  await change(tx, who.townId, d, { leaderId: toId, history: JSON.stringify([...d.history, entry(from, to)]) })
  if (other)
    await change(tx, who.townId, other, {
      leaderId: d.leaderId,
      history: JSON.stringify([...other.history, entry(to, from)]),
    })
  await say(
    tx,
    who,
    id,
    other
      ? `接访日对调：${d.onDay} 由${to}、${other.onDay} 由${from}；${given.reason}`
      : `接访日换人：${d.onDay} 由${from}换为${to}；${given.reason}`,
    given.requestId,
    s,
  )
  await tellStaff(
    tx,
    who,
    [
      { staffId: toId, says: `${d.onDay} 的接访由您负责：${given.reason}` },
      {
        staffId: d.leaderId,
        says: other ? `您的接访日由 ${d.onDay} 调到 ${other.onDay}` : `${d.onDay} 的接访已换为${to}`,
      },
    ],
    s.now,
    { kind: 'reception' },
  )
}

export const cancelReception = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; reason: string },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const d = await findDay(tx, who.townId, id)
  if (d.version !== given.version) throw new Refused('他人刚改过这个接访日，请看过最新的内容再办')
  const no = changeRefusal(d, who, s.today)
  if (no) throw new Refused(no)
  await change(tx, who.townId, d, { status: 'cancelled', note: given.reason })
  await say(tx, who, id, `取消 ${d.onDay} 的接访：${given.reason}`, given.requestId, s)
  await tellStaff(tx, who, [{ staffId: d.leaderId, says: `${d.onDay} 的接访已取消：${given.reason}` }], s.now, {
    kind: 'reception',
  })
}

/** Who came and what became of it. Tied to a matter it is a contact of record there; a promise joins the list of promises. */
export const recordVisit = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; visit: VisitInput },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const d = await findDay(tx, who.townId, id)
  const no = recordRefusal(d, who, s.today)
  if (no) throw new Refused(no)
  const { visit } = given
  const leader = (
    await tx
      .selectFrom('staff')
      .select('name')
      .where('townId', '=', who.townId)
      .where('id', '=', d.leaderId)
      .executeTakeFirstOrThrow()
  ).name
  const found = visit.petitionId ? await findMatter(tx, who, visit.petitionId, { lock: true }) : null
  if (found?.matter.barredIds.includes(d.leaderId)) throw new Refused(`${leader}应当回避此件，请换一名领导接访`)
  if (found && d.onDay < found.matter.receivedOn && visit.result !== 'registered')
    throw new Invalid('接访日早于此件收到的日期', { petitionId: '请重新选择' })
  let promiseId: string | null = null
  if (found && visit.promise) {
    const bad = dayRefusal(d.onDay, visit.promise.dueOn, s.today, lawDay(found.matter))
    if (bad) throw new Invalid(bad, { 'promise.dueOn': bad })
    promiseId = await writePromise(
      tx,
      who,
      {
        petitionId: found.matter.id,
        sourceId: id,
        kind: 'reception',
        body: visit.promise.body,
        madeTo: '信访人',
        ownerId: d.leaderId,
        madeOn: d.onDay,
        dueOn: visit.promise.dueOn,
      },
      s,
    )
  }
  await tx
    .insertInto('receptionVisit')
    .values({
      townId: who.townId,
      id: uuidv7(s.now.getTime()),
      dayId: id,
      petitionId: visit.petitionId,
      promiseId,
      headCount: visit.headCount,
      gist: visit.gist,
      result: visit.result,
      outcome: visit.outcome,
      byId: who.staffId,
      byName: who.name,
      at: s.now.toISOString(),
    } as never)
    .execute()
  if (!found) {
    await say(tx, who, id, `接访 ${visit.headCount} 人：${receptionResults[visit.result]}`, given.requestId, s)
    return
  }
  const { matter, trace } = found
  const said = `${visit.gist}；${receptionResults[visit.result]}：${visit.outcome}${visit.promise ? `；承诺 ${visit.promise.dueOn} 前${visit.promise.body}` : ''}`
  await applyChange(
    tx,
    who,
    matter,
    trace,
    {
      kind: 'contact',
      says: `${leader}接访：${said}`,
      data: { receptionId: id, promiseId },
      record: {
        kind: 'contact',
        onDay: d.onDay,
        body: `${leader}接访：${said}`,
        data: { way: 'face', whom: '信访人', heard: true, receptionId: id },
      },
      set: { lastContactOn: matter.lastContactOn && matter.lastContactOn > d.onDay ? matter.lastContactOn : d.onDay },
      tell:
        matter.holderId && matter.holderId !== who.staffId
          ? [{ staffId: matter.holderId, says: `${matter.number} 的信访人由${leader}接访：${visit.outcome}` }]
          : [],
    },
    s,
    { move: 'reception', requestId: given.requestId },
  )
}

/** The record of the day is complete, also when nobody came. */
export const endReception = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; note: string },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const d = await findDay(tx, who.townId, id)
  if (d.version !== given.version) throw new Refused('他人刚改过这个接访日，请看过最新的内容再办')
  const no = d.status === 'held' ? '这次接访已经记录完' : recordRefusal(d, who, s.today)
  if (no) throw new Refused(no)
  await change(tx, who.townId, d, { status: 'held', note: given.note })
  const n = (
    await sql<{
      n: number
    }>`select count(*)::int as n from reception_visit where town_id = ${who.townId}::uuid and day_id = ${id}::uuid`.execute(
      tx,
    )
  ).rows[0]!.n
  await say(tx, who, id, `${d.onDay} 接访记录完：${n ? `来访 ${n} 批` : '没有人来'}`, given.requestId, s)
}
