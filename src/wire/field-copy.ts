// How one field of a record gets into its column: chosen once for each template, so that a record costs no look-up.
import { batchColumns, columnIndex, type BatchColumnName } from '../contract/flow-batch.ts'
import { flowColumn } from '../contract/flow-columns.ts'
import { element, samplingElement, timeForms, variableLength } from './information-elements.ts'
import type { TemplateField } from './template.ts'

/**
 * Codes of the inner loops in field-writer.ts, named target_source. `uint` takes any length (reduced-size encoding,
 * RFC 7011 §6.2), the others exactly the length in their name.
 */
export const copyCode = {
  u8_1: 0,
  u16_2: 1,
  u32_4: 2,
  u64_8: 3,
  u64_4: 4,
  ip_4: 5,
  ip_16: 6,
  ip_4_unless_zero: 7,
  mac_6: 8,
  uint: 9,
  time_uptime: 10,
  time_seconds: 11,
  time_milliseconds: 12,
  time_ntp: 13,
  time_microseconds_ago: 14,
  icmp_type: 15,
  icmp_code: 16,
  direction: 17,
  mpls_label: 18,
  firewall_event: 19,
} as const

export type BatchColumn = (typeof batchColumns)[number]

export interface FieldCopy {
  readonly code: number
  readonly column: BatchColumnName
  readonly field: number
  /** Offset in a fixed-length record; meaningless where an earlier field is of variable length. */
  readonly offset: number
  readonly length: number
}

/** Copies for one row, and the indices into `FlowBatch.present` of the columns that they write. */
export interface CompiledCopies {
  readonly copies: readonly FieldCopy[]
  readonly columns: readonly number[]
}

/** Fields of a template by information element. */
export type FieldsByElement = ReadonlyMap<number, number>

/** Fields under an enterprise number by element. A duplicate field is tolerated, the last one counts (contract §1.7). */
export function fieldsByElement(fields: readonly TemplateField[], enterprise: number): FieldsByElement {
  const found = new Map<number, number>()
  for (const [index, field] of fields.entries()) if (field.enterprise === enterprise) found.set(field.element, index)
  return found
}

/** What may fill a column: elements in order of preference, looked up among these fields. */
export interface ColumnSource {
  readonly elements: readonly number[]
  readonly among: FieldsByElement
}

/** Chooses the copies of a data template: for each column the first of its elements that the template has. */
export function compileCopies(fields: readonly TemplateField[]): CompiledCopies {
  const among = fieldsByElement(fields, 0)
  return chooseCopies(fields, (column) => sharedSources(column, among), columnsOf(among))
}

/** Columns by the elements that may fill them. */
const columnsByElement: ReadonlyMap<number, readonly BatchColumn[]> = new Map(
  batchColumns.flatMap((column) =>
    sharedSources(column, new Map()).flatMap(({ elements }) =>
      elements.map((element) => [element, batchColumns.filter((other) => mayFill(element, other))] as const),
    ),
  ),
)

function mayFill(element: number, column: BatchColumn): boolean {
  return sharedSources(column, new Map()).some(({ elements }) => elements.includes(element))
}

/** The columns that the elements may fill, in the order of the table. Compiling looks at these, not at all. */
export function columnsOf(among: FieldsByElement): readonly BatchColumn[] {
  const found = new Set<BatchColumn>()
  for (const element of among.keys()) for (const column of columnsByElement.get(element) ?? []) found.add(column)
  return inTableOrder(found)
}

export function inTableOrder(columns: Iterable<BatchColumn>): BatchColumn[] {
  return [...columns].sort((a, b) => columnIndex[a.name] - columnIndex[b.name])
}

/** What fills a column; of a flow that has only a start or only an end, the one is the other too. */
export function sharedSources({ name, elements }: BatchColumn, among: FieldsByElement): ColumnSource[] {
  const own = { elements, among }
  if (name === 'flow_start') return [own, { elements: flowColumn.flow_end.elements, among }]
  if (name === 'flow_end') return [own, { elements: flowColumn.flow_start.elements, among }]
  return [own]
}

/**
 * Chooses copies of fields into columns.
 * @param sources what may fill a column, the preferred first; the first that has a usable field is taken
 * @param columns those that can be filled at all
 */
