import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { is, type Who } from '../../people/roles.ts'
import type { Calendar } from '../calendar.ts'
import { legalRemedies, type RemedyId, remediesOf, remedyLeft } from '../clocks.ts'
import { first, inState, noneWaiting, only } from '../guard.ts'
import { type Change, move, proposal } from '../move.ts'
import { DayText, isOpen, type Link, type Matter, notAcceptedGrounds, routes, running } from '../petition.ts'
import { simpleReasons, simpleRefusal } from './simple.ts'
import { splitMoves } from './split.ts'

const reason = (sentence: string) => z.string().trim().min(1, sentence).max(1000, '不能超过 1000 字')

/** 受理前必须已经分清类别和路径：诉讼与信访分离（第二十八条、第三十一条）. */
const classified = (m: Matter): string | null =>
  m.class === null
    ? '请先分类：建议意见、检举控告或申诉求决'
    : m.class === 'claim' && m.route === null
      ? '请先选择第三十一条的办理路径'
      : null

const own = (m: Matter) => (m.anonymous ? [] : [{ rule: 'D02' }])

/** The unit that a matter was sent to. */
const receives = (m: Matter, who: Who): boolean =>
  is(who, 'unitHandler') && m.mainUnitId !== null && who.unitIds.includes(m.mainUnitId)

const remedyAsked = {
  remedyId: codes(
    Object.fromEntries(Object.entries(legalRemedies).map(([k, r]) => [k, r.name])) as Record<RemedyId, string>,
  ).nullish(),
  /** The day the person knew of the act or the harm, from which the remedy's own period runs. */
  knownOn: DayText.nullish(),
}
/** What is left of the legal remedy, in a sentence for the notice (第二十三条：告知途径；导入时一并告知余下的时间). */
const timeOf = (
  input: { remedyId?: RemedyId | null; knownOn?: Day | null; timeLeft?: string },
  today: Day,
  calendar: Calendar,
): string => {
  if (!input.remedyId) return input.timeLeft ?? ''
  const remedy: { period: unknown; name: string } = legalRemedies[input.remedyId]
  if (remedy.period && !input.knownOn)
    throw new Invalid(`请填写信访人知道的日期，以便写明${remedy.name}还剩多少时间`, { knownOn: '请填写日期' })
  if (input.knownOn && input.knownOn > today) throw new Invalid('日期不能晚于今天', { knownOn: '不能晚于今天' })
  return [remedyLeft(input.remedyId, input.knownOn ?? today, today, calendar).says, input.timeLeft]
    .filter(Boolean)
    .join('；')
}

const accept = move({
  label: '受理',
  input: z.object({
    opinion: text(500).default(''),
    contact: text(100).default(''),
    simple: z.boolean().default(false),
    simpleWhy: codes(simpleReasons).nullish(),
  }),
  primary: (m) =>
    (m.state === 'registered' &&
      (m.class === 'suggestion' || (m.class === 'claim' && m.route === 'petitionProcedure'))) ||
    m.state === 'forwarded',
  refusal: (m, who) =>
    first(
      inState(m, 'registered', 'forwarded'),
      m.sealed && '检举控告转送纪检监察机关处理，不在此受理',
      m.pending?.move === 'notAccept' && '已提出不予受理的意见，请负责人先作决定',
      m.state === 'registered' ? only(who, 'petitionHead') : null,
      m.state === 'forwarded' && !receives(m, who) && '由收到转送的单位受理',
      classified(m),
      m.class === 'claim' && m.route !== 'petitionProcedure' && '属于法定途径，应当导入该途径，不按信访程序受理',
    ),
  decide: (m, { opinion, contact, simple, simpleWhy }, who, today): Change => {
    if (simple) {
      const no = simpleRefusal(m)
      if (no) throw new Invalid(no, { simple: no })
      if (!simpleWhy) throw new Invalid('请选择适用简易办理的情形', { simpleWhy: '请选择情形' })
    }
    return {
      kind: 'accept',
      says: `受理${simple ? `，适用简易办理（${simpleReasons[simpleWhy!]}）` : ''}${opinion ? `：${opinion}` : ''}；办理期限自今日起算`,
      set: {
        state: 'accepted',
        step: 'accept',
        acceptedOn: today,
        holderId: who.staffId,
        simple,
        ...(m.state === 'forwarded' ? {} : { mainUnitId: m.mainUnitId }),
      },
      end: [{ rule: 'D01' }, { rule: 'D04' }, ...(m.anonymous ? [{ rule: 'D02' }, { rule: 'D03' }] : [])],
      start: [
        ...(m.class === 'claim' ? [{ rule: 'D05', from: today }] : []),
        ...(simple ? [{ rule: 'D12', from: today }] : []),
      ],
      papers: [{ kind: 'acceptanceNotice', extra: { contact, simple } }],
    }
  },
})

