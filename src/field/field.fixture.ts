import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect } from 'vitest'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { callsOf } from '../people/calls.fixture.ts'
import { smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { createApp } from '../server.ts'

export const digestOf = (b: Buffer) => createHash('sha256').update(b).digest('hex')

/** A small town on 5 March 2026 whose server answers in process, for the tests of one file. */
export const fieldOffice = () => {
  const o = {} as { world: TestWorld; town: NewTown; app: Awaited<ReturnType<typeof createApp>> }
  beforeAll(async () => {
    o.world = await testWorld('2026-03-05')
    o.town = await inTown(o.world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
      createTown(tx, smallTown(), { now: o.world.clock.now(), today: o.world.clock.today() }),
    )
    o.app = await createApp(o.world)
  })
  afterAll(async () => {
    await o.app?.close()
    await o.world?.drop()
  })
  const { as, cookieOf } = callsOf(() => o.app)
  const now = () => o.world.clock.now().getTime()
  const sql = async <T = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<T[]> =>
    (await o.world.ownerPool.query(text, values)).rows
  const matter = (more: object = {}) => ({
    requestId: uuidv7(),
    heardAt: now(),
    sentAt: now(),
    input: {
      request: '村东路灯不亮，要求修好',
      name: '试验人甲',
      readBack: true,
      villageId: o.town.villages.东庄村,
      ...more,
    },
  })
  const register = async (who = 'gridWorker', more: object = {}) => {
    const r = await as(who, 'POST', '/api/field/matters', matter(more))
    expect(r.status, r.body).toBe(200)
    return r.json as { id: string; number: string }
  }
  return Object.assign(o, { as, cookieOf, now, sql, matter, register })
}
