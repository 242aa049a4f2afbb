import { execFileSync } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { steadyTime } from './kit/server/clock.ts'
import { uuidv7 } from './kit/server/crypto.ts'
import { inTown } from './kit/server/db.ts'
import { answerOf } from './kit/server/http.ts'
import { migrate } from './kit/server/migrate.ts'
import { folderSentence, startPostgres } from './kit/server/postgres.ts'
import { testFolder, testWorld } from './kit/server/testing.ts'
import { password, smallTown } from './people/fixture.ts'
import { createTown } from './people/setup.store.ts'
import { type Child, postmasterOf, startServer, until } from './server.fixture.ts'
import { createApp } from './server.ts'
import { clockSetBack, databaseSentence, openWorld, ownServerRefusal } from './world.ts'

const folders: string[] = []
const children: Child[] = []
const folder = (name: string) => {
  const f = testFolder(name)
  folders.push(f)
  return f
}
const serve = (env: Record<string, string>) => {
  const c = startServer(env)
  children.push(c)
  return c
}
afterAll(async () => {
  for (const c of children) {
    if (c.process.exitCode === null) c.process.kill('SIGTERM')
    await c.ended
  }
  for (const f of folders) rmSync(f, { recursive: true, force: true })
})

const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Who is not root; null where he may not even read these files. */
const ordinary = (() => {
  const [uid, gid] = [process.getuid!(), process.getgid!()]
  if (uid !== 0) return { uid, gid }
  const nobody = { uid: 65_534, gid: 65_534 }
  try {
    execFileSync(process.execPath, ['--check', resolve(import.meta.dirname, 'server.ts')], {
      ...nobody,
      stdio: 'ignore',
    })
    return nobody
  } catch {
    return null
  }
})()
if (ordinary)
  test('普通用户启动：服务和数据库都以他运行，不要别的用户；数据只有他能读', async () => {
    const data = folder('ordinary')
    chownSync(data, ordinary.uid, ordinary.gid)
    const c = startServer({ HUISHENG_DATA: data, HOME: data }, undefined, ordinary)
    children.push(c)
    expect((await fetch(`${await c.address}/healthz`)).ok).toBe(true)
    for (const pid of [c.process.pid!, postmasterOf(data)]) expect(statSync(`/proc/${pid}`).uid).toBe(ordinary.uid)
    expect(statSync(join(data, 'postgres/data')).mode & 0o077).toBe(0)
    c.process.kill('SIGTERM')
    expect(await c.ended).toBe(0)
  })

