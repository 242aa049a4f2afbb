import type { Day } from '../../kit/day.ts'
import { addDays } from '../../kit/day.ts'
import type { Cell, Merge, Sheet, Workbook } from '../../kit/server/excel.ts'
import type { Grade } from '../petition.ts'
import type { ParsedRow } from './proposal.ts'

/**
 * Ledgers as offices keep them, made by a seed: what is true of every matter, and a workbook that says it in one of
 * very many layouts. For tests only; names, numbers and villages are invented.
 */
export interface Truth {
  area: string
  village: string
  names: string[]
  headCount: number | null
  phone: string
  idLast4: string
  idDamaged: boolean
  channel: string | null
  category: string
  request: string
  receivedOn: Day | null
  grade: Grade | null
  key: boolean | null
  lead: string
  owner: string
  unit: string
  progress: string
  outcome: 'resolved' | 'handling' | null
  /** The index of the matter that this one repeats. */
  repeats: number | null
}
export interface MadeLedger {
  workbook: Workbook
  fileName: string
  truths: Truth[]
  /** Which of the truths' fields this layout writes at all. */
  shown: Set<string>
  /** What was chosen, for the message of a failing test. */
  how: Record<string, unknown>
  year: number
}

/** Mulberry32: the same seed, the same ledger. */
export const dice = (seed: number) => {
  let s = seed | 0
  const next = () => {
    s = (s + 0x6d2b79f5) | 0
    let t = Math.imul(s ^ (s >>> 15), 1 | s)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    int: (n: number) => Math.floor(next() * n),
    of: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!,
    chance: (p: number) => next() < p,
  }
}
type Dice = ReturnType<typeof dice>

const surnames = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹']
const given = [...'才桂志素梅玉芳福华强珍龙英兰永胜广德军学文淑丽霞金春海凤']
const villageNames =
  '东柳庄 下岭村 下泉官庄 东石峪 东沟峪 西王村 前张庄 后林村 南河庄 北泉官庄 上柳庄 小岭村 马家店 桥头社区 朱家寨'.split(
    ' ',
  )
const areaNames = ['城东管区', '城西管区', '南岭片区', '北河管区', '中心工作片']
const categories = '土地承包 征地补偿 宅基地 邻里纠纷 拆违 欠薪 低保救助 环境污染 村务财务 道路水利'.split(' ')
const requests = [
  '反映{v}村南有人占用耕地建养殖棚，要求查处',
  '退役后优抚待遇未按时发放',
  '要求公开2021—2022年村集体收支及河滩地承包情况',
  '项目征地青苗补偿款标准与公示不一致，要求说明',
  '路边看护房被认定违建拆除，要求说明依据并补偿',
  '与西邻因滴水檐、院墙垒建越界发生争执，要求恢复原状',
  '丈夫患病致贫，申请低保未通过，要求复核',
  '{v}生产路损毁，雨天无法通行，机井两眼报废',
  '工程队拖欠2023年工资15000元，多次催要无果',
  '申请宅基地三年未批，儿子结婚无房',
  '村北加工厂夜间噪音、粉尘扰民，睡不好觉',
  '危房改造补助款至今没有到账',
  '水库移民后期扶持资金少发两个季度',
  '承包地被流转却未收到承包费，\n要求村委会兑现合同',
  '路灯损坏半年无人维修',
]
const channels: [string, string][] = [
  ['12345热线', 'hotline'],
  ['来访', 'visit'],
  ['来信', 'letter'],
  ['网上', 'online'],
  ['排查发现', 'screening'],
  ['电话', 'phone'],
  ['县长信箱', 'mailbox'],
]
const progresses: [string, Truth['outcome']][] = [
  ['已化解', 'resolved'],
  ['正在办理', 'handling'],
  ['已办结 满意', 'resolved'],
  ['未化解，正在做工作', 'handling'],
  ['稳控中', 'handling'],
  ['已答复，待回访', 'resolved'],
  ['', null],
]
const leads = ['李书记', '张镇长', '副镇长王', '组织委员孙', '武装部长赵']
const units = ['自然资源所', '民政办', '司法所', '农经站', '派出所']

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const idNumber = (r: Dice): string => {
  const y = 1940 + r.int(60)
  let body = `370901${y}${String(1 + r.int(12)).padStart(2, '0')}${String(1 + r.int(28)).padStart(2, '0')}${String(r.int(1000)).padStart(3, '0')}`
  // Ends in no 000: that is how Excel's damage looks.
  if (body.endsWith('00')) body = `${body.slice(0, -1)}7`
  return body + '10X98765432'[[...body].reduce((a, c, i) => a + Number(c) * weights[i]!, 0) % 11]!
}
const mobile = (r: Dice): string =>
  `${r.of(['150', '177', '159', '186', '138'])}0000${String(r.int(10_000)).padStart(4, '0')}`
