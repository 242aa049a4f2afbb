import { daysBetween as betweenDays, type Day, addDays as plusDays } from '../kit/day.ts'
import type { Facts } from '../petitions/replay.ts'

/**
 * The indicators of the domain reference §11. How many petitions, visits or trips somebody has is not among them and can't be
 * made one; what would be improved by not registering (repeats, review requests) is shown and never scored.
 */
export interface Indicator {
  name: string
  formula: string
  basis: string
  scored: boolean
  /** A rate of matters, or a mean of days. */
  unit: 'rate' | 'days'
}
export const indicators = {
  sortOnTime: {
    name: '按期分流率',
    formula: '按期转送、交办、受理的 ÷ 到期的（按期＋超期＋超期未办）',
    basis: '《信访工作条例》第二十二条',
    scored: true,
    unit: 'rate',
  },
  noticeOnTime: {
    name: '按期受理告知率',
    formula: '按期告知的 ÷ 应当告知的',
    basis: '《信访工作条例》第二十三条',
    scored: true,
    unit: 'rate',
  },
  replyOnTime: {
    name: '按期答复率',
    formula: '按期答复的 ÷ 到期的（按期＋超期＋超期未办）',
    basis: '《信访工作条例》第三十四条',
    scored: true,
    unit: 'rate',
  },
  firstContact: {
    name: '初次信访联系率',
    formula: '联系过信访人的初次事项 ÷ 初次事项（受理满 7 日的）',
    basis: '首办责任制',
    scored: true,
    unit: 'rate',
  },
  followedUp: {
    name: '回访率',
    formula: '已回访的 ÷ 办结或送达满 15 日的',
    basis: '回访审核制度',
    scored: true,
    unit: 'rate',
  },
  executed: {
    name: '支持意见执行率',
    formula: '回访时已经执行的 ÷ 有支持意见且已回访的',
    basis: '《信访工作条例》第三十二条、第四十条',
    scored: true,
    unit: 'rate',
  },
  rated: {
    name: '参评率',
    formula: '作出评价的 ÷ 可评价的',
    basis: '满意度评价办法',
    scored: true,
    unit: 'rate',
  },
  satisfied: {
    name: '满意率',
    formula: '（满意＋基本满意）÷ 作出评价的；没有评价的不算满意',
    basis: '满意度评价办法',
    scored: true,
    unit: 'rate',
  },
  ratedSatisfied: {
    name: '参评满意率',
    formula: '参评率 × 满意率',
    basis: '满意度评价办法',
    scored: true,
    unit: 'rate',
  },
  acceptDays: {
    name: '平均受理周期',
    formula: '收到至受理的天数之和 ÷ 受理的件数',
    basis: '只看不计分',
    scored: false,
    unit: 'days',
  },
  replyDays: {
    name: '平均答复周期',
    formula: '受理至送达的天数之和 ÷ 送达的件数',
    basis: '只看不计分',
    scored: false,
    unit: 'days',
  },
  repeated: {
    name: '重复信访率',
    formula: '办结后又反映的初次事项 ÷ 办结的初次事项',
    basis: '只看不计分：计分会让人不登记',
    scored: false,
    unit: 'rate',
  },
  settledAtOnce: {
    name: '一次性化解率',
    formula: '办结后 90 日内没有再反映、没有申请复查的初次事项 ÷ 办结满 90 日的初次事项',
    basis: '只看不计分：复查是信访人的权利',
    scored: false,
    unit: 'rate',
  },
} as const satisfies Record<string, Indicator>
export type IndicatorCode = keyof typeof indicators
export const isIndicator = (code: string): code is IndicatorCode => Object.hasOwn(indicators, code)

/** Days of a year are few and matters many: what was reckoned once is kept. */
const later = new Map<string, Day>()
const addDays = (d: Day, n: number): Day => {
  const key = `${d}${n}`
  let to = later.get(key)
  if (to === undefined) {
    if (later.size > 20_000) later.clear()
    to = plusDays(d, n)
    later.set(key, to)
  }
  return to
}
const apart = new Map<string, number>()
const daysBetween = (a: Day, b: Day): number => {
  const key = `${a}${b}`
  let n = apart.get(key)
  if (n === undefined) {
    if (apart.size > 50_000) apart.clear()
    n = betweenDays(a, b)
    apart.set(key, n)
  }
  return n
}

