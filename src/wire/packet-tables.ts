// Numbers found in packet headers: EtherTypes, IP protocols, and how each link type of a capture starts.

/** IEEE 802 EtherTypes that the header walk understands; ARP is only described. */
export const etherType = {
  ipv4: 0x0800,
  arp: 0x0806,
  vlan: 0x8100,
  /** 802.1ad service tag, and the values that were in use for it before. */
  serviceVlan: 0x88a8,
  oldServiceVlan: 0x9100,
  oldServiceVlan2: 0x9200,
  ipv6: 0x86dd,
  mpls: 0x8847,
  mplsUpstream: 0x8848,
  pppoeSession: 0x8864,
  /** A whole Ethernet frame: Transparent Ethernet Bridging, in GRE and what borrows its numbers. */
  bridged: 0x6558,
  /** ERSPAN types I and II, and III: mirrored frames behind GRE. */
  erspan: 0x88be,
  erspan3: 0x22eb,
} as const

/** Smallest EtherType; below it the two bytes are an 802.3 length. */
export const smallestEtherType = 0x0600

/** PPP protocol numbers (RFC 1661 and its registry). */
export const pppProtocol = { ipv4: 0x0021, ipv6: 0x0057, mpls: 0x0281 } as const

/** IANA protocol numbers that the header walk reads: transport protocols, and what carries whole packets. */
export const ipProtocol = {
  icmp: 1,
  ipv4: 4,
  tcp: 6,
  udp: 17,
  dccp: 33,
  ipv6: 41,
  gre: 47,
  icmpv6: 58,
  sctp: 132,
  udplite: 136,
  mpls: 137,
  /** RFC 8986 §4.4: an Ethernet frame behind the headers of SRv6. */
  ethernet: 143,
} as const

/** UDP destination ports of tunnels. 8472 is what Linux took for VXLAN before IANA gave it 4789. */
export const tunnelPort = { gtpu: 2152, vxlan: 4789, vxlanGpe: 4790, geneve: 6081, mpls: 6635, oldVxlan: 8472 } as const

/** IPv6 routing header, and its type for segments (RFC 8754 §2). */
export const routingHeader = 43
export const segmentRoutingType = 4

/**
 * IPv6 extension headers and how their length is told (RFC 8200 §4, RFC 4302 §2.2): `eights` is (n + 1) × 8 bytes,
 * `fours` (n + 2) × 4 bytes, `fragment` always 8. ESP (50) is not here: what follows it is encrypted.
 */
export const extensionHeaders: ReadonlyMap<number, 'eights' | 'fours' | 'fragment'> = new Map([
  [0, 'eights'], // hop-by-hop options
  [43, 'eights'], // routing
  [44, 'fragment'],
  [51, 'fours'], // authentication header
  [60, 'eights'], // destination options
  [135, 'eights'], // mobility
  [139, 'eights'], // host identity
  [140, 'eights'], // shim6
])

/** Link types (https://www.tcpdump.org/linktypes.html) that are read. */
export const linkType = {
  null: 0,
  ethernet: 1,
  ppp: 9,
  /** What BSDs write for raw IP in place of 101. */
  rawBsd: 12,
  rawOpenBsd: 14,
  raw: 101,
  loop: 108,
  linuxCooked: 113,
  ipv4: 228,
  ipv6: 229,
  nflog: 239,
  linuxCooked2: 276,
  /** No link type of a file: the label stack of sFlow header protocol 13. Outside the 16 bits of the registry. */
  mpls: 0x1_0000,
} as const

/**
 * Address families before a packet of link types NULL and LOOP: the number of the machine that captured. IPv4 is 2
 * everywhere; IPv6 is 10 on Linux, 24 on NetBSD and OpenBSD, 28 on FreeBSD, 30 on macOS.
 */
export const familyEtherTypes: ReadonlyMap<number, number> = new Map([
  [2, etherType.ipv4],
  [10, etherType.ipv6],
  [24, etherType.ipv6],
  [28, etherType.ipv6],
  [30, etherType.ipv6],
])

/** NFLOG attributes (linux/netfilter/nfnetlink_log.h): the header with the EtherType, and the packet. */
export const nflogAttribute = { packetHeader: 1, payload: 9 } as const
