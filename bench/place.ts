import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { seedBulk } from '../seed/bulk.ts'
import { demoPassword } from '../seed/town.ts'
import { inTown } from '../src/kit/server/db.ts'
import { whoOfStaff } from '../src/people/who.store.ts'
import type { World } from '../src/petitions/world.store.ts'
import { type OpenedDatabase, openWorld } from '../src/world.ts'
import { httpClient, type Must } from './load.ts'

export interface BenchTown {
  id: string
  code: string
}

/** A data folder filled once per size and kept for the next run; opened for reading beside a server on it. */
export const benchPlace = async (matters: number, count = 100) => {
  const name = count === 100 ? String(matters) : `${matters}-${count}`
  const dataDir = join(process.env.HUISHENG_BENCH ?? join(tmpdir(), 'huisheng-bench'), name)
  const filled = join(dataDir, 'filled')
  const env = { ...process.env, HUISHENG_DATA: dataDir, DATABASE_URL: '' }
  if (!existsSync(filled)) {
    rmSync(dataDir, { recursive: true, force: true })
    mkdirSync(dataDir, { recursive: true })
    console.error(`正在生成 ${matters} 件合成事项（只做一次）……`)
    const opened = await openWorld({ env })
    await seedBulk(opened.world, { matters, towns: count }, (line) => console.error(line))
    await opened.world.ownerPool.query('checkpoint')
    await opened.close()
    writeFileSync(filled, '')
  }
  const opened = await openWorld({ env })
  const world: World & OpenedDatabase = opened.world
  const towns = (await world.ownerPool.query('select id, code from town order by code')).rows as BenchTown[]
  return {
    dataDir,
    env,
    world,
    towns,
    close: opened.close,
    /** Somebody of a town by account name, as the rules know them. */
    whoIs: async (town: BenchTown, username: string) => {
      const r = await world.ownerPool.query('select staff_id from account where town_id = $1 and username = $2', [
        town.id,
        username,
      ])
      return inTown(world.db, town.id, (tx) => whoOfStaff(tx, town.id, r.rows[0].staff_id, world.clock.today()))
    },
    serve: () => serve(env, world.ownerPool),
  }
}
export type BenchPlace = Awaited<ReturnType<typeof benchPlace>>

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const s = createServer()
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address() as { port: number }
      s.close(() => done(port))
    })
  })

/** Until nothing is asked of the database for a second: what a server catches up with at its start is over. */
const untilQuiet = async (pool: pg.Pool): Promise<void> => {
  for (let quiet = 0, tries = 0; quiet < 10 && tries < 1200; tries += 1) {
    const r = await pool.query(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
       and (state <> 'idle' or state_change > now() - interval '100 ms') and backend_type = 'client backend' and query not like '%search_queue%'`,
    )
    quiet = r.rows[0].n === 0 ? quiet + 1 : 0
    await new Promise((r) => setTimeout(r, 100))
  }
}

/** Somebody of a bench town signed in; answers the cookies. */
export const signInBy = (must: Must) => async (town: BenchTown, username: string) => {
  const r = await must('POST', '/api/sign-in', { body: { username, password: demoPassword, town: town.code } })
  return ([r.headers['set-cookie']].flat() as string[]).map((c) => c.split(';')[0]).join('; ')
}

/** The product's own server as a process of its own, and a client that speaks to it. */
const serve = async (env: NodeJS.ProcessEnv, pool: pg.Pool) => {
  const port = await freePort()
  const child: ChildProcess = spawn(process.execPath, [resolve(import.meta.dirname, '../src/server.ts')], {
    env: { ...env, PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const client = httpClient(port)
  const until = Date.now() + 120_000
  for (;;) {
    const up = await client.call('GET', '/healthz').catch(() => null)
    if (up?.status === 200) break
    if (child.exitCode !== null || Date.now() > until) throw new Error('服务没有启动')
    await new Promise((r) => setTimeout(r, 100))
  }
  await untilQuiet(pool)
  return {
    ...client,
    port,
    signIn: signInBy(client.must),
    pid: child.pid!,
    stop: async () => {
      client.close()
      child.kill('SIGTERM')
      await new Promise((r) => child.once('exit', r))
    },
  }
}

export interface Statement {
  text: string
  values: unknown[]
}

/** Every statement that reaches the driver while `work` runs, in order. */
export const recording = async (work: () => Promise<unknown>): Promise<Statement[]> => {
  const out: Statement[] = []
  const original = pg.Client.prototype.query
  pg.Client.prototype.query = function (this: pg.Client, ...args: any[]) {
    const [q, values] = args
    out.push(typeof q === 'string' ? { text: q, values: values ?? [] } : { text: q.text, values: q.values ?? [] })
    return (original as any).apply(this, args)
  } as never
  try {
    await work()
  } finally {
    pg.Client.prototype.query = original
  }
  return out
}

/** The raw driver: the same statements on the same number of connections, named, with nothing around them. */
export const rawPool = (place: BenchPlace, clients: number) => {
  const { host, port, user, database } = place.world.ownerPool.options
  const pool = new pg.Pool({ host, port, user, database, max: clients, options: '-c role=huisheng_app -c jit=off' })
  const names = new Map<string, string>()
  const run = async (statements: readonly Statement[]) => {
    const client = await pool.connect()
    try {
      for (const s of statements) {
        if (s.values.length === 0) await client.query(s.text)
        else {
          let name = names.get(s.text)
          if (!name) {
            name = `b${names.size}`
            names.set(s.text, name)
          }
          await client.query({ name, text: s.text, values: s.values })
        }
      }
    } finally {
      client.release()
    }
  }
  return { run, close: () => pool.end() }
}