/** 不予受理的理由须有据：同一事项在办、复查权未用、已经复核，都要指得出是哪一件. */
const proofOfGround = (m: Matter, ground: keyof typeof notAcceptedGrounds, detail: string): string | null => {
  const linked = (test: (l: Link) => boolean) => m.links.some((l) => l.kind !== 'related' && test(l))
  if (ground === 'rechecked' && !linked((l) => l.conclusion === 'rechecked') && detail === '')
    return '请先关联已经复核终结的事项，或写明复核意见书文号'
  if (ground === 'alreadyHandling' && !linked((l) => l.state !== 'closed' && l.state !== 'withdrawn') && detail === '')
    return '请先关联正在办理的同一事项，或写明由哪个机关在办理'
  if (
    ground === 'reviewRightUnused' &&
    !linked((l) => ['served', 'concluded', 'closed'].includes(l.state)) &&
    detail === ''
  )
    return '请先关联已经答复的同一事项，或写明答复文书的文号'
  return null
}

const proposeNotAccept = move({
  label: '提出不予受理',
  input: z.object({
    ground: codes(notAcceptedGrounds),
    remedy: reason('请写明应当向哪里、怎样提出'),
    detail: text(1000).default(''),
    ...remedyAsked,
  }),
  refusal: (m, who) =>
    first(
      inState(m, 'registered', 'forwarded'),
      m.sealed && '检举控告不适用',
      only(who, 'clerk', 'unitHandler'),
      m.state === 'forwarded' && is(who, 'unitHandler') && !receives(m, who) && '由收到转送的单位提出',
      noneWaiting(m),
    ),
  decide: (m, input, who, today, law): Change => {
    const no = proofOfGround(m, input.ground, input.detail)
    if (no) throw new Invalid(no, { detail: no })
    timeOf(input, today, law.calendar)
    const says = `不予受理：${notAcceptedGrounds[input.ground]}`
    return {
      kind: 'accept',
      says: `提出${says}`,
      data: input,
      set: { pending: proposal('notAccept', says, input, who, today) },
    }
  },
})

