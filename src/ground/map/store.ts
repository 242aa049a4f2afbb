import { sql } from 'kysely'
import { type Tx, writeTrace } from '../../audit/trace.ts'
import { promises } from '../../duty/promise/store.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { is, type Who } from '../../people/roles.ts'
import { seatsOf } from '../../people/seats.store.ts'
import { visibleTo } from '../../petitions/policy.ts'
import type { Setting } from '../../petitions/store.ts'
import { readsTown } from '../campaign.ts'
import { placesOf, underWay } from '../table.store.ts'
import { contacts } from '../visits/contact.store.ts'
import { standingOf } from './coverage.ts'
import {
  type PlaceName,
  type Polygon,
  project,
  readGeoJson,
  type ShapeKind,
  simplified,
  verticesOf,
} from './geojson.ts'
import type { Coverage } from './routes.ts'

/** Outlines the town supplies: checked, simplified, and put in the place of those before. */
export const putMap = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; fileName: string; text: string; partly: boolean },
  s: Setting,
): Promise<{ kept: number; vertices: number; problems: string[] }> => {
  const { townId } = who
  const places = (
    await sql<PlaceName>`select 'area' as kind, id, code, name from area where town_id = ${townId}::uuid and active
      union all select 'village', id, code, name from village where town_id = ${townId}::uuid and active
      union all select 'grid', id, code, name from grid where town_id = ${townId}::uuid and active`.execute(tx)
  ).rows
  const read = readGeoJson(given.text, places)
  if (read.fatal) throw new Invalid(read.fatal, { text: read.fatal })
  if (read.problems.length && !given.partly)
    throw new Invalid(
      `${read.problems.length} 个边界有问题：${read.problems[0]}`,
      Object.fromEntries(read.problems.slice(0, 20).map((p, i) => [`problem${i}`, p])),
    )
  const shapes = simplified(read.shapes)
  await tx.deleteFrom('placeShape').where('townId', '=', townId).execute()
  await tx
    .insertInto('placeShape')
    .values(
      shapes.map((x) => ({
        townId,
        kind: x.kind,
        placeId: x.placeId,
        polygons: JSON.stringify(x.polygons),
        fileName: given.fileName,
        onDay: s.today,
        byId: who.staffId,
        byName: who.name,
      })) as never,
    )
    .execute()
  await writeTrace(
    tx,
    who,
    {
      subjectId: townId,
      subjectKind: 'town',
      kind: 'place',
      says: `上传覆盖图边界 ${given.fileName}：${shapes.length} 处${read.problems.length ? `，${read.problems.length} 处未用` : ''}`,
      data: { problems: read.problems.slice(0, 50) },
      requestId: given.requestId,
    },
    s.now,
  )
  return { kept: shapes.length, vertices: verticesOf(shapes), problems: read.problems }
}

export const dropMap = async (tx: Tx, who: Who, requestId: string, s: Setting): Promise<void> => {
  await tx.deleteFrom('placeShape').where('townId', '=', who.townId).execute()
  await writeTrace(
    tx,
    who,
    { subjectId: who.townId, subjectKind: 'town', kind: 'place', says: '去掉覆盖图边界，改画示意图', requestId },
    s.now,
  )
}

