import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { addDays, type Day, daysBetween, formal, weekday } from '../kit/day.ts'

/** Routine screening (日常排查): a rhythm that the office sets once; each period opens by itself as a campaign of its own. */
export const rhythms = { day: '每天', week: '每周' } as const
export const weekdays = { 1: '周一', 2: '周二', 3: '周三', 4: '周四', 5: '周五', 6: '周六', 7: '周日' } as const

export const RhythmInput = z
  .object({
    every: codes(rhythms),
    weekday: z.int().min(1).max(7).nullable().default(null),
    /** Days to report in, the first counted. */
    days: z.int('天数应为整数').min(1, '至少一天').max(7, '最多七天').default(1),
    withGrids: z.boolean().default(true),
    asks: z.string().trim().min(1, '请写明排查什么').max(2000, '不能超过 2000 字'),
    active: z.boolean().default(true),
  })
  .superRefine((r, ctx) => {
    if (r.every === 'week' && r.weekday === null)
      ctx.addIssue({ code: 'custom', path: ['weekday'], message: '请选择周几' })
  })
  // What the other rhythm asks is nobody's to keep.
  .transform((r) => (r.every === 'day' ? { ...r, weekday: null, days: 1 } : r))
export type RhythmInput = z.infer<typeof RhythmInput>

export interface Rhythm extends RhythmInput {
  /** Nothing is opened for days before it was set. */
  since: Day
}

export const rhythmSays = (r: RhythmInput): string =>
  r.every === 'day'
    ? '每天一期，当天报告'
    : `每${weekdays[r.weekday as keyof typeof weekdays]}开始一期，${r.days === 1 ? '当天' : `${r.days} 天内`}报告`

export interface Period {
  on: Day
  dueOn: Day
}
const falls = (r: Rhythm, on: Day) => r.active && on >= r.since && (r.every === 'day' || weekday(on) === r.weekday)

/**
 * The periods that should be open by today: the last one whose day has come, and tomorrow's, so that a phone has it before it
 * leaves the network. After a gap the last one gets at least today to report in; older ones nobody could have reported.
 */
export const periodsFor = (r: Rhythm, today: Day): Period[] => {
  const back = Array.from({ length: 7 }, (_, n) => addDays(today, -n)).find((d) => falls(r, d))
  const tomorrow = addDays(today, 1)
  return [back, falls(r, tomorrow) ? tomorrow : undefined].flatMap((on) => {
    if (on === undefined) return []
    const dueOn = addDays(on, r.days - 1)
    return [{ on, dueOn: dueOn < today ? today : dueOn }]
  })
}

/** Days on which a period should have begun after `last` and before `on`, and none did: said openly, never made up. */
export const skipped = (r: Rhythm, last: Day | null, on: Day): Day[] =>
  last === null
    ? []
    : Array.from({ length: Math.min(60, Math.max(0, daysBetween(last, on) - 1)) }, (_, n) => addDays(on, -n - 1))
        .filter((d) => falls(r, d))
        .reverse()

export const periodTitle = (r: Pick<RhythmInput, 'every'>, on: Day): string =>
  `${r.every === 'day' ? '每日' : '每周'}排查 ${formal(on).slice(5)}`

/** How long a period stays open for late reports after its last day: a phone may be without network that long. */
export const graceDays = 7
