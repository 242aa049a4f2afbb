import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { promises } from '../../duty/promise/store.ts'
import { NotFound } from '../../kit/errors.ts'
import { openBoard } from '../../open/store.ts'
import { roles, type Who } from '../../people/roles.ts'
import { seatsOf } from '../../people/seats.store.ts'
import { isOpen, type State } from '../../petitions/petition.ts'
import { visibleTo } from '../../petitions/policy.ts'
import type { Setting } from '../../petitions/store.ts'
import { placesOf, underWay } from '../table.store.ts'
import { contacts } from './contact.store.ts'
import { shown, visitRows } from './list.store.ts'
import type { VillagePage } from './routes.ts'

/** What the office has to do with one village; matters and promises only as far as this person may see them. */
export const villagePage = async (tx: Tx, who: Who, id: string, s: Setting): Promise<VillagePage> => {
  const { today } = s
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
      late: open.filter((p) => p.nextDueOn !== null && p.nextDueOn < today).length,
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
    open: (await openBoard(tx, who, s)).duties
      .filter((d) => d.villageId === id && d.state === 'overdue')
      .map((d) => ({ title: d.title, period: d.periodName, dueOn: d.dueOn })),
  }
}