/** The office's work by village, in the fixed order of the villages; an area or village sees its own. */
export const coverage = async (tx: Tx, who: Who, today: Day): Promise<Coverage> => {
  const { townId } = who
  const wide = is(who, ...readsTown)
  const villages = (
    await sql<{ id: string; name: string; areaId: string; area: string }>`select v.id, v.name, v.area_id, a.name as area
      from village v join area a on a.town_id = v.town_id and a.id = v.area_id
      where v.town_id = ${townId}::uuid and v.active order by a.sort, a.code, v.sort, v.code`.execute(tx)
  ).rows.filter((v) => wide || who.areaIds.includes(v.areaId) || who.villageIds.includes(v.id))
  const grids = await tx
    .selectFrom('grid')
    .select(['id', 'villageId', 'name'])
    .where('townId', '=', townId)
    .where('active', '=', true)
    .orderBy('sort')
    .orderBy('code')
    .execute()
  const gridOf = new Map(grids.map((g) => [g.id, g.villageId]))
  const seats = await seatsOf(tx, townId, today)
  const rota = await contacts(tx, who, today)
  const visits = (
    await sql<{ villageId: string; lastOn: Day }>`select village_id, max(on_day) as last_on from visit
      where town_id = ${townId}::uuid and status = 'done' and village_id is not null group by village_id`.execute(tx)
  ).rows
  const running = await underWay(tx, who, today)
  const blanks = running ? (await placesOf(tx, townId, running.id)).filter((p) => p.version === 0) : []
  const matters = await tx
    .selectFrom('petition')
    .select(['villageId', sql<number>`count(*)::int`.as('n')])
    .where((eb) => visibleTo(who)(eb))
    .where('state', '<>', 'closed')
    .groupBy('villageId')
    .execute()
  const open = new Map<string, number>()
  const promised = await promises(tx, who, { status: 'open' })
  const where = (
    await sql<{
      id: string
      villageId: string
    }>`select m.id, coalesce(p.village_id, v.village_id) as village_id from promise m
      left join petition p on p.town_id = m.town_id and p.id = m.petition_id
      left join visit v on v.town_id = m.town_id and v.id = m.source_id
      where m.town_id = ${townId}::uuid and m.id = any (${promised.map((p) => p.id)}::uuid[])`.execute(tx)
  ).rows
  for (const w of where) if (w.villageId) open.set(w.villageId, (open.get(w.villageId) ?? 0) + 1)
  const shapes = (await tx
    .selectFrom('placeShape')
    .select(['placeId', 'kind', 'polygons', 'fileName', 'onDay'])
    .where('townId', '=', townId)
    .orderBy(sql`array_position(array['area', 'village', 'grid'], kind)`)
    .orderBy('placeId')
    .execute()) as unknown as { placeId: string; kind: ShapeKind; polygons: Polygon[]; fileName: string; onDay: Day }[]
  const here = new Set(villages.flatMap((v) => [v.id, v.areaId]))
  const drawn = shapes.filter((x) => here.has(x.kind === 'grid' ? (gridOf.get(x.placeId) ?? '') : x.placeId))
  return {
    areas: [...new Map(villages.map((v) => [v.areaId, v.area]))].map(([id, name]) => {
      const seat = seats.filter((x) => x.role === 'areaSecretary' && x.areaId === id)
      return { id, name, secretary: seat.map((x) => x.staff || '空缺').join('、') || '没有设岗' }
    }),
    villages: villages.map((v) => {
      const own = seats.filter((x) => x.villageId === v.id || (x.gridId !== null && gridOf.get(x.gridId) === v.id))
      const lines = rota.filter((c) => c.villageId === v.id && c.fromOn <= today)
      const facts = {
        // A village without a post of its own has nobody either.
        vacant:
          own.filter((x) => x.staffId === null).length +
          (own.some((x) => x.role === 'villageOfficer') ? 0 : 1) +
          lines.filter((c) => c.gone).length,
        blanks: blanks.filter((p) => p.villageId === v.id).length,
        visitLate: lines.some((c) => c.standing === 'late'),
      }
      return {
        ...v,
        ...facts,
        cover: lines.map((c) => c.staff).join('、'),
        lastVisitOn: visits.find((x) => x.villageId === v.id)?.lastOn ?? null,
        matters: matters.find((m) => m.villageId === v.id)?.n ?? 0,
        promises: open.get(v.id) ?? 0,
        standing: standingOf(facts),
        grids: grids
          .filter((g) => g.villageId === v.id)
          .map((g) => {
            const posts = own.filter((x) => x.gridId === g.id)
            return {
              id: g.id,
              name: g.name,
              cover: posts.flatMap((x) => x.staff || []).join('、'),
              standing: standingOf({
                vacant: posts.some((x) => x.staffId !== null) ? 0 : 1,
                blanks: blanks.filter((p) => p.gridId === g.id).length,
                visitLate: false,
              }),
            }
          }),
      }
    }),
    screening: running?.title ?? '',
    map: drawn.length === 0 ? null : { ...project(drawn, 1000), fileName: drawn[0]!.fileName, onDay: drawn[0]!.onDay },
  }
}
