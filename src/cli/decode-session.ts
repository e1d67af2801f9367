// Decodes the datagrams of one file one after another, with the templates that they bring, and counts what it finds.
import { clearFlowBatch, columnIndex, createFlowBatch, type BatchColumnName, type FlowBatch } from '../contract/flow-batch.ts'
import { exportProtocol, samplingSource } from '../contract/flow-columns.ts'
import { WireError } from '../contract/wire-errors.ts'
import { ipText } from '../wire/address-text.ts'
import { createExportHeader, type ExportHeader } from '../wire/export-header.ts'
import { decodeFlowDatagram } from '../wire/flow-datagram.ts'
import type { FlowHost, OptionsValue } from '../wire/flow-host.ts'
import { decodeRecords } from '../wire/flow-sets.ts'
import { packetPart } from '../wire/packet-layout.ts'
import { PendingSets, type PendingSet } from '../wire/pending-sets.ts'
import { fillTimes, maxRecordsPerDatagram, samplerIds } from '../wire/record-writer.ts'
import { bootTime, domainRate, samplerOrInterfaceRate, samplerRate } from '../wire/sampling-options.ts'
import type { SflowDatagram, SflowSample } from '../wire/sflow5.ts'
import { compileTemplate, type FlowTemplate, type TemplateField } from '../wire/template.ts'
import { countRecords, declare, type DeclaredDomain } from './decode-declarations.ts'
import type { DecodeSummary } from './decode-summary.ts'

/** A datagram in memory, with what its file says about it. */
export interface SourcedDatagram {
  readonly bytes: Uint8Array
  /** Sender, four words as in an `ip` column; zeros when unknown. */
  readonly source: Uint32Array<ArrayBuffer>
  readonly timeNs: bigint | undefined
}

/** What is known of one observation domain of one exporter. */
interface Domain extends DeclaredDomain {
  readonly templates: Map<number, FlowTemplate>
  readonly samplers: Map<number, number>
  wideRate: number
  bootMs: number
}

/** Memory for data sets that wait for a template later in the file. */
const pendingBytes = 64 * 2 ** 20

/** Which counters a template has, so that only what was exported as delta counts (IE 1, IE 2) is summed. */
interface SummedElements {
  readonly bytes: boolean
  readonly packets: boolean
}

const word = 0x1_0000_0000

/**
 * Decoder state of one file. Templates are kept by exporter address, protocol and domain, so that files with several
 * exporters do not mix them up. A file bounds what it can make this remember.
 */
export class DecodeSession implements FlowHost {
  readonly batch: FlowBatch = createFlowBatch(maxRecordsPerDatagram)
  readonly #summary: DecodeSummary
  /** Gets the rows of each datagram, before the batch is emptied. */
  readonly #onFlows: (batch: FlowBatch) => void
  readonly #header = createExportHeader()
  readonly #domains = new Map<string, Domain>()
  readonly #pending = new PendingSets({ maxBytes: pendingBytes, lifetimeMs: Number.POSITIVE_INFINITY })
  readonly #summed = new WeakMap<FlowTemplate, SummedElements>()
  #replays: PendingSet[] = []
  #timeNs: bigint | undefined
  #exporter = ''
  /** Address for the router column: the sender, of sFlow the agent. */
  #router: Uint32Array = new Uint32Array(4)

  constructor(summary: DecodeSummary, onFlows: (batch: FlowBatch) => void = () => undefined) {
    this.#summary = summary
    this.#onFlows = onFlows
  }

  decode(datagram: SourcedDatagram): void {
    this.#timeNs = datagram.timeNs
    this.#exporter = ipText(datagram.source, 0)
    this.#router = datagram.source
    try {
      this.#countDatagram(decodeFlowDatagram(datagram.bytes, datagram.bytes.length, this.#header, this))
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.#summary.datagrams.undecodable++
    }
    this.#flush()
    const replays = this.#replays
    this.#replays = []
    for (const set of replays) this.#replay(set)
  }

  /** Counts the sets that still wait. To be called after the last datagram. */
  finish(): void {
    this.#summary.dataSetsWithoutTemplate += this.#pending.waiting + this.#pending.counters.evicted
  }

  /** What the exporters declared so far. */
  domains(): Iterable<DeclaredDomain> {
    return this.#domains.values()
  }

