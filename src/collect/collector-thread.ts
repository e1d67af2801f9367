// A collector thread as the main thread holds it, and how many of them there are.
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { FromWorker, ToWorker, WorkerConfig } from './messages.ts'

/** What the pool needs of a thread: a `Worker` has it. */
export interface ThreadPort {
  postMessage(message: ToWorker, transfer?: ArrayBuffer[]): void
  on(event: 'message', listener: (message: FromWorker) => void): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  once(event: 'exit', listener: () => void): unknown
}

export interface Thread {
  readonly worker: ThreadPort
  readonly number: number
  /** Files of waiting sets that it took over when it was started. */
  readonly inherited: readonly string[]
  readonly stopped: Promise<void>
}

/** What a thread is started with beside what all have. */
export interface ThreadStart {
  /** Whether its sockets share their addresses with those of others. */
  readonly shared: boolean
  readonly memory: Uint8Array<SharedArrayBuffer>
  readonly inherited: readonly string[]
  /** What was told while `memory` was read. */
  readonly missed: readonly ToWorker[]
}

/** Threads chosen for `workers: 0`: one core stays for the rest, and four take more than a network card gives. */
const mostThreads = 4

export function spawnWorker(config: WorkerConfig): ThreadPort {
  return new Worker(new URL('./worker.js', import.meta.url), { workerData: config })
}

export function threadCount(configured: number): number {
  return configured > 0 ? configured : Math.max(1, Math.min(mostThreads, availableParallelism() - 1))
}
