import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { is } from '../../people/roles.ts'
import { dutiesMissing } from '../carry/duties.ts'
import { legalLimits, type RuleId } from '../clocks.ts'
import { first, handles, inState, only } from '../guard.ts'
import { OutcomeInput, outcomesAtClosing } from '../handle/outcome.ts'
import { type Change, move } from '../move.ts'
import { newestOf } from '../paper/move.ts'
import { type ClosingTestName, closingTests, DayText, type Matter, proofIds, stepOf } from '../petition.ts'
import { rechecked, unserved } from '../review/ladder.ts'
import { hands } from '../revisit/move.ts'

/** 办理终结（T19）: by agreement, by the lapse of the right to review, by the answer to a suggestion, or for want of a successor. */
const conclude = move({
  label: '办结',
  input: z.object({
    ground: z.enum(['settled', 'mediated', 'reviewLapsed', 'replied', 'noSuccessor'], { error: '请选择办结依据' }),
    note: text(1000).default(''),
    evidenceIds: z.array(z.uuid()).max(20).default([]),
    onDay: DayText.optional(),
  }),
  primary: (m) => m.state === 'served' && m.followedUpOn !== null,
  refusal: (m, who) =>
    first(
      inState(m, 'accepted', 'handling', 'opinionDraft', 'opinionSigned', 'served'),
      m.sealed && '检举控告由纪检监察机关处理',
      only(who, 'clerk', 'petitionHead'),
      m.state !== 'served' && m.extension === 'requested' && '延期申请正在等待批准',
      unserved(m).length > 0 && '复查意见还没有送达',
    ),
  decide: (m, input, _who, today): Change => {
    // A request refused or taken back leaves the right to ask again within the same days: they must have passed too.
    const rights = m.clocks.filter(
      (c) => ['D07', 'D09'].includes(c.rule) && c.round === m.round && c.outcome !== 'cancelled',
    )
    const open = rights.filter((c) => c.endedOn === null)
    const right = (open.length > 0 ? open : rights).reduce<(typeof rights)[number] | undefined>(
      (a, c) => (a && a.dueOn >= c.dueOn ? a : c),
      undefined,
    )
    if (m.state !== 'served' && !['mediated', 'noSuccessor'].includes(input.ground))
      throw new Invalid('答复送达之前，只有调解达成协议或无人承继可以办结', { ground: '请另选' })
    if (input.ground === 'mediated' && m.mediation !== 'agreed')
      throw new Invalid('还没有登记调解协议', { ground: '请先登记调解结果' })
    if (input.ground === 'reviewLapsed' && (!right || today <= right.dueOn))
      throw new Refused(
        right
          ? `信访人请求${right.rule === 'D07' ? '复查' : '复核'}的期限到 ${right.dueOn} 为止，届满前不能以此办结`
          : '没有正在计算的复查期限',
      )
    if (input.ground === 'replied' && m.class !== 'suggestion')
      throw new Invalid('只有建议意见答复后即办结', { ground: '请另选' })
    if (
      input.ground === 'settled' &&
      input.evidenceIds.length === 0 &&
      !m.records.some((r) => r.kind === 'followUp' && r.data.reached === true)
    )
      throw new Invalid('达成协议或诉求实现，须有协议等证据或回访记录佐证', { evidenceIds: '请选择证据' })
    if (input.ground === 'noSuccessor' && !input.note) throw new Invalid('请写明情况', { note: '请写明情况' })
    const grounds = {
      settled: '达成协议或诉求已经实现',
      mediated: '经调解达成协议',
      reviewLapsed: '复查期限届满未申请',
      replied: '建议意见已答复',
      noSuccessor: '无人承继',
    }
    return {
      kind: 'signoff',
      says: `办结：${grounds[input.ground]}${input.note ? `；${input.note}` : ''}`,
      data: { ground: input.ground, evidenceIds: input.evidenceIds },
      set: {
        state: 'concluded',
        step: 'revisit',
        concludedOn: today,
        conclusion: input.ground === 'reviewLapsed' && rechecked(m) ? 'rechecked' : input.ground,
        ...(m.state === 'served' ? {} : { holderId: m.mainHandlerId, pending: null }),
      },
      // 复查是信访人的权利，不因办结而提前消灭：期限照算
      end: [
        ...(input.ground === 'reviewLapsed' ? [{ rule: 'D07' }, { rule: 'D09' }] : []),
        ...(m.state === 'served'
          ? []
          : [
              { rule: 'D05', ...(input.ground === 'noSuccessor' ? { cancelled: true } : {}) },
              { rule: 'D12', ...(input.ground === 'noSuccessor' ? { cancelled: true } : {}) },
              { rule: 'D02', cancelled: true },
              { rule: 'D03', cancelled: true },
              { rule: 'D15', cancelled: true },
            ]),
      ],
      start: [{ rule: 'D19', from: today }],
    }
  },
})

