import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Office, openOffice } from '../duty/fixture.ts'
import { uuidv7 } from '../kit/server/crypto.ts'
import { inTown } from '../kit/server/db.ts'
import { shownFrom } from '../petitions/courtesy/courtesy.ts'
import type { Rating } from '../petitions/petition.ts'
import { worst } from '../petitions/revisit/move.ts'
import { settingOf } from '../petitions/world.store.ts'
import { startSession } from './store.ts'

let o: Office
beforeAll(async () => {
  o = await openOffice()
})
afterAll(() => o?.close())

const post = (url: string, cookie: string, fields: Record<string, string>) =>
  o.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
    payload: new URLSearchParams(fields).toString(),
  })

/** What this test knows of one matter: who said what. */
interface Known {
  id: string
  cookie: string
  own: Pair | null
  /** By place in the list of petitioners. */
  visits: (Pair | null)[]
}
interface Pair {
  office: Rating
  unit: Rating
}
const all: Known[] = []

/** A matter guided to its legal way and told so: the petitioner may judge the work. */
const told = async (people: number): Promise<Known> => {
  const names = ['赵一', '赵二', '赵三'].slice(0, people)
  const parties = names.map((name) => ({ name, isRepresentative: true }))
  const id = await o.register({ parties, headCount: people })
  await o.move('clerk', id, 'classify', { class: 'claim', route: 'litigation', category: null, categoryText: '土地' })
  await o.move('petitionHead', id, 'guide', { where: '县人民法院', how: '带身份证明去立案', timeLeft: '三年' })
  const token = await inTown(o.world.db, o.town.townId, async (tx) =>
    startSession(tx, o.town.townId, id, await settingOf(tx, o.world, o.town.townId)),
  )
  const k = { id, cookie: `huisheng_c=${token}`, own: null, visits: names.map(() => null) }
  all.push(k)
  return k
}

const own = fc.record({
  office: fc.constantFrom<Rating>('satisfied', 'basicallySatisfied', 'dissatisfied'),
  unit: fc.constantFrom<Rating>('satisfied', 'basicallySatisfied', 'dissatisfied'),
})
const heard = fc.record({
  office: fc.constantFrom<Rating>('satisfied', 'basicallySatisfied', 'dissatisfied', 'declined'),
  unit: fc.constantFrom<Rating>('satisfied', 'basicallySatisfied', 'dissatisfied', 'declined'),
})
const op = fc.oneof(
  fc.record({ by: fc.constant('self' as const), says: own, again: fc.boolean() }),
  fc.record({ by: fc.constant('visit' as const), whom: fc.nat({ max: 2 }), says: heard }),
  // Staff with their own session, somebody with the code of another, the code of this one in a browser where staff are signed in, nobody.
  fc.record({ by: fc.constant('other' as const), cookie: fc.constantFrom('staff', 'another', 'desk', ''), says: own }),
)

/** What the rule says must stand on the matter. */
const standing = (k: Known, what: keyof Pair): Rating | null =>
  k.own && k.visits.length === 1
    ? k.own[what]
    : worst([k.own?.[what] ?? null, ...k.visits.map((v) => v?.[what] ?? null)])

