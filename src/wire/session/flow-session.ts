// Decodes datagrams of any senders one after another, with the templates that they bring, and tells a listener what it
// finds: behind the decode command and the live check of routers.
import { clearFlowBatch, columnIndex, createFlowBatch, type BatchColumnName, type FlowBatch } from '../../contract/flow-batch.ts'
import { samplingSource } from '../../contract/flow-columns.ts'
import { WireError, type WireErrorCode } from '../../contract/wire-errors.ts'
import { ipText } from '../address-text.ts'
import { createExportHeader, type ExportHeader } from '../export-header.ts'
import { decodeFlowDatagram } from '../flow-datagram.ts'
import type { FlowHost, OptionsValue } from '../flow-host.ts'
import { decodeRecords } from '../flow-sets.ts'
import { PendingSets, type PendingSet } from '../pending-sets.ts'
import { fillTimes, maxRecordsPerDatagram, samplerIds } from '../record-writer.ts'
import { bootTime, domainRate, samplerOrInterfaceRate, samplerRate } from '../sampling-options.ts'
import type { SflowDatagram, SflowSample } from '../sflow5.ts'
import { compileTemplate, type FlowTemplate, type TemplateField } from '../template.ts'
import { countRecords, declare, type DeclaredDomain } from './declarations.ts'
import type { SessionListener } from './session-listener.ts'

/** A datagram in memory, with what is known of its way. */
export interface SourcedDatagram {
  readonly bytes: Uint8Array
  /** Sender, four words as in an `ip` column; zeros when unknown. */
  readonly source: Uint32Array<ArrayBuffer>
  /** Nanoseconds since 1970 when it came. */
  readonly timeNs: bigint | undefined
}

/** What senders can make a session remember. */
export interface SessionLimits {
  /** Data sets that wait for their template, and how long one waits. */
  readonly pendingBytes: number
  readonly pendingMs: number
  /** Observation domains. */
  readonly domains: number
  /** Templates, and fields of all of them together. */
  readonly templates: number
  readonly fields: number
  /** Rates that options tables tell, by domain. */
  readonly samplers: number
}

/** For files: their size bounds what they can make a session remember, but for sets that wait. */
export const fileLimits: SessionLimits = {
  pendingBytes: 64 * 2 ** 20,
  pendingMs: Number.POSITIVE_INFINITY,
  domains: Number.POSITIVE_INFINITY,
  templates: Number.POSITIVE_INFINITY,
  fields: Number.POSITIVE_INFINITY,
  samplers: Number.POSITIVE_INFINITY,
}

/** What is known of one observation domain of one exporter. */
interface Domain extends DeclaredDomain {
  /** false of one that is forgotten at once, because there are too many. */
  isKept: boolean
  readonly templates: Map<number, FlowTemplate>
  readonly samplers: Map<number, number>
  wideRate: number
}

/** A template as an earlier run or another reader knows it. */
export interface RememberedTemplate {
  /** `exportProtocol` code. */
  readonly protocol: number
  readonly domain: number
  readonly id: number
  readonly fields: readonly TemplateField[]
  /** Leading scope fields of an options template, null for a data template. */
  readonly scope: number | null
}

/**
 * Decoder state of datagrams that belong together. Templates are kept by exporter address, protocol and domain, so that
 * several exporters do not mix them up.
 */
export class FlowSession implements FlowHost {
  readonly batch: FlowBatch
  readonly #limits: SessionLimits
  readonly #listener: SessionListener
  readonly #header = createExportHeader()
  readonly #domains = new Map<string, Domain>()
  readonly #pending: PendingSets
  #templates = 0
  #fields = 0
  #replays: PendingSet[] = []
  /** Sets whose template was withdrawn in the datagram that brought it. */
  #setsDropped = 0
  #timeNs: bigint | undefined
  #exporter = ''
  /** Address for the router column: the sender, of sFlow the agent. */
  #router: Uint32Array = new Uint32Array(4)

  /** @param batch empty, with room for a datagram; sessions that take turns may share one */
  constructor(limits: SessionLimits, listener: SessionListener, batch: FlowBatch = createFlowBatch(maxRecordsPerDatagram)) {
    this.#limits = limits
    this.#listener = listener
    this.batch = batch
    this.#pending = new PendingSets({ maxBytes: limits.pendingBytes, lifetimeMs: limits.pendingMs })
  }

