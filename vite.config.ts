import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Compressed twins beside each file, made once here instead of at every request. */
export const compressed = (): Plugin => ({
  name: 'compressed-twins',
  apply: 'build',
  writeBundle({ dir }) {
    const folder = join(dir!, 'assets')
    for (const name of readdirSync(folder)) {
      if (!/\.(js|css)$/.test(name)) continue
      const text = readFileSync(join(folder, name))
      if (text.length < 1024) continue
      writeFileSync(join(folder, `${name}.gz`), gzipSync(text, { level: 9 }))
      writeFileSync(
        join(folder, `${name}.br`),
        brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
      )
    }
  },
})

export default defineConfig({
  plugins: [react(), compressed()],
  build: {
    outDir: 'dist',
    // Offices still run Chromium 109, the last for Windows 7.
    target: 'chrome109',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    // The content policy forbids code made from text, which zod would try while its schemas are built.
    rolldownOptions: { output: { intro: '(globalThis.__zod_globalConfig??={}).jitless=true;' } },
  },
})
