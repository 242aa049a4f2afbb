import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { route } from '../../kit/route.ts'
import { text } from '../../kit/text.ts'
import { caseWorkers } from '../../people/roles.ts'
import { DayText, grades } from '../../petitions/petition.ts'
import { prepares, table } from '../posts.ts'
import { conditions, ownerLevels, StrongerRule, StrongerRules } from './stronger.ts'

const requestId = z.uuid()

const Asked = {
  fired: z.array(codes(conditions)),
  needed: codes(ownerLevels),
  everyDays: z.number(),
  /** Whether a leader of the rank asked for owns it. */
  satisfied: z.boolean(),
  checkDue: DayText,
}

export const StrongerRow = z.object({
  id: z.string(),
  number: z.string(),
  title: z.string(),
  grade: codes(grades).nullable(),
  lead: z.string(),
  /** Whether this person may open the matter, and may record a check on it. */
  opens: z.boolean(),
  checks: z.boolean(),
  ...Asked,
})
export type StrongerRow = z.infer<typeof StrongerRow>

export const CheckRow = z.object({
  id: z.string(),
  onDay: DayText,
  found: z.string(),
  demand: z.string(),
  byName: z.string(),
})

export const strongerRoutes = {
  stronger: route({
    method: 'GET',
    path: '/api/stronger',
    says: '加强责任的在办事项',
    may: [...table, 'areaSecretary', 'unitHandler'],
    response: z.array(StrongerRow),
  }),
  strongerOf: route({
    method: 'GET',
    path: '/api/stronger/:petitionId',
    says: '这件事项触发的加强责任规则、检查记录',
    may: caseWorkers,
    params: z.object({ petitionId: z.uuid() }),
    response: z.object({
      asked: z.object(Asked).nullable(),
      rules: z.array(StrongerRule),
      checks: z.array(CheckRow),
      refusal: z.string().nullable(),
    }),
  }),
  strongerRules: route({
    method: 'GET',
    path: '/api/stronger-rules',
    says: '加强责任的规则',
    may: [...table, 'areaSecretary', 'unitHandler'],
    response: z.object({ rules: z.array(StrongerRule), version: z.number() }),
  }),
  saveStrongerRules: route({
    method: 'POST',
    path: '/api/stronger-rules',
    says: '改定加强责任的规则',
    may: prepares,
    body: z.object({ requestId, version: z.int(), rules: StrongerRules }),
    response: z.object({ ok: z.literal(true) }),
  }),
  recordCheck: route({
    method: 'POST',
    path: '/api/stronger/:petitionId/checks',
    says: '记录一次检查',
    may: ['petitionHead', 'leadOfficial', 'townLeader'],
    params: z.object({ petitionId: z.uuid() }),
    body: z.object({
      requestId,
      onDay: DayText,
      found: text(1000).min(1, '请写明检查看到的情况'),
      demand: text(500).default(''),
    }),
    response: z.object({ ok: z.literal(true) }),
  }),
}
