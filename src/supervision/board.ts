/**
 * The systems of “list + closed loop” and what each asks of an open matter. Six are named by the town's own practice, two more
 * are the default and may be switched off or exchanged; a town keeps names, order and choice as data (governance_rule).
 */
export interface GovernanceRule {
  name: string
  /** What is missing where the loop is not closed. */
  gap: string
  /** On unless the town says otherwise. */
  usual: boolean
}
export const governanceRules = {
  ledger: { name: '台账清单', gap: '没有分类、定级或属地，档案要素不全', usual: true },
  remind: { name: '通报提醒', gap: '期限已过，还没有提醒过', usual: true },
  revisit: { name: '回访审核', gap: '送达或办结超过十五日没有回访', usual: true },
  closeOut: { name: '对标销号', gap: '回访之后超过三十日没有提请销号，或者销号被退回', usual: true },
  analysis: { name: '分析研判', gap: '定级到了复核日期没有复核', usual: true },
  account: { name: '追责问责', gap: '超期三十日以上，没有督办，也没有提交事实', usual: true },
  screening: { name: '排查预警', gap: '红色或者应当加强责任的事项，没有应有的包案领导', usual: true },
  supervise: { name: '督导督办', gap: '超期七日以上没有督办，或者督办逾期没有答复', usual: true },
  consult: { name: '会商会诊', gap: '重大初信初访过了两个工作日没有召集会诊', usual: false },
  stronger: { name: '加强责任', gap: '加强责任的事项过了检查日没有检查', usual: false },
  adopt: { name: '包案化解', gap: '重点事项没有包案领导', usual: false },
} as const satisfies Record<string, GovernanceRule>
export type RuleCode = keyof typeof governanceRules
export const ruleCodes = Object.keys(governanceRules) as RuleCode[]

export interface TownRule {
  code: RuleCode
  name: string
  active: boolean
}

/** The town's rules in its order; what it has not settled is as usual, at the end. */
export const rulesOf = (
  stored: readonly { code: string; name: string; sort: number; active: boolean }[],
): TownRule[] => {
  const known = [...stored].sort((a, b) => a.sort - b.sort).filter((r) => Object.hasOwn(governanceRules, r.code))
  return [
    ...known.map((r) => ({ code: r.code as RuleCode, name: r.name, active: r.active })),
    ...ruleCodes
      .filter((c) => !known.some((k) => k.code === c))
      .map((code) => ({ code, name: governanceRules[code].name, active: governanceRules[code].usual })),
  ]
}
