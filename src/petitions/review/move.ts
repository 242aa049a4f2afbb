import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { type Day, daysBetween, formal } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { nobody, type Who } from '../../people/roles.ts'
import { legalLimits } from '../clocks.ts'
import { first, inState, only } from '../guard.ts'
import { type Change, type Law, move } from '../move.ts'
import {
  DayText,
  type Matter,
  petitionersOf,
  type Review,
  reviewFaults,
  reviewNow,
  reviewOutcomes,
  toServe,
} from '../petition.ts'

const text = (max: number) => z.string().trim().max(max, `不能超过 ${max} 字`)
const body = (sentence: string) => z.string().trim().min(1, sentence).max(20_000, '不能超过 20000 字')

const office = (who: Who) => only(who, 'clerk', 'petitionHead')
/** The petitioner at the public face asks in person; else the office writes down what was asked. */
const asker = (m: Matter, who: Who) => (who.petitionId === m.id ? null : office(who))
const reviewable = (m: Matter) =>
  first(
    m.class === 'suggestion' && '建议意见没有复查复核（第二十九条）',
    m.sealed && '检举控告由纪检监察机关处理',
    m.class !== 'claim' && '请先分类',
  )
const live = (m: Matter): Review | undefined => {
  const r = reviewNow(m)
  return r && ['asked', 'admitted'].includes(r.status) ? r : undefined
}
/** The decision that may be challenged next: the opinion, or the review of it. */
const decidedReview = (m: Matter, partyId: string | null = null): Review | undefined => {
  const r = m.reviews
    .filter((x) => x.round === m.round && x.status === 'decided')
    .filter((x) => partyId === null || x.partyId === null || x.partyId === partyId)
    .at(-1)
  // After a revocation there is a new opinion, and with it a new right to review.
  return r?.outcome === 'revoked' ? undefined : r
}
const latest = (days: Day[]): Day => [...days].sort().at(-1)!
const rights = (m: Matter, rule: 'D07' | 'D09') => m.clocks.filter((c) => c.rule === rule && c.round === m.round)

const request = z.object({
  partyId: z.uuid().nullish(),
  organ: text(100).default(''),
  /** Filled by the server: the organ asked, if it uses this same system. */
  upperTownId: z
    .uuid()
    .nullish()
    .transform((v) => v ?? null),
  way: z.enum(['here', 'direct']).default('here'),
  askedOn: DayText,
  receivedOn: DayText.nullish(),
  wants: body('请写明请求什么'),
  reasons: body('请照录信访人的理由'),
  lateCause: text(1000).default(''),
})

/** Petitioners of a shared matter who may still ask on their own: each has a right to review (第三十五条). */
const unreviewed = (m: Matter) => petitionersOf(m).filter((p) => decidedReview(m, p.id) === undefined)
/** Another petitioner's request is under way: one who shares the matter may join it, since the organ and the opinion are the same. */
const joinable = (m: Matter, level: Review['level']): boolean =>
  m.state === (level === 'review' ? 'inReview' : 'inRecheck') &&
  live(m)?.level === level &&
  live(m)!.partyId !== null &&
  petitionersOf(m).length > 1

/** The office joins a request; a code at the public page is the matter's, it doesn't say which petitioner holds it. */
const joins = (m: Matter, who: Who, level: Review['level']): boolean =>
  who.petitionId === undefined && joinable(m, level)

