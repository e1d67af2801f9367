// The fields of headers that nftables can look at, one by one: of which packets, how large, and how nft names them.

/** A match statement of `nft -j` (libnftables-json(5)). It holds no text from outside of this program. */
export type NftStatement = Readonly<Record<string, unknown>>

export interface HeaderField {
  /** Highest value. */
  readonly most: bigint
  /** Left side of a match in JSON; null where the field has a match of its own kind. */
  readonly expression: NftStatement | null
  /** The same for people. */
  readonly text: string
}

const payload = (protocol: string, field: string): NftStatement => ({ payload: { protocol, field } })
export const raw = (base: 'nh' | 'th' | 'ih', offset: number, len: number): NftStatement => ({ payload: { base, offset, len } })

const address4 = 0xffff_ffffn
const address6 = (1n << 128n) - 1n

/**
 * What a packet is a part of. IPv6 has fragment headers with offset 0 and nothing to come (RFC 6946), which are of a whole
 * packet; IPv4 has no such thing.
 */
export const fragmentKind = { none: 0, wholeWithHeader: 1, first: 2, later: 3 } as const

/**
 * Fields whose names end in 4 or 6 are of that version only. A field of a transport header is read where nftables takes
 * that header to be, behind IPv6 extension headers too; in a later fragment, where there is none, something else is there
 * (seen on Linux 6.18), so `fragment` has to be asked as well.
 */
// One row a line: this is a table to be read down its columns.
// prettier-ignore
export const headerFields = {
  version: { most: 6n, expression: null, text: 'meta nfproto' },
  protocol: { most: 255n, expression: { meta: { key: 'l4proto' } }, text: 'meta l4proto' },
  source4: { most: address4, expression: payload('ip', 'saddr'), text: 'ip saddr' },
  destination4: { most: address4, expression: payload('ip', 'daddr'), text: 'ip daddr' },
  source6: { most: address6, expression: payload('ip6', 'saddr'), text: 'ip6 saddr' },
  destination6: { most: address6, expression: payload('ip6', 'daddr'), text: 'ip6 daddr' },
  length4: { most: 65_535n, expression: payload('ip', 'length'), text: 'ip length' },
  /** Without the 40 bytes of the header. */
  length6: { most: 65_535n, expression: payload('ip6', 'length'), text: 'ip6 length' },
  ttl4: { most: 255n, expression: payload('ip', 'ttl'), text: 'ip ttl' },
  ttl6: { most: 255n, expression: payload('ip6', 'hoplimit'), text: 'ip6 hoplimit' },
  dscp4: { most: 63n, expression: payload('ip', 'dscp'), text: 'ip dscp' },
  dscp6: { most: 63n, expression: payload('ip6', 'dscp'), text: 'ip6 dscp' },
  id4: { most: 65_535n, expression: payload('ip', 'id'), text: 'ip id' },
  dontFragment4: { most: 1n, expression: null, text: 'ip frag-off' },
  /** A value of `fragmentKind`. */
  fragment: { most: 3n, expression: null, text: '' },
  nextHeader6: { most: 255n, expression: payload('ip6', 'nexthdr'), text: 'ip6 nexthdr' },
  /** Bytes behind the IPv4 header; only "fewer than n" can be asked. */
  payload4: { most: 65_515n, expression: null, text: 'ip hdrlength . ip length' },
  sourcePort: { most: 65_535n, expression: raw('th', 0, 16), text: 'th sport' },
  destinationPort: { most: 65_535n, expression: raw('th', 16, 16), text: 'th dport' },
  icmpType: { most: 255n, expression: raw('th', 0, 8), text: '@th,0,8' },
  icmpCode: { most: 255n, expression: raw('th', 8, 8), text: '@th,8,8' },
  tcpFlags: { most: 255n, expression: raw('th', 104, 8), text: '@th,104,8' },
  /** The whole byte: its upper four bits are the length in words. */
  tcpHeader: { most: 255n, expression: raw('th', 96, 8), text: '@th,96,8' },
  tcpWindow: { most: 65_535n, expression: raw('th', 112, 16), text: '@th,112,16' },
  udpLength: { most: 65_535n, expression: raw('th', 32, 16), text: '@th,32,16' },
} as const satisfies Record<string, HeaderField>

export type HeaderFieldName = keyof typeof headerFields

export function isHeaderField(name: string): name is HeaderFieldName {
  return Object.hasOwn(headerFields, name)
}
