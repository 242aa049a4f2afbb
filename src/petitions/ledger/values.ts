import { addDays, type Day, dayOf, isDay, yearOf } from '../../kit/day.ts'
import { idNumberFault, lastFour } from '../../kit/identity.ts'
import { dayOfLunar } from '../../kit/lunar.ts'
import type { Cell } from '../../kit/server/excel.ts'
import type { Grade } from '../petition.ts'

/** NFKC without any blank: what headers, words and names are compared by. */
export const squeeze = (v: unknown): string => {
  if (v === null || v === undefined) return ''
  const s = String(v)
  // Most cells are Chinese, digits and plain signs already; normalising them is the dearest part of reading a ledger.
  return /^[\u4e00-\u9fff0-9A-Za-z.\-/、。]*$/.test(s) ? s : s.normalize('NFKC').replace(/\s+/g, '')
}
/** Nothing, or blanks only. */
export const isBlank = (v: Cell['v'] | undefined): boolean =>
  v === null || v === undefined || (typeof v === 'string' && (v === '' || (/^\s/u.test(v) && squeeze(v) === '')))
/** The value as a person reads it, ends trimmed. */
export const textOf = (v: unknown): string => (v === null || v === undefined ? '' : String(v).trim())

const pad = (n: number) => String(n).padStart(2, '0')
const dayFrom = (y: number, m: number, d: number): Day | null => {
  const s = `${y}-${pad(m)}-${pad(d)}`
  return isDay(s) ? s : null
}
const serialDay = (n: number): Day => addDays('1899-12-30' as Day, Math.floor(n) + (n < 60 ? 1 : 0))
/** 1990–2100 as serials: numbers outside are no dates of a ledger. */
const isSerial = (n: number) => n >= 32_874 && n < 73_415

export interface ReadDay {
  day: Day | null
  /** Month and day only: the year is an assumption. */
  yearAssumed?: boolean
  /** Year and month only: a day of that month stands for it. */
  dayAssumed?: boolean
  /** More than one day can be meant (3.1 was 3.10, 3/5/2025, a range): what was taken and why, as words. */
  unsure?: string
  unclear?: boolean
}

const hanDigits = '〇一二三四五六七八九'
/** 三十一 → 31, 〇五 → 5, 廿三 → 23. Null for anything else. */
const hanNumber = (s: string): number | null => {
  const t = s
    .replace(/[零○O0]/g, '〇')
    .replace(/廿/g, '二十')
    .replace(/卅/g, '三十')
    .replace(/^初/, '')
  if (/^[〇一二三四五六七八九]+$/.test(t)) return Number([...t].map((c) => hanDigits.indexOf(c)).join(''))
  const m = /^([一二三四五六七八九])?十([一二三四五六七八九])?$/.exec(t)
  if (!m) return null
  return (m[1] ? hanDigits.indexOf(m[1]) : 1) * 10 + (m[2] ? hanDigits.indexOf(m[2]) : 0)
}
/** 二〇二五年三月五日 → 2025年3月5日, wherever a number stands before 年, 月 or 日. */
export const hanDate = (s: string): string =>
  s
    .replace(
      /[壹贰叁肆伍陆柒捌玖拾](?=[壹贰叁肆伍陆柒捌玖拾零〇年月日号])/g,
      (c) => '一二三四五六七八九十'['壹贰叁肆伍陆柒捌玖拾'.indexOf(c)]!,
    )
    .replace(/([零〇○O0一二三四五六七八九十廿卅]*[零〇○O一二三四五六七八九十廿卅])(?=[年月日号])/g, (all) => {
      const n = hanNumber(all)
      return n === null ? all : String(n)
    })
