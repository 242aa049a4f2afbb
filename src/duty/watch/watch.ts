import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { addDays, type Day, daysBetween, formal, weekday } from '../../kit/day.ts'
import { text } from '../../kit/text.ts'
import type { Calendar } from '../../petitions/calendar.ts'
import { DayText } from '../../petitions/petition.ts'

/** 值班: who sits at the petition window and which leader is in charge, by day and shift. */
export const shifts = { day: '全天', morning: '上午', afternoon: '下午', night: '夜间' } as const
export type Shift = keyof typeof shifts
export const shiftOrder = Object.keys(shifts) as Shift[]
export const seats = { window: '窗口', lead: '带班' } as const
export type Seat = keyof typeof seats
export const covers = { workdays: '工作日', all: '每天，周末和放假也有人' } as const

/** Whether two shifts of one day share an hour. */
export const overlaps = (a: Shift, b: Shift): boolean => {
  const halves = (s: Shift) => (s === 'day' ? ['morning', 'afternoon'] : [s])
  return halves(a).some((h) => halves(b).includes(h))
}

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, '时刻应写作 08:30')
/** A telephone of the office: what is public is never a person's own. */
const officePhone = text(40)
  .regex(/^[0-9\-—－（）() 转]*$/, '电话只写数字、短横和“转”')
  .refine((p) => !/(?<!\d)1[3-9]\d{9}(?!\d)/.test(p.replace(/[^\d]/g, '')), '请写办公电话，不公开个人的手机号')
const Times = z.object({ from: clock, to: clock })
export const Rule = z.object({
  cover: codes(covers),
  times: z.object({ day: Times, morning: Times, afternoon: Times, night: Times }).superRefine((t, ctx) => {
    for (const s of ['day', 'morning', 'afternoon'] as const)
      if (t[s].from >= t[s].to)
        ctx.addIssue({ code: 'custom', path: [s, 'to'], message: `${shifts[s]}的结束时刻应当晚于开始时刻` })
  }),
  place: text(100),
  phone: officePhone,
  nightPhone: officePhone,
})
export type Rule = z.infer<typeof Rule>
export const usualRule: Rule = {
  cover: 'workdays',
  times: {
    day: { from: '08:30', to: '17:30' },
    morning: { from: '08:30', to: '12:00' },
    afternoon: { from: '13:30', to: '17:30' },
    night: { from: '17:30', to: '08:30' },
  },
  place: '',
  phone: '',
  nightPhone: '',
}
/** What an older version stored and this one does not know falls back to the usual. */
export const ruleOf = (stored: unknown): Rule => {
  const parsed = Rule.safeParse({ ...usualRule, ...(stored as Partial<Rule> | null) })
  return parsed.success ? parsed.data : usualRule
}

/** '8:30—17:30'; what ends on the morrow says so. */
export const hoursOf = (rule: Rule, shift: Shift): string => {
  const { from, to } = rule.times[shift]
  const plain = (t: string) => t.replace(/^0/, '')
  return `${plain(from)}—${to > from ? '' : '次日 '}${plain(to)}`
}

export const ShiftPlan = z.object({
  shift: codes(shifts),
  windowIds: z.array(z.uuid()).max(10, '一班最多十人'),
  leadId: z.uuid().nullable(),
})
export type ShiftPlan = z.infer<typeof ShiftPlan>
export interface DayPlan {
  on: Day
  shifts: ShiftPlan[]
}

/** Why these shifts can't stand together on one day; null when they can. */
export const planRefusal = (plan: readonly ShiftPlan[], nameOf: (id: string) => string): string | null => {
  for (const [i, a] of plan.entries()) {
    const ids = [...a.windowIds, ...(a.leadId ? [a.leadId] : [])]
    const twice = ids.find((id, k) => ids.indexOf(id) !== k)
    if (twice) return `${nameOf(twice)}在${shifts[a.shift]}排了两次`
    for (const b of plan.slice(i + 1)) {
      if (a.shift === b.shift) return `${shifts[a.shift]}写了两次`
      if (!overlaps(a.shift, b.shift)) continue
      // A leader may be in charge of both; nobody sits twice, or sits and is in charge.
      const both =
        a.windowIds.find((id) => b.windowIds.includes(id) || b.leadId === id) ??
        b.windowIds.find((id) => a.leadId === id)
      if (both) return `${shifts[a.shift]}和${shifts[b.shift]}的时间相重，${nameOf(both)}排了两次`
    }
  }
  return null
}

/** Whether the office is open that day; a year whose holidays are not published yet goes by the days of the week. */
export const worked = (calendar: Pick<Calendar, 'has' | 'isWorkday'>, on: Day): boolean =>
  calendar.has(+on.slice(0, 4)) ? calendar.isWorkday(on) : weekday(on) <= 5

export const mondayOf = (on: Day): Day => addDays(on, 1 - weekday(on))
export const daysFrom = (from: Day, to: Day): Day[] =>
  Array.from({ length: Math.max(daysBetween(from, to) + 1, 0) }, (_, i) => addDays(from, i))

