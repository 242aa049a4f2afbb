import { z } from 'zod'
import { route } from '../kit/route.ts'
import { DayText } from './petition.ts'

const Special = z.object({ date: DayText, isOffDay: z.boolean(), name: z.string() })
const Moved = z.object({
  petitionId: z.string(),
  number: z.string(),
  title: z.string(),
  rule: z.string(),
  name: z.string(),
  /** Null where the limit could not be counted before. */
  from: DayText.nullable(),
  to: DayText,
})
export type MovedRow = z.infer<typeof Moved>

export const calendarRoutes = {
  calendar: route({
    method: 'GET',
    path: '/api/calendar',
    says: '放假安排：各年的放假日和调休上班日',
    may: ['clerk', 'petitionHead'],
    response: z.array(z.object({ year: z.number(), source: z.string(), days: z.array(Special) })),
  }),
  changeCalendar: route({
    method: 'POST',
    path: '/api/calendar',
    says: '导入某一年的放假安排，或改动一天；先列出因此改变的期限，确认后写入并逐件留痕',
    may: ['petitionHead'],
    body: z.object({
      /** The text of a year's table; or else one day. */
      table: z.string().max(200_000).nullish(),
      day: z
        .object({
          date: DayText,
          kind: z.enum(['off', 'work', 'ordinary'], { error: '请选择放假、调休上班或恢复平常' }),
          name: z.string().trim().max(20).default(''),
        })
        .nullish(),
      reason: z.string().trim().max(200).default(''),
      apply: z.boolean().default(false),
    }),
    response: z.object({
      year: z.number(),
      off: z.number(),
      work: z.number(),
      moved: z.array(Moved),
      applied: z.boolean(),
    }),
  }),
}
