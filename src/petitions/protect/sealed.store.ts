import { sql } from 'kysely'
import { canonical } from '../../audit/chain.ts'
import type { Tx } from '../../audit/trace.ts'
import type { Day } from '../../kit/day.ts'
import { NotFound, Refused } from '../../kit/errors.ts'
import { sm3, uuidv7 } from '../../kit/server/crypto.ts'
import type { Keyring } from '../../kit/server/keys.ts'
import type { Who } from '../../people/roles.ts'
import type { Setting } from '../store.ts'
import { mayOpenSealed, type Sealed, SealedContent, type SealedState } from './sealed.ts'

/** From here on this transaction sees the sealed store; it ends with the transaction. */
export const openGate = (tx: Tx) => sql`select set_config('huisheng.sealed', 'on', true)`.execute(tx)

export const ringOf = (s: Pick<Setting, 'keys'>): Keyring => {
  if (!s.keys) throw new Refused('没有打开密封密钥，这一步没有保存')
  return s.keys
}

export interface Row {
  id: string
  number: string
  state: SealedState
  receivedOn: Day
  dueOn: Day | null
  forwardedOn: Day | null
  closedOn: Day | null
  contactOn: Day | null
  kid: string
  body: Buffer
  barred: string[]
  asked: string | null
  version: number
  traceSeq: number
  traceHash: string
}
export const place = (townId: string, id: string) => `sealed_matter/${townId}/${id}`
export const tracePlace = (townId: string, id: string, seq: number) => `sealed_trace/${townId}/${id}/${seq}`

export const opened = (keys: Keyring, townId: string, r: Row): Sealed => ({
  id: r.id,
  number: r.number,
  state: r.state,
  receivedOn: r.receivedOn,
  dueOn: r.dueOn,
  forwardedOn: r.forwardedOn,
  closedOn: r.closedOn,
  contactOn: r.contactOn,
  version: r.version,
  content: SealedContent.parse(JSON.parse(keys.open(r.kid, r.body, place(townId, r.id)).toString('utf8'))),
})

export const columns = sql.raw(
  'id, number, state, received_on, due_on, forwarded_on, closed_on, contact_on, kid, body, barred, asked, version, trace_seq, trace_hash',
)

export interface SealedTrace {
  id: string
  at: string
  by: string
  says: string
}

/** One more link of the sealed matter's own chain: words encrypted, hashed in the clear so that a new key does not break it. */
export const writeSealedTrace = async (
  tx: Tx,
  keys: Keyring,
  townId: string,
  matterId: string,
  last: { seq: number; hash: string },
  by: { staffId: string | null; name: string; post: string },
  says: string,
  now: Date,
  requestId: string | null,
): Promise<{ seq: number; hash: string }> => {
  const seq = last.seq + 1
  const entry = {
    id: uuidv7(now.getTime()),
    at: now.toISOString(),
    staffId: by.staffId,
    byName: by.name,
    byPost: by.post,
    says,
  }
  const { kid, body } = keys.seal(JSON.stringify(entry), tracePlace(townId, matterId, seq))
  const hash = sm3(canonical([townId, matterId, seq, entry, last.hash]))
  await sql`insert into sealed_trace (town_id, matter_id, seq, id, at, kid, body, request_id, prev, hash)
    values (${townId}, ${matterId}, ${seq}, ${entry.id}, ${entry.at}, ${kid}, ${Buffer.from(body)}, ${requestId}, ${last.hash}, ${hash})`.execute(
    tx,
  )
  return { seq, hash }
}

/** Rows this person may see. The condition is the same whether or not there is anything, so the work is too. */
const visible = (who: Who, keys: Keyring) =>
  sql`town_id = ${who.townId}::uuid and not (${keys.blind(who.staffId)} = any (barred)) and ${mayOpenSealed(who)}::boolean`

/** One sealed matter for the liaison, or for the one person asked to confirm its return. Unseen is not found. */
export const findSealed = async (
  tx: Tx,
  who: Who,
  id: string,
  s: Setting,
  options: { lock?: boolean; asConfirmer?: boolean; own?: boolean } = {},
): Promise<{ matter: Sealed; trace: { seq: number; hash: string } }> => {
  const keys = ringOf(s)
  await openGate(tx)
  const mine = options.own
    ? sql`town_id = ${who.townId}::uuid and request_id is not null`
    : options.asConfirmer
      ? sql`town_id = ${who.townId}::uuid and asked = ${keys.blind(who.staffId)}`
      : visible(who, keys)
  const r =
    await sql<Row>`select ${columns} from sealed_matter where id = ${id}::uuid and ${mine} ${options.lock ? sql`for update` : sql``}`.execute(
      tx,
    )
  const row = r.rows[0]
  if (!row) throw new NotFound()
  return { matter: opened(keys, who.townId, row), trace: { seq: row.traceSeq, hash: row.traceHash } }
}

