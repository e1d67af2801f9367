// What the agent needs of a capture that goes on, and of what makes captures. CaptureRun of the engine is one.
import { noCaptureProgress, type CaptureJob, type CaptureProgress } from '../../contract/capture.ts'
import type { PacketSink } from '../packet-sink.ts'

export interface RunningCapture {
  /** Failures do not reject it: they end the capture. */
  start(): Promise<void>
  /** Ends it early; what was captured until then is delivered. */
  stop(): Promise<unknown>
  progress(): CaptureProgress
  /** Resolves with the last word when everything is delivered, or has failed. Never rejects. */
  readonly done: Promise<CaptureProgress>
}

/** Makes a capture that has not begun. */
export type MakeCapture = (job: CaptureJob, sink: PacketSink) => RunningCapture

/** A sink for what does not go to the server, not opened yet. */
export type OpenSink = (job: CaptureJob) => PacketSink

export function failedProgress(error: string, before: Omit<CaptureProgress, 'state'> = noCaptureProgress): CaptureProgress {
  return { ...before, state: 'failed', end: 'failed', error }
}