const notAccept = move({
  label: '不予受理',
  confirm: '不予受理告知书将写明理由和救济途径，事项仍在台账中。确定吗？',
  input: z.object({
    agree: z.boolean().default(true),
    ground: codes(notAcceptedGrounds).optional(),
    remedy: text(1000).default(''),
    detail: text(1000).default(''),
    ...remedyAsked,
  }),
  refusal: (m, who) =>
    first(
      inState(m, 'registered', 'forwarded'),
      m.sealed && '检举控告不适用',
      only(who, 'petitionHead'),
      m.pending !== null && m.pending.move === 'notAccept' && m.pending.by === who.staffId && '不能决定自己提出的意见',
    ),
  decide: (m, input, who, today, law): Change => {
    const proposal =
      m.pending?.move === 'notAccept'
        ? (m.pending.input as {
            ground?: keyof typeof notAcceptedGrounds
            remedy?: string
            detail?: string
            remedyId?: RemedyId | null
            knownOn?: Day | null
          })
        : {}
    if (!input.agree) {
      if (m.pending?.move !== 'notAccept') throw new Refused('没有待决定的不予受理意见')
      if (!input.detail) throw new Invalid('请写明不同意的理由', { detail: '请写明理由' })
      return { kind: 'accept', says: `不同意不予受理：${input.detail}`, set: { pending: null } }
    }
    const ground = input.ground ?? proposal.ground
    const remedy = input.remedy || proposal.remedy || ''
    if (!ground) throw new Invalid('请选择不予受理的理由', { ground: '只有法定理由可选' })
    if (!remedy) throw new Invalid('请写明应当向哪里、怎样提出', { remedy: '请写明救济途径' })
    const detail = input.detail || proposal.detail || ''
    const no = proofOfGround(m, ground, detail)
    if (no) throw new Invalid(no, { detail: no })
    const left = timeOf(
      { remedyId: input.remedyId ?? proposal.remedyId, knownOn: input.knownOn ?? proposal.knownOn },
      today,
      law.calendar,
    )
    const again = ground === 'rechecked'
    return {
      kind: 'accept',
      says: `${again ? '不再受理' : '不予受理'}：${notAcceptedGrounds[ground]}`,
      data: { ground, remedy, left },
      set: {
        state: again ? 'noLongerAccepted' : 'notAccepted',
        step: 'revisit',
        pending: null,
        concludedOn: today,
        conclusion: 'notTaken',
        holderId: who.staffId,
      },
      end: [
        { rule: 'D01' },
        { rule: 'D04', cancelled: true },
        ...(m.anonymous ? [{ rule: 'D02' }, { rule: 'D03' }] : []),
      ],
      start: [{ rule: 'D19', from: today }],
      papers: [
        {
          kind: 'nonAcceptanceNotice',
          extra: {
            ground: notAcceptedGrounds[ground],
            remedy: [remedy, left].filter(Boolean).join('\n'),
            detail,
            again,
          },
        },
      ],
    }
  },
})

const guide = move({
  label: '导入法定途径',
  confirm: '事项将导入法定途径并书面告知信访人，仍在台账中。确定吗？',
  input: z.object({
    where: reason('请写明应当向哪个机关提出'),
    how: reason('请写明怎样提出、需要哪些材料'),
    timeLeft: text(300).default(''),
    ...remedyAsked,
  }),
  primary: (m) =>
    m.state === 'registered' && m.class === 'claim' && m.route !== null && m.route !== 'petitionProcedure',
  refusal: (m, who) =>
    first(
      inState(m, 'registered'),
      m.sealed && '检举控告不适用',
      only(who, 'petitionHead'),
      classified(m),
      (m.class !== 'claim' || m.route === 'petitionProcedure') &&
        '只有属于法定途径（第三十一条第一至五项）的申诉求决才导入',
    ),
  decide: (m, input, who, today, law): Change => {
    if (input.remedyId && !remediesOf[m.route!]!.includes(input.remedyId))
      throw new Invalid(`“${legalRemedies[input.remedyId].name}”不属于这一法定途径`, { remedyId: '请另选' })
    const timeLeft = timeOf(input, today, law.calendar)
    return {
      kind: 'accept',
      says: `导入法定途径：${routes[m.route!]}，${input.where}${timeLeft ? `；${timeLeft}` : ''}`,
      data: input,
      set: {
        state: 'guided',
        step: 'revisit',
        concludedOn: today,
        conclusion: 'notTaken',
        holderId: who.staffId,
        pending: null,
      },
      end: [{ rule: 'D01' }, ...(m.anonymous ? own({ ...m, anonymous: false }) : [])],
      start: [{ rule: 'D19', from: today }],
      papers: [{ kind: 'guidanceNotice', extra: { ...input, timeLeft } }],
    }
  },
})

