import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addDays, type Day, day } from '../../kit/day.ts'
import { Refused } from '../../kit/errors.ts'
import { calendarOf } from '../../petitions/calendar.ts'
import { pagesOf } from '../dossier.ts'
import type { Mediator } from '../network/network.ts'
import { disputeForms, stepGroups } from '../ui/forms.ts'
import { closeMissing } from './after.ts'
import { missingSignatures, sumsApart } from './agreement.ts'
import { unlawfulIn } from './clauses.ts'
import { type Dispute, stepsAside, withoutParty } from './dispute.ts'
import { startRefusal } from './intake.ts'
import { disputeMoves } from './moves.ts'
import { breachRefusal, paid } from './performance.ts'

const on = day('2026-03-02')
const station = 's1'
const head: Mediator = {
  townId: 't',
  staffId: 'head',
  name: '主任',
  post: '',
  roles: ['mediator'],
  areaIds: [],
  villageIds: [],
  gridIds: [],
  unitIds: [],
  headsUnit: false,
  rank: 9,
  seats: [{ memberId: 'm', stationId: station, level: 'village', duty: 'head' }],
}
const party = (id: string, side: 'applicant' | 'respondent', consent: 'asked' | 'yes' | 'no' = 'yes') => ({
  id,
  n: 1,
  side,
  role: 'party' as const,
  forId: null,
  kind: 'person' as const,
  name: id,
  sex: '' as const,
  ethnicity: '',
  age: null,
  occupation: '',
  phone: '',
  address: '',
  idType: '',
  idLast4: '',
  claim: '',
  consent,
  consentWords: '',
  consentOn: consent === 'asked' ? null : on,
  messagesOn: null,
})
const dispute = (more: Partial<Dispute> = {}): Dispute =>
  ({
    townId: 't',
    id: 'd',
    state: 'signing',
    kind: 'neighbour',
    level: 'village',
    stationId: station,
    registeredOn: on,
    registeredBy: null,
    rightsToldOn: on,
    acceptedOn: on,
    number: 'n',
    code: 'c',
    mediatorIds: ['head'],
    formerIds: [],
    barredIds: [],
    helpers: [],
    path: [],
    parties: [party('a', 'applicant'), party('b', 'respondent'), party('c', 'respondent')],
    records: [],
    agreements: [],
    performances: [],
    petitionIds: [],
    rest: null,
    owedFen: 0,
    paidFen: 0,
    ...more,
  }) as Dispute
const agreement = (signatures: { by: string }[] = []) => ({
  id: 'g',
  n: 1,
  status: 'draft' as const,
  form: 'written' as const,
  whole: true,
  replaces: false,
  facts: '',
  issues: '',
  clauses: [],
  amountFen: 0,
  madeOn: on,
  signatures: signatures.map((s) => ({ ...s, name: '', how: '签名', on })),
  sealedOn: null,
  effectiveOn: null,
  writtenOn: null,
  confirmBy: null,
  confirm: null,
})
const calendar = calendarOf([], [2026, 2027])
const around = { calendar, stations: [], candidates: [] }

