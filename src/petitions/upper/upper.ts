import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import type { Who } from '../../people/roles.ts'
import { first, only } from '../guard.ts'
import { DayText, reviewFaults, reviewLevels, reviewOutcomes, reviewStatuses } from '../petition.ts'

/** A paper as it was sent up with the request: what it says, part by part. */
export const SentPaper = z.object({
  title: z.string(),
  number: z.string().nullable(),
  issuedOn: DayText,
  parts: z.array(z.object({ name: z.string(), text: z.string() })),
})
export type SentPaper = z.infer<typeof SentPaper>

export const SentFacts = z.object({
  request: z.string(),
  reasons: z.string(),
  lateCause: z.string(),
  challenged: z.string(),
  /** The words of the decision that is challenged; a redo may not repeat them. */
  challengedOpinion: z.string(),
  papers: z.array(SentPaper),
})
export type SentFacts = z.infer<typeof SentFacts>

/** 下级报来的一件复查或复核, as the deciding organ sees it. */
export const UpperReview = z.object({
  id: z.string(),
  fromOrgan: z.string(),
  fromNumber: z.string(),
  level: codes(reviewLevels),
  petitioner: z.string(),
  title: z.string(),
  askedOn: DayText,
  receivedOn: DayText,
  admitBy: DayText.nullable(),
  dueOn: DayText,
  facts: SentFacts,
  state: codes(reviewStatuses),
  answeredOn: DayText.nullable(),
  answerNote: z.string(),
  outcome: codes(reviewOutcomes).nullable(),
  decidedOn: DayText.nullable(),
  decidedBy: z.string(),
  faults: z.array(z.string()),
  decision: z.string(),
  number: z.string(),
  /** What of it has come back below. */
  told: z.enum(['', 'answered', 'decided']),
  /** Why it could not come back, if it could not. */
  fault: z.string(),
  version: z.number(),
})
export type UpperReview = z.infer<typeof UpperReview>

export const AnswerInput = z.object({
  admitted: z.boolean({ error: '请选择受理或不予受理' }),
  note: z.string().trim().max(1000, '不能超过 1000 字').default(''),
})
export const DecisionInput = z.object({
  outcome: codes(reviewOutcomes),
  facts: z.string().trim().min(1, '请写明查明的事实').max(20_000),
  opinion: z.string().trim().min(1, '请写明意见').max(20_000),
  legalBasis: z.string().trim().min(1, '请写明依据').max(5000),
  faults: z.array(codes(reviewFaults)).default([]),
  hearing: z.string().trim().max(1000).default(''),
})

type State = Pick<UpperReview, 'state'>

/** 受理与否由信访工作机构办理（三个工作日内）. */
export const answerRefusal = (r: State, who: Who): string | null =>
  first(only(who, 'clerk', 'petitionHead'), r.state !== 'asked' && `此件${reviewStatuses[r.state]}，不能再答复`)

/** 决定由机关负责人作出，编文号出意见书. */
export const decideRefusal = (r: State, who: Who): string | null =>
  first(
    only(who, 'leadOfficial', 'townLeader'),
    r.state === 'asked' && '请先决定是否受理',
    r.state !== 'admitted' && `此件${reviewStatuses[r.state]}，不能再作决定`,
  )

export const checkAnswer = (r: Pick<UpperReview, 'level'>, input: z.infer<typeof AnswerInput>): void => {
  if (!input.admitted && input.note === '')
    throw new Invalid(`请写明不予受理${reviewLevels[r.level]}的理由`, { note: '请写明理由' })
}

/** Throws Invalid when a revocation names no fault, or the decision is dated before the request. */
export const checkDecision = (
  r: Pick<UpperReview, 'level' | 'receivedOn'>,
  input: z.infer<typeof DecisionInput>,
  today: Day,
): void => {
  if (input.outcome === 'revoked' && input.faults.length === 0)
    throw new Invalid('撤销的，请写明原意见的问题', { faults: '请选择' })
  if (today < r.receivedOn) throw new Invalid('决定日期不能早于收到请求的日期')
}
