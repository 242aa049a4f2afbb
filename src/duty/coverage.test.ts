import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const rows = readFileSync(join(root, 'docs/duty-coverage.md'), 'utf8')
  .split('\n')
  .filter((l) => /^\| [^-]/.test(l))
const tests = ['src', 'e2e']
  .flatMap((d) => (readdirSync(join(root, d), { recursive: true }) as string[]).map((f) => join(root, d, f)))
  .filter((f) => f.endsWith('.test.ts') && !f.endsWith('coverage.test.ts'))
  .map((f) => readFileSync(f, 'utf8'))

test('责任覆盖表里写的文件都在，写的测试都有', () => {
  const wrong: string[] = []
  for (const row of rows) {
    for (const [, name] of row.matchAll(/`([^`]+(?:\.tsx?|\/))`/g))
      if (![join(root, name!), join(root, 'src/duty', name!)].some((p) => existsSync(p))) wrong.push(`没有 ${name}`)
    // What stands in the third column between quotation marks is the beginning of a test's title.
    for (const [, title] of (row.split('|')[3] ?? '').matchAll(/“([^”]+)”/g))
      if (!tests.some((t) => t.includes(`test('${title}`))) wrong.push(`没有测试“${title}”`)
  }
  expect(wrong).toEqual([])
  expect(rows.length).toBeGreaterThan(45)
})
