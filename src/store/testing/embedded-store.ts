// An embedded flow store in a folder of its own, for tests.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { EmbeddedFlowStore } from '../embedded-flow-store.ts'
import type { BuiltEntry } from './embedded-entry.ts'

export interface TestStore {
  readonly store: EmbeddedFlowStore
  /** The data folder; `spool` is made in it. */
  readonly dir: string
  remove(): Promise<void>
}

/** Not started. `httpPort` may be any free port; 0 is off. */
export function makeEmbeddedStore(entry: BuiltEntry, httpPort = 0): TestStore {
  const dir = mkdtempSync(path.join(tmpdir(), 'flows-'))
  mkdirSync(path.join(dir, 'spool'))
  const store = new EmbeddedFlowStore({
    data: dir,
    database: 'drawbridge',
    memoryMib: 512,
    httpPort,
    entry: entry.file,
    longestBackoffMs: 300,
  })
  return {
    store,
    dir,
    async remove() {
      await store.stop()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
