import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyTown } from './audit/verify.ts'
import { uuidv7 } from './kit/server/crypto.ts'
import { inTown } from './kit/server/db.ts'
import { testFolder } from './kit/server/testing.ts'
import { password, smallTown } from './people/fixture.ts'
import { createTown } from './people/setup.store.ts'
import { type Child, postmasterOf, startServer, until } from './server.fixture.ts'
import { openWorld } from './world.ts'

/**
 * The server and the database are killed with SIGKILL while moves are being acknowledged. What was acknowledged must be there
 * after the next start, once; what was not may be there or not, and the same request sent again makes it so, once.
 */
let dataDir: string
let server: Child | null = null
const env = () => ({ HUISHENG_DATA: dataDir, HUISHENG_TODAY: '2026-03-05' })
beforeAll(async () => {
  dataDir = testFolder('kill')
  const opened = await openWorld({ env: env() })
  await inTown(opened.world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
    createTown(tx, smallTown(), { now: opened.world.clock.now(), today: opened.world.clock.today() }),
  )
  await opened.close()
})
afterAll(async () => {
  server?.process.kill('SIGTERM')
  await server?.ended
  rmSync(dataDir, { recursive: true, force: true })
})

/** Deterministic chance: where in the flow of work the kill falls. */
const dice = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed / 2_147_483_648
}

test('服务或数据库在办理中途被 kill -9：下次启动自行恢复，答复过的一件不少、一件不重', async () => {
  const chance = dice(20260305)
  const acknowledged = new Map<string, string>()
  const open = new Set<string>()
  const sentences = new Set<string>()
  let cookie = ''

  const register = async (base: string, requestId: string): Promise<boolean> => {
    const r = await fetch(`${base}/api/petitions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify({
        requestId,
        input: {
          channel: 'visit',
          receivedOn: '2026-03-02',
          request: `反映道路积水 ${requestId}`,
          parties: [{ name: '王建国' }],
        },
      }),
    }).catch(() => null)
    if (!r) return false
    const body = (await r.json().catch(() => null)) as { number?: string; message?: string } | null
    if (r.status === 200 && body?.number) {
      acknowledged.set(requestId, body.number)
      open.delete(requestId)
      return true
    }
    // The database may be away; nothing else may go wrong.
    expect([503], `${r.status} ${body?.message}`).toContain(r.status)
    sentences.add(body!.message!)
    return false
  }

  for (const victim of ['server', 'database', 'both', 'database', 'both'] as const) {
    const alive = server && server.process.exitCode === null && server.process.signalCode === null
    if (!alive) server = startServer(env())
    const base = await server!.address
    await until(async () => (await fetch(`${base}/healthz`)).ok)
    if (cookie === '') {
      const r = await fetch(`${base}/api/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'clerk', password }),
      })
      cookie = r.headers.getSetCookie()[0]!.split(';')[0]!
    }
    // What was left without an answer is sent again under the same request id.
    for (const requestId of [...open]) await until(() => register(base, requestId))

    const target = acknowledged.size + 15 + Math.floor(chance() * 40)
    let struck = false
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let after = 0; after < 3; ) {
          const requestId = uuidv7()
          open.add(requestId)
          await register(base, requestId)
          if (struck) after += 1
          else if (acknowledged.size >= target) {
            struck = true
            if (victim !== 'server') process.kill(postmasterOf(dataDir), 'SIGKILL')
            if (victim !== 'database') server!.process.kill('SIGKILL')
          }
        }
      }),
    )
    if (victim !== 'database') await server!.ended
    else expect(server!.process.exitCode, server!.printed()).toBe(null)
  }

  server = startServer(env())
  const base = await server.address
  for (const requestId of [...open]) await until(() => register(base, requestId))
  server.process.kill('SIGTERM')
  expect(await server.ended).toBe(0)

  expect(acknowledged.size).toBeGreaterThan(120)
  for (const s of sentences) expect(s).toContain('没有丢失')
  const opened = await openWorld({ env: env() })
  try {
    const rows = (
      await opened.world.ownerPool.query(
        'select t.request_id as id, p.number from trace t join petition p on p.town_id = t.town_id and p.id = t.subject_id where t.request_id is not null',
      )
    ).rows as { id: string; number: string }[]
    const kept = new Map(rows.map((r) => [r.id, r.number]))
    expect(rows.length).toBe(kept.size)
    expect([...acknowledged].filter(([id, number]) => kept.get(id) !== number)).toEqual([])
    expect(kept.size).toBe(acknowledged.size)
    expect((await opened.world.ownerPool.query('select count(*)::int as n from petition')).rows[0].n).toBe(kept.size)
    const town = await opened.world.ownerDb.selectFrom('town').select('id').executeTakeFirstOrThrow()
    const verdict = await inTown(opened.world.db, town.id, (tx) => verifyTown(tx, town.id), { readOnly: true })
    expect(verdict.problems).toEqual([])
  } finally {
    await opened.close()
  }
})
