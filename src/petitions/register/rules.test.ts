import { expect, test } from 'vitest'
import { suggestGrade } from './grading.ts'
import { RegisterInput } from './move.ts'
import { likeness, surely, worthShowing } from './similar.ts'

test('定级：红色情形优先，其次黄色，其余蓝色', () => {
  expect(suggestGrade({ attributes: ['severalUnits', 'childOrAbuse'] })).toMatchObject({
    grade: 'red',
    reviewInDays: 7,
  })
  expect(suggestGrade({ attributes: [], affectedCount: 30 }).grade).toBe('red')
  expect(suggestGrade({ attributes: [], affectedCount: 29 }).grade).toBe('yellow')
  expect(suggestGrade({ attributes: [], repeat: true }).because).toEqual(['同一事项第二次反映'])
  expect(suggestGrade({ attributes: [], daysLeft: -1 }).grade).toBe('red')
  expect(suggestGrade({ attributes: [], daysLeft: 20 })).toMatchObject({ grade: 'blue', because: ['没有红、黄情形'] })
})

test('同一人同一事分数高，不相干的不显示', () => {
  const a = {
    names: ['王建国'],
    phones: ['15000004033'],
    idLast4: ['4770'],
    villageId: 'v1',
    text: '反映东柳庄村南有人占用耕地建养殖棚，要求查处',
  }
  const again = { ...a, phones: [], text: '东柳庄村南占用耕地建养殖棚一事至今没有查处' }
  expect(likeness(a, again)).toMatchObject({ kind: 'both' })
  expect(likeness(a, again).score).toBeGreaterThan(surely)
  expect(
    likeness(a, { names: ['李某'], phones: [], idLast4: ['4770'], villageId: 'v2', text: '路灯不亮' }).score,
  ).toBeLessThan(worthShowing)
})

test('证件后四位：统一社会信用代码、护照的后四位带字母，照样登记；别的符号不收', () => {
  const last4 = (idLast4: string) =>
    RegisterInput.safeParse({
      channel: 'visit',
      receivedOn: '2026-03-05',
      request: '要求兑付农机补贴',
      parties: [{ name: '某某合作社', kind: 'organization', idType: 'uscc', idLast4 }],
    }).success
  expect(['0Y43', '002X', '4770', ''].map(last4)).toEqual([true, true, true, true])
  expect(['0-43', '12345'].map(last4)).toEqual([false, false])
})
