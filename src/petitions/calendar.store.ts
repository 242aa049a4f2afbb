import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/types.ts'
import { byOf, type Tx, writeTrace } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Refused } from '../kit/errors.ts'
import { inTown } from '../kit/server/db.ts'
import { operator, systemOf, type Who } from '../people/roles.ts'
import { type CalendarDay, type CalendarTable, calendarOf } from './calendar.ts'
import { dueOf, type Limit, legalLimits, type RuleId } from './clocks.ts'
import type { Petition } from './petition.ts'
import { visibleTo } from './policy.ts'
import { applyChange, findMatter, type Setting } from './store.ts'
import { forgetCalendar, settingOf, type World } from './world.store.ts'

/** One date that a late holiday notice changes, or gives to a limit that had to wait for it. */
export interface Moved {
  petitionId: string
  number: string
  title: string
  rule: string
  name: string
  /** Null where the limit could not be counted before; it began on `since`. */
  from: Day | null
  to: Day
  clockId: string | null
  since: Day
  partyId: string | null
}

/** Limits whose end depends on which days are worked: counted in working days, or a right that moves off a day off. */
const byCalendar = (Object.entries(legalLimits) as [RuleId, Limit][])
  .filter(([, l]) => l.unit === 'working' || l.kind === 'right')
  .map(([rule]) => rule)

/** The running limits of a town whose last day is another one under this calendar. Reads only. */
const movedBy = async (tx: Tx, townId: string, s: Setting): Promise<Moved[]> => {
  const rows = await tx
    .selectFrom('petitionClock as c')
    .innerJoin('petition as p', (j) => j.onRef('p.townId', '=', 'c.townId').onRef('p.id', '=', 'c.petitionId'))
    .select([
      'c.id',
      'c.rule',
      'c.fromOn',
      'c.dueOn',
      'c.extension',
      'c.excluded',
      'p.id as petitionId',
      'p.number',
      'p.title',
    ])
    .where('c.townId', '=', townId)
    .where('p.sealed', '=', false)
    .where('c.endedOn', 'is', null)
    .where('c.rule', 'in', byCalendar)
    .orderBy('p.number')
    .limit(20_000)
    .execute()
  return rows.flatMap(({ id, fromOn, dueOn, extension, excluded, ...c }) => {
    const counted = countOf(c.rule, { from: fromOn, extension, excluded }, s)
    return counted && counted.due !== dueOn
      ? [{ ...c, name: counted.name, from: dueOn, to: counted.due, clockId: id, since: fromOn, partyId: null }]
      : []
  })
}