export function chooseCopies(
  fields: readonly TemplateField[],
  sources: (column: BatchColumn) => readonly ColumnSource[],
  columns: readonly BatchColumn[],
): CompiledCopies {
  const copies: FieldCopy[] = []
  const filled: number[] = []
  if (columns.length === 0) return { copies, columns: filled }
  const offsets = fieldOffsets(fields)
  for (const column of columns) {
    const usable = firstUsable(fields, column, sources(column))
    if (usable.length === 0) continue
    filled.push(columnIndex[column.name])
    for (const { field, code } of inOrder(usable, column.kind === 'ip'))
      copies.push({ code, column: column.name, field, offset: offsets[field] ?? 0, length: fields[field]?.length ?? 0 })
  }
  return { copies, columns: filled }
}

/** The usable fields of the first source that has any. */
function firstUsable(fields: readonly TemplateField[], column: BatchColumn, sources: readonly ColumnSource[]): readonly UsableField[] {
  for (const source of sources) {
    const usable = usableFields(fields, column, source)
    if (usable.length > 0) return usable
  }
  return none
}

const none: readonly UsableField[] = []

interface UsableField {
  readonly field: number
  readonly code: number
}

/** The fields that can fill a column, the preferred first. */
function usableFields(fields: readonly TemplateField[], column: BatchColumn, { elements, among }: ColumnSource): readonly UsableField[] {
  let usable: UsableField[] | undefined
  // A plain loop: an exporter can announce a hundred templates in a datagram, and most columns find nothing.
  for (const element of elements) {
    const field = among.get(element)
    if (field === undefined) continue
    const code = codeFor(column.name, column.kind, element, fields[field]?.length ?? 0)
    if (code !== null) (usable ??= []).push({ field, code })
  }
  return usable ?? none
}

/**
 * The copies that fill a column, in the order in which they are made. One, except for addresses: templates exist that
 * carry IPv4 and IPv6 side by side with one of them zero, so IPv6 is copied first and IPv4 over it unless zero.
 */
function inOrder(usable: readonly UsableField[], address: boolean): readonly UsableField[] {
  const [first, second] = usable
  if (first === undefined) return []
  if (!address || second === undefined) return [first]
  return [second, first.code === copyCode.ip_4 ? { ...first, code: copyCode.ip_4_unless_zero } : first]
}

function fieldOffsets(fields: readonly TemplateField[]): number[] {
  const offsets: number[] = []
  let offset = 0
  for (const field of fields) {
    offsets.push(offset)
    offset += field.length
  }
  return offsets
}

/** The copy for an element of this length into a column of this kind, or null when the length makes no sense for it. */
function codeFor(column: BatchColumnName, kind: string, source: number, length: number): number | null {
  if (length === 0) return null
  if (kind === 'ms') return timeCode(source, length)
  if (kind === 'ip') return length === 4 ? copyCode.ip_4 : length === 16 ? copyCode.ip_16 : null
  if (kind === 'mac') return length === 6 ? copyCode.mac_6 : null
  const special = specialCode(column, source, length)
  if (special !== undefined) return special
  if (length === variableLength) return copyCode.uint
  if (kind === 'u8' && length === 1) return copyCode.u8_1
  if (kind === 'u16' && length === 2) return copyCode.u16_2
  if (kind === 'u32' && length === 4) return copyCode.u32_4
  if (kind === 'u64' && length === 8) return copyCode.u64_8
  if (kind === 'u64' && length === 4) return copyCode.u64_4
  return length <= 8 ? copyCode.uint : null
}

function specialCode(column: BatchColumnName, source: number, length: number): number | null | undefined {
  const typeCode = source === element.icmpTypeCodeIPv4 || source === element.icmpTypeCodeIPv6
  if (typeCode) return length === 2 ? (column === 'icmp_type' ? copyCode.icmp_type : copyCode.icmp_code) : null
  if (source === element.flowDirection) return length === 1 ? copyCode.direction : null
  if (source === element.mplsTopLabelStackSection) return length === 3 ? copyCode.mpls_label : null
  if (source === element.firewallEvent || source === element.oldFirewallEvent) return length === 1 ? copyCode.firewall_event : null
  // Rates that take some arithmetic: see record-extras.ts.
  return column === 'sampling_rate' && computedRates.has(source) ? null : undefined
}

const computedRates: ReadonlySet<number> = new Set([
  samplingElement.samplingPacketInterval,
  samplingElement.samplingSize,
  samplingElement.samplingProbability,
])

function timeCode(source: number, length: number): number | null {
  const form = timeForms.get(source)
  if (form === 'uptime' && length === 4) return copyCode.time_uptime
  if (form === 'seconds' && length === 4) return copyCode.time_seconds
  if (form === 'milliseconds' && length === 8) return copyCode.time_milliseconds
  if (form === 'ntp' && length === 8) return copyCode.time_ntp
  if (form === 'microseconds-ago' && length === 4) return copyCode.time_microseconds_ago
  return null
}
