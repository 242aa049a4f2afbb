import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lookAt, scan } from './clamav.ts'
import { takeIn } from './files.ts'

/** Speaks clamd's side of INSTREAM: gathers the pieces to the empty one, then says what it found. */
const clamd = (): Server =>
  createServer({ allowHalfOpen: true }, (socket) => {
    let all = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (part) => {
      all = Buffer.concat([all, part as Buffer])
      const head = 'zINSTREAM\0'
      if (all.length < head.length) return
      if (all.subarray(0, head.length).toString() !== head) return void socket.end('UNKNOWN COMMAND\0')
      let at = head.length
      const body: Buffer[] = []
      while (at + 4 <= all.length) {
        const size = all.readUInt32BE(at)
        if (size === 0) {
          const text = Buffer.concat(body).toString('latin1')
          if (text.length > 300_000) return void socket.end('INSTREAM size limit exceeded. ERROR\0')
          return void socket.end(text.includes('EICAR') ? 'stream: Eicar-Test-Signature FOUND\0' : 'stream: OK\0')
        }
        if (at + 4 + size > all.length) return
        body.push(all.subarray(at + 4, at + 4 + size))
        at += 4 + size
      }
    })
  })

let server: Server
let at: string
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'huisheng-clamav-'))
  server = clamd()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  at = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await new Promise((done) => server.close(done))
  rmSync(folder, { recursive: true, force: true })
})

test('干净的文件放行，几段送完；查出病毒的说出名字', async () => {
  expect(await scan(at, Buffer.alloc(200_000, 'a'))).toBeNull()
  expect(await scan(at, Buffer.concat([Buffer.alloc(100_000, 'a'), Buffer.from('EICAR')]))).toBe('Eicar-Test-Signature')
})

test('查出病毒的隔离在数据文件夹里，只有本用户能读，一句话说清楚；没有配置就不查', async () => {
  const env = { HUISHENG_CLAMAV: at, HUISHENG_DATA: folder }
  const data = Buffer.from('EICAR 测试')
  await expect(lookAt('单据.pdf', data, env)).rejects.toThrow('“单据.pdf”查出病毒（Eicar-Test-Signature），已经隔离')
  const [kept] = readdirSync(join(folder, 'quarantine'))
  const path = join(folder, 'quarantine', kept!)
  expect(readFileSync(path).equals(data)).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  await lookAt('单据.pdf', data, {})
})

test('杀毒服务连不上、看不了，文件都不收；套接字文件也能连', async () => {
  await expect(lookAt('甲.txt', Buffer.from('a'), { HUISHENG_CLAMAV: '127.0.0.1:1' })).rejects.toMatchObject({
    status: 503,
    message: expect.stringContaining('没有收下'),
  })
  await expect(lookAt('大.txt', Buffer.alloc(400_000, 'a'), { HUISHENG_CLAMAV: at })).rejects.toMatchObject({
    status: 503,
  })
  const socket = join(folder, 'clamd.sock')
  const other = clamd()
  await new Promise<void>((done) => other.listen(socket, done))
  expect(await scan(socket, Buffer.from('a'))).toBeNull()
  await new Promise((done) => other.close(done))
})

test('每一种上传都先查：收材料的入口自己会问', async () => {
  process.env.HUISHENG_CLAMAV = at
  process.env.HUISHENG_DATA = folder
  try {
    await expect(takeIn('说明.txt', Buffer.from('EICAR'))).rejects.toThrow('查出病毒')
    expect((await takeIn('说明.txt', Buffer.from('干净的'))).mime).toBe('text/plain')
  } finally {
    delete process.env.HUISHENG_CLAMAV
    delete process.env.HUISHENG_DATA
  }
})
