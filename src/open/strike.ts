import { surnames } from '../kit/chinese.ts'

/**
 * Finds and strikes what tells who or where: names, places, third parties, numbers. Pure; a person checks what is left.
 * It rather strikes a word too many than a name too few.
 */
export const struckKinds = { person: '姓名', place: '地点', organ: '单位', number: '号码' } as const
export type StruckKind = keyof typeof struckKinds

/** What the records know of: every name that may stand in the text, whole. */
export interface Known {
  /** Petitioners, their agents, staff. */
  people: readonly string[]
  /** Villages, grids and areas, and the place of the matter. */
  places: readonly string[]
}
export interface Struck {
  kind: StruckKind
  /** What stood there, for the person who checks. */
  text: string
}

/** What is put in the place of each. */
const instead: Record<StruckKind, string> = { person: '某某', place: '某地', organ: '某单位', number: '（略）' }

const han = '\\u3400-\\u9fff'
const compound = '欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|司徒|夏侯|端木'
/** Ordinary words that begin like a surname. */
const ordinary =
  '(?!高度|高兴|高速|高标|高龄|方面|方便|方式|安全|安置|安排|安装|常年|常住|时间|时候|全|向上|向|任何|应当|应该|成立|平时|平均|明确|白天|万元|万亩|金额|田地|田间|黄色|包括|包村|包保|计划|程序|温度|施工|严|解决|解释|尚未|曾|文件|文化|车辆|车主|路边|路灯|路面|路段|路口|关于|关系|经费|何时|何人|许多|许可|花费|马上|马路|房屋|房子|房主|石头|管理|管道|管区|盛|项目|项|齐全|康复|武装|印发|司法|符合|左右|左侧|余款|余地|初次|初信|初访|史料|毕竟|毕业|童年|林地|林木|林权|江边|季度|米|宣传|储存|段|封|曲|班|荣|宁|甘|祖|左|应|和|水|牛|羊|冷|白|阳|车|尚|付款|付清|辛苦|夏季|秋季|秋后|雷雨|汤|龙头|贺|谢|顾|计|简|单|危|闻|党|翻|别|能|国|公|支)'
const given = `[${han}]`
/** Words after which a name has ended. */
const ended =
  '(?=$|[^\\u3400-\\u9fff]|反映|反应|表示|提出|要求|认为|来电|来访|来信|说|的|和|家|与|等|在|因|于|向|将|把|去|有|是|被|称|要|占|及|同|对|住|自|也|都|已|未|不|一|户|之|名|夫|父|母|妻|子|女)'
const name = `(?:${compound}|${ordinary}[${surnames}])(?:${given}{2}${ended}|${given}${ended}|${given}{1,2})`
const titles =
  '先生|女士|同志|大爷|大娘|大妈|大叔|大婶|大伯|大哥|大姐|大嫂|奶奶|爷爷|阿姨|叔叔|师傅|书记|主任|镇长|乡长|县长|局长|所长|村长|站长|科长|股长|队长|组长|会计|老师|医生|大夫|院长|校长|经理|老板|律师|法官|警官'
const cues =
  '我叫|名叫|叫做|本人叫|我是|姓名|村民|居民|邻居|业主|户主|房东|工头|包工头|丈夫|妻子|儿子|女儿|父亲|母亲|哥哥|弟弟|姐姐|妹妹|儿媳|女婿|信访人|申请人|当事人|反映人|举报人|被反映人|代理人|联系人|受害人|职工|学生|患者|死者|伤者|党员|群众代表|村干部'

const literal = (t: string) => t.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** A known word however it is spaced. */
const spaced = (t: string) => [...t].map(literal).join('[\\s·•.]*')

interface Rule {
  kind: StruckKind
  find: RegExp
  /** False where what was found is no such thing, seen with what stands around it. */
  holds?: (found: string, before: string, after: string) => boolean
  /** Only this group is struck; what is before it stays. */
  from?: number
}

/** Amounts and measures say what was asked, not who asked. */
const measure =
  /^\s*(?:\.\d+)?\s*(?:余|多)?(?:元|万|千|百|亿|亩|平方|平米|立方|公里|千米|米|斤|公斤|吨|度|户|人|％|%|天|小时|年)/

