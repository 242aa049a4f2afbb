import { sql } from 'kysely'
import { byOf, happened, type Tx, writeTrace } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { Invalid, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { setRow } from '../../kit/server/row.ts'
import type { Who } from '../../people/roles.ts'
import type { Setting } from '../../petitions/store.ts'
import { leadersNow } from '../leaders.query.ts'
import { caseFacts, loadsOf, weightOf } from './facts.query.ts'
import { asPlan, faultsOf, findRound, planOf } from './kept.query.ts'
import { planFaults, quotasOf, replay, type Strategy, simulate, strategies, usualRules } from './round.ts'
import type { Draft, LeaderRow } from './routes.ts'
import { rowOf } from './view.query.ts'

export const trace = (
  tx: Tx,
  who: Who,
  id: string,
  says: string,
  s: Setting,
  more: { requestId?: string; data?: unknown } = {},
) => writeTrace(tx, byOf(who), { subjectId: id, subjectKind: 'adoptionRound', kind: 'adoption', says, ...more }, s.now)

/** Matters that may go into a round, those usually put in, and the leaders with what they carry. */
export const candidates = async (tx: Tx, who: Who, leaverId: string | undefined, today: Day) => {
  const team = (await leadersNow(tx, who.townId, today)).filter((l) => l.id !== leaverId)
  const facts = (
    await caseFacts(
      tx,
      who.townId,
      leaverId
        ? sql<boolean>`p.lead_official_id = ${leaverId}::uuid and p.state not in ('closed', 'withdrawn')`
        : sql<boolean>`p.state not in ('closed', 'withdrawn', 'received', 'notAccepted', 'noLongerAccepted', 'guided')`,
    )
  ).filter((c) => !c.barredIds.includes(who.staffId))
  const loads = await loadsOf(tx, who.townId, usualRules, [], today)
  return {
    rows: facts.map((c) =>
      rowOf(c, weightOf(c, usualRules, today), { barred: team.filter((l) => c.barredIds.includes(l.id)).length }),
    ),
    people: team.map(
      (l): LeaderRow => ({
        id: l.id,
        name: l.name,
        post: l.post,
        rank: l.rank,
        load: loads.get(l.id)?.points ?? 0,
        held: loads.get(l.id)?.n ?? 0,
        quota: 0,
        points: 0,
        away: false,
        delegateId: null,
        delegate: '',
        taken: 0,
      }),
    ),
    rules: usualRules,
    usual: facts.filter((c) => leaverId || (c.leadId === null && (c.grade === 'red' || c.isKey))).map((c) => c.id),
  }
}

/** Try a draft by each way of choosing; writes nothing. */
export const tryRound = async (tx: Tx, who: Who, draft: Draft, today: Day) => {
  const kept = await planOf(tx, who, draft, today)
  const plan = asPlan({ id: 'try', rules: draft.rules, plan: kept })
  const faults = faultsOf(plan, kept)
  const quotas = quotasOf(plan)
  const playable = planFaults(plan).length === 0
  return {
    faults,
    quota: Math.max(0, ...Object.values(quotas)),
    order: playable ? replay(plan, []).order : [],
    outcomes: playable
      ? (Object.keys(strategies) as Strategy[]).map((strategy) => {
          const { state } = simulate(plan, strategy)
          return {
            strategy,
            leaders: plan.leaders.map((l) => ({
              leaderId: l.id,
              name: l.name,
              before: l.load,
              after: state.points[l.id]! + (draft.rules.countLoad ? 0 : l.load),
              n: Object.values(state.owners).filter((o) => o === l.id).length,
            })),
          }
        })
      : [],
  }
}

export const saveRound = async (
  tx: Tx,
  who: Who,
  given: { requestId: string; id: string | null; version: number; draft: Draft },
  s: Setting,
): Promise<{ id: string }> => {
  const done = await happened(tx, who.townId, given.requestId)
  if (done) return { id: done }
  const { draft } = given
  if (draft.kind === 'leaver' && !draft.leaverId) throw new Invalid('请选择离任的领导', { 'draft.leaverId': '请选择' })
  const id = given.id ?? uuidv7(s.now.getTime())
  const plan = await planOf(tx, who, draft, s.today)
  const set = {
    title: draft.title,
    kind: draft.kind,
    leaverId: draft.leaverId,
    note: draft.note,
    dueOn: draft.dueOn,
    rules: JSON.stringify(draft.rules),
    plan: JSON.stringify(plan),
  }
  if (given.id) {
    const r = await findRound(tx, who.townId, given.id, true)
    if (r.state !== 'draft') throw new Refused('轮次已经开始，不能再改')
    if (r.version !== given.version) throw new Refused('他人刚改过这个轮次，请看过最新的内容再办；您填写的内容没有丢失')
    await setRow(tx, 'adoptionRound', who.townId, id, { ...set, version: r.version + 1 })
  } else
    await tx
      .insertInto('adoptionRound')
      .values({
        townId: who.townId,
        id,
        ...set,
        createdBy: who.staffId,
        createdByName: who.name,
        createdAt: s.now.toISOString(),
      } as never)
      .execute()
  await trace(tx, who, id, `准备包案轮次“${draft.title}”：${plan.cases.length} 件，${plan.leaders.length} 名领导`, s, {
    requestId: given.requestId,
    data: { draft },
  })
  return { id }
}
