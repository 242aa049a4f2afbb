import { servedKinds } from '../documents/catalogue.ts'
import { type Day, daysBetween, formal, withWeekday } from '../kit/day.ts'
import { maskName, maskText } from '../kit/mask.ts'
import { legalLimits, type RuleId, suggestionDue } from '../petitions/clocks.ts'
import { newestOf } from '../petitions/paper/move.ts'
import { levelOf } from '../petitions/pass/pass.ts'
import {
  type Clock,
  channels,
  type Matter,
  petitionersOf,
  type Rating,
  type Review,
  ratings,
  reviewLevels,
  reviewOutcomes,
  reviewStatuses,
  type State,
} from '../petitions/petition.ts'

/** Whether more materials may be added. */
export const mayBring = (m: Pick<Matter, 'state'>): boolean => m.state !== 'closed'

/** What was said at the last return visit, as whoever visited wrote it down. */
const toldOf = (m: Matter): CitizenView['told'] => {
  const word = (r: unknown) => (typeof r === 'string' && Object.hasOwn(ratings, r) ? ratings[r as Rating] : '')
  const last = m.records.findLast((r) => r.kind === 'followUp' && word(r.data.ratingOffice) !== '')
  return last ? { office: word(last.data.ratingOffice), unit: word(last.data.ratingUnit), onDay: last.onDay } : null
}

/** Papers made for the petitioner; the office's own (forwarding, objections, closing) are not shown. */
const papersForPetitioner = new Set([
  'registrationReceipt',
  'acceptanceNotice',
  'nonAcceptanceNotice',
  'guidanceNotice',
  'whereSentNotice',
  'extensionNotice',
  'hearingNotice',
  'hearingConclusion',
  'handlingOpinion',
  'suggestionReply',
  'reviewOpinion',
  'recheckOpinion',
])
export const isForPetitioner = (kind: string): boolean => papersForPetitioner.has(kind)

export const wordKinds = {
  facts: '补充情况',
  correction: '更正登记的内容',
  question: '询问',
  recusal: '申请回避',
  review: '请求复查',
  recheck: '请求复核',
  withdrawal: '撤回',
  service: '同意电子送达',
  receipt: '确认收到',
  pressure: '反映受到打压',
} as const
export type WordKind = keyof typeof wordKinds

export interface Word {
  id: string
  kind: WordKind
  body: string
  onDay: Day
  answer: string
  answeredOn: Day | null
}
/** What the office still needs of the petitioner. */
export interface Ask {
  id: string
  body: string
  onDay: Day
  endedOn: Day | null
  ended: keyof typeof askEnds | null
}
export const askEnds = { received: '已经收到', notNeeded: '不需要了' } as const

export interface GivenRating {
  office: keyof typeof ratings
  unit: keyof typeof ratings
  onDay: Day
}

export interface StepView {
  label: string
  status: 'done' | 'now' | 'later'
  on: Day | null
  words: string
  /** The law's day for it, and how that came about. */
  limit: { words: string; why: string[] } | null
}
export interface RightView {
  kind: WordKind
  label: string
  words: string
  until: Day | null
  why: string[]
  /** One code is shared by several petitioners: who asks says so. */
  named?: boolean
}
/** What the petitioner sees of a matter: own projection, names masked, nothing of the office's inner work. */
export interface CitizenView {
  number: string
  /** Withdrawn by the petitioner, as recorded by the office. */
  withdrawn: boolean
  channel: string
  receivedOn: Day
  petitioner: string
  request: string
  headline: string
  /** The date that matters most now, with how it came about. */
  answer: { label: string; on: Day; daysLeft: number; why: string[]; article: string } | null
  /** Said of a matter taken up again; null of one in its first round. */
  again: string | null
  /** Limits that have passed without what was due; with the organ above where the duty is its. */
  late: { words: string; organ: string | null }[]
  steps: StepView[]
  /** What is waited for from the petitioner; `at` is where on the page it is done. */
  yours: { words: string; at: string }[]
  papers: { id: string; title: string; number: string; on: Day; served: boolean; mayConfirm: boolean }[]
  answered: { request: string; result: string; answer: string }[]
  words: Word[]
  rights: RightView[]
  /** Rights whose last day has passed unused, and what can still be done. */
  lapsed: string[]
  mayRate: boolean
  mayBring: boolean
  /** What was written down at the last return visit as said by the petitioner. */
  told: { office: string; unit: string; onDay: Day } | null
  rating: GivenRating | null
  /** Whether the petitioner agreed to electronic service; null where several, or nobody by name, brought it. */
  eService: boolean | null
  /** Whether the petitioner agreed to the answer being published; null where it never is. */
  publish: boolean | null
}

