import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import { Invalid } from '../../kit/errors.ts'
import { needed, text } from '../../kit/text.ts'
import { dueForNow, dueOf } from '../../petitions/clocks.ts'
import { DayText } from '../../petitions/petition.ts'
import { type Agreement, confirmResults, type Dispute, spokenOnly, standing } from './dispute.ts'
import { disputeMove, first, inState, mediates } from './move.ts'

/**
 * Why an agreement can't be brought to the court now. 《人民调解协议司法确认程序的若干规定》第三条: the application comes with the agreement
 * itself, so one by word of mouth is put in writing first.
 */
export const confirmRefusal = (a: Agreement): string | null =>
  first(
    spokenOnly(a) && '申请司法确认须提交调解协议书，口头协议请先补签书面',
    a.confirm !== null && a.confirm.result === null && '已经申请，等待法院',
    a.confirm?.result === 'confirmed' && '法院已经确认',
  )
const applied = (a: Agreement) => a.confirm !== null && a.confirm.result === null
const accepted = (a: Agreement) => applied(a) && a.confirm!.acceptedOn !== null

/** The agreement meant: the one chosen, or the only one there is. */
const chosen = (d: Dispute, id: string | null, fits: (a: Agreement) => boolean): Agreement => {
  const list = standing(d).filter((a) => fits(a) && (id === null || a.id === id))
  if (list.length !== 1) throw new Invalid('请选择是哪一份协议', { agreementId: '请选择' })
  return list[0]!
}
const which = { agreementId: z.uuid('请选择是哪一份协议').nullable().default(null) }

/** 民事诉讼法第二百零五条、司法解释第三百五十五条：不予确认的. Whether the court confirms agreements on this kind of dispute at all. */
export const confirmable = (d: Pick<Dispute, 'kind'>): string | null =>
  d.kind === 'family' ? '涉及婚姻、收养、亲子等身份关系的内容，法院不予确认；赡养、财产等内容可以申请' : null

/** 第三十三条：双方自协议生效之日起三十日内可以共同申请司法确认. */
export const applyConfirm = disputeMove({
  label: '共同申请司法确认',
  input: z.object({
    ...which,
    appliedOn: DayText,
    court: needed(60, '请写明向哪个人民法院申请'),
    both: z.literal(true, { error: '须由双方共同申请' }),
    property: z.boolean().default(false),
  }),
  refusal: (d, me) => {
    const all = standing(d)
    const last = all.at(-1)
    return first(
      // While the rest is mediated on, what was agreed may be confirmed already.
      d.rest !== 'open' && inState(d, 'performing', 'performed', 'breached'),
      mediates(d, me),
      !last && '还没有生效的协议',
      last && !all.some((a) => confirmRefusal(a) === null) && confirmRefusal(last),
    )
  },
  decide: (d, input, _me, today, { calendar }) => {
    const a = chosen(d, input.agreementId, (x) => confirmRefusal(x) === null)
    if (input.appliedOn > today || input.appliedOn < a.effectiveOn!)
      throw new Invalid('申请日期应在协议生效之后、不晚于今天', { appliedOn: '日期不对' })
    const status = confirmable(d)
    if (status && !input.property) throw new Invalid(status, { property: '请确认只申请确认赡养、财产等内容' })
    // Counted anew: the table of a year that was not published when the agreement took effect may have made it longer.
    const by = dueForNow('D16', { from: a.effectiveOn! }, calendar).due
    if (input.appliedOn > by)
      throw new Invalid(`共同申请的期限到 ${by} 为止（人民调解法第三十三条），已经过了`, {
        appliedOn: '已过期限',
      })
    return {
      says: `双方共同向法院申请司法确认`,
      agreement: {
        new: false,
        id: a.id,
        row: {
          confirm: {
            appliedOn: input.appliedOn,
            court: input.court,
            acceptedOn: null,
            dueOn: null,
            result: null,
            resultOn: null,
            ruling: '',
          },
        },
      },
      records: [{ kind: 'confirm', onDay: input.appliedOn, body: `双方共同向${input.court}申请司法确认。` }],
      papers: [{ kind: 'confirmationApplication', about: String(a.n) }],
    }
  },
})

export const courtAccepts = disputeMove({
  label: '法院受理确认申请',
  input: z.object({ ...which, acceptedOn: DayText }),
  refusal: (d, me) =>
    first(mediates(d, me), !standing(d).some((a) => applied(a) && !accepted(a)) && '没有等待法院受理的申请'),
  decide: (d, input, _me, today, { calendar }) => {
    const a = chosen(d, input.agreementId, (x) => applied(x) && !accepted(x))
    const c = a.confirm!
    if (input.acceptedOn > today || input.acceptedOn < c.appliedOn)
      throw new Invalid('受理日期应在申请之后、不晚于今天', { acceptedOn: '日期不对' })
    const dueOn = dueOf('D17', { from: input.acceptedOn }, calendar).due
    return {
      says: '法院受理司法确认申请',
      agreement: { new: false, id: a.id, row: { confirm: { ...c, acceptedOn: input.acceptedOn, dueOn } } },
      records: [{ kind: 'confirm', onDay: input.acceptedOn, body: `${c.court}受理，审查期限到 ${dueOn}。` }],
    }
  },
})

export const courtDecides = disputeMove({
  label: '登记法院裁定',
  input: z.object({
    ...which,
    result: codes(confirmResults),
    resultOn: DayText,
    ruling: text(60).default(''),
  }),
  refusal: (d, me) => first(mediates(d, me), !standing(d).some(applied) && '没有等待法院裁定的申请'),
  decide: (d, input, _me, today) => {
    const a = chosen(d, input.agreementId, applied)
    const c = a.confirm!
    if (input.resultOn > today || input.resultOn < (c.acceptedOn ?? c.appliedOn))
      throw new Invalid('裁定日期应在受理之后、不晚于今天', { resultOn: '日期不对' })
    if (input.result !== 'withdrawn' && !c.acceptedOn)
      throw new Invalid('请先登记法院受理的日期', { resultOn: '请先登记受理' })
    if (input.result !== 'withdrawn' && input.ruling === '') throw new Invalid('请填写裁定书文号', { ruling: '请填写' })
    return {
      says: `司法确认：${confirmResults[input.result]}`,
      agreement: {
        new: false,
        id: a.id,
        row: { confirm: { ...c, result: input.result, resultOn: input.resultOn, ruling: input.ruling } },
      },
      records: [
        {
          kind: 'confirm',
          onDay: input.resultOn,
          body: `${c.court}${confirmResults[input.result]}${input.ruling ? `（${input.ruling}）` : ''}。${input.result === 'rejected' ? '双方可以变更协议、重新达成协议，或者向法院起诉。' : input.result === 'confirmed' ? '一方不履行或者未全部履行的，对方可以申请强制执行。' : ''}`,
        },
      ],
    }
  },
})

export const confirmMoves = { applyConfirm, courtAccepts, courtDecides }
