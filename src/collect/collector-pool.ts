// Starts and stops the collector threads, passes on what one of them learns, and takes their full batches to the spool.
import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { batchColumns, clearFlowBatch, createFlowBatch, type FlowBatch } from '../contract/flow-batch.ts'
import type {
  CollectorTelemetry,
  LedgerView,
  ListenerStatus,
  LiveSecond,
  RegisteredRouter,
  RouterStatus,
  UnregisteredSender,
} from '../contract/collector-status.ts'
import type { Config } from '../contract/config.ts'
import type { DatagramTap, TappedDatagram, TapWatch } from '../contract/datagram-tap.ts'
import type { AttackCounting, AttackReport } from '../contract/attack-report.ts'
import type { RuleCounting, RuleCounts } from '../contract/rule-counts.ts'
import type { Rule } from '../contract/rule.ts'
import type { CounterRates, InterfaceFacts, InterfaceGrowth, InterfaceName, RouterHealth } from '../contract/exporter-health.ts'
import type { Log } from '../base/log.ts'
import type { EnrichTables } from '../enrich/enrich-tables.ts'
import type { RuleTable } from '../enrich/rule-table.ts'
import type { BoundListener } from './datagram-receiver.ts'
import { Telemetry } from './collector-telemetry.ts'
import { spawnWorker, threadCount, type Thread, type ThreadPort, type ThreadStart } from './collector-thread.ts'
import { ThreadTaps } from './datagram-tap.ts'
import { ledgerFileName } from './ledger-file.ts'
import { packMemories } from './memory-pack.ts'
import { pendingFileName, pendingFilesIn } from './pending-file.ts'
import { parseListenAddress, type ListenAddress } from './listen-address.ts'
import type { MeterDoubts } from './rule-meter.ts'
import { RulePublisher } from './rule-publisher.ts'
import { RuleTotals } from './rule-totals.ts'
import { ThreadQuestions } from './thread-questions.ts'
import { TrafficTotals } from './traffic-totals.ts'
import type { BatchMessage, ExporterMemory, ForgottenTemplate, FromWorker, RuleCountsMessage, ToWorker, WorkerConfig } from './messages.ts'

export interface CollectorPoolConfig {
  readonly collect: Config['collect']
  /** Id of this run of the server, part of segment and ledger names. */
  readonly run: string
  readonly ledgerDir: string
  /** Sampled headers that all threads together keep a second at most; 0 keeps none. */
  readonly samplesPerSecond: number
}

/** A batch that wants to be sealed as the segment `name`. */
export interface SealRequest {
  readonly name: string
  readonly batch: FlowBatch
  readonly routers: Readonly<Record<string, number>>
}

export interface CollectorPoolDependencies {
  readonly log: Log
  readonly now: () => number
  readonly enrich: EnrichTables
  /** Writes a batch to disk; resolves when it cannot be lost, false when the spool is full and the batch was dropped. */
  readonly seal: (request: SealRequest) => Promise<boolean>
  /** What exporters told and have not withdrawn, in earlier runs and in this one; read whenever threads are started. */
  readonly recall: () => Promise<readonly ExporterMemory[]>
  readonly remember: (memory: ExporterMemory) => void
  readonly forget: (exporter: string, protocol: number, domain: number, id: number) => void
  readonly routers: readonly RegisteredRouter[]
  /** Takes sampled headers: sample blocks, see src/wire/sample-block.ts. */
  readonly keepSamples: (blocks: Uint8Array) => void
  /** Starts a thread; left out, a worker thread of this process. */
  readonly spawn?: (config: WorkerConfig) => ThreadPort
}

/** Waits before a thread that failed is started again: the second, doubled each time that it fails once more. */
const restartMs = 1000
const longestRestartMs = 60_000
/** Number of a thread that there is not. */
const noThread = -1

