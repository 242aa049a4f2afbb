import { z } from 'zod'
import { type Day, daysBetween } from '../../kit/day.ts'
import { needed, text } from '../../kit/text.ts'
import { DayText, type Petition } from '../../petitions/petition.ts'
import { Said } from '../said.ts'

/** 积案 by the town's own definition, as data: there is no national one. */
export const BacklogRule = z.object({
  /** Open for at least this many days since it was received. */
  days: z.number().int().min(30, '不少于三十日').max(3650, '不多于十年'),
  /** Or raised again for the same matter. */
  repeat: z.boolean(),
})
export type BacklogRule = z.infer<typeof BacklogRule>
export const usualBacklog: BacklogRule = { days: 365, repeat: true }

type Aged = Pick<Petition, 'receivedOn' | 'closedOn' | 'repeat'>

/** Why it is counted as backlog, as a sentence; null when it is not. Of the matter's own course only. */
export const backlogBecause = (p: Aged, rule: BacklogRule, today: Day): string | null => {
  const days = daysBetween(p.receivedOn, p.closedOn ?? today)
  return days >= rule.days ? `历时 ${days} 天，满 ${rule.days} 天` : rule.repeat && p.repeat ? '同一事项重复反映' : null
}

/** 三个关键人: village secretary, area secretary, responsible leader; what is missing, by name. */
export const keyPeopleMissing = (
  p: Pick<Petition, 'villageId' | 'villageOwnerId' | 'areaOwnerId' | 'leadOfficialId'>,
): string[] => [
  ...(p.villageId !== null && p.villageOwnerId === null ? ['村责任人'] : []),
  ...(p.areaOwnerId === null ? ['管区书记'] : []),
  ...(p.leadOfficialId === null ? ['包案领导'] : []),
]

export const DecisionInput = z.object({
  text: needed(500, '请写明决定'),
  ownerId: z.uuid('请选择责任人'),
  dueOn: DayText,
})

/** What is kept of one matter of the agenda. Dissent stays in the minutes: who clearly objected does not answer for it. */
export const Item = z.object({
  petitionId: z.string(),
  number: z.string(),
  title: z.string(),
  report: z.string(),
  decisions: z.array(DecisionInput.extend({ owner: z.string(), promiseId: z.string() })),
  dissent: z.array(Said),
})
export type Item = z.infer<typeof Item>

export const ItemRecord = z.object({
  report: text(2000).default(''),
  decisions: z.array(DecisionInput).max(20).default([]),
  dissent: z.array(Said).max(20).default([]),
})
export type ItemRecord = z.infer<typeof ItemRecord>

/** A meeting that is called: put off to another day, or given up. */
export const Replan = z.discriminatedUnion('how', [
  z.object({
    how: z.literal('moved'),
    onDay: DayText,
    place: text(100).default(''),
    reason: needed(200, '请写明改期的理由'),
  }),
  z.object({ how: z.literal('cancelled'), reason: needed(200, '请写明取消的理由') }),
])
export type Replan = z.infer<typeof Replan>

export const meetingStatuses = { called: '进行中', held: '已结束', cancelled: '已取消' } as const
/** How a meeting stands: one that is called for a day to come has not begun. */
export const meetingWords = (m: { status: keyof typeof meetingStatuses; onDay: Day }, today: Day): string =>
  m.status === 'called' && m.onDay > today ? '待召开' : meetingStatuses[m.status]
