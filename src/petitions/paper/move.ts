import { z } from 'zod'
import { catalogue, type DocumentKind, documentKinds, isDocumentKind } from '../../documents/catalogue.ts'
import { codes } from '../../kit/choice.ts'
import { formal } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { text } from '../../kit/text.ts'
import { is } from '../../people/roles.ts'
import { dueOf } from '../clocks.ts'
import { first, handles, notClosed, only } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { DayText, type DocumentRow, type Matter } from '../petition.ts'

const body = (sentence: string, max = 20_000) => z.string().trim().min(1, sentence).max(max, `不能超过 ${max} 字`)

/** 第四十条所列应当督办、可以提出建议的情形. */
export const supervisionFaults = {
  acceptance: '未按规定受理、告知',
  delay: '推诿、敷衍、拖延',
  late: '未按规定期限办结',
  fraud: '弄虚作假',
  procedure: '未按规定程序办理',
  notExecuted: '不执行处理意见',
  noFeedback: '未按规定反馈办理结果',
} as const
export const adviceKinds = { work: '改进工作', policy: '完善政策', accountability: '追究责任' } as const
export const adoptions = { adopted: '采纳', partly: '部分采纳', notAdopted: '不采纳' } as const

/** The newest version of each paper. */
export const newestOf = (documents: DocumentRow[]): DocumentRow[] =>
  documents.filter((d) => !documents.some((x) => x.replacesId === d.id))

/** Decisions whose words bind: they change only by being drafted, checked and signed again. */
const decisions: readonly string[] = [
  'handlingOpinion',
  'suggestionReply',
  'reviewOpinion',
  'recheckOpinion',
  'hearingConclusion',
]

const Correction = z.object({ tag: z.string().max(40), text: body('请填写更正后的内容') })
/** The tags of a kind that a new version may say otherwise: its own, never number, organ or day. */
const correctionsOf = (kind: DocumentKind, given: z.infer<typeof Correction>[]): Record<string, string> => {
  const own = catalogue[kind].tags.filter((t) => !t.rows && !t.image).map((t) => t.name)
  for (const c of given)
    if (!own.includes(c.tag))
      throw new Invalid(`《${catalogue[kind].title}》没有“${c.tag}”这一项，可更正的有：${own.join('、')}`, {
        corrections: '请重新选择',
      })
  return Object.fromEntries(given.map((c) => [c.tag, c.text]))
}

/** 重新出具：文号不变，出新版本，写明理由；旧版本保留，标明已被代替. */
const reissuePaper = move({
  label: '重新出具文书',
  booksOnly: true,
  input: z.object({
    documentId: z.uuid('请选择文书'),
    reason: body('请写明重新出具的理由', 300),
    corrections: z.array(Correction).max(30).default([]),
  }),
  refusal: (m, who) =>
    first(
      m.sealed && '检举控告不适用',
      m.documents.length === 0 && '还没有文书',
      !is(who, 'petitionHead') && !handles(m, who) && '由信访办主任或承办单位重新出具',
    ),
  decide: (m, input): Change => {
    const old = m.documents.find((d) => d.id === input.documentId)
    if (!old || !isDocumentKind(old.kind)) throw new Invalid('没有这份文书', { documentId: '请重新选择' })
    if (!newestOf(m.documents).includes(old))
      throw new Invalid('这份文书已有新版本，请对最新的一版重新出具', { documentId: '请选择最新的一版' })
    if (input.corrections.length > 0 && decisions.includes(old.kind))
      throw new Invalid(`《${old.title}》的内容经过签发，须退回修改、重新签发，不能在重新出具时改动`, {
        corrections: '签发的内容不能改',
      })
    return {
      kind: 'paper',
      says: `重新出具《${old.title}》${old.number ?? ''}：${input.reason}`,
      data: { replaces: old.id },
      papers: [
        {
          kind: old.kind,
          extra: input.corrections.length > 0 ? { values: correctionsOf(old.kind, input.corrections) } : {},
          replaces: old.id,
          reason: input.reason,
        },
      ],
    }
  },
})

const registrationForm = move({
  label: '出具登记表',
  booksOnly: true,
  input: z.object({}),
  refusal: (m, who) =>
    first(
      m.sealed && '检举控告不适用',
      only(who, 'clerk', 'petitionHead'),
      newestOf(m.documents).some((d) => d.kind === 'registrationForm') &&
        '登记表已经出具；登记内容更正后请用“重新出具文书”',
    ),
  decide: (): Change => ({
    kind: 'paper',
    says: '出具登记表',
    papers: [{ kind: 'registrationForm', extra: {} }],
  }),
})