/** 农历二月初六, 腊月廿三, 三月初五: the words say that the old calendar is meant. */
const lunarDate = (s: string, options: { year: number; until?: Day | null }): ReadDay | null => {
  const m =
    /^(?:(\d{4}|[〇零○一二三四五六七八九]{4})年)?(农历|阴历|旧历)?(?:(\d{4}|[〇零○一二三四五六七八九]{4})年)?(闰)?(正|冬|腊|[一二三四五六七八九十]{1,2}|\d{1,2})月(初?[一二三四五六七八九十廿卅]{1,3}|\d{1,2})([日号]?)$/.exec(
      s,
    )
  if (!m || !(m[2] || m[4] || /[正冬腊]/.test(m[5]!) || /^初/.test(m[6]!) || (/[廿卅]/.test(m[6]!) && !m[7])))
    return null
  const number = (t: string) => (/^\d+$/.test(t) ? Number(t) : hanNumber(t))
  const month = { 正: 1, 冬: 11, 腊: 12 }[m[5]!] ?? number(m[5]!)
  const date = number(m[6]!)
  const year = (m[1] ?? m[3]) ? number((m[1] ?? m[3])!) : null
  if (!month || !date) return null
  const day = (y: number) => dayOfLunar(y, month, date, !!m[4])
  let got = day(year ?? options.year)
  if (year === null && (!got || (options.until && got > options.until))) got = day(options.year - 1) ?? got
  if (!got) return { day: null, unclear: true }
  return { day: got, ...(year === null ? { yearAssumed: true } : {}), unsure: `是农历，换算成公历 ${got}` }
}
const englishMonths = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
/** 'Mar 5, 2025', '05-Mar-25', and as programs write it, 'Wed Mar 05 2025 08:00:00 GMT+0800': year, month, day. */
const englishDay = (text: string): [string, string, string] | null => {
  const t = text.replace(/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?\s+/i, '')
  const m = /^([a-z]{3})[a-z]*[\s\-./]*(\d{1,2})(?:st|nd|rd|th)?[\s\-./,]+(\d{4})\b/i.exec(t)
  const [y, name, d] = m
    ? [m[3]!, m[1]!, m[2]!]
    : (/^(\d{1,2})(?:st|nd|rd|th)?[\s\-./]*([a-z]{3})[a-z]*[\s\-./,]*(\d{4}|\d{2})\b/i.exec(t)?.slice(1).reverse() ??
      [])
  const month = englishMonths.indexOf(name?.toLowerCase() ?? '') + 1
  return month > 0 ? [y!, String(month), d!] : null
}
const lastDay = (y: number, m: number): number =>
  m === 2 ? (dayFrom(y, 2, 29) ? 29 : 28) : [4, 6, 9, 11].includes(m) ? 30 : 31
/** A part of a month by its words: 上旬, 中旬, 下旬, 底. */
const dayOfPart = (part: string, y: number, m: number): number =>
  /中/.test(part) ? 11 : /下旬/.test(part) ? 21 : /底|末/.test(part) ? lastDay(y, m) : 1

/**
 * A date in any notation met in offices: 2023.2.2, 2月6日, 20230506, 23.5.6, 二〇二三年五月六日, 5/6/2023, an Excel
 * serial, full-width digits, with a time, the first of a range. Without a year, `year` is taken, or the year before
 * when that would lie after `until`; 上月 and 去年 are counted from `until`.
 */