const person = (r: Dice): string => `${r.of(surnames)}${r.of(given)}${r.chance(0.7) ? r.of(given) : ''}`

type Value = Cell['v']
interface Put {
  v: Value
  fill?: string
  ink?: string
  date?: boolean
}

const daysSince1899 = (d: Day) => Math.round((Date.parse(d) - Date.parse('1899-12-30')) / 86_400_000)
const wide = (s: string) => s.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
const han = (n: number): string => {
  const d = '零一二三四五六七八九'
  return n < 10 ? d[n]! : `${n >= 20 ? d[Math.floor(n / 10)] : ''}十${n % 10 ? d[n % 10] : ''}`
}
/** One day in one of the notations of offices; those without a year rely on the year of the title. */
const dateAs = (r: Dice, d: Day): Put => {
  const [y, m, dd] = [d.slice(0, 4), Number(d.slice(5, 7)), Number(d.slice(8))]
  const pad = (n: number) => String(n).padStart(2, '0')
  return r.of<() => Put>([
    () => ({ v: `${y}.${m}.${dd}` }),
    () => ({ v: d }),
    () => ({ v: `${y}/${m}/${dd}` }),
    () => ({ v: `${y}年${m}月${dd}日` }),
    () => ({ v: `${y}${pad(m)}${pad(dd)}` }),
    () => ({ v: Number(`${y}${pad(m)}${pad(dd)}`) }),
    () => ({ v: daysSince1899(d), date: true }),
    () => ({ v: daysSince1899(d) + 0.604, date: true }),
    () => ({ v: `${y.slice(2)}.${m}.${dd}` }),
    () => ({ v: ` ${y}. ${m}. ${dd} ` }),
    () => ({ v: `${d} 14:30:05` }),
    () => ({ v: `${y}年${m}月${dd}日下午` }),
    () => ({ v: wide(`${y}.${m}.${dd}`) }),
    () => ({ v: `${[...y].map((c) => '〇一二三四五六七八九'[Number(c)]).join('')}年${han(m)}月${han(dd)}日` }),
    () => ({ v: `${m}月${dd}日` }),
    () => ({ v: `${m}/${dd}` }),
    () => ({ v: `${m}月${dd}号` }),
  ])()
}
const phoneAs = (r: Dice, p: string): Put =>
  r.of<() => Put>([
    () => ({ v: Number(p) }),
    () => ({ v: p }),
    () => ({ v: `${p.slice(0, 3)}-${p.slice(3, 7)}-${p.slice(7)}` }),
    () => ({ v: `${p.slice(0, 3)} ${p.slice(3, 7)} ${p.slice(7)}` }),
    () => ({ v: `${p}/0538-7654321` }),
    () => ({ v: `${p}\n13900001111` }),
    () => ({ v: `+86 ${p}` }),
    () => ({ v: wide(p) }),
  ])()
