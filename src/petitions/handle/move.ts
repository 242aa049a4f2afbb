import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { addDays, daysBetween, formal } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { is } from '../../people/roles.ts'
import { first, handlerOnly, handles, inState, noneWaiting, notClosed } from '../guard.ts'
import { type Change, move, proposal } from '../move.ts'
import { contactWays, DayText, type Matter, petitionersOf } from '../petition.ts'
import { liveOf } from '../review/ladder.ts'
import { hearingMoves } from './hearing.ts'
import { mediationMoves } from './mediation.ts'
import { outcomeMoves } from './outcome.ts'
import { urgentMoves } from './urgent.ts'

const body = (sentence: string) => z.string().trim().min(1, sentence).max(20_000, '不能超过 20000 字')

const working = (m: Matter) =>
  inState(
    m,
    'registered',
    'forwarded',
    'accepted',
    'handling',
    'opinionDraft',
    'opinionSigned',
    'served',
    'inReview',
    'inRecheck',
    'objected',
    'guided',
    'notAccepted',
    'noLongerAccepted',
    'concluded',
  )
const inTime = (m: Matter, onDay: string, today: string) => {
  if (onDay > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
  if (onDay < m.receivedOn) throw new Invalid('日期不能早于收到日期', { onDay: '不能早于收到日期' })
}

const contact = move({
  label: '记录联系',
  input: z.object({
    onDay: DayText,
    way: codes(contactWays),
    whom: text(60).default(''),
    body: body('请写明谈了什么'),
    heard: z.boolean().default(false),
  }),
  refusal: (m, who) =>
    first(
      working(m),
      !handles(m, who) &&
        !is(who, 'clerk', 'petitionHead') &&
        ![m.leadOfficialId, m.areaOwnerId, m.villageOwnerId].includes(who.staffId) &&
        '由承办人、责任人或包案领导记录',
    ),
  decide: (m, input, who, today): Change => {
    inTime(m, input.onDay, today)
    return {
      kind: 'contact',
      says: `联系信访人（${contactWays[input.way]}）：${input.body}`,
      record: {
        kind: 'contact',
        onDay: input.onDay,
        body: input.body,
        data: { way: input.way, whom: input.whom, heard: input.heard },
      },
      set: { lastContactOn: m.lastContactOn && m.lastContactOn > input.onDay ? m.lastContactOn : input.onDay },
      tell:
        m.holderId && m.holderId !== who.staffId
          ? [{ staffId: m.holderId, says: `${who.name}已联系 ${m.number} 的信访人` }]
          : [],
    }
  },
})

const investigate = move({
  label: '记录调查',
  input: z.object({
    onDay: DayText,
    place: text(100).default(''),
    people: text(200).default(''),
    body: body('请写明查明的情况'),
  }),
  refusal: (m, who) => first(inState(m, 'accepted', 'handling', 'opinionDraft'), handlerOnly(m, who)),
  decide: (m, input, _who, today): Change => {
    inTime(m, input.onDay, today)
    return {
      kind: 'investigate',
      says: `调查核实${input.place ? `（${input.place}）` : ''}：${input.body}`,
      record: {
        kind: 'investigation',
        onDay: input.onDay,
        body: input.body,
        data: { place: input.place, people: input.people },
      },
      set: {},
    }
  },
})

const note = move({
  label: '记备注',
  input: z.object({ body: body('请填写备注') }),
  refusal: (m) => notClosed(m),
  decide: (_m, input, _who, today): Change => ({
    kind: 'contact',
    says: `备注：${input.body}`,
    record: { kind: 'note', onDay: today, body: input.body },
  }),
})

const d05 = (m: Matter) => m.clocks.find((c) => c.rule === 'D05' && c.round === m.round && c.endedOn === null)

/** 第三十四条：情况复杂的，经本机关负责人批准可以延长，不超过三十日，并告知延期理由. */
const requestExtension = move({
  label: '申请延期',
  input: z.object({
    days: z.int('请填写天数').min(1, '至少 1 日').max(30, '延长期限不得超过三十日（第三十四条）'),
    reason: body('请写明情况复杂的理由'),
    approverId: z.uuid('请选择批准的负责人'),
    approverName: text(60).default(''),
  }),
  refusal: (m, who, today) =>
    first(
      inState(m, 'handling', 'opinionDraft'),
      handlerOnly(m, who),
      m.class !== 'claim' && '建议意见没有办理期限，无须延期',
      m.extension === 'granted' && '已经延期一次，不能再延（第三十四条）',
      m.extension === 'requested' && '延期申请正在等待批准',
      noneWaiting(m),
      !d05(m) && '没有正在计算的办理期限',
      d05(m) !== undefined && today > d05(m)!.dueOn && '办理期限已过，不能再申请延期',
    ),
  decide: (m, input, who, today): Change => ({
    kind: 'extend',
    says: `申请延长 ${input.days} 日：${input.reason}`,
    data: { days: input.days },
    set: {
      extension: 'requested',
      approverId: input.approverId,
      pending: proposal(
        'decideExtension',
        `延长 ${input.days} 日，办理期限由 ${d05(m)!.dueOn} 到 ${addDays(d05(m)!.dueOn, input.days)}：${input.reason}`,
        { days: input.days, reason: input.reason },
        who,
        today,
      ),
    },
    tell: [{ staffId: input.approverId, says: `请批准延期：${m.number} ${m.title}`, kind: 'approve' }],
  }),
})

const decideExtension = move({
  label: '审批延期',
  input: z.object({
    agree: z.boolean(),
    days: z.int().min(1, '至少 1 日').max(30, '不得超过三十日').optional(),
    reason: text(500).default(''),
  }),
  primary: (m, who) => m.extension === 'requested' && m.approverId === who.staffId,
  refusal: (m, who, today) =>
    first(
      inState(m, 'handling', 'opinionDraft'),
      m.extension !== 'requested' && '没有待批的延期申请',
      !is(who, 'leadOfficial', 'townLeader') && '由办理机关负责人批准（第三十四条）',
      m.approverId !== who.staffId && '由申请中指定的负责人批准',
      m.pending?.by === who.staffId && '不能批准自己的申请',
      d05(m) !== undefined && today > d05(m)!.dueOn && '办理期限已过，不能再批准延期',
    ),
  decide: (m, input, who): Change => {
    if (m.barredIds.includes(who.staffId)) throw new Refused('您应当回避本事项')
    const asked = (m.pending?.input ?? {}) as { days?: number; reason?: string }
    // Whoever decided answers for it (第三十四条) and keeps sight of the matter until it is closed.
    const clear = { pending: m.pending?.move === 'decideExtension' ? null : m.pending }
    const back = m.mainHandlerId
      ? [{ staffId: m.mainHandlerId, says: `${m.number} 的延期${input.agree ? '已批准' : '未获批准'}` }]
      : []
    if (!input.agree) {
      if (!input.reason) throw new Invalid('请写明不批准的理由', { reason: '请写明理由' })
      return {
        kind: 'extend',
        says: `未批准延期：${input.reason}`,
        set: { ...clear, extension: 'refused' },
        tell: back,
      }
    }
    const days = input.days ?? asked.days
    if (!days || days > 30) throw new Refused('延长期限为一至三十日')
    return {
      kind: 'extend',
      says: `批准延长 ${days} 日：${asked.reason ?? ''}；延期告知书应当在 ${d05(m)?.dueOn ?? ''} 前送达信访人`,
      data: { days },
      // 交办时限定了期限的，由交办机关一并顺延
      set: { ...clear, extension: 'granted', ...(m.limitOn ? { limitOn: addDays(m.limitOn, days) } : {}) },
      extend: { rule: 'D05', days },
      papers: [
        {
          kind: 'extensionNotice',
          extra: { days, reason: asked.reason ?? input.reason, approver: `${who.post}${who.name}` },
        },
      ],
      tell: back,
    }
  },
})

const withdraw = move({
  label: '信访人撤回',
  confirm: '撤回必须出于信访人自愿，并记录其本人的话；撤回后仍可重新提出。确定吗？',
  input: z.object({
    /** Which of several petitioners; with none named all of them. */
    partyId: z.uuid().nullish(),
    words: body('请照录信访人本人的话'),
    onDay: DayText,
    voluntary: z.literal(true, { error: '只有出于自愿的撤回才能登记' }),
  }),
  refusal: (m, who) =>
    first(
      inState(
        m,
        'received',
        'registered',
        'forwarded',
        'objected',
        'accepted',
        'handling',
        'opinionDraft',
        'opinionSigned',
        'served',
        'inReview',
        'inRecheck',
      ),
      m.sealed && '检举控告已转纪检联络员，不在此撤回',
      !is(who, 'clerk', 'petitionHead') && '由信访办登记，不由承办单位经手',
    ),
  decide: (m, input, who, today): Change => {
    inTime(m, input.onDay, today)
    const live = liveOf(m)
    const one = input.partyId ? petitionersOf(m).find((p) => p.id === input.partyId) : undefined
    if (input.partyId && !one) throw new Invalid('这个人不是本事项的信访人', { partyId: '请重新选择' })
    const gone = m.records.filter((r) => r.kind === 'withdrawal').map((r) => r.data.withdrew)
    const stay = one ? petitionersOf(m).filter((p) => p.id !== one.id && !gone.includes(p.id)) : []
    const record = {
      kind: 'withdrawal' as const,
      onDay: input.onDay,
      body: input.words,
      ...(one ? { data: { withdrew: one.id } } : {}),
    }
    // One of several gives up his own part only: nobody withdraws for another.
    if (one && stay.length > 0)
      return {
        kind: 'contact',
        says: `${one.name}自愿撤回：“${input.words}”；${stay.map((p) => p.name).join('、')}的请求照常办理`,
        standsStill: true,
        record,
      }
    return {
      kind: 'signoff',
      says: `${one?.name ?? '信访人'}自愿撤回：“${input.words}”`,
      record,
      set: {
        state: 'withdrawn',
        step: 'revisit',
        concludedOn: today,
        conclusion: 'withdrawn',
        holderId: who.staffId,
        extension: m.extension === 'requested' ? 'none' : m.extension,
        hearing: m.hearing === 'planned' ? 'none' : m.hearing,
        mediation: ['offered', 'running'].includes(m.mediation) ? 'failed' : m.mediation,
        pending: null,
        approverId: null,
      },
      end: [{ rule: '*', cancelled: true }],
      start: [{ rule: 'D19', from: today }],
      ...(live.length > 0
        ? {
            review: {
              new: false as const,
              rows: live.map((r) => ({ id: r.id, status: 'withdrawn' as const, answerNote: input.words })),
            },
          }
        : {}),
    }
  },
})

/** Days the matter has been handled, counted from acceptance. */
export const handlingDay = (m: Matter, today: Parameters<typeof daysBetween>[1]): number | null =>
  m.acceptedOn ? daysBetween(m.acceptedOn, today) : null
export const dueSentence = (m: Matter): string | null => {
  const c = d05(m)
  return c ? `应当在 ${formal(c.dueOn)} 前办结` : null
}

export const handleMoves = {
  contact,
  investigate,
  note,
  requestExtension,
  decideExtension,
  ...hearingMoves,
  ...mediationMoves,
  ...outcomeMoves,
  ...urgentMoves,
  withdraw,
}