const closable = (m: Matter) => inState(m, 'concluded', 'guided', 'notAccepted', 'noLongerAccepted', 'withdrawn')

/** What closing needs besides the four tests (§7.5), as sentences. */
export const missingToClose = (m: Matter): string[] => {
  const taken = m.acceptedOn !== null
  const opinion = m.documents.some((d) => d.kind === 'handlingOpinion' || d.kind === 'suggestionReply')
  const served = newestOf(m.documents)
    .filter((d) => ['handlingOpinion', 'suggestionReply', 'nonAcceptanceNotice', 'guidanceNotice'].includes(d.kind))
    .every((d) => m.anonymous || m.services.some((s) => s.documentId === d.id))
  return [
    ...(taken && !['withdrawn', 'noSuccessor', 'prior', 'mediated'].includes(m.conclusion ?? '') && !opinion
      ? ['处理意见书']
      : []),
    ...(!served ? ['送达回证'] : []),
    ...(m.followedUpOn === null && !m.anonymous ? ['回访'] : []),
    ...(m.extension === 'requested' ? ['延期申请尚未决定'] : []),
    ...(m.sendMode === 'assign' && m.reportedOn === null && taken && m.conclusion !== 'withdrawn'
      ? ['办结报告（交办事项）']
      : []),
    // 支持的意见已执行或者已安排执行
    ...m.tasks
      .filter((t) => t.round === m.round && t.doneOn === null && t.dueOn === null)
      .map((t) => `执行安排：${t.body}`),
    ...dutiesMissing(m.duties),
  ]
}

const testsOf = z.object({
  facts: z.object({
    answer: text(2000).min(1, '请说明事实清楚的依据'),
    evidenceIds: z.array(z.uuid()).max(50).default([]),
  }),
  nature: z.object({
    answer: text(2000).min(1, '请说明定性准确的依据'),
    evidenceIds: z.array(z.uuid()).max(50).default([]),
  }),
  handling: z.object({
    answer: text(2000).min(1, '请说明处理恰当的依据'),
    evidenceIds: z.array(z.uuid()).max(50).default([]),
  }),
  evidence: z.object({
    answer: text(2000).min(1, '请说明证据齐全的依据'),
    evidenceIds: z.array(z.uuid()).max(50).default([]),
  }),
})

const proposeClosing = move({
  label: '提交销号',
  input: testsOf.extend({ outcomes: z.array(OutcomeInput).max(4).default([]) }),
  primary: (m) =>
    ['concluded', 'guided', 'notAccepted', 'noLongerAccepted', 'withdrawn'].includes(m.state) &&
    m.closing !== 'proposed' &&
    m.followedUpOn !== null,
  refusal: (m, who) =>
    first(
      closable(m),
      m.sealed && '检举控告以签收回执结束',
      m.closing === 'proposed' && '已提交，等待另一人核验',
      !handles(m, who) && !is(who, 'clerk') && '由承办人或信访登记员提交',
      missingToClose(m).length > 0 && `还缺：${missingToClose(m).join('、')}`,
    ),
  decide: (m, input, who, today): Change => {
    const papers = proofIds(m)
    const { outcomes: four, ...tests } = input
    for (const [test, t] of Object.entries(tests) as [ClosingTestName, (typeof tests)['facts']][]) {
      if (t.evidenceIds.length === 0)
        throw new Invalid(`“${closingTests[test]}”须关联证据、文书或记录`, { [test]: '请选择证据' })
      if (t.evidenceIds.some((e) => !papers.includes(e)))
        throw new Invalid(`“${closingTests[test]}”关联的证据不在本事项中`, { [test]: '请重新选择' })
    }
    const { outcomes, says } = outcomesAtClosing(m, four, who, today)
    return {
      kind: 'signoff',
      says: `按四项标准提交销号：事实清楚、定性准确、处理恰当、证据齐全${says}`,
      data: { tests, outcomes },
      outcomes,
      tests: (Object.keys(closingTests) as ClosingTestName[]).map((test) => ({
        test,
        ...tests[test],
        answeredBy: who.staffId,
        answeredOn: today,
        confirmed: null,
        confirmedBy: null,
        confirmedOn: null,
        reason: '',
      })),
      set: { closing: 'proposed' },
    }
  },
})

const verdict = (test: ClosingTestName) =>
  z.object({
    confirmed: z.boolean({ error: `请选定“${closingTests[test]}”是否成立` }),
    reason: text(500).default(''),
  })