describe('协议的生效', () => {
  test('少任何一处签名、盖章都不生效；不论次序，最后一处使它生效', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'mediator', 'seal'], { minLength: 1, maxLength: 5 }), (order) => {
        let d = dispute({ agreements: [agreement()] })
        order.forEach((by, i) => {
          const change = disputeMoves.sign.decide(d, { by, how: '按指印', onDay: on }, head, on, around)
          const row = change.agreement!.row
          const complete = i === 4
          expect(row.status === 'effective').toBe(complete)
          expect(change.set?.state === 'performed').toBe(complete)
          expect(change.matters !== undefined).toBe(complete)
          d = { ...d, agreements: [{ ...d.agreements[0]!, ...row } as never] }
          if (!complete)
            expect(missingSignatures(d, d.agreements[0]!).length).toBe(5 - order.length + (order.length - i - 1))
        })
      }),
    )
  })

  test('几名调解员，每一名都签了才生效；由代理人代签的写明', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['m1', 'm2', 'm3'], { minLength: 1 }), (mediatorIds) => {
        let d = dispute({
          mediatorIds,
          parties: [
            party('a', 'applicant'),
            party('b', 'respondent'),
            { ...party('g', 'applicant'), role: 'guardian', forId: 'a' },
          ],
          agreements: [agreement([{ by: 'b' }, { by: 'seal' }])],
        })
        const put = (by: string, staffId: string) => {
          const change = disputeMoves.sign.decide(d, { by, how: '签名', onDay: on }, { ...head, staffId }, on, around)
          d = { ...d, agreements: [{ ...d.agreements[0]!, ...change.agreement!.row } as never] }
          return d.agreements[0]!
        }
        expect(put('a/g', 'm1').signatures.at(-1)!.name).toBe('a（监护人g代）')
        for (const [i, id] of mediatorIds.entries()) {
          expect(d.agreements[0]!.status).toBe('draft')
          expect(() => put('mediator', 'stranger')).toThrow('本人')
          expect(put('mediator', id).status).toBe(i === mediatorIds.length - 1 ? 'effective' : 'draft')
          expect(missingSignatures(d, d.agreements[0]!).length).toBe(mediatorIds.length - 1 - i)
        }
        expect(() =>
          disputeMoves.sign.decide(
            { ...d, agreements: [agreement()] },
            { by: 'b/g', how: '签名', onDay: on },
            head,
            on,
            around,
          ),
        ).toThrow('代签')
      }),
    )
  })

  test('条款写的金额与履行约定对不上的，说出来', () => {
    const terms = [{ amountFen: 300_000 }, { amountFen: null }]
    expect(sumsApart('付叁仟元整（￥3,000.00）', terms)).toBeNull()
    expect(sumsApart('分两期付陆仟元整（￥6,000.00）', [...terms, { amountFen: 300_000 }])).toBeNull()
    expect(sumsApart('付叁仟元整（￥3,000.00）', [{ amountFen: 30_000 }])).toContain('两处不一致')
    expect(sumsApart('原欠壹万元整（￥10,000.00），付叁仟元整（￥3,000.00）', terms)).toBeNull()
    expect(sumsApart('双方以石界为界', terms)).toBeNull()
  })

  test('同一处不签两次；不是承办调解员、不是主任，不能代签代盖', () => {
    const d = dispute({ agreements: [agreement([{ by: 'a' }])] })
    expect(() => disputeMoves.sign.decide(d, { by: 'a', how: '签名', onDay: on }, head, on, around)).toThrow('已经签过')
    const other = { ...head, staffId: 'x', seats: [] }
    expect(() => disputeMoves.sign.decide(d, { by: 'mediator', how: '签名', onDay: on }, other, on, around)).toThrow(
      '本人',
    )
    expect(() => disputeMoves.sign.decide(d, { by: 'seal', how: '盖章', onDay: on }, other, on, around)).toThrow('主任')
  })

  test('共同申请司法确认的三十日：末日是休息日顺延到下一个工作日', () => {
    for (const [made, due] of [
      ['2026-03-02', '2026-04-01'],
      ['2026-03-05', '2026-04-06'],
    ] as const) {
      const list = [{ by: 'a' }, { by: 'b' }, { by: 'c' }, { by: 'mediator' }]
      const g = { ...agreement(list), madeOn: day(made) }
      g.signatures.forEach((s) => {
        s.on = day(made)
      })
      const change = disputeMoves.sign.decide(
        dispute({ agreements: [g] }),
        { by: 'seal', how: '盖章', onDay: day(made) },
        head,
        day(made),
        around,
      )
      expect((change.agreement!.row as { confirmBy: Day }).confirmBy).toBe(due)
    }
  })
})

describe('履行', () => {
  test('怎样分次履行，都不超过约定；正好履行完才算履行', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.array(fc.integer({ min: -5, max: 400_000 }), { maxLength: 12 }),
        (owed, tries) => {
          let p = { amountFen: owed, paidFen: 0 }
          for (const fen of tries) {
            try {
              const now = paid(p, fen)
              expect(now.paidFen).toBe(p.paidFen + fen)
              expect(now.done).toBe(now.paidFen === owed)
              p = { ...p, paidFen: now.paidFen }
            } catch (e) {
              expect(e).toBeInstanceOf(Refused)
              expect(fen <= 0 || p.paidFen + fen > owed).toBe(true)
            }
            expect(p.paidFen).toBeLessThanOrEqual(owed)
          }
        },
      ),
    )
  })

  test('没有确认的协议不能强制执行，只能起诉；确认了的可以直接执行', () => {
    const g = { ...agreement(), status: 'effective' as const, effectiveOn: on }
    const confirmed = {
      ...g,
      confirm: {
        appliedOn: on,
        court: '某法院',
        acceptedOn: on,
        dueOn: addDays(on, 15),
        result: 'confirmed' as const,
        resultOn: on,
        ruling: '1',
      },
    }
    expect(breachRefusal(g, 'enforce')).toContain('起诉')
    expect(breachRefusal(g, 'court')).toBeNull()
    expect(breachRefusal(confirmed, 'enforce')).toBeNull()
    expect(breachRefusal(confirmed, 'court')).toContain('强制执行')
  })
})

