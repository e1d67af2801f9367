// Three test projects: `unit` needs nothing but Node; `integration` starts stores and a browser, `network` namespaces with
// routers, peers and servers, both one file at a time.
import { defineConfig } from 'vitest/config'

const integrationFiles = 'src/**/*.integration.test.ts'
const pageFiles = 'test/web/*.test.ts'

/** They measure and count: one file at a time, on a machine that no more than one other of them uses. */
const alone = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
          exclude: [integrationFiles],
          // vitest would leave a core to itself: of two that is half.
          maxWorkers: '100%',
          // Property tests take their time on a busy two-core machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [integrationFiles, pageFiles],
          ...alone,
        },
      },
      {
        test: {
          name: 'network',
          include: ['test/**/*.test.ts'],
          exclude: [pageFiles],
          ...alone,
        },
      },
    ],
  },
})