export interface Period {
  from: Day
  to: Day
  /** Nothing after this day is known; what is not yet due on it is left out. */
  cutoff: Day
}

export interface Item {
  id: string
  number: string
  ok: boolean
  /** For means: the days. */
  days?: number
  why: string
}
/** Why is put into words only when somebody asks. */
interface Judged {
  ok: boolean
  days?: number
  why: () => string
}
export interface Measure {
  num: number
  den: number
}

const within = (d: string | null, p: Period): d is string => d !== null && d >= p.from && d <= p.to && d <= p.cutoff
/** A fact of after the cut-off is not a fact yet. */
const known = (d: string | null, p: Period): string | null => (d !== null && d <= p.cutoff ? d : null)

/** One matter under one indicator: null when it does not come into question, else whether it counts above the line and why. */
const clockItem = (f: Facts, rules: readonly string[], p: Period): Judged[] =>
  f.clocks
    .filter(([rule, , due, , outcome]) => rules.includes(rule) && outcome !== 'cancelled' && within(due, p))
    .flatMap(([, , due, endedOn]) => {
      const ended = known(endedOn, p)
      // The last day itself is still the office's.
      if (ended === null && due >= p.cutoff) return []
      if (ended === null) return [{ ok: false, why: () => `${due} 到期，至今未办` }]
      return [
        ended <= due
          ? { ok: true, why: () => `${due} 到期，${ended} 办` }
          : { ok: false, why: () => `${due} 到期，${ended} 办，超 ${daysBetween(due as Day, ended as Day)} 天` },
      ]
    })

const ratingWords: Record<string, string> = {
  satisfied: '满意',
  basicallySatisfied: '基本满意',
  dissatisfied: '不满意',
}
/** Who may be rated: claims in the petition procedure and suggestions, once served and visited again. */
const ratable = (f: Facts, p: Period) =>
  within(known(f.followedUpOn, p), p) &&
  f.servedOn !== null &&
  (f.class === 'suggestion' || f.route === 'petitionProcedure')
const ratingOf = (f: Facts) => (f.ratingUnit ?? f.ratingOffice) as string | null

const finishedOn = (f: Facts, p: Period) => known(f.concludedOn, p) ?? known(f.servedOn, p)

/** One matter under one indicator: empty when it does not come into question, else whether it counts above the line and why. */
const under = (code: IndicatorCode, f: Facts, p: Period, cameBack: ReadonlyMap<string, string>): Judged[] => {
  switch (code) {
    case 'sortOnTime':
      return clockItem(f, ['D01'], p)
    case 'noticeOnTime':
      return clockItem(f, ['D02', 'D03'], p)
    case 'replyOnTime':
      return clockItem(f, ['D05', 'D06', 'D12'], p)
    case 'firstContact': {
      const accepted = known(f.acceptedOn, p)
      if (!f.firstTime || !within(accepted, p) || addDays(accepted as Day, 7) > p.cutoff) return []
      const contact = known(f.lastContactOn, p)
      return [
        contact
          ? { ok: true, why: () => `${contact} 联系过` }
          : { ok: false, why: () => `${accepted} 受理，没有联系记录` },
      ]
    }
    case 'followedUp': {
      const done = finishedOn(f, p)
      if (done === null || !within(addDays(done as Day, 15), p)) return []
      const visited = known(f.followedUpOn, p)
      return [visited ? { ok: true, why: () => `${visited} 回访` } : { ok: false, why: () => `${done} 办结，没有回访` }]
    }
    case 'executed': {
      const visited = known(f.followedUpOn, p)
      if (f.supported === 0 || !within(visited, p) || !f.executed || f.executed === 'none') return []
      return [
        f.executed === 'done'
          ? { ok: true, why: () => `${visited} 回访时已执行` }
          : { ok: false, why: () => (f.executed === 'partly' ? '部分执行' : '尚未执行') },
      ]
    }
    case 'rated': {
      if (!ratable(f, p)) return []
      const r = ratingWords[ratingOf(f) ?? '']
      return [r ? { ok: true, why: () => '作出评价' } : { ok: false, why: () => '没有评价' }]
    }
    case 'satisfied':
    case 'ratedSatisfied': {
      if (!ratable(f, p)) return []
      const r = ratingWords[ratingOf(f) ?? '']
      if (!r && code === 'satisfied') return []
      return [{ ok: r !== undefined && r !== '不满意', why: () => r ?? '没有评价' }]
    }
    case 'acceptDays': {
      const accepted = known(f.acceptedOn, p)
      if (!within(accepted, p)) return []
      const days = daysBetween(f.receivedOn, accepted as Day)
      return [{ ok: true, days, why: () => `${days} 天` }]
    }
    case 'replyDays': {
      const served = known(f.servedOn, p)
      if (!within(served, p) || f.acceptedOn === null) return []
      const days = daysBetween(f.acceptedOn, served as Day)
      return [{ ok: true, days, why: () => `${days} 天` }]
    }
    case 'repeated': {
      const done = finishedOn(f, p)
      if (!f.firstTime || !within(done, p)) return []
      const back = known(cameBack.get(f.id) ?? null, p)
      return [back && back > done ? { ok: true, why: () => `${back} 又反映` } : { ok: false, why: () => '没有再反映' }]
    }
    case 'settledAtOnce': {
      const done = finishedOn(f, p)
      if (!f.firstTime || done === null) return []
      const until = addDays(done as Day, 90)
      if (!within(until, p)) return []
      const back = known(cameBack.get(f.id) ?? null, p)
      const review = f.clocks.find(([rule]) => rule === 'D08')?.[1] ?? null
      if (back && back > done && back <= until) return [{ ok: false, why: () => `${back} 又反映` }]
      if (review && review <= until) return [{ ok: false, why: () => `${review} 申请复查` }]
      return [{ ok: true, why: () => `${done} 办结，90 日内没有再反映` }]
    }
  }
}

