import { expect, test } from 'vitest'
import { day } from '../../kit/day.ts'
import type { Who } from '../../people/roles.ts'
import type { Matter } from '../petition.ts'
import { dutiesFor, dutiesMissing, dutyNames, dutyStatus, dutyText, freshDuties } from './duties.ts'
import { carryMoves } from './move.ts'

const today = day('2026-03-05')
const leader = { townId: 't', staffId: 'a', name: '领导甲', post: '', roles: ['leadOfficial'] } as unknown as Who
const matter = (more: Partial<Matter> = {}) =>
  ({
    state: 'handling',
    sealed: false,
    number: 'XF',
    receivedOn: day('2026-02-01'),
    leadOfficialId: 'a',
    duties: freshDuties('a'),
    barredIds: [],
    attachments: [],
    documents: [],
    records: [{ id: '0190000a-0000-7000-8000-000000000001' }],
    ...more,
  }) as unknown as Matter
const law = {} as never
const owner = '0190000a-0000-7000-8000-00000000000b'

test('五包各有责任人；定了期限的调查、处理、疏导教育没完成，销号时要问，另两项从不问', () => {
  const m = matter()
  const planned = m.duties!.map((l) => ({ ...l, due: day('2026-03-20') }))
  expect(m.duties!.map((l) => l.duty)).toEqual(dutyNames)
  expect(dutiesMissing(m.duties)).toEqual([])
  expect(dutiesMissing(planned)).toHaveLength(3)
  expect(dutiesMissing(planned).join()).not.toMatch(/稳控|息诉/)
  expect(dutiesMissing(null)).toEqual([])
})

test('息诉罢访不设期限，不要佐证，只记信访人自愿的表示', () => {
  const m = matter()
  const plan = (duty: string, due: string | null) =>
    carryMoves.planDuty.decide(
      m,
      { duty, ownerId: owner, ownerName: '', what: '做事', due } as never,
      leader,
      today,
      law,
    )
  expect(() => plan('voluntarySettlement', '2026-03-20')).toThrow('不设期限')
  expect(() => plan('investigate', null)).toThrow('请定一个期限')
  expect(() => plan('investigate', '2026-03-01')).toThrow('不能早于今天')
  // 缺几样说几样
  expect(() =>
    carryMoves.planDuty.decide(
      m,
      { duty: 'handle', ownerId: owner, ownerName: '', what: '', due: null },
      leader,
      today,
      law,
    ),
  ).toThrow(expect.objectContaining({ fields: { due: '请定一个期限', what: '请写明做什么' } }))
  const set = plan('investigate', '2026-03-20').set!.duties!
  expect(set.find((l) => l.duty === 'investigate')).toMatchObject({ ownerId: owner, due: '2026-03-20' })
  const finish = (duty: string, more: object) =>
    carryMoves.doDuty.decide(
      m,
      { duty, onDay: today, note: '我不再反映了', evidenceIds: [], voluntary: false, ...more } as never,
      leader,
      today,
      law,
    )
  expect(() => finish('voluntarySettlement', {})).toThrow('自愿')
  expect(finish('voluntarySettlement', { voluntary: true }).says).toContain('信访人自愿表示')
  expect(() => finish('handle', {})).toThrow('请选择能说明此项')
  expect(() => finish('handle', { evidenceIds: ['0190000a-0000-7000-8000-0000000000ff'] })).toThrow('不在本事项中')
  expect(
    finish('handle', { evidenceIds: [m.records[0]!.id] }).set!.duties!.find((l) => l.duty === 'handle')!.doneOn,
  ).toBe(today)
})

test('没有包案领导、密封、无关的人，都做不了；换领导时没完成的随之转移', () => {
  const refusal = (m: Matter, who: Who) => carryMoves.planDuty.refusal(m, who, today)
  expect(refusal(matter({ leadOfficialId: null, duties: null }), leader)).toContain('还没有包案领导')
  expect(refusal(matter({ sealed: true }), leader)).toContain('密封')
  expect(refusal(matter(), { ...leader, staffId: 'z' })).toContain('由包案领导')
  expect(refusal(matter(), leader)).toBe(null)
  const lines = freshDuties('a').map((l, i) =>
    i === 0 ? { ...l, doneOn: today } : i === 1 ? { ...l, ownerId: 'c' } : l,
  )
  expect(dutiesFor(lines, 'a', 'b').map((l) => l.ownerId)).toEqual(['a', 'c', 'b', 'b', 'b'])
})

test('五点的文字：完成、进行中、过期、未定', () => {
  const [a, b, c, d, e] = freshDuties('a')
  const lines = [{ ...a!, doneOn: today }, { ...b!, due: day('2026-03-20') }, { ...c!, due: day('2026-03-01') }, d!, e!]
  expect(lines.map((l) => dutyStatus(l, today))).toEqual(['done', 'planned', 'late', 'open', 'open'])
  expect(dutyText(lines, today)).toBe('调✓ 处○ 导! 稳– 息–')
  expect(dutyText(null, today)).toBe('')
})
