import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { NotFound } from '../kit/errors.ts'
import { writeRows } from '../kit/server/excel.write.ts'
import { is, type Who } from '../people/roles.ts'
import { seatsOf } from '../people/seats.store.ts'
import type { Seat } from '../people/seats.ts'
import type { Grade } from '../petitions/petition.ts'
import { seesWholeTown, visibleTo } from '../petitions/policy.ts'
import { namesOf } from '../petitions/world.store.ts'
import type { CampaignRow, CampaignView, CarriedPlace, FindingRow, PlaceTask, PlaceView } from './campaign.routes.ts'
import {
  type Column,
  type Counts,
  columns,
  type FindingFacts,
  type NamedPlace,
  nothing,
  office,
  onlyAreas,
  type ReportFacts,
  readsTown,
  reconcile,
  reportRefusal,
  runsCampaign,
  type Table,
  tableOf,
} from './campaign.ts'
import { chasedFor, type PlaceFacts, reportsFor, standsInFor } from './cover.ts'

export const campaignOf = async (tx: Tx, who: Pick<Who, 'townId'>, id: string, lock?: 'share' | 'update') => {
  const row = await tx
    .selectFrom('campaign')
    .selectAll()
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .$if(lock === 'share', (q) => q.forShare())
    .$if(lock === 'update', (q) => q.forUpdate())
    .executeTakeFirst()
  if (!row) throw new NotFound('没有这次排查')
  return row as typeof row & { state: 'open' | 'closed' }
}

/** Campaigns and the periods of the routine screening, the last ones of each, newest first. */
export const campaigns = async (tx: Tx, who: Who): Promise<CampaignRow[]> =>
  (
    await sql<CampaignRow>`select c.id, c.title, c.from_on, c.due_on, c.state, c.routine_on is not null as routine,
      (select count(*) from campaign_place p where p.town_id = c.town_id and p.campaign_id = c.id)::int as expected,
      (select count(*) from campaign_place p where p.town_id = c.town_id and p.campaign_id = c.id and p.version > 0)::int as reported
      from (select c.*, row_number() over (partition by c.routine_on is null order by c.from_on desc, c.id desc) as nth
        from campaign c where c.town_id = ${who.townId}::uuid) c
      where c.nth <= 60 order by c.from_on desc, c.id desc`.execute(tx)
  ).rows

/** The screening whose blanks a place is asked about today: the campaign, else the routine period that has begun last. */
export const underWay = async (tx: Tx, who: Who, today: Day): Promise<CampaignRow | undefined> => {
  const open = (await campaigns(tx, who)).filter((c) => c.state === 'open' && c.fromOn <= today)
  return open.find((c) => !c.routine) ?? open[0]
}

export const placesOf = async (tx: Tx, townId: string, campaignId: string): Promise<NamedPlace[]> =>
  (
    await sql<NamedPlace>`select p.id, p.area_id, p.village_id, p.grid_id, p.leader_id, p.secretary_id, p.cadre_id, p.version,
        a.name as area, v.name as village, g.name as grid, coalesce(l.name, '') as leader, coalesce(s.name, '') as secretary,
        coalesce(k.name, '') as cadre,
        (select r.reported_on from campaign_report r where r.town_id = p.town_id and r.place_id = p.id and r.seq = 1) as first_on
      from campaign_place p join area a on a.town_id = p.town_id and a.id = p.area_id
      join village v on v.town_id = p.town_id and v.id = p.village_id
      left join grid g on g.town_id = p.town_id and g.id = p.grid_id
      left join staff l on l.town_id = p.town_id and l.id = p.leader_id
      left join staff s on s.town_id = p.town_id and s.id = p.secretary_id
      left join staff k on k.town_id = p.town_id and k.id = p.cadre_id
      where p.town_id = ${townId}::uuid and p.campaign_id = ${campaignId}::uuid
      order by a.sort, a.code, v.sort, v.code, g.sort nulls first, g.code nulls first`.execute(tx)
  ).rows

