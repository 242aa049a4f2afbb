import { addDays, type Day, daysBetween, formal, weekdayName, withWeekday, yearOf } from '../kit/day.ts'
import { Refused } from '../kit/errors.ts'
import type { Calendar } from './calendar.ts'

export interface Limit {
  name: string
  /** For the ledger's narrow column. */
  short: string
  days: number
  unit: 'calendar' | 'working'
  from: string
  who: string
  /**
   * A duty of an organ never moves for a holiday; a right of a person does (民法典第二百零三条).
   * The unit's objection (D04) is a right too: letting it pass makes nothing late.
   * What an office asks of itself (house) is no legal limit: it is shown, and makes nothing late in law.
   */
  kind: 'duty' | 'right' | 'house'
  /** Longest extension in days, where the law gives one. */
  extends?: number
  /** True where the time of a hearing is left out of the count: only in a recheck (第三十六条). */
  excludesHearing?: boolean
  /** Days of each tier of offices, where several send on one after another. */
  tiers?: Readonly<Record<string, number>>
  article: string
  articleShort: string
  inForceFrom: string
  /** Where in the work it runs; the ledger and the reports group by it. */
  stage: 'intake' | 'handling' | 'review' | 'mediation'
}

const regulation = (article: string) => `《信访工作条例》第${article}条`
const since = '2022-05-01'

