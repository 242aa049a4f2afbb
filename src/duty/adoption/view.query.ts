import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { NotFound } from '../../kit/errors.ts'
import { is, type Who } from '../../people/roles.ts'
import { type CaseFacts, caseFacts } from './facts.query.ts'
import {
  asPlan,
  eventsOf,
  faultsOf,
  findRound,
  type KeptPlan,
  planOf,
  type RoundRow,
  runs,
  sentenceOf,
  staffNames,
} from './kept.query.ts'
import { eventRefusal, planFaults, type RoundEvent, replay } from './round.ts'
import type { CaseRow, LeaderRow, RoundLine, RoundView } from './routes.ts'

const visible = (who: Who, r: RoundRow) => r.state !== 'draft' || is(who, 'petitionHead', 'townLeader')

export const rowOf = (
  c: CaseFacts,
  w: { points: number; because: string[] },
  more: Partial<CaseRow> = {},
): CaseRow => ({
  id: c.id,
  number: c.number,
  title: c.title,
  grade: c.grade,
  isKey: c.isKey,
  village: c.village,
  category: c.category,
  receivedOn: c.receivedOn,
  repeat: c.repeat,
  affectedCount: c.affectedCount,
  points: w.points,
  because: w.because,
  lead: c.lead,
  leadId: c.leadId,
  barred: 0,
  ownerId: null,
  how: null,
  pickedBy: '',
  removed: false,
  refusal: null,
  ...more,
})

/** What a round comes to for this person; a matter one is barred from is not there, is not counted and is not named. */
const standing = (
  who: Who,
  r: RoundRow,
  kept: KeptPlan,
  events: readonly RoundEvent[],
  mayKnow: ReadonlySet<string>,
) => {
  const plan = asPlan({ ...r, plan: kept })
  const state = replay(plan, [...events])
  const open = r.state === 'open'
  const owners = r.state === 'done' ? r.result!.owners : open ? state.owners : {}
  const seen = new Set(
    kept.cases.flatMap((c) => (mayKnow.has(c.id) && !state.barred[c.id]?.includes(who.staffId) ? [c.id] : [])),
  )
  const taken = Object.entries(owners).filter(([c]) => seen.has(c))
  const from = Object.entries(state.delegates).find(([from, to]) => to === who.staffId && from === state.turn)?.[0]
  const choosesFor = open ? (state.turn === who.staffId ? who.staffId : (from ?? null)) : null
  const line: RoundLine = {
    id: r.id,
    title: r.title,
    kind: r.kind,
    state: r.state,
    dueOn: r.dueOn,
    openedOn: r.openedOn,
    finishedOn: r.finishedOn,
    cases: seen.size,
    leaders: plan.leaders.length,
    taken: taken.length,
    turn: open ? (plan.leaders.find((l) => l.id === state.turn)?.name ?? '') : '',
    myTurn: choosesFor !== null,
  }
  return { plan, state, open, owners, seen, taken, choosesFor, line }
}

/** The round as this person may see it. */
export const roundView = async (tx: Tx, who: Who, id: string, today: Day): Promise<RoundView> => {
  const r = await findRound(tx, who.townId, id)
  if (!visible(who, r)) throw new NotFound('没有这个轮次')
  const kept = r.state === 'draft' ? await planOf(tx, who, r.plan.draft, today) : r.plan
  const events = await eventsOf(tx, who.townId, [id])
  const facts = (
    await caseFacts(tx, who.townId, sql<boolean>`p.id = any (${kept.cases.map((c) => c.id)}::uuid[])`)
  ).filter((c) => !c.barredIds.includes(who.staffId))
  const { plan, state, open, owners, seen, taken, choosesFor, line } = standing(
    who,
    r,
    kept,
    events.map((e) => e.event),
    new Set(facts.map((c) => c.id)),
  )
  const how = r.state === 'done' ? r.result!.how : state.how
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
  const pickedFor = (caseId: string) => {
    const pick = events.findLast((e) => e.event.kind === 'pick' && e.event.caseId === caseId)
    return pick?.event.kind === 'pick' && pick.byName !== nameOf(pick.event.leaderId) ? pick.byName : ''
  }
  return {
    ...line,
    turnId: open ? state.turn : null,
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
    mayOpen: r.state === 'draft' && planFaults(plan).length === 0,
    draft: r.state === 'draft' ? r.plan.draft : null,
    rows: facts
      .filter((c) => seen.has(c.id))
      .map((c) =>
        rowOf(c, kept.cases.find((x) => x.id === c.id)!, {
          barred: (state.barred[c.id] ?? []).filter((b) => plan.leaders.some((l) => l.id === b)).length,
          ownerId: owners[c.id] ?? null,
          how: owners[c.id] ? (how[c.id] ?? null) : null,
          pickedBy: pickedFor(c.id),
          removed: state.removed.includes(c.id),
          refusal: choosesFor
            ? eventRefusal(plan, state, { kind: 'pick', leaderId: choosesFor, caseId: c.id }, actor)
            : open
              ? '还没有轮到您'
              : null,
        }),
      ),
    people: kept.leaders
      .map(
        (l): LeaderRow => ({
          id: l.id,
          name: l.name,
          post: l.post,
          rank: l.rank,
          load: l.load,
          held: l.held,
          quota: state.quotas[l.id]!,
          points: r.state === 'draft' ? (r.rules.countLoad ? l.load : 0) : state.points[l.id]!,
          away: l.away,
          delegateId: state.delegates[l.id] ?? null,
          delegate: nameOf(state.delegates[l.id] ?? null),
          taken: taken.filter(([, o]) => o === l.id).length,
        }),
      )
      .sort((a, b) => state.order.indexOf(a.id) - state.order.indexOf(b.id)),
    log: events
      .filter((e) => !('caseId' in e.event) || seen.has(e.event.caseId))
      .map((e) => ({
        seq: e.seq,
        at: new Date(e.at).toISOString(),
        by: e.byName,
        says: sentenceOf(kept, e.event, nameOf),
      }))
      .reverse(),
  }
}

/** All rounds, the latest first, as this person may see them. */
export const roundsList = async (tx: Tx, who: Who, today: Day): Promise<RoundLine[]> => {
  const all = (await tx
    .selectFrom('adoptionRound')
    .selectAll()
    .where('townId', '=', who.townId)
    .orderBy('createdAt', 'desc')
    .limit(100)
    .execute()) as unknown as RoundRow[]
  const rounds: { r: RoundRow; kept: KeptPlan }[] = []
  for (const r of all.filter((r) => visible(who, r)))
    rounds.push({ r, kept: r.state === 'draft' ? await planOf(tx, who, r.plan.draft, today) : r.plan })
  const events = await eventsOf(
    tx,
    who.townId,
    rounds.map(({ r }) => r.id),
  )
  const known = await sql<{ id: string }>`select id from petition where town_id = ${who.townId}::uuid and not sealed
    and not (${who.staffId}::uuid = any (barred_ids))
    and id = any (${rounds.flatMap(({ kept }) => kept.cases.map((c) => c.id))}::uuid[])`.execute(tx)
  const mayKnow = new Set(known.rows.map((c) => c.id))
  return rounds.map(({ r, kept }) => {
    const mine = events.filter((e) => e.roundId === r.id).map((e) => e.event)
    return standing(who, r, kept, mine, mayKnow).line
  })
}

/** Version of a round, for those who watch it. */
export const roundVersion = async (tx: Tx, townId: string, id: string): Promise<number> =>
  (await findRound(tx, townId, id)).version