/** The rows a table is made of, read in one transaction. */
export const factsOf = async (tx: Tx, townId: string, campaignId: string) => {
  const places = await placesOf(tx, townId, campaignId)
  const reports = (
    await sql<ReportFacts>`select place_id, seq, zero, visited, late from campaign_report
      where town_id = ${townId}::uuid and campaign_id = ${campaignId}::uuid`.execute(tx)
  ).rows
  const findings = (
    await sql<
      FindingFacts & { petitionId: string | null }
    >`select f.place_id, f.kind, f.petition_id, f.retracted_by is not null as retracted, p.grade,
        coalesce(p.lead_official_id, p.main_handler_id, p.area_owner_id, p.village_owner_id) is not null as named
      from campaign_finding f left join petition p on p.town_id = f.town_id and p.id = f.petition_id
      where f.town_id = ${townId}::uuid and f.campaign_id = ${campaignId}::uuid`.execute(tx)
  ).rows
  return { places, reports, findings }
}

/** The screening matters of the ledger in the campaign's own days. */
const ledgerOf = async (tx: Tx, townId: string, from: Day, to: Day): Promise<string[]> =>
  (
    await sql<{
      id: string
    }>`select id from petition where town_id = ${townId}::uuid and not sealed and channel = 'screening'
      and received_on between ${from}::date and ${to}::date`.execute(tx)
  ).rows.map((r) => r.id)

/** Table, reconciliation and comparison; an area secretary sees the own areas, without what concerns the whole town. */
export const campaignView = async (tx: Tx, who: Who, id: string, today: Day): Promise<CampaignView> => {
  const c = await campaignOf(tx, who, id)
  const { places, reports, findings } = await factsOf(tx, who.townId, id)
  const kept = c.closing as { table: Table } | null
  const whole = kept?.table ?? tableOf(places, reports, findings)
  const wide = is(who, ...readsTown)
  const table = wide ? whole : onlyAreas(whole, who.areaIds)
  const last = wide
    ? await tx
        .selectFrom('campaign')
        .select(['title', 'closing'])
        .where('townId', '=', who.townId)
        .where('state', '=', 'closed')
        .where('routineOn', c.routineOn === null ? 'is' : 'is not', null)
        .where('id', '<>', id)
        .where('fromOn', '<', c.fromOn as never)
        .orderBy('fromOn', 'desc')
        .limit(1)
        .executeTakeFirst()
    : undefined
  let reconciled: CampaignView['reconciled'] = null
  if (seesWholeTown(who)) {
    // A routine period ends on its last day; what is found later is the next one's.
    const until = (c.routineOn === null ? (c.closedOn ?? today) : c.dueOn) as Day
    const own = (retracted: boolean) =>
      findings.filter((f) => f.kind === 'matter' && f.retracted === retracted).map((f) => f.petitionId!)
    const { ledgerOnlyIds, outsideIds, ...numbers } = reconcile(
      await ledgerOf(tx, who.townId, c.fromOn as Day, until),
      own(false),
      own(true),
    )
    const list = async (ids: string[]) =>
      ids.length
        ? await tx
            .selectFrom('petition')
            .select(['id', 'number'])
            .where(visibleTo(who))
            .where('id', 'in', ids.slice(0, 200))
            .orderBy('number')
            .execute()
        : []
    reconciled = { ...numbers, ledgerOnlyMatters: await list(ledgerOnlyIds), outsideMatters: await list(outsideIds) }
  }
  return {
    id,
    title: c.title,
    asks: c.asks,
    fromOn: c.fromOn as Day,
    dueOn: c.dueOn as Day,
    withGrids: c.withGrids,
    routine: c.routineOn !== null,
    state: c.state,
    openedName: c.openedName,
    closedOn: c.closedOn as Day | null,
    closedName: c.closedName,
    closeNote: c.closeNote,
    version: c.version,
    table,
    asked: c.state === 'open' ? askedOf(places, await seatsOf(tx, who.townId, today), table) : {},
    before: last ? { title: last.title, total: totalIn(last.closing) } : null,
    reconciled,
    may: { run: c.state === 'open' && is(who, ...runsCampaign), settle: c.state === 'open' && is(who, ...office) },
  }
}

/** Who is asked today for each blank of this table, and why somebody else than who covers it. */
const askedOf = (places: readonly NamedPlace[], seats: readonly Seat[], table: Table): CampaignView['asked'] => {
  const shown = new Set(table.areas.map((a) => a.areaId))
  return Object.fromEntries(
    places
      .filter((p) => p.version === 0 && shown.has(p.areaId))
      .map((p) => {
        const to = chasedFor(p, seats)
        return [p.id, { name: to?.name ?? '', why: to?.notes.join('，') ?? '' }]
      }),
  )
}

