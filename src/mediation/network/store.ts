import { sql } from 'kysely'
import { happened, type Tx, writeTrace } from '../../audit/trace.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { Invalid, NotFound, Refused } from '../../kit/errors.ts'
import { sha256, uuidv7 } from '../../kit/server/crypto.ts'
import type { Who } from '../../people/roles.ts'
import type { Setting } from '../../petitions/store.ts'
import {
  type LetterInput,
  type LetterKind,
  letterFor,
  letterKinds,
  letterRefusal,
  signedText,
  signRefusal,
} from './letter.ts'
import {
  type Colleague,
  type Gap,
  gapsOf,
  keepRefusal,
  type Level,
  type Mediator,
  type Member,
  type MemberInput,
  type Seat,
  type Station,
  type StationInput,
  seated,
  seatsFrom,
  termEnd,
} from './network.ts'

const say = (tx: Tx, who: Who, subjectId: string, says: string, requestId: string, s: Setting, data?: unknown) =>
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
const memberColumns = [
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
  if (done.numUpdatedRows === 0n) throw new Refused('他人刚改过这个站点，请刷新后再办；您填写的内容没有丢失')
  await say(tx, who, id, '更新站点资料、值班', given.requestId, s)
}

/** Add a member, for a term of three years. */
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

/** End a seat (with the reason), or begin the next term. */
export const changeMember = async (
  tx: Tx,
  who: Who,
  memberId: string,
  given: {
    requestId: string
    version: number
    act:
      | { how: 'end'; reason: string }
      | { how: 'renew' }
      | { how: 'facts'; fields: string[]; languages: string[]; interests: string[]; female: boolean | null }
  },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const m = (await membersOf(tx, who.townId)).find((x) => x.id === memberId)
  if (!m) throw new NotFound()
  const me = await mediatorOf(tx, who, s.today)
  const own = m.staffId === who.staffId && given.act.how === 'facts'
  const no = own ? null : keepRefusal(me, m.stationId)
  if (no) throw new Refused(no)
  if (m.endedOn) throw new Refused('此人已经离任')
  const { act } = given
  const set =
    act.how === 'end'
      ? { endedOn: s.today, endedReason: act.reason }
      : act.how === 'renew'
        ? { until: termEnd(later(m.until, s.today)) }
        : { fields: act.fields, languages: act.languages, interests: act.interests, female: act.female }
  if (act.how === 'renew' && m.until > addDays(s.today, 60))
    throw new Refused(`任期到 ${m.until}，届满前六十日内再续聘`)
  const done = await tx
    .updateTable('mediationMember')
    .set({ ...set, version: given.version + 1 } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', memberId)
    .where('version', '=', given.version)
    .executeTakeFirst()
  if (done.numUpdatedRows === 0n) throw new Refused('他人刚改过，请刷新后再办')
  const says =
    act.how === 'end' ? `${m.name}离任：${act.reason}` : act.how === 'renew' ? `续聘${m.name}` : `更新${m.name}的资料`
  await say(tx, who, m.stationId, says, given.requestId, s, { memberId })
}

// Duty letters

export interface LetterOut {
  id: string
  kind: LetterKind
  title: string
  body: string
  sha256: string
  fromOn: Day
  toOn: Day
  issuedOn: Day
  issuedName: string
}
const letterColumns = ['id', 'kind', 'title', 'body', 'sha256', 'fromOn', 'toOn', 'issuedOn', 'issuedName'] as const

export const lettersOf = async (tx: Tx, townId: string): Promise<LetterOut[]> =>
  (await tx
    .selectFrom('dutyLetter')
    .select(letterColumns)
    .where('townId', '=', townId)
    .orderBy('fromOn', 'desc')
    .orderBy('id', 'desc')
    .execute()) as unknown as LetterOut[]

/** Who owes the letter of this kind today: every seated member with an account in the office, once each. */
const owing = (members: readonly Member[], kind: LetterKind, today: Day) => {
  const out = new Map<string, { staffId: string; name: string; stationId: string }>()
  for (const m of members)
    if (m.staffId && seated(m, today) && letterFor(m.duty) === kind && !out.has(m.staffId))
      out.set(m.staffId, { staffId: m.staffId, name: m.name, stationId: m.stationId })
  return [...out.values()]
}

/**
 * Who stands on a letter's list: whoever owes it today, or on the last day of its term once that is over, and whoever signed it, also
 * after leaving: what was signed stays on record.
 */
const owingOf = (
  letter: Pick<LetterOut, 'kind' | 'toOn'>,
  members: readonly Member[],
  signings: readonly { staffId: string; signedOn?: Day | null }[],
  today: Day,
) => {
  const on = letter.toOn <= today ? addDays(letter.toOn, -1) : today
  const now = owing(members, letter.kind, on)
  const listed = new Set(now.map((o) => o.staffId))
  const gone = signings.flatMap((s) => {
    const m = members.find((x) => x.staffId === s.staffId && letterFor(x.duty) === letter.kind)
    return listed.has(s.staffId) || s.signedOn === null || !m
      ? []
      : [{ staffId: s.staffId, name: m.name, stationId: m.stationId }]
  })
  return [...now, ...gone]
}

/** Kinds of letter whose last one is over or ends within sixty days: the next term's is to be issued. */
export const lettersDue = (letters: readonly Pick<LetterOut, 'kind' | 'toOn'>[], today: Day): string[] =>
  (Object.keys(letterKinds) as LetterKind[]).flatMap((kind) => {
    const last = letters
      .filter((l) => l.kind === kind)
      .map((l) => l.toOn)
      .sort()
      .at(-1)
    return last === undefined
      ? [`还没有签发${letterKinds[kind]}诚信责任书`]
      : last <= today
        ? [`${letterKinds[kind]}诚信责任书的任期已于 ${last} 届满，请签发新一届的`]
        : last <= addDays(today, 60)
          ? [`${letterKinds[kind]}诚信责任书的任期到 ${last} 届满，请准备签发新一届的`]
          : []
  })

export const letterState = async (tx: Tx, who: Who, letterId: string, today: Day) => {
  const letter = (await lettersOf(tx, who.townId)).find((l) => l.id === letterId)
  if (!letter) throw new NotFound()
  const members = await membersOf(tx, who.townId)
  const stations = new Map((await stationsOf(tx, who.townId)).map((x) => [x.id, x.name]))
  const signings = (await tx
    .selectFrom('dutyLetterSigning')
    .select(['staffId', 'readAt', 'signedOn', 'how', 'signedName', 'sha256', 'fileId'])
    .where('townId', '=', who.townId)
    .where('letterId', '=', letterId)
    .execute()) as unknown as {
    staffId: string
    readAt: string
    signedOn: Day | null
    how: string | null
    signedName: string
    sha256: string | null
    fileId: string | null
  }[]
  const by = new Map(signings.map((x) => [x.staffId, x]))
  const rows = owingOf(letter, members, signings, today).map((o) => {
    const g = by.get(o.staffId)
    return {
      staffId: o.staffId,
      name: o.name,
      station: stations.get(o.stationId) ?? '',
      read: !!g,
      signedOn: g?.signedOn ?? null,
      how: (g?.how ?? null) as 'phone' | 'paper' | null,
      sha256: g?.sha256 ?? null,
      fileId: g?.fileId ?? null,
    }
  })
  return { letter, rows }
}

/** A letter with the people on its list this person may see: keepers all, heads those of their stations, everybody himself. */
export const lettersSeen = async (tx: Tx, who: Who, letterId: string, today: Day) => {
  const me = await mediatorOf(tx, who, today)
  const mayKeep = keepRefusal(me, null) === null
  const { letter, rows } = await letterState(tx, who, letterId, today)
  const own = new Set(me.seats.filter((x) => x.duty === 'head' || x.duty === 'deputy').map((x) => x.stationId))
  const names = new Set((await stationsOf(tx, who.townId)).filter((x) => own.has(x.id)).map((x) => x.name))
  return {
    letter,
    rows: mayKeep ? rows : rows.filter((x) => x.staffId === who.staffId || names.has(x.station)),
    mayKeep,
  }
}

/** Counts for the list of letters: how many owe it, how many signed. */
export const letterCounts = async (tx: Tx, townId: string, today: Day) => {
  const members = await membersOf(tx, townId)
  const signed = (
    await sql<{ letterId: string; staffId: string }>`select letter_id, staff_id from duty_letter_signing
      where town_id = ${townId}::uuid and signed_on is not null`.execute(tx)
  ).rows
  return (await lettersOf(tx, townId)).map((l) => {
    const own = signed.filter((x) => x.letterId === l.id)
    const all = owingOf(l, members, own, today)
    return { ...l, owed: all.length, signed: all.filter((o) => own.some((x) => x.staffId === o.staffId)).length }
  })
}

export const issueLetter = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; input: LetterInput },
  s: Setting,
): Promise<string | null> => {
  if (await happened(tx, who.townId, given.requestId)) return null
  const no = keepRefusal(await mediatorOf(tx, who, s.today), null)
  if (no) throw new Refused(no)
  const bad = letterRefusal(given.input, s.today)
  if (bad) throw new Invalid(bad, { toOn: bad })
  const id = uuidv7(s.now.getTime())
  const hash = sha256(`${given.input.title}\n${given.input.body}`)
  await tx
    .insertInto('dutyLetter')
    .values({
      townId: who.townId,
      id,
      ...given.input,
      sha256: hash,
      issuedOn: s.today,
      issuedBy: who.staffId,
      issuedName: who.name,
    } as never)
    .execute()
  await say(tx, who, id, `签发诚信责任书《${given.input.title}》`, given.requestId, s, { sha256: hash })
  const told = owing(await membersOf(tx, who.townId), given.input.kind, s.today).filter(
    (o) => o.staffId !== who.staffId,
  )
  if (told.length)
    await tx
      .insertInto('notice')
      .values(
        told.map((o) => ({
          townId: who.townId,
          id: uuidv7(s.now.getTime()),
          staffId: o.staffId,
          kind: 'letter',
          says: `请阅读并签署《${given.input.title}》（调解 → 责任书）`,
          fromName: who.name,
          at: s.now.toISOString(),
          key: `letter/${id}/${o.staffId}`,
        })) as never,
      )
      .onConflict((oc) => oc.columns(['townId', 'key']).doNothing())
      .execute()
  return id
}