export class CollectorPool implements CollectorTelemetry, RuleCounting, AttackCounting, DatagramTap {
  readonly #config: CollectorPoolConfig
  readonly #deps: CollectorPoolDependencies
  readonly #telemetry: Telemetry
  readonly #questions = new ThreadQuestions()
  readonly traffic = new TrafficTotals()
  readonly ruleTraffic = new RuleTotals()
  #threads = new Map<number, Thread>()
  #nextNumber = 0
  /** Those of all accounts, and those of a self test while it runs. */
  #routers: readonly RegisteredRouter[]
  #ofAccounts: readonly RegisteredRouter[]
  #ofTest: readonly RegisteredRouter[] = []
  #enrich: EnrichTables
  readonly #publisher: RulePublisher
  #rules: RuleTable | null = null
  #ruleListener: (counts: RuleCounts) => void = () => undefined
  #attackListener: (report: AttackReport) => void = () => undefined
  readonly #taps = new ThreadTaps()
  readonly #attackSecret = randomInt(2 ** 32)
  /** By thread. */
  readonly #samplesDropped = new Map<number, number>()
  /** By thread. */
  readonly #ruleDoubts = new Map<number, MeterDoubts>()
  #listen: readonly ListenAddress[] = []
  #sealing = new Set<Promise<void>>()
  /** What is told while a thread is being restarted, for each such thread. */
  readonly #missed = new Set<ToWorker[]>()
  #stopping = false
  threadFailures = 0

