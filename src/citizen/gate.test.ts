import fc from 'fast-check'
import { expect, test } from 'vitest'
import { afterWrong, limits, type Tries, waitOf, waitWords } from './gate.ts'

test('前几次输错可以马上再试，之后等待时间加倍，最长一天', () => {
  let t: Tries | undefined
  const waits: number[] = []
  for (let now = 0, i = 0; i < 14; i += 1) {
    t = afterWrong('number', t, now)
    const wait = waitOf(t, now)
    waits.push(wait)
    now += wait
  }
  expect(waits.slice(0, 4)).toEqual([0, 0, 0, 0])
  expect(waits[4]).toBe(limits.number.first)
  expect(waits[5]).toBe(limits.number.first * 2)
  expect(Math.max(...waits)).toBe(24 * 3_600_000)
})

test('等待期间不查；一天没有输错，重新计数', () => {
  const t = { failures: 9, lockedUntil: 1000, at: 0 }
  expect(waitOf(t, 999)).toBe(1)
  expect(waitOf(t, 1000)).toBe(0)
  expect(afterWrong('number', t, 25 * 3_600_000).failures).toBe(1)
})

test('按允许的速度猜一年，猜不中一千个查询码中的任何一个', () => {
  // The attacker holds a thousand numbers and as many addresses as it likes: only the limit per number binds.
  const year = 365 * 24 * 3_600_000
  let tries = 0
  let t: Tries | undefined
  for (let now = 0; now < year; ) {
    t = afterWrong('number', t, now)
    tries += 1
    now += Math.max(1, waitOf(t, now))
  }
  const perCode = tries / 32 ** 10
  expect(tries).toBeLessThan(3000)
  expect(1 - (1 - perCode) ** 1000).toBeLessThan(1e-6)
})

test('真的猜：有一千个编号、用不完的网络地址，一年里按允许的速度猜满一百万次，一个也没有猜中', () => {
  // A generator of its own, so that the test is the same every time.
  let seed = 20260305
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed
  }
  const code = () => (random() % 2 ** 25) * 2 ** 25 + (random() % 2 ** 25)
  const codes = Array.from({ length: 1000 }, code)
  const year = 365 * 24 * 3_600_000
  const tries: (Tries | undefined)[] = codes.map(() => undefined)
  let tried = 0
  let found = 0
  for (let now = 0; now < year && tried < 1_000_000; now += 15 * 60_000)
    for (const [n, real] of codes.entries())
      while (waitOf(tries[n], now) === 0 && tried < 1_000_000) {
        tries[n] = afterWrong('number', tries[n], now)
        tried += 1
        if (code() === real) found += 1
      }
  expect([tried > 300_000, found]).toEqual([true, 0])

  // From one address all numbers together are a few hundred tries a year.
  let one: Tries | undefined
  let fromOne = 0
  for (let now = 0; now < year; now += 60_000)
    while (waitOf(one, now) === 0) {
      one = afterWrong('address', one, now)
      fromOne += 1
    }
  expect(fromOne).toBeLessThan(25_000)
})

test('任何顺序的输错，等待从不为负，也不超过一天', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 * 3_600_000 }), { maxLength: 60 }), (gaps) => {
      let now = 0
      let t: Tries | undefined
      for (const g of gaps) {
        now += g
        t = afterWrong('address', t, now)
        expect(waitOf(t, now)).toBeGreaterThanOrEqual(0)
        expect(waitOf(t, now)).toBeLessThanOrEqual(24 * 3_600_000)
      }
    }),
  )
})

test('等待时间说成人话', () => {
  expect([waitWords(5000), waitWords(15 * 60_000), waitWords(2 * 3_600_000)]).toEqual([
    '1 分钟',
    '约 15 分钟',
    '约 2 小时',
  ])
})
