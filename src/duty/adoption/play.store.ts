import { sql } from 'kysely'
import { type By, bySystem, happened, type Tx } from '../../audit/trace.ts'
import { Refused } from '../../kit/errors.ts'
import { setRow } from '../../kit/server/row.ts'
import { systemOf, type Who } from '../../people/roles.ts'
import { tellStaff } from '../../people/tell.store.ts'
import { adoptChange } from '../../petitions/carry/move.ts'
import { applyChange, findMatter, type Setting } from '../../petitions/store.ts'
import { asPlan, eventsOf, findRound, planOf, runs, sentenceOf, staffNames } from './kept.query.ts'
import { trace } from './prepare.store.ts'
import { eventRefusal, planFaults, type RoundEvent, replay } from './round.ts'

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
  if (r.version !== given.version) throw new Refused('他人刚改过这个轮次，请看过最新的内容再办')
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
  await setRow(tx, 'adoptionRound', who.townId, id, {
    state: 'open',
    openedOn: s.today,
    plan: JSON.stringify(plan),
    version: r.version + 1,
  })
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

/**
 * Bring an open round up to what the matters are now: those closed or sealed meanwhile leave it, those newly barred
 * keep out; and when nobody's turn is left, freeze the result and give every matter its leader.
 */
const settle = async (tx: Tx, who: Who, id: string, s: Setting): Promise<void> => {
  const r = await findRound(tx, who.townId, id)
  if (r.state !== 'open') return
  const plan = asPlan(r)
  const events = (await eventsOf(tx, who.townId, [id])).map((e) => e.event)
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
    await setRow(tx, 'adoptionRound', who.townId, id, { version })
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
  await setRow(tx, 'adoptionRound', who.townId, id, {
    state: 'done',
    finishedOn: s.today,
    result: JSON.stringify({ owners: state.owners, how: state.how, points: state.points }),
    version,
  })
  await trace(tx, who, id, `包案轮次“${r.title}”结束：${Object.keys(state.owners).length} 件都有了包案领导`, s, {
    data: { owners: state.owners, how: state.how, events },
  })
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
  const events = await eventsOf(tx, who.townId, [id])
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
  await setRow(tx, 'adoptionRound', who.townId, id, {
    state: 'cancelled',
    cancelledReason: given.reason,
    version: r.version + 1,
  })
  await trace(tx, who, id, `取消包案轮次“${r.title}”：${given.reason}`, s, { requestId: given.requestId })
}