/** 给信访人的信：平常话，一页. */
const writeLetter = move({
  label: '给信访人写信',
  booksOnly: true,
  input: z.object({
    body: body('请写明办到哪一步、谁在办、哪天有结果', 400),
    next: text(160).default(''),
    contact: text(60).default(''),
  }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      m.sealed && '检举控告不适用',
      m.anonymous && '没有留名，无处寄送',
      !is(who, 'clerk', 'petitionHead') && !handles(m, who) && '由信访办或承办人写',
    ),
  decide: (_m, input): Change => ({
    kind: 'paper',
    says: '给信访人写信',
    papers: [{ kind: 'citizenLetter', extra: { ...input } }],
  }),
})

/** 督办（第三十八条、第四十条）：写明情形、要求和答复期限. */
const superviseUnit = move({
  label: '发督办通知',
  input: z.object({
    unitId: z.uuid('请选择被督办的单位'),
    unitName: text(100).default(''),
    fault: codes(supervisionFaults),
    facts: body('请写明发现的情况', 4000),
    demand: body('请写明要求', 4000),
    answerBy: DayText,
  }),
  refusal: (m, who) =>
    first(
      m.sealed && '检举控告不适用',
      only(who, 'petitionHead'),
      m.mainUnitId === null && m.assistUnitIds.length === 0 && '还没有承办单位',
    ),
  decide: (m, input, _who, today): Change => {
    if (input.answerBy < today) throw new Invalid('答复期限不能早于今天', { answerBy: '不能早于今天' })
    if (input.unitId !== m.mainUnitId && !m.assistUnitIds.includes(input.unitId))
      throw new Invalid('这个单位没有承办本事项', { unitId: '请选择承办或协办单位' })
    return {
      kind: 'paper',
      says: `督办${input.unitName}：${supervisionFaults[input.fault]}，${formal(input.answerBy)}前答复`,
      record: {
        kind: 'note',
        onDay: today,
        body: `督办${input.unitName}：${supervisionFaults[input.fault]}。${input.demand}`,
        data: { supervision: true, unitId: input.unitId, fault: input.fault, answerBy: input.answerBy },
      },
      papers: [{ kind: 'supervisionNotice', extra: { ...input, fault: supervisionFaults[input.fault] } }],
      tell: m.mainHandlerId
        ? [
            {
              staffId: m.mainHandlerId,
              says: `${m.number} 被督办，请在 ${input.answerBy} 前书面答复`,
              kind: 'supervise',
            },
          ]
        : [],
    }
  },
})

const unanswered = (m: Matter, kind: string) =>
  newestOf(m.documents).filter(
    (d) => d.kind === kind && !m.records.some((r) => r.kind === 'note' && r.data.answers === d.id),
  )

const answerSupervision = move({
  label: '登记督办答复',
  input: z.object({ onDay: DayText, body: body('请写明改正的情况', 8000) }),
  refusal: (m, who) =>
    first(
      unanswered(m, 'supervisionNotice').length === 0 && '没有等待答复的督办通知',
      !handles(m, who) && !is(who, 'clerk', 'petitionHead') && '由被督办单位或信访办登记',
    ),
  decide: (m, input, _who, today): Change => {
    const notice = unanswered(m, 'supervisionNotice')[0]!
    if (input.onDay > today) throw new Invalid('答复日期不能晚于今天', { onDay: '不能晚于今天' })
    if (input.onDay < notice.issuedOn) throw new Invalid('答复日期不能早于督办通知', { onDay: '不能早于督办通知' })
    return {
      kind: 'paper',
      says: `督办答复（${notice.number ?? ''}）：${input.body}`,
      record: { kind: 'note', onDay: input.onDay, body: `督办答复：${input.body}`, data: { answers: notice.id } },
    }
  },
})

