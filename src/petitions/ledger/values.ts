import { addDays, type Day, isDay } from '../../kit/day.ts'
import { idNumberFault, lastFour } from '../../kit/identity.ts'
import type { Cell } from '../../kit/server/excel.ts'
import type { Grade } from '../petition.ts'

/** NFKC without any blank: what headers, words and names are compared by. */
export const squeeze = (v: unknown): string =>
  v === null || v === undefined ? '' : String(v).normalize('NFKC').replace(/\s+/g, '')
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
  /** Year and month only: the first of the month stands for it. */
  dayAssumed?: boolean
  unclear?: boolean
}

/**
 * A date in any notation met in offices: 2023.2.2, 2月6日, 20230506, 23.5.6, an Excel serial, full-width digits.
 * Without a year, `year` is taken, or the year before when that would lie after `until`.
 */
export const readDay = (v: Cell['v'], options: { year: number; until?: Day | null; isDate?: boolean }): ReadDay => {
  if (v === null || v === '' || typeof v === 'boolean') return { day: null }
  let s = squeeze(v)
  if (s === '' || /^[-—/、无]+$/.test(s)) return { day: null }
  if (typeof v === 'number' || /^\d{5}(\.\d+)?$/.test(s)) {
    const n = Number(v)
    if (isSerial(n) && (options.isDate || n !== 0)) return { day: serialDay(n) }
  }
  s = s.replace(/[〇○]/g, '0').replace(/(\d)[。．·,，](?=\d)/g, '$1.')
  const whole = (y: string, m: string, d: string): ReadDay => {
    const got = dayFrom(y.length === 2 ? 2000 + Number(y) : Number(y), Number(m), Number(d))
    return got ? { day: got } : { day: null, unclear: true }
  }
  const time = '(?:[T日号]?\\(?(?:星期|周)?[一二三四五六日天]?\\)?\\d{1,2}[:时点].*)?'
  let m = new RegExp(`^(\\d{4})[-./\\\\年](\\d{1,2})[-./\\\\月](\\d{1,2})[日号]?${time}$`).exec(s)
  // '2023-05-0610:30': the blank between day and time is gone after squeezing.
  m ??= /^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})[日号T]?\d{1,2}:\d{2}.*$/.exec(
    textOf(v).normalize('NFKC').replace(/\s+/g, 'T'),
  )
  if (m) return whole(m[1]!, m[2]!, m[3]!)
  const apart = /^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?[\sT]+\d/.exec(textOf(v).normalize('NFKC'))
  if (apart) return whole(apart[1]!, apart[2]!, apart[3]!)
  m = /^(\d{4})(\d{2})(\d{2})(?:\.0)?$/.exec(s)
  if (m) return whole(m[1]!, m[2]!, m[3]!)
  m = /^['‘’]?(\d{2})[-./年](\d{1,2})[-./月](\d{1,2})[日号]?$/.exec(s)
  if (m) return whole(m[1]!, m[2]!, m[3]!)
  m = /^(\d{4})[-./年](\d{1,2})月?$/.exec(s)
  if (m) {
    const got = dayFrom(Number(m[1]), Number(m[2]), 1)
    return got ? { day: got, dayAssumed: true } : { day: null, unclear: true }
  }
  m = /^(\d{1,2})[-./月](\d{1,2})[日号]?(?:\d{1,2}:\d{2}.*)?$/.exec(s)
  if (m) {
    const got = dayFrom(options.year, Number(m[1]), Number(m[2]))
    const earlier = dayFrom(options.year - 1, Number(m[1]), Number(m[2]))
    if (!got && !earlier) return { day: null, unclear: true }
    return { day: got && (!options.until || got <= options.until) ? got : (earlier ?? got), yearAssumed: true }
  }
  // A sentence that names one day: '2023年3月5日下午来访'.
  m = /(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})/.exec(s)
  if (m) return whole(m[1]!, m[2]!, m[3]!)
  return { day: null, unclear: true }
}

/** Red, yellow or blue by words. */
export const gradeOfText = (v: unknown): Grade | null => {
  const s = squeeze(v).toUpperCase()
  if (s === '') return null
  if (s.includes('红')) return 'red'
  if (/[黄橙]/.test(s)) return 'yellow'
  if (s.includes('蓝')) return 'blue'
  const m =
    /^(?:风险|预警|矛盾|信访|等级|级别)?[::]?(?:第)?(一|二|三|III|II|I|1|2|3|A|B|C|高|中|低)(?:级|类|等|档)?(?:风险|预警|响应|管控)?$/.exec(
      s,
    )
  if (m) {
    const level = m[1]!
    if (['一', 'I', '1', 'A', '高'].includes(level)) return 'red'
    if (['二', 'II', '2', 'B', '中'].includes(level)) return 'yellow'
    return 'blue'
  }
  if (/重大|疑难/.test(s)) return 'red'
  if (/较复杂|较大/.test(s)) return 'yellow'
  if (/一般|简单/.test(s)) return 'blue'
  return null
}

