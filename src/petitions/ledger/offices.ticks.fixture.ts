import { c, m, office, sheet } from './offices.fixture.ts'

/** What is said by a tick, a dot or a place on the sheet. */
export const ticks = [
  office(
    '信访形式、办理情况各几列打勾，父表头合并',
    [
      sheet(
        'S',
        [
          ['2025年信访登记台账'],
          ['序号', '信访人', '信访事项', '登记日期', '信访形式', null, null, null, '办理情况', null, '备注'],
          [null, null, null, null, '来信', '来访', '来电', '网上', '已办结', '未办结', null],
          [1, '嵇某', '反映垃圾清运', '2025-5-1', null, '√', null, null, '√', null, '已回访'],
          [2, '邴某', '反映电价过高', '2025-5-2', '√', null, null, null, null, '√', null],
          [3, '糜某', '反映停车收费', '2025-5-3', null, null, null, '√', null, '√', null],
          [4, '松某', '反映校车超载', '2025-5-4', null, null, '√', null, '√', null, null],
        ],
        { merges: [m(1, 1, 1, 11), m(2, 5, 2, 8), m(2, 9, 2, 10), ...[1, 2, 3, 4, 11].map((k) => m(2, k, 3, k))] },
      ),
    ],
    [
      { channel: 'visit', outcome: 'resolved', names: ['嵇某'], note: '已回访' },
      { channel: 'letter', outcome: 'handling', note: '' },
      { channel: 'online', outcome: 'handling' },
      { channel: 'phone', outcome: 'resolved' },
    ],
  ),
  office(
    '打勾的几列没有父表头；等级列里是带颜色的圆点',
    [
      sheet('S', [
        ['序号', '当事人', '纠纷事由', '排查时间', '等级', '已化解', '未化解', '包村干部'],
        [1, '井某', '承包地流转', '2025/6/1', c('●', { ink: 'FF0000' }), null, '✓', '段某'],
        [2, '富某', '房屋漏水', '2025/6/2', c('●', { ink: 'FFC000' }), '✓', null, '段某'],
        [3, '巫某', '牲畜毁苗', '2025/6/3', c('●', { ink: '0070C0' }), '✓', null, '段某'],
      ]),
    ],
    [
      { grade: 'red', outcome: 'handling', owner: '段某' },
      { grade: 'yellow', outcome: 'resolved' },
      { grade: 'blue', outcome: 'resolved' },
    ],
  ),
  office(
    '表从 D 列起，左边有说明；父表头“化解情况”下有时间、措施、结果',
    [
      sheet(
        'S',
        [
          [null, null, null, '2025年积案化解推进表'],
          ['说明：', null, null, '序号', '信访人', '所属村', '案由', '初访时间', '化解情况', null, null, '包案领导'],
          ['红色须周报', null, null, null, null, null, null, null, '时间', '措施', '结果', null],
          [
            null,
            null,
            null,
            1,
            '乌某',
            '双河村',
            '林地补偿不到位',
            '2018.3',
            '2025.6.1',
            '重新测量',
            '已签协议，息访',
            '镇长 焦某',
          ],
          [
            null,
            null,
            null,
            2,
            '弓某',
            '双河村',
            '工伤待遇未落实',
            '2019年6月',
            null,
            '协调企业',
            '正在协商',
            '书记 牧某',
          ],
        ],
        { merges: [m(1, 4, 1, 12), m(2, 9, 2, 11), ...[4, 5, 6, 7, 8, 12].map((k) => m(2, k, 3, k))] },
      ),
    ],
    [
      {
        names: ['乌某'],
        village: '双河村',
        request: '林地补偿不到位',
        receivedOn: '2018-03-01',
        outcome: 'resolved',
        leadOfficial: '镇长 焦某',
      },
      { names: ['弓某'], receivedOn: '2019-06-01', outcome: 'handling' },
    ],
  ),
  office(
    '级别写在事项前的方括号里；信访人后有小名和注',
    [
      sheet('S', [
        ['2025年重点信访事项'],
        ['序号', '信访人', '信访事项', '登记时间', '责任单位'],
        [1, '隗某（小名石头）', '【红】反映山洪毁田补偿', '2025-7-1', '农业办'],
        [2, '山某(已故，其子代)', '【蓝】反映坟地迁移', '2025-7-2', '民政办'],
        [3, '谷某＊', '【黄】反映路灯盗用', '2025-7-3', '城建办'],
      ]),
    ],
    [
      { names: ['隗某'], grade: 'red', request: '【红】反映山洪毁田补偿', unit: '农业办' },
      { names: ['山某'], grade: 'blue' },
      { names: ['谷某'], grade: 'yellow' },
    ],
  ),
  office(
    '一行几件事项编号连写；人数写“本人”“5人以上”“全村”',
    [
      sheet('S', [
        ['序号', '来访人', '人数', '来访事由', '来访日期', '接访领导', '办理单位', '办结情况'],
        ['1', '车某', '本人', '咨询退休手续', '2025.8.1', '副镇长 侯某', '人社所', '当场答复'],
        ['2', '侯某等', '5人以上', '反映水污染', '2025.8.2', '副镇长 侯某', '环保站', '督办中'],
        ['3', '村民代表 宓某', '全村', '要求通公交', '2025.8.3', '副镇长 侯某', '交管所', '已上报'],
      ]),
    ],
    [
      { names: ['车某'], request: '咨询退休手续', leadOfficial: '副镇长 侯某', unit: '人社所' },
      { names: ['侯某'], headCount: 5 },
      { names: ['宓某'], receivedOn: '2025-08-03' },
    ],
  ),
]
