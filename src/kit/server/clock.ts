import { type Day, day, dayOf } from '../day.ts'

/** The edge of time. HUISHENG_TODAY fixes the day (tests and demo only); the hour goes on by the real clock. */
export interface Clock {
  now(): Date
  today(): Day
  fixed: boolean
}

export const clockOf = (env: NodeJS.ProcessEnv = process.env): Clock => {
  const text = env.HUISHENG_TODAY?.trim()
  if (!text) return { now: () => new Date(), today: () => dayOf(new Date()), fixed: false }
  const fixed = day(text)
  const shift = Date.parse(`${fixed}T00:00:00+08:00`) - Date.parse(`${dayOf(new Date())}T00:00:00+08:00`)
  return { now: () => new Date(Date.now() + shift), today: () => fixed, fixed: true }
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
