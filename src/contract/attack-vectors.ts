// Kinds of attack traffic: by which fields of a flow each is told, and what it takes to be called an attack.
import type { Sensitivity } from './rule.ts'

/** TCP flag bits (RFC 9293 §3.1). */
const [fin, syn, rst, psh, ack, urg] = [1, 2, 4, 8, 16, 32] as const

export interface AttackVectorRow {
  /** As in the API: `dns_amplification`. */
  readonly name: string
  /** As people read it. */
  readonly title: string
  /** IP protocol number (IANA); null for any other than those of the table. */
  readonly protocol: number | null
  /** TCP flags: pairs of those that must be set and those that must not. The first row of the table that fits has the packet. */
  readonly flags?: readonly (readonly [set: number, clear: number])[]
  /** UDP source ports, as from and to, both included. */
  readonly ports?: readonly (readonly [from: number, to: number])[]
  /** Bytes a packet below which it is an everyday answer and counts as `udp_flood` instead. */
  readonly leastLength?: number
  /** Everyday traffic has one of these ports at both ends, and then counts as `udp_flood` instead. */
  readonly peers?: true
  /** Part of a fragmented packet. */
  readonly fragment?: true
  /** Distinct senders within the window below which it is no attack but somebody's transfer. */
  readonly senders: number
  /** Everyday traffic brings so much of that other vector with it that only what goes beyond this counts. */
  readonly matchedBy?: string
  /** Larger packets in the mean are a transfer. */
  readonly mostLength?: number
  /** Everyday traffic may have much of it, so it is not judged until what is normal is known. */
  readonly learnt?: true
  /** By what it is told, for the page. */
  readonly told: string
}

const tcp = 6
const udp = 17
const one = (port: number): readonly (readonly [number, number])[] => [[port, port]]

/**
 * In order: of rows that fit a packet, the first has it. Row n has the code n + 1; 0 stands for none.
 *
 * The senders that a row asks for: 2 where no clean service of the kind crosses the Internet, 5 to 10 where a few servers
 * answer a host, 20 where a site talks to some partners at high rates, 100 and more where every large site has many.
 */
