import { sql } from 'kysely'
import { type Tx, writeTrace } from '../../audit/trace.ts'
import { dayRefusal } from '../../duty/promise/promise.ts'
import { lawDay, promises, writePromise } from '../../duty/promise/store.ts'
import { receptions } from '../../duty/reception/store.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { openBoard } from '../../open/store.ts'
import { is, roles, type Who } from '../../people/roles.ts'
import { seatsOf } from '../../people/seats.store.ts'
import { tellStaff } from '../../people/tell.store.ts'
import { isOpen, type Matter, type State } from '../../petitions/petition.ts'
import { visibleTo } from '../../petitions/policy.ts'
import { applyChange, findMatter, type Setting } from '../../petitions/store.ts'
import { namesOf } from '../../petitions/world.store.ts'
import { findingKinds } from '../campaign.ts'
import { registerHeard } from '../heard.store.ts'
import { placesOf, underWay } from '../table.store.ts'
import { lastContactVisit } from './contact.query.ts'
import { recordProblems, visitKinds } from './record.ts'
import type { ContactRow, VillagePage, VisitRow } from './routes.ts'
import {
  changeRefusal,
  contactDue,
  contactRefusal,
  contactStanding,
  type HeardInput,
  type PlanInput,
  planDayRefusal,
  planRefusal,
  type RecordInput,
  type RotaInput,
  recordRefusal,
  rotaProblems,
  seesVisit,
  type VisitFacts,
  visitors,
} from './visits.ts'

const say = (tx: Tx, who: Who, id: string, says: string, requestId: string | null, s: Pick<Setting, 'now'>) =>
  writeTrace(tx, who, { subjectId: id, subjectKind: 'visit', kind: 'visit', says, requestId }, s.now)

const tell = (tx: Tx, who: Who, notes: { staffId: string; says: string }[], s: Pick<Setting, 'now'>) =>
  tellStaff(tx, who, notes, s.now, { kind: 'visit' })

/** Staff in a post of the visitors today, by id; others can't be sent. */
const inPost = async (tx: Tx, townId: string, today: Day): Promise<Map<string, string>> =>
  new Map(
    (await seatsOf(tx, townId, today)).flatMap((p) =>
      p.staffId && (visitors as readonly string[]).includes(p.role) ? [[p.staffId, p.staff]] : [],
    ),
  )

// ---- 联系村 ----

/** The rota of villages, current and to come, with the last visit of each village's cadre. */
export const contacts = async (tx: Tx, who: Who, today: Day, villageId?: string): Promise<ContactRow[]> => {
  const rows = (
    await sql<ContactRow>`select c.id, c.village_id, v.name as village, a.name as area, c.staff_id, s.name as staff,
        coalesce(p.name, '') as post, p.name is null or not s.active as gone, l.id is not null as away, coalesce(d.name, '') as deputy,
        c.from_on, c.to_on, c.every_days, c.history, c.version,
        ${sql.raw(lastContactVisit())} as last_on
      from village_contact c join village v on v.town_id = c.town_id and v.id = c.village_id
      join area a on a.town_id = v.town_id and a.id = v.area_id
      join staff s on s.town_id = c.town_id and s.id = c.staff_id
      left join lateral (select o.name from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
        where h.town_id = c.town_id and h.staff_id = c.staff_id and o.active and h.since <= ${today}::date
          and (h.until is null or h.until > ${today}::date) order by o.rank, o.sort limit 1) p on true
      left join lateral (select l.id, l.deputy_id from staff_leave l where l.town_id = c.town_id and l.staff_id = c.staff_id
        and l.cancelled_at is null and ${today}::date between l.from_on and l.to_on order by l.at desc limit 1) l on true
      left join staff d on d.town_id = c.town_id and d.id = l.deputy_id
      where c.town_id = ${who.townId}::uuid and c.to_on >= ${today}::date
        and (${villageId ?? null}::uuid is null or c.village_id = ${villageId ?? null}::uuid)
      order by a.sort, a.code, v.sort, v.code, c.from_on, s.name`.execute(tx)
  ).rows
  return rows.map((c) => ({
    ...c,
    dueOn: contactDue(c, c.lastOn),
    standing: contactStanding(c, c.lastOn, today),
    refusal: contactRefusal(c, who, today),
  }))
}

