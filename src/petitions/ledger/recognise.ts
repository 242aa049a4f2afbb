import { type Day, isDay, yearOf } from '../../kit/day.ts'
import type { Cell, Merge, Row, Sheet, Workbook } from '../../kit/server/excel.ts'
import type { Grade } from '../petition.ts'
import { type Likely, likeness, surely } from '../register/similar.ts'
import {
  cellsOf,
  cleanHeader,
  fieldsOfHeader,
  filled,
  type Grid,
  gridOf,
  headOf,
  looksDated,
  otherHeader,
} from './heads.ts'
import { tablesOf } from './tables.ts'
import {
  channelOf,
  gradeOfFill,
  gradeOfText,
  isName,
  keyOf,
  outcomeOf,
  phonesOf,
  readCount,
  readDay,
  readId,
  readPeople,
  squeeze,
  textOf,
} from './values.ts'

export type Field =
  | 'serial'
  | 'number'
  | 'area'
  | 'village'
  | 'grid'
  | 'petitionerName'
  | 'idNumber'
  | 'phone'
  | 'headCount'
  | 'channel'
  | 'category'
  | 'request'
  | 'title'
  | 'facts'
  | 'receivedOn'
  | 'grade'
  | 'key'
  | 'leadOfficial'
  | 'owner'
  | 'unit'
  | 'progress'
  | 'result'
  | 'dueOn'
  | 'address'
  | 'note'

export interface ColumnProposal {
  /** 1-based column of the sheet. */
  index: number
  header: string
  field: Field | null
  /** 0–1. */
  confidence: number
  why: string
}
export interface SheetProposal {
  name: string
  /** The sheet of the file that this is a part of, when tables stand side by side in it. */
  of?: string
  kind: 'ledger' | 'other'
  title: string
  year: number | null
  headerRows: number[]
  /** Rows of matters lie between these, with totals, notes and sections among them. */
  firstRow: number
  lastRow: number
  columns: ColumnProposal[]
  /** Same for sheets of the same head. */
  fingerprint: string
}
export interface Proposal {
  sheets: SheetProposal[]
}
export interface Flag {
  sheet: string
  row: number
  code: string
  message: string
}
export interface ParsedRow {
  sheet: string
  row: number
  raw: (string | number | null)[]
  verdict: 'ok' | 'warning' | 'rejected'
  flags: Flag[]
  area: string
  village: string
  grid: string
  names: string[]
  headCount: number | null
  phone: string
  idLast4: string
  idType: string
  channel: string | null
  category: string
  request: string
  title: string
  facts: string
  receivedOn: Day | null
  grade: Grade | null
  gradeFrom: 'text' | 'fill' | null
  key: boolean | null
  leadOfficial: string
  owner: string
  unit: string
  progress: string
  result: string
  outcome: 'resolved' | 'handling' | null
  dueOn: Day | null
  address: string
  note: string
  serial: string
  number: string
  repeatOf: { sheet: string; row: number } | null
}
export interface Reconciled {
  sheet: string
  row: number
  what: string
  stated: number
  counted: number
}

// ---- layout ----

const noteStart =
  /^(注|备注|说明|填表人|填表|填报人|填报|制表|审核|审批|签字|单位负责人|主要负责人|联系人|联系电话|附|备考|单位)(人|单位|时间|日期)?[:：(（]|^(注|备注|说明|填表人|填报人|审核|审核人|制表人)$/
const totalStart = /^(合计|小计|总计|共计|累计|总数|本页合计|本页小计|汇总)|.{2,8}(合计|小计|总计)[:：]?$/
const sectionPrefix = /^[(（]?[一二三四五六七八九十\d]+[)）]?[、.．:： ]?/
const areaWords = /(管区|片区|工作区|工作片|管理区|党总支|总支|办事处)$/
const villageWords = /(村|庄|店|社区|居委会|村委会|峪|屯|寨)$/
const placeOfSheet = /([\p{Script=Han}]{1,5}?(?:管区|片区|工作区|工作片|管理区))/u

const hash = (text: string): string => {
  let h = 0x811c9dc5
  let k = 0x1234567
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
    k = Math.imul(k ^ text.charCodeAt(i), 0x85ebca6b)
  }
  return (h >>> 0).toString(16).padStart(8, '0') + (k >>> 0).toString(16).padStart(8, '0')
}

interface Setting {
  title: string
  year: number | null
  /** 填报时间. */
  until: Day | null
  area: string
  village: string
}

