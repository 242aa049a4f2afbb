import { expect, test } from 'vitest'
import { documentKinds } from '../documents/catalogue.ts'
import { coverageFaults, coveragePage } from '../kit/coverage.fixture.ts'
import { legalLimits } from './clocks.ts'
import { moves } from './flow.ts'
import { lawOf } from './law.ts'

const { page, rows } = coveragePage('law-coverage.md')

test('法律覆盖表里写的文件都在，写的步骤都在那个文件里，写的测试都有', () => {
  expect(coverageFaults(rows, ['.', 'src/petitions', 'src/documents', 'src/mediation'], moves)).toEqual([])
})

test('T1–T23、D01–D20 和每一种信访文书都在表里', () => {
  const head = rows.map((r) => r.split('|')[1]!.trim())
  for (let n = 1; n <= 23; n += 1) expect(head).toContain(`T${n}`)
  for (const d of Object.keys(legalLimits)) expect(head.join('、').split('、')).toContain(d)
  for (const t of new Set(Object.values(lawOf).map((r) => r.t))) if (t) expect(head).toContain(t)
  for (const k of documentKinds) if (!/^mediation/.test(k)) expect(page, k).toContain(`\`${k}\``)
})