const forward = move({
  label: '转送交办',
  input: z.object({
    mode: z.enum(['forward', 'assign'], { error: '请选择转送或交办' }),
    unitId: z.uuid('请选择有权处理的单位'),
    unitName: text(100).default(''),
    reason: reason('请写明为什么属于该单位职权'),
    limitOn: DayText.nullish().transform((v) => v ?? null),
  }),
  refusal: (m, who) =>
    first(
      inState(m, 'registered', 'objected'),
      m.sealed && '检举控告只能转送纪检监察机关',
      only(who, 'petitionHead'),
      m.class === null && '请先分类',
      m.pending?.move === 'notAccept' && '已提出不予受理的意见，请先作决定',
      m.pending?.move === 'decideDispute' && '职权争议已提请协调，等待决定',
    ),
  decide: (m, input, _who, today): Change => {
    if (input.mode === 'assign' && !input.limitOn) throw new Invalid('交办须写明办结期限', { limitOn: '请填写期限' })
    if (input.limitOn && input.limitOn < today) throw new Invalid('期限不能早于今天', { limitOn: '不能早于今天' })
    if (m.mainUnitId === input.unitId && m.state === 'objected')
      throw new Invalid('该单位已提出异议，请改送其他单位或不同意其异议')
    return {
      kind: 'accept',
      says: `${input.mode === 'assign' ? '交办' : '转送'}${input.unitName || '有权处理单位'}：${input.reason}`,
      data: { unitId: input.unitId, mode: input.mode, limitOn: input.limitOn },
      set: {
        state: 'forwarded',
        step: 'accept',
        mainUnitId: input.unitId,
        holderId: null,
        sendMode: input.mode,
        limitOn: input.mode === 'assign' ? input.limitOn : null,
        reportedOn: null,
      },
      end: [{ rule: 'D01' }, { rule: 'D02' }, { rule: 'D03', cancelled: true }, { rule: 'D18' }],
      start: [
        { rule: 'D03', from: today },
        { rule: 'D04', from: today },
      ],
      papers: [
        { kind: input.mode === 'assign' ? 'assignLetter' : 'forwardLetter', extra: { ...input } },
        { kind: 'whereSentNotice', extra: { ...input } },
      ],
    }
  },
})

const object = move({
  label: '提出异议',
  input: z.object({ reason: reason('请详细说明理由（第二十三条第三款）'), suggest: text(200).default('') }),
  refusal: (m, who, today) =>
    first(
      inState(m, 'forwarded'),
      m.sealed && '检举控告不适用',
      !receives(m, who) && '由收到转送的单位提出',
      m.pending?.move === 'notAccept' && '已提出不予受理的意见，请先作决定',
      m.records.some(
        (r) =>
          r.kind === 'objection' &&
          r.data.refused === true &&
          r.data.round === m.round &&
          r.data.unitId === m.mainUnitId,
      ) && '异议已经核实答复；仍有争议的，请提请协调（第二十四条）',
      m.clocks.some((c) => c.rule === 'D04' && c.round === m.round && c.endedOn === null && today > c.dueOn) &&
        '收到转送已超过五个工作日，不能再提异议（第二十三条第三款）',
    ),
  decide: (_m, input, _who, today): Change => ({
    kind: 'accept',
    says: `单位提出异议：${input.reason}${input.suggest ? `；建议送${input.suggest}` : ''}`,
    set: { state: 'objected', step: 'accept', holderId: null },
    end: [{ rule: 'D04' }],
    start: [{ rule: 'D18', from: today }],
    record: { kind: 'objection', onDay: today, body: input.reason, data: { suggest: input.suggest } },
    papers: [{ kind: 'objectionLetter', extra: input }],
  }),
})