const yearIn = (text: string): number | null => {
  const all = [...text.normalize('NFKC').matchAll(/(?<!\d)(20\d{2}|19[89]\d)(?=年|[-./—]|\D|$)/g)]
  return all.length ? Number(all.at(-1)![1]) : null
}

/** What stands around the table: title, year, the day it was filled in, the area in its name. */
const settingOf = (sheet: Sheet, headerRows: number[], fileName: string): Setting => {
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
      /(?:填报|填表|制表|上报|截止|截至|统计|报送)?(?:时间|日期)?[:：至]?(20\d{2})[-./年](\d{1,2})[-./月](\d{1,2})/.exec(
        squeeze(t),
      )
    const d = m ? `${m[1]}-${m[2]!.padStart(2, '0')}-${m[3]!.padStart(2, '0')}` : ''
    if (isDay(d)) until = d
  }
  const year =
    yearIn(title) ?? (until ? yearOf(until) : null) ?? yearIn(texts.join(' ')) ?? yearIn(sheet.name) ?? yearIn(fileName)
  const area =
    placeOfSheet.exec(sheet.name.replace(/^.*?(\d年度?|[镇乡])/, ''))?.[1] ??
    placeOfSheet.exec(title.replace(/^.*?[镇乡]/, '').replace(/^\d+年度?/, ''))?.[1] ??
    ''
  const village =
    area === '' && /^[\p{Script=Han}]{2,7}$/u.test(squeeze(sheet.name)) && villageWords.test(squeeze(sheet.name))
      ? squeeze(sheet.name)
      : ''
  return { title: title.replace(/\s+/g, ' '), year, until, area, village }
}

/** '二、城西管区（12件）' → '城西管区'; '城西管区2024年信访台账' → '城西管区'. */
const sectionNameOf = (text: string): string => {
  const name = text.replace(sectionPrefix, '').replace(/[(（:：].*$/, '')
  return areaWords.test(name) ? name : (placeOfSheet.exec(name.replace(/^.*?[镇乡]/, ''))?.[1] ?? name)
}

type RowKind = 'data' | 'header' | 'total' | 'note' | 'section' | 'blank'

const kindOf = (
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
  if (totalStart.test(first) && first.length <= 40) return 'total'
  if (
    cells.some((c) => /^(合计|小计|总计|共计)[:：]?$/.test(squeeze(c.v))) &&
    cells.filter((c) => typeof c.v !== 'number').length <= 3
  )
    return 'total'
  if (noteStart.test(first) && cells.length <= 6) return 'note'
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
    if ((merged || sectionPrefix.test(first)) && villageWords.test(body) && body.length <= 10) return 'section'
    if (merged && only.c === 1) return 'note'
    if (!telling) return 'note'
    return 'data'
  }
  return 'data'
}

// ---- mapping by content ----