describe('部分协议', () => {
  const terms = (agreementId: string, id: string, fen: number) => ({
    id,
    agreementId,
    n: 1,
    what: id,
    way: '转账',
    payerId: 'b',
    payeeId: 'a',
    amountFen: fen,
    dueOn: addDays(on, 10),
    paidFen: 0,
    status: 'due' as const,
    doneOn: null,
    proofs: [],
  })
  const signAll = (d: Dispute, id: string): Dispute => {
    for (const by of ['a', 'b', 'c', 'mediator', 'seal']) {
      const change = disputeMoves.sign.decide(d, { by, how: '签名', onDay: on }, head, on, around)
      d = {
        ...d,
        ...change.set,
        agreements: d.agreements.map((g) =>
          g.id === id
            ? { ...g, ...(change.agreement!.row as object) }
            : change.replaces?.includes(g.id)
              ? { ...g, status: 'replaced' as const }
              : g,
        ),
      }
    }
    return d
  }
  const partly = () =>
    signAll(
      dispute({
        agreedOn: null,
        effectiveOn: null,
        agreements: [{ ...agreement(), whole: false }],
        performances: [terms('g', 'p', 500)],
      }),
      'g',
    )
  const pay = (d: Dispute, performanceId: string, fen: number): Dispute => {
    const change = disputeMoves.perform.decide(d, { performanceId, onDay: on, fen, proof: '收条' }, head, on, around)
    const [p] = change.performances!.change!
    return {
      ...d,
      ...change.set,
      performances: d.performances.map((x) => (x.id === p!.id ? { ...x, ...p } : x)),
    }
  }
  const allowed = (d: Dispute, ...names: (keyof typeof disputeMoves)[]) =>
    names.map((n) => disputeMoves[n].refusal(d, head, on)).filter((x) => x !== null)

  test('一部分生效，其余继续调解：可以再调、移送、终止，已达成的照旧履行、可以申请确认', () => {
    const d = partly()
    expect(d).toMatchObject({ state: 'mediating', rest: 'open', effectiveOn: on, owedFen: 500, followUpOn: null })
    const area = { ...d, records: [{ kind: 'session' }] as never }
    expect(allowed(area, 'planSession', 'holdSession', 'escalate', 'draftAgreement', 'fail')).toEqual([])
    expect(allowed(d, 'perform', 'applyConfirm')).toEqual([])
    // Moved up and not yet taken over: what was agreed is performed all the same.
    expect(allowed({ ...d, state: 'accepted' }, 'perform', 'applyConfirm')).toEqual([])
    expect(disputeMoves.close.refusal(d, head, on)).not.toBeNull()
    expect(pay(d, 'p', 500)).toMatchObject({ state: 'mediating', rest: 'open', paidFen: 500 })
    expect(() => pay(d, 'p', 501)).toThrow('超过约定')
  })

  test('其余谈不成，告知途径后，已达成的留着；履行完才算已履行', () => {
    const input = {
      why: 'noAgreement' as const,
      reason: '谈不拢',
      remedies: '可以起诉',
      remedyTold: true as const,
      agreedFacts: '',
      factsConsent: false,
    }
    for (const paidFirst of [false, true]) {
      const d = paidFirst ? pay(partly(), 'p', 500) : partly()
      const change = disputeMoves.fail.decide(d, input, head, on, around)
      expect(change.papers).toEqual([{ kind: 'mediationEnd' }])
      expect(change.matters!.event).toBe('restEnded')
      expect(change.set).toMatchObject({ rest: 'failed', endReason: '其余争议没有达成协议' })
      const after = { ...d, ...change.set }
      expect(after.endedOn ?? null).toBeNull()
      expect(after.state).toBe(paidFirst ? 'performed' : 'performing')
      expect(after.followUpOn).not.toBeNull()
      if (!paidFirst) expect(pay(after, 'p', 500).state).toBe('performed')
    }
  })

  test('其余也达成的，两份一起履行；新协议代替原协议的，只履行新的；金额都不超过', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 0, max: 500 }),
        (replaces, second, paidBefore) => {
          let d = partly()
          if (paidBefore) d = pay(d, 'p', paidBefore)
          d = signAll(
            {
              ...d,
              state: 'signing',
              agreements: [...d.agreements, { ...agreement(), id: 'h', n: 2, replaces }],
              performances: [...d.performances, terms('h', 'q', second)],
            },
            'h',
          )
          expect(d.rest).toBe('settled')
          expect(d.state).toBe('performing')
          expect(d.owedFen).toBe(replaces ? second : 500 + second)
          expect(d.paidFen).toBe(replaces ? 0 : paidBefore)
          expect(d.paidFen).toBeLessThanOrEqual(d.owedFen)
          if (!replaces && paidBefore < 500) d = pay(d, 'p', 500 - paidBefore)
          if (replaces) expect(() => pay(d, 'p', 1)).toThrow('请选择')
          d = pay(d, 'q', second)
          expect(d).toMatchObject({ state: 'performed', paidFen: d.owedFen })
        },
      ),
    )
  })
})

