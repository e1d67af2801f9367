// Decodes the datagrams of one file one after another, with the templates that they bring, and counts what it finds.
import type { FlowBatch } from '../contract/flow-batch.ts'
import { exportProtocol } from '../contract/flow-columns.ts'
import { packetPart } from '../wire/packet-layout.ts'
import type { DeclaredDomain } from '../wire/session/declarations.ts'
import { fileLimits, FlowSession, type SourcedDatagram } from '../wire/session/flow-session.ts'
import type { SessionListener, SessionRecords } from '../wire/session/session-listener.ts'
import type { SflowSample } from '../wire/sflow5.ts'
import type { FlowTemplate } from '../wire/template.ts'
import type { DecodeSummary } from './decode-summary.ts'

/** Which counters a template has, so that only what was exported as delta counts (IE 1, IE 2) is summed. */
interface SummedElements {
  readonly bytes: boolean
  readonly packets: boolean
}

const word = 0x1_0000_0000

export class DecodeSession {
  readonly #summary: DecodeSummary
  readonly #session: FlowSession

  /** @param onFlows gets the rows of each datagram, before the batch is emptied */
  constructor(summary: DecodeSummary, onFlows: (batch: FlowBatch) => void = () => undefined) {
    this.#summary = summary
    this.#session = new FlowSession(fileLimits, new SummaryCounter(summary, onFlows))
  }

  decode(datagram: SourcedDatagram): void {
    this.#session.decode(datagram)
  }

  /** Counts the sets that still wait. To be called after the last datagram. */
  finish(): void {
    this.#summary.dataSetsWithoutTemplate += this.#session.setsWaiting + this.#session.setsGivenUp
  }

  /** What the exporters declared so far. */
  domains(): Iterable<DeclaredDomain> {
    return this.#session.domains()
  }
}

/** Counts into a summary. */
class SummaryCounter implements SessionListener {
  readonly #summary: DecodeSummary
  readonly #summed = new WeakMap<FlowTemplate, SummedElements>()
  readonly flows: (batch: FlowBatch) => void

  constructor(summary: DecodeSummary, onFlows: (batch: FlowBatch) => void) {
    this.#summary = summary
    this.flows = onFlows
  }

  decoded(protocol: number): void {
    const { datagrams } = this.#summary
    if (protocol === exportProtocol.netflow5) datagrams.netflow5++
    else if (protocol === exportProtocol.netflow9) datagrams.netflow9++
    else if (protocol === exportProtocol.ipfix) datagrams.ipfix++
    else if (protocol === exportProtocol.netflow1) datagrams.netflow1 = (datagrams.netflow1 ?? 0) + 1
    else if (protocol === exportProtocol.netflow7) datagrams.netflow7 = (datagrams.netflow7 ?? 0) + 1
    else datagrams.sflow5++
  }

  undecodable(): void {
    this.#summary.datagrams.undecodable++
  }

  template(_header: unknown, { scope }: FlowTemplate): void {
    if (scope === null) this.#summary.templates++
    else this.#summary.optionsTemplates++
  }

  optionsRecord(): void {
    this.#summary.optionsRecords++
  }

  records({ template, batch, from, records }: SessionRecords): void {
    const summary = this.#summary
    summary.records += records
    // Templates with fields for both families tell by them nothing about the family of a record: it is not counted.
    if (template.ipv4 && !template.ipv6) summary.ipv4 += records
    if (template.ipv6 && !template.ipv4) summary.ipv6 += records
    const summed = this.#summedElements(template)
    if (summed.bytes) summary.bytes += sum(batch.columns.bytes, from, from + records)
    if (summed.packets) summary.packets += sum(batch.columns.packets, from, from + records)
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

  malformed(): void {
    this.#summary.malformed++
  }

  flowSample(sample: SflowSample, batch: FlowBatch, row: number): void {
    const summary = this.#summary
    summary.flowSamples++
    summary.packets++
    summary.bytes += sum(batch.columns.bytes, row, row + 1)
    if ((sample.parts & packetPart.ipv4) !== 0) summary.ipv4++
    if ((sample.parts & packetPart.ipv6) !== 0) summary.ipv6++
  }

  counterSample(): void {
    this.#summary.counterSamples++
  }

  dropSample(): void {
    this.#summary.dropSamples++
  }
}

/** Sum of a 64-bit column over rows: exact up to 2⁵³. */
function sum(column: Uint32Array, from: number, to: number): number {
  let total = 0
  for (let w = from * 2; w < to * 2; w += 2) total += column[w] + column[w + 1] * word
  return total
}