const headlines: Partial<Record<State, string>> = {
  received: '您的事项已经收到，正在登记',
  registered: '您的事项已经登记，正在审查由谁办理',
  forwarded: '您的事项已经转给有权处理的单位',
  objected: '承办单位有不同意见，信访办正在核实由谁办理',
  accepted: '您的事项已经受理，正在落实承办人',
  handling: '您的事项正在办理',
  opinionDraft: '您的事项正在形成书面答复',
  opinionSigned: '书面答复已经作出，正在送给您',
  served: '书面答复已经送达',
  inReview: '您的事项正在复查',
  inRecheck: '您的事项正在复核',
  notAccepted: '您的事项没有受理，理由和去处写在告知书里',
  noLongerAccepted: '您的事项已经复核终结，不再受理',
  guided: '您的事项应当走另一条法定途径，去处写在告知书里',
  concluded: '您的事项已经办结',
  closed: '您的事项已经办结归档',
  withdrawn: '您已经撤回这件事项，随时可以重新提出',
}

const claimWords = { supported: '支持', explained: '合理，但没有依据支持，已作解释', notSupported: '不支持' } as const

/** The law's day, and whether it was kept. */
const limitWords = (c: Pick<Clock, 'dueOn' | 'endedOn' | 'outcome'>): string =>
  `最迟 ${withWeekday(c.dueOn)}${
    c.endedOn === null ? '' : c.outcome === 'late' ? `，晚了 ${daysBetween(c.dueOn, c.endedOn)} 天` : '，按期'
  }`

export const daysLeftWords = (n: number): string => (n === 0 ? '今天是最后一天' : `还有 ${n} 天`)

const endings: readonly State[] = ['notAccepted', 'noLongerAccepted', 'guided', 'withdrawn']
/** How a matter ended that was not answered on its merits, also when it is filed away since; null for the others. */
const endOf = (m: Matter): State | null =>
  endings.includes(m.state)
    ? m.state
    : m.conclusion === 'withdrawn'
      ? 'withdrawn'
      : m.conclusion !== 'notTaken'
        ? null
        : m.route && m.route !== 'petitionProcedure'
          ? 'guided'
          : 'notAccepted'

/** Whether nobody works on it any more. */
export const isOver = (m: Matter): boolean => endOf(m) !== null || m.state === 'concluded' || m.state === 'closed'

/** Who has it in charge now, by role and never by name, as a sentence. */
export const inChargeOf = (m: Matter, unit: string, superior: string): string => {
  if (isOver(m)) return '这件已经结束，有疑问可以问镇信访办'
  const who =
    m.state === 'inReview'
      ? `复查的机关（${superior}）`
      : m.state === 'inRecheck'
        ? '复核的机关'
        : {
            village: '村信访信息员',
            area: '管区书记',
            town: '镇信访办',
            unit: `${unit || '承办单位'}的承办人`,
          }[levelOf(m)]
  return `现在由${who}负责`
}

/** What the organ above decided; its words once they are in the petitioner's hands. */
const decidedWords = (r: Review): string => {
  const outcome = r.outcome ? `：${reviewOutcomes[r.outcome]}` : ''
  return r.servedOn
    ? `${r.organ}作出${reviewLevels[r.level]}意见${r.number && `（${r.number}）`}${outcome}，${formal(r.servedOn)}送达。意见是：${maskText(r.decision)}`
    : `已经作出${reviewLevels[r.level]}意见${outcome}，意见书正在送给您`
}