/** Whether somebody must sit there that day. */
export const needed = (rule: Pick<Rule, 'cover'>, calendar: Pick<Calendar, 'has' | 'isWorkday'>, on: Day): boolean =>
  rule.cover === 'all' || worked(calendar, on)

/** A person in a seat as the records have them on the day of the duty. */
export interface Seated {
  id: string
  name: string
  /** The post held that day; '' when there is none. */
  post: string
  active: boolean
  /** Whether one of the posts held that day is a leader's. */
  leads: boolean
  leave: { from: Day; to: Day; deputy: string } | null
}
/** What is wrong with this person in this seat, in one plain sentence; null when they will be there. */
export const problemOf = (p: Seated, seat: Seat): string | null =>
  !p.active || p.post === ''
    ? `${p.name}到那天已经不在岗，请换人`
    : p.leave
      ? `${p.name}请假（${formal(p.leave.from)}至${formal(p.leave.to)}${p.leave.deputy ? `，代理人${p.leave.deputy}` : ''}），请换人`
      : seat === 'lead' && !p.leads
        ? `${p.name}已经不是班子成员，请换带班领导`
        : null

export interface ShiftNow {
  shift: Shift
  window: Seated[]
  lead: Seated | null
}
/** Nobody who will be there sits at the window on a day that needs somebody. */
export const isGap = (day: readonly ShiftNow[], isNeeded: boolean): boolean =>
  isNeeded && !day.some((s) => s.window.some((p) => problemOf(p, 'window') === null))

/** Those who will really be there, as the public is told: name and post, nothing else of anybody. */
export const presentOf = (day: readonly ShiftNow[]) =>
  day
    .map((s) => ({
      shift: s.shift,
      window: s.window.filter((p) => problemOf(p, 'window') === null).map(({ name, post }) => ({ name, post })),
      lead: s.lead && problemOf(s.lead, 'lead') === null ? { name: s.lead.name, post: s.lead.post } : null,
    }))
    .filter((s) => s.window.length > 0)
    .sort((a, b) => shiftOrder.indexOf(a.shift) - shiftOrder.indexOf(b.shift))

export const kindsOfDay = { workdays: '只排工作日', all: '周末和放假也排', off: '只排周末和放假' } as const
export const leadTurns = { day: '每天一换', week: '每周一换' } as const
export const overs = { keep: '已经排了的不动', replace: '重新排' } as const
export const TurnInput = z
  .object({
    from: DayText,
    to: DayText,
    days: codes(kindsOfDay),
    shifts: z.array(codes(shifts)).min(1, '请选择班次').max(4),
    windowIds: z.array(z.uuid()).min(1, '请选择轮流值班的人').max(100),
    perShift: z.int('请填写每班几人').min(1, '每班至少一人').max(10, '一班最多十人'),
    leadIds: z.array(z.uuid()).max(40),
    leadTurn: codes(leadTurns),
    over: codes(overs),
  })
  .superRefine((t, ctx) => {
    const say = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message })
    if (t.from > t.to) say('to', '结束日期不能早于开始日期')
    else if (daysBetween(t.from, t.to) > 366) say('to', '一次最多排一年')
    if (new Set(t.windowIds).size < t.perShift)
      say('perShift', `每班 ${t.perShift} 人，名单里只有 ${new Set(t.windowIds).size} 人`)
    if (t.shifts.some((a, i) => t.shifts.slice(i + 1).some((b) => overlaps(a, b))))
      say('shifts', '选了全天，就不再选上午、下午')
  })
export type TurnInput = z.infer<typeof TurnInput>

/** People in turn. Whoever can't is passed over and comes next; nobody is taken twice at once. */
const turnOf = (ids: readonly string[]) => {
  const line = [...new Set(ids)]
  return (n: number, can: (id: string) => boolean): string[] => {
    const got: string[] = []
    for (let i = 0; i < line.length && got.length < n; )
      if (can(line[i]!)) got.push(...line.splice(i, 1))
      else i += 1
    line.push(...got)
    return got
  }
}

/** Day by day another shift comes first, so that the nights go round; after a night comes the afternoon. */
const backwards = (asked: readonly Shift[], n: number): Shift[] => {
  const first = (asked.length - (n % asked.length)) % asked.length
  return [...asked.slice(first), ...asked.slice(0, first)]
}
/** Who came off a night changes places with somebody of a later shift that day, where there is one: nobody's count changes. */
const rested = (plan: ShiftPlan[], tired: readonly string[]): void => {
  const early = plan.find((p) => overlaps(p.shift, 'morning'))
  for (const id of early?.windowIds.filter((x) => tired.includes(x)) ?? []) {
    const later = plan.find(
      (p) =>
        p !== early &&
        !p.windowIds.includes(id) &&
        p.windowIds.some((x) => !tired.includes(x) && !early!.windowIds.includes(x)),
    )
    const other = later?.windowIds.find((x) => !tired.includes(x) && !early!.windowIds.includes(x))
    if (!later || !other) continue
    early!.windowIds = early!.windowIds.map((x) => (x === id ? other : x))
    later.windowIds = later.windowIds.map((x) => (x === other ? id : x))
  }
}
/** Who came off a night that morning. */
const nightBefore = (last: DayPlan | undefined, on: Day): string[] =>
  last && addDays(last.on, 1) === on ? (last.shifts.find((s) => s.shift === 'night')?.windowIds ?? []) : []

