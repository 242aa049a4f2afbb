import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { addDays, type Day, weekday } from '../../kit/day.ts'
import { text } from '../../kit/text.ts'
import { is, type Who } from '../../people/roles.ts'
import type { Calendar } from '../../petitions/calendar.ts'
import { DayText } from '../../petitions/petition.ts'

/** 领导接访 (信访工作条例第十八条): a rota by data, kept by those on it. */
export const receptionStatuses = { planned: '待接访', held: '已接访', cancelled: '已取消' } as const
/** What became of somebody who came. Whoever raises a matter has it registered (第二十二条); only a question may stand alone. */
export const receptionResults = {
  answered: '当场答复',
  guided: '告知去处和法定途径',
  handled: '交有关单位办理',
  registered: '登记为信访事项',
} as const

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时刻应写作 08:30')

export const RotaInput = z
  .object({
    from: DayText,
    to: DayText,
    /** 1 is Monday. */
    weekdays: z.array(z.int().min(1).max(7)).min(1, '请选择星期几').max(7),
    /** In turn, as they stand. */
    leaderIds: z.array(z.uuid()).min(1, '请选择接访领导').max(40),
    place: text(100).min(1, '请写接访地点'),
    fromTime: clock,
    toTime: clock,
  })
  .refine((r) => r.fromTime < r.toTime, { message: '结束时刻应当晚于开始时刻', path: ['toTime'] })
  .refine((r) => r.from <= r.to, { message: '结束日期不能早于开始日期', path: ['to'] })
export type RotaInput = z.infer<typeof RotaInput>

/**
 * The days of a rota: the chosen weekdays that are worked, leaders in turn. Whoever is away that day is passed over and comes next;
 * where all are away the day still gets the one whose turn it is. Throws Refused for a year without a published calendar.
 */
export const rotaOf = (
  r: Pick<RotaInput, 'from' | 'to' | 'weekdays' | 'leaderIds'>,
  calendar: Pick<Calendar, 'isWorkday'>,
  away: (leaderId: string, on: Day) => boolean,
  taken: (on: Day) => boolean = () => false,
): { on: Day; leaderId: string }[] => {
  const out: { on: Day; leaderId: string }[] = []
  const turn = [...r.leaderIds]
  for (let on = r.from; on <= r.to; on = addDays(on, 1)) {
    if (!r.weekdays.includes(weekday(on)) || taken(on) || !calendar.isWorkday(on)) continue
    const k = Math.max(
      turn.findIndex((id) => !away(id, on)),
      0,
    )
    const [leaderId] = turn.splice(k, 1)
    out.push({ on, leaderId: leaderId! })
    turn.push(leaderId!)
  }
  return out
}

export const VisitInput = z
  .object({
    petitionId: z.uuid().nullable().default(null),
    headCount: z.int().min(1, '人数至少为 1').max(1000).default(1),
    gist: text(500).min(1, '请写明来访人问什么、要求什么'),
    result: codes(receptionResults),
    outcome: text(1000).min(1, '请写明怎样答复、交给谁'),
    /** Something promised on the day, by when; the leader of the day keeps it. */
    promise: z
      .object({ body: text(500).min(1, '请写明承诺了什么'), dueOn: DayText })
      .nullable()
      .default(null),
  })
  .superRefine((v, ctx) => {
    if (v.petitionId !== null) return
    const message = '反映问题的都要登记，请先登记再关联事项'
    if (['handled', 'registered'].includes(v.result)) ctx.addIssue({ code: 'custom', path: ['petitionId'], message })
    if (v.promise) ctx.addIssue({ code: 'custom', path: ['petitionId'], message: '作出承诺的，请关联事项' })
  })
export type VisitInput = z.infer<typeof VisitInput>

interface Kept {
  status: keyof typeof receptionStatuses
  onDay: Day
  leaderId: string
}
const own = (d: Kept, who: Who) => d.leaderId === who.staffId

/** Why the day can't change hands or be called off by this person; null when it can. */
export const changeRefusal = (d: Kept, who: Who, today: Day): string | null =>
  d.status !== 'planned'
    ? `${receptionStatuses[d.status]}，不能再改`
    : d.onDay < today
      ? '接访日已过，请记录接访情况'
      : own(d, who) || is(who, 'petitionHead')
        ? null
        : '由接访领导本人或信访办主任调整'

/** Why this person can't record who came; null when they can. */
export const recordRefusal = (d: Kept, who: Who, today: Day): string | null =>
  d.status === 'cancelled'
    ? '这次接访已取消'
    : d.onDay > today
      ? `接访日是 ${d.onDay}，还没有到`
      : own(d, who) || is(who, 'clerk', 'petitionHead')
        ? null
        : '由接访领导或信访办记录'
