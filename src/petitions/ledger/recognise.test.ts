import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Day } from '../../kit/day.ts'
import { type Cell, type Merge, readWorkbook, type Sheet } from '../../kit/server/excel.ts'
import { writeRows } from '../../kit/server/excel.write.ts'
import { applyMapping, recognise } from './recognise.ts'

const today = '2026-03-05' as Day
const office = resolve(import.meta.dirname, '../../../../shared/data/office-ledger.xlsx')

type Value = string | number | null | { v: string | number | null; fill?: string; date?: boolean }
/** A sheet from lines of values; `merges` as [r1, c1, r2, c2]. */
const sheet = (
  name: string,
  lines: Value[][],
  merges: [number, number, number, number][] = [],
  hidden = false,
): Sheet => ({
  name,
  hidden,
  rows: lines
    .map((line, i) => ({
      n: i + 1,
      cells: line
        .map((x, c): Cell => (x !== null && typeof x === 'object' ? { c: c + 1, ...x } : { c: c + 1, v: x }))
        .filter((c) => c.v !== null || c.fill),
    }))
    .filter((r) => r.cells.length > 0),
  merges: merges.map(([r1, c1, r2, c2]): Merge => ({ r1, c1, r2, c2 })),
})
const read = (sheets: Sheet[], options: { year?: number; fileName?: string } = {}) => {
  const proposal = recognise({ sheets }, { today, ...options })
  return { proposal, ...applyMapping({ sheets }, proposal, { today, year: options.year }) }
}
const brief = (r: ReturnType<typeof read>) =>
  r.rows.map((x) => [x.area, x.village, x.names.join('、'), x.grade, x.receivedOn, x.request.slice(0, 4)].join('|'))
const fields = (r: ReturnType<typeof read>, i = 0) =>
  Object.fromEntries(r.proposal.sheets[i]!.columns.filter((c) => c.field).map((c) => [c.field, c.index]))

test.runIf(existsSync(office))('办公室台账：76 行，颜色、日期、重复、损坏的身份证号都对', async () => {
  const workbook = await readWorkbook(readFileSync(office))
  const proposal = recognise(workbook, { today, fileName: 'office-ledger.xlsx' })
  const { rows, flags, reconciled } = applyMapping(workbook, proposal, { today })
  expect(proposal.sheets[0]).toMatchObject({ kind: 'ledger', year: 2023, headerRows: [3], firstRow: 4, lastRow: 79 })
  expect(rows.length).toBe(76)
  expect(rows.filter((r) => r.verdict === 'rejected')).toEqual([])
  const grades = rows.map((r) => r.grade)
  expect(['blue', 'yellow', 'red'].map((g) => grades.filter((x) => x === g).length)).toEqual([38, 24, 14])
  expect(rows.filter((r) => r.key).length).toBe(19)
  const days: Record<number, string> = {
    4: '2023-02-02',
    5: '2023-02-06',
    6: '2023-10-04',
    7: '2023-10-16',
    15: '2023-09-10',
    18: '2023-08-16',
    25: '2023-02-03',
    26: '2023-03-04',
    41: '2023-04-02',
    43: '2023-11-09',
    46: '2023-11-06',
    52: '2023-08-25',
    63: '2023-06-03',
    71: '2023-04-09',
    72: '2023-05-14',
    74: '2023-10-25',
    78: '2023-04-17',
    79: '2023-02-01',
  }
  for (const [n, d] of Object.entries(days)) expect(rows.find((r) => r.row === Number(n))?.receivedOn).toBe(d)
  expect(rows.every((r) => r.receivedOn?.startsWith('2023-'))).toBe(true)
  expect(rows.filter((r) => r.repeatOf).map((r) => [r.row, r.repeatOf!.row])).toEqual([[71, 62]])
  const damaged = rows.filter((r) => r.flags.some((f) => f.code === 'idDamaged'))
  expect(damaged.map((r) => [r.row, r.idLast4])).toEqual([18, 25, 34, 49, 54].map((n) => [n, '']))
  expect(flags).toEqual([])
  expect(reconciled).toEqual([{ sheet: '台账', row: 80, what: '人数', stated: 232, counted: 232 }])
  expect(rows.find((r) => r.row === 21)).toMatchObject({ area: '城东管区', outcome: 'resolved', channel: 'screening' })
})

