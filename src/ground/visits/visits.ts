import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { addDays, type Day } from '../../kit/day.ts'
import { needed, text } from '../../kit/text.ts'
import { is, type Role, type Who } from '../../people/roles.ts'
import { DayText } from '../../petitions/petition.ts'
import { FindingInput, readsTown } from '../campaign.ts'
import { type VisitKind, visitKinds } from './record.ts'

export const visitStatuses = { planned: '待走访', done: '已走访', cancelled: '已取消' } as const
export type VisitStatus = keyof typeof visitStatuses
export const contactStandings = {
  ok: '按时',
  soon: '该去了',
  late: '过期未去',
  ahead: '还没有开始',
  over: '已期满',
} as const
export type ContactStanding = keyof typeof contactStandings

/** Who pays visits; who runs the rota; who sees every village's visits. */
export const visitors = [
  'clerk',
  'petitionHead',
  'areaSecretary',
  'villageOfficer',
  'gridWorker',
  'unitHandler',
  'leadOfficial',
  'townLeader',
  'mediator',
] as const satisfies Role[]
export const runsRota = ['petitionHead'] as const satisfies Role[]

const time = z
  .string()
  .trim()
  .regex(/^(|([01]\d|2[0-3]):[0-5]\d)$/, '时刻应写作 08:30')

// ---- 联系村 ----

export const RotaInput = z.object({
  fromOn: DayText,
  toOn: DayText,
  everyDays: z.int('天数应为整数').min(1, '至少一天').max(366, '最多一年').default(30),
  pairs: z
    .array(z.object({ villageId: z.uuid(), staffId: z.uuid('请选择联系干部') }))
    .min(1, '请至少给一个村定下联系干部')
    .max(2000),
})
export type RotaInput = z.infer<typeof RotaInput>

/** What is wrong with a rota, field by field; empty when nothing is. */
export const rotaProblems = (r: RotaInput, today: Day): Record<string, string> =>
  r.toOn < r.fromOn
    ? { toOn: '结束日期不能早于开始日期' }
    : r.toOn < today
      ? { toOn: '结束日期已经过了' }
      : r.toOn > addDays(r.fromOn, 3 * 366)
        ? { toOn: '一次最多排三年' }
        : new Set(r.pairs.map((p) => `${p.villageId}/${p.staffId}`)).size < r.pairs.length
          ? { pairs: '同一个村同一名干部写了两次' }
          : {}

/** Villages in their order to cadres in theirs: neighbours stay together, and nobody has more than one village above another. */
export const dealOut = (villageIds: readonly string[], staffIds: readonly string[]): RotaInput['pairs'] =>
  staffIds.length === 0
    ? []
    : villageIds.map((villageId, i) => ({
        villageId,
        staffId: staffIds[Math.floor((i * staffIds.length) / villageIds.length)]!,
      }))

interface ContactFacts {
  staffId: string
  fromOn: Day
  toOn: Day
  everyDays: number
}

/** The day by which the contact's next visit is due: counted from the last visit, or from the first day of the rota. */
export const contactDue = (c: ContactFacts, lastOn: Day | null): Day =>
  addDays(lastOn && lastOn > c.fromOn ? lastOn : c.fromOn, c.everyDays)

/** How the contact stands today; a week ahead it is said to be time. */
export const contactStanding = (c: ContactFacts, lastOn: Day | null, today: Day): ContactStanding => {
  if (today < c.fromOn) return 'ahead'
  if (today > c.toOn) return 'over'
  const due = contactDue(c, lastOn)
  return today > due ? 'late' : today >= addDays(due, -7) ? 'soon' : 'ok'
}

/** Why this person can't hand a village on to another cadre, or swap it; null when they can. */
export const contactRefusal = (c: ContactFacts, who: Who, today: Day): string | null =>
  today > c.toOn
    ? '这一期联系村已经期满'
    : c.staffId === who.staffId || is(who, ...runsRota)
      ? null
      : '由联系干部本人或信访办主任调整'

// ---- 走访 ----

export const PlanInput = z
  .object({
    kind: codes(visitKinds),
    villageId: z.uuid().nullable().default(null),
    petitionId: z.uuid().nullable().default(null),
    staffId: z.uuid('请选择谁去'),
    withIds: z.array(z.uuid()).max(20, '同去的最多二十人').default([]),
    onDay: DayText,
    atTime: time.default(''),
    place: text(100).default(''),
    about: text(300).default(''),
  })
  .superRefine((v, ctx) => {
    const say = (path: string, message: string) => ctx.addIssue({ code: 'custom', path: [path], message })
    if (v.kind === 'invited') {
      if (!v.petitionId) say('petitionId', '约访的是一件事项的信访人，请选择事项')
      if (!v.atTime) say('atTime', '请填写与对方约定的时刻')
      if (!v.place) say('place', '请填写与对方约定的地点')
    } else {
      if (!v.villageId) say('villageId', '请选择去哪个村')
      if (v.petitionId) say('petitionId', '不是约访的，事项在记录里逐件写')
    }
    if (v.withIds.includes(v.staffId)) say('withIds', '同去的人里不用再写本人')
  })
