import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const src = resolve(import.meta.dirname, '../..')
/** Pages of their own, never in one document with the office's. */
const apart = /citizen\.css$|field\.css$|paper\.css$/

/** Classes that a file gives a look of their own: as the whole selector, and more than being hidden. */
const owned = (css: string): Set<string> => {
  const out = new Set<string>()
  for (const [, selectors, body] of css.replace(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    if (/^\s*(display: none;\s*)?$/.test(body!)) continue
    for (const s of selectors!.replace(/:is\([^)]*\)/g, ':is').split(',')) {
      const own = /^\s*\.([a-z][\w-]*)\s*$/.exec(s)?.[1]
      if (own) out.add(own)
    }
  }
  return out
}

test('一个样式名只在一个文件里有自己的样子：两处各写各的，后装入的会把前面的页面改坏', () => {
  const files = globSync('**/*.css', { cwd: src }).filter((f) => !apart.test(f))
  const where = new Map<string, string[]>()
  for (const f of files)
    for (const name of owned(readFileSync(resolve(src, f), 'utf8'))) where.set(name, [...(where.get(name) ?? []), f])
  expect(where.size).toBeGreaterThan(100)
  expect([...where].filter(([, list]) => list.length > 1)).toEqual([])
})