describe('口头协议和司法确认', () => {
  const spoken = () => ({
    ...agreement(),
    form: 'oral' as const,
    status: 'effective' as const,
    effectiveOn: on,
    confirmBy: addDays(on, 30),
  })
  test('口头协议不能直接申请；各处签齐补成书面才可以，生效日期和三十日都不变', () => {
    let d = dispute({ state: 'performing', agreements: [spoken()] })
    const later = addDays(on, 5)
    expect(disputeMoves.applyConfirm.refusal(d, head, later)).toContain('先补签书面')
    for (const [i, by] of ['seal', 'a', 'mediator', 'c', 'b'].entries()) {
      expect(disputeMoves.putInWriting.refusal(d, head, later)).toBeNull()
      const change = disputeMoves.putInWriting.decide(d, { by, how: '签名', onDay: later }, head, later, around)
      expect(change.papers?.length ?? 0).toBe(i === 4 ? 1 : 0)
      d = { ...d, ...change.set, agreements: [{ ...d.agreements[0]!, ...(change.agreement!.row as object) }] }
      expect(d.agreements[0]!.writtenOn).toBe(i === 4 ? later : null)
    }
    expect(d.agreements[0]).toMatchObject({ effectiveOn: on, confirmBy: addDays(on, 30) })
    expect(disputeMoves.putInWriting.refusal(d, head, later)).toContain('没有要补签')
    expect(disputeMoves.applyConfirm.refusal(d, head, later)).toBeNull()
    const late = addDays(on, 31)
    expect(() =>
      disputeMoves.applyConfirm.decide(
        d,
        { agreementId: null, appliedOn: late, court: '某法院', both: true, property: false },
        head,
        late,
        around,
      ),
    ).toThrow('已经过了')
  })
})

