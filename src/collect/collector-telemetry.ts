// Adds up what the collector threads report, for the API and the metrics.
import {
  selfTestAccount,
  type CollectorTelemetry,
  type LedgerTerm,
  type LedgerView,
  type ListenerStatus,
  type LiveSecond,
  type RegisteredRouter,
  type RouterStatus,
  type UnregisteredSender,
} from '../contract/collector-status.ts'
import type { CounterRates, InterfaceFacts, InterfaceGrowth, InterfaceName, RouterHealth } from '../contract/exporter-health.ts'
import { samplingSource, type SamplingSourceName } from '../contract/flow-columns.ts'
import type { BoundListener } from './datagram-receiver.ts'
import { joinDescriptions, type ExporterDescription } from './exporter-description.ts'
import { ExporterWatch } from './exporter-watch.ts'
import { createLedger, type LedgerCounts } from './exporter.ts'
import { unpackReports } from './exporter-reports.ts'
import type { Sender } from './exporter-table.ts'
import { formatListenAddress } from './listen-address.ts'
import { LiveSeconds } from './live-seconds.ts'
import type { CountersMessage, ExporterMemory, ExporterReport, LiveMessage, StatusMessage } from './messages.ts'
import { protocolNames } from './protocol-bits.ts'
import { RateHistory } from './rate-history.ts'

const samplingSourceNames = Object.fromEntries(Object.entries(samplingSource).map(([name, code]) => [code, name]))

export interface TelemetryDependencies {
  readonly now: () => number
  /** Buffer that was asked for, bytes a socket. */
  readonly receiveBufferAsked: number
  readonly routers: () => readonly RegisteredRouter[]
}

export class Telemetry implements Omit<CollectorTelemetry, 'register' | 'health'> {
  readonly #deps: TelemetryDependencies
  readonly #status = new Map<number, StatusMessage>()
  /** The latest report of each exporter by thread and address. */
  readonly #reported = new Map<number, Map<string, ExporterReport>>()
  readonly #watch = new ExporterWatch()
  readonly #live = new Map<number, LiveSeconds>()
  readonly #histories = new Map<string, RateHistory>()
  readonly #stored = new Map<string, number>()
  readonly #dropped = new Map<string, number>()
  #storedTotal = 0
  #droppedTotal = 0

  constructor(deps: TelemetryDependencies) {
    this.#deps = deps
  }

  noteStatus(message: StatusMessage): void {
    this.#status.set(message.worker, message)
    let reported = this.#reported.get(message.worker)
    if (reported === undefined || message.whole) this.#reported.set(message.worker, (reported = new Map()))
    unpackReports(message.exporters, reported)
    const now = this.#deps.now()
    for (const address of message.exporters.addresses) {
      this.#sample(address, now)
      this.#watch.noteSeen(address, reported.get(address)?.lastSeen ?? 0)
    }
  }

  /**
   * Notes that a thread is gone. What waited in it is dropped, also by the ledger: what of it was saved waits anew in the
   * thread that takes its place.
   */
  noteThreadLost(worker: number): void {
    const status = this.#status.get(worker)
    if (status === undefined) return
    this.#status.set(worker, { ...status, ...withoutWaiting(status), listeners: [] })
    const reported = this.#reported.get(worker) ?? new Map<string, ExporterReport>()
    for (const [address, report] of reported) reported.set(address, { ...report, ...withoutWaiting(report) })
  }