/** Every legal limit, with its source; nowhere else knows a number of days (domain reference §4). */
export const legalLimits = {
  D01: {
    name: '转送交办期限',
    short: '分流',
    days: 15,
    unit: 'calendar',
    from: '信访部门收到',
    who: '信访部门',
    kind: 'duty',
    article: regulation('二十二'),
    articleShort: '第22条',
    inForceFrom: since,
    stage: 'intake',
  },
  D02: {
    name: '告知期限',
    short: '告知',
    days: 15,
    unit: 'calendar',
    from: '收到信访事项',
    who: '收到的机关',
    kind: 'duty',
    article: regulation('二十三'),
    articleShort: '第23条',
    inForceFrom: since,
    stage: 'intake',
  },
  D03: {
    name: '转送事项告知期限',
    short: '告知',
    days: 15,
    unit: 'calendar',
    from: '单位收到转送',
    who: '承办单位',
    kind: 'duty',
    article: regulation('二十三'),
    articleShort: '第23条',
    inForceFrom: since,
    stage: 'intake',
  },
  D04: {
    name: '异议期限',
    short: '异议',
    days: 5,
    unit: 'working',
    from: '单位收到转送',
    who: '承办单位',
    kind: 'right',
    article: regulation('二十三'),
    articleShort: '第23条',
    inForceFrom: since,
    stage: 'intake',
  },
  D05: {
    name: '办理期限',
    short: '办结',
    days: 60,
    unit: 'calendar',
    from: '受理',
    who: '承办单位',
    kind: 'duty',
    extends: 30,
    article: regulation('三十四'),
    articleShort: '第34条',
    inForceFrom: since,
    stage: 'handling',
  },
  D06: {
    name: '延长期限',
    short: '延期',
    days: 30,
    unit: 'calendar',
    from: '原办理期限届满',
    who: '办理机关负责人批准',
    kind: 'duty',
    article: regulation('三十四'),
    articleShort: '第34条',
    inForceFrom: since,
    stage: 'handling',
  },
  D07: {
    name: '请求复查期限',
    short: '复查',
    days: 30,
    unit: 'calendar',
    from: '收到书面答复',
    who: '信访人',
    kind: 'right',
    article: regulation('三十五'),
    articleShort: '第35条',
    inForceFrom: since,
    stage: 'review',
  },
  D08: {
    name: '复查期限',
    short: '复查',
    days: 30,
    unit: 'calendar',
    from: '收到复查请求',
    who: '复查机关',
    kind: 'duty',
    article: regulation('三十五'),
    articleShort: '第35条',
    inForceFrom: since,
    stage: 'review',
  },
  D09: {
    name: '请求复核期限',
    short: '复核',
    days: 30,
    unit: 'calendar',
    from: '收到复查答复',
    who: '信访人',
    kind: 'right',
    article: regulation('三十六'),
    articleShort: '第36条',
    inForceFrom: since,
    stage: 'review',
  },
  D10: {
    name: '复核期限',
    short: '复核',
    days: 30,
    unit: 'calendar',
    from: '收到复核请求',
    who: '复核机关',
    kind: 'duty',
    excludesHearing: true,
    article: regulation('三十六'),
    articleShort: '第36条',
    inForceFrom: since,
    stage: 'review',
  },
  D11: {
    name: '复查复核受理期限',
    short: '收件',
    days: 3,
    unit: 'working',
    from: '收到请求',
    who: '复查复核机关',
    kind: 'duty',
    article: '《山东省信访条例》第四十三条',
    articleShort: '省43条',
    inForceFrom: '2016-01-01',
    stage: 'review',
  },
  D12: {
    name: '简易办理期限',
    short: '简易',
    days: 10,
    unit: 'working',
    from: '受理',
    who: '承办单位',
    kind: 'duty',
    article: '《信访事项简易办理办法（试行）》',
    articleShort: '简易',
    inForceFrom: '2016-07-01',
    stage: 'handling',
  },
  D13: {
    name: '逐级转送期限',
    short: '转送',
    days: 4,
    unit: 'calendar',
    from: '县级收到',
    who: '县级信访部门',
    kind: 'duty',
    tiers: { 国家: 5, 省: 3, 市: 3, 县: 4 },
    article: '国家信访局满意度评价工作办法第六条',
    articleShort: '转送',
    inForceFrom: '2014-05-01',
    stage: 'intake',
  },
  D14: {
    name: '采纳建议反馈期限',
    short: '反馈',
    days: 30,
    unit: 'calendar',
    from: '收到改进建议',
    who: '被建议机关',
    kind: 'duty',
    article: '《山东省信访条例》第五十九条',
    articleShort: '省59条',
    inForceFrom: '2016-01-01',
    stage: 'handling',
  },
  D15: {
    name: '调解期限',
    short: '调解',
    days: 30,
    unit: 'calendar',
    from: '受理调解',
    who: '调解委员会',
    kind: 'duty',
    article: '《人民调解工作若干规定》第三十三条',
    articleShort: '调解33条',
    inForceFrom: '2002-11-01',
    stage: 'mediation',
  },
  D16: {
    name: '共同申请司法确认期限',
    short: '确认',
    days: 30,
    unit: 'calendar',
    from: '调解协议生效',
    who: '双方当事人',
    kind: 'right',
    article: '《人民调解法》第三十三条',
    articleShort: '调解法33条',
    inForceFrom: '2011-01-01',
    stage: 'mediation',
  },
  D17: {
    name: '法院审查期限',
    short: '法院',
    days: 15,
    unit: 'calendar',
    from: '法院受理',
    who: '人民法院',
    kind: 'duty',
    extends: 10,
    article: '最高人民法院关于人民调解协议司法确认程序的若干规定第五条',
    articleShort: '确认5条',
    inForceFrom: '2011-03-30',
    stage: 'mediation',
  },
  D18: {
    name: '核实异议',
    short: '核异',
    days: 2,
    unit: 'working',
    from: '收到单位异议',
    who: '信访部门',
    kind: 'house',
    article: '《信访工作条例》第二十三条未定时限，镇内部要求',
    articleShort: '内部',
    inForceFrom: since,
    stage: 'intake',
  },
  D19: {
    name: '核验销号',
    short: '销号',
    days: 30,
    unit: 'calendar',
    from: '办结',
    who: '信访部门',
    kind: 'house',
    article: '镇对标销号办法（内部要求）',
    articleShort: '内部',
    inForceFrom: since,
    stage: 'review',
  },
  D20: {
    name: '召集会诊',
    short: '会诊',
    days: 2,
    unit: 'working',
    from: '定为重大初信初访',
    who: '信访部门',
    kind: 'house',
    article: '镇重大初信初访会诊办法（内部要求）',
    articleShort: '内部',
    inForceFrom: since,
    stage: 'intake',
  },
} as const satisfies Record<string, Limit>

/** Before a hearing: working days between the notice and the day (山东省信访事项听证办法（试行）), and its officers. */
export const hearingRules = {
  noticeDays: 10,
  fewestOfficers: 5,
  article: '《山东省信访事项听证办法（试行）》',
} as const

