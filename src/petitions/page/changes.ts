import {
  channels,
  classes,
  closingTests,
  contactWays,
  grades,
  idTypes,
  linkKinds,
  ratings,
  routes,
  states,
  steps,
} from '../petition.ts'

/** What a trace's facts are called on screen; what has no name here is for the machine and is not shown. */
const names: Record<string, string> = {
  grade: '级别',
  gradeReason: '定级理由',
  class: '类别',
  route: '办理路径',
  state: '状态',
  step: '环节',
  title: '标题',
  request: '诉求',
  facts: '事实和理由',
  channel: '信访形式',
  receivedOn: '收到日期',
  headCount: '人数',
  affectedCount: '涉及户（人）数',
  place: '具体地点',
  areaId: '管区',
  villageId: '村',
  gridId: '网格',
  mainUnitId: '主办单位',
  mainHandlerId: '主办人',
  assistUnitIds: '协办单位',
  unitId: '单位',
  leadOfficialId: '包案领导',
  holderId: '经办人',
  areaOwnerId: '管区责任人',
  villageOwnerId: '村责任人',
  limitOn: '办结时限',
  days: '天数',
  way: '方式',
  whom: '对象',
  people: '在场人员',
  ground: '理由',
  remedy: '救济途径',
  isKey: '重点',
  repeat: '重复',
  ratingOffice: '对信访办的评价',
  ratingUnit: '对承办单位的评价',
  why: '原因',
  number: '文号',
  purpose: '用途',
  organ: '机关',
  wants: '请求',
  agreement: '协议',
  mediator: '调解员',
  committee: '调解组织',
  to: '改为',
  from: '原为',
  measures: '措施',
  kind: '关系',
  sha256: '存证校验值',
}

const words: Record<string, Record<string, string>> = {
  grade: grades,
  class: classes,
  route: routes,
  state: states,
  step: steps,
  channel: channels,
  way: contactWays,
  kind: linkKinds,
  test: closingTests,
  idType: idTypes,
  ratingOffice: ratings,
  ratingUnit: ratings,
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-/i

/** One fact in words, or null when it has none (an id nobody may read, something empty). */
const said = (key: string, value: unknown, people: Record<string, string>): string | null => {
  if (value === null || value === undefined || value === '') return null
  if (Array.isArray(value))
    return (
      value
        .map((v) => said(key, v, people))
        .filter(Boolean)
        .join('、') || null
    )
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') return null
  if (uuid.test(value)) return people[value] ?? null
  return words[key]?.[value] ?? grades[value as keyof typeof grades] ?? value
}

const isFacts = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

/**
 * What a move changed, for reading: one line a fact, “原来 → 现在” where both are known.
 * `people` gives names to ids; facts without a Chinese name are left out.
 */
export const changesOf = (data: unknown, people: Record<string, string>): { name: string; value: string }[] => {
  if (!isFacts(data)) return []
  const { from, to, ...rest } = data
  const out: { name: string; value: string }[] = []
  if (isFacts(to) || isFacts(from)) {
    const a = isFacts(from) ? from : {}
    const b = isFacts(to) ? to : {}
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const was = said(key, a[key], people)
      const now = said(key, b[key], people)
      if (names[key] && was !== now) out.push({ name: names[key], value: `${was ?? '（空）'} → ${now ?? '（空）'}` })
    }
  } else {
    const was = said('from', from, people)
    const now = said('to', to, people)
    if (was || now) out.push({ name: '变动', value: `${was ?? '（空）'} → ${now ?? '（空）'}` })
  }
  for (const [key, value] of Object.entries(rest)) {
    const v = names[key] ? said(key, value, people) : null
    if (v) out.push({ name: names[key]!, value: v })
  }
  return out
}