/** Everything that counts under an indicator among these matters. `cameBack` knows when a matter was raised again. */
export const itemsOf = (
  code: IndicatorCode,
  facts: readonly Facts[],
  p: Period,
  cameBack: ReadonlyMap<string, string>,
): Item[] =>
  facts.flatMap((f) =>
    under(code, f, p, cameBack).map(({ why, ...i }) => ({ id: f.id, number: f.number, ...i, why: why() })),
  )

/** The same counted without keeping the matters; `without` are those set aside by an upheld appeal. */
export const measureOf = (
  code: IndicatorCode,
  facts: readonly Facts[],
  p: Period,
  cameBack: ReadonlyMap<string, string>,
  without: ReadonlySet<string> = new Set(),
): Measure => {
  const days = indicators[code].unit === 'days'
  let num = 0
  let den = 0
  for (const f of facts) {
    if (without.has(f.id)) continue
    for (const i of under(code, f, p, cameBack)) {
      den += 1
      num += days ? i.days! : i.ok ? 1 : 0
    }
  }
  return { num, den }
}

/** When each matter was first raised again, from the links of those that repeat it. */
export const cameBackOf = (facts: readonly Facts[]): Map<string, string> => {
  const back = new Map<string, string>()
  for (const f of facts)
    for (const id of f.repeats) {
      const before = back.get(id)
      if (before === undefined || f.receivedOn < before) back.set(id, f.receivedOn)
    }
  return back
}

/** Whose matters: the whole town for the office and its leaders, one's own for everybody else. */
export type Scope =
  | { by: 'town' }
  | {
      by: 'registeredBy' | 'mainHandlerId' | 'mainUnitId' | 'leadOfficialId' | 'areaOwnerId' | 'villageOwnerId'
      id: string
    }
export const scopeKey = (s: Scope): string => (s.by === 'town' ? 'town' : `${s.by}/${s.id}`)

/** Matters by every scope, made once for all people. */
export const scopesOf = (facts: readonly Facts[]): ((s: Scope) => readonly Facts[]) => {
  const open = facts.filter((f) => !f.sealed)
  const by = new Map<string, Facts[]>()
  for (const f of open)
    for (const key of [
      'registeredBy',
      'mainHandlerId',
      'mainUnitId',
      'leadOfficialId',
      'areaOwnerId',
      'villageOwnerId',
    ] as const) {
      const id = f[key]
      if (id === null) continue
      const k = `${key}/${id}`
      const list = by.get(k)
      if (list) list.push(f)
      else by.set(k, [f])
    }
  return (s) => (s.by === 'town' ? open : (by.get(scopeKey(s)) ?? []))
}