/** 提出改进工作、完善政策、追究责任的建议（第四十条）；被建议机关三十日内反馈（省条例第五十九条）. */
const advise = move({
  label: '提出建议',
  input: z.object({
    unitId: z.uuid('请选择被建议的单位'),
    unitName: text(100).default(''),
    adviceKind: codes(adviceKinds),
    problem: body('请写明发现的问题', 4000),
    advice: body('请写明建议', 4000),
  }),
  refusal: (m, who) =>
    first(
      m.sealed && '检举控告不适用',
      only(who, 'petitionHead'),
      unanswered(m, 'adviceLetter').length > 0 && '上一份建议书还没有反馈',
    ),
  decide: (_m, input, _who, today, law): Change => {
    const due = dueOf('D14', { from: today }, law.calendar)
    return {
      kind: 'paper',
      says: `向${input.unitName}提出${adviceKinds[input.adviceKind]}的建议，${formal(due.due)}前反馈`,
      start: [{ rule: 'D14', from: today }],
      record: {
        kind: 'note',
        onDay: today,
        body: `建议${input.unitName}：${input.advice}`,
        data: { advice: true, unitId: input.unitId, adviceKind: input.adviceKind },
      },
      papers: [
        {
          kind: 'adviceLetter',
          extra: { ...input, adviceKind: adviceKinds[input.adviceKind], feedbackBy: due.due },
        },
      ],
    }
  },
})

const answerAdvice = move({
  label: '登记建议反馈',
  input: z.object({ onDay: DayText, adopted: codes(adoptions), body: body('请写明反馈的内容', 8000) }),
  refusal: (m, who) =>
    first(
      unanswered(m, 'adviceLetter').length === 0 && '没有等待反馈的建议书',
      only(who, 'clerk', 'petitionHead', 'unitHandler'),
    ),
  decide: (m, input, _who, today): Change => {
    const letter = unanswered(m, 'adviceLetter')[0]!
    if (input.onDay > today) throw new Invalid('反馈日期不能晚于今天', { onDay: '不能晚于今天' })
    if (input.onDay < letter.issuedOn) throw new Invalid('反馈日期不能早于建议书', { onDay: '不能早于建议书' })
    return {
      kind: 'paper',
      says: `建议反馈（${letter.number ?? ''}，${adoptions[input.adopted]}）：${input.body}`,
      end: [{ rule: 'D14', on: input.onDay }],
      record: {
        kind: 'note',
        onDay: input.onDay,
        body: `建议反馈（${adoptions[input.adopted]}）：${input.body}`,
        data: { answers: letter.id, adopted: input.adopted },
      },
    }
  },
})

/** Kinds that a village writes by hand where there is no printer, and the office keys in later. */
export const handKinds = documentKinds.filter((k) =>
  (
    [
      'registrationForm',
      'registrationReceipt',
      'acceptanceNotice',
      'whereSentNotice',
      'hearingRecord',
      'citizenLetter',
    ] as string[]
  ).includes(k),
)

/** 手写文书补录：按纸上的真实日期登记，写明补录的理由；内容照录，不编文号. */
const keyInPaper = move({
  label: '补录手写文书',
  booksOnly: true,
  input: z.object({
    kind: z.enum(handKinds as [DocumentKind, ...DocumentKind[]], { error: '请选择文书' }),
    onDay: DayText,
    reason: body('请写明没有当时录入的理由', 300),
    content: z.array(Correction).max(30).default([]),
  }),
  refusal: (m, who) =>
    first(
      notClosed(m),
      m.sealed && '检举控告不适用',
      !is(who, 'clerk', 'petitionHead', 'areaSecretary', 'villageOfficer') &&
        !handles(m, who) &&
        '由信访办、管区、村或承办人补录',
    ),
  decide: (m, input, _who, today): Change => {
    if (input.onDay > today) throw new Invalid('纸上的日期不能晚于今天', { onDay: '不能晚于今天' })
    if (input.onDay < m.receivedOn) throw new Invalid('纸上的日期不能早于收到日期', { onDay: '不能早于收到日期' })
    return {
      kind: 'paper',
      says: `补录 ${input.onDay} 手写的《${catalogue[input.kind].title}》：${input.reason}`,
      data: { handwritten: true, onDay: input.onDay, keyedInOn: today },
      papers: [
        {
          kind: input.kind,
          issuedOn: input.onDay,
          extra: { handwritten: true, reason: input.reason, values: correctionsOf(input.kind, input.content) },
        },
      ],
    }
  },
})

export const paperMoves = {
  registrationForm,
  writeLetter,
  superviseUnit,
  answerSupervision,
  advise,
  answerAdvice,
  reissuePaper,
  keyInPaper,
}
