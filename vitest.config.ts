import { defineConfig } from 'vitest/config'

const common = { testTimeout: 400_000, hookTimeout: 180_000 }

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          ...common,
          name: 'rules',
          globalSetup: 'src/testing.setup.ts',
          include: ['src/**/*.test.ts', 'db/**/*.test.ts', 'seed/**/*.test.ts', 'bench/**/*.test.ts'],
        },
      },
      // A browser on a busy machine may lose a page for reasons of its own: what fails twice more is a fault.
      {
        test: {
          ...common,
          name: 'pages',
          globalSetup: ['src/testing.setup.ts', 'e2e/demo.setup.ts'],
          include: ['e2e/**/*.test.ts'],
          retry: 2,
          // As long as the browser's own waits: the default of one second is a time limit.
          expect: { poll: { timeout: 60_000 } },
        },
      },
    ],
  },
})
