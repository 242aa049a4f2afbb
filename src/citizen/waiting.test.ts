import { expect, test } from 'vitest'
import { day } from '../kit/day.ts'
import { waitingFor, withdrawalsOf } from './waiting.ts'

const word = (kind: 'facts' | 'question' | 'review' | 'withdrawal', answered: boolean) => ({
  id: kind,
  kind,
  body: '',
  onDay: day('2026-03-05'),
  answer: answered ? '好' : '',
  answeredName: '',
  answeredOn: answered ? day('2026-03-06') : null,
})
const quality = (refusal: string | null, closed = false) => ({
  openedOn: day('2026-03-05'),
  finding: '',
  action: '',
  closedOn: closed ? day('2026-03-06') : null,
  byName: '',
  refusal,
})

test('该回复的人不用展开就看得到：几条、是什么；回复过的、不该他回复的不写', () => {
  const words = [word('facts', false), word('question', false), word('question', true)]
  expect(waitingFor({ words, answerRefusal: null, quality: null })).toEqual(['信访人有 2 条话等您回复：补充情况、询问'])
  expect(waitingFor({ words, answerRefusal: '由承办人回复', quality: null })).toEqual([])
  // 复查由上一级机关答复，不是等经办的人回话。
  expect(waitingFor({ words: [word('review', false)], answerRefusal: null, quality: null })).toEqual([])
  expect(waitingFor({ words: [word('facts', true)], answerRefusal: null, quality: null })).toEqual([])
})
test('撤回的话：信访办登记撤回，登记了就不再等回复；别的话、不由他登记的没有这一步', () => {
  const said = { words: [word('withdrawal', false)], answerRefusal: null, quality: null }
  expect([waitingFor(said), waitingFor(said, true)]).toEqual([['信访人有 1 条话等您回复：撤回'], []])
  const offers = [
    { move: 'withdraw', label: '信访人撤回', refusal: null },
    { move: 'withdrawReview', label: '信访人撤回复查复核请求', refusal: '没有请求' },
  ]
  expect(withdrawalsOf({ offers }, word('withdrawal', false)).map((o) => o.move)).toEqual(['withdraw'])
  expect(withdrawalsOf({ offers }, word('question', false))).toEqual([])
  const not = offers.map((o) => ({ ...o, refusal: '由信访办登记' }))
  expect(withdrawalsOf({ offers: not }, word('withdrawal', false))).toEqual([])
})
test('不满意的质量检查，写给该做的人；做过的、经办的人不写', () => {
  const said = { words: [], answerRefusal: null }
  expect(waitingFor({ ...said, quality: quality(null) })).toEqual(['评价不满意，等您做质量检查'])
  expect(waitingFor({ ...said, quality: quality(null, true) })).toEqual([])
  expect(waitingFor({ ...said, quality: quality('由经办人以外的人做') })).toEqual([])
})
