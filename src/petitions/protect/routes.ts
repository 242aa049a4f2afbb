import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import { caseWorkers } from '../../people/roles.ts'
import { channels, DayText, Party } from '../petition.ts'
import { relations } from './kin.ts'
import { Ground, recusalSources, recusalStatuses } from './recusal.ts'
import { noteKinds, sealedStates, sealedWhys } from './sealed.ts'

const IdParam = z.object({ id: z.uuid() })
const Ok = z.object({ ok: z.literal(true) })

export const SealedRow = z.object({
  id: z.string(),
  number: z.string(),
  state: codes(sealedStates),
  receivedOn: DayText,
  dueOn: DayText.nullable(),
  forwardedOn: DayText.nullable(),
  closedOn: DayText.nullable(),
  /** When to ask next whether the petitioner has come under pressure. */
  contactOn: DayText.nullable(),
  version: z.number(),
})
export type SealedRow = z.infer<typeof SealedRow>

export const SealedView = SealedRow.extend({
  why: codes(sealedWhys),
  channel: codes(channels),
  title: z.string(),
  request: z.string(),
  facts: z.string(),
  /** What was answered to “以前反映过吗”; '' when nobody asked. */
  before: z.string(),
  place: z.string(),
  anonymous: z.boolean(),
  headCount: z.number(),
  parties: z.array(Party.omit({ id: true, sort: true, ratingOffice: true, ratingUnit: true, ratedOn: true })),
  accused: z.array(z.object({ name: z.string(), unit: z.string() })),
  registeredOn: DayText,
  registeredByName: z.string(),
  /** The matter it is about, for a report of pressure. */
  about: z.object({ petitionId: z.string(), number: z.string() }).nullable(),
  /** The number it bore in the common ledger before it was sealed; empty when it never had one. */
  formerNumber: z.string(),
  files: z.array(
    z.object({ id: z.string(), name: z.string(), mime: z.string(), size: z.number(), byName: z.string() }),
  ),
  notes: z.array(
    z.object({ onDay: DayText, kind: codes(noteKinds), way: z.string(), body: z.string(), byName: z.string() }),
  ),
  forwarded: z
    .object({ organ: z.string(), basis: z.string(), way: z.string(), onDay: DayText, byName: z.string() })
    .nullable(),
  acknowledged: z.object({ number: z.string(), onDay: DayText, byName: z.string() }).nullable(),
  asked: z.object({ reason: z.string(), byName: z.string(), onDay: DayText, confirmerName: z.string() }).nullable(),
  offers: z.array(z.object({ move: z.string(), label: z.string(), refusal: z.string().nullable() })),
  timeline: z.array(z.object({ id: z.string(), at: z.string(), by: z.string(), says: z.string() })),
  attempts: z.array(z.object({ day: DayText, n: z.number(), name: z.string() })),
})
export type SealedView = z.infer<typeof SealedView>

/** Whoever may not see a sealed matter is told “not found” by the store, so that the attempt is on record; the edge lets every post ask. */
export const sealedCallers = 'signedIn'

const KinRow = z.object({ name: z.string().trim().max(40), relation: codes(relations) })

export const RecusalRow = z.object({
  id: z.string(),
  petitionId: z.string(),
  number: z.string(),
  title: z.string(),
  staffName: z.string(),
  staffPost: z.string(),
  source: codes(recusalSources),
  /** Null for those who learn of it, not why. */
  ground: Ground.nullable(),
  detail: z.string(),
  byName: z.string(),
  onDay: DayText,
  status: codes(recusalStatuses),
  decidedName: z.string(),
  decidedOn: DayText.nullable(),
  reason: z.string(),
  /** Places on the matter that pass to a successor when it is upheld. */
  held: z.array(z.string()),
  refusal: z.string().nullable().optional(),
})
export type RecusalRow = z.infer<typeof RecusalRow>

