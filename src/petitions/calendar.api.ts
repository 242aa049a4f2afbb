import { yearOf } from '../kit/day.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import { inTown } from '../kit/server/db.ts'
import type { Edge } from '../kit/server/http.ts'
import type { Session } from './api.ts'
import { calendarRoutes as r } from './calendar.routes.ts'
import { moveClocks, movedBy, putCalendar, traceCalendar } from './calendar.store.ts'
import { type CalendarTable, calendarOf, readCalendar } from './calendar.ts'
import { operator } from './ledger/import.store.ts'
import { forgetCalendar, settingOf, type World } from './world.store.ts'

/** The calendar on screen: by year from its file, or day by day; what it changes is listed before it is written and traced after. */
export const calendarApi = (edge: Edge<Session>, world: World) => {
  const tables = async (): Promise<CalendarTable[]> => {
    const years = await world.db.selectFrom('calendarYear').select(['year', 'source']).orderBy('year', 'desc').execute()
    const days = await world.db
      .selectFrom('calendarDay')
      .select(['date', 'year', 'name', 'isOff'])
      .orderBy('date')
      .execute()
    return years.map((y) => ({
      year: y.year,
      source: y.source,
      days: days.filter((d) => d.year === y.year).map((d) => ({ date: d.date, isOffDay: d.isOff, name: d.name })),
    }))
  }
  edge.serve(r.calendar, tables)
  edge.serve(r.changeCalendar, async ({ session: { who }, body }) => {
    const known = await tables()
    const table = body.table ? tableOf(body.table) : body.day ? oneDay(known, body.day) : null
    if (!table) throw new Invalid('请选择放假安排文件，或填写要改动的一天', { table: '请选择文件' })
    if (body.apply && body.reason === '') throw new Invalid('请写明依据，例如通知的文号', { reason: '请写明依据' })
    const next = [...known.filter((t) => t.year !== table.year), table]
    const calendar = calendarOf(
      next.flatMap((t) => t.days),
      next.map((t) => t.year),
    )
    const off = table.days.filter((d) => d.isOffDay).length
    const moved = await inTown(world.db, who.townId, async (tx) => {
      const s = await settingOf(tx, world, who.townId)
      const changed = { ...s, law: { ...s.law, calendar } }
      const list = await movedBy(tx, who.townId, changed)
      if (!body.apply) return list
      await putCalendar(tx, table, table.source || body.reason)
      await moveClocks(tx, who, list, body.reason, changed)
      await traceCalendar(
        tx,
        who,
        `${table.year} 年放假安排${body.day ? `改动 ${body.day.date}` : '导入'}：放假 ${off} 天，调休上班 ${table.days.length - off} 天；改变期限 ${list.length} 个（${body.reason}）`,
        { year: table.year, moved: list.length, ...(body.day ? { day: body.day } : {}) },
        s.now,
      )
      return list
    })
    if (body.apply) {
      forgetCalendar()
      // The table is everybody's: the other towns' limits follow, each in its own transaction.
      const others = await world.db.selectFrom('town').select('id').where('id', '<>', who.townId).execute()
      for (const { id } of others)
        await inTown(world.db, id, async (tx) => {
          const s = await settingOf(tx, world, id)
          await moveClocks(tx, operator(id), await movedBy(tx, id, s), body.reason, s)
        })
    }
    return {
      year: table.year,
      off,
      work: table.days.length - off,
      moved: moved.map(({ clockId: _c, ...m }) => m),
      applied: body.apply,
    }
  })
}

const tableOf = (text: string): CalendarTable => {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new Invalid('这个文件不是放假安排（应为 JSON，内有 year 和 days）', { table: '请重新选择' })
  }
  return readCalendar(json)
}

const oneDay = (
  known: CalendarTable[],
  d: { date: CalendarTable['days'][number]['date']; kind: 'off' | 'work' | 'ordinary'; name: string },
): CalendarTable => {
  const year = known.find((t) => t.year === yearOf(d.date))
  if (!year) throw new Refused(`${yearOf(d.date)} 年的放假安排尚未导入，请先导入全年`)
  const rest = year.days.filter((x) => x.date !== d.date)
  if (d.kind !== 'ordinary' && d.name === '') throw new Invalid('请写明是什么假期', { 'day.name': '例如：春节' })
  return {
    ...year,
    days:
      d.kind === 'ordinary'
        ? rest
        : [...rest, { date: d.date, isOffDay: d.kind === 'off', name: d.name }].sort((a, b) =>
            a.date < b.date ? -1 : 1,
          ),
  }
}