/** Lay down who keeps in touch with which village; lines that run in the same days stay as they are. Returns how many were made. */
export const makeContacts = async (
  tx: Tx,
  who: Who,
  rota: RotaInput,
  requestId: string,
  s: Setting,
): Promise<number> => {
  const wrong = rotaProblems(rota, s.today)
  if (Object.keys(wrong).length) throw new Invalid(Object.values(wrong)[0]!, wrong)
  const staff = await inPost(tx, who.townId, s.today)
  if (rota.pairs.some((p) => !staff.has(p.staffId)))
    throw new Invalid('所选联系干部没有在任的岗位，请另选', { pairs: '请重新选择联系干部' })
  const villages = new Map(
    (
      await tx
        .selectFrom('village')
        .select(['id', 'name'])
        .where('townId', '=', who.townId)
        .where('active', '=', true)
        .execute()
    ).map((v) => [v.id, v.name]),
  )
  if (rota.pairs.some((p) => !villages.has(p.villageId)))
    throw new Invalid('所选的村已不在本镇，请刷新后再选', { pairs: '请重新选择村' })
  const taken = new Set(
    (
      await sql<{ key: string }>`select village_id || '/' || staff_id as key from village_contact
        where town_id = ${who.townId}::uuid and from_on <= ${rota.toOn}::date and to_on >= ${rota.fromOn}::date`.execute(
        tx,
      )
    ).rows.map((r) => r.key),
  )
  const fresh = rota.pairs.filter((p) => !taken.has(`${p.villageId}/${p.staffId}`))
  if (fresh.length === 0) throw new Refused('这些村在这段时间里已经排过同样的联系干部')
  const first = uuidv7(s.now.getTime())
  await tx
    .insertInto('villageContact')
    .values(
      fresh.map((p, i) => ({
        townId: who.townId,
        id: i === 0 ? first : uuidv7(s.now.getTime()),
        ...p,
        fromOn: rota.fromOn,
        toOn: rota.toOn,
        everyDays: rota.everyDays,
        byId: who.staffId,
        byName: who.name,
      })) as never,
    )
    .execute()
  await say(
    tx,
    who,
    first,
    `排定联系村 ${rota.fromOn} 至 ${rota.toOn}：${fresh.length} 个村次，至少每 ${rota.everyDays} 天去一次`,
    requestId,
    s,
  )
  const of = new Map<string, string[]>()
  for (const p of fresh) of.set(p.staffId, [...(of.get(p.staffId) ?? []), villages.get(p.villageId)!])
  await tell(
    tx,
    who,
    [...of].map(([staffId, names]) => ({
      staffId,
      says: `${rota.fromOn} 起由您联系：${names.join('、')}，至少每 ${rota.everyDays} 天去一次`,
    })),
    s,
  )
  return fresh.length
}

const findContact = async (tx: Tx, townId: string, id: string) => {
  const c = (
    await sql<ContactRow>`select c.*, v.name as village, s.name as staff from village_contact c
      join village v on v.town_id = c.town_id and v.id = c.village_id join staff s on s.town_id = c.town_id and s.id = c.staff_id
      where c.town_id = ${townId}::uuid and c.id = ${id}::uuid for update of c`.execute(tx)
  ).rows[0]
  if (!c) throw new NotFound('没有这一条联系村')
  return c
}

