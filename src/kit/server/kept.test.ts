import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { smallTown } from '../../people/fixture.ts'
import { createTown } from '../../people/setup.store.ts'
import { inTown } from './db.ts'
import { keepPages } from './kept.ts'
import { type TestWorld, testWorld } from './testing.ts'

let world: TestWorld
let townId: string
beforeAll(async () => {
  world = await testWorld('2026-03-05')
  const made = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  townId = made.townId
})
afterAll(() => world?.drop())

const write = () => inTown(world.db, townId, (tx) => sql`select 1`.execute(tx))
const nameNow = () =>
  inTown(
    world.db,
    townId,
    async (tx) => (await sql<{ n: string }>`select name as n from town`.execute(tx)).rows[0]!.n,
    {
      readOnly: true,
    },
  )

test('同一页一起问的只做一次；只看不写的不用重做；写过以后再问的一定是新的', async () => {
  const keep = keepPages(60)
  let made = 0
  const page = async () => {
    made += 1
    return `${made} ${await nameNow()}`
  }
  const all = await Promise.all(Array.from({ length: 50 }, () => keep('a', townId, page)))
  expect([made, new Set(all.map((k) => k.etag)).size]).toEqual([1, 1])
  await nameNow()
  await keep('a', townId, page)
  expect(made).toBe(1)
  await write()
  expect((await keep('a', townId, page)).body.toString()).toContain('2 ')
})

test('做到一半有人写了，先问的可以看旧的，后问的等新的', async () => {
  const keep = keepPages(60)
  let state = 'old'
  let go = () => {}
  const held = new Promise<void>((done) => {
    go = done
  })
  const page = async () => {
    const seen = state
    if (seen === 'old') await held
    return seen
  }
  const before = keep('b', townId, page)
  await new Promise((done) => setTimeout(done, 5))
  state = 'new'
  await write()
  const after = keep('b', townId, page)
  go()
  expect((await before).body.toString()).toBe('old')
  expect((await after).body.toString()).toBe('new')
})

test('做不出来的不留；留的页数有上限', async () => {
  const keep = keepPages(60, 2)
  let made = 0
  const page = async () => {
    made += 1
    return String(made)
  }
  const fails = () => Promise.reject(new Error('没有'))
  for (const key of ['x', 'y', 'z', 'u']) await expect(keep(key, townId, fails)).rejects.toThrow('没有')
  await keep('a', townId, page)
  await keep('b', townId, page)
  for (const key of ['x', 'y', 'z']) await expect(keep(key, townId, fails)).rejects.toThrow('没有')
  await keep('a', townId, page)
  await keep('b', townId, page)
  expect(made).toBe(2)
  await keep('c', townId, page)
  await keep('a', townId, page)
  expect(made).toBe(4)
})
