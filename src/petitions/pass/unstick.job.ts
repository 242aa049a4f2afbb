import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { systemOf } from '../../people/roles.ts'
import { seatsOf } from '../../people/seats.store.ts'
import type { Seat } from '../../people/seats.ts'
import { tellStaff } from '../../people/tell.store.ts'
import type { Change } from '../move.ts'
import type { Matter, Pass } from '../petition.ts'
import { applyChange, findMatter, type Setting } from '../store.ts'
import { type Bearer, bearerOf, holding, type LeaderTask, leaderFor, leaderTasks, levelOf, tellerOf } from './pass.ts'

/** At most so many steps in one run: the next hour goes on. */
const atOnce = 500

/** Somebody else takes it in hand; where it stands is kept as a step that everyone on the way sees. */
export const taken = (m: Matter, next: Bearer, s: Pick<Setting, 'today'>): Change => {
  const why = next.notes.join('，')
  const last = m.passes.at(-1)
  const here = last?.toId === m.holderId ? last : undefined
  const pass: Pass = {
    on: s.today,
    from: levelOf(m),
    to: next.level,
    by: '系统',
    toId: next.staffId,
    toName: next.name,
    reason: why,
    dueOn: here?.dueOn ?? null,
    stoodIn: '',
    forId: next.forId ?? null,
  }
  const says = `${why}，由${next.post}${next.name}${next.forId || !here?.forId ? '代收' : '接回'}`
  const told = !next.forId && m.registeredBy && m.registeredBy !== next.staffId ? [m.registeredBy] : []
  return {
    kind: 'pass',
    says,
    standsStill: true,
    data: { from: m.holderId, to: next.staffId },
    set: {
      holderId: next.staffId,
      passes: [...m.passes, pass],
      ...(next.level === 'area' ? { areaOwnerId: next.staffId } : {}),
      ...(next.level === 'village' ? { villageOwnerId: next.staffId } : {}),
    },
    tell: told.map((staffId) => ({ staffId, says: `您登记的 ${m.number} ${says}`, kind: 'pass' })),
  }
}

/** Another leader signs or approves. */
const decidedBy = (m: Matter, task: LeaderTask, next: Bearer): Change => {
  const says = `${next.notes.join('，')}，改由${next.post}${next.name}${leaderTasks[task]}`
  return {
    kind: 'pass',
    says,
    standsStill: true,
    data: { task, from: m[task], to: next.staffId },
    set: {
      [task]: next.staffId,
      ...(task === 'signerId' && m.holderId === m.signerId ? { holderId: next.staffId } : {}),
    },
    tell: [
      {
        staffId: next.staffId,
        says: `请${leaderTasks[task]}：${m.number} ${m.title}（${next.notes.join('，')}）`,
        kind: task === 'signerId' ? 'sign' : 'approve',
      },
    ],
  }
}

/** Somebody else tells the petitioner. */
const toldBy = (m: Matter, next: Bearer): Change => ({
  kind: 'pass',
  says: `${next.notes.length ? `${next.notes.join('，')}，` : ''}由${next.post}${next.name}告知信访人`,
  standsStill: true,
  data: { from: m.echo!.ownerId, to: next.staffId },
  set: { echo: { ...m.echo!, ownerId: next.staffId, ownerName: next.name } },
  tell: [
    {
      staffId: next.staffId,
      says: `${m.number} ${m.echo!.what}，请在 ${m.echo!.dueOn} 前当面告知信访人${next.notes.length ? `（${next.notes.join('，')}）` : ''}`,
      kind: 'pass',
    },
  ],
})

/** Everything of the matter that waits for somebody who is not there, and who takes it: one change each. */
const moves = (m: Matter, seats: readonly Seat[], s: Setting): Change[] => {
  const out: Change[] = []
  const open = m.state !== 'closed'
  const tasks = (Object.keys(leaderTasks) as LeaderTask[]).flatMap((task) => {
    const next = open ? leaderFor(task, m, seats) : null
    return next ? [{ task, next }] : []
  })
  for (const { task, next } of tasks) out.push(decidedBy(m, task, next))
  if (open && m.holderId !== null && !tasks.some((t) => t.task === 'signerId' && m.holderId === m.signerId)) {
    const next = bearerOf(m, seats)
    if (next && next.staffId !== m.holderId) out.push(taken(m, next, s))
  }
  if (m.echo && m.echo.doneOn === null) {
    const next = tellerOf(m, seats)
    const there = seats.some((x) => x.staffId === m.echo!.ownerId && !x.away) && !m.barredIds.includes(m.echo.ownerId)
    if (next && next.staffId !== m.echo.ownerId && (!there || next.staffId === m.registeredBy))
      out.push(toldBy(m, next))
  }
  return out
}

/** The matters of which something waits for somebody who is not among `here`, or may go back to somebody who is: the few to look at. */
export const stuckIn = async (tx: Tx, townId: string, here: readonly string[]): Promise<string[]> =>
  (
    await sql<{ id: string }>`select id from petition where town_id = ${townId}::uuid and not sealed
      and (state <> 'closed' and holder_id is not null and (holder_id <> all (${here}::uuid[]) or holder_id = any (barred_ids)
          or passes -> -1 ->> 'forId' = any (${here}::text[]))
        or state = 'opinionDraft' and (signer_id <> all (${here}::uuid[]) or signer_id = any (barred_ids))
        or state <> 'closed' and pending is not null and (approver_id <> all (${here}::uuid[]) or approver_id = any (barred_ids))
        or echo is not null and echo ->> 'doneOn' is null and (echo ->> 'ownerId' is distinct from registered_by::text
          or (echo ->> 'ownerId')::uuid <> all (${here}::uuid[])))
      order by number`.execute(tx)
  ).rows.map((r) => r.id)

/**
 * Nothing waits on a vacant post or on somebody on leave: what they have in hand, have to sign, to approve or to tell goes to
 * their deputy or to whoever takes it next, with a trace that says so, and back when the leave is over. Safe to repeat.
 * Returns how many steps were made.
 */
export const unstickTown = async (tx: Tx, townId: string, s: Setting): Promise<number> => {
  const seats = await seatsOf(tx, townId, s.today)
  const here = holding(seats.filter((x) => !x.away))
  const ids = await stuckIn(tx, townId, here)
  let moved = 0
  const handed = new Map<string, { staffId: string; why: string; numbers: string[] }>()
  for (const id of ids) {
    // Each step is decided on what the one before has left.
    while (moved < atOnce) {
      const { matter, trace } = await findMatter(tx, systemOf(townId), id, { lock: true })
      const [change] = moves(matter, seats, s)
      if (!change) break
      await applyChange(tx, systemOf(townId), matter, trace, change, s, { move: 'unstick' })
      moved += 1
      const to = change.set?.passes?.at(-1)
      if (!to) continue
      const key = `${to.toId}/${to.reason}`
      const one = handed.get(key) ?? { staffId: to.toId, why: to.reason, numbers: [] }
      handed.set(key, { ...one, numbers: [...one.numbers, matter.number] })
    }
  }
  // One notice for all that one person takes over, not one for each.
  await tellStaff(
    tx,
    systemOf(townId),
    [...handed.values()].map(({ staffId, why, numbers }) => ({
      staffId,
      says: `${why}：${numbers.slice(0, 5).join('、')}${numbers.length > 5 ? `等 ${numbers.length} 件` : ''}现在在您手上`,
    })),
    s.now,
    { kind: 'pass' },
  )
  return moved
}
