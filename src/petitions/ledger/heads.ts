import type { Cell, Merge, Row, Sheet } from '../../kit/server/excel.ts'
import { PackedRows } from '../../kit/server/packed.ts'
import { plans } from './joined.ts'
import type { Field } from './proposal.ts'
import { isBlank, isName, phoneOf, readDay, squeeze } from './values.ts'

/** Where the head of a table is and what its words mean. */

/** Headers that are understood and hold nothing for the register: never guessed by content either. */
export const otherHeader =
  /(?<!要求|[应限拟])(办结|报结|化解|进展|推进|销号|答复|完成|回复|出生|处理|整改|稳控|回访)(时间|日期)|被(反映|投诉|举报|申请|告|信访|诉)(人|者|方|对象|单位|部门|$)|^(登记|录入|记录|填表|统计)人(员)?$|年龄|性别|民族|^出生|^生日$|职务|工作单位|填报|学历|政治面貌|(领导|责任人|承办人|网格员|干部|负责人|经办人).*(电话|手机|联系方式)|^[镇乡组市县]$|^(县区|区县|县市区?)$|^组别$|次数|^(交办)?批次$|^族别|领导(阅批|批示|意见|签字|批阅|审批)|率$|占比|满意|(?<!人|户)数$|件数|^(合计|小计)$/