  decode(datagram: SourcedDatagram): void {
    this.#timeNs = datagram.timeNs
    this.#exporter = ipText(datagram.source, 0)
    this.#router = datagram.source
    this.#pending.expire(this.#now())
    try {
      const protocol = decodeFlowDatagram(datagram.bytes, datagram.bytes.length, this.#header, this)
      this.#listener.decoded?.(protocol, this.#header)
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      this.#listener.undecodable?.(error.code)
    }
    this.#flush()
    const replays = this.#replays
    this.#replays = []
    for (const set of replays) this.#replay(set)
  }

  /** Takes a template that an exporter has told before. Not to be called while a datagram is decoded. */
  remember(exporter: string, known: RememberedTemplate): void {
    this.#exporter = exporter
    const { templates, declared, isKept } = this.#domainOf(exporter, known.protocol, known.domain)
    if (templates.has(known.id) || !isKept || !this.#hasRoom(undefined, known.fields)) return
    const template = compileTemplate(known.id, known.fields, known.scope)
    this.#templates++
    this.#fields += known.fields.length
    templates.set(known.id, template)
    declared.set(known.id, { template, announcements: 0, redefinitions: 0, withdrawn: false, records: 0 })
    for (const set of this.#pending.take(`${exporter}/${known.protocol}/${known.domain}/${known.id}`)) this.#replay(set)
  }

  /** What the exporters declared so far. */
  domains(): Iterable<DeclaredDomain> {
    return this.#domains.values()
  }

  /** Data sets that wait for their template now. */
  get setsWaiting(): number {
    return this.#pending.waiting
  }

  /** Data sets that were given up because their template did not come. */
  get setsGivenUp(): number {
    const { evicted, expired } = this.#pending.counters
    return evicted + expired + this.#setsDropped
  }

  /** Milliseconds since 1970 by the datagrams, 0 where they have no time. */
  #now(): number {
    return this.#timeNs === undefined ? 0 : Number(this.#timeNs / 1_000_000n)
  }

  /** Decodes a set whose template has come, with the header that it came with. */
  #replay(set: PendingSet): void {
    const template = this.#domain(set.header).templates.get(idOf(set.key))
    if (template === undefined) return void this.#setsDropped++
    decodeRecords(template, set.header, { bytes: set.bytes, start: 0, end: set.bytes.length }, this)
    this.#flush()
  }

  #flush(): void {
    if (this.batch.rows > 0) this.#listener.flows?.(this.batch)
    clearFlowBatch(this.batch)
  }

  #domain(header: ExportHeader): Domain {
    return this.#domainOf(this.#exporter, header.protocol, header.domain)
  }

  /** Beyond the limit a domain is forgotten as soon as it is looked at. */
  #domainOf(exporter: string, protocol: number, number: number): Domain {
    const key = `${exporter}/${protocol}/${number}`
    let domain = this.#domains.get(key)
    if (domain === undefined) {
      domain = newDomain(exporter, protocol, number)
      domain.isKept = this.#domains.size < this.#limits.domains
      if (domain.isKept) this.#domains.set(key, domain)
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
    const { templates, declared, isKept } = this.#domain(header)
    const before = declared.get(id)?.template
    if (!isKept || !this.#hasRoom(before, fields)) return this.#listener.templateRefused?.()
    const template = compileTemplate(id, fields, scope)
    if (before === undefined) this.#templates++
    this.#fields += fields.length - (before?.fields.length ?? 0)
    templates.set(id, template)
    declare(declared, template)
    this.#listener.template?.(header, template)
    this.#replays.push(...this.#pending.take(this.#pendingKey(header, id)))
  }

  #hasRoom(before: FlowTemplate | undefined, fields: readonly TemplateField[]): boolean {
    const { templates, fields: most } = this.#limits
    return (
      this.#templates + (before === undefined ? 1 : 0) <= templates && this.#fields + fields.length - (before?.fields.length ?? 0) <= most
    )
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
    this.#pending.add(this.#pendingKey(header, id), header, bytes.subarray(start, end), this.#now())
    this.#listener.setWithoutTemplate?.(header, id)
  }

  optionsRecord(header: ExportHeader, values: readonly OptionsValue[]): void {
    this.#listener.optionsRecord?.(values)
    const domain = this.#domain(header)
    const sampler = samplerRate(values)
    if (sampler?.id === null) domain.wideRate = sampler.rate
    else if (sampler && (domain.samplers.size < this.#limits.samplers || domain.samplers.has(sampler.id)))
      domain.samplers.set(sampler.id, sampler.rate)
    domain.bootMs = bootTime(values) ?? domain.bootMs
  }

  recordsWritten(header: ExportHeader, template: FlowTemplate | null, from: number, to: number, records: number): void {
    if (template === null || from === to) return
    const domain = this.#domain(header)
    countRecords(domain.declared, template, records)
    if (!template.hasTimes) fillTimes(this.batch, from, to, header.exportMs)
    this.#fill('export_protocol', header.protocol, from, to)
    this.#fill('observation_domain', header.domain, from, to)
    this.#mark('flow_start', 'flow_end')
    this.#settleSampling(header, template, from, to)
    this.#finishRows(from, to)
    this.#listener.records?.({ header, domain, template, batch: this.batch, from, to, records })
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

  exportSequence(header: ExportHeader, units: number): void {
    this.#listener.sequence?.(header, units)
  }

  malformed(code: WireErrorCode): void {
    this.#listener.malformed?.(code)
  }

  // --- sFlow ----------------------------------------------------------------------------------------------------

  sflowDatagram(datagram: SflowDatagram): boolean {
    this.#router = datagram.agent
    this.#listener.sflowDatagram?.(datagram)
    return true
  }

  sflowFlowSample(sample: SflowSample, row: number): void {
    this.#finishRows(row, row + 1)
    this.#listener.flowSample?.(sample, this.batch, row)
  }

  sflowCounterSample(): void {
    this.#listener.counterSample?.()
  }

  sflowCounterRecord(): void {
    // Interface counters are no flows; their samples are counted.
  }

  sflowDropSample(): void {
    this.#listener.dropSample?.()
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

function newDomain(exporter: string, protocol: number, domain: number): Domain {
  return {
    isKept: false,
    exporter,
    protocol,
    domain,
    declared: new Map(),
    headerRate: 0,
    templates: new Map(),
    samplers: new Map(),
    wideRate: 0,
    bootMs: 0,
  }
}

/** The template id at the end of a pending key. */
function idOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1))
}
