import { type Day, yearOf } from '../../kit/day.ts'
import { typedDay } from '../../kit/typed-day.ts'

/** “这件事以前反映过吗？”: asked before a matter is taken down, never a condition of it (第二十二条：每件都登记). */
export const befores = {
  none: '没有，第一次反映',
  again: '反映过，有编号',
  lost: '反映过，编号找不到了',
  elsewhere: '在别处反映过',
} as const

/** Where else it may be under way, with the legal routes of Art. 31 among them. */
export const elsewheres = {
  hotline: '12345 热线',
  county: '县里、区里',
  upper: '市里、省里、国家信访部门',
  court: '法院',
  arbitration: '仲裁',
  review: '行政复议',
  police: '公安、检察院',
  other: '别的地方',
} as const

/** What was answered, in the petitioner's own words where there are any. */
export interface Before {
  answer: keyof typeof befores
  /** Where, of one brought elsewhere. */
  at: keyof typeof elsewheres | null
  number: string
  /** Whom it was told to. */
  whom: string
  /** About when. */
  when: string
}
export const noAnswer = { at: null, number: '', whom: '', when: '' } as const
export const mostChars = { number: 40, whom: 60, when: 40 } as const

const numerals = '〇一二三四五六七八九'
const half = (text: string) =>
  text
    .normalize('NFKC')
    .replace(/\s/g, '')
    .replace(/[〇○零一二三四五六七八九]{4}(?=年)/g, (y) =>
      [...y].map((c) => (/[○零]/.test(c) ? 0 : numerals.indexOf(c))).join(''),
    )

/** Whether what was written about when lies after today: “2027年”, “今年12月”, “明天”. What can't be read is let be. */
export const isToCome = (raw: string, today: Day): boolean => {
  const text = half(raw)
  if (/明天|明日|后天|明年|后年|下个?(?:月|周|星期)/.test(text)) return true
  const whole = typedDay(text, today)
  if (whole) return whole > today
  const now = Number(today.slice(5, 7))
  for (const [, y, m] of text.matchAll(/(今年|(?:19|20|21)\d{2}(?!\d))(?:[-./年](\d{1,2})(?!\d))?/g)) {
    const year = y === '今年' ? yearOf(today) : Number(y)
    if (year > yearOf(today) || (year === yearOf(today) && Number(m ?? 0) > now)) return true
  }
  const later = /今年(\d{1,2})月/.exec(text)?.[1]
  return later !== undefined && Number(later) > now
}

/** Only what belongs to the answer is registered. */
export const beforeGiven = (b: Before | null): Before | null =>
  b && {
    answer: b.answer,
    at: b.answer === 'elsewhere' ? b.at : null,
    number: b.answer === 'again' ? b.number : '',
    whom: b.answer === 'again' || b.answer === 'lost' ? b.whom : '',
    when: b.answer === 'none' ? '' : b.when,
  }

/** What is wrong with an answer, by field; empty when nothing is. */
export const beforeFaults = (b: Before, today: Day): Partial<Record<'at' | keyof typeof mostChars, string>> => {
  const out: ReturnType<typeof beforeFaults> = {}
  if (b.answer === 'elsewhere' && b.at === null) out.at = '请选择在哪里反映过'
  for (const k of ['number', 'whom', 'when'] as const)
    if (b[k].length > mostChars[k]) out[k] = `不能超过 ${mostChars[k]} 字`
  if (!out.when && isToCome(b.when, today)) out.when = '这个时间还没有到，请写以前反映的时间'
  return out
}

/** The answer as a sentence without its subject; for the office and for the petitioner alike. */
export const beforeWords = (b: Before): string => {
  const more = [b.when && `时间：${b.when}`, b.whom && `找的是：${b.whom}`].filter(Boolean).join('，')
  const what = {
    none: '这件事第一次反映',
    again: `在本镇反映过${b.number && `，编号 ${b.number}`}`,
    lost: '在本镇反映过，编号找不到了',
    elsewhere: `在别处反映过：${b.at ? elsewheres[b.at] : ''}`,
  }[b.answer]
  return more ? `${what}（${more}）` : what
}

/** What was answered of a matter that is registered, in words; '' when nobody asked. */
export const beforeOf = (m: { records: readonly { kind: string; data: Record<string, unknown> }[] }): string => {
  const r = m.records.find((x) => x.kind === 'before')
  return r ? beforeWords({ ...noAnswer, ...r.data } as Before) : ''
}

/** Of a link that nobody at the office made. */
export const ownWord = '信访人自己说：这件事以前反映过'
