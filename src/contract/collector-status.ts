// What the collectors tell about themselves: the loss ledger, exporters, senders that nobody registered, live traffic.
import type { CounterCheck, ExporterTelemetry } from './exporter-health.ts'
import type { ExportProtocolName, SamplingSourceName } from './flow-columns.ts'

/**
 * Terms of the loss ledger, each a monotonic count since the run began. Datagrams: received = decoded + undecodable +
 * unregistered. Sets: those that came without a template = waiting + decoded later + dropped. Records: decoded =
 * stored + in flight + dropped.
 */
export const ledgerTerms = [
  'datagrams_received',
  'datagrams_decoded',
  'datagrams_undecodable',
  'datagrams_unregistered',
  'bytes_received',
  'records_decoded',
  'records_dropped_spool_full',
  'options_records',
  'templates_received',
  'sets_pended',
  'sets_pending_decoded',
  'sets_pending_expired',
  'sets_pending_evicted',
  'sequence_lost',
  'sequence_reordered',
  'counter_samples',
  'drop_samples',
  'sflow_skipped',
  'malformed_sets',
] as const

export type LedgerTerm = (typeof ledgerTerms)[number]
export type Ledger = Readonly<Record<LedgerTerm, number>>

/** A ledger with what only the whole server knows. */
export interface LedgerView extends Ledger {
  /** Records that the store has acknowledged. */
  readonly records_stored: number
  /** records_decoded − records_stored − dropped: in a batch or in a sealed segment on its way. */
  readonly records_in_flight: number
  /** Data sets that wait for their template now. */
  readonly sets_waiting: number
}

/** How an earlier run of the server ended. */
export interface LedgerRun {
  readonly run: string
  /** RFC 3339. */
  readonly started: string
  readonly ended: string
  /** false when the process was killed or crashed. */
  readonly clean: boolean
  readonly records_decoded: number
  /** Records sealed on disk, all of them stored then or after the restart. */
  readonly records_sealed: number
  /** Records that were decoded but not sealed when the process died: the only ones lost. */
  readonly records_lost: number
}

export interface RouterStatus {
  readonly address: string
  readonly name: string
  /** The factor set for this router in Drawbridge, used where it tells none itself; null when unset. */
  readonly sampling_override: number | null
  /** RFC 3339; null when it has not sent since the server began. */
  readonly last_seen: string | null
  readonly protocols: readonly ExportProtocolName[]
  /** Flows (sFlow: samples) a second, mean of the last 10 s. */
  readonly flows_per_second: number
  /** Estimated bits and packets a second, sampling applied, mean of the last 10 s. */
  readonly bits_per_second: number
  readonly packets_per_second: number
  /** Share of export datagrams lost on the way by sequence numbers in the last 5 min, 0 to 1; null without sequence numbers. */
  readonly loss: number | null
  /** Latest factor and where it was learnt; several samplers may differ. */
  readonly sampling_rate: number | null
  readonly sampling_source: SamplingSourceName
  /** Exporter clock minus ours in seconds at the last datagram, null for sFlow. */
  readonly clock_skew: number | null
  readonly templates: number
  /** It used to send regularly and has sent nothing for three times its usual interval, 60 s at the least. */
  readonly silent: boolean
  /**
   * Interfaces of which, in the last five minutes that were compared, flows and counters of a direction with at least
   * 100 kbit/s did not agree.
   */
  readonly doubtful_interfaces: number
  /** Flows of all interfaces against their counters; null where there are no counters, or nothing was compared yet. */
  readonly counter_check: CounterCheck | null
  readonly ledger: LedgerView
}

/** Somebody who sends flow datagrams without being registered. Its flows are counted and not stored. */
export interface UnregisteredSender {
  /** Source address of the datagrams. */
  readonly address: string
  /** sFlow agent address where it differs; registering either is enough. */
  readonly agent_address: string | null
  readonly protocols: readonly ExportProtocolName[]
  readonly datagrams: number
  readonly first_seen: string
  readonly last_seen: string
}

export interface ListenerStatus {
  readonly address: string
  /** Receive buffer that the kernel granted, in bytes, and what was asked for. */
  readonly receive_buffer: number
  readonly receive_buffer_asked: number
  /** Datagrams that the kernel dropped because the buffer was full; null where the platform does not tell. */
  readonly kernel_drops: number | null
}

/** One second of traffic of an account by receive time, sampling applied. */
export interface LiveSecond {
  /** Seconds since 1970. */
  readonly time: number
  readonly bits: number
  readonly packets: number
  readonly flows: number
}

/** A registered router as the collectors need it. */
export interface RegisteredRouter {
  /** Number of the account that it belongs to. */
  readonly account: number
  /** IPv4 or IPv6 text in canonical form. */
  readonly address: string
  /** Factor for flows that tell none themselves; null for the account's. */
  readonly samplingOverride: number | null
  /** The account's `default_sampling`. */
  readonly accountSampling: number
}

/** Account of the doctor's test flows, which nobody sees: accounts are numbered from 1. */
export const selfTestAccount = 0

/** What the API reads from the collectors, and how it tells them of routers. */
export interface CollectorTelemetry extends ExporterTelemetry {
  routers(account: number): RouterStatus[]
  unregistered(): UnregisteredSender[]
  listeners(): ListenerStatus[]
  /** Ledger of the run over all routers. */
  ledger(): LedgerView
  /** What was pushed out or found no room because a bound was reached, by what it was. */
  evictions(): Readonly<Record<string, number>>
  /** The last `seconds` whole seconds, oldest first, without gaps. */
  live(account: number, seconds: number): LiveSecond[]
  /** Replaces the registered routers; takes effect on the next datagrams. */
  register(routers: readonly RegisteredRouter[]): void
}
