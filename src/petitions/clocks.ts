import { addDays, type Day, daysBetween, formal, weekdayName, yearOf } from '../kit/day.ts'
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
   */
  kind: 'duty' | 'right'
  /** Longest extension in days, where the law gives one. */
  extends?: number
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
} as const satisfies Record<string, Limit>
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

const withDay = (d: Day) => `${formal(d)}（${weekdayName(d)}）`

/**
 * What the law says of a limit. `from` is the day it runs from (not counted, 民法典第二百零一条), `accepted` the day of acceptance
 * where that is what it runs from, `extension` the days granted (for D06 itself: how many of its thirty).
 * Working days and rights that end on a day off need the calendar of their year; a year without a table is refused.
 */
export const dueOf = (
  rule: RuleId,
  given: { from: Day; accepted?: Day; extension?: number },
  calendar: Calendar,
): Due => {
  const limit: Limit = legalLimits[rule]
  const { accepted, extension = 0 } = given
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
    steps.push(`${withDay(accepted)}受理，${legalLimits.D05.days} 日办理期限到 ${withDay(from)}届满`)
  }
  if (from < limit.inForceFrom)
    steps.push(`${limit.article}自 ${formal(limit.inForceFrom as Day)}起施行；此前的事项按此推算，仅供参考`)
  steps.push(`${withDay(from)}${limit.from}，当日不计，次日起算`)
  const days = rule === 'D06' && extension > 0 ? extension : limit.days
  let due: Day
  if (limit.unit === 'calendar') {
    due = addDays(from, days)
    steps.push(`${days} 日（${limit.article}）届满：${withDay(due)}`)
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
    steps.push(`届满：${withDay(due)}`)
  }
  if (extension > 0 && rule !== 'D06') {
    due = addDays(due, extension)
    steps.push(`经批准延长 ${extension} 日：${withDay(due)}`)
  }
  if (limit.unit === 'calendar') {
    if (limit.kind === 'right') {
      const last = due
      while (!calendar.isWorkday(due)) due = addDays(due, 1)
      if (due !== last)
        steps.push(
          `最后一日是休息日${calendar.nameOf(last) ? `（${calendar.nameOf(last)}）` : ''}，属于当事人权利，顺延到 ${withDay(due)}（《民法典》第二百零三条）`,
        )
    } else if (calendar.has(yearOf(due)) && !calendar.isWorkday(due))
      steps.push(
        `最后一日是休息日${calendar.nameOf(due) ? `（${calendar.nameOf(due)}）` : ''}；属于机关期限，不因节假日顺延，应当提前办结`,
      )
    else steps.push('属于机关期限，不因节假日顺延')
  }
  return { rule, name: limit.name, article: limit.article, from, due, unit: limit.unit, steps }
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