const asks = (level: 'review' | 'recheck', rule: 'D07' | 'D09') => {
  const name = level === 'review' ? '复查' : '复核'
  return (m: Matter, input: z.infer<typeof request>, _who: Who, today: Day, law: Law): Change => {
    const organ = input.organ || (level === 'review' ? law.superior : '')
    if (!organ) throw new Invalid('请写明复核机关', { organ: '复查机关的上一级机关' })
    const receivedOn = input.receivedOn ?? input.askedOn
    if (input.askedOn > today || receivedOn > today) throw new Invalid('日期不能晚于今天', { askedOn: '不能晚于今天' })
    if (receivedOn < input.askedOn)
      throw new Invalid('收到请求的日期不能早于提出的日期', { receivedOn: '不能早于提出日期' })
    const known = petitionersOf(m)
    if (input.partyId && !known.some((p) => p.id === input.partyId))
      throw new Invalid('这个人不是本事项的信访人', { partyId: '请重新选择' })
    const mine = rights(m, rule).filter((c) => !c.partyId || !input.partyId || c.partyId === input.partyId)
    if (mine.length === 0) throw new Invalid(`没有可以请求${name}的答复`, { partyId: '请重新选择' })
    const served = latest(mine.map((c) => c.fromOn))
    if (input.askedOn < served)
      throw new Invalid(`请求日期不能早于收到书面答复的日期 ${served}`, { askedOn: '不能早于收到答复' })
    const due = latest(mine.map((c) => c.dueOn))
    if (input.askedOn > due && input.lateCause === '')
      throw new Invalid(
        `请求${name}的期限到 ${due} 为止（${legalLimits[rule].article}）；有正当理由的，请写明理由，由${name}机关决定`,
        { lateCause: '请写明正当理由' },
      )
    const earlier = decidedReview(m, input.partyId ?? null)
    if (level === 'review' && earlier)
      throw new Invalid('这位信访人的请求已经复查，不服的请登记复核请求', { partyId: '请另选' })
    const opinion = m.documents.filter((d) => d.kind === 'handlingOpinion').at(-1)
    const challenged = level === 'review' ? (opinion?.number ?? m.number) : (earlier?.number ?? '')
    const party = known.find((p) => p.id === input.partyId) ?? toServe(m)[0]
    const paper = {
      kind: level === 'review' ? 'reviewRequest' : 'recheckRequest',
      extra: {
        applicant: party?.name ?? '',
        phone: party?.phone ?? '',
        address: party?.address ?? '',
        reviewOrgan: organ,
        opinionNumber: challenged || m.number,
        receivedReplyOn: formal(served),
        request: input.wants,
        reasons: input.reasons,
      },
    }
    if (joinable(m, level)) {
      const r = live(m)!
      if (!input.partyId || input.partyId === r.partyId)
        throw new Invalid(`请选择另一名信访人：已有${name}请求正在办理`, { partyId: '请选择' })
      if (organ !== r.organ)
        throw new Invalid(`同一意见的${name}由${r.organ}办理，请向它提出`, { organ: `应为${r.organ}` })
      return {
        kind: 'review',
        says: `${party!.name}也请求${name}，并入正在办理的${name}，决定及于各请求人`,
        data: { wants: input.wants, organ },
        review: {
          new: false,
          row: { partyId: null, reasons: `${r.reasons}\n${party!.name}：${input.wants}\n${input.reasons}` },
        },
        end: [{ rule, on: input.askedOn, partyId: input.partyId }],
        record: { kind: 'review', onDay: input.askedOn, body: `请求${name}：${input.wants}`, data: { organ } },
        papers: [paper],
      }
    }
    return {
      kind: 'review',
      says: `信访人请求${name}：向${organ}提出${input.lateCause ? `（逾期，理由：${input.lateCause}）` : ''}`,
      data: { wants: input.wants, organ },
      set: {
        state: level === 'review' ? 'inReview' : 'inRecheck',
        step: 'revisit',
        concludedOn: null,
        closedOn: null,
        conclusion: null,
        closing: 'none',
      },
      review: {
        new: true,
        row: {
          level,
          partyId: input.partyId ?? null,
          organ,
          upperTownId: input.upperTownId,
          way: input.way,
          askedOn: input.askedOn,
          receivedOn,
          reasons: `${input.wants}\n${input.reasons}`,
          lateCause: input.lateCause,
          challenged,
          challengedOpinion: level === 'review' ? (m.opinionNow?.opinion ?? '') : (earlier?.decision ?? ''),
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
        },
      },
      end: [
        { rule, on: input.askedOn, ...(input.partyId ? { partyId: input.partyId } : {}) },
        { rule: 'D19', cancelled: true },
      ],
      start: [
        { rule: 'D11', from: receivedOn },
        { rule: level === 'review' ? 'D08' : 'D10', from: receivedOn },
      ],
      record: { kind: 'review', onDay: input.askedOn, body: `请求${name}：${input.wants}`, data: { organ } },
      papers: [paper],
    }
  }
}

