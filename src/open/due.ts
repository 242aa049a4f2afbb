import { addDays, type Day, day, formal } from '../kit/day.ts'

/** 公开的类别：党务、村务、财务、政务。 */
export const openKinds = { party: '党务', village: '村务', finance: '财务', government: '政务' } as const
export type OpenKind = keyof typeof openKinds
export const rhythms = { month: '每月', quarter: '每季度', year: '每年' } as const
export type Rhythm = keyof typeof rhythms
/** By the week only the duty roster is asked for, before the week begins; it is published by being filled. */
export const itemRhythms = { ...rhythms, week: '每周' } as const
export const openLevels = { village: '各村', town: '镇' } as const
export type OpenLevel = keyof typeof openLevels

/** One line of the catalogue of what must be published. */
export interface OpenItem {
  id: string
  kind: OpenKind
  level: OpenLevel
  title: string
  rhythm: keyof typeof itemRhythms
  /** Calendar days after the period ends; of the roster, before its week begins. */
  withinDays: number
  basis: string
  /** Periods that end on or after this day are asked for. */
  since: Day
  active: boolean
}

export interface Period {
  /** 2026-03, 2026-Q1 or 2026. */
  key: string
  name: string
  lastDay: Day
}

const two = (n: number) => String(n).padStart(2, '0')

/** The period of a rhythm that a day lies in. */
export const periodOf = (rhythm: Rhythm, d: Day): Period => {
  const year = +d.slice(0, 4)
  const month = +d.slice(5, 7)
  const lastOf = (y: number, m: number): Day => addDays(day(m === 12 ? `${y + 1}-01-01` : `${y}-${two(m + 1)}-01`), -1)
  const period = (key: string, lastMonth: number) => ({ key, name: periodName(key), lastDay: lastOf(year, lastMonth) })
  if (rhythm === 'year') return period(`${year}`, 12)
  if (rhythm === 'month') return period(`${year}-${two(month)}`, month)
  const q = Math.ceil(month / 3)
  return period(`${year}-Q${q}`, q * 3)
}

/** What a period's key is called: '2026-03' is 2026年3月. */
export const periodName = (key: string): string =>
  key.replace(/^(\d{4})(?:-0?(\d+)|-Q([1-4]))?$/, (_, y, m, q) =>
    m ? `${y}年${m}月` : q ? `${y}年第${'一二三四'[q - 1]}季度` : `${y}年`,
  )

/** The same thing of the same period, published by one village after another, is one line. */
export const bundled = <T extends Pick<Posted, 'itemId' | 'period'>>(list: readonly T[]): T[][] => [
  ...Map.groupBy(list, (n) => (n.itemId && n.period ? `${n.itemId} ${n.period}` : n)).values(),
]

/** The period before. */
export const before = (rhythm: Rhythm, p: Period): Period => {
  let first = p.lastDay
  while (periodOf(rhythm, first).key === p.key) first = addDays(first, -27)
  return periodOf(rhythm, first)
}

export interface Posted {
  itemId: string | null
  villageId: string | null
  period: string
  id: string
  postedOn: Day
}
export const openStates = { published: '已公开', late: '已公开（迟）', due: '待公开', overdue: '超期未公开' } as const
export type OpenState = keyof typeof openStates

export interface OpenDuty {
  item: OpenItem
  villageId: string | null
  period: Period
  dueOn: Day
  state: OpenState
  noticeId: string | null
}

/**
 * What must be published by when, and whether it is: every item, each village where it is the villages', the ended
 * periods since the item began, at most `back` of them, newest first.
 */
export const dutiesOf = (
  items: readonly OpenItem[],
  villageIds: readonly string[],
  posted: readonly Posted[],
  today: Day,
  weeks: readonly { monday: Day; filled: boolean }[] = [],
  back = 4,
): OpenDuty[] => {
  const at = new Map<string, Posted>()
  for (const p of posted) {
    const key = `${p.itemId}/${p.villageId ?? ''}/${p.period}`
    const was = at.get(key)
    if (!was || p.postedOn < was.postedOn) at.set(key, p)
  }
  const out: OpenDuty[] = []
  for (const item of items.filter((i) => i.active)) {
    if (item.rhythm === 'week') {
      out.push(...rosterDuties(item, weeks, today))
      continue
    }
    let period = before(item.rhythm, periodOf(item.rhythm, today))
    for (let n = 0; n < back && period.lastDay >= item.since; n += 1) {
      const dueOn = addDays(period.lastDay, item.withinDays)
      for (const villageId of item.level === 'village' ? villageIds : [null]) {
        const found = at.get(`${item.id}/${villageId ?? ''}/${period.key}`)
        const state: OpenState = found
          ? found.postedOn <= dueOn
            ? 'published'
            : 'late'
          : today > dueOn
            ? 'overdue'
            : 'due'
        out.push({ item, villageId, period, dueOn, state, noticeId: found?.id ?? null })
      }
      period = before(item.rhythm, period)
    }
  }
  return out
}

/** The roster of this week and the next: asked for some days before the week begins, of every week after the register began. */
const rosterDuties = (item: OpenItem, weeks: readonly { monday: Day; filled: boolean }[], today: Day): OpenDuty[] =>
  weeks
    .filter((w) => w.monday > item.since)
    .map(({ monday, filled }) => {
      const dueOn = addDays(monday, -item.withinDays)
      return {
        item,
        villageId: null,
        period: { key: monday, name: `${formal(monday)}起一周`, lastDay: addDays(monday, 6) },
        dueOn,
        state: filled ? 'published' : today > dueOn ? 'overdue' : 'due',
        noticeId: null,
      } as const
    })
    .reverse()

/** The catalogue an office begins with: what the law asks of every village and town. */
export const starterItems: readonly Omit<OpenItem, 'id' | 'since' | 'active'>[] = [
  {
    kind: 'village',
    level: 'village',
    title: '村务事项（宅基地、征地补偿、救助、惠农补贴）',
    rhythm: 'quarter',
    withinDays: 10,
    basis: '《村民委员会组织法》第三十条：一般事项至少每季度公布一次',
  },
  {
    kind: 'finance',
    level: 'village',
    title: '村集体财务收支',
    rhythm: 'month',
    withinDays: 10,
    basis: '《村民委员会组织法》第三十条：财务往来较多的，收支情况每月公布一次',
  },
  {
    kind: 'party',
    level: 'village',
    title: '党组织工作和党费收缴',
    rhythm: 'year',
    withinDays: 31,
    basis: '《中国共产党党务公开条例（试行）》第十二条',
  },
  {
    kind: 'government',
    level: 'town',
    title: '政府信息公开工作年度报告',
    rhythm: 'year',
    withinDays: 31,
    basis: '《政府信息公开条例》第四十九条：每年1月31日前',
  },
  {
    kind: 'government',
    level: 'town',
    title: '信访窗口值班安排',
    rhythm: 'week',
    withinDays: 3,
    basis: '《信访工作条例》第十八条：向社会公布信访接待的时间和地点',
  },
]

/** Why a text can't go out: it holds somebody's identity or bank number. Null when it may. */
export const privateIn = (text: string): string | null => {
  const plain = text.normalize('NFKC').replace(/[\s-]/g, '')
  if (/(?<!\d)\d{17}[\dXx](?!\d)/.test(plain)) return '内容里有身份证号，请删去后再公开'
  if (/(?<!\d)(?:62|4\d|5[1-5])\d{14,17}(?!\d)/.test(plain)) return '内容里有银行卡号，请删去后再公开'
  return null
}
