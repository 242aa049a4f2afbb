import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestWorld, testWorld } from './testing.ts'
import { Together } from './together.ts'

let world: TestWorld
beforeAll(async () => {
  world = await testWorld('2026-03-05')
})
afterAll(() => world?.drop())

const types = new Map([
  ['n', 'integer'],
  ['id', 'uuid'],
  ['on_day', 'date'],
  ['yes', 'boolean'],
  ['words', 'text'],
  ['tags', 'text[]'],
  ['ids', 'uuid[]'],
  ['data', 'jsonb'],
])
/** Everything that means something within an array's text or a JSON. */
const words = fc.string({ unit: fc.constantFrom(...'回声{}",\\\'\n ', 'NULL', 'null') })
const left = <T>(of: fc.Arbitrary<T>) => fc.oneof(of, fc.constantFrom(null, undefined))
const row = fc.record({
  id: left(fc.uuid()),
  onDay: left(fc.constantFrom('2026-03-05', '2024-02-29')),
  yes: left(fc.boolean()),
  words: left(words),
  tags: left(fc.array(words, { maxLength: 3 })),
  ids: left(fc.array(fc.uuid(), { maxLength: 3 })),
  // Node 24 itself mistakes a key with an escape for another one when it reads JSON; ours are plain words.
  data: left(fc.dictionary(fc.constantFrom('', '回声', 'NULL', '{}', ','), words, { maxKeys: 2 })),
})

test('成批写入：随便哪些列空着、缺着，有引号、括号、NULL 字样，读出来和写进去的一样', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) =>
      world.ownerDb.transaction().execute(async (tx) => {
        await sql`create temp table notice (n integer, id uuid, on_day date, yes boolean default true, words text default '没写',
          tags text[], ids uuid[], data jsonb) on commit drop`.execute(tx)
        await new Together()
          .insertMany(
            'notice',
            rows.map((r, n) => ({ n, ...r })),
            types,
          )
          .write(tx)
        const kept = await sql`select id, on_day, yes, words, tags, ids, data from notice order by n`.execute(tx)
        const given = rows.map((r) => ({
          ...Object.fromEntries(Object.entries(r).map(([k, v]) => [k, v ?? null])),
          ...(r.yes === undefined ? { yes: true } : {}),
          ...(r.words === undefined ? { words: '没写' } : {}),
        }))
        expect(kept.rows).toEqual(given)
      }),
    ),
    { numRuns: 60 },
  )
})

test('成批写入：不是编号的不写', () => {
  for (const id of ['', '不是编号', '018f0000-0000-7000-8000-00000000000', '018f0000-0000-7000-8000-00000000000g'])
    expect(() =>
      new Together().insertMany(
        'notice',
        [
          { n: 1, id },
          { n: 2, id: null },
        ],
        types,
      ),
    ).toThrow('不是编号')
})

test('成批写入：整数、真假的列里不是整数、真假的不写，不悄悄变成别的', () => {
  const rows = (wrong: object) => [
    { n: 1, yes: true, ...wrong },
    { n: 2, yes: false },
  ]
  for (const n of [Number.NaN, 1.5, '7', 2 ** 31])
    expect(() => new Together().insertMany('notice', rows({ n }), types), String(n)).toThrow(/不是整数|out of range/)
  for (const yes of ['f', 0, 'false'])
    expect(() => new Together().insertMany('notice', rows({ yes }), types), String(yes)).toThrow('不是真假')
})
