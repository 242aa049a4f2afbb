import { type Day, day, dayOf, isDay } from '../day.ts'
import { Refused } from '../errors.ts'

/** The edge of time. HUISHENG_TODAY fixes the day (tests and demo only); the hour goes on by the real clock. */
export interface Clock {
  now(): Date
  today(): Day
  fixed: boolean
}

/**
 * Time that never goes back: when the machine's clock is set back a little it stands still, when by more than a minute it goes on
 * by the time elapsed. New work is never dated before old, and no seal of the trace comes to stand after what it sealed.
 */
export const steadyTime = (wall: () => number = Date.now, elapsed: () => number = () => performance.now()) => {
  let last = wall()
  let mark = elapsed()
  return (): number => {
    const now = wall()
    const passed = elapsed() - mark
    mark = elapsed()
    last = now >= last ? now : last - now < 60_000 ? last : last + Math.max(0, passed)
    return last
  }
}

export const clockOf = (env: NodeJS.ProcessEnv = process.env): Clock => {
  const text = env.HUISHENG_TODAY?.trim()
  const time = steadyTime()
  if (!text) return { now: () => new Date(time()), today: () => dayOf(new Date(time())), fixed: false }
  if (!isDay(text)) throw new Refused(`HUISHENG_TODAY=${text} 不是有效日期，应写作 2026-03-05`)
  const fixed = day(text)
  const shift = Date.parse(`${fixed}T00:00:00+08:00`) - Date.parse(`${dayOf(new Date())}T00:00:00+08:00`)
  return { now: () => new Date(time() + shift), today: () => fixed, fixed: true }
}

/** A clock that a seed or a test moves by hand. */
export const handClock = (start: string): Clock & { set(day: string, hour?: number, minute?: number): void } => {
  let at = new Date(`${start}T09:00:00+08:00`)
  return {
    now: () => at,
    today: () => dayOf(at),
    fixed: true,
    set: (d, hour = 9, minute = 0) => {
      at = new Date(`${d}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00+08:00`)
    },
  }
}