export type PlanInput = z.infer<typeof PlanInput>

export const PromiseMade = z
  .object({
    body: needed(500, '请写明承诺了什么'),
    ownerId: z.uuid('请选择由谁兑现'),
    dueOn: DayText,
  })
  .nullable()
  .default(null)

/** One thing heard: the same three kinds as in a screening, with what was said to it and what was promised. */
export const HeardInput = z.object({
  found: FindingInput,
  /** What was said or done about it; for what was answered on the spot the answer itself is enough. */
  said: text(1000).default(''),
  /** 第十九条：口头提出的，记录并向本人宣读核对. Only for a new matter. */
  readBack: z.boolean().default(false),
  promise: PromiseMade,
})
export type HeardInput = z.infer<typeof HeardInput>

export const RecordInput = z.object({
  headCount: z.int('人数应为整数').min(0, '人数不能为负').max(10_000, '人数太多').default(0),
  withIds: z.array(z.uuid()).max(20, '同去的最多二十人').default([]),
  outcome: needed(1000, '请写明走访的结果'),
  items: z.array(HeardInput).max(30, '一次最多记三十件').default([]),
})
export type RecordInput = z.infer<typeof RecordInput>

export interface VisitFacts {
  kind: VisitKind
  status: VisitStatus
  staffId: string
  withIds: readonly string[]
  villageId: string | null
  areaId: string | null
  onDay: Day
  /** Who stands in for the visitor, who is on leave that day. */
  deputyId?: string | null
}

/** Whether this person goes there, or stands in for who does. */
export const goes = (v: Pick<VisitFacts, 'staffId' | 'withIds' | 'deputyId'>, who: Who) =>
  v.staffId === who.staffId || v.withIds.includes(who.staffId) || v.deputyId === who.staffId

/**
 * Whether this person reads the visits of this place: who went, the office and leaders, the secretary of the area, the
 * village's own officer. What is said of a matter inside it follows the matter's own rule.
 */
export const seesVisit = (
  v: Pick<VisitFacts, 'staffId' | 'withIds' | 'deputyId' | 'villageId' | 'areaId'>,
  who: Who,
): boolean =>
  goes(v, who) ||
  is(who, ...readsTown) ||
  (is(who, 'areaSecretary') && v.areaId !== null && who.areaIds.includes(v.areaId)) ||
  (is(who, 'villageOfficer') && v.villageId !== null && who.villageIds.includes(v.villageId))

/** Who also plans for others: the office for everyone, a secretary within the own area. */
export const plansForOthers = ['clerk', 'petitionHead', 'areaSecretary'] as const satisfies Role[]

/** Why this person can't plan a visit for somebody; null when they can. */
export const planRefusal = (v: Pick<VisitFacts, 'staffId' | 'areaId' | 'deputyId'>, who: Who): string | null =>
  v.staffId === who.staffId ||
  v.deputyId === who.staffId ||
  is(who, 'clerk', 'petitionHead') ||
  (is(who, 'areaSecretary') && v.areaId !== null && who.areaIds.includes(v.areaId))
    ? null
    : '只能给自己安排走访；替别人安排的，由信访办或本管区书记办理'

/** Why this person can't change or call off a planned visit; null when they can. */
export const changeRefusal = (
  v: Pick<VisitFacts, 'status' | 'staffId' | 'areaId' | 'deputyId'>,
  who: Who,
): string | null => (v.status !== 'planned' ? `${visitStatuses[v.status]}，不能再改` : planRefusal(v, who))

/** Why this person can't record it; null when they can. */
export const recordRefusal = (
  v: Pick<VisitFacts, 'status' | 'staffId' | 'withIds' | 'deputyId' | 'onDay'>,
  who: Who,
  today: Day,
): string | null =>
  v.status !== 'planned'
    ? `${visitStatuses[v.status]}，不能再记`
    : v.onDay > today
      ? `约定的日期是 ${v.onDay}，还没有到`
      : goes(v, who) || is(who, 'clerk', 'petitionHead')
        ? null
        : '由去走访的人或信访办记录'

/** Back-dated visits: what happened longer ago than this is not keyed in as a visit any more. */
export const keyedInDays = 60

/** Why a visit can't be planned for, or keyed in on, this day; null when it can. */
export const planDayRefusal = (onDay: Day, today: Day, paid: boolean): string | null =>
  paid
    ? onDay > today
      ? '走访日期不能晚于今天'
      : onDay < addDays(today, -keyedInDays)
        ? `补记走访不能早于 ${keyedInDays} 天前`
        : null
    : onDay < today
      ? '计划的日期不能早于今天；已经去过的请直接记走访'
      : onDay > addDays(today, 366)
        ? '计划最多排到一年后'
        : null