interface Profile {
  count: number
  share: (test: (c: Cell) => boolean) => number
  length: number
  distinct: number
  fills: number
  inks: number
}
const profileOf = (cells: Cell[]): Profile => {
  const withText = cells.filter((c) => c.v !== null && squeeze(c.v) !== '')
  const n = withText.length || 1
  return {
    count: withText.length,
    share: (test) => withText.filter(test).length / n,
    length: withText.reduce((sum, c) => sum + squeeze(c.v).length, 0) / n,
    distinct: new Set(withText.map((c) => squeeze(c.v))).size,
    fills: cells.filter((c) => gradeOfFill(c.fill) !== null).length,
    inks: cells.filter((c) => c.v !== null && gradeOfFill(c.ink) !== null).length,
  }
}
const guesses = (p: Profile, rows: number): [Field, number, string][] => {
  if (p.count === 0) return p.fills >= Math.max(2, rows * 0.3) ? [['grade', 0.6, '单元格底色为红黄蓝']] : []
  const out: [Field, number, string][] = []
  const add = (field: Field, share: number, why: string, least = 0.6) => {
    if (share >= least) out.push([field, 0.4 + 0.3 * share, why])
  }
  add(
    'idNumber',
    p.share((c) => /^\d{17}[\dXx]$/.test(squeeze(c.v))),
    '内容为 18 位身份证号',
    0.5,
  )
  add(
    'phone',
    p.share((c) => /^1[3-9]\d{9}$/.test(squeeze(c.v))),
    '内容为 11 位手机号',
    0.5,
  )
  add('receivedOn', p.share(looksDated), '内容为日期')
  add(
    'area',
    p.share((c) => areaWords.test(squeeze(c.v)) && squeeze(c.v).length <= 10),
    '内容以“管区”结尾',
  )
  add(
    'channel',
    p.share((c) => squeeze(c.v).length <= 8 && channelOf(c.v) !== null),
    '内容为信访形式',
  )
  add(
    'key',
    p.share((c) => /^(重点|一般|非重点|√)$/.test(squeeze(c.v))),
    '内容为重点、一般',
  )
  add(
    'grade',
    p.share((c) => squeeze(c.v).length <= 6 && gradeOfText(c.v) !== null && !/^(一般|\d)$/.test(squeeze(c.v))),
    '内容为颜色或等级',
  )
  add(
    'leadOfficial',
    p.share((c) => /(书记|镇长|乡长|主任|委员|部长|主席|局长)/.test(squeeze(c.v)) && squeeze(c.v).length <= 10),
    '内容为领导职务',
  )
  add(
    'petitionerName',
    p.share((c) => isName(c.v)),
    '内容为姓名',
  )
  add(
    'village',
    p.share((c) => villageWords.test(squeeze(c.v)) && squeeze(c.v).length <= 8),
    '内容以村、庄结尾',
  )
  add(
    'progress',
    p.share((c) => squeeze(c.v).length <= 30 && outcomeOf(c.v) !== null),
    '内容为办理情况',
  )
  if (p.length >= 8 && p.distinct > 1 && p.share((c) => /\p{Script=Han}{3}/u.test(squeeze(c.v))) > 0.7)
    out.push(['request', 0.4 + Math.min(0.3, p.length / 200), '内容为较长的文字'])
  if (
    rows >= 3 &&
    p.share((c) => Number.isInteger(Number(c.v)) && Number(c.v) <= rows + 5) > 0.9 &&
    p.distinct >= p.count * 0.9
  )
    out.push(['serial', 0.5, '内容为顺序号'])
  else if (p.share((c) => /^\d{1,4}$/.test(squeeze(c.v))) > 0.9) out.push(['headCount', 0.3, '内容为小的数'])
  if (p.share((c) => /^\p{Script=Han}{2,8}$/u.test(squeeze(c.v))) > 0.8 && p.distinct <= Math.max(3, p.count * 0.5))
    out.push(['category', 0.35, '内容为重复的短词'])
  return out
}

const mapColumns = (sheet: Sheet, grid: Grid, headers: Map<number, string>, headerRows: number[]): ColumnProposal[] => {
  const width = Math.max(0, ...sheet.rows.slice(0, 400).flatMap((r) => r.cells.map((c) => c.c)))
  const start = (headerRows.at(-1) ?? 0) + 1
  const rows: Row[] = []
  for (const r of sheet.rows) {
    const cells = r.n >= start ? filled(cellsOf(r)) : []
    if (cells.length >= Math.min(3, width) && kindOf(cells, headers, new Map(), false) === 'data') rows.push(r)
    if (rows.length === 300) break
  }
  const columns = Array.from(
    { length: width },
    (_, i): ColumnProposal => ({ index: i + 1, header: headers.get(i + 1) ?? '', field: null, confidence: 0, why: '' }),
  )
  const profiles = columns.map((c) =>
    profileOf(rows.map((r) => grid.get(r.n)?.get(c.index) ?? { c: c.index, v: null })),
  )
  const offers: { column: ColumnProposal; field: Field; confidence: number; why: string }[] = []
  columns.forEach((column, i) => {
    const p = profiles[i]!
    if (column.header !== '')
      for (const [field, confidence] of fieldsOfHeader(column.header)) {
        // What the column holds may contradict its header.
        let c = confidence
        if (p.count > 0) {
          if (
            field === 'grade' &&
            p.fills < rows.length * 0.2 &&
            p.inks < rows.length * 0.2 &&
            p.share((x) => gradeOfText(x.v) !== null) < 0.3
          )
            c = 0.2
          if (field === 'key' && p.share((x) => keyOf(x.v) !== null) < 0.5) c = 0.2
          if ((field === 'request' || field === 'title') && p.share((x) => typeof x.v === 'number') > 0.6) c = 0
          if (field === 'petitionerName' && p.length > 20) c = 0.3
          if (field === 'progress' && p.share((x) => typeof x.v === 'number') > 0.8) c = 0
          if (field === 'receivedOn' && p.share((x) => readDay(x.v, { year: 2023, isDate: x.date }).day !== null) < 0.2)
            c = 0.1
        }
        if (c > 0) offers.push({ column, field, confidence: c, why: `表头“${column.header}”` })
      }
    if (otherHeader.test(cleanHeader(column.header))) return
    const odd = column.header !== '' && fieldsOfHeader(column.header).length > 0
    for (const [field, confidence, why] of guesses(p, rows.length))
      if (!odd) offers.push({ column, field, confidence: column.header === '' ? confidence : confidence - 0.05, why })
  })
  // Of equal claims the left one wins.
  offers.sort((a, b) => b.confidence - a.confidence || a.column.index - b.column.index)
  const used = new Set<Field>()
  for (const o of offers) {
    if (o.column.field || used.has(o.field) || (o.confidence < 0.3 && o.field !== 'grade' && o.field !== 'category'))
      continue
    o.column.field = o.field
    o.column.confidence = Math.round(o.confidence * 100) / 100
    o.column.why = o.why
    used.add(o.field)
  }
  // A second column of text beside the request is its facts; a second of names is who answers for it.
  const extra = (column: ColumnProposal, field: Field, why: string) => {
    if (column.field || used.has(field)) return
    column.field = field
    column.confidence = 0.4
    column.why = why
    used.add(field)
  }
  columns.forEach((column, i) => {
    const p = profiles[i]!
    if (column.field || p.count === 0 || otherHeader.test(cleanHeader(column.header))) return
    const wanted = fieldsOfHeader(column.header).map(([f]) => f)
    if (wanted.includes('request') && p.share((c) => typeof c.v === 'string') > 0.6)
      extra(column, p.length < 14 ? 'title' : 'facts', '与诉求并列的文字')
    else if (column.header === '' && p.share((c) => isName(c.v)) > 0.6) extra(column, 'owner', '第二列姓名')
  })
  return columns.filter((c, i) => c.header !== '' || c.field !== null || profiles[i]!.count > 0)
}

