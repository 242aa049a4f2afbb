import { z } from 'zod'
import { servedKinds } from '../../documents/catalogue.ts'
import { codes } from '../../kit/choice.ts'
import { addDays } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { is } from '../../people/roles.ts'
import { first, handlerOnly, inState, only } from '../guard.ts'
import { type Change, move } from '../move.ts'
import { newestOf } from '../paper/move.ts'
import { claimResults, DayText, type Matter, petitionersOf, receiverRelations, running, toServe } from '../petition.ts'
import { executeMoves, tasksOf } from './execute.ts'

const text = (max: number) => z.string().max(max, `不能超过 ${max} 字`)

const parts = z.object({
  request: text(20_000).default(''),
  facts: text(50_000).default(''),
  reasons: text(20_000).default(''),
  opinion: text(20_000).default(''),
  legalBasis: text(5_000).default(''),
  remedy: text(2_000).default(''),
  claims: z
    .array(
      z.object({
        body: z.string().trim().min(1, '请写明这一项诉求').max(2_000),
        result: codes(claimResults)
          .nullish()
          .transform((v) => v ?? null),
        answer: text(10_000).default(''),
        basis: text(2_000).default(''),
      }),
    )
    .max(30)
    .default([]),
})

/** What an opinion still lacks (第三十一条第六项、第三十二条: 请求、事实和理由、意见、依据；救济途径). */
export const missingInOpinion = (
  o: { request: string; facts: string; reasons: string; opinion: string; legalBasis: string; remedy: string } | null,
  claims: { body: string; result: string | null; answer: string }[],
  m: Pick<Matter, 'class' | 'records'>,
): string[] => {
  const suggestion = m.class === 'suggestion'
  const blank = (t: string | undefined) => !t || t.trim() === ''
  return [
    ...(blank(o?.request) ? ['信访人请求'] : []),
    ...(blank(o?.facts) ? ['查明的事实'] : []),
    ...(!suggestion && blank(o?.reasons) ? ['理由'] : []),
    ...(blank(o?.opinion) ? ['处理意见'] : []),
    ...(!suggestion && blank(o?.legalBasis) ? ['法律法规政策依据'] : []),
    ...(!suggestion && blank(o?.remedy) ? ['不服意见的救济途径'] : []),
    ...(claims.length === 0 ? ['逐项诉求'] : []),
    ...claims.flatMap((c, i) => (c.result === null || blank(c.answer) ? [`逐项答复第 ${i + 1} 项请求`] : [])),
    ...(!m.records.some((r) => r.kind === 'contact') ? ['听取信访人陈述（至少一次联系记录）'] : []),
    ...(!suggestion && !m.records.some((r) => r.kind === 'investigation') ? ['调查核实记录'] : []),
  ]
}

const drafting = (m: Matter) => m.opinionNow === null || ['draft', 'returned'].includes(m.opinionNow.status) || redo(m)
/** Back in handling with a signed opinion: it was revoked, and a new one is to be written. */
const redo = (m: Matter) => m.state === 'handling' && m.opinionNow?.status === 'signed'
const fresh = (m: Matter) => m.opinionNow === null || redo(m)
const bare = (t: string) => t.replace(/[\s\p{P}]/gu, '')
/** 撤销后重作的，不得以同一事实和理由作出与原意见基本相同的意见（省条例第四十五条）. */
const sameAgain = (m: Matter, o: { opinion: string }): string | null =>
  m.reviews.some((r) => r.round === m.round && r.outcome === 'revoked' && bare(r.challengedOpinion) === bare(o.opinion))
    ? '原意见已被撤销，不得以同一事实和理由作出与原意见基本相同的意见（省条例第四十五条）'
    : null

const fields = (input: z.infer<typeof parts>) => {
  const { claims, ...o } = input
  return { claims: claims.map((c, sort) => ({ ...c, sort })), o }
}

const draftOpinion = move({
  label: '保存意见书草稿',
  input: parts,
  refusal: (m, who) => first(inState(m, 'handling'), handlerOnly(m, who), !drafting(m) && '意见书已送审，不能再改'),
  decide: (m, input, who, today): Change => {
    const { claims, o } = fields(input)
    return {
      kind: 'reply',
      says: '保存处理意见草稿',
      opinion: { new: fresh(m), status: 'draft', ...o, draftedBy: who.staffId, draftedOn: today },
      claims,
    }
  },
})

