// How one field of a record gets into its column: chosen once for each template, so that a record costs no look-up.
import { columnIndex, type BatchColumnName } from '../contract/flow-batch.ts'
import { flowColumns } from '../contract/flow-columns.ts'
import { element, timeForms, variableLength } from './information-elements.ts'
import type { TemplateField } from './template.ts'

/**
 * Codes of the inner loops in record-writer.ts, named target_source. `uint` takes any length (reduced-size encoding,
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
} as const

export interface FieldCopy {
  readonly code: number
  readonly column: BatchColumnName
  readonly field: number
  /** Offset in a fixed-length record; meaningless where an earlier field is of variable length. */
  readonly offset: number
  readonly length: number
}

interface CompiledCopies {
  copies: FieldCopy[]
  columns: number[]
  hasTimes: boolean
  hasRate: boolean
}

/** Chooses the copies of a data template: for each column the first of its elements that the template has. */
export function compileCopies(fields: readonly TemplateField[]): CompiledCopies {
  const offsets = fieldOffsets(fields)
  const byElement = new Map<number, number>()
  // A duplicate field is tolerated, the last one counts (contract §1.7).
  for (const [index, field] of fields.entries()) if (field.enterprise === 0) byElement.set(field.element, index)
  const copies: FieldCopy[] = []
  for (const column of flowColumns) {
    if (column.kind === 'ids') continue
    for (const source of sourcesOf(column.elements, byElement, column.kind === 'ip')) {
      const field = fields[source.field]
      if (field === undefined) continue
      const code = codeFor(column.name, column.kind, source.element, field.length)
      if (code === null) continue
      const shadow = source.shadows && code === copyCode.ip_4 ? copyCode.ip_4_unless_zero : code
      copies.push({ code: shadow, column: column.name, field: source.field, offset: offsets[source.field] ?? 0, length: field.length })
    }
  }
  const columns = [...new Set(copies.map((copy) => columnIndex[copy.column]))]
  return {
    copies,
    columns,
    hasTimes: copies.some((copy) => copy.column === 'flow_end'),
    hasRate: copies.some((copy) => copy.column === 'sampling_rate'),
  }
}

interface Source {
  element: number
  field: number
  /** Written after another source of the same column, over which it only wins when it is not zero. */
  shadows: boolean
}

/**
 * The fields that fill a column. One, except for addresses: templates exist that carry IPv4 and IPv6 side by side with
 * one of them zero, so IPv6 is copied first and IPv4 over it unless zero.
 */
function sourcesOf(elements: readonly number[], byElement: ReadonlyMap<number, number>, address: boolean): Source[] {
  const found = elements.flatMap((element) => {
    const field = byElement.get(element)
    return field === undefined ? [] : [{ element, field, shadows: false }]
  })
  const first = found[0]
  if (first === undefined) return []
  const second = found[1]
  if (!address || second === undefined) return [first]
  return [second, { ...first, shadows: true }]
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
  return undefined
}

function timeCode(source: number, length: number): number | null {
  const form = timeForms.get(source)
  if (form === 'uptime' && length === 4) return copyCode.time_uptime
  if (form === 'seconds' && length === 4) return copyCode.time_seconds
  if (form === 'milliseconds' && length === 8) return copyCode.time_milliseconds
  if (form === 'ntp' && length === 8) return copyCode.time_ntp
  if (form === 'microseconds-ago' && length === 4) return copyCode.time_microseconds_ago
  return null
}