/** 第二十条：多人走访推选代表不超过五人；代理人一至二人（省条例第二十八条）. */
export const groupRules = { mostRepresentatives: 5, mostAgents: 2 } as const

export interface Remedy {
  name: string
  /** One of days, months, years; none where no period was found in law. */
  period: { days?: number; months?: number; years?: number } | null
  from: string
  where: string
  article: string
}

/**
 * The person's legal remedies outside the petition procedure (第三十一条第一至五项) with their own periods.
 * All of them are rights: they begin the day after, and a last day off moves on (《民法典》第二百零一条、第二百零三条).
 */
export const legalRemedies = {
  civilSuit: {
    name: '民事诉讼',
    period: { years: 3 },
    from: '知道或者应当知道权利受到损害以及义务人之日',
    where: '人民法院',
    article: '《民法典》第一百八十八条',
  },
  adminSuit: {
    name: '行政诉讼',
    period: { months: 6 },
    from: '知道或者应当知道作出行政行为之日',
    where: '人民法院',
    article: '《行政诉讼法》第四十六条',
  },
  afterReconsideration: {
    name: '不服行政复议决定的诉讼',
    period: { days: 15 },
    from: '收到复议决定书之日',
    where: '人民法院',
    article: '《行政诉讼法》第四十五条',
  },
  reconsideration: {
    name: '行政复议',
    period: { days: 60 },
    from: '知道或者应当知道该行政行为之日',
    where: '行政复议机关',
    article: '《行政复议法》第二十条',
  },
  labourArbitration: {
    name: '劳动争议仲裁',
    period: { years: 1 },
    from: '知道或者应当知道权利被侵害之日',
    where: '劳动人事争议仲裁委员会',
    article: '《劳动争议调解仲裁法》第二十七条',
  },
  ruralLandArbitration: {
    name: '农村土地承包仲裁',
    period: { years: 2 },
    from: '知道或者应当知道权利被侵害之日',
    where: '农村土地承包仲裁委员会',
    article: '《农村土地承包经营纠纷调解仲裁法》第十八条',
  },
  dutySuit: {
    name: '机关不履行职责的诉讼',
    period: { months: 6 },
    from: '履行职责期限（接到申请两个月）届满之日',
    where: '人民法院',
    article: '《行政诉讼法》第四十七条',
  },
  partyAppeal: {
    name: '党员申诉、申请复审',
    period: null,
    from: '',
    where: '有管理权限的党组织',
    article: '《信访工作条例》第三十一条第三项',
  },
  none: {
    name: '没有法定时限，或由受理机关告知',
    period: null,
    from: '',
    where: '有权处理的机关',
    article: '《信访工作条例》第三十一条',
  },
} as const satisfies Record<string, Remedy>
export type RemedyId = keyof typeof legalRemedies

/** The remedies that a route of 第三十一条 may lead to. */
export const remediesOf: Record<string, readonly RemedyId[]> = {
  litigation: ['civilSuit', 'adminSuit', 'afterReconsideration', 'none'],
  arbitration: ['labourArbitration', 'ruralLandArbitration', 'none'],
  partyAppeal: ['partyAppeal'],
  adminProcedure: ['reconsideration', 'adminSuit', 'none'],
  statutoryDuty: ['dutySuit', 'none'],
  petitionProcedure: [],
}