/** Another cadre takes the village, or two change places; both are told. */
export const passContact = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; toId: string | null; withId: string | null; reason: string },
  s: Setting,
): Promise<void> => {
  const c = await findContact(tx, who.townId, id)
  if (c.version !== given.version) throw new Refused('他人刚改过这一条，请刷新后再办')
  const no = contactRefusal(c, who, s.today)
  if (no) throw new Refused(no)
  const other = given.withId && given.withId !== id ? await findContact(tx, who.townId, given.withId) : null
  if (given.withId && !other) throw new Invalid('请选择另一个村', { withId: '请另选' })
  if (other && s.today > other.toOn) throw new Refused('对调的那一条已经期满')
  const toId = other?.staffId ?? given.toId
  if (!toId) throw new Invalid('请选择换成谁', { toId: '请选择' })
  if (toId === c.staffId) throw new Invalid('还是同一个人', { [other ? 'withId' : 'toId']: '请另选' })
  const to = (await inPost(tx, who.townId, s.today)).get(toId)
  if (!to) throw new Invalid('所选联系干部没有在任的岗位，请另选', { toId: '请另选' })
  const set = async (x: ContactRow, staffId: string, from: string, name: string) => {
    const clash =
      await sql`select from village_contact where town_id = ${who.townId}::uuid and village_id = ${x.villageId}::uuid
      and staff_id = ${staffId}::uuid and from_on = ${x.fromOn}::date`.execute(tx)
    if (clash.rows.length) throw new Refused(`${name}这一期已经联系${x.village}`)
    await tx
      .updateTable('villageContact')
      .set({
        staffId,
        history: JSON.stringify([...x.history, { from, to: name, reason: given.reason, on: s.today, by: who.name }]),
        version: x.version + 1,
      } as never)
      .where('townId', '=', who.townId)
      .where('id', '=', x.id)
      .execute()
  }
  await set(c, toId, c.staff, to)
  if (other) await set(other, c.staffId, other.staff, c.staff)
  await say(
    tx,
    who,
    id,
    other
      ? `联系村对调：${c.village}由${to}、${other.village}由${c.staff}；${given.reason}`
      : `联系村换人：${c.village}由${c.staff}换为${to}；${given.reason}`,
    given.requestId,
    s,
  )
  await tell(
    tx,
    who,
    [
      { staffId: toId, says: `${c.village}由您联系：${given.reason}` },
      {
        staffId: c.staffId,
        says: other ? `您联系的村由${c.village}调为${other.village}` : `${c.village}已换由${to}联系`,
      },
    ],
    s,
  )
}

// ---- 走访 ----

interface Stored extends VisitFacts {
  id: string
  atTime: string
  place: string
  about: string
  village: string
  area: string
  staff: string
  petitionId: string | null
  contactId: string | null
  headCount: number
  outcome: string
  note: string
  history: VisitRow['history']
  version: number
}

const visitRows = async (tx: Tx, townId: string, where: ReturnType<typeof sql>): Promise<(Stored & VisitRow)[]> =>
  (
    await sql<
      Stored & VisitRow
    >`select w.id, w.kind, w.status, w.on_day, w.at_time, w.place, w.about, w.village_id, coalesce(v.name, '') as village,
        v.area_id, coalesce(a.name, '') as area, w.staff_id, s.name as staff, w.with_ids, w.petition_id, w.contact_id, w.head_count,
        w.outcome, w.note, w.history, w.version, l.id is not null as away, coalesce(d.name, '') as deputy
      from visit w join staff s on s.town_id = w.town_id and s.id = w.staff_id
      left join village v on v.town_id = w.town_id and v.id = w.village_id
      left join area a on a.town_id = v.town_id and a.id = v.area_id
      left join lateral (select l.id, l.deputy_id from staff_leave l where l.town_id = w.town_id and l.staff_id = w.staff_id
        and l.cancelled_at is null and w.status = 'planned' and w.on_day between l.from_on and l.to_on limit 1) l on true
      left join staff d on d.town_id = w.town_id and d.id = l.deputy_id
      where w.town_id = ${townId}::uuid and ${where}`.execute(tx)
  ).rows