describe('别的办公室的台账', () => {
  test('一个管区一张表，汇总表在前，隐藏表不读', () => {
    const head = ['序号', '村居', '当事人', '反映问题', '接访时间', '预警级别']
    const r = read(
      [
        sheet('汇总', [
          ['2024年信访汇总表'],
          ['管区', '红', '黄', '蓝', '问题总数'],
          ['东管区', 1, 1, 0, 2],
          ['西管区', 0, 0, 1, 1],
        ]),
        sheet('东管区', [
          head,
          [1, '甲村', '张三', '修路占地补偿未到位', '2024.3.1', '一级'],
          [2, '乙庄', '李四', '低保申请未通过', '2024.3.2', '二级'],
        ]),
        sheet('西管区', [head, [1, '丙店', '王五', '邻居盖房挡光', '3月5日', '三级']]),
        sheet('旧', [head, [1, '丙店', '王五', '邻居盖房挡光', '3月5日', '三级']], [], true),
        sheet('空', []),
      ],
      { fileName: '2024年台账.xlsx' },
    )
    expect(r.proposal.sheets.map((s) => s.kind)).toEqual(['other', 'ledger', 'ledger', 'other', 'other'])
    expect(brief(r)).toEqual([
      '东管区|甲村|张三|red|2024-03-01|修路占地',
      '东管区|乙庄|李四|yellow|2024-03-02|低保申请',
      '西管区|丙店|王五|blue|2024-03-05|邻居盖房',
    ])
    expect(r.flags.map((f) => f.code)).toEqual(['sheetHidden'])
  })
  test('只有整行底色，没有等级列；无标题；列序打乱；多余的列', () => {
    const row = (fill: string, line: (string | number)[]) => line.map((v) => ({ v, fill }))
    const r = read([
      sheet('Sheet1', [
        ['办理进度', '来访日期', '年龄', '联系方式', '诉求人', '问题描述', '所在村', '承办单位', '办结时间'],
        row('FF0000', [
          '未化解',
          '2025/1/2',
          55,
          15000004033,
          '张某等12人',
          '要求发放征地补偿款',
          '甲村',
          '国土所',
          '',
        ]),
        row('FFC000', [
          '已办结',
          '20250203',
          41,
          '150 0000 4034',
          '李四、王五',
          '反映村账不公开',
          '乙村',
          '经管站',
          '2025/3/1',
        ]),
        row('00B0F0', ['正在化解', '2025年5月', 41, '无', '赵六', '道路积水', '丙村', '城建办', '']),
        row('92D050', ['化解', '2025-05-06 10:30', 41, '', '钱七', '路灯不亮', '丙村', '城建办', '']),
      ]),
    ])
    expect(brief(r)).toEqual([
      '|甲村|张某|red|2025-01-02|要求发放',
      '|乙村|李四、王五|yellow|2025-02-03|反映村账',
      '|丙村|赵六|blue|2025-05-01|道路积水',
      '|丙村|钱七||2025-05-06|路灯不亮',
    ])
    expect(r.rows.map((x) => x.outcome)).toEqual(['handling', 'resolved', 'handling', 'resolved'])
    expect(r.rows.map((x) => x.headCount)).toEqual([12, 2, null, null])
    expect(r.rows.map((x) => x.phone)).toEqual(['15000004033', '15000004034', '', ''])
    expect(r.rows[0]!.unit).toBe('国土所')
  })
  test('两层表头（合并），表头在第 5 行，中间重复表头，页末合计不符', () => {
    const top = ['序号', '信访人', null, null, '信访事项', '受理日期', '风险等级', '包案领导', null, '人数']
    const sub = [null, '姓名', '电话', '村', null, null, null, '姓名', '职务', null]
    const r = read([
      sheet(
        '台账',
        [
          ['某镇矛盾纠纷排查化解台账'],
          [],
          ['填报单位：某镇', null, null, '填报时间：2025年1月10日'],
          [],
          top,
          sub,
          [1, '张三', '15000004033', '甲村', '宅基地边界有争议', '12月30日', 'Ⅰ', '王刚', '副镇长', 2],
          top,
          sub,
          [2, '李四', '15000004034', '乙村', '工程款被拖欠多年', '1月5日', 'Ⅲ级', '赵强', '副书记', 3],
          ['合计', null, null, null, null, null, null, null, null, 6],
          ['注：按月更新'],
          ['填表人：孙某', null, null, '审核人：钱某'],
        ],
        [
          [1, 1, 1, 10],
          [5, 1, 6, 1],
          [5, 2, 5, 4],
          [5, 5, 6, 5],
          [5, 6, 6, 6],
          [5, 7, 6, 7],
          [5, 8, 5, 9],
          [5, 10, 6, 10],
        ],
      ),
    ])
    expect(r.proposal.sheets[0]!.headerRows).toEqual([5, 6])
    expect(fields(r)).toMatchObject({
      petitionerName: 2,
      phone: 3,
      village: 4,
      request: 5,
      receivedOn: 6,
      grade: 7,
      leadOfficial: 8,
    })
    expect(brief(r)).toEqual(['|甲村|张三|red|2024-12-30|宅基地边', '|乙村|李四|blue|2025-01-05|工程款被'])
    expect(r.rows.map((x) => x.leadOfficial)).toEqual(['王刚', '赵强'])
    expect(r.flags.map((f) => f.code)).toEqual(['totalsDiffer'])
    expect(r.reconciled[0]).toMatchObject({ stated: 6, counted: 5 })
  })
  test('管区作为分段标题，同上，小计', () => {
    const r = read([
      sheet(
        '台账',
        [
          ['序号', '村名', '姓名', '案情', '登记时间', '等级', '重点一般'],
          ['一、城东管区'],
          [1, '甲村', '张三', '反映承包地被占用', '23.5.6', '红', '重点'],
          [2, '〃', '李四', '反映承包费未兑现', '23.5.7', '黄类', '一般'],
          ['小计', null, '2件'],
          ['二、城西管区（1件）'],
          [3, '丙村', '王五', '要求修建生产路桥', '2023.2.30', '蓝', '重点'],
          ['合计：3件，其中红色1件，黄色1件，蓝色2件'],
        ],
        [
          [2, 1, 2, 7],
          [6, 1, 6, 7],
          [8, 1, 8, 7],
        ],
      ),
    ])
    expect(brief(r)).toEqual([
      '城东管区|甲村|张三|red|2023-05-06|反映承包',
      '城东管区|甲村|李四|yellow|2023-05-07|反映承包',
      '城西管区|丙村|王五|blue||要求修建',
    ])
    expect(r.rows.map((x) => x.key)).toEqual([true, false, true])
    expect(r.rows[2]!.flags.map((f) => f.code)).toEqual(['dateUnclear'])
    expect(r.flags.map((f) => f.message)).toEqual([expect.stringContaining('蓝色件数为 2，逐行统计为 1')])
  })
  test('没有表头：按内容认', () => {
    const r = read([
      sheet('Sheet1', [
        [1, '东管区', '甲村', '张三', '15000004033', '反映承包地被占用要求查处', '2025.5.6', '红色', '已化解'],
        [2, '东管区', '乙庄', '李四', '15000004034', '反映低保申请一直未通过', '2025.5.7', '蓝色', '正在办理'],
        [3, '西管区', '丙村', '王五', '15000004035', '要求修建生产路和小桥', '2025.5.8', '黄色', '未化解'],
        [4, '西管区', '丁村', '赵六', '15000004036', '邻里因滴水发生争执', '2025.5.9', '黄色', '化解'],
      ]),
    ])
    expect(brief(r)[3]).toBe('西管区|丁村|赵六|yellow|2025-05-09|邻里因滴')
    expect(r.rows.map((x) => x.outcome)).toEqual(['resolved', 'handling', 'handling', 'resolved'])
  })
  test('真正的 Excel 日期与写出的表', async () => {
    const data = await writeRows(
      [
        { title: '编号' },
        { title: '登记日期', type: 'date' },
        { title: '反映人' },
        { title: '主要问题' },
        { title: '颜色' },
        { title: '来源' },
        { title: '责任部门' },
      ],
      [
        [
          { value: 'A-1' },
          { value: '2025-12-31' },
          { value: '𠮷䶮' },
          { value: '要求解决\n饮水困难' },
          { value: '', fill: 'FDECEB' },
          { value: '省长信箱' },
          { value: '水利站' },
        ],
        [
          { value: 'A-2' },
          { value: '2026-01-02' },
          { value: '李四' },
          { value: '' },
          { value: '', fill: 'E6F0FC' },
          { value: '入户走访' },
          { value: '民政办' },
        ],
      ],
      { sheet: '导出', title: '某镇2025年信访台账' },
    )
    const r = read((await readWorkbook(data)).sheets)
    expect(brief(r)[0]).toBe('||𠮷䶮|red|2025-12-31|要求解决')
    expect(r.rows.map((x) => [x.verdict, x.channel, x.number, x.unit])).toEqual([
      ['ok', 'mailbox', 'A-1', '水利站'],
      ['rejected', 'screening', 'A-2', '民政办'],
    ])
  })
  test('表头词语换一套：信访事项与简要情况并列，稳控责任人，一般为否', () => {
    const r = read(
      [
        sheet('台账', [
          [
            '编号',
            '片区',
            '村（社区）',
            '来访人',
            '身份证\n号码',
            '信访事项',
            '简要情况',
            '受理\n日期',
            '红黄蓝',
            '是否重点',
            '包保领导',
            '稳控责任人',
            '目前状况',
            '备注',
          ],
          [
            1,
            '东片区',
            '甲社区',
            '欧阳锋',
            '37090119900101',
            '土地纠纷',
            '反映2020年土地调整时少分二亩地，多次反映无果',
            '5.6',
            '黄',
            '√',
            '王书记',
            '张主任',
            '尚未化解',
            '群访',
          ],
          [
            2,
            null,
            '乙社区',
            '李四',
            3.70901199001011e17,
            '劳资纠纷',
            '工地拖欠工资三万元至今没有支付',
            '5/7',
            '蓝',
            '否',
            '王书记',
            '张主任',
            '息诉罢访',
            null,
          ],
          [
            3,
            null,
            '乙社区',
            '赵五',
            null,
            '宅基纠纷',
            '邻居盖房越界半米，要求恢复原状',
            '2月3日',
            '红',
            '否',
            '王书记',
            '张主任',
            '跟进中',
            null,
          ],
        ]),
      ],
      { year: 2024 },
    )
    expect(r.rows.map((x) => [x.area, x.receivedOn, x.key, x.outcome])).toEqual([
      ['东片区', '2024-05-06', true, 'handling'],
      ['东片区', '2024-05-07', false, 'resolved'],
      ['东片区', '2024-02-03', false, 'handling'],
    ])
    expect(r.rows[0]).toMatchObject({
      leadOfficial: '王书记',
      owner: '张主任',
      note: '群访',
      names: ['欧阳锋'],
      idLast4: '',
    })
    expect(`${r.rows[0]!.title}${r.rows[0]!.request}${r.rows[0]!.facts}`).toContain('少分二亩地')
    expect(r.rows.slice(0, 2).every((x) => x.flags.some((f) => f.code === 'idDamaged'))).toBe(true)
  })
  test('不是台账的文件', () => {
    const r = read([
      sheet('名单', [
        ['姓名', '电话', '职务'],
        ['张三', '15000004033', '书记'],
        ['李四', '15000004034', '主任'],
      ]),
    ])
    expect(r.proposal.sheets[0]!.kind).toBe('other')
    expect(r.rows).toEqual([])
  })
})

