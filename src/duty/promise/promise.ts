import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
import { needed } from '../../kit/text.ts'
import { is, type Who } from '../../people/roles.ts'
import { DayText } from '../../petitions/petition.ts'

/** Where a promise was made. */
export const promiseKinds = {
  consultation: '会诊承诺',
  office: '窗口承诺',
  visit: '走访承诺',
  reception: '接访承诺',
  dispatch: '调度决定',
  other: '其他',
} as const
export const promiseStatuses = { open: '待兑现', kept: '已兑现', broken: '未兑现' } as const

export const Renegotiation = z.object({
  from: DayText,
  to: DayText,
  reason: z.string(),
  words: z.string(),
  on: DayText,
  by: z.string(),
})
export const PromiseRow = z.object({
  id: z.string(),
  petitionId: z.string().nullable(),
  number: z.string(),
  title: z.string(),
  kind: codes(promiseKinds),
  body: z.string(),
  madeTo: z.string(),
  ownerId: z.string(),
  owner: z.string(),
  madeOn: DayText,
  dueOn: DayText,
  status: codes(promiseStatuses),
  endedOn: DayText.nullable(),
  words: z.string(),
  history: z.array(Renegotiation),
  version: z.number(),
  /** Why the person asking can't end or move it; null when they can. */
  refusal: z.string().nullable(),
})
export type PromiseRow = z.infer<typeof PromiseRow>

export const PromiseInput = z.object({
  petitionId: z.uuid().nullable().default(null),
  kind: codes(promiseKinds),
  body: needed(500, '请写明承诺了什么'),
  madeTo: needed(60, '请写明向谁承诺'),
  ownerId: z.uuid('请选择责任人'),
  madeOn: DayText,
  dueOn: DayText,
})
export type PromiseInput = z.infer<typeof PromiseInput>

export const PromiseEnd = z.discriminatedUnion('how', [
  z.object({ how: z.literal('kept'), words: needed(500, '请写明怎样兑现的') }),
  z.object({ how: z.literal('broken'), words: needed(500, '请写明没有兑现的原因、怎样向对方说明') }),
  z.object({
    how: z.literal('moved'),
    dueOn: DayText,
    reason: needed(300, '请写明改期的理由'),
    /** What the person it was made to said: a new day is agreed, never only announced. */
    words: needed(300, '请照录对方同意的话'),
  }),
])
export type PromiseEnd = z.infer<typeof PromiseEnd>

type Kept = Pick<PromiseRow, 'status' | 'ownerId' | 'madeOn' | 'dueOn'>

/** Who may end or move a promise: its owner, or those who run the office. */
export const promiseRefusal = (p: Kept, who: Who): string | null =>
  p.status !== 'open'
    ? `承诺${promiseStatuses[p.status]}，不能再改`
    : p.ownerId === who.staffId || is(who, 'petitionHead', 'clerk')
      ? null
      : '由承诺的责任人或信访办记录'

/**
 * What is wrong with a promise's days; `limit` is the law's own date for the matter, when one runs. A limit already missed binds
 * no further: an overdue matter still needs a day by which it is dealt with.
 */
export const dayRefusal = (madeOn: Day, dueOn: Day, today: Day, limit: Day | null): string | null =>
  madeOn > today
    ? '承诺日期不能晚于今天'
    : dueOn < madeOn
      ? '兑现日期不能早于承诺日期'
      : limit !== null && limit >= today && dueOn > limit
        ? `兑现日期不能晚于法定期限 ${limit}`
        : null

/** A new day needs a later day than today and the law's limit kept. */
export const moveRefusal = (p: Kept, to: Day, today: Day, limit: Day | null): string | null =>
  to <= today ? '新的日期应当晚于今天' : to === p.dueOn ? '日期没有变' : dayRefusal(p.madeOn, to, today, limit)
