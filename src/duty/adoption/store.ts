import { sql } from 'kysely'
import { type By, bySystem, happened, type Tx, writeTrace } from '../../audit/trace.ts'
import { type Day, daysBetween } from '../../kit/day.ts'
import { NotFound, Refused } from '../../kit/errors.ts'
import { uuidv7 } from '../../kit/server/crypto.ts'
import { is, systemOf, type Who } from '../../people/roles.ts'
import { tellStaff } from '../../people/tell.store.ts'
import { adoptChange } from '../../petitions/carry/move.ts'
import type { Grade } from '../../petitions/petition.ts'
import { applyChange, findMatter, type Setting } from '../../petitions/store.ts'
import {
  eventRefusal,
  type Leader,
  type Plan,
  planFaults,
  quotasOf,
  type RoundEvent,
  type RoundRules,
  replay,
  type Strategy,
  simulate,
  strategies,
  usualRules,
  weigh,
} from './round.ts'
import type { CaseRow, Draft, LeaderRow, RoundView } from './routes.ts'

interface CaseFacts {
  id: string
  number: string
  title: string
  grade: Grade | null
  isKey: boolean
  village: string
  category: string
  receivedOn: Day
  repeat: boolean
  affectedCount: number | null
  barredIds: string[]
  leadId: string | null
  lead: string
  open: boolean
}

/** What the table looks at of these matters; sealed ones are never here (第三十条). */
const caseFacts = async (tx: Tx, townId: string, where: ReturnType<typeof sql<boolean>>): Promise<CaseFacts[]> =>
  (
    await sql<CaseFacts>`select p.id, p.number, p.title, p.grade, p.is_key, coalesce(v.name, '') as village,
        coalesce(c.name, p.category_text) as category, p.received_on, p.repeat, p.affected_count, p.barred_ids,
        p.lead_official_id as lead_id, coalesce(l.name, '') as lead, p.state not in ('closed', 'withdrawn') as open
      from petition p
      left join village v on v.town_id = p.town_id and v.id = p.village_id
      left join staff l on l.town_id = p.town_id and l.id = p.lead_official_id
      left join category c on c.code = p.category
      where p.town_id = ${townId}::uuid and not p.sealed and ${where}
      order by case p.grade when 'red' then 0 when 'yellow' then 1 when 'blue' then 2 else 3 end, p.received_on, p.id`.execute(
      tx,
    )
  ).rows

const weightOf = (c: CaseFacts, rules: RoundRules, today: Day) =>
  weigh(
    {
      grade: c.grade,
      repeat: c.repeat,
      affectedCount: c.affectedCount,
      ageDays: daysBetween(c.receivedOn, today),
    },
    rules.weights,
  )

/** Leaders of the town today, the highest first: members of the team and the principal leaders. */
const leadersNow = async (tx: Tx, townId: string, today: Day) =>
  (
    await sql<{ id: string; name: string; post: string; rank: number; seat: number }>`
      select distinct on (s.id) s.id, s.name, o.name as post, o.rank, o.sort as seat
      from staff s join holding h on h.town_id = s.town_id and h.staff_id = s.id
      join post o on o.town_id = h.town_id and o.id = h.post_id
      where s.town_id = ${townId}::uuid and s.active and o.active and o.role in ('leadOfficial', 'townLeader')
        and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)
      order by s.id, o.rank, o.sort`.execute(tx)
  ).rows.sort((a, b) => a.rank - b.rank || a.seat - b.seat || (a.id < b.id ? -1 : 1))

/** Points and matters each carries outside these matters. */
const loadsOf = async (tx: Tx, townId: string, rules: RoundRules, but: string[], today: Day) => {
  const carried = await caseFacts(
    tx,
    townId,
    sql<boolean>`p.lead_official_id is not null and p.state not in ('closed', 'withdrawn') and not (p.id = any (${but}::uuid[]))`,
  )
  const loads = new Map<string, { points: number; n: number }>()
  for (const c of carried) {
    const now = loads.get(c.leadId!) ?? { points: 0, n: 0 }
    loads.set(c.leadId!, { points: now.points + weightOf(c, rules, today).points, n: now.n + 1 })
  }
  return loads
}