/** The town's line of a kept closing table; a column that table did not have yet counts as nothing. */
const totalIn = (closing: unknown): Counts => ({ ...nothing(), ...(closing as { table: Table }).table.total })

/** What was found, newest first: matters as far as this person sees them, and answers given on the spot. */
export const findingsOf = async (tx: Tx, who: Who, campaignId: string, placeId?: string): Promise<FindingRow[]> => {
  const wide = is(who, ...readsTown)
  const mine = [...who.areaIds]
  const rows = await tx
    .selectFrom('campaignFinding as f')
    .innerJoin('campaignPlace as p', (j) => j.onRef('p.townId', '=', 'f.townId').onRef('p.id', '=', 'f.placeId'))
    .innerJoin('campaignReport as r', (j) => j.onRef('r.townId', '=', 'f.townId').onRef('r.id', '=', 'f.reportId'))
    .innerJoin('village as v', (j) => j.onRef('v.townId', '=', 'p.townId').onRef('v.id', '=', 'p.villageId'))
    .leftJoin('grid as g', (j) => j.onRef('g.townId', '=', 'p.townId').onRef('g.id', '=', 'p.gridId'))
    .leftJoin('petition', (j) => j.onRef('petition.townId', '=', 'f.townId').onRef('petition.id', '=', 'f.petitionId'))
    .select([
      'f.id',
      'f.kind',
      'f.petitionId',
      'f.asked',
      'f.answer',
      'f.retractReason',
      'v.name as village',
      'g.name as grid',
      'p.areaId',
      'p.leaderId',
      'p.secretaryId',
      'p.cadreId',
      'r.reportedOn',
      'r.byName',
      'petition.number',
      'petition.title',
      'petition.state',
      'petition.grade',
      'petition.gradeProposed',
      'petition.version',
      'petition.leadOfficialId',
      'petition.mainHandlerId',
      'petition.areaOwnerId',
      'petition.villageOwnerId',
    ])
    .where('f.townId', '=', who.townId)
    .where('f.campaignId', '=', campaignId)
    .where((eb) =>
      eb.or([
        eb.and([eb('f.petitionId', 'is not', null), visibleTo(who)(eb as never)]),
        eb.and([
          eb('f.petitionId', 'is', null),
          // One place is only opened by whoever answers for it.
          wide || placeId ? sql<boolean>`true` : sql<boolean>`p.area_id = any (${mine}::uuid[])`,
        ]),
      ]),
    )
    .$if(placeId !== undefined, (q) => q.where('f.placeId', '=', placeId!))
    .orderBy('f.id', 'desc')
    .limit(1000)
    .execute()
  const owners = (r: (typeof rows)[number]) =>
    [r.leadOfficialId, r.mainHandlerId, r.areaOwnerId, r.villageOwnerId].filter((x): x is string => x !== null)
  const names = await namesOf(tx, who.townId, [...new Set(rows.flatMap(owners))])
  return rows.map((r) => ({
    id: r.id,
    kind: r.kind as FindingRow['kind'],
    village: r.village,
    grid: r.grid ?? '',
    petitionId: r.petitionId,
    number: r.number ?? '',
    title: r.title ?? r.asked,
    state: (r.state ?? null) as FindingRow['state'],
    grade: (r.grade ?? null) as Grade | null,
    gradeProposed: (r.gradeProposed ?? null) as Grade | null,
    answer: r.answer,
    names: [...new Set(owners(r).map((o) => names[o] ?? ''))].filter(Boolean).join('、'),
    foundOn: r.reportedOn as Day,
    byName: r.byName,
    retractReason: r.retractReason,
    leaderId: r.leaderId,
    secretaryId: r.secretaryId,
    cadreId: r.cadreId,
    version: r.version ?? null,
  }))
}

