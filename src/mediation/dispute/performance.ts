import { z } from 'zod'
import { codes } from '../../kit/choice.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid } from '../../kit/errors.ts'
import { needed } from '../../kit/text.ts'
import { DayText } from '../../petitions/petition.ts'
import { followUpDay } from './agreement.ts'
import { type Agreement, type Dispute, type DisputeState, live, type Performance, standing } from './dispute.ts'
import { Fen, money } from './money.ts'
import { type DisputeChange, disputeMove, first, inState, mediates } from './move.ts'

/** Whether there is something to perform now: also while the rest of the dispute is mediated on. */
const performs = (d: Dispute): string | null =>
  d.rest === 'open' && live(d).some((p) => p.status !== 'done') ? null : inState(d, 'performing', 'breached')

/** Where performance leaves the dispute; while the rest is open the mediation goes on. */
const stateAfter = (d: Dispute, list: readonly Pick<Performance, 'status'>[]): DisputeState =>
  d.rest === 'open'
    ? d.state
    : list.every((p) => p.status === 'done')
      ? 'performed'
      : list.some((p) => p.status === 'breached')
        ? 'breached'
        : 'performing'

/** Mediation of the rest has ended: what was agreed is kept and performed, and the dispute goes by that. */
export const restEnded = (d: Dispute, how: 'failed' | 'left', today: Day): NonNullable<DisputeChange['set']> => {
  const list = live(d)
  const days = list.flatMap((p) => (p.doneOn ? [p.doneOn] : []))
  const state = stateAfter({ ...d, rest: how }, list)
  const done = days.sort().at(-1) ?? today
  return {
    rest: how,
    state,
    nextOn: null,
    ...(state === 'performed' ? { performedOn: done } : {}),
    followUpOn: followUpDay([today, ...list.map((p) => p.dueOn)].sort().at(-1)!),
  }
}

/**
 * A performance and what has been paid on it, counted again. Never more than what is owed.
 * Throws Invalid when this payment would exceed it.
 */
export const paid = (
  p: Pick<Performance, 'amountFen' | 'paidFen'>,
  fen: number | null,
): { paidFen: number; done: boolean } => {
  if (p.amountFen === null) return { paidFen: 0, done: true }
  if (fen === null || fen <= 0) throw new Invalid('请填写这次履行的金额', { fen: '请填写金额' })
  const total = p.paidFen + fen
  if (total > p.amountFen)
    throw new Invalid(`超过约定：还应履行 ${money(p.amountFen - p.paidFen)}`, { fen: '超过还应履行的金额' })
  return { paidFen: total, done: total === p.amountFen }
}

const agreementOf = (d: Dispute, p: Pick<Performance, 'agreementId'>): Agreement =>
  standing(d).find((a) => a.id === p.agreementId)!

export const perform = disputeMove({
  label: '登记履行',
  primary: (d) => d.state === 'performing',
  input: z.object({
    performanceId: z.uuid('请选择哪一项履行'),
    onDay: DayText,
    fen: Fen.min(1, '金额应大于零').nullable().default(null),
    proof: needed(1000, '请写明凭证：收条、转账记录、现场查看等'),
  }),
  refusal: (d, me) => first(performs(d), mediates(d, me)),
  decide: (d, input, me, today): DisputeChange => {
    const p = live(d).find((x) => x.id === input.performanceId)
    if (!p || p.status === 'done') throw new Invalid('请选择还没有履行完的一项', { performanceId: '请选择' })
    const a = agreementOf(d, p)
    if (input.onDay > today || input.onDay < a.effectiveOn!)
      throw new Invalid('履行日期应在协议生效之后、不晚于今天', { onDay: '日期不对' })
    const now = paid(p, input.fen)
    const status = now.done ? ('done' as const) : ('partial' as const)
    const others = live(d).filter((x) => x.id !== p.id)
    const state = stateAfter(d, [...others, { status }])
    const all = state === 'performed'
    const sum = now.paidFen + others.reduce((n, x) => n + x.paidFen, 0)
    return {
      says: now.done ? '一项履行完毕' : '登记部分履行',
      set: {
        paidFen: sum,
        state,
        ...(all ? { performedOn: input.onDay, followUpOn: followUpDay(input.onDay) } : {}),
      },
      performances: {
        change: [
          {
            id: p.id,
            paidFen: now.paidFen,
            status,
            doneOn: now.done ? input.onDay : null,
            proofs: [
              ...p.proofs,
              { on: input.onDay, fen: p.amountFen === null ? 0 : input.fen!, text: input.proof, by: me.name },
            ],
          },
        ],
      },
      records: [
        {
          kind: 'performance',
          onDay: input.onDay,
          body: `${p.what}${p.amountFen === null ? '' : `：履行 ${money(input.fen!)}`}；${input.proof}`,
          data: { performanceId: p.id },
        },
      ],
      ...(now.done ? { papers: [{ kind: 'performanceProof', about: `${a.n}-${p.n}` }] } : {}),
      ...(all ? { matters: { event: 'performed' as const, onDay: input.onDay } } : {}),
    }
  },
})

export const breachWays = {
  again: '双方愿意，再行调解',
  enforce: '已经司法确认，申请法院强制执行',
  court: '就协议的履行或内容向法院起诉',
} as const
/** Whether a way out of a breach is open: only a confirmed agreement can be enforced (第三十三条), else the court (第三十二条). */
export const breachRefusal = (a: Pick<Agreement, 'confirm'>, way: keyof typeof breachWays): string | null => {
  const confirmed = a.confirm?.result === 'confirmed'
  return way === 'enforce' && !confirmed
    ? '协议没有经法院确认，不能申请强制执行，可以向法院起诉'
    : way === 'court' && confirmed
      ? '协议已经法院确认，可以直接申请强制执行，不必另行起诉'
      : null
}

export const breach = disputeMove({
  label: '登记未履行',
  input: z.object({
    performanceId: z.uuid('请选择哪一项履行'),
    reason: needed(1000, '请写明没有履行的原因'),
    way: codes(breachWays),
    told: z.literal(true, { error: '请先把接下来可以怎样做告知对方' }),
    agreed: z.boolean().default(false),
  }),
  refusal: (d, me, today) =>
    first(
      performs(d),
      mediates(d, me),
      !live(d).some((p) => p.status !== 'done' && p.dueOn < today) && '还没有到期未履行的约定',
    ),
  decide: (d, input, _me, today) => {
    const p = live(d).find((x) => x.id === input.performanceId)
    if (!p || p.status === 'done' || p.dueOn >= today)
      throw new Invalid('请选择到期没有履行的一项', { performanceId: '请选择' })
    const no = breachRefusal(agreementOf(d, p), input.way)
    if (no) throw new Invalid(no, { way: no })
    if (input.way === 'again' && !input.agreed) throw new Invalid('再行调解须双方愿意', { agreed: '请确认双方愿意' })
    return {
      says: `登记未履行；${breachWays[input.way]}`,
      matters: { event: 'breached', onDay: today },
      ...(d.rest === 'open'
        ? {}
        : { set: { state: input.way === 'again' ? ('mediating' as const) : ('breached' as const), nextOn: null } }),
      performances: { change: [{ id: p.id, status: 'breached' }] },
      records: [
        {
          kind: 'breach',
          onDay: today,
          body: `${p.what}到期没有履行：${input.reason}。接下来：${breachWays[input.way]}。`,
          data: { performanceId: p.id, way: input.way },
        },
      ],
    }
  },
})

export const performanceMoves = { perform, breach }
