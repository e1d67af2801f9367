// What few records need beyond copies of fields into columns: a sampling rate that takes arithmetic, the headers of a
// packet, a second row for the way back. Templates without any of it pay nothing.
import { columnIndex, type FlowBatch } from '../contract/flow-batch.ts'
import { readUint } from './big-endian.ts'
import type { ExportHeader } from './export-header.ts'
import { fieldsByElement, type CompiledCopies } from './field-copy.ts'
import { writeLocatedRow } from './located-row.ts'
import { samplingElement } from './information-elements.ts'
import { compileSection, writeSection, type PacketSection } from './packet-section.ts'
import { locatedLength, locatedStart, locateFields } from './record-fields.ts'
import { compileReverse, type ReverseDirection } from './reverse-direction.ts'
import { believedRate, populationRate, probabilityRate, spacedRate } from './sampling-options.ts'
import type { FlowTemplate, TemplateField } from './template.ts'

export interface RecordExtras {
  readonly rate: RateFields | null
  readonly section: PacketSection | null
  readonly reverse: ReverseDirection | null
}

/** Fields that tell a rate together: of `probability` only the first. */
interface RateFields {
  readonly form: 'interval-and-space' | 'size-and-population' | 'probability'
  readonly first: number
  readonly second: number
}

/**
 * The extras of a data template, null when it has none, as nearly all.
 * @param recordLength the least bytes that a record has
 */
export function compileExtras(fields: readonly TemplateField[], copied: CompiledCopies, recordLength: number): RecordExtras | null {
  const rate = compileRate(fields)
  const section = compileSection(fields, copied)
  // Two rows a byte would be more than a batch keeps room for; real records of two directions have 30 bytes and more.
  const reverse = recordLength > 1 ? compileReverse(fields) : null
  return rate === null && section === null && reverse === null ? null : { rate, section, reverse }
}

function compileRate(fields: readonly TemplateField[]): RateFields | null {
  const among = fieldsByElement(fields, 0)
  const pair = (first: number, second: number): readonly number[] => [among.get(first) ?? -1, among.get(second) ?? -1]
  const [interval = -1, space = -1] = pair(samplingElement.samplingPacketInterval, samplingElement.samplingPacketSpace)
  if (interval >= 0 && space >= 0) return { form: 'interval-and-space', first: interval, second: space }
  const [size = -1, population = -1] = pair(samplingElement.samplingSize, samplingElement.samplingPopulation)
  if (size >= 0 && population >= 0) return { form: 'size-and-population', first: size, second: population }
  const probability = among.get(samplingElement.samplingProbability) ?? -1
  return fields[probability]?.length === 8 ? { form: 'probability', first: probability, second: -1 } : null
}

/** The records of a set, of which `count` were written to rows from `row`. */
export interface WrittenRecords {
  readonly template: FlowTemplate
  readonly header: ExportHeader
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  readonly row: number
  readonly count: number
}

/**
 * Completes the rows of a set and appends those of its other direction.
 * @param samplers sampler id of each row of the set; those of new rows are added
 */
export function writeExtras(extras: RecordExtras, written: WrittenRecords, batch: FlowBatch, samplers: Float64Array): void {
  const { template, header, bytes, end, row, count } = written
  const { rate, section, reverse } = extras
  let at = written.start
  for (let i = 0; i < count; i++) {
    at = locateFields(template, bytes, at, end)
    if (rate !== null) writeRate(rate, bytes, batch, row + i)
    if (section !== null) writeSection(section, bytes, batch, row + i)
    if (reverse === null || !isCounted(reverse, bytes)) continue
    samplers[batch.rows - row] = samplers[i]
    writeReverse(reverse, header, bytes, batch)
    // A rate that was computed is the same for both directions.
    if (rate !== null) batch.columns.sampling_rate[batch.rows - 1] = batch.columns.sampling_rate[row + i]
  }
}

function writeRate(rate: RateFields, bytes: Uint8Array, batch: FlowBatch, row: number): void {
  const rates = batch.columns.sampling_rate
  // A rate told plainly goes before one that is to be computed.
  if (rates[row] !== 0) return
  rates[row] = believedRate(computeRate(rate, bytes)) ?? 0
  batch.present[columnIndex.sampling_rate] = 1
}

function computeRate({ form, first, second }: RateFields, bytes: Uint8Array): number | null {
  if (form === 'probability') return probabilityRate(bytes, locatedStart(first))
  const a = readUint(bytes, locatedStart(first), locatedLength(first))
  const b = readUint(bytes, locatedStart(second), locatedLength(second))
  return form === 'interval-and-space' ? spacedRate(a, b) : populationRate(a, b)
}

/** Whether a counter of the other direction is not zero. */
function isCounted(reverse: ReverseDirection, bytes: Uint8Array): boolean {
  for (const field of reverse.counters) {
    const start = locatedStart(field)
    const end = start + locatedLength(field)
    for (let at = start; at < end; at++) if (bytes[at] !== 0) return true
  }
  return false
}

function writeReverse(reverse: ReverseDirection, header: ExportHeader, bytes: Uint8Array, batch: FlowBatch): void {
  writeLocatedRow(reverse.copies, header, bytes, batch)
  for (const index of reverse.columns) batch.present[index] = 1
}
