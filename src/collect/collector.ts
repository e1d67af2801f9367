// The engine of a collector thread: one datagram in, rows of an enriched batch out, everything counted. It knows neither
// sockets nor threads, so that tests and the thread drive it alike.
import { columnIndex, type FlowBatch } from '../contract/flow-batch.ts'
import type { RegisteredRouter } from '../contract/collector-status.ts'
import { exportProtocol } from '../contract/flow-columns.ts'
import { WireError, type WireErrorCode } from '../contract/wire-errors.ts'
import type { Enricher } from '../enrich/enricher.ts'
import { createExportHeader, type ExportHeader } from '../wire/export-header.ts'
import { decodeFlowDatagram, recognise } from '../wire/flow-datagram.ts'
import type { FlowHost, OptionsValue } from '../wire/flow-host.ts'
import { decodeRecords } from '../wire/flow-sets.ts'
import { fillTimes, maxRecordsPerDatagram } from '../wire/record-writer.ts'
import type { SflowEthernetCounters, SflowHostCounters, SflowInterfaceCounters, SflowProcessorCounters } from '../wire/sflow-counters.ts'
import type { SflowDiscard } from '../wire/sflow-sample.ts'
import { interfaceSource } from '../wire/sflow-formats.ts'
import type { SflowDatagram, SflowSample, SflowSkipped } from '../wire/sflow5.ts'
import type { FlowTemplate, TemplateField } from '../wire/template.ts'
import type { AddressWords } from './address-words.ts'
import { AttackMeter } from './attack-meter.ts'
import { createLedger, type Exporter, type ExporterDomain, type LedgerCounts } from './exporter.ts'
import { describeExporter, type ExporterDescription } from './exporter-description.ts'
import { ExporterKnowledge, type Teller } from './exporter-knowledge.ts'
import { ExporterNotesTable, type ExporterNotes } from './exporter-notes.ts'
import { ExporterTable } from './exporter-table.ts'
import type { CountersMessage, ExporterMemory, ForgottenTemplate } from './messages.ts'
import { protocolBit } from './protocol-bits.ts'
import { RuleStage } from './rule-stage.ts'
import { SampleKeeper } from './sample-keeper.ts'
import { fallback, settleSampling } from './sampling.ts'
import { sflowAgent } from './sflow-agent.ts'
import { TrafficMeter } from './traffic-meter.ts'
import { WaitingSets } from './waiting-sets.ts'

export interface CollectorConfig {
  readonly sealRows: number
  readonly sealMs: number
  readonly templateLifetimeMs: number
  readonly pendingBytes: number
  readonly pendingMs: number
  /** 32 random bits, the same in all threads; 0 when left out, which is for tests. */
  readonly attackSecret?: number
  /** Sampled headers that are kept a second at most; 0, as when left out, keeps none. */
  readonly samplesPerSecond?: number
}

export interface CollectorDependencies {
  readonly enricher: Enricher
  /** Takes a full batch and gives an empty one of the same capacity; may block. */
  readonly exchange: (full: FlowBatch, routers: Readonly<Record<string, number>>) => FlowBatch
  /** Told what an exporter said that other threads and the next start must know. */
  readonly remember: (memory: ExporterMemory) => void
  readonly forget: (exporter: string, protocol: number, domain: number, id: number) => void
  /** Called before waiting sets are decoded, as WaitingSets says. */
  readonly beforePendingDecoded?: () => void
}

/**
 * Bytes of sets whose template has come that are decoded with a datagram and with a tick. A byte costs up to 0.1 µs where
 * each is a record of options, so a datagram is done with in half a millisecond and a tick in seven.
 */
const freedBytesAtOnce = 4096
const freedBytesPerTick = 65_536
/** What a set costs beside its bytes, as bytes. */
const freedSetCost = 16
/** How often expired templates and waiting sets are looked for. */
const expireEveryMs = 10_000

export class Collector implements FlowHost {
  batch: FlowBatch
  readonly table = new ExporterTable()
  readonly meter = new TrafficMeter()
  readonly rules = new RuleStage()
  readonly attacks: AttackMeter
  readonly ledger: LedgerCounts = createLedger()
  /** Undecodable datagrams and malformed parts by code. */
  readonly faults: Partial<Record<WireErrorCode, number>> = {}
  readonly notes = new ExporterNotesTable()
  readonly waiting: WaitingSets
  readonly samples: SampleKeeper
  readonly #config: CollectorConfig
  readonly #deps: CollectorDependencies
  readonly #knowledge: ExporterKnowledge
  readonly #header: ExportHeader = createExportHeader()
  // The router and the time of the datagram at hand.
  #exporter: Exporter | undefined
  #now = 0
  #sflowUptimeMs = 0
  /** ifIndex of the interface that the counter sample at hand is of, 0 when it is of something else. */
  #counterSource = 0
  #batchSince = 0
  #expiredAt = 0

