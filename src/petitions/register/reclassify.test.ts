import { describe, expect, test } from 'vitest'
import { day } from '../../kit/day.ts'
import type { Who } from '../../people/roles.ts'
import { calendarOf } from '../calendar.ts'
import { handleMoves } from '../handle/move.ts'
import type { Change, Move } from '../move.ts'
import type { Matter } from '../petition.ts'
import { registerMoves } from './move.ts'

const today = day('2026-03-05')
const law = { calendar: calendarOf([], [2026]), superior: '县人民政府' }
const who = (staffId: string, role: Who['roles'][number] = 'clerk'): Who => ({
  townId: 't',
  staffId,
  name: staffId,
  post: '',
  roles: [role],
  areaIds: [],
  villageIds: [],
  gridIds: [],
  unitIds: [],
  headsUnit: false,
  rank: 8,
})
const matter = (more: Partial<Matter> = {}): Matter =>
  ({
    state: 'handling',
    class: 'claim',
    route: 'petitionProcedure',
    acceptedOn: day('2026-03-01'),
    receivedOn: day('2026-02-20'),
    pending: null,
    sealed: false,
    links: [],
    parties: [],
    registeredBy: 'jia',
    ...more,
  }) as unknown as Matter
const decide = (name: keyof typeof registerMoves, m: Matter, input: unknown, by = who('jia')): Change =>
  (registerMoves[name] as unknown as Move<unknown>).decide(m, input, by, today, law as never)
const refusal = (m: Matter, by: Who) => registerMoves.confirmReclass.refusal(m, by, today)

const away = { class: 'claim', route: 'litigation', category: null, reason: '属于法院职权' }

describe('会使比率变好的更改', () => {
  test('受理后改到不计期限的路径，先提出、由另一人确认才生效，两人都留痕', () => {
    const proposed = decide('classify', matter(), away)
    expect(proposed.set).toEqual({ pending: expect.objectContaining({ move: 'confirmReclass', by: 'jia' }) })
    expect(proposed.says).toContain('待另一人确认')
    const waiting = matter({ pending: proposed.set!.pending! })
    expect(refusal(waiting, who('jia'))).toContain('另一人')
    expect(refusal(waiting, who('yi', 'unitHandler'))).not.toBeNull()
    expect(refusal(waiting, who('yi'))).toBeNull()
    const done = decide('confirmReclass', waiting, { agree: true, note: '' }, who('yi'))
    expect(done.set).toMatchObject({ route: 'litigation', pending: null })
    expect(done.says).toMatch(/^yi确认jia提出的更改/)
    expect(done.data).toMatchObject({ from: { route: 'petitionProcedure' }, to: { route: 'litigation' } })
  })
  test('不同意的写明理由，什么也不改', () => {
    const waiting = matter({ pending: decide('classify', matter(), away).set!.pending! })
    expect(() => decide('confirmReclass', waiting, { agree: false, note: '' }, who('yi'))).toThrow('写明理由')
    expect(decide('confirmReclass', waiting, { agree: false, note: '属于信访程序' }, who('yi')).set).toEqual({
      pending: null,
    })
  })
  test('密封立即生效；受理前分类、不影响比率的更改不用第二个人', () => {
    expect(
      decide('classify', matter(), { class: 'accusation', route: null, category: null, reason: '检举' }).set,
    ).toMatchObject({
      sealed: true,
    })
    expect(decide('classify', matter({ acceptedOn: null }), away).set).toMatchObject({ route: 'litigation' })
    expect(
      decide('classify', matter(), { class: 'claim', route: 'petitionProcedure', category: '010101', reason: '' }).set,
    ).toMatchObject({ category: '010101' })
  })
  test('收到日期改晚的由另一人确认并单独更正，改早的不用', () => {
    const m = matter({ state: 'registered', acceptedOn: null })
    expect(decide('correct', m, { receivedOn: day('2026-02-25'), reason: '填错' }).set).toHaveProperty('pending')
    expect(decide('correct', m, { receivedOn: day('2026-02-10'), reason: '填错' }).set).toEqual({
      receivedOn: '2026-02-10',
    })
    expect(() => decide('correct', m, { receivedOn: day('2026-02-25'), title: '另一个标题', reason: '填错' })).toThrow(
      '单独更正',
    )
  })
  test('去掉最后一个重复关联的由另一人确认', () => {
    const link = { id: 'l1', kind: 'repeat', petitionId: 'p', number: 'XF2026-1' } as never
    const proposed = decide('unlink', matter({ links: [link] }), { linkId: 'l1', reason: '不是同一事项' })
    expect(proposed.set).toHaveProperty('pending')
    expect(proposed.unlink).toBeUndefined()
    const done = decide(
      'confirmReclass',
      matter({ links: [link], pending: proposed.set!.pending! }),
      { agree: true, note: '' },
      who('yi'),
    )
    expect(done).toMatchObject({ unlink: 'l1', set: { repeat: false, firstTime: true, pending: null } })
  })
  test('已有待确认的事项时不能再提', () => {
    expect(() => decide('classify', matter({ pending: { move: 'notAccept' } as never }), away)).toThrow('请先处理')
  })
})

describe('一件事项同时只有一项待另一人决定', () => {
  const waiting = (move: string) =>
    matter({ pending: { move, says: '', input: {}, by: 'jia', byName: 'jia' } as never })
  const red = { grade: 'red', gradeReason: '涉及多人', gradeAttributes: [] }
  test('后提的红色定级、延期不顶掉先提的那一项', () => {
    expect(() => decide('grade', waiting('notAccept'), red)).toThrow('已有一项待另一人决定')
    expect(() => decide('grade', waiting('decideExtension'), red)).toThrow('已有一项待另一人决定')
    const handler = who('bing', 'unitHandler')
    const at = {
      ...waiting('confirmReclass'),
      mainHandlerId: 'bing',
      extension: 'none',
      clocks: [{ rule: 'D05', dueOn: day('2026-04-30'), endedOn: null }],
      passes: [],
    } as unknown as Matter
    expect(handleMoves.requestExtension.refusal(at, handler, today)).toBe('已有一项待另一人决定，请先处理那一项')
    expect(handleMoves.requestExtension.refusal({ ...at, pending: null }, handler, today)).toBeNull()
  })
  test('自己提的红色可以换个理由再提；黄蓝照定', () => {
    expect(decide('grade', waiting('confirmGrade'), red).set).toMatchObject({ gradeProposed: 'red' })
    expect(decide('grade', waiting('notAccept'), { ...red, grade: 'blue' }).set).toMatchObject({ grade: 'blue' })
  })
})
