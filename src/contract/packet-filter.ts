// What a packet filter says, once read: the tree that the filter language becomes, and that is compiled to nftables, BPF,
// SQL and a test of headers. The language is described by the tables here; src/filter reads it.

/** Inclusive. */
export type NumberSpan = readonly [from: number, to: number]

export const filterSides = ['source', 'destination', 'either'] as const
/** Which end of the packet a condition is about; `either`: one of the two suffices. */
export type FilterSide = (typeof filterSides)[number]

interface NumberField {
  /** What the language calls it; the first is the one that is printed. */
  readonly names: readonly [string, ...string[]]
  readonly least: number
  readonly most: number
  readonly description: string
  readonly example: string
}

/** Fields that hold one number. */
export const numberFields = {
  protocol: {
    names: ['proto', 'protocol'],
    least: 0,
    most: 255,
    description: 'IP protocol (of IPv6 the last next header), by number or name',
    example: 'proto 47',
  },
  version: { names: ['version', 'ip.version'], least: 4, most: 6, description: 'IP version; ip4 and ip6 for short', example: 'ip6' },
  length: {
    names: ['len', 'length'],
    least: 0,
    most: 65_535,
    description: 'Bytes of the IP packet, its header included',
    example: 'len > 500',
  },
  ttl: { names: ['ttl', 'hoplimit'], least: 0, most: 255, description: 'Time to live, or hop limit', example: 'ttl < 32' },
  dscp: { names: ['dscp'], least: 0, most: 63, description: 'Differentiated services code point', example: 'dscp 46' },
  icmp_type: { names: ['icmp.type'], least: 0, most: 255, description: 'Type of ICMP or ICMPv6', example: 'icmp.type 8' },
  icmp_code: { names: ['icmp.code'], least: 0, most: 255, description: 'Code of ICMP or ICMPv6', example: 'icmp.code 0' },
  window: { names: ['tcp.window'], least: 0, most: 65_535, description: 'TCP window as in the header', example: 'tcp.window 1024' },
  ip_id: { names: ['ip.id'], least: 0, most: 65_535, description: 'Identification of the IPv4 header', example: 'ip.id 54321' },
  dont_fragment: { names: ['ip.df'], least: 0, most: 1, description: "Don't-fragment bit of the IPv4 header", example: 'ip.df 1' },
  tcp_header: {
    names: ['tcp.doff'],
    least: 0,
    most: 15,
    description: 'Length of the TCP header in 32-bit words, options included; 5 is none',
    example: 'tcp.doff 5',
  },
  udp_length: { names: ['udp.length'], least: 0, most: 65_535, description: 'Length as in the UDP header', example: 'udp.length > 400' },
} as const satisfies Record<string, NumberField>
export type NumberFieldName = keyof typeof numberFields

/**
 * Where bytes are counted from. `transport`: the header behind IP and its extension headers, of any protocol, so that
 * `transport[20:4]` are the first options of TCP. `payload`: behind the header of UDP, or of TCP with its options.
 */
export const byteBases = ['transport', 'payload'] as const
export type ByteBase = (typeof byteBases)[number]

/** Bytes that one condition compares at most, and the last byte that it may reach: what one load of nftables can do. */
export const byteLimits = { length: 16, end: 255 } as const

/** IP protocols that have a name in the language: `udp` for short, or `proto udp`. Names of the same number: the first is printed. */
export const protocolWords = {
  tcp: 6,
  udp: 17,
  icmp: 1,
  icmp6: 58,
  icmpv6: 58,
  gre: 47,
  esp: 50,
  ah: 51,
  sctp: 132,
  igmp: 2,
  ipip: 4,
  sixinfour: 41,
  dccp: 33,
  ospf: 89,
  pim: 103,
  vrrp: 112,
  l2tp: 115,
  udplite: 136,
} as const

const spellings: Readonly<Record<string, string>> = { icmp6: 'ICMPv6', icmpv6: 'ICMPv6', sixinfour: '6in4', udplite: 'UDP-Lite' }

/** The protocol of a word, as it is written in prose: `GRE`, `6in4`. */
export function protocolSpelling(word: string): string {
  return spellings[word] ?? word.toUpperCase()
}

/** Protocols whose header begins with a source and a destination port: TCP, UDP, DCCP, SCTP, UDP-Lite. */
export const portProtocols = [6, 17, 33, 132, 136] as const

/** Bits of the 13th byte of the TCP header, by the names of the language. */
export const tcpFlagBits = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10, urg: 0x20, ece: 0x40, cwr: 0x80 } as const

/**
 * A condition on one packet. A condition on a header that the packet does not have is false; its negation is true.
 * Later fragments have no ports, TCP flags and ICMP types.
 */
export type PacketFilter =
  | { readonly kind: 'all' | 'any'; readonly of: readonly PacketFilter[] }
  | { readonly kind: 'not'; readonly of: PacketFilter }
  /** `prefixes`: CIDR text in canonical form, of both versions as they come; at least one. */
  | { readonly kind: 'address'; readonly side: FilterSide; readonly prefixes: readonly string[] }
  /** Of TCP, UDP, SCTP, UDP-Lite and DCCP. At least one span. */
  | { readonly kind: 'port'; readonly side: FilterSide; readonly spans: readonly NumberSpan[] }
  /** At least one span. */
  | { readonly kind: 'number'; readonly field: NumberFieldName; readonly spans: readonly NumberSpan[] }
  /** All bits of `set` are there and none of `unset`. */
  | { readonly kind: 'tcp_flags'; readonly set: number; readonly unset: number }
  /**
   * The bytes from `offset` on, after `mask` has been applied, are those of `value`. `value` and `mask` are hex of the same
   * even length, `value` has no bit that `mask` has not; null for all bits. False where the packet ends before. It is never
   * negated: the language refuses that, because not every renderer could say it.
   */
  | { readonly kind: 'bytes'; readonly base: ByteBase; readonly offset: number; readonly value: string; readonly mask: string | null }
  /** `first`: offset 0 and more to come; `later`: offset above 0; `any`: one of the two. */
  | { readonly kind: 'fragment'; readonly part: 'any' | 'first' | 'later' }

