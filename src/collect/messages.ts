// Messages between the main thread and collector threads.
import type { RegisteredRouter } from '../contract/collector-status.ts'
import type { AttackReport } from '../contract/attack-report.ts'
import type { RuleCounts } from '../contract/rule-counts.ts'
import type { EnrichTables } from '../enrich/enrich-tables.ts'
import type { RuleTable } from '../enrich/rule-table.ts'
import type { TemplateField } from '../wire/template.ts'
import type { BoundListener } from './datagram-receiver.ts'
import type { TapHarvest, WantedDatagrams } from './datagram-watch.ts'
import type { LedgerCounts } from './exporter.ts'
import type { Sender } from './exporter-table.ts'
import type { ToldName } from './told-names.ts'
import type { ExporterDescription } from './exporter-description.ts'
import type { InterfaceSample } from './interface-counters.ts'
import type { ListenAddress } from './listen-address.ts'
import type { MeterDoubts } from './rule-meter.ts'

/** What a thread is started with. */
export interface WorkerConfig {
  /** Position among the threads, also in segment names. */
  readonly worker: number
  readonly run: string
  readonly listen: readonly ListenAddress[]
  readonly shared: boolean
  readonly receiveBuffer: number
  readonly sealRows: number
  readonly sealMs: number
  readonly templateLifetimeMs: number
  readonly pendingBytes: number
  readonly pendingMs: number
  /** Of the tables of attack targets: 32 random bits, the same in all threads. */
  readonly attackSecret: number
  /** Sampled headers that the thread keeps a second at most. */
  readonly samplesPerSecond: number
  /** Files of waiting data sets that this thread takes over from earlier runs, beside its ledger file. */
  readonly inheritedPending: readonly string[]
  /** File that this thread keeps its ledger in. */
  readonly ledgerFile: string
  /** What exporters told before: see memory-pack.ts. */
  readonly memory: Uint8Array<SharedArrayBuffer>
  readonly routers: readonly RegisteredRouter[]
  readonly enrich: EnrichTables
  /** null where there are no rules. */
  readonly rules: RuleTable | null
  /** null where nobody watches. */
  readonly tap: WantedDatagrams | null
}

/** Something an exporter told that outlives a restart and that every thread must know. */
export type ExporterMemory = {
  readonly exporter: string
  readonly protocol: number
  readonly domain: number
} & (
  | { readonly kind: 'template'; readonly id: number; readonly fields: readonly TemplateField[]; readonly scope: number | null }
  | { readonly kind: 'sampler'; readonly id: number | null; readonly rate: number }
  | { readonly kind: 'boot'; readonly ms: number }
  | ToldName
)

/** A template that its exporter has withdrawn. */
export interface ForgottenTemplate {
  readonly exporter: string
  readonly protocol: number
  readonly domain: number
  readonly id: number
}

/** A full batch on its way to the spool; its buffers are transferred. */
export interface BatchMessage {
  readonly kind: 'batch'
  readonly worker: number
  readonly sequence: number
  readonly rows: number
  readonly capacity: number
  readonly present: Uint8Array<ArrayBuffer>
  readonly idLists: string[]
  /** In the order of `batchColumns`. */
  readonly buffers: ArrayBuffer[]
  /** Rows of each router by address. */
  readonly routers: Readonly<Record<string, number>>
}

/** State of a router as one thread knows it; counts since the start. */
export interface ExporterReport {
  readonly address: string
  readonly ledger: LedgerCounts
  sequenceUnits: number
  bits: number
  packets: number
  lastSeen: number
  protocols: number
  lastRate: number
  lastSource: number
  clockSkewMs: number
  templates: number
  setsWaiting: number
}

/** Reports of many exporters: see exporter-reports.ts. */
export interface PackedReports {
  readonly addresses: readonly string[]
  /** A row of equal length for each address. */
  readonly numbers: Float64Array
}