/** First match wins; the most telling words of a header come before the looser ones. */
const words: [Field, RegExp, number][] = [
  ['serial', /^(序号|序列|顺序号?|序|NO\.?)$/i, 1],
  ['idNumber', /身份证|证件号|公民身份|身份号/, 1],
  ['phone', /电话|手机|联系方式|联系号码|联系办法/, 1],
  ['headCount', /人数|户数|人次|^涉及人(?!员|群众)|涉访人员数/, 0.95],
  ['key', /重点|案件性质|是否突出/, 0.95],
  // The town's own before the county's.
  ['leadOfficial', /[县市区]级?(包案|包保|责任|挂包)?领导/, 0.8],
  [
    'leadOfficial',
    /(包案|包保|包联|包靠|牵头|分管|挂包|挂牌|挂点|挂钩|领办|领衔|责任|带班|接访|联系|督办|主管|[县镇乡级])领导|包案(责任)?人|领导(姓名|包案)|^领导$|^包案(?!措施|方案|情况|进展|时间|日期|意见|结果|(责任)?(单位|部门|科室))/,
    0.95,
  ],
  ['progress', plans, 0.85],
  // 是否化解 beside 进展 is the result.
  [
    'progress',
    /(是否|已否)(已)?(办结|化解|解决|息访|息诉|销号|答复|处理|稳控)|(办结|化解|解决|息访|息诉|销号)(与否|没有)/,
    0.8,
  ],
  [
    'result',
    /(是否|已否)(已)?(办结|化解|解决|息访|息诉|销号|答复|处理|稳控)|(办结|化解|解决|息访|息诉|销号)(与否|没有)/,
    0.5,
  ],
  [
    'owner',
    /责任人|(承办|稳控|包保|经办|办理|处理|处置|调处|调解|办案|化解|具办|跟进|落实|牵头|主办|协办|领办|帮扶|联络)人(员)?$|负责人|村级?干部|包村|(包片|包保|包联|包靠|帮扶|稳控)干部|调解员|专班|承办干部|^(具体)?谁(来|在)?(办|管|负责)/,
    0.95,
  ],
  // Who received the visitor before nobody, but after who handles it.
  ['owner', /(接待|接访)人(员)?$/, 0.8],
  ['owner', /^(专职|兼职)?网格(员|长)(姓名)?$|(包保|包联|责任|社区|联系)(民警|法官|律师)$/, 0.6],
  [
    'unit',
    /(责任|承办|首办|主办|办理|牵头|处理|处置|协办|涉事|归口|主责|包案|包保)(单位|部门|科室|站所)|^(单位|部门|站所)$|(转办|交办|流转|分流|转送|办理)去向$/,
    0.9,
  ],
  ['unit', /^(承办|主办|协办|交办|转办)(至|到|给)?$/, 0.7],
  // '交办单位' beside '责任单位' is who assigned it.
  ['unit', /(流转|转办|交办|转送)(至|到)?(单位|部门|科室|站所)/, 0.8],
  ['dueOn', /期限|时限|限期|到期|截止|(应|要求)(办结|报结|答复|回复|完成)/, 0.9],
  [
    'grade',
    /级别|等级|颜色|红黄蓝|红、?黄|分级|预警|三色|难易|(风险|隐患|矛盾|紧急|严重|复杂|疑难|轻重)程度|难度|轻重缓急|急不急|风险级|风险评估|状态灯|亮灯|分类等级|^级$|^色/,
    0.95,
  ],
  ['number', /编号|件号|案号|文号|登记号|台账号|信访号|工单号|受理号|流水号/, 0.9],
  // What they hold decides between how and what.
  ['channel', /(信访|上访|来访|走访)类[型别]$|^访[别类]$/, 0.92],
  // What it is about before what kind of paper it is.
  ['category', /(问题|诉求|矛盾|纠纷|内容|事项)(类别|类型|分类|种类|性质)|^(工单|诉求|事项)领域$/, 0.95],
  ['category', /类别|类型|分类|种类|所属领域|所属系统|^领域|性质$/, 0.9],
  [
    'progress',
    /办理情况|化解情况|进展|目前状况|现状|办理进度|进度|状态|落实情况|处理情况|处置|调处|稳控|办结|化解|目前情况|办理过程|工作情况|推进|动态|息诉|息访|^(办理|处理)$|办[到得](哪|怎)/,
    0.9,
  ],
  ['result', /结果|处理意见|结论|反馈|(答复|回复)(内容|情况|意见)/, 0.9],
  // Of several days of one matter the first counts, the latest only when there is no other.
  ['receivedOn', /(最近|最后|末次|上次|近期|最新|本次).*(时间|日期)$/, 0.6],
  ['receivedOn', /^(首次|首访|初访|初次).*(时间|日期)$/, 0.9],
  ['receivedOn', /(首次|初次|最早)(反映|来访|上访|信访|投诉)$/, 0.85],
  [
    'receivedOn',
    /(登记|接访|来访|信访|受理|排查|收到|收件|来信|来电|上访|反映|接收|诉求|投诉|受访|走访|接待|提出|提交)(的)?(时间|日期|日)$/,
    1,
  ],
  ['receivedOn', /^(时间|日期|年月日|(何时|啥时候?|什么时候|哪天)(反映|来访?|登记|提)?的?)$/, 0.9],
  ['receivedOn', /(录入|填写|立案|上报|交办|转办|发生|摸排|首次.*)(时间|日期)$/, 0.75],
  ['receivedOn', /(时间|日期)$/, 0.5],
  [
    'channel',
    /(信访|反映|诉求|受理|举报|上访|来访|投诉|线索|问题|案件|事项)?(形式|渠道|途径|来源)$|(信访|反映|上访|受理|诉求|投诉|来访|发现|排查)方式|^方式$/,
    0.95,
  ],
  ['grid', /网格(?!员)/, 0.9],
  ['area', /管区|片区|工作区|工作片|总支|联村|^(区域|片|办事处|街道|镇街|乡镇)$|管理区/, 0.95],
  [
    'village',
    /^村|村(居|庄|名|级|社区)|(所在|所属|涉及|户籍|反映)村(居|庄|名|组|社区)?$|行政村|社区|^(属地|居委会|地区|嘎查|连队?|屯|寨|哪个?村的?(人)?)$/,
    0.9,
  ],
  ['village', /村$/, 0.85],
  [
    'address',
    /住址|地址|住所|户籍|家庭|居住地|住地$|地点|详址|(反映|诉求|涉及|所属|事发|问题)(区域|地域|位置)|事发地|发生地/,
    0.8,
  ],
  [
    'request',
    /(主要|具体|个人|群众|核心|本人)诉求|诉求(内容|事项|概要|摘要)|^诉求$|反映(的)?(主要)?(问题|内容|诉求)|(信访|上访|来访|(当事|申请|投诉|反映|信访|来访)人)的?诉求|(反映|来|为)?的?(啥|什么|何|哪些)(事|问题)$/,
    1,
  ],
  [
    'petitionerName',
    /(信访|来访|诉求|反映|上访|投诉|举报|申请|求助|来信|来电|涉访|涉事|群众|当事|纠纷|带头|领头)(人员?|者|方|群众|职工|居民|村民)(人)?(姓名|名称|名字)?$|(信访|来访|诉求|反映|上访|当事|涉访|投诉|申请|举报|求助|来电)(人员?|者|群众|对象)(基本|主要)?(情况|信息|资料)|^(人员|个人|基本)(基本)?信息$|^(人员|个人)(基本)?情况$|(信访|来访|群众|诉求|上访)代表|^(当事人)?[甲乙]方(姓名|当事人)?$|^代表人?$|^涉及(人员?|群众|当事人)(姓名)?$|^(姓名|名字|来人|谁反映的?|谁来的?|人员|双方|群众|访民|信访户|户主|业主|群众姓名|对象|信访对象)$|姓名/,
    0.95,
  ],
  [
    'request',
    /信访(事项|问题|内容|事由)|问题(描述|内容|简述|概述|简介|情况|详情|摘要)?$|案情|案由|^案件$|(矛盾|纠纷|事项|隐患)(内容|情况|简述|概况|描述|简介|简要|摘要|详情)|主要(问题|事项|情况|内容|矛盾)|简要(情况|案情|案由|^案件$|内容)|内容|事由|诉求/,
    0.9,
  ],
  ['title', /标题|题目|主题|(事项|案件|信访件|矛盾|纠纷|事件|隐患|问题|工单|诉求|积案)名称|^名称$/, 0.9],
  ['facts', /事实|详细|经过|理由|调查|核查/, 0.8],
  ['request', /矛盾|纠纷|事项|摘要|概述|基本情况|情况|概况/, 0.6],
  ['note', /备注|说明|其他|备考/, 0.8],
]
export const cleanHeader = (v: unknown) => squeeze(v).replace(/[（(【[].*?[)）\]】]|[*＊:：、。.]/g, '')
/** '信访人1', '信访人2'; '诉求一', '诉求二'. '案件一' heads a column of a table on its side. */
export const unnumbered = (header: string): string =>
  header.replace(/(?<=\p{Script=Han}{2})\d$|(?<=人|诉求|问题|事项)[一二三四五]$/u, '')