/**
 * The days of a turn: those asked for, the people as they stand in the list. Whoever is away that day is passed over and
 * comes next; a shift for which nobody is there stays empty. Days already filled are left out.
 */
export const turnDays = (
  t: Pick<TurnInput, 'from' | 'to' | 'days' | 'shifts' | 'windowIds' | 'perShift' | 'leadIds' | 'leadTurn'>,
  calendar: Pick<Calendar, 'has' | 'isWorkday'>,
  away: (id: string, on: Day) => boolean,
  taken: (on: Day) => boolean = () => false,
): DayPlan[] => {
  const window = turnOf(t.windowIds)
  const lead = turnOf(t.leadIds)
  const asked = shiftOrder.filter((s) => t.shifts.includes(s))
  const kept: { week: string; id: string | null } = { week: '', id: null }
  const out: DayPlan[] = []
  for (const on of daysFrom(t.from, t.to)) {
    if (t.days !== 'all' && worked(calendar, on) !== (t.days === 'workdays')) continue
    if (taken(on)) continue
    const week = mondayOf(on)
    const mayLead = (id: string) => !away(id, on)
    const sameWeek = t.leadTurn === 'week' && kept.week === week
    const leadId = sameWeek && kept.id !== null && mayLead(kept.id) ? kept.id : (lead(1, mayLead)[0] ?? null)
    if (!sameWeek) Object.assign(kept, { week, id: leadId })
    const plan: ShiftPlan[] = []
    const can = (id: string) => id !== leadId && !away(id, on)
    for (const shift of backwards(asked, out.length)) {
      const ids = window(t.perShift, can)
      if (ids.length) plan.push({ shift, windowIds: ids, leadId })
    }
    rested(plan, nightBefore(out.at(-1), on))
    out.push({ on, shifts: plan.sort((a, b) => shiftOrder.indexOf(a.shift) - shiftOrder.indexOf(b.shift)) })
  }
  return out
}

/** A week copied onto another by the day of the week; what was worked is not put on a day off, nor the other way round. */
export const copyWeek = (
  from: readonly DayPlan[],
  to: Day,
  calendar: Pick<Calendar, 'has' | 'isWorkday'>,
  taken: (on: Day) => boolean = () => false,
): DayPlan[] =>
  from
    .filter((d) => d.shifts.length > 0)
    .map((d) => ({ was: d.on, on: addDays(to, weekday(d.on) - 1), shifts: d.shifts }))
    .filter((d) => worked(calendar, d.was) === worked(calendar, d.on) && !taken(d.on))
    .map(({ on, shifts: plan }) => ({ on, shifts: plan }))

export interface Spot {
  on: Day
  shift: Shift
  staffId: string
}
/** Two people change places; the days with both exchanged, or why not. */
export const swapped = (
  days: readonly DayPlan[],
  a: Spot,
  b: Spot,
): { days: DayPlan[]; refusal: null } | { days: null; refusal: string } => {
  const seatAt = (s: Spot): Seat | null => {
    const there = days.find((d) => d.on === s.on)?.shifts.find((x) => x.shift === s.shift)
    return there?.windowIds.includes(s.staffId) ? 'window' : there?.leadId === s.staffId ? 'lead' : null
  }
  const [seatA, seatB] = [seatAt(a), seatAt(b)]
  if (!seatA || !seatB) return { days: null, refusal: '这个班已经换了人，请刷新后再对调' }
  if (seatA !== seatB) return { days: null, refusal: '窗口值班和带班不能对调' }
  if (a.staffId === b.staffId) return { days: null, refusal: '是同一个人，不用对调' }
  const put = (plan: ShiftPlan, on: Day): ShiftPlan => {
    const change = (id: string) => {
      if (on === a.on && plan.shift === a.shift && id === a.staffId) return b.staffId
      if (on === b.on && plan.shift === b.shift && id === b.staffId) return a.staffId
      return id
    }
    return seatA === 'window'
      ? { ...plan, windowIds: plan.windowIds.map(change) }
      : { ...plan, leadId: plan.leadId && change(plan.leadId) }
  }
  return {
    days: days
      .filter((d) => d.on === a.on || d.on === b.on)
      .map((d) => ({ on: d.on, shifts: d.shifts.map((p) => put(p, d.on)) })),
    refusal: null,
  }
}