/** Red, yellow or blue by the hue of a fill; grey, white and green are no grade. */
export const gradeOfFill = (hex: string | undefined): Grade | null => {
  if (!hex) return null
  const [r, g, b] = [0, 2, 4].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)) as [number, number, number]
  const max = Math.max(r, g, b)
  const d = max - Math.min(r, g, b)
  // Pale fills (FDECEB) still count; near-greys do not.
  if (d < 14 || max < 60) return null
  const h = 60 * (max === r ? ((g - b) / d + 6) % 6 : max === g ? (b - r) / d + 2 : (r - g) / d + 4)
  if (h <= 20 || h >= 340) return 'red'
  if (h >= 25 && h <= 70) return 'yellow'
  if (h >= 190 && h <= 260) return 'blue'
  return null
}

/** 11-digit mobile or a landline; '' when there is none. A number cell or '1.5E10' is a phone too. */
export const phoneOf = (v: Cell['v']): string => {
  if (v === null || typeof v === 'boolean') return ''
  const s = typeof v === 'number' ? String(Math.round(v)) : squeeze(v)
  const plain = /^\d(\.\d+)?E\+?1\d$/i.test(s) ? String(Math.round(Number(s))) : s.replace(/\.0+$/, '')
  const digits = plain.replace(/(?<=\d)[-—.](?=\d)/g, '').replace(/^\+?(?:0086|86)(?=1\d{10})/, '')
  const mobile = /(?<!\d)1[3-9]\d{9}(?!\d)/.exec(digits)?.[0]
  if (mobile) return mobile
  return /(?<!\d)0\d{2,3}[-—]?\d{7,8}(?!\d)|^\d{7,8}$/.exec(plain)?.[0] ?? ''
}

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
const numberOf = (s: string): number | null => {
  if (/^\d+$/.test(s)) return Number(s)
  const m = /^([一二三四五六七八九])?(十)?([一二三四五六七八九])?$/.exec(s)
  if (!m || s === '') return null
  if (!m[2]) return m[1] ? chineseDigits.indexOf(m[1]) : null
  return (m[1] ? chineseDigits.indexOf(m[1]) : 1) * 10 + (m[3] ? chineseDigits.indexOf(m[3]) : 0)
}

/** '张某等12人' → 张某, 12; '张某、李某' → both; '群众30余人' → 群众, 30. */
export const readPeople = (v: unknown): { names: string[]; headCount: number | null } => {
  let s = textOf(v).normalize('NFKC')
  if (s === '' || /^[-—/、无]+$/.test(s)) return { names: [], headCount: null }
  // An identity number, a phone or a remark written beside the name is no part of it.
  s = s.replace(/1[3-9]\d{9}/g, ' ').replace(/\d{17}[\dXx]/g, ' ')
  let headCount: number | null = null
  const m = /等?(?:共|计)?(\d+|[一二三四五六七八九十]+)(?:余|多|几)?(?:人|户|名)(?:群众|村民|业主|职工)?/.exec(s)
  if (m) {
    headCount = numberOf(m[1]!)
    s = s.slice(0, m.index) + s.slice(m.index + m[0].length)
  }
  s = s.replace(/\([^)]*\)|\d+/g, ' ').replace(/等人|等$/g, ' ')
  // 和 joins two names only when a whole name stands on each side: 刘和平 is one person.
  s = s.replace(/(?<=\p{Script=Han}{2})[和及与](?=\p{Script=Han}{2})/gu, '、')
  const parts = s.split(/[、,，;；/\n]|\s{2,}/).flatMap((p) => {
    const one = p.replace(/等$/, '').trim()
    // '李 华' is one person whose name is spaced out; '王建国 李华' are two.
    if (/^\p{Script=Han}\s+\p{Script=Han}$/u.test(one)) return [one.replace(/\s/g, '')]
    return one.split(/\s+/)
  })
  const names = [...new Set(parts.filter((p) => p !== '' && !/^(匿名|不详|未知|无|等)$/.test(p)))]
  return { names, headCount: headCount ?? (names.length > 1 ? names.length : null) }
}

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
  ['screening', /排查|走访|下访|入户|摸排|网格|巡查/],
  ['phone', /来电|电话/],
  ['letter', /来信|信件|写信|^信$/],
  ['visit', /来访|上访|走访来|接访|到访|个访|集体访|^访$|现场/],
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
  if (/(未|没有?|尚未|无法|难以|不能|不予|暂不)[^，。；、]{0,4}(化解|办结|解决|息诉|答复|处理|结案)/.test(s))
    return 'handling'
  if (
    /部分|正在|办理中|调处中|化解中|处理中|调解中|协调中|跟进|稳控|推进|继续|待(化解|办|处理|解决|协调|调解)|拟|在办|进行中/.test(
      s,
    ) &&
    !/^(已化解|已办结|已解决|已答复|办结)/.test(s)
  )
    return 'handling'
  if (/化解|办结|已解决|解决$|息诉|息访|已答复|结案|已处理|达成(一致|协议)|办理完毕|已完成|已落实|^满意/.test(s))
    return 'resolved'
  return null
}

const surnames = new Set(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺'.split(
    '',
  ),
)
const compound = /^(欧阳|上官|司马|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|东方|西门|南宫|司徒|司空|端木|百里|呼延)/
/** Looks like the name of a Chinese person. */
export const isName = (v: unknown): boolean => {
  const s = squeeze(v).replace(/等\d*人?$/, '')
  if (/村|庄|店|管区|社区|网格|镇$|办$|所$|站$|书记|主任|镇长/.test(s)) return false
  return /^\p{Script=Han}{2,4}$/u.test(s) && (compound.test(s) || (surnames.has(s[0]!) && [...s].length <= 3))
}