/** What this person may read of these visits; what is said of a matter stays with those who may open it. */
const shown = async (tx: Tx, who: Who, all: (Stored & VisitRow)[], today: Day): Promise<VisitRow[]> => {
  const rows = all.filter((v) => seesVisit(v, who))
  const items = (
    await sql<
      Omit<VisitRow['items'][number], 'promise'> & {
        visitId: string
        petitionId: string | null
        body: string | null
        owner: string
        dueOn: Day
        promiseStatus: 'open' | 'kept' | 'broken'
      }
    >`select i.id, i.visit_id, i.kind, i.gist, i.answer, i.petition_id, m.body, o.name as owner, m.due_on, m.status as promise_status
      from visit_item i left join promise m on m.town_id = i.town_id and m.id = i.promise_id
      left join staff o on o.town_id = m.town_id and o.id = m.owner_id
      where i.town_id = ${who.townId}::uuid and i.visit_id = any (${rows.map((v) => v.id)}::uuid[]) order by i.n`.execute(
      tx,
    )
  ).rows
  const tied = [...items.flatMap((i) => i.petitionId ?? []), ...rows.flatMap((v) => v.petitionId ?? [])]
  const seen = new Map(
    (
      await tx
        .selectFrom('petition')
        .select(['id', 'number', 'state'])
        .where((eb) => visibleTo(who)(eb))
        .where('id', '=', sql<string>`any(${tied}::uuid[])`)
        .execute()
    ).map((p) => [p.id, p]),
  )
  const names = await namesOf(tx, who.townId, [...new Set(rows.flatMap((v) => v.withIds))])
  return rows.map((v) => {
    // 约访的人只在事项里：看不见这件事项的，只知道有一次约访
    const hidden = v.petitionId !== null && !seen.has(v.petitionId)
    return {
      ...v,
      petitionId: hidden ? null : v.petitionId,
      number: v.petitionId ? (seen.get(v.petitionId)?.number ?? '') : '',
      about: hidden ? '' : v.about,
      outcome: hidden ? '' : v.outcome,
      withNames: v.withIds.map((id) => names[id] ?? ''),
      changeRefusal: hidden ? '看不到约访的事项' : changeRefusal(v, who),
      recordRefusal: hidden ? '看不到约访的事项' : recordRefusal(v, who, today),
      items: items
        .filter((i) => i.visitId === v.id)
        .map((i) => {
          const p = i.petitionId ? seen.get(i.petitionId) : undefined
          const open = i.petitionId === null || p !== undefined
          return {
            id: i.id,
            kind: i.kind,
            gist: open ? i.gist : '一件事项',
            answer: open ? i.answer : '',
            petitionId: p?.id ?? null,
            tied: i.petitionId !== null,
            number: p?.number ?? '',
            state: (p?.state ?? null) as State | null,
            promise:
              i.body !== null && open
                ? { body: i.body, owner: i.owner, dueOn: i.dueOn, status: i.promiseStatus }
                : null,
          }
        }),
    }
  })
}

/** Planned visits, those of the last year, and the leaders' reception days for those who may read them. */
export const visitList = async (tx: Tx, who: Who, filter: { mine: boolean; petitionId?: string }, today: Day) => {
  const mine = filter.mine
    ? sql`(w.staff_id = ${who.staffId}::uuid or ${who.staffId}::uuid = any (w.with_ids))`
    : sql`true`
  const of = filter.petitionId
    ? sql`(w.petition_id = ${filter.petitionId}::uuid or exists (select from visit_item i where i.town_id = w.town_id
        and i.visit_id = w.id and i.petition_id = ${filter.petitionId}::uuid))`
    : sql`true`
  const rows = await visitRows(
    tx,
    who.townId,
    sql`${mine} and ${of} and (w.status = 'planned' or w.on_day >= ${addDays(today, -366)}::date)
      order by w.status = 'planned' desc, case when w.status = 'planned' then w.on_day end, w.on_day desc, w.id desc limit 400`,
  )
  const reads = !filter.petitionId && is(who, 'clerk', 'petitionHead', 'leadOfficial', 'townLeader')
  const days = reads ? await receptions(tx, who, { mine: filter.mine }, today) : { coming: [], past: [] }
  return {
    visits: await shown(tx, who, rows, today),
    receptions: [...days.coming, ...days.past].map((d) => ({
      id: d.id,
      onDay: d.onDay,
      leader: d.leader,
      place: d.place,
      time: `${d.fromTime}–${d.toTime}`,
      status: d.status,
      came: d.visits.length,
    })),
  }
}

