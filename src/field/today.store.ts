import { type SqlBool, sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { promises } from '../duty/promise/store.ts'
import type { CarriedPlace } from '../ground/campaign.routes.ts'
import { carriedPlaces } from '../ground/table.store.ts'
import { contacts } from '../ground/visits/contact.store.ts'
import { visitList } from '../ground/visits/list.store.ts'
import type { VisitRow } from '../ground/visits/routes.ts'
import { goes, plansForOthers, recordRefusal, visitors } from '../ground/visits/visits.ts'
import type { Day } from '../kit/day.ts'
import { disputeKinds } from '../mediation/dispute/dispute.ts'
import { is, type Who } from '../people/roles.ts'
import { seatsOf } from '../people/seats.store.ts'
import type { Seat } from '../people/seats.ts'
import { passMoves } from '../petitions/pass/move.ts'
import { bearerOf, downLevels, passSays, upLevels } from '../petitions/pass/pass.ts'
import { type Matter, states } from '../petitions/petition.ts'
import { ledgerPage, rowView } from '../petitions/query.ts'
import { LedgerQuery, type LedgerRow } from '../petitions/routes.ts'
import type { Line, Today } from './routes.ts'

/** A matter as the phone carries it: how far it has come, and what this person may do about it from there. */
const lineOf = (r: LedgerRow, m: Matter | undefined, who: Who, seats: readonly Seat[], today: Day): Line => ({
  id: r.id,
  number: r.number,
  version: r.version,
  title: r.title,
  petitioner: r.petitioner,
  village: r.village,
  state: states[r.state],
  grade: r.grade,
  dueOn: r.dueOn,
  byUnit: r.unit !== '',
  closed: r.state === 'closed',
  ...(m
    ? {
        bearer: m.state === 'closed' ? '' : ((b) => (b ? `${b.post}${b.name}` : ''))(bearerOf(m, seats)),
        course: m.passes.map(passSays),
        up: passMoves.passUp.refusal(m, who, today) ? [] : upLevels(m),
        down: passMoves.passDown.refusal(m, who, today) ? [] : downLevels(m),
        tell: m.echo && m.echo.doneOn === null && m.echo.ownerId === who.staffId ? m.echo : null,
      }
    : { bearer: '', course: [], up: [], down: [], tell: null }),
})

/** The villages and grids a matter may be from: one's own where the post is tied to them, else all of the town. */
const villagesOf = async (tx: Tx, who: Who): Promise<Today['villages']> => {
  const r = await sql<{ id: string; name: string; areaId: string; grids: { id: string; name: string }[] }>`
    select v.id, v.name, v.area_id, coalesce((select json_agg(json_build_object('id', g.id, 'name', g.name) order by g.name)
      from grid g where g.town_id = v.town_id and g.village_id = v.id and g.active), '[]') as grids
    from village v where v.town_id = ${who.townId}::uuid and v.active order by v.name`.execute(tx)
  const wide = is(who, 'clerk', 'petitionHead', 'leadOfficial', 'townLeader', 'unitHandler', 'mediator')
  return r.rows
    .filter(
      (v) =>
        wide ||
        who.villageIds.includes(v.id) ||
        who.areaIds.includes(v.areaId) ||
        v.grids.some((g) => who.gridIds.includes(g.id)),
    )
    .map(({ areaId: _a, ...v }) => v)
}

/** Who may come along: people of the same villages, and the office's own. */
const companions = (who: Who, seats: readonly Seat[], villages: Today['villages']): Today['people'] => {
  const near = new Set(villages.flatMap((v) => [v.id, ...v.grids.map((g) => g.id)]))
  const wide = near.size > 400
  const out = new Map<string, Today['people'][number]>()
  for (const s of seats) {
    const here = [s.villageId, s.gridId].some((id) => id !== null && near.has(id))
    const town = s.villageId === null && s.gridId === null
    if (!s.staffId || s.staffId === who.staffId || out.has(s.staffId)) continue
    if ((visitors as readonly string[]).includes(s.role) && (town || (here && !wide)))
      out.set(s.staffId, { id: s.staffId, name: s.staff, post: s.name })
  }
  return [...out.values()].slice(0, 100)
}

/** Why it can't be recorded, its day aside: the phone may be without network by then. */
const recordable = (v: VisitRow, who: Who, today: Day): string | null =>
  v.onDay > today && !(v.kind === 'invited' && v.petitionId === null) ? recordRefusal(v, who, v.onDay) : v.recordRefusal

/** How many places of a campaign a phone carries whole; who covers more reports those at the desk. */
const carried = 150

/** All a phone needs for a day in the village, in one answer: it may be the last for hours. */
export const todayOf = async (tx: Tx, who: Who, today: Day, now: Date): Promise<Today> => {
  const seats = await seatsOf(tx, who.townId, today)
  const list = async (more: object, extra?: ReturnType<typeof sql<SqlBool>>, size = 40) => {
    const rows = (
      await ledgerPage(tx, who, LedgerQuery.parse({ ...more, size }), today)
        .$if(extra !== undefined, (q) => q.where(extra!))
        .execute()
    )
      .slice(0, size)
      .map((r) => rowView(r as never, today))
    const matters = rows.length
      ? ((await tx
          .selectFrom('petition')
          .selectAll()
          .where('townId', '=', who.townId)
          .where('id', '=', sql<string>`any(${rows.map((r) => r.id)}::uuid[])`)
          .execute()) as unknown as Matter[])
      : []
    return rows.map((r) =>
      lineOf(
        r,
        matters.find((m) => m.id === r.id),
        who,
        seats,
        today,
      ),
    )
  }
  const me = sql`${who.staffId}::uuid`
  // What is still blank first, what is not late before what is, the nearest first: the rest may be corrected as well.
  const rank = (p: CarriedPlace) => `${p.reportedOn !== null ? 2 : p.dueOn < today ? 1 : 0}${p.dueOn}`
  const screening = (await carriedPlaces(tx, who, seats, today))
    .sort((a, b) => rank(a).localeCompare(rank(b)))
    .slice(0, carried)
  const mayRevisit = is(who, 'clerk', 'petitionHead', 'areaSecretary', 'villageOfficer', 'leadOfficial', 'townLeader')
  const notices = await tx
    .selectFrom('notice')
    .select(['id', 'says', 'readAt', 'petitionId', 'link'])
    .select(sql<string>`to_json(at)#>>'{}'`.as('at'))
    .where('townId', '=', who.townId)
    .where('staffId', '=', who.staffId)
    .orderBy('notice.at', 'desc')
    .limit(20)
    .execute()
  const pays = is(who, ...visitors)
  const villages = await villagesOf(tx, who)
  return {
    today,
    now: now.getTime(),
    screening,
    revisits: mayRevisit
      ? await list(
          { toRevisit: true, sort: 'lastProgressOn', dir: 'asc' },
          sql<SqlBool>`petition.main_handler_id is distinct from ${me}`,
        )
      : [],
    mine: await list(
      { sort: 'nextDueOn', dir: 'asc' },
      sql<SqlBool>`petition.state <> 'closed' and ${me} in (petition.holder_id, petition.main_handler_id, petition.area_owner_id, petition.village_owner_id, petition.lead_official_id)`,
    ),
    reported: await list({ sort: 'receivedOn', dir: 'desc' }, sql<SqlBool>`petition.registered_by = ${me}`, 30),
    notices: notices.map(({ readAt, ...n }) => ({ ...n, read: readAt !== null })),
    tell: await list(
      { sort: 'lastProgressOn', dir: 'asc' },
      sql<SqlBool>`petition.echo ->> 'ownerId' = ${who.staffId} and petition.echo ->> 'doneOn' is null`,
    ),
    visits: pays
      ? (await visitList(tx, who, { mine: true }, today)).visits
          .filter((v) => v.status === 'planned')
          .map((v) => ({
            ...v,
            goes: goes(v, who),
            refusal: recordable(v, who, today),
            mayChange: v.changeRefusal === null,
          }))
      : [],
    contacts: pays
      ? (await contacts(tx, who, today)).filter(
          (c) => [c.staffId, c.away ? c.deputyId : null].includes(who.staffId) && c.standing !== 'ahead',
        )
      : [],
    promises: await promises(tx, who, { status: 'open', mine: true }),
    disputeKinds: is(who, 'clerk', 'petitionHead', 'areaSecretary', 'villageOfficer', 'gridWorker', 'mediator')
      ? Object.entries(disputeKinds).map(([code, name]) => ({ code, name }))
      : [],
    people: pays ? companions(who, seats, villages) : [],
    mayPlan: pays ? { others: is(who, ...plansForOthers) } : null,
    villages,
  }
}
