import { type Day, yearOf } from '../../kit/day.ts'
import type { Cell, Row, Sheet, Workbook } from '../../kit/server/excel.ts'
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
  unnumbered,
} from './heads.ts'
import { areaWords, kindOf, settingOf, villageWords } from './lines.ts'
import type { ColumnProposal, Field, Flag, ParsedRow, Proposal, Reconciled, SheetProposal } from './proposal.ts'
import { readRows } from './rows.ts'
import { tablesOf } from './tables.ts'
import { channelOf, gradeOfFill, gradeOfText, isName, keyOf, outcomeOf, readCount, readDay, squeeze } from './values.ts'

const hash = (text: string): string => {
  let h = 0x811c9dc5
  let k = 0x1234567
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
    k = Math.imul(k ^ text.charCodeAt(i), 0x85ebca6b)
  }
  return (h >>> 0).toString(16).padStart(8, '0') + (k >>> 0).toString(16).padStart(8, '0')
}

const firstPart = (v: Cell['v']): string => squeeze(v).split(/[^\p{Script=Han}·]/u)[0]!

/** What a column under a loose header may turn out to hold. */
const holdings: {
  named: Field
  holds: (said: string) => boolean
  least: number
  field: Field
  confidence: number
  why: string
}[] = [
  {
    named: 'category',
    holds: (s) => /^([A-D1-4一二三四](类|级|档)|(特别?)?重大|较大|一般|[高中低]风险|[红黄橙蓝]色?)$/.test(s),
    least: 0.9,
    field: 'grade',
    confidence: 0.75,
    why: '内容为等级',
  },
  {
    named: 'category',
    holds: (s) => /^(非?重点|一般)(事项|信访|案件)?$/.test(s),
    least: 0.9,
    field: 'key',
    confidence: 0.7,
    why: '内容为重点、一般',
  },
  {
    named: 'category',
    holds: (s) => s.length <= 6 && channelOf(s) !== null,
    least: 0.9,
    field: 'channel',
    confidence: 0.7,
    why: '内容为信访形式',
  },
  {
    named: 'request',
    holds: (s) => s.length <= 12 && outcomeOf(s) !== null,
    least: 0.6,
    field: 'progress',
    confidence: 0.65,
    why: '内容为办理情况',
  },
]

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
  if (
    p.share((c) => /^\p{Script=Han}{2,8}$/u.test(squeeze(c.v)) && !isName(c.v)) > 0.8 &&
    p.distinct < p.count &&
    p.distinct <= Math.max(3, p.count * 0.5)
  )
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
          // '来访类型' holds how they came, or what it is about.
          if (field === 'channel' && /类[型别]$/.test(column.header) && p.share((x) => channelOf(x.v) !== null) < 0.5)
            c = 0.2
          if (
            field === 'headCount' &&
            !/(人|户)数|人次/.test(column.header) &&
            p.share((x) => readCount(x.v) !== null) < 0.5
          )
            c = 0.1
          if (field === 'key' && p.share((x) => keyOf(x.v) !== null) < 0.5) c = 0.2
          if ((field === 'request' || field === 'title') && p.share((x) => typeof x.v === 'number') > 0.6) c = 0
          // '承办' holds an office or a person.
          if (field === 'unit' && confidence === 0.7 && p.share((x) => isName(x.v)) > 0.6) {
            c = 0.2
            offers.push({ column, field: 'owner', confidence: 0.6, why: '内容为姓名' })
          }
          // '柏某，男，高庙村人，电话…' is long and a person all the same.
          if (field === 'petitionerName' && p.length > 20 && p.share((x) => isName(firstPart(x.v))) < 0.5) c = 0.3
          for (const o of holdings)
            if (o.named === field && p.count > 1 && p.share((x) => o.holds(squeeze(x.v))) > o.least) {
              c = 0.2
              offers.push({ column, field: o.field, confidence: o.confidence, why: o.why })
            }
          if (field === 'progress' && p.share((x) => typeof x.v === 'number' || isName(x.v)) > 0.6) c = 0
          if (
            (field === 'receivedOn' || field === 'dueOn') &&
            p.share((x) => readDay(x.v, { year: 2023, month: 1, isDate: x.date }).day !== null) < 0.2
          )
            c = 0.1
        }
        if (c > 0) offers.push({ column, field, confidence: c, why: `表头“${column.header}”` })
      }
    if (otherHeader.test(cleanHeader(column.header))) return
    const odd = column.header !== '' && fieldsOfHeader(column.header).length > 0
    // Ticks under '1月' are no mark of a key matter.
    const ticksOnly = column.header !== '' && p.share((c) => /重点|一般/.test(squeeze(c.v))) === 0
    for (const [field, confidence, why] of guesses(p, rows.length))
      if (!odd && !(field === 'key' && ticksOnly))
        offers.push({ column, field, confidence: column.header === '' ? confidence : confidence - 0.05, why })
  })
  const used = new Set<Field>()
  // The number after the official is the official's, the one after the petitioner the petitioner's.
  const whose = (index: number): Field | undefined => {
    for (let i = columns.findIndex((c) => c.index === index) - 1; i >= 0; i -= 1) {
      const f = fieldsOfHeader(columns[i]!.header)[0]?.[0]
      if (f === 'petitionerName' || f === 'leadOfficial' || f === 'owner') return f
    }
    return undefined
  }
  const phones = offers.filter((o) => o.field === 'phone')
  if (phones.length > 1 && phones.some((o) => whose(o.column.index) === 'petitionerName'))
    for (const o of phones) if (whose(o.column.index) !== 'petitionerName') o.confidence = 0
  // Of equal claims the left one wins.
  offers.sort((a, b) => b.confidence - a.confidence || a.column.index - b.column.index)
  for (const o of offers) {
    if (
      o.column.field ||
      used.has(o.field) ||
      (o.confidence < 0.3 && ((o.field !== 'grade' && o.field !== 'category') || o.confidence === 0))
    )
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
  const requestHeader = cleanHeader(columns.find((c) => c.field === 'request')?.header ?? '')
  /** Whether a further column of a field is kept with the first: progress month by month, measures of several kinds, the second petitioner. */
  const alsoHolds = (header: string, [field, confidence]: [Field, number]): boolean => {
    const h = cleanHeader(header)
    if (field === 'progress') return confidence >= 0.85
    if (field === 'result') return confidence >= 0.9
    if (field === 'petitionerName') return /([2-9二三四五]|乙方(姓名|当事人)?)$/.test(h)
    return field === 'request' && unnumbered(h) !== h && unnumbered(h) === unnumbered(requestHeader)
  }
  columns.forEach((column, i) => {
    const p = profiles[i]!
    const [first] = fieldsOfHeader(column.header)
    if (
      !column.field &&
      first &&
      used.has(first[0]) &&
      offers.some((o) => o.column === column && o.field === first[0] && o.confidence >= 0.5) &&
      alsoHolds(column.header, first)
    ) {
      column.field = first[0]
      column.confidence = first[1]
      column.why = `表头“${column.header}”`
    }
    if (column.field || p.count === 0 || otherHeader.test(cleanHeader(column.header))) return
    const wanted = fieldsOfHeader(column.header).map(([f]) => f)
    if (wanted.includes('request') && p.share((c) => typeof c.v === 'string') > 0.6 && p.share(looksDated) < 0.3)
      extra(column, p.length < 14 && !used.has('title') ? 'title' : 'facts', '与诉求并列的文字')
    else if (column.header === '' && p.share((c) => isName(c.v)) > 0.6) extra(column, 'owner', '第二列姓名')
  })
  return columns.filter((c, i) => c.header !== '' || c.field !== null || profiles[i]!.count > 0)
}