const answerObjection = move({
  label: '答复异议',
  input: z.object({ agree: z.boolean(), reason: reason('请写明核实情况') }),
  primary: (m) => m.state === 'objected',
  refusal: (m, who) =>
    first(
      inState(m, 'objected'),
      only(who, 'petitionHead'),
      m.pending?.move === 'decideDispute' && '职权争议已提请协调，等待决定',
    ),
  decide: (m, input, who, today): Change =>
    input.agree
      ? {
          kind: 'accept',
          says: `同意异议，材料收回，重新处理：${input.reason}`,
          ...takenBack(m, who),
          end: [{ rule: 'D18' }, { rule: 'D03', cancelled: true }],
        }
      : {
          kind: 'accept',
          says: `不同意异议，仍由该单位处理：${input.reason}`,
          set: { state: 'forwarded', step: 'accept' },
          end: [{ rule: 'D18' }],
          record: {
            kind: 'objection',
            onDay: today,
            body: `不同意异议：${input.reason}`,
            data: { refused: true, round: m.round, unitId: m.mainUnitId },
          },
        },
})

/** Back at the petition office: its own fifteen days never stopped being counted from receipt (第二十二条). */
const takenBack = (m: Matter, who: Who): Pick<Change, 'set' | 'start'> => ({
  set: {
    state: 'registered',
    step: 'register',
    mainUnitId: null,
    holderId: who.staffId,
    sendMode: null,
    limitOn: null,
    reportedOn: null,
    pending: null,
  },
  start: (['D01', 'D02'] as const)
    .filter((rule) => !running(m, rule))
    .map((rule) => ({ rule, from: officeReceived(m) })),
})
/** The day the office received this round: the first receipt, or the day it was raised anew. */
const officeReceived = (m: Matter): Day =>
  m.clocks.find((c) => c.rule === 'D01' && c.round === m.round)?.fromOn ?? m.receivedOn

/** 收回转送：送错的，在单位受理之前可以收回；收到之日不变，期限照算. */
const recall = move({
  label: '收回转送',
  input: z.object({ reason: reason('请写明收回的理由') }),
  refusal: (m, who) =>
    first(
      m.state === 'objected' ? '单位已提出异议，请答复异议' : inState(m, 'forwarded'),
      m.sealed && '检举控告不适用',
      only(who, 'petitionHead'),
    ),
  decide: (m, input, who): Change => ({
    kind: 'accept',
    says: `收回转送：${input.reason}`,
    data: { unitId: m.mainUnitId },
    ...takenBack(m, who),
    end: [
      { rule: 'D03', cancelled: true },
      { rule: 'D04', cancelled: true },
    ],
  }),
})

/** 对管辖有争议的，报共同的上级决定；没有共同上级或者涉及面广的，由信访工作联席会议协调（第二十四条）. */
const referDispute = move({
  label: '提请协调职权争议',
  input: z.object({
    to: z.enum(['superior', 'jointConference'], { error: '请选择提请谁协调' }),
    reason: reason('请写明各方的意见和理由'),
    leaderId: z
      .uuid()
      .nullish()
      .transform((v) => v ?? null),
  }),
  refusal: (m, who) =>
    first(
      inState(m, 'forwarded', 'objected'),
      m.sealed && '检举控告不适用',
      m.state === 'objected' ? only(who, 'petitionHead') : receives(m, who) ? null : '由收到转送的单位提请',
      noneWaiting(m),
      m.state === 'forwarded' &&
        !m.records.some((r) => r.kind === 'objection' && r.data.refused === true && r.data.unitId === m.mainUnitId) &&
        '先提出异议，信访办核实答复后仍有争议的才提请协调',
    ),
  decide: (m, input, who, today): Change => {
    if (input.to === 'superior' && !input.leaderId)
      throw new Invalid('请选择由哪位党政主要领导决定', { leaderId: '请选择' })
    if (input.leaderId && m.barredIds.includes(input.leaderId))
      throw new Invalid('该领导应当回避本事项，请另选', { leaderId: '请另选' })
    const says = `职权争议提请${input.to === 'superior' ? '共同上级决定' : '联席会议协调'}：${input.reason}`
    return {
      kind: 'accept',
      says,
      set: {
        state: 'objected',
        step: 'accept',
        holderId: null,
        approverId: input.leaderId,
        pending: proposal('decideDispute', says, input, who, today),
      },
      record: { kind: 'dispute', onDay: today, body: input.reason, data: { to: input.to } },
      tell: input.leaderId
        ? [{ staffId: input.leaderId, says: `职权争议请您决定：${m.number} ${m.title}`, kind: 'approve' }]
        : [],
    }
  },
})

