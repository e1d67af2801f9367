// Looks at the datagrams of one sender, registered or not, with a decoder state of its own, and gathers facts.
import type { FlowBatch } from '../../contract/flow-batch.ts'
import { exportProtocol, type ExportProtocolName } from '../../contract/flow-columns.ts'
import type { CheckFlow } from '../../contract/router-check.ts'
import type { WireErrorCode } from '../../contract/wire-errors.ts'
import { ipText, ipv4BytesText, ipv6BytesText } from '../../wire/address-text.ts'
import type { ExportHeader } from '../../wire/export-header.ts'
import { recognise } from '../../wire/flow-datagram.ts'
import type { OptionsValue } from '../../wire/flow-host.ts'
import { samplerIds } from '../../wire/record-writer.ts'
import { samplerRate } from '../../wire/sampling-options.ts'
import { FlowSession, type RememberedTemplate, type SessionLimits } from '../../wire/session/flow-session.ts'
import type { SessionListener, SessionRecords } from '../../wire/session/session-listener.ts'
import type { SflowDatagram, SflowSample } from '../../wire/sflow5.ts'
import { DeviceTally } from './device-tally.ts'
import { firstFlow } from './first-flow.ts'
import { protocolName } from './protocol-name.ts'
import type { RepeatFinder } from './repeat-finder.ts'
import { SamplingTally } from './sampling-tally.ts'
import type { SenderFacts, WithoutTemplate } from './sender-facts.ts'
import { templateFacts } from './template-facts.ts'
import { TimeTally } from './time-tally.ts'
import { toldByExporter, type ToldByExporter } from './told-by-exporter.ts'
import { otherContent, unsupportedVersion } from './unsupported-version.ts'

/** What one sender can make an examination remember: a real router has a few domains with a dozen templates each. */
const limits: SessionLimits = { pendingBytes: 262_144, pendingMs: 1_800_000, domains: 64, templates: 256, fields: 8192, samplers: 256 }
/** Rows of a set that are looked at: an Ethernet frame holds fewer; a hostile datagram has thousands. */
const rowsLookedAt = 128
/** Addresses, versions and template ids that are named. */
const mostNamed = 8
/** Domains whose first boot time is kept. */
const mostBoots = 32
/** A boot time this far from the first is another start of the device. */
const sameBootMs = 10_000

/** A datagram of the sender. */
export interface ExaminedDatagram {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly sourcePort: number
  /** Datagrams before it were not seen. */
  readonly gap: boolean
  readonly bytes: Uint8Array
}

const exporterIpv4 = 130
const exporterIpv6 = 131
/** Fields whose values count from the start of the device. */
const uptimeElements: ReadonlySet<number> = new Set([21, 22])

export class Examination implements SessionListener {
  readonly address: string
  readonly #source: Uint32Array<ArrayBuffer>
  readonly #session: FlowSession
  readonly #repeats: RepeatFinder
  readonly #times = new TimeTally()
  readonly #sampling = new SamplingTally()
  readonly #devices = new DeviceTally()
  readonly #protocols = new Map<ExportProtocolName, { datagrams: number; flows: number }>()
  readonly #unsupported = new Map<string, number>()
  readonly #faults: Partial<Record<WireErrorCode, number>> = {}
  readonly #sflowAgents = new Set<string>()
  readonly #exporterAddresses = new Set<string>()
  readonly #firstBoots = new Map<string, number>()
  readonly #idsWithoutTemplate = new Set<number>()
  #setsWithoutTemplate = 0
  #withoutTemplateSince = 0
  #notExport = 0
  #notExportLooks = ''
  #undecodable = 0
  #records = 0
  #recordsWithoutBytes = 0
  #datagrams = 0
  #bytes = 0
  #firstAt = 0
  #lastAt = 0
  #flows = 0
  #flowsSince = 0
  #sample: CheckFlow | null = null
  /** The datagram at hand. */
  #at = 0
  #sourcePort = 0