/** 对标销号：四项标准由另一人逐项核验，全部成立才销号. */
const close = move({
  label: '核验销号',
  confirm: '销号后事项结束；有新的事实、理由或承诺未兑现仍可重新启动。确定吗？',
  input: z.object({
    facts: verdict('facts'),
    nature: verdict('nature'),
    handling: verdict('handling'),
    evidence: verdict('evidence'),
  }),
  primary: (m) => m.closing === 'proposed',
  refusal: (m, who) =>
    first(
      closable(m),
      m.closing !== 'proposed' && '尚未提交销号',
      only(who, 'clerk', 'petitionHead'),
      (m.tests.some((t) => t.answeredBy === who.staffId) || hands(m).includes(who.staffId)) &&
        '核验须由办理人以外的人进行',
      missingToClose(m).length > 0 && `还缺：${missingToClose(m).join('、')}`,
    ),
  decide: (m, input, who, today): Change => {
    const names = Object.keys(closingTests) as ClosingTestName[]
    const refused = names.filter((t) => !input[t].confirmed)
    const unexplained = refused.find((t) => input[t].reason === '')
    if (unexplained)
      throw new Invalid(`请写明“${closingTests[unexplained]}”不成立的理由`, { [unexplained]: '请写明理由' })
    const tests = m.tests.map((t) => ({
      ...t,
      confirmed: input[t.test].confirmed,
      confirmedBy: who.staffId,
      confirmedOn: today,
      reason: input[t.test].reason,
    }))
    if (refused.length)
      return {
        kind: 'signoff',
        says: `销号退回：${refused.map((t) => `${closingTests[t]}——${input[t].reason}`).join('；')}`,
        tests,
        set: { closing: 'refused' },
        tell: m.mainHandlerId ? [{ staffId: m.mainHandlerId, says: `${m.number} 的销号被退回`, kind: 'return' }] : [],
      }
    return {
      kind: 'signoff',
      says: `${who.name}核验四项标准均成立，销号`,
      tests,
      set: {
        state: 'closed',
        step: stepOf('closed'),
        closing: 'confirmed',
        closedOn: today,
        holderId: null,
        approverId: null,
      },
      // 当事人的权利不因销号而消灭
      end: m.clocks
        .filter((c) => c.endedOn === null)
        .map((c) => ({ rule: c.rule }))
        .filter(({ rule }) => legalLimits[rule as RuleId]?.kind !== 'right')
        .map(({ rule }) => (rule === 'D19' ? { rule } : { rule, cancelled: true })),
      papers: [{ kind: 'closingReport', extra: {} }],
    }
  },
})

/** 重新启动（T22）：新的事实或理由、承诺未兑现、支持的意见未执行. */
const reopen = move({
  label: '重新启动',
  input: z.object({
    why: codes({
      newFacts: '有新的事实',
      newReasons: '有新的理由',
      breach: '承诺未兑现',
      notExecuted: '支持的意见未执行',
      refiled: '撤回后重新提出',
    }),
    detail: text(2000).min(1, '请写明情况'),
    onDay: DayText,
  }),
  refusal: (m, who) =>
    first(
      !['closed', 'withdrawn'].includes(m.state) && '事项尚未销号，可以直接办理',
      m.sealed && '检举控告由纪检监察机关处理',
      only(who, 'clerk', 'petitionHead', 'areaSecretary', 'villageOfficer'),
    ),
  decide: (m, input, who, today): Change => {
    if (input.onDay > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
    if (input.why === 'refiled' && m.conclusion !== 'withdrawn')
      throw new Invalid('只有撤回的事项才是重新提出', { why: '请另选' })
    const ended = m.closedOn ?? m.concludedOn
    if (!m.closedOn && ended && input.onDay < ended)
      throw new Invalid('日期不能早于撤回日期', { onDay: '不能早于撤回日期' })
    if (m.closedOn && input.onDay < m.closedOn) throw new Invalid('日期不能早于销号日期', { onDay: '不能早于销号日期' })
    return {
      kind: 'register',
      says: `重新启动（第 ${m.round + 1} 次办理）：${input.detail}`,
      data: { why: input.why },
      record: { kind: 'note', onDay: input.onDay, body: `重新启动：${input.detail}`, data: { why: input.why } },
      set: {
        state: 'registered',
        step: 'register',
        round: m.round + 1,
        closing: 'none',
        extension: 'none',
        acceptedOn: null,
        servedOn: null,
        concludedOn: null,
        closedOn: null,
        conclusion: null,
        followedUpOn: null,
        ratingOffice: null,
        ratingUnit: null,
        signerId: null,
        approverId: null,
        pending: null,
        hearing: 'none',
        mediation: 'none',
        simple: false,
        sendMode: null,
        limitOn: null,
        reportedOn: null,
        mainUnitId: null,
        mainHandlerId: null,
        holderId: is(who, 'clerk', 'petitionHead') ? who.staffId : null,
      },
      end: [{ rule: '*', cancelled: true }],
      start: [
        { rule: 'D01', from: input.onDay },
        { rule: 'D02', from: input.onDay },
      ],
    }
  },
})

export const signoffMoves = { conclude, proposeClosing, close, reopen }
