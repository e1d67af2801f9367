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
import { PendingSets, type PendingEnd, type PendingSet } from '../wire/pending-sets.ts'
import { fillTimes, maxRecordsPerDatagram } from '../wire/record-writer.ts'
import { bootTime, samplerRate } from '../wire/sampling-options.ts'
import type { SflowInterfaceCounters } from '../wire/sflow-counters.ts'
import type { SflowDiscard } from '../wire/sflow-sample.ts'
import type { SflowDatagram, SflowSkipped } from '../wire/sflow5.ts'
import { compileTemplate, sameFields, type FlowTemplate, type TemplateField } from '../wire/template.ts'
import { parseWords, wordsOfBytes, wordsOfIpv4, type AddressWords } from './address-words.ts'
import {
  createLedger,
  maxSamplersPerDomain,
  maxTemplatesPerDomain,
  type Exporter,
  type ExporterDomain,
  type LedgerCounts,
} from './exporter.ts'
import { describeExporter, type ExporterDescription } from './exporter-description.ts'
import { ExporterNotesTable, type ExporterNotes } from './exporter-notes.ts'
import { ExporterTable } from './exporter-table.ts'
import type { CountersMessage, ExporterMemory } from './messages.ts'
import { protocolBit } from './protocol-bits.ts'
import { fallback, settleSampling } from './sampling.ts'
import { toldName } from './told-names.ts'
import { TrafficMeter } from './traffic-meter.ts'

export interface CollectorConfig {
  readonly sealRows: number
  readonly sealMs: number
  readonly templateLifetimeMs: number
  readonly pendingBytes: number
  readonly pendingMs: number
}

export interface CollectorDependencies {
  readonly enricher: Enricher
  /** Takes a full batch and gives an empty one of the same capacity; may block. */
  readonly exchange: (full: FlowBatch, routers: Readonly<Record<string, number>>) => FlowBatch
  /** Told what an exporter said that other threads and the next start must know. */
  readonly remember: (memory: ExporterMemory) => void
  readonly forget: (exporter: string, protocol: number, domain: number, id: number) => void
  /** Called before waiting sets are decoded: what was saved of them must go first, or they would count twice after a crash. */
  readonly beforePendingDecoded?: () => void
}

/** A set that waited, and the template that it waited for. */
interface Replay {
  readonly set: PendingSet
  readonly template: FlowTemplate
}

/** How often a repeated template is told again, so that its copy on disk is not taken for expired. */
const retellMs = 600_000
/** How often expired templates are looked for. */
const expireEveryMs = 10_000

export class Collector implements FlowHost {
  batch: FlowBatch
  readonly table = new ExporterTable()
  readonly meter = new TrafficMeter()
  readonly ledger: LedgerCounts = createLedger()
  /** Undecodable datagrams and malformed parts by code. */
  readonly faults: Partial<Record<WireErrorCode, number>> = {}
  readonly evicted = { templates: 0, domains: 0, samplers: 0 }
  readonly notes = new ExporterNotesTable()
  readonly #config: CollectorConfig
  readonly #deps: CollectorDependencies
  readonly #pending: PendingSets
  readonly #header: ExportHeader = createExportHeader()
  /** Sets whose template came in the datagram at hand; decoded after it, when there is room for certain. */
  #replays: Replay[] = []
  // The router and the time of the datagram at hand.
  #exporter: Exporter | undefined
  #now = 0
  #sflowUptimeMs = 0
  #noted: { readonly exporter: Exporter; readonly notes: ExporterNotes } | undefined
  #batchSince = 0
  #expiredAt = 0