/** 复查（第三十五条）：自收到书面答复之日起三十日内，向原办理机关的上一级机关提出；镇只登记、报送、送达、执行. */
const askReview = move({
  label: '登记复查请求',
  input: request,
  refusal: (m, who) =>
    first(
      reviewable(m),
      inState(m, 'served', 'concluded', 'closed') && !joins(m, who, 'review') && '答复送达之后才能请求复查',
      asker(m, who),
      m.conclusion === 'rechecked' && '已经复核终结，同一事实和理由不再受理（第三十六条）',
      decidedReview(m) !== undefined &&
        (petitionersOf(m).length < 2 || unreviewed(m).length === 0) &&
        '已经复查，不服的请登记复核请求',
      rights(m, 'D07').length === 0 && '没有送达过处理意见书，还不能请求复查',
    ),
  decide: asks('review', 'D07'),
})

/** 复核（第三十六条）：对复查意见不服的，三十日内向复查机关的上一级机关提出. */
const askRecheck = move({
  label: '登记复核请求',
  input: request,
  refusal: (m, who) =>
    first(
      reviewable(m),
      inState(m, 'served', 'concluded', 'closed') && !joins(m, who, 'recheck') && '复查意见送达之后才能请求复核',
      asker(m, who),
      m.conclusion === 'rechecked' && '已经复核终结，同一事实和理由不再受理（第三十六条）',
      decidedReview(m)?.level !== 'review' && '尚未复查，应当先请求复查',
      rights(m, 'D09').length === 0 && '复查意见还没有送达，还不能请求复核',
    ),
  decide: asks('recheck', 'D09'),
})

/** An organ that uses this same system answers and decides there; nobody keys it in for it. */
const decidedAbove = (m: Matter, who: Who): string | null =>
  live(m)?.upperTownId && who.staffId !== nobody ? `由${live(m)!.organ}在本系统内办理，结果自动转回` : null

const up = (m: Matter) => inState(m, 'inReview', 'inRecheck')

