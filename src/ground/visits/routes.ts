import { z } from 'zod'
import { HandOver } from '../../duty/handover.ts'
import { promiseStatuses } from '../../duty/promise/promise.ts'
import { receptionStatuses } from '../../duty/reception/reception.ts'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import { caseWorkers } from '../../people/roles.ts'
import { DayText, grades, states } from '../../petitions/petition.ts'
import { findingKinds } from '../campaign.ts'
import { visitKinds } from './record.ts'
import { contactStandings, PlanInput, RecordInput, RotaInput, runsRota, visitors, visitStatuses } from './visits.ts'

const Ok = z.object({ ok: z.literal(true) })
const Id = z.object({ id: z.uuid() })
const requestId = z.uuid()
const version = z.int()
const reason = z.string().trim().min(1, '请写明理由').max(200, '不能超过 200 字')
const History = z.array(z.object({ from: z.string(), to: z.string(), reason: z.string(), on: DayText, by: z.string() }))

export const ContactRow = z.object({
  id: z.string(),
  villageId: z.string(),
  village: z.string(),
  area: z.string(),
  staffId: z.string(),
  staff: z.string(),
  post: z.string(),
  /** No longer in any post: the village is without its cadre. */
  gone: z.boolean(),
  /** On leave today, and who stands in; '' when nobody does. */
  away: z.boolean(),
  deputyId: z.string().nullable(),
  deputy: z.string(),
  fromOn: DayText,
  toOn: DayText,
  everyDays: z.number(),
  lastOn: DayText.nullable(),
  dueOn: DayText,
  standing: codes(contactStandings),
  history: History,
  version: z.number(),
  refusal: z.string().nullable(),
})
export type ContactRow = z.infer<typeof ContactRow>

export const VisitItem = z.object({
  id: z.string(),
  kind: codes(findingKinds),
  gist: z.string(),
  answer: z.string(),
  /** The matter, where this person may open it; else only that there is one. */
  petitionId: z.string().nullable(),
  tied: z.boolean(),
  number: z.string(),
  state: codes(states).nullable(),
  promise: z.object({ body: z.string(), owner: z.string(), dueOn: DayText, status: codes(promiseStatuses) }).nullable(),
})
export const VisitRow = z.object({
  id: z.string(),
  kind: codes(visitKinds),
  status: codes(visitStatuses),
  onDay: DayText,
  atTime: z.string(),
  place: z.string(),
  about: z.string(),
  villageId: z.string().nullable(),
  village: z.string(),
  area: z.string(),
  staffId: z.string(),
  staff: z.string(),
  withNames: z.array(z.string()),
  withIds: z.array(z.string()),
  away: z.boolean(),
  deputyId: z.string().nullable(),
  deputy: z.string(),
  /** 约访的事项，看得见的才写编号. */
  petitionId: z.string().nullable(),
  number: z.string(),
  headCount: z.number(),
  outcome: z.string(),
  note: z.string(),
  history: History,
  items: z.array(VisitItem),
  version: z.number(),
  changeRefusal: z.string().nullable(),
  recordRefusal: z.string().nullable(),
})
export type VisitRow = z.infer<typeof VisitRow>

/** A leader's reception day, as a line of the same list; it is kept on its own page. */
export const ReceptionLine = z.object({
  id: z.string(),
  onDay: DayText,
  leader: z.string(),
  place: z.string(),
  time: z.string(),
  status: codes(receptionStatuses),
  came: z.number(),
})

export const VillagePage = z.object({
  id: z.string(),
  name: z.string(),
  areaId: z.string(),
  area: z.string(),
  households: z.number().nullable(),
  people: z.array(
    z.object({
      post: z.string(),
      place: z.string(),
      /** Nobody holds it: said openly. */
      vacant: z.boolean(),
      name: z.string(),
      phone: z.string(),
      away: z.boolean(),
      deputy: z.string(),
    }),
  ),
  contacts: z.array(ContactRow),
  visits: z.array(VisitRow),
  promises: z.array(
    z.object({
      id: z.string(),
      body: z.string(),
      owner: z.string(),
      dueOn: DayText,
      petitionId: z.string().nullable(),
      number: z.string(),
    }),
  ),
  /** Open matters this person may see. */
  matters: z.object({
    open: z.number(),
    late: z.number(),
    byGrade: z.array(z.object({ grade: codes(grades).nullable(), n: z.number() })),
  }),
  /** The screening under way: places of this village without a report. */
  screening: z.object({ id: z.string(), title: z.string(), dueOn: DayText, blanks: z.array(z.string()) }).nullable(),
  /** Disclosures overdue. */
  open: z.array(z.object({ title: z.string(), period: z.string(), dueOn: DayText })),
})
export type VillagePage = z.infer<typeof VillagePage>

export const visitRoutes = {
  visits: route({
    method: 'GET',
    path: '/api/visits',
    says: '下访、约访、走访和领导接访日，一张清单',
    may: caseWorkers,
    query: z.object({ mine: z.enum(['1']).optional(), petitionId: z.uuid().optional() }),
    response: z.object({ visits: z.array(VisitRow), receptions: z.array(ReceptionLine) }),
  }),
  planVisit: route({
    method: 'POST',
    path: '/api/visits',
    says: '安排走访；已经去过的连同记录一起写',
    may: visitors,
    body: z.object({ requestId, plan: PlanInput, record: RecordInput.nullable().default(null) }),
    response: z.object({ id: z.string() }),
  }),
  changeVisit: route({
    method: 'POST',
    path: '/api/visits/:id/change',
    says: '走访改期、换人',
    may: visitors,
    params: Id,
    body: z.object({
      requestId,
      version,
      onDay: DayText,
      atTime: PlanInput.shape.atTime,
      place: PlanInput.shape.place,
      staffId: PlanInput.shape.staffId,
      reason,
    }),
    response: Ok,
  }),
  cancelVisit: route({
    method: 'POST',
    path: '/api/visits/:id/cancel',
    says: '取消走访',
    may: visitors,
    params: Id,
    body: z.object({ requestId, version, reason }),
    response: Ok,
  }),
  recordVisit: route({
    method: 'POST',
    path: '/api/visits/:id/record',
    says: '记录走访：见了多少人、听到什么、怎样答复、承诺什么、结果',
    may: visitors,
    params: Id,
    body: z.object({ requestId, version, record: RecordInput }),
    response: Ok,
  }),
  contacts: route({
    method: 'GET',
    path: '/api/village-contacts',
    says: '机关干部联系村：谁联系哪个村、上次去是哪天',
    may: caseWorkers,
    response: z.array(ContactRow),
  }),
  makeContacts: route({
    method: 'POST',
    path: '/api/village-contacts',
    says: '排定联系村',
    may: runsRota,
    body: z.object({ requestId, rota: RotaInput }),
    response: z.object({ made: z.number() }),
  }),
  passContact: route({
    method: 'POST',
    path: '/api/village-contacts/:id/hand-over',
    says: '联系村换人，或者与另一个村对调',
    may: visitors,
    params: Id,
    body: HandOver,
    response: Ok,
  }),
  village: route({
    method: 'GET',
    path: '/api/villages/:id/page',
    says: '一个村：在岗人员、走访、承诺、在办事项、排查和公开的欠账',
    may: caseWorkers,
    params: Id,
    response: VillagePage,
  }),
}
