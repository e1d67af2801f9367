// What captures offer to verbs and rules: start, stop, read, follow. Implemented by CaptureJobs.
import type { Capture, CaptureManifest, CaptureRequest, PacketDetail, PacketSummary } from '../contract/capture.ts'

export interface CaptureFilter {
  /** Only those that run, or that are over. */
  readonly state?: 'running' | 'ended'
  readonly incidentId?: string
  /** Newest first. */
  readonly limit: number
  readonly offset: number
}

export const downloadFormats = ['pcap', 'pcapng'] as const
export type DownloadFormat = (typeof downloadFormats)[number]

/** Memory is bounded: bytes are made as they are read. */
export interface CaptureBytes {
  readonly contentType: string
  readonly fileName: string
  readonly body: AsyncIterable<Uint8Array>
}

/** @throws ApiError capture_not_found, capture_state, packet_not_found */
export interface Capturing {
  /**
   * Written to disk before an agent is told.
   * @param originalForm asked for in the form of the original API, whose limits of pace then hold
   * @throws ApiError capture_no_agent, capture_limit, capture_too_soon, bucket_unproven
   */
  start(request: CaptureRequest, originalForm: boolean): Promise<Capture>
  /** Ends it now; what was captured until then is kept. */
  stop(account: number, id: string): Promise<Capture>
  /** Forgets it and deletes what the server has of it. What is in buckets stays. Stops it first. */
  remove(account: number, id: string): Promise<void>
  get(account: number, id: string): Promise<Capture>
  list(account: number, filter: CaptureFilter): Promise<{ readonly total: number; readonly captures: readonly Capture[] }>
  /** All packets of all agents by time. @param agent only those of one */
  download(account: number, id: string, format: DownloadFormat, agent?: string): Promise<CaptureBytes>
  manifest(account: number, id: string): Promise<CaptureManifest>
  packets(account: number, id: string, page: { readonly offset: number; readonly limit: number }): Promise<readonly PacketSummary[]>
  packet(account: number, id: string, number: number): Promise<PacketDetail>
  /** A pcap stream of packets as they come, from those that are there already, until the capture ends or the signal comes. */
  tail(account: number, id: string, signal: AbortSignal): Promise<CaptureBytes>
  /** Told when anything about a capture changes, at most ten times a second for each. @returns what ends it */
  follow(account: number, id: string, listener: (capture: Capture) => void): () => void
}