const namesAs = (r: Dice, t: Truth): string => {
  const [first, second] = t.names
  if (t.headCount !== null && t.names.length === 1)
    return r.of([`${first}等${t.headCount}人`, `${first}等${t.headCount}户`, `${first}（等${t.headCount}人）`])
  if (second)
    return r.of([
      `${first}、${second}`,
      `${first}，${second}`,
      `${first} ${second}`,
      `${first}\n${second}`,
      `${first};${second}`,
    ])
  return [...first!].length === 2 && r.chance(0.3) ? [...first!].join('　') : first!
}
const shades = {
  red: ['FF0000', 'C00000', 'FF5050', 'FDECEB', 'FFC7CE'],
  yellow: ['FFFF00', 'FFC000', 'FFEB9C', 'FFF4D6', 'FFD966'],
  blue: ['5B9BD5', '00B0F0', '0070C0', 'DDEBF7', 'BDD7EE'],
} as const
const gradeWords: Record<Grade, string>[] = [
  { red: '红', yellow: '黄', blue: '蓝' },
  { red: '红色', yellow: '黄色', blue: '蓝色' },
  { red: '红色预警', yellow: '黄色预警', blue: '蓝色预警' },
  { red: '一级', yellow: '二级', blue: '三级' },
  { red: 'Ⅰ级', yellow: 'Ⅱ级', blue: 'Ⅲ级' },
  { red: '高风险', yellow: '中风险', blue: '低风险' },
  { red: '★★★', yellow: '★★', blue: '★' },
  { red: '重大疑难', yellow: '较复杂', blue: '一般' },
  { red: 'A类', yellow: 'B类', blue: 'C类' },
  { red: '🔴', yellow: '🟡', blue: '🔵' },
]
const heads: Record<string, string[]> = {
  petitioner: [
    '信访人',
    '反映人',
    '当事人',
    '群众姓名',
    '信访人\n姓名',
    '来访人',
    '诉求人',
    '上访人姓名',
    '姓 名',
    '信访群众',
  ],
  request: [
    '反映问题',
    '主要诉求',
    '事由',
    '案由',
    '内容摘要',
    '信访事项',
    '诉求内容',
    '反映的主要问题',
    '问题描述',
    '矛盾纠纷简要情况',
    '信访内容',
    '基本案情',
  ],
  receivedOn: [
    '来访时间',
    '受理日期',
    '登记时间',
    '接访日期',
    '信访时间',
    '反映时间',
    '登记日期',
    '受理\n时间',
    '日期',
    '收件日期',
  ],
  lead: ['包案领导', '责任领导', '包保领导', '包案领导姓名', '牵头领导', '分管领导'],
  progress: ['办理进度', '处理情况', '化解情况', '是否办结', '办理情况', '目前进展', '办理状态', '进展情况'],
  grade: ['风险等级', '预警级别', '红黄蓝', '级别', '颜色', '预警等级', '风险级别', '等级'],
  key: ['是否重点', '重点/一般', '重点案件', '是否重点信访事项'],
  channel: ['信访形式', '来源', '信访渠道', '反映方式', '问题来源', '诉求渠道'],
  category: ['类别', '问题类别', '反映问题类别', '事项分类', '问题类型', '矛盾类型', '所属领域'],
  village: ['村', '村居', '村名', '所在村', '村（社区）', '行政村', '所属村居', '村庄名称'],
  area: ['管区', '片区', '所属管区', '管区名称', '工作片'],
  phone: ['联系电话', '电话', '手机号码', '联系方式', '信访人电话'],
  id: ['身份证号', '身份证号码', '身份证\n号', '公民身份号码', '证件号码'],
  headCount: ['涉及人数', '人数', '信访人数', '涉及\n人数'],
  owner: ['责任人', '承办人', '包村干部', '具体责任人', '稳控责任人', '直接责任人'],
  unit: ['责任单位', '承办单位', '责任部门', '办理单位', '牵头部门'],
  serial: ['序号', '序 号', '编号', 'No.'],
  note: ['备注', '说明'],
}
const noise: [string, (r: Dice) => Value][] = [
  ['年龄', (r) => 20 + r.int(60)],
  ['性别', (r) => r.of(['男', '女'])],
  ['办结时间', (r) => r.of([null, '2025.12.1'])],
  ['回访日期', () => null],
  ['满意度', (r) => r.of(['满意', '基本满意', null])],
  ['备注', (r) => r.of([null, null, '已交办'])],
  ['领导电话', mobile],
  ['', () => null],
]
/** Parents of two-level heads: the columns beneath them, in order. */
const groups: [string, Record<string, string>][] = [
  ['信访人', { petitioner: '姓名', phone: '联系电话', id: '身份证号', village: '所在村', headCount: '人数' }],
  ['信访事项', { request: '主要内容', category: '类别', receivedOn: '登记时间', channel: '信访形式' }],
  ['责任落实', { lead: '包案领导', owner: '责任人', unit: '责任单位' }],
  ['化解稳控情况', { progress: '办理进展', grade: '预警级别' }],
]

