import { expect, test } from 'vitest'
import { day } from '../kit/day.ts'
import { newMatter } from '../petitions/lives.fixture.ts'
import type { Matter } from '../petitions/petition.ts'
import { citizenView, inChargeOf } from './view.ts'

const stepsOf = (more: Partial<Matter>) =>
  citizenView(newMatter(more), { words: [], rating: null }, day('2026-04-20')).steps.map((s) => [
    s.label,
    s.status,
    s.words,
  ])

test('导入法定途径、没有受理、撤回的，办结归档以后也照实写，不说受理办理过', () => {
  const closed = { state: 'closed', concludedOn: day('2026-03-10'), acceptedOn: null } as const
  const ended = [
    [{ ...closed, conclusion: 'notTaken', route: 'litigation' }, '应当走另一条法定途径'],
    [{ ...closed, conclusion: 'notTaken', route: 'petitionProcedure' }, '没有受理'],
    [{ ...closed, conclusion: 'withdrawn' }, '已经撤回'],
    [{ state: 'guided', concludedOn: day('2026-03-10'), acceptedOn: null }, '应当走另一条法定途径'],
  ] as const
  for (const [more, words] of ended) {
    const steps = stepsOf(more as Partial<Matter>)
    expect(steps.map(([label]) => label)).toEqual(['收到', '告知', '评价'])
    expect(steps[1]![2]).toContain(words)
  }
  const done = stepsOf({ ...closed, conclusion: 'settled', acceptedOn: day('2026-03-08'), servedOn: day('2026-03-10') })
  expect(done.map(([label, status]) => `${label} ${status}`)).toEqual([
    '收到 done',
    '受理 done',
    '办理 done',
    '答复 done',
    '评价 now',
  ])
})

test('建议没有法定的答复期限，也写明哪天以前答复、为什么；答复了就不再写', () => {
  const of = (more: Partial<Matter>) =>
    citizenView(newMatter({ class: 'suggestion', clocks: [], ...more }), { words: [], rating: null }, day('2026-04-20'))
      .answer
  const inHand = of({ state: 'handling', acceptedOn: day('2026-04-01') })
  expect(inHand).toMatchObject({ label: '最迟答复', on: '2026-05-31', daysLeft: 41 })
  expect(inHand?.why.join()).toContain('法律没有规定建议哪天答复')
  expect(of({ state: 'handling', acceptedOn: day('2026-04-01'), servedOn: day('2026-04-10') })).toBeNull()
  expect(of({ state: 'registered', acceptedOn: null })).toBeNull()
})

test('请求了复查、复核，步骤里各有一步：哪天请求、谁在办、什么结果；撤回的请求不写', () => {
  const review = (more: object) =>
    ({
      id: '1',
      round: 1,
      level: 'review',
      partyIds: [],
      opinionN: 1,
      organ: '某县人民政府',
      upperTownId: null,
      way: 'here',
      askedOn: day('2026-04-10'),
      receivedOn: day('2026-04-10'),
      reasons: '',
      lateCause: '',
      challenged: '',
      challengedOpinion: '',
      status: 'asked',
      answeredOn: null,
      answerNote: '',
      hearingDays: 0,
      decidedOn: null,
      outcome: null,
      number: '',
      decision: '',
      faults: [],
      servedOn: null,
      ...more,
    }) as Matter['reviews'][number]
  const served = { state: 'inReview', acceptedOn: day('2026-03-08'), servedOn: day('2026-04-01') } as const
  const of = (reviews: Matter['reviews']) =>
    stepsOf({ ...served, reviews }).filter(([label]) => /^复/.test(String(label)))
  expect(of([])).toEqual([])
  expect(of([review({ status: 'withdrawn' })])).toEqual([])
  expect(of([review({})])).toEqual([['复查', 'now', '2026年4月10日请求，上一级机关正在复查']])
  const decided = review({ status: 'decided', decidedOn: day('2026-04-15'), outcome: 'maintained' })
  expect(of([decided, review({ level: 'recheck', askedOn: day('2026-04-18') })])).toEqual([
    ['复查', 'done', '已经作出复查意见：维持'],
    ['复核', 'now', '2026年4月18日请求，上一级机关正在复核'],
  ])
})

test('重新启动的，先说明是第几次办理、以前的文书还在', () => {
  const again = (round: number) =>
    citizenView(newMatter({ round }), { words: [], rating: null }, day('2026-04-20')).again
  expect([again(1), again(2)?.includes('第 2 次办理')]).toEqual([null, true])
})

test('现在谁负责：按岗位说，不写姓名；上报、交办、复查跟着变，结束的说找谁问', () => {
  const of = (more: object) => inChargeOf(newMatter(more as Partial<Matter>), '水利站', '新安市')
  const at = (to: string) => ({ holderId: 'x', passes: [{ to, toId: 'x' }] })
  expect(of({ state: 'registered' })).toBe('现在由镇信访办负责')
  expect(of({ state: 'received', ...at('area') })).toBe('现在由管区书记负责')
  expect(of({ state: 'received', ...at('village') })).toBe('现在由村信访信息员负责')
  expect(of({ state: 'handling', mainUnitId: 'u', mainHandlerId: 'y', holderId: 'y' })).toBe('现在由水利站的承办人负责')
  expect(of({ state: 'inReview' })).toBe('现在由复查的机关（新安市）负责')
  expect(of({ state: 'inRecheck' })).toBe('现在由复核的机关负责')
  for (const state of ['closed', 'withdrawn', 'guided', 'concluded'])
    expect(of({ state }), state).toBe('这件已经结束，有疑问可以问镇信访办')
})
