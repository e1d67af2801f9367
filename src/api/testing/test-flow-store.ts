// A real embedded flow store in a folder of its own, for tests.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { EmbeddedFlowStore } from '../../store/embedded-flow-store.ts'

export interface TestFlowStore {
  readonly store: EmbeddedFlowStore
  /** Inserts flows: ClickHouse literals by column name, zero where a column is left out. */
  insert(rows: readonly Readonly<Record<string, string | number>>[]): Promise<void>
  close(): Promise<void>
}

/** The process of the engine runs from the build, which `npm test` makes first. */
const entry = fileURLToPath(new URL('../../../dist/store/embedded-main.js', import.meta.url))

export async function startTestFlowStore(): Promise<TestFlowStore> {
  const data = await mkdtemp(path.join(tmpdir(), 'drawbridge-flows-'))
  const store = new EmbeddedFlowStore({ data, database: 'drawbridge', memoryMib: 512, httpPort: 0, entry })
  await store.start()
  return {
    store,
    async insert(rows) {
      for (const row of rows) {
        await store.command(`INSERT INTO flows (${Object.keys(row).join(', ')}) SELECT ${Object.values(row).join(', ')}`)
      }
    },
    async close() {
      await store.stop()
      await rm(data, { recursive: true, force: true })
    },
  }
}
