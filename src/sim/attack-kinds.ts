// The attacks that the simulator knows: those of the demo, and for trials one of each attack vector.
import type { AttackVectorName } from '../contract/attack-vectors.ts'
import { ipProtocol, tcpFlag, type SimFragment } from './flow.ts'

export interface AttackKind {
  readonly name: string
  readonly protocol: number
  readonly tcpFlags: number
  /** undefined for any port of a client. */
  readonly sourcePort: number | undefined
  readonly destinationPort: number | undefined
  /** Packet sizes at the IP layer, from and to. */
  readonly sizes: readonly [number, number]
  /** Largest number of sampled packets in one record. */
  readonly longest: number
  /** Hosts that send; undefined for forged sources, each used once. */
  readonly senders: number | undefined
  /** Own addresses that are hit: one, or all of a /24. */
  readonly targets: 1 | 254
  readonly fragment?: SimFragment
  readonly ipv6?: true
}

const { tcp, udp, icmp, icmp6, gre } = ipProtocol
const { fin, syn, rst, psh, ack } = tcpFlag

/** Of the demo, in turn. */
// prettier-ignore
export const demoAttacks: readonly AttackKind[] = [
  { name: 'DNS amplification', protocol: udp, tcpFlags: 0, sourcePort: 53, destinationPort: undefined, sizes: [1200, 1500], longest: 9, senders: 900, targets: 1 },
  { name: 'SYN flood', protocol: tcp, tcpFlags: syn, sourcePort: undefined, destinationPort: 443, sizes: [64, 64], longest: 2, senders: undefined, targets: 1 },
  { name: 'NTP reflection', protocol: udp, tcpFlags: 0, sourcePort: 123, destinationPort: undefined, sizes: [468, 482], longest: 12, senders: 400, targets: 1 },
  { name: 'carpet bombing', protocol: udp, tcpFlags: 0, sourcePort: 389, destinationPort: undefined, sizes: [1100, 1500], longest: 3, senders: 700, targets: 254 },
]

interface TrialAttack extends AttackKind {
  readonly vector: AttackVectorName
}

const flood = { tcpFlags: 0, sourcePort: undefined, destinationPort: undefined, longest: 1, targets: 1 } as const
const reflected = (vector: AttackVectorName, port: number, size: number, senders = 300): TrialAttack => {
  const sizes = [size, Math.min(1500, size + 40)] as const
  return { ...flood, name: vector, vector, protocol: udp, sourcePort: port, sizes, senders }
}
const overTcp = (vector: AttackVectorName, tcpFlags: number, senders?: number): TrialAttack => {
  return { ...flood, name: vector, vector, protocol: tcp, tcpFlags, destinationPort: 443, sizes: [64, 64], senders }
}

/** One of each vector, and carpet bombing. */
export function trialAttacks(): TrialAttack[] {
  return [
    {
      ...flood,
      name: 'ip_fragments',
      vector: 'ip_fragments',
      protocol: udp,
      sizes: [1500, 1500],
      senders: 300,
      fragment: { offset: 185, more: true },
    },
    overTcp('syn_flood', syn),
    { ...overTcp('syn_ack_reflection', syn | ack, 2000), sourcePort: 443, destinationPort: undefined },
    { ...overTcp('rst_flood', rst, 2000), sourcePort: 443, destinationPort: undefined },
    overTcp('tcp_flags_flood', fin | psh),
    overTcp('ack_flood', ack),
    reflected('dns_amplification', 53, 1400),
    reflected('ntp_amplification', 123, 468),
    reflected('cldap_amplification', 389, 1400),
    reflected('memcached_amplification', 11_211, 1428, 40),
    reflected('ssdp_amplification', 1900, 320),
    reflected('snmp_amplification', 161, 1200),
    reflected('chargen_amplification', 19, 1000, 60),
    reflected('qotd_amplification', 17, 500, 60),
    reflected('portmap_amplification', 111, 450),
    reflected('netbios_amplification', 137, 240),
    reflected('mdns_amplification', 5353, 400),
    reflected('wsd_amplification', 3702, 1300),
    reflected('ard_amplification', 3283, 1034),
    reflected('coap_amplification', 5683, 900),
    reflected('tftp_amplification', 69, 544),
    reflected('sip_amplification', 5060, 600),
    reflected('l2tp_amplification', 1701, 120),
    reflected('rip_amplification', 520, 532),
    reflected('ike_amplification', 4500, 232, 2000),
    reflected('ipmi_amplification', 623, 90),
    reflected('slp_amplification', 427, 1400),
    reflected('mssql_amplification', 1434, 600),
    reflected('xdmcp_amplification', 177, 200),
    reflected('ubiquiti_amplification', 10_001, 200),
    reflected('dvr_amplification', 37_810, 700),
    reflected('plex_amplification', 32_414, 300),
    reflected('stun_amplification', 3478, 120),
    reflected('openvpn_amplification', 1194, 100),
    reflected('steam_amplification', 27_015, 1400),
    reflected('quake_amplification', 27_960, 1000),
    reflected('quic_reflection', 443, 1240, 3000),
    { ...flood, name: 'udp_flood', vector: 'udp_flood', protocol: udp, sizes: [500, 1400], senders: undefined },
    { ...flood, name: 'icmp_flood', vector: 'icmp_flood', protocol: icmp, destinationPort: 8 << 8, sizes: [84, 1000], senders: undefined },
    {
      ...flood,
      name: 'icmpv6_flood',
      vector: 'icmpv6_flood',
      protocol: icmp6,
      destinationPort: 128 << 8,
      sizes: [104, 1000],
      senders: undefined,
      ipv6: true,
    },
    { ...flood, name: 'gre_flood', vector: 'gre_flood', protocol: gre, sizes: [540, 560], senders: 2000 },
    { ...flood, name: 'esp_flood', vector: 'esp_flood', protocol: 50, sizes: [100, 1400], senders: undefined },
    { ...flood, name: 'ipip_flood', vector: 'ipip_flood', protocol: 4, sizes: [100, 1400], senders: undefined },
    { ...flood, name: 'other_protocol_flood', vector: 'other_protocol_flood', protocol: 253, sizes: [100, 1400], senders: undefined },
    { ...reflected('cldap_amplification', 389, 1400, 700), name: 'cldap_amplification, carpet', targets: 254 },
    { ...overTcp('syn_flood', syn), name: 'syn_flood, carpet', targets: 254 },
  ]
}
