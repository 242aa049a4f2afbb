import { z } from 'zod'
import { route } from '../../kit/route.ts'
import type { Role } from '../../people/roles.ts'
import { AnswerInput, DecisionInput, UpperReview } from './upper.ts'

const readers: Role[] = ['clerk', 'petitionHead', 'leadOfficial', 'townLeader']
const Sent = z.object({ requestId: z.uuid(), version: z.number().int() })

export const upperRoutes = {
  upperReviews: route({
    method: 'GET',
    path: '/api/upper-reviews',
    says: '下级报来的复查、复核',
    may: readers,
    response: z.array(UpperReview.omit({ facts: true })),
  }),
  upperReview: route({
    method: 'GET',
    path: '/api/upper-reviews/:id',
    says: '下级报来的一件复查或复核，连同报来的文书和事实；查看留痕',
    may: readers,
    params: z.object({ id: z.uuid() }),
    response: UpperReview.extend({ answer: z.string().nullable(), decide: z.string().nullable() }),
  }),
  answerUpper: route({
    method: 'POST',
    path: '/api/upper-reviews/:id/answer',
    says: '受理或不予受理复查、复核请求，结果转回下级',
    may: ['clerk', 'petitionHead'],
    params: z.object({ id: z.uuid() }),
    body: Sent.extend({ input: AnswerInput }),
    response: UpperReview,
  }),
  decideUpper: route({
    method: 'POST',
    path: '/api/upper-reviews/:id/decide',
    says: '作出复查、复核意见，编文号成文，结果转回下级',
    may: ['leadOfficial', 'townLeader'],
    params: z.object({ id: z.uuid() }),
    body: Sent.extend({ input: DecisionInput }),
    response: UpperReview,
  }),
}
