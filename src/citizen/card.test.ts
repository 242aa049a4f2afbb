import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CardContent, changesOf, sheetsOf, stateOf } from './card.ts'

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
