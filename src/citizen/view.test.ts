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
    const step = words === '已经撤回' ? '撤回' : '告知'
    expect(steps.map(([label]) => label)).toEqual(['收到', step, '评价'])
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

test('受理、答复以后撤回的：办过的步骤还在，期限写在受理那一步，撤回单独一步', () => {
  const withdrawn = { state: 'withdrawn', conclusion: 'withdrawn', concludedOn: day('2026-03-20') } as const
  const labels = (more: Partial<Matter>) =>
    stepsOf({ ...withdrawn, ...more }).map(([label, status]) => `${label} ${status}`)
  const accepted = { acceptedOn: day('2026-03-08') }
  expect(labels(accepted)).toEqual(['收到 done', '受理 done', '撤回 done', '评价 now'])
  const served = { ...accepted, servedOn: day('2026-03-15') }
  expect(labels(served)).toEqual(['收到 done', '受理 done', '办理 done', '答复 done', '撤回 done', '评价 now'])
  expect(labels({ ...served, state: 'closed' })).toEqual(labels(served))
  expect(labels({ ...accepted, state: 'closed' })).toEqual(labels(accepted))
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

test('请求了复查、复核，步骤里各有一步：哪天请求、谁在办、什么结果；撤回的请求不写', () => {
  const served = { state: 'inReview', acceptedOn: day('2026-03-08'), servedOn: day('2026-04-01') } as const
  const of = (reviews: Matter['reviews']) =>
    stepsOf({ ...served, reviews }).filter(([label]) => /^复/.test(String(label)))
  expect(of([])).toEqual([])
  expect(of([review({ status: 'withdrawn' })])).toEqual([])
  expect(of([review({})])).toEqual([['复查', 'now', '2026年4月10日请求，上一级机关正在复查']])
  const decided = review({ status: 'decided', decidedOn: day('2026-04-15'), outcome: 'maintained' })
  expect(of([decided, review({ level: 'recheck', askedOn: day('2026-04-18') })])).toEqual([
    ['复查', 'done', '已经作出复查意见：维持，意见书正在送给您'],
    ['复核', 'now', '2026年4月18日请求，上一级机关正在复核'],
  ])
})

test('复查受理了写受理的日子；意见送达以后，写明是哪个机关、文号、结果和原话', () => {
  const of = (more: object) =>
    stepsOf({
      state: 'inReview',
      acceptedOn: day('2026-03-08'),
      servedOn: day('2026-04-01'),
      reviews: [review(more)],
    }).find(([label]) => label === '复查')![2]
  expect(of({ status: 'admitted', answeredOn: day('2026-04-13') })).toBe(
    '2026年4月10日请求，2026年4月13日受理，上一级机关正在复查',
  )
  const decided = {
    status: 'decided',
    decidedOn: day('2026-04-15'),
    outcome: 'maintained',
    number: '某政查〔2026〕3 号',
  }
  expect(of({ ...decided, decision: '事实清楚，予以维持。', servedOn: day('2026-04-17') })).toBe(
    '某县人民政府作出复查意见（某政查〔2026〕3 号）：维持，2026年4月17日送达。意见是：事实清楚，予以维持。',
  )
})

test('请求复查的最后一天过了：说哪天、已经过了、还可以怎样；当天、请求过的不说', () => {
  const clock = (dueOn: string) => ({
    id: '9',
    round: 1,
    rule: 'D07',
    partyId: null,
    fromOn: day('2026-03-20'),
    dueOn: day(dueOn),
    steps: [],
    endedOn: null,
    outcome: null,
    daysExcluded: 0,
    extendedBy: 0,
  })
  const of = (dueOn: string, reviews: Matter['reviews'] = []) =>
    citizenView(
      newMatter({ state: 'served', servedOn: day('2026-03-20'), clocks: [clock(dueOn)] as never, reviews }),
      { words: [], rating: null },
      day('2026-04-20'),
    )
  expect(of('2026-04-20').lapsed).toEqual([])
  expect(of('2026-04-20').rights[0]!.words).toContain('今天是最后一天')
  const [past] = of('2026-04-19').lapsed
  expect(past).toContain('最后一天是 2026年4月19日（星期日），已经过了')
  expect(past).toContain('正当理由')
  expect(of('2026-04-19').rights.map((r) => r.kind)).not.toContain('review')
  expect(of('2026-04-19', [review({ status: 'refused' })]).lapsed).toEqual([])
})

test('超期的写明是谁超期：镇上的、上一级机关的分开说', () => {
  const clock = (rule: string) => ({
    id: rule,
    round: 1,
    rule,
    partyId: null,
    fromOn: day('2026-03-01'),
    dueOn: day('2026-04-10'),
    steps: [],
    endedOn: null,
    outcome: null,
  })
  const late = (rule: string, reviews: Matter['reviews'] = []) =>
    citizenView(
      newMatter({ state: 'handling', clocks: [clock(rule)] as never, reviews }),
      { words: [], rating: null },
      day('2026-04-20'),
    ).late
  expect(late('D05')).toEqual([
    { words: '办理期限到 2026年4月10日为止，已经超过 10 天（《信访工作条例》第三十四条）', organ: null },
  ])
  expect(late('D08', [review({})])[0]).toMatchObject({ organ: '某县人民政府' })
  // 当天还不算超期
  expect(
    citizenView(
      newMatter({ state: 'handling', clocks: [clock('D05')] as never }),
      { words: [], rating: null },
      day('2026-04-10'),
    ).late,
  ).toEqual([])
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
