import { z } from 'zod'
import { visitKinds } from '../ground/visits/record.ts'
import { codes } from '../kit/choice.ts'
import { route } from '../kit/route.ts'
import { text } from '../kit/text.ts'
import { caseWorkers } from '../people/roles.ts'
import { DutyLine, duties } from '../petitions/carry/duties.ts'
import { contactWays, DayText, grades, steps } from '../petitions/petition.ts'
import { Attendee, consultationStatuses, Held } from './consultation/consultation.ts'
import { table } from './posts.ts'
import { PromiseEnd, PromiseInput, PromiseRow } from './promise/promise.ts'
import { Said } from './said.ts'

export const ConsultationRow = z.object({
  id: z.string(),
  petitionId: z.string(),
  number: z.string(),
  title: z.string(),
  status: codes(consultationStatuses),
  calledOn: DayText,
  dueOn: DayText.nullable(),
  planOn: DayText,
  place: z.string(),
  lateReason: z.string(),
  heldOn: DayText.nullable(),
  attendees: z.array(Attendee),
  options: z.array(Said),
  dissent: z.array(Said),
  decision: z.string(),
  promisedOn: DayText.nullable(),
  toldOn: DayText.nullable(),
  toldWay: z.string(),
  calledByName: z.string(),
  version: z.number(),
})
export type ConsultationRow = z.infer<typeof ConsultationRow>

const Id = z.object({ id: z.uuid() })
const Ok = z.object({ ok: z.literal(true) })
const requestId = z.uuid()
const version = z.number().int()

const Plan = {
  planOn: DayText,
  place: text(100).default(''),
  lateReason: text(300).default(''),
}

export const MineRow = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  grade: codes(grades).nullable(),
  step: codes(steps),
  nextDueOn: DayText.nullable(),
  lastContactOn: DayText.nullable(),
  duties: z.array(DutyLine).nullable(),
})
export type MineRow = z.infer<typeof MineRow>

/** A visit of mine: paid in person on a matter I have adopted, or one of the list of visits (下访、约访、走访), paid or planned. */
export const MyVisit = z.object({
  id: z.string(),
  /** Null where it is a contact recorded on the matter. */
  kind: codes(visitKinds).nullable(),
  planned: z.boolean(),
  onDay: DayText,
  body: z.string(),
  petitionId: z.string().nullable(),
  number: z.string(),
  title: z.string(),
  village: z.string(),
})
export type MyVisit = z.infer<typeof MyVisit>

export const carriedRoutes = {
  mine: route({
    method: 'GET',
    path: '/api/duty/mine',
    says: '我包的案、到期的五包、待签发、走访',
    may: caseWorkers,
    response: z.object({
      adopted: z.array(MineRow),
      /** Duties that are mine on any matter, planned and not done, the earliest first. */
      due: z.array(
        z.object({
          id: z.string(),
          number: z.string(),
          title: z.string(),
          duty: codes(duties),
          what: z.string(),
          due: DayText,
        }),
      ),
      toSign: z.array(MineRow),
      visits: z.array(MyVisit),
    }),
  }),
  promises: route({
    method: 'GET',
    path: '/api/promises',
    says: '承诺',
    may: caseWorkers,
    query: z.object({
      petitionId: z.uuid().optional(),
      status: z.enum(['open', 'kept', 'broken']).optional(),
      mine: z.enum(['1']).optional(),
    }),
    response: z.array(PromiseRow),
  }),
  makePromise: route({
    method: 'POST',
    path: '/api/promises',
    says: '登记承诺',
    may: caseWorkers,
    body: z.object({ requestId, input: PromiseInput }),
    response: Ok,
  }),
  endPromise: route({
    method: 'POST',
    path: '/api/promises/:id/end',
    says: '承诺兑现、未兑现或与对方商定改期',
    may: caseWorkers,
    params: Id,
    body: z.object({ requestId, version, end: PromiseEnd }),
    response: Ok,
  }),
  consultations: route({
    method: 'GET',
    path: '/api/consultations',
    says: '会诊和等待会诊的重大初信初访',
    may: caseWorkers,
    query: z.object({ petitionId: z.uuid().optional() }),
    response: z.object({
      rows: z.array(ConsultationRow),
      waiting: z.array(
        z.object({
          id: z.string(),
          number: z.string(),
          title: z.string(),
          grade: codes(grades).nullable(),
          /** The last day to call it and how it was counted; null where nothing runs (taken over from a ledger). */
          dueOn: DayText.nullable(),
          why: z.array(z.string()),
          /** It runs, but waits for the calendar of its year to be counted. */
          uncounted: z.boolean(),
        }),
      ),
    }),
  }),
  callConsultation: route({
    method: 'POST',
    path: '/api/consultations',
    says: '召集会诊',
    may: table,
    body: z.object({
      requestId,
      petitionId: z.uuid(),
      ...Plan,
      /** Who is called to it; each is told. */
      attendees: z.array(Attendee).max(30).default([]),
    }),
    response: Ok,
  }),
  replanConsultation: route({
    method: 'POST',
    path: '/api/consultations/:id/plan',
    says: '会诊改期：日期、地点；晚于两个工作日的写明理由',
    may: table,
    params: Id,
    body: z.object({ requestId, version, ...Plan }),
    response: Ok,
  }),
  holdConsultation: route({
    method: 'POST',
    path: '/api/consultations/:id/held',
    says: '记录会诊：参加人、方案、不同意见、决定、承诺日期',
    may: table,
    params: Id,
    body: z.object({ requestId, version, held: Held }),
    response: Ok,
  }),
  tellConsultation: route({
    method: 'POST',
    path: '/api/consultations/:id/told',
    says: '会诊决定告知信访人',
    may: table,
    params: Id,
    body: z.object({
      requestId,
      version,
      toldOn: DayText,
      way: codes(contactWays),
      said: text(500).default(''),
    }),
    response: Ok,
  }),
}
