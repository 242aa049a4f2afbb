import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { is } from '../../people/roles.ts'
import { first, inState, only } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { DayText, isOpen, type Matter, notAcceptedGrounds, routes } from '../petition.ts'

const text = (max: number) => z.string().trim().max(max, `不能超过 ${max} 字`)
const reason = (sentence: string) => z.string().trim().min(1, sentence).max(1000, '不能超过 1000 字')

/** 受理前必须已经分清类别和路径：诉讼与信访分离（第二十八条、第三十一条）. */
const classified = (m: Matter): string | null =>
  m.class === null
    ? '请先分类：建议意见、检举控告或申诉求决'
    : m.class === 'claim' && m.route === null
      ? '请先选择第三十一条的办理路径'
      : null

const own = (m: Matter) => (m.anonymous ? [] : [{ rule: 'D02' }])

const accept = move({
  label: '受理',
  input: z.object({ opinion: text(500).default(''), contact: text(100).default('') }),
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
      m.state === 'forwarded' &&
        !(is(who, 'unitHandler') && m.mainUnitId !== null && who.unitIds.includes(m.mainUnitId)) &&
        '由收到转送的单位受理',
      classified(m),
      m.class === 'claim' && m.route !== 'petitionProcedure' && '属于法定途径，应当导入该途径，不按信访程序受理',
    ),
  decide: (m, { opinion, contact }, who, today): Change => ({
    kind: 'accept',
    says: `受理${opinion ? `：${opinion}` : ''}；办理期限自今日起算`,
    set: {
      state: 'accepted',
      step: 'accept',
      acceptedOn: today,
      holderId: who.staffId,
      ...(m.state === 'forwarded' ? {} : { mainUnitId: m.mainUnitId }),
    },
    end: [{ rule: 'D01' }, { rule: 'D04' }, ...(m.anonymous ? [{ rule: 'D02' }, { rule: 'D03' }] : [])],
    start: m.class === 'claim' ? [{ rule: 'D05', from: today }] : [],
    papers: [{ kind: 'acceptanceNotice', extra: { contact } }],
  }),
})

const proposeNotAccept = move({
  label: '提出不予受理',
  input: z.object({
    ground: codes(notAcceptedGrounds),
    remedy: reason('请写明应当向哪里、怎样提出'),
    detail: text(1000).default(''),
  }),
  refusal: (m, who) =>
    first(
      inState(m, 'registered', 'forwarded'),
      m.sealed && '检举控告不适用',
      only(who, 'clerk', 'unitHandler'),
      m.pending !== null && '已有待决定的意见',
    ),
  decide: (_m, input, who, today): Change => ({
    kind: 'accept',
    says: `提出不予受理：${notAcceptedGrounds[input.ground]}`,
    data: input,
    set: { pending: { move: 'notAccept', by: who.staffId, byName: who.name, on: today, input } },
  }),
})

const notAccept = move({
  label: '不予受理',
  confirm: '不予受理告知书将写明理由和救济途径，事项仍在台账中。确定吗？',
  input: z.object({
    agree: z.boolean().default(true),
    ground: codes(notAcceptedGrounds).optional(),
    remedy: text(1000).default(''),
    detail: text(1000).default(''),
  }),
  refusal: (m, who) =>
    first(inState(m, 'registered', 'forwarded'), m.sealed && '检举控告不适用', only(who, 'petitionHead')),
  decide: (m, input, who, today): Change => {
    const proposal =
      m.pending?.move === 'notAccept'
        ? (m.pending.input as { ground?: keyof typeof notAcceptedGrounds; remedy?: string; detail?: string })
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
    const again = ground === 'rechecked'
    return {
      kind: 'accept',
      says: `${again ? '不再受理' : '不予受理'}：${notAcceptedGrounds[ground]}`,
      data: { ground, remedy },
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
      papers: [
        {
          kind: 'nonAcceptanceNotice',
          extra: { ground: notAcceptedGrounds[ground], remedy, detail: input.detail || proposal.detail || '' },
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
  decide: (m, input, who, today): Change => ({
    kind: 'accept',
    says: `导入法定途径：${routes[m.route!]}，${input.where}`,
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
    papers: [{ kind: 'guidanceNotice', extra: input }],
  }),
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
      set: { state: 'forwarded', step: 'accept', mainUnitId: input.unitId, holderId: null },
      end: [{ rule: 'D01' }, { rule: 'D02' }, { rule: 'D03', cancelled: true }],
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
      !(is(who, 'unitHandler') && m.mainUnitId !== null && who.unitIds.includes(m.mainUnitId)) &&
        '由收到转送的单位提出',
      m.clocks.some((c) => c.rule === 'D04' && c.round === m.round && c.endedOn === null && today > c.dueOn) &&
        '收到转送已超过五个工作日，不能再提异议（第二十三条第三款）',
    ),
  decide: (_m, input, _who, today): Change => ({
    kind: 'accept',
    says: `单位提出异议：${input.reason}${input.suggest ? `；建议送${input.suggest}` : ''}`,
    set: { state: 'objected', step: 'accept', holderId: null },
    end: [{ rule: 'D04' }],
    record: { kind: 'objection', onDay: today, body: input.reason, data: { suggest: input.suggest } },
    papers: [{ kind: 'objectionLetter', extra: input }],
  }),
})

const answerObjection = move({
  label: '答复异议',
  input: z.object({ agree: z.boolean(), reason: reason('请写明核实情况') }),
  primary: (m) => m.state === 'objected',
  refusal: (m, who) => first(inState(m, 'objected'), only(who, 'petitionHead')),
  decide: (_m, input, who, today): Change =>
    input.agree
      ? {
          kind: 'accept',
          says: `同意异议，收回重新处理：${input.reason}`,
          set: { state: 'registered', step: 'register', mainUnitId: null, holderId: who.staffId },
          end: [{ rule: 'D03', cancelled: true }],
        }
      : {
          kind: 'accept',
          says: `不同意异议，仍由该单位处理：${input.reason}`,
          set: { state: 'forwarded', step: 'accept' },
          record: { kind: 'objection', onDay: today, body: `不同意异议：${input.reason}` },
        },
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
  seal,
}