export const fieldColumns = (columns: readonly ColumnProposal[]): Map<Field, number> => {
  const out = new Map<Field, number>()
  for (const c of columns) if (c.field && !out.has(c.field)) out.set(c.field, c.index)
  return out
}

export const isMergedWide = (sheet: Sheet) => {
  const rows = new Set(sheet.merges.filter((m) => m.c2 - m.c1 >= 2).map((m) => m.r1))
  return (n: number) => rows.has(n)
}

/** The latest year that the days of a sheet themselves name: what stands among them without one is of that year. */
const yearAmong = (
  sheet: Sheet,
  start: number,
  columns: readonly (number | undefined)[],
  today: Day,
): number | null => {
  let latest = 0
  for (const r of sheet.rows.slice(0, 300))
    if (r.n > start)
      for (const c of r.cells) {
        if (!columns.includes(c.c) || c.v === null) continue
        const y = c.date
          ? yearOf(readDay(c.v, { year: 0, isDate: true }).day ?? today)
          : Number(/^\D{0,2}(20\d{2})[-./年]/.exec(squeeze(c.v))?.[1] ?? 0)
        if (y > latest && y <= yearOf(today)) latest = y
      }
  return latest || null
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
    const isData = (r: Row) => r.n > start && kindOf(filled(cellsOf(r)), headers, at, wide(r.n)) === 'data'
    const first = sheet.rows.find(isData)?.n ?? 0
    let last = 0
    for (let i = sheet.rows.length - 1; first > 0 && last === 0; i -= 1)
      if (isData(sheet.rows.at(i)!)) last = sheet.rows.at(i)!.n
    const telling =
      at.has('request') ||
      at.has('title') ||
      at.has('facts') ||
      // '纠纷类别' alone says what it is about, too.
      columns.some((c) => c.field === 'category' && /纠纷|矛盾|信访|诉求|问题|事项/.test(c.header))
    // A ledger names matters, and besides them at least who, where or when.
    const around = (
      ['petitionerName', 'receivedOn', 'village', 'area', 'phone', 'grade', 'owner', 'channel', 'leadOfficial'] as const
    ).filter((f) => at.has(f)).length
    const ledger = !sheet.hidden && first > 0 && telling && around >= (headerRows.length ? 1 : 2)
    return {
      name: sheet.name,
      ...(of === undefined ? {} : { of }),
      kind: ledger ? 'ledger' : 'other',
      title: setting.title,
      year:
        options.year ?? setting.year ?? yearAmong(sheet, start, [at.get('receivedOn'), at.get('dueOn')], options.today),
      headerRows,
      firstRow: first,
      lastRow: last,
      columns,
      fingerprint: hash(columns.map((c) => `${c.index}:${c.header}`).join('|')),
    }
  }),
})

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