const findVisit = async (tx: Tx, who: Who, id: string) => {
  await sql`select from visit where town_id = ${who.townId}::uuid and id = ${id}::uuid for update`.execute(tx)
  const v = (await visitRows(tx, who.townId, sql`w.id = ${id}::uuid`))[0]
  if (!v || !seesVisit(v, who)) throw new NotFound('没有这次走访')
  return v
}

/** Plan a visit, or key in one already paid together with its record. */
export const planVisit = async (
  tx: Tx,
  who: Who,
  plan: PlanInput,
  record: RecordInput | null,
  requestId: string,
  s: Setting,
): Promise<string> => {
  const badDay = planDayRefusal(plan.onDay, s.today, record !== null)
  if (badDay) throw new Invalid(badDay, { 'plan.onDay': badDay })
  const matter = plan.petitionId ? (await findMatter(tx, who, plan.petitionId)).matter : null
  const villageId = matter ? matter.villageId : plan.villageId
  const village = villageId
    ? await tx
        .selectFrom('village')
        .select(['name', 'areaId'])
        .where('townId', '=', who.townId)
        .where('id', '=', villageId)
        .executeTakeFirst()
    : undefined
  if (villageId && !village) throw new Invalid('本镇没有这个村', { 'plan.villageId': '请另选' })
  const no = planRefusal({ staffId: plan.staffId, areaId: village?.areaId ?? null }, who)
  if (no) throw new Refused(no)
  const staff = await inPost(tx, who.townId, s.today)
  for (const id of [plan.staffId, ...plan.withIds])
    if (!staff.has(id)) throw new Invalid('所选人员没有在任的岗位，请另选', { 'plan.staffId': '请另选' })
  barred(matter, [plan.staffId, ...plan.withIds])
  const line = villageId
    ? (
        await sql<{
          id: string
        }>`select id from village_contact where town_id = ${who.townId}::uuid and village_id = ${villageId}::uuid
          and staff_id = ${plan.staffId}::uuid and ${plan.onDay}::date between from_on and to_on limit 1`.execute(tx)
      ).rows[0]
    : undefined
  const id = uuidv7(s.now.getTime())
  await tx
    .insertInto('visit')
    .values({
      townId: who.townId,
      id,
      kind: plan.kind,
      villageId,
      petitionId: plan.petitionId,
      contactId: plan.kind === 'goDown' ? (line?.id ?? null) : null,
      staffId: plan.staffId,
      withIds: plan.withIds,
      onDay: plan.onDay,
      atTime: plan.atTime,
      place: plan.place,
      about: plan.about,
      byId: who.staffId,
      byName: who.name,
    } as never)
    .execute()
  const where = village?.name ?? plan.place
  await say(
    tx,
    who,
    id,
    `${record ? '补记' : '安排'}${visitKinds[plan.kind]}：${staff.get(plan.staffId)}，${plan.onDay}${where ? ` ${where}` : ''}`,
    record ? null : requestId,
    s,
  )
  if (record) await recordVisit(tx, who, id, { requestId, version: 1, record, heardOn: plan.onDay }, s)
  else
    await tell(
      tx,
      who,
      [plan.staffId, ...plan.withIds].map((staffId) => ({
        staffId,
        says: `${visitKinds[plan.kind]}：${plan.onDay}${plan.atTime ? ` ${plan.atTime}` : ''} ${plan.place || where}`,
      })),
      s,
    )
  return id
}

const barred = (m: Matter | null, ids: string[]) => {
  if (m && ids.some((id) => m.barredIds.includes(id))) throw new Refused('其中有人应当回避这件事项，请换人')
}

