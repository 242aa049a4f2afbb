import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyFiles, verifyTown } from './audit/verify.ts'
import { backup, restore } from './kit/server/backup.ts'
import { uuidv7 } from './kit/server/crypto.ts'
import { inTown } from './kit/server/db.ts'
import { type TestWorld, testFolder, testWorld } from './kit/server/testing.ts'
import { password, smallTown } from './people/fixture.ts'
import { createTown } from './people/setup.store.ts'
import { createApp } from './server.ts'

let world: TestWorld
let other: TestWorld
let townId: string
let app: Awaited<ReturnType<typeof createApp>>
let headers: { cookie: string }
const place = testFolder('backup')
beforeAll(async () => {
  world = await testWorld('2026-03-05')
  other = await testWorld('2026-03-05')
  townId = (
    await inTown(world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
      createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }),
    )
  ).townId
  app = await createApp(world)
  const signIn = await app.inject({ method: 'POST', url: '/api/sign-in', payload: { username: 'clerk', password } })
  headers = { cookie: `${signIn.cookies[0]!.name}=${signIn.cookies[0]!.value}` }
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
  await other?.drop()
  rmSync(place, { recursive: true, force: true })
})

const register = async () => {
  const input = { channel: 'visit', receivedOn: '2026-03-02', request: '道路积水', parties: [{ name: '王建国' }] }
  const r = await app.inject({
    method: 'POST',
    url: '/api/petitions',
    headers,
    payload: { requestId: uuidv7(), input },
  })
  expect(r.statusCode, r.body).toBe(200)
  return r.json().id as string
}
const attach = async (id: string, text: string) => {
  const line = '----part'
  const r = await app.inject({
    method: 'POST',
    url: `/api/petitions/${id}/attachments`,
    headers: { ...headers, 'content-type': `multipart/form-data; boundary=${line}` },
    payload: `--${line}\r\ncontent-disposition: form-data; name="requestId"\r\n\r\n${uuidv7()}\r\n--${line}\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\ncontent-type: text/plain\r\n\r\n${text}\r\n--${line}--\r\n`,
  })
  expect(r.statusCode, r.body).toBe(200)
}
const checks = async (w: TestWorld) => ({
  chain: (await inTown(w.db, townId, (tx) => verifyTown(tx, townId), { readOnly: true })).problems,
  files: await inTown(w.db, townId, (tx) => verifyFiles(tx, townId, w.files), { readOnly: true }),
  matters: Number((await w.ownerPool.query('select count(*)::int as n from petition')).rows[0].n),
})

test('运行中备份是同一时刻的；恢复到另一个文件夹，留痕、合计、每份文件都相符；坏了能查出来', async () => {
  for (let i = 0; i < 5; i += 1) await attach(await register(), `现场情况 ${i}`)
  // The office goes on working while the backup is taken.
  let stop = false
  let during = 0
  const working = (async () => {
    while (!stop) {
      await attach(await register(), `备份期间 ${during}`)
      during += 1
    }
  })()
  const target = join(place, 'one')
  const made = await backup(world.ownerPool, join(world.dataDir, 'files'), target, world.clock.now())
  stop = true
  await working
  await attach(await register(), '备份之后')
  expect(made.tables.find((t) => t.name === 'petition')!.rows).toBeGreaterThanOrEqual(5)

  // A folder with something in it is not overwritten.
  await expect(backup(world.ownerPool, world.dataDir, target, world.clock.now())).rejects.toThrow('不是空的')

  await restore(other.ownerPool, target, join(other.dataDir, 'files'))
  const there = await checks(other)
  expect(there.chain).toEqual([])
  expect(there.files.problems).toEqual([])
  expect(there.matters).toBe(made.tables.find((t) => t.name === 'petition')!.rows)
  expect(there.matters).toBeLessThan((await checks(world)).matters)
  expect(there.files.files).toBeGreaterThanOrEqual(5)

  // Never onto data that is there already.
  await expect(restore(other.ownerPool, target, join(other.dataDir, 'files'))).rejects.toThrow(
    '只能恢复到空的数据文件夹',
  )

  // One changed byte of one file, one lost file: both are named.
  const keys = (await other.ownerPool.query('select storage_key as key from attachment order by at limit 2')).rows
  const [first, second] = keys.map((k) => join(other.dataDir, 'files', k.key))
  writeFileSync(first!, '改过的内容')
  rmSync(second!)
  const broken = (await checks(other)).files.problems.join('\n')
  expect(broken).toContain('与登记的校验值不符')
  expect(broken).toContain('不在存储中')
})

test('备份不完整或被改动：不恢复任何内容', async () => {
  const fresh = await testWorld('2026-03-05')
  try {
    const target = join(place, 'two')
    await backup(world.ownerPool, join(world.dataDir, 'files'), target, world.clock.now())
    const file = join(target, 'petition.jsonl.gz')
    const text = gunzipSync(readFileSync(file)).toString()
    writeFileSync(file, gzipSync(text.replace('道路积水', '道路通畅')))
    await expect(restore(fresh.ownerPool, target, join(fresh.dataDir, 'files'))).rejects.toThrow('与清单不符')
    expect((await fresh.ownerPool.query('select count(*)::int as n from town')).rows[0].n).toBe(0)
    rmSync(join(target, 'manifest.json'))
    await expect(restore(fresh.ownerPool, target, join(fresh.dataDir, 'files'))).rejects.toThrow('不是完整的备份')
  } finally {
    await fresh.drop()
  }
})