const matters = (r: Dice, n: number, year: number): Truth[] => {
  const out: Truth[] = []
  const areaOf = new Map(villageNames.map((v, i) => [v, areaNames[i % areaNames.length]!]))
  const used = new Set<string>()
  const fresh = (): string => {
    for (;;) {
      const p = person(r)
      if (!used.has(p)) {
        used.add(p)
        return p
      }
    }
  }
  for (let i = 0; i < n; i += 1) {
    const village = r.of(villageNames)
    const kind = r.int(10)
    const names = kind === 0 ? [fresh(), fresh()] : [fresh()]
    const [progress, outcome] = r.of(progresses)
    const day = addDays(`${year}-01-01` as Day, r.int(364))
    const id = r.chance(0.85) ? idNumber(r) : ''
    const grade = r.of<Grade>(['red', 'yellow', 'blue', 'blue'])
    out.push({
      area: areaOf.get(village)!,
      village,
      names,
      headCount: names.length === 2 ? 2 : kind === 1 ? 3 + r.int(30) : null,
      phone: mobile(r),
      idLast4: id.slice(-4),
      idDamaged: false,
      channel: null,
      category: r.of(categories),
      request: r.of(requests).replace('{v}', village),
      receivedOn: day,
      grade,
      key: grade === 'red',
      lead: r.of(leads),
      owner: fresh(),
      unit: r.of(units),
      progress,
      outcome,
      repeats: null,
    })
    ids.set(out[i]!, id)
    const [word, code] = r.of(channels)
    out[i]!.channel = code
    channelWords.set(out[i]!, word)
  }
  // The same person again with the same matter in other words.
  if (n > 8 && r.chance(0.5)) {
    const first = out[2]!
    const again = { ...first, request: `再次${first.request}`, receivedOn: addDays(first.receivedOn!, 1), repeats: 2 }
    if (again.receivedOn.startsWith(String(year)) && first.names.length === 1 && first.headCount === null) {
      ids.set(again, ids.get(first)!)
      channelWords.set(again, channelWords.get(first)!)
      out.push(again)
    }
  }
  return out
}
const ids = new WeakMap<Truth, string>()
const channelWords = new WeakMap<Truth, string>()

/** Cells at will, then rows in order. */
class Page {
  readonly cells = new Map<number, Map<number, Cell>>()
  readonly merges: Merge[] = []
  put(row: number, c: number, p: Put) {
    if ((p.v === null || p.v === '') && !p.fill) return
    const line = this.cells.get(row) ?? new Map<number, Cell>()
    line.set(c, {
      c,
      v: p.v === '' ? null : p.v,
      ...(p.fill ? { fill: p.fill } : {}),
      ...(p.ink ? { ink: p.ink } : {}),
      ...(p.date ? { date: true } : {}),
    })
    this.cells.set(row, line)
  }
  sheet(name: string, hidden = false): Sheet {
    return {
      name,
      hidden,
      rows: [...this.cells]
        .sort((a, b) => a[0] - b[0])
        .map(([n, line]) => ({ n, cells: [...line.values()].sort((a, b) => a.c - b.c) }))
        .filter((row) => row.cells.some((c) => c.v !== null)),
      merges: this.merges,
    }
  }
}

