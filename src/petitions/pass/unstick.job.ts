import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { systemOf } from '../../people/roles.ts'
import { seatsOf } from '../../people/seats.store.ts'
import { applyChange, findMatter, type Setting } from '../store.ts'
import { bearerOf } from './pass.ts'

/**
 * Nothing waits on a vacant post: an open matter whose holder has no post any more goes to whoever takes it next, with a trace
 * that says so. Safe to repeat. Returns how many were moved.
 */
export const unstickTown = async (tx: Tx, townId: string, s: Setting): Promise<number> => {
  const stuck = (
    await sql<{
      id: string
    }>`select p.id from petition p where p.town_id = ${townId}::uuid and p.state <> 'closed' and not p.sealed
      and p.holder_id is not null and not exists (select from holding h
        join post o on o.town_id = h.town_id and o.id = h.post_id and o.active
        join staff t on t.town_id = h.town_id and t.id = h.staff_id and t.active
        where h.town_id = p.town_id and h.staff_id = p.holder_id
          and h.since <= ${s.today}::date and (h.until is null or h.until > ${s.today}::date))
      order by p.number limit 500`.execute(tx)
  ).rows
  if (stuck.length === 0) return 0
  const seats = await seatsOf(tx, townId, s.today)
  let moved = 0
  for (const { id } of stuck) {
    const { matter, trace } = await findMatter(tx, systemOf(townId), id, { lock: true })
    const next = bearerOf(matter, seats)
    if (!next || next.staffId === matter.holderId) continue
    const why = next.notes.join('，')
    await applyChange(
      tx,
      systemOf(townId),
      matter,
      trace,
      {
        kind: 'pass',
        says: `${why}，由${next.post}${next.name}代收`,
        standsStill: true,
        data: { from: matter.holderId, to: next.staffId },
        set: { holderId: next.staffId },
        tell: [
          { staffId: next.staffId, says: `${matter.number} ${matter.title}：${why}，由您代收`, kind: 'pass' },
          ...(matter.registeredBy && matter.registeredBy !== next.staffId
            ? [
                {
                  staffId: matter.registeredBy,
                  says: `您登记的 ${matter.number} ${why}，由${next.post}${next.name}代收`,
                  kind: 'pass',
                },
              ]
            : []),
        ],
      },
      s,
      { move: 'unstick' },
    )
    moved += 1
  }
  return moved
}
