import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { type Day, daysBetween, formal } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { nobody, type Who } from '../../people/roles.ts'
import { legalLimits } from '../clocks.ts'
import { first, inState, only } from '../guard.ts'
import { type Change, type Law, move } from '../move.ts'
import { DayText, type Matter, petitionersOf, type Review, reviewFaults, reviewOutcomes, toServe } from '../petition.ts'
import { askersOf, decidedFor, ended, liveOf, mayAsk, rechecked, unserved } from './ladder.ts'

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
const nameOf = { review: '复查', recheck: '复核' } as const
const clockOf = { review: 'D08', recheck: 'D10' } as const
const latest = (days: Day[]): Day => [...days].sort().at(-1)!
const rights = (m: Matter, rule: 'D07' | 'D09') => m.clocks.filter((c) => c.rule === rule && c.round === m.round)
/** The days this petitioner has: from his own service, or from that on the representatives who pass the answer on (第二十条). */
const rightsFor = (m: Matter, rule: 'D07' | 'D09', holder: string | null) => {
  const all = rights(m, rule)
  const own = all.filter((c) => c.partyId === null || holder === null || c.partyId === holder)
  return own.length > 0 || toServe(m).some((p) => p.id === holder) ? own : all
}

/** Which request a step is about; chosen only where several fit. */
const target = { reviewId: z.uuid().nullish() }
const chosen = (fit: Review[], reviewId: string | null | undefined): Review => {
  if (fit.length > 1 && !reviewId) throw new Invalid('有不止一件请求，请选择是哪一件', { reviewId: '请选择哪一件请求' })
  const r = reviewId ? fit.find((x) => x.id === reviewId) : fit[0]
  if (!r) throw new Refused('这件请求已经撤回、终结或者办过这一步')
  return r
}
/** Where the matter stands once these rows are as given. */
const standing = (m: Matter, changed: Partial<Review> & { id: string }, on: Day): NonNullable<Change['set']> => {
  const after = { ...m, reviews: m.reviews.map((r) => (r.id === changed.id ? { ...r, ...changed } : r)) }
  if (liveOf(after, 'recheck').length > 0 || unserved(after).some((r) => r.level === 'recheck'))
    return { state: 'inRecheck' }
  if (liveOf(after, 'review').length > 0) return { state: 'inReview' }
  const last = rechecked(after)
  const waits = unserved(after).length > 0 || (changed.servedOn && !ended(after) && last?.id !== changed.id)
  return last && !waits
    ? { state: 'concluded', step: 'revisit', concludedOn: on, conclusion: 'rechecked' }
    : { state: 'served', step: 'revisit' }
}
const finished = (set: NonNullable<Change['set']>): Change['start'] =>
  set.state === 'concluded' ? [{ rule: 'D19', from: set.concludedOn! }] : []
/** Limits of one request; those of admission may run for two requests at once. */
const admission = (m: Matter, r: Review) => ({
  rule: 'D11',
  ...(liveOf(m).length > 1 ? { partyId: r.partyIds[0] ?? null } : {}),
})

