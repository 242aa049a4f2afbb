import { defineConfig } from 'vite'
import { compressed } from './vite.config.ts'

/** The public face: one small script and style, for phones back to Chromium 86. */
export default defineConfig({
  plugins: [compressed()],
  publicDir: false,
  build: {
    outDir: 'dist/citizen',
    emptyOutDir: true,
    manifest: true,
    target: 'chrome86',
    modulePreload: false,
    rolldownOptions: { input: 'src/citizen/enhance.ts' },
  },
})
