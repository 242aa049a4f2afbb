import type { Cell, Merge, Row, Sheet, Workbook } from '../../kit/server/excel.ts'
import { cellsOf, cleanHeader, fieldsOfHeader, filled, gridOf, headOf, looksDated, otherHeader } from './heads.ts'
import type { Field } from './proposal.ts'
import { foldTogether, stoodUp } from './reshape.ts'
import { phoneOf, squeeze } from './values.ts'

/** One table of a workbook: a sheet, or the part of one that `of` names. */
export type Table = Sheet & { of?: string }

/** The sheets of a workbook as tables: side by side, one under the other, and forms of one matter each are taken apart. Pure. */
export const tablesOf = (workbook: Workbook): Table[] =>
  workbook.sheets.flatMap((sheet) => {
    const cards = cardsBeside(sheet)
    if (cards) return cards
    const form = stoodUp(sheet, sureField) ?? formsOf(sheet)
    if (form) return [form]
    return stacked(foldTogether(sheet)).flatMap((part) => beside(part))
  })

const inColumns = (sheet: Table, from: number, to: number, name: string, headAt: number): Table => ({
  ...sheet,
  name,
  of: sheet.of ?? sheet.name,
  rows: sheet.rows
    .map((r) => ({
      n: r.n,
      // Titles stand above all tables.
      cells: r.n < headAt ? r.cells : r.cells.filter((c) => c.c >= from && c.c <= to),
    }))
    .filter((r) => r.cells.some((c) => c.v !== null)),
  merges: sheet.merges.filter((m) => m.c1 >= from && m.c2 <= to),
})

/** Two or three tables of the same head next to each other. */
const beside = (sheet: Table): Table[] => {
  if (sheet.rows.length < 2 || sheet.rows.length > 20_000) return [sheet]
  const { rows, headers } = headOf(sheet, gridOf(sheet))
  const list = [...headers].sort((a, b) => a[0] - b[0])
  if (rows.length === 0 || list.length < 6) return [sheet]
  const period = list.findIndex(
    (_, i) =>
      i >= 3 &&
      list.length % i === 0 &&
      list.every(([, h], k) => cleanHeader(h) === cleanHeader(list[k % i]![1])) &&
      new Set(list.slice(0, i).map(([, h]) => h)).size === i,
  )
  if (period < 0) return [sheet]
  const out: Table[] = []
  for (let k = 0; k < list.length; k += period) {
    const from = list[k]![0]
    const to = list[k + period] ? list[k + period]![0] - 1 : Number.POSITIVE_INFINITY
    out.push(
      inColumns(sheet, from, to, k === 0 ? sheet.name : `${sheet.name}（并排第 ${k / period + 1} 表）`, rows[0]!),
    )
  }
  return out
}

const isHeadWord = (v: string) => fieldsOfHeader(v).length > 0 || otherHeader.test(cleanHeader(v))
const strong = new Map<string, Field | null>()
const spoken =
  /^(反映|要求|请求|咨询|举报|投诉|申请)(?!人|者|群众|对象|的?(主要|具体)?(问题|内容|诉求|事项)|时间|日期|渠道|方式|形式|区域|地点|单位|类|编号|电话|途径|来源)./
/** The field that a whole cell names for sure, or null. */
const sureField = (v: Cell['v']): Field | null => {
  if (typeof v !== 'string' || v.length > 20) return null
  const known = strong.get(v)
  if (known !== undefined) return known
  // '反映村道的问题' is written under a head, '反映的主要问题' is one.
  const best = spoken.test(squeeze(v)) ? undefined : fieldsOfHeader(v)[0]
  const field = best && best[1] >= 0.9 ? best[0] : null
  if (strong.size > 5000) strong.clear()
  strong.set(v, field)
  return field
}

/** A second table with another head under the first; the lines between (its title) belong to it. */
const stacked = (sheet: Sheet): Table[] => {
  if (sheet.rows.length < 6 || sheet.rows.length > 20_000) return [sheet]
  const { rows, headers } = headOf(sheet, gridOf(sheet))
  if (rows.length === 0) return [sheet]
  const cuts: number[] = []
  let before: Row[] = []
  let current = headers
  for (const r of sheet.rows) {
    if (r.n <= rows.at(-1)!) continue
    const cells = filled(cellsOf(r))
    if (cells.length <= 2) {
      before.push(r)
      continue
    }
    const isHead =
      cells.length >= 4 &&
      cells.every((c) => typeof c.v === 'string' && squeeze(c.v).length <= 12) &&
      new Set(cells.map((c) => sureField(c.v)).filter((f) => f !== null)).size >= Math.max(3, cells.length * 0.6) &&
      cells.every((c) => phoneOf(c.v) === '' && !looksDated(c))
    if (isHead) {
      const same = cells.filter((c) => {
        const h = current.get(c.c)
        return h?.includes(squeeze(c.v)) ?? false
      }).length
      if (same < cells.length * 0.6) {
        const title = before.filter(
          (b) => b.n > (cuts.at(-1) ?? 0) && !/^(合计|小计|总计|注|备注|说明|填表)/.test(squeeze(b.cells[0]!.v)),
        )
        cuts.push(title[0]?.n ?? r.n)
        current = new Map(cells.map((c) => [c.c, squeeze(c.v)]))
      }
    }
    before = []
  }
  if (cuts.length === 0 || cuts.length > 50) return [sheet]
  return [0, ...cuts].map((from, i) => {
    const to = cuts[i] ?? Number.POSITIVE_INFINITY
    return {
      ...sheet,
      name: i === 0 ? sheet.name : `${sheet.name}（第 ${i + 1} 表）`,
      of: sheet.name,
      rows: sheet.rows.filter((r) => r.n >= from && r.n < to),
      merges: sheet.merges.filter((m) => m.r1 >= from && m.r1 < to),
    }
  })
}

