// A collector thread: wires receiver, collector, ledger file and the messages to and from the main thread.
import path from 'node:path'
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { batchColumns, createFlowBatch, type FlowBatch } from '../contract/flow-batch.ts'
import { Enricher } from '../enrich/enricher.ts'
import { maxRecordsPerDatagram } from '../wire/record-writer.ts'
import { Collector } from './collector.ts'
import type { DatagramHandler, DatagramReceiver, ReceiverConfig } from './datagram-receiver.ts'
import { DatagramWatch, type WantedDatagrams } from './datagram-watch.ts'
import { DgramReceiver } from './dgram-receiver.ts'
import { LedgerFile } from './ledger-file.ts'
import type { FromWorker, ToWorker, WorkerConfig } from './messages.ts'
import { unpackMemories } from './memory-pack.ts'
import { PendingFile } from './pending-file.ts'
import { RecvmmsgReceiver } from './recvmmsg-receiver.ts'
import { StatusReporter } from './worker-status.ts'

/** Batches that a thread owns: one being filled, the others being written. More would only put off the moment of truth. */
const batchCount = 3
const statusEveryMs = 1000
/** Agents send the counters of an interface every 20 s or so. */
const countersEveryMs = 5000
/** How long the thread sleeps between looks when all its batches are being written. */
const bufferWaitMs = 5

class CollectorThread {
  readonly #config: WorkerConfig
  readonly #port: MessagePort
  readonly #receiver: DatagramReceiver
  readonly #collector: Collector
  readonly #status: StatusReporter
  readonly #enricher: Enricher
  readonly #ledgerFile: LedgerFile
  readonly #pendingFile: PendingFile
  readonly #tap: DatagramWatch
  /** The tap while somebody watches. */
  #watch: DatagramWatch | undefined
  readonly #capacity: number
  #spare: FlowBatch[] = []
  readonly #inbox: Exclude<ToWorker, { kind: 'buffers' }>[] = []
  #sequence = 0
  #statusAt = 0
  #countersAt = 0
  #stopping = false
  readonly #sleep = new Int32Array(new SharedArrayBuffer(4))

