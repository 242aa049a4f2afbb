import { expect, test } from 'vitest'
import type { Day } from '../../kit/day.ts'
import type { Cell, Merge, Sheet } from '../../kit/server/excel.ts'
import { applyMapping, recognise } from './recognise.ts'

const today = '2026-03-05' as Day
type Value = string | number | null | Omit<Cell, 'c'>
const sheet = (
  name: string,
  lines: Value[][],
  merges: [number, number, number, number][] = [],
  more: Partial<Sheet> = {},
): Sheet => ({
  name,
  hidden: false,
  rows: lines
    .map((line, i) => ({
      n: i + 1,
      cells: line
        .map((x, c): Cell => (x !== null && typeof x === 'object' ? { c: c + 1, ...x } : { c: c + 1, v: x }))
        .filter((c) => c.v !== null || c.fill || c.formula),
    }))
    .filter((r) => r.cells.length > 0),
  merges: merges.map(([r1, c1, r2, c2]): Merge => ({ r1, c1, r2, c2 })),
  ...more,
})
const read = (sheets: Sheet[], fileName = '2025年台账.xlsx') => {
  const proposal = recognise({ sheets }, { today, fileName })
  return { proposal, ...applyMapping({ sheets }, proposal, { today }) }
}
const brief = (r: ReturnType<typeof read>) =>
  r.rows.map((x) =>
    [x.row, x.area, x.village, x.names.join('、'), x.grade, x.receivedOn, x.request.slice(0, 4)].join('|'),
  )