describe('启动与停止', () => {
  test('一份数据只开一个；第二个说明原因后退出，第一个不受影响；停下后数据库也停下', async () => {
    const data = folder('twice')
    const first = serve({ HUISHENG_DATA: data })
    const base = await first.address
    const second = serve({ HUISHENG_DATA: data })
    expect(await second.ended).toBe(1)
    expect(second.printed()).toContain('这份数据已有一个回声在运行')
    expect((await fetch(`${base}/healthz`)).ok).toBe(true)

    // 命令行在服务运行时照常可用，用完不把数据库带走
    const o = await openWorld({ env: { HUISHENG_DATA: data } })
    await o.close()
    expect((await fetch(`${base}/healthz`)).ok).toBe(true)

    const postmaster = postmasterOf(data)
    first.process.kill('SIGINT')
    expect(await first.ended).toBe(0)
    expect(first.printed()).toContain('正在停止')
    expect(alive(postmaster)).toBe(false)
  })

  test('启动到一半就停：干净地结束，再启动如常', async () => {
    const data = folder('halfway')
    for (const mark of ['postgres/data.new', 'postgres/data/postmaster.pid']) {
      const c = serve({ HUISHENG_DATA: data })
      await Promise.race([until(async () => existsSync(join(data, mark))), c.ended])
      c.process.kill('SIGTERM')
      expect(await c.ended, c.printed()).not.toBe(null)
      expect(c.printed()).not.toMatch(/at .+\.ts:\d+/)
      expect(existsSync(join(data, 'postgres/data/postmaster.pid'))).toBe(false)
    }
    const again = serve({ HUISHENG_DATA: data })
    expect((await fetch(`${await again.address}/healthz`)).ok).toBe(true)
    again.process.kill('SIGTERM')
    expect(await again.ended).toBe(0)
  })

  test('端口被占：立即说明并给出办法，不动数据', async () => {
    const taken = createServer()
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
    const { port } = taken.address() as { port: number }
    const data = join(folder('port'), 'none')
    const c = serve({ HUISHENG_DATA: data, PORT: String(port) })
    expect(await c.ended).toBe(1)
    expect(c.printed()).toBe(`端口 ${port} 已被占用，请换一个：PORT=${port + 1} npm start\n`)
    expect(existsSync(data)).toBe(false)
    taken.close()
  })

  test('端口号、固定日期写错：一句话说明', async () => {
    const data = folder('words')
    const port = serve({ HUISHENG_DATA: data, PORT: '80x' })
    expect(await port.ended).toBe(1)
    expect(port.printed()).toBe('PORT=80x 不是端口号\n')
    const today = serve({ HUISHENG_DATA: data, HUISHENG_TODAY: '2026-02-30' })
    expect(await today.ended).toBe(1)
    expect(today.printed()).toContain('HUISHENG_TODAY=2026-02-30 不是有效日期')
  })

  test('数据库运行中被杀死：回答 503 和一句话，自行恢复，不用重启', async () => {
    const data = folder('gone')
    const opened = await openWorld({ env: { HUISHENG_DATA: data, HUISHENG_TODAY: '2026-03-05' } })
    await inTown(opened.world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
      createTown(tx, smallTown(), { now: opened.world.clock.now(), today: opened.world.clock.today() }),
    )
    await opened.close()
    const c = serve({ HUISHENG_DATA: data, HUISHENG_TODAY: '2026-03-05' })
    const base = await c.address
    const signIn = await fetch(`${base}/api/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'clerk', password }),
    })
    const cookie = signIn.headers.getSetCookie()[0]!.split(';')[0]!
    process.kill(postmasterOf(data), 'SIGKILL')
    const statuses = new Set<number>()
    await until(async () => {
      const r = await fetch(`${base}/api/petitions`, { headers: { cookie } })
      statuses.add(r.status)
      if (r.status === 503) expect(((await r.json()) as { message: string }).message).toContain('没有丢失')
      return r.status === 200 && statuses.has(503)
    })
    expect([...statuses].sort()).toEqual([200, 503])
    expect((await (await fetch(`${base}/healthz`)).json()) as object).toMatchObject({ ok: true, database: 'up' })
    c.process.kill('SIGTERM')
    expect(await c.ended).toBe(0)
  })
})

describe('数据文件夹', () => {
  test('不能写、不是文件夹、是别人的：说明是哪个、为什么、怎么办，一概不改动', async () => {
    const root = folder('folder')
    writeFileSync(join(root, 'file'), '')
    await expect(startPostgres(join(root, 'file'))).rejects.toThrow('不能使用')
    await expect(startPostgres(join(root, 'file/below'))).rejects.toThrow('路径中有一段不是文件夹')

    const foreign = join(root, 'foreign')
    mkdirSync(foreign)
    writeFileSync(join(foreign, 'PG_VERSION'), '18\n')
    await expect(startPostgres(foreign)).rejects.toThrow('另一个 PostgreSQL 的数据目录')

    const strange = join(root, 'strange')
    mkdirSync(join(strange, 'postgres/data'), { recursive: true })
    writeFileSync(join(strange, 'postgres/data/重要.txt'), '别删')
    await expect(startPostgres(strange)).rejects.toThrow('没有改动它')
    expect(readFileSync(join(strange, 'postgres/data/重要.txt'), 'utf8')).toBe('别删')

    for (const [code, why] of [
      ['EACCES', '没有写入权限'],
      ['EROFS', '只读'],
      ['ENOSPC', '磁盘已满'],
    ])
      expect(folderSentence('/data', { code })).toContain(why)
  })

  test('别的大版本的数据：不打开，说明怎样迁移', async () => {
    const data = folder('major')
    mkdirSync(join(data, 'postgres/data'), { recursive: true })
    writeFileSync(join(data, 'postgres/data/PG_VERSION'), '17\n')
    await expect(startPostgres(data)).rejects.toThrow('数据文件夹是 PostgreSQL 17 的，本程序带的是 18')
  })

  test('上次开机留下的锁不妨碍启动；整个文件夹挪了地方也照常', async () => {
    const data = folder('moved')
    await (await startPostgres(data, { fast: true })).stop()
    writeFileSync(join(data, 'postgres/data/postmaster.pid'), '1\n/nowhere\n1000000000\n5432\n')
    await (await startPostgres(data, { fast: true })).stop()
    const other = folder('moved-to')
    cpSync(join(data, 'postgres'), join(other, 'postgres'), { recursive: true, preserveTimestamps: true })
    const again = await startPostgres(other, { fast: true })
    expect(again.adopted).toBe(false)
    await again.stop()
  })
})

describe('时钟', () => {
  test('运行中被拨回：小幅停住等它，大幅按流逝的时间走，从不倒退', () => {
    let wall = 1_000_000
    let elapsed = 0
    const now = steadyTime(
      () => wall,
      () => elapsed,
    )
    const pass = (ms: number) => {
      wall += ms
      elapsed += ms
    }
    expect(now()).toBe(1_000_000)
    pass(500)
    expect(now()).toBe(1_000_500)
    wall -= 5_000
    pass(100)
    expect(now()).toBe(1_000_500)
    pass(10_000)
    expect(now()).toBe(1_005_600)
    wall -= 3_600_000
    pass(2_000)
    expect(now()).toBe(1_007_600)
    pass(1_000)
    expect(now()).toBe(1_008_600)
    wall += 7_200_000
    expect(now()).toBe(wall)
  })

  test('启动时早于最近一次办理：不启动，说明两个时间；演示镇和固定日期不管', async () => {
    const world = await testWorld('2026-03-05')
    const real = smallTown()
    await inTown(world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
      createTown(
        tx,
        { ...real, town: { ...real.town, isFiction: false } },
        { now: world.clock.now(), today: world.clock.today() },
      ),
    )
    const at = (text: string) => ({ now: () => new Date(text), today: world.clock.today, fixed: false })
    expect(await clockSetBack(world, at('2026-03-05T08:00:00+08:00'))).toBe(
      '系统时钟（2026-03-05 08:00）早于最近一次办理的时间（2026-03-05 09:00），可能被拨回；期限会算错，请校准时间后再启动',
    )
    expect(await clockSetBack(world, at('2026-03-05T08:58:00+08:00'))).toBe(null)
    expect(await clockSetBack(world, { ...at('2020-01-01T00:00:00Z'), fixed: true })).toBe(null)
    await world.ownerPool.query('update town set is_fiction = true')
    expect(await clockSetBack(world, at('2020-01-01T00:00:00Z'))).toBe(null)
    await world.drop()
  })
})

describe('磁盘满', () => {
  test('材料存不下：这一步没有保存，说明原因，事项照旧', async () => {
    const world = await testWorld('2026-03-05')
    await inTown(world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
      createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }),
    )
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' })
    const app = await createApp({
      ...world,
      files: {
        ...world.files,
        put: async () => {
          throw full
        },
      },
    })
    const signIn = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: 'clerk', password } })
    const headers = { cookie: `${signIn.cookies[0]!.name}=${signIn.cookies[0]!.value}` }
    const input = { channel: 'visit', receivedOn: '2026-03-02', request: '道路积水', parties: [{ name: '王建国' }] }
    const made = await app.inject({
      method: 'POST',
      url: '/api/petitions',
      headers,
      payload: { requestId: uuidv7(), input },
    })
    const { id } = made.json()
    const line = '----part'
    const r = await app.inject({
      method: 'POST',
      url: `/api/petitions/${id}/attachments`,
      headers: { ...headers, 'content-type': `multipart/form-data; boundary=${line}` },
      payload: `--${line}\r\ncontent-disposition: form-data; name="requestId"\r\n\r\n${uuidv7()}\r\n--${line}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n现场情况\r\n--${line}--\r\n`,
    })
    expect(r.statusCode, r.body).toBe(507)
    expect(r.json().message).toContain('磁盘已满，这一步没有保存')
    const page = await app.inject({ url: `/api/petitions/${id}`, headers })
    expect(page.json().attachments).toEqual([])
    await app.close()
    await world.drop()
  })

  test('数据库写不下：同一句话，不当作程序故障', () => {
    expect(answerOf({ code: '53100' })).toMatchObject({ status: 507, fault: true })
    expect(answerOf({ code: '57P03' }).status).toBe(503)
    expect(answerOf(new TypeError('x')).message).not.toContain('TypeError')
  })
})

describe('自己的数据库服务器', () => {
  test('第二个真实的 PostgreSQL 经 DATABASE_URL 使用：迁移、登记、核对都一样，数据在那边', async () => {
    const [there, here] = [folder('own'), folder('own-files')]
    const port = await freePort()
    const own = await startPostgres(there, { fast: true, tcp: { port, password: 'x' } })
    try {
      const admin = new pg.Client(own.connection)
      await admin.connect()
      // 另一位管理员给的普通用户，没有超级权限
      await admin.query("create role office login password 'Mima2026' createrole")
      await admin.query("create database petitions owner office encoding 'UTF8' template template0")
      await admin.query("create database latin owner office encoding 'LATIN1' locale 'C' template template0")
      await admin.end()
      const url = `postgres://office:Mima2026@127.0.0.1:${port}/petitions`
      const env = { DATABASE_URL: url, HUISHENG_DATA: here, HUISHENG_TODAY: '2026-03-05' }
      const o = await openWorld({ env })
      await inTown(o.world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
        createTown(tx, smallTown(), { now: o.world.clock.now(), today: o.world.clock.today() }),
      )
      await o.close()

      const c = serve(env)
      const base = await c.address
      const signIn = await fetch(`${base}/api/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'clerk', password }),
      })
      expect(signIn.status).toBe(200)
      const cookie = signIn.headers.getSetCookie()[0]!.split(';')[0]!
      const input = { channel: 'visit', receivedOn: '2026-03-02', request: '道路积水', parties: [{ name: '王建国' }] }
      const send = async () =>
        fetch(`${base}/api/petitions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', cookie },
          body: JSON.stringify({ requestId: uuidv7(), input }),
        })
      expect((await send()).status).toBe(200)
      expect(existsSync(join(here, 'postgres'))).toBe(false)

      // 第二个服务用同一个库，不行
      const second = serve(env)
      expect(await second.ended).toBe(1)
      expect(second.printed()).toContain('这份数据已有一个回声在运行')

      // 那边重启：回答 503，回来后继续，锁也重新拿到
      await own.stop()
      expect((await send()).status).toBe(503)
      const back = await startPostgres(there, { fast: true, tcp: { port, password: 'x' } })
      await until(async () => (await send()).status === 200)
      await until(async () => {
        const third = serve(env)
        return (await third.ended) === 1
      })
      c.process.kill('SIGTERM')
      expect(await c.ended).toBe(0)

      // 说得清的拒绝
      const open = (u: string) => openWorld({ env: { ...env, DATABASE_URL: u } })
      await expect(open(url.replace('Mima2026', 'cuode'))).rejects.toThrow('用户名或密码不对')
      await expect(open(url.replace('/petitions', '/nothing'))).rejects.toThrow('没有这个数据库')
      await expect(open(url.replace('/petitions', '/latin'))).rejects.toThrow('编码是 LATIN1')
      await back.stop()
      await expect(open(url)).rejects.toThrow(`连不上数据库 127.0.0.1:${port}/petitions：那里没有数据库在监听`)
      await expect(open('不是网址')).rejects.toThrow('DATABASE_URL 写得不对')
    } finally {
      await own.stop()
    }
  })

  test('太旧的、只读的不用；说明里没有密码', async () => {
    expect(ownServerRefusal({ version: 140_012, encoding: 'UTF8', standby: false })).toContain('PostgreSQL 14')
    expect(ownServerRefusal({ version: 160_003, encoding: 'UTF8', standby: true })).toContain('只读的备库')
    expect(ownServerRefusal({ version: 150_001, encoding: 'UTF8', standby: false })).toBe(null)
    const said = databaseSentence('postgres://office:Mima2026@db.local/petitions', { code: 'ENOTFOUND' })
    expect(said).toBe('连不上数据库 db.local/petitions：找不到这个主机名')
    const old = {
      connect: async () => ({
        query: async () => ({ rows: [{ server_version_num: '140012' }], rowCount: 1 }),
        release: () => {},
      }),
    }
    await expect(migrate(old as never)).rejects.toThrow('数据库版本太旧（14）')
  })
})

const freePort = () =>
  new Promise<number>((done) => {
    const s = createServer()
    s.listen(0, '127.0.0.1', () => {
      const { port } = s.address() as { port: number }
      s.close(() => done(port))
    })
  })