/** What this person answers for in each campaign that runs, with the reports and findings of the whole campaign. */
const mineIn = async (tx: Tx, who: Who, seats: readonly Seat[]) => {
  const open = await tx
    .selectFrom('campaign')
    .selectAll()
    .where('townId', '=', who.townId)
    .where('state', '=', 'open')
    .orderBy('routineOn', (o) => o.desc().nullsFirst())
    .execute()
  const out = []
  for (const c of open) {
    const { places, reports, findings } = await factsOf(tx, who.townId, c.id)
    const mine = places.filter((p) => reportsFor(who, p, seats))
    if (mine.length) out.push({ c, mine, reports, findings })
  }
  return out
}
const taskOf = (c: { id: string; title: string; routineOn: unknown; fromOn: unknown; dueOn: unknown }) => ({
  campaignId: c.id,
  campaign: c.title,
  routine: c.routineOn !== null,
  fromOn: c.fromOn as Day,
  dueOn: c.dueOn as Day,
})

/** Places this person answers for in campaigns that run. */
export const tasksOf = async (tx: Tx, who: Who, today: Day): Promise<PlaceTask[]> => {
  const seats = await seatsOf(tx, who.townId, today)
  return (await mineIn(tx, who, seats)).flatMap(({ c, mine, reports }) => {
    const standsFor = new Map(mine.map((p) => [p.id, standsInFor(who, p, seats)]))
    return tableOf(mine, reports, []).areas.flatMap((a) =>
      a.villages.flatMap((v) =>
        v.places.map((p) => ({ ...p, ...taskOf(c), village: v.name, standsFor: standsFor.get(p.placeId) ?? '' })),
      ),
    )
  })
}

/** The same with all that a phone needs to report them without network. The day they begin is the phone's to know. */
export const carriedPlaces = async (tx: Tx, who: Who, seats: readonly Seat[], today: Day): Promise<CarriedPlace[]> => {
  const all = await mineIn(tx, who, seats)
  const out: CarriedPlace[] = []
  for (const { c, mine, findings } of all) {
    const known = await openMatters(tx, who, c.id, [...new Set(mine.map((p) => p.villageId))])
    const standing = findings.filter((f) => !f.retracted)
    const found = await standingOf(
      tx,
      who,
      mine.map((p) => p.id),
    )
    for (const p of mine)
      out.push({
        ...taskOf(c),
        placeId: p.id,
        asks: c.asks,
        name: `${p.village}${p.grid ? ` ${p.grid}` : ''}`,
        standsFor: standsInFor(who, p, seats),
        version: p.version,
        refusal: reportRefusal(
          who,
          { state: 'open', fromOn: c.fromOn as Day },
          p,
          seats,
          (c.fromOn as Day) > today ? (c.fromOn as Day) : today,
        ),
        reportedOn: p.firstOn,
        standing: standing.filter((f) => f.placeId === p.id).length,
        found: found.filter((f) => f.placeId === p.id).map(({ id, what }) => ({ id, what })),
        known: known.filter((k) => k.villageId === p.villageId).map(({ villageId: _v, ...k }) => k),
      })
  }
  return out
}

/** Findings of these places that hold so far, as far as the person sees what they are about. */
const standingOf = (tx: Tx, who: Who, placeIds: readonly string[]) =>
  tx
    .selectFrom('campaignFinding as f')
    .leftJoin('petition', (j) => j.onRef('petition.townId', '=', 'f.townId').onRef('petition.id', '=', 'f.petitionId'))
    .select(['f.id', 'f.placeId'])
    .select(sql<string>`coalesce(petition.number || ' ' || petition.title, f.asked)`.as('what'))
    .where('f.townId', '=', who.townId)
    .where('f.placeId', 'in', placeIds)
    .where('f.retractedBy', 'is', null)
    .where((eb) => eb.or([eb('f.petitionId', 'is', null), visibleTo(who)(eb as never)]))
    .orderBy('f.id')
    .execute()

/** Open matters of these villages that the person sees and that the campaign has not counted yet, the newest first. */
const openMatters = (tx: Tx, who: Who, campaignId: string, villageIds: readonly string[]) =>
  tx
    .selectFrom('petition')
    .select(['id', 'number', 'title', 'villageId'])
    .where(visibleTo(who))
    .where('villageId', 'in', villageIds)
    .where('state', '<>', 'closed')
    .where(
      sql<boolean>`not exists (select from campaign_finding f where f.town_id = petition.town_id and f.petition_id = petition.id
        and f.campaign_id = ${campaignId}::uuid and f.retracted_by is null)`,
    )
    .orderBy('number', 'desc')
    .limit(200)
    .execute()

