// The one table that defines each flow column. The ClickHouse DDL, the Native encoder, the decoders' targets, the
// GraphQL schema, the pickers of the dashboard and docs/columns.md are derived from it. A new column is one row here
// and one migration in store/.

/**
 * How a column is held in memory and on the wire to ClickHouse, little-endian like its Native format.
 * - `u8` `u16` `u32`: one element a row
 * - `u64` `ms` `mac`: two 32-bit words a row, low word first (`ms` is milliseconds since 1970)
 * - `seconds`: seconds since 1970 in 32 bits
 * - `ip`: four 32-bit words a row that together are the 16 address bytes in network order; IPv4 is `::ffff:a.b.c.d`
 * - `ascii2`: two ASCII bytes in a 16-bit element, 0 when unknown
 * - `ids`: a list of 16-byte ids. In memory two 32-bit numbers a row, of lists of the batch: the ids of the first, then
 *   those of the second that are not in the first. No decoder writes it
 */
export type ColumnKind = 'u8' | 'u16' | 'u32' | 'u64' | 'ms' | 'mac' | 'seconds' | 'ip' | 'ascii2' | 'ids'

/** Where a column is kept. `raw` holds every flow; the rollups hold sums by all their other columns. */
export type Tier = 'raw' | 'minute' | 'hour'

/** GraphQL scalar of a dimension (contract §2.3). */
export type GraphqlScalar = 'string' | 'uint8' | 'uint16' | 'uint32' | 'uint64' | 'int64' | 'Time' | 'Date'

export interface FlowColumn {
  readonly name: string
  readonly kind: ColumnKind
  /** ClickHouse type, also the type named in Native segments. */
  readonly type: string
  /**
   * IPFIX / NetFlow v9 information elements that fill it, the preferred one first: where a template carries several,
   * the first of this list wins. Units differ for times, see wire/.
   */
  readonly elements: readonly number[]
  /** Where sFlow has it; empty where it has not. */
  readonly sflow: string
  /** Unit of the value, empty where it has none. */
  readonly unit: string
  /** Dimension of mnmFlowDataAdaptiveGroups; `extension` marks those that Cloudflare's dataset lacks. */
  readonly graphql?: { readonly name: string; readonly scalar: GraphqlScalar; readonly extension?: true }
  readonly rollup: boolean
  readonly description: string
}

const exportProtocols = { unknown: 0, netflow1: 1, netflow5: 5, netflow7: 7, netflow9: 9, ipfix: 10, sflow5: 100 } as const
const samplingSources = { unknown: 0, record: 1, options: 2, header: 3, router: 4, account: 5 } as const
const directions = { unknown: 0, inbound: 1, outbound: 2, internal: 3, external: 4 } as const
const observationPoints = { unknown: 0, ingress: 1, egress: 2 } as const
const tunnels = { none: 0, gre: 1, ipip: 2, sixinfour: 3, vxlan: 4, geneve: 5, gtpu: 6, mpls: 7, srv6: 8 } as const

/** Codes of `export_protocol`. */
export const exportProtocol = exportProtocols
export type ExportProtocolName = keyof typeof exportProtocols
/**
 * Codes of `sampling_source`, which says where the factor of a flow was learnt: in the record itself, from an options
 * table, from the datagram or sample header, from the router's own setting in Drawbridge, from the account's default.
 */
export const samplingSource = samplingSources
export type SamplingSourceName = keyof typeof samplingSources
/** Codes of `direction`: the flow as seen from the own networks. */
export const direction = directions
/** Codes of `observed_at`: IE 61 plus one. */
export const observationPoint = observationPoints
/** Codes of `tunnel`. */
export const tunnel = tunnels

function enum8(codes: Readonly<Record<string, number>>): string {
  const items = Object.entries(codes).map(([name, code]) => `'${name}' = ${code}`)
  return `Enum8(${items.join(', ')})`
}

