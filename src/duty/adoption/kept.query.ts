import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { NotFound } from '../../kit/errors.ts'
import { is, type Who } from '../../people/roles.ts'
import { leadersNow } from '../leaders.query.ts'
import { caseFacts, loadsOf, weightOf } from './facts.query.ts'
import { type Leader, type Plan, planFaults, type RoundEvent, type RoundRules } from './round.ts'
import type { Draft } from './routes.ts'

/** Who takes part and with which matters, as the round keeps them. */
export interface KeptPlan {
  leaders: (Leader & { held: number })[]
  cases: (Plan['cases'][number] & { because: string[]; number: string; title: string; leadId: string | null })[]
  draft: Draft
}

export interface RoundRow {
  id: string
  title: string
  kind: 'full' | 'leaver'
  leaverId: string | null
  state: 'draft' | 'open' | 'done' | 'cancelled'
  note: string
  dueOn: Day | null
  rules: RoundRules
  plan: KeptPlan
  result: { owners: Record<string, string>; how: Record<string, 'picked' | 'allotted'> } | null
  version: number
  openedOn: Day | null
  finishedOn: Day | null
  cancelledReason: string
}

export const asPlan = (r: { id: string; rules: RoundRules; plan: KeptPlan }): Plan => ({
  leaders: r.plan.leaders,
  cases: r.plan.cases,
  rules: r.rules,
  seed: r.id,
})

export const faultsOf = (plan: Plan, kept: KeptPlan): string[] => [
  ...planFaults(plan, (id) => kept.cases.find((c) => c.id === id)?.number ?? ''),
  ...(kept.cases.length < kept.draft.caseIds.length
    ? [`有 ${kept.draft.caseIds.length - kept.cases.length} 件已经结束或不能放入，开轮时略去`]
    : []),
]

/** The plan that a draft makes of today's facts. */
export const planOf = async (tx: Tx, who: Who, draft: Draft, today: Day): Promise<KeptPlan> => {
  const { townId } = who
  const facts = await caseFacts(
    tx,
    townId,
    sql<boolean>`p.id = any (${draft.caseIds}::uuid[]) and p.state not in ('closed', 'withdrawn')`,
  )
  const team = await leadersNow(tx, townId, today)
  const loads = await loadsOf(tx, townId, draft.rules, draft.caseIds, today)
  return {
    draft,
    leaders: team.flatMap((l, seat) => {
      const given = draft.seats.find((s) => s.id === l.id)
      if (!given || l.id === draft.leaverId) return []
      const load = loads.get(l.id) ?? { points: 0, n: 0 }
      return [{ ...l, seat, load: load.points, held: load.n, quota: given.quota, away: given.away }]
    }),
    cases: facts
      // Whoever prepares the round sees no matter they must keep out of.
      .filter((c) => !c.barredIds.includes(who.staffId))
      .map((c) => {
        const w = weightOf(c, draft.rules, today)
        return {
          id: c.id,
          points: w.points,
          because: w.because,
          barred: c.barredIds,
          number: c.number,
          title: c.title,
          leadId: c.leadId,
        }
      }),
  }
}

export const findRound = async (tx: Tx, townId: string, id: string, lock = false): Promise<RoundRow> => {
  const q = tx.selectFrom('adoptionRound').selectAll().where('townId', '=', townId).where('id', '=', id)
  const r = await (lock ? q.forUpdate() : q).executeTakeFirst()
  if (!r) throw new NotFound('没有这个轮次')
  return r as unknown as RoundRow
}

/** What happened in these rounds, in order. */
export const eventsOf = async (tx: Tx, townId: string, ids: string[]) =>
  ids.length === 0
    ? []
    : (
        await tx
          .selectFrom('adoptionEvent')
          .select(['roundId', 'seq', 'event', 'byName', 'at'])
          .where('townId', '=', townId)
          .where('roundId', 'in', ids)
          .orderBy('seq')
          .execute()
      ).map((e) => ({ ...e, event: e.event as RoundEvent }))

export const staffNames = async (tx: Tx, townId: string, ids: string[]) =>
  new Map(
    ids.length === 0
      ? []
      : (
          await tx
            .selectFrom('staff')
            .select(['id', 'name'])
            .where('townId', '=', townId)
            .where('id', 'in', ids)
            .execute()
        ).map((r) => [r.id, r.name] as const),
  )

/** Who runs the rounds may act in anybody's turn. */
export const runs = (who: Who) => is(who, 'petitionHead')

/** An event in the words of the log and the trace. */
export const sentenceOf = (kept: KeptPlan, e: RoundEvent, nameOf: (id: string) => string): string => {
  const c = 'caseId' in e ? (kept.cases.find((x) => x.id === e.caseId)?.number ?? '') : ''
  switch (e.kind) {
    case 'pick':
      return `${nameOf(e.leaderId)}选 ${c}`
    case 'pass':
      return `${nameOf(e.leaderId)}跳过：${e.reason}`
    case 'delegate':
      return e.toId
        ? `${nameOf(e.leaderId)}委托${nameOf(e.toId)}代选：${e.reason}`
        : `${nameOf(e.leaderId)}收回委托：${e.reason}`
    case 'recuse':
      return `${nameOf(e.leaderId)}回避 ${c}：${e.reason}`
    case 'remove':
      return `移出 ${c}：${e.reason}`
  }
}
