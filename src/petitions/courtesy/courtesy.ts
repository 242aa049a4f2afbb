import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { is, type Who } from '../../people/roles.ts'

/** 四声五心: what a receptionist goes through while somebody is being received; each says what it means in deeds. */
export const courtesies = {
  welcome: '来有迎声：起身相迎、让座，报了姓名和岗位',
  answer: '问有答声：问到的当场答，答不了的说明谁来答、什么时候',
  farewell: '走有送声：送到门口，留了联系电话',
  echo: '处理问题有回声：交了回执和查询码，说明什么时候有结果',
  warm: '接待群众热心：行动不便的上门或者代填代录',
  patient: '解答问题耐心：讲清程序、期限和救济途径，一遍没听懂再讲',
  sincere: '听取申诉诚心：听完再问，记录读给本人听，本人认可',
  careful: '处理问题细心：材料逐件看过、列了清单，没有漏掉诉求',
  fair: '办理案件公心：告知可以申请回避，没有偏向哪一方',
} as const
export type Courtesy = keyof typeof courtesies
export const courtesyPlaces = { counter: '窗口', field: '村里、上门', leader: '领导接访' } as const

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
  note: z.string().trim().max(300, '不能超过 300 字').default(''),
})
export type CourtesyInput = z.infer<typeof CourtesyInput>

/** Fewer ratings than this are not shown: a few would be somebody's (domain reference §11). */
export const shownFrom = 10

/** Those who receive people check themselves. */
export const receivers = [
  'clerk',
  'petitionHead',
  'areaSecretary',
  'villageOfficer',
  'gridWorker',
  'leadOfficial',
  'townLeader',
] as const
export const courtesyRefusal = (who: Who): string | null => (is(who, ...receivers) ? null : '接待自查由接待人填写')

export interface Told {
  period: string
  dimension: Dimension
  n: number
  good: number
  poor: number
}
/** Shares of one dimension in one period, in whole percent; null where there are too few to show. */
export const shareOf = (t: Pick<Told, 'n' | 'good' | 'poor'>): { good: number; poor: number } | null =>
  t.n < shownFrom ? null : { good: Math.round((t.good / t.n) * 100), poor: Math.round((t.poor / t.n) * 100) }
