import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { needed, text } from '../../kit/text.ts'
import { DayText } from '../../petitions/petition.ts'
import { Said } from '../said.ts'

/** Who takes part (会诊制度): the first three always; units and a lawyer when invited. */
export const attendeeRoles = {
  receptionist: '接待人员',
  head: '信访部门负责人',
  leader: '分管领导',
  unit: '有关单位',
  lawyer: '律师',
  other: '其他',
} as const
export const neededRoles = ['receptionist', 'head', 'leader'] as const

export const Attendee = z.object({
  role: codes(attendeeRoles),
  name: needed(40, '请写参加人姓名'),
  staffId: z.uuid().nullish(),
})
export type Attendee = z.infer<typeof Attendee>
export const Held = z.object({
  heldOn: DayText,
  attendees: z.array(Attendee).min(1).max(30),
  options: z.array(Said).min(1, '请至少记一个方案').max(20),
  dissent: z.array(Said).max(20).default([]),
  decision: needed(2000, '请写明会诊决定'),
  ownerId: z.uuid('请选择落实的责任人'),
  promisedOn: DayText,
  /** Why it came after the two working days; asked where it did and nobody has said so yet. */
  lateReason: text(300).default(''),
})
export type Held = z.infer<typeof Held>

/** A meeting after the last day of D20 needs its reason; null where there was no such day, or it is kept. */
export const lateRefusal = (on: Day, dueOn: Day | null, reason: string): string | null =>
  dueOn !== null && on > dueOn && reason === '' ? `会诊应在 ${dueOn} 前（两个工作日内），晚的请写明理由` : null

/** Why these minutes can't stand, by field; null when they can. `limit` is the law's own day for the matter. */
export const heldRefusal = (
  h: Held,
  today: Day,
  limit: Day,
  called: { dueOn: Day | null; lateReason: string },
): Record<string, string> | null => {
  const lacks = neededRoles.filter((r) => !h.attendees.some((a) => a.role === r))
  const late = lateRefusal(h.heldOn, called.dueOn, h.lateReason || called.lateReason)
  const wrong: Record<string, string> = {
    ...(lacks.length ? { attendees: `会诊应当有${lacks.map((r) => attendeeRoles[r]).join('、')}参加` } : {}),
    ...(h.heldOn > today ? { heldOn: '日期不能晚于今天' } : {}),
    ...(h.promisedOn < h.heldOn ? { promisedOn: '承诺日期不能早于会诊日期' } : {}),
    ...(late ? { lateReason: late } : {}),
    ...(h.promisedOn > limit ? { promisedOn: `承诺日期不能晚于法定期限 ${limit}` } : {}),
  }
  return Object.keys(wrong).length ? wrong : null
}

/**
 * The latest day that may be promised: the running limit of handling, else sixty days from the consultation (第三十四条).
 * A limit already missed binds no further: an overdue matter still needs a day by which it is dealt with.
 */
export const latestPromise = (running: Day | null, heldOn: Day): Day =>
  running !== null && running >= heldOn ? running : addDays(heldOn, 60)

export const consultationStatuses = { called: '已召集', held: '待告知', told: '已告知' } as const
