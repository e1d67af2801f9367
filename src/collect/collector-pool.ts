// Starts and stops the collector threads, passes on what one of them learns, and takes their full batches to the spool.
import { Worker } from 'node:worker_threads'
import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
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
import type { CounterRates, InterfaceFacts, InterfaceGrowth, InterfaceName, RouterHealth } from '../contract/exporter-health.ts'
import type { Log } from '../base/log.ts'
import type { EnrichTables } from '../enrich/enrich-tables.ts'
import type { BoundListener } from './datagram-receiver.ts'
import { Telemetry } from './collector-telemetry.ts'
import { ledgerFileName } from './ledger-file.ts'
import { pendingFileOf, pendingFilesIn } from './pending-file.ts'
import { parseListenAddress, type ListenAddress } from './listen-address.ts'
import { ThreadQuestions } from './thread-questions.ts'
import type { BatchMessage, ExporterMemory, FromWorker, ToWorker, WorkerConfig } from './messages.ts'

export interface CollectorPoolConfig {
  readonly collect: Config['collect']
  /** Id of this run of the server, part of segment and ledger names. */
  readonly run: string
  readonly ledgerDir: string
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
  /** What exporters told in earlier runs. */
  readonly memory: readonly ExporterMemory[]
  readonly remember: (memory: ExporterMemory) => void
  readonly forget: (exporter: string, protocol: number, domain: number, id: number) => void
  readonly routers: readonly RegisteredRouter[]
}

interface Thread {
  readonly worker: Worker
  readonly number: number
  readonly stopped: Promise<void>
}

/** Back-off before a thread that failed is started again. */
const restartMs = 1000
/** Threads chosen for `workers: 0`: one core stays for the rest, and four take more than a network card gives. */
const mostThreads = 4

export class CollectorPool implements CollectorTelemetry {
  readonly #config: CollectorPoolConfig
  readonly #deps: CollectorPoolDependencies
  readonly #telemetry: Telemetry
  readonly #questions = new ThreadQuestions()
  #threads = new Map<number, Thread>()
  #nextNumber = 0
  #routers: readonly RegisteredRouter[]
  #enrich: EnrichTables
  readonly #memory: ExporterMemory[]
  #listen: readonly ListenAddress[] = []
  #sealing = new Set<Promise<void>>()
  #stopping = false
  threadFailures = 0

