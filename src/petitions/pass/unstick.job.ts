import { sql } from 'kysely'
import type { Tx } from '../../audit/trace.ts'
import { systemOf } from '../../people/roles.ts'
import { seatsOf } from '../../people/seats.store.ts'
import { applyChange, findMatter, type Setting } from '../store.ts'
import { bearerOf, holding } from './pass.ts'

/**
 * Nothing waits on a vacant post: an open matter whose holder has no post any more goes to whoever takes it next, with a trace
 * that says so. Safe to repeat. Returns how many were moved.
 */
export const unstickTown = async (tx: Tx, townId: string, s: Setting): Promise<number> => {
  const seats = await seatsOf(tx, townId, s.today)
  const stuck = (
    await sql<{
      id: string
    }>`select id from petition where town_id = ${townId}::uuid and state <> 'closed' and not sealed
      and holder_id is not null and (holder_id <> all (${holding(seats)}::uuid[]) or holder_id = any (barred_ids))
      order by number limit 500`.execute(tx)
  ).rows
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
