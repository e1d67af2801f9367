// What is counted about captures, one row a counter, and their Prometheus names.
import type { Metrics } from '../../base/metrics.ts'

const helpTexts = {
  started: 'Captures that were started',
  succeeded: 'Captures that ended with packets, or were done without any',
  failed: 'Captures that ended in failure',
  agents_lost: 'Agents that were not heard of any more before the end of a capture',
  frames_kept: 'Frames of packets of agents that were written to disk',
  frames_repeated: 'Frames of packets that agents sent again and that were there already',
  frames_late: 'Frames of packets that came after the end of their capture and were dropped',
  frames_refused: 'Frames of packets that were dropped because the capture, or the disk for all captures, was full',
  frames_bad: 'Frames of packets that could not be read, or were not asked for',
  packets_kept: 'Packets of agents that were written to disk',
  spool_errors: 'Packets of agents that could not be written to disk, in frames',
  merge_errors: 'Captures whose packets could not be merged at their end; they are tried again each minute',
  save_errors: 'Times that the state of captures could not be written to the database; it is tried again each second',
  expired: 'Captures whose packets were deleted because of their age',
  displaced: 'Captures whose packets were deleted early to make room for newer ones',
  unknown_jobs: 'Messages of agents about captures that are over or that they have no part in',
} as const

export type CaptureCountName = keyof typeof helpTexts
export type CaptureCounts = Record<CaptureCountName, number>

export function newCaptureCounts(): CaptureCounts {
  // fromEntries forgets the keys; they are those of the table.
  return Object.fromEntries(Object.keys(helpTexts).map((name) => [name, 0])) as CaptureCounts
}

export interface CaptureReadings {
  readonly counts: Readonly<CaptureCounts>
  /** Captures that run now. */
  readonly running: number
  /** Bytes of packets on disk, of all captures. */
  readonly keptBytes: number
}

export function registerCaptureMetrics(metrics: Metrics, read: () => CaptureReadings): void {
  for (const [name, help] of Object.entries(helpTexts)) {
    // As above.
    const key = name as CaptureCountName
    metrics.counterFrom(`drawbridge_capture_${name}_total`, help, [], () => [{ value: read().counts[key] }])
  }
  metrics.gaugeFrom('drawbridge_captures_running', 'Captures that are running', [], () => [{ value: read().running }])
  metrics.gaugeFrom('drawbridge_capture_kept_bytes', 'Disk that the packets of captures take', [], () => [{ value: read().keptBytes }])
}