  constructor(config: CollectorPoolConfig, deps: CollectorPoolDependencies) {
    this.#config = config
    this.#deps = deps
    this.#routers = deps.routers
    this.#ofAccounts = deps.routers
    this.traffic.register(deps.routers.map((router) => router.address))
    this.#enrich = deps.enrich
    this.#publisher = new RulePublisher({ log: deps.log, publish: (table) => this.#replaceRules(table) })
    this.#telemetry = new Telemetry({
      now: deps.now,
      receiveBufferAsked: config.collect.receive_buffer_mib * 1024 * 1024,
      routers: () => this.#routers,
    })
  }

  /** Binds the sockets. @throws Error with the address when one cannot be bound */
  async start(): Promise<void> {
    mkdirSync(this.#config.ledgerDir, { recursive: true, mode: 0o700 })
    this.#listen = this.#config.collect.listen.map((text) => parseListenAddress(text))
    const count = threadCount(this.#config.collect.workers)
    const told = await this.#deps.recall()
    for (const memory of told) this.#telemetry.noteMemory(memory)
    const start = { shared: count > 1, memory: packMemories(told), inherited: [], missed: [] }
    // The first thread takes over what all threads of earlier runs have left.
    const first = await this.#startThread({ ...start, inherited: pendingFilesIn(this.#config.ledgerDir) })
    // With port 0 the kernel chose one: the other threads must share it.
    this.#listen = first.map(({ host, port }) => ({ host, port }))
    for (let i = 1; i < count; i++) await this.#startThread(start)
    this.#warnOfBuffers(first)
  }

  #warnOfBuffers(listeners: readonly BoundListener[]): void {
    const asked = this.#config.collect.receive_buffer_mib * 1024 * 1024
    const granted = Math.min(...listeners.map((listener) => listener.receiveBuffer))
    if (granted >= asked) return
    this.#deps.log.warn(
      { granted, asked },
      `the kernel grants ${Math.floor(granted / 1024)} KiB of receive buffer instead of ${asked / 1024} KiB, so bursts may be dropped; allow more with: sysctl -w net.core.rmem_max=${asked}`,
    )
  }

  #workerConfig(number: number, { shared, memory, inherited }: ThreadStart): WorkerConfig {
    const { collect, run, ledgerDir } = this.#config
    return {
      worker: number,
      run,
      listen: this.#listen,
      shared,
      receiveBuffer: collect.receive_buffer_mib * 1024 * 1024,
      sealRows: collect.seal_rows,
      sealMs: collect.seal_seconds * 1000,
      templateLifetimeMs: collect.template_lifetime_minutes * 60_000,
      pendingBytes: collect.pending_mib * 1024 * 1024,
      pendingMs: collect.pending_seconds * 1000,
      attackSecret: this.#attackSecret,
      samplesPerSecond: Math.ceil(this.#config.samplesPerSecond / threadCount(collect.workers)),
      inheritedPending: inherited,
      ledgerFile: path.join(ledgerDir, ledgerFileName(run, number)),
      memory,
      routers: this.#routers,
      enrich: this.#enrich,
      rules: this.#rules,
      tap: this.#taps.wanted,
    }
  }

  /** Starts a thread and waits until its sockets are bound. */
  #startThread(start: ThreadStart): Promise<readonly BoundListener[]> {
    const number = this.#nextNumber++
    const worker = (this.#deps.spawn ?? spawnWorker)(this.#workerConfig(number, start))
    return new Promise((resolve, reject) => {
      const stopped = new Promise<void>((ended) => worker.once('exit', () => ended()))
      const thread: Thread = { worker, number, inherited: start.inherited, stopped }
      this.#threads.set(number, thread)
      for (const message of start.missed) worker.postMessage(message)
      const failed = (reason: string) => {
        reject(new Error(reason))
        this.#threadFailed(thread, start.shared, reason)
      }
      worker.on('message', (message) => {
        if (message.kind === 'open') resolve(message.listeners)
        else if (message.kind === 'failed') failed(message.message)
        else this.#take(message)
      })
      worker.on('error', (error) => failed(String(error)))
    })
  }

  #threadFailed(thread: Thread, shared: boolean, reason: string): void {
    if (!this.#threads.delete(thread.number)) return
    // A thread that never opened its sockets has failed the start; whoever started it knows what to do.
    if (this.#stopping || !this.#telemetry.hasReported(thread.number)) return
    this.threadFailures++
    this.#telemetry.noteThreadLost(thread.number)
    this.#deps.log.error(
      { thread: thread.number, reason },
      `a collector thread failed and is started again; its unsealed flows are lost: ${reason}`,
    )
    this.#restartLater(thread, shared, restartMs)
  }

  #restartLater(failed: Thread, shared: boolean, afterMs: number): void {
    setTimeout(() => {
      if (this.#stopping) return
      this.#restart(failed, shared).catch((error: unknown) => {
        const next = Math.min(afterMs * 2, longestRestartMs)
        this.#deps.log.error({ error }, `the collector thread could not be started again; the next attempt is in ${next / 1000} s`)
        this.#restartLater(failed, shared, next)
      })
    }, afterMs)
  }

  /** Starts a thread in place of one that failed, with what it had saved, and with all that exporters told until now. */
  async #restart(failed: Thread, shared: boolean): Promise<void> {
    const missed: ToWorker[] = []
    this.#missed.add(missed)
    const told = await this.#deps.recall().finally(() => this.#missed.delete(missed))
    const { ledgerDir, run } = this.#config
    // Those of other threads of this run are theirs.
    const mine = new Set([pendingFileName(`${run}-${failed.number}`), ...failed.inherited])
    const inherited = pendingFilesIn(ledgerDir).filter((file) => mine.has(file))
    await this.#startThread({ shared, memory: packMemories(told), inherited, missed })
  }

  #take(message: Exclude<FromWorker, { kind: 'open' | 'failed' }>): void {
    if (message.kind === 'batch') this.#track(this.#seal(message))
    else if (message.kind === 'status') this.#telemetry.noteStatus(message)
    else if (message.kind === 'live') this.#telemetry.noteLive(message)
    else if (message.kind === 'traffic') this.traffic.add(message.growth)
    else if (message.kind === 'rule-counts') this.#takeRuleCounts(message)
    else if (message.kind === 'attacks') this.#attackListener(message.report)
    else if (message.kind === 'samples') this.#takeSamples(message)
    else if (message.kind === 'tapped') this.#taps.take(message)
    else if (message.kind === 'counters') this.#telemetry.noteCounters(message)
    else if (message.kind === 'described') this.#questions.noteAnswer(message)
    else if (message.kind === 'warning') this.#deps.log.warn(message.message)
    else if (message.kind === 'memory') this.#spread(message.worker, message.memory)
    else if (message.kind === 'forgotten') this.#forget(message.worker, message)
  }

  #takeSamples({ worker, blocks, dropped }: Extract<FromWorker, { kind: 'samples' }>): void {
    this.#samplesDropped.set(worker, dropped)
    this.#deps.keepSamples(blocks)
  }

  #track(work: Promise<void>): void {
    this.#sealing.add(work)
    void work.finally(() => this.#sealing.delete(work))
  }

  async #seal(message: BatchMessage): Promise<void> {
    const batch = createFlowBatch(message.capacity, message.buffers)
    batch.rows = message.rows
    batch.present.set(message.present)
    batch.idLists = message.idLists
    const name = `${this.#config.run}-${message.worker}-${String(message.sequence).padStart(8, '0')}`
    try {
      const sealed = await this.#deps.seal({ name, batch, routers: message.routers })
      if (!sealed) this.#telemetry.noteDropped(message.routers)
    } catch (error) {
      this.#telemetry.noteDropped(message.routers)
      this.#deps.log.error(
        { error, segment: name, rows: message.rows },
        'a segment could not be written and its flows are dropped; check the disk of the data folder',
      )
    }
    clearFlowBatch(batch)
    const buffers = batchColumns.map((column) => batch.columns[column.name].buffer)
    this.#threads.get(message.worker)?.worker.postMessage({ kind: 'buffers', buffers } satisfies ToWorker, buffers)
  }

  /** Takes what routers told while the threads did not listen to them yet. */
  learn(memories: readonly ExporterMemory[]): void {
    for (const memory of memories) this.#spread(noThread, memory)
  }

  /** What one thread learnt goes to disk and to the other threads: any of them may see the exporter next. */
  #spread(from: number, memory: ExporterMemory): void {
    if (!this.#ofTest.some(({ address }) => address === memory.exporter)) this.#deps.remember(memory)
    this.#telemetry.noteMemory(memory)
    this.#tellOthers(from, { kind: 'memory', memory })
  }

  #forget(from: number, { exporter, protocol, domain, id }: ForgottenTemplate): void {
    this.#deps.forget(exporter, protocol, domain, id)
    this.#tellOthers(from, { kind: 'forgotten', exporter, protocol, domain, id })
  }

  #tellOthers(from: number, message: ToWorker): void {
    for (const missed of this.#missed) missed.push(message)
    for (const thread of this.#threads.values()) if (thread.number !== from) thread.worker.postMessage(message)
  }

  #broadcast(message: ToWorker): void {
    for (const thread of this.#threads.values()) thread.worker.postMessage(message)
  }

  register(routers: readonly RegisteredRouter[]): void {
    this.#ofAccounts = routers
    this.traffic.register(routers.map((router) => router.address))
    this.#tellRouters()
  }

  /** Replaces the routers of the self test, which are of no account; none ends it. */
  registerTest(routers: readonly RegisteredRouter[]): void {
    this.#ofTest = routers
    this.#tellRouters()
  }

  #tellRouters(): void {
    const routers = [...this.#ofTest, ...this.#ofAccounts]
    this.#routers = routers
    this.#telemetry.noteRegistered(routers)
    this.#broadcast({ kind: 'register', routers })
  }

  replaceEnrich(tables: EnrichTables): void {
    this.#enrich = tables
    this.#broadcast({ kind: 'enrich', tables })
  }

  watch(rules: readonly Rule[]): void {
    this.#publisher.watch(rules)
    this.ruleTraffic.watch(rules)
  }

  onRuleCounts(listener: (counts: RuleCounts) => void): void {
    this.#ruleListener = listener
  }

  onAttackReport(listener: (report: AttackReport) => void): void {
    this.#attackListener = listener
  }

  watchDatagrams(watch: TapWatch | null): void {
    this.#broadcast({ kind: 'tap', wanted: this.#taps.watch(watch) })
  }

  onDatagrams(listener: (datagrams: readonly TappedDatagram[]) => void): void {
    this.#taps.listener = listener
  }

  datagramsNotTapped(): number {
    return this.#taps.refused
  }

  #replaceRules(table: RuleTable | null): void {
    this.#rules = table
    this.#broadcast({ kind: 'rules', table })
  }

  #takeRuleCounts({ counts, doubts }: RuleCountsMessage): void {
    this.#ruleDoubts.set(counts.thread, doubts)
    this.ruleTraffic.add(counts)
    this.#ruleListener(counts)
  }

  /** Sampled headers that were not kept because there were too many, since the start. */
  samplesDropped(): number {
    return [...this.#samplesDropped.values()].reduce((sum, dropped) => sum + dropped, 0)
  }

  /** Flows whose times, or a part of whose volume, did not count for rules as told. */
  ruleDoubts(): MeterDoubts {
    const sum: MeterDoubts = { moved: 0, early: 0, earlyBytes: 0 }
    for (const { moved, early, earlyBytes } of this.#ruleDoubts.values()) {
      sum.moved += moved
      sum.early += early
      sum.earlyBytes += earlyBytes
    }
    return sum
  }

  /** Rows by router that the store has acknowledged. */
  noteStored(routers: Readonly<Record<string, number>>): void {
    this.#telemetry.noteStored(routers)
  }

  routers(account: number): RouterStatus[] {
    return this.#telemetry.routers(account)
  }

  allRouters(): RouterStatus[] {
    return this.#telemetry.allRouters()
  }

  async health(address: string): Promise<RouterHealth | undefined> {
    if (!this.#routers.some((router) => router.address === address)) return undefined
    const descriptions = await this.#questions.ask(address, (ticket) => {
      this.#broadcast({ kind: 'describe', ticket, exporter: address })
      return [...this.#threads.keys()]
    })
    return this.#telemetry.health(address, descriptions)
  }

  interfaces(address: string): InterfaceFacts[] {
    return this.#telemetry.interfaces(address)
  }

  interfaceNames(address: string): ReadonlyMap<number, InterfaceName> {
    return this.#telemetry.interfaceNames(address)
  }

  counterRates(address: string, from: number, to: number): ReadonlyMap<number, CounterRates> {
    return this.#telemetry.counterRates(address, from, to)
  }

  takeInterfaceGrowth(): InterfaceGrowth[] {
    return this.#telemetry.takeInterfaceGrowth()
  }

  evictions(): Record<string, number> {
    return this.#telemetry.evictions()
  }

  unregistered(): UnregisteredSender[] {
    return this.#telemetry.unregistered()
  }

  /** When a flow datagram of this sender or sFlow agent was last received, ms since 1970; 0 for never. */
  lastHeard(address: string): number {
    return this.#telemetry.lastHeard(address)
  }

  listeners(): ListenerStatus[] {
    return this.#telemetry.listeners()
  }

  ledger(): LedgerView {
    return this.#telemetry.ledger()
  }

  faults(): Record<string, number> {
    return this.#telemetry.faults()
  }

  live(account: number, seconds: number): LiveSecond[] {
    return this.#telemetry.live(account, seconds)
  }

  /** Threads that run, or are to run when one of them is being started again. */
  get threads(): number {
    return threadCount(this.#config.collect.workers)
  }

  /** Addresses that are bound, with the ports that the kernel chose for port 0. */
  boundAddresses(): readonly ListenAddress[] {
    return this.#listen
  }

  /** Takes what the kernel still holds, seals it and ends the threads. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#publisher.stop()
    this.#broadcast({ kind: 'stop' })
    await Promise.all([...this.#threads.values()].map((thread) => thread.stopped))
    await Promise.all(this.#sealing)
  }
}
