import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type Day, day } from '../kit/day.ts'
import { Refused } from '../kit/errors.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { type Role, roles, type Who } from '../people/roles.ts'
import { headsOf } from './accept/split.ts'
import { applied } from './apply.ts'
import { type MoveName, moveOf, moves } from './flow.ts'
import { lawOf } from './law.ts'
import { type Cast, dice, inputFor, law, newMatter, person } from './lives.fixture.ts'
import type { Move } from './move.ts'
import {
  type Clock,
  isOpen,
  type Matter,
  type PetitionClass,
  petitionersOf,
  type Route,
  routes,
  type State,
  states,
  stepOf,
} from './petition.ts'

const today = day('2026-03-20')
const U1 = '01900000-0000-7000-8000-000000000001'
const U2 = '01900000-0000-7000-8000-000000000002'
const me = '01900000-0000-7000-8000-00000000000a'
const other = '01900000-0000-7000-8000-00000000000b'
/** A refusal is a plain Chinese sentence; called millions of times, so it asks `expect` only when it is not. */
const sentence = (s: unknown) => {
  if (typeof s !== 'string' || !/[\u4e00-\u9fff]/.test(s) || /[!！]|undefined|null|NaN/.test(s))
    expect.fail(`不成一句话：${s}`)
}

const clock = (rule: string, more: Partial<Clock> = {}): Clock => ({
  id: uuidv7(),
  rule,
  round: 1,
  fromOn: day('2026-03-06'),
  dueOn: day('2026-05-05'),
  extension: 0,
  excluded: 0,
  endedOn: null,
  outcome: null,
  steps: [],
  partyId: null,
  ...more,
})
const paper = (kind: string) =>
  ({
    id: uuidv7(),
    kind,
    number: '号',
    title: kind,
    issuedOn: day('2026-03-06'),
    byName: '',
    at: '',
    sha256: '',
  }) as never
const review = (level: 'review' | 'recheck', status: string, more: object = {}) =>
  ({
    id: uuidv7(),
    round: 1,
    level,
    partyIds: [],
    opinionN: 0,
    organ: '某县人民政府',
    way: 'here',
    askedOn: day('2026-03-10'),
    receivedOn: day('2026-03-10'),
    reasons: '',
    lateCause: '',
    challenged: '',
    challengedOpinion: '',
    status,
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
  }) as never
const opinion = (status: string) =>
  ({
    id: uuidv7(),
    round: 1,
    n: 1,
    status,
    request: '',
    facts: '',
    reasons: '',
    opinion: '',
    legalBasis: '',
    remedy: '',
    draftedBy: other,
    draftedOn: null,
    checkedBy: null,
    checkedOn: null,
    signedBy: null,
    signedOn: null,
    returnedReason: '',
    documentId: null,
  }) as never
const testRow = (confirmed: boolean | null) =>
  ({
    test: 'facts',
    answer: '',
    evidenceIds: [],
    answeredBy: other,
    answeredOn: null,
    confirmed,
    confirmedBy: null,
    confirmedOn: null,
    reason: '',
  }) as never
const task = {
  id: uuidv7(),
  round: 1,
  body: '更换',
  unitId: U1,
  unitName: '',
  dueOn: null,
  doneOn: null,
  doneText: '',
  evidenceIds: [],
  pressed: 0,
  pressedOn: null,
}
const note = (kind: string, data: Record<string, unknown> = {}) =>
  ({ id: uuidv7(), kind, onDay: day('2026-03-06'), body: '', data, staffId: other, byName: '', at: '' }) as never

