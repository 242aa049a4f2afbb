import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import { needed, text } from '../../kit/text.ts'
import { DayText, states } from '../../petitions/petition.ts'
import { HandOver } from '../handover.ts'
import { runsIt, table } from '../posts.ts'
import { promiseStatuses } from '../promise/promise.ts'
import { RotaInput, receptionResults, receptionStatuses, VisitInput } from './reception.ts'

const requestId = z.uuid()
const version = z.int()
const Id = z.object({ id: z.uuid() })
const Ok = z.object({ ok: z.literal(true) })
const reason = needed(200, '请写明理由')

export const ReceptionDay = z.object({
  id: z.string(),
  onDay: DayText,
  fromTime: z.string(),
  toTime: z.string(),
  place: z.string(),
  leaderId: z.string(),
  leader: z.string(),
  status: codes(receptionStatuses),
  /** On leave that day, and who stands in; '' when nobody does. */
  away: z.boolean(),
  deputy: z.string(),
  deputyId: z.string().nullable(),
  history: z.array(z.object({ from: z.string(), to: z.string(), reason: z.string(), on: DayText, by: z.string() })),
  note: z.string(),
  version: z.number(),
  visits: z.array(
    z.object({
      id: z.string(),
      headCount: z.number(),
      gist: z.string(),
      result: codes(receptionResults),
      outcome: z.string(),
      /** The matter, where there is one and this person may open it; else only that there is one. */
      petitionId: z.string().nullable(),
      tied: z.boolean(),
      number: z.string(),
      state: codes(states).nullable(),
      promise: z.object({ body: z.string(), dueOn: DayText, status: codes(promiseStatuses) }).nullable(),
    }),
  ),
  /** Why this person can't change or record it; null when they can. */
  changeRefusal: z.string().nullable(),
  recordRefusal: z.string().nullable(),
})
export type ReceptionDay = z.infer<typeof ReceptionDay>

export const receptionRoutes = {
  receptions: route({
    method: 'GET',
    path: '/api/receptions',
    says: '领导接访日：排班、来访、结果',
    may: table,
    query: z.object({ mine: z.enum(['1']).optional() }),
    response: z.object({ coming: z.array(ReceptionDay), past: z.array(ReceptionDay) }),
  }),
  makeRota: route({
    method: 'POST',
    path: '/api/receptions',
    says: '排定接访日',
    may: runsIt,
    body: z.object({ requestId, rota: RotaInput }),
    response: z.object({ made: z.number() }),
  }),
  handOver: route({
    method: 'POST',
    path: '/api/receptions/:id/hand-over',
    says: '接访日换人或者与另一天对调',
    may: ['petitionHead', 'leadOfficial', 'townLeader'],
    params: Id,
    body: HandOver,
    response: Ok,
  }),
  cancelReception: route({
    method: 'POST',
    path: '/api/receptions/:id/cancel',
    says: '取消接访日',
    may: ['petitionHead', 'leadOfficial', 'townLeader'],
    params: Id,
    body: z.object({ requestId, version, reason }),
    response: Ok,
  }),
  recordVisit: route({
    method: 'POST',
    path: '/api/receptions/:id/visits',
    says: '记录来访和结果',
    may: table,
    params: Id,
    body: z.object({ requestId, visit: VisitInput }),
    response: Ok,
  }),
  endReception: route({
    method: 'POST',
    path: '/api/receptions/:id/end',
    says: '结束接访日的记录',
    may: table,
    params: Id,
    body: z.object({ requestId, version, note: text(500).default('') }),
    response: Ok,
  }),
}
