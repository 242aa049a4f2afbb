import type { Grade } from '../petition.ts'

/** Attributes of the matter, never of a person (domain reference §7.2); the first that applies decides. */
export const gradeAttributes = {
  lifeDanger: '危及生命或人身安全，有暴力或自伤的现实危险',
  childOrAbuse: '涉及未成年人或虐待',
  manyAffected: '涉及三十户（人）以上',
  opinionUnexecuted: '支持的意见三十日以上未执行',
  limitPassed: '已超过法定期限',
  livelihoodLoss: '住房、唯一承包地、工资等生计资产面临直接损失',
  severalUnits: '须几个单位共同办理，或跨地区、跨部门、人事户分离',
  severalAffected: '涉及五至二十九户（人）',
  secondTime: '同一事项第二次反映',
  overYear: '已满一年未解决',
  nearLimit: '距法定期限不足七日',
  // 以下三项不定级别，只用来加强责任
  cadreOrFinance: '反映干部廉洁作风或者村级财务',
  raisedHigher: '曾向上级机关反映',
  projectRelated: '因项目建设引起或在项目周边',
} as const
export type GradeAttribute = keyof typeof gradeAttributes

export const redAttributes: readonly GradeAttribute[] = [
  'lifeDanger',
  'childOrAbuse',
  'manyAffected',
  'opinionUnexecuted',
  'limitPassed',
  'livelihoodLoss',
]
export const yellowAttributes: readonly GradeAttribute[] = [
  'severalUnits',
  'severalAffected',
  'secondTime',
  'overYear',
  'nearLimit',
]

/** Days until a grade is looked at again. */
export const reviewDays: Record<Grade, number> = { red: 7, yellow: 14, blue: 30 }
export const responses: Record<Grade, string> = {
  red: '当日定方案，两个工作日内会诊，主要领导负责，每周检查',
  yellow: '两个工作日内定方案，班子成员负责，每两周检查',
  blue: '三个工作日内定方案，管区和村负责，每月检查',
}

export interface GradeFacts {
  attributes: readonly string[]
  affectedCount?: number
  repeat?: boolean
  /** Days the matter has been open, where known. */
  ageDays?: number
  /** Days to the nearest limit, negative when passed. */
  daysLeft?: number | null
}

export interface Suggested {
  grade: Grade
  because: string[]
  reviewInDays: number
  response: string
}

/** The colour that the matter's attributes suggest, with each reason; a person decides, two persons for red. */
export const suggestGrade = (f: GradeFacts): Suggested => {
  const has = new Set<string>(f.attributes)
  const n = f.affectedCount ?? 0
  if (n >= 30) has.add('manyAffected')
  else if (n >= 5) has.add('severalAffected')
  if (f.repeat) has.add('secondTime')
  if ((f.ageDays ?? 0) >= 365) has.add('overYear')
  if (f.daysLeft !== undefined && f.daysLeft !== null)
    has.add(f.daysLeft < 0 ? 'limitPassed' : f.daysLeft <= 7 ? 'nearLimit' : '')
  const hit = (list: readonly GradeAttribute[]) =>
    list.filter((a) => has.has(a)).map((a) => gradeAttributes[a] as string)
  const red = hit(redAttributes)
  const yellow = hit(yellowAttributes)
  const grade: Grade = red.length ? 'red' : yellow.length ? 'yellow' : 'blue'
  return {
    grade,
    because: red.length ? red : yellow.length ? yellow : ['没有红、黄情形'],
    reviewInDays: reviewDays[grade],
    response: responses[grade],
  }
}
