import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { routesOf } from '../kit/server/http.ts'
import { type TestWorld, testWorld } from '../kit/server/testing.ts'
import { publicFrom } from '../open/figures.ts'
import { smallTown } from '../people/fixture.ts'
import { createTown, type NewTown } from '../people/setup.store.ts'
import { RegisterInput } from '../petitions/register/move.ts'
import { registerMany } from '../petitions/register/register.store.ts'
import { settingOf } from '../petitions/world.store.ts'
import { createPublicApp } from '../server.ts'
import { petitioner, startSession } from './store.ts'

let world: TestWorld
let town: NewTown
let app: Awaited<ReturnType<typeof createPublicApp>>

/** What one matter holds that nobody but its petitioner may be told. */
interface Held {
  id: string
  secrets: string[]
}
const held: Held[] = []

interface Someone {
  name: string
  phone: string
  address: string
  place: string
  words: string
  anonymous: boolean
}
const digits = (n: number) => fc.stringMatching(new RegExp(`^[0-9]{${n}}$`))
const someone: fc.Arbitrary<Someone> = fc.record({
  name: fc.stringMatching(/^[赵钱孙李周吴郑王][\u6c49-\u6c60][\u6c61-\u6c70]$/),
  phone: digits(9).map((d) => `13${d}`),
  address: fc.stringMatching(/^[\u6d00-\u6d20]{3}$/).map((x) => `${x}胡同七号`),
  place: fc.stringMatching(/^[\u6e00-\u6e20]{4}$/),
  words: fc.stringMatching(/^[\u6f00-\u6f40]{8}$/),
  anonymous: fc.boolean(),
})

const bring = (given: readonly Someone[]) =>
  inTown(world.db, town.townId, async (tx) => {
    const s = await settingOf(tx, world, town.townId)
    const many = given.map((g) => ({
      requestId: uuidv7(),
      set: { registeredBy: null },
      input: RegisterInput.parse({
        channel: 'online',
        receivedOn: s.today,
        request: `${g.words}，${g.name} ${g.phone}`,
        facts: `住${g.address}`,
        place: g.place,
        anonymous: g.anonymous,
        villageId: town.villages.东庄村,
        parties: g.anonymous ? [] : [{ name: g.name, phone: g.phone, address: g.address }],
      }),
    }))
    const made = await registerMany(tx, petitioner(town.townId, null), many, s)
    for (const [i, m] of made.entries()) {
      const g = given[i]!
      held.push({ id: m.id, secrets: [m.id, m.number, m.queryCode, g.name, g.phone, g.address, g.place, g.words] })
    }
  })

beforeAll(async () => {
  world = await testWorld('2026-03-05')
  town = await world.db
    .transaction()
    .execute((tx) => createTown(tx, smallTown(), { now: world.clock.now(), today: world.clock.today() }))
  app = await createPublicApp(world)
  await app.ready()
  await bring(fc.sample(someone, publicFrom - 1))
})
afterAll(async () => {
  await app?.close()
  await world?.drop()
})

/** Every route of the public face, as the server itself has them. */
const routes = () => routesOf(app as never).filter((r) => r.method !== 'HEAD' && !r.url.includes('*'))

const notice = '018f0000-0000-7000-8000-0000000000aa'
const answer = (n: number) => `018f0000-0000-7000-8000-0000000000b${n}`
/** Something for each parameter a path has: what is there, what is not, what others hold, and what nobody would send. */
const fillings: Record<string, () => string[]> = {
  ':id': () => [notice, answer(1), answer(2), held[0]!.id, uuidv7(), '__proto__', '1', '%27'],
  ':file': () => [uuidv7(), held[0]!.id, 'x'],
  ':token': () => ['abcdefgh', held[0]!.id, '__proto__', 'x'.repeat(300)],
  ':name': () => ['enhance.js', '..%2f..%2fpackage.json', '__proto__'],
}
const pathsOf = (url: string): string[] => {
  const part = /:\w+/.exec(url)?.[0]
  if (!part) return [url]
  const all = fillings[part]
  if (!all) throw new Error(`不知道怎样填 ${url}`)
  return all().flatMap((x) => pathsOf(url.replace(part, x)))
}
const queries = () => [
  '',
  `?t=${held[0]!.id}`,
  `?kind=village&village=${encodeURIComponent('东庄村')}`,
  '?kind=__proto__',
  `?v=${town.villages.东庄村}`,
  '?done=word',
]
const holds = (text: string, all: readonly Held[]) => all.flatMap((h) => h.secrets.filter((x) => text.includes(x)))
const wholeOf = (r: { body: string; headers: object }) => r.body + JSON.stringify(r.headers)
/** Numbers of matters told on a page, that are somebody's. */
const smallIn = (body: string) =>
  [...body.matchAll(/(\d+) 件|<td>(\d+)<\/td>/g)]
    .map((m) => Number(m[1] ?? m[2]))
    .filter((n) => n > 0 && n < publicFrom)

