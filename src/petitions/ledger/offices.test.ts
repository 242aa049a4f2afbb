import { expect, test } from 'vitest'
import type { Day } from '../../kit/day.ts'
import { readWorkbook } from '../../kit/server/excel.ts'
import { toXlsx } from '../../kit/server/workbook.fixture.ts'
import { sheet } from './offices.fixture.ts'
import { habits } from './offices.habits.fixture.ts'
import { joined } from './offices.joined.fixture.ts'
import { layouts } from './offices.layouts.fixture.ts'
import { more } from './offices.more.fixture.ts'
import { names } from './offices.names.fixture.ts'
import { places as placed } from './offices.places.fixture.ts'
import { ticks } from './offices.ticks.fixture.ts'
import { unseen } from './offices.unseen.fixture.ts'
import { words } from './offices.words.fixture.ts'
import { readImport } from './reading.ts'
import { applyMapping, recognise } from './recognise.ts'

test.each([...layouts, ...words, ...more, ...placed, ...habits, ...names, ...joined, ...ticks, ...unseen])(
  '%s：逐件逐栏都对',
  async (what, sheets, truth) => {
    const today = '2026-03-05' as Day
    const workbook = await readWorkbook(toXlsx({ sheets }), `${what}.xlsx`)
    const { rows } = applyMapping(workbook, recognise(workbook, { today, fileName: '台账.xlsx' }), { today })
    expect(rows.length).toBe(truth.length)
    truth.forEach((t, i) => {
      expect(rows[i], `第 ${i + 1} 件`).toMatchObject(t)
    })
  },
)

test('没有村一栏时，村从住址里找：先认本镇的村，再认“某某村”', async () => {
  const workbook = await readWorkbook(
    toXlsx({
      sheets: [
        sheet('Sheet1', [
          ['2025年台账'],
          ['序号', '信访人', '家庭住址', '信访事项', '登记日期'],
          [1, '甲某', '清河镇柳林村12号', '请求修路', '2025-3-5'],
          [2, '乙某', '清河镇大官庄东二胡同', '请求通水', '2025-3-6'],
          [3, '丙某', '清河镇金桥社区幸福小区3号楼', '请求通电', '2025-3-7'],
          [4, '丁某', '县城建设路', '请求通气', '2025-3-8'],
        ]),
      ],
    }),
    '台账.xlsx',
  )
  const places = { areas: [], categories: [], villages: [{ id: 'v1', name: '大官庄', areaId: 'a1' }] }
  const read = readImport('ledger', '台账.xlsx', workbook, places, { today: '2026-03-05' as Day })
  expect([...read.rows()].map((r) => [r.parsed.village, r.parsed.villageId])).toEqual([
    ['柳林村', null],
    ['大官庄', 'v1'],
    ['金桥社区', null],
    ['', null],
  ])
})

test('村名后面写着组、网格，也认得是哪个村', async () => {
  const written = ['大官庄/3组', '大官庄二组', '大官庄第一网格', '大官庄（东）', '大官庄园']
  const workbook = await readWorkbook(
    toXlsx({
      sheets: [
        sheet('Sheet1', [
          ['信访人', '村组', '信访事项', '登记日期'],
          ...written.map((v, i) => [`${'甲乙丙丁戊'[i]}某`, v, `请求${'修通硬清补'[i]}路`, '2025-3-5']),
        ]),
      ],
    }),
    '台账.xlsx',
  )
  const places = { areas: [], categories: [], villages: [{ id: 'v1', name: '大官庄', areaId: 'a1' }] }
  const read = readImport('ledger', '台账.xlsx', workbook, places, { today: '2026-03-05' as Day })
  expect([...read.rows()].map((r) => r.parsed.villageId)).toEqual(['v1', 'v1', 'v1', 'v1', null])
})

test('各列的示例：姓名遮盖，长的号码不露', async () => {
  const workbook = await readWorkbook(
    toXlsx({
      sheets: [
        sheet('Sheet1', [
          ['信访人', '电话', '信访事项', '登记日期', '信访形式', '另一方'],
          ['张三丰', '13800000001', '请求修路', { v: 45721, date: true }, '来访', '王五'],
          ['𠮷某海', 13800000002, '请求通水', { v: 45722, date: true }, '来信', '赵六'],
        ]),
      ],
    }),
    '台账.xlsx',
  )
  const places = { areas: [], categories: [], villages: [] }
  const read = readImport('ledger', '台账.xlsx', workbook, places, { today: '2026-03-05' as Day })
  expect(read.samples).toEqual({
    Sheet1: {
      1: '张*丰、𠮷*海',
      2: '13…',
      3: '请求修路、请求通水',
      4: '2025-03-05、2025-03-06',
      5: '来访、来信',
      6: '王*、赵*',
    },
  })
})
