import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sha256 } from '../kit/server/crypto.ts'

export interface FieldAssets {
  js: string
  css: string[]
  /** The built service worker's own text. */
  worker: string
  /** Changes with every build: the name of the phone's cache. */
  version: string
}

/** The built phone face; null before a build. */
export const fieldAssets = (dist: string): FieldAssets | null => {
  const file = join(dist, 'field', '.vite', 'manifest.json')
  if (!existsSync(file)) return null
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { file: string; css?: string[] }>
  const main = manifest['src/field/main.ts']
  const worker = manifest['src/field/sw.ts']
  if (!main || !worker) return null
  const text = readFileSync(join(dist, 'field', worker.file), 'utf8')
  return {
    js: `/field/${main.file}`,
    css: (main.css ?? []).map((c) => `/field/${c}`),
    worker: text,
    version: sha256([main.file, ...(main.css ?? []), text].join('\n')).slice(0, 12),
  }
}