const fieldColumns = (columns: readonly ColumnProposal[]): Map<Field, number> => {
  const out = new Map<Field, number>()
  for (const c of columns) if (c.field && !out.has(c.field)) out.set(c.field, c.index)
  return out
}

const isMergedWide = (sheet: Sheet) => {
  const rows = new Set(sheet.merges.filter((m) => m.c2 - m.c1 >= 2).map((m) => m.r1))
  return (n: number) => rows.has(n)
}

/** Find the ledgers of a workbook and say which column is what, with the reason. Pure. */
export const recognise = (workbook: Workbook, options: { today: Day; year?: number; fileName?: string }): Proposal => ({
  sheets: tablesOf(workbook).map(({ of, ...sheet }): SheetProposal => {
    const grid = gridOf(sheet)
    const { rows: headerRows, headers } = headOf(sheet, grid)
    const setting = settingOf(sheet, headerRows, options.fileName ?? '')
    const columns = sheet.rows.length ? mapColumns(sheet, grid, headers, headerRows) : []
    const at = fieldColumns(columns)
    const wide = isMergedWide(sheet)
    const start = headerRows.at(-1) ?? 0
    let first = 0
    let last = 0
    for (const r of sheet.rows)
      if (r.n > start && kindOf(filled(cellsOf(r)), headers, at, wide(r.n)) === 'data') {
        first ||= r.n
        last = r.n
      }
    const telling = at.has('request') || at.has('title') || at.has('facts')
    // A ledger names matters, and besides them at least who, where or when.
    const around = (
      ['petitionerName', 'receivedOn', 'village', 'area', 'phone', 'grade', 'owner', 'channel'] as const
    ).filter((f) => at.has(f)).length
    const ledger = !sheet.hidden && first > 0 && telling && around >= (headerRows.length ? 1 : 2)
    return {
      name: sheet.name,
      ...(of === undefined ? {} : { of }),
      kind: ledger ? 'ledger' : 'other',
      title: setting.title,
      year: options.year ?? setting.year,
      headerRows,
      firstRow: first,
      lastRow: last,
      columns,
      fingerprint: hash(columns.map((c) => `${c.index}:${c.header}`).join('|')),
    }
  }),
})

// ---- rows ----

