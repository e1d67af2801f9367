// What a decoder of flow datagrams needs from, and reports to, whoever runs it: a collector thread or the decode command.
import type { FlowBatch } from '../contract/flow-batch.ts'
import type { WireErrorCode } from '../contract/wire-errors.ts'
import type { ExportHeader } from './export-header.ts'
import type { SflowHost } from './sflow5.ts'
import type { FlowTemplate, TemplateField } from './template.ts'

/** A field of an options record: its value as a number where it is 1 to 8 bytes long, and its bytes. */
export interface OptionsValue {
  readonly element: number
  readonly enterprise: number
  readonly scope: boolean
  readonly value: number
  readonly bytes: Uint8Array
}

export interface FlowHost extends SflowHost {
  /** Batch to append to. It must have room for `maxRecordsPerDatagram` more flows when a datagram is begun. */
  readonly batch: FlowBatch
  /** The template of this id in the domain of the header, if it is known. */
  template(header: ExportHeader, id: number): FlowTemplate | undefined
  /** A template was announced, again or anew. `scope` is null for a data template. @throws WireError bad_template */
  defineTemplate(header: ExportHeader, id: number, fields: readonly TemplateField[], scope: number | null): void
  /** A template was withdrawn (RFC 7011 §8.1); id 2 withdraws all data templates of the domain, 3 all options templates. */
  withdrawTemplate(header: ExportHeader, id: number): void
  /**
   * Rows `from` to `to` − 1 were appended from a set of this template. Sampling is still to be settled.
   * @param records how many records the set had: the first so many rows are theirs, the others are their way back
   */
  recordsWritten(header: ExportHeader, template: FlowTemplate | null, from: number, to: number, records: number): void
  optionsRecord(header: ExportHeader, values: readonly OptionsValue[]): void
  /** A data set came before its template: bytes `start` to `end` − 1 are its records. */
  setWithoutTemplate(header: ExportHeader, id: number, bytes: Uint8Array, start: number, end: number): void
  /** Sequence number of a NetFlow or IPFIX header. `units` is how far this datagram moves it, −1 when that is unknown. */
  exportSequence(header: ExportHeader, units: number): void
  /** A set or sample was wrong; what stood before it was kept. */
  malformed(code: WireErrorCode): void
  /** Boot time learnt from an options table for IPFIX, milliseconds since 1970, 0 when unknown. */
  bootMs(header: ExportHeader): number
}
