import { expect, test } from 'vitest'
import { day } from '../kit/day.ts'
import { waitingFor } from './waiting.ts'

const word = (kind: 'facts' | 'question' | 'review', answered: boolean) => ({
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
test('不满意的质量检查，写给该做的人；做过的、经办的人不写', () => {
  const said = { words: [], answerRefusal: null }
  expect(waitingFor({ ...said, quality: quality(null) })).toEqual(['评价不满意，等您做质量检查'])
  expect(waitingFor({ ...said, quality: quality(null, true) })).toEqual([])
  expect(waitingFor({ ...said, quality: quality('由经办人以外的人做') })).toEqual([])
})
