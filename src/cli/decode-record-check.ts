// Holds a template against the flow record that Drawbridge asks routers for, and says what its user will miss.
import { columnIndex, type BatchColumnName } from '../contract/flow-batch.ts'
import { flowColumn } from '../contract/flow-columns.ts'
import { elementName } from '../wire/element-names.ts'
import type { FlowTemplate } from '../wire/template.ts'
import type { DeclaredDomain } from './decode-declarations.ts'

/** A field with what it means for the user. */
export interface RecordNote {
  readonly field: string
  readonly meaning: string
}

interface WantedField {
  readonly field: string
  readonly column: BatchColumnName
  readonly meaning: string
  /** Columns of which one makes it needless. */
  readonly unless?: readonly BatchColumnName[]
}

/** The flow record that routers are asked for; the sampler is looked at apart. */
const wantedFields: readonly WantedField[] = [
  { field: 'protocol', column: 'protocol', meaning: 'TCP, UDP and ICMP cannot be told apart.' },
  { field: 'source address', column: 'src_addr', meaning: 'Nobody can say who sent the traffic.' },
  { field: 'destination address', column: 'dst_addr', meaning: 'Nobody can say where the traffic went, so no rule for a prefix sees it.' },
  { field: 'source port', column: 'src_port', meaning: 'Reflected traffic cannot be told by its service.', unless: ['icmp_type'] },
  { field: 'destination port', column: 'dst_port', meaning: 'Traffic cannot be told by its service.', unless: ['icmp_type'] },
  { field: 'input interface', column: 'in_if', meaning: 'Traffic cannot be split by interface, and flows counted twice go unnoticed.' },
  { field: 'TCP flags', column: 'tcp_flags', meaning: 'SYN floods and scans look like other TCP traffic.', unless: ['icmp_type'] },
  { field: 'packets', column: 'packets', meaning: 'Packet rates are 0.' },
  { field: 'bytes', column: 'bytes', meaning: 'Bit rates are 0.' },
  { field: 'first packet time', column: 'flow_start', meaning: 'The time of the last packet, or of export, stands in for it.' },
  { field: 'last packet time', column: 'flow_end', meaning: 'The time of the first packet, or of export, stands in for it.' },
]

const samplerMissing: RecordNote = {
  field: 'sampler',
  meaning:
    'If the router samples, volumes are too low by its rate: let it send its sampler table, or set the rate of the router in Drawbridge.',
}

const noAddresses: RecordNote = {
  field: 'addresses',
  meaning: 'These are no flows between hosts: their records are kept, but say little.',
}

/** Columns that a record's packet section fills where the packet has them. */
const sectionColumns: ReadonlySet<BatchColumnName> = new Set([
  'protocol',
  'src_addr',
  'dst_addr',
  'src_port',
  'dst_port',
  'tcp_flags',
  'packets',
  'bytes',
])

/** What the records of a data template lack. */
export function missingFields(template: FlowTemplate, domain: DeclaredDomain): RecordNote[] {
  const has = (column: BatchColumnName): boolean => fills(template, column)
  if (!has('src_addr') && !has('dst_addr') && !has('src_mac') && !has('dst_mac')) return [noAddresses]
  const missing = wantedFields.filter(({ column, unless = [] }) => !has(column) && !unless.some(has))
  const notes = missing.map(({ field, meaning }) => ({ field, meaning }))
  return tellsRate(template, domain) ? notes : [...notes, samplerMissing]
}

function fills(template: FlowTemplate, column: BatchColumnName): boolean {
  // The other time fills these columns too, so their own elements are looked for.
  if (column === 'flow_start' || column === 'flow_end') return hasElement(template, flowColumn[column].elements)
  const section = template.extras !== null && template.extras.section !== null
  return template.columns.includes(columnIndex[column]) || (section && sectionColumns.has(column))
}

function hasElement({ fields }: FlowTemplate, elements: readonly number[]): boolean {
  return fields.some((field) => field.enterprise === 0 && elements.includes(field.element))
}

function tellsRate(template: FlowTemplate, domain: DeclaredDomain): boolean {
  return template.hasRate || domain.samplers.size > 0 || domain.wideRate > 0 || domain.headerRate > 0
}

/** Filler: it may come as often as it likes. */
const fillers: ReadonlySet<number> = new Set([0, 210])

/** Fields that a template has more than once. */
export function duplicateFields(template: FlowTemplate): RecordNote[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const { element, enterprise } of template.fields) {
    if (enterprise === 0 && fillers.has(element)) continue
    const name = elementName(element, enterprise)
    if (seen.has(name)) twice.add(name)
    seen.add(name)
  }
  return [...twice].map((field) => ({ field, meaning: 'It comes more than once in a record; the last value counts.' }))
}
