import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The hashed names of the public face's script and style; without a build the pages work bare. */
export const assetsOf = (dist: string): { css: string | null; js: string | null } => {
  const file = join(dist, 'citizen', '.vite', 'manifest.json')
  if (!existsSync(file)) return { css: null, js: null }
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { file: string; css?: string[] }>
  const entry = Object.values(manifest).find((e) => e.css?.length)
  return {
    css: entry?.css?.[0] ? `/c/${entry.css[0]}` : null,
    js: entry ? `/c/${entry.file}` : null,
  }
}
