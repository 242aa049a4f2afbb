import { sql } from 'kysely'
import { happened, type Tx, writeTrace } from '../../audit/trace.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import type { Who } from '../../people/roles.ts'
import type { Setting } from '../../petitions/store.ts'
import {
  appointRefusal,
  type Colleague,
  faults,
  type Gap,
  gapsOf,
  keepRefusal,
  type Level,
  type Mediator,
  type Member,
  type MemberAct,
  type MemberInput,
  measures,
  type Seat,
  type Station,
  type StationInput,
  seated,
  seatsFrom,
  termEnd,
} from './network.ts'

export const say = (tx: Tx, who: Who, subjectId: string, says: string, requestId: string, s: Setting, data?: unknown) =>
  writeTrace(
    tx,
    { townId: who.townId, staffId: who.staffId, name: who.name, post: who.post },
    {
      subjectId,
      subjectKind: 'mediation',
      kind: 'mediation',
      says,
      requestId,
      ...(data === undefined ? {} : { data }),
    },
    s.now,
  )

/** The person asking, with the seats held today. */
export const mediatorOf = async (tx: Tx, who: Who, today: Day): Promise<Mediator> => {
  const r = await sql<Seat>`select m.id as member_id, m.station_id, s.level, m.duty from mediation_member m
    join mediation_station s on s.town_id = m.town_id and s.id = m.station_id
    where m.town_id = ${who.townId}::uuid and m.staff_id = ${who.staffId}::uuid and s.active
      and m.since <= ${today}::date and m.until > ${today}::date and (m.ended_on is null or m.ended_on > ${today}::date)`.execute(
    tx,
  )
  return { ...who, seats: r.rows }
}

const stationColumns = [
  'id',
  'level',
  'name',
  'areaId',
  'villageId',
  'committee',
  'room',
  'hours',
  'phone',
  'roster',
  'active',
  'version',
] as const
export const memberColumns = [
  'id',
  'stationId',
  'staffId',
  'name',
  'female',
  'duty',
  'since',
  'until',
  'endedOn',
  'endedReason',
  'fields',
  'languages',
  'interests',
  'faults',
  'gridId',
  'version',
] as const

export const stationsOf = async (tx: Tx, townId: string): Promise<Station[]> =>
  (await tx
    .selectFrom('mediationStation')
    .select(stationColumns)
    .where('townId', '=', townId)
    .orderBy(sql`case level when 'centre' then 0 when 'area' then 1 else 2 end`)
    .orderBy('name')
    .execute()) as unknown as Station[]

export const membersOf = async (tx: Tx, townId: string, stationId?: string): Promise<Member[]> =>
  (await tx
    .selectFrom('mediationMember')
    .select(memberColumns)
    .where('townId', '=', townId)
    .$if(stationId !== undefined, (q) => q.where('stationId', '=', stationId!))
    .orderBy(sql`array_position(array['head', 'deputy', 'mediator', 'grid', 'expert'], duty)`)
    .orderBy('name')
    .execute()) as unknown as Member[]

/** Vacant seats, terms that are over, and what the law's composition lacks, over the whole network. */
export const gaps = async (tx: Tx, townId: string, today: Day): Promise<(Gap & { station: string })[]> => {
  const stations = (await stationsOf(tx, townId)).filter((s) => s.active)
  const members = await membersOf(tx, townId)
  const grids = await tx
    .selectFrom('grid')
    .select(['id', 'name', 'villageId'])
    .where('townId', '=', townId)
    .where('active', '=', true)
    .orderBy('sort')
    .execute()
  const soon = addDays(today, 60)
  return stations.flatMap((s) =>
    gapsOf(
      s,
      members,
      grids.filter((g) => g.villageId === s.villageId && s.level === 'village'),
      today,
      soon,
    ).map((g) => ({ ...g, station: s.name })),
  )
}

/** The people of the office with the posts they hold today, for the first making of the network. */
const colleagues = async (tx: Tx, townId: string, today: Day): Promise<Colleague[]> =>
  (
    await sql<{ staffId: string; name: string; posts: Colleague['posts'] }>`
      select s.id as staff_id, s.name, json_agg(json_build_object('role', o.role, 'areaId', o.area_id, 'villageId', o.village_id,
          'gridId', o.grid_id, 'unitName', u.name, 'heads', o.heads)) as posts
      from staff s join holding h on h.town_id = s.town_id and h.staff_id = s.id and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)
      join post o on o.town_id = h.town_id and o.id = h.post_id and o.active
      left join unit u on u.town_id = o.town_id and u.id = o.unit_id
      where s.town_id = ${townId}::uuid and s.active group by s.id, s.name`.execute(tx)
  ).rows

