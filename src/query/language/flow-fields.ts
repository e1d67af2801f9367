// What each name that can begin a condition of a flow filter means.
import type { FlowColumnName } from '../../contract/flow-columns.ts'
import { protocolWords } from '../../contract/packet-filter.ts'
import { dimensionNamed, namesOf } from '../dimension-names.ts'
import { flowDimensions, type BaseDimension, type FlowDimension, type NamedDimension } from '../flow-dimensions.ts'

export type FlowField =
  /** Two: one of them suffices. */
  | { readonly kind: 'dimensions'; readonly name: string; readonly dimensions: readonly [BaseDimension, ...BaseDimension[]] }
  /** A whole condition in one word. */
  | { readonly kind: 'is'; readonly dimension: BaseDimension; readonly value: number }
  /** Flows are not filtered by names, but by what has them. */
  | { readonly kind: 'named'; readonly dimension: NamedDimension }

export interface EitherSide {
  /** The first is the one that is printed. */
  readonly names: readonly [string, ...string[]]
  readonly columns: readonly [FlowColumnName, FlowColumnName]
  readonly description: string
}

/** Names without a side. */
export const eitherSides: readonly EitherSide[] = [
  { names: ['host', 'net', 'ip.addr'], columns: ['src_addr', 'dst_addr'], description: 'Source or destination address' },
  { names: ['port', 'portrange'], columns: ['src_port', 'dst_port'], description: 'Source or destination port' },
  { names: ['as', 'asn'], columns: ['src_as', 'dst_as'], description: 'Source or destination AS number' },
  { names: ['country'], columns: ['src_country', 'dst_country'], description: 'Country of the source or the destination address' },
  { names: ['interface', 'if'], columns: ['in_if', 'out_if'], description: 'SNMP ifIndex of the input or output interface' },
  { names: ['vlan'], columns: ['src_vlan', 'dst_vlan'], description: 'VLAN id on the way in or out' },
  { names: ['mac'], columns: ['src_mac', 'dst_mac'], description: 'Source or destination MAC address' },
]

/** EtherTypes of IPv4 and IPv6: every table has them, unlike addresses. */
const versionWords = { ip4: 0x0800, ip6: 0x86dd } as const

/** Words that stand for a whole condition. */
export const wholeConditions: readonly string[] = [...Object.keys(protocolWords), ...Object.keys(versionWords)]

const fields = new Map<string, FlowField>()
for (const dimension of flowDimensions) for (const name of namesOf(dimension)) fields.set(name.toLowerCase(), ofDimension(dimension))
for (const { names, columns } of eitherSides) {
  const [first, second] = columns.map((column) => columnField(column))
  for (const name of names) fields.set(name, { kind: 'dimensions', name: names[0], dimensions: [first, second] })
}
for (const [word, value] of Object.entries(protocolWords)) fields.set(word, { kind: 'is', dimension: columnField('protocol'), value })
for (const [word, value] of Object.entries(versionWords)) fields.set(word, { kind: 'is', dimension: columnField('ethertype'), value })

/** Every name, to find the one that was meant. */
export const fieldNames: readonly string[] = [...fields.keys()]

/** What a condition may begin with, the likeliest first. */
export const conditionStarts: readonly string[] = ['src', 'dst', 'src_port', 'dst_port', 'proto', 'src_as', 'not', '(']

function columnField(column: FlowColumnName): BaseDimension {
  const dimension = dimensionNamed(column)
  if (dimension === undefined || dimension.type === 'named') throw new Error(`no dimension has the column ${column}`)
  return dimension
}

function ofDimension(dimension: FlowDimension): FlowField {
  if (dimension.type === 'named') return { kind: 'named', dimension }
  return { kind: 'dimensions', name: namesOf(dimension)[0] ?? dimension.name, dimensions: [dimension] }
}

/** The field of a name, in any case and with any separator. */
export function fieldNamed(text: string): FlowField | undefined {
  const known = fields.get(text.toLowerCase())
  if (known !== undefined) return known
  const dimension = dimensionNamed(text)
  return dimension && ofDimension(dimension)
}

/** Words that may stand behind `src` and `dst` and change nothing. */
export const addressWords: readonly string[] = ['host', 'net', 'ip']
const sideWords = new Set(['src', 'dst', 'source', 'destination'])

/** The field of two words: `src port`, `dst as`. */
export function fieldOfTwo(first: string, second: string): FlowField | undefined {
  if (!sideWords.has(first.toLowerCase())) return undefined
  return fieldNamed(`${first}_${second.toLowerCase() === 'portrange' ? 'port' : second}`)
}

/** Whether a condition on it goes without a joint behind `udp`. */
export function isPortField(field: FlowField | undefined): boolean {
  return field?.kind === 'dimensions' && field.dimensions.every((of) => of.type === 'column' && /^(?:src|dst)_port$/.test(of.column))
}
