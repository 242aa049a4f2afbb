import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { initials } from './kit/chinese.ts'
import { Refused } from './kit/errors.ts'
import { type Clock, clockOf } from './kit/server/clock.ts'
import { type Connect, connectDatabase, type OpenedDatabase } from './kit/server/db.ts'
import { fileStore } from './kit/server/files.ts'
import { makeFolder } from './kit/server/folder.ts'
import { migrate } from './kit/server/migrate.ts'
import { folderSentence, othersConnected, startPostgres } from './kit/server/postgres.ts'
import type { World } from './petitions/world.store.ts'

export type { OpenedDatabase } from './kit/server/db.ts'

export interface OpenWorld {
  world: World & OpenedDatabase
  close(): Promise<void>
}

/** Built-in reference tables: categories and the published calendars. What a town has changed is left alone. */
export const loadReference = async (opened: OpenedDatabase): Promise<void> => {
  const { ownerDb: db } = opened
  const file = async (name: string) =>
    JSON.parse(await readFile(new URL(`../db/reference/${name}`, import.meta.url), 'utf8'))
  const has = await db.selectFrom('category').select('code').limit(1).executeTakeFirst()
  if (!has) {
    const rows = (await file('categories.json')) as {
      code: string
      name: string
      parent: string | null
      level: number
    }[]
    for (const level of [1, 2, 3])
      await db
        .insertInto('category')
        .values(rows.filter((r) => r.level === level).map((r) => ({ ...r, initials: initials(r.name) })) as never)
        .onConflict((oc) => oc.column('code').doNothing())
        .execute()
  }
  const years = (await db.selectFrom('calendarYear').select('year').execute()).map((y) => y.year)
  const calendar = (await file('calendar.json')) as Record<
    string,
    { off: Record<string, string>; work: Record<string, string> }
  >
  for (const [year, t] of Object.entries(calendar)) {
    if (years.includes(+year)) continue
    await db
      .insertInto('calendarYear')
      .values({ year: +year, source: '国务院办公厅放假通知（随程序附带）' } as never)
      .onConflict((oc) => oc.column('year').doNothing())
      .execute()
    const days = [
      ...Object.entries(t.off).map(([d, name]) => ({ d, name, isOff: true })),
      ...Object.entries(t.work).map(([d, name]) => ({ d, name, isOff: false })),
    ]
    await db
      .insertInto('calendarDay')
      .values(days.map((x) => ({ date: `${year}-${x.d}`, year: +year, name: x.name, isOff: x.isOff })) as never)
      .onConflict((oc) => oc.column('date').doNothing())
      .execute()
  }
}

export const dataDirOf = (env: NodeJS.ProcessEnv = process.env): string => resolve(env.HUISHENG_DATA ?? './data')

/** The lock of one serving process per database. Held on its own connection for as long as the server runs. */
const holdServerLock = async (connect: Connect): Promise<pg.Client> => {
  const client = new pg.Client(connect as pg.ClientConfig)
  // Losing this connection (the database restarts) does not end the server; it takes the lock again.
  client.on('error', () => {})
  await client.connect()
  // A server killed a moment ago may not have been missed yet by the database.
  for (let attempt = 0; ; attempt += 1) {
    const r = await client.query("select pg_try_advisory_lock(hashtext('huisheng.server')) as mine")
    if (r.rows[0].mine) return client
    if (attempt === 15) break
    await sleep(100)
  }
  await client.end()
  throw new Occupied('这份数据已有一个回声在运行；请使用已经打开的那一个，或先把它停下')
}

/** Somebody else's server is not ours to stop. */
class Occupied extends Refused {}

/** Why a database of one's own can't be used, from what the driver said; the address without its password. */
export const databaseSentence = (url: string, error: unknown): string | null => {
  const e = error as { code?: string; message?: string }
  const where = (() => {
    try {
      const u = new URL(url)
      return `${u.hostname || '本机'}${u.port ? `:${u.port}` : ''}${u.pathname}`
    } catch {
      return null
    }
  })()
  if (where === null || e.code === 'ERR_INVALID_URL')
    return 'DATABASE_URL 写得不对，应写作 postgres://用户:密码@主机:5432/数据库'
  const why = {
    ECONNREFUSED: '那里没有数据库在监听，请检查主机、端口和防火墙',
    ENOTFOUND: '找不到这个主机名',
    EAI_AGAIN: '现在查不到这个主机名',
    EHOSTUNREACH: '网络不通',
    ENETUNREACH: '网络不通',
    ETIMEDOUT: '连接超时',
    ECONNRESET: '连接被对方断开',
    ENOENT: '套接字文件不存在',
    '28P01': '用户名或密码不对',
    '28000': '这个用户不准从本机连接（pg_hba.conf）',
    '3D000': '没有这个数据库，请先建立（编码 UTF8）',
    '53300': '连接数已满',
    '57P03': '数据库正在启动或恢复，请稍后再试',
  }[e.code ?? '']
  if (why) return `连不上数据库 ${where}：${why}`
  if (/timeout expired|timeout exceeded|Connection terminated/i.test(e.message ?? ''))
    return `连不上数据库 ${where}：连接超时或被断开`
  if (/SASL|password/i.test(e.message ?? '')) return `连不上数据库 ${where}：没有给出密码`
  return null
}

/**
 * Open everything: the embedded database (or DATABASE_URL), migrated, with its reference tables, files and clock.
 * A command may run beside the server: it adopts the live database and leaves it running.
 */
