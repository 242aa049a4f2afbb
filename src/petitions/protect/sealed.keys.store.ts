import { sql } from 'kysely'
import { canonical } from '../../audit/chain.ts'
import type { Tx } from '../../audit/trace.ts'
import { Refused } from '../../kit/errors.ts'
import { sm3 } from '../../kit/server/crypto.ts'
import type { Keyring } from '../../kit/server/keys.ts'
import { columns, opened, openGate, place, type Row, tracePlace } from './sealed.store.ts'
import { SealedContent } from './sealed.ts'
import { receiptsOf } from './sealing.store.ts'

/** Everything sealed under the new key; afterwards the old keys are of no use. As the owner, all towns; returns how many rows. */
export const rewrap = async (tx: Tx, keys: Keyring): Promise<number> => {
  await openGate(tx)
  const matters = await sql<Row & { townId: string }>`select town_id, ${columns} from sealed_matter for update`.execute(
    tx,
  )
  for (const r of matters.rows) {
    const plain = keys.open(r.kid, r.body, place(r.townId, r.id))
    const content = SealedContent.parse(JSON.parse(plain.toString('utf8')))
    const { kid, body } = keys.seal(plain, place(r.townId, r.id))
    await sql`update sealed_matter set kid = ${kid}, body = ${Buffer.from(body)}, barred = ${content.barredIds.map((b) => keys.blind(b))}::text[],
      asked = ${content.asked ? keys.blind(content.asked.confirmerId) : null}, receipts = ${receiptsOf(keys, r.number, content)}::text[] where town_id = ${r.townId}::uuid and id = ${r.id}::uuid`.execute(
      tx,
    )
  }
  const traces = await sql<{
    townId: string
    matterId: string
    seq: number
    kid: string
    body: Buffer
  }>`select town_id, matter_id, seq, kid, body from sealed_trace`.execute(tx)
  for (const t of traces.rows) {
    const at = tracePlace(t.townId, t.matterId, t.seq)
    const { kid, body } = keys.seal(keys.open(t.kid, t.body, at), at)
    await sql`update sealed_trace set kid = ${kid}, body = ${Buffer.from(body)} where town_id = ${t.townId}::uuid and matter_id = ${t.matterId}::uuid and seq = ${t.seq}`.execute(
      tx,
    )
  }
  return matters.rows.length + traces.rows.length
}

/** The sealed chains re-computed: true when every link, head and content agrees. Says nothing of how many there are. */
export const verifySealed = async (tx: Tx, townId: string, keys: Keyring): Promise<string[]> => {
  await openGate(tx)
  const problems: string[] = []
  const matters = await sql<Row>`select ${columns} from sealed_matter where town_id = ${townId}::uuid`.execute(tx)
  for (const r of matters.rows) {
    try {
      opened(keys, townId, r)
      const links = await sql<{
        seq: number
        kid: string
        body: Buffer
        prev: string
        hash: string
      }>`select seq, kid, body, prev, hash from sealed_trace where town_id = ${townId}::uuid and matter_id = ${r.id}::uuid order by seq`.execute(
        tx,
      )
      let prev = ''
      for (const [i, l] of links.rows.entries()) {
        const entry = JSON.parse(keys.open(l.kid, l.body, tracePlace(townId, r.id, l.seq)).toString('utf8'))
        if (l.seq !== i + 1 || l.prev !== prev || sm3(canonical([townId, r.id, l.seq, entry, prev])) !== l.hash)
          throw new Refused('留痕对不上')
        prev = l.hash
      }
      if (prev !== r.traceHash) throw new Refused('留痕末尾对不上')
    } catch (error) {
      problems.push(`密封件 ${r.number}：${(error as Error).message}`)
    }
  }
  return problems
}