export const placeOf = async (
  tx: Tx,
  who: Who,
  campaignId: string,
  placeId: string,
  seats: readonly Seat[],
  lock = false,
): Promise<PlaceFacts> => {
  const p = await tx
    .selectFrom('campaignPlace')
    .select(['id', 'areaId', 'villageId', 'gridId', 'leaderId', 'secretaryId', 'cadreId', 'version'])
    .where('townId', '=', who.townId)
    .where('campaignId', '=', campaignId)
    .where('id', '=', placeId)
    .$if(lock, (q) => q.forUpdate())
    .executeTakeFirst()
  // What somebody has nothing to do with is not there for them.
  if (!p || !(reportsFor(who, p, seats) || is(who, ...office))) throw new NotFound('没有这一处')
  return p
}

export const placeView = async (
  tx: Tx,
  who: Who,
  campaignId: string,
  placeId: string,
  today: Day,
): Promise<PlaceView> => {
  const c = await campaignOf(tx, who, campaignId)
  const seats = await seatsOf(tx, who.townId, today)
  const p = await placeOf(tx, who, campaignId, placeId, seats)
  const names = await namesOf(
    tx,
    who.townId,
    [p.areaId, p.villageId, p.gridId, p.leaderId, p.secretaryId, p.cadreId].filter((x): x is string => x !== null),
  )
  const name = (id: string | null) => (id ? (names[id] ?? '') : '空缺')
  const reports = await tx
    .selectFrom('campaignReport')
    .select(['seq', 'zero', 'visited', 'note', 'reason', 'late', 'reportedOn', 'byName'])
    .where('townId', '=', who.townId)
    .where('placeId', '=', placeId)
    .orderBy('seq')
    .execute()
  const known = (await openMatters(tx, who, campaignId, [p.villageId])).map(({ villageId: _v, ...k }) => k)
  return {
    campaign: { id: c.id, title: c.title, asks: c.asks, dueOn: c.dueOn as Day, state: c.state },
    placeId,
    name: `${names[p.villageId] ?? ''}${p.gridId ? ` ${names[p.gridId] ?? ''}` : ''}`,
    area: names[p.areaId] ?? '',
    version: p.version,
    refusal: reportRefusal(who, { state: c.state, fromOn: c.fromOn as Day }, p, seats, today),
    cover: [
      { what: '包管区领导', name: name(p.leaderId) },
      { what: '管区书记', name: name(p.secretaryId) },
      { what: p.gridId ? '网格员' : '包村人员', name: name(p.cadreId) },
    ],
    reports: reports as PlaceView['reports'],
    findings: await findingsOf(tx, who, campaignId, placeId),
    known,
  }
}

/** The table as .xlsx: a line for each village, one for each area, one for the town, the columns as on the page. */
export const tableFile = async (tx: Tx, who: Who, campaignId: string, today: Day) => {
  const view = await campaignView(tx, who, campaignId, today)
  const keys = Object.keys(columns) as Column[]
  const line = (area: string, village: string, cover: string, c: Counts, fill?: string) =>
    [area, village, cover, ...keys.map((k) => c[k])].map((value) => ({ value, ...(fill ? { fill } : {}) }))
  const rows = [
    ...view.table.areas.flatMap((a) => [
      ...a.villages.map((v) =>
        line(a.name, v.name, v.places.find((p) => p.gridId === null)?.cadre || '空缺', v.counts),
      ),
      line(a.name, '小计', [a.leader, a.secretary].filter(Boolean).join('、'), a.counts, 'EDF1F8'),
    ]),
    line(is(who, ...readsTown) ? '全镇' : '所辖管区', '合计', '', view.table.total, 'DCE6F5'),
  ]
  const file = await writeRows(
    [
      { title: '管区', width: 12 },
      { title: '村', width: 14 },
      { title: '包保人', width: 16 },
      ...keys.map((k) => ({ title: columns[k], width: 9, type: 'number' as const })),
    ],
    rows,
    {
      sheet: '排查结清表',
      title: `${view.title}（${view.fromOn} 至 ${view.dueOn}）${view.state === 'closed' ? `结清表 ${view.closedOn}` : `进度 ${today}`}`,
      mark: `${who.name} ${today} 导出`,
      by: who.name,
    },
  )
  return { file, name: `${view.title} ${view.state === 'closed' ? '结清表' : `进度 ${today}`}.xlsx` }
}