const first = newMatter().parties[0]!
/** Two petitioners share the matter; one has asked already. */
const shared = { parties: [first, { ...first, id: uuidv7(), sort: 1, name: '李二' }] }
/** Facts under which one move or another is lawful; every move is tried with every one of them. */
const variants: Partial<Matter>[] = [
  {},
  {
    documents: [paper('acceptanceNotice'), paper('handlingOpinion')],
    servedOn: day('2026-03-10'),
    followedUpOn: day('2026-03-12'),
  },
  { pending: { move: 'decideDispute', by: other, byName: '', on: today, says: '', input: { to: 'jointConference' } } },
  {
    pending: {
      move: 'notAccept',
      by: other,
      byName: '',
      on: today,
      says: '',
      input: { ground: 'notMyPower', remedy: '县局' },
    },
  },
  { records: [note('objection', { refused: true, round: 1, unitId: U1 })] },
  { simple: true, clocks: [clock('D05')] },
  {
    extension: 'requested',
    pending: { move: 'decideExtension', by: other, byName: '', on: today, says: '', input: { days: 10 } },
    clocks: [clock('D05')],
  },
  { clocks: [clock('D05'), clock('D04')] },
  { hearing: 'planned' },
  { mediation: 'offered' },
  { mediation: 'running' },
  { opinionNow: opinion('submitted') },
  { opinionNow: opinion('checked') },
  { clocks: [clock('D07')], documents: [paper('handlingOpinion')], servedOn: day('2026-03-10') },
  {
    clocks: [clock('D09')],
    reviews: [review('review', 'decided', { outcome: 'maintained', decidedOn: today, servedOn: today })],
  },
  { reviews: [review('review', 'asked')] },
  { reviews: [review('recheck', 'admitted')] },
  { reviews: [review('recheck', 'decided', { outcome: 'changed', decidedOn: today })] },
  {
    closing: 'proposed',
    followedUpOn: day('2026-03-12'),
    tests: [testRow(null)],
    documents: [paper('handlingOpinion')],
    anonymous: true,
    mainHandlerId: other,
  },
  {
    followedUpOn: day('2026-03-12'),
    documents: [paper('handlingOpinion')],
    anonymous: true,
  },
  { tasks: [task], servedOn: day('2026-03-10') },
  { sendMode: 'assign', limitOn: day('2026-05-01') },
  { gradeProposed: 'red', gradeProposedBy: other },
  { urgentOn: day('2026-03-06') },
  { headCount: 6 },
  { holderId: other, mainHandlerId: other },
  { ...shared, clocks: [clock('D07')], reviews: [review('review', 'asked', { partyIds: [first.id] })] },
  {
    ...shared,
    clocks: [clock('D09')],
    reviews: [
      review('review', 'decided', { outcome: 'maintained', decidedOn: today, servedOn: today }),
      review('recheck', 'asked', { partyIds: [first.id] }),
    ],
  },
  // 一人已在复核，另一人刚刚收到自己的答复
  {
    ...shared,
    clocks: [clock('D07'), clock('D09')],
    reviews: [
      review('review', 'decided', { partyIds: [first.id], outcome: 'maintained', decidedOn: today, servedOn: today }),
      review('recheck', 'asked', { partyIds: [first.id] }),
    ],
  },
  {
    ...shared,
    clocks: [clock('D07'), clock('D09')],
    reviews: [
      review('review', 'decided', { partyIds: [first.id], outcome: 'maintained', decidedOn: today, servedOn: today }),
      review('review', 'asked', { partyIds: [shared.parties[1]!.id] }),
    ],
  },
]
const ladder: Role[] = ['unitHandler', 'clerk', 'petitionHead', 'mediator']
const base = newMatter()
const inState = (
  state: State,
  cls: PetitionClass | null,
  route: Route | null,
  role: Role,
  v: Partial<Matter>,
): Matter => ({
  ...base,
  ...{
    state,
    step: stepOf(state),
    class: cls,
    route,
    sealed: cls === 'accusation',
    acceptedOn: [
      'accepted',
      'handling',
      'opinionDraft',
      'opinionSigned',
      'served',
      'inReview',
      'inRecheck',
      'concluded',
      'closed',
    ].includes(state)
      ? day('2026-03-06')
      : null,
    mainUnitId: ['forwarded', 'objected'].includes(state) || role === 'unitHandler' ? U1 : null,
    mainHandlerId: ladder.includes(role) ? me : other,
    areaOwnerId: role === 'areaSecretary' ? me : null,
    villageOwnerId: role === 'villageOfficer' ? me : null,
    leadOfficialId: ['leadOfficial', 'townLeader'].includes(role) ? me : null,
    signerId: me,
    approverId: me,
    followedUpOn: null,
  },
  ...v,
})
const actor = (role: Role): Who =>
  person(role, { staffId: me, unitIds: role === 'unitHandler' ? [U1] : [], headsUnit: true })