/** One letter, and the name of this person when the letter is his to sign. */
const owed = async (
  tx: Tx,
  townId: string,
  letterId: string,
  staffId: string,
  today: Day,
): Promise<{ letter: LetterOut; name: string | null }> => {
  const letter = (await tx
    .selectFrom('dutyLetter')
    .select(letterColumns)
    .where('townId', '=', townId)
    .where('id', '=', letterId)
    .executeTakeFirst()) as unknown as LetterOut | undefined
  if (!letter) throw new NotFound()
  const seats = (await tx
    .selectFrom('mediationMember')
    .select(memberColumns)
    .where('townId', '=', townId)
    .where('staffId', '=', staffId)
    .execute()) as unknown as Member[]
  return { letter, name: owing(seats, letter.kind, today)[0]?.name ?? null }
}

/** Opening the own letter is the reading that signing needs. */
export const readLetter = async (tx: Tx, who: Who, letterId: string, s: Setting): Promise<void> => {
  if (!(await owed(tx, who.townId, letterId, who.staffId, s.today)).name) throw new Refused('这份责任书不由您签署')
  await tx
    .insertInto('dutyLetterSigning')
    .values({ townId: who.townId, letterId, staffId: who.staffId, readAt: s.now.toISOString() } as never)
    .onConflict((oc) => oc.columns(['townId', 'letterId', 'staffId']).doNothing())
    .execute()
}