test('随便谁、随便什么次序评价：只有本人一次算数，回访改不了本人的，别人代评不成，几个人的不互相盖过', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(op, { minLength: 1, maxLength: 5 }),
      async (people, ops) => {
        const k = await told(people)
        let visited = 0
        for (const x of ops) {
          const fields = { requestId: uuidv7(), office: x.says.office, unit: x.says.unit, reason: '' }
          if (x.by === 'other') {
            const cookies: Record<string, string> = {
              staff: await o.cookie('petitionHead'),
              another: (await told(1)).cookie,
              desk: `${k.cookie}; ${await o.cookie('clerk')}`,
            }
            const another = all.at(-1)!
            const r = await post('/c/matter/rate', cookies[x.cookie] ?? '', { ...fields, petitionId: k.id, id: k.id })
            if (x.cookie === 'desk') {
              expect([r.statusCode, r.body.includes('有工作人员登录着')]).toEqual([409, true])
              continue
            }
            // With the code of another matter it is that matter that was rated.
            expect(r.headers.location).toBe(x.cookie === 'another' ? '/c/matter?done=rate' : '/c/query?again=1')
            if (x.cookie === 'another') another.own = x.says
          } else if (x.by === 'self') {
            const r = await post('/c/matter/rate', k.cookie, fields)
            expect(r.statusCode, r.body).toBe(k.own ? 409 : 303)
            k.own ??= x.says
            // The same form sent twice is no second rating, and no error.
            if (x.again && r.statusCode === 303)
              expect((await post('/c/matter/rate', k.cookie, { ...fields, office: 'satisfied' })).statusCode).toBe(303)
          } else {
            const view = await o.view('clerk', k.id)
            const n = x.whom % people
            // The last of two visits is the later one: they are minutes apart, as visits are.
            o.world.clock.set('2026-03-05', 9, ++visited)
            await o.move('clerk', k.id, 'followUp', {
              onDay: o.world.clock.today(),
              way: 'phone',
              reached: true,
              ratingOffice: x.says.office,
              ratingUnit: x.says.unit,
              reasons: '',
              executed: 'none',
              partyId: view.parties[n]!.id,
            })
            k.visits[n] = x.says
          }
        }
        const { matter } = await o.view('clerk', k.id)
        expect([matter.ratingOffice, matter.ratingUnit]).toEqual([standing(k, 'office'), standing(k, 'unit')])
      },
    ),
    { numRuns: 14 },
  )
  const { rows } = await o.world.ownerPool.query(
    'select petition_id as id, count(*)::int as n from petitioner_rating group by 1',
  )
  expect(rows.every((r: { n: number }) => r.n === 1)).toBe(true)
  expect(rows.length).toBe(all.filter((k) => k.own).length)
  // A bad one opened a check, whoever it was told to; a good one none.
  const checks = await o.world.ownerPool.query('select petition_id as id from quality_check')
  const bad = all.filter((k) =>
    [k.own, ...k.visits].some((p) => p?.office === 'dissatisfied' || p?.unit === 'dissatisfied'),
  )
  for (const k of bad) expect(checks.rows.map((r: { id: string }) => r.id)).toContain(k.id)
}, 90_000)

test('没有评价的不算满意：人数里只有说了的；不满十个的一个字也不显示；存下的评价谁也改不了、删不掉', async () => {
  // Told once the month is over.
  const shown = async () => {
    o.world.clock.set('2026-04-01')
    const { units } = (await o.as('petitionHead', 'GET', '/api/courtesy-results?by=year')).json
    o.world.clock.set('2026-03-05')
    return units
  }
  while (all.filter((k) => k.own).length < shownFrom - 1) {
    const k = await told(1)
    k.own = { office: 'basicallySatisfied', unit: 'satisfied' }
    await post('/c/matter/rate', k.cookie, { requestId: uuidv7(), ...k.own })
  }
  // Left unrated: they weigh nothing.
  for (let i = 0; i < 3; i += 1) await told(1)
  const said = all.flatMap((k) => (k.own ? [k.own.office] : k.visits.flatMap((v) => (v ? [v.office] : []))))
  const counted = said.filter((r) => r !== 'declined')
  const units = await shown()
  if (counted.length < shownFrom) expect(units).toEqual([])
  else {
    const office = units.find((u: { name: string }) => u.name === '信访办')
    // Rounded so that the parts make a hundred together: up or down.
    const share = (counted.filter((r) => r === 'satisfied').length / office.n) * 100
    expect(Math.abs(office.good - share)).toBeLessThan(1)
  }
  for (const text of ['update petitioner_rating set office = $$satisfied$$', 'delete from petitioner_rating'])
    await expect(
      inTown(o.world.db, o.town.townId, (tx) => tx.executeQuery({ sql: text, parameters: [], query: {} } as never)),
    ).rejects.toThrow(/permission denied/)
}, 60_000)