  constructor(config: CollectorConfig, deps: CollectorDependencies, batch: FlowBatch) {
    this.#config = config
    this.#deps = deps
    this.batch = batch
    this.attacks = new AttackMeter(config.attackSecret ?? 0)
    this.samples = new SampleKeeper(config.samplesPerSecond ?? 0)
    const { table, notes, ledger } = this
    const { pendingBytes: maxBytes, pendingMs: lifetimeMs } = config
    this.waiting = new WaitingSets({ maxBytes, lifetimeMs }, { table, ledger, beforeFreed: deps.beforePendingDecoded })
    this.#knowledge = new ExporterKnowledge(config.templateLifetimeMs, {
      table,
      notes,
      remember: deps.remember,
      forget: deps.forget,
      onTemplate: (exporter, domain, id, template) => this.waiting.free(exporter, domain, id, template),
    })
  }

  /** Replaces the registered routers. What waits of a router that is none any more is dropped, counted. */
  register(routers: readonly RegisteredRouter[]): void {
    // First, while the table knows them all, so that every set is booked with its router.
    this.#decodeFreed(Infinity)
    this.waiting.keepOnly(new Set(routers.map((router) => router.address)))
    this.table.register(routers)
  }

  /**
   * Takes one datagram.
   * @param now milliseconds since 1970
   */
  handle(bytes: Uint8Array, length: number, source: AddressWords, now: number): void {
    this.ledger.datagrams_received++
    this.ledger.bytes_received += length
    const exporter = this.#admit(bytes, length, source, now)
    if (exporter === undefined) {
      this.ledger.datagrams_unregistered++
      return
    }
    exporter.ledger.datagrams_received++
    exporter.ledger.bytes_received += length
    exporter.lastSeen = now
    this.#begin(exporter, now)
    this.#decode(exporter, bytes, length)
    // More than comes, so that what was set free gets less with every datagram.
    this.#decodeFreed(Math.max(freedBytesAtOnce, 2 * length))
  }

  /** The registered router that a datagram belongs to; who sends without being one is noted. */
  #admit(bytes: Uint8Array, length: number, source: AddressWords, now: number): Exporter | undefined {
    const protocol = recognise(bytes, length)
    const agent = protocol === exportProtocol.sflow5 ? sflowAgent(bytes, length) : null
    const exporter = this.table.owner(source, agent)
    if (exporter === undefined && protocol !== exportProtocol.unknown) this.table.noteSender(source, agent, protocolBit(protocol), now)
    if (exporter !== undefined) exporter.protocols |= protocolBit(protocol)
    return exporter
  }

  #begin(exporter: Exporter, now: number): void {
    this.#exporter = exporter
    this.#now = now
    this.#advance(now)
    this.#makeRoom()
  }

  /** A batch always has room for the largest datagram, so that decoding never stops in the middle of one. */
  #makeRoom(): void {
    if (this.batch.rows + maxRecordsPerDatagram > this.batch.capacity) this.seal()
    if (this.batch.rows === 0) this.#batchSince = this.#now
  }

  #decode(exporter: Exporter, bytes: Uint8Array, length: number): void {
    const from = this.batch.rows
    try {
      const protocol = decodeFlowDatagram(bytes, length, this.#header, this)
      if (protocol === exportProtocol.sflow5) this.#finishSflow(exporter, from)
      else exporter.clockSkewMs = this.#header.exportMs - this.#now
      this.#count('datagrams_decoded', 1)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      // Decoders throw before they write a row; what is wrong later is reported by malformed().
      this.#fault(error.code)
      this.#count('datagrams_undecodable', 1)
    }
  }

  /**
   * Decodes sets whose template has come: after the datagram that brought it, when there is room for certain. A small
   * template can set megabytes free, so no more than a portion is decoded at a time.
   */
  #decodeFreed(portion: number): void {
    let left = portion
    while (left > 0) {
      const freed = this.waiting.takeFreed()
      if (freed === undefined) return
      const { header, bytes } = freed.set
      left -= bytes.length + freedSetCost
      this.#exporter = freed.exporter
      this.#makeRoom()
      decodeRecords(freed.template, header, { bytes, start: 0, end: bytes.length }, this)
    }
  }

  /** Whether sets that were set free are still to be decoded: `tick` should be called again at once. */
  get isBehind(): boolean {
    return this.waiting.hasFreed
  }

  // --- what decoders ask and tell -------------------------------------------------------------------------------

  #domain(header: ExportHeader): ExporterDomain {
    return this.#current().domain(header.protocol, header.domain)
  }

  #teller(header: ExportHeader): Teller {
    return { exporter: this.#current(), domain: this.#domain(header), now: this.#now }
  }

  #current(): Exporter {
    if (this.#exporter === undefined) throw new Error('a decoder called its host outside of a datagram')
    return this.#exporter
  }

  template(header: ExportHeader, id: number): FlowTemplate | undefined {
    return this.#domain(header).templates.get(id)?.template
  }

  bootMs(header: ExportHeader): number {
    return this.#domain(header).bootMs
  }

  defineTemplate(header: ExportHeader, id: number, fields: readonly TemplateField[], scope: number | null): void {
    this.#count('templates_received', 1)
    this.#knowledge.defineTemplate(this.#teller(header), id, { fields, scope })
  }

  withdrawTemplate(header: ExportHeader, id: number): void {
    this.#knowledge.withdrawTemplate(this.#teller(header), id)
  }

  setWithoutTemplate(header: ExportHeader, id: number, bytes: Uint8Array, start: number, end: number): void {
    this.waiting.add(this.#current(), header, id, bytes.subarray(start, end), this.#now)
  }

  optionsRecord(header: ExportHeader, values: readonly OptionsValue[]): void {
    this.#count('options_records', 1)
    this.#knowledge.optionsRecord(this.#teller(header), values)
  }

  exportSequence(header: ExportHeader, units: number): void {
    this.#sequence(this.#domain(header), header.sequence, units)
  }

  #sequence(domain: ExporterDomain, sequence: number, units: number): void {
    const verdict = domain.sequence.observe(sequence, units)
    this.#count('sequence_lost', verdict.lost)
    this.#count('sequence_reordered', verdict.reordered)
    if (units > 0) this.#current().sequenceUnits += units
  }

  recordsWritten(header: ExportHeader, template: FlowTemplate | null, from: number, to: number): void {
    if (from === to || template === null) return
    const exporter = this.#current()
    const { batch } = this
    settleSampling({ exporter, domain: this.#domain(header), header, template, batch, from, to })
    if (!template.hasTimes) fillTimes(batch, from, to, header.exportMs)
    batch.columns.observation_domain.fill(header.domain, from, to)
    batch.columns.export_protocol.fill(header.protocol, from, to)
    this.#finishRows(exporter, from, to)
  }

  malformed(code: WireErrorCode): void {
    this.#count('malformed_sets', 1)
    this.#fault(code)
  }

  // --- sFlow ----------------------------------------------------------------------------------------------------

  sflowDatagram(datagram: SflowDatagram): boolean {
    this.#sflowUptimeMs = datagram.uptimeMs
    this.#sequence(this.#current().domain(exportProtocol.sflow5, datagram.subAgent), datagram.sequence, 1)
    return true
  }

  /** All samples of a datagram are finished together, in #finishSflow. */
  sflowFlowSample(sample: SflowSample, row: number): void {
    if (this.rules.table !== null) this.attacks.noteHeader(sample, row)
    const exporter = this.#current()
    this.samples.note(sample, exporter, sample.samplingRate || fallback(exporter).rate, this.#now)
  }

  sflowCounterSample(sample: SflowSample): void {
    this.#counterSource = sample.sourceType === interfaceSource ? sample.sourceIndex : 0
    this.#count('counter_samples', 1)
  }

  sflowCounterRecord(): void {
    // Counters of other kinds are not kept; their samples are counted.
  }

  sflowEthernetCounters(counters: SflowEthernetCounters): void {
    this.#currentNotes().noteEthernet(this.#counterSource, counters, this.#now)
  }

  sflowProcessorCounters(counters: SflowProcessorCounters): void {
    this.#currentNotes().device.noteProcessor(counters, this.#now)
  }

  sflowHostCounters(counters: SflowHostCounters): void {
    this.#currentNotes().device.noteHost(counters, this.#now)
  }

  sflowInterfaceCounters(counters: SflowInterfaceCounters): void {
    this.#currentNotes().noteCounters(counters, this.#now, this.#sflowUptimeMs)
  }

  sflowDropSample(): void {
    this.#count('drop_samples', 1)
  }

  sflowDiscard(discard: SflowDiscard): void {
    this.#currentNotes().noteDrop(discard.reason)
  }

  sflowSkipped(what: SflowSkipped, format: number): void {
    this.#count('sflow_skipped', 1)
    this.#currentNotes().noteSkipped(what, format)
  }

  #currentNotes(): ExporterNotes {
    return this.notes.of(this.#current().address)
  }

  /** Rows of a whole sFlow datagram. Their time is when they came, their factor stands in the samples. */
  #finishSflow(exporter: Exporter, from: number): void {
    const to = this.batch.rows
    if (from === to) return
    fillTimes(this.batch, from, to, this.#now)
    const { sampling_rate: rates, sampling_source: sources } = this.batch.columns
    const unknown = fallback(exporter)
    for (let row = from; row < to; row++) {
      if (rates[row] !== 0) continue
      rates[row] = unknown.rate
      sources[row] = unknown.source
    }
    this.#finishRows(exporter, from, to)
  }

  // --- rows and batches -----------------------------------------------------------------------------------------

  #finishRows(exporter: Exporter, from: number, to: number): void {
    const { columns, present } = this.batch
    columns.time_received.fill(Math.floor(this.#now / 1000), from, to)
    columns.account.fill(exporter.account, from, to)
    const { router } = columns
    const [a, b, c, d] = exporter.words
    for (let w = from * 4; w < to * 4; w += 4) {
      router[w] = a
      router[w + 1] = b
      router[w + 2] = c
      router[w + 3] = d
    }
    for (const index of constantColumns) present[index] = 1
    this.#deps.enricher.apply(this.batch, from, to)
    this.meter.count(exporter, this.batch, from, to)
    // Times of sFlow rows are ours.
    const skew = columns.export_protocol[from] === exportProtocol.sflow5 ? 0 : exporter.clockSkewMs
    if (this.rules.apply(this.batch, { from, to }, exporter.account, { now: this.#now, skew }))
      this.attacks.count(this.batch, { from, to }, this.rules)
    exporter.rowsInBatch += to - from
    exporter.lastRate = columns.sampling_rate[to - 1]
    exporter.lastSource = columns.sampling_source[to - 1]
    this.#count('records_decoded', to - from)
  }

  #count(term: keyof LedgerCounts, by: number): void {
    this.ledger[term] += by
    this.#current().ledger[term] += by
  }

  #fault(code: WireErrorCode): void {
    this.faults[code] = (this.faults[code] ?? 0) + 1
  }

  /** Closes the seconds that are over. */
  #advance(now: number): void {
    const second = Math.floor(now / 1000)
    this.meter.advance(second)
    this.attacks.advance(second)
  }

  /** Decodes what was set free, and hands over what there is. */
  finish(): void {
    this.#decodeFreed(Infinity)
    this.seal()
  }

  /** Hands the batch over if it holds anything. */
  seal(): void {
    if (this.batch.rows === 0) return
    const routers: Record<string, number> = {}
    for (const exporter of this.table.exporters()) {
      if (exporter.rowsInBatch > 0) routers[exporter.address] = exporter.rowsInBatch
      exporter.rowsInBatch = 0
    }
    this.batch = this.#deps.exchange(this.batch, routers)
  }

  /** Does what is due: to be called often, also when nothing arrives. */
  tick(now: number): void {
    this.#now = now
    this.#advance(now)
    this.#decodeFreed(freedBytesPerTick)
    const due = this.batch.rows >= this.#config.sealRows || (this.batch.rows > 0 && now - this.#batchSince >= this.#config.sealMs)
    if (due) this.seal()
    if (now - this.#expiredAt < expireEveryMs) return
    this.#expiredAt = now
    this.waiting.expire(now)
    this.#knowledge.expire(now)
  }

  /** Interface counters that came since this was last called, by router. */
  takeCounters(): CountersMessage['routers'] {
    return this.notes.takeSamples((address) => this.table.findByText(address) !== undefined)
  }

  /** What is known of the export of a router; null when it is not registered. */
  describe(address: string): ExporterDescription | null {
    const exporter = this.table.findByText(address)
    return exporter === undefined ? null : describeExporter(exporter, this.notes.find(address))
  }

  /** Learns what another thread, or an earlier run, was told by an exporter. */
  recall(memory: ExporterMemory, now: number): void {
    const exporter = this.table.findByText(memory.exporter)
    if (exporter === undefined) return
    this.#begin(exporter, now)
    this.#knowledge.recall(exporter, memory, now)
    this.#decodeFreed(freedBytesAtOnce)
  }

  /** Forgets a template that another thread was told to forget. */
  forget({ exporter, protocol, domain, id }: ForgottenTemplate): void {
    const known = this.table.findByText(exporter)
    if (known !== undefined) this.#knowledge.withdrawnElsewhere(known, protocol, domain, id)
  }
}

const constantColumns = (
  [
    'time_received',
    'account',
    'router',
    'observation_domain',
    'export_protocol',
    'flow_start',
    'flow_end',
    'sampling_rate',
    'sampling_source',
  ] as const
).map((name) => columnIndex[name])