  constructor(config: CollectorConfig, deps: CollectorDependencies, batch: FlowBatch) {
    this.#config = config
    this.#deps = deps
    this.batch = batch
    this.#pending = new PendingSets({ maxBytes: config.pendingBytes, lifetimeMs: config.pendingMs }, (set, end) =>
      this.#pendingEnded(set, end),
    )
  }

  get setsWaiting(): number {
    return this.#pending.waiting
  }

  /** Replaces the registered routers. What waits of a router that is none any more is dropped, counted. */
  register(routers: readonly RegisteredRouter[]): void {
    this.table.register(routers)
    this.#pending.evict((key) => this.#exporterOfKey(key) === undefined)
    this.#settlePending()
  }

  /** Data sets that wait for their template, oldest first. */
  waitingSets(): Iterable<PendingSet> {
    return this.#pending.sets()
  }

  /** A number that differs whenever the waiting sets do. */
  get waitingChanges(): number {
    const { pended, decoded, expired, evicted } = this.#pending.counters
    return pended + decoded + expired + evicted
  }

  /** Takes back sets that waited when an earlier run ended. To be called before `recall`, which may bring their templates. */
  restoreWaiting(sets: Iterable<PendingSet>): void {
    for (const { key, header, bytes, since } of sets) {
      const exporter = this.#exporterOfKey(key)
      if (exporter === undefined) continue
      this.ledger.sets_pended++
      exporter.ledger.sets_pended++
      exporter.setsWaiting++
      this.#pending.add(key, header, bytes, since)
    }
    this.#settlePending()
  }

  #pendingEnded(set: PendingSet, end: PendingEnd): void {
    const exporter = this.#exporterOfKey(set.key)
    if (exporter === undefined) return
    exporter.setsWaiting--
    // Decoded sets are counted when their records are.
    if (end !== 'decoded') exporter.ledger[`sets_pending_${end}`]++
  }

  /** Pending keys begin with the address of their router. */
  #exporterOfKey(key: string): Exporter | undefined {
    return this.table.find(parseWords(key.slice(0, key.indexOf('/'))))
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
    for (const { set, template } of this.#takeReplays()) this.#replay(exporter, set, template)
  }

  /** The registered router that a datagram belongs to: by its sFlow agent address, otherwise by where it came from. */
  #admit(bytes: Uint8Array, length: number, source: AddressWords, now: number): Exporter | undefined {
    const protocol = recognise(bytes, length)
    const agent = protocol === exportProtocol.sflow5 ? sflowAgent(bytes, length) : null
    const exporter = (agent === null ? undefined : this.table.find(agent)) ?? this.table.find(source)
    if (exporter === undefined && protocol !== exportProtocol.unknown) this.table.noteSender(source, agent, protocolBit(protocol), now)
    if (exporter !== undefined) exporter.protocols |= protocolBit(protocol)
    return exporter
  }

  #begin(exporter: Exporter, now: number): void {
    this.#exporter = exporter
    this.#now = now
    this.meter.advance(Math.floor(now / 1000))
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

  #takeReplays(): readonly Replay[] {
    if (this.#replays.length === 0) return this.#replays
    const replays = this.#replays
    this.#replays = []
    return replays
  }

  #takePending(key: string): readonly PendingSet[] {
    if (!this.#pending.has(key)) return []
    this.#deps.beforePendingDecoded?.()
    return this.#pending.take(key)
  }

  /** With the template that brought it back: later in the same datagram that may have been withdrawn or redefined. */
  #replay(exporter: Exporter, set: PendingSet, template: FlowTemplate): void {
    this.#exporter = exporter
    this.#makeRoom()
    this.#count('sets_pending_decoded', 1)
    decodeRecords(template, set.header, { bytes: set.bytes, start: 0, end: set.bytes.length }, this)
  }

  // --- what decoders ask and tell -------------------------------------------------------------------------------

  #domain(header: ExportHeader): ExporterDomain {
    return this.#current().domain(header.protocol, header.domain)
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
    this.#store(this.#current(), header, id, { fields, scope })
  }

  #store(
    exporter: Exporter,
    header: { protocol: number; domain: number },
    id: number,
    definition: { fields: readonly TemplateField[]; scope: number | null },
  ): void {
    const domain = exporter.domain(header.protocol, header.domain)
    const known = domain.templates.get(id)
    const { fields, scope } = definition
    if (known !== undefined && sameFields(known.template, fields, scope)) {
      known.seenAt = this.#now
      if (this.#now - known.toldAt < retellMs) return
      known.toldAt = this.#now
    } else {
      const template = compileTemplate(id, fields, scope)
      if (known === undefined && domain.templates.size >= maxTemplatesPerDomain) this.#evictTemplate(domain)
      domain.templates.set(id, { template, seenAt: this.#now, toldAt: this.#now })
      for (const set of this.#takePending(pendingKey(exporter, header, id))) this.#replays.push({ set, template })
    }
    this.#deps.remember({
      kind: 'template',
      exporter: exporter.address,
      protocol: header.protocol,
      domain: header.domain,
      id,
      fields,
      scope,
    })
  }

  #evictTemplate(domain: ExporterDomain): void {
    const [oldest] = domain.templates.keys()
    if (oldest === undefined) return
    domain.templates.delete(oldest)
    this.evicted.templates++
  }

  withdrawTemplate(header: ExportHeader, id: number): void {
    const domain = this.#domain(header)
    // Ids 2 and 3 withdraw all templates and all options templates (RFC 7011 §8.1).
    const ids =
      id === 2 || id === 3
        ? [...domain.templates.keys()].filter((key) => (domain.templates.get(key)?.template.scope === null) === (id === 2))
        : [id]
    for (const gone of ids)
      if (domain.templates.delete(gone)) this.#deps.forget(this.#current().address, header.protocol, header.domain, gone)
  }

  setWithoutTemplate(header: ExportHeader, id: number, bytes: Uint8Array, start: number, end: number): void {
    const exporter = this.#current()
    this.#count('sets_pended', 1)
    exporter.setsWaiting++
    this.#pending.add(pendingKey(exporter, header, id), header, bytes.subarray(start, end), this.#now)
    this.#settlePending()
  }

  /** Books what left the pending buffer without being decoded. */
  #settlePending(): void {
    this.ledger.sets_pending_expired = this.#pending.counters.expired
    this.ledger.sets_pending_evicted = this.#pending.counters.evicted
  }

  optionsRecord(header: ExportHeader, values: readonly OptionsValue[]): void {
    this.#count('options_records', 1)
    const exporter = this.#current()
    const sampler = samplerRate(values)
    const origin = { exporter: exporter.address, protocol: header.protocol, domain: header.domain }
    if (sampler !== null && this.#learnSampler(this.#domain(header), sampler.id, sampler.rate))
      this.#deps.remember({ kind: 'sampler', ...origin, ...sampler })
    const boot = bootTime(values)
    const domain = this.#domain(header)
    if (boot !== null && boot !== domain.bootMs) {
      domain.bootMs = boot
      this.#deps.remember({ kind: 'boot', ...origin, ms: boot })
    }
    const name = toldName(values)
    // A name holds for the whole router, whichever domain told it.
    if (name !== null && this.#notesOf(exporter).noteName(name, this.#now, retellMs)) this.#deps.remember({ ...origin, domain: 0, ...name })
  }

  /** @returns whether it was news */
  #learnSampler(domain: ExporterDomain, id: number | null, rate: number): boolean {
    // The keys of interfaces lie below 0: see interfaceSampler.
    if (id !== null && id < 0) domain.tellsByInterface = true
    if (id === null) {
      const news = domain.wideRate !== rate
      domain.wideRate = rate
      return news
    }
    if (domain.samplers.get(id) === rate) return false
    if (domain.samplers.size >= maxSamplersPerDomain && !domain.samplers.has(id)) {
      const [oldest] = domain.samplers.keys()
      if (oldest !== undefined) domain.samplers.delete(oldest)
      this.evicted.samplers++
    }
    domain.samplers.set(id, rate)
    return true
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

  sflowFlowSample(): void {
    // All samples of a datagram are finished together, in #finishSflow.
  }

  sflowCounterSample(): void {
    this.#count('counter_samples', 1)
  }

  sflowCounterRecord(): void {
    // Counters of other kinds are not kept; their samples are counted.
  }

  sflowInterfaceCounters(counters: SflowInterfaceCounters): void {
    this.#notesOf(this.#current()).noteCounters(counters, this.#now, this.#sflowUptimeMs)
  }

  sflowDropSample(): void {
    this.#count('drop_samples', 1)
  }

  sflowDiscard(discard: SflowDiscard): void {
    this.#notesOf(this.#current()).noteDrop(discard.reason)
  }

  sflowSkipped(what: SflowSkipped, format: number): void {
    this.#count('sflow_skipped', 1)
    this.#notesOf(this.#current()).noteSkipped(what, format)
  }

  /** Some agents send a record that is skipped with every sample: the notes of the router at hand are looked up once. */
  #notesOf(exporter: Exporter): ExporterNotes {
    if (this.#noted !== undefined && this.#noted.exporter === exporter) return this.#noted.notes
    const notes = this.notes.of(exporter.address)
    this.#noted = { exporter, notes }
    return notes
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
    this.meter.advance(Math.floor(now / 1000))
    const due = this.batch.rows >= this.#config.sealRows || (this.batch.rows > 0 && now - this.#batchSince >= this.#config.sealMs)
    if (due) this.seal()
    if (now - this.#expiredAt < expireEveryMs) return
    this.#expiredAt = now
    this.#pending.expire(now)
    this.#settlePending()
    for (const exporter of this.table.exporters()) this.#expireTemplates(exporter, now)
  }

  /** Interface counters that came since this was last called, by router. */
  takeCounters(): CountersMessage['routers'] {
    return this.notes.takeSamples((address) => this.table.find(parseWords(address)) !== undefined)
  }

  /** What is known of the export of a router; null when it is not registered. */
  describe(address: string): ExporterDescription | null {
    const exporter = this.table.find(parseWords(address))
    return exporter === undefined ? null : describeExporter(exporter, this.notes.find(address))
  }

  #expireTemplates(exporter: Exporter, now: number): void {
    for (const domain of exporter.domains()) {
      for (const [id, stored] of domain.templates) if (now - stored.seenAt > this.#config.templateLifetimeMs) domain.templates.delete(id)
    }
  }

  /** Learns what another thread, or an earlier run, was told by an exporter. */
  recall(memory: ExporterMemory, now: number): void {
    const exporter = this.table.find(parseWords(memory.exporter))
    if (exporter === undefined) return
    this.#begin(exporter, now)
    if (memory.kind === 'interface' || memory.kind === 'vrf' || memory.kind === 'application') {
      this.notes.of(exporter.address).noteName(memory, now, retellMs)
      return
    }
    const domain = exporter.domain(memory.protocol, memory.domain)
    if (memory.kind === 'sampler') this.#learnSampler(domain, memory.id, memory.rate)
    else if (memory.kind === 'boot') domain.bootMs = memory.ms
    else if (!sameTemplate(domain, memory)) {
      const template = compileTemplate(memory.id, memory.fields, memory.scope)
      if (domain.templates.size >= maxTemplatesPerDomain) this.#evictTemplate(domain)
      domain.templates.set(memory.id, { template, seenAt: now, toldAt: now })
      for (const set of this.#takePending(pendingKey(exporter, memory, memory.id))) this.#replay(exporter, set, template)
    }
  }
}

function sameTemplate(domain: ExporterDomain, memory: Extract<ExporterMemory, { kind: 'template' }>): boolean {
  const known = domain.templates.get(memory.id)
  return known !== undefined && sameFields(known.template, memory.fields, memory.scope)
}

/** Agent address of an sFlow datagram (type at byte 4, address at 8), null when it is cut or of no known type. */
function sflowAgent(bytes: Uint8Array, length: number): AddressWords | null {
  if (length >= 12 && bytes[7] === 1) return wordsOfIpv4(bytes, 8)
  return length >= 24 && bytes[7] === 2 ? wordsOfBytes(bytes, 8) : null
}

function pendingKey(exporter: Exporter, header: { protocol: number; domain: number }, id: number): string {
  return `${exporter.address}/${header.protocol}/${header.domain}/${id}`
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