export const changeVisit = async (
  tx: Tx,
  who: Who,
  id: string,
  given: {
    requestId: string
    version: number
    onDay: Day
    atTime: string
    place: string
    staffId: string
    reason: string
  },
  s: Setting,
): Promise<void> => {
  const v = await findVisit(tx, who, id)
  if (v.version !== given.version) throw new Refused('他人刚改过这次走访，请刷新后再办')
  const no = changeRefusal(v, who)
  if (no) throw new Refused(no)
  const badDay = planDayRefusal(given.onDay, s.today, false)
  if (badDay) throw new Invalid(badDay, { onDay: badDay })
  if (v.kind === 'invited') {
    if (!given.atTime) throw new Invalid('请填写与对方约定的时刻', { atTime: '请填写' })
    if (!given.place) throw new Invalid('请填写与对方约定的地点', { place: '请填写' })
  }
  const to = (await inPost(tx, who.townId, s.today)).get(given.staffId)
  if (!to) throw new Invalid('所选人员没有在任的岗位，请另选', { staffId: '请另选' })
  if (v.petitionId) barred((await findMatter(tx, who, v.petitionId)).matter, [given.staffId])
  const line = (day: Day, time: string, place: string, name: string) =>
    [day, time, place, name].filter(Boolean).join(' ')
  const [from, now] = [line(v.onDay, v.atTime, v.place, v.staff), line(given.onDay, given.atTime, given.place, to)]
  if (from === now) throw new Invalid('没有改动')
  await tx
    .updateTable('visit')
    .set({
      onDay: given.onDay,
      atTime: given.atTime,
      place: given.place,
      staffId: given.staffId,
      withIds: v.withIds.filter((x) => x !== given.staffId),
      history: JSON.stringify([...v.history, { from, to: now, reason: given.reason, on: s.today, by: who.name }]),
      version: v.version + 1,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
  await say(tx, who, id, `${visitKinds[v.kind]}由 ${from} 改为 ${now}：${given.reason}`, given.requestId, s)
  await tell(
    tx,
    who,
    [...new Set([v.staffId, given.staffId, ...v.withIds])].map((staffId) => ({
      staffId,
      says: `${visitKinds[v.kind]}由 ${from} 改为 ${now}：${given.reason}`,
    })),
    s,
  )
}

export const cancelVisit = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; reason: string },
  s: Setting,
): Promise<void> => {
  const v = await findVisit(tx, who, id)
  if (v.version !== given.version) throw new Refused('他人刚改过这次走访，请刷新后再办')
  const no = changeRefusal(v, who)
  if (no) throw new Refused(no)
  await tx
    .updateTable('visit')
    .set({ status: 'cancelled', note: given.reason, version: v.version + 1 })
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
  await say(tx, who, id, `取消 ${v.onDay} 的${visitKinds[v.kind]}：${given.reason}`, given.requestId, s)
  await tell(
    tx,
    who,
    [v.staffId, ...v.withIds].map((staffId) => ({
      staffId,
      says: `${v.onDay} 的${visitKinds[v.kind]}已取消：${given.reason}`,
    })),
    s,
  )
}

const gistOf = (i: HeardInput) =>
  i.found.kind === 'matter' ? i.found.request : i.found.kind === 'answered' ? i.found.asked : i.said
const answerOf = (i: HeardInput) => (i.found.kind === 'answered' ? i.found.answer : i.said)

/**
 * Who came, what was heard, what was promised, what came of it; heard today unless `heardOn` says when. A new matter goes into the ledger by the register move,
 * what concerns a matter becomes a contact of record there, a promise joins the one list of promises.
 */