/** What was asked of the organ above, each with its day; of several petitioners' requests the one that goes furthest. */
const reviewSteps = (m: Matter, limitBy: (...rules: RuleId[]) => StepView['limit']): StepView[] =>
  (['review', 'recheck'] as const).flatMap((level) => {
    const all = m.reviews.filter((r) => r.level === level && r.status !== 'withdrawn')
    const last = all.findLast((r) => r.decidedOn !== null) ?? all.at(-1)
    if (!last) return []
    const label = reviewLevels[level]
    const words =
      last.status === 'decided'
        ? decidedWords(last)
        : last.status === 'refused'
          ? `没有受理，理由写在告知书里`
          : last.status === 'moot'
            ? reviewStatuses.moot
            : `${formal(last.askedOn)}请求，${
                last.answeredOn ? `${formal(last.answeredOn)}受理，` : ''
              }上一级机关正在${label}`
    const open = last.status === 'asked' || last.status === 'admitted'
    return [
      {
        label,
        status: open ? ('now' as const) : ('done' as const),
        on: open ? null : (last.decidedOn ?? last.answeredOn),
        words,
        limit: limitBy(level === 'review' ? 'D08' : 'D10'),
      },
    ]
  })

/** The duty the petitioner waits for, tightest first: being told, then the answer, then review. */
const waitedFor = ['D12', 'D05', 'D08', 'D10', 'D02', 'D03', 'D01']

/** Duties of the organ above, not of this township. */
const above: Partial<Record<string, Review['level']>> = { D08: 'review', D10: 'recheck' }