const readAll = async (cookie = '') => {
  const pages: { url: string; text: string; body: string; status: number }[] = []
  for (const r of routes().filter((x) => x.method === 'GET'))
    for (const path of pathsOf(r.url))
      for (const q of queries()) {
        // A number that is asked for comes back in the form; none is asked for here.
        const answered = await app.inject({ url: path + q, headers: cookie ? { cookie } : {} })
        pages.push({ url: path + q, text: wholeOf(answered), body: answered.body, status: answered.statusCode })
      }
  return pages
}

test('公众端的每一个地址，没有凭据时给出的字里没有任何人的名字、号码、住址、地点、编号，也没有不到十件的数', async () => {
  expect(routes().length).toBeGreaterThan(20)
  // Put out and taken back, and put out and sealed since: neither may be read.
  for (const [n, h] of held.slice(0, 2).entries()) {
    await world.ownerPool.query(
      `insert into public_answer (town_id, id, petition_id, round, kind, title, question, answer, struck, posted_on, by_id, by_name, request_id)
       values ($1, $2, $3, 1, 'answer', $4, $5, $6, 0, '2026-03-05', $7, '办公室', $8)`,
      [town.townId, answer(n + 1), h.id, h.secrets[3], h.secrets[4], h.secrets[7], town.staff.clerk, uuidv7()],
    )
    await world.ownerPool.query(
      "insert into publish_consent (town_id, petition_id, given_on, withdrawn_on) values ($1, $2, '2026-03-05', $3)",
      [town.townId, h.id, n === 0 ? '2026-03-05' : null],
    )
  }
  await world.ownerPool.query('update petition set sealed = true where id = $1', [held[1]!.id])
  for (const stage of ['不足十件', '够十件']) {
    for (const p of await readAll()) {
      expect(p.status, `${stage} ${p.url}`).toBeLessThan(500)
      // What stands in the address itself was the asker's to begin with.
      const told = holds(p.text, held).filter((x) => !p.url.includes(x))
      expect(told, `${stage} ${p.url}`).toEqual([])
      expect(smallIn(p.body), `${stage} ${p.url}`).toEqual([])
    }
    const figures = (await app.inject('/c/open')).body.includes('全镇共登记')
    expect(figures).toBe(stage === '够十件')
    if (stage === '不足十件') {
      await bring(fc.sample(someone, 6))
      world.clock.set('2026-03-06')
    }
  }
})

test('随便什么参数、什么表单，不出错，也不说出任何人', async () => {
  const odd = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('__proto__', "' or 1=1 --", '{{', '%00', '../..'))
  const fields = fc.dictionary(
    fc.constantFrom(
      'number',
      'code',
      'kind',
      'request',
      'name',
      'seal',
      'requestId',
      'work',
      'body',
      'office',
      'page',
      'before',
      'at',
      'when',
      'whom',
      'b',
      'v',
    ),
    odd,
  )
  await fc.assert(
    fc.asyncProperty(fc.nat(), odd, fields, async (pick, value, sent) => {
      const all = routes()
      const r = all[pick % all.length]!
      const url = `${r.url.replace(/:\w+/g, () => encodeURIComponent(value) || 'x')}?${new URLSearchParams(sent)}`
      const answered = await app.inject({
        method: r.method as 'GET',
        url,
        remoteAddress: `10.0.${pick % 250}.7`,
        ...(r.method === 'POST'
          ? {
              headers: { 'content-type': 'application/x-www-form-urlencoded' },
              payload: new URLSearchParams(sent).toString(),
            }
          : {}),
      })
      expect(answered.statusCode, `${r.method} ${url}`).toBeLessThan(500)
      expect(holds(wholeOf(answered), held)).toEqual([])
    }),
    { numRuns: 150 },
  )
})

test('凭自己的编号进来的人，在任何地址都看不到别人的一个字', async () => {
  const mine = held.at(-1)!
  const token = await inTown(world.db, town.townId, async (tx) =>
    startSession(tx, town.townId, mine.id, await settingOf(tx, world, town.townId)),
  )
  const others = held.filter((h) => h !== mine)
  for (const p of await readAll(`huisheng_c=${token}`)) {
    expect(p.status, p.url).toBeLessThan(500)
    expect(
      holds(p.text, others).filter((x) => !p.url.includes(x)),
      p.url,
    ).toEqual([])
  }
})
