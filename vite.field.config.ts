import { defineConfig } from 'vite'
import { compressed } from './vite.config.ts'

/** The phone face: one small script and style, and the service worker that keeps them, for phones back to Chromium 86. */
export default defineConfig({
  plugins: [compressed()],
  publicDir: false,
  build: {
    outDir: 'dist/field',
    emptyOutDir: true,
    manifest: true,
    target: 'chrome86',
    modulePreload: false,
    rolldownOptions: { input: ['src/field/main.ts', 'src/field/sw.ts'] },
  },
})
