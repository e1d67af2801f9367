// Runs a task in a worker thread of its own: learning takes seconds of computing, and memory that is not to be the server's.
import { Worker } from 'node:worker_threads'
import { TaskError, type FromTaskThread, type RunTask, type SignatureOutcome, type SignatureTask, type TaskWatch } from './task.ts'

export interface TaskThreadConfig {
  /** Of the JavaScript heap, in MiB. */
  readonly memoryMib: number
  /** Program of the thread; left out, the one beside this file. */
  readonly entry?: string | URL
}

/** A signal that comes ends the thread, wherever it is. */
export function taskThreads({ memoryMib, entry }: TaskThreadConfig): RunTask {
  return async (task, watch) => {
    watch.signal.throwIfAborted()
    const program = entry ?? new URL('./worker.js', import.meta.url)
    const worker = new Worker(program, { workerData: task, resourceLimits: { maxOldGenerationSizeMb: memoryMib } })
    try {
      return await answerOf(worker, task, watch)
    } catch (error) {
      throw codeOf(error) === 'ERR_WORKER_OUT_OF_MEMORY' ? outOfMemory(memoryMib) : error
    } finally {
      await worker.terminate()
    }
  }
}

function answerOf(worker: Worker, { name }: SignatureTask, { progress, signal }: TaskWatch): Promise<SignatureOutcome> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(reasonOf(signal)), { once: true })
    worker.on('message', (message: FromTaskThread) => {
      if (message.kind === 'progress') progress(message.progress)
      else if (message.kind === 'done') resolve(message.outcome)
      else reject(new TaskError(message.reason))
    })
    worker.on('error', reject)
    worker.once('exit', (code) => reject(new Error(`the thread of signature ${name} has ended with ${code} and without an answer`)))
  })
}

function outOfMemory(memoryMib: number): TaskError {
  return new TaskError(
    `deriving it takes more than the ${memoryMib} MiB of memory that it may have; use a shorter capture, or raise signatures.memory_mib in the configuration`,
  )
}

/** Jobs are ended with an Error, as AbortController does by itself. */
const reasonOf = (signal: AbortSignal) => signal.reason as Error

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : undefined)
