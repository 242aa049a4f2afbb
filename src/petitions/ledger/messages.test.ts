import { describe, expect, test } from 'vitest'
import type { Day } from '../../kit/day.ts'
import { readWorkbook } from '../../kit/server/excel.ts'
import { readMessages } from './messages.ts'
import { noPlaces, readImport, reportOf } from './reading.ts'

const today = '2026-03-05' as Day
const read = async (csv: string) => readMessages(await readWorkbook(new TextEncoder().encode(csv), 'a.csv'), { today })

describe('群众留言的表，列名列序不一', () => {
  test.each([
    '留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\nA7,张三,路灯不亮,2020/1/5 9:32:09,路灯不亮半年,已修好,2020/2/1 10:00:00\n',
    '标题,正文,发布时间,网友,回复内容,回复时间,编号\n路灯不亮,路灯不亮半年,2020-01-05 12:00,张三,已修好,2020年2月1日,A7\n',
    '某市领导留言板\n序号,工单编号,诉求标题,诉求内容,来电时间,来电人,处理结果,办结时间\n1,A7,路灯不亮,路灯不亮半年,20200105,张三,已修好,2020.2.1\n',
    '来信人,来信标题,来信内容,来信时间,编号,答复单位,答复意见,答复日期\n张三,路灯不亮,路灯不亮半年,2020.1.5,A7,城管局,已修好,2020-02-01\n',
    '信件编号,信件标题,诉求类型,信件内容,写信人,写信时间,回复部门,回复内容,回复时间\nA7,路灯不亮,投诉,路灯不亮半年,张三,2020-1-5,城管局,已修好,2020-2-1\n',
    '咨询编号,咨询标题,咨询内容,咨询时间,咨询人,答复单位,答复,答复日期\nA7,路灯不亮,路灯不亮半年,2020/1/5,张三,城管局,已修好,2020/2/1\n',
    'ID,帖子标题,发帖时间,帖子内容,发帖人,回帖内容,回帖时间\nA7,路灯不亮,2020-01-05T09:00:00,路灯不亮半年,张三,已修好,2020-02-01T10:00:00\n',
    '事项编号,问题标题,问题描述,创建时间,用户昵称,官方回复,官方回复时间\nA7,路灯不亮,路灯不亮半年,2020.1.5,张三,已修好,2020.2.1\n',
    '工单编号,诉求标题,诉求类别,具体诉求,提交时间,诉求人,反馈情况,反馈时间\nA7,路灯不亮,城建,路灯不亮半年,2020年01月05日 09时10分,张三,已修好,2020年2月1日\n',
  ])('%#', async (csv) => {
    const { rows, refused } = await read(csv)
    expect(refused).toEqual([])
    expect(rows).toMatchObject([
      {
        externalId: 'A7',
        user: '张三',
        title: '路灯不亮',
        text: '路灯不亮半年',
        receivedOn: '2020-01-05',
        reply: '已修好',
        repliedOn: '2020-02-01',
      },
    ])
  })
  test('没有标题、编号的来信簿；日期没有年份的，按表上的年份；匿名的不当姓名；电话和地址也读', async () => {
    const { rows, flags } = await read(
      '2020年群众来信登记表,,,,\n来信日期,来信人姓名,联系电话,来信地址,反映问题,办理情况\n1月5日,匿名,13800000001,清泉村,路灯不亮半年,已修好\n',
    )
    expect(rows).toMatchObject([
      {
        receivedOn: '2020-01-05',
        user: '',
        phone: '13800000001',
        address: '清泉村',
        text: '路灯不亮半年',
        reply: '已修好',
      },
    ])
    expect(flags.map((f) => f.code)).toEqual(['yearAssumed'])
  })
  test('看不清日期的、空白的不读入，说明原因；答复早于留言的不采用答复日期', async () => {
    const csv = '标题,内容,时间,答复意见,答复时间\n甲,甲事,不详,,\n乙,乙事,2020.3.1,已办,2020.2.1\n,,2020.3.1,,\n'
    const workbook = await readWorkbook(new TextEncoder().encode(csv), 'a.csv')
    const report = reportOf(readImport('messages', 'a.csv', workbook, noPlaces, { today }))
    expect(report).toMatchObject({ rows: 3, registered: 1, rejected: 2 })
    expect(report.flags.map((f) => [f.row, f.code])).toEqual([
      [2, 'dateUnclear'],
      [3, 'replyEarlier'],
      [4, 'nothingToRegister'],
    ])
  })
  test('只有序号没有编号：序号不当编号，另一个文件的 1 号不是同一件', async () => {
    const mark = async (title: string) => {
      const workbook = await readWorkbook(
        new TextEncoder().encode(`序号,标题,内容,时间\n1,${title},内容,2020.3.1\n`),
        'a.csv',
      )
      return [...readImport('messages', 'a.csv', workbook, noPlaces, { today }).rows()][0]!.parsed.externalId
    }
    expect(await mark('甲')).not.toBe(await mark('乙'))
    expect(await mark('甲')).toBe(await mark('甲'))
  })
})
