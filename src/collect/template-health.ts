// Holds a template against the flow record that routers are asked for: what it lacks, has twice, and is not understood.
import { columnIndex, type BatchColumnName } from '../contract/flow-batch.ts'
import type { TemplateHealth } from '../contract/exporter-health.ts'
import { elementName } from '../wire/element-names.ts'
import { reverseEnterprise } from '../wire/information-elements.ts'
import type { FlowTemplate } from '../wire/template.ts'

type Findings = Pick<TemplateHealth, 'duplicates' | 'unknown_enterprise' | 'missing'>

/** The fields of a good flow record by the column that they fill; the sampler is looked at apart. */
const wanted: readonly (readonly [field: string, column: BatchColumnName])[] = [
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
]

/** What the headers in a packet section fill. */
const fromPacket: ReadonlySet<BatchColumnName> = new Set([
  'protocol',
  'src_addr',
  'dst_addr',
  'src_port',
  'dst_port',
  'tcp_flags',
  'packets',
  'bytes',
])

/** Padding, and the octets of NetFlow v9's scopes that name no element, may come as often as they like. */
const fillers: ReadonlySet<number> = new Set([0, 210])

/** @param isRateTold whether the exporter tells a sampling rate by other means than the records of this template */
export function templateFindings(template: FlowTemplate, isRateTold: boolean): Findings {
  return { duplicates: duplicates(template), unknown_enterprise: unknownEnterprise(template), missing: missing(template, isRateTold) }
}

function duplicates({ fields }: FlowTemplate): string[] {
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

function unknownEnterprise({ fields }: FlowTemplate): string[] {
  const unknown = fields.filter(({ enterprise }) => enterprise !== 0 && enterprise !== reverseEnterprise)
  return [...new Set(unknown.map(({ element, enterprise }) => `${enterprise}:${element}`))]
}

function missing(template: FlowTemplate, isRateTold: boolean): string[] {
  if (template.scope !== null) return []
  const hasPacket = template.extras !== null && template.extras.section !== null
  const fills = (column: BatchColumnName) => template.columns.includes(columnIndex[column]) || (hasPacket && fromPacket.has(column))
  const lacking = wanted.filter(([, column]) => !fills(column)).map(([field]) => field)
  return isRateTold || template.hasRate || template.samplerField >= 0 ? lacking : [...lacking, 'sampler']
}
