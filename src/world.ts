import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import pg from 'pg'
import { initials } from './kit/chinese.ts'
import { Refused } from './kit/errors.ts'
import { clockOf } from './kit/server/clock.ts'
import { type Connect, connectDatabase, type OpenedDatabase } from './kit/server/db.ts'
import { fileStore } from './kit/server/files.ts'
import { migrate } from './kit/server/migrate.ts'
import { othersConnected, startPostgres } from './kit/server/postgres.ts'
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
  const r = await client.query("select pg_try_advisory_lock(hashtext('huisheng.server')) as mine")
  if (!r.rows[0].mine) {
    await client.end()
    throw new Refused('这份数据已有一个回声在运行；请使用已经打开的那一个，或先把它停下')
  }
  return client
}

/**
 * Open everything: the embedded database (or DATABASE_URL), migrated, with its reference tables, files and clock.
 * A command may run beside the server: it adopts the live database and leaves it running.
 */
export const openWorld = async (options: { serve?: boolean; env?: NodeJS.ProcessEnv } = {}): Promise<OpenWorld> => {
  const env = options.env ?? process.env
  const dataDir = dataDirOf(env)
  mkdirSync(dataDir, { recursive: true })
  const running = env.DATABASE_URL ? null : await startPostgres(dataDir)
  const connect: Connect = env.DATABASE_URL ? { connectionString: env.DATABASE_URL } : running!.connection
  let lock: pg.Client | null = null
  const stopDatabase = async () => {
    if (!running) return
    if (options.serve) return running.stop()
    if (!running.adopted && (await othersConnected(running.connection).catch(() => 0)) === 0) await running.stop()
  }
  try {
    if (options.serve) lock = await holdServerLock(connect)
    const opened = connectDatabase(connect)
    try {
      await migrate(opened.ownerPool)
      await loadReference(opened)
    } catch (error) {
      await opened.close()
      throw error
    }
    const watch =
      running && options.serve
        ? keepAlive(dataDir, connect, (c) => {
            lock = c
          })
        : null
    return {
      world: { ...opened, files: fileStore(dataDir, env), clock: clockOf(env), dataDir },
      close: async () => {
        watch?.()
        await opened.close()
        await lock?.end().catch(() => {})
        await stopDatabase()
      },
    }
  } catch (error) {
    await lock?.end().catch(() => {})
    // Somebody else's server is not ours to stop.
    if (!(error instanceof Refused && error.message.startsWith('这份数据已有'))) await stopDatabase().catch(() => {})
    throw error
  }
}

/** When the embedded database dies under a running server, start it again; its own recovery keeps every acknowledged move. */
const keepAlive = (dataDir: string, connect: Connect, relock: (client: pg.Client) => void): (() => void) => {
  let stopped = false
  let busy = false
  const timer = setInterval(async () => {
    if (busy || stopped) return
    busy = true
    const client = new pg.Client({ ...(connect as pg.ClientConfig), connectionTimeoutMillis: 3000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query('select 1')
    } catch {
      if (!stopped) {
        try {
          await startPostgres(dataDir)
          relock(await holdServerLock(connect))
        } catch (error) {
          console.error('数据库没有恢复：', (error as Error).message)
        }
      }
    } finally {
      await client.end().catch(() => {})
      busy = false
    }
  }, 2000)
  timer.unref()
  return () => {
    stopped = true
    clearInterval(timer)
  }
}