/** The list, without content; with a text to look for, only what contains it (and the search leaves a trace on what it found). */
export const listSealed = async (tx: Tx, who: Who, q: { text?: string; state?: SealedState }, s: Setting) => {
  if (!mayOpenSealed(who)) throw new NotFound()
  const keys = ringOf(s)
  await openGate(tx)
  const r = await sql<Row>`select ${columns} from sealed_matter where ${visible(who, keys)}
    ${q.state ? sql`and state = ${q.state}` : sql``} order by received_on desc, id desc limit 2000`.execute(tx)
  let rows = r.rows
  if (q.text) {
    const wanted = q.text.toLowerCase()
    rows = rows.filter((x) =>
      keys.open(x.kid, x.body, place(who.townId, x.id)).toString('utf8').toLowerCase().includes(wanted),
    )
  }
  return rows.map(({ id, number, state, receivedOn, dueOn, forwardedOn, closedOn, contactOn, version }) => ({
    id,
    number,
    state,
    receivedOn,
    dueOn: state === 'sealed' ? dueOn : null,
    forwardedOn,
    closedOn,
    contactOn,
    version,
  }))
}

export const setTrace = (tx: Tx, townId: string, id: string, t: { seq: number; hash: string }) =>
  sql`update sealed_matter set trace_seq = ${t.seq}, trace_hash = ${t.hash} where town_id = ${townId}::uuid and id = ${id}::uuid`.execute(
    tx,
  )

/** Open the content: with a purpose, and a trace. */
export const openSealed = async (tx: Tx, who: Who, id: string, purpose: string, s: Setting): Promise<Sealed> => {
  const { matter, trace } = await findSealed(tx, who, id, s, { lock: true })
  const t = await writeSealedTrace(tx, ringOf(s), who.townId, id, trace, who, `打开，用途：${purpose}`, s.now, null)
  await setTrace(tx, who.townId, id, t)
  return matter
}

export const saveContent = async (tx: Tx, townId: string, m: Sealed, content: SealedContent, keys: Keyring) => {
  const { kid, body } = keys.seal(JSON.stringify(content), place(townId, m.id))
  const asked = content.asked ? keys.blind(content.asked.confirmerId) : null
  const barred = content.barredIds.map((b) => keys.blind(b))
  const r =
    await sql`update sealed_matter set kid = ${kid}, body = ${Buffer.from(body)}, asked = ${asked}, barred = ${barred}::text[], version = version + 1
    where town_id = ${townId}::uuid and id = ${m.id}::uuid and version = ${m.version}`.execute(tx)
  if (Number(r.numAffectedRows) === 0) throw new Refused('他人刚处理过此件，请看过最新的内容再办；您填写的内容没有丢失')
}

/** What the petitioner is told who comes with the slip of a sealed matter; undefined when number and code open none. */
export const sealedByReceipt = async (tx: Tx, townId: string, number: string, code: string, s: Setting) => {
  const keys = ringOf(s)
  await openGate(tx)
  const r =
    await sql<Row>`select ${columns} from sealed_matter where town_id = ${townId}::uuid and receipts @> array[${keys.blind(`${number}/${code}`)}]`.execute(
      tx,
    )
  if (!r.rows[0]) return
  const m = opened(keys, townId, r.rows[0])
  // Back in the common ledger under the same number and code: the petitioner is served there.
  if (m.content.before && m.state === 'returned') return
  return { number: m.number, state: m.state, receivedOn: m.receivedOn, returnedAs: m.content.returnedAs }
}

/** Returns that wait for this person's word: number and reason, nothing else. */
export const returnsAskedOf = async (tx: Tx, who: Who, s: Setting) => {
  const keys = ringOf(s)
  await openGate(tx)
  const r =
    await sql<Row>`select ${columns} from sealed_matter where town_id = ${who.townId}::uuid and asked = ${keys.blind(who.staffId)} and state = 'sealed' order by received_on`.execute(
      tx,
    )
  return r.rows.map((row) => {
    const m = opened(keys, who.townId, row)
    return {
      id: m.id,
      number: m.number,
      version: m.version,
      reason: m.content.asked!.reason,
      byName: m.content.asked!.byName,
      onDay: m.content.asked!.onDay,
    }
  })
}

export const sealedTimeline = async (tx: Tx, who: Who, id: string, s: Setting): Promise<SealedTrace[]> => {
  const keys = ringOf(s)
  await findSealed(tx, who, id, s)
  const r = await sql<{
    seq: number
    kid: string
    body: Buffer
  }>`select seq, kid, body from sealed_trace where town_id = ${who.townId}::uuid and matter_id = ${id}::uuid order by seq desc`.execute(
    tx,
  )
  return r.rows.map((row) => {
    const e = JSON.parse(keys.open(row.kid, row.body, tracePlace(who.townId, id, row.seq)).toString('utf8')) as {
      id: string
      at: string
      byName: string
      byPost: string
      says: string
    }
    return { id: e.id, at: e.at, by: `${e.byPost ? `${e.byPost} ` : ''}${e.byName}`, says: e.says }
  })
}

/** Attempts to open this matter by people who were told “not found”. */
export const attemptsOn = async (tx: Tx, townId: string, ids: string[], only?: readonly string[]) =>
  (
    await sql<{
      day: Day
      n: number
      name: string
    }>`select m.day, m.n, s.name from access_miss m join staff s on s.town_id = m.town_id and s.id = m.staff_id
      where m.town_id = ${townId}::uuid and m.asked_id = any (${ids}::uuid[]) ${only ? sql`and m.staff_id = any (${only}::uuid[])` : sql``} order by m.last_at desc limit 200`.execute(
      tx,
    )
  ).rows
