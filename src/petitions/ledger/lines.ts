import { addDays, type Day, isDay, yearOf } from '../../kit/day.ts'
import type { Cell, Sheet } from '../../kit/server/excel.ts'
import type { Grade } from '../petition.ts'
import { filled } from './heads.ts'
import type { Field } from './proposal.ts'
import { channelOf, gradeOfText, hanDate, numberOf, squeeze, textOf } from './values.ts'

const columnMark = /^(\d{1,2}|[甲乙丙丁戊己]|[A-Z]|栏次|行次)$/
const noteStart =
  /^(注|备注|说明|填表人|填表|填报人|填报|制表|审核|审批|签字|单位负责人|主要负责人|联系人|联系电话|附|备考|单位)(人|单位|时间|日期)?[:：(（]|^(注|备注|说明|填表人|填报人|审核|审核人|制表人)$/
const totalStart = /^(合计|小计|总计|共计|累计|总数|本页合计|本页小计|汇总)|.{2,8}(合计|小计|总计)[:：]?$/
/** '一般矛盾' and '一级预警' begin with no number of a section. */
const sectionPrefix = /^(?:[(（]?[一二三四五六七八九十\d]+(?:[)）][、.．:： ]?|[、.．:： ])|\d+(?!\d*[年月日]))/
export const areaWords = /(管区|片区|工作区|工作片|管理区|党总支|总支|办事处)$/
export const villageWords = /(村|庄|店|社区|居委会|村委会|峪|屯|寨)$/
const placeOfSheet = /([\p{Script=Han}]{1,5}?(?:管区|片区|工作区|工作片|管理区))/u

interface Setting {
  title: string
  year: number | null
  /** 填报时间. */
  until: Day | null
  area: string
  village: string
  /** '红色预警清单': all of the sheet are of this grade. */
  grade: Grade | null
  /** '3月' on the tab, '3月份' in the title: the month of days written as '5日'. */
  month: number | null
  /** '来信' on the tab or in the title. */
  channel: string | null
  /** '已化解', '未化解' on the tab. */
  outcome: 'resolved' | 'handling' | null
}

/** '2024年7月—2025年6月', '2025年1-6月', '2025年3月份': the last day that the title speaks of, with a month's grace for a single month. */
const endOfTitle = (title: string): Day | null => {
  const t = squeeze(title).replace(/[–—−~～至到]+/g, '-')
  const end = (y: string, m: string, more = 0): Day | null => {
    const n = Number(y) * 12 + Number(m) + more
    const first = `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}-01`
    return Number(m) >= 1 && Number(m) <= 12 && isDay(first) ? addDays(first, -1) : null
  }
  const range = /20\d{2}年?[./]?\d{1,2}月?-(20\d{2})[年./](\d{1,2})月?(?!\d|[-.]\d)/.exec(t)
  if (range) return end(range[1]!, range[2]!)
  const within = /(20\d{2})年(\d{1,2})月?-(\d{1,2})月/.exec(t)
  if (within) return end(within[1]!, within[3]!)
  const one = /(20\d{2})年(\d{1,2})月(?!\d)/.exec(t)
  return one ? end(one[1]!, one[2]!, 1) : null
}

/** The one month that a text names. */
const monthOf = (text: string): number | null => {
  const all = [
    ...squeeze(text).matchAll(/(?<![\d一二三四五六七八九十])(\d{1,2}|十[一二]?|[一二三四五六七八九])月/g),
  ].map((m) => numberOf(m[1]!))
  return all.length === 1 && all[0] && all[0] <= 12 ? all[0] : null
}

/** The grade that a heading names: one colour only, or one of the words of a grade with what it is. */
export const gradeOfHeading = (text: string): Grade | null => {
  const s = squeeze(text)
  const words =
    /^((?:特别?)?重大|较大|一般|[高中低]|[一二三]级|[ABC]类)(?:级|类|等级)?(?:矛盾|隐患|风险|纠纷|预警)/.exec(s)
  if (words) return gradeOfText(words[1])
  if (!/[红黄橙蓝]色?(预警|等级|级|色|类|牌|灯|清单|台账|事项|矛盾|风险|$)/.test(s)) return null
  const named = [...new Set([...s.matchAll(/[红黄橙蓝](?=色|预警|牌|灯|级|类|清单|台账|$)/g)].map((m) => m[0]))]
  return named.length === 1 ? gradeOfText(named[0]) : null
}

/** The one way of coming that a heading names; '来信来访登记' names none. */
export const channelOfHeading = (text: string): string | null => {
  const all = squeeze(text).match(/来信|来访|来电|网上信访|网信|12345|热线/g) ?? []
  const channels = [...new Set(all.map((w) => (w === '网信' ? 'online' : w === '来电' ? 'phone' : channelOf(w))))]
  return channels.length === 1 ? channels[0]! : null
}
/** '已化解（3件）'. */
export const outcomeOfHeading = (text: string): 'resolved' | 'handling' | null => {
  if (/已(化解|办结|解决|息)/.test(text) && /[未待](化解|办结|解决|息)/.test(text)) return null
  const m = /^(已|未|尚未|待|正在|在)(化解|办结|解决|息访|息诉|办理?|结)(?!率)/.exec(squeeze(text))
  return m ? (m[1] === '已' ? 'resolved' : 'handling') : null
}
/** '2023年（12件）'. */
export const yearOfHeading = (text: string): number | null => {
  const m =
    /^(?:[一二三四五六七八九十]+[、.])?(20\d{2})年度?(?:信访|积案|矛盾|纠纷|事项|案件|台账|情况)*(?:[(（].{0,8}[)）])?$/.exec(
      squeeze(text),
    )
  return m ? Number(m[1]) : null
}
/** '九月份'. */
export const monthOfHeading = (text: string): number | null =>
  /^(?:20\d{2}年)?[\d一二三四五六七八九十]{1,3}月份?(?:[(（].{0,8}[)）])?$/.test(squeeze(text)) ? monthOf(text) : null

export const yearIn = (text: string): number | null => {
  const short = /(?<!\d)([012]\d)年(?=度|第|[上下]半年|信访|矛盾|台账)/.exec(text.normalize('NFKC'))
  const all = [...hanDate(text.normalize('NFKC')).matchAll(/(?<!\d)(20\d{2}|19[89]\d)(?=年|[-./—]|\D|$)/g)]
  return all.length ? Number(all.at(-1)![1]) : short ? 2000 + Number(short[1]) : null
}

/** '填报单位：城东管区', '村（社区）名称：清泉村'. */
const statedPlace = (texts: readonly string[]): string => {
  for (const t of texts) {
    const m =
      /(?:单位|村|社区|村\(社区\)|管区|片区)(?:名称?)?(?:\(盖章\))?:\s*(\p{Script=Han}{1,8}?(?:管区|片区|工作区|村|社区|庄|店|屯|寨|峪))(?:村民委员会|村委会|居委会|党支部)?(?![\p{Script=Han}])/u.exec(
        t.normalize('NFKC'),
      )
    if (m) return m[1]!
  }
  return ''
}
const villageOf = (place: string): string => (villageWords.test(place) ? place : '')
/** '示范镇清泉村2025年信访台账'. */
const villageInTitle = (title: string): string =>
  /^(?:\d{4}年度?)?(?:.{1,8}?(?:镇|乡|街道))?(?:\d{4}年度?)?(?!各|农村|乡村|驻村|包村|本村|全|我|城中村|涉|多)(\p{Script=Han}{1,5}?(?:村|社区|庄|屯|寨))(?=\d{4}年|信访|矛盾|群众|来访|隐患|纠纷|民情)/u.exec(
    squeeze(title),
  )?.[1] ?? ''

/** What stands around the table: title, year, the day it was filled in, the area in its name. */
export const settingOf = (sheet: Sheet, headerRows: number[], fileName: string): Setting => {
  const above = sheet.rows.slice(0, 60).filter((r) => headerRows.length > 0 && r.n < headerRows[0]!)
  const lone = headerRows.length
    ? above
    : sheet.rows.slice(0, 3).filter((r) => filled(new Map(r.cells.map((c) => [c.c, c]))).length === 1)
  const texts = lone.flatMap((r) => r.cells.map((c) => textOf(c.v)).filter((t) => t !== ''))
  const title = texts.find((t) => !noteStart.test(squeeze(t)) && squeeze(t).length >= 4) ?? ''
  const ends = sheet.rows
    .slice(-6)
    .flatMap((r) => r.cells.map((c) => textOf(c.v)))
    .filter((t) => /^(填|制|注|上报|审核)/.test(squeeze(t)))
  let until: Day | null = null
  for (const t of [...texts, ...ends]) {
    const m =
      // '2025年1-6月' is no day: the signs between are of one kind.
      /(?:填报|填表|制表|上报|截止|截至|统计|报送)?(?:时间|日期)?[:：至]?(20\d{2})(?:年(\d{1,2})月(\d{1,2})|([-./])(\d{1,2})\4(\d{1,2}))/.exec(
        squeeze(t),
      )
    const d = m ? `${m[1]}-${(m[2] ?? m[5])!.padStart(2, '0')}-${(m[3] ?? m[6])!.padStart(2, '0')}` : ''
    if (isDay(d)) until = d
  }
  until ??= endOfTitle(title)
  // With a head under each heading the first heading stands above the first head.
  const heading =
    texts.length > 1 && texts.at(-1) !== title && !noteStart.test(squeeze(texts.at(-1))) ? texts.at(-1)! : ''
  const inHeading = sectionNameOf(squeeze(heading))
  // '2025年登记时间'.
  const dated = sheet.rows
    .slice(0, 60)
    .flatMap((r) => (headerRows.includes(r.n) ? r.cells.map((c) => squeeze(c.v)) : []))
    .filter((t) => /登记.*(时间|日期)$/.test(t))
    .join(' ')
  const year =
    yearOfHeading(heading) ??
    yearIn(title) ??
    (until ? yearOf(until) : null) ??
    yearIn(texts.join(' ')) ??
    yearIn(sheet.name) ??
    yearIn(dated) ??
    yearIn(fileName)
  const stated = statedPlace(texts)
  const area =
    (areaWords.test(stated) ? stated.replace(/^.*[镇乡](?=\p{Script=Han}{2,}$)(?!(管区|片区|总支)$)/u, '') : '') ||
    (areaWords.test(inHeading) && inHeading.length <= 12 ? inHeading : '') ||
    placeOfSheet.exec(sheet.name.replace(/^.*?(\d年度?|[镇乡])/, ''))?.[1] ||
    placeOfSheet.exec(title.replace(/^.*?[镇乡]/, '').replace(/^\d+年度?/, ''))?.[1] ||
    ''
  const village =
    villageOf(stated) ||
    (villageWords.test(inHeading) && inHeading.length <= 10 ? inHeading : '') ||
    villageInTitle(title) ||
    (area === '' && /^[\p{Script=Han}]{2,7}$/u.test(squeeze(sheet.name)) && villageWords.test(squeeze(sheet.name))
      ? squeeze(sheet.name)
      : '')
  const grade = gradeOfHeading(inHeading) ?? gradeOfHeading(sheet.name) ?? gradeOfHeading(title)
  return {
    title: title.replace(/\s+/g, ' '),
    year,
    until,
    area,
    village,
    grade,
    month: monthOfHeading(heading) ?? monthOf(sheet.name) ?? monthOf(title),
    channel: channelOfHeading(inHeading) ?? channelOfHeading(sheet.name) ?? channelOfHeading(title),
    outcome: outcomeOfHeading(inHeading) ?? outcomeOfHeading(sheet.name) ?? outcomeOfHeading(title),
  }
}

/** '二、城西管区（12件）' → '城西管区'; '城西管区2024年信访台账' → '城西管区'. */
export const sectionNameOf = (text: string): string => {
  const name = text.replace(sectionPrefix, '').replace(/[(（:：].*$/, '')
  return areaWords.test(name) ? name : (placeOfSheet.exec(name.replace(/^.*?[镇乡]/, ''))?.[1] ?? name)
}

export type RowKind = 'data' | 'header' | 'total' | 'note' | 'section' | 'blank'

export const kindOf = (
  cells: Cell[],
  headers: Map<number, string>,
  columns: ReadonlyMap<Field, number>,
  merged: boolean,
): RowKind => {
  if (cells.length === 0) return 'blank'
  const first = squeeze(cells[0]!.v)
  if (headers.size > 0) {
    const same = cells.filter((c) => {
      const h = headers.get(c.c)
      const v = squeeze(c.v)
      return (
        h !== undefined &&
        v.length > 0 &&
        (h === v || (h.endsWith(v) && v.length > 1) || (h.startsWith(v) && v.length > 1))
      )
    }).length
    if (same >= 2 && same / cells.length >= 0.6) return 'header'
  }
  // Most rows begin with their number.
  const worded = typeof cells[0]!.v === 'string'
  if (worded && /^[-—–_/\\]+$/.test(first) && cells.every((c) => /^[-—–_/\\]+$/.test(squeeze(c.v)))) return 'blank'
  // '（人）　（年月日）': units under the head.
  if (worded && cells.length > 1 && cells.every((c) => /^\(.{1,10}\)$/.test(squeeze(c.v)))) return 'header'
  // '甲 乙 1 2 3': the columns numbered under the head.
  if (/^(甲|A|1|栏次|行次)$/.test(first) && cells.length >= 4 && cells.every((c) => columnMark.test(squeeze(c.v)))) {
    const numbers = cells.map((c) => Number(squeeze(c.v))).filter((n) => n > 0)
    if (numbers.length >= 2 && numbers.every((n, i) => n === i + numbers[0]!) && numbers[0]! <= 5) return 'header'
  }
  if (totalStart.test(first) && first.length <= 40) return 'total'
  if (
    cells.some(
      (c) => typeof c.v === 'string' && c.v.length <= 20 && /^(合计|小计|总计|共计)[:：]?$/.test(squeeze(c.v)),
    ) &&
    cells.filter((c) => typeof c.v !== 'number').length <= 3
  )
    return 'total'
  // '红色 1件 黄色 0件' under the table.
  if (worded && cells.length > 1 && cells.every((c) => /^([红黄橙蓝]色?|\d+件?)[:：]?$/.test(squeeze(c.v))))
    return 'total'
  if (noteStart.test(first) && cells.length <= 6) return 'note'
  // '示例：张三' in the first row of a form to fill in.
  if (worded && /^(示例|样例|范例|例)([:：]|\d*$)/.test(first)) return 'note'
  if (worded && /(签字|签名|签章|盖章|领导|经办人|签发人)[:：]$/.test(first)) return 'note'
  const telling = (['request', 'title', 'facts', 'petitionerName', 'category'] as const).some((f) => {
    const c = columns.get(f)
    return c !== undefined && cells.some((x) => x.c === c)
  })
  if (cells.length === 1) {
    const only = cells[0]!
    if (typeof only.v === 'number' || only.c === columns.get('serial')) {
      if (typeof only.v === 'number' || /^\d+$/.test(first)) return 'blank'
    }
    const body = sectionNameOf(first)
    if (areaWords.test(body) && body.length <= 12 && first.length <= 30 && !noteStart.test(first)) return 'section'
    if ((merged || sectionPrefix.test(first) || first.length <= 8) && first.length <= 20 && gradeOfHeading(body))
      return 'section'
    if ((merged || sectionPrefix.test(first)) && villageWords.test(body) && body.length <= 10) return 'section'
    if (first.length <= 16 && (yearOfHeading(first) || monthOfHeading(first))) return 'section'
    if (
      (merged || sectionPrefix.test(first)) &&
      first.length <= 16 &&
      (channelOfHeading(body) || outcomeOfHeading(body))
    )
      return 'section'
    if (merged && only.c === 1) return 'note'
    if (!telling) return 'note'
    return 'data'
  }
  return 'data'
}
