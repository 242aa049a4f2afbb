import { type Day, dayOf, daysBetween } from '../kit/day.ts'

/** How long something may lie in an outbox before its day is no longer believed, in days. */
export const longest = 60

/**
 * The day something written down on a phone happened. The phone's clock may be wrong: only the time that passed between
 * writing and sending is taken from it, and only while it can be believed; the day is the server's, never later than `today`.
 * Times in milliseconds.
 */
export const dayHeard = (heardAt: number, sentAt: number, now: number, today: Day): Day => {
  if (jumped(heardAt, sentAt)) return today
  const at = dayOf(new Date(now - Math.max(0, sentAt - heardAt)))
  return at > today ? today : at
}

/** A phone lies in no drawer that long: its clock was set meanwhile, and says nothing about the day. */
const jumped = (heardAt: number, sentAt: number) => sentAt - heardAt > longest * 86_400_000
/** That the time of writing can't be believed, in words; null when it can. */
export const jumpWords = (heardAt: number, sentAt: number): string | null =>
  jumped(heardAt, sentAt)
    ? `手机时钟在记下以后改过（隔了约 ${Math.round((sentAt - heardAt) / 86_400_000)} 天），日期按送达那天算`
    : null

/** How far a phone's clock is from the server's, in words; null when it is near enough. Times in milliseconds. */
export const clockWords = (sentAt: number, now: number): string | null => {
  const off = sentAt - now
  const minutes = Math.round(Math.abs(off) / 60_000)
  if (minutes < 10) return null
  const long =
    minutes < 120
      ? `${minutes} 分钟`
      : minutes < 2 * 1440
        ? `${Math.round(minutes / 60)} 小时`
        : `${Math.round(minutes / 1440)} 天`
  return `手机时钟比服务器${off > 0 ? '快' : '慢'}约 ${long}，日期按服务器推算`
}

/**
 * The day it is on a phone that last heard of the server on `known`: by its own clock, corrected by what the server said then,
 * unless that clock was set back, or so far ahead that it can only have been set wrong since.
 */
export const dayOnPhone = (byClock: Day, known: Day | null): Day =>
  known === null || (byClock >= known && daysBetween(known, byClock) <= longest) ? byClock : known
