// A flow of simulated traffic, before any protocol has encoded it.

export interface SimFlow {
  /** 4 bytes (IPv4) or 16 bytes (IPv6), network order; both addresses have one family. */
  readonly source: Uint8Array
  readonly destination: Uint8Array
  /** For ICMP and ICMPv6, sourcePort is 0 and destinationPort is type × 256 + code, as NetFlow has it. */
  readonly sourcePort: number
  readonly destinationPort: number
  readonly protocol: number
  readonly tcpFlags: number
  readonly tos: number
  /** SNMP ifIndex. */
  readonly inInterface: number
  readonly outInterface: number
  /** Bytes at the IP layer and packets, as a sampling router counts them: times its rate they are the traffic. */
  readonly bytes: number
  readonly packets: number
  /** 0 where the router knows no AS. */
  readonly sourceAs: number
  readonly destinationAs: number
  readonly sourceMask: number
  readonly destinationMask: number
  /** Same family as the addresses. */
  readonly nextHop: Uint8Array
  /** How long before its export the flow ended, and how long it lasted, in ms. */
  readonly age: number
  readonly duration: number
  /** Of packets that are parts of larger ones. */
  readonly fragment?: SimFragment
}

export interface SimFragment {
  /** In units of 8 bytes; ports stand in the first fragment, whose offset is 0. */
  readonly offset: number
  /** More fragments follow. */
  readonly more: boolean
}

export const ipProtocol = { icmp: 1, tcp: 6, udp: 17, gre: 47, icmp6: 58 } as const

/** TCP flag bits (RFC 9293). */
export const tcpFlag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const
