import { sql } from 'kysely'
import type { Tx } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { systemOf } from '../people/roles.ts'
import type { Setting } from '../petitions/store.ts'
import { closeCampaign, openCampaign } from './campaign.store.ts'
import { tableOf } from './campaign.ts'
import { rhythmOf } from './routine.store.ts'
import { graceDays, periodsFor, periodTitle, skipped } from './routine.ts'
import { factsOf } from './table.store.ts'

/** Open what the rhythm asks for by today, each period once however often this runs. Returns how many were opened. */
export const openRoutine = async (tx: Tx, townId: string, s: Setting): Promise<number> => {
  await sql`select from screening_rhythm where town_id = ${townId}::uuid for update`.execute(tx)
  const rhythm = await rhythmOf(tx, townId)
  const villages = await sql`select from village where town_id = ${townId}::uuid and active limit 1`.execute(tx)
  if (!rhythm?.active || villages.rows.length === 0) return 0
  const last = (
    await sql<{ on: Day | null }>`select max(routine_on) as on from campaign where town_id = ${townId}::uuid`.execute(
      tx,
    )
  ).rows[0]!.on
  let opened = 0
  for (const { on, dueOn } of periodsFor(rhythm, s.today)) {
    if (last !== null && on <= last) continue
    const gap = opened === 0 ? skipped(rhythm, last, on) : []
    await openCampaign(
      tx,
      systemOf(townId),
      {
        title: periodTitle(rhythm, on),
        asks: rhythm.asks,
        fromOn: on,
        dueOn,
        withGrids: rhythm.withGrids,
        leaders: {},
        cadres: {},
      },
      null,
      s,
      {
        on,
        note: gap.length ? `${gap[0]}${gap.length > 1 ? ` 至 ${gap.at(-1)} 共 ${gap.length} 期` : ''}没有发起` : '',
      },
    )
    opened += 1
  }
  return opened
}

/** Close the periods whose time for late reports is over; what was never reported stays blank in the table, and is said. */
const closeRoutine = async (tx: Tx, townId: string, s: Setting): Promise<void> => {
  const over = await tx
    .selectFrom('campaign')
    .select(['id', 'version'])
    .where('townId', '=', townId)
    .where('state', '=', 'open')
    .where('routineOn', 'is not', null)
    .where(sql<boolean>`due_on < ${s.today}::date - ${graceDays}::int`)
    .orderBy('routineOn')
    .execute()
  for (const { id, version } of over) {
    const { places, reports, findings } = await factsOf(tx, townId, id)
    const { blank } = tableOf(places, reports, findings).total
    const note = blank ? `过期 ${graceDays} 天自动结束，${blank} 处没有报告` : ''
    await closeCampaign(tx, systemOf(townId), id, { requestId: null, version, note }, s)
  }
}

/** The worker's part for a town. Safe to repeat. */
export const routineTown = async (tx: Tx, townId: string, s: Setting): Promise<void> => {
  await openRoutine(tx, townId, s)
  await closeRoutine(tx, townId, s)
}