/** One ledger of the very many. `flat` keeps to what a .csv can say: no fills, no merges, one sheet. */
export const makeLedger = (seed: number, options: { flat?: boolean } = {}): MadeLedger => {
  const r = dice(seed)
  const flat = options.flat ?? false
  const year = 2025
  const n = 6 + r.int(30)
  const truths = matters(r, n, year)
  const perArea = !flat && r.chance(0.35)
  const areaAs = perArea
    ? 'sheet'
    : r.of(flat ? (['each', 'sparse', 'none'] as const) : (['merged', 'each', 'sparse', 'section', 'none'] as const))
  const gradeAs = flat ? 'text' : r.of(['text', 'text', 'textAndFill', 'fill', 'row', 'other', 'ink'] as const)
  const words = r.of(gradeWords)
  const optional = [
    'phone',
    'id',
    'channel',
    'category',
    'headCount',
    'owner',
    'unit',
    'lead',
    'key',
    'progress',
  ].filter(() => r.chance(0.7))
  // Without its own colour column the grade is a colour of the row or of another cell.
  const gradeColumn = !['row', 'other'].includes(gradeAs)
  let keys = ['petitioner', 'request', 'receivedOn', 'village', ...(gradeColumn ? ['grade'] : []), ...optional]
  for (let i = keys.length - 1; i > 0; i -= 1) {
    const j = r.int(i + 1)
    ;[keys[i], keys[j]] = [keys[j]!, keys[i]!]
  }
  if (['merged', 'each', 'sparse'].includes(areaAs)) keys = ['area', ...keys]
  if (r.chance(0.85)) keys = ['serial', ...keys]
  const levels = flat ? 1 : r.of([1, 1, 2, 3])
  const columns: { key: string; head: string; parent: string; noise?: (r: Dice) => Value }[] = []
  if (levels === 1) {
    for (const key of keys) {
      columns.push({ key, head: r.of(heads[key]!), parent: '' })
      if (r.chance(0.12)) {
        const [head, make] = r.of(noise)
        if (!columns.some((c) => c.head === head)) columns.push({ key: '', head, parent: '', noise: make })
      }
    }
  } else {
    const left = new Set(keys)
    for (const key of keys) {
      if (!left.has(key)) continue
      const group = groups.find(([, own]) => key in own)
      const members = group ? keys.filter((k) => left.has(k) && k in group[1]) : []
      if (group && members.length > 1)
        for (const k of members) {
          columns.push({ key: k, head: group[1][k]!, parent: group[0] })
          left.delete(k)
        }
      else {
        columns.push({ key, head: r.of(heads[key]!), parent: '' })
        left.delete(key)
      }
    }
  }
  const shown = new Set(columns.map((c) => c.key).filter(Boolean))
  if (areaAs !== 'none') shown.add('area')
  shown.add('grade')
  const titled = r.chance(0.85)
  const repeatHead = !flat && levels < 3 && r.chance(0.2) ? 8 : 0
  const subtotals = r.chance(0.3) && ['merged', 'section', 'each'].includes(areaAs)
  const total = r.chance(0.6)
  const hasNote = r.chance(0.5)
  const startColumn = !flat && r.chance(0.15) ? 2 : 1
  const otherKey = r.of(['serial', 'petitioner', 'request'])
  const paintKey = shown.has(otherKey) ? otherKey : 'request'
  const sections = areaAs === 'section'

  const write = (page: Page, list: Truth[], area: string) => {
    let row = 1
    const last = startColumn + columns.length - 1
    const put = (c: number, p: Put) => page.put(row, c, p)
    if (titled) {
      put(startColumn, {
        v: r.of([
          `示范镇${year}年${perArea ? area : ''}信访矛盾纠纷排查台账`,
          `${year}年度信访事项登记表`,
          `示范镇信访工作台账（${year}年）`,
        ]),
      })
      if (!flat) page.merges.push({ r1: row, c1: startColumn, r2: row, c2: last })
      row += 1
      if (r.chance(0.5)) {
        put(startColumn, { v: '填报单位：示范镇信访办' })
        if (r.chance(0.5)) put(Math.max(startColumn + 1, last - 2), { v: `填报时间：${year}年12月31日` })
        row += 1
      }
      if (r.chance(0.2)) row += 1
    }
    const headAt = row
    const header = () => {
      const top = row
      columns.forEach((c, i) => {
        const at = startColumn + i
        if (levels === 1) page.put(top, at, { v: c.head })
        else if (c.parent) {
          if (i === 0 || columns[i - 1]!.parent !== c.parent) {
            let to = i
            while (columns[to + 1]?.parent === c.parent) to += 1
            page.put(top, at, { v: c.parent })
            page.merges.push({ r1: top, c1: at, r2: top + levels - 2, c2: startColumn + to })
          }
          page.put(top + levels - 1, at, { v: c.head })
        } else {
          page.put(top, at, { v: c.head })
          page.merges.push({ r1: top, c1: at, r2: top + levels - 1, c2: at })
        }
      })
      row += levels
    }
    header()
    const ordered =
      areaAs === 'none' || perArea ? list : [...areaNames].flatMap((a) => list.filter((t) => t.area === a))
    let serial = 0
    let current = ''
    let areaStart = 0
    const closeArea = () => {
      const at = columns.findIndex((c) => c.key === 'area')
      if (areaAs === 'merged' && current && row - 1 > areaStart)
        page.merges.push({ r1: areaStart, c1: startColumn + at, r2: row - 1, c2: startColumn + at })
      if (subtotals && current) {
        put(startColumn, { v: '小计' })
        const people = columns.findIndex((c) => c.key === 'headCount')
        if (people > 0)
          put(startColumn + people, {
            v: ordered.filter((t) => t.area === current).reduce((a, t) => a + (t.headCount ?? 1), 0),
          })
        else put(startColumn + 1, { v: `${ordered.filter((t) => t.area === current).length}件` })
        row += 1
      }
    }
    for (const t of ordered) {
      if (areaAs !== 'none' && !perArea && t.area !== current) {
        closeArea()
        current = t.area
        if (sections) {
          put(startColumn, {
            v: r.of([
              `${'一二三四五'[areaNames.indexOf(t.area)]}、${t.area}`,
              t.area,
              `${t.area}（${ordered.filter((x) => x.area === t.area).length}件）`,
            ]),
          })
          page.merges.push({ r1: row, c1: startColumn, r2: row, c2: last })
          row += 1
        }
        areaStart = row
      }
      if (repeatHead && areaAs !== 'merged' && serial > 0 && serial % repeatHead === 0) {
        if (areaStart === row) areaStart += levels
        header()
      }
      const fill = t.grade ? r.of(shades[t.grade]) : undefined
      serial += 1
      columns.forEach((c, i) => {
        const at = startColumn + i
        let p: Put = { v: null }
        if (c.noise) p = { v: c.noise(r) }
        else if (c.key === 'serial') p = { v: serial }
        else if (c.key === 'area') p = { v: areaAs === 'each' || row === areaStart ? t.area : null }
        else if (c.key === 'village') p = { v: t.village }
        else if (c.key === 'petitioner') p = { v: namesAs(r, t) }
        else if (c.key === 'request') p = { v: t.request }
        else if (c.key === 'receivedOn') p = dateAs(r, t.receivedOn!)
        else if (c.key === 'phone') p = phoneAs(r, t.phone)
        else if (c.key === 'id') {
          const id = ids.get(t)!
          const how = r.int(12)
          if (id === '') p = { v: null }
          else if (how === 0) {
            p = { v: Number(`${id.slice(0, 15)}000`) }
            t.idDamaged = true
          } else if (how === 1) {
            p = { v: `${id.slice(0, 1)}.${id.slice(1, 6)}E+17` }
            t.idDamaged = true
          } else if (how === 2) p = { v: `'${id.toLowerCase()}` }
          else if (how === 3) p = { v: `${id.slice(0, 6)} ${id.slice(6, 14)} ${id.slice(14)}` }
          else p = { v: id }
        } else if (c.key === 'headCount') p = { v: t.headCount ?? 1 }
        else if (c.key === 'channel') p = { v: channelWords.get(t)! }
        else if (c.key === 'category') p = { v: t.category }
        else if (c.key === 'lead') p = { v: t.lead }
        else if (c.key === 'owner') p = { v: t.owner }
        else if (c.key === 'unit') p = { v: t.unit }
        else if (c.key === 'progress') p = { v: t.progress }
        else if (c.key === 'key') p = { v: t.key ? r.of(['重点', '是', '√']) : r.of(['一般', '否', '一般']) }
        else if (c.key === 'grade') {
          const word = t.grade ? words[t.grade] : null
          if (gradeAs === 'text') p = { v: word }
          else if (gradeAs === 'textAndFill') p = { v: r.chance(0.5) ? word : null, fill }
          else if (gradeAs === 'ink') p = { v: '●', ink: t.grade ? shades[t.grade][0] : undefined }
          else p = { v: null, fill }
        }
        if (gradeAs === 'row') p = { ...p, fill }
        if (gradeAs === 'other' && c.key === paintKey) p = { ...p, fill }
        page.put(row, at, p)
      })
      row += 1
      if (r.chance(0.03)) row += 1
    }
    closeArea()
    if (total) {
      put(startColumn, { v: r.of(['合计', '总计', '合 计']) })
      const people = columns.findIndex((c) => c.key === 'headCount')
      if (people > 0) put(startColumn + people, { v: list.reduce((a, t) => a + (t.headCount ?? 1), 0) })
      else put(startColumn + 1, { v: `${list.length}件` })
      row += 1
    }
    if (hasNote) {
      put(startColumn, {
        v: r.of([
          '注：红色为重大疑难，黄色为较复杂，蓝色为一般。',
          '备注：本表每月25日前报送',
          '说明：1.按月更新；2.红色由书记包案',
        ]),
      })
      if (!flat && r.chance(0.5)) page.merges.push({ r1: row, c1: startColumn, r2: row, c2: last })
      row += 1
      put(startColumn, { v: '填表人：孙某' })
      put(startColumn + 3, { v: '审核人：钱某' })
      put(startColumn + 5, { v: '联系电话：0538-1234567' })
    }
    return headAt
  }

  const sheets: Sheet[] = []
  const order: Truth[] = []
  if (perArea) {
    if (r.chance(0.4)) {
      const page = new Page()
      page.put(1, 1, { v: `${year}年信访情况汇总表` })
      page.merges.push({ r1: 1, c1: 1, r2: 1, c2: 5 })
      ;['管区', '红', '黄', '蓝', '合计'].forEach((v, i) => {
        page.put(2, i + 1, { v })
      })
      areaNames.forEach((a, i) => {
        page.put(3 + i, 1, { v: a })
        for (const c of [2, 3, 4, 5]) page.put(3 + i, c, { v: r.int(9) })
      })
      sheets.push(page.sheet('汇总'))
    }
    for (const area of areaNames) {
      const list = truths.filter((t) => t.area === area)
      if (list.length === 0) continue
      const page = new Page()
      write(page, list, area)
      sheets.push(page.sheet(r.chance(0.2) ? `${area}台账` : area))
      order.push(...list)
    }
    if (r.chance(0.3)) {
      const page = new Page()
      write(
        page,
        truths.slice(0, 2).map((t) => {
          const copy = { ...t }
          ids.set(copy, ids.get(t)!)
          channelWords.set(copy, channelWords.get(t)!)
          return copy
        }),
        areaNames[0]!,
      )
      sheets.push(page.sheet('旧', true))
    }
  } else {
    const page = new Page()
    write(page, truths, '')
    sheets.push(page.sheet(r.of(['台账', 'Sheet1', `${year}年`])))
    order.push(...(areaAs === 'none' ? truths : areaNames.flatMap((a) => truths.filter((t) => t.area === a))))
  }
  const reindexed = order.map((t) => ({ ...t, repeats: t.repeats === null ? null : order.indexOf(truths[t.repeats]!) }))
  return {
    workbook: { sheets },
    fileName: titled ? '台账.xlsx' : `${year}年台账.xlsx`,
    truths: reindexed,
    shown,
    how: {
      seed,
      areaAs,
      gradeAs,
      words: words.red,
      levels,
      columns: columns.map((c) => `${c.parent}${c.head}`).join('|'),
      repeatHead,
      startColumn,
      titled,
    },
    year,
  }
}

