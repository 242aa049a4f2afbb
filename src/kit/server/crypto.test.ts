import { expect, test } from 'vitest'
import { isUuid, uuidv7 } from './crypto.ts'

test('同一毫秒里成千上万个编号：都是第七版，按先后递增，一个不重', () => {
  const at = Date.UTC(2026, 2, 5)
  const made = Array.from({ length: 20_000 }, () => uuidv7(at))
  for (const id of made) {
    expect(isUuid(id)).toBe(true)
    expect(id).toMatch(/^0[0-9a-f]{7}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/)
    expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(at)
  }
  expect(made).toEqual([...new Set(made)].sort())
})
test('别的时刻夹在中间，不打乱此刻的先后', () => {
  const now: string[] = []
  for (let i = 0; i < 2000; i += 1) {
    now.push(uuidv7())
    uuidv7(Date.UTC(2020, 0, 1 + (i % 3)))
  }
  expect(now).toEqual([...now].sort())
})