describe('转换表：状态 × 办理 × 岗位 × 类别 × 路径', () => {
  const cases = (Object.keys(states) as State[]).flatMap((state) =>
    ([null, 'suggestion', 'claim', 'accusation'] as const).flatMap((cls) =>
      (cls === 'claim' ? ([null, ...Object.keys(routes)] as (Route | null)[]) : [null]).flatMap((route) =>
        (Object.keys(roles) as Role[]).map((role) => ({
          state,
          cls,
          route,
          role,
          who: actor(role),
          matters: variants.map((v) => inState(state, cls, route, role, v)),
        })),
      ),
    ),
  )
  for (const [name, rule] of Object.entries(lawOf) as [MoveName, NonNullable<(typeof lawOf)[MoveName]>][])
    test(`${rule.t || '—'} ${moves[name].label}（${name}）`, () => {
      const it = moveOf(name) as Move
      const reached = new Set<string>()
      const [byRole, byClass, byRoute] = [new Set<string>(), new Set<string>(), new Set<string>()]
      for (const { state, cls, route, role, who, matters } of cases) {
        const may =
          rule.from.includes(state) &&
          rule.roles.includes(role) &&
          rule.classes.includes((cls ?? 'none') as never) &&
          (cls !== 'claim' || !rule.routes || (route !== null && rule.routes.includes(route)))
        let lawful = false
        for (const m of matters) {
          const no = it.refusal(m, who, today)
          if (no === null) lawful = true
          else sentence(no)
        }
        if (!lawful) continue
        reached.add(state)
        byRole.add(role)
        byClass.add(cls ?? 'none')
        if (route !== null) byRoute.add(route)
        if (!may) expect.fail(`${name} 不应当：${states[state]} ${role} ${cls ?? '未分类'} ${route ?? ''}`)
      }
      // And what the table allows is really possible: in each of its states, by each role, for each class, on each route.
      expect([...reached].sort()).toEqual([...rule.from].sort())
      expect([...byRole].sort()).toEqual([...new Set(rule.roles)].sort())
      expect([...byClass].sort()).toEqual([...rule.classes].sort())
      if (rule.routes) expect([...byRoute].sort()).toEqual([...rule.routes].sort())
    })

  test('表上的变化就是参考资料 T1–T23 的变化', () => {
    const reference: Record<string, [string[], string[]]> = {
      T2: [['received', 'registered'], ['registered']],
      T3: [
        ['registered', 'forwarded'],
        ['notAccepted', 'noLongerAccepted'],
      ],
      T4: [['registered'], ['guided']],
      T5: [['registered', 'objected'], ['forwarded']],
      T6: [['forwarded'], ['objected']],
      T7: [
        ['objected', 'forwarded'],
        ['registered', 'forwarded', 'objected'],
      ],
      T8: [['registered', 'forwarded'], ['accepted']],
      T9: [['accepted'], ['handling']],
      T13: [['handling'], ['opinionDraft']],
      T14: [['opinionDraft'], ['opinionSigned', 'handling']],
      T16: [
        ['served', 'concluded', 'closed', 'inReview', 'inRecheck'],
        ['inReview', 'served', 'concluded'],
      ],
      T17: [
        ['inReview', 'inRecheck'],
        ['served', 'handling', 'concluded', 'inReview'],
      ],
      T18: [
        ['served', 'concluded', 'closed', 'inReview', 'inRecheck', 'handling', 'opinionDraft', 'opinionSigned'],
        ['inRecheck', 'inReview', 'served', 'concluded'],
      ],
      T19: [['accepted', 'handling', 'opinionDraft', 'opinionSigned', 'served'], ['concluded']],
      T22: [['closed', 'withdrawn'], ['registered']],
    }
    for (const [t, [from, to]] of Object.entries(reference)) {
      const rows = Object.values(lawOf).filter((r) => r.t === t && r.to.some((x) => x !== 'same' || t === 'T2'))
      expect([...new Set(rows.flatMap((r) => r.from))].sort(), t).toEqual([...from].sort())
      expect([...new Set(rows.flatMap((r) => r.to.filter((x) => x !== 'same')))].sort(), t).toEqual([...to].sort())
    }
    for (const r of Object.values(lawOf)) expect(r.article).toMatch(/条|办法|制度|自愿/)
  })
})

