// A host that keeps all templates and remembers what decoders told it, for tests.
import { createFlowBatch, type FlowBatch } from '../../contract/flow-batch.ts'
import type { WireErrorCode } from '../../contract/wire-errors.ts'
import { createExportHeader, type ExportHeader } from '../export-header.ts'
import { decodeFlowDatagram } from '../flow-datagram.ts'
import type { FlowHost, OptionsValue } from '../flow-host.ts'
import { maxRecordsPerDatagram } from '../record-writer.ts'
import { compileTemplate, type FlowTemplate, type TemplateField } from '../template.ts'

export class RecordingHost implements FlowHost {
  readonly batch: FlowBatch = createFlowBatch(maxRecordsPerDatagram * 2)
  readonly templates = new Map<string, FlowTemplate>()
  readonly options: OptionsValue[][] = []
  readonly faults: WireErrorCode[] = []
  readonly withoutTemplate: { id: number; bytes: Uint8Array }[] = []
  readonly sequences: { sequence: number; units: number }[] = []
  readonly withdrawn: number[] = []
  /** Records of NetFlow and IPFIX; the batch holds them, some in two rows. */
  records = 0
  flowSamples = 0
  counterSamples = 0
  dropSamples = 0
  skipped = 0
  boot = 0

  /** Decodes one datagram. @returns its protocol code @throws WireError */
  decode(bytes: Uint8Array): number {
    return decodeFlowDatagram(bytes, bytes.length, createExportHeader(), this)
  }

  template(header: ExportHeader, id: number): FlowTemplate | undefined {
    return this.templates.get(`${header.domain}/${id}`)
  }

  defineTemplate(header: ExportHeader, id: number, fields: readonly TemplateField[], scope: number | null): void {
    this.templates.set(`${header.domain}/${id}`, compileTemplate(id, fields, scope))
  }

  withdrawTemplate(header: ExportHeader, id: number): void {
    this.withdrawn.push(id)
    this.templates.delete(`${header.domain}/${id}`)
  }

  recordsWritten(_header: ExportHeader, _template: FlowTemplate | null, _from: number, _to: number, records: number): void {
    this.records += records
  }

  optionsRecord(_header: ExportHeader, values: readonly OptionsValue[]): void {
    this.options.push([...values])
  }

  setWithoutTemplate(_header: ExportHeader, id: number, bytes: Uint8Array, start: number, end: number): void {
    this.withoutTemplate.push({ id, bytes: bytes.slice(start, end) })
  }

  exportSequence(header: ExportHeader, units: number): void {
    this.sequences.push({ sequence: header.sequence, units })
  }

  malformed(code: WireErrorCode): void {
    this.faults.push(code)
  }

  bootMs(): number {
    return this.boot
  }

  sflowDatagram(): boolean {
    return true
  }

  sflowFlowSample(): void {
    this.flowSamples++
  }

  sflowCounterSample(): void {
    this.counterSamples++
  }

  sflowCounterRecord(): void {
    // Not looked at.
  }

  sflowDropSample(): void {
    this.dropSamples++
  }

  sflowSkipped(): void {
    this.skipped++
  }
}