// One row a line: this is a table to be read down its columns.
// prettier-ignore
export const attackVectors = [
  { name: 'ip_fragments', title: 'Fragment flood', protocol: null, fragment: true, senders: 10, learnt: true, told: 'any protocol, fragment offset not 0, or a first fragment that no amplification below claims; of NetFlow, UDP or TCP from port 0 to port 0' },
  { name: 'syn_flood', title: 'SYN flood', protocol: tcp, flags: [[syn, ack | fin | rst]], senders: 1, matchedBy: 'ack_flood', told: 'SYN without ACK, beyond what the established connections to the target explain' },
  { name: 'syn_ack_reflection', title: 'SYN-ACK reflection', protocol: tcp, flags: [[syn | ack, fin | rst | psh]], senders: 10, matchedBy: 'ack_flood', told: 'SYN and ACK, beyond what established connections explain' },
  { name: 'rst_flood', title: 'RST flood', protocol: tcp, flags: [[rst, syn | fin | psh]], senders: 5, matchedBy: 'ack_flood', told: 'RST with or without ACK, beyond what established connections explain; also reflected' },
  { name: 'tcp_flags_flood', title: 'TCP flags flood', protocol: tcp, flags: [[0, ack | syn | rst], [fin | syn, ack], [rst | syn, ack], [fin | syn | rst | psh | ack | urg, 0]], senders: 1, told: 'flags that no connection has: none, FIN, PSH or URG without ACK, SYN with FIN or RST, all. None at all counts only of sFlow: some routers export no flags' },
  { name: 'ack_flood', title: 'ACK flood', protocol: tcp, flags: [[0, 0]], senders: 150, mostLength: 200, matchedBy: 'syn_flood', learnt: true, told: 'all other TCP, packets of at most 200 bytes in the mean, beyond what new connections explain' },
  { name: 'dns_amplification', title: 'DNS amplification', protocol: udp, ports: one(53), leastLength: 300, senders: 10, learnt: true, told: 'UDP from port 53, from 300 bytes' },
  { name: 'ntp_amplification', title: 'NTP amplification', protocol: udp, ports: one(123), leastLength: 150, senders: 5, told: 'UDP from port 123, from 150 bytes: clean answers have 76 to 96, monlist 468' },
  { name: 'cldap_amplification', title: 'CLDAP amplification', protocol: udp, ports: one(389), senders: 2, told: 'UDP from port 389' },
  { name: 'memcached_amplification', title: 'Memcached amplification', protocol: udp, ports: one(11211), senders: 2, told: 'UDP from port 11211' },
  { name: 'ssdp_amplification', title: 'SSDP amplification', protocol: udp, ports: one(1900), senders: 5, told: 'UDP from port 1900' },
  { name: 'snmp_amplification', title: 'SNMP amplification', protocol: udp, ports: one(161), senders: 10, told: 'UDP from port 161' },
  { name: 'chargen_amplification', title: 'CHARGEN amplification', protocol: udp, ports: one(19), senders: 2, told: 'UDP from port 19' },
  { name: 'qotd_amplification', title: 'QOTD amplification', protocol: udp, ports: one(17), senders: 2, told: 'UDP from port 17' },
  { name: 'portmap_amplification', title: 'Portmap amplification', protocol: udp, ports: one(111), senders: 5, told: 'UDP from port 111 (RPC)' },
  { name: 'netbios_amplification', title: 'NetBIOS amplification', protocol: udp, ports: [[137, 138]], peers: true, senders: 5, told: 'UDP from port 137 or 138 to other ports' },
  { name: 'mdns_amplification', title: 'mDNS amplification', protocol: udp, ports: one(5353), peers: true, senders: 5, told: 'UDP from port 5353 to other ports' },
  { name: 'wsd_amplification', title: 'WS-Discovery amplification', protocol: udp, ports: one(3702), senders: 5, told: 'UDP from port 3702' },
  { name: 'ard_amplification', title: 'Apple Remote Desktop amplification', protocol: udp, ports: one(3283), senders: 5, told: 'UDP from port 3283' },
  { name: 'coap_amplification', title: 'CoAP amplification', protocol: udp, ports: one(5683), senders: 20, told: 'UDP from port 5683' },
  { name: 'tftp_amplification', title: 'TFTP amplification', protocol: udp, ports: one(69), senders: 5, told: 'UDP from port 69' },
  { name: 'sip_amplification', title: 'SIP reflection', protocol: udp, ports: [[5060, 5061]], peers: true, senders: 20, told: 'UDP from port 5060 or 5061 to other ports' },
  { name: 'l2tp_amplification', title: 'L2TP reflection', protocol: udp, ports: one(1701), peers: true, senders: 20, told: 'UDP from port 1701 to other ports' },
  { name: 'rip_amplification', title: 'RIP amplification', protocol: udp, ports: one(520), peers: true, senders: 5, told: 'UDP from port 520 to other ports' },
  { name: 'ike_amplification', title: 'IKE (ISAKMP) amplification', protocol: udp, ports: [[500, 500], [4500, 4500]], peers: true, senders: 50, told: 'UDP from port 500 or 4500 to other ports' },
  { name: 'ipmi_amplification', title: 'IPMI amplification', protocol: udp, ports: one(623), senders: 5, told: 'UDP from port 623' },
  { name: 'slp_amplification', title: 'SLP amplification', protocol: udp, ports: one(427), senders: 5, told: 'UDP from port 427' },
  { name: 'mssql_amplification', title: 'MS SQL browser amplification', protocol: udp, ports: one(1434), senders: 5, told: 'UDP from port 1434' },
  { name: 'xdmcp_amplification', title: 'XDMCP amplification', protocol: udp, ports: one(177), senders: 5, told: 'UDP from port 177' },
  { name: 'ubiquiti_amplification', title: 'Ubiquiti discovery amplification', protocol: udp, ports: one(10001), senders: 10, told: 'UDP from port 10001' },
  { name: 'dvr_amplification', title: 'DVR (DHCPDiscover) amplification', protocol: udp, ports: one(37810), senders: 10, told: 'UDP from port 37810' },
  { name: 'plex_amplification', title: 'Plex discovery amplification', protocol: udp, ports: [[32410, 32414]], senders: 10, told: 'UDP from ports 32410 to 32414' },
  { name: 'stun_amplification', title: 'STUN reflection', protocol: udp, ports: one(3478), senders: 50, learnt: true, told: 'UDP from port 3478' },
  { name: 'openvpn_amplification', title: 'OpenVPN reflection', protocol: udp, ports: one(1194), peers: true, senders: 50, learnt: true, told: 'UDP from port 1194 to other ports' },
  { name: 'steam_amplification', title: 'Game server (Source, Steam) reflection', protocol: udp, ports: [[27015, 27050]], senders: 20, learnt: true, told: 'UDP from ports 27015 to 27050' },
  { name: 'quake_amplification', title: 'Quake protocol reflection', protocol: udp, ports: one(27960), senders: 20, told: 'UDP from port 27960' },
  { name: 'quic_reflection', title: 'QUIC or DTLS reflection', protocol: udp, ports: one(443), senders: 150, learnt: true, told: 'UDP from port 443' },
  { name: 'udp_flood', title: 'UDP flood', protocol: udp, senders: 20, learnt: true, told: 'all other UDP' },
  { name: 'icmp_flood', title: 'ICMP flood', protocol: 1, senders: 1, told: 'IP protocol 1' },
  { name: 'icmpv6_flood', title: 'ICMPv6 flood', protocol: 58, senders: 1, told: 'IP protocol 58' },
  { name: 'gre_flood', title: 'GRE flood', protocol: 47, senders: 20, learnt: true, told: 'IP protocol 47, by the outer destination' },
  { name: 'esp_flood', title: 'ESP flood', protocol: 50, senders: 20, learnt: true, told: 'IP protocol 50' },
  { name: 'ipip_flood', title: 'IP-in-IP flood', protocol: 4, senders: 20, learnt: true, told: 'IP protocol 4 or 41, by the outer destination' },
  { name: 'other_protocol_flood', title: 'Flood of another IP protocol', protocol: null, senders: 5, learnt: true, told: 'any other IP protocol' },
] as const satisfies readonly AttackVectorRow[]

export type AttackVectorName = (typeof attackVectors)[number]['name']

/** Code of each vector, 1 upwards. */
export const attackVectorCode = Object.fromEntries(attackVectors.map(({ name }, index) => [name, index + 1])) as Readonly<
  // fromEntries forgets the keys; they are exactly the names of the table.
  Record<AttackVectorName, number>
>

/** The row of a code. */
export function attackVectorOf(code: number): AttackVectorRow {
  return attackVectors[code - 1]
}

/** What a sensitivity takes for an attack. Rates are those of one vector towards one target, per second. */
export interface DdosSensitivityRow {
  /** Below both it is none. */
  readonly leastPackets: number
  readonly leastBits: number
  /** So many times what is normal. */
  readonly factor: number
}

export const ddosSensitivities = {
  low: { leastPackets: 100_000, leastBits: 500_000_000, factor: 8 },
  medium: { leastPackets: 20_000, leastBits: 100_000_000, factor: 5 },
  high: { leastPackets: 5_000, leastBits: 20_000_000, factor: 3 },
} as const satisfies Record<Sensitivity, DdosSensitivityRow>
