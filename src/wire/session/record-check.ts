// Holds a template against the flow record that Drawbridge asks routers for, and says what its user will miss.
import type { BatchColumnName } from '../../contract/flow-batch.ts'
import { flowColumn } from '../../contract/flow-columns.ts'
import type { FlowTemplate } from '../template.ts'
import { duplicateFieldNames, fillsColumn, wantedFields, type WantedFieldName } from '../wanted-record.ts'
import type { DeclaredDomain } from './declarations.ts'

/** A field with what it means for the user. */
export interface RecordNote {
  readonly field: string
  readonly meaning: string
}

/** What the user misses without a field. */
const meanings: Readonly<Record<WantedFieldName, string>> = {
  protocol: 'TCP, UDP and ICMP cannot be told apart.',
  'source address': 'Nobody can say who sent the traffic.',
  'destination address': 'Nobody can say where the traffic went, so no rule for a prefix sees it.',
  'source port': 'Reflected traffic cannot be told by its service.',
  'destination port': 'Traffic cannot be told by its service.',
  'input interface': 'Traffic cannot be split by interface, and flows counted twice go unnoticed.',
  'TCP flags': 'SYN floods and scans look like other TCP traffic.',
  packets: 'Packet rates are 0.',
  bytes: 'Bit rates are 0.',
  'first packet time': 'The time of the last packet, or of export, stands in for it.',
  'last packet time': 'The time of the first packet, or of export, stands in for it.',
}

/** Records of ICMP have none of these. */
const needlessForIcmp: ReadonlySet<WantedFieldName> = new Set(['source port', 'destination port', 'TCP flags'])

const samplerMissing: RecordNote = {
  field: 'sampler',
  meaning:
    'If the router samples, volumes are too low by its rate: let it send its sampler table, or set the rate of the router in Drawbridge.',
}

const noAddresses: RecordNote = {
  field: 'addresses',
  meaning: 'These are no flows between hosts: their records are kept, but say little.',
}

/** What the records of a data template lack. */
export function missingFields(template: FlowTemplate, domain: DeclaredDomain): RecordNote[] {
  const has = (column: BatchColumnName): boolean => fills(template, column)
  if (!has('src_addr') && !has('dst_addr') && !has('src_mac') && !has('dst_mac')) return [noAddresses]
  const icmp = has('icmp_type')
  const missing = wantedFields.filter(([field, column]) => !has(column) && !(icmp && needlessForIcmp.has(field)))
  const notes = missing.map(([field]) => ({ field, meaning: meanings[field] }))
  return tellsRate(template, domain) ? notes : [...notes, samplerMissing]
}

function fills(template: FlowTemplate, column: BatchColumnName): boolean {
  // The other time fills these columns too, so their own elements are looked for.
  if (column === 'flow_start' || column === 'flow_end') return hasElement(template, flowColumn[column].elements)
  return fillsColumn(template, column)
}

function hasElement({ fields }: FlowTemplate, elements: readonly number[]): boolean {
  return fields.some((field) => field.enterprise === 0 && elements.includes(field.element))
}

function tellsRate(template: FlowTemplate, domain: DeclaredDomain): boolean {
  return template.hasRate || domain.samplers.size > 0 || domain.wideRate > 0 || domain.headerRate > 0
}

/** Fields that a template has more than once. */
export function duplicateFields(template: FlowTemplate): RecordNote[] {
  return duplicateFieldNames(template).map((field) => ({ field, meaning: 'It comes more than once in a record; the last value counts.' }))
}
