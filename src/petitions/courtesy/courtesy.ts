import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { text } from '../../kit/text.ts'
import { is, type Who } from '../../people/roles.ts'
import { courtesies, courtesyPlaces, receivers } from './words.ts'

/** The same, as what a petitioner can judge. */
export const dimensions = {
  welcome: '接待热情，有问候、有送别',
  listen: '耐心听、诚心解释',
  careful: '办得细心、查得清楚',
  fair: '处理公道',
  echo: '有结果及时告诉我',
} as const
export type Dimension = keyof typeof dimensions
export const dimensionNames = Object.keys(dimensions) as Dimension[]
/** Best first. */
export const scores = { good: '好', fair: '一般', poor: '不好' } as const
export type Score = keyof typeof scores
/** As the public page sends and keeps them. */
export const scoreNumbers: Record<Score, number> = { good: 3, fair: 2, poor: 1 }

const asked = codes(scores).nullish()
/** What a petitioner says at the return visit of each dimension; none is asked twice or must be answered. */
export const DimensionAnswers = {
  dim_welcome: asked,
  dim_listen: asked,
  dim_careful: asked,
  dim_fair: asked,
  dim_echo: asked,
} satisfies Record<`dim_${Dimension}`, typeof asked>

export const CourtesyInput = z.object({
  place: codes(courtesyPlaces),
  items: z
    .array(codes(courtesies))
    .min(1, '请勾选做到的')
    .transform((l) => [...new Set(l)]),
  note: text(300).default(''),
})
export type CourtesyInput = z.infer<typeof CourtesyInput>

/** Fewer ratings than this are not shown: a few would be somebody's (domain reference §11). */
export const shownFrom = 10

export const courtesyRefusal = (who: Who): string | null => (is(who, ...receivers) ? null : '接待自查由接待人填写')
