import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Asset {
  type: string
  /** By content coding, smallest first; '' as it is. */
  ways: { coding: string; data: Buffer }[]
}
const types: Record<string, string> = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' }
const codings = [
  ['br', '.br'],
  ['gzip', '.gz'],
  ['', ''],
] as const

/**
 * The public face's script and style: their hashed names, and the few files themselves, read once and kept; without a build the pages
 * work bare.
 */
export const assetsOf = (dist: string): { css: string | null; js: string | null; files: Map<string, Asset> } => {
  const file = join(dist, 'citizen', '.vite', 'manifest.json')
  const files = new Map<string, Asset>()
  if (!existsSync(file)) return { css: null, js: null, files }
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { file: string; css?: string[] }>
  const entry = Object.values(manifest).find((e) => e.css?.length)
  const folder = join(dist, 'citizen', 'assets')
  const names = new Set(readdirSync(folder))
  for (const name of names) {
    const type = types[/\.(\w+)$/.exec(name)?.[1] ?? '']
    if (!type) continue
    const ways = codings.flatMap(([coding, end]) =>
      names.has(name + end) ? [{ coding, data: readFileSync(join(folder, name + end)) }] : [],
    )
    files.set(name, { type, ways })
  }
  return {
    css: entry?.css?.[0] ? `/c/${entry.css[0]}` : null,
    js: entry ? `/c/${entry.file}` : null,
    files,
  }
}
