// The thread that derives one signature: takes the task that it is started with, tells how it goes, and answers.
import { parentPort, workerData } from 'node:worker_threads'
import type { SignatureProgress } from '../../contract/signature.ts'
import { runTask } from './run-task.ts'
import { TaskError, type FromTaskThread, type SignatureTask } from './task.ts'

/** Pages ask once a second. */
const progressMs = 200

let toldAt = -Infinity
let phase: SignatureProgress['phase'] | undefined

function tell(progress: SignatureProgress): void {
  const now = performance.now()
  if (progress.phase === phase && now - toldAt < progressMs) return
  toldAt = now
  phase = progress.phase
  post({ kind: 'progress', progress })
}

function post(message: FromTaskThread): void {
  parentPort?.postMessage(message)
}

try {
  // Started by task-thread.ts with a task and by nobody else.
  const outcome = await runTask(workerData as SignatureTask, { progress: tell, signal: new AbortController().signal })
  post({ kind: 'done', outcome })
} catch (error) {
  // Another one ends the thread, and its starter hears of it.
  if (!(error instanceof TaskError)) throw error
  post({ kind: 'failed', reason: error.message })
}
