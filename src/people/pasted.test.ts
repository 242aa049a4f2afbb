import { expect, test } from 'vitest'
import { villagesIn } from './pasted.ts'

test('从表格粘贴：表头略去，合并单元格沿用上一行的管区', () => {
  expect(villagesIn('管区\t村\t网格数\t户数\n城东管区\t东柳庄\t3\t1,204\n\t西王村\t２\t\n\n')).toEqual([
    { area: '城东管区', name: '东柳庄', code: '', grids: 3, households: 1204, population: null },
    { area: '城东管区', name: '西王村', code: '', grids: 2, households: null, population: null },
  ])
})
test('手工输入：空格或顿号分开，只写村名也可以', () => {
  expect(villagesIn('城西管区 北河村\n南石峪').map((v) => [v.area, v.name, v.grids])).toEqual([
    ['城西管区', '北河村', 1],
    ['城西管区', '南石峪', 1],
  ])
})
