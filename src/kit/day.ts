/** A calendar day in China Standard Time: '2026-03-05'. Hours and zones belong to timestamps only. */
export type Day = string & { readonly __day: 'Day' }

const pattern = /^\d{4}-\d{2}-\d{2}$/
const msPerDay = 86_400_000
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const isLeap = (y: number) => (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0

/** True when the text is a day that exists ('2026-02-30' does not). */
export const isDay = (text: unknown): text is Day => {
  if (typeof text !== 'string' || !pattern.test(text)) return false
  const [y, m, d] = [+text.slice(0, 4), +text.slice(5, 7), +text.slice(8)]
  return m >= 1 && m <= 12 && d >= 1 && d <= (m === 2 && isLeap(y) ? 29 : monthDays[m - 1]!)
}

/** The text as a Day. Throws RangeError when no such day exists. */
export const day = (text: string): Day => {
  if (!isDay(text)) throw new RangeError(`“${text}”不是有效日期，应写作 2026-03-05`)
  return text
}

const ms = (d: Day) => Date.parse(`${d}T00:00:00Z`)
const ofMs = (n: number) => new Date(n).toISOString().slice(0, 10) as Day

export const addDays = (d: Day, n: number): Day => ofMs(ms(d) + n * msPerDay)

/** Whole days from a to b; negative when b is earlier. */
export const daysBetween = (a: Day, b: Day): number => Math.round((ms(b) - ms(a)) / msPerDay)

/** 1 Monday … 7 Sunday. */
export const weekday = (d: Day): number => new Date(ms(d)).getUTCDay() || 7
export const weekdayName = (d: Day): string => `星期${'一二三四五六日'[weekday(d) - 1]}`
export const yearOf = (d: Day): number => +d.slice(0, 4)

/** '2026-11-23 09:05:30', an instant in China Standard Time. */
export const moment = (at: string | Date): string =>
  new Date(new Date(at).getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
/** '11-23 09:05', for lists. */
export const shortMoment = (at: string | Date): string => moment(at).slice(5, 16)

/** The day in China Standard Time of an instant. */
export const dayOf = (instant: Date): Day => ofMs(instant.getTime() + 8 * 3_600_000)

/** '2026年3月5日', without leading zeros, as GB/T 9704-2012 writes dates. */
export const formal = (d: Day): string => `${+d.slice(0, 4)}年${+d.slice(5, 7)}月${+d.slice(8)}日`
/** '2026年3月5日（星期四）'. */
export const withWeekday = (d: Day): string => `${formal(d)}（${weekdayName(d)}）`
/** '03-05', for lists. */
export const short = (d: Day): string => d.slice(5)