const submitOpinion = move({
  label: '送审处理意见',
  input: parts,
  primary: (m) => m.state === 'handling',
  refusal: (m, who) =>
    first(
      inState(m, 'handling'),
      handlerOnly(m, who),
      !drafting(m) && '意见书已送审',
      m.extension === 'requested' && '延期申请正在等待批准，请先由负责人决定',
      m.hearing === 'planned' && '听证已经定下，举行或取消之后再送审',
      m.mediation === 'running' && '正在调解，登记结果之后再送审',
    ),
  decide: (m, input, who, today): Change => {
    const { claims, o } = fields(input)
    const missing = missingInOpinion(o, claims, m)
    if (missing.length) throw new Refused(`还缺：${missing.join('、')}`)
    const again = sameAgain(m, o)
    if (again) throw new Invalid(again, { opinion: '与被撤销的意见相同' })
    return {
      kind: 'reply',
      says: '处理意见送审',
      opinion: { new: fresh(m), status: 'submitted', ...o, draftedBy: who.staffId, draftedOn: today },
      claims,
      set: { state: 'opinionDraft', step: 'reply', holderId: null },
    }
  },
})

/** Ordinary matters are signed by the deputy in charge; red and key ones by a principal leader. */
export const principalSigns = (m: Pick<Matter, 'grade' | 'isKey'>): boolean => m.grade === 'red' || m.isKey

const checkOpinion = move({
  label: '审核意见书',
  input: z.object({
    agree: z.boolean(),
    note: z.string().trim().max(1000).default(''),
    signerId: z
      .uuid()
      .nullish()
      .transform((v) => v ?? null),
    signerName: z.string().max(60).default(''),
    /** Filled by the server from the posts held: whether the signer is a principal leader. */
    signerIsPrincipal: z.boolean().default(false),
  }),
  primary: (m) => m.state === 'opinionDraft' && m.opinionNow?.status === 'submitted',
  refusal: (m, who) =>
    first(
      inState(m, 'opinionDraft'),
      m.opinionNow?.status !== 'submitted' && '意见书已审核，等待签发',
      only(who, 'clerk', 'petitionHead'),
      m.opinionNow?.draftedBy === who.staffId && '不能审核自己起草的意见书',
    ),
  decide: (m, input, who, today): Change => {
    if (!input.agree) {
      if (!input.note) throw new Invalid('请写明退回理由', { note: '请写明退回理由' })
      return {
        kind: 'reply',
        says: `审核退回：${input.note}`,
        opinion: { new: false, status: 'returned', returnedReason: input.note },
        set: { state: 'handling', step: 'handle', holderId: m.mainHandlerId },
        tell: [{ staffId: m.mainHandlerId!, says: `${m.number} 的处理意见被退回：${input.note}`, kind: 'return' }],
      }
    }
    if (!input.signerId) throw new Invalid('请选择签发领导', { signerId: '请选择签发领导' })
    if (input.signerId === who.staffId || input.signerId === m.opinionNow?.draftedBy)
      throw new Invalid('签发人不能是起草人或审核人', { signerId: '请另选' })
    if (m.barredIds.includes(input.signerId))
      throw new Invalid('该领导应当回避本事项，请另选', { signerId: '应当回避' })
    if (principalSigns(m) && !input.signerIsPrincipal)
      throw new Invalid('红色或重点事项由党政主要领导签发', { signerId: '请选择主要领导' })
    return {
      kind: 'reply',
      says: `审核通过${input.note ? `：${input.note}` : ''}，送${input.signerName || '领导'}签发`,
      opinion: { new: false, status: 'checked', checkedBy: who.staffId, checkedOn: today },
      set: { signerId: input.signerId, holderId: input.signerId },
      tell: [{ staffId: input.signerId, says: `请签发：${m.number} ${m.title}`, kind: 'sign' }],
    }
  },
})