export interface StatusMessage {
  readonly kind: 'status'
  readonly worker: number
  readonly ledger: LedgerCounts
  readonly setsWaiting: number
  /** Whether `exporters` are all that have sent; otherwise those of whom something has changed since the last report. */
  readonly whole: boolean
  readonly exporters: PackedReports
  readonly senders: readonly Sender[]
  readonly sendersForgotten: number
  readonly listeners: readonly BoundListener[]
  /** Undecodable datagrams and malformed sets by wire error code. */
  readonly faults: Readonly<Record<string, number>>
  /** Templates, domains and samplers that were pushed out, and interfaces and names that found no room. */
  readonly evicted: Readonly<Record<'templates' | 'domains' | 'samplers' | 'notes', number>>
}

/** Whole seconds of traffic that have passed, by account. */
export interface LiveMessage {
  readonly kind: 'live'
  readonly seconds: readonly { account: number; time: number; bits: number; packets: number; flows: number }[]
}

/** Traffic since the last message, sampling applied, as traffic-period.ts lays it out. */
export interface TrafficGrowth {
  readonly routers: readonly string[]
  /** Sums by direction of each router. */
  readonly directions: Float64Array<ArrayBuffer>
  /** A row for each interface. */
  readonly interfaces: Float64Array<ArrayBuffer>
}

/** Traffic of rules; the arrays of the counts are transferred. */
export interface RuleCountsMessage {
  readonly kind: 'rule-counts'
  readonly counts: RuleCounts
  /** Since the thread began. */
  readonly doubts: MeterDoubts
}

/** Interface counters that came since the last message: the latest of each interface. */
export interface CountersMessage {
  readonly kind: 'counters'
  readonly routers: readonly { readonly router: string; readonly samples: readonly InterfaceSample[] }[]
}

/** The answer to `describe`; null when the thread does not know the exporter. */
export interface DescribedMessage {
  readonly kind: 'described'
  readonly worker: number
  readonly ticket: number
  readonly description: ExporterDescription | null
}

export type FromWorker =
  | BatchMessage
  | StatusMessage
  | LiveMessage
  | RuleCountsMessage
  /** Its arrays are transferred. */
  | { readonly kind: 'traffic'; readonly growth: TrafficGrowth }
  | { readonly kind: 'attacks'; readonly report: AttackReport }
  /** Sample blocks (src/wire/sample-block.ts), transferred; `dropped` counts from the thread's start. */
  | { readonly kind: 'samples'; readonly worker: number; readonly blocks: Uint8Array<ArrayBuffer>; readonly dropped: number }
  /** Its records are transferred. */
  | ({ readonly kind: 'tapped' } & TapHarvest)
  | CountersMessage
  | DescribedMessage
  | { readonly kind: 'memory'; readonly worker: number; readonly memory: ExporterMemory }
  | ({ readonly kind: 'forgotten'; readonly worker: number } & ForgottenTemplate)
  | { readonly kind: 'open'; readonly worker: number; readonly listeners: readonly BoundListener[] }
  | { readonly kind: 'failed'; readonly worker: number; readonly message: string }
  | { readonly kind: 'warning'; readonly message: string }
  | { readonly kind: 'stopped'; readonly worker: number }

export type ToWorker =
  | { readonly kind: 'register'; readonly routers: readonly RegisteredRouter[] }
  | { readonly kind: 'enrich'; readonly tables: EnrichTables }
  | { readonly kind: 'rules'; readonly table: RuleTable | null }
  | { readonly kind: 'tap'; readonly wanted: WantedDatagrams | null }
  | { readonly kind: 'memory'; readonly memory: ExporterMemory }
  | ({ readonly kind: 'forgotten' } & ForgottenTemplate)
  | { readonly kind: 'buffers'; readonly buffers: ArrayBuffer[] }
  | { readonly kind: 'describe'; readonly ticket: number; readonly exporter: string }
  | { readonly kind: 'stop' }
