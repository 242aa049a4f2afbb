import { expect, test } from 'vitest'
import type { Sheet } from '../kit/server/excel.ts'
import { recogniseRoster, roleOf } from './roster.ts'

type V = string | number | null
const sheet = (name: string, rows: V[][], merges: Sheet['merges'] = []): Sheet =>
  ({
    name,
    hidden: false,
    merges,
    rows: rows.map((r, i) => ({ n: i + 1, cells: r.map((v, k) => ({ c: k + 1, v })).filter((c) => c.v !== null) })),
  }) as unknown as Sheet
const brief = (book: Sheet[]) =>
  recogniseRoster({ sheets: book }).lines.map((l) =>
    [l.name, l.role, l.post, l.unit || [l.area, l.village, l.grid].filter(Boolean).join('/'), l.phone].join(' '),
  )

test('一张表：标题在上、列序任意、单位写一次管下面几行、合计不算', () => {
  expect(
    brief([
      sheet('花名册', [
        ['示范镇干部花名册（二〇二六年）', null, null, null, null],
        ['序号', '所属单位', '联系方式', '姓　名', '现任职务'],
        [1, null, '13800000001', '甲书记', '党委书记'],
        [2, null, 13800000002, '乙副镇', '副镇长'],
        [3, '自然资源所', '138 0000 0003', '丙所长', '所长'],
        [4, null, '138-0000-0004', '丁干事', '科员'],
        [5, '信访办', '', '戊主任', '主任'],
        ['合计', null, null, '5人', null],
      ]),
    ]),
  ).toEqual([
    '甲书记 townLeader 党委书记  13800000001',
    '乙副镇 leadOfficial 副镇长  13800000002',
    '丙所长 unitHandler 所长 自然资源所 13800000003',
    '丁干事 unitHandler 科员 自然资源所 13800000004',
    '戊主任 petitionHead 主任 信访办 ',
  ])
})

test('几张表：表名就是单位或管区；两行表头；没有姓名的表说明没有采用', () => {
  const book = [
    sheet(
      '民政办',
      [
        ['姓名', '岗位', '联系方式', null],
        [null, null, '手机', '座机'],
        ['甲某', '负责人', 13800000005, 5321],
      ],
      [
        { r1: 1, c1: 1, r2: 2, c2: 1 },
        { r1: 1, c1: 2, r2: 2, c2: 2 },
        { r1: 1, c1: 3, r2: 1, c2: 4 },
      ],
    ),
    sheet('城东管区', [
      ['职务', '人员姓名', '手机号'],
      ['管区书记', '乙某', '13800000006'],
    ]),
    sheet('统计', [
      ['年度', '数量'],
      [2026, 3],
    ]),
  ]
  expect(brief(book)).toEqual([
    '甲某 unitHandler 负责人 民政办 13800000005',
    '乙某 areaSecretary 管区书记 城东管区 13800000006',
  ])
  expect(recogniseRoster({ sheets: book }).problems).toEqual(['“统计”没有认出“姓名”一列，没有采用'])
})

test('网格员名单：村合并，网格一行一人；一格两人各算一人；不像姓名的说出来', () => {
  const read = recogniseRoster({
    sheets: [
      sheet(
        '名单',
        [
          ['管区', '村（居）', '网格', '网格员姓名', '电话'],
          ['城东管区', '东柳庄', '第1网格', '甲某', '13800000007'],
          [null, null, '第2网格', '乙某、丙某', '13800000008、13800000009'],
          [null, '前刘官庄', '第1网格', '待定?', ''],
        ],
        [
          { r1: 2, c1: 1, r2: 4, c2: 1 },
          { r1: 2, c1: 2, r2: 3, c2: 2 },
        ],
      ),
    ],
  })
  expect(read.lines.map((l) => [l.name, l.role, l.village, l.grid, l.phone].join(' '))).toEqual([
    '甲某 gridWorker 东柳庄 第1网格 13800000007',
    '乙某 gridWorker 东柳庄 第2网格 13800000008',
    '丙某 gridWorker 东柳庄 第2网格 13800000009',
  ])
  expect(read.problems).toEqual(['名单 第 4 行：“待定?”不像姓名，没有采用'])
})

test('管理员和审计员从不靠猜', () => {
  const bare = { unit: '', area: '', village: '', grid: '' }
  for (const post of ['系统管理员', '安全管理员', '审计员']) expect(roleOf({ ...bare, post }).role).toBe(null)
})

test('镇领导写在村里的人下面，不跟着上面的村；任职时间、电话写错的说出来', () => {
  const read = recogniseRoster({
    sheets: [
      sheet('名册', [
        ['姓名', '职务', '村', '电话', '任职时间'],
        ['甲某', '信访信息员', '东柳庄', '13800000007', '2024.3'],
        ['乙某', '镇党委书记', null, '138000', '2026-13-45'],
        ['丙某', '文书', null, null, null],
      ]),
    ],
  })
  expect(read.lines.map((l) => [l.name, l.role, l.village, l.since].join(' '))).toEqual([
    '甲某 villageOfficer 东柳庄 2024-03-01',
    '乙某 townLeader  ',
    '丙某 villageOfficer 东柳庄 ',
  ])
  expect(read.problems).toEqual([
    '名册 第 3 行：乙某的任职时间“2026-13-45”不是日期，按今天起',
    '名册 第 3 行：乙某的电话“138000”不像电话号码，请核对',
  ])
})

test('拿信访台账当花名册：信访人不当干部', () => {
  const read = recogniseRoster({
    sheets: [
      sheet('台账', [
        ['序号', '村', '姓名', '身份证号', '联系电话', '主要诉求'],
        [1, '东柳庄', '甲某', '370901199203034770', '13800001234', '要求公开河滩地承包费'],
      ]),
    ],
  })
  expect(read.lines).toEqual([])
  expect(read.problems[0]).toBe('“台账”像是信访台账，里面的人是信访人，没有采用')
})