/** The small office of the random lives. */
const people = {
  clerk: person('clerk'),
  clerk2: person('clerk'),
  petitionHead: person('petitionHead'),
  unitHead: person('unitHandler', { unitIds: [U1], headsUnit: true }),
  unit: person('unitHandler', { unitIds: [U1] }),
  unit2: person('unitHandler', { unitIds: [U2], headsUnit: true }),
  lead: person('leadOfficial'),
  principal: person('townLeader'),
  village: person('villageOfficer'),
  mediator: person('mediator'),
  auditor: person('auditor'),
}
const cast: Cast = {
  unitIds: [U1, U2],
  handlerIds: [people.unit.staffId, people.unit2.staffId, people.clerk.staffId],
  leaderIds: [people.lead.staffId, people.principal.staffId],
  principalIds: [people.principal.staffId],
  mediatorIds: [people.mediator.staffId],
  headIds: [people.petitionHead.staffId],
}
const names = Object.keys(moves) as MoveName[]
const rare: MoveName[] = [
  'forward',
  'forward',
  'object',
  'object',
  'object',
  'referDispute',
  'executed',
  'completionReport',
  'recheckHearing',
  'offerMediation',
  'endMediation',
  'convertSimple',
  'forward',
  'object',
  'referDispute',
  'decideDispute',
  'askReview',
  'askRecheck',
  'serveReview',
  'contact',
  'investigate',
  'completionReport',
]
const leading = names.filter((n) => moveOf(n)!.primary)
const pick = <T>(r: () => number, list: readonly T[]): T => list[Math.floor(r() * list.length)]!

/** What must hold of any matter at any time; the database holds the same by its checks. */
const legal = (m: Matter) => {
  const running = m.clocks.filter((c) => c.endedOn === null)
  const has = (rule: string) => running.some((c) => c.rule === rule && c.round === m.round)
  const is = (...any: State[]) => any.includes(m.state)
  const once = (rule: string) => running.filter((c) => c.rule === rule).length <= 1
  const wrong = Object.entries({
    环节与状态相符: m.step === stepOf(m.state),
    受理之后有受理日期: !is('accepted', 'handling', 'opinionDraft', 'opinionSigned', 'served') || m.acceptedOn !== null,
    办理中有主办人: !is('handling', 'opinionDraft') || m.mainHandlerId !== null,
    送达有日期: !is('served') || m.servedOn !== null,
    销号有日期: !is('closed') || m.closedOn !== null,
    销号后只留当事人的权利: !is('closed') || running.every((c) => ['D07', 'D09', 'D16'].includes(c.rule)),
    核验人不是办理人: m.tests.every((t) => t.confirmedBy === null || t.confirmedBy !== t.answeredBy),
    // 申诉求决自受理起计办理期限，到送达、办结或撤回为止
    办理期限在走:
      m.class !== 'claim' ||
      !is('accepted', 'handling', 'opinionDraft', 'opinionSigned') ||
      has('D05') ||
      m.clocks.every((c) => c.rule !== 'D05' || c.round !== m.round),
    结束后没有办理期限: !is('served', 'concluded', 'withdrawn', 'notAccepted', 'guided') || !has('D05'),
    复查期限在走: !is('inReview') || has('D08'),
    复核期限在走: !is('inRecheck') || has('D10') || m.reviews.some((r) => r.level === 'recheck' && r.outcome !== null),
    撤回后没有期限: !is('withdrawn') || running.every((c) => c.rule === 'D19'),
    代表不超过五人: m.parties.filter((p) => p.isRepresentative).length <= 5,
    人数不少于列名的人: m.headCount >= Math.max(1, petitionersOf(m).length),
    同一期限只有一个: ['D01', 'D03', 'D05', 'D08', 'D10', 'D12', 'D15'].every(once),
    期限都能说明: m.clocks.every(
      (c) => c.dueOn >= c.fromOn && (c.endedOn === null) === (c.outcome === null) && c.steps.length > 1,
    ),
    人不重复: new Set(m.parties.map((p) => p.id)).size === m.parties.length,
  })
    .filter(([, ok]) => !ok)
    .map(([what]) => what)
  if (wrong.length) expect.fail(`${states[m.state]}：${wrong.join('、')}`)
}