const county = /[（(][县市区]级?(领导)?[)）]/
const people =
  /姓名$|领导|责任人|承办人|负责人|干部|经办人|户主|(信访|来访|反映|上访|诉求|投诉|申请|当事|来电|求助)(人员?|者|方|群众)/
/** '稳控责任人' is who and '化解难度' how grave, never how far it has come. */
const named = (found: readonly [Field, number][]) =>
  found.some(([f]) => f === 'owner' || f === 'leadOfficial' || f === 'petitionerName' || f === 'grade')
export const fieldsOfHeader = (header: string): [Field, number][] => {
  const whole = unnumbered(cleanHeader(header) || squeeze(header))
  // '稳控责任人及电话' and '来访人及人数' are who.
  const joint = /^(.*(?<!涉))[及和与/](?:其?联系)?(?:电话|手机|方式|人数|身份证|住址|地址|性别|年龄|职务).*$/.exec(
    whole,
  )?.[1]
  const h = joint && people.test(joint) ? joint : whole
  if (h === '' || h.length > 24 || otherHeader.test(h)) return []
  const out: [Field, number][] = []
  const isTime = /(时间|日期|(首次|初次|最早)(反映|来访|上访|信访|投诉))$/.test(h)
  for (const [field, pattern, c] of words)
    if (
      pattern.test(h) &&
      !out.some(([f]) => f === field) &&
      !(named(out) && (field === 'progress' || field === 'result')) &&
      !(isTime && (field === 'request' || field === 'title' || field === 'facts'))
    )
      // '包案领导（县级）' beside '包案领导（乡级）'.
      out.push([field, out.length ? Math.min(c, 0.5) : field === 'leadOfficial' && county.test(header) ? 0.8 : c])
  return out
}

