import { randomBytes, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { type Tx, writeTrace } from '../audit/trace.ts'
import { Refused } from '../kit/errors.ts'
import { sha256 } from '../kit/server/crypto.ts'
import { setRow } from '../kit/server/row.ts'
import type { Who } from './roles.ts'
import type { At, Session } from './session.store.ts'
import { deviceWords } from './signin.ts'

/** What a phone is told at each contact: go on, put the key away until the next sign-in, or wipe what it keeps. */
export type PhoneState = 'open' | 'lock' | 'wipe'

/** Digests of equal length, compared without telling how far they agree. */
const same = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/**
 * The key to what this phone keeps for the person signed in; made at the first sign-in, the same again afterwards.
 * Throws Refused when the phone was to be wiped: its key is gone for good.
 */
export const phoneKey = async (
  tx: Tx,
  { who, tokenHash }: Session,
  given: { id: string; secret: string; agent: string },
  { now }: At,
): Promise<string> => {
  const { townId, staffId } = who
  const row = await tx
    .selectFrom('phone')
    .selectAll()
    .where('townId', '=', townId)
    .where('id', '=', given.id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) {
    const lockKey = randomBytes(32).toString('base64')
    await tx
      .insertInto('phone')
      .values({
        townId,
        id: given.id,
        staffId,
        secretHash: sha256(given.secret),
        lockKey,
        agent: given.agent.slice(0, 200),
        tokenHash,
        since: now.toISOString(),
        seenAt: now.toISOString(),
      } as never)
      .execute()
    await said(tx, who, `手机端开始使用：${deviceWords(given.agent)}`, now)
    return lockKey
  }
  if (row.staffId !== staffId || !same(row.secretHash, sha256(given.secret)))
    throw new Refused('这部手机的登记对不上，请重新打开手机端')
  if (row.lockKey === null) throw new Refused('这部手机已要求清除，请重新打开手机端，清除后再登录')
  await setRow(tx, 'phone', townId, given.id, {
    tokenHash,
    seenAt: now.toISOString(),
    agent: given.agent.slice(0, 200),
  })
  return row.lockKey
}

/**
 * What a phone that makes itself known by its secret has to do; nothing else is told. A phone whose last session was
 * ended by hand locks, one whose session ran out by itself goes on working offline. Unknown phones are told to go on.
 */
export const phoneContact = async (
  tx: Tx,
  townId: string,
  given: { id: string; secret: string; wiped: boolean },
  { now }: At,
): Promise<PhoneState> => {
  const row = (
    await sql<{
      staffId: string
      secretHash: string
      lockKey: string | null
      wipedAt: string | null
      name: string
      live: boolean
    }>`select p.staff_id, p.secret_hash, p.lock_key, p.wiped_at, t.name,
      t.active and not a.disabled and p.token_hash is not null as live
      from phone p join staff t on t.town_id = p.town_id and t.id = p.staff_id
      join account a on a.town_id = p.town_id and a.staff_id = p.staff_id
      where p.town_id = ${townId}::uuid and p.id = ${given.id}::uuid`.execute(tx)
  ).rows[0]
  if (!row || !same(row.secretHash, sha256(given.secret))) return 'open'
  if (row.lockKey !== null) return row.live ? 'open' : 'lock'
  if (given.wiped && row.wipedAt === null) {
    await setRow(tx, 'phone', townId, given.id, { wipedAt: now.toISOString() })
    await said(tx, { townId, staffId: row.staffId, name: row.name, post: '' }, '手机已按要求清除内容', now)
  }
  return 'wipe'
}

/** Sessions were ended by hand, not by time: the phones they belong to put their key away at the next contact. */
export const lockPhones = (
  tx: Tx,
  townId: string,
  staffId: string,
  of: { only?: string; but?: string } = {},
): Promise<unknown> =>
  sql`update phone set token_hash = null where town_id = ${townId}::uuid and staff_id = ${staffId}::uuid
    and (${of.only ?? null}::text is null or token_hash = ${of.only ?? null})
    and (${of.but ?? null}::text is null or token_hash is distinct from ${of.but ?? null})`.execute(tx)

/** The person's phones that may hold something, the latest seen first; one that has wiped itself stays listed for a month. */
export const phonesOf = async (tx: Tx, townId: string, staffId: string, { now }: At) => {
  const rows = (
    await sql<{
      id: string
      agent: string
      since: string
      seen: string
      asked: string | null
      wiped: string | null
    }>`select id, agent, to_json(since)#>>'{}' as since, to_json(seen_at)#>>'{}' as seen,
      to_json(wipe_asked_at)#>>'{}' as asked, to_json(wiped_at)#>>'{}' as wiped from phone
      where town_id = ${townId}::uuid and staff_id = ${staffId}::uuid
        and (wiped_at is null or wiped_at > ${now.toISOString()}::timestamptz - interval '30 days')
      order by seen_at desc`.execute(tx)
  ).rows
  return rows.map(({ agent, ...r }) => ({ ...r, device: deviceWords(agent) }))
}

/**
 * A phone is lost: its key is destroyed at once, its session ends, and it wipes itself at its next contact. By its owner
 * or by the security administrator; `id` null means all of that person's phones. Says how many.
 */
export const wipePhones = async (
  tx: Tx,
  who: Who,
  staffId: string,
  id: string | null,
  { now }: At,
): Promise<number> => {
  const rows = (
    await sql<{ agent: string; tokenHash: string | null }>`update phone set lock_key = null,
      wipe_asked_at = ${now.toISOString()}::timestamptz, wipe_asked_name = ${who.name}
      where town_id = ${who.townId}::uuid and staff_id = ${staffId}::uuid and lock_key is not null
        and (${id}::uuid is null or id = ${id}::uuid) returning agent, token_hash`.execute(tx)
  ).rows
  const tokens = rows.flatMap((r) => (r.tokenHash ? [r.tokenHash] : []))
  if (tokens.length)
    await tx.deleteFrom('session').where('townId', '=', who.townId).where('tokenHash', 'in', tokens).execute()
  for (const r of rows)
    await writeTrace(
      tx,
      who,
      {
        subjectId: staffId,
        subjectKind: 'account',
        kind: 'signOut',
        says: `手机丢失，要求清除：${deviceWords(r.agent)}`,
      },
      now,
    )
  return rows.length
}

const said = (tx: Tx, by: Pick<Who, 'townId' | 'staffId' | 'name' | 'post'>, says: string, now: Date) =>
  writeTrace(tx, by, { subjectId: by.staffId, subjectKind: 'account', kind: 'signIn', says }, now)
