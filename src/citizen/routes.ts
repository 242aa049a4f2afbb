import { z } from 'zod'
import { codes } from '../kit/choice.ts'
import { route } from '../kit/route.ts'
import { roles } from '../people/roles.ts'
import { DayText, ratings } from '../petitions/petition.ts'
import { wordKinds } from './view.ts'

/** Posts that take part in case work; the store asks again whether this matter is seen. */
const staff = (Object.keys(roles) as (keyof typeof roles)[]).filter(
  (r) => !['auditor', 'systemAdmin', 'securityAdmin', 'auditAdmin'].includes(r),
)

const WordRow = z.object({
  id: z.string(),
  kind: codes(wordKinds),
  body: z.string(),
  onDay: DayText,
  answer: z.string(),
  answeredName: z.string(),
  answeredOn: DayText.nullable(),
})
export type WordRow = z.infer<typeof WordRow>

/** What petitioners said at the public face, for the staff who must answer. */
export const citizenRoutes = {
  words: route({
    method: 'GET',
    path: '/api/petitions/:id/words',
    says: '信访人在公众页面上说的话和评价',
    may: staff,
    params: z.object({ id: z.uuid() }),
    response: z.object({
      words: z.array(WordRow),
      rating: z.object({ office: codes(ratings), unit: codes(ratings), reason: z.string(), onDay: DayText }).nullable(),
    }),
  }),
  answerWord: route({
    method: 'POST',
    path: '/api/petitions/:id/words/:wordId/answer',
    says: '回复信访人',
    may: staff,
    params: z.object({ id: z.uuid(), wordId: z.uuid() }),
    body: z.object({
      requestId: z.uuid(),
      answer: z.string().trim().min(1, '请写下回复').max(5000, '回复不能超过 5000 字'),
    }),
    response: z.object({ ok: z.literal(true) }),
  }),
}
