// Three test projects: `unit` needs nothing but Node; `integration` starts daemons and namespaces, `pages` a browser, both
// one file at a time.
import { defineConfig } from 'vitest/config'

const integrationFiles = 'src/**/*.integration.test.ts'
const pageFiles = 'test/web/*.test.ts'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
          exclude: [integrationFiles],
          // Property tests take their time on a busy two-core machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [integrationFiles, 'test/**/*.test.ts'],
          exclude: [pageFiles],
          // They measure and count on a machine that they must not share with each other.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'pages',
          include: [pageFiles],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