  constructor(config: WorkerConfig, port: MessagePort) {
    this.#config = config
    this.#port = port
    this.#capacity = config.sealRows + maxRecordsPerDatagram
    this.#enricher = new Enricher(config.enrich)
    this.#ledgerFile = new LedgerFile(config.ledgerFile)
    this.#receiver = createReceiver({ listen: config.listen, receiveBuffer: config.receiveBuffer, shared: config.shared })
    this.#pendingFile = new PendingFile(
      { dir: path.dirname(config.ledgerFile), name: `${config.run}-${config.worker}`, inherited: config.inheritedPending },
      (fault) => this.#send({ kind: 'warning', message: `waiting data sets: ${fault}` }),
    )
    for (let i = 1; i < batchCount; i++) this.#spare.push(createFlowBatch(this.#capacity))
    const remember = (memory: Extract<FromWorker, { kind: 'memory' }>['memory']) =>
      this.#send({ kind: 'memory', worker: config.worker, memory })
    this.#collector = new Collector(
      config,
      {
        enricher: this.#enricher,
        exchange: (full, routers) => this.#exchange(full, routers),
        remember,
        forget: (exporter, protocol, domain, id) =>
          this.#send({ kind: 'forgotten', worker: config.worker, exporter, protocol, domain, id }),
        beforePendingDecoded: () => this.#pendingFile.discard(),
      },
      createFlowBatch(this.#capacity),
    )
    this.#collector.rules.watch(config.rules, Date.now())
    this.#tap = new DatagramWatch({ table: this.#collector.table, sourcePort: () => this.#receiver.sourcePort() })
    this.#watchDatagrams(config.tap)
    this.#status = new StatusReporter(config.worker, this.#collector)
  }

  async run(): Promise<void> {
    this.#collector.register(this.#config.routers)
    this.#collector.waiting.restore(this.#pendingFile.load())
    for (const memory of unpackMemories(this.#config.memory)) this.#collector.recall(memory, Date.now())
    await this.#receiver.open()
    this.#send({ kind: 'open', worker: this.#config.worker, listeners: this.#receiver.listeners() })
    await this.#receiver.run(this.#handle, {
      received: () => this.#drainMessages(),
      idle: () => this.#idle(),
      isStopping: () => this.#stopping,
    })
    this.#collector.finish()
    this.#collector.rules.flush(Date.now())
    this.#sendRuleCounts(Date.now())
    this.#sendSamples(this.#collector.samples.flush())
    this.#pendingFile.saveAll(this.#collector.waiting.sets())
    this.#ledgerFile.write(this.#collector.ledger, Date.now(), true)
    this.#sendStatus()
    this.#sendTraffic()
    this.#ledgerFile.close()
    this.#receiver.close()
    this.#send({ kind: 'stopped', worker: this.#config.worker })
  }

  readonly #handle: DatagramHandler = (bytes, length, source, listener) => {
    const now = Date.now()
    this.#watch?.offer({ bytes, length, source, listener }, now)
    this.#collector.handle(bytes, length, source, now)
  }

  #watchDatagrams(wanted: WantedDatagrams | null): void {
    this.#watch = wanted === null ? undefined : this.#tap
    if (wanted !== null) this.#tap.replace(wanted)
  }

  /** @returns whether there is more to do at once */
  #idle(): boolean {
    const now = Date.now()
    this.#collector.tick(now)
    this.#ledgerFile.write(this.#collector.ledger, now)
    this.#pendingFile.saveNow(this.#collector.waiting.sets(), this.#collector.waiting.changes, now)
    const seconds = this.#collector.meter.take()
    if (seconds.length > 0) this.#send({ kind: 'live', seconds })
    this.#sendAttacks()
    this.#sendRuleCounts(now)
    this.#sendSamples(this.#collector.samples.take(now))
    this.#sendTapped(now)
    if (now - this.#statusAt >= statusEveryMs) {
      this.#statusAt = now
      this.#sendStatus()
      this.#sendTraffic()
    }
    if (now - this.#countersAt >= countersEveryMs) {
      this.#countersAt = now
      this.#sendCounters()
    }
    this.#drainMessages()
    return this.#collector.isBehind
  }

  #sendStatus(): void {
    this.#send(this.#status.next(this.#receiver.listeners()))
  }

  #sendTraffic(): void {
    const growth = this.#collector.meter.period.take()
    if (growth === undefined) return
    const message: FromWorker = { kind: 'traffic', growth }
    this.#port.postMessage(message, [growth.directions.buffer, growth.interfaces.buffer])
  }

  /** Before the counts, which say that the second is over. */
  #sendAttacks(): void {
    for (const report of this.#collector.attacks.take()) this.#send({ kind: 'attacks', report })
  }

  #sendRuleCounts(now: number): void {
    for (const counted of this.#collector.rules.take(now)) {
      const counts = { thread: this.#config.worker, ...counted }
      const message: FromWorker = { kind: 'rule-counts', counts, doubts: this.#collector.rules.doubts }
      this.#port.postMessage(message, [counts.bytes.buffer, counts.packets.buffer])
    }
  }

  #sendSamples(blocks: Uint8Array<ArrayBuffer> | undefined): void {
    if (blocks === undefined) return
    const message: FromWorker = { kind: 'samples', worker: this.#config.worker, blocks, dropped: this.#collector.samples.dropped }
    this.#port.postMessage(message, [blocks.buffer])
  }

  #sendTapped(now: number): void {
    const harvest = this.#tap.take(now)
    if (harvest === undefined) return
    const message: FromWorker = { kind: 'tapped', ...harvest }
    this.#port.postMessage(message, [harvest.records.buffer])
  }

  #sendCounters(): void {
    const routers = this.#collector.takeCounters()
    if (routers.length > 0) this.#send({ kind: 'counters', routers })
  }

  /** The receiver blocks this thread, so messages are fetched and not waited for. */
  #drainMessages(): void {
    this.#fetchMessages()
    for (const message of this.#inbox.splice(0)) this.#take(message)
  }

  /** Empty buffers are taken at once, everything else goes to the inbox: it may add rows, for which there must be a batch. */
  #fetchMessages(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#port)
      if (received === undefined) return
      // Only the main thread of this program holds the other end of the port.
      const message = received.message as ToWorker
      if (message.kind === 'buffers') this.#spare.push(createFlowBatch(this.#capacity, message.buffers))
      else this.#inbox.push(message)
    }
  }

  #take(message: Exclude<ToWorker, { kind: 'buffers' }>): void {
    if (message.kind === 'register') this.#collector.register(message.routers)
    else if (message.kind === 'enrich') this.#enricher.replace(message.tables)
    else if (message.kind === 'rules') this.#collector.rules.watch(message.table, Date.now())
    else if (message.kind === 'tap') this.#watchDatagrams(message.wanted)
    else if (message.kind === 'memory') this.#collector.recall(message.memory, Date.now())
    else if (message.kind === 'forgotten') this.#collector.forget(message)
    else if (message.kind === 'describe') this.#describe(message.ticket, message.exporter)
    else this.#stopping = true
  }

  #describe(ticket: number, exporter: string): void {
    this.#send({ kind: 'described', worker: this.#config.worker, ticket, description: this.#collector.describe(exporter) })
  }

  #exchange(full: FlowBatch, routers: Readonly<Record<string, number>>): FlowBatch {
    const buffers = batchColumns.map((column) => full.columns[column.name].buffer)
    this.#ledgerFile.write(this.#collector.ledger, Date.now(), true)
    // Before the batch: what is stored must never be more than what is known to be decoded.
    this.#sendStatus()
    this.#port.postMessage(
      {
        kind: 'batch',
        worker: this.#config.worker,
        sequence: this.#sequence++,
        rows: full.rows,
        capacity: full.capacity,
        present: full.present,
        idLists: full.idLists,
        buffers,
        routers,
      } satisfies FromWorker,
      buffers,
    )
    return this.#nextBatch()
  }

  /** Waits when the disk is behind: the kernel's buffer then fills, and what it drops is counted. */
  #nextBatch(): FlowBatch {
    for (;;) {
      const batch = this.#spare.pop()
      if (batch !== undefined) return batch
      Atomics.wait(this.#sleep, 0, 0, bufferWaitMs)
      this.#fetchMessages()
    }
  }

  #send(message: FromWorker): void {
    this.#port.postMessage(message)
  }
}

function createReceiver(config: ReceiverConfig): DatagramReceiver {
  return process.platform === 'linux' ? new RecvmmsgReceiver(config) : new DgramReceiver(config)
}

async function main(port: MessagePort): Promise<void> {
  // The starter passes exactly a WorkerConfig.
  const config = workerData as WorkerConfig
  try {
    await new CollectorThread(config, port).run()
  } catch (error) {
    port.postMessage({
      kind: 'failed',
      worker: config.worker,
      message: error instanceof Error ? error.message : String(error),
    } satisfies FromWorker)
  }
  port.close()
}

if (parentPort !== null) await main(parentPort)
