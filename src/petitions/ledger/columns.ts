import { type Day, daysBetween, short } from '../../kit/day.ts'
import { dutyText } from '../carry/duties.ts'
import { channels, classes, grades, ratings, states, steps } from '../petition.ts'
import type { LedgerRow } from '../routes.ts'

/** One column of the ledger, said once: the table, the Excel file and the print all read it. */
export interface Column {
  key: string
  title: string
  /** Pixels on screen; Excel and print scale from it. */
  width: number
  /** The cell in full: dates as '2026-03-05' or '', numbers as numbers. */
  value: (row: LedgerRow, today: Day) => string | number
  /** How Excel should type the cell; text when absent. */
  excel?: 'date' | 'text' | 'number'
  /** The server can sort by it. */
  sort?: 'receivedOn' | 'nextDueOn' | 'lastProgressOn'
}

const joined = (...parts: string[]) => parts.filter(Boolean).join(' · ')

export const columns: Column[] = [
  { key: 'grade', title: '级别', width: 58, value: (r) => (r.grade ? grades[r.grade] : '未定级') },
  { key: 'number', title: '编号', width: 98, value: (r) => r.number },
  { key: 'title', title: '事项', width: 200, value: (r) => r.title },
  { key: 'petitioner', title: '信访人', width: 84, value: (r) => r.petitioner },
  { key: 'village', title: '村', width: 74, value: (r) => r.village },
  { key: 'category', title: '分类', width: 76, value: (r) => r.category },
  { key: 'step', title: '环节', width: 46, value: (r) => steps[r.step] },
  { key: 'holder', title: '经办', width: 70, value: (r) => joined(r.holder, r.unit) },
  { key: 'lead', title: '包案领导', width: 66, value: (r) => r.lead },
  { key: 'duties', title: '五包', width: 80, value: (r, today) => dutyText(r.duties, today) },
  { key: 'daysLeft', title: '剩余', width: 84, excel: 'number', sort: 'nextDueOn', value: (r) => r.daysLeft ?? '' },
  { key: 'due', title: '期限', width: 88, value: (r) => r.dueName },
  { key: 'lastContact', title: '最近联系', width: 66, excel: 'date', value: (r) => r.lastContactOn ?? '' },
  { key: 'rating', title: '满意', width: 74, value: (r) => (r.rating ? ratings[r.rating] : '') },
  { key: 'area', title: '管区', width: 92, value: (r) => r.area },
  { key: 'isKey', title: '重点', width: 56, value: (r) => (r.isKey ? '重点' : '一般') },
  { key: 'repeat', title: '重复', width: 56, value: (r) => (r.repeat ? '重复' : '') },
  { key: 'headCount', title: '人数', width: 56, excel: 'number', value: (r) => r.headCount },
  { key: 'channel', title: '信访形式', width: 84, value: (r) => channels[r.channel] },
  { key: 'class', title: '类别', width: 84, value: (r) => (r.class ? classes[r.class] : '') },
  { key: 'state', title: '状态', width: 104, value: (r) => states[r.state] },
  { key: 'receivedOn', title: '收到日期', width: 88, excel: 'date', sort: 'receivedOn', value: (r) => r.receivedOn },
  { key: 'acceptedOn', title: '受理日期', width: 80, excel: 'date', value: (r) => r.acceptedOn ?? '' },
  { key: 'dueOn', title: '到期日', width: 80, excel: 'date', value: (r) => r.dueOn ?? '' },
  {
    key: 'lastProgress',
    title: '最近进展',
    width: 88,
    excel: 'date',
    sort: 'lastProgressOn',
    value: (r) => r.lastProgressOn,
  },
]

export const defaultColumns = [
  'grade',
  'number',
  'title',
  'petitioner',
  'village',
  'category',
  'step',
  'holder',
  'lead',
  'duties',
  'daysLeft',
  'due',
  'lastContact',
  'rating',
]

/** The columns of these keys in this order; unknown keys are left out, none means the default. */
export const columnsOf = (keys: readonly string[] | null | undefined): Column[] => {
  const known = (keys ?? []).flatMap((k) => columns.find((c) => c.key === k) ?? [])
  return known.length ? known : columnsOf(defaultColumns)
}

/** '超 2 天', '今天', '3 天': what is left until the date. */
export const daysLeftWords = (left: number | null): string =>
  left === null ? '—' : left < 0 ? `超 ${-left} 天` : left === 0 ? '今天' : `${left} 天`

/** '今天', '昨天', '8 天前'; past two months the date itself. */
export const sinceWords = (on: Day | null, today: Day): string => {
  if (!on) return '—'
  const n = daysBetween(on, today)
  return n === 0
    ? '今天'
    : n === 1
      ? '昨天'
      : n > 1 && n <= 60
        ? `${n} 天前`
        : on.slice(0, 4) === today.slice(0, 4)
          ? short(on)
          : on
}
