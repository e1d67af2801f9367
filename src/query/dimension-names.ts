// The names by which people ask for a dimension: a short one, the column's, GraphQL's. Filters, `by` and commands share them.
import { flowDimensions, type FlowDimension } from './flow-dimensions.ts'

/** Names besides the column's and GraphQL's, by GraphQL's name. The first is the one that is printed and offered. */
const shortNames: Readonly<Record<string, readonly string[]>> = {
  date: ['day'],
  datetime: ['time'],
  datetimeTenSeconds: ['ten_seconds'],
  datetimeMinute: ['minute'],
  datetimeFiveMinutes: ['five_minutes'],
  datetimeFifteenMinutes: ['fifteen_minutes'],
  datetimeHour: ['hour'],
  routerAddress: ['router'],
  sourceAddress: ['src', 'source', 'ip.src', 'src.ip'],
  destinationAddress: ['dst', 'destination', 'ip.dst', 'dst.ip'],
  sourcePort: ['src_port', 'sport'],
  destinationPort: ['dst_port', 'dport'],
  protocol: ['proto'],
  tcpFlags: ['flags'],
  ipTtl: ['ttl', 'hoplimit'],
  ruleIDs: ['rule'],
  protocolString: ['proto_name'],
  tcpFlagsString: ['flag_names'],
  sourceASName: ['src_as_name'],
  destinationASName: ['dst_as_name'],
  routerName: ['router_name'],
  inputInterfaceName: ['in_if_name'],
  outputInterfaceName: ['out_if_name'],
}

/** What names are compared by: `src-port`, `src.port` and `SRC_PORT` are one. */
const comparable = (name: string) => name.toLowerCase().replaceAll(/[-_. ]/g, '')

/** Longer than every name; bounds what is looked up. */
const longestName = 64

const names = new Map<FlowDimension, readonly string[]>()
const byName = new Map<string, FlowDimension>()
for (const dimension of flowDimensions) {
  const column = dimension.type === 'column' ? [dimension.column] : []
  const own = [...(shortNames[dimension.name] ?? []), ...column, dimension.name]
  // Of a column with two dimensions the one that holds its plain value comes first and has the column's name.
  const free = own.filter((name) => !byName.has(comparable(name)))
  for (const name of free) byName.set(comparable(name), dimension)
  names.set(dimension, distinct(free))
}

/** Without those that differ from another one in case or separators only; GraphQL's stays as it is written there. */
function distinct(own: readonly string[]): readonly string[] {
  const first = own.filter((name, index) => own.findIndex((other) => comparable(other) === comparable(name)) === index)
  return [...new Set([...first, ...own.slice(-1)])]
}

/** The dimension of this name: GraphQL's, the column's or the short one, in any case, with any separator. */
export function dimensionNamed(text: string): FlowDimension | undefined {
  return text.length > longestName ? undefined : byName.get(comparable(text))
}

/** All names of a dimension, the short one first, GraphQL's last. */
export function namesOf(dimension: FlowDimension): readonly string[] {
  return names.get(dimension) ?? [dimension.name]
}
