import { yearOf } from '../kit/day.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import type { Edge } from '../kit/server/http.ts'
import type { Session } from './api.ts'
import { calendarRoutes as r } from './calendar.routes.ts'
import { calendarTables, changeCalendar } from './calendar.store.ts'
import { type CalendarTable, readCalendar } from './calendar.ts'
import type { World } from './world.store.ts'

/** The calendar on screen: by year from its file, or day by day; what it changes is listed before it is written and traced after. */
export const calendarApi = (edge: Edge<Session>, world: World) => {
  edge.serve(r.calendar, () => calendarTables(world.db))
  edge.serve(r.changeCalendar, async ({ session: { who }, body }) => {
    const table = body.table ? tableOf(body.table) : body.day ? oneDay(await calendarTables(world.db), body.day) : null
    if (!table) throw new Invalid('请选择放假安排文件，或填写要改动的一天', { table: '请选择文件' })
    if (body.apply && body.reason === '') throw new Invalid('请写明依据，例如通知的文号', { reason: '请写明依据' })
    const moved = await changeCalendar(world, table, {
      by: who,
      why: body.reason,
      what: body.day ? `改动 ${body.day.date}` : '导入',
      apply: body.apply,
    })
    const off = table.days.filter((d) => d.isOffDay).length
    return {
      year: table.year,
      off,
      work: table.days.length - off,
      // Another town's matters are not this office's to see.
      moved: moved.filter((m) => m.townId === who.townId),
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
