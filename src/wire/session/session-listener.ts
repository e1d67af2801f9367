// What a session of datagrams tells whoever looks on: each part of a datagram as it is decoded.
import type { FlowBatch } from '../../contract/flow-batch.ts'
import type { WireErrorCode } from '../../contract/wire-errors.ts'
import type { ExportHeader } from '../export-header.ts'
import type { OptionsValue } from '../flow-host.ts'
import type { SflowDatagram, SflowSample } from '../sflow5.ts'
import type { FlowTemplate } from '../template.ts'
import type { DeclaredDomain } from './declarations.ts'

/** Rows of one data set, complete: with times, sampling and router. */
export interface SessionRecords {
  readonly header: ExportHeader
  readonly domain: DeclaredDomain
  readonly template: FlowTemplate
  readonly batch: FlowBatch
  /** First row, and the one after the last. */
  readonly from: number
  readonly to: number
  /** Records of the set: the first so many rows are theirs, the others are their way back. */
  readonly records: number
}

/** Nothing that is handed over may be kept: objects and bytes are reused. */
export interface SessionListener {
  /** A datagram was decoded. `header` is that of NetFlow and IPFIX. */
  decoded?(protocol: number, header: ExportHeader): void
  undecodable?(code: WireErrorCode): void
  /** A set, sample or record was wrong; what stood before it was kept. */
  malformed?(code: WireErrorCode): void
  template?(header: ExportHeader, template: FlowTemplate): void
  /** A template found no room. */
  templateRefused?(): void
  optionsRecord?(values: readonly OptionsValue[]): void
  setWithoutTemplate?(header: ExportHeader, id: number): void
  /** `units`: how far the datagram moves the sequence, −1 when that is unknown. */
  sequence?(header: ExportHeader, units: number): void
  records?(set: SessionRecords): void
  sflowDatagram?(datagram: SflowDatagram): void
  flowSample?(sample: SflowSample, batch: FlowBatch, row: number): void
  counterSample?(): void
  dropSample?(): void
  /** All rows of a datagram, before the batch is emptied. */
  flows?(batch: FlowBatch): void
}
