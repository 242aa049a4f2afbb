import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { handClock } from '../kit/server/clock.ts'
import { sealsOf } from './seal.store.ts'
import { sha256 } from './sha256.ts'
import { solved } from './work.fixture.ts'
import { bitsFor, enoughZeros, slowPerTenMinutes, uses, workRefusal } from './work.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'huisheng-work-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))
const town = '018f0000-0000-7000-8000-000000000001'

test('浏览器里算的 SHA-256 和标准的一样', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]{0,200}$/), (text) => {
      const words = createHash('sha256').update(text).digest()
      expect([...sha256(text)]).toEqual(Array.from({ length: 8 }, (_, i) => words.readInt32BE(i * 4)))
    }),
  )
})

test('要求的零位够不够，按位数', () => {
  expect([enoughZeros(1, 31), enoughZeros(1, 32), enoughZeros(-1, 1), enoughZeros(0x7fffffff, 1)]).toEqual([
    true,
    false,
    false,
    true,
  ])
})

test('平时一样轻；十分钟里提交得多了，每翻一番多算一倍，有上限', () => {
  expect([0, 20, 39, 40, 80, 10_000_000].map(bitsFor)).toEqual([15, 15, 15, 16, 17, 20])
})

test('没有算的要等一会儿；等够了就收；太多没算的再等几分钟；算好的不等', () => {
  const sent = { age: 0, solved: false, used: false, slow: 0 }
  const ms = uses.write.waitSeconds * 1000
  expect(workRefusal('write', sent, '提交')).toBe('请过 20 秒再按一次“提交”，您写的都还在')
  expect(workRefusal('write', { ...sent, age: ms }, '提交')).toBe(null)
  expect(workRefusal('write', { ...sent, age: ms, slow: slowPerTenMinutes }, '提交')).toContain('请过几分钟')
  expect(workRefusal('write', { ...sent, solved: true, slow: slowPerTenMinutes }, '提交')).toBe(null)
  expect(workRefusal('write', { ...sent, age: null, solved: true }, '提交')).toContain('再按一次')
  // Who guesses, or mistypes, is told why he waits.
  expect(workRefusal('guess', { ...sent, age: null }, '查询')).toBe(
    '连着几次没有对上，为防别人乱试，要多核对一次。请再按一次“查询”，您写的都还在',
  )
})

test('表单的封记只认这一份：改了编号、换了镇、换了用途、过了期、编出来的都不认；猜码的用一次', () => {
  const clock = handClock('2026-03-05')
  const seals = sealsOf({ clock, dataDir })
  const form = (use: 'write' | 'guess') => solved(seals.fields(town, use).text)
  const one = form('write')
  expect(seals.refusal(town, 'write', { ...one }, '提交')).toBe(null)
  expect(seals.refusal(town, 'write', { ...one }, '提交')).toBe(null)
  const no = (sent: Record<string, string>, use: 'write' | 'guess' = 'write', at = town) =>
    expect(seals.refusal(at, use, sent, '提交')).toContain('再按一次')
  no({ ...one, requestId: '018f0000-0000-7000-8000-00000000000f' })
  no({ ...one, seal: one.seal.replace('.15.', '.1.') })
  no({ ...one, work: '' })
  no({ ...one }, 'guess')
  no({ ...one }, 'write', '018f0000-0000-7000-8000-000000000002')
  no({})
  const guess = form('guess')
  expect(seals.refusal(town, 'guess', { ...guess }, '查询')).toBe(null)
  no({ ...guess }, 'guess')
  // What comes back keeps its seal, so that the waiting is not begun again; a used one is replaced.
  expect(seals.fields(town, 'write', { ...one }).text).toContain(one.seal)
  expect(seals.fields(town, 'guess', { ...guess }).text).not.toContain(guess.seal)
  clock.set('2026-03-10')
  no({ ...one })
})