/** The original's filter (contract §3.2). Absent fields match everything. */
export interface FilterV1 {
  readonly source_address?: string
  readonly destination_address?: string
  readonly source_port?: number
  readonly destination_port?: number
  readonly protocol?: number
}

/** What is wrong with the text of a filter. */
export interface FilterFault {
  readonly message: string
  /** Characters from the start of the text, `to` exclusive; equal at the end of the text. */
  readonly from: number
  readonly to: number
  /** What could stand there, the likeliest first; at most 8. */
  readonly expected: readonly string[]
}

/** One thing that a filter can ask for, as help shows it. */
export interface FilterField {
  /** The first is the one that is printed. */
  readonly names: readonly [string, ...string[]]
  readonly takes: 'address' | 'port' | 'number' | 'flags' | 'part' | 'bytes' | 'nothing'
  readonly description: string
  readonly example: string
}

const conditionFields: readonly FilterField[] = [
  { names: ['src', 'source', 'src.ip', 'ip.src'], takes: 'address', description: 'Source address or prefix', example: 'src 203.0.113.7' },
  {
    names: ['dst', 'destination', 'dst.ip', 'ip.dst'],
    takes: 'address',
    description: 'Destination address or prefix',
    example: 'dst in {203.0.113.0/24, 2001:db8::/32}',
  },
  { names: ['host', 'net', 'ip.addr'], takes: 'address', description: 'Source or destination', example: 'host 2001:db8::7' },
  { names: ['src port', 'sport', 'src.port'], takes: 'port', description: 'Source port', example: 'src port 53' },
  { names: ['dst port', 'dport', 'dst.port'], takes: 'port', description: 'Destination port', example: 'dst port in {80, 443, 8000-8999}' },
  { names: ['port', 'portrange'], takes: 'port', description: 'Source or destination port', example: 'port 123' },
  {
    names: ['flags', 'tcp.flags'],
    takes: 'flags',
    description: 'TCP flags that are set, and with ! those that are not; any for every TCP header',
    example: 'flags syn,!ack',
  },
  {
    names: ['fragment', 'frag'],
    takes: 'part',
    description: 'Part of a fragmented packet; first for the one with the ports, later for all others',
    example: 'fragment later',
  },
  {
    names: ['payload'],
    takes: 'bytes',
    description: `Bytes behind the header of UDP or TCP: [offset:length], or [offset] for one; at most ${byteLimits.length}, as hex or quoted text. Cannot be negated`,
    example: 'payload[2:2] 0x8180',
  },
  {
    names: ['transport'],
    takes: 'bytes',
    description: 'Bytes behind the IP header, of any protocol; bits with & and a mask. Cannot be negated',
    example: 'transport[12] & 0xf0 == 0x50',
  },
]

/** Everything that a filter can ask for; names of protocols and `ip4`, `ip6` for short stand alone. */
export const filterFields: readonly FilterField[] = [
  ...conditionFields,
  ...Object.values(numberFields).map(({ names, description, example }): FilterField => ({ names, takes: 'number', description, example })),
  {
    names: ['tcp', 'udp', 'icmp', 'icmp6', 'gre', 'esp', 'ip4', 'ip6'],
    takes: 'nothing',
    description: 'Protocol or IP version by its name; before a port, both',
    example: 'udp port 53',
  },
]

/** What stands between a field and its value, and between conditions. */
export const filterOperators: readonly {
  readonly names: readonly [string, ...string[]]
  readonly description: string
  readonly example: string
}[] = [
  { names: ['and', '&&'], description: 'Both; binds closer than or', example: 'udp and src port 53' },
  { names: ['or', '||'], description: 'One of the two, or both', example: 'port 53 or port 123' },
  { names: ['not', '!'], description: 'Not; also true where the packet lacks the header', example: 'not port 443' },
  { names: ['( )'], description: 'First what is inside', example: 'tcp and (port 80 or port 443)' },
  { names: ['==', '=', 'eq'], description: 'Is; may be left out', example: 'ttl == 1' },
  { names: ['!=', 'ne'], description: 'Is not', example: 'src != 192.0.2.1' },
  { names: ['<', '<=', '>', '>=', 'lt', 'le', 'gt', 'ge'], description: 'Below, above', example: 'len >= 1000' },
  { names: ['in', 'not in'], description: 'One of a prefix, a range or a list in braces', example: 'port in {53, 123, 1000-2000}' },
]

/** Whole filters to begin with. */
export const filterExamples: readonly { readonly filter: string; readonly description: string }[] = [
  { filter: 'dst in 203.0.113.0/24 and udp and src port 53 and len > 500', description: 'Large answers of DNS servers to a network' },
  { filter: 'dst 203.0.113.7 and flags syn,!ack', description: 'New TCP connections to a host' },
  { filter: 'dst 203.0.113.7 and not (tcp and dst port in {80, 443})', description: 'All but web traffic to a host' },
  { filter: 'udp and src port 11211 and payload[8:6] "VALUE "', description: 'Answers of memcached servers' },
  { filter: 'host 2001:db8::/32 and (icmp6 or fragment)', description: 'ICMPv6 and fragments of an IPv6 network' },
]