export const protectRoutes = {
  sealedList: route({
    method: 'GET',
    path: '/api/sealed',
    says: '密封件：仅纪检联络员；不含内容',
    may: sealedCallers,
    query: z.object({ text: z.string().trim().max(100).optional(), state: codes(sealedStates).optional() }),
    response: z.array(SealedRow),
  }),
  sealedOpen: route({
    method: 'POST',
    path: '/api/sealed/:id/open',
    says: '打开一件密封件：须写明用途，留痕',
    may: sealedCallers,
    params: IdParam,
    body: z.object({ purpose: z.string().trim().min(2, '请写明用途').max(200) }),
    response: SealedView,
  }),
  sealedMove: route({
    method: 'POST',
    path: '/api/sealed/:id/moves/:move',
    says: '办理密封件的一步；requestId 可安全重发',
    may: sealedCallers,
    params: z.object({ id: z.uuid(), move: z.string().max(40) }),
    body: z.object({ requestId: z.uuid(), version: z.number().int(), input: z.unknown() }),
    response: SealedView.nullable(),
  }),
  returnsAsked: route({
    method: 'GET',
    path: '/api/sealed-returns',
    says: '等待我确认转回普通办理的密封件：编号和理由',
    may: caseWorkers,
    response: z.array(
      z.object({
        id: z.string(),
        number: z.string(),
        version: z.number(),
        reason: z.string(),
        byName: z.string(),
        onDay: DayText,
      }),
    ),
  }),
  recusals: route({
    method: 'GET',
    path: '/api/petitions/:id/recusals',
    says: '一件事项的回避；信访办主任另见应当回避者尝试查看的记录',
    may: caseWorkers,
    params: IdParam,
    response: z.object({
      rows: z.array(RecusalRow),
      attempts: z.array(z.object({ day: DayText, n: z.number(), name: z.string() })),
    }),
  }),
  askRecusal: route({
    method: 'POST',
    path: '/api/petitions/:id/recusals',
    says: '申报回避（本人），或登记信访人的回避申请（信访办）',
    may: caseWorkers,
    params: IdParam,
    body: z.object({
      requestId: z.uuid(),
      source: z.enum(['declared', 'asked']),
      staffId: z.uuid().nullish(),
      ground: Ground,
      detail: z.string().trim().max(500).default(''),
      byName: z.string().trim().max(60).default(''),
    }),
    response: Ok,
  }),
  recusalsToDecide: route({
    method: 'GET',
    path: '/api/recusals',
    says: '待我决定的回避',
    may: caseWorkers,
    response: z.array(RecusalRow),
  }),
  decideRecusal: route({
    method: 'POST',
    path: '/api/recusals/:id/decide',
    says: '决定回避；应当回避的，手上的工作交给指定的人',
    may: caseWorkers,
    params: IdParam,
    body: z.object({
      requestId: z.uuid(),
      agree: z.boolean(),
      reason: z.string().trim().max(500).default(''),
      successorId: z.uuid().nullish(),
    }),
    response: Ok,
  }),
  readers: route({
    method: 'GET',
    path: '/api/petitions/:id/readers',
    says: '谁查看过这件事项：按岗位，供信访人查阅',
    may: caseWorkers,
    params: IdParam,
    response: z.array(z.object({ who: z.string(), times: z.number(), first: DayText, last: DayText })),
  }),
  kin: route({
    method: 'GET',
    path: '/api/staff/:id/kin',
    says: '申报的近亲属：只有本人和安全管理员',
    may: 'signedIn',
    params: IdParam,
    response: z.object({ name: z.string(), kin: z.array(KinRow), version: z.number() }),
  }),
  declareKin: route({
    method: 'POST',
    path: '/api/staff/:id/kin',
    says: '申报近亲属，仅用于回避',
    may: 'signedIn',
    params: IdParam,
    body: z.object({ version: z.int(), kin: z.array(KinRow).max(60) }),
    response: Ok,
  }),
  reportPressure: route({
    method: 'POST',
    path: '/api/pressure',
    says: '反映受到打压：直送纪检联络员，不经村、管区和承办单位',
    may: caseWorkers,
    body: z.object({
      requestId: z.uuid(),
      petitionId: z.uuid().nullish(),
      what: z.string().trim().min(1, '请写明情况').max(20_000),
      by: z.string().trim().max(60).default(''),
      name: z.string().trim().max(60).default(''),
      phone: z.string().trim().max(40).default(''),
      channel: z.enum(['visit', 'phone', 'letter']).default('visit'),
    }),
    response: z.object({ number: z.string(), queryCode: z.string() }),
  }),
  /** Not JSON: POST /api/sealed/:id/files (multipart: file, requestId) · GET /api/sealed/:id/files/:fileId */
}
