import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CardContent, changesOf, copiesIn, peopleOf, sheetsOf, stateOf } from './card.ts'

const content = (more: Partial<CardContent> = {}): CardContent => ({
  village: '东庄村',
  people: [{ post: '网格员', name: '甲', phone: '1' }],
  hotline: '0538-1',
  hours: '工作日',
  address: '镇政府一楼',
  legalAid: '12348',
  ...more,
})

test('换了人、换了电话，卡就要重印，并说出哪里不对；没有变就仍然有效', () => {
  expect(stateOf(null, content())).toBe('none')
  expect(stateOf(content(), content())).toBe('valid')
  const now = content({ people: [{ post: '网格员', name: '乙', phone: '2' }], hotline: '0538-2' })
  expect(stateOf(content(), now)).toBe('changed')
  expect(changesOf(content(), now)).toEqual([
    '卡上的“网格员甲 1”已经不对',
    '卡上没有“网格员乙 2”',
    '电话由“0538-1”改为“0538-2”',
  ])
})

test('卡上先是信息员、调解员，再是网格员；一人兼两样的只写一行', () => {
  const of = (post: string, staffId: string | null, name: string) => ({ post, staffId, name, phone: '1' })
  const village = [of('村信访信息员', 'a', '甲'), of('网格员', 'b', '乙'), of('网格员', 'c', '丙')]
  const mediators = [of('调解员', 'a', '甲'), of('调解员', null, '丁'), of('调解员', 'c', '丙')]
  expect(peopleOf(village, mediators).map((p) => `${p.post}${p.name}`)).toEqual([
    '村信访信息员、调解员甲',
    '调解员丁',
    '调解员、网格员丙',
    '网格员乙',
  ])
  expect(peopleOf(village, []).map((p) => p.name)).toEqual(['甲', '乙', '丙'])
})

test('按清单印：从表格贴来的村和张数；没有的村、不对的张数、写了两次的，逐行说清楚', () => {
  const villages = ['东庄村', '西庄村'].map((village, i) => ({ villageId: `v${i}`, village }))
  expect(copiesIn('村名\t户数\r\n东庄村\t１２０\n西庄村，85户\n\n', villages)).toEqual({
    copies: [
      { villageId: 'v0', copies: 120 },
      { villageId: 'v1', copies: 85 },
    ],
    wrong: [],
  })
  expect(copiesIn('东庄村 10\n东庄村 20\n南庄村 5\n西庄村 零', villages).wrong).toEqual([
    '“东庄村”写了两次',
    '本镇没有“南庄村”',
    '“西庄村”的张数请填 1 到 5000',
  ])
})

test('每张 A4 十张卡，份数一张不多一张不少', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 12 }), (copies) => {
      const sheets = sheetsOf(copies.map((c, i) => ({ card: i, copies: c })))
      const flat = sheets.flat()
      for (const [i, c] of copies.entries()) expect(flat.filter((x) => x === i)).toHaveLength(c)
      expect(sheets.every((s, i) => (i < sheets.length - 1 ? s.length === 10 : s.length > 0 && s.length <= 10))).toBe(
        true,
      )
    }),
  )
})
