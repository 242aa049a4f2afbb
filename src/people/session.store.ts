import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../db/types.ts'
import { type Tx, writeTrace } from '../audit/trace.ts'
import type { Day } from '../kit/day.ts'
import { Invalid, Refused } from '../kit/errors.ts'
import type { Clock } from '../kit/server/clock.ts'
import { sha256 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type Held, whoFrom } from './holdings.ts'
import { forgetNames } from './names.store.ts'
import { lockPhones } from './phone.store.ts'
import type { Who } from './roles.ts'
import type { Me } from './routes.ts'
import { deviceWords, idleLife, lockAfter, passwordRefusal, readCookie, sessionLife, waitWords } from './signin.ts'

/** The hour and the day the edge is told. */
export interface At {
  now: Date
  today: Day
}

/** A signed-in person: what the rules need, and what the page shows. */
export interface Session {
  who: Who
  me: Omit<Me, 'today' | 'todayFixed' | 'unread'>
  tokenHash: string
}

/** Argon2id, 19 MiB and two passes (the OWASP minimum); the package's default algorithm is argon2id. */
export const hashPassword = (password: string): Promise<string> => hash(password)

/** Somebody who doesn't exist costs as much time as somebody who does. */
let nobody: Promise<string> | undefined
const verifyOrPretend = async (stored: string | undefined, password: string): Promise<boolean> => {
  nobody ??= hashPassword(randomBytes(24).toString('base64'))
  const ok = await verify(stored ?? (await nobody), password)
  return stored !== undefined && ok
}

const wrong = '账号或密码不对'

export type SignedIn = { ok: true; token: string; session: Session } | { ok: false; sentence: string }

/**
 * Sign in within the town of `tx`. A failure is an answer, not an exception: its count must be committed.
 * The token goes to the browser only; the database knows its hash.
 */
export const signIn = async (
  tx: Tx,
  townId: string,
  given: { username: string; password: string; agent?: string },
  { now, today }: At,
): Promise<SignedIn> => {
  const account = await tx
    .selectFrom('account')
    .innerJoin('staff', (j) => j.onRef('staff.townId', '=', 'account.townId').onRef('staff.id', '=', 'account.staffId'))
    .select(['account.staffId', 'passwordHash', 'failures', 'disabled', 'staff.active', 'staff.name'])
    .select(sql<number | null>`extract(epoch from locked_until)::float8 * 1000`.as('lockedUntil'))
    .where('account.townId', '=', townId)
    .where('username', '=', given.username)
    .forUpdate('account')
    .executeTakeFirst()
  const right = await verifyOrPretend(account?.passwordHash, given.password)
  if (!account) {
    // What was typed is not kept: it may be a password in the wrong box.
    const stranger = { townId, staffId: null, name: '未知账号', post: '' }
    await writeTrace(
      tx,
      stranger,
      { subjectId: townId, subjectKind: 'town', kind: 'signInFailed', says: '登录失败：没有这个账号' },
      now,
    )
    return { ok: false, sentence: wrong }
  }
  const by = { townId, staffId: account.staffId, name: account.name, post: '' }
  const said = (kind: string, says: string) =>
    writeTrace(tx, by, { subjectId: account.staffId, subjectKind: 'account', kind, says }, now)

  const left = (account.lockedUntil ?? 0) - now.getTime()
  if (left > 0) {
    await said('signInFailed', '登录被拒绝：账号锁定中')
    return { ok: false, sentence: `连续输错次数过多，账号已锁定，请${waitWords(left)}后再试，或请安全管理员解锁` }
  }
  if (!right) {
    const failures = account.failures + 1
    const lock = lockAfter(failures)
    await tx
      .updateTable('account')
      .set({ failures, lockedUntil: lock ? new Date(now.getTime() + lock).toISOString() : null } as never)
      .where('townId', '=', townId)
      .where('staffId', '=', account.staffId)
      .execute()
    await said(
      'signInFailed',
      lock ? `登录失败，连续 ${failures} 次，锁定${waitWords(lock)}` : `登录失败，连续 ${failures} 次`,
    )
    return {
      ok: false,
      sentence: lock ? `${wrong}；连续输错 ${failures} 次，账号锁定${waitWords(lock)}` : wrong,
    }
  }
  if (account.disabled || !account.active) {
    await said('signInFailed', '登录被拒绝：账号已停用')
    return { ok: false, sentence: '账号已停用，请联系安全管理员' }
  }
  const token = randomBytes(32).toString('base64url')
  await tx
    .updateTable('account')
    .set({ failures: 0, lockedUntil: null, lastSignIn: now.toISOString() } as never)
    .where('townId', '=', townId)
    .where('staffId', '=', account.staffId)
    .execute()
  // Sessions that ended by themselves are swept when their owner comes back.
  await tx
    .deleteFrom('session')
    .where('townId', '=', townId)
    .where('staffId', '=', account.staffId)
    .where('expiresAt', '<', now.toISOString() as never)
    .execute()
  await tx
    .insertInto('session')
    .values({
      townId,
      tokenHash: sha256(token),
      staffId: account.staffId,
      createdAt: now.toISOString(),
      seenAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + sessionLife).toISOString(),
      agent: (given.agent ?? '').slice(0, 200),
    } as never)
    .execute()
  await said('signIn', '登录')
  const session = await whoOf(tx, townId, token, { now, today })
  if (!session) throw new Refused('登录没有成功，请重试')
  return { ok: true, token, session }
}

