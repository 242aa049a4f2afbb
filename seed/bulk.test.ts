import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyTown } from '../src/audit/verify.ts'
import { inTown } from '../src/kit/server/db.ts'
import { type TestWorld, testWorld } from '../src/kit/server/testing.ts'
import { createTown } from '../src/people/setup.store.ts'
import { createApp } from '../src/server.ts'
import { seedBulk } from './bulk.ts'
import { demoPassword } from './town.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld('2026-06-01')
}, 120_000)
afterAll(() => world.drop())

const keysOf = async () =>
  (
    await world.ownerPool.query(
      `select string_agg(def, e'\\n' order by def) as all from (
        select pg_get_constraintdef(oid) as def from pg_constraint where connamespace = 'public'::regnamespace
        union all select pg_get_indexdef(indexrelid) from pg_index where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)) x`,
    )
  ).rows[0].all

test('批量事项合乎表结构：约束和索引一个不少，留痕、合计核对无误，各环节的事项都打得开', async () => {
  const before = await keysOf()
  const done = await seedBulk(world, { matters: 2_000, towns: 2 })
  expect(done.rows).toBeGreaterThan(2_000 * 10)
  expect(await keysOf()).toBe(before)

  // 再加一次：接着编号，不重不漏
  await seedBulk(world, { matters: 50, towns: 2 })
  const towns = await world.ownerDb.selectFrom('town').select(['id', 'code']).orderBy('code').execute()
  expect(towns).toHaveLength(2)
  for (const t of towns)
    expect(
      await inTown(world.db, t.id, (tx) => verifyTown(tx, t.id), { readOnly: true }).then((v) => v.problems),
    ).toEqual([])

  const app = await createApp(world)
  const town = towns[0]!
  const signIn = await app.inject({
    method: 'POST',
    url: '/api/sign-in',
    payload: { town: town.code, username: 'zhuren', password: demoPassword },
  })
  expect(signIn.statusCode).toBe(200)
  const headers = { cookie: `huisheng=${signIn.cookies[0]!.value}` }
  const ledger = await app.inject({ url: '/api/petitions?size=200', headers })
  const { rows, totals } = ledger.json()
  const all = await world.ownerDb
    .selectFrom('petition')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('townId', '=', town.id)
    .where('sealed', '=', false)
    .executeTakeFirstOrThrow()
  expect(totals.total).toBe(Number(all.n))
  expect(Object.values(totals.byStep as Record<string, number>).reduce((a, n) => a + n, 0)).toBe(totals.total)

  const states = new Map<string, string>()
  for (const r of rows as { state: string; id: string }[]) states.set(r.state, r.id)
  expect([...states.keys()].sort()).toEqual(['accepted', 'closed', 'handling', 'opinionDraft', 'registered', 'served'])
  for (const id of states.values()) {
    const page = await app.inject({ url: `/api/petitions/${id}`, headers })
    expect(page.statusCode).toBe(200)
    expect(page.json().clocks.length).toBeGreaterThanOrEqual(2)
    expect((await app.inject({ url: `/api/petitions/${id}/timeline`, headers })).json()).toHaveLength(
      page.json().traceCount,
    )
  }
  const word = await app.inject({ url: `/api/petitions?q=${encodeURIComponent('道路')}`, headers })
  expect(word.json().totals.total).toBeGreaterThan(0)
  await app.close()
}, 120_000)

test('已有真实的镇时不混放批量数据', async () => {
  const at = { now: world.clock.now(), today: world.clock.today() }
  await inTown(world.db, '00000000-0000-0000-0000-000000000000', (tx) =>
    createTown(
      tx,
      {
        town: { code: '370982101000', name: '某镇', shortName: '某', superiorName: '某市人民政府' },
        areas: [],
        villages: [],
        accounts: [],
      },
      at,
    ),
  )
  await expect(seedBulk(world, { matters: 10, towns: 2 })).rejects.toThrow('这个数据文件夹里已有某镇')
}, 120_000)