const request = z.object({
  /** Who asks; with none named all who still may, together. */
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

const asks = (level: 'review' | 'recheck', rule: 'D07' | 'D09') => {
  const name = nameOf[level]
  return (m: Matter, input: z.infer<typeof request>, who: Who, today: Day, law: Law): Change => {
    const organ = input.organ || (level === 'review' ? law.superior : '')
    if (!organ) throw new Invalid('请写明复核机关', { organ: '复查机关的上一级机关' })
    const receivedOn = input.receivedOn ?? input.askedOn
    if (input.askedOn > today || receivedOn > today) throw new Invalid('日期不能晚于今天', { askedOn: '不能晚于今天' })
    if (receivedOn < input.askedOn)
      throw new Invalid('收到请求的日期不能早于提出的日期', { receivedOn: '不能早于提出日期' })
    const known = petitionersOf(m)
    if (input.partyId && !known.some((p) => p.id === input.partyId))
      throw new Invalid('这个人不是本事项的信访人', { partyId: '请重新选择' })
    const several = known.length > 1
    if (several && who.petitionId && !input.partyId)
      throw new Invalid('几个人共同反映的，各有各的权利：请写明您的姓名', { partyId: '请写明您的姓名' })
    const free = mayAsk(m, level)
    const askers = several && input.partyId ? [input.partyId] : free
    const asker = known.filter((p) => askers.includes(p.id))
    if (askers.some((h) => !free.includes(h))) {
      const had = decidedFor(m, askers[0]!)
      const why =
        had?.level === 'recheck'
          ? '的请求已经复核终结，同一事实和理由不再受理（第三十六条）'
          : had && level === 'review'
            ? '的请求已经复查，不服的请登记复核请求'
            : had || level === 'review'
              ? `已有${name}请求正在办理`
              : '的请求尚未复查，应当先请求复查'
      throw new Invalid(`${asker[0]!.name}${why}；请选择另一名信访人`, { partyId: '请另选' })
    }
    const mine = askers.map((h) => rightsFor(m, rule, h))
    if (mine.some((c) => c.length === 0))
      throw new Invalid(`没有可以请求${name}的答复：还没有送达`, { partyId: '请重新选择' })
    const served = latest(mine.flat().map((c) => c.fromOn))
    if (input.askedOn < served)
      throw new Invalid(`请求日期不能早于收到书面答复的日期 ${served}`, { askedOn: '不能早于收到答复' })
    const due = mine.map((c) => latest(c.map((x) => x.dueOn))).sort()[0]!
    if (input.askedOn > due && input.lateCause === '')
      throw new Invalid(
        `请求${name}的期限到 ${due} 为止（${legalLimits[rule].article}）；有正当理由的，请写明理由，由${name}机关决定`,
        { lateCause: '请写明正当理由' },
      )
    const earlier = decidedFor(m, askers[0] ?? null)
    const opinion = m.documents.filter((d) => d.kind === 'handlingOpinion').at(-1)
    const challenged = level === 'review' ? (opinion?.number ?? m.number) : (earlier?.number ?? '')
    const people = several ? asker : toServe(m).slice(0, 1)
    const joint = people.map((p) => p.name).join('、')
    const paper = {
      kind: level === 'review' ? 'reviewRequest' : 'recheckRequest',
      extra: {
        applicant: joint,
        phone: people[0]?.phone ?? '',
        address: people[0]?.address ?? '',
        reviewOrgan: organ,
        opinionNumber: challenged || m.number,
        receivedReplyOn: formal(served),
        request: input.wants,
        reasons: input.reasons,
      },
    }
    // Whoever shares the opinion joins the request that is under way: one organ, one decision.
    const under = liveOf(m, level)[0]
    const now = liveOf(m, 'recheck').length > 0 || unserved(m).some((r) => r.level === 'recheck')
    const partyIds = several ? askers.filter((h) => h !== null) : []
    const used = mayAsk(m, level).every((h) => askers.includes(h))
    const end: NonNullable<Change['end']> = used
      ? [{ rule, on: input.askedOn }]
      : partyIds.map((partyId) => ({ rule, on: input.askedOn, partyId }))
    const record: Change['record'] = {
      kind: 'review',
      onDay: input.askedOn,
      body: `${several ? `${joint}` : ''}请求${name}：${input.wants}`,
      data: { organ },
    }
    if (under) {
      if (organ !== under.organ)
        throw new Invalid(`同一意见的${name}由${under.organ}办理，请向它提出`, { organ: `应为${under.organ}` })
      return {
        kind: 'review',
        says: `${joint}也请求${name}，并入正在办理的${name}，决定及于各请求人`,
        data: { wants: input.wants, organ },
        review: {
          new: false,
          rows: [
            {
              id: under.id,
              partyIds: [...under.partyIds, ...partyIds],
              reasons: `${under.reasons}\n${joint}：${input.wants}\n${input.reasons}`,
            },
          ],
        },
        end,
        record,
        papers: [paper],
      }
    }
    return {
      kind: 'review',
      says: `${several ? joint : '信访人'}请求${name}：向${organ}提出${input.lateCause ? `（逾期，理由：${input.lateCause}）` : ''}`,
      data: { wants: input.wants, organ },
      set: {
        state: level === 'recheck' || now ? 'inRecheck' : 'inReview',
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
          partyIds,
          opinionN: m.opinionNow?.n ?? 0,
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
      end: [...end, { rule: 'D19', cancelled: true }],
      start: [
        { rule: 'D11', from: receivedOn, partyId: partyIds[0] ?? null },
        { rule: clockOf[level], from: receivedOn },
      ],
      record,
      papers: [paper],
    }
  }
}

const finallyOver = '已经复核终结，同一事实和理由不再受理（第三十六条）'
const askable = ['served', 'inReview', 'inRecheck', 'concluded', 'closed'] as const

/** 复查（第三十五条）：自收到书面答复之日起三十日内，向原办理机关的上一级机关提出；镇只登记、报送、送达、执行. */
const askReview = move({
  label: '登记复查请求',
  input: request,
  refusal: (m, who) =>
    first(
      reviewable(m),
      inState(m, ...askable) && '答复送达之后才能请求复查',
      asker(m, who),
      ended(m) && finallyOver,
      mayAsk(m, 'review').length === 0 &&
        (liveOf(m).length > 0 ? '请求已经提出，正在办理' : '已经复查，不服的请登记复核请求'),
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
      inState(m, ...askable) && '复查意见送达之后才能请求复核',
      asker(m, who),
      ended(m) && finallyOver,
      mayAsk(m, 'recheck').length === 0 &&
        (liveOf(m, 'recheck').length > 0 ? '复核请求已经提出，正在办理' : '尚未复查，应当先请求复查'),
      rights(m, 'D09').length === 0 && '复查意见还没有送达，还不能请求复核',
    ),
  decide: asks('recheck', 'D09'),
})

/** An organ that uses this same system answers and decides there; nobody keys it in for it. */
const decidedAbove = (r: Review | undefined, who: Who): string | null =>
  r?.upperTownId && who.staffId !== nobody ? `由${r.organ}在本系统内办理，结果自动转回` : null
const allAbove = (fit: Review[], who: Who): string | null =>
  fit.every((r) => decidedAbove(r, who)) ? decidedAbove(fit[0], who) : null
const keyedIn = (r: Review, who: Who): Review => {
  const no = decidedAbove(r, who)
  if (no) throw new Refused(no)
  return r
}
const toAnswer = (m: Matter) => liveOf(m).filter((r) => r.status === 'asked')
const toDecide = (m: Matter) => liveOf(m).filter((r) => r.status === 'admitted')

const up = (m: Matter) => inState(m, 'inReview', 'inRecheck')

/** 报送案卷：复查复核机关调阅的，办理机关应当提供. */
const sendFile = move({
  label: '报送案卷',
  input: z.object({ onDay: DayText, what: body('请写明报送了哪些材料'), to: text(100).default('') }),
  refusal: (m, who) => first(reviewable(m), up(m), office(who)),
  decide: (m, input, _who, today): Change => {
    if (input.onDay > today) throw new Invalid('日期不能晚于今天', { onDay: '不能晚于今天' })
    const organ = input.to || liveOf(m).at(-1)?.organ || ''
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
  input: z.object({ ...target, admitted: z.boolean(), onDay: DayText, note: text(1000).default('') }),
  primary: (m) => toAnswer(m).length > 0,
  refusal: (m, who) =>
    first(
      reviewable(m),
      up(m),
      office(who),
      toAnswer(m).length === 0 && '已经答复是否受理',
      allAbove(toAnswer(m), who),
    ),
  decide: (m, input, who, today): Change => {
    const r = keyedIn(chosen(toAnswer(m), input.reviewId), who)
    const name = nameOf[r.level]
    if (input.onDay > today || input.onDay < r.receivedOn)
      throw new Invalid('日期应在收到请求之后、今天之前', { onDay: '日期不对' })
    if (!input.admitted && !input.note) throw new Invalid(`请写明不予受理${name}的理由`, { note: '请写明理由' })
    const row = {
      id: r.id,
      status: input.admitted ? ('admitted' as const) : ('refused' as const),
      answeredOn: input.onDay,
      answerNote: input.note,
    }
    const set = standing(m, row, input.onDay)
    return {
      kind: 'review',
      says: `${r.organ}${input.admitted ? `受理${name}` : `不予受理${name}：${input.note}`}`,
      set,
      review: { new: false, rows: [row] },
      end: [
        { ...admission(m, r), on: input.onDay },
        ...(input.admitted ? [] : [{ rule: clockOf[r.level], cancelled: true }]),
      ],
      start: finished(set),
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
      toDecide(m).every((r) => r.level !== 'recheck') && '复核尚未受理或已经决定',
    ),
  decide: (m, input, _who, today): Change => {
    const r = toDecide(m).find((x) => x.level === 'recheck')!
    if (input.fromOn < r.receivedOn || input.toOn < input.fromOn || input.toOn > today)
      throw new Invalid('听证的起止日期不对', { toOn: '应在收到请求之后、今天之前' })
    const days = r.hearingDays + daysBetween(input.fromOn, input.toOn) + 1
    return {
      kind: 'review',
      says: `复核听证 ${input.fromOn} 至 ${input.toOn}，所需时间不计算在复核期限内（第三十六条）`,
      review: { new: false, rows: [{ id: r.id, hearingDays: days }] },
      exclude: { rule: 'D10', days },
      record: { kind: 'hearing', onDay: input.toOn, body: input.note || '复核听证', data: { recheck: true, days } },
    }
  },
})

/** Everybody who asked has his own thirty days from his own copy (第三十六条); a recheck leaves none. */
const rightsFrom = (r: Review, holders: (string | null)[], on: Day): NonNullable<Change['start']> =>
  r.level === 'review' && r.outcome !== 'revoked' ? holders.map((partyId) => ({ rule: 'D09', from: on, partyId })) : []

/** 复查、复核的决定：维持、变更，或者撤销并责令重新办理（省条例第四十五条）. */
const decideReview = move({
  label: '登记复查复核决定',
  confirm: '决定由上一级机关作出，此处照录其文书。确定吗？',
  input: z.object({
    ...target,
    outcome: codes(reviewOutcomes),
    decidedOn: DayText,
    number: body('请填写意见书文号'),
    decision: body('请照录意见书的决定'),
    faults: z.array(codes(reviewFaults)).default([]),
    servedOn: DayText.nullish(),
  }),
  primary: (m) => toDecide(m).length > 0,
  refusal: (m, who) =>
    first(
      reviewable(m),
      up(m),
      office(who),
      toDecide(m).length === 0 && (toAnswer(m).length > 0 ? '请先登记是否受理' : '决定已经登记，等待送达'),
      allAbove(toDecide(m), who),
    ),
  decide: (m, input, who, today): Change => {
    const r = keyedIn(chosen(toDecide(m), input.reviewId), who)
    const name = nameOf[r.level]
    if (input.decidedOn > today || input.decidedOn < r.receivedOn)
      throw new Invalid('决定日期应在收到请求之后、今天之前', { decidedOn: '日期不对' })
    if (input.servedOn && (input.servedOn < input.decidedOn || input.servedOn > today))
      throw new Invalid('送达日期应在决定之后、今天之前', { servedOn: '日期不对' })
    if (input.outcome === 'revoked' && input.faults.length === 0)
      throw new Invalid('撤销的，请写明原意见的问题', { faults: '请选择' })
    const servedOn = input.servedOn ?? null
    const says = `${name}决定（${input.number}）：${reviewOutcomes[input.outcome]}——${input.decision}`
    const row = {
      id: r.id,
      status: 'decided' as const,
      outcome: input.outcome,
      decidedOn: input.decidedOn,
      number: input.number,
      decision: input.decision,
      faults: input.faults,
      servedOn,
    }
    const end = [{ rule: clockOf[r.level], on: input.decidedOn }]
    const others = liveOf(m).filter((x) => x.id !== r.id)
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
        review: { new: false, rows: [row, ...others.map((x) => ({ id: x.id, status: 'moot' as const }))] },
        end: [...end, ...['D07', 'D09', 'D08', 'D10', 'D11', 'D19'].map((rule) => ({ rule, cancelled: true }))],
        start: [{ rule: 'D05', from: input.decidedOn }],
        tell: m.mainHandlerId
          ? [{ staffId: m.mainHandlerId, says: `${m.number} 的意见被撤销，请重新办理`, kind: 'return' }]
          : [],
      }
    const set = standing(m, row, servedOn ?? input.decidedOn)
    return {
      kind: 'review',
      says,
      review: { new: false, rows: [row] },
      set,
      start: [...(servedOn ? rightsFrom({ ...r, ...row }, askersOf(m, r), servedOn) : []), ...(finished(set) ?? [])],
      end,
      ...(input.outcome === 'changed' && m.mainHandlerId
        ? { tell: [{ staffId: m.mainHandlerId, says: `${m.number} 的意见被变更，请按决定安排执行`, kind: 'return' }] }
        : {}),
    }
  },
})

/** Which of those who asked have had this decision in their hands. */
const hadReview = (m: Matter, r: Review): unknown[] =>
  m.records.filter((x) => x.kind === 'service' && x.data.reviewId === r.id).map((x) => x.data.partyId)

/** A revoked opinion's review is served too: the petitioner learns that the work begins again. */
const toBeServed = (m: Matter) =>
  m.reviews.filter((r) => r.round === m.round && r.status === 'decided' && r.servedOn === null)

const serveReview = move({
  label: '登记复查复核意见送达',
  input: z.object({
    ...target,
    /** Whom; with none named everybody who asked. */
    partyId: z.uuid().nullish(),
    servedOn: DayText,
    receiver: body('请填写签收人'),
    note: text(300).default(''),
  }),
  primary: (m) => toBeServed(m).length > 0,
  refusal: (m, who) =>
    first(
      reviewable(m),
      inState(m, 'served', 'inReview', 'inRecheck', 'handling', 'opinionDraft', 'opinionSigned'),
      office(who),
      toBeServed(m).length === 0 && '没有待送达的复查复核意见',
    ),
  decide: (m, input, _who, today): Change => {
    const r = chosen(toBeServed(m), input.reviewId)
    const name = nameOf[r.level]
    if (input.servedOn > today || input.servedOn < r.decidedOn!)
      throw new Invalid('送达日期应在决定之后、今天之前', { servedOn: '日期不对' })
    const had = hadReview(m, r)
    const waiting = askersOf(m, r).filter((h) => !had.includes(h))
    if (input.partyId && !waiting.includes(input.partyId))
      throw new Invalid('没有请求复查复核的，或者已经送达的，不必再送', { partyId: '请另选' })
    const whom = input.partyId ? [input.partyId] : waiting
    const all = whom.length === waiting.length
    const one = input.partyId ? petitionersOf(m).find((p) => p.id === input.partyId)?.name : undefined
    const row = { id: r.id, ...(all ? { servedOn: input.servedOn } : {}) }
    // What was decided about an opinion that another review has revoked is served, and changes nothing any more.
    const stands =
      r.outcome !== 'revoked' && unserved(m).includes(r) && inState(m, 'served', 'inReview', 'inRecheck') === null
    const set = stands ? standing(m, row, input.servedOn) : {}
    return {
      kind: 'serve',
      says: `${name}意见书${r.number}于 ${input.servedOn} 送达${one ? `${one}${all ? '，至此全部送达' : ''}` : ''}`,
      ...(all ? { review: { new: false, rows: [row] } } : {}),
      set,
      start: stands ? [...rightsFrom(r, whom, input.servedOn), ...(finished(set) ?? [])] : [],
      record: {
        kind: 'service',
        onDay: input.servedOn,
        body: `${input.note || `${name}意见书送达`}，${input.receiver}签收`,
        data: { number: r.number, reviewId: r.id, partyId: input.partyId ?? null },
      },
    }
  },
})

/** 信访人可以撤回复查、复核请求；原意见仍然有效. */
const withdrawReview = move({
  label: '信访人撤回复查复核请求',
  input: z.object({
    ...target,
    /** Which of those who asked together; with none named all of them. */
    partyId: z.uuid().nullish(),
    words: body('请照录信访人本人的话'),
    voluntary: z.literal(true, { error: '只有出于自愿的撤回才能登记' }),
  }),
  refusal: (m, who) =>
    first(reviewable(m), up(m), office(who), liveOf(m).length === 0 && '决定已经作出，不能再撤回请求'),
  decide: (m, input, _who, today): Change => {
    const r = chosen(liveOf(m), input.reviewId)
    if (input.partyId && !askersOf(m, r).includes(input.partyId))
      throw new Invalid('这名信访人没有提出这件请求', { partyId: '请另选' })
    const one = input.partyId ? petitionersOf(m).find((p) => p.id === input.partyId)?.name : undefined
    const stay = input.partyId ? r.partyIds.filter((x) => x !== input.partyId) : []
    const says = `${one ?? '信访人'}自愿撤回${nameOf[r.level]}请求：“${input.words}”`
    const record: Change['record'] = { kind: 'withdrawal', onDay: today, body: input.words, data: { review: true } }
    // The others who asked still want their answer.
    if (stay.length > 0)
      return {
        kind: 'review',
        says: `${says}；其他请求人的请求照常办理`,
        review: { new: false, rows: [{ id: r.id, partyIds: stay }] },
        record,
      }
    const row = { id: r.id, status: 'withdrawn' as const, answerNote: input.words }
    const set = standing(m, row, today)
    return {
      kind: 'review',
      says,
      set,
      review: { new: false, rows: [row] },
      end: [
        { ...admission(m, r), cancelled: true },
        { rule: clockOf[r.level], cancelled: true },
      ],
      start: finished(set),
      record,
    }
  },
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
