import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { normalise } from '../kit/chinese.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { whoOfStaff } from '../people/who.store.ts'
import { indexAll } from '../worker.ts'
import { ledger } from './query.ts'
import { RegisterInput } from './register/move.ts'
import { registerMany } from './register/register.store.ts'
import { findSimilar } from './register/similar.query.ts'
import { LedgerQuery } from './routes.ts'
import { settingOf } from './world.store.ts'

let world: TestWorld
const towns: NewTown[] = []
const requests = [
  '要求按合同补足少分的承包地',
  '承包、地块两件事一起问',
  '村口路灯不亮，要求修复',
  '水库渗漏淹了𠮷姓人家的麦田',
  'ＡＢＣ 公司拖欠工资１２００元',
  '50%的补偿款没有到_账',
  '路',
]

beforeAll(async () => {
  world = await testWorld('2026-03-05')
  for (const code of ['370900001', '370900002']) {
    const town = await world.db
      .transaction()
      .execute((tx) => createTown(tx, smallTown([], code), { now: world.clock.now(), today: world.clock.today() }))
    towns.push(town)
    await inTown(world.db, town.townId, async (tx) => {
      const s = await settingOf(tx, world, town.townId)
      const who = await whoOfStaff(tx, town.townId, town.staff.clerk!, s.today)
      await registerMany(
        tx,
        who,
        requests.map((request) => ({
          input: RegisterInput.parse({
            channel: 'visit',
            receivedOn: s.today,
            title: '一件事',
            request: code.endsWith('2') ? `${request}（邻镇）` : request,
            parties: [{ name: '甲' }],
          }),
          requestId: uuidv7(),
        })),
        s,
      )
    })
  }
  await indexAll(world)
})
afterAll(() => world?.drop())

const found = (town: NewTown, q: string) =>
  inTown(world.db, town.townId, async (tx) => {
    const who = await whoOfStaff(tx, town.townId, town.staff.clerk!, world.clock.today())
    const r = await ledger(tx, who, LedgerQuery.parse({ q }), world.clock.today())
    return { n: r.rows.length, total: r.totals!.total }
  })

test('搜两个字、多个字、一个字、生僻字、全角、通配符，结果与逐字比对一致', async () => {
  const words = [
    '承包',
    '包地',
    '承包地',
    '包、地',
    '路灯',
    '路',
    '𠮷姓',
    'abc',
    'ABC',
    '1200',
    '50%',
    '_账',
    '没有的',
    '地块',
    '一件',
  ]
  for (const w of words) {
    const t = normalise(w).toLowerCase()
    const expected = requests.filter((r) => `${normalise(r).toLowerCase()}\n一件事`.includes(t)).length
    expect([w, await found(towns[0]!, w)]).toEqual([w, { n: expected, total: expected }])
  }
})

test('从任一条诉求中任取一段都能搜到它', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...requests),
      fc.nat(30),
      fc.integer({ min: 1, max: 6 }),
      async (request, from, length) => {
        const points = [...request]
        const part = points.slice(from % points.length, (from % points.length) + length).join('')
        if (normalise(part) === '') return
        expect((await found(towns[0]!, part)).n).toBeGreaterThan(0)
      },
    ),
    { numRuns: 60 },
  )
})

test('搜不到别的镇；就是直接问数据库里的函数，也不回答别的镇', async () => {
  expect((await found(towns[0]!, '邻镇')).n).toBe(0)
  expect((await found(towns[1]!, '邻镇')).n).toBe(requests.length)
  const stolen = await inTown(world.db, towns[0]!.townId, async (tx) => {
    const { sql } = await import('kysely')
    const { gramsOf } = await import('./search.ts')
    const words = gramsOf(towns[1]!.townId, '邻镇')
      .map((g) => `'${g}'`)
      .join(' & ')
    return (
      await sql`select search_matters(${towns[1]!.townId}::uuid, ${words}::tsquery, null)
        union all select search_matters(${towns[0]!.townId}::uuid, ${words}::tsquery, null)`.execute(tx)
    ).rows
  })
  expect(stolen).toEqual([])
})

test('八十件都带“要求”的事里，文字相同的一件照样找得到，不同村、不同人也并列出来', async () => {
  const town = towns[0]!
  const row = (request: string, name: string) => ({
    input: RegisterInput.parse({ channel: 'letter', receivedOn: '2026-03-05', request, parties: [{ name }] }),
    requestId: uuidv7(),
  })
  const who = await inTown(world.db, town.townId, async (tx) => {
    const s = await settingOf(tx, world, town.townId)
    const clerk = await whoOfStaff(tx, town.townId, town.staff.clerk!, s.today)
    const others = Array.from({ length: 80 }, (_, i) => row(`要求查清第${i}号机井旁边的电费收据`, `周${i}`))
    await registerMany(tx, clerk, others.concat(row('要求解决六户的自来水', '孙一')), s)
    return clerk
  })
  await indexAll(world)
  const near = await inTown(world.db, town.townId, (tx) =>
    findSimilar(tx, who, { text: '要求解决六户的自来水', names: ['钱一'], phones: [], idLast4: [], villageId: null }),
  )
  expect(near.map((x) => x.title)).toEqual(['要求解决六户的自来水'])
})