/** The same day n months on, or the last day of that month where it has none (《民法典》第二百零二条). */
export const addMonths = (d: Day, n: number): Day => {
  const [y, m, dd] = d.split('-').map(Number) as [number, number, number]
  const months = y * 12 + (m - 1) + n
  const last = new Date(Date.UTC(Math.floor(months / 12), (months % 12) + 1, 0)).getUTCDate()
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-${String(Math.min(dd, last)).padStart(2, '0')}` as Day
}

/**
 * What is left of a legal remedy for somebody who knew on a day: the last day, the days left from today, and a sentence for the notice.
 * A last day in a year without a published calendar stays where it is and the sentence says so.
 */
export const remedyLeft = (
  id: RemedyId,
  knownOn: Day,
  today: Day,
  calendar: Calendar,
): { due: Day | null; left: number | null; says: string } => {
  const r: Remedy = legalRemedies[id]
  if (!r.period) return { due: null, left: null, says: `${r.name}：${r.where}（${r.article}），请尽早提出` }
  const length = r.period.days
    ? `${r.period.days} 日`
    : r.period.months
      ? `${r.period.months} 个月`
      : `${r.period.years} 年`
  let due = r.period.days
    ? addDays(knownOn, r.period.days)
    : addMonths(knownOn, (r.period.months ?? 0) + 12 * (r.period.years ?? 0))
  let doubt = ''
  if (calendar.has(yearOf(due))) while (!calendar.isWorkday(due)) due = addDays(due, 1)
  else doubt = `（${yearOf(due)} 年放假安排尚未公布，如遇休息日顺延）`
  const left = daysBetween(today, due)
  const state = left < 0 ? '该期限已过，是否受理由受理机关决定' : left === 0 ? '今天是最后一日' : `还剩 ${left} 日`
  return {
    due,
    left,
    says: `${r.name}：自${r.from}（${formal(knownOn)}）起 ${length}，到 ${formal(due)}${doubt}，${state}（${r.article}）`,
  }
}

/** The last working day on which a notice may still go out for a hearing held on a day. Throws Refused without a calendar. */
export const hearingNoticeBy = (heldOn: Day, calendar: Calendar): Day => {
  let d = heldOn
  for (let counted = 0; counted < hearingRules.noticeDays; ) {
    d = addDays(d, -1)
    if (calendar.isWorkday(d)) counted += 1
  }
  return d
}

export type RuleId = keyof typeof legalLimits

export const isRule = (text: string): text is RuleId => Object.hasOwn(legalLimits, text)

export interface Due {
  rule: RuleId
  name: string
  article: string
  from: Day
  due: Day
  unit: 'calendar' | 'working'
  /** How the date came about, sentence by sentence. */
  steps: string[]
}

/**
 * What the law says of a limit. `from` is the day it runs from (not counted, 民法典第二百零一条), `accepted` the day of acceptance
 * where that is what it runs from, `extension` the days granted (for D06 itself: how many of its thirty), `excluded` the days of a
 * hearing in a recheck (D10 only).
 * Working days and rights that end on a day off need the calendar of their year; a year without a table is refused.
 */
export const dueOf = (
  rule: RuleId,
  given: { from: Day; accepted?: Day; extension?: number; excluded?: number },
  calendar: Calendar,
): Due => {
  const limit: Limit = legalLimits[rule]
  const { accepted, extension = 0, excluded = 0 } = given
  if (!Number.isInteger(excluded) || excluded < 0) throw new Refused('不计入的天数应为不小于零的整数')
  if (excluded > 0 && !limit.excludesHearing)
    throw new Refused(`${limit.name}没有可以扣除的时间：只有复核中的听证时间不计入（第三十六条）`)
  if (!Number.isInteger(extension) || extension < 0) throw new Refused('延长天数应为不小于零的整数')
  // D06 is the extension: its own length is what was granted.
  const most = rule === 'D06' ? limit.days : (limit.extends ?? 0)
  if (extension > most)
    throw new Refused(most === 0 ? `${limit.name}不能延长` : `${limit.name}延长不得超过 ${most} 日（${limit.article}）`)
  const steps: string[] = []
  let from = given.from
  if (accepted && limit.from === '受理') from = accepted
  if (accepted && rule === 'D06') {
    from = addDays(accepted, legalLimits.D05.days)
    steps.push(`${withWeekday(accepted)}受理，${legalLimits.D05.days} 日办理期限到 ${withWeekday(from)}届满`)
  }
  if (from < limit.inForceFrom)
    steps.push(`${limit.article}自 ${formal(limit.inForceFrom as Day)}起施行；此前的事项按此推算，仅供参考`)
  steps.push(`${withWeekday(from)}${limit.from}，当日不计，次日起算`)
  const days = rule === 'D06' && extension > 0 ? extension : limit.days
  let due: Day
  if (limit.unit === 'calendar') {
    due = addDays(from, days)
    steps.push(`${days} 日（${limit.article}）届满：${withWeekday(due)}`)
  } else {
    due = from
    const skipped: string[] = []
    const made: string[] = []
    for (let counted = 0; counted < days; ) {
      due = addDays(due, 1)
      if (calendar.isWorkday(due)) {
        counted += 1
        if (calendar.nameOf(due)) made.push(`${due.slice(5)} ${calendar.nameOf(due)}`)
      } else skipped.push(`${due.slice(5)} ${calendar.nameOf(due) || weekdayName(due)}`)
    }
    steps.push(`按工作日计 ${days} 日（${limit.article}）`)
    if (skipped.length) steps.push(`不计：${skipped.join('、')}`)
    if (made.length) steps.push(`计入：${made.join('、')}`)
    steps.push(`届满：${withWeekday(due)}`)
  }
  if (extension > 0 && rule !== 'D06') {
    due = addDays(due, extension)
    steps.push(`经批准延长 ${extension} 日：${withWeekday(due)}`)
  }
  if (excluded > 0) {
    due = addDays(due, excluded)
    steps.push(`听证所需 ${excluded} 日不计入（${limit.article}）：${withWeekday(due)}`)
  }
  if (limit.tiers)
    steps.push(
      `逐级转送：${Object.entries(limit.tiers)
        .map(([tier, n]) => `${tier} ${n} 日`)
        .join('、')}，合计不超过 15 日`,
    )
  if (limit.kind === 'house') steps.push('这是镇内部要求，不是法定期限')
  else if (limit.unit === 'calendar') {
    if (limit.kind === 'right') {
      const last = due
      while (!calendar.isWorkday(due)) due = addDays(due, 1)
      if (due !== last)
        steps.push(
          `最后一日是休息日${calendar.nameOf(last) ? `（${calendar.nameOf(last)}）` : ''}，属于当事人权利，顺延到 ${withWeekday(due)}（《民法典》第二百零三条）`,
        )
    } else if (calendar.has(yearOf(due)) && !calendar.isWorkday(due))
      steps.push(
        `最后一日是休息日${calendar.nameOf(due) ? `（${calendar.nameOf(due)}）` : ''}；属于机关期限，不因节假日顺延，应当提前办结`,
      )
    else steps.push('属于机关期限，不因节假日顺延')
  }
  return { rule, name: limit.name, article: limit.article, from, due, unit: limit.unit, steps }
}

const everyDay: Calendar = { has: () => true, isWorkday: () => true, nameOf: () => '' }

/**
 * The same where a year's table may be missing yet: a limit of calendar days stands at its bare last day, and says so; the table can
 * only make a right longer. One of working days can't be counted: Refused.
 */
export const dueForNow = (rule: RuleId, given: Parameters<typeof dueOf>[1], calendar: Calendar): Due => {
  try {
    return dueOf(rule, given, calendar)
  } catch (error) {
    if (!(error instanceof Refused) || legalLimits[rule].unit === 'working') throw error
    const due = dueOf(rule, given, everyDay)
    return { ...due, steps: [...due.steps, `${error.message}；暂按日历日计，公布后如遇休息日顺延`] }
  }
}

/** The law sets no day for answering a suggestion in hand; the office holds itself to the same days as for a claim. */
export const suggestionDue = (acceptedOn: Day): { on: Day; steps: string[] } => {
  const on = addDays(acceptedOn, legalLimits.D05.days)
  return {
    on,
    steps: [
      `${withWeekday(acceptedOn)}受理`,
      `法律没有规定建议哪天答复；镇里比照诉求的 ${legalLimits.D05.days} 日答复（${legalLimits.D05.article}），到 ${withWeekday(on)}`,
    ],
  }
}

/** Days from today to the last day: 0 on the day itself, negative when past. */
export const daysLeft = (due: Day, today: Day): number => daysBetween(today, due)

/** How it stands, in words. */
export const clockWords = (due: Day, today: Day, endedOn: Day | null = null, outcome: string | null = null): string => {
  if (outcome === 'cancelled') return '已不再计算'
  if (endedOn) return endedOn <= due ? '按期' : `超期 ${daysBetween(due, endedOn)} 天`
  const left = daysLeft(due, today)
  return left < 0 ? `超 ${-left} 天` : left === 0 ? '今天到期' : `还有 ${left} 天`
}

export const urgency = (left: number | null): 'overdue' | 'soon' | 'ok' | 'none' =>
  left === null ? 'none' : left < 0 ? 'overdue' : left <= 3 ? 'soon' : 'ok'