export const openWorld = async (options: { serve?: boolean; env?: NodeJS.ProcessEnv } = {}): Promise<OpenWorld> => {
  const env = options.env ?? process.env
  const dataDir = dataDirOf(env)
  const files = fileStore(dataDir, env)
  const url = env.DATABASE_URL?.trim() || null
  if (url)
    try {
      // Attachments and templates stay in the folder whatever keeps the rows.
      makeFolder(dataDir, 0o777)
    } catch (error) {
      throw new Refused(folderSentence(dataDir, error))
    }
  const running = url ? null : await startPostgres(dataDir)
  const connect: Connect = url ? { connectionString: url } : running!.connection
  let lock: pg.Client | null = null
  const stopDatabase = async () => {
    if (!running) return
    if (options.serve) return running.stop()
    if (!running.adopted && (await othersConnected(running.connection).catch(() => 0)) === 0) await running.stop()
  }
  try {
    if (url) await checkOwnServer(url)
    if (options.serve) lock = await holdServerLock(connect)
    const opened = connectDatabase(connect)
    try {
      await migrate(opened.ownerPool)
      await loadReference(opened)
    } catch (error) {
      await opened.close()
      throw error
    }
    const clock = clockOf(env)
    if (options.serve) {
      const back = await clockSetBack(opened, clock).catch(() => null)
      if (back) {
        await opened.close()
        throw new Refused(back)
      }
    }
    const watch = options.serve
      ? keepAlive(running ? () => startPostgres(dataDir) : null, connect, lock!, (c) => {
          lock = c
        })
      : null
    return {
      world: { ...opened, files, clock, dataDir },
      close: async () => {
        await watch?.()
        await opened.close()
        await lock?.end().catch(() => {})
        await stopDatabase()
      },
    }
  } catch (error) {
    await lock?.end().catch(() => {})
    if (!(error instanceof Occupied)) await stopDatabase().catch(() => {})
    const sentence = url && !(error instanceof Refused) ? databaseSentence(url, error) : null
    throw sentence ? new Refused(sentence) : error
  }
}

/** A server of one's own must be of our kind before anything is written: version, encoding, not a standby. Throws Refused. */
const checkOwnServer = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    const r = await client.query(
      "select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding, pg_is_in_recovery() as standby",
    )
    const no = ownServerRefusal(r.rows[0])
    if (no) throw new Refused(no)
  } finally {
    await client.end().catch(() => {})
  }
}

/** Why this PostgreSQL can't keep our data; null when it can. */
export const ownServerRefusal = (s: { version: number; encoding: string; standby: boolean }): string | null =>
  s.version < 150_000
    ? `数据库版本太旧（PostgreSQL ${Math.floor(s.version / 10_000)}），需要 15 至 18，请先升级`
    : s.encoding !== 'UTF8'
      ? `数据库的编码是 ${s.encoding}，存不下全部汉字；请新建一个 UTF8 编码的数据库`
      : s.standby
        ? '这是只读的备库，请连接主库'
        : null

/**
 * A clock earlier than what is already on record would put new work before old. The invented towns of a demo are let be:
 * their year was played on another calendar.
 */
export const clockSetBack = async (opened: OpenedDatabase, clock: Clock): Promise<string | null> => {
  if (clock.fixed) return null
  const towns = await opened.ownerDb.selectFrom('town').select('id').where('isFiction', '=', false).execute()
  let last = 0
  for (const { id } of towns) {
    const r = await opened.ownerPool.query('select max(at) as at from trace where town_id = $1', [id])
    if (r.rows[0].at) last = Math.max(last, new Date(r.rows[0].at).getTime())
  }
  if (last - clock.now().getTime() < 5 * 60_000) return null
  const words = (t: number) => new Date(t + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')
  return `系统时钟（${words(clock.now().getTime())}）早于最近一次办理的时间（${words(last)}），可能被拨回；期限会算错，请校准时间后再启动`
}

/**
 * Watches over the database of a running server. The embedded one that died is started again (its own recovery keeps every
 * acknowledged move); the lock of one server per database is taken again wherever it was lost. Returns how to stop watching.
 */
const keepAlive = (
  start: (() => Promise<unknown>) | null,
  connect: Connect,
  held: pg.Client,
  relock: (client: pg.Client) => void,
): (() => Promise<void>) => {
  let stopped = false
  let lost = false
  const watchLock = (client: pg.Client) =>
    client.once('end', () => {
      lost = true
    })
  watchLock(held)
  const check = async () => {
    const client = new pg.Client({ ...(connect as pg.ClientConfig), connectionTimeoutMillis: 3000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query('select 1')
    } catch {
      if (stopped || !start) return
      await start()
    } finally {
      await client.end().catch(() => {})
    }
    if (!lost || stopped) return
    const lock = await holdServerLock(connect)
    lost = false
    watchLock(lock)
    relock(lock)
  }
  const loop = async () => {
    while (!stopped) {
      // A lost lock connection is the first sign; else every two seconds.
      for (let i = 0; i < 20 && !stopped && !lost; i += 1) await sleep(100, undefined, { ref: false })
      if (stopped) return
      const was = lost
      await check().catch((error) => console.error('数据库没有恢复：', (error as Error).message))
      if (was && lost) await sleep(500, undefined, { ref: false })
    }
  }
  const turn = loop()
  return async () => {
    stopped = true
    await turn
  }
}
