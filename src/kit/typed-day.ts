import { addDays, type Day, isDay } from './day.ts'

const spoken = new Map(Object.entries({ 今天: 0, 今日: 0, 昨天: -1, 昨日: -1, 前天: -2 }))
const toCome = new Map(Object.entries({ 今天: 0, 今日: 0, 明天: 1, 明日: 1, 后天: 2 }))

/**
 * A day as people type it: 2026-11-23, 20261123, 2026年11月23日, 11.23, 11/23, 1123, 23, 昨天; full-width digits too.
 * Without a year it is the latest such day not after today, or where a day to come is asked for (`ahead`) the earliest not
 * before it. Null when it is no day.
 */
export const typedDay = (raw: string, today: Day, ahead = false): Day | null => {
  const text = raw.normalize('NFKC').replace(/\s/g, '')
  const said = (ahead ? toCome : spoken).get(text)
  if (said !== undefined) return addDays(today, said)
  const digits = /^\d+$/.test(text)
  const parts = digits
    ? text.length === 8
      ? [text.slice(0, 4), text.slice(4, 6), text.slice(6)]
      : text.length === 4
        ? [text.slice(0, 2), text.slice(2)]
        : text.length <= 2
          ? [today.slice(5, 7), text]
          : []
    : (/^(?:(\d{4}|\d{2})[-./年])?(\d{1,2})[-./月](\d{1,2})日?$/.exec(text)?.slice(1).filter(Boolean) ?? [])
  if (parts.length < 2) return null
  const [d, m, y] = [...parts].reverse() as [string, string, string | undefined]
  const inYear = (year: number) => {
    const whole = `${year}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`
    return isDay(whole) ? whole : null
  }
  if (y !== undefined) return inYear(y.length === 2 ? 2000 + Number(y) : Number(y))
  const year = Number(today.slice(0, 4))
  const thisYear = inYear(year)
  if (thisYear && (ahead ? thisYear >= today : thisYear <= today)) return thisYear
  return inYear(ahead ? year + 1 : year - 1)
}
