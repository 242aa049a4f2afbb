import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Day } from '../../kit/day.ts'
import {
  channelOf,
  gradeOfFill,
  gradeOfText,
  isBlank,
  isName,
  keyOf,
  outcomeOf,
  phoneOf,
  readDay,
  readId,
  readPeople,
  squeeze,
} from './values.ts'

const until = '2024-03-01' as Day
test.each([
  ['2023.2.2', '2023-02-02'],
  ['2月6日', '2024-02-06'],
  ['12月30日', '2023-12-30'],
  ['2023/10/4', '2023-10-04'],
  ['2023年5月6日', '2023-05-06'],
  ['2023年5月', '2023-05-01'],
  ['20230506', '2023-05-06'],
  [20230506, '2023-05-06'],
  [45154, '2023-08-16'],
  ['23.5.6', '2023-05-06'],
  ['2023-05-06 10:30', '2023-05-06'],
  ['２０２３．５．６', '2023-05-06'],
  ['5/6', '2023-05-06'],
  ['2023年13月5日', null],
  ['2023.2.30', null],
  ['不详', null],
])('日期 %s', (v, day) => expect(readDay(v, { year: 2024, until }).day).toBe(day))
test.each([
  ['张某等12人', ['张某'], 12],
  ['张某、李某', ['张某', '李某'], 2],
  ['李 华', ['李华'], null],
  ['刘和平', ['刘和平'], null],
  ['王建国和李小华', ['王建国', '李小华'], 2],
  ['张三等十五人', ['张三'], 15],
])('姓名 %s', (v, names, headCount) => expect(readPeople(v)).toEqual({ names, headCount }))
test('只写一个姓名的，与写在一串里读出来一样', () => {
  const written = fc.string({
    unit: fc.constantFrom(...'王张欧阳三二兄弟夫妇人户名等家村组和平国'),
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(written, (name) => {
      expect(readPeople(name)).toEqual(readPeople(`、${name}`))
    }),
    { numRuns: 2000 },
  )
})
test('空不空：只有各种空白的才算空', () => {
  const written = fc.string({ unit: fc.constantFrom(...' \t\n\u3000\u00a0\u2009\ufeff\u200b甲1'), maxLength: 3 })
  fc.assert(
    fc.property(written, (v) => {
      expect(isBlank(v)).toBe(squeeze(v) === '')
    }),
  )
  expect([null, undefined, 0, false].map(isBlank)).toEqual([true, true, false, false])
})
test('像不像姓名：少见的姓也认，来访、来信、村庄不是', () => {
  for (const name of ['肖建国', '庄某', '闻某芳', '嵇康', '欧阳建', '贲友林']) expect(isName(name), name).toBe(true)
  for (const word of ['来访', '来信', '来电', '李家庄', '东庄', '司法所', '办结'])
    expect(isName(word), word).toBe(false)
})
test('颜色、等级、底色', () => {
  expect(['一级', 'Ⅱ级', 'III级', 'A级', '黄类', '绿'].map(gradeOfText)).toEqual([
    'red',
    'yellow',
    'blue',
    'red',
    'yellow',
    null,
  ])
  expect(['FF0000', 'FFC000', '5B9BD5', '92D050', 'D9D9D9', 'FFFFFF'].map(gradeOfFill)).toEqual([
    'red',
    'yellow',
    'blue',
    null,
    null,
    null,
  ])
})
test('电话、证件、形式、重点、办理情况', () => {
  expect([15000004033, '150 0000 4033', '1.5000004033E10', '+86 15000004033'].map(phoneOf)).toEqual(
    Array(4).fill('15000004033'),
  )
  expect(phoneOf('0538-1234567')).toBe('0538-1234567')
  expect(readId('11010519491231002X')).toEqual({ last4: '002X', damaged: false })
  for (const bad of [370901194607267100, '3.70901E+17', '370901194607267000', '110105194912310021'])
    expect(readId(bad)).toEqual({ last4: '', damaged: true })
  expect(['走访', '省长信箱', '12345热线', '群众来信', '网上', '来访', '其它'].map(channelOf)).toEqual([
    'screening',
    'mailbox',
    'hotline',
    'letter',
    'online',
    'visit',
    null,
  ])
  expect(['重点', '√', '一般', '非重点', ''].map(keyOf)).toEqual([true, true, false, false, null])
  expect(['未化解', '尚未办结', '部分化解', '正在办理', '已化解', '已答复，待回访', '化解'].map(outcomeOf)).toEqual([
    'handling',
    'handling',
    'handling',
    'handling',
    'resolved',
    'resolved',
    'resolved',
  ])
})
