import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { CamelCasePlugin, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import type { DB } from '../../../db/types.ts'
import { Refused, Unavailable } from '../errors.ts'
import { isUuid } from './crypto.ts'

/** Dates and times stay text (faster, and a day is a day); counts are numbers; money would be text. */
const types = {
  getTypeParser: (oid: number, format?: string) => {
    if (oid === 1082 || oid === 1114 || oid === 1184 || oid === 1700) return (v: string) => v
    if (oid === 20) return (v: string) => Number(v)
    return pg.types.getTypeParser(oid as never, format as never)
  },
} as unknown as pg.CustomTypesConfig

const names = new Map<string, string>()
/** Statements are named by the hash of their text: parsed and planned once a connection (1.2–1.8 × the unnamed). */
const nameOf = (text: string): string => {
  let name = names.get(text)
  if (!name) {
    name = createHash('sha1').update(text).digest('base64url')
    // Texts with lists of every length are many; beyond this they are not worth keeping.
    if (names.size < 2000) names.set(text, name)
  }
  return name
}

const opening = /^begin\b/
const ended = { command: 'COMMIT', rowCount: null, oid: null, fields: [], rows: [] }

/**
 * A client whose parameterised queries are named. On a pipelining connection (the application's) what opens a
 * transaction waits for the first statement and goes out with it, and a transaction that only read is ended without
 * waiting for the answer: every round trip spared wakes neither process.
 */
class NamingClient extends pg.Client {
  /** What opens the transaction, until its first statement. */
  private opener: string | null = null
  private readsOnly = false

  override query(...args: any[]): any {
    const [text, values, ...rest] = args
    if (!this.pipeline || typeof text !== 'string') return this.named(text, values, rest)
    if (opening.test(text)) {
      this.opener = text
      this.readsOnly = text.startsWith('begin read only')
      return Promise.resolve(ended)
    }
    const ends = text === 'commit' || text === 'rollback'
    const opener = this.opener
    this.opener = null
    if (ends && opener !== null) return Promise.resolve(ended)
    if (ends && this.readsOnly) {
      this.readsOnly = false
      this.named(text, values, rest).catch(() => {})
      return Promise.resolve(ended)
    }
    if (opener === null) return this.named(text, values, rest)
    const { stream } = (this as unknown as { connection: { stream: Socket } }).connection
    stream.cork()
    const opened = super.query(opener)
    const answer = this.named(text, values, rest) as Promise<unknown>
    stream.uncork()
    answer.catch(() => {})
    return opened.then(() => answer)
  }

  private named(text: any, values: any, rest: any[]): any {
    if (typeof text === 'string' && Array.isArray(values) && values.length > 0 && text.length < 12_000) {
      const name = names.has(text) || names.size < 2000 ? nameOf(text) : undefined
      return name
        ? (super.query as any).call(this, { name, text, values }, ...rest)
        : (super.query as any).call(this, text, values, ...rest)
    }
    return (super.query as any).call(this, text, values, ...rest)
  }
}

export interface OpenedDatabase {
  /** As the application: bound by row-level security, unable to change the trace. */
  db: Kysely<DB>
  /** As the owner: migrations, backup, counts over all towns. */
  ownerDb: Kysely<DB>
  ownerPool: pg.Pool
  close(): Promise<void>
}

export type Connect =
  | { connectionString: string }
  | { host: string; port: number; user: string; database: string; password?: string }

const poolOf = (connect: Connect, max: number, asApp: boolean) => {
  const pool = new pg.Pool({
    ...connect,
    max,
    types,
    Client: NamingClient,
    connectionTimeoutMillis: 8000,
    idleTimeoutMillis: 60_000,
    ...(asApp ? { options: '-c role=huisheng_app -c jit=off', pipeline: true } : { options: '-c jit=off' }),
  } as pg.PoolConfig)
  // A connection that dies while idle is replaced at the next use.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

const kysely = (pool: pg.Pool) =>
  new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })

export const connectDatabase = (connect: Connect, options: { max?: number } = {}): OpenedDatabase => {
  const appPool = poolOf(connect, options.max ?? 12, true)
  const ownerPool = poolOf(connect, 4, false)
  const db = kysely(appPool)
  const ownerDb = kysely(ownerPool)
  return {
    db,
    ownerDb,
    ownerPool,
    close: async () => {
      await db.destroy().catch(() => {})
      await ownerDb.destroy().catch(() => {})
    },
  }
}

const away = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08003',
  '08001',
  '53300',
])

/** Whether the database itself could not be reached, by what was thrown. */
export const isAway = (error: unknown): boolean => {
  const e = error as { code?: string; message?: string } | null
  return (
    (e?.code !== undefined && away.has(e.code)) ||
    /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(
      e?.message ?? '',
    )
  )
}

/** Turn the database's trouble into a sentence; anything else goes on as it is. */
export const translate = (error: unknown): unknown =>
  !(error instanceof Refused) && isAway(error) ? new Unavailable() : error

const written = new Map<string, number>()
/** How often this process has written in a town: what was read at another count may be out of date. */
export const writtenIn = (townId: string): number => written.get(townId) ?? 0

/** What only one of two at once may write: the other looks again and finds it done. */
const onlyOnce = /_request_id_key$|^petition_external$/
/** 40001 and 40P01 are the database's own wish to be asked again; the same request, or the same ledger, sent twice at once meets its own success. */
const again = (error: unknown) => {
  const { code = '', constraint = '' } = error as { code?: string; constraint?: string }
  return ['40001', '40P01'].includes(code) || (code === '23505' && onlyOnce.test(constraint))
}

/**
 * One transaction within one town: row-level security is told the town in the same round trip that begins it.
 * Serialization failures, deadlocks and doubled requests are tried again, up to five times. `fewRows`: all its statements find single
 * matters by key, whose plan is the same for every value; planning one anew costs seven times its execution. `oneMoment`, for reading
 * only: every statement sees the town as it was at the first, whatever is written meanwhile.
 */
export const inTown = async <T>(
  db: Kysely<DB>,
  townId: string,
  work: (tx: Transaction<DB>) => Promise<T>,
  options: { readOnly?: boolean; fewRows?: boolean } | { readOnly: true; fewRows?: boolean; oneMoment: true } = {},
): Promise<T> => {
  if (!isUuid(townId)) throw new Refused('没有这个镇')
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await db.connection().execute(async (conn) => {
        // Simple protocol: both statements in one trip. The town is a checked uuid.
        await sql
          .raw(
            `begin${options.readOnly ? ' read only' : ''}${'oneMoment' in options ? ', isolation level repeatable read' : ''}; set local huisheng.town = '${townId}'${
              options.fewRows ? '; set local plan_cache_mode = force_generic_plan' : ''
            }`,
          )
          .execute(conn)
        try {
          const result = await work(conn as Transaction<DB>)
          await sql.raw('commit').execute(conn)
          if (!options.readOnly) written.set(townId, writtenIn(townId) + 1)
          return result
        } catch (error) {
          await sql
            .raw('rollback')
            .execute(conn)
            .catch(() => {})
          throw error
        }
      })
    } catch (error) {
      if (again(error) && attempt < 4) {
        await new Promise((r) => setTimeout(r, 5 + Math.random() * 20 * 2 ** attempt))
        continue
      }
      throw translate(error)
    }
  }
}
