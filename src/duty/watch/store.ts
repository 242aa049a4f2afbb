import { sql } from 'kysely'
import { byOf, happened, type Tx, writeTrace } from '../../audit/trace.ts'
import { addDays, type Day, formal, weekdayName } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { caseWorkers, is, type Who } from '../../people/roles.ts'
import { tellStaff } from '../../people/tell.store.ts'
import type { Setting } from '../../petitions/store.ts'
import { keepers } from './routes.ts'
import {
  copyWeek,
  type DayPlan,
  daysFrom,
  hoursOf,
  isGap,
  mondayOf,
  needed,
  type overs,
  planRefusal,
  presentOf,
  problemOf,
  type Rule,
  ruleOf,
  type Seat,
  type Seated,
  type ShiftNow,
  type ShiftPlan,
  type Spot,
  shiftOrder,
  shifts,
  swapped,
  type TurnInput,
  turnDays,
  worked,
} from './watch.ts'

type At = Pick<Setting, 'today' | 'now'> & { law: Pick<Setting['law'], 'calendar'> }
type Over = keyof typeof overs

/** One who writes the roster at a time: two who fill it together see what the other did. */
const locked = (tx: Tx, townId: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`watch/${townId}`}, 0))`.execute(tx)

const ruleRow = async (tx: Tx, townId: string) =>
  (
    await sql<{ id: string; rule: unknown; version: number }>`select id, rule, version from watch_rule
      where town_id = ${townId}::uuid`.execute(tx)
  ).rows[0]
export const ruleNow = async (tx: Tx, townId: string): Promise<{ rule: Rule; version: number }> => {
  const row = await ruleRow(tx, townId)
  return { rule: ruleOf(row?.rule), version: row?.version ?? 0 }
}

/** What the roster's traces hang on. */
const subjectOf = async (tx: Tx, townId: string): Promise<string> => {
  await sql`insert into watch_rule (town_id, id, version) values (${townId}::uuid, ${uuidv7()}::uuid, 0)
    on conflict (town_id) do nothing`.execute(tx)
  return (await ruleRow(tx, townId))!.id
}

interface Row {
  onDay: Day
  shift: ShiftNow['shift']
  seat: Seat
  id: string
  name: string
  active: boolean
  post: string
  leads: boolean
  fromOn: Day | null
  toOn: Day | null
  deputy: string
}

/** The shifts of these days as the records have their people on each day: post, leave, whether they are still there. */
export const watchBetween = async (tx: Tx, townId: string, from: Day, to: Day): Promise<Map<Day, ShiftNow[]>> => {
  const { rows } = await sql<Row>`
    select x.on_day, x.shift, x.seat, s.id, s.name, s.active, coalesce(h.post, '') as post, coalesce(h.leads, false) as leads,
      l.from_on, l.to_on, coalesce(d.name, '') as deputy
    from watch_seat x join staff s on s.town_id = x.town_id and s.id = x.staff_id
    left join lateral (select (array_agg(p.name order by p.rank, p.sort, p.name))[1] as post,
        bool_or(p.role in ('leadOfficial', 'townLeader')) as leads
      from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
      where h.town_id = x.town_id and h.staff_id = x.staff_id and p.active and p.role = any (${[...caseWorkers]}::text[])
        and h.since <= x.on_day and (h.until is null or h.until > x.on_day)) h on true
    left join lateral (select l.from_on, l.to_on, l.deputy_id from staff_leave l
      where l.town_id = x.town_id and l.staff_id = x.staff_id and l.cancelled_at is null
        and x.on_day between l.from_on and l.to_on order by l.at desc limit 1) l on true
    left join staff d on d.town_id = x.town_id and d.id = l.deputy_id
    where x.town_id = ${townId}::uuid and x.on_day between ${from}::date and ${to}::date
    order by x.on_day, x.sort, s.name`.execute(tx)
  const out = new Map<Day, ShiftNow[]>()
  for (const r of rows) {
    const day = out.get(r.onDay) ?? []
    out.set(r.onDay, day)
    let shift = day.find((s) => s.shift === r.shift)
    if (!shift) {
      shift = { shift: r.shift, window: [], lead: null }
      day.push(shift)
    }
    const who: Seated = {
      id: r.id,
      name: r.name,
      post: r.post,
      active: r.active,
      leads: r.leads,
      leave: r.fromOn && r.toOn ? { from: r.fromOn, to: r.toOn, deputy: r.deputy } : null,
    }
    if (r.seat === 'window') shift.window.push(who)
    else shift.lead = who
  }
  for (const day of out.values()) day.sort((a, b) => shiftOrder.indexOf(a.shift) - shiftOrder.indexOf(b.shift))
  return out
}

const planOf = (day: readonly ShiftNow[] | undefined): ShiftPlan[] =>
  (day ?? []).map((s) => ({ shift: s.shift, windowIds: s.window.map((p) => p.id), leadId: s.lead?.id ?? null }))

const versionsOf = async (tx: Tx, townId: string, days: readonly Day[]): Promise<Map<Day, number>> =>
  new Map(
    (
      await sql<{ onDay: Day; version: number }>`select on_day, version from watch_day
        where town_id = ${townId}::uuid and on_day = any (${[...days]}::date[])`.execute(tx)
    ).rows.map((r) => [r.onDay, r.version]),
  )

/** Days from today to the end of next week that need somebody and have nobody. */
const gapsAhead = async (tx: Tx, townId: string, rule: Rule, s: At): Promise<Day[]> => {
  const to = addDays(mondayOf(s.today), 13)
  const there = await watchBetween(tx, townId, s.today, to)
  return daysFrom(s.today, to).filter((on) => isGap(there.get(on) ?? [], needed(rule, s.law.calendar, on)))
}

/** The weeks that the register asks for, this one and the next: whether somebody sits there on every day left that needs it. */
export const weeksFilled = async (tx: Tx, townId: string, s: At): Promise<{ monday: Day; filled: boolean }[]> => {
  const { rule } = await ruleNow(tx, townId)
  const gaps = await gapsAhead(tx, townId, rule, s)
  const monday = mondayOf(s.today)
  return [monday, addDays(monday, 7)].map((m) => ({
    monday: m,
    filled: !gaps.some((on) => mondayOf(on) === m),
  }))
}

interface Kept {
  days?: { on: Day; before: ShiftPlan[]; after: ShiftPlan[]; version: number }[]
}
const lastChanges = async (tx: Tx, who: Who, s: At) => {
  const row = await ruleRow(tx, who.townId)
  if (!row) return []
  const traces = (
    await sql<{ requestId: string | null; at: string; byName: string; says: string; data: Kept | null }>`
      select request_id, at, by_name, says, data from trace
      where town_id = ${who.townId}::uuid and subject_id = ${row.id}::uuid order by seq desc limit 8`.execute(tx)
  ).rows
  const versions = await versionsOf(
    tx,
    who.townId,
    traces.flatMap((t) => t.data?.days?.map((d) => d.on) ?? []),
  )
  return traces.map(({ data, requestId, ...t }) => ({
    ...t,
    requestId: requestId ?? '',
    mayUndo:
      is(who, ...keepers) &&
      requestId !== null &&
      !!data?.days?.length &&
      data.days.every((d) => d.on >= s.today && versions.get(d.on) === d.version),
  }))
}

/** The roster of some days, for those who work here. */
export const watchBoard = async (tx: Tx, who: Who, span: { from: Day; to: Day }, s: At) => {
  if (span.to < span.from || span.to > addDays(span.from, 62)) throw new Invalid('一次最多看两个月')
  const { rule, version } = await ruleNow(tx, who.townId)
  const there = await watchBetween(tx, who.townId, span.from, span.to)
  const all = daysFrom(span.from, span.to)
  const versions = await versionsOf(tx, who.townId, all)
  const seated = (p: Seated, seat: Seat) => ({ id: p.id, name: p.name, post: p.post, problem: problemOf(p, seat) })
  const open = (
    await sql<{ c: { hotline?: string; address?: string } | null }>`select settings -> 'public' as c from town
      where id = ${who.townId}::uuid`.execute(tx)
  ).rows[0]?.c
  return {
    days: all.map((on) => {
      const now = there.get(on) ?? []
      return {
        on,
        named: s.law.calendar.nameOf(on),
        worked: worked(s.law.calendar, on),
        gap: on >= s.today && isGap(now, needed(rule, s.law.calendar, on)),
        version: versions.get(on) ?? 0,
        shifts: now.map((x) => ({
          shift: x.shift,
          window: x.window.map((p) => seated(p, 'window')),
          lead: x.lead && seated(x.lead, 'lead'),
        })),
      }
    }),
    rule,
    ruleVersion: version,
    hotline: open?.hotline ?? '',
    address: open?.address ?? '',
    mayEdit: is(who, ...keepers),
    mayRule: is(who, 'petitionHead'),
    unknownYears: [...new Set(all.map((on) => +on.slice(0, 4)))].filter((y) => !s.law.calendar.has(y)),
    gaps: await gapsAhead(tx, who.townId, rule, s),
    changes: await lastChanges(tx, who, s),
  }
}

const seatsOf = (plan: readonly ShiftPlan[]) =>
  plan.flatMap((p) => [
    ...p.windowIds.map((id, sort) => ({ shift: p.shift, seat: 'window' as const, id, sort })),
    ...(p.leadId ? [{ shift: p.shift, seat: 'lead' as const, id: p.leadId, sort: 0 }] : []),
  ])

/** What a person newly has or has no longer, in one sentence each. */
const tellChanges = async (tx: Tx, who: Who, days: NonNullable<Kept['days']>, now: Date) => {
  const news = new Map<string, { more: string[]; less: string[] }>()
  const of = (id: string) => {
    const had = news.get(id) ?? { more: [], less: [] }
    news.set(id, had)
    return had
  }
  for (const d of days) {
    const key = (x: ReturnType<typeof seatsOf>[number]) => `${x.id} ${x.shift} ${x.seat}`
    const [was, is] = [seatsOf(d.before), seatsOf(d.after)]
    const words = (x: (typeof was)[number]) =>
      `${+d.on.slice(5, 7)}月${+d.on.slice(8)}日${shifts[x.shift]}${x.seat === 'lead' ? '带班' : ''}`
    for (const x of is) if (!was.some((y) => key(y) === key(x))) of(x.id).more.push(words(x))
    for (const x of was) if (!is.some((y) => key(y) === key(x))) of(x.id).less.push(words(x))
  }
  const list = (all: string[]) => `${all.slice(0, 12).join('、')}${all.length > 12 ? ` 等 ${all.length} 班` : ''}`
  await tellStaff(
    tx,
    who,
    [...news].map(([staffId, { more, less }]) => ({
      staffId,
      link: '/watch',
      says: [more.length ? `您的值班：${list(more)}` : '', less.length ? `不再值班：${list(less)}` : '']
        .filter(Boolean)
        .join('；'),
    })),
    now,
    { kind: 'watch' },
  )
}

/** Write these days, with their trace and notices; every way to fill the roster ends here. */
const write = async (
  tx: Tx,
  who: Who,
  days: readonly DayPlan[],
  given: { requestId: string; says: (n: number) => string },
  s: At,
): Promise<void> => {
  const { townId } = who
  const ordered = [...days].sort((a, b) => (a.on < b.on ? -1 : 1))
  if (ordered.some((d, i) => d.on === ordered[i + 1]?.on)) throw new Invalid('同一天写了两次')
  if (ordered[0]!.on < s.today) throw new Refused('过去的值班不能再改')
  if (ordered.at(-1)!.on > addDays(s.today, 400)) throw new Invalid('最多排到一年以后')
  const ids = [...new Set(ordered.flatMap((d) => seatsOf(d.shifts).map((x) => x.id)))]
  const names = new Map(
    (
      await sql<{ id: string; name: string }>`select id, name from staff
        where town_id = ${townId}::uuid and id = any (${ids}::uuid[])`.execute(tx)
    ).rows.map((r) => [r.id, r.name]),
  )
  if (ids.some((id) => !names.has(id))) throw new Invalid('选的人不在本镇，请重新选择')
  for (const d of ordered) {
    const no = planRefusal(d.shifts, (id) => names.get(id)!)
    if (no) throw new Invalid(`${formal(d.on)}：${no}`)
  }
  const before = await watchBetween(tx, townId, ordered[0]!.on, ordered.at(-1)!.on)
  const rows = JSON.stringify(ordered.map((d) => ({ on: d.on })))
  const versions = new Map(
    (
      await sql<{ onDay: Day; version: number }>`
        insert into watch_day (town_id, on_day, by_id, by_name, at)
        select ${townId}::uuid, x."on", ${who.staffId}::uuid, ${who.name}, ${s.now.toISOString()}::timestamptz
        from jsonb_to_recordset(${rows}::jsonb) as x("on" date)
        on conflict (town_id, on_day) do update set version = watch_day.version + 1, by_id = excluded.by_id,
          by_name = excluded.by_name, at = excluded.at
        returning on_day, version`.execute(tx)
    ).rows.map((r) => [r.onDay, r.version]),
  )
  await sql`delete from watch_seat where town_id = ${townId}::uuid and on_day = any (${ordered.map((d) => d.on)}::date[])`.execute(
    tx,
  )
  const seats = JSON.stringify(ordered.flatMap((d) => seatsOf(d.shifts).map((x) => ({ ...x, on: d.on }))))
  await sql`insert into watch_seat (town_id, on_day, shift, staff_id, seat, sort)
    select ${townId}::uuid, x."on", x.shift, x.id, x.seat, x.sort
    from jsonb_to_recordset(${seats}::jsonb) as x("on" date, shift text, id uuid, seat text, sort int)`.execute(tx)
  // Leave may still end sooner: it is shown, not refused. Who holds no post then can't be put there.
  for (const [on, day] of await watchBetween(tx, townId, ordered[0]!.on, ordered.at(-1)!.on)) {
    if (!versions.has(on)) continue
    for (const x of day) {
      const no = [
        ...x.window.map((p) => problemOf({ ...p, leave: null }, 'window')),
        x.lead && problemOf({ ...x.lead, leave: null }, 'lead'),
      ].find((p) => p)
      if (no) throw new Invalid(`${formal(on)}：${no}`)
    }
  }
  const kept = ordered.map((d) => ({
    on: d.on,
    before: planOf(before.get(d.on)),
    after: d.shifts,
    version: versions.get(d.on)!,
  }))
  await writeTrace(
    tx,
    byOf(who),
    {
      subjectId: await subjectOf(tx, townId),
      subjectKind: 'watch',
      kind: 'watch',
      says: given.says(ordered.length),
      requestId: given.requestId,
      data: { days: kept },
    },
    s.now,
  )
  await tellChanges(tx, who, kept, s.now)
}

const spanOf = (days: readonly { on: Day }[]) => {
  const all = days.map((d) => d.on).sort()
  return all.length === 1
    ? `${formal(all[0]!)}（${weekdayName(all[0]!)}）`
    : `${formal(all[0]!)}至${formal(all.at(-1)!)}`
}

const stale = '他人刚改过这一天的值班，请看过最新的再改'

/** One day, or some pasted from a sheet. */
export const fillWatch = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; days: (DayPlan & { version: number | null })[] },
  s: At,
): Promise<void> => {
  await locked(tx, who.townId)
  if (await happened(tx, who.townId, given.requestId)) return
  const versions = await versionsOf(
    tx,
    who.townId,
    given.days.map((d) => d.on),
  )
  if (given.days.some((d) => d.version !== null && d.version !== (versions.get(d.on) ?? 0))) throw new Refused(stale)
  const days = given.days.map(({ on, shifts: plan }) => ({
    on,
    shifts: plan.filter((p) => p.windowIds.length > 0 || p.leadId !== null),
  }))
  const cleared = days.every((d) => d.shifts.length === 0)
  await write(
    tx,
    who,
    days,
    {
      requestId: given.requestId,
      says: (n) => `${cleared ? '清空' : '排定'} ${spanOf(days)}的值班${n > 1 ? `，共 ${n} 天` : ''}`,
    },
    s,
  )
}

/** Whether somebody is on leave, or holds no post, on a day. */
const awayIn = async (tx: Tx, townId: string, ids: readonly string[], from: Day, to: Day) => {
  const leaves = (
    await sql<{ staffId: string; fromOn: Day; toOn: Day }>`select staff_id, from_on, to_on from staff_leave
      where town_id = ${townId}::uuid and cancelled_at is null and staff_id = any (${[...ids]}::uuid[])
        and to_on >= ${from}::date and from_on <= ${to}::date`.execute(tx)
  ).rows
  const held = (
    await sql<{ staffId: string; since: Day; until: Day | null }>`select h.staff_id, h.since, h.until
      from holding h join post p on p.town_id = h.town_id and p.id = h.post_id
      join staff s on s.town_id = h.town_id and s.id = h.staff_id
      where h.town_id = ${townId}::uuid and h.staff_id = any (${[...ids]}::uuid[]) and s.active and p.active
        and p.role = any (${[...caseWorkers]}::text[])`.execute(tx)
  ).rows
  return (id: string, on: Day) =>
    leaves.some((l) => l.staffId === id && l.fromOn <= on && l.toOn >= on) ||
    !held.some((h) => h.staffId === id && h.since <= on && (h.until === null || h.until > on))
}

/** Fill a span by people in turn. Returns how many days were filled and on which nobody of the list is there. */
export const turnWatch = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; turn: TurnInput },
  s: At,
): Promise<{ made: number; empty: Day[] }> => {
  await locked(tx, who.townId)
  if (await happened(tx, who.townId, given.requestId)) return { made: 0, empty: [] }
  const { turn } = given
  if (turn.from < s.today) throw new Invalid('排班从今天起', { 'turn.from': '不能早于今天' })
  const there = await watchBetween(tx, who.townId, turn.from, turn.to)
  const away = await awayIn(tx, who.townId, [...turn.windowIds, ...turn.leadIds], turn.from, turn.to)
  const days = turnDays(turn, s.law.calendar, away, (on) => turn.over === 'keep' && there.has(on))
  const filled = days.filter((d) => d.shifts.length > 0)
  if (filled.length === 0)
    throw new Refused(
      days.length ? '名单里的人这段时间都不在岗或者请假，没有排' : '这段时间里没有要排的日子，或者都已经排过',
    )
  const says = (n: number) => `轮流排定 ${spanOf(filled)}的值班，共 ${n} 天`
  await write(tx, who, filled, { requestId: given.requestId, says }, s)
  return { made: filled.length, empty: days.filter((d) => d.shifts.length === 0).map((d) => d.on) }
}

/** One week as another was. Returns how many days were filled and which of the week still have nobody. */
export const copyWatch = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; from: Day; to: Day; over: Over },
  s: At,
): Promise<{ made: number; empty: Day[] }> => {
  await locked(tx, who.townId)
  if (await happened(tx, who.townId, given.requestId)) return { made: 0, empty: [] }
  const [from, to] = [mondayOf(given.from), mondayOf(given.to)]
  if (from === to) throw new Invalid('照的是同一周')
  const source = await watchBetween(tx, who.townId, from, addDays(from, 6))
  if (source.size === 0) throw new Refused(`${formal(from)}这一周还没有排班，没有可照的`)
  const there = await watchBetween(tx, who.townId, to, addDays(to, 6))
  const ids = [...source.values()].flatMap((d) => planOf(d).flatMap((p) => [...p.windowIds, p.leadId ?? '']))
  const gone = await awayIn(tx, who.townId, ids.filter(Boolean), to, addDays(to, 6))
  const days = copyWeek(
    [...source].map(([on, day]) => ({ on, shifts: planOf(day) })),
    to,
    s.law.calendar,
    (on) => on < s.today || (given.over === 'keep' && there.has(on)),
  )
    // Who is away or has left since is not copied: the gap is seen and filled.
    .map((d) => ({
      on: d.on,
      shifts: d.shifts
        .map((p) => ({
          ...p,
          windowIds: p.windowIds.filter((id) => !gone(id, d.on)),
          leadId: p.leadId && gone(p.leadId, d.on) ? null : p.leadId,
        }))
        .filter((p) => p.windowIds.length > 0),
    }))
    .filter((d) => d.shifts.length > 0)
  if (days.length === 0) throw new Refused('这一周没有要排的日子，或者都已经排过')
  const says = (n: number) => `照 ${formal(from)}那一周排定 ${spanOf(days)}的值班，共 ${n} 天`
  await write(tx, who, days, { requestId: given.requestId, says }, s)
  const { rule } = await ruleNow(tx, who.townId)
  const now = await watchBetween(tx, who.townId, to, addDays(to, 6))
  const empty = daysFrom(to, addDays(to, 6)).filter(
    (on) => on >= s.today && isGap(now.get(on) ?? [], needed(rule, s.law.calendar, on)),
  )
  return { made: days.length, empty }
}

/** Two people change places; both are told. */
export const swapWatch = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; a: Spot & { version: number }; b: Spot & { version: number }; reason: string },
  s: At,
): Promise<void> => {
  await locked(tx, who.townId)
  if (await happened(tx, who.townId, given.requestId)) return
  const { a, b } = given
  const versions = await versionsOf(tx, who.townId, [a.on, b.on])
  if (versions.get(a.on) !== a.version || versions.get(b.on) !== b.version) throw new Refused(stale)
  const [from, to] = a.on < b.on ? [a.on, b.on] : [b.on, a.on]
  const there = await watchBetween(tx, who.townId, from, to)
  const done = swapped(
    [...there].map(([on, day]) => ({ on, shifts: planOf(day) })),
    a,
    b,
  )
  if (done.refusal !== null) throw new Refused(done.refusal)
  const name = (id: string) =>
    [...there.values()]
      .flat()
      .flatMap((x) => [...x.window, ...(x.lead ? [x.lead] : [])])
      .find((p) => p.id === id)!.name
  const says = () =>
    `对调：${formal(a.on)}${shifts[a.shift]}改由${name(b.staffId)}、${formal(b.on)}${shifts[b.shift]}改由${name(a.staffId)}${given.reason ? `；${given.reason}` : ''}`
  await write(tx, who, done.days, { requestId: given.requestId, says }, s)
}

/** Put the days of one change back as they were, as long as nobody has changed them since. */
export const undoWatch = async (tx: Tx, who: Who, given: { requestId: string; of: string }, s: At): Promise<void> => {
  await locked(tx, who.townId)
  if (await happened(tx, who.townId, given.requestId)) return
  const row = (
    await sql<{ says: string; data: Kept | null }>`select says, data from trace where town_id = ${who.townId}::uuid
      and request_id = ${given.of}::uuid and subject_kind = 'watch' limit 1`.execute(tx)
  ).rows[0]
  const days = row?.data?.days
  if (!days?.length) throw new Refused('没有可以撤回的改动')
  if (days.some((d) => d.on < s.today)) throw new Refused('其中有的日子已经过去，不能撤回')
  const versions = await versionsOf(
    tx,
    who.townId,
    days.map((d) => d.on),
  )
  if (days.some((d) => versions.get(d.on) !== d.version)) throw new Refused('其后又有人改过这几天，不能撤回，请直接改')
  const plans = days.map((d) => ({ on: d.on, shifts: d.before }))
  await write(tx, who, plans, { requestId: given.requestId, says: () => `撤回“${row!.says}”` }, s)
}

export const saveWatchRule = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; version: number; rule: Rule },
  s: At,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const id = await subjectOf(tx, who.townId)
  const before = await ruleNow(tx, who.townId)
  const r = await sql`update watch_rule set rule = ${JSON.stringify(given.rule)}::jsonb, version = version + 1
    where town_id = ${who.townId}::uuid and version = ${given.version} returning 1`.execute(tx)
  if (r.rows.length === 0) throw new Refused('他人刚改过值班的规矩，请刷新后再改')
  await writeTrace(
    tx,
    byOf(who),
    {
      subjectId: id,
      subjectKind: 'watch',
      kind: 'watch',
      says: '修改值班的时间、电话和哪些日子要有人',
      requestId: given.requestId,
      data: { before: before.rule, after: given.rule },
    },
    s.now,
  )
}

export type PublicWatch = Awaited<ReturnType<typeof publicWatch>>
/** What anybody may know: name, post, hours and the office's telephone of those who will be there, today and `ahead` days on. */
export const publicWatch = async (tx: Tx, townId: string, s: At, ahead = 0) => {
  const { rule } = await ruleNow(tx, townId)
  const there = await watchBetween(tx, townId, addDays(s.today, -1), addDays(s.today, ahead))
  const present = (on: Day) =>
    presentOf(there.get(on) ?? []).map((x) => ({ ...x, hours: hoursOf(rule, x.shift), name: shifts[x.shift] }))
  return {
    days: daysFrom(s.today, addDays(s.today, ahead)).map((on) => ({
      on,
      named: s.law.calendar.nameOf(on),
      needed: needed(rule, s.law.calendar, on),
      shifts: present(on),
    })),
    /** Who came on last evening is there until the morning. */
    lastNight: present(addDays(s.today, -1)).find((x) => x.shift === 'night') ?? null,
    nightEnds: rule.times.night.to.replace(/^0/, ''),
    place: rule.place,
    phone: rule.phone,
    nightPhone: rule.nightPhone,
  }
}
