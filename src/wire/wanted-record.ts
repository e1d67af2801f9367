// The flow record that routers are asked for (contract §1.7), and how a template is held against it.
import { columnIndex, type BatchColumnName } from '../contract/flow-batch.ts'
import { elementName } from './element-names.ts'
import type { FlowTemplate } from './template.ts'

/** Its fields by the column that they fill; the sampler is looked at apart. */
export const wantedFields = [
  ['protocol', 'protocol'],
  ['source address', 'src_addr'],
  ['destination address', 'dst_addr'],
  ['source port', 'src_port'],
  ['destination port', 'dst_port'],
  ['input interface', 'in_if'],
  ['TCP flags', 'tcp_flags'],
  ['packets', 'packets'],
  ['bytes', 'bytes'],
  ['first packet time', 'flow_start'],
  ['last packet time', 'flow_end'],
] as const satisfies readonly (readonly [field: string, column: BatchColumnName])[]

export type WantedFieldName = (typeof wantedFields)[number][0]

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

/** Whether records of the template can have something in a column. */
export function fillsColumn({ columns, extras }: FlowTemplate, column: BatchColumnName): boolean {
  const section = extras !== null && extras.section !== null
  return columns.includes(columnIndex[column]) || (section && sectionColumns.has(column))
}

/** Padding, and the octets of NetFlow v9's scopes that name no element, may come as often as they like. */
const fillers: ReadonlySet<number> = new Set([0, 210])

/** Names of the fields that a template has more than once. */
export function duplicateFieldNames({ fields }: FlowTemplate): string[] {
  const seen = new Set<string>()
  const twice = new Set<string>()
  for (const { element, enterprise } of fields) {
    if (enterprise === 0 && fillers.has(element)) continue
    const name = elementName(element, enterprise)
    if (seen.has(name)) twice.add(name)
    seen.add(name)
  }
  return [...twice]
}