const signOpinion = move({
  label: '签发意见书',
  confirm: '签发后编号成文，不能再改。确定吗？',
  input: z.object({ agree: z.boolean(), note: z.string().trim().max(1000).default('') }),
  primary: (m, who) => m.state === 'opinionDraft' && m.opinionNow?.status === 'checked' && m.signerId === who.staffId,
  refusal: (m, who) =>
    first(
      inState(m, 'opinionDraft'),
      m.opinionNow?.status !== 'checked' && '意见书尚未审核',
      !is(who, 'leadOfficial', 'townLeader') && '由分管领导或主要领导签发',
      m.signerId !== who.staffId && '由审核时确定的领导签发',
      principalSigns(m) && !is(who, 'townLeader') && '红色或重点事项由党政主要领导签发',
      [m.opinionNow?.draftedBy, m.opinionNow?.checkedBy].includes(who.staffId) && '起草、审核、签发不能是同一人',
    ),
  decide: (m, input, who, today): Change => {
    if (!input.agree) {
      if (!input.note) throw new Invalid('请写明退回理由', { note: '请写明退回理由' })
      return {
        kind: 'reply',
        says: `未签发，退回：${input.note}`,
        opinion: { new: false, status: 'returned', returnedReason: input.note },
        set: { state: 'handling', step: 'handle', holderId: m.mainHandlerId, signerId: null },
        tell: [{ staffId: m.mainHandlerId!, says: `${m.number} 的处理意见未签发：${input.note}`, kind: 'return' }],
      }
    }
    return {
      kind: 'reply',
      says: `${who.post}${who.name}签发处理意见`,
      opinion: { new: false, status: 'signed', signedBy: who.staffId, signedOn: today },
      set: { state: 'opinionSigned', step: 'reply', holderId: m.mainHandlerId },
      papers: [{ kind: m.class === 'suggestion' ? 'suggestionReply' : 'handlingOpinion', extra: {} }],
      tell: [{ staffId: m.mainHandlerId!, says: `${m.number} 的处理意见已签发，请送达`, kind: 'serve' }],
    }
  },
})

const serviceWays = ['inPerson', 'post', 'electronic', 'other'] as const

const isServable = (kind: string): boolean => (servedKinds as readonly string[]).includes(kind)