interface KeptPlan {
  leaders: (Leader & { held: number })[]
  cases: (Plan['cases'][number] & { because: string[]; number: string; title: string; leadId: string | null })[]
  draft: Draft
}
interface RoundRow {
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

/** The plan that a draft makes of today's facts. */
const planOf = async (tx: Tx, who: Who, draft: Draft, today: Day): Promise<KeptPlan> => {
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
const asPlan = (r: { id: string; rules: RoundRules; plan: KeptPlan }): Plan => ({
  leaders: r.plan.leaders,
  cases: r.plan.cases,
  rules: r.rules,
  seed: r.id,
})
const faultsOf = (plan: Plan, kept: KeptPlan): string[] => [
  ...planFaults(plan, (id) => kept.cases.find((c) => c.id === id)?.number ?? ''),
  ...(kept.cases.length < kept.draft.caseIds.length
    ? [`有 ${kept.draft.caseIds.length - kept.cases.length} 件已经结束或不能放入，开轮时略去`]
    : []),
]

const findRound = async (tx: Tx, townId: string, id: string, lock = false): Promise<RoundRow> => {
  const q = tx.selectFrom('adoptionRound').selectAll().where('townId', '=', townId).where('id', '=', id)
  const r = await (lock ? q.forUpdate() : q).executeTakeFirst()
  if (!r) throw new NotFound('没有这个轮次')
  return r as unknown as RoundRow
}
const eventsOf = async (tx: Tx, townId: string, id: string) =>
  (
    await tx
      .selectFrom('adoptionEvent')
      .select(['seq', 'event', 'byName', 'at', 'staffId'])
      .where('townId', '=', townId)
      .where('roundId', '=', id)
      .orderBy('seq')
      .execute()
  ).map((e) => ({ ...e, event: e.event as RoundEvent }))

const trace = (
  tx: Tx,
  who: Who,
  id: string,
  says: string,
  s: Setting,
  more: { requestId?: string; data?: unknown } = {},
) =>
  writeTrace(
    tx,
    { townId: who.townId, staffId: who.staffId, name: who.name, post: who.post },
    { subjectId: id, subjectKind: 'adoptionRound', kind: 'adoption', says, ...more },
    s.now,
  )

const runs = (who: Who) => is(who, 'petitionHead')
const visible = (who: Who, r: RoundRow) => r.state !== 'draft' || is(who, 'petitionHead', 'townLeader')

const rowOf = (c: CaseFacts, w: { points: number; because: string[] }, more: Partial<CaseRow> = {}): CaseRow => ({
  id: c.id,
  number: c.number,
  title: c.title,
  grade: c.grade,
  isKey: c.isKey,
  village: c.village,
  category: c.category,
  receivedOn: c.receivedOn,
  points: w.points,
  because: w.because,
  lead: c.lead,
  leadId: c.leadId,
  barred: 0,
  ownerId: null,
  how: null,
  removed: false,
  refusal: null,
  ...more,
})

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
  if (await happened(tx, who.townId, given.requestId)) {
    const r = await sql<{ subjectId: string }>`select subject_id from trace
      where town_id = ${who.townId}::uuid and request_id = ${given.requestId}::uuid`.execute(tx)
    return { id: r.rows[0]!.subjectId }
  }
  const { draft } = given
  if (draft.kind === 'leaver' && !draft.leaverId) throw new Refused('请选择离任的领导')
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
    if (r.version !== given.version) throw new Refused('他人刚改过这个轮次，请刷新后再办；您填写的内容没有丢失')
    await tx
      .updateTable('adoptionRound')
      .set({ ...set, version: r.version + 1 } as never)
      .where('townId', '=', who.townId)
      .where('id', '=', id)
      .execute()
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

/** Fix the plan by today's facts and begin. */
export const openRound = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number },
  s: Setting,
) => {
  if (await happened(tx, who.townId, given.requestId)) return
  const r = await findRound(tx, who.townId, id, true)
  if (r.state !== 'draft') throw new Refused('轮次已经开始或结束')
  if (r.version !== given.version) throw new Refused('他人刚改过这个轮次，请刷新后再办')
  const plan = await planOf(tx, who, r.plan.draft, s.today)
  const fault = planFaults(asPlan({ ...r, plan }), (c) => plan.cases.find((x) => x.id === c)?.number ?? '')[0]
  if (fault) throw new Refused(fault)
  const inOther = await sql<{ number: string }>`select c->>'number' as number
    from adoption_round o, jsonb_array_elements(o.plan->'cases') c
    where o.town_id = ${who.townId}::uuid and o.state = 'open' and c->>'id' = any (${plan.cases.map((c) => c.id)}::text[])`.execute(
    tx,
  )
  if (inOther.rows.length)
    throw new Refused(`${inOther.rows.map((x) => x.number).join('、')}还在另一个没有结束的轮次里`)
  await tx
    .updateTable('adoptionRound')
    .set({ state: 'open', openedOn: s.today, plan: JSON.stringify(plan), version: r.version + 1 } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
  await trace(tx, who, id, `包案轮次“${r.title}”开始：${plan.cases.length} 件，${plan.leaders.length} 名领导`, s, {
    requestId: given.requestId,
    data: { plan },
  })
  await tellStaff(
    tx,
    who,
    plan.leaders.map((l) => ({ staffId: l.id, says: `包案轮次“${r.title}”已开始，请按次序选择` })),
    s.now,
    { kind: 'adoption' },
  )
  await settle(tx, who, id, s)
}

const sentenceOf = (kept: KeptPlan, e: RoundEvent, nameOf: (id: string) => string): string => {
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

const append = async (tx: Tx, who: By, id: string, seq: number, event: RoundEvent, s: Setting) =>
  tx
    .insertInto('adoptionEvent')
    .values({
      townId: who.townId,
      roundId: id,
      seq,
      event: JSON.stringify(event),
      staffId: who.staffId,
      byName: who.name,
      at: s.now.toISOString(),
    } as never)
    .execute()

const staffNames = async (tx: Tx, townId: string, ids: string[]) =>
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

/**
 * Bring an open round up to what the matters are now: those closed or sealed meanwhile leave it, those newly barred
 * keep out; and when nobody's turn is left, freeze the result and give every matter its leader.
 */
const settle = async (tx: Tx, who: Who, id: string, s: Setting): Promise<void> => {
  const r = await findRound(tx, who.townId, id)
  if (r.state !== 'open') return
  const plan = asPlan(r)
  const events = (await eventsOf(tx, who.townId, id)).map((e) => e.event)
  const facts = new Map(
    (
      await sql<{
        id: string
        barredIds: string[]
        gone: boolean
      }>`select id, barred_ids, sealed or state in ('closed', 'withdrawn') as gone
        from petition where town_id = ${who.townId}::uuid and id = any (${plan.cases.map((c) => c.id)}::uuid[])`.execute(
        tx,
      )
    ).rows.map((c) => [c.id, c]),
  )
  let seq = events.length
  const add = async (e: RoundEvent) => {
    seq += 1
    events.push(e)
    // What follows from the matters themselves is nobody's doing.
    await append(tx, bySystem(who.townId), id, seq, e, s)
  }
  for (const c of plan.cases) {
    const state = replay(plan, events)
    if (state.removed.includes(c.id)) continue
    const now = facts.get(c.id)
    if (!now || now.gone) {
      await add({ kind: 'remove', caseId: c.id, reason: '事项已经结束或不再公开办理' })
      continue
    }
    const fresh = plan.leaders.filter((l) => now.barredIds.includes(l.id) && !state.barred[c.id]!.includes(l.id))
    if (fresh.length && plan.leaders.every((l) => now.barredIds.includes(l.id) || state.barred[c.id]!.includes(l.id)))
      await add({ kind: 'remove', caseId: c.id, reason: '参加的领导都应当回避，另行确定' })
    else for (const l of fresh) await add({ kind: 'recuse', leaderId: l.id, caseId: c.id, reason: '事项登记了回避' })
  }
  const state = replay(plan, events)
  const version = r.version + 1
  if (state.turn !== null) {
    await tx
      .updateTable('adoptionRound')
      .set({ version } as never)
      .where('townId', '=', who.townId)
      .where('id', '=', id)
      .execute()
    if (replay(plan, events.slice(0, -1)).turn !== state.turn || events.length === 0)
      await tellStaff(
        tx,
        who,
        [state.turn, state.delegates[state.turn]].flatMap((x) =>
          x
            ? [
                {
                  staffId: x,
                  says: `包案轮次“${r.title}”轮到${plan.leaders.find((l) => l.id === state.turn)!.name}选择`,
                },
              ]
            : [],
        ),
        s.now,
        { kind: 'adoption' },
      )
    return
  }
  for (const c of r.plan.cases) {
    const owner = state.owners[c.id]
    if (!owner) continue
    const leader = plan.leaders.find((l) => l.id === owner)!
    // The hand of the round reaches every matter in it; what each leader sees is settled elsewhere.
    const found = await findMatter(tx, systemOf(who.townId), c.id, { lock: true })
    await applyChange(
      tx,
      who,
      found.matter,
      found.trace,
      adoptChange(found.matter, { staffId: owner, name: leader.name }, state.how[c.id]!, { id, title: r.title }),
      s,
      { move: 'adopt' },
    )
  }
  await tx
    .updateTable('adoptionRound')
    .set({
      state: 'done',
      finishedOn: s.today,
      result: JSON.stringify({ owners: state.owners, how: state.how, points: state.points }),
      version,
    } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
  await trace(tx, who, id, `包案轮次“${r.title}”结束：${Object.keys(state.owners).length} 件都有了包案领导`, s, {
    data: { owners: state.owners, how: state.how, events },
  })
}

/** One thing that happens in an open round; repeat-safe, stale refused, recusal and turn kept. */
export const roundEvent = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; event: RoundEvent },
  s: Setting,
): Promise<void> => {
  if (await happened(tx, who.townId, given.requestId)) return
  const r = await findRound(tx, who.townId, id, true)
  if (r.state !== 'open') throw new Refused(r.state === 'draft' ? '轮次还没有开始' : '轮次已经结束')
  if (r.version !== given.version) throw new Refused('轮次刚有新的进展，已为您刷新；请看过后再选')
  const plan = asPlan(r)
  const events = await eventsOf(tx, who.townId, id)
  const state = replay(
    plan,
    events.map((e) => e.event),
  )
  const no = eventRefusal(plan, state, given.event, { staffId: who.staffId, runs: runs(who) })
  if (no) throw new Refused(no)
  const { event } = given
  const named = await staffNames(tx, who.townId, [
    ...plan.leaders.map((l) => l.id),
    ...(event.kind === 'delegate' && event.toId ? [event.toId] : []),
  ])
  if (event.kind === 'delegate' && event.toId) {
    const roles = await sql<{
      role: string
    }>`select o.role from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
      join staff s on s.town_id = h.town_id and s.id = h.staff_id
      where h.town_id = ${who.townId}::uuid and h.staff_id = ${event.toId}::uuid and s.active
        and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date)`.execute(tx)
    if (!roles.rows.some((x) => ['leadOfficial', 'townLeader', 'petitionHead', 'clerk'].includes(x.role)))
      throw new Refused('只能委托给班子成员或信访办的人')
  }
  await append(tx, who, id, events.length + 1, event, s)
  await trace(
    tx,
    who,
    id,
    sentenceOf(r.plan, event, (x) => named.get(x) ?? ''),
    s,
    {
      requestId: given.requestId,
      data: { event },
    },
  )
  await settle(tx, who, id, s)
}

export const cancelRound = async (
  tx: Tx,
  who: Who,
  id: string,
  given: { requestId: string; version: number; reason: string },
  s: Setting,
) => {
  if (await happened(tx, who.townId, given.requestId)) return
  const r = await findRound(tx, who.townId, id, true)
  if (r.state === 'done' || r.state === 'cancelled') throw new Refused('轮次已经结束，结果不能取消')
  if (r.version !== given.version) throw new Refused('轮次刚有新的进展，请看过后再取消')
  await tx
    .updateTable('adoptionRound')
    .set({ state: 'cancelled', cancelledReason: given.reason, version: r.version + 1 } as never)
    .where('townId', '=', who.townId)
    .where('id', '=', id)
    .execute()
  await trace(tx, who, id, `取消包案轮次“${r.title}”：${given.reason}`, s, { requestId: given.requestId })
}

/** The round as this person may see it: a matter one is barred from is not there, is not counted and is not named. */
export const roundView = async (tx: Tx, who: Who, id: string, today: Day): Promise<RoundView> => {
  const r = await findRound(tx, who.townId, id)
  if (!visible(who, r)) throw new NotFound('没有这个轮次')
  const kept = r.state === 'draft' ? await planOf(tx, who, r.plan.draft, today) : r.plan
  const plan = asPlan({ ...r, plan: kept })
  const events = await eventsOf(tx, who.townId, id)
  const state = replay(
    plan,
    events.map((e) => e.event),
  )
  const over = r.state !== 'open'
  const owners = r.state === 'done' ? r.result!.owners : r.state === 'open' ? state.owners : {}
  const how = r.state === 'done' ? r.result!.how : state.how
  const facts = await caseFacts(tx, who.townId, sql<boolean>`p.id = any (${kept.cases.map((c) => c.id)}::uuid[])`)
  const seen = facts.filter(
    (c) => !c.barredIds.includes(who.staffId) && !(state.barred[c.id] ?? []).includes(who.staffId),
  )
  const seenIds = new Set(seen.map((c) => c.id))
  const mine = Object.entries(state.delegates).find(([from, to]) => to === who.staffId && from === state.turn)
  const choosesFor = over ? null : state.turn === who.staffId ? who.staffId : (mine?.[0] ?? null)
  const actor = { staffId: who.staffId, runs: runs(who) }
  const named = await staffNames(tx, who.townId, [
    ...new Set([
      ...plan.leaders.map((l) => l.id),
      ...Object.values(state.delegates),
      ...(r.leaverId ? [r.leaverId] : []),
      ...events.flatMap((e) => (e.event.kind === 'delegate' && e.event.toId ? [e.event.toId] : [])),
    ]),
  ])
  const nameOf = (x: string | null) => (x ? (named.get(x) ?? '') : '')
  const shownOwner = Object.entries(owners).filter(([c]) => seenIds.has(c))
  return {
    id: r.id,
    title: r.title,
    kind: r.kind,
    state: r.state,
    dueOn: r.dueOn,
    openedOn: r.openedOn,
    finishedOn: r.finishedOn,
    cases: seen.length,
    leaders: plan.leaders.length,
    taken: shownOwner.length,
    turn: over ? '' : nameOf(state.turn),
    turnId: over ? null : state.turn,
    myTurn: choosesFor !== null,
    version: r.version,
    note: r.note,
    leaverId: r.leaverId,
    leaver: nameOf(r.leaverId),
    rules: r.rules,
    lap: state.lap,
    choosesFor,
    runs: actor.runs,
    takesPart: plan.leaders.some((l) => l.id === who.staffId),
    order: state.order,
    cancelledReason: r.cancelledReason,
    faults: r.state === 'draft' ? faultsOf(plan, kept) : [],
    draft: r.state === 'draft' ? r.plan.draft : null,
    rows: seen.map((c) => {
      const k = kept.cases.find((x) => x.id === c.id)!
      return rowOf(c, k, {
        barred: (state.barred[c.id] ?? []).filter((b) => plan.leaders.some((l) => l.id === b)).length,
        ownerId: owners[c.id] ?? null,
        how: owners[c.id] ? (how[c.id] ?? null) : null,
        removed: state.removed.includes(c.id),
        refusal: choosesFor
          ? eventRefusal(plan, state, { kind: 'pick', leaderId: choosesFor, caseId: c.id }, actor)
          : over
            ? null
            : '还没有轮到您',
      })
    }),
    people: plan.leaders
      .map(
        (l): LeaderRow => ({
          id: l.id,
          name: l.name,
          post: l.post,
          rank: l.rank,
          load: l.load,
          held: (l as KeptPlan['leaders'][number]).held ?? 0,
          quota: state.quotas[l.id]!,
          points: r.state === 'draft' ? (r.rules.countLoad ? l.load : 0) : state.points[l.id]!,
          away: l.away,
          delegateId: state.delegates[l.id] ?? null,
          delegate: nameOf(state.delegates[l.id] ?? null),
          taken: shownOwner.filter(([, o]) => o === l.id).length,
        }),
      )
      .sort((a, b) => state.order.indexOf(a.id) - state.order.indexOf(b.id)),
    log: events
      .filter((e) => !('caseId' in e.event) || seenIds.has(e.event.caseId))
      .map((e) => ({
        seq: e.seq,
        at: new Date(e.at).toISOString(),
        by: e.byName,
        says: sentenceOf(kept, e.event, nameOf),
      }))
      .reverse(),
  }
}

export const roundsList = async (tx: Tx, who: Who, today: Day) => {
  const rows = (await tx
    .selectFrom('adoptionRound')
    .select('id')
    .where('townId', '=', who.townId)
    .orderBy('createdAt', 'desc')
    .limit(100)
    .execute()) as { id: string }[]
  const out: RoundView[] = []
  for (const { id } of rows) {
    const v = await roundView(tx, who, id, today).catch((e) => {
      if (e instanceof NotFound) return null
      throw e
    })
    if (v) out.push(v)
  }
  return out
}

/** Version of a round, for those who watch it. */
export const roundVersion = async (tx: Tx, townId: string, id: string): Promise<number> =>
  (await findRound(tx, townId, id)).version