/**
 * Make the network from the town's own areas, villages, grids and posts: whatever is missing is added, nothing is changed or removed,
 * so that it may be run again after a village or a person was added. Returns what was added.
 */
export const makeNetwork = async (
  tx: Tx,
  who: Who,
  requestId: string,
  s: Setting,
): Promise<{ stations: number; members: number }> => {
  if (await happened(tx, who.townId, requestId)) return { stations: 0, members: 0 }
  const me = await mediatorOf(tx, who, s.today)
  const no = keepRefusal(me, null)
  if (no) throw new Refused(no)
  const { townId } = who
  const town = s.town.name
  const areas = await tx
    .selectFrom('area')
    .select(['id', 'name'])
    .where('townId', '=', townId)
    .where('active', '=', true)
    .execute()
  const villages = await tx
    .selectFrom('village')
    .select(['id', 'name'])
    .where('townId', '=', townId)
    .where('active', '=', true)
    .execute()
  const was = await stationsOf(tx, townId)
  const key = (level: Level, place: string | null) => `${level}/${place ?? ''}`
  const known = new Map(was.map((x) => [key(x.level, x.villageId ?? x.areaId), x.id]))
  const wanted = [
    { level: 'centre' as const, place: null, name: `${town}矛盾纠纷调解中心`, committee: `${town}人民调解委员会` },
    ...areas.map((a) => ({
      level: 'area' as const,
      place: a.id,
      name: `${a.name}矛盾纠纷调解站`,
      committee: `${town}人民调解委员会`,
    })),
    ...villages.map((v) => ({
      level: 'village' as const,
      place: v.id,
      name: `${v.name}矛盾纠纷调解点`,
      committee: `${v.name}人民调解委员会`,
    })),
  ].filter((w) => !known.has(key(w.level, w.place)))
  const rows = wanted.map((w) => {
    const id = uuidv7(s.now.getTime())
    known.set(key(w.level, w.place), id)
    return {
      townId,
      id,
      level: w.level,
      name: w.name,
      committee: w.committee,
      areaId: w.level === 'area' ? w.place : null,
      villageId: w.level === 'village' ? w.place : null,
    }
  })
  if (rows.length)
    await tx
      .insertInto('mediationStation')
      .values(rows as never)
      .execute()
  const members = await membersOf(tx, townId)
  const sits = new Set(
    members
      .filter((m) => m.endedOn === null && m.until > s.today)
      .map((m) => `${m.stationId}/${m.staffId}/${m.gridId ?? ''}`),
  )
  const seats = seatsFrom(await colleagues(tx, townId, s.today)).flatMap((x) => {
    const stationId = known.get(key(x.at.level, x.at.placeId))
    if (!stationId || sits.has(`${stationId}/${x.staffId}/${x.gridId ?? ''}`)) return []
    return [
      {
        townId,
        id: uuidv7(s.now.getTime()),
        stationId,
        staffId: x.staffId,
        name: x.name,
        duty: x.duty,
        since: s.today,
        until: termEnd(s.today),
        gridId: x.gridId,
      },
    ]
  })
  if (seats.length)
    await tx
      .insertInto('mediationMember')
      .values(seats as never)
      .execute()
  await say(tx, who, townId, `建立调解网络：新增站点 ${rows.length} 个、成员 ${seats.length} 人`, requestId, s)
  return { stations: rows.length, members: seats.length }
}

export const keepStation = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; input: StationInput },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const no = keepRefusal(await mediatorOf(tx, who, s.today), id)
  if (no) throw new Refused(no)
  const own = new Set((await membersOf(tx, who.townId, id)).filter((m) => seated(m, s.today)).map((m) => m.id))
  if (given.input.roster.some((r) => !own.has(r.memberId)))
    throw new Invalid('值班的人应当是本站现任成员', { roster: '请从本站现任成员里选' })
  const done = await tx
    .updateTable('mediationStation')
    .set({ ...given.input, roster: JSON.stringify(given.input.roster), version: given.version + 1 } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .where('version', '=', given.version)
    .executeTakeFirst()
  if (done.numUpdatedRows === 0n) throw new Refused('他人刚改过这个站点，请看过最新的内容再办；您填写的内容没有丢失')
  await say(tx, who, id, '更新站点资料、值班', given.requestId, s)
}

/** Add a member, for a term of three years. */
/** The grids of a station's village; none above the village. */
export const gridsOf = async (tx: Tx, townId: string, station: Pick<Station, 'villageId'>) =>
  station.villageId === null
    ? []
    : tx
        .selectFrom('grid')
        .select(['id', 'name'])
        .where('townId', '=', townId)
        .where('villageId', '=', station.villageId)
        .where('active', '=', true)
        .orderBy('sort')
        .execute()