const cellError = /^#(REF!|N\/A|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!)$/
const sameAsAbove = /^(〃|″|"|''|同上|\/\/|同前)$/
const cellText = (v: Cell['v']): string | number | null => (typeof v === 'boolean' ? (v ? '是' : '否') : v)

/** Which cell merged downwards covers a place; merges of one column never overlap. */
const tallMerges = (sheet: Sheet, start: number, width: number) => {
  const byColumn = new Map<number, Merge[]>()
  for (const m of sheet.merges)
    if (m.r2 > m.r1 && m.r1 > start)
      for (let c = m.c1; c <= Math.min(m.c2, width); c += 1) byColumn.set(c, [...(byColumn.get(c) ?? []), m])
  for (const list of byColumn.values()) list.sort((a, b) => a.r1 - b.r1)
  return (row: number, c: number): Merge | undefined => {
    const list = byColumn.get(c)
    if (!list) return undefined
    let low = 0
    let high = list.length - 1
    while (low <= high) {
      const mid = (low + high) >> 1
      const m = list[mid]!
      if (row < m.r1) high = mid - 1
      else if (row > m.r2) low = mid + 1
      else return m
    }
    return undefined
  }
}

interface Sums {
  count: number
  people: number
  red: number
  yellow: number
  blue: number
}
const noSums = (): Sums => ({ count: 0, people: 0, red: 0, yellow: 0, blue: 0 })

/** The rows of one sheet, one after the other; what concerns no single row goes to `flags` and `reconciled`. */
const parseSheet = function* (
  sheet: Sheet,
  proposal: SheetProposal,
  options: { today: Day; year?: number },
  flags: Flag[],
  reconciled: Reconciled[],
): Generator<ParsedRow> {
  const grid = gridOf(sheet)
  const setting = settingOf(sheet, proposal.headerRows, '')
  const headers = new Map(proposal.columns.filter((c) => c.header !== '').map((c) => [c.index, c.header]))
  const at = fieldColumns(proposal.columns)
  const width = Math.max(0, ...proposal.columns.map((c) => c.index))
  const year = options.year ?? proposal.year ?? setting.year ?? yearOf(options.today)
  const yearEnd = `${year}-12-31` as Day
  let until = setting.until && setting.until <= options.today ? setting.until : options.today
  // A list filled in early next year still means the year it is titled; a later today says nothing.
  if (!setting.until && yearEnd < until) until = yearEnd
  if (setting.until && yearOf(setting.until) < year) until = options.today
  const wide = isMergedWide(sheet)
  const start = proposal.headerRows.at(-1) ?? 0
  const tallIn = tallMerges(sheet, start, width)
  const gradeColumn = at.get('grade')
  const areaColumn = at.get('area')
  const villageColumn = at.get('village')

  // What must be known of all rows before the first is read: how the grade is given, what is written once for many.
  const kinds = new Map<number, RowKind>()
  let data = 0
  let graded = 0
  const written = new Map(
    [areaColumn, villageColumn].filter((c) => c !== undefined).map((c) => [c, { given: 0, doubled: false, last: '' }]),
  )
  for (const r of sheet.rows) {
    if (r.n <= start) continue
    const cells = cellsOf(r)
    const kind = kindOf(filled(cells), headers, at, wide(r.n))
    if (kind !== 'data') {
      kinds.set(r.n, kind)
      continue
    }
    data += 1
    if (gradeColumn !== undefined && gradeOfText(cells.get(gradeColumn)?.v) !== null) graded += 1
    for (const [c, w] of written) {
      const v = squeeze(cells.get(c)?.v)
      if (v === '') continue
      w.given += 1
      if (v === w.last) w.doubled = true
      w.last = v
    }
  }
  const gradedByText = graded > data / 2
  /** Written once above many rows, without merged cells. */
  const sparse = (c: number | undefined, share: number): boolean => {
    const w = c === undefined ? undefined : written.get(c)
    return w !== undefined && w.given > 0 && w.given < data && !w.doubled && (share === 1 || w.given < data * share)
  }
  const sparseArea =
    sparse(areaColumn, 1) ||
    (areaColumn !== undefined && written.get(areaColumn)!.given > 0 && written.get(areaColumn)!.given < data * 0.7)
  const sparseVillage = sparse(villageColumn, 0.6)
  const hidden = new Set(sheet.hiddenRows ?? [])
  let hiddenRead = 0

  const above = new Map<number, Cell['v']>()
  let area = setting.area
  let village = setting.village
  let lastArea = ''
  let lastVillage = ''
  const whole = noSums()
  let since = noSums()
  let pending: ParsedRow | null = null
  const finish = (row: ParsedRow): ParsedRow => {
    for (const s of [whole, since]) {
      s.count += 1
      s.people += row.headCount ?? 1
      if (row.grade) s[row.grade] += 1
    }
    return row
  }

  for (const r of sheet.rows) {
    if (r.n <= start) continue
    const cells = cellsOf(r)
    const kind = kinds.get(r.n) ?? 'data'
    const texts = filled(cells)
    if (kind === 'section') {
      const name = sectionNameOf(squeeze(texts[0]!.v))
      if (areaWords.test(name)) {
        area = name
        village = ''
      } else village = name
      above.clear()
      lastArea = ''
      lastVillage = ''
      continue
    }
    if (kind === 'total') {
      if (pending) yield finish(pending)
      pending = null
      const label = squeeze(texts[0]!.v)
      const part = /小计/.test(label) ? since : whole
      const compare = (what: string, stated: number, counted: number) => {
        reconciled.push({ sheet: sheet.name, row: r.n, what, stated, counted })
        if (stated !== counted)
          flags.push({
            sheet: sheet.name,
            row: r.n,
            code: 'totalsDiffer',
            message: `${label.slice(0, 4)}行的${what}为 ${stated}，逐行统计为 ${counted}，请核对`,
          })
      }
      for (const c of texts) {
        const said = squeeze(c.v)
        if (c.c === at.get('headCount') && /^\d+(\.0+)?$/.test(said)) compare('人数', Number(said), part.people)
        else if (typeof c.v === 'number' || /^\d+件?$/.test(said)) {
          if (
            c.c === at.get('petitionerName') ||
            c.c === at.get('request') ||
            /件$/.test(said) ||
            (texts.length === 2 && !at.has('headCount'))
          )
            compare('件数', Number.parseInt(said, 10), part.count)
        } else {
          const total = /(?:合计|小计|总计|共计?|累计)[:：]?(\d+)件/.exec(said)
          if (total) compare('件数', Number(total[1]), part.count)
          for (const [word, grade] of [
            ['红', 'red'],
            ['黄', 'yellow'],
            ['蓝', 'blue'],
          ] as const) {
            const m = new RegExp(`${word}[色类]?[:：]?(\\d+)件?`).exec(said)
            if (m) compare(`${word}色件数`, Number(m[1]), part[grade])
          }
        }
      }
      if (/小计/.test(label)) since = noSums()
      continue
    }
    if (kind !== 'data') continue
    if (hidden.has(r.n)) hiddenRead += 1

    const own: Flag[] = []
    const flag = (code: string, message: string) => own.push({ sheet: sheet.name, row: r.n, code, message })
    const cellAt = (c: number | undefined): Cell | undefined => {
      if (c === undefined) return undefined
      const m = tallIn(r.n, c)
      const cell = m && m.r1 !== r.n ? (grid.get(m.r1)?.get(m.c1) ?? cells.get(c)) : cells.get(c)
      if (!cell || typeof cell.v !== 'string') return cell
      if (sameAsAbove.test(squeeze(cell.v))) return { ...cell, v: above.get(c) ?? null }
      return cellError.test(cell.v.trim()) ? { ...cell, v: null } : cell
    }
    const mapped = texts.filter((c) => headers.has(c.c) && cellError.test(String(c.v).trim()))
    if (mapped.length)
      flag(
        'cellError',
        `${mapped.map((c) => `“${headers.get(c.c)}”`).join('、')}一栏的公式出错（${textOf(mapped[0]!.v)}），没有采用，请核对原表`,
      )
    const uncounted = r.cells.filter((c) => c.formula && c.v === null && headers.has(c.c))
    if (uncounted.length)
      flag(
        'formulaEmpty',
        `${uncounted.map((c) => `“${headers.get(c.c)}”`).join('、')}一栏是没有计算过的公式，请用 Excel 或 WPS 打开保存一次再导入`,
      )
    for (let c = 1; c <= width; c += 1) {
      const v = cellAt(c)?.v
      if (v !== undefined && v !== null && squeeze(v) !== '') above.set(c, v)
    }
    const get = (f: Field): Cell['v'] => cellAt(at.get(f))?.v ?? null
    const text = (f: Field): string => textOf(cellText(get(f)))

    // One matter of several people: request and serial merged over their rows.
    const continued = (f: Field) => {
      const c = at.get(f)
      const m = c === undefined ? undefined : tallIn(r.n, c)
      return m !== undefined && m.r1 < r.n && pending !== null && pending.row >= m.r1
    }
    if (
      pending &&
      continued('request') &&
      (!at.has('serial') || continued('serial') || squeeze(get('serial')) === '')
    ) {
      for (const name of readPeople(get('petitionerName')).names)
        if (!pending.names.includes(name)) pending.names.push(name)
      pending.headCount = Math.max(pending.headCount ?? 1, pending.names.length)
      continue
    }
    if (pending) yield finish(pending)
    pending = null

    let rowArea = squeeze(get('area'))
    if (rowArea === '' && sparseArea) rowArea = lastArea
    if (rowArea !== lastArea) lastVillage = ''
    if (rowArea !== '') lastArea = rowArea
    let ownVillage = squeeze(get('village'))
    if (ownVillage === '' && sparseVillage) ownVillage = lastVillage
    if (ownVillage !== '') lastVillage = ownVillage
    const rowVillage = ownVillage || village

    const people = readPeople(get('petitionerName'))
    const counted = readCount(get('headCount'))
    if (counted !== null && people.headCount !== null && people.headCount > counted)
      flag(
        'headCountDiffers',
        `姓名栏写“${text('petitionerName')}”，人数栏为 ${counted}，按 ${people.headCount} 人登记`,
      )

    const id = readId(get('idNumber') ?? /(?<!\d)\d{17}[\dXx](?!\d)/.exec(squeeze(get('petitionerName')))?.[0] ?? null)
    if (id.damaged) flag('idDamaged', '身份证号不完整或校验不符（可能被 Excel 改成了数字），没有采用，请核对原件')
    const phones = [...phonesOf(get('phone')), ...phonesOf(text('petitionerName'))]
    const phone = phones[0] ?? ''
    if (phone === '' && text('phone') !== '' && !/^[-—/\\无]+$/.test(squeeze(text('phone'))))
      flag('phoneUnclear', `联系电话“${text('phone')}”不是有效的号码，没有采用`)

    const dayOfField = (f: 'receivedOn' | 'dueOn', name: string): Day | null => {
      const cell = cellAt(at.get(f))
      if (!cell || cell.v === null || squeeze(cell.v) === '') return null
      const got = readDay(cell.v, { year, until: f === 'receivedOn' ? until : null, isDate: cell.date })
      if (got.day === null) {
        if (got.unclear) flag('dateUnclear', `${name}“${textOf(cell.v)}”不是有效的日期，已留空`)
        return null
      }
      if (f === 'receivedOn' && got.day > options.today) {
        flag('dateUnclear', `${name}“${textOf(cell.date ? got.day : cell.v)}”晚于今天，已留空`)
        return null
      }
      if (got.yearAssumed) flag('yearAssumed', `${name}“${textOf(cell.v)}”没有写年份，按 ${yearOf(got.day)} 年登记`)
      if (got.dayAssumed)
        flag('dayAssumed', `${name}“${textOf(cell.v)}”没有写日，按 ${Number(got.day.slice(8))} 日登记`)
      if (got.unsure) flag('dateUnsure', `${name}“${textOf(cell.v)}”${got.unsure}，请核对`)
      return got.day
    }
    const receivedOn = dayOfField('receivedOn', '登记时间')
    const dueOn = dayOfField('dueOn', '期限')

    const gradeCell = cellAt(gradeColumn)
    let grade = gradeOfText(gradeCell?.v)
    let gradeFrom: ParsedRow['gradeFrom'] = grade ? 'text' : null
    if (!grade) {
      grade = gradeOfFill(gradeCell?.fill) ?? (gradeCell?.v ? gradeOfFill(gradeCell.ink) : null)
      if (!grade && !gradedByText) {
        const colours = new Set([...cells.values()].map((c) => gradeOfFill(c.fill)).filter((g) => g !== null))
        if (colours.size === 1) grade = [...colours][0]!
        else if (colours.size > 1) flag('gradeUnclear', '这一行有几种底色，分不清等级，请选定')
      }
      if (grade) gradeFrom = 'fill'
    } else {
      const painted = gradeOfFill(gradeCell?.fill)
      if (painted && painted !== grade) flag('gradeDiffers', '等级的文字与底色不一致，按文字登记')
    }

    const title = text('title')
    const category = text('category')
    const facts = text('facts')
    let request = text('request')
    if (request === '' && title === '' && category === '' && facts === '') {
      flag('nothingToRegister', '没有诉求、标题或类别，无法登记')
    } else if (request === '') {
      request = title || facts || category
      flag('requestMissing', '没有写诉求，以标题或类别代替')
    }
    const channel = channelOf(get('channel'))
    if (channel === null && text('channel') !== '')
      flag('channelUnclear', `信访形式“${text('channel')}”不在目录中，请选定`)
    const progress = text('progress')
    const result = text('result')
    const rejected = own.some((f) => f.code === 'nothingToRegister')
    pending = {
      sheet: sheet.name,
      row: r.n,
      raw: Array.from({ length: width }, (_, i) => cellText(cells.get(i + 1)?.v ?? null)),
      verdict: rejected ? 'rejected' : own.length ? 'warning' : 'ok',
      flags: own,
      area: rowArea || area,
      village: rowVillage,
      grid: text('grid'),
      names: people.names,
      headCount:
        people.headCount !== null || counted !== null ? Math.max(people.headCount ?? 0, counted ?? 0, 1) : null,
      phone,
      idLast4: id.last4,
      idType: id.last4 ? 'id' : '',
      channel,
      category,
      request,
      title,
      facts,
      receivedOn,
      grade,
      gradeFrom,
      key: keyOf(get('key')),
      leadOfficial: text('leadOfficial'),
      owner: text('owner'),
      unit: text('unit'),
      progress,
      result,
      outcome: outcomeOf(result) ?? outcomeOf(progress),
      dueOn,
      address: text('address'),
      note: text('note'),
      serial: text('serial'),
      number: text('number'),
      repeatOf: null,
    }
  }
  if (pending) yield finish(pending)
  if (hiddenRead)
    flags.push({
      sheet: sheet.name,
      row: 0,
      code: 'rowsHidden',
      message: `表中有 ${hiddenRead} 行是隐藏或被筛选掉的，已一并读取`,
    })
  const unseen = (sheet.hiddenColumns ?? []).filter((c) => proposal.columns.some((x) => x.index === c && x.field))
  if (unseen.length)
    flags.push({
      sheet: sheet.name,
      row: 0,
      code: 'columnsHidden',
      message: `${unseen.map((c) => `“${headers.get(c) ?? ''}”`).join('、')}列是隐藏的，已一并读取`,
    })
}

interface Seen {
  sheet: string
  row: number
  likely: Likely
}
/** The later of two rows of the same people about the same thing points at the earlier. */
const repeatFinder = () => {
  const seen: Seen[] = []
  const byKey = new Map<string, number[]>()
  return (row: ParsedRow): void => {
    if (row.verdict === 'rejected') return
    const likely: Likely = {
      names: row.names,
      phones: row.phone ? [row.phone] : [],
      idLast4: row.idLast4 ? [row.idLast4] : [],
      villageId: row.village || null,
      text: row.title ? `${row.title}\n${row.request}` : row.request,
    }
    const keys = [...row.names.filter((n) => !/^(群众|村民|业主|部分)/.test(n)), row.phone].filter((k) => k !== '')
    let first: Seen | null = null
    look: for (const k of keys)
      for (const i of byKey.get(k)?.slice(-12) ?? []) {
        const earlier = seen[i]!
        if (likeness(likely, earlier.likely).score < surely) continue
        first = earlier
        break look
      }
    if (first) {
      row.repeatOf = { sheet: first.sheet, row: first.row }
      row.flags.push({
        sheet: row.sheet,
        row: row.row,
        code: 'repeatInFile',
        message: `与${first.sheet === row.sheet ? '' : `“${first.sheet}”`}第 ${first.row} 行是同一人同一事项，两行都登记并互相关联`,
      })
      if (row.verdict === 'ok') row.verdict = 'warning'
      // A third row points at the first again; the second need not be compared with.
      return
    }
    seen.push({ sheet: row.sheet, row: row.row, likely })
    for (const k of keys) {
      const list = byKey.get(k)
      if (list) list.push(seen.length - 1)
      else byKey.set(k, [seen.length - 1])
    }
  }
}

/**
 * Rows of a workbook by a proposal (as recognised, or mended by a person), one after the other, so that a large file is
 * never held whole. Nothing is dropped silently; `flags` and `reconciled` are complete when the rows have been read. Pure.
 */
export const readRows = (
  workbook: Workbook,
  proposal: Proposal,
  options: { today: Day; year?: number },
): { rows: () => Generator<ParsedRow>; flags: Flag[]; reconciled: Reconciled[] } => {
  const flags: Flag[] = []
  const reconciled: Reconciled[] = []
  const rows = function* (): Generator<ParsedRow> {
    flags.length = 0
    reconciled.length = 0
    const link = repeatFinder()
    const tables = tablesOf(workbook)
    for (const p of proposal.sheets) {
      const sheet = tables.find((s) => s.name === p.name)
      if (!sheet) continue
      if (p.kind !== 'ledger') {
        if (sheet.hidden && sheet.rows.length)
          flags.push({ sheet: p.name, row: 0, code: 'sheetHidden', message: `工作表“${p.name}”是隐藏的，没有读取` })
        continue
      }
      for (const row of parseSheet(sheet, p, options, flags, reconciled)) {
        link(row)
        yield row
      }
    }
  }
  return { rows, flags, reconciled }
}

/** All rows at once: for files of ordinary size and for tests. */
export const applyMapping = (
  workbook: Workbook,
  proposal: Proposal,
  options: { today: Day; year?: number },
): { rows: ParsedRow[]; flags: Flag[]; reconciled: Reconciled[] } => {
  const read = readRows(workbook, proposal, options)
  const rows = [...read.rows()]
  return { rows, flags: read.flags, reconciled: read.reconciled }
}