  constructor(config: CollectorPoolConfig, deps: CollectorPoolDependencies) {
    this.#config = config
    this.#deps = deps
    this.#routers = deps.routers
    this.#enrich = deps.enrich
    this.#memory = [...deps.memory]
    this.#telemetry = new Telemetry({
      now: deps.now,
      receiveBufferAsked: config.collect.receive_buffer_mib * 1024 * 1024,
      routers: () => this.#routers,
    })
    for (const memory of this.#memory) this.#telemetry.noteMemory(memory)
  }

  /** Binds the sockets. @throws Error with the address when one cannot be bound */
  async start(): Promise<void> {
    mkdirSync(this.#config.ledgerDir, { recursive: true, mode: 0o700 })
    this.#listen = this.#config.collect.listen.map((text) => parseListenAddress(text))
    const count = threadCount(this.#config.collect.workers)
    const first = await this.#startThread(count > 1)
    // With port 0 the kernel chose one: the other threads must share it.
    this.#listen = first.map(({ host, port }) => ({ host, port }))
    for (let i = 1; i < count; i++) await this.#startThread(true)
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

  #workerConfig(number: number, shared: boolean, predecessor: number): WorkerConfig {
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
      // The first thread of a run takes over what all threads of earlier runs have left; a thread that is started again,
      // what its predecessor had saved.
      inheritedPending: number === 0 ? pendingFilesIn(ledgerDir) : pendingFileOf(ledgerDir, `${run}-${predecessor}`),
      ledgerFile: path.join(ledgerDir, ledgerFileName(run, number)),
      memory: this.#memory,
      routers: this.#routers,
      enrich: this.#enrich,
    }
  }

  /** Starts a thread and waits until its sockets are bound. */
  #startThread(shared: boolean, predecessor = -1): Promise<readonly BoundListener[]> {
    const number = this.#nextNumber++
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: this.#workerConfig(number, shared, predecessor) })
    return new Promise((resolve, reject) => {
      const stopped = new Promise<void>((ended) => worker.once('exit', () => ended()))
      this.#threads.set(number, { worker, number, stopped })
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'open') resolve(message.listeners)
        else if (message.kind === 'failed') {
          reject(new Error(message.message))
          this.#threadFailed(number, shared, message.message)
        } else this.#take(message)
      })
      worker.on('error', (error) => {
        reject(error)
        this.#threadFailed(number, shared, String(error))
      })
    })
  }

  #threadFailed(number: number, shared: boolean, reason: string): void {
    // A thread that never opened its sockets has failed the start; there is nothing to restart.
    const opened = this.#telemetry.hasReported(number)
    this.#threads.delete(number)
    if (this.#stopping || !opened) return
    this.threadFailures++
    this.#deps.log.error(
      { thread: number, reason },
      `a collector thread failed and is started again; its unsealed flows are lost: ${reason}`,
    )
    setTimeout(() => {
      if (this.#stopping) return
      this.#startThread(shared, number).catch((error: unknown) =>
        this.#deps.log.error({ error }, 'the collector thread could not be started again'),
      )
    }, restartMs)
  }

  #take(message: Exclude<FromWorker, { kind: 'open' | 'failed' }>): void {
    if (message.kind === 'batch') this.#track(this.#seal(message))
    else if (message.kind === 'status') this.#telemetry.noteStatus(message)
    else if (message.kind === 'live') this.#telemetry.noteLive(message)
    else if (message.kind === 'counters') this.#telemetry.noteCounters(message)
    else if (message.kind === 'described') this.#questions.noteAnswer(message)
    else if (message.kind === 'warning') this.#deps.log.warn(message.message)
    else if (message.kind === 'memory') this.#spread(message.worker, message.memory)
    else if (message.kind === 'forgotten') this.#deps.forget(message.exporter, message.protocol, message.domain, message.id)
  }

  #track(work: Promise<void>): void {
    this.#sealing.add(work)
    void work.finally(() => this.#sealing.delete(work))
  }

  async #seal(message: BatchMessage): Promise<void> {
    const batch = createFlowBatch(message.capacity, message.buffers)
    batch.rows = message.rows
    batch.present.set(message.present)
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

  /** What one thread learnt goes to disk and to the other threads: any of them may see the exporter next. */
  #spread(from: number, memory: ExporterMemory): void {
    this.#deps.remember(memory)
    this.#telemetry.noteMemory(memory)
    for (const thread of this.#threads.values())
      if (thread.number !== from) thread.worker.postMessage({ kind: 'memory', memory } satisfies ToWorker)
  }

  #broadcast(message: ToWorker): void {
    for (const thread of this.#threads.values()) thread.worker.postMessage(message)
  }

  register(routers: readonly RegisteredRouter[]): void {
    this.#routers = routers
    this.#telemetry.noteRegistered(routers)
    this.#broadcast({ kind: 'register', routers })
  }

  replaceEnrich(tables: EnrichTables): void {
    this.#enrich = tables
    this.#broadcast({ kind: 'enrich', tables })
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

  /** Addresses that are bound, with the ports that the kernel chose for port 0. */
  boundAddresses(): readonly ListenAddress[] {
    return this.#listen
  }

  /** Takes what the kernel still holds, seals it and ends the threads. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.#broadcast({ kind: 'stop' })
    await Promise.all([...this.#threads.values()].map((thread) => thread.stopped))
    await Promise.all(this.#sealing)
  }
}

function threadCount(configured: number): number {
  return configured > 0 ? configured : Math.max(1, Math.min(mostThreads, availableParallelism() - 1))
}