/** The cells of a row by column; rows are looked up as they are needed, the last few are kept. */
export interface Grid {
  get(n: number): Map<number, Cell> | undefined
  has(n: number): boolean
}
export const gridOf = (sheet: Sheet): Grid => {
  const { rows } = sheet
  const plain = rows instanceof PackedRows ? null : new Map([...rows].map((r) => [r.n, r]))
  const kept = new Map<number, Map<number, Cell> | undefined>()
  const get = (n: number) => {
    if (kept.has(n)) return kept.get(n)
    const row = rows instanceof PackedRows ? rows.numbered(n) : plain!.get(n)
    const cells = row && cellsOf(row)
    if (kept.size > 200) kept.clear()
    kept.set(n, cells)
    return cells
  }
  return { get, has: (n) => get(n) !== undefined }
}
export const cellsOf = (row: Row): Map<number, Cell> => {
  const out = new Map<number, Cell>()
  for (const c of row.cells) out.set(c.c, c)
  return out
}
export const filled = (row: Map<number, Cell> | undefined): Cell[] =>
  row ? [...row.values()].filter((c) => !isBlank(c.v)) : []

export const looksDated = (c: Cell): boolean =>
  c.date === true ||
  (typeof c.v === 'string' &&
    /^(\d{4}[-./年]\d{1,2}|\d{1,2}月\d|\d{2}[-./]\d{1,2}[-./]\d)/.test(squeeze(c.v)) &&
    readDay(c.v, { year: 2023 }).day !== null)

/** A row of short words over rows that hold numbers, days or long texts: a head in words nobody foresaw. 0 when there is none. */
const unknownHead = (sheet: Sheet): number => {
  const rows = sheet.rows.slice(0, 12)
  const telling = (c: Cell) =>
    typeof c.v === 'number' || looksDated(c) || phoneOf(c.v) !== '' || squeeze(c.v).length > 12
  for (let i = 0; i + 1 < rows.length && i < 8; i += 1) {
    const head = filled(cellsOf(rows[i]!))
    const below = filled(cellsOf(rows[i + 1]!))
    const words = head.map((c) => squeeze(c.v))
    if (
      head.length >= 3 &&
      new Set(words).size === words.length &&
      head.every((c) => typeof c.v === 'string' && squeeze(c.v).length <= 10 && !/\d/.test(c.v) && !isName(c.v)) &&
      below.length >= head.length * 0.6 &&
      below.every((c) => head.some((h) => h.c === c.c)) &&
      below.some(telling)
    )
      return rows[i]!.n
  }
  return 0
}