export const readDay = (
  v: Cell['v'],
  options: { year: number; until?: Day | null; isDate?: boolean; month?: number | null },
): ReadDay => {
  if (v === null || v === '' || typeof v === 'boolean') return { day: null }
  let s = squeeze(v).replace(/^['‘’`]/, '')
  if (s === '' || /^[-—–/\\、.无]+$/.test(s)) return { day: null }
  if (typeof v === 'number' || /^\d{5}(\.\d+)?$/.test(s)) {
    const n = Number(s)
    if (isSerial(n)) return { day: serialDay(n) }
  }
  const until = options.until ?? null
  const whole = (y: string, m: string, d: string, more: Partial<ReadDay> = {}): ReadDay => {
    const got = dayFrom(y.length === 2 ? 2000 + Number(y) : Number(y), Number(m), Number(d))
    return got ? { day: got, ...more } : { day: null, unclear: true }
  }
  const withoutYear = (m: number, d: (y: number) => number, more: Partial<ReadDay> = {}): ReadDay => {
    const got = dayFrom(options.year, m, d(options.year))
    const earlier = dayFrom(options.year - 1, m, d(options.year - 1))
    if (!got && !earlier) return { day: null, unclear: true }
    return { day: got && (!until || got <= until) ? got : (earlier ?? got), yearAssumed: true, ...more }
  }
  // Several days on lines of their own: the first.
  const lines = textOf(v).split(/[\r\n]+/)
  if (lines.length > 1) {
    const first = readDay(lines[0]!, options)
    if (first.day) {
      const more = lines.slice(1).some((l) => readDay(l, options).day !== null)
      return more ? { ...first, unsure: first.unsure ?? '写了不止一天，按第一个日期登记' } : first
    }
  }
  const lunar = lunarDate(s, options)
  if (lunar) return lunar
  // Blanks between the parts ('2025 3 5', '2025-03-05 10:30') say something before they are squeezed away.
  const apart = textOf(v).normalize('NFKC').trim()
  const spaced = /^(\d{4})\s+(\d{1,2})\s+(\d{1,2})$/.exec(apart)
  if (spaced) return whole(spaced[1]!, spaced[2]!, spaced[3]!)
  // A program's moment in universal time: the day it was here.
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/.test(apart) ? Date.parse(apart) : Number.NaN
  if (!Number.isNaN(moment)) return { day: dayOf(new Date(moment)) }
  const timed = /^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?[\sT]+\d{1,2}\s*[:时点]/.exec(apart)
  if (timed) return whole(timed[1]!, timed[2]!, timed[3]!)
  const runTimed = /^(\d{4})(\d{2})(\d{2})\s+\d{1,2}[:时点]/.exec(apart)
  if (runTimed) return whole(runTimed[1]!, runTimed[2]!, runTimed[3]!)
  const dayTimed = /^(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?\s+\d{1,2}[:时点]/.exec(apart)
  if (dayTimed) return withoutYear(Number(dayTimed[1]), () => Number(dayTimed[2]))

  s = hanDate(s)
    .replace(/[〇○]/g, '0')
    .replace(/[–—−﹣~～]/g, '-')
    .replace(/^[([〔]((?:19|20)\d{2})[)\]〕]年?/, '$1年')
    .replace(/(?<=[\d底末旬日号])[之以]?前$/, '')
    .replace(/(\d)[。．·•,，、:](?=\d{1,2}(?:\D|$))/g, '$1.')
    .replace(/[.,;；。、]+$/, '')
    .replace(/(?:上午|下午|晚上?|中午|早上?|左右|前后|许)$/, '')
  const weekday = '(?:\\(?(?:星期|周)[一二三四五六日天]\\)?)?'
  const time = '(?:T?(?:上午|下午)?\\d{1,2}[:时点].*)?'
  let m = new RegExp(`^(\\d{4})[-./\\\\年](\\d{1,2})[-./\\\\月](\\d{1,2})[日号]?${weekday}${time}$`).exec(s)
  if (m) return whole(m[1]!, m[2]!, m[3]!)
  m = /^(\d{4})(\d{2})(\d{2})(?:\.0|\d{4}|\d{6})?$/.exec(s)
  if (m) return whole(m[1]!, m[2]!, m[3]!)
  m = /^(\d{4})[-./年](\d{2})(\d{2})$/.exec(s)
  if (m) return whole(m[1]!, m[2]!, m[3]!)
  m = /^(\d{2})[-./年](\d{1,2})[-./月](\d{1,2})[日号]?$/.exec(s)
  if (m) return whole(m[1]!, m[2]!, m[3]!)
  m = /^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$/.exec(s)
  if (m) {
    const [a, b] = [Number(m[1]), Number(m[2])]
    if (a > 12) return whole(m[3]!, m[2]!, m[1]!)
    return whole(m[3]!, m[1]!, m[2]!, b <= 12 && a !== b ? { unsure: `按 ${a} 月 ${b} 日登记` } : {})
  }
  const english = /[a-z]{3}/i.test(s) ? englishDay(apart) : null
  if (english) return whole(...english)
  m = /^(\d{4}|\d{2}(?=年))[-./年](\d{1,2})(?:月份?)?(初|上旬|中旬|中|下旬|底|末)?$/.exec(s)
  if (m && Number(m[2]) >= 1 && Number(m[2]) <= 12) {
    const y = m[1]!.length === 2 ? 2000 + Number(m[1]) : Number(m[1])
    return whole(String(y), m[2]!, String(dayOfPart(m[3] ?? '', y, Number(m[2]))), { dayAssumed: true })
  }
  // A year only, as of matters that drag on.
  m = /^((?:19|20)\d{2})年?(?:至今|以来|起|开始|以前)?$|^((?:19|20)\d{2})年?[-至](?:(?:19|20)\d{2}年?|今)$/.exec(s)
  if (m) return whole((m[1] ?? m[2])!, '1', '1', { unsure: '没有写月日，按 1 月 1 日登记' })
  m = /^(\d{4}|\d{2})年?第?([1-4一二三四])季度?$/.exec(s)
  if (m) {
    const quarter = Number(m[2]!.replace(/[一二三四]/, (c) => String(hanDigits.indexOf(c))))
    return whole(m[1]!, String(quarter * 3 - 2), '1', { dayAssumed: true })
  }
  m = /^(\d{1,2})[-./月](\d{1,2})[日号]?(?:\(?(?:星期|周)[一二三四五六日天]\)?)?$/.exec(s)
  if (m) {
    // Excel writes 3.10 as the number 3.1: two days can be meant.
    const [mm, dd] = [Number(m[1]), Number(m[2])]
    const lost = typeof v === 'number' && m[2]!.length === 1 && dd <= 3 && dd * 10 <= 31
    return withoutYear(
      mm,
      () => dd,
      lost ? { unsure: `可能是 ${mm} 月 ${dd} 日，也可能是 ${mm} 月 ${dd}0 日，按 ${dd} 日登记` } : {},
    )
  }
  // The month stands over the whole sheet.
  m = options.month ? /^(\d{1,2})[日号]$/.exec(s) : null
  if (m) return withoutYear(options.month!, () => Number(m![1]))
  m = /^(\d{1,2})月份?(初|上旬|中旬|中|下旬|底|末)?$/.exec(s)
  if (m && Number(m[1]) >= 1 && Number(m[1]) <= 12) {
    const [mm, part] = [Number(m[1]), m[2] ?? '']
    return withoutYear(mm, (y) => dayOfPart(part, y, mm), { dayAssumed: true })
  }
  if (until) {
    const [uy, um] = [yearOf(until), Number(until.slice(5, 7))]
    m = /^(上|本|这|当)(?:个)?月(?:份)?([初一二三四五六七八九十廿卅\d]{1,3})[日号]?$/.exec(s)
    if (m) {
      const d = /^\d+$/.test(m[2]!) ? Number(m[2]) : hanNumber(m[2]!)
      const back = m[1] === '上' ? 1 : 0
      const [y, mm] = um - back < 1 ? [uy - 1, 12] : [uy, um - back]
      if (d) return whole(String(y), String(mm), String(d), { yearAssumed: true })
    }
    m = /^(去年|前年|今年|本年)(\d{1,2})[-./月](?:(\d{1,2})[日号]?)?$/.exec(s)
    if (m) {
      const y = options.year - (m[1] === '去年' ? 1 : m[1] === '前年' ? 2 : 0)
      return whole(String(y), m[2]!, m[3] ?? '1', { yearAssumed: true, ...(m[3] ? {} : { dayAssumed: true }) })
    }
  }
  // A sentence, a range or several days: the first whole day named is taken, and said when there are more.
  const all = [...s.matchAll(/(\d{4}|(?<!\d)\d{2}(?=年))[-./年](\d{1,2})[-./月](\d{1,2})/g)]
  if (all.length) {
    const rest = s.slice(all[0]!.index + all[0]![0].length)
    const more = /^[日号]?[^\d]{0,3}(?:[-至到、和及与]|次日)[^\d]{0,2}\d/.test(rest) || all.length > 1
    return whole(all[0]![1]!, all[0]![2]!, all[0]![3]!, more ? { unsure: '写了不止一天，按第一个日期登记' } : {})
  }
  const short = [...s.matchAll(/(?<![\d年])(\d{1,2})[月/.](\d{1,2})[日号]?/g)]
  if (short.length && s.length <= 24)
    return withoutYear(
      Number(short[0]![1]),
      () => Number(short[0]![2]),
      short.length > 1 || /\d[日号]?[-至到、]\d/.test(s) ? { unsure: '写了不止一天，按第一个日期登记' } : {},
    )
  return { day: null, unclear: true }
}

const colourWords = [
  [/红|🔴|🟥/u, 'red'],
  [/[黄橙]|🟡|🟠|🟨/u, 'yellow'],
  [/蓝|🔵|🟦/u, 'blue'],
] as const
/** Red, yellow or blue by words, levels, stars or a coloured disc. */
export const gradeOfText = (v: unknown): Grade | null => {
  const s = squeeze(v)
    .toUpperCase()
    .replace(/[()（）【】[\]“”"']/g, '')
  if (s === '' || s.length > 16) return null
  const named = colourWords.filter(([c]) => c.test(s))
  // '红/黄' names no one colour; '由黄转红' the last.
  if (named.length > 1) {
    const turned = /(?:[转升降调变改][为至到成]?|[→➔➜⇒]|-+>)([红黄橙蓝])/.exec(s)?.[1]
    return turned ? (turned === '红' ? 'red' : turned === '蓝' ? 'blue' : 'yellow') : null
  }
  if (named.length === 1) return named[0]![1]
  const stars = /^[★☆⭐]+$/u.test(s)
    ? [...s].filter((c) => c !== '☆').length
    : Number(
        /^([1-5一二三四五])星级?$/.exec(s)?.[1]?.replace(/[一二三四五]/, (c) => String('一二三四五'.indexOf(c) + 1)) ??
          0,
      )
  if (stars) return stars >= 3 ? 'red' : stars === 2 ? 'yellow' : 'blue'
  const m =
    /^(?:风险|预警|矛盾|信访|问题|隐患|等级|级别)*[:：]?(?:第)?(一|二|三|四|III|II|IV|I|1|2|3|4|A|B|C|D|高|中|低|极高|较高|较低)(?:级|类|等|档|度)*(?:风险|预警|响应|管控|管理|稳控|关注|隐患|矛盾|纠纷|级|等级|类)*$/.exec(
      s,
    )
  if (m) {
    const level = m[1]!
    if (['一', 'I', '1', 'A', '高', '极高'].includes(level)) return 'red'
    if (['二', 'II', '2', 'B', '中', '较高'].includes(level)) return 'yellow'
    return 'blue'
  }
  if (/不稳定|可控/.test(s)) return /不可控|不稳定/.test(s) ? 'red' : null
  if (/特别?重大|重大|疑难|特急|紧急|^严重$/.test(s)) return 'red'
  if (/较复杂|较大|较重|^复杂|比较|^较急/.test(s)) return 'yellow'
  if (/一般|简单|普通|轻微|平稳|^低/.test(s)) return 'blue'
  return null
}

/** The hue of a colour in degrees; null for grey, white and black. */
const hueOf = (hex: string): number | null => {
  const [r, g, b] = [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)) as [number, number, number]
  const max = Math.max(r, g, b)
  const d = max - Math.min(r, g, b)
  // Pale fills (FDECEB) still count; near-greys do not.
  if (d < 14 || max < 60) return null
  return 60 * (max === r ? ((g - b) / d + 6) % 6 : max === g ? (b - r) / d + 2 : (r - g) / d + 4)
}

/** Between red and yellow: which of the two depends on what else the sheet is painted with. */
export const isOrange = (hex: string | undefined): boolean => {
  const h = hex ? hueOf(hex) : null
  return h !== null && h > 20 && h < 25
}

/** Red, yellow or blue by the hue of a fill; grey, white and green are no grade. */
export const gradeOfFill = (hex: string | undefined): Grade | null => {
  const h = hex ? hueOf(hex) : null
  if (h === null) return null
  if (h <= 20 || h >= 340) return 'red'
  if (h >= 25 && h <= 70) return 'yellow'
  if (h >= 190 && h <= 260) return 'blue'
  return null
}

/** Every mobile and landline number of a cell, as digits (landlines with their dash). A number cell or '1.5E10' counts. */
export const phonesOf = (v: Cell['v']): string[] => {
  if (v === null || typeof v === 'boolean') return []
  const raw = typeof v === 'number' ? String(Math.round(v)) : textOf(v).normalize('NFKC')
  if (/^1[3-9]\d{9}$/.test(raw)) return [raw]
  // '1.38E+10' has lost the digits of the number.
  const plain = /^\s*\d(\.\d+)?E\+?1\d\s*$/i.test(raw)
    ? raw.replace(/E.*$/i, '').replace(/\D/g, '').length < 9
      ? ''
      : String(Math.round(Number(raw)))
    : raw.replace(/\.0+$/, '')
  // Numbers apart by a blank may be one number in groups or two numbers: only groups of 3-4-4 are joined.
  const joined = plain
    .replace(/(?<!\d)(?:\+|00)?86[-\s]?(?=1[3-9])/g, '')
    .replace(/(?<!\d)(1[3-9]\d)[-—.\s]?(\d{4})[-—.\s]?(\d{4})(?!\d)/g, '$1$2$3')
  const out = [...joined.matchAll(/(?<!\d)1[3-9]\d{9}(?!\d)/g)].map((m) => m[0])
  for (const m of joined.matchAll(/(?<![\d-])\(?(0\d{2,3})\)?[-—\s]?(\d{7,8})(?!\d)/g)) out.push(`${m[1]}-${m[2]}`)
  if (out.length === 0) {
    const local = /^\D{0,6}(\d{3,4}[-—\s]?\d{4})(?:转\d+)?\D{0,6}$/.exec(joined.trim())?.[1]?.replace(/\D/g, '')
    if (local && local.length >= 7) out.push(local)
  }
  if (out.length === 0) {
    const squeezed = squeeze(plain).replace(/(?<=\d)[-—.](?=\d)/g, '')
    const mobile = /(?<!\d)1[3-9]\d{9}(?!\d)/.exec(squeezed)?.[0]
    if (mobile) out.push(mobile)
  }
  return [...new Set(out)]
}
/** The first number of a cell; '' when there is none. */
export const phoneOf = (v: Cell['v']): string => phonesOf(v)[0] ?? ''

/** The last four of a good identity number; `damaged` when Excel or a hand broke it. The number itself is not kept. */
export const readId = (v: Cell['v']): { last4: string; damaged: boolean } => {
  const s = squeeze(v)
    .replace(/^['‘’]/, '')
    .toUpperCase()
  if (s === '' || /^[-—/、无不详]+$/.test(s) || typeof v === 'boolean') return { last4: '', damaged: false }
  if (typeof v === 'number' || /E\+?\d/.test(s) || /^\d{15,17}000$/.test(s) || idNumberFault(s) !== null)
    return { last4: '', damaged: true }
  return { last4: lastFour(s), damaged: false }
}

const chineseDigits = '零一二三四五六七八九'
export const numberOf = (s: string): number | null => {
  if (/^\d+$/.test(s)) return Number(s)
  const m = /^([一二三四五六七八九])?(十)?([一二三四五六七八九])?$/.exec(s)
  if (!m || s === '') return null
  if (!m[2]) return m[1] ? chineseDigits.indexOf(m[1]) : null
  return (m[1] ? chineseDigits.indexOf(m[1]) : 1) * 10 + (m[3] ? chineseDigits.indexOf(m[3]) : 0)
}

/** What stands beside a name and is none: sex, age, a place, what the next part is. */
const besideName =
  /^(匿名.{0,3}|不详|未知|未留名|不愿透露|无|等|男性?|女性?|汉族?|同上|(现年|年龄)?[周]?岁|号|组|(住址?|地址|家住|现住|户籍|电话|手机|身份证).*|\p{Script=Han}{1,4}代表|[-—*·.:：]+)$/u
const placeBeside = /^(?:家?住)?.{1,14}(?:村|庄|社区|居委会|镇|乡|街道|管区|片区|小区|[号组路室])(?:人|村民|居民)?$/

/** '张某等12人' → 张某, 12; '张某、李某' → both; '群众30余人' → 群众, 30; '苗某 清泉村 1506666…' → 苗某, with the place. */
export const readPeople = (v: unknown): { names: string[]; headCount: number | null; place?: string } => {
  let s = textOf(v)
  if (s === '' || /^[-—/、无]+$/.test(s)) return { names: [], headCount: null }
  // One name and nothing else, as in most rows; these few characters may mean more people.
  if (/^\p{Script=Han}{2,3}$/u.test(s) && isName(s) && !/[人户名等家]/.test(s)) return { names: [s], headCount: null }
  // An identity number, a phone or a remark written beside the name is no part of it; '①燕某②郎某' is a list.
  s = s
    .replace(/[①-⑳]/gu, '、')
    .normalize('NFKC')
    .replace(/\d{17}[\dXx]/g, ' ')
    .replace(/1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}/g, ' ')
    .replace(/0\d{2,3}-\d{7,8}/g, ' ')
    .replace(/(19|20)\d{2}[年.\-/]\d{1,2}(?:[月.\-/](?:\d{1,2}日?)?)?(?:出?生)?/g, ' ')
    // '1.秦某2.尤某' is a list; '陈某1、陈某2' are two people.
    .replace(/(^|[\s、,;]|\p{Script=Han})\d{1,2}[.)](?=\s*\p{Script=Han})/gu, '$1、')
  let headCount: number | null = null
  const m = /等?(?:共|计)?(\d+|[一二三四五六七八九十]+)(?:余|多|几)?(?:人|户|名)(?:群众|村民|业主|职工)?/.exec(s)
  if (m) {
    headCount = numberOf(m[1]!)
    s = s.slice(0, m.index) + s.slice(m.index + m[0].length)
  }
  s = s.replace(/\([^)]*\)/g, ' ')
  // 张三夫妇, 父子二人: one name, two people.
  const pair = /(?<=\p{Script=Han}{2})(?:夫妇|夫妻|父子|父女|母子|母女|兄弟|姐妹|兄妹|姐弟)(?:[二两2]人)?/u.exec(s)
  if (pair) {
    headCount ??= 2
    s = s.slice(0, pair.index) + s.slice(pair.index + pair[0].length)
  }
  s = s.replace(/(?<!某)\d+/g, ' ').replace(/等(?:人|村民|群众|居民|业主|住户|户|家长|职工|代表)+|等$/g, ' ')
  // 和 joins two names only when a whole name stands on each side: 刘和平 is one person.
  s = s
    .replace(/[及和与]其?(?:家属|家人|亲属|家庭成员)/g, ' ')
    .replace(/[及和与]其(?:妻子?|丈?夫|[父母]亲?|儿子?|女儿?|[兄弟姐妹])(?=\p{Script=Han}{2})/gu, '、')
    .replace(/(?<=\p{Script=Han}{2})[和及与](?=\p{Script=Han}{2})/gu, '、')
  // '张  三', '娄 某 某' are one person, spaced out to the width of the column or written upright; '欧阳  建' too.
  s = s.replace(/(?<!\p{Script=Han})\p{Script=Han}(?:\s+\p{Script=Han}){1,3}(?!\p{Script=Han})/gu, (all) => {
    const name = all.replace(/\s+/g, '')
    return isName(name) || !/[男女岁号组]/.test(name) ? name : all
  })
  s = s.replace(
    /(?<!\p{Script=Han})(\p{Script=Han}{2})\s+(\p{Script=Han})(?!\p{Script=Han})/gu,
    (all, double: string, given: string) => (compound.test(double) ? double + given : all),
  )
  // '冯　国庆': one character alone is no name.
  if (/^\s*\p{Script=Han}\s+\p{Script=Han}{2}\s*$/u.test(s)) s = s.replace(/\s+/g, '')
  const parts = s.split(/[、,，;；/\n+|&]|(?<=\p{Script=Han})[-—–]+(?=\p{Script=Han})|\s{2,}/u).flatMap((p) => {
    const one = p
      .replace(/等$/, '')
      .replace(
        /^[“”"'‘’*]+|[“”"'‘’]+$|(?<=\p{Script=Han}{2})\*+$|(?<=\p{Script=Han}{2})[一全]家(?:[三四五六七八两]口)?$/gu,
        '',
      )
      .replace(/代表$/, '')
      .replace(
        /^(?:信访人|反映人|来访人|姓名|电话|手机|联系电话)[:：]?|^(?:实名|原告|申请人|投诉人|来电人|当事人|甲方|乙方)[:：]|(?:电话|手机|联系电话|身份证号?)[:：]?$/g,
        '',
      )
      .trim()
    return one.split(/\s+/)
  })
  let before: string | undefined
  const told = parts
    .filter((p) => p !== '' && !besideName.test(p))
    .map((p) => {
      // '清泉村郑丙'
      const m = isName(p) ? null : /^(\p{Script=Han}{1,5}(?:村(?!民)|社区|庄))(?:村民|居民|群众)?(.{2,4})$/u.exec(p)
      if (!m || !isName(m[2])) return p
      before ??= m[1]
      return m[2]!
    })
  // A place is one only beside a name: '李家庄村民' alone is who came.
  const isPlace = (p: string) => placeBeside.test(p) && !isName(p)
  const people = told.some((p) => !isPlace(p)) ? told.filter((p) => !isPlace(p)) : told
  const place = people === told ? before : told.find(isPlace)?.replace(/^家?住|(?:人|村民|居民)$/g, '')
  const names = [...new Set(people)]
  return { names, headCount: headCount ?? (names.length > 1 ? names.length : null), ...(place ? { place } : {}) }
}

/** More people than a town has are a mistake of the pen. */
export const credible = (n: number | null): number | null => (n !== null && n <= 100_000 ? n : null)

export const readCount = (v: Cell['v']): number | null => {
  if (typeof v === 'number') return v >= 0 ? Math.round(v) : null
  const s = squeeze(v)
  const m = /(\d+|[一二三四五六七八九十]+)/.exec(s)
  return m ? numberOf(m[1]!) : null
}

const channelWords: [string, RegExp][] = [
  ['hotline', /12345|热线|政务服务便民|市长电话/],
  ['mailbox', /信箱/],
  ['fax', /传真/],
  ['online', /网上|网络|网信|网民|微信|微博|平台|互联网|邮件|留言/],
  ['visit', /(个人|单人|群众|集体|联名|多人|越级|重复)走访|(个|群|集体|单人)访/],
  ['screening', /排查|走访|下访|入户|摸排|网格|巡查/],
  ['phone', /来电|电话/],
  ['letter', /来信|信件|写信|^(初|重|重复|联名|匿名|群众)?信$/],
  [
    'visit',
    /来访|上访|走访来|接访|到访|个访|集体访|^(个|个体|单|单人|群|群体|联名|初|重|重复|越级|进京|赴省)?访$|现场/,
  ],
]
/** The code of a channel word, or null. */
export const channelOf = (v: unknown): string | null => {
  const s = squeeze(v)
  return s === '' ? null : (channelWords.find(([, words]) => words.test(s))?.[0] ?? null)
}

/** 重点/是/√ → true, 一般/否/× → false. */
export const keyOf = (v: unknown): boolean | null => {
  const s = squeeze(v).toUpperCase()
  if (/^(非重点|不是|否|一般.*|普通.*|×|X|N|无|0|FALSE|不)$/.test(s)) return false
  if (/重点|^(是|√|✓|✔|Y|YES|1|TRUE|★)$/.test(s)) return true
  return null
}

/** Whether a progress note says the matter is over. Negations first: 未化解 is not 化解. */
export const outcomeOf = (v: unknown): 'resolved' | 'handling' | null => {
  const s = squeeze(v)
  if (s === '') return null
  if (
    /(未|没有?|尚未|无法|难以|不能|不予|暂不)[^，。；、]{0,4}(化解|办结|解决|息诉|息访|答复|处[理置]|消除|清零|闭环|结案|销号|达成|落实|完成|到位|付清|成功)|^(失败|未果|不成)$|(调解|协商|协调|调处)(不成|未果|失败|无果)/.test(
      s,
    )
  )
    return 'handling'
  // What is promised isn't done.
  if (
    /(承诺|答应|计划|预计|争取|力争|限期|[日月底]前)[^，。；、]{0,12}(化解|办结|解决|处理|完成|落实)/.test(s) &&
    !/^已/.test(s)
  )
    return 'handling'
  if (
    /部分|正[在与和同由]|办理中|调处中|化解中|处[理置]中|调解中|协调中|跟进|稳控|推进|继续|待(化解|办|处理|解决|协调|调解)|拟|在办|进行中|(管控|执行|审理|诉讼|鉴定|审核|核实|审批|协商|整改|施工|筹备|研究)中/.test(
      s,
    ) &&
    !/^(已化解|已办结|已解决|已答复|办结)/.test(s)
  )
    return 'handling'
  if (
    /化解|办结|已解决|解决$|息诉|息访|(调解|调处|^)成功|销号|已答复|结案|已处[理置]|达成(一致|协议)|已(消除|清零|闭环)|付清|(支付|兑付|发放|赔偿|补偿|退还)到位|办理完毕|已完成|已落实|^满意/.test(
      s,
    )
  )
    return 'resolved'
  return null
}

const surnames = new Set(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺亓逄綦仝阚闫郇麻撒危訾乜宓佀隗晁郗邝宦暴鄂鹿仉亢佘岱庾弓慎扈朴杞沃浦涿漆濮狄璩由睢笪缑缪羊芮荀荔茹莘菅萨蒯蒿蓟蔚袭谯逯遆郄郅郏郐郸鄞酆镡阿陀雍颉骆鲜鸿肖湛禹茅昝裘贲杭钮嵇羿储汲邴巴牧蓬钭厉戎韶宿蒲邰籍闻贡郦郤寿暨衡寇阙殳厍勾毋巢桓帅况郈'.split(
    '',
  ),
)
const compound = /^(欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|东方|西门|南宫|司徒|司空|端木|百里|呼延)/
/** Looks like the name of a Chinese person. */
export const isName = (v: unknown): boolean => {
  const s = squeeze(v).replace(/等\d*人?$/, '')
  if (/村|(?<!^)庄|店|管区|社区|网格|镇$|办$|所$|站$|书记|主任|镇长|^来[访信电人]/.test(s)) return false
  return /^\p{Script=Han}{2,4}$/u.test(s) && (compound.test(s) || (surnames.has(s[0]!) && [...s].length <= 3))
}