export const recordVisit = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; record: RecordInput; heardOn?: Day },
  s: Setting,
): Promise<void> => {
  const v = await findVisit(tx, who, id)
  if (v.version !== given.version) throw new Refused('他人刚记过这次走访，请刷新后再办；您填写的内容没有丢失')
  const no = recordRefusal(v, who, s.today)
  if (no) throw new Refused(no)
  const { record } = given
  const wrong = recordProblems(record, v)
  if (Object.keys(wrong).length)
    throw new Invalid(
      Object.values(wrong)[0]!,
      Object.fromEntries(Object.entries(wrong).map(([k, x]) => [`record.${k}`, x])),
    )
  const went = [v.staffId, ...record.withIds]
  const staff = await inPost(tx, who.townId, s.today)
  if (record.withIds.some((x) => !staff.has(x)))
    throw new Invalid('同去的人没有在任的岗位，请另选', { 'record.withIds': '请另选' })
  const made = await registerHeard(
    tx,
    who,
    { channel: 'visit', villageId: v.villageId, gridId: null, on: given.heardOn ?? s.today },
    record.items.flatMap((i) => (i.found.kind === 'matter' ? [{ ...i.found, readBack: i.readBack }] : [])),
    s,
  )
  const fresh = [...made]
  for (const [n, item] of record.items.entries()) {
    const petitionId =
      item.found.kind === 'matter' ? fresh.shift()!.id : item.found.kind === 'known' ? item.found.petitionId : null
    const found = petitionId ? await findMatter(tx, who, petitionId, { lock: true }) : null
    barred(found?.matter ?? null, [...went, ...(item.promise ? [item.promise.ownerId] : [])])
    let promiseId: string | null = null
    if (item.promise) {
      const { ownerId, dueOn, body } = item.promise
      if (!staff.has(ownerId))
        throw new Invalid('兑现承诺的人没有在任的岗位，请另选', { [`record.items.${n}.promise.ownerId`]: '请另选' })
      const bad = dayRefusal(v.onDay, dueOn, s.today, found ? lawDay(found.matter) : null)
      if (bad) throw new Invalid(bad, { [`record.items.${n}.promise.dueOn`]: bad })
      promiseId = await writePromise(
        tx,
        who,
        {
          petitionId,
          sourceId: id,
          kind: 'visit',
          body,
          madeTo: petitionId ? '信访人' : '群众',
          ownerId,
          madeOn: v.onDay,
          dueOn,
        },
        s,
      )
    }
    await tx
      .insertInto('visitItem')
      .values({
        townId: who.townId,
        id: uuidv7(s.now.getTime()),
        visitId: id,
        n: n + 1,
        kind: item.found.kind,
        petitionId,
        promiseId,
        gist: gistOf(item),
        answer: answerOf(item),
        byId: who.staffId,
        byName: who.name,
        at: s.now.toISOString(),
      } as never)
      .execute()
    if (!found) continue
    const { matter, trace } = found
    const body = `${v.staff}${visitKinds[v.kind]}：${item.said}${item.promise ? `；承诺 ${item.promise.dueOn} 前${item.promise.body}` : ''}`
    await applyChange(
      tx,
      who,
      matter,
      trace,
      {
        kind: 'contact',
        says: body,
        data: { visitId: id, promiseId },
        record: {
          kind: 'contact',
          onDay: v.onDay,
          body,
          data: { way: v.kind === 'invited' ? 'face' : 'visit', whom: '信访人', heard: true, visitId: id },
        },
        set: {
          lastContactOn: matter.lastContactOn && matter.lastContactOn > v.onDay ? matter.lastContactOn : v.onDay,
        },
        tell: matter.holderId
          ? [{ staffId: matter.holderId, says: `${matter.number} ${v.staff}${visitKinds[v.kind]}：${item.said}` }]
          : [],
      },
      s,
      { move: 'visit' },
    )
  }
  await tx
    .updateTable('visit')
    .set({
      status: 'done',
      headCount: record.headCount,
      withIds: record.withIds,
      outcome: record.outcome,
      recordedOn: s.today,
      version: v.version + 1,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
  const counts = (Object.keys(findingKinds) as (keyof typeof findingKinds)[])
    .map((k) => [findingKinds[k], record.items.filter((i) => i.found.kind === k).length] as const)
    .filter(([, n]) => n > 0)
    .map(([name, n]) => `${name} ${n} 件`)
  await say(
    tx,
    who,
    id,
    `${visitKinds[v.kind]}记录：见 ${record.headCount} 人${counts.length ? `，${counts.join('，')}` : ''}`,
    given.requestId,
    s,
  )
}

// ---- 一个村 ----

/** What the office has to do with one village; matters and promises only as far as this person may see them. */
export const villagePage = async (tx: Tx, who: Who, id: string, today: Day): Promise<VillagePage> => {
  const v = await tx
    .selectFrom('village')
    .innerJoin('area', (j) => j.onRef('area.townId', '=', 'village.townId').onRef('area.id', '=', 'village.areaId'))
    .select(['village.id', 'village.name', 'village.areaId', 'village.households', 'area.name as area'])
    .where('village.townId', '=', who.townId)
    .where('village.id', '=', id)
    .executeTakeFirst()
  if (!v) throw new NotFound('没有这个村')
  const grids = new Map(
    (
      await tx
        .selectFrom('grid')
        .select(['id', 'name'])
        .where('townId', '=', who.townId)
        .where('villageId', '=', id)
        .where('active', '=', true)
        .orderBy('sort')
        .orderBy('code')
        .execute()
    ).map((g) => [g.id, g.name]),
  )
  const people: VillagePage['people'] = (await seatsOf(tx, who.townId, today))
    .filter((p) => p.villageId === id || (p.gridId !== null && grids.has(p.gridId)) || p.areaId === v.areaId)
    .map((p) => ({
      post: p.name || roles[p.role],
      place: p.gridId ? (grids.get(p.gridId) ?? '') : p.villageId ? v.name : v.area,
      vacant: p.staffId === null,
      name: p.staff,
      phone: p.phone,
      away: p.away,
      deputy: p.deputy,
    }))
  const mediators = (
    await sql<{
      name: string
      duty: string
      station: string
      phone: string
    }>`select m.name, m.duty, s.name as station, s.phone
      from mediation_member m join mediation_station s on s.town_id = m.town_id and s.id = m.station_id
      where m.town_id = ${who.townId}::uuid and s.active and (s.village_id = ${id}::uuid)
        and m.since <= ${today}::date and m.until > ${today}::date and (m.ended_on is null or m.ended_on > ${today}::date)
      order by array_position(array['head', 'deputy', 'mediator', 'grid', 'expert'], m.duty), m.name`.execute(tx)
  ).rows
  people.push(
    ...mediators.map((m) => ({
      post: '调解员',
      place: m.station,
      vacant: false,
      name: m.name,
      phone: m.phone,
      away: false,
      deputy: '',
    })),
  )
  const rows = await visitRows(
    tx,
    who.townId,
    sql`w.village_id = ${id}::uuid and w.status <> 'cancelled' order by w.on_day desc, w.id desc limit 10`,
  )
  const open = (
    await tx
      .selectFrom('petition')
      .select(['grade', 'state', 'nextDueOn'])
      .where((eb) => visibleTo(who)(eb))
      .where('villageId', '=', id)
      .where('state', '<>', 'closed')
      .execute()
  ).filter((p) => isOpen(p.state as State))
  const running = await underWay(tx, who, today)
  const blanks = running
    ? (await placesOf(tx, who.townId, running.id)).filter((p) => p.villageId === id && p.version === 0)
    : []
  return {
    ...v,
    people,
    contacts: await contacts(tx, who, today, id),
    visits: await shown(tx, who, rows, today),
    promises: (await promises(tx, who, { status: 'open', villageId: id })).map(
      ({ id: promiseId, body, owner, dueOn, petitionId, number }) => ({
        id: promiseId,
        body,
        owner,
        dueOn,
        petitionId,
        number,
      }),
    ),
    matters: {
      open: open.length,
      late: open.filter((p) => p.nextDueOn !== null && (p.nextDueOn as Day) < today).length,
      byGrade: (['red', 'yellow', 'blue', null] as const)
        .map((grade) => ({ grade, n: open.filter((p) => p.grade === grade).length }))
        .filter((g) => g.n > 0),
    },
    screening: running
      ? {
          id: running.id,
          title: running.title,
          dueOn: running.dueOn,
          blanks: blanks.map((p) => p.grid ?? '本村'),
        }
      : null,
    open: (await openBoard(tx, who, today)).duties
      .filter((d) => d.villageId === id && d.state === 'overdue')
      .map((d) => ({ title: d.title, period: d.periodName, dueOn: d.dueOn })),
  }
}