/** The header rows (one to four) and the joined header of each column. */
export const headOf = (sheet: Sheet, grid: Grid): { rows: number[]; headers: Map<number, string> } => {
  let best = 0
  let found = 0
  for (const r of sheet.rows.slice(0, 40)) {
    const cells = filled(r.cells.length ? grid.get(r.n) : undefined)
    const hits = cells.filter((c) => typeof c.v === 'string' && fieldsOfHeader(c.v).length > 0)
    const fields = new Set(hits.map((c) => fieldsOfHeader(String(c.v))[0]![0])).size
    const values = cells.filter(
      (c) => typeof c.v === 'number' || phoneOf(c.v) !== '' || squeeze(c.v).length > 24,
    ).length
    // Twelve columns of months beside six of the matter are a head all the same.
    if (fields >= 2 && values === 0 && (fields / cells.length >= 0.35 || fields >= 5) && fields > best) {
      best = fields
      found = r.n
    }
    // The first row that is surely a head: later ones repeat it.
    if (best >= 4 && r.n > found + 1) break
  }
  if (!found) {
    found = unknownHead(sheet)
    if (!found) return { rows: [], headers: new Map() }
    return { rows: [found], headers: new Map(filled(grid.get(found)).map((c) => [c.c, squeeze(c.v)])) }
  }
  const width = Math.max(...sheet.rows.slice(0, 60).flatMap((r) => r.cells.map((c) => c.c)))
  const near = sheet.merges.filter((m) => m.r1 <= found + 4 && m.r2 >= found - 4)
  const narrow = (m: Merge) => m.c2 - m.c1 + 1 < Math.max(3, width * 0.7)
  /** Short words only: neither a title nor a row of a matter. */
  const headish = (n: number) =>
    filled(grid.get(n)).every(
      (c) => typeof c.v === 'string' && squeeze(c.v).length <= 16 && phoneOf(c.v) === '' && !looksDated(c),
    )
  let top = found
  let bottom = found
  for (let again = true; again && bottom - top < 4; ) {
    again = false
    for (const m of near) {
      // A cell merged downwards carries the head down, one that reaches into it from above carries it up.
      if (m.r1 >= top && m.r1 <= bottom && m.r2 > bottom && m.r2 - m.r1 <= 3) {
        let short = true
        for (let n = bottom + 1; n <= m.r2; n += 1) short &&= headish(n)
        if (short) {
          bottom = m.r2
          again = true
        }
      }
      if (m.r1 < top && m.r2 >= top && m.r2 - m.r1 <= 3 && narrow(m)) {
        top = m.r1
        again = true
      }
    }
    const parents = (n: number) => near.filter((m) => m.r1 === n && m.c2 > m.c1 && narrow(m) && m.r2 < n + 2)
    const above = grid.get(top - 1)
    if (above && filled(above).length >= 2 && parents(top - 1).length > 0 && headish(top - 1)) {
      top -= 1
      again = true
    }
    const below = filled(grid.get(bottom + 1))
    if (
      bottom === top &&
      parents(bottom).length > 0 &&
      below.length >= 2 &&
      headish(bottom + 1) &&
      below.filter((c) => fieldsOfHeader(String(c.v)).length > 0).length >= Math.max(2, below.length * 0.4)
    ) {
      bottom += 1
      again = true
    }
  }
  if (top === bottom) {
    // Without merges (a .csv): the row below fills the gaps of this one with short header words.
    const below = filled(grid.get(bottom + 1))
    const gaps = below.filter((c) => squeeze(grid.get(bottom)?.get(c.c)?.v) === '')
    if (below.length >= 2 && gaps.length >= below.length - 2 && gaps.length > 0)
      if (
        below.every((c) => typeof c.v === 'string' && squeeze(c.v).length <= 8) &&
        below.some((c) => fieldsOfHeader(String(c.v)).length > 0)
      )
        bottom += 1
  }
  if (top === bottom && near.length === 0) {
    // The groups stand above, in a row with gaps where this one is full.
    const above = filled(grid.get(top - 1))
    const own = filled(grid.get(top))
    const adds = above.filter((c) => squeeze(grid.get(top)?.get(c.c)?.v) === '').length
    if (
      above.length >= 2 &&
      headish(top - 1) &&
      own.length + adds > own.length &&
      above.some((c) => fieldsOfHeader(String(c.v)).length > 0)
    )
      top -= 1
  }
  const rows: number[] = []
  for (let n = top; n <= bottom; n += 1) if (grid.has(n) || n === top || n === bottom) rows.push(n)
  const headers = new Map<number, string>()
  for (let c = 1; c <= width; c += 1) {
    const parts: string[] = []
    rows.forEach((n, i) => {
      let v = squeeze(grid.get(n)?.get(c)?.v)
      if (v === '' && i < rows.length - 1) {
        const m = sheet.merges.find((x) => x.r1 <= n && n <= x.r2 && x.c1 <= c && c <= x.c2)
        if (m) v = squeeze(grid.get(m.r1)?.get(m.c1)?.v)
        // A parent without merges reaches over the gaps that have a child.
        else if (squeeze(grid.get(rows[i + 1]!)?.get(c)?.v) !== '')
          for (let k = c - 1; k > 0 && v === ''; k -= 1) v = squeeze(grid.get(n)?.get(k)?.v)
      }
      if (v !== '' && !parts.includes(v)) parts.push(v)
    })
    if (parts.length) headers.set(c, parts.join(''))
  }
  return { rows, headers }
}
