// Tells a captured packet in words: one line for a list, and its headers with their fields. Never throws: of a packet that
// is cut or damaged comes what can be read.
import type { PacketLayer } from '../contract/capture.ts'
import { Dissection, hexNumber, type Dissector, type NextHeader } from './packet-describe-fields.ts'
import { icmp, icmpv6 } from './packet-describe-icmp.ts'
import {
  authentication,
  destinationOptions,
  esp,
  fragment,
  hopByHop,
  hostIdentity,
  ipv4,
  ipv6,
  mobility,
  routing,
  shim6,
} from './packet-describe-ip.ts'
import { arp, ethernet, mpls, pppoe, vlan } from './packet-describe-link.ts'
import { etherTypeNames, protocolNames } from './packet-describe-names.ts'
import { data, udpService } from './packet-describe-services.ts'
import { keepsHeader } from './packet-mask.ts'
import { gre, sctp, tcp, udp, udpLite } from './packet-describe-transport.ts'
import { etherType, extensionHeaders, ipProtocol, linkType, smallestEtherType } from './packet-tables.ts'

/** Headers of one packet that are described. Four tunnels in each other stay below it. */
const maxLayers = 32

const etherTypes: ReadonlyMap<number, Dissector> = new Map<number, Dissector>([
  [etherType.ipv4, ipv4],
  [etherType.ipv6, ipv6],
  [etherType.arp, arp],
  [etherType.vlan, vlan],
  [etherType.serviceVlan, vlan],
  [etherType.oldServiceVlan, vlan],
  [etherType.oldServiceVlan2, vlan],
  [etherType.mpls, mpls],
  [etherType.mplsUpstream, mpls],
  [etherType.pppoeSession, pppoe],
  [etherType.bridged, ethernet],
])

const protocols: ReadonlyMap<number, Dissector> = new Map<number, Dissector>([
  [0, hopByHop],
  [ipProtocol.icmp, icmp],
  [ipProtocol.ipv4, ipv4],
  [ipProtocol.tcp, tcp],
  [ipProtocol.udp, udp],
  [ipProtocol.ipv6, ipv6],
  [43, routing],
  [44, fragment],
  [ipProtocol.gre, gre],
  [50, esp],
  [51, authentication],
  [ipProtocol.icmpv6, icmpv6],
  [60, destinationOptions],
  [ipProtocol.sctp, sctp],
  [135, mobility],
  [ipProtocol.udplite, udpLite],
  [ipProtocol.mpls, mpls],
  [139, hostIdentity],
  [140, shim6],
  [ipProtocol.ethernet, ethernet],
])

/** One packet of a list. */
export interface PacketLine {
  /** IP addresses; MAC addresses of what is not IP; empty when neither was captured. */
  readonly source: string
  readonly destination: string
  /** `TCP`, `UDP`, `ICMPv6`, … of the outermost IP packet. */
  readonly protocol: string
  /** `53 → 40112, DNS response A example.com, 1 answer`. */
  readonly info: string
}

/** Where a packet is, and what it begins with; a packet record. */
export interface DescribedPacket {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
  readonly wireLength: number
  readonly ethernet: boolean
  /** Whether its payload was overwritten with zeros, which then mean nothing. */
  readonly masked?: boolean
}

export function summarisePacket(packet: DescribedPacket): PacketLine {
  const { source, destination, protocol, info } = dissect(packet)
  return { source, destination, protocol, info }
}

/**
 * The headers of a packet with their fields, outermost first, and what follows them as "Data".
 * @param isFrame whether it begins with an Ethernet header; else with the IP header
 * @param masked whether its payload was overwritten with zeros
 */
export function describePacket(bytes: Uint8Array, isFrame: boolean, masked = false): PacketLayer[] {
  return dissect({ bytes, start: 0, end: bytes.length, wireLength: bytes.length, ethernet: isFrame, masked }).layers
}

function dissect({ bytes, start, end, wireLength, ethernet: isFrame, masked = false }: DescribedPacket): Dissection {
  const packet = new Dissection(bytes, start, end)
  let next: NextHeader | undefined = firstHeader(packet, isFrame, start + wireLength)
  while (next !== undefined && packet.layers.length < maxLayers) next = dissectorOf(packet, next, masked)(packet, next.at, next.end)
  if (packet.protocol === '') packet.carries(isFrame ? 'Ethernet' : 'unknown')
  if (packet.ipEnd >= 0 && packet.ipEnd < packet.end) packet.layer('Trailer', packet.ipEnd, packet.end - packet.ipEnd)
  return packet
}

function firstHeader(packet: Dissection, isFrame: boolean, end: number): NextHeader {
  const at = packet.start
  if (isFrame) return { by: 'link', code: linkType.ethernet, at, end }
  const version = packet.has(at, 1) ? packet.bytes[at] >> 4 : 0
  return { by: 'etherType', code: version === 4 ? etherType.ipv4 : version === 6 ? etherType.ipv6 : 0, at, end }
}

/** What reads a header. Says the protocol of the packet as soon as it is known, also where nothing of it was captured. */
function dissectorOf(packet: Dissection, { by, code }: NextHeader, masked: boolean): Dissector {
  if (by === 'service') return udpService(code, masked)
  // Behind a transport header nothing is left, such as the packet that an ICMP message quotes.
  if (masked && by !== 'protocol' && packet.protocol !== '') return data
  if (by === 'link') return ethernet
  if (by === 'protocol') {
    if (!extensionHeaders.has(code)) packet.carries(protocolNames.get(code) ?? `IP ${code}`)
    const isKept = !masked || extensionHeaders.has(code) || keepsHeader(code)
    return (isKept ? protocols.get(code) : undefined) ?? data
  }
  const found = etherTypes.get(code)
  if (found !== undefined) return found
  if (code !== 0) packet.carries(code < smallestEtherType ? 'LLC' : (etherTypeNames.get(code) ?? `type ${hexNumber(code, 4)}`))
  return data
}