/** All columns in the order of the table `flows`. */
// One row a line: this is a table to be read down its columns.
// prettier-ignore
export const flowColumns = [
  { name: 'time_received', kind: 'seconds', type: 'DateTime', elements: [], sflow: 'receive time', unit: 's', graphql: { name: 'datetime', scalar: 'Time' }, rollup: true, description: 'When the collector received the datagram; the time axis of all questions' },
  { name: 'flow_start', kind: 'ms', type: "DateTime64(3, 'UTC')", elements: [152, 150, 154, 156, 158, 22, 323, 322, 324, 325], sflow: 'receive time', unit: 'ms', rollup: false, description: 'First packet of the flow by the exporter’s clock' },
  { name: 'flow_end', kind: 'ms', type: "DateTime64(3, 'UTC')", elements: [153, 151, 155, 157, 159, 21, 323, 322, 324, 325], sflow: 'receive time', unit: 'ms', rollup: false, description: 'Last packet of the flow by the exporter’s clock' },
  { name: 'account', kind: 'u16', type: 'UInt16', elements: [], sflow: '', unit: '', rollup: true, description: 'Number of the account that the router belongs to' },
  { name: 'router', kind: 'ip', type: 'IPv6', elements: [], sflow: 'agent address', unit: '', graphql: { name: 'routerAddress', scalar: 'string' }, rollup: true, description: 'Registered address of the exporter (sFlow: the agent address where that is registered)' },
  { name: 'observation_domain', kind: 'u32', type: 'UInt32', elements: [], sflow: 'sub-agent id', unit: '', graphql: { name: 'observationDomain', scalar: 'uint32', extension: true }, rollup: false, description: 'NetFlow v9 source id, IPFIX observation domain id, v5 engine type and id, sFlow sub-agent id' },
  { name: 'export_protocol', kind: 'u8', type: enum8(exportProtocols), elements: [], sflow: 'version', unit: '', graphql: { name: 'exportProtocol', scalar: 'string', extension: true }, rollup: true, description: 'Protocol that the flow came by' },
  { name: 'src_addr', kind: 'ip', type: 'IPv6', elements: [8, 27], sflow: 'sampled header', unit: '', graphql: { name: 'sourceAddress', scalar: 'string' }, rollup: false, description: 'Source address, IPv4 mapped into IPv6' },
  { name: 'dst_addr', kind: 'ip', type: 'IPv6', elements: [12, 28], sflow: 'sampled header', unit: '', graphql: { name: 'destinationAddress', scalar: 'string' }, rollup: false, description: 'Destination address, IPv4 mapped into IPv6' },
  { name: 'src_port', kind: 'u16', type: 'UInt16', elements: [7, 180, 182], sflow: 'sampled header', unit: '', graphql: { name: 'sourcePort', scalar: 'uint16' }, rollup: false, description: 'Source port of TCP, UDP, SCTP, DCCP' },
  { name: 'dst_port', kind: 'u16', type: 'UInt16', elements: [11, 181, 183], sflow: 'sampled header', unit: '', graphql: { name: 'destinationPort', scalar: 'uint16' }, rollup: false, description: 'Destination port of TCP, UDP, SCTP, DCCP' },
  { name: 'protocol', kind: 'u8', type: 'UInt8', elements: [4], sflow: 'sampled header', unit: '', graphql: { name: 'protocol', scalar: 'uint16' }, rollup: true, description: 'IP protocol number (IANA)' },
  { name: 'tcp_flags', kind: 'u16', type: 'UInt16', elements: [6], sflow: 'sampled header', unit: '', graphql: { name: 'tcpFlags', scalar: 'uint16' }, rollup: false, description: 'TCP flags, all packets of the flow or-ed together' },
  { name: 'tos', kind: 'u8', type: 'UInt8', elements: [5], sflow: 'sampled header', unit: '', graphql: { name: 'ipToS', scalar: 'uint64' }, rollup: false, description: 'IPv4 type of service or IPv6 traffic class' },
  { name: 'ttl', kind: 'u8', type: 'UInt8', elements: [192, 52], sflow: 'sampled header', unit: '', graphql: { name: 'ipTtl', scalar: 'uint8', extension: true }, rollup: false, description: 'IPv4 time to live or IPv6 hop limit' },
  { name: 'icmp_type', kind: 'u8', type: 'UInt8', elements: [176, 178, 32, 139], sflow: 'sampled header', unit: '', graphql: { name: 'icmpType', scalar: 'uint8', extension: true }, rollup: false, description: 'ICMP or ICMPv6 type' },
  { name: 'icmp_code', kind: 'u8', type: 'UInt8', elements: [177, 179, 32, 139], sflow: 'sampled header', unit: '', graphql: { name: 'icmpCode', scalar: 'uint8', extension: true }, rollup: false, description: 'ICMP or ICMPv6 code' },
  { name: 'fragment_id', kind: 'u32', type: 'UInt32', elements: [54], sflow: 'sampled header', unit: '', graphql: { name: 'fragmentID', scalar: 'uint32', extension: true }, rollup: false, description: 'IP identification' },
  { name: 'fragment_offset', kind: 'u16', type: 'UInt16', elements: [88], sflow: 'sampled header', unit: '8 bytes', graphql: { name: 'fragmentOffset', scalar: 'uint16', extension: true }, rollup: false, description: 'IP fragment offset in units of 8 bytes; not 0 in every fragment but the first' },
  { name: 'fragment_flags', kind: 'u8', type: 'UInt8', elements: [197], sflow: 'sampled header', unit: '', graphql: { name: 'fragmentFlags', scalar: 'uint8', extension: true }, rollup: false, description: 'IPv4 fragment flags as in IE 197: bit 6 don’t fragment, bit 5 more fragments' },
  { name: 'flow_label', kind: 'u32', type: 'UInt32', elements: [31], sflow: 'sampled header', unit: '', graphql: { name: 'flowLabel', scalar: 'uint32', extension: true }, rollup: false, description: 'IPv6 flow label' },
  { name: 'ethertype', kind: 'u16', type: 'UInt16', elements: [256], sflow: 'sampled header', unit: '', graphql: { name: 'ethertype', scalar: 'uint16' }, rollup: true, description: 'EtherType; derived from the address family where it is not exported' },
  { name: 'src_vlan', kind: 'u16', type: 'UInt16', elements: [58, 243, 245], sflow: 'extended switch, sampled header', unit: '', graphql: { name: 'sourceVlan', scalar: 'uint16', extension: true }, rollup: false, description: 'VLAN id on the way in' },
  { name: 'dst_vlan', kind: 'u16', type: 'UInt16', elements: [59, 254, 255], sflow: 'extended switch', unit: '', graphql: { name: 'destinationVlan', scalar: 'uint16', extension: true }, rollup: false, description: 'VLAN id on the way out' },
  { name: 'src_mac', kind: 'mac', type: 'UInt64', elements: [56, 81], sflow: 'sampled header', unit: '', graphql: { name: 'sourceMac', scalar: 'string', extension: true }, rollup: false, description: 'Source MAC address, 48 bits' },
  { name: 'dst_mac', kind: 'mac', type: 'UInt64', elements: [80, 57], sflow: 'sampled header', unit: '', graphql: { name: 'destinationMac', scalar: 'string', extension: true }, rollup: false, description: 'Destination MAC address, 48 bits' },
  { name: 'in_if', kind: 'u32', type: 'UInt32', elements: [10, 252], sflow: 'input interface', unit: '', graphql: { name: 'inputInterface', scalar: 'uint32', extension: true }, rollup: true, description: 'SNMP ifIndex of the input interface' },
  { name: 'out_if', kind: 'u32', type: 'UInt32', elements: [14, 253], sflow: 'output interface', unit: '', graphql: { name: 'outputInterface', scalar: 'uint32', extension: true }, rollup: true, description: 'SNMP ifIndex of the output interface' },
  { name: 'next_hop', kind: 'ip', type: 'IPv6', elements: [15, 62, 18, 63], sflow: 'extended router, extended gateway', unit: '', graphql: { name: 'nextHop', scalar: 'string', extension: true }, rollup: false, description: 'Next hop of the route' },
  { name: 'src_as', kind: 'u32', type: 'UInt32', elements: [16], sflow: 'extended gateway', unit: '', graphql: { name: 'sourceAS', scalar: 'uint32' }, rollup: true, description: 'Source AS number as exported, otherwise by address' },
  { name: 'dst_as', kind: 'u32', type: 'UInt32', elements: [17], sflow: 'extended gateway', unit: '', graphql: { name: 'destinationAS', scalar: 'uint32' }, rollup: true, description: 'Destination AS number as exported, otherwise by address' },
  { name: 'src_country', kind: 'ascii2', type: 'FixedString(2)', elements: [], sflow: '', unit: '', graphql: { name: 'sourceCountry', scalar: 'string', extension: true }, rollup: true, description: 'Country of the source address (ISO 3166-1 alpha-2)' },
  { name: 'dst_country', kind: 'ascii2', type: 'FixedString(2)', elements: [], sflow: '', unit: '', graphql: { name: 'destinationCountry', scalar: 'string', extension: true }, rollup: true, description: 'Country of the destination address (ISO 3166-1 alpha-2)' },
  { name: 'src_mask', kind: 'u8', type: 'UInt8', elements: [9, 29], sflow: 'extended router', unit: 'bits', graphql: { name: 'sourcePrefixLength', scalar: 'uint8', extension: true }, rollup: false, description: 'Prefix length of the route to the source' },
  { name: 'dst_mask', kind: 'u8', type: 'UInt8', elements: [13, 30], sflow: 'extended router', unit: 'bits', graphql: { name: 'destinationPrefixLength', scalar: 'uint8', extension: true }, rollup: false, description: 'Prefix length of the route to the destination' },
  { name: 'mpls_label', kind: 'u32', type: 'UInt32', elements: [70], sflow: 'sampled header', unit: '', graphql: { name: 'mplsLabel', scalar: 'uint32', extension: true }, rollup: false, description: 'Top MPLS label, 20 bits' },
  { name: 'tunnel', kind: 'u8', type: enum8(tunnels), elements: [], sflow: 'sampled header', unit: '', graphql: { name: 'tunnel', scalar: 'string', extension: true }, rollup: false, description: 'Kind of the outermost tunnel around the flow' },
  { name: 'tunnel_src', kind: 'ip', type: 'IPv6', elements: [], sflow: 'sampled header', unit: '', graphql: { name: 'tunnelSourceAddress', scalar: 'string', extension: true }, rollup: false, description: 'Outer source address' },
  { name: 'tunnel_dst', kind: 'ip', type: 'IPv6', elements: [], sflow: 'sampled header', unit: '', graphql: { name: 'tunnelDestinationAddress', scalar: 'string', extension: true }, rollup: false, description: 'Outer destination address' },
  { name: 'vni', kind: 'u32', type: 'UInt32', elements: [], sflow: 'sampled header', unit: '', graphql: { name: 'vni', scalar: 'uint32', extension: true }, rollup: false, description: 'VXLAN or Geneve network identifier, GTP-U tunnel endpoint id' },
  { name: 'nat_src_addr', kind: 'ip', type: 'IPv6', elements: [225, 281, 40001], sflow: '', unit: '', graphql: { name: 'natSourceAddress', scalar: 'string', extension: true }, rollup: false, description: 'Source address after translation' },
  { name: 'nat_dst_addr', kind: 'ip', type: 'IPv6', elements: [226, 282, 40002], sflow: '', unit: '', graphql: { name: 'natDestinationAddress', scalar: 'string', extension: true }, rollup: false, description: 'Destination address after translation' },
  { name: 'nat_src_port', kind: 'u16', type: 'UInt16', elements: [227, 40003], sflow: '', unit: '', graphql: { name: 'natSourcePort', scalar: 'uint16', extension: true }, rollup: false, description: 'Source port after translation' },
  { name: 'nat_dst_port', kind: 'u16', type: 'UInt16', elements: [228, 40004], sflow: '', unit: '', graphql: { name: 'natDestinationPort', scalar: 'uint16', extension: true }, rollup: false, description: 'Destination port after translation' },
  { name: 'forwarding_status', kind: 'u8', type: 'UInt8', elements: [89, 233, 40005], sflow: 'output format 1 (discarded)', unit: '', graphql: { name: 'forwardingStatus', scalar: 'uint8', extension: true }, rollup: false, description: 'Forwarding status and reason (RFC 7270): 64 to 127 forwarded, 128 to 191 dropped; 128 where a firewall reports that it denied the flow' },
  { name: 'observed_at', kind: 'u8', type: enum8(observationPoints), elements: [61], sflow: 'source id against interfaces', unit: '', graphql: { name: 'observedAt', scalar: 'string', extension: true }, rollup: false, description: 'Whether the router saw the flow coming in or going out' },
  { name: 'direction', kind: 'u8', type: enum8(directions), elements: [], sflow: '', unit: '', graphql: { name: 'direction', scalar: 'string', extension: true }, rollup: true, description: 'Direction as seen from the own networks' },
  { name: 'bytes', kind: 'u64', type: 'UInt64', elements: [1, 85, 231, 23, 352, 353], sflow: 'frame length', unit: 'bytes', rollup: true, description: 'Bytes as exported; times sampling_rate estimates the traffic' },
  { name: 'packets', kind: 'u64', type: 'UInt64', elements: [2, 86, 298, 24], sflow: '1 a sample', unit: 'packets', rollup: true, description: 'Packets as exported; times sampling_rate estimates the traffic' },
  { name: 'sampling_rate', kind: 'u32', type: 'UInt32', elements: [34, 50, 305, 309, 311], sflow: 'sampling rate of the sample', unit: '1 in N', graphql: { name: 'samplingRate', scalar: 'uint32', extension: true }, rollup: true, description: 'Factor between exported and estimated counters' },
  { name: 'sampling_source', kind: 'u8', type: enum8(samplingSources), elements: [], sflow: 'always header', unit: '', graphql: { name: 'samplingSource', scalar: 'string', extension: true }, rollup: true, description: 'Where sampling_rate was learnt' },
  { name: 'rule_ids', kind: 'ids', type: 'Array(LowCardinality(FixedString(16)))', elements: [], sflow: '', unit: '', graphql: { name: 'ruleIDs', scalar: 'string' }, rollup: false, description: 'Ids of the rules whose prefixes hold an address of the flow, 32 for each end at the most' },
] as const satisfies readonly FlowColumn[]

export type FlowColumnRow = (typeof flowColumns)[number]
export type FlowColumnName = FlowColumnRow['name']

/** The row of a column, for code that holds a name. */
export const flowColumn = Object.fromEntries(flowColumns.map((column) => [column.name, column])) as Readonly<
  Record<string, FlowColumn>
> as Readonly<
  // fromEntries forgets the keys; they are exactly the names of the table.
  Record<FlowColumnName, FlowColumn>
>
