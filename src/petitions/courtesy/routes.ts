import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import { caseWorkers } from '../../people/roles.ts'
import { DayText } from '../petition.ts'
import { CourtesyInput, dimensions } from './courtesy.ts'
import { courtesies, courtesyPlaces, receivers } from './words.ts'

const Percent = z.object({ good: z.number(), poor: z.number() }).nullable()

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
    query: z.object({ by: z.enum(['month', 'quarter', 'year']).default('quarter') }),
    response: z.object({
      /** Shares in whole percent of those who rated, the petition office first; ten or more only. */
      units: z.array(
        z.object({
          period: z.string(),
          unit: z.string(),
          n: z.number(),
          good: z.number(),
          fair: z.number(),
          poor: z.number(),
        }),
      ),
      periods: z.array(
        z.object({
          period: z.string(),
          dimensions: z.array(z.object({ dimension: codes(dimensions), n: z.number(), share: Percent })),
        }),
      ),
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