  noteCounters(message: CountersMessage): void {
    const registered = new Set(this.#deps.routers().map((router) => router.address))
    this.#watch.noteCounters(message, (router) => registered.has(router))
  }

  noteMemory(memory: ExporterMemory): void {
    this.#watch.noteMemory(memory)
  }

  /** Forgets what is known of routers that are registered no more. */
  noteRegistered(routers: readonly RegisteredRouter[]): void {
    const registered = new Set(routers.map((router) => router.address))
    this.#watch.keep(registered)
    for (const known of [this.#histories, ...this.#reported.values()])
      for (const address of known.keys()) if (!registered.has(address)) known.delete(address)
  }

  /** Whether a thread has ever reported. */
  hasReported(worker: number): boolean {
    return this.#status.has(worker)
  }

  noteLive(message: LiveMessage): void {
    for (const { account, ...second } of message.seconds) {
      let live = this.#live.get(account)
      if (live === undefined) this.#live.set(account, (live = new LiveSeconds()))
      live.add(second)
    }
  }

  /** Rows by router that the store has acknowledged. */
  noteStored(routers: Readonly<Record<string, number>>): void {
    for (const [address, rows] of Object.entries(routers)) {
      this.#stored.set(address, (this.#stored.get(address) ?? 0) + rows)
      this.#storedTotal += rows
    }
  }

  /** Rows by router that were dropped because the spool was full. */
  noteDropped(routers: Readonly<Record<string, number>>): void {
    for (const [address, rows] of Object.entries(routers)) {
      this.#dropped.set(address, (this.#dropped.get(address) ?? 0) + rows)
      this.#droppedTotal += rows
    }
  }

  #reports(address: string): ExporterReport[] {
    const reports: ExporterReport[] = []
    for (const byAddress of this.#reported.values()) {
      const report = byAddress.get(address)
      if (report !== undefined) reports.push(report)
    }
    return reports
  }

  /** A plain loop: it is run for every router each second. */
  #sample(address: string, at: number): void {
    let history = this.#histories.get(address)
    if (history === undefined) this.#histories.set(address, (history = new RateHistory()))
    const sample = { at, records: 0, bits: 0, packets: 0, lost: 0, units: 0 }
    for (const reported of this.#reported.values()) {
      const report = reported.get(address)
      if (report === undefined) continue
      sample.records += report.ledger.records_decoded
      sample.bits += report.bits
      sample.packets += report.packets
      sample.lost += report.ledger.sequence_lost
      sample.units += report.sequenceUnits
    }
    history.note(sample)
  }

  routers(account: number): RouterStatus[] {
    const routers = this.#deps.routers().filter((router) => router.account === account)
    return routers.map((router) => this.#router(router))
  }

  /** Every registered router of every account. */
  allRouters(): RouterStatus[] {
    const routers = this.#deps.routers().filter((router) => router.account !== selfTestAccount)
    return routers.map((router) => this.#router(router))
  }

  /**
   * The health of a router's export.
   * @param descriptions what each thread knows of it
   */
  health(address: string, descriptions: readonly ExporterDescription[]): RouterHealth | undefined {
    const router = this.#deps.routers().find((registered) => registered.address === address)
    if (router === undefined) return undefined
    const { silent, last_seen, loss, clock_skew, ledger } = this.#router(router)
    return { address, silent, last_seen, loss, clock_skew, sets_waiting: ledger.sets_waiting, ...joinDescriptions(descriptions) }
  }

  interfaces(address: string): InterfaceFacts[] {
    return this.#watch.interfaces(address)
  }

  interfaceNames(address: string): ReadonlyMap<number, InterfaceName> {
    return this.#watch.interfaceNames(address)
  }

  counterRates(address: string, from: number, to: number): ReadonlyMap<number, CounterRates> {
    return this.#watch.counterRates(address, from, to)
  }

  takeInterfaceGrowth(): InterfaceGrowth[] {
    return this.#watch.takeGrowth()
  }

  #router(router: RegisteredRouter): RouterStatus {
    const reports = this.#reports(router.address)
    const latest = reports.reduce<ExporterReport | undefined>(
      (best, report) => (best === undefined || report.lastSeen > best.lastSeen ? report : best),
      undefined,
    )
    const rates = (this.#histories.get(router.address) ?? new RateHistory()).rates(this.#deps.now())
    return {
      address: router.address,
      name: '',
      sampling_override: router.samplingOverride,
      last_seen: latest === undefined ? null : new Date(latest.lastSeen).toISOString(),
      protocols: protocolNames(reports.reduce((bits, report) => bits | report.protocols, 0)),
      ...rates,
      sampling_rate: latest === undefined || latest.lastRate === 0 ? null : latest.lastRate,
      sampling_source: sourceName(latest?.lastSource ?? 0),
      clock_skew: latest === undefined || Number.isNaN(latest.clockSkewMs) ? null : Math.round(latest.clockSkewMs) / 1000,
      templates: Math.max(0, ...reports.map((report) => report.templates)),
      silent: this.#watch.isSilent(router.address, this.#deps.now()),
      // The comparison needs the store: app adds it.
      doubtful_interfaces: 0,
      counter_check: null,
      ledger: this.#view(
        addLedgers(reports.map((report) => report.ledger)),
        sum(reports, (report) => report.setsWaiting),
        this.#stored.get(router.address) ?? 0,
        this.#dropped.get(router.address) ?? 0,
      ),
    }
  }

  /** When a flow datagram of this sender or sFlow agent was last received, ms since 1970; 0 for never. */
  lastHeard(address: string): number {
    const reported = Math.max(0, ...this.#reports(address).map((report) => report.lastSeen))
    if (reported > 0) return reported
    const senders = [...this.#status.values()].flatMap((status) => status.senders.filter((sender) => sender.address === address))
    return Math.max(0, ...senders.map((sender) => sender.lastSeen))
  }

  unregistered(): UnregisteredSender[] {
    const merged = new Map<string, Sender>()
    for (const status of this.#status.values()) {
      for (const sender of status.senders) merged.set(sender.address, mergeSender(merged.get(sender.address), sender))
    }
    return [...merged.values()]
      .sort((a, b) => b.lastSeen - a.lastSeen)
      .map((sender) => ({
        address: sender.address,
        agent_address: sender.agentAddress,
        protocols: protocolNames(sender.protocols),
        datagrams: sender.datagrams,
        first_seen: new Date(sender.firstSeen).toISOString(),
        last_seen: new Date(sender.lastSeen).toISOString(),
      }))
  }

  listeners(): ListenerStatus[] {
    const merged = new Map<string, BoundListener[]>()
    for (const status of this.#status.values()) {
      for (const listener of status.listeners) {
        const address = formatListenAddress(listener)
        merged.set(address, [...(merged.get(address) ?? []), listener])
      }
    }
    return [...merged].map(([address, sockets]) => ({
      address,
      receive_buffer: Math.min(...sockets.map((socket) => socket.receiveBuffer)),
      receive_buffer_asked: this.#deps.receiveBufferAsked,
      kernel_drops: sockets.some((socket) => socket.kernelDrops === null) ? null : sum(sockets, (socket) => socket.kernelDrops ?? 0),
    }))
  }

  ledger(): LedgerView {
    const all = [...this.#status.values()]
    return this.#view(
      addLedgers(all.map((status) => status.ledger)),
      sum(all, (status) => status.setsWaiting),
      this.#storedTotal,
      this.#droppedTotal,
    )
  }

  #view(counts: LedgerCounts, setsWaiting: number, stored: number, dropped: number): LedgerView {
    counts.records_dropped_spool_full = dropped
    return {
      ...counts,
      sets_waiting: setsWaiting,
      records_stored: stored,
      records_in_flight: Math.max(0, counts.records_decoded - stored - dropped),
    }
  }

  /** What was pushed out or found no room because a bound was reached. */
  evictions(): Record<string, number> {
    const totals: Record<string, number> = { interfaces: this.#watch.counters().refused }
    for (const status of this.#status.values())
      for (const [what, count] of Object.entries(status.evicted)) totals[what] = (totals[what] ?? 0) + count
    return totals
  }

  /** Undecodable datagrams and malformed parts by wire error code. */
  faults(): Record<string, number> {
    const faults: Record<string, number> = {}
    for (const status of this.#status.values())
      for (const [code, count] of Object.entries(status.faults)) faults[code] = (faults[code] ?? 0) + count
    return faults
  }

  live(account: number, seconds: number): LiveSecond[] {
    // The second before the last whole one has certainly been reported by every thread.
    const last = Math.floor(this.#deps.now() / 1000) - 2
    return (this.#live.get(account) ?? new LiveSeconds()).read(last, seconds)
  }
}

function sourceName(code: number): SamplingSourceName {
  // The codes are those of the table, 0 ("unknown") included.
  return (samplingSourceNames[code] ?? 'unknown') as SamplingSourceName
}

/** Counts in which what waited has been dropped. */
function withoutWaiting({
  ledger,
  setsWaiting,
}: Pick<StatusMessage, 'ledger' | 'setsWaiting'>): Pick<StatusMessage, 'ledger' | 'setsWaiting'> {
  return { ledger: { ...ledger, sets_pending_evicted: ledger.sets_pending_evicted + setsWaiting }, setsWaiting: 0 }
}

function mergeSender(a: Sender | undefined, b: Sender): Sender {
  if (a === undefined) return b
  return {
    ...a,
    agentAddress: a.agentAddress ?? b.agentAddress,
    protocols: a.protocols | b.protocols,
    datagrams: a.datagrams + b.datagrams,
    firstSeen: Math.min(a.firstSeen, b.firstSeen),
    lastSeen: Math.max(a.lastSeen, b.lastSeen),
  }
}

function addLedgers(ledgers: readonly LedgerCounts[]): LedgerCounts {
  const total = createLedger()
  for (const ledger of ledgers) for (const term of Object.keys(ledger) as LedgerTerm[]) total[term] += ledger[term]
  return total
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}