const decideDispute = move({
  label: '决定由谁办理',
  input: z.object({
    unitId: z.uuid('请选择办理单位'),
    unitName: text(100).default(''),
    reason: reason('请写明决定的理由'),
    present: text(300).default(''),
  }),
  primary: (m) => m.state === 'objected' && m.pending?.move === 'decideDispute',
  refusal: (m, who) =>
    first(
      inState(m, 'objected'),
      m.pending?.move !== 'decideDispute' && '没有提请协调的职权争议',
      only(who, 'townLeader', 'petitionHead'),
      m.pending?.input.to === 'superior' && m.approverId !== who.staffId && '由提请的党政主要领导决定',
      m.pending?.by === who.staffId && '不能决定自己提请的争议',
    ),
  decide: (m, input, _who, today): Change => ({
    kind: 'accept',
    says: `职权争议决定由${input.unitName || '所选单位'}办理：${input.reason}${input.present ? `；参加：${input.present}` : ''}`,
    data: { unitId: input.unitId, from: m.mainUnitId },
    set: {
      state: 'forwarded',
      step: 'accept',
      mainUnitId: input.unitId,
      holderId: null,
      approverId: null,
      pending: null,
    },
    record: {
      kind: 'dispute',
      onDay: today,
      body: input.reason,
      data: { unitId: input.unitId, present: input.present },
    },
    end: [
      { rule: 'D03', cancelled: true },
      { rule: 'D04', cancelled: true },
      { rule: 'D18', cancelled: true },
    ],
    // 单位自收到之日起十五日内告知；争议已定，不再有异议
    start: [{ rule: 'D03', from: today }],
    papers: [{ kind: 'whereSentNotice', extra: { ...input } }],
  }),
})

/** 转为普通程序：不再适合简易办理的，期限自受理起连续计算. */
const convertSimple = move({
  label: '转为普通程序',
  input: z.object({ reason: reason('请写明为什么不再适用简易办理') }),
  refusal: (m, who) =>
    first(
      !m.simple && '没有适用简易办理',
      inState(m, 'accepted', 'handling', 'opinionDraft'),
      !is(who, 'petitionHead') && !receives(m, who) && '由信访办主任或承办单位决定',
    ),
  decide: (m, input): Change => ({
    kind: 'accept',
    says: `转为普通程序：${input.reason}；办理期限仍自 ${m.acceptedOn} 受理之日起连续计算`,
    set: { simple: false },
    end: [{ rule: 'D12', cancelled: true }],
  }),
})

const seal = move({
  label: '按检举控告密封',
  confirm: '密封后只有纪检联络员能看到，您也将看不到。确定吗？',
  input: z.object({ reason: reason('请写明理由') }),
  refusal: (m, who) =>
    first(m.sealed && '已经密封', !isOpen(m.state) && '事项已销号', only(who, 'clerk', 'petitionHead')),
  decide: (_m, input): Change => ({
    kind: 'classify',
    says: `密封：${input.reason}`,
    set: { class: 'accusation', route: null, sealed: true, holderId: null },
  }),
})

export const acceptMoves = {
  accept,
  proposeNotAccept,
  notAccept,
  guide,
  forward,
  object,
  answerObjection,
  recall,
  referDispute,
  decideDispute,
  convertSimple,
  seal,
  ...splitMoves,
}