/** 送达：意见书送达即起算三十日的复查请求期（第三十五条）；也用于各种告知书. */
const serve = move({
  label: '登记送达',
  input: z.object({
    documentId: z.uuid('请选择送达的文书'),
    way: z.enum(serviceWays, { error: '请选择送达方式' }),
    servedOn: DayText,
    receiver: z.string().trim().max(60).default(''),
    relation: codes(receiverRelations).default('self'),
    place: z.string().trim().max(100).default(''),
    postNumber: z.string().trim().max(60).default(''),
    consent: z.boolean().default(false),
    outcome: z.enum(['signed', 'refused'], { error: '请选择签收或拒收' }),
    witness: z.string().trim().max(60).default(''),
    attitude: z.enum(['agree', 'disagree', 'none']).default('none'),
    note: z.string().trim().max(500).default(''),
    /** One of several petitioners; absent when it was served on all of them, or on whom they chose. */
    partyId: z
      .uuid()
      .nullish()
      .transform((v) => v ?? null),
    executeBy: DayText.nullish(),
  }),
  primary: (m) => m.state === 'opinionSigned',
  refusal: (m, who) =>
    first(
      m.state === 'received' && '请先确认登记',
      !m.documents.some((d) => isServable(d.kind)) && '还没有可送达的文书',
      // The petitioner at the public face confirms having received it.
      who.petitionId === m.id || is(who, 'clerk', 'petitionHead') ? null : handlerOnly(m, who),
    ),
  decide: (m, input, _who, today): Change => {
    const doc = m.documents.find((d) => d.id === input.documentId)
    if (!doc) throw new Invalid('没有这份文书', { documentId: '请重新选择' })
    if (!isServable(doc.kind)) throw new Invalid('这份文书不需要送达信访人')
    if (!newestOf(m.documents).includes(doc))
      throw new Invalid('这份文书已有新版本，请送达最新的一版', { documentId: '请选择最新的一版' })
    if (input.servedOn > today) throw new Invalid('送达日期不能晚于今天', { servedOn: '不能晚于今天' })
    if (input.servedOn < doc.issuedOn) throw new Invalid('送达日期不能早于成文日期', { servedOn: '不能早于成文日期' })
    if (input.outcome === 'signed' && !input.receiver) throw new Invalid('请填写签收人', { receiver: '请填写签收人' })
    if (input.outcome === 'refused' && input.way !== 'post' && !input.witness)
      throw new Invalid('拒收须有见证人', { witness: '请填写见证人' })
    if (input.outcome === 'refused' && !input.note) throw new Invalid('请写明拒收的事由', { note: '请写明拒收的事由' })
    if (input.way === 'post' && !input.postNumber)
      throw new Invalid('邮寄送达须有邮件单号', { postNumber: '请填写邮件单号' })
    if (input.partyId && !petitionersOf(m).some((p) => p.id === input.partyId))
      throw new Invalid('这个人不是本事项的信访人', { partyId: '请重新选择' })
    const served = petitionersOf(m).filter((p) => (input.partyId ? p.id === input.partyId : toServe(m).includes(p)))
    const unwilling = served.filter((p) => !p.eService)
    if (input.way === 'electronic' && !input.consent && (served.length === 0 || unwilling.length > 0))
      throw new Invalid(
        `电子送达须经信访人同意${unwilling.length ? `：${unwilling.map((p) => p.name).join('、')}没有同意` : ''}`,
        { way: '请改用其他方式，或先取得书面同意' },
      )
    const opinion = doc.kind === 'handlingOpinion' || doc.kind === 'suggestionReply'
    const now = opinion && m.state === 'opinionSigned' && doc.id === newestOpinion(m)
    const all = servesAll(m, doc.id, input.partyId)
    const done = now && all
    // 没有在当初一并送达的人，自己收到之日才起算；同一人再送一次不另起算
    const own =
      doc.kind === 'handlingOpinion' &&
      doc.id === newestOpinion(m) &&
      input.partyId !== null &&
      inState(m, 'served', 'inReview', 'inRecheck', 'concluded', 'closed') === null &&
      !m.services.some((s) => s.documentId === doc.id && (s.partyId === null || s.partyId === input.partyId))
    // 去向告知是转出一方的告知；收到转送的单位自己的告知是另一回事（第二十三条）
    const noticed = ['acceptanceNotice', 'nonAcceptanceNotice', 'guidanceNotice'].includes(doc.kind)
    const told = noticed || doc.kind === 'whereSentNotice'
    const { executeBy, ...service } = input
    const whom = input.partyId ? `（送达其中一名信访人${all ? '，至此全部送达' : ''}）` : ''
    const d05 = running(m, 'D05')
    const lateNotice =
      doc.kind === 'extensionNotice' && d05 && input.servedOn > addDays(d05.fromOn, 60) ? '；晚于原办理期限' : ''
    return {
      kind: 'serve',
      says: `送达《${doc.title}》${doc.number ?? ''}（${{ inPerson: '当面', post: '邮寄', electronic: '电子', other: '其他方式' }[input.way]}，${input.outcome === 'signed' ? `${input.receiver}（${receiverRelations[input.relation]}）签收` : `拒收${input.witness ? `，见证人 ${input.witness}` : ''}`}${input.postNumber ? `，邮件 ${input.postNumber}` : ''}）${whom}${lateNotice}`,
      service,
      set: {
        ...(done ? { state: 'served' as const, step: 'revisit' as const, servedOn: input.servedOn } : {}),
        ...(input.way === 'inPerson'
          ? { lastContactOn: m.lastContactOn && m.lastContactOn > input.servedOn ? m.lastContactOn : input.servedOn }
          : {}),
      },
      end: [
        ...(done
          ? [
              { rule: 'D05', on: input.servedOn },
              { rule: 'D12', on: input.servedOn },
            ]
          : []),
        ...(told && all ? [{ rule: 'D02', on: input.servedOn }] : []),
        ...(noticed && all ? [{ rule: 'D03', on: input.servedOn }] : []),
      ],
      // 各人的复查期限自各人收到之日起算（第三十五条）
      start:
        (now && doc.kind === 'handlingOpinion') || own
          ? [{ rule: 'D07', from: input.servedOn, partyId: input.partyId }]
          : [],
      ...(done && doc.kind === 'handlingOpinion' && m.claims.some((c) => c.result === 'supported')
        ? { tasks: { new: tasksOf(m, executeBy ?? addDays(input.servedOn, 30)) } }
        : {}),
    }
  },
})

const newestOpinion = (m: Matter): string | undefined =>
  m.documents.filter((d) => d.kind === 'handlingOpinion' || d.kind === 'suggestionReply').at(-1)?.id

/** Whether with this service everybody who must be served has been: a service without a person covers all. */
const servesAll = (m: Matter, documentId: string, partyId: string | null): boolean => {
  if (partyId === null) return true
  const had = new Set([partyId, ...m.services.filter((s) => s.documentId === documentId).map((s) => s.partyId)])
  return had.has(null as never) || toServe(m).every((p) => had.has(p.id))
}

export const replyMoves = { draftOpinion, submitOpinion, checkOpinion, signOpinion, serve, ...executeMoves }
