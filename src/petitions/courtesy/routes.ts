import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import { caseWorkers } from '../../people/roles.ts'
import { DayText } from '../petition.ts'
import { CourtesyInput } from './courtesy.ts'
import { spans } from './runs.ts'
import { courtesies, courtesyPlaces, receivers } from './words.ts'

/** Shares in whole percent of those who rated; ten or more only. */
const Told = z.object({
  period: z.string(),
  name: z.string(),
  n: z.number(),
  good: z.number(),
  fair: z.number(),
  poor: z.number(),
})

export const courtesyRoutes = {
  courtesyChecks: route({
    method: 'GET',
    path: '/api/petitions/:id/courtesy',
    says: '这件事项的接待自查',
    may: caseWorkers,
    params: z.object({ id: z.uuid() }),
    response: z.array(
      z.object({
        id: z.string(),
        place: codes(courtesyPlaces),
        items: z.array(codes(courtesies)),
        note: z.string(),
        onDay: DayText,
        byName: z.string(),
      }),
    ),
  }),
  checkCourtesy: route({
    method: 'POST',
    path: '/api/petitions/:id/courtesy',
    says: '接待自查（四声五心）',
    may: [...receivers],
    params: z.object({ id: z.uuid() }),
    body: z.object({ requestId: z.uuid(), input: CourtesyInput }),
    response: z.object({ ok: z.literal(true) }),
  }),
  courtesyResults: route({
    method: 'GET',
    path: '/api/courtesy-results',
    says: '信访人的评价按单位、按维度、按时间；不足十个的不显示',
    may: caseWorkers,
    query: z.object({ by: codes(spans).default('quarter') }),
    response: z.object({
      /** The petition office first of each period. */
      units: z.array(Told),
      dimensions: z.array(Told),
      /** How often each item was done when receivers checked themselves; the same lower limit. */
      checks: z.array(
        z.object({
          place: codes(courtesyPlaces),
          n: z.number(),
          items: z.array(z.object({ item: codes(courtesies), percent: z.number() })),
        }),
      ),
    }),
  }),
}