/** Sign on the phone with one's own name, or record a paper that was signed by hand and scanned. */
export const signLetter = async (
  tx: Tx,
  who: Who,
  letterId: string,
  given:
    | { requestId: string; how: 'phone'; name: string }
    | { requestId: string; how: 'paper'; staffId: string; fileId: string; on: Day },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const staffId = given.how === 'phone' ? who.staffId : given.staffId
  const { letter, name } = await owed(tx, who.townId, letterId, staffId, s.today)
  if (!name) throw new Refused('这份责任书不由此人签署')
  const on = given.how === 'phone' ? s.today : given.on
  if (given.how === 'paper') {
    const no = keepRefusal(await mediatorOf(tx, who, s.today), null)
    if (no) throw new Refused(no)
    if (on > s.today || on < letter.issuedOn) throw new Invalid('签字日期应在签发之后、不晚于今天', { on: '日期不对' })
    const file = await tx
      .selectFrom('mediationFile')
      .select('sha256')
      .where('townId', '=', who.townId)
      .where('id', '=', given.fileId)
      .where('letterId', '=', letterId)
      .executeTakeFirst()
    if (!file) throw new Invalid('请先上传签好字的纸质责任书', { fileId: '请上传' })
    const used = await tx
      .selectFrom('dutyLetterSigning as g')
      .innerJoin('mediationFile as f', (j) => j.onRef('f.townId', '=', 'g.townId').onRef('f.id', '=', 'g.fileId'))
      .select('g.signedName')
      .where('g.townId', '=', who.townId)
      .where('g.letterId', '=', letterId)
      .where('f.sha256', '=', file.sha256)
      .executeTakeFirst()
    if (used)
      throw new Invalid(`这份扫描件已经登记为${used.signedName}的，请换一份`, {
        fileId: `已登记为${used.signedName}的`,
      })
  }
  const before = await tx
    .selectFrom('dutyLetterSigning')
    .select(['readAt', 'signedOn'])
    .where('townId', '=', who.townId)
    .where('letterId', '=', letterId)
    .where('staffId', '=', staffId)
    .forUpdate()
    .executeTakeFirst()
  const no = signRefusal(
    letter,
    {
      readAt: given.how === 'paper' ? s.now.toISOString() : ((before?.readAt as unknown as string) ?? null),
      signedOn: (before?.signedOn ?? null) as Day | null,
    },
    { name: given.how === 'phone' ? given.name : name, own: name },
    s.today,
  )
  if (no) throw new Invalid(no, { name: no })
  const hash = sha256(signedText(letter, name, on, given.how))
  await tx
    .insertInto('dutyLetterSigning')
    .values({
      townId: who.townId,
      letterId,
      staffId,
      readAt: s.now.toISOString(),
      signedOn: on,
      how: given.how,
      signedName: name,
      sha256: hash,
      fileId: given.how === 'paper' ? given.fileId : null,
      at: s.now.toISOString(),
    } as never)
    .onConflict((oc) =>
      oc.columns(['townId', 'letterId', 'staffId']).doUpdateSet({
        signedOn: on,
        how: given.how,
        signedName: name,
        sha256: hash,
        fileId: given.how === 'paper' ? given.fileId : null,
        at: s.now.toISOString(),
      } as never),
    )
    .execute()
  await say(
    tx,
    who,
    letterId,
    `${name}签署诚信责任书（${given.how === 'phone' ? '手机' : '纸质'}）`,
    given.requestId,
    s,
    { staffId, sha256: hash },
  )
}
