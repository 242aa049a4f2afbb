import { expect, test } from 'vitest'
import { namesUnitAndPerson, outcomeOfColumns, unitAndPerson } from './joined.ts'

test.each([
  ['财政所 贺某', '财政所', '贺某'],
  ['财政所\n副所长 贺某', '财政所', '副所长 贺某'],
  ['林业站（熊某）', '林业站', '熊某'],
  ['教育办：滕某、罗某', '教育办', '滕某、罗某'],
  ['财政所贺某', '财政所', '贺某'],
  ['财政所贺某，林业站熊某', '财政所、林业站', '贺某、熊某'],
  ['熊某（林业站）', '林业站', '熊某'],
  ['林业站', '林业站', ''],
  ['贺某', '', '贺某'],
  ['水利站 童某 13800000000', '水利站', '童某 13800000000'],
  ['', '', ''],
])('责任单位及责任人写作“%s”', (text, unit, owner) => expect(unitAndPerson(text)).toEqual({ unit, owner }))

test('哪些表头说的是单位和人两样', () => {
  const both = ['责任单位及责任人', '责任单位（人）', '承办单位/承办人', '责任单位、责任人及联系电话']
  const one = ['责任单位', '责任人', '承办单位联系电话', '信访人', '主管部门']
  expect([...both, ...one].filter(namesUnitAndPerson)).toEqual(both)
})

test('办没办结看最后一个说得出的；措施说的是打算', () => {
  const outcome = (...parts: [string, string][]) => outcomeOfColumns(parts.map(([of, said]) => ({ of, said })))
  expect(outcome(['化解措施', '协调解决'])).toBe(null)
  expect(outcome(['进展', '已化解'], ['下步措施', '继续回访'])).toBe('resolved')
  expect(outcome(['化解措施', '已签息访协议'])).toBe('resolved')
  expect(outcome(['4月进展', '已化解'], ['5月进展', '又来上访，正在调解'])).toBe('handling')
  expect(outcome(['是否化解', '是'])).toBe('resolved')
  expect(outcome(['是否属实', '是'])).toBe(null)
})