describe('开始和回避', () => {
  test('任何一方明确拒绝，无论别的怎样，都不能受理', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('asked', 'yes', 'no'), { minLength: 2, maxLength: 6 }),
        fc.boolean(),
        (all, told) => {
          const parties = all.map((c, i) => party(`p${i}`, i % 2 ? 'respondent' : 'applicant', c as 'yes'))
          const no = startRefusal({ parties, rightsToldOn: told ? on : null })
          expect(no === null).toBe(told && all.every((c) => c === 'yes'))
          if (all.includes('no')) expect(no).toContain('明确拒绝')
        },
      ),
    )
  })

  test('受理以后有一方反悔拒绝的，不能再确定调解员、约定调解、移送；都愿意了才能继续', () => {
    const no = dispute({ state: 'accepted', parties: [party('a', 'applicant'), party('b', 'respondent', 'no')] })
    const me = { ...head, seats: [{ ...head.seats[0]!, duty: 'head' as const }] }
    for (const [name, state] of [
      ['assign', 'accepted'],
      ['planSession', 'mediating'],
      ['escalate', 'accepted'],
    ] as const)
      expect(disputeMoves[name].refusal({ ...no, state }, me, on), name).toContain('不得继续调解')
    const yes = { ...no, parties: [party('a', 'applicant'), party('b', 'respondent')] }
    expect(disputeMoves.assign.refusal(yes, me, on)).toBeNull()
    expect(disputeMoves.fail.refusal(no, me, on)).toBeNull()
  })

  test('婚姻家庭纠纷申请司法确认，须说明只确认赡养、财产', () => {
    const g = { ...agreement(), status: 'effective' as const, effectiveOn: on, confirmBy: addDays(on, 30) }
    const d = dispute({ state: 'performing', kind: 'family', agreements: [g] })
    const go = (property: boolean) =>
      disputeMoves.applyConfirm.decide(
        d,
        { agreementId: null, appliedOn: on, court: '某法院', both: true, property },
        head,
        on,
        around,
      )
    expect(() => go(false)).toThrow('身份关系')
    expect(go(true).says).toBeTruthy()
  })

  test('回访还有隐患的，要定再次回访的日期；没有再访以前不归档', () => {
    const d = dispute({ state: 'performed', followUpOn: on, followedOn: null, mediatorIds: ['other'] })
    const visit = (risk: string, againOn: Day | null) =>
      disputeMoves.followUp.decide(
        d,
        { onDay: on, satisfaction: 'satisfied', performance: '好', said: '', risk, againOn },
        head,
        on,
        around,
      ).set!
    expect(() => visit('怕再闹', null)).toThrow('再次回访')
    expect(() => visit('怕再闹', on)).toThrow('今天之后')
    expect(closeMissing({ ...d, ...visit('', null) })).toEqual([])
    expect(closeMissing({ ...d, ...visit('怕再闹', addDays(on, 30)) })[0]).toContain('再次回访')
  })

  test('本人、近亲属、申报的利害关系，都要回避', () => {
    const d = { parties: [party('王大山', 'applicant'), party('丰收合作社', 'respondent')], barredIds: ['z'] }
    const c = { staffId: 'x', name: '赵一', kin: [] as string[], interests: [] as string[] }
    expect(stepsAside(c, d)).toBeNull()
    expect(stepsAside({ ...c, name: '王大山' }, d)).toContain('同名')
    expect(stepsAside({ ...c, kin: ['王大山'] }, d)).toContain('近亲属')
    expect(stepsAside({ ...c, interests: ['丰收合作社'] }, d)).toContain('利害关系')
    expect(stepsAside({ ...c, staffId: 'z' }, d)).toContain('已经回避')
  })

  test('登记时去掉一位，他的代理人一起去掉，别人的代理人还是代原来那一位', () => {
    const of = (name: string, forIndex: number | null = null) => ({ name, forIndex })
    const list = [of('甲'), of('乙'), of('甲的代理', 0), of('丙'), of('丙的监护', 3), of('乙的代理', 1)]
    const acts = (i: number) => {
      const left = withoutParty(list, i)
      return left.map((p) => (p.forIndex === null ? p.name : `${p.name}：${left[p.forIndex]!.name}`))
    }
    expect(acts(2)).toEqual(['甲', '乙', '丙', '丙的监护：丙', '乙的代理：乙'])
    expect(acts(3)).toEqual(['甲', '乙', '甲的代理：甲', '乙的代理：乙'])
    expect(acts(0)).toEqual(['乙', '丙', '丙的监护：丙', '乙的代理：乙'])
    expect(acts(5)).toEqual(['甲', '乙', '甲的代理：甲', '丙', '丙的监护：丙'])
  })

  test('协议里不能有的话说出来，平常的条款不误伤', () => {
    for (const bad of [
      '甲方保证不再上访',
      '乙方放弃起诉的权利',
      '双方私了，不追究刑事责任',
      '双方解除婚姻关系',
      '违约的罚款一千元',
      '甲方拿到钱后永不上访',
      '甲方今后不报警、不起诉',
      '甲方撤回信访事项后付款',
      '甲方息访息诉',
      '乙方限制甲方出门',
      '乙方归还赌债五千元',
    ])
      expect(unlawfulIn(bad), bad).not.toBeNull()
    for (const good of [
      '双方以石界为界，各自使用。',
      '甲方赔偿乙方医疗费。',
      '履行完毕后再无其他争议。',
      '不能按期付清的，可以向人民法院起诉。',
      '甲方不再越界种植。',
    ])
      expect(unlawfulIn(good), good).toBeNull()
  })
})

test('每一步都在菜单的一组里，恰好一次，都有表单', () => {
  const steps = stepGroups.flatMap((g) => g.steps)
  expect([...steps].sort()).toEqual(Object.keys(disputeMoves).sort())
  for (const s of steps.filter((x) => x !== 'draftAgreement')) expect(disputeForms, s).toHaveProperty(s)
})

test('卷宗页数按版面算：一行一页，写满才换页', () => {
  const p = (n: number) => ({ type: 'p' as const, runs: [{ text: '字'.repeat(n), size: 14 }], line: 24 })
  expect(pagesOf({ header: [], body: [p(1)] })).toBe(1)
  const perLine = Math.floor(((156 / 25.4) * 72) / 14)
  const lines = Math.floor((((297 - 60) / 25.4) * 72) / 24)
  expect(pagesOf({ header: [], body: [p(perLine * lines)] })).toBe(1)
  expect(pagesOf({ header: [], body: [p(perLine * lines + 1)] })).toBe(2)
})
