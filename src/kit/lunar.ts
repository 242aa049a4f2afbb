import { addDays, type Day } from './day.ts'

const calendar = new Intl.DateTimeFormat('en-u-ca-chinese', { timeZone: 'UTC', month: 'numeric', day: 'numeric' })

/** The month and day of the old calendar; a leap month is marked. */
const lunarOf = (day: Day): { month: number; day: number; leap: boolean } => {
  const parts = calendar.formatToParts(new Date(`${day}T00:00:00Z`))
  const of = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  return {
    month: Number.parseInt(of('month'), 10),
    day: Number.parseInt(of('day'), 10),
    leap: /\D/.test(of('month')),
  }
}

/** The day of a date in the old calendar (农历), null when that year has no such day. */
export const dayOfLunar = (year: number, month: number, day: number, leap = false): Day | null => {
  // The old year begins between 21 January and 20 February, its months have 29 or 30 days.
  let d = addDays(`${year}-01-21` as Day, Math.max(0, (month - 1) * 29 - 1))
  for (let i = 0; i < 100; i += 1) {
    const l = lunarOf(d)
    if (l.month === month && l.day === day && l.leap === leap) return d
    d = addDays(d, 1)
  }
  return null
}
