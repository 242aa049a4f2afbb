import { type SqlBool, sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import { placeView, tasksOf } from '../ground/table.store.ts'
import type { Day } from '../kit/day.ts'
import { is, type Who } from '../people/roles.ts'
import { states } from '../petitions/petition.ts'
import { ledgerPage, rowView } from '../petitions/query.ts'
import { LedgerQuery, type LedgerRow } from '../petitions/routes.ts'
import type { Line, Today } from './routes.ts'

const lineOf = (r: LedgerRow): Line => ({
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

/** How many places of a campaign a phone carries whole; who covers more reports those at the desk. */
const carried = 30

/** All a phone needs for a day in the village, in one answer: it may be the last for hours. */
export const todayOf = async (tx: Tx, who: Who, today: Day, now: Date): Promise<Today> => {
  const list = async (more: object, extra?: ReturnType<typeof sql<SqlBool>>, size = 40) =>
    (
      await ledgerPage(tx, who, LedgerQuery.parse({ ...more, size }), today)
        .$if(extra !== undefined, (q) => q.where(extra!))
        .execute()
    )
      .slice(0, size)
      .map((r) => lineOf(rowView(r as never, today)))
  const me = sql`${who.staffId}::uuid`
  const tasks = await tasksOf(tx, who)
  // What is still blank first: the rest may be corrected as well.
  const order = [...tasks].sort((a, b) => Number(a.reportedOn !== null) - Number(b.reportedOn !== null))
  const screening: Today['screening'] = []
  for (const t of order.slice(0, carried)) {
    const v = await placeView(tx, who, t.campaignId, t.placeId, today)
    screening.push({
      campaignId: t.campaignId,
      placeId: t.placeId,
      campaign: v.campaign.title,
      asks: v.campaign.asks,
      name: v.name,
      dueOn: v.campaign.dueOn,
      version: v.version,
      refusal: v.refusal,
      reportedOn: t.reportedOn,
      standing: v.findings.filter((f) => !f.retractReason).length,
      known: v.known.map(({ id, number, title }) => ({ id, number, title })),
    })
  }
  const mayRevisit = is(who, 'clerk', 'petitionHead', 'areaSecretary', 'villageOfficer', 'leadOfficial', 'townLeader')
  const notices = await tx
    .selectFrom('notice')
    .select(['id', 'says', 'readAt'])
    .select(sql<string>`to_json(at)#>>'{}'`.as('at'))
    .where('townId', '=', who.townId)
    .where('staffId', '=', who.staffId)
    .orderBy('notice.at', 'desc')
    .limit(20)
    .execute()
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
    villages: await villagesOf(tx, who),
  }
}
