import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { wordKinds } from './view.ts'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/citizen-coverage.md'), 'utf8')
const rows = page.split('\n').filter((l) => /^\| [^-]/.test(l) && !l.startsWith('| 句'))
const tests = ['src', 'e2e'].flatMap((d) =>
  (readdirSync(join(root, d), { recursive: true }) as string[])
    .filter((f) => f.endsWith('.test.ts') && !f.endsWith('.coverage.test.ts'))
    .flatMap((f) => readFileSync(join(root, d, f), 'utf8').match(/test\([\s\S]{1,220}?(?:'|`),/g) ?? []),
)

test('公众端覆盖表里写的文件都在，写的测试都有；每一句都有代码、有测试', () => {
  expect(rows.length).toBeGreaterThan(35)
  const wrong: string[] = []
  for (const row of rows) {
    const [, name, , code, held] = row.split('|')
    const files = [...code!.matchAll(/`([^`]+)`/g)].map((m) => m[1]!)
    for (const f of files)
      if (![root, join(root, 'src/citizen')].some((d) => existsSync(join(d, f)))) wrong.push(`没有 ${f}`)
    const titles = [...held!.matchAll(/“([^”]+)”/g)].map((m) => m[1]!)
    if (files.length === 0 || titles.length === 0) wrong.push(`${name!.trim()}没有写代码或测试`)
    for (const title of titles) if (!tests.some((t) => t.includes(title))) wrong.push(`没有测试“${title}”`)
  }
  expect(wrong).toEqual([])
})

test('信访人能说的每一种话都在表里', () => {
  for (const word of ['补充', '更正', '询问', '回避', '撤回', '复查', '复核', '电子送达', '确认收到', '打压'])
    expect(page, word).toContain(word)
  expect(Object.keys(wordKinds)).toHaveLength(10)
})
