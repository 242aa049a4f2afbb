import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import { caseWorkers } from '../../people/roles.ts'
import { channels, DayText, Party } from '../petition.ts'
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
  version: z.number(),
})
export type SealedRow = z.infer<typeof SealedRow>

export const SealedView = SealedRow.extend({
  why: codes(sealedWhys),
  channel: codes(channels),
  title: z.string(),
  request: z.string(),
  facts: z.string(),
  place: z.string(),
  anonymous: z.boolean(),
  headCount: z.number(),
  parties: z.array(Party.omit({ id: true, sort: true, ratingOffice: true, ratingUnit: true, ratedOn: true })),
  accused: z.array(z.object({ name: z.string(), unit: z.string() })),
  registeredOn: DayText,
  registeredByName: z.string(),
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
  /** Not JSON: POST /api/sealed/:id/files (multipart: file, requestId) · GET /api/sealed/:id/files/:fileId */
}
export { Ok }