  /**
   * @param source the sender's address, as four words
   * @param batch shared by all examinations: they take turns
   * @param repeats shared by those that are compared with each other
   */
  constructor(source: Uint32Array<ArrayBuffer>, batch: FlowBatch, repeats: RepeatFinder) {
    this.address = ipText(source, 0)
    this.#source = source
    this.#session = new FlowSession(limits, this, batch)
    this.#repeats = repeats
  }

  /** Takes what the collectors know of the sender from before. */
  remember(templates: readonly RememberedTemplate[]): void {
    for (const template of templates) this.#session.remember(this.address, template)
  }

  /** What it has told about its records since this began. */
  knowledge(): ToldByExporter[] {
    return toldByExporter(this.#session.domains())
  }

  /** Addresses that the exporter tells of itself in options data. */
  get told(): readonly string[] {
    return [...this.#exporterAddresses]
  }

  /** Counts a datagram without looking at it. */
  count(at: number, bytes: number): void {
    this.#datagrams++
    this.#bytes += bytes
    this.#firstAt ||= at
    this.#lastAt = at
  }

  examine({ at, sourcePort, gap, bytes }: ExaminedDatagram): void {
    this.count(at, bytes.length)
    this.#at = at
    this.#sourcePort = sourcePort
    if (gap) this.#devices.forgetSequences()
    if (recognise(bytes, bytes.length) === exportProtocol.unknown) return this.#noteOther(bytes)
    this.#session.decode({ bytes, source: this.#source, timeNs: BigInt(Math.trunc(at)) * 1_000_000n })
  }

  facts(): SenderFacts {
    return {
      address: this.address,
      datagrams: this.#datagrams,
      bytes: this.#bytes,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      flows: this.#flows,
      flowsSince: this.#flowsSince,
      protocols: [...this.#protocols].map(([protocol, { datagrams, flows }]) => ({ protocol, datagrams, flows })),
      unsupported: Object.fromEntries(this.#unsupported),
      notExport: this.#notExport,
      notExportLooks: this.#notExportLooks,
      undecodable: this.#undecodable,
      faults: { ...this.#faults },
      templates: [...this.#session.domains()].flatMap((domain) => templateFacts(domain)),
      withoutTemplate: this.#withoutTemplate(),
      records: { examined: this.#records, withoutBytes: this.#recordsWithoutBytes },
      times: this.#times.facts(),
      clockMs: this.#times.clockMs(),
      sampling: this.#sampling.facts(),
      agents: { sflow: [...this.#sflowAgents], exporter: this.told },
      sequence: this.#devices.sequence(),
      devices: this.#devices.devices(),
      repeats: this.#repeats.facts(this.address),
      sample: this.#sample,
    }
  }

  #withoutTemplate(): WithoutTemplate {
    const waiting = this.#session.setsWaiting
    return { sets: this.#setsWithoutTemplate, waiting, since: this.#withoutTemplateSince, ids: [...this.#idsWithoutTemplate] }
  }

  #noteOther(bytes: Uint8Array): void {
    const version = unsupportedVersion(bytes)
    if (version !== undefined) return void this.#unsupported.set(version, (this.#unsupported.get(version) ?? 0) + 1)
    this.#notExport++
    this.#notExportLooks ||= otherContent(bytes)
  }

  // --- what the session tells ------------------------------------------------------------------------------------

  decoded(protocol: number, header: ExportHeader): void {
    this.#protocol(protocol).datagrams++
    if (protocol === exportProtocol.sflow5) return
    this.#times.noteClock(header.exportMs - this.#at)
    this.#devices.noteBoot(domainKey(header), header.bootMs)
  }

  undecodable(code: WireErrorCode): void {
    this.#undecodable++
    this.malformed(code)
  }

  malformed(code: WireErrorCode): void {
    this.#faults[code] = (this.#faults[code] ?? 0) + 1
  }

  optionsRecord(values: readonly OptionsValue[]): void {
    if (this.#sampling.hasUntold && samplerRate(values) !== null) this.#sampling.restart()
    for (const { element, enterprise, bytes } of values) {
      // pmacct sends the address of the family that it has not as zeros.
      if (enterprise !== 0 || this.#exporterAddresses.size >= mostNamed || bytes.every((byte) => byte === 0)) continue
      if (element === exporterIpv4 && bytes.length === 4) this.#exporterAddresses.add(ipv4BytesText(bytes, 0))
      if (element === exporterIpv6 && bytes.length === 16) this.#exporterAddresses.add(ipv6BytesText(bytes, 0))
    }
  }

  setWithoutTemplate(_header: ExportHeader, id: number): void {
    this.#setsWithoutTemplate++
    this.#withoutTemplateSince ||= this.#at
    if (this.#idsWithoutTemplate.size < mostNamed) this.#idsWithoutTemplate.add(id)
  }

  sequence(header: ExportHeader, units: number): void {
    this.#devices.noteSequence({ domain: domainKey(header), sourcePort: this.#sourcePort, sequence: header.sequence, units })
  }

  records(set: SessionRecords): void {
    const { header, template, batch, from, to } = set
    this.#protocol(header.protocol).flows += to - from
    this.#noteFlows(to - from)
    const origin = { sender: this.address, protocol: protocolName(header.protocol), domain: header.domain, shiftMs: this.#shift(set) }
    for (let row = from; row < Math.min(to, from + rowsLookedAt); row++) {
      this.#sampling.note(batch, row, template.samplerField < 0 ? Number.NaN : samplerIds[row - from], this.#at)
      this.#noteBytes(batch, row)
      if (!template.hasTimes) continue
      this.#times.note(batch, row, header.exportMs)
      this.#repeats.note(batch, row, origin)
    }
    if (template.ipv4 || template.ipv6) this.#sample ??= firstFlow(batch, from)
  }

  sflowDatagram(datagram: SflowDatagram): void {
    const { agent, subAgent, sequence, uptimeMs } = datagram
    if (this.#sflowAgents.size < mostNamed) this.#sflowAgents.add(ipText(agent, 0))
    const domain = `sflow5/${ipText(agent, 0)}/${subAgent}`
    this.#devices.noteSequence({ domain, sourcePort: this.#sourcePort, sequence, units: 1 })
    this.#devices.noteBoot(domain, this.#at - uptimeMs)
  }

  flowSample(sample: SflowSample, batch: FlowBatch, row: number): void {
    this.#protocol(exportProtocol.sflow5).flows++
    this.#noteFlows(1)
    this.#sampling.note(batch, row, Number.NaN, this.#at)
    this.#noteBytes(batch, row)
    if (sample.parts !== 0) this.#sample ??= firstFlow(batch, row)
  }

  #noteFlows(flows: number): void {
    this.#flows += flows
    this.#flowsSince ||= this.#at
  }

  #noteBytes(batch: FlowBatch, row: number): void {
    const { bytes } = batch.columns
    this.#records++
    if (bytes[row * 2] === 0 && bytes[row * 2 + 1] === 0) this.#recordsWithoutBytes++
  }

  /** What makes uptimes of one stream comparable: headers tell the start of the device to a second only. */
  #shift({ header, template }: SessionRecords): number {
    if (!template.fields.some(({ element, enterprise }) => enterprise === 0 && uptimeElements.has(element))) return 0
    const key = domainKey(header)
    const first = this.#firstBoots.get(key)
    if (first === undefined && this.#firstBoots.size < mostBoots) this.#firstBoots.set(key, header.bootMs)
    const shift = (first ?? header.bootMs) - header.bootMs
    return Math.abs(shift) < sameBootMs ? shift : 0
  }

  #protocol(code: number): { datagrams: number; flows: number } {
    const name = protocolName(code)
    let counts = this.#protocols.get(name)
    if (counts === undefined) this.#protocols.set(name, (counts = { datagrams: 0, flows: 0 }))
    return counts
  }
}

function domainKey({ protocol, domain }: ExportHeader): string {
  return `${protocol}/${domain}`
}
