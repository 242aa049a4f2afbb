import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { receptions } from '../../duty/reception/store.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { NotFound } from '../../kit/errors.ts'
import { is, type Who } from '../../people/roles.ts'
import type { State } from '../../petitions/petition.ts'
import { visibleTo } from '../../petitions/policy.ts'
import { namesOf } from '../../petitions/world.store.ts'
import { readsTown } from '../campaign.ts'
import type { VisitRow } from './routes.ts'
import { changeRefusal, recordRefusal, seesVisit, type VisitFacts } from './visits.ts'

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

export const visitRows = async (
  tx: Tx,
  townId: string,
  where: ReturnType<typeof sql>,
): Promise<(Stored & VisitRow)[]> =>
  (
    await sql<
      Stored & VisitRow
    >`select w.id, w.kind, w.status, w.on_day, w.at_time, w.place, w.about, w.village_id, coalesce(v.name, '') as village,
        v.area_id, coalesce(a.name, '') as area, w.staff_id, s.name as staff, w.with_ids, w.petition_id, w.contact_id, w.head_count,
        w.outcome, w.note, w.history, w.version, l.id is not null as away, d.id as deputy_id, coalesce(d.name, '') as deputy
      from visit w join staff s on s.town_id = w.town_id and s.id = w.staff_id
      left join village v on v.town_id = w.town_id and v.id = w.village_id
      left join area a on a.town_id = v.town_id and a.id = v.area_id
      left join lateral (select l.id, l.deputy_id from staff_leave l where l.town_id = w.town_id and l.staff_id = w.staff_id
        and l.cancelled_at is null and w.status = 'planned' and w.on_day between l.from_on and l.to_on limit 1) l on true
      left join staff d on d.town_id = w.town_id and d.id = l.deputy_id and d.active
      where w.town_id = ${townId}::uuid and ${where}`.execute(tx)
  ).rows

/** What this person may read of these visits; what is said of a matter stays with those who may open it. */
export const shown = async (tx: Tx, who: Who, all: (Stored & VisitRow)[], today: Day): Promise<VisitRow[]> => {
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

/** Planned visits (mine: those I go on, or planned for somebody), those of the last year, and the leaders' reception days for those who may read them. */
export const visitList = async (tx: Tx, who: Who, filter: { mine: boolean; petitionId?: string }, today: Day) => {
  const mine = filter.mine
    ? sql`(w.staff_id = ${who.staffId}::uuid or ${who.staffId}::uuid = any (w.with_ids)
        or w.status = 'planned' and ${who.staffId}::uuid in (w.by_id, d.id))`
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
  const reads = !filter.petitionId && is(who, ...readsTown)
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

export const findVisit = async (tx: Tx, who: Who, id: string) => {
  await sql`select from visit where town_id = ${who.townId}::uuid and id = ${id}::uuid for update`.execute(tx)
  const v = (await visitRows(tx, who.townId, sql`w.id = ${id}::uuid`))[0]
  if (!v || !seesVisit(v, who)) throw new NotFound('没有这次走访')
  return v
}
