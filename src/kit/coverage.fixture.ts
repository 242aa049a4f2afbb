import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** A page of docs/ that says where each demand is met and which test holds it: its rows, and what of it is not so. */
const root = resolve(import.meta.dirname, '../..')

export const coveragePage = (name: string) => {
  const page = readFileSync(join(root, 'docs', name), 'utf8')
  return { page, rows: page.split('\n').filter((l) => /^\| [^-]/.test(l)) }
}

/**
 * What a page names that is not there, a sentence each: files (found below `folders` of the root), titles of tests in “ ”, and
 * `steps`, which must stand in the file named before them.
 */
export const coverageFaults = (rows: readonly string[], folders: readonly string[], steps: object = {}): string[] => {
  const tests = ['src', 'e2e'].flatMap((d) =>
    (readdirSync(join(root, d), { recursive: true }) as string[])
      .filter((f) => f.endsWith('.test.ts') && !f.endsWith('.coverage.test.ts'))
      .map((f) => readFileSync(join(root, d, f), 'utf8')),
  )
  const wrong: string[] = []
  for (const row of rows) {
    let file = ''
    for (const [, name] of row.matchAll(/`([^`]+)`/g)) {
      if (/\.tsx?$|\/$/.test(name!)) {
        const at = folders.map((f) => join(root, f, name!)).find((p) => existsSync(p))
        if (!at) wrong.push(`没有 ${name}`)
        file = at && statSync(at).isFile() ? readFileSync(at, 'utf8') : ''
      } else if (Object.hasOwn(steps, name!) && file && !new RegExp(`\\b${name}\\b`).test(file))
        wrong.push(`${name} 不在所写的文件里：${row.slice(0, 40)}`)
    }
    for (const [, title] of row.matchAll(/“([^”]+)”/g))
      if (!tests.some((t) => t.includes(title!))) wrong.push(`没有测试“${title}”`)
  }
  return wrong
}