/** One life from a seed: mostly lawful moves, some not; calls `look` after each attempt. */
const live = (
  seed: number,
  length: number,
  look: (m: Matter, name: MoveName, before: Matter, done: boolean) => void,
): Matter => {
  const r = dice(seed)
  let now = day('2026-03-05') as Day
  let m = newMatter({
    ...(r() < 0.1
      ? {}
      : r() < 0.1
        ? { class: 'suggestion' as const }
        : { class: 'claim' as const, route: r() < 0.1 ? ('litigation' as const) : ('petitionProcedure' as const) }),
    state: r() < 0.1 ? 'received' : 'registered',
    registeredBy: people.clerk.staffId,
    anonymous: false,
    clocks: [],
  })
  m = applied(
    m,
    {
      kind: 'register',
      says: '',
      set: {},
      start: [
        { rule: 'D01', from: m.receivedOn },
        { rule: 'D02', from: m.receivedOn },
      ],
    },
    people.clerk,
    now,
    law,
  )
  const all = Object.values(people)
  for (let i = 0; i < length; i += 1) {
    if (r() < 0.3 && now < '2026-11-01') now = addDays(now, Math.floor(r() * 12))
    const lawful = r() < 0.85
    // One person at a time looks at what may be done; the next lawful step of somebody is taken more often than notes and reminders.
    const who = pick(r, all)
    const options = names.filter((name) => (moveOf(name)!.refusal(m, who, now) === null) === lawful)
    const primary = lawful
      ? leading.flatMap((name) =>
          all
            .filter((p) => moveOf(name)!.primary?.(m, p) && moveOf(name)!.refusal(m, p, now) === null)
            .map((p) => [name, p] as const),
        )
      : []
    const steps = options.filter((n) => lawful && lawOf[n]?.t)
    // Now and then whoever may object, appeal, reopen does.
    if (lawful && r() < 0.4)
      for (const name of rare)
        for (const p of all) if (moveOf(name)!.refusal(m, p, now) === null) primary.push([name, p])
    const from = steps.length && r() < 0.7 ? steps : options
    const chosen: readonly [MoveName, Who] | undefined =
      primary.length && r() < 0.6 ? pick(r, primary) : from.length ? [pick(r, from), who] : undefined
    if (!chosen) continue
    const [name, by] = chosen
    const it = moveOf(name) as Move
    const no = it.refusal(m, by, now)
    const before = m
    if (no !== null) {
      sentence(no)
      look(m, name, before, false)
      continue
    }
    const parsed = it.input.safeParse(inputFor(name, m, now, cast, r))
    if (!parsed.success) {
      for (const issue of parsed.error.issues) if (issue.code === 'custom') sentence(issue.message)
      look(m, name, before, false)
      continue
    }
    try {
      m = applied(m, it.decide(m, parsed.data, by, now, law), by, now, law)
      look(m, name, before, true)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      sentence(error.message)
      look(m, name, before, false)
    }
  }
  return m
}

describe('一千次随机的一生', () => {
  test('合法与不合法的办理混在一起：没有非法的状态，每次拒绝都是一句话，每次变化都在表上', () => {
    const seen = new Map<string, number>()
    const reachedStates = new Set<State>()
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        live(seed, 40, (m, name, before, done) => {
          if (!done) {
            if (m !== before) expect.fail(`${name} 没有办成却改了事项`)
            return
          }
          legal(m)
          reachedStates.add(m.state)
          seen.set(name, (seen.get(name) ?? 0) + 1)
          const rule = lawOf[name]
          const stayed = m.state === before.state
          if (!rule && !stayed) expect.fail(`${name} 改变了状态却不在表上`)
          if (
            rule &&
            !(rule.from.includes(before.state) && (rule.to.includes(m.state) || (stayed && rule.to.includes('same'))))
          )
            expect.fail(`${name}：${states[before.state]} → ${states[m.state]} 不在表上`)
        })
      }),
      { numRuns: 1000, seed: 20220501, endOnFailure: true },
    )
    // The lives really go nearly everywhere; single rare moves are tried by the table above.
    expect(Object.keys(states).filter((s) => !reachedStates.has(s as State)).length).toBeLessThan(3)
    expect(Object.keys(lawOf).filter((n) => !seen.has(n)).length).toBeLessThan(8)
  }, 60_000)
})

