import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

test('导入时会说的每一种话，说明里都列出代码；说明里没有多余的', () => {
  const said = new Set<string>()
  for (const f of readdirSync(import.meta.dirname).filter((x) => /\.ts$/.test(x) && !/\.(test|fixture)\.ts$/.test(x)))
    for (const m of readFileSync(resolve(import.meta.dirname, f), 'utf8').matchAll(/(?:flag\(\s*|code: )'(\w+)'/g))
      said.add(m[1]!)
  const page = readFileSync(resolve(import.meta.dirname, '../../../docs/import.md'), 'utf8')
  const table = page.slice(page.indexOf('| 代码 | 意思 |'), page.indexOf('## 导入群众留言'))
  const listed = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap((m) => m[1]!.match(/\w+/g)!)
  expect(listed.sort()).toEqual([...said].sort())
})