test('两张同样的表并排放', () => {
  const head = ['序号', '姓名', '反映问题', '来访时间', '级别']
  const r = read([
    sheet(
      '台账',
      [
        ['某镇2025年信访台账'],
        [...head, null, ...head],
        [1, '张三', '要求修好进村道路', '3月5日', '红', null, 3, '王五', '反映村账不公开', '5月1日', '蓝'],
        [2, '李四', '要求补发耕地补贴', '4.1', '黄'],
      ],
      [[1, 1, 1, 11]],
    ),
  ])
  expect(brief(r)).toEqual([
    '3|||张三|red|2025-03-05|要求修好',
    '4|||李四|yellow|2025-04-01|要求补发',
    '3|||王五|blue|2025-05-01|反映村账',
  ])
  expect(new Set(r.proposal.sheets.map((s) => s.of))).toEqual(new Set(['台账']))
})
test('上下两张表，表头不同，各有标题和管区', () => {
  const r = read([
    sheet(
      '台账',
      [
        ['城东管区2025年信访台账'],
        ['序号', '姓名', '反映问题', '来访时间', '级别', '村'],
        [1, '张三', '要求修好进村道路', '2025.3.5', '红', '甲村'],
        [2, '李四', '要求补发耕地补贴', '2025.4.1', '黄', '乙村'],
        [],
        ['城西管区2025年信访台账'],
        ['编号', '受理日期', '所在村', '信访人', '主要诉求', '预警级别'],
        [1, '2025.5.1', '丙村', '王五', '反映村账不公开', '蓝色'],
        [2, '2025.6.1', '丁村', '赵六', '要求解决吃水困难', '红色'],
      ],
      [
        [1, 1, 1, 6],
        [6, 1, 6, 6],
      ],
    ),
  ])
  expect(brief(r)).toEqual([
    '3|城东管区|甲村|张三|red|2025-03-05|要求修好',
    '4|城东管区|乙村|李四|yellow|2025-04-01|要求补发',
    '8|城西管区|丙村|王五|blue|2025-05-01|反映村账',
    '9|城西管区|丁村|赵六|red|2025-06-01|要求解决',
  ])
})
test('同样的表头一张接一张，中间的标题写着管区', () => {
  const head = ['序号', '姓名', '反映问题', '来访时间', '级别']
  const r = read([
    sheet(
      '台账',
      [
        ['城东管区信访台账'],
        head,
        [1, '张三', '要求修好进村道路', '2025.3.5', '红'],
        ['城西管区信访台账'],
        head,
        [1, '王五', '反映村账不公开', '2025.5.1', '蓝'],
      ],
      [
        [1, 1, 1, 5],
        [4, 1, 4, 5],
      ],
    ),
  ])
  expect(brief(r)).toEqual(['3|城东管区||张三|red|2025-03-05|要求修好', '6|城西管区||王五|blue|2025-05-01|反映村账'])
})
test('一件一表的登记表：栏目在左，内容在右；一个文件几张', () => {
  const form = (name: string, who: string, request: string, grade: string) =>
    sheet(
      name,
      [
        ['信访事项登记表（2025年）'],
        ['编号', '7', null, '登记时间', '3月5日'],
        ['信访人', who, null, '联系电话', 15000004033],
        ['身份证号', '370901199203034770', null, '所在村', '东柳庄'],
        ['反映问题', request],
        ['预警级别', grade, null, '包案领导', '李书记'],
        ['办理情况', '正在办理'],
        ['领导签字', null, null, '备注'],
      ],
      [
        [1, 1, 1, 5],
        [5, 2, 5, 5],
      ],
    )
  const r = read([
    form('张三', '张三', '要求修好进村道路，雨天出不了门', '红色'),
    form('李四', '李四等5人', '要求兑现承包费', '蓝色'),
  ])
  expect(brief(r)).toEqual(['3||东柳庄|张三|red|2025-03-05|要求修好', '3||东柳庄|李四|blue|2025-03-05|要求兑现'])
  expect(r.rows[0]).toMatchObject({
    phone: '15000004033',
    leadOfficial: '李书记',
    progress: '正在办理',
    number: '7',
    note: '',
  })
  expect(r.rows[1]!.headCount).toBe(5)
})
test('一张工作表里接连几件，“姓名：张三”写在一格里', () => {
  const r = read([
    sheet('登记', [
      ['信访登记'],
      ['信访人：张三', '联系电话：15000004033'],
      ['来访时间：2025年3月5日', '所在村：甲村'],
      ['反映问题：要求修好进村道路'],
      [],
      ['信访人：李四', '联系电话：15000004034'],
      ['来访时间：2025年4月5日', '所在村：乙村'],
      ['反映问题：要求兑现承包费'],
    ]),
  ])
  expect(brief(r)).toEqual(['3||甲村|张三||2025-03-05|要求修好', '6||乙村|李四||2025-04-05|要求兑现'])
})
test('隐藏的行和列照读并说明；公式出错和没算过的公式说明，不采用', () => {
  const r = read([
    sheet(
      '台账',
      [
        ['序号', '姓名', '电话', '反映问题', '来访时间', '级别'],
        [1, '张三', 15000004033, '要求修好进村道路', '2025.3.5', '#REF!'],
        [2, '李四', 15000004034, '要求补发耕地补贴', { v: null, formula: true }, '红'],
      ],
      [],
      { hiddenRows: [3], hiddenColumns: [3] },
    ),
  ])
  expect(brief(r)).toEqual(['2|||张三||2025-03-05|要求修好', '3|||李四|red||要求补发'])
  expect(r.rows.map((x) => x.flags.map((f) => f.code))).toEqual([['cellError'], ['formulaEmpty']])
  expect(r.flags.map((f) => f.code)).toEqual(['rowsHidden', 'columnsHidden'])
})
test('村只写一次，下面几行空着；日期写成区间、英文、月底', () => {
  const r = read([
    sheet('台账', [
      ['管区', '村', '姓名', '反映问题', '来访时间', '级别'],
      ['东管区', '甲村', '张三', '要求修好进村道路', '2025.3.5-3.8', '红'],
      [null, null, '李四', '要求补发耕地补贴', '5-Mar-25', '红'],
      [null, null, '王五', '反映村账不公开长期', '3月底', '蓝'],
      ['西管区', '乙村', '赵六', '要求解决吃水困难', '3/15/2025', '黄'],
      [null, null, '钱七', '要求清理村口垃圾堆', 3.1, '黄'],
    ]),
  ])
  expect(brief(r)).toEqual([
    '2|东管区|甲村|张三|red|2025-03-05|要求修好',
    '3|东管区|甲村|李四|red|2025-03-05|要求补发',
    '4|东管区|甲村|王五|blue|2025-03-31|反映村账',
    '5|西管区|乙村|赵六|yellow|2025-03-15|要求解决',
    '6|西管区|乙村|钱七|yellow|2025-03-01|要求清理',
  ])
  expect(r.rows.map((x) => x.flags.map((f) => f.code).join())).toEqual([
    'dateUnsure',
    '',
    'yearAssumed,dayAssumed',
    '',
    'yearAssumed,dateUnsure',
  ])
})