test('首次反映一列写的是日期；没有写、写错的按导入当天登记，都说出来；承办是单位；姓名中间空一格是一个人', () => {
  const r = read([
    sheet(
      '积案',
      [
        ['单位：示范镇城西管区'],
        ['序号', '信访事项', null, '姓名', '村', '承办'],
        [null, '问题概述', '首次反映'],
        [1, '承包地被多占两亩', '2025年1月3日', '冯　国庆', '东柳庄', '自然资源所'],
        [2, '要求公开账目', '2025.1.15', '欧阳 锋', '东河庄', '财政所'],
        [3, '河道排污气味大', '2025-13-45', '李　华', '东柳庄', '自然资源所'],
        [4, '房屋漏雨要求改造', null, '赵 小满', '东柳庄', '财政所'],
      ],
      [
        [2, 1, 3, 1],
        [2, 2, 2, 3],
        [2, 4, 3, 4],
        [2, 5, 3, 5],
        [2, 6, 3, 6],
      ],
    ),
  ])
  expect(fields(r)).toMatchObject({ request: 2, receivedOn: 3, petitionerName: 4, village: 5, unit: 6 })
  expect(r.rows.map((x) => [x.area, x.names.join('、'), x.receivedOn].join(' '))).toEqual([
    '城西管区 冯国庆 2025-01-03',
    '城西管区 欧阳锋 2025-01-15',
    '城西管区 李华 ',
    '城西管区 赵小满 ',
  ])
  expect(r.rows.slice(2).map((x) => x.flags.map((f) => f.message))).toEqual([
    ['登记时间“2025-13-45”不是有效的日期，先按导入当天登记，请核对'],
    ['没有登记时间，先按导入当天登记，请核对'],
  ])
})