/** Who holds this token, or null. One query: session, account, staff, town, posts held today. */
export const whoOf = async (tx: Tx, townId: string, token: string, { now, today }: At): Promise<Session | null> => {
  const tokenHash = sha256(token)
  const r = await sql<{
    staffId: string
    name: string
    mustChange: boolean
    stale: boolean
    town: Session['me']['town']
    held: Held[]
  }>`
    select s.staff_id, p.name, a.must_change, s.seen_at < ${now.toISOString()}::timestamptz - interval '1 minute' as stale,
      json_build_object('id', t.id, 'code', t.code, 'name', t.name, 'shortName', t.short_name,
        'superiorName', t.superior_name, 'isFiction', t.is_fiction) as town,
      (select coalesce(json_agg(json_build_object('name', o.name, 'role', o.role, 'rank', o.rank, 'areaId', o.area_id,
          'villageId', o.village_id, 'gridId', o.grid_id, 'unitId', o.unit_id, 'heads', o.heads) order by o.rank, o.sort, o.name), '[]')
        from holding h join post o on o.town_id = h.town_id and o.id = h.post_id
        where h.town_id = s.town_id and h.staff_id = s.staff_id and o.active
          and h.since <= ${today}::date and (h.until is null or h.until > ${today}::date)) as held
    from session s
    join account a on a.town_id = s.town_id and a.staff_id = s.staff_id
    join staff p on p.town_id = s.town_id and p.id = s.staff_id
    join town t on t.id = s.town_id
    where s.town_id = ${townId}::uuid and s.token_hash = ${tokenHash}
      and s.expires_at > ${now.toISOString()}::timestamptz
      and s.seen_at > ${new Date(now.getTime() - idleLife).toISOString()}::timestamptz
      and not a.disabled and p.active`.execute(tx)
  const row = r.rows[0]
  if (!row) return null
  // Seen is written once a minute, not at every request.
  if (row.stale)
    await tx
      .updateTable('session')
      .set({ seenAt: now.toISOString() } as never)
      .where('townId', '=', townId)
      .where('tokenHash', '=', tokenHash)
      .execute()
  const who = whoFrom({ townId, staffId: row.staffId, name: row.name }, row.held)
  const { townId: _t, ...rest } = who
  return { who, me: { ...rest, mustChange: row.mustChange, town: row.town } as Session['me'], tokenHash }
}

export const signOut = async (tx: Tx, { who, tokenHash }: Session, { now }: At): Promise<void> => {
  await lockPhones(tx, who.townId, who.staffId, { only: tokenHash })
  await tx.deleteFrom('session').where('townId', '=', who.townId).where('tokenHash', '=', tokenHash).execute()
  await writeTrace(tx, who, { subjectId: who.staffId, subjectKind: 'account', kind: 'signOut', says: '退出' }, now)
}

export const endSessions = async (tx: Tx, townId: string, staffId: string, but?: string) => {
  await lockPhones(tx, townId, staffId, { but })
  const q = tx.deleteFrom('session').where('townId', '=', townId).where('staffId', '=', staffId)
  return (but ? q.where('tokenHash', '<>', but) : q).execute()
}

export const signOutEverywhere = async (tx: Tx, { who }: Session, { now }: At): Promise<void> => {
  await endSessions(tx, who.townId, who.staffId)
  const said = { subjectId: who.staffId, subjectKind: 'account', kind: 'signOut', says: '在所有设备上退出' }
  await writeTrace(tx, who, said, now)
}

/** How a session is named to its owner: enough of the hash to tell them apart, and useless as a token. */
const deviceId = (tokenHash: string) => tokenHash.slice(0, 16)

/** Where this person is signed in now, the one asking first, then the latest seen. */
export const devicesOf = async (tx: Tx, { who, tokenHash }: Session, { now }: At) => {
  const rows = await tx
    .selectFrom('session')
    .select(['tokenHash', 'agent'])
    .select(sql<string>`to_json(created_at)#>>'{}'`.as('since'))
    .select(sql<string>`to_json(seen_at)#>>'{}'`.as('seen'))
    .where('townId', '=', who.townId)
    .where('staffId', '=', who.staffId)
    .where('expiresAt', '>', now.toISOString() as never)
    .where('seenAt', '>', new Date(now.getTime() - idleLife).toISOString() as never)
    .orderBy('seenAt', 'desc')
    .execute()
  return rows
    .map(({ tokenHash: h, agent, since, seen }) => ({
      id: deviceId(h),
      device: deviceWords(agent),
      since,
      seen,
      current: h === tokenHash,
    }))
    .sort((a, b) => Number(b.current) - Number(a.current))
}