const patterns: readonly Rule[] = [
  { kind: 'number', find: /https?:\/\/[^\s，。；、）]+/gi },
  { kind: 'number', find: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g },
  { kind: 'number', find: /(?:微信|QQ|VX|扣扣|抖音|快手)号?(?:码|是|为)?[：:\s]*[A-Za-z0-9_-]{5,}/gi },
  {
    kind: 'number',
    find: /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• ]?[A-HJ-NP-Z0-9]{5,6}/g,
  },
  { kind: 'number', find: /[A-Za-z]{1,6}\d{4}-\d{2,}/g },
  { kind: 'number', find: /[\u3400-\u9fff]{0,2}[〔[(（]\d{4}[〕\])）]\s*第?\d+号/g },
  {
    kind: 'number',
    find: /(?<!\d)\d(?:[\s\-—–－·]*\d){4,}[Xx]?/g,
    holds: (found, _b, after) => /[^\d]/.test(found) || !measure.test(after),
  },
  { kind: 'number', find: /[零〇一二三四五六七八九幺]{6,}/g },
  {
    kind: 'person',
    find: new RegExp(
      `(?:${compound}|[${surnames}])(?:某某|某|[*＊×xX]+[${han}]?)[${han}]?(?<=[某*＊×xX]|[*＊×xX][${han}])`,
      'g',
    ),
  },
  {
    kind: 'person',
    find: new RegExp(
      `(?:${compound}|${ordinary}[${surnames}])(?:(?![村镇乡县组的了是各本该])[${han}]){0,2}(?=${titles})`,
      'g',
    ),
  },
  {
    kind: 'person',
    find: new RegExp(
      `[老小](?!高|康|路|马|毛|包|房|管|白|花|车|田|牛|时|米|石|龙|阳)[${surnames}](?![${han}]{0,1}(?:区|组|学|型))`,
      'g',
    ),
  },
  { kind: 'person', find: new RegExp(`(?<=(?:${cues})[：:是叫为，]?)${name}`, 'g') },
  {
    kind: 'organ',
    find: /(?:(?![的了在是把被对向和与及由请求等有要为因从给到某欠找去])[\u3400-\u9fffA-Za-z]){2,8}(?:有限公司|公司|合作社|养殖场|砖厂|石料场|加工厂|工厂|超市|饭店|酒店|宾馆|小学|中学|幼儿园|卫生室|诊所)/g,
  },
  {
    kind: 'place',
    find: /(?:(?![的了在是把被对向和与及由请求等有要为因从给到某住])[\u3400-\u9fff]){1,3}(?:村|庄|屯|寨|社区|小区)(?![民委支里内上两干务集级口头规域外边庄部居组主书])/g,
    // What was struck before is no name's beginning; nor is what is done to the village's road.
    holds: (found, before) =>
      !before.endsWith('某') &&
      !/(?:修复|恢复|答复|回复|维修|整修|清理|治理|整治|改造|硬化|拓宽|修好|打通)村$/.test(found) &&
      !/(?:[本我全各他该邻农乡每此外这那哪个政然困同包进出回驻离入美新旧空山老住]|我们|你们|他们|我们的)(?:村|庄|屯|寨|社区|小区)$/.test(
        found,
      ),
  },
  {
    kind: 'place',
    find: /(?:(?![的了在是把被对向和与及由请求等有要为因从给到某住])[\u3400-\u9fff]){1,4}(?:路|街|大道|巷|胡同)(?=\s*[\d一二三四五六七八九十百]+\s*号)/g,
  },
  {
    kind: 'place',
    find: /(?:\d+|[一二三四五六七八九十百]+)\s*(?:号楼|号院|号房|号铺|单元|栋|幢|室|号(?!召|码|称|角))/g,
  },
  { kind: 'place', find: /第?(?:\d+|[一二三四五六七八九十]+)\s*(?:村民小组|居民小组|小组|组|生产队|网格)(?!织)/g },
]

/** 孟家滩 is 孟家滩村 on many papers; of 孟家滩村民 only the place is struck. */
const villageTail = '(?:村(?![民委支里内两干务集级口头规域外边庄部居组主书]))?'

const rulesOf = (known: Known): Rule[] => {
  const own = (kind: StruckKind, words: readonly string[], tail = '') =>
    [...new Set(words.map((w) => plain(w).trim()))]
      .filter((w) => [...w].length >= 2)
      .sort((a, b) => b.length - a.length)
      .map((w): Rule => ({ kind, find: new RegExp(spaced(w) + tail, 'g') }))
  // 东庄村 is 东庄 in speech.
  const short = known.places.flatMap((p) => {
    const bare = p.replace(/(?:村民委员会|居民委员会|行政村|自然村|村委会|社区|管区|网格|村)$/, '')
    return bare !== p && [...bare].length >= 2 ? [p, bare] : [p]
  })
  return [...own('person', known.people), ...own('place', short, villageTail), ...patterns]
}

/** Full-width digits and letters as plain ones; what can't be seen is taken out. */
const plain = (text: string): string =>
  text
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '')
    .replace(/[０-９Ａ-Ｚａ-ｚ]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))

/** The text with all that was found struck, and what it was. Striking what was struck finds nothing more. */
export const strike = (
  text: string,
  known: Known,
  kinds: readonly StruckKind[] = Object.keys(struckKinds) as StruckKind[],
): { text: string; struck: Struck[] } => {
  const rules = rulesOf(known).filter((r) => kinds.includes(r.kind))
  const struck: Struck[] = []
  let now = plain(text)
  // Striking may bring together what stood apart; ten rounds are more than any text needs.
  for (let round = 0; round < 10; round += 1) {
    const was = now
    for (const r of rules)
      now = now.replace(r.find, (found: string, ...rest: unknown[]) => {
        const at = rest.findLast((x) => typeof x === 'number') as number
        const whole = rest.findLast((x) => typeof x === 'string') as string
        if (r.holds && !r.holds(found, whole.slice(0, at), whole.slice(at + found.length))) return found
        if (found === instead[r.kind]) return found
        struck.push({ kind: r.kind, text: found })
        return instead[r.kind]
      })
    if (now === was) break
  }
  return { text: now, struck }
}
