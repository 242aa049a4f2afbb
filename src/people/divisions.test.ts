import { expect, test } from 'vitest'
import type { Cell, Sheet } from '../kit/server/workbook.ts'
import { recogniseDivisions } from './divisions.ts'

const sheet = (rows: Cell['v'][][], merges: Sheet['merges'] = []): Sheet => ({
  name: '村居',
  hidden: false,
  merges,
  rows: rows.map((r, i) => ({
    n: i + 1,
    cells: r.flatMap((v, k): Cell[] => (v === null ? [] : [{ c: k + 1, v }])),
  })),
})

test('村名录：管区合并、人口带单位、只写网格个数；同名、同码的说出来', () => {
  const read = recogniseDivisions({
    sheets: [
      sheet(
        [
          ['清河镇行政村基本情况一览表'],
          ['序\n号', '所属管区（片区）', '行政村名称', '统计用区划代码', '户 数\n（户）', '常住人口', '网格数'],
          [1, '城东管区', '东关村', 370921101201, '320', '1,100', 2],
          [2, null, '西关', 370921101202, 210, '800人', '3个'],
          [3, '山后管区', '大石头峪村', '370921101203', null, null, 1],
          [4, null, '东关村', '370921101201', 90, 400, null],
          ['合计', null, 4, null, 620, 2300],
        ],
        [{ r1: 3, c1: 2, r2: 4, c2: 2 }],
      ),
    ],
  })
  expect(read.villages.map((v) => [v.area, v.name, v.households, v.population, v.grids.length])).toEqual([
    ['城东管区', '东关村', 320, 1100, 2],
    ['城东管区', '西关', 210, 800, 3],
    ['山后管区', '大石头峪村', null, null, 1],
    ['山后管区', '东关村', 90, 400, 0],
  ])
  expect(read.problems).toEqual([
    '东关村出现在两个管区（城东管区东关村、山后管区东关村），请核对',
    '代码 370921101201 用了两次（城东管区东关村、山后管区东关村），请核对',
  ])
})

test('拿信访台账来认村：只取管区和村，信访人不当网格员，涉及人数不当人口', () => {
  const read = recogniseDivisions({
    sheets: [
      sheet([
        ['序号', '管区', '村', '姓名', '联系电话', '涉及人数', '主要诉求'],
        [1, '城东管区', '东柳庄', '郭大年', '13800001234', 5, '要求公开河滩地承包费'],
        [2, '城东管区', '东柳庄', '萧小满', '13800001235', 1, '退役后优抚待遇未按时发放'],
        [3, '城西管区', '西王村', '李有田', null, 1, '补足少分的承包地'],
      ]),
    ],
  })
  expect(read.villages).toEqual([
    { name: '东柳庄', area: '城东管区', grids: [], households: null, population: null },
    { name: '西王村', area: '城西管区', grids: [], households: null, population: null },
  ])
})

test('一个管区一张表：管区只在表名或题目里，合并的题目不当表头，封面和别的表不认', () => {
  const title = [{ r1: 1, c1: 1, r2: 1, c2: 4 }]
  const one = sheet(
    [
      // What stands in a merged range is written into each of its cells by some programs.
      ['东管区村居一览表', '东管区村居一览表', '东管区村居一览表', '东管区村居一览表'],
      ['序号', '行政村名称', '网格数', '户数'],
      [1, '东柳村', 3, 412],
      ['合计', null, 3, 412],
    ],
    title,
  )
  const two = sheet(
    [
      ['柳泉镇西管区村居网格明细', null, null, null],
      ['序号', '村名', '网格数', '户数'],
      [1, '石桥村', 2, '198户'],
    ],
    title,
  )
  const read = recogniseDivisions({
    sheets: [
      { ...sheet([['柳泉镇村居名录']]), name: '封面' },
      { ...one, name: '东管区' },
      { ...two, name: 'Sheet3' },
      {
        ...sheet([
          ['姓名', '电话'],
          ['张三', '13800000000'],
        ]),
        name: '人员',
      },
    ],
  })
  expect(read.villages.map((v) => [v.area, v.name, v.households, v.grids.length])).toEqual([
    ['东管区', '东柳村', 412, 3],
    ['西管区', '石桥村', 198, 2],
  ])
  expect(read.problems).toEqual([])
})
