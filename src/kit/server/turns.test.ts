import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { officeAsked, takeTurns } from './turns.ts'

/** A part that takes turns, whose requests end when told, beside one that doesn't. */
const place = async (atOnce: number, waiting: number) => {
  const app = Fastify()
  const open: (() => void)[] = []
  let now = 0
  let most = 0
  await app.register(async (part) => {
    takeTurns(part, atOnce, waiting)
    part.get('/c', async () => {
      now += 1
      most = Math.max(most, now)
      await new Promise<void>((done) => open.push(done))
      now -= 1
      return 'ok'
    })
  })
  app.get('/office', async () => 'ok')
  const base = await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, base, open, most: () => most }
}
const until = async (what: () => boolean) => {
  while (!what()) await new Promise((done) => setTimeout(done, 5))
}

test('同时只办几件，其余排队，再多的请他稍后；旁边的办公端不受影响', async () => {
  const { app, base, open, most } = await place(2, 3)
  const asked = Array.from({ length: 5 }, () => fetch(`${base}/c`))
  await until(() => open.length === 2)
  // Five are known of once the sixth is turned away.
  let refused = await fetch(`${base}/office`)
  expect(refused.status).toBe(200)
  const more: Promise<Response>[] = []
  do {
    const next = fetch(`${base}/c`)
    const early = await Promise.race([next, new Promise<null>((done) => setTimeout(() => done(null), 50))])
    if (early) refused = early
    else more.push(next)
  } while (refused.status !== 503)
  expect(refused.headers.get('retry-after')).toBe('5')
  const all = [...asked, ...more]
  let answered = 0
  for (const one of all) one.then(() => (answered += 1))
  while (answered < all.length) {
    open.shift()?.()
    await new Promise((done) => setTimeout(done, 5))
  }
  expect((await Promise.all(all)).every((r) => r.status === 200 || r.status === 503)).toBe(true)
  expect(most()).toBe(2)
  await app.close()
})

test('等的人挂断了，位子给后面的人；办着的人挂断了也一样', async () => {
  const { app, base, open } = await place(1, 5)
  const give = new AbortController()
  const first = fetch(`${base}/c`)
  await until(() => open.length === 1)
  const hung = fetch(`${base}/c`, { signal: give.signal }).catch(() => null)
  await new Promise((done) => setTimeout(done, 30))
  const third = fetch(`${base}/c`)
  await new Promise((done) => setTimeout(done, 30))
  give.abort()
  await hung
  const answered = Promise.all([first, third, fetch(`${base}/c`)])
  let done = false
  answered.then(() => (done = true))
  while (!done) {
    open.shift()?.()
    await new Promise((wait) => setTimeout(wait, 5))
  }
  expect((await answered).map((r) => r.status)).toEqual([200, 200, 200])
  await app.close()
})

test('内存里的页面不占位子，位子占满了照样给；办公端在办事时给得慢一些；排得太长的请他稍后', async () => {
  const app = Fastify()
  const held: (() => void)[] = []
  let turn: ReturnType<typeof takeTurns> = async (work) => work()
  await app.register(async (part) => {
    turn = takeTurns(part, 1, 20)
    part.get('/slow', async () => {
      await new Promise<void>((done) => held.push(done))
      return 'ok'
    })
    part.get('/quick', { config: { quick: true } }, async () => {
      const until = performance.now() + 2
      while (performance.now() < until);
      return 'ok'
    })
  })
  const base = await app.listen({ port: 0, host: '127.0.0.1' })
  const slow = fetch(`${base}/slow`)
  await until(() => held.length === 1)
  const many = async () => {
    const began = performance.now()
    const all = await Promise.all(Array.from({ length: 20 }, () => fetch(`${base}/quick`)))
    expect(all.map((r) => r.status)).toEqual(Array(20).fill(200))
    return performance.now() - began
  }
  await many()
  officeAsked()
  // Three goes of eight, eight and four; two of them are followed by four times as long for the office.
  expect(await many()).toBeGreaterThan(2 * 8 * 2 * 4)

  // A piece of work that others wait for is the next in turn.
  const order: string[] = []
  const waiting = fetch(`${base}/slow`).then(() => order.push('slow'))
  await new Promise((done) => setTimeout(done, 30))
  const work = turn(async () => void order.push('work'))
  held.shift()!()
  await work
  await until(() => held.length === 1)
  held.shift()!()
  await waiting
  expect(order).toEqual(['work', 'slow'])
  expect((await slow).status).toBe(200)

  officeAsked()
  const crowd = await Promise.all(Array.from({ length: 120 }, () => fetch(`${base}/quick`)))
  expect(crowd.some((r) => r.status === 503)).toBe(true)
  expect(crowd.every((r) => r.status === 200 || r.status === 503)).toBe(true)
  await app.close()
})
