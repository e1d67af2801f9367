// What the agent needs of a capture that goes on, and of what makes captures. CaptureRun of the engine is one.
import type { CaptureJob, CaptureProgress } from '../../contract/capture.ts'
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

/** Before anything has happened. */
const noProgress: CaptureProgress = {
  state: 'starting',
  packets: 0,
  bytes: 0,
  kernel_drops: 0,
  delivery_drops: 0,
  super_packets: 0,
  first_packet_at: null,
  end: null,
  error: null,
  objects: [],
}

export function failedProgress(error: string, before: CaptureProgress = noProgress): CaptureProgress {
  return { ...before, state: 'failed', end: 'failed', error }
}
