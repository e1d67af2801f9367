// What the thread is asked for, and what it answers: one signature, learnt or measured, with its renderings.
import type { PacketFilter } from '../../contract/packet-filter.ts'
import type { Rendering, SignatureAsk, SignatureProgress, SignatureReport } from '../../contract/signature.ts'

export interface TaskFile {
  readonly path: string
  /** `records`: packet records (src/wire/packet-record.ts); otherwise pcap or pcapng. */
  readonly format: 'capture' | 'records'
  /** For people. */
  readonly name: string
}

export interface SignatureTask {
  readonly name: string
  readonly attack: TaskFile
  readonly baseline: TaskFile | null
  readonly ask: SignatureAsk
  /** Measured; null to learn one. */
  readonly filter: PacketFilter | null
}

export interface SignatureOutcome {
  readonly report: SignatureReport
  /** Empty without a filter. */
  readonly renderings: readonly Rendering[]
}

export interface TaskWatch {
  readonly progress: (progress: SignatureProgress) => void
  readonly signal: AbortSignal
}

/** @throws TaskError; the signal's reason */
export type RunTask = (task: SignatureTask, watch: TaskWatch) => Promise<SignatureOutcome>

/** Why a signature cannot be had. The message is a sentence for people, with the next step. */
export class TaskError extends Error {
  override readonly name = 'TaskError'
}

/** What the thread tells. */
export type FromTaskThread =
  | { readonly kind: 'progress'; readonly progress: SignatureProgress }
  | { readonly kind: 'done'; readonly outcome: SignatureOutcome }
  | { readonly kind: 'failed'; readonly reason: string }
