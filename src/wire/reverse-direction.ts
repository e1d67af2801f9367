// The second direction of a record that counts both (a biflow, RFC 5103; the initiator and responder counters of
// firewalls): compiled into copies that make a row of its own, with source and destination swapped.
import { batchColumns, columnIndex, type BatchColumnName } from '../contract/flow-batch.ts'
import { flowColumn } from '../contract/flow-columns.ts'
import {
  chooseCopies,
  columnsOf,
  fieldsByElement,
  inTableOrder,
  sharedSources,
  type BatchColumn,
  type ColumnSource,
  type CompiledCopies,
  type FieldsByElement,
} from './field-copy.ts'
import { reverseEnterprise } from './information-elements.ts'
import type { TemplateField } from './template.ts'

export interface ReverseDirection extends CompiledCopies {
  /** Fields that count the other direction: all zero means that nothing came back, and no row is made. */
  readonly counters: readonly number[]
}

/** What the other direction has in place of a column; the other way round it is the same. */
const swapped: readonly (readonly [BatchColumnName, BatchColumnName])[] = [
  ['src_addr', 'dst_addr'],
  ['src_port', 'dst_port'],
  ['src_as', 'dst_as'],
  ['src_mask', 'dst_mask'],
  ['src_mac', 'dst_mac'],
  ['src_vlan', 'dst_vlan'],
  ['in_if', 'out_if'],
  // What the destination was translated to is, seen from there, the translated source.
  ['nat_src_addr', 'nat_dst_addr'],
  ['nat_src_port', 'nat_dst_port'],
]

const partners: ReadonlyMap<BatchColumnName, BatchColumnName> = new Map([...swapped, ...swapped.map(([a, b]) => [b, a] as const)])

/**
 * Columns that both directions share. Others, such as TCP flags, type of service and next hop, were seen on the way
 * there: the way back has them only from fields of its own.
 */
const shared: ReadonlySet<BatchColumnName> = new Set(['flow_start', 'flow_end', 'protocol', 'ethertype', 'sampling_rate'])

/**
 * Counters of the other direction that are no reverse elements: enterprise, element, and the element of the same template
 * without which the number has another meaning (some NetFlow v9 exporters use 232 for something of their own).
 */
interface ReverseCounter {
  readonly column: 'bytes' | 'packets'
  readonly enterprise: number
  readonly element: number
  readonly beside: number
}

const reverseCounters: readonly ReverseCounter[] = [
  { column: 'bytes', enterprise: 0, element: 232, beside: 231 }, // responderOctets, initiatorOctets
  { column: 'packets', enterprise: 0, element: 299, beside: 298 }, // responderPackets, initiatorPackets
  { column: 'bytes', enterprise: 3054, element: 176, beside: 1 }, // Ixia: reverse octetDeltaCount
  { column: 'packets', enterprise: 3054, element: 177, beside: 2 }, // Ixia: reverse packetDeltaCount
]

/** The other direction of records of these fields, or null when they count only one, as nearly all do. */
export function compileReverse(fields: readonly TemplateField[]): ReverseDirection | null {
  const forward = fieldsByElement(fields, 0)
  const reverse = fieldsByElement(fields, reverseEnterprise)
  const known = reverseCounters.filter(({ enterprise, element, beside }) => hasField(fields, enterprise, element) && forward.has(beside))
  if (reverse.size === 0 && known.length === 0) return null
  const { copies, columns } = chooseCopies(
    fields,
    (column) => [
      ...known.flatMap((counter) => (counter.column === column.name ? [counterSource(fields, column.elements, counter)] : [])),
      { elements: column.elements, among: reverse },
      ...forwardSources(column, forward),
    ],
    reverseColumns(forward, reverse),
  )
  const counters = copies.filter((copy) => copy.column === 'bytes' || copy.column === 'packets').map((copy) => copy.field)
  return counters.length === 0 ? null : { copies, columns, counters }
}

/** The columns that the other direction can fill: from reverse fields, from counters, and from its partners there. */
function reverseColumns(forward: FieldsByElement, reverse: FieldsByElement): BatchColumn[] {
  const found = new Set([...counted, ...columnsOf(reverse)])
  for (const column of columnsOf(forward)) {
    const partner = partners.get(column.name)
    if (partner !== undefined) found.add(columnOf(partner))
    else if (shared.has(column.name)) found.add(column)
  }
  return inTableOrder(found)
}

function columnOf(name: BatchColumnName): BatchColumn {
  const column = batchColumns[columnIndex[name]]
  if (column === undefined) throw new Error(`there is no column ${name}`)
  return column
}

const counted = [columnOf('bytes'), columnOf('packets')]

function hasField(fields: readonly TemplateField[], enterprise: number, element: number): boolean {
  return fields.some((field) => field.enterprise === enterprise && field.element === element)
}

/** A counter as the source of its column. It is read as the column's first element, whatever its own number means elsewhere. */
function counterSource(fields: readonly TemplateField[], elements: readonly number[], counter: ReverseCounter): ColumnSource {
  const field = fieldsByElement(fields, counter.enterprise).get(counter.element) ?? 0
  const [first = 0] = elements
  return { elements: [first], among: new Map([[first, field]]) }
}

/** Fields of the record as it is that hold for the other direction too. */
function forwardSources(column: BatchColumn, among: FieldsByElement): ColumnSource[] {
  const partner = partners.get(column.name)
  if (partner !== undefined) return [{ elements: flowColumn[partner].elements, among }]
  return shared.has(column.name) ? sharedSources(column, among) : []
}
