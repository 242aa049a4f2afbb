import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { documentKinds } from '../documents/catalogue.ts'
import { legalLimits } from './clocks.ts'
import { moves } from './flow.ts'
import { lawOf } from './law.ts'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/law-coverage.md'), 'utf8')
const rows = page.split('\n').filter((l) => /^\| [^-]/.test(l))
const placeOf = (name: string) =>
  [
    join(root, name),
    join(root, 'src/petitions', name),
    join(root, 'src/documents', name),
    join(root, 'src/mediation', name),
  ].find((p) => existsSync(p))
const testFiles = ['src', 'e2e'].flatMap((d) =>
  (readdirSync(join(root, d), { recursive: true }) as string[])
    .filter((f) => f.endsWith('.test.ts') && !f.endsWith('law.coverage.test.ts'))
    .map((f) => readFileSync(join(root, d, f), 'utf8')),
)

test('法律覆盖表里写的文件都在，写的步骤都在那个文件里，写的测试都有', () => {
  const wrong: string[] = []
  for (const row of rows) {
    let file = ''
    for (const [, name] of row.matchAll(/`([^`]+)`/g)) {
      if (/\.ts$|\/$/.test(name!)) {
        const at = placeOf(name!)
        if (!at) wrong.push(`没有 ${name}`)
        file = at && statSync(at).isFile() ? readFileSync(at, 'utf8') : ''
      } else if (Object.hasOwn(moves, name!) && file && !new RegExp(`\\b${name}\\b`).test(file))
        wrong.push(`${name} 不在所写的文件里：${row.slice(0, 40)}`)
    }
    for (const [, title] of row.matchAll(/“([^”]+)”/g))
      if (!testFiles.some((t) => t.includes(title!))) wrong.push(`没有测试“${title}”`)
  }
  expect(wrong).toEqual([])
})

test('T1–T23、D01–D20 和每一种信访文书都在表里', () => {
  const head = rows.map((r) => r.split('|')[1]!.trim())
  for (let n = 1; n <= 23; n += 1) expect(head).toContain(`T${n}`)
  for (const d of Object.keys(legalLimits)) expect(head.join('、').split('、')).toContain(d)
  for (const t of new Set(Object.values(lawOf).map((r) => r.t))) if (t) expect(head).toContain(t)
  for (const k of documentKinds) if (!/^mediation/.test(k)) expect(page, k).toContain(`\`${k}\``)
})