describe('不可能的事', () => {
  const claim = (more: Partial<Matter> = {}) => newMatter({ class: 'claim', route: 'petitionProcedure', ...more })
  const decide = (name: MoveName, m: Matter, input: unknown, who: Who = people.petitionHead, on: Day = today) => {
    const it = moveOf(name) as Move
    const no = it.refusal(m, who, on)
    if (no) throw new Refused(no)
    return it.decide(m, it.input.parse(input), who, on, law)
  }
  test('不予受理只有法定理由，态度、次数、敏感时期都不是', () => {
    for (const ground of ['rude', 'tooOften', 'sensitivePeriod'])
      expect(moves.notAccept.input.safeParse({ ground, remedy: '略' }).success).toBe(false)
  })
  test('复核终结后同一事实和理由不再受理，须指出复核的是哪一件', () => {
    expect(() => decide('notAccept', claim(), { ground: 'rechecked', remedy: '无' })).toThrow(/文号/)
    const link = {
      id: uuidv7(),
      kind: 'repeat' as const,
      note: '',
      petitionId: uuidv7(),
      number: 'XF2025-0001',
      title: '',
      state: 'closed' as const,
      conclusion: 'rechecked' as const,
    }
    const c = decide('notAccept', claim({ links: [link] }), {
      ground: 'rechecked',
      remedy: '支持的意见未执行的可以要求执行',
    })
    expect(c.set?.state).toBe('noLongerAccepted')
  })
  test('导入法定途径写明该救济还剩几日', () => {
    const m = newMatter({ class: 'claim', route: 'adminProcedure' })
    const c = decide('guide', m, {
      where: '县政府',
      how: '提交申请书',
      remedyId: 'reconsideration',
      knownOn: '2026-03-01',
    })
    expect(c.papers?.[0]?.extra.timeLeft).toContain('到 2026年4月30日')
    expect(c.papers?.[0]?.extra.timeLeft).toContain('还剩 41 日')
    expect(() =>
      decide('guide', m, { where: '县政府', how: '略', remedyId: 'labourArbitration', knownOn: '2026-03-01' }),
    ).toThrow(/不属于/)
    expect(() => decide('guide', m, { where: '县政府', how: '略', remedyId: 'reconsideration' })).toThrow(/知道的日期/)
  })
  test('简易办理只适用于初次、一个单位、不复杂的事项；转为普通程序期限连续计算', () => {
    expect(() => decide('accept', claim({ repeat: true }), { simple: true, simpleWhy: 'clear' })).toThrow(/初次/)
    expect(() => decide('accept', claim({ grade: 'red' }), { simple: true, simpleWhy: 'clear' })).toThrow(/红色/)
    const m = applied(
      claim(),
      decide('accept', claim(), { simple: true, simpleWhy: 'clear' }),
      people.petitionHead,
      today,
      law,
    )
    expect(m.clocks.map((c) => [c.rule, c.dueOn])).toEqual([
      ['D05', '2026-05-19'],
      ['D12', '2026-04-03'],
    ])
    const back = applied(
      m,
      decide('convertSimple', m, { reason: '须会商' }),
      people.petitionHead,
      addDays(today, 5),
      law,
    )
    expect(back.clocks.map((c) => [c.rule, c.outcome, c.fromOn])).toEqual([
      ['D05', null, '2026-03-20'],
      ['D12', 'cancelled', '2026-03-20'],
    ])
  })
  test('听证员少于五人、双数、通知不足十个工作日、承办人主持，都不行', () => {
    const m = claim({ state: 'handling', acceptedOn: today, mainHandlerId: me })
    const hearing = {
      why: 'complex',
      subject: '略',
      heldOn: '2026-04-10',
      place: '镇',
      hostId: other,
      officers: ['甲', '乙', '丙', '丁', '戊'],
    }
    expect(decide('planHearing', m, hearing).set?.hearing).toBe('planned')
    for (const [more, why] of [
      [{ officers: ['甲', '乙', '丙'] }, /单数/],
      [{ officers: ['甲', '乙', '丙', '丁', '戊', '己'] }, /单数/],
      [{ heldOn: '2026-03-30' }, /10 个工作日/],
      [{ hostId: me }, /承办人/],
    ] as const)
      expect(() => decide('planHearing', m, { ...hearing, ...more })).toThrow(why)
  })
  test('调解不停期限；撤回不是条件，可以重新提出', () => {
    let m = claim({
      state: 'handling',
      acceptedOn: today,
      mainHandlerId: people.petitionHead.staffId,
      clocks: [clock('D05', { fromOn: today, dueOn: addDays(today, 60) })],
    })
    m = applied(
      m,
      decide('offerMediation', m, { parties: '双方', dispute: '略', told: true }),
      people.petitionHead,
      today,
      law,
    )
    m = applied(
      m,
      decide('startMediation', m, { consent: true, words: '愿意', committee: '村调委会' }),
      people.petitionHead,
      today,
      law,
    )
    expect(m.clocks.map((c) => [c.rule, c.endedOn, c.dueOn])).toEqual([
      ['D05', null, '2026-05-19'],
      ['D15', null, '2026-04-19'],
    ])
    m = applied(
      m,
      decide('withdraw', m, { words: '算了', voluntary: true, onDay: today }),
      people.petitionHead,
      today,
      law,
    )
    expect(() => decide('withdraw', claim(), { words: '算了', voluntary: false, onDay: today })).toThrow()
    m = applied(
      m,
      decide('reopen', m, { why: 'refiled', detail: '还是要反映', onDay: today }),
      people.petitionHead,
      today,
      law,
    )
    expect([m.state, m.round]).toEqual(['registered', 2])
  })
  test('被撤销的意见不能原样再出一次；换了意见可以', () => {
    const revoked = review('review', 'decided', {
      outcome: 'revoked',
      decidedOn: today,
      challengedOpinion: '支持其请求。',
    })
    const m = claim({
      state: 'handling',
      acceptedOn: today,
      mainHandlerId: me,
      reviews: [revoked],
      opinionNow: opinion('signed'),
      records: [note('contact'), note('investigation')],
    })
    const input = {
      request: '修',
      facts: '属实',
      reasons: '有据',
      opinion: '支持 其请求',
      legalBasis: '条例',
      remedy: '复查',
      claims: [{ body: '修', result: 'supported', answer: '修' }],
    }
    const handler = person('unitHandler', { staffId: me })
    expect(() => decide('submitOpinion', m, input, handler)).toThrow(/被撤销/)
    expect(decide('submitOpinion', m, { ...input, opinion: '七日内修复并说明原因' }, handler).opinion?.new).toBe(true)
  })
  test('逾期请求复查须有正当理由，由上一级决定', () => {
    const m = claim({
      state: 'served',
      acceptedOn: today,
      servedOn: day('2026-03-06'),
      clocks: [clock('D07', { fromOn: day('2026-03-06'), dueOn: day('2026-04-07') })],
    })
    const ask = { askedOn: '2026-04-20', wants: '撤销', reasons: '不服' }
    expect(() => decide('askReview', m, ask, people.clerk, day('2026-04-20'))).toThrow(/期限到 2026-04-07/)
    expect(decide('askReview', m, { ...ask, lateCause: '住院' }, people.clerk, day('2026-04-20')).set?.state).toBe(
      'inReview',
    )
  })
  test('几名信访人：各自送达、各自起算、各自评价；同一人不重复计数', () => {
    const p = newMatter().parties[0]!
    const two = [p, { ...p, id: uuidv7(), name: '李二', sort: 1 }]
    const doc = paper('handlingOpinion') as { id: string }
    let m = claim({
      state: 'opinionSigned',
      acceptedOn: today,
      mainHandlerId: me,
      parties: two,
      headCount: 2,
      documents: [doc as never],
      clocks: [clock('D05')],
    })
    const serve = (i: number, on: Day) =>
      decide(
        'serve',
        m,
        { documentId: doc.id, way: 'inPerson', servedOn: on, receiver: '本人', outcome: 'signed', partyId: two[i]!.id },
        people.clerk,
        on,
      )
    m = applied(m, serve(0, today), people.clerk, today, law)
    expect([m.state, m.clocks.filter((c) => c.rule === 'D07').length]).toEqual(['opinionSigned', 1])
    m = applied(m, serve(1, addDays(today, 4)), people.clerk, addDays(today, 4), law)
    expect([m.state, m.servedOn]).toEqual(['served', '2026-03-24'])
    expect(m.clocks.filter((c) => c.rule === 'D07').map((c) => [c.partyId === two[0]!.id, c.dueOn])).toEqual([
      [true, '2026-04-20'],
      [false, '2026-04-23'],
    ])
    const visit = (i: number, ratingUnit: string) =>
      decide(
        'followUp',
        m,
        {
          onDay: '2026-03-25',
          way: 'phone',
          reached: true,
          ratingOffice: 'satisfied',
          ratingUnit,
          partyId: two[i]!.id,
        },
        people.clerk2,
        day('2026-03-25'),
      )
    m = applied(m, visit(0, 'dissatisfied'), people.clerk2, today, law)
    m = applied(m, visit(1, 'satisfied'), people.clerk2, today, law)
    expect([m.ratingUnit, m.parties.map((x) => x.ratingUnit)]).toEqual(['dissatisfied', ['dissatisfied', 'satisfied']])
    const joined = decide(
      'joinPetitioners',
      m,
      { people: [{ name: '李二' }, { name: '张三' }, { name: '张三' }] },
      people.clerk,
    )
    expect([joined.set?.headCount, joined.parties?.length]).toEqual([3, 3])
    expect(
      headsOf([
        { parties: two, headCount: 5 },
        { parties: [two[0]!], headCount: 1 },
      ]),
    ).toBe(5)
    expect(() => decide('joinPetitioners', m, { people: [{ name: '李二' }] }, people.clerk)).toThrow(/已经是/)
  })
  test('代表不超过五人，代理人不超过二人且须书面委托', () => {
    const p = newMatter().parties[0]!
    const many = Array.from({ length: 6 }, (_, i) => ({ ...p, id: uuidv7(), name: `王${i}`, sort: i }))
    const m = claim({ parties: many, headCount: 40 })
    expect(() =>
      decide('chooseRepresentatives', m, { partyIds: many.map((x) => x.id), told: true }, people.clerk),
    ).toThrow(/不超过 5 人/)
    expect(
      decide(
        'chooseRepresentatives',
        m,
        { partyIds: many.slice(0, 5).map((x) => x.id), told: true },
        people.clerk,
      ).parties?.filter((x) => x.isRepresentative),
    ).toHaveLength(5)
    const agent = { role: 'agent', name: '赵律师', forId: many[0]!.id, agentKind: 'lawyer', written: true }
    expect(() => decide('addAgent', m, { ...agent, written: false }, people.clerk)).toThrow(/书面/)
    const with2 = {
      ...m,
      parties: [
        ...many,
        ...[1, 2].map((i) => ({ ...p, id: uuidv7(), role: 'agent' as const, name: `代${i}`, actsFor: many[0]!.name })),
      ],
    }
    expect(() => decide('addAgent', with2, agent, people.clerk)).toThrow(/一至二人/)
  })
  test('三到位一处理：四项各自认定，违法须有证据并交法律规定的机关，帮扶写明交给谁', () => {
    const m = claim({ state: 'handling', acceptedOn: today, mainHandlerId: me, records: [note('investigation')] })
    const by = person('unitHandler', { staffId: me })
    const o = { outcome: 'lawful', applies: true, body: '打砸公物' }
    expect(() => decide('recordOutcome', m, o, by)).toThrow(/哪个机关/)
    expect(() => decide('recordOutcome', m, { ...o, handedTo: '派出所' }, by)).toThrow(/证据/)
    let n = applied(
      m,
      decide('recordOutcome', m, { ...o, handedTo: '派出所', evidenceIds: [m.records[0]!.id] }, by),
      by,
      today,
      law,
    )
    expect(() => decide('recordOutcome', n, { outcome: 'relieved', applies: true, body: '生活困难' }, by)).toThrow(
      /哪里/,
    )
    n = applied(
      n,
      decide('recordOutcome', n, { outcome: 'relieved', applies: true, body: '生活困难', handedTo: '民政办' }, by),
      by,
      today,
      law,
    )
    expect(n.outcomes.map((x) => x.outcome)).toEqual(['lawful', 'relieved'])
  })
  test('重大紧急情况须报告法定的对象，少报一个要写明原因', () => {
    const r = { what: '聚集', measures: '劝导', to: ['committee'], onDay: '2026-03-20' }
    expect(() => decide('reportUrgent', claim(), r, people.village)).toThrow(/还应报告：本级政府/)
    expect(decide('reportUrgent', claim(), { ...r, notYet: '电话占线，正在联系' }, people.village).set?.urgentOn).toBe(
      '2026-03-20',
    )
  })
  test('没有一步能删除、隐去事项，也没有以撤回换取好处的一步', () => {
    for (const n of names) expect(n).not.toMatch(/delete|remove|hide|blacklist|pledge/i)
    expect(isOpen('withdrawn')).toBe(true)
  })
})
