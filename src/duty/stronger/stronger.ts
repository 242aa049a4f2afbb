import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { is, type Who } from '../../people/roles.ts'
import type { Petition } from '../../petitions/petition.ts'
import { gradeAttributes } from '../../petitions/register/grading.ts'

/**
 * 强化包保人员责任: what about a matter asks for more of those who answer for it. Attributes of the matter and of its course;
 * nothing here is about the person who came (domain reference §13).
 */
export const conditions = {
  cadreOrFinance: gradeAttributes.cadreOrFinance,
  repeated: '同一事项重复反映',
  raisedHigher: gradeAttributes.raisedHigher,
  severalUnits: '须几个单位共同办理',
  opinionUnexecuted: '支持的意见没有按期执行',
  projectRelated: gradeAttributes.projectRelated,
} as const
export type Condition = keyof typeof conditions
export const conditionNames = Object.keys(conditions) as Condition[]

/** Who must own the matter. */
export const ownerLevels = { leader: '班子成员', principal: '党政主要领导' } as const
/** Who is told once when a rule first applies to a matter. */
export const toldPosts = {
  townLeader: '党政主要领导',
  deputy: '分管信访的领导',
  petitionHead: '信访办主任',
  areaSecretary: '所在管区书记',
} as const

/** The conditions that a category of content can also meet. */
export const byContent: readonly Condition[] = ['cadreOrFinance', 'projectRelated']

export const StrongerRule = z.object({
  code: codes(conditions),
  active: z.boolean(),
  owner: codes(ownerLevels),
  everyDays: z.int('检查间隔应当是整数').min(1, '检查间隔至少一天').max(60, '检查间隔不超过六十天'),
  tell: z.array(codes(toldPosts)).min(1, '至少告知一个岗位').max(4),
  /** Categories of content, by code; a code covers what lies under it. */
  categories: z.array(z.string().regex(/^\d{2,6}$/, '内容分类应当是分类代码')).max(50),
})
export type StrongerRule = z.infer<typeof StrongerRule>

const rule = (
  code: Condition,
  owner: StrongerRule['owner'],
  everyDays: number,
  tell: StrongerRule['tell'],
  categories: string[] = [],
): StrongerRule => ({ code, active: true, owner, everyDays, tell, categories })

export const usualRules: readonly StrongerRule[] = [
  rule('cadreOrFinance', 'principal', 7, ['townLeader', 'petitionHead'], ['0502', '020103', '020105', '1002']),
  rule('repeated', 'leader', 7, ['deputy', 'areaSecretary']),
  rule('raisedHigher', 'principal', 7, ['townLeader', 'deputy', 'areaSecretary']),
  rule('severalUnits', 'leader', 14, ['deputy']),
  rule('opinionUnexecuted', 'principal', 7, ['townLeader', 'petitionHead']),
  rule('projectRelated', 'leader', 14, ['deputy', 'areaSecretary'], ['0403']),
]

export const StrongerRules = z
  .array(StrongerRule)
  .length(conditionNames.length, '每一种情形各有一条规则')
  .refine((l) => new Set(l.map((r) => r.code)).size === l.length, '每一种情形各有一条规则')

/** The town's rules; a condition it has not settled is as usual. */
export const rulesFrom = (stored: unknown): StrongerRule[] => {
  const list = z.array(z.unknown()).safeParse(stored)
  const known = list.success
    ? list.data.flatMap((x) => {
        const r = StrongerRule.safeParse(x)
        return r.success ? [r.data] : []
      })
    : []
  return usualRules.map((u) => known.find((k) => k.code === u.code) ?? u)
}

/** Why this person may not record a check; null when they may. Those who handle it do not check themselves. */
export const checkRefusal = (
  m: Pick<Petition, 'state' | 'leadOfficialId' | 'mainHandlerId'>,
  who: Who,
): string | null =>
  m.state === 'closed'
    ? '事项已销号'
    : m.mainHandlerId === who.staffId
      ? '检查由承办人以外的人进行'
      : m.leadOfficialId === who.staffId || is(who, 'petitionHead', 'townLeader')
        ? null
        : '由包案领导、信访办主任或党政主要领导检查'

/** The rule in one sentence, as the matter and the reminder say it. */
export const ruleSays = (r: Pick<StrongerRule, 'code' | 'owner' | 'everyDays'>): string =>
  `${conditions[r.code]}：由${ownerLevels[r.owner]}包案，每 ${r.everyDays} 天检查一次`
