import { type Day, day, isDay, weekday } from '../kit/day.ts'
import { Invalid, Refused } from '../kit/errors.ts'

/** Which days are worked: Monday to Friday, adjusted by the State Council's yearly notice (off days and make-up workdays). */
export interface Calendar {
  /** Whether that year's notice has been loaded. */
  has(year: number): boolean
  /** Throws Refused when the year has no table: refused, not guessed. */
  isWorkday(d: Day): boolean
  /** 春节, 调休上班 …; '' for an ordinary day. */
  nameOf(d: Day): string
}

export interface CalendarDay {
  date: Day
  isOffDay: boolean
  name: string
}

export const calendarOf = (days: readonly CalendarDay[], years: readonly number[]): Calendar => {
  const known = new Map(days.map((d) => [d.date, d]))
  const loaded = new Set(years)
  return {
    has: (year) => loaded.has(year),
    isWorkday: (d) => {
      const year = +d.slice(0, 4)
      if (!loaded.has(year)) throw new Refused(`${year} 年的放假安排尚未公布或未导入，涉及该年工作日的期限暂不能计算`)
      const special = known.get(d)
      return special ? !special.isOffDay : weekday(d) <= 5
    },
    nameOf: (d) => {
      const special = known.get(d)
      return special ? (special.isOffDay ? special.name : `${special.name}调休上班`) : ''
    },
  }
}

export interface CalendarTable {
  year: number
  source: string
  days: CalendarDay[]
}

/**
 * A year's table from its JSON file: {year, papers: [address], days: [{name, date, isOffDay}]}.
 * Throws Invalid when it is not one, Refused when that year is not announced yet (no papers, no days).
 */
export const readCalendar = (json: unknown): CalendarTable => {
  const j = json as { year?: unknown; papers?: unknown; days?: unknown }
  if (typeof j !== 'object' || j === null || typeof j.year !== 'number' || !Array.isArray(j.days))
    throw new Invalid('这不是放假安排文件：应有 year 和 days')
  if (j.days.length === 0) throw new Refused(`${j.year} 年的放假安排尚未公布，没有可导入的日期`)
  const days = (j.days as { name?: unknown; date?: unknown; isOffDay?: unknown }[]).map((d) => {
    if (!isDay(d.date) || typeof d.isOffDay !== 'boolean')
      throw new Invalid(`放假安排中的日期不对：${JSON.stringify(d)}`)
    return { date: day(d.date), isOffDay: d.isOffDay, name: typeof d.name === 'string' ? d.name : '' }
  })
  const other = days.find((d) => Math.abs(+d.date.slice(0, 4) - (j.year as number)) > 1)
  if (other) throw new Invalid(`${other.date} 不属于 ${j.year} 年`)
  return { year: j.year, source: Array.isArray(j.papers) ? String(j.papers[0] ?? '') : '', days }
}
