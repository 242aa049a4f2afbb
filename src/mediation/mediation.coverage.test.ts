import { expect, test } from 'vitest'
import { coverageFaults, coveragePage } from '../kit/coverage.fixture.ts'

test('调解覆盖表里写的文件都在，写的测试都有；每一行都有测试', () => {
  const { rows } = coveragePage('mediation-coverage.md')
  expect(coverageFaults(rows, ['.', 'src/mediation'])).toEqual([])
  const bare = rows.filter((r) => !r.startsWith('| 要求') && !/故事|\.test\.ts/.test(r.split('|')[3]!))
  expect(bare).toEqual([])
  expect(rows.length).toBeGreaterThan(25)
})