/** What differs between what is true and what was read, as sentences. */
export const differences = (made: MadeLedger, got: readonly ParsedRow[]): string[] => {
  const out: string[] = []
  const is = (what: string, at: number, expected: unknown, found: unknown) => {
    if (JSON.stringify(expected) !== JSON.stringify(found))
      out.push(`${what} 第 ${at + 1} 件：应为 ${JSON.stringify(expected)}，读成 ${JSON.stringify(found)}`)
  }
  is('件数', -1, made.truths.length, got.length)
  if (out.length) return out
  const shown = (k: string) => made.shown.has(k)
  made.truths.forEach((t, i) => {
    const g = got[i]!
    if (shown('area')) is('管区', i, t.area, g.area)
    is('村', i, t.village, g.village)
    is('姓名', i, t.names, g.names)
    is('人数', i, t.headCount ?? 1, g.headCount ?? 1)
    if (shown('phone')) is('电话', i, t.phone, g.phone)
    if (shown('id')) is('证件后四位', i, t.idDamaged ? '' : t.idLast4, g.idLast4)
    if (shown('id'))
      is(
        '证件损坏',
        i,
        t.idDamaged,
        g.flags.some((f) => f.code === 'idDamaged'),
      )
    if (shown('channel')) is('形式', i, t.channel, g.channel)
    if (shown('category')) is('类别', i, t.category, g.category)
    is('诉求', i, t.request, g.request)
    is('日期', i, t.receivedOn, g.receivedOn)
    is('颜色', i, t.grade, g.grade)
    if (shown('key')) is('重点', i, t.key, g.key)
    if (shown('lead')) is('包案领导', i, t.lead, g.leadOfficial)
    if (shown('owner')) is('责任人', i, t.owner, g.owner)
    if (shown('unit')) is('责任单位', i, t.unit, g.unit)
    if (shown('progress')) is('进展', i, [t.progress, t.outcome], [g.progress, g.outcome])
    if (t.repeats !== null) is('重复', i, got[t.repeats]!.row, g.repeatOf?.row)
  })
  return out
}
