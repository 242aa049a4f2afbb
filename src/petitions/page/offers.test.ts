import { expect, test } from 'vitest'
import { type MoveName, moves, type Offer } from '../flow.ts'
import { offerGroups } from './offers.ts'

const offer = (move: MoveName, refusal: string | null = null): Offer => ({
  move,
  label: moves[move].label,
  confirm: null,
  refusal,
  primary: false,
})

test('“更多”按事分组，先后同办理的先后；办不了的另放，各有理由', () => {
  const { may, mayNot } = offerGroups([
    offer('writeLetter'),
    offer('remind'),
    offer('correct'),
    offer('contact'),
    offer('accept', '此事由信访办主任办理'),
    offer('classify'),
  ])
  expect(may.map((g) => [g.name, g.offers.map((o) => o.label)])).toEqual([
    ['登记和受理', ['更正登记', '分类']],
    ['交办和责任', ['提醒']],
    ['办理', ['记录联系']],
    ['文书和督办', ['给信访人写信']],
  ])
  expect(mayNot.map((o) => [o.label, o.refusal])).toEqual([['受理', '此事由信访办主任办理']])
})

test('每一步恰好在一处，一步也不少', () => {
  const all = (Object.keys(moves) as MoveName[]).map((m) => offer(m))
  const shown = offerGroups(all).may.flatMap((g) => g.offers.map((o) => o.move))
  expect(shown.toSorted()).toEqual(Object.keys(moves).toSorted())
})
