import { expect, test } from 'vitest'
import { letterOf, type Proposal, withField, withKind } from './preview.ts'

const column = (index: number, header: string, field: 'request' | 'title' | null) => ({
  index,
  header,
  field,
  confidence: 0.9,
  why: `表头“${header}”`,
})
const sheet = (name: string) => ({
  name,
  kind: 'ledger' as const,
  title: '',
  year: null,
  headerRows: [1],
  firstRow: 2,
  lastRow: 9,
  columns: [column(1, '反映问题', 'request'), column(2, '备注', null)],
  fingerprint: name,
})
const proposal: Proposal = { sheets: [sheet('甲'), sheet('乙')] }

test('列号写作表格上的字母', () => {
  expect([1, 26, 27, 52, 53, 703].map(letterOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'AAA'])
})
test('改一列的对应：原来占用的列让出，别的工作表不变', () => {
  const next = withField(proposal, '甲', 2, 'request')
  expect(next.sheets[0]!.columns.map((c) => c.field)).toEqual([null, 'request'])
  expect(next.sheets[1]).toEqual(proposal.sheets[1])
})
test('不要的工作表可以不导入', () => {
  expect(withKind(proposal, '乙', 'other').sheets.map((s) => s.kind)).toEqual(['ledger', 'other'])
})
test('进展可以不止一列：按月各一列的都留着', () => {
  const one = withField(withField(proposal, '甲', 1, 'progress'), '甲', 2, 'progress')
  expect(one.sheets[0]!.columns.map((c) => c.field)).toEqual(['progress', 'progress'])
})