export const addMember = async (
  tx: Tx,
  who: Who,
  stationId: string,
  given: { requestId: string; input: MemberInput },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const no = keepRefusal(await mediatorOf(tx, who, s.today), stationId)
  if (no) throw new Refused(no)
  const station = (await stationsOf(tx, who.townId)).find((x) => x.id === stationId)
  if (!station) throw new NotFound()
  const { input } = given
  const wrong = appointRefusal(input, station, await gridsOf(tx, who.townId, station), s.today)
  if (wrong) throw new Invalid(wrong.says, { [wrong.field]: wrong.says })
  const now = (await membersOf(tx, who.townId, stationId)).filter((m) => seated(m, s.today))
  if (input.staffId && now.some((m) => m.staffId === input.staffId && m.gridId === input.gridId))
    throw new Invalid('此人已是本站成员', { staffId: '已是本站成员' })
  if (input.duty === 'head' && now.some((m) => m.duty === 'head'))
    throw new Invalid('本站已有主任', { duty: '已有主任' })
  const staff = input.staffId
    ? await tx
        .selectFrom('staff')
        .select('name')
        .where('townId', '=', who.townId)
        .where('id', '=', input.staffId)
        .where('active', '=', true)
        .executeTakeFirst()
    : null
  if (input.staffId && !staff) throw new Invalid('没有这个人员', { staffId: '没有这个人员' })
  const id = uuidv7(s.now.getTime())
  await tx
    .insertInto('mediationMember')
    .values({
      townId: who.townId,
      id,
      stationId,
      ...input,
      name: staff?.name ?? input.name,
      until: termEnd(input.since),
    } as never)
    .execute()
  await say(tx, who, stationId, `聘任${staff?.name ?? input.name}`, given.requestId, s, {
    memberId: id,
    duty: input.duty,
  })
}

const later = (a: Day, b: Day): Day => [a, b].sort()[1]!

/** Change a seat. Returns whose it was when it ends with this, so that his disputes there are given to others. */
export const changeMember = async (
  tx: Tx,
  who: Who,
  memberId: string,
  given: { requestId: string; version: number; act: MemberAct },
  s: Setting,
): Promise<{ stationId: string; staffId: string } | null> => {
  if (await happened(tx, who.townId, given.requestId)) return null
  const m = (await membersOf(tx, who.townId)).find((x) => x.id === memberId)
  if (!m) throw new NotFound()
  const me = await mediatorOf(tx, who, s.today)
  const { act } = given
  const mine = m.staffId !== null && m.staffId === who.staffId
  const no = mine && act.how === 'facts' ? null : keepRefusal(me, m.stationId)
  if (no) throw new Refused(no)
  if (mine && act.how === 'fault') throw new Refused('自己的行为由别人处理')
  if (m.endedOn) throw new Refused('此人已经离任')
  if (act.how === 'renew' && m.until > addDays(s.today, 60))
    throw new Refused(`任期到 ${m.until}，届满前六十日内再续聘`)
  const ends = act.how === 'end' || (act.how === 'fault' && act.measure === 'remove')
  const [set, says] = ((): [Record<string, unknown>, string] => {
    switch (act.how) {
      case 'end':
        return [{ endedOn: s.today, endedReason: act.reason }, `${m.name}离任：${act.reason}`]
      case 'renew':
        return [{ until: termEnd(later(m.until, s.today)) }, `续聘${m.name}`]
      case 'facts': {
        const { how: _, ...facts } = act
        return [facts, `更新${m.name}的资料`]
      }
      case 'fault': {
        const { how: _, ...fault } = act
        const list = [...m.faults, { ...fault, on: s.today, byName: who.name }]
        return [
          {
            faults: JSON.stringify(list),
            ...(ends
              ? { endedOn: s.today, endedReason: `${measures.remove}：${faults[act.kind]}（人民调解法第十五条）` }
              : {}),
          },
          `${m.name}${faults[act.kind]}，${measures[act.measure]}`,
        ]
      }
    }
  })()
  const done = await tx
    .updateTable('mediationMember')
    .set({ ...set, version: given.version + 1 } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', memberId)
    .where('version', '=', given.version)
    .executeTakeFirst()
  if (done.numUpdatedRows === 0n) throw new Refused('他人刚改过，请看过最新的内容再办')
  await say(tx, who, m.stationId, says, given.requestId, s, { memberId })
  const stays = (await membersOf(tx, who.townId, m.stationId)).some(
    (x) => x.staffId === m.staffId && x.duty !== 'expert' && seated(x, s.today),
  )
  return ends && m.staffId && !stays ? { stationId: m.stationId, staffId: m.staffId } : null
}
