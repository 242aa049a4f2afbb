import { canonical } from '../audit/chain.ts'
import type { Tx } from '../audit/trace.ts'
import { Together } from '../kit/server/together.ts'
import type { CountKey } from './counts.ts'

/** Counters spread over shards, so that moves at the same step do not wait for one another. */
const shards = 8
export const bump = (w: Together, townId: string, moves: { key: CountKey; n: number }[]): void => {
  const shard = Math.floor(Math.random() * shards)
  const order = new Map(moves.map((m) => [m, canonical(m.key)]))
  const sorted = [...moves].sort((a, b) => (order.get(a)! < order.get(b)! ? -1 : 1))
  w.insert(
    'petitionCount',
    sorted.map(({ key, n }) => ({ townId, ...key, shard, n })),
    'on conflict (town_id, village_id, step, grade, is_key, sealed, shard) do update set n = petition_count.n + excluded.n',
  )
}
export const bumpCounts = async (tx: Tx, townId: string, moves: { key: CountKey; n: number }[]): Promise<void> => {
  const w = new Together()
  bump(w, townId, moves)
  await w.write(tx)
}
