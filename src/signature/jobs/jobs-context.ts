// What the parts of the jobs share.
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { Capture } from '../../contract/capture.ts'
import type { PacketFilter } from '../../contract/packet-filter.ts'
import type { SignatureFolder } from './signature-folder.ts'
import type { State } from './signature-rows.ts'
import type { RunTask } from './task.ts'

/** Captures that the server can read. */
export interface CaptureSource {
  /** @throws ApiError capture_not_found */
  get(account: number, id: string): Promise<Capture>
  /** @throws ApiError capture_not_found, capture_state */
  download(account: number, id: string, format: 'pcap'): Promise<{ readonly body: AsyncIterable<Uint8Array> }>
}

/** Sampled packets of the past. */
export interface SampleSource {
  search(question: {
    readonly account: number
    /** ms since 1970, both inclusive. */
    readonly from: number
    readonly to: number
    readonly filter: PacketFilter | null
    readonly snapLength: number
    readonly limit: number
    readonly byteLimit: number | null
  }): Promise<{
    /** Packet records. */
    readonly records: readonly Uint8Array[]
    readonly packets: number
    /** ms since 1970. */
    readonly keptSince: number | null
  }>
}

/** When and to whom an incident was. */
export interface IncidentTraffic {
  /** For people. */
  readonly name: string
  /** ms since 1970; until now where it is not over. */
  readonly from: number
  readonly to: number
  readonly filter: PacketFilter
}

export interface SignatureSources {
  readonly captures: CaptureSource
  readonly samples: SampleSource
  /** Undefined when there is none. */
  readonly incident: (account: number, id: string) => Promise<IncidentTraffic | undefined>
}

export interface JobsContext {
  readonly state: State
  readonly clock: Clock
  readonly log: Pick<Log, 'error'>
  readonly sources: SignatureSources
  readonly folder: SignatureFolder
  readonly runTask: RunTask
  /** 32 hex digits. */
  readonly newId: () => string
  /** Of an uploaded file. */
  readonly uploadMib: number
}