  #countDatagram(protocol: number): void {
    const { datagrams } = this.#summary
    if (protocol === exportProtocol.netflow5) datagrams.netflow5++
    else if (protocol === exportProtocol.netflow9) datagrams.netflow9++
    else if (protocol === exportProtocol.ipfix) datagrams.ipfix++
    else if (protocol === exportProtocol.netflow1) datagrams.netflow1 = (datagrams.netflow1 ?? 0) + 1
    else if (protocol === exportProtocol.netflow7) datagrams.netflow7 = (datagrams.netflow7 ?? 0) + 1
    else datagrams.sflow5++
  }

  /** Decodes a set whose template has come, with the header that it came with. */
  #replay(set: PendingSet): void {
    const template = this.#domain(set.header).templates.get(idOf(set.key))
    // Withdrawn again in the datagram that brought it.
    if (template === undefined) return void this.#summary.dataSetsWithoutTemplate++
    decodeRecords(template, set.header, { bytes: set.bytes, start: 0, end: set.bytes.length }, this)
    this.#flush()
  }

  #flush(): void {
    if (this.batch.rows > 0) this.#onFlows(this.batch)
    clearFlowBatch(this.batch)
  }

  #domain(header: ExportHeader): Domain {
    const key = `${this.#exporter}/${header.protocol}/${header.domain}`
    let domain = this.#domains.get(key)
    if (domain === undefined) {
      domain = {
        exporter: this.#exporter,
        protocol: header.protocol,
        domain: header.domain,
        declared: new Map(),
        headerRate: 0,
        templates: new Map(),
        samplers: new Map(),
        wideRate: 0,
        bootMs: 0,
      }
      this.#domains.set(key, domain)
    }
    return domain
  }

  #pendingKey(header: ExportHeader, id: number): string {
    return `${this.#exporter}/${header.protocol}/${header.domain}/${id}`
  }

  // --- NetFlow and IPFIX ----------------------------------------------------------------------------------------

  template(header: ExportHeader, id: number): FlowTemplate | undefined {
    return this.#domain(header).templates.get(id)
  }

  bootMs(header: ExportHeader): number {
    return this.#domain(header).bootMs
  }

  defineTemplate(header: ExportHeader, id: number, fields: readonly TemplateField[], scope: number | null): void {
    const template = compileTemplate(id, fields, scope)
    const { templates, declared } = this.#domain(header)
    templates.set(id, template)
    declare(declared, template)
    if (scope === null) this.#summary.templates++
    else this.#summary.optionsTemplates++
    this.#replays.push(...this.#pending.take(this.#pendingKey(header, id)))
  }

  withdrawTemplate(header: ExportHeader, id: number): void {
    const { templates, declared } = this.#domain(header)
    // Ids 2 and 3 withdraw all data and all options templates (RFC 7011 §8.1).
    for (const [known, template] of templates) {
      const all = (id === 2 && template.scope === null) || (id === 3 && template.scope !== null)
      if (!all && known !== id) continue
      templates.delete(known)
      const withdrawn = declared.get(known)
      if (withdrawn !== undefined) withdrawn.withdrawn = true
    }
  }

  setWithoutTemplate(header: ExportHeader, id: number, bytes: Uint8Array, start: number, end: number): void {
    this.#pending.add(this.#pendingKey(header, id), header, bytes.subarray(start, end), 0)
  }

  optionsRecord(header: ExportHeader, values: readonly OptionsValue[]): void {
    this.#summary.optionsRecords++
    const domain = this.#domain(header)
    const sampler = samplerRate(values)
    if (sampler?.id === null) domain.wideRate = sampler.rate
    else if (sampler) domain.samplers.set(sampler.id, sampler.rate)
    domain.bootMs = bootTime(values) ?? domain.bootMs
  }

  recordsWritten(header: ExportHeader, template: FlowTemplate | null, from: number, to: number, records: number): void {
    if (template === null || from === to) return
    const summary = this.#summary
    summary.records += records
    countRecords(this.#domain(header).declared, template, records)
    // Templates with fields for both families tell by them nothing about the family of a record: it is not counted.
    if (template.ipv4 && !template.ipv6) summary.ipv4 += records
    if (template.ipv6 && !template.ipv4) summary.ipv6 += records
    const summed = this.#summedElements(template)
    if (summed.bytes) summary.bytes += sum(this.batch.columns.bytes, from, from + records)
    if (summed.packets) summary.packets += sum(this.batch.columns.packets, from, from + records)
    if (!template.hasTimes) fillTimes(this.batch, from, to, header.exportMs)
    this.#fill('export_protocol', header.protocol, from, to)
    this.#fill('observation_domain', header.domain, from, to)
    this.#mark('flow_start', 'flow_end')
    this.#settleSampling(header, template, from, to)
    this.#finishRows(from, to)
  }

  #summedElements(template: FlowTemplate): SummedElements {
    let summed = this.#summed.get(template)
    if (summed === undefined) {
      const has = (element: number): boolean => template.fields.some((field) => field.enterprise === 0 && field.element === element)
      summed = { bytes: has(1), packets: has(2) }
      this.#summed.set(template, summed)
    }
    return summed
  }

  /** The factor of each row: from the record, else its sampler or interface, else the domain, else the header. */
  #settleSampling(header: ExportHeader, template: FlowTemplate, from: number, to: number): void {
    const domain = this.#domain(header)
    const { sampling_rate: rates, sampling_source: sources, in_if: inputs, out_if: outputs } = this.batch.columns
    domain.headerRate = header.samplingRate
    const wide = domainRate(domain)
    for (let row = from; row < to; row++) {
      const sampler = template.samplerField < 0 ? Number.NaN : samplerIds[row - from]
      const told = samplerOrInterfaceRate(domain, sampler, inputs[row], outputs[row]) ?? wide
      if (template.hasRate && rates[row] !== 0) sources[row] = samplingSource.record
      else if (told > 0) {
        rates[row] = told
        sources[row] = samplingSource.options
      } else if (header.samplingRate > 0) {
        rates[row] = header.samplingRate
        sources[row] = samplingSource.header
      }
    }
    this.#mark('sampling_rate', 'sampling_source')
  }

  exportSequence(): void {
    // Gaps in a capture say nothing about the exporter.
  }

  malformed(): void {
    this.#summary.malformed++
  }

  // --- sFlow ----------------------------------------------------------------------------------------------------

  sflowDatagram(datagram: SflowDatagram): boolean {
    this.#router = datagram.agent
    return true
  }

  sflowFlowSample(sample: SflowSample, row: number): void {
    const summary = this.#summary
    summary.flowSamples++
    summary.packets++
    summary.bytes += sum(this.batch.columns.bytes, row, row + 1)
    if ((sample.parts & packetPart.ipv4) !== 0) summary.ipv4++
    if ((sample.parts & packetPart.ipv6) !== 0) summary.ipv6++
    this.#finishRows(row, row + 1)
  }

  sflowCounterSample(): void {
    this.#summary.counterSamples++
  }

  sflowCounterRecord(): void {
    // Interface counters are no flows; their samples are counted.
  }

  sflowDropSample(): void {
    this.#summary.dropSamples++
  }

  sflowSkipped(): void {
    // Unknown formats are part of the protocol, nothing is wrong with them.
  }

  // --- rows -----------------------------------------------------------------------------------------------------

  #finishRows(from: number, to: number): void {
    if (this.#timeNs !== undefined) this.#fill('time_received', Number(this.#timeNs / 1_000_000_000n), from, to)
    const { router } = this.batch.columns
    for (let row = from; row < to; row++) router.set(this.#router, row * 4)
    this.#mark('router')
  }

  #fill(name: 'export_protocol' | 'observation_domain' | 'time_received', value: number, from: number, to: number): void {
    this.batch.columns[name].fill(value, from, to)
    this.#mark(name)
  }

  #mark(...names: readonly BatchColumnName[]): void {
    for (const name of names) this.batch.present[columnIndex[name]] = 1
  }
}

/** The template id at the end of a pending key. */
function idOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1))
}

/** Sum of a 64-bit column over rows: exact up to 2⁵³. */
function sum(column: Uint32Array, from: number, to: number): number {
  let total = 0
  for (let w = from * 2; w < to * 2; w += 2) total += column[w] + column[w + 1] * word
  return total
}