/** End one of the person's own sessions; one that has ended meanwhile is no fault. */
export const endDevice = async (tx: Tx, { who }: Session, id: string, { now }: At): Promise<void> => {
  const rows = await tx
    .selectFrom('session')
    .select(['tokenHash', 'agent'])
    .where('townId', '=', who.townId)
    .where('staffId', '=', who.staffId)
    .execute()
  const row = rows.find((r) => deviceId(r.tokenHash) === id)
  if (!row) return
  await lockPhones(tx, who.townId, who.staffId, { only: row.tokenHash })
  await tx
    .deleteFrom('session')
    .where('townId', '=', who.townId)
    .where('staffId', '=', who.staffId)
    .where('tokenHash', '=', row.tokenHash)
    .execute()
  const says = `让一台设备退出：${deviceWords(row.agent)}`
  await writeTrace(tx, who, { subjectId: who.staffId, subjectKind: 'account', kind: 'signOut', says }, now)
}

/** Change one's own password; every other session of the person ends. A wrong old password counts as a failed sign-in. */
export const changePassword = async (
  tx: Tx,
  { who, tokenHash }: Session,
  given: { old: string; password: string },
  { now }: At,
): Promise<{ ok: true } | { ok: false; sentence: string }> => {
  const { townId, staffId } = who
  const account = await tx
    .selectFrom('account')
    .select(['username', 'passwordHash', 'failures'])
    .where('townId', '=', townId)
    .where('staffId', '=', staffId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const mine = tx.updateTable('account').where('townId', '=', townId).where('staffId', '=', staffId)
  if (!(await verify(account.passwordHash, given.old))) {
    const failures = account.failures + 1
    const lock = lockAfter(failures)
    await mine
      .set({ failures, ...(lock ? { lockedUntil: new Date(now.getTime() + lock).toISOString() } : {}) } as never)
      .execute()
    // Someone at an unattended desk must not guess on for ever.
    if (lock) await endSessions(tx, townId, staffId)
    const said = {
      subjectId: staffId,
      subjectKind: 'account',
      kind: 'passwordFailed',
      says: `修改密码失败：原密码不对，连续 ${failures} 次`,
    }
    await writeTrace(tx, who, said, now)
    return {
      ok: false,
      sentence: lock ? `原密码不对；连续输错 ${failures} 次，账号锁定${waitWords(lock)}` : '原密码不对',
    }
  }
  const no = passwordRefusal(given.password, account.username, given.old)
  if (no) throw new Invalid(no, { password: no })
  await mine
    .set({
      passwordHash: await hashPassword(given.password),
      mustChange: false,
      failures: 0,
      changedAt: now.toISOString(),
    } as never)
    .execute()
  await endSessions(tx, townId, staffId, tokenHash)
  await writeTrace(
    tx,
    who,
    { subjectId: staffId, subjectKind: 'account', kind: 'password', says: '修改密码，其他设备已退出' },
    now,
  )
  return { ok: true }
}

/** Sessions looked up lately, by hashed token; at most five seconds old, emptied when anything about people changes. */
const cacheMs = 5_000
const cache = new Map<string, { session: Session; at: number; today: Day }>()
let generation = 0

/** Forget what is cached: after any change of accounts, posts, holdings or sign-out. */
export const forgetSessions = (): void => {
  generation++
  cache.clear()
  forgetNames()
}

/** The session of a token through the cache; `load` looks it up in the database. `now` is the clock of the cache. */
export const cachedSession = async (
  townId: string,
  token: string,
  at: At,
  load: () => Promise<Session | null>,
): Promise<Session | null> => {
  const key = `${townId}.${sha256(token)}`
  const hit = cache.get(key)
  const age = hit ? at.now.getTime() - hit.at : -1
  if (hit && age >= 0 && age < cacheMs && hit.today === at.today) return hit.session
  const born = generation
  const session = await load()
  // What was read before a change is not kept after it.
  if (session && born === generation) {
    if (cache.size > 5_000) cache.clear()
    cache.set(key, { session, at: at.now.getTime(), today: at.today })
  } else cache.delete(key)
  return session
}

/** The edges that people need: database and time. */
export interface Edges {
  db: Kysely<DB>
  clock: Clock
}

export const cookieName = 'huisheng'
export const atOf = (clock: Clock): At => ({ now: clock.now(), today: clock.today() })

/** What somebody whose first password is still the one given may do: see who they are, change it, leave. */
const beforeChange = new Set(['/api/me', '/api/password', '/api/sign-out', '/api/sign-out-everywhere'])

/** The session of a request by its cookie, or null. Until the first password is changed, nothing else is served. */
export const sessionOfRequest = async (
  { db, clock }: Edges,
  req: { cookies: Record<string, string | undefined>; routeOptions?: { url?: string } },
): Promise<Session | null> => {
  const cookie = readCookie(req.cookies[cookieName])
  if (!cookie) return null
  const { townId, token } = cookie
  const at = atOf(clock)
  const session = await cachedSession(townId, token, at, () => inTown(db, townId, (tx) => whoOf(tx, townId, token, at)))
  if (session?.me.mustChange && !beforeChange.has(req.routeOptions?.url ?? ''))
    throw new Refused('请先修改初始密码，再继续使用')
  return session
}