export const citizenView = (
  m: Matter,
  given: { words: Word[]; rating: GivenRating | null; asks?: Ask[]; publish?: boolean },
  today: Day,
): CitizenView => {
  const running = m.clocks.filter((c) => c.endedOn === null && c.round === m.round)
  const ended = endOf(m) !== null
  const open = !ended && m.state !== 'closed'
  const main = waitedFor.flatMap((rule) => running.find((c) => c.rule === rule) ?? [])[0]
  // A suggestion in hand runs on no clock of the law, but is answered by a day all the same.
  const promised = m.class === 'suggestion' && m.acceptedOn && !m.servedOn && open ? suggestionDue(m.acceptedOn) : null
  const limitOf = (rule: string) => legalLimits[rule as RuleId]
  const late = running
    .filter((c) => limitOf(c.rule)?.kind === 'duty' && c.dueOn < today)
    .map((c) => ({
      words: `${limitOf(c.rule).name}到 ${formal(c.dueOn)}为止，已经超过 ${daysBetween(c.dueOn, today)} 天（${limitOf(c.rule).article}）`,
      organ: above[c.rule] ? (m.reviews.findLast((r) => r.level === above[c.rule])?.organ ?? '') : null,
    }))
  const limitBy = (...rules: RuleId[]): StepView['limit'] => {
    const clock = rules.flatMap(
      (rule) => m.clocks.findLast((c) => c.rule === rule && c.round === m.round && c.outcome !== 'cancelled') ?? [],
    )[0]
    return clock ? { words: limitWords(clock), why: clock.steps } : null
  }
  const reached = (
    on: Day | null,
    now: boolean,
    words: string,
    later: string,
    limit: StepView['limit'] = null,
  ): Omit<StepView, 'label'> =>
    on
      ? { status: 'done', on, words, limit }
      : { status: now ? 'now' : 'later', on: null, words: now ? later : '', limit }
  const endedAs = endOf(m)
  const withdrawn = endedAs === 'withdrawn'
  const answeredOn = m.servedOn ?? (!withdrawn && ['concluded', 'closed'].includes(m.state) ? m.concludedOn : null)
  const steps: StepView[] = [
    {
      label: '收到',
      status: 'done',
      on: m.receivedOn,
      words: `${channels[m.channel]}提出，编号 ${m.number}`,
      limit: null,
    },
    ...(withdrawn && m.acceptedOn === null
      ? []
      : [
          endedAs !== null && !withdrawn
            ? {
                label: '告知',
                status: 'done' as const,
                on: m.concludedOn,
                words: headlines[endedAs]!,
                limit: limitBy('D02', 'D03'),
              }
            : {
                label: '受理',
                ...reached(
                  m.acceptedOn,
                  m.state !== 'closed',
                  '已经受理',
                  '十五日内告诉您是否受理、由谁办理',
                  limitBy('D02', 'D03', 'D01'),
                ),
              },
        ]),
    ...(ended && !(withdrawn && m.servedOn)
      ? []
      : [
          {
            label: '办理',
            ...reached(
              m.opinionNow?.signedOn ?? answeredOn,
              m.acceptedOn !== null,
              '已经查清并作出处理意见',
              m.class === 'suggestion' ? '有人正在研究，采纳没有、为什么，都书面答复您' : '承办人正在联系、调查',
            ),
          },
          {
            label: '答复',
            ...reached(
              answeredOn,
              m.state === 'opinionSigned',
              '书面答复已经送达',
              '书面答复正在送给您',
              limitBy('D12', 'D05'),
            ),
          },
        ]),
    ...reviewSteps(m, limitBy),
    ...(withdrawn
      ? [{ label: '撤回', status: 'done' as const, on: m.concludedOn, words: headlines.withdrawn!, limit: null }]
      : []),
    {
      label: '评价',
      ...reached(
        given.rating?.onDay ?? m.followedUpOn,
        answeredOn !== null || ended,
        given.rating ? '您已经评价' : '已经回访',
        '请您评价',
      ),
    },
  ]
  const right = (rule: string) => running.find((c) => c.rule === rule && c.dueOn >= today)
  const d07 = right('D07')
  const d09 = right('D09')
  const lapsed = (['review', 'recheck'] as const).flatMap((level) => {
    const rule = level === 'review' ? 'D07' : 'D09'
    const all = m.clocks.filter((c) => c.rule === rule && c.round === m.round && c.outcome !== 'cancelled')
    const last = all
      .filter((c) => c.endedOn === null || c.endedOn > c.dueOn)
      .sort((a, b) => (a.dueOn < b.dueOn ? 1 : -1))[0]
    const asked = m.reviews.some((r) => r.round === m.round && r.level === level && r.status !== 'withdrawn')
    if (!last || asked || last.dueOn >= today) return []
    const label = reviewLevels[level]
    return [
      `请求${label}的最后一天是 ${withWeekday(last.dueOn)}，已经过了。有正当理由没有赶上的，到镇信访窗口说明理由，由${label}机关决定；有新的事实或者理由，可以重新反映`,
    ]
  })
  // 一个查询码由几个人共用，各人的权利各自行使
  const named = petitionersOf(m).length > 1
  const rights: RightView[] = [
    ...(d07
      ? [
          {
            kind: 'review' as const,
            label: '请求复查',
            words: `对答复不满意，可以请求复查，最迟 ${withWeekday(d07.dueOn)}，${daysLeftWords(daysBetween(today, d07.dueOn))}`,
            until: d07.dueOn,
            why: d07.steps,
            named,
          },
        ]
      : []),
    ...(d09
      ? [
          {
            kind: 'recheck' as const,
            label: '请求复核',
            words: `对复查意见不满意，可以请求复核，最迟 ${withWeekday(d09.dueOn)}，${daysLeftWords(daysBetween(today, d09.dueOn))}`,
            until: d09.dueOn,
            why: d09.steps,
            named,
          },
        ]
      : []),
    { kind: 'facts', label: '补充情况', words: '有新的情况、材料，随时可以补充', until: null, why: [] },
    { kind: 'correction', label: '更正', words: '登记的内容有不对的地方，可以要求更正', until: null, why: [] },
    ...(open
      ? [
          {
            kind: 'recusal' as const,
            label: '申请回避',
            words: '办理的人和这件事有利害关系，可以要求换人。不知道姓名的，写“承办人”或者他的职务。您写的话，他看不到',
            until: null,
            why: [],
          },
          {
            kind: 'withdrawal' as const,
            label: '撤回',
            words: '撤不撤回完全由您自愿，撤回以后还可以再提',
            until: null,
            why: [],
          },
        ]
      : []),
    {
      kind: 'pressure',
      label: '受到打压',
      words: '因为反映问题受到威胁、刁难，可以在这里说，直接送到纪检联络员，村、管区和承办单位都看不到',
      until: null,
      why: [],
    },
    { kind: 'question', label: '询问', words: '有不明白的，可以留言询问', until: null, why: [] },
  ]
  const served = new Set(m.services.filter((s) => s.outcome === 'signed').map((s) => s.documentId))
  const newest = newestOf(m.documents)
  const single = petitionersOf(m).length <= 1 && m.headCount <= 1
  const canRate = answeredOn !== null || ended
  const papers = m.documents
    .filter((d) => isForPetitioner(d.kind))
    .map((d) => ({
      id: d.id,
      title: d.title,
      number: d.number ?? '',
      on: d.issuedOn,
      served: served.has(d.id),
      mayConfirm:
        single &&
        !served.has(d.id) &&
        newest.includes(d) &&
        !['reviewOpinion', 'recheckOpinion'].includes(d.kind) &&
        (servedKinds as readonly string[]).includes(d.kind),
    }))
  return {
    number: m.number,
    channel: channels[m.channel],
    receivedOn: m.receivedOn,
    withdrawn: m.state === 'withdrawn',
    petitioner: m.anonymous ? '匿名' : `${maskName(m.petitionerName)}${m.headCount > 1 ? `等 ${m.headCount} 人` : ''}`,
    request: maskText(m.request),
    headline: headlines[m.state] ?? '您的事项正在办理',
    answer: main
      ? {
          label: ['D05', 'D12'].includes(main.rule)
            ? '最迟答复'
            : ['D08', 'D10'].includes(main.rule)
              ? '最迟作出意见'
              : '最迟告知',
          on: main.dueOn,
          daysLeft: daysBetween(today, main.dueOn),
          why: main.steps,
          article: limitOf(main.rule).article,
        }
      : promised && {
          label: '最迟答复',
          on: promised.on,
          daysLeft: daysBetween(today, promised.on),
          why: promised.steps,
          article: '',
        },
    again: m.round > 1 ? `这件事已经重新启动，现在是第 ${m.round} 次办理。下面是这一次的步骤，以前的文书都还在` : null,
    late,
    steps,
    yours: [
      ...(given.asks ?? [])
        .filter((a) => a.ended === null)
        .map((a) => ({
          words: `请您补充（${formal(a.onDay)}提出）：${a.body}`,
          at: mayBring(m) ? 'bring' : 'right-facts',
        })),
      ...papers.filter((p) => p.mayConfirm).map((p) => ({ words: `看一看《${p.title}》，收到了请确认`, at: 'papers' })),
      ...(canRate && !given.rating ? [{ words: '请您评价', at: 'rate' }] : []),
      ...(m.oral && !m.readBack ? [{ words: '核对登记的内容是不是您的意思', at: 'registered' }] : []),
    ],
    papers,
    answered: m.servedOn
      ? m.claims.flatMap((c) =>
          c.result ? [{ request: maskText(c.body), result: claimWords[c.result], answer: maskText(c.answer) }] : [],
        )
      : [],
    words: given.words,
    rights,
    lapsed,
    mayBring: mayBring(m),
    told: toldOf(m),
    mayRate: canRate && given.rating === null,
    rating: given.rating,
    eService: single ? (petitionersOf(m)[0]?.eService ?? null) : null,
    publish: single && !m.sealed && !m.confidential && m.class !== 'accusation' ? (given.publish ?? false) : null,
  }
}