/** 报送案卷：复查复核机关调阅的，办理机关应当提供. */
const sendFile = move({
  label: '报送案卷',
  input: z.object({ onDay: DayText, what: body('请写明报送了哪些材料'), to: text(100).default('') }),
  refusal: (m, who) => first(reviewable(m), up(m), office(who)),
  decide: (m, input, _who, today): Change => {
    if (input.onDay > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
    const organ = input.to || live(m)?.organ || ''
    return {
      kind: 'review',
      says: `向${organ}报送案卷：${input.what}`,
      record: { kind: 'review', onDay: input.onDay, body: input.what, data: { sent: true, organ } },
    }
  },
})

/** 收到请求之日起三个工作日内决定是否受理（省条例第四十三条、第四十四条）. */
const answerReview = move({
  label: '登记是否受理复查复核',
  input: z.object({ admitted: z.boolean(), onDay: DayText, note: text(1000).default('') }),
  primary: (m) => reviewNow(m)?.status === 'asked',
  refusal: (m, who) =>
    first(
      reviewable(m),
      up(m),
      office(who),
      reviewNow(m)?.status !== 'asked' && '已经答复是否受理',
      decidedAbove(m, who),
    ),
  decide: (m, input, _who, today): Change => {
    const r = reviewNow(m)!
    const name = r.level === 'review' ? '复查' : '复核'
    if (input.onDay > today || input.onDay < r.receivedOn)
      throw new Invalid('日期应在收到请求之后、今天之前', { onDay: '日期不对' })
    if (!input.admitted && !input.note) throw new Invalid(`请写明不予受理${name}的理由`, { note: '请写明理由' })
    return {
      kind: 'review',
      says: `${r.organ}${input.admitted ? `受理${name}` : `不予受理${name}：${input.note}`}`,
      set: input.admitted ? {} : { state: 'served' },
      review: {
        new: false,
        row: { status: input.admitted ? 'admitted' : 'refused', answeredOn: input.onDay, answerNote: input.note },
      },
      end: [
        { rule: 'D11', on: input.onDay },
        ...(input.admitted ? [] : [{ rule: r.level === 'review' ? 'D08' : 'D10', cancelled: true }]),
      ],
    }
  },
})

/** 复核机关可以举行听证；听证所需时间不计算在复核期限内（第三十六条）. */
const recheckHearing = move({
  label: '登记复核听证',
  input: z.object({ fromOn: DayText, toOn: DayText, note: text(1000).default('') }),
  refusal: (m, who) =>
    first(
      reviewable(m),
      inState(m, 'inRecheck'),
      office(who),
      reviewNow(m)?.status !== 'admitted' && '复核尚未受理或已经决定',
    ),
  decide: (m, input, _who, today): Change => {
    const r = reviewNow(m)!
    if (input.fromOn < r.receivedOn || input.toOn < input.fromOn || input.toOn > today)
      throw new Invalid('听证的起止日期不对', { toOn: '应在收到请求之后、今天之前' })
    const days = r.hearingDays + daysBetween(input.fromOn, input.toOn) + 1
    return {
      kind: 'review',
      says: `复核听证 ${input.fromOn} 至 ${input.toOn}，所需时间不计算在复核期限内（第三十六条）`,
      review: { new: false, row: { hearingDays: days } },
      exclude: { rule: 'D10', days },
      record: { kind: 'hearing', onDay: input.toOn, body: input.note || '复核听证', data: { recheck: true, days } },
    }
  },
})

const afterDecision = (r: Review, servedOn: Review['servedOn']): Pick<Change, 'set' | 'start' | 'end'> => {
  if (r.level === 'recheck')
    return {
      set: servedOn ? { state: 'concluded', step: 'revisit', concludedOn: servedOn, conclusion: 'rechecked' } : {},
      start: servedOn ? [{ rule: 'D19', from: servedOn }] : [],
    }
  return {
    set: { state: 'served', step: 'revisit' },
    start: servedOn ? [{ rule: 'D09', from: servedOn, partyId: r.partyId }] : [],
  }
}

/** 复查、复核的决定：维持、变更，或者撤销并责令重新办理（省条例第四十五条）. */
const decideReview = move({
  label: '登记复查复核决定',
  confirm: '决定由上一级机关作出，此处照录其文书。确定吗？',
  input: z.object({
    outcome: codes(reviewOutcomes),
    decidedOn: DayText,
    number: body('请填写意见书文号'),
    decision: body('请照录意见书的决定'),
    faults: z.array(codes(reviewFaults)).default([]),
    servedOn: DayText.nullish(),
  }),
  primary: (m) => reviewNow(m)?.status === 'admitted',
  refusal: (m, who) =>
    first(
      reviewable(m),
      up(m),
      office(who),
      reviewNow(m)?.status === 'asked' && '请先登记是否受理',
      reviewNow(m)?.status === 'decided' && '决定已经登记，等待送达',
      decidedAbove(m, who),
    ),
  decide: (m, input, _who, today): Change => {
    const r = reviewNow(m)!
    const name = r.level === 'review' ? '复查' : '复核'
    if (input.decidedOn > today || input.decidedOn < r.receivedOn)
      throw new Invalid('决定日期应在收到请求之后、今天之前', { decidedOn: '日期不对' })
    if (input.servedOn && (input.servedOn < input.decidedOn || input.servedOn > today))
      throw new Invalid('送达日期应在决定之后、今天之前', { servedOn: '日期不对' })
    if (input.outcome === 'revoked' && input.faults.length === 0)
      throw new Invalid('撤销的，请写明原意见的问题', { faults: '请选择' })
    const servedOn = input.servedOn ?? null
    const says = `${name}决定（${input.number}）：${reviewOutcomes[input.outcome]}——${input.decision}`
    const row = {
      status: 'decided' as const,
      outcome: input.outcome,
      decidedOn: input.decidedOn,
      number: input.number,
      decision: input.decision,
      faults: input.faults,
      servedOn,
    }
    const end = [{ rule: r.level === 'review' ? 'D08' : 'D10', on: input.decidedOn }]
    if (input.outcome === 'revoked')
      return {
        kind: 'review',
        says: `${says}；重新办理，不得以同一事实和理由作出与原意见基本相同的意见`,
        set: {
          state: 'handling',
          step: 'handle',
          holderId: m.mainHandlerId,
          extension: 'none',
          followedUpOn: null,
          servedOn: null,
          signerId: null,
          reportedOn: null,
        },
        review: { new: false, row },
        end: [...end, { rule: 'D09', cancelled: true }, { rule: 'D19', cancelled: true }],
        start: [{ rule: 'D05', from: input.decidedOn }],
        tell: m.mainHandlerId
          ? [{ staffId: m.mainHandlerId, says: `${m.number} 的意见被撤销，请重新办理`, kind: 'return' }]
          : [],
      }
    const next = afterDecision(r, servedOn)
    return {
      kind: 'review',
      says,
      review: { new: false, row },
      ...next,
      end,
      ...(input.outcome === 'changed' && m.mainHandlerId
        ? { tell: [{ staffId: m.mainHandlerId, says: `${m.number} 的意见被变更，请按决定安排执行`, kind: 'return' }] }
        : {}),
    }
  },
})

const serveReview = move({
  label: '登记复查复核意见送达',
  input: z.object({ servedOn: DayText, receiver: body('请填写签收人'), note: text(300).default('') }),
  primary: (m) => reviewNow(m)?.status === 'decided' && reviewNow(m)?.servedOn === null,
  refusal: (m, who) =>
    first(
      reviewable(m),
      inState(m, 'served', 'inReview', 'inRecheck'),
      office(who),
      !(reviewNow(m)?.status === 'decided' && reviewNow(m)?.servedOn === null) && '没有待送达的复查复核意见',
    ),
  decide: (m, input, _who, today): Change => {
    const r = reviewNow(m)!
    const name = r.level === 'review' ? '复查' : '复核'
    if (input.servedOn > today || input.servedOn < r.decidedOn!)
      throw new Invalid('送达日期应在决定之后、今天之前', { servedOn: '日期不对' })
    return {
      kind: 'serve',
      says: `${name}意见书${r.number}于 ${input.servedOn} 送达`,
      review: { new: false, row: { servedOn: input.servedOn } },
      record: {
        kind: 'service',
        onDay: input.servedOn,
        body: input.note || `${name}意见书送达`,
        data: { number: r.number },
      },
      ...afterDecision(r, input.servedOn),
    }
  },
})

/** 信访人可以撤回复查、复核请求；原意见仍然有效. */
const withdrawReview = move({
  label: '信访人撤回复查复核请求',
  input: z.object({
    words: body('请照录信访人本人的话'),
    voluntary: z.literal(true, { error: '只有出于自愿的撤回才能登记' }),
  }),
  refusal: (m, who) =>
    first(reviewable(m), up(m), office(who), live(m) === undefined && '决定已经作出，不能再撤回请求'),
  decide: (m, input, _who, today): Change => ({
    kind: 'review',
    says: `信访人自愿撤回${live(m)!.level === 'review' ? '复查' : '复核'}请求：“${input.words}”`,
    set: { state: 'served' },
    review: { new: false, row: { status: 'withdrawn', answerNote: input.words } },
    end: [
      { rule: 'D11', cancelled: true },
      { rule: 'D08', cancelled: true },
      { rule: 'D10', cancelled: true },
    ],
    record: { kind: 'withdrawal', onDay: today, body: input.words, data: { review: true } },
  }),
})

export const reviewMoves = {
  askReview,
  askRecheck,
  sendFile,
  answerReview,
  recheckHearing,
  decideReview,
  serveReview,
  withdrawReview,
}