/** Forms next to each other: the same words in the same rows of two or more columns. */
const cardsBeside = (sheet: Sheet): Table[] | null => {
  if (sheet.rows.length < 4 || sheet.rows.length > 400) return null
  const times = new Map<number, number>()
  let first = Number.POSITIVE_INFINITY
  for (const r of sheet.rows) {
    const words = r.cells.filter(
      (c) => typeof c.v === 'string' && sureField(squeeze(c.v).replace(/[:：]$/, '')) !== null,
    )
    const again = words.slice(1).filter((c) => squeeze(c.v) === squeeze(words[0]!.v))
    // A row of four words is the head of tables side by side.
    if (again.length === 0 || words.length !== again.length + 1) continue
    first = Math.min(first, words[0]!.c)
    for (const c of again) times.set(c.c, (times.get(c.c) ?? 0) + 1)
  }
  const starts = [first, ...[...times].filter(([, n]) => n >= 4).map(([c]) => c)].sort((a, b) => a - b)
  if (starts.length < 2) return null
  const parts = starts.map((from, k) =>
    formsOf(
      inColumns(
        sheet,
        from,
        starts[k + 1] ? starts[k + 1]! - 1 : Number.POSITIVE_INFINITY,
        k === 0 ? sheet.name : `${sheet.name}（并排第 ${k + 1} 张）`,
        0,
      ),
    ),
  )
  return parts.every((p) => p !== null) ? parts : null
}

/** A form of one matter: words on the left, what is filled in to their right. Becomes a table of one row a matter. */
const formsOf = (sheet: Sheet): Table | null => {
  if (sheet.rows.length < 3 || sheet.rows.length > 400) return null
  const rightOf = (r: Row, c: Cell): Cell | undefined =>
    r.cells.find((x) => x.c > c.c && x.v !== null && squeeze(x.v) !== '')
  type Form = { n: number; values: Map<string, Cell>; fields: Set<Field> }
  const forms: Form[] = []
  const order: string[] = []
  const titles: Row[] = []
  let labelRows = 0
  let form: Form | null = null
  for (const r of sheet.rows) {
    const cells = r.cells.filter((c) => c.v !== null && squeeze(c.v) !== '')
    // Four words side by side head a table.
    const labels = cells.filter((c) => sureField(typeof c.v === 'string' ? squeeze(c.v) : c.v) !== null).length
    const words = cells.filter((c) => typeof c.v === 'string' && c.v.length <= 12 && isHeadWord(c.v)).length
    if (labels >= 4 && Math.max(labels, words) > cells.length / 2) return null
    let found = 0
    for (let i = 0; i < cells.length; i += 1) {
      const c = cells[i]!
      let label = typeof c.v === 'string' ? squeeze(c.v).replace(/[:：]$/, '') : ''
      let value: Cell | undefined
      // '姓名：张三' in one cell.
      const together = typeof c.v === 'string' ? /^([^:：]{2,10})[:：]\s*(\S[\s\S]*)$/.exec(c.v.trim()) : null
      if (together && sureField(together[1]!)) {
        label = squeeze(together[1])
        value = { ...c, v: together[2]!.trim() }
      }
      const field = sureField(label)
      if (!field) continue
      if (!value) {
        const right = rightOf(r, c)
        // A label beside a label: nothing is filled in, or this is the head of a table.
        if (
          right &&
          sureField(typeof right.v === 'string' ? squeeze(right.v).replace(/[:：]$/, '') : right.v) === null
        ) {
          value = right
          i += cells[i + 1] === right ? 1 : 0
        }
      }
      found += 1
      if (
        form?.values.has(label) &&
        (field === 'petitionerName' || field === 'request' || field === 'serial' || field === 'number')
      )
        form = null
      if (!form) {
        form = { n: r.n, values: new Map(), fields: new Set() }
        forms.push(form)
      }
      if (!form.values.has(label)) {
        if (!order.includes(label)) order.push(label)
        if (value) {
          form.values.set(label, value)
          form.fields.add(field)
        }
      }
    }
    if (found) labelRows += 1
    else if (forms.length === 0) titles.push(r)
  }
  const whole = forms.filter(
    (f) =>
      f.fields.size >= 4 &&
      (f.fields.has('request') || f.fields.has('title')) &&
      (f.fields.has('petitionerName') || f.fields.has('receivedOn')),
  )
  // In a table the words stand in one row; in a form in several.
  if (whole.length === 0 || labelRows < whole.length * 3) return null
  let n = 2
  return {
    ...sheet,
    rows: [
      ...titles.slice(0, 1).map((t) => ({ n: 1, cells: t.cells })),
      { n: 2, cells: order.map((v, i) => ({ c: i + 1, v })) },
      ...whole.map((f) => {
        n = Math.max(n + 1, f.n)
        return {
          n,
          cells: order.flatMap((label, i): Cell[] => {
            const value = f.values.get(label)
            return value ? [{ ...value, c: i + 1 }] : []
          }),
        }
      }),
    ],
    merges: [] as Merge[],
  }
}
