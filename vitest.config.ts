// The test projects: `unit` needs nothing but Node; `integration` starts stores and a browser; `routers` and `network`
// namespaces with servers: those beside the programs that routers run, and all others. Each but `unit` one file at a time.
import { defineConfig } from 'vitest/config'

const integrationFiles = 'src/**/*.integration.test.ts'
/** The real tasks of test/tasks are beside the network's, so that both lanes take the same time. */
const pageFiles = 'test/web/*.test.ts'
/** Servers that are stopped, killed and started again: with the pages, so that both lanes of `npm test` take the same time. */
const restartFiles = 'test/{durability,late-template,template-memory}.test.ts'
const routerFiles = 'test/{advertising,bgp,exporters}/*.test.ts'

/** Ports, daemons and loads of their own: one file at a time. */
const alone = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
          exclude: [integrationFiles],
          setupFiles: ['src/web/messages/testing/english.ts'],
          // A process and all its modules anew for each of some hundred files would take a third of the time.
          isolate: false,
          // vitest would leave a core to itself: of two that is half.
          maxWorkers: '100%',
          // Property tests take their time on a busy two-core machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [integrationFiles, pageFiles, restartFiles],
          ...alone,
        },
      },
      {
        test: {
          name: 'routers',
          include: [routerFiles],
          ...alone,
        },
      },
      {
        test: {
          name: 'network',
          include: ['test/**/*.test.ts'],
          exclude: [pageFiles, restartFiles, routerFiles],
          ...alone,
        },
      },
    ],
  },
})