/** A limit by this calendar; null while its year still has no table: what is kept stays as it is. */
const countOf = (rule: string, given: Parameters<typeof dueOf>[1], s: Setting) => {
  try {
    return dueOf(rule as RuleId, given, s.law.calendar)
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

/** The limits that began without a calendar and can be counted by this one. Reads only. */
const countedBy = async (tx: Tx, townId: string, s: Setting): Promise<Moved[]> => {
  const rows = await tx
    .selectFrom('petition')
    .select(['id as petitionId', 'number', 'title', 'uncounted'])
    .where('townId', '=', townId)
    .where('sealed', '=', false)
    .where(sql<boolean>`uncounted <> '[]'`)
    .orderBy('number')
    .limit(20_000)
    .execute()
  return rows.flatMap(({ uncounted, ...c }) =>
    (uncounted as Petition['uncounted']).flatMap(({ rule, from: since, partyId }) => {
      const counted = countOf(rule, { from: since }, s)
      return counted
        ? [{ ...c, rule, name: counted.name, from: null, to: counted.due, clockId: null, since, partyId }]
        : []
    }),
  )
}

/** Of these, the matters that whoever asks on screen may see; all of them at the command line. */
const seenOf = async (tx: Tx, by: Who | null, list: Moved[]): Promise<Moved[]> => {
  if (!by || list.length === 0) return list
  const rows = await tx
    .selectFrom('petition')
    .select('petition.id')
    .where((eb) => visibleTo(by)(eb))
    .where(sql<boolean>`petition.id = any (${list.map((m) => m.petitionId)}::uuid[])`)
    .execute()
  const ids = new Set(rows.map((p) => p.id))
  return list.filter((m) => ids.has(m.petitionId))
}

/** Put the changed dates on the matters, each with a trace that names the old and the new day. */
const moveClocks = async (tx: Tx, who: Who, moved: Moved[], why: string, s: Setting): Promise<void> => {
  const byMatter = new Map<string, Moved[]>()
  for (const m of moved) byMatter.set(m.petitionId, [...(byMatter.get(m.petitionId) ?? []), m])
  for (const [petitionId, list] of byMatter) {
    // The calendar reaches every matter, also those that whoever imports it must keep out of.
    const { matter, trace } = await findMatter(tx, systemOf(who.townId), petitionId, { lock: true })
    await applyChange(
      tx,
      who,
      matter,
      trace,
      {
        kind: 'correct',
        says: `放假安排变动，期限随之改变：${list.map((m) => (m.from ? `${m.name}由 ${m.from} 改为 ${m.to}` : `${m.name}补算为 ${m.to}`)).join('、')}（${why}）`,
        data: { moved: list.map(({ rule, from, to }) => ({ rule, from, to })) },
        reckon: list.flatMap((m) => m.clockId ?? []),
        start: list.flatMap((m) => (m.clockId ? [] : [{ rule: m.rule, from: m.since, partyId: m.partyId }])),
      },
      s,
      { move: 'reckon' },
    )
  }
}

/** Replace a year's table, which all towns share. */
const putCalendar = async (tx: Tx | Kysely<DB>, table: CalendarTable, source: string): Promise<void> => {
  await tx
    .insertInto('calendarYear')
    .values({ year: table.year, source } as never)
    .onConflict((oc) => oc.column('year').doUpdateSet({ source } as never))
    .execute()
  await tx.deleteFrom('calendarDay').where('year', '=', table.year).execute()
  for (const d of table.days) await putDay(tx, table.year, d)
}

const putDay = async (tx: Tx | Kysely<DB>, year: number, d: CalendarDay): Promise<void> => {
  await tx
    .insertInto('calendarDay')
    .values({ date: d.date, year, name: d.name, isOff: d.isOffDay } as never)
    .onConflict((oc) => oc.column('date').doUpdateSet({ name: d.name, isOff: d.isOffDay } as never))
    .execute()
}

/** Who changed the calendar, when and how, in the town's own trace. */
const traceCalendar = (tx: Tx, who: Who, says: string, data: unknown, now: Date) =>
  writeTrace(tx, byOf(who), { subjectId: who.townId, subjectKind: 'calendar', kind: 'setup', says, data }, now)

/** Every year that is loaded, the newest first. */
export const calendarTables = async (db: Kysely<DB>): Promise<CalendarTable[]> => {
  const years = await db.selectFrom('calendarYear').select(['year', 'source']).orderBy('year', 'desc').execute()
  const days = await db.selectFrom('calendarDay').select(['date', 'year', 'name', 'isOff']).orderBy('date').execute()
  return years.map((y) => ({
    year: y.year,
    source: y.source,
    days: days.filter((d) => d.year === y.year).map((d) => ({ date: d.date, isOffDay: d.isOff, name: d.name })),
  }))
}

/**
 * Replace a year's table, on screen or at the command line: the running limits that it moves, town by town, and with
 * `apply` the table written, each moved matter traced and each town told by whom and why. One town, one transaction:
 * a town that was not reached before a crash follows when the same table is given again.
 */
export const changeCalendar = async (
  world: World,
  table: CalendarTable,
  given: { by: Who | null; why: string; what: string; apply: boolean },
): Promise<(Moved & { townId: string })[]> => {
  const next = [...(await calendarTables(world.db)).filter((t) => t.year !== table.year), table]
  const calendar = calendarOf(
    next.flatMap((t) => t.days),
    next.map((t) => t.year),
  )
  const all = await world.db.selectFrom('town').select('id').orderBy('createdAt').execute()
  const towns = given.by
    ? [given.by.townId, ...all.map((t) => t.id).filter((id) => id !== given.by!.townId)]
    : all.map((t) => t.id)
  if (given.apply && towns.length === 0) await putCalendar(world.db, table, table.source || given.why)
  const out: (Moved & { townId: string })[] = []
  for (const [i, townId] of towns.entries())
    await inTown(world.db, townId, async (tx) => {
      const s = await settingOf(tx, world, townId)
      const changed = { ...s, law: { ...s.law, calendar } }
      const list = [...(await movedBy(tx, townId, changed)), ...(await countedBy(tx, townId, changed))]
      const seen = await seenOf(tx, given.by, list)
      out.push(...seen.map((m) => ({ ...m, townId })))
      if (!given.apply) return
      if (i === 0) await putCalendar(tx, table, table.source || given.why)
      const who = given.by?.townId === townId ? given.by : operator(townId)
      await moveClocks(tx, who, list, given.why, changed)
      await traceCalendar(
        tx,
        who,
        `${table.year} 年放假安排${given.what}：放假 ${table.days.filter((d) => d.isOffDay).length} 天，调休上班 ${table.days.filter((d) => !d.isOffDay).length} 天；改变期限 ${list.length} 个（${given.why}）`,
        { year: table.year, moved: list.length },
        s.now,
      )
    })
  if (given.apply) forgetCalendar()
  return out
}
