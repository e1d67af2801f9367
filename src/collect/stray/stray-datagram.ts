// A flow datagram on its way to this machine, as a packet socket or a socket on a usual port sees it.
import { exportProtocol } from '../../contract/flow-columns.ts'
import { recognise } from '../../wire/flow-datagram.ts'
import { looksLikeFlowDatagram } from '../../wire/flow-recognition.ts'
import { locateHeaders, packetPart, type PacketLayout } from '../../wire/packet-layout.ts'
import { ipProtocol, linkType } from '../../wire/packet-tables.ts'
import type { StreamedPacket } from '../../wire/pcap-stream.ts'
import { formatWords, wordsOfBytes, wordsOfIpv4, type AddressWords } from '../address-words.ts'
import { sflowAgent } from '../sflow-agent.ts'

export interface StrayDatagram {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly source: string
  /** Destination; empty where it is not known. */
  readonly address: string
  readonly port: number
  /** An `exportProtocol` code. */
  readonly protocol: number
  /** sFlow agent address, null for the other protocols. */
  readonly agent: string | null
}

/** What a payload says of itself; null when it is no flow datagram by every sign. */
export function describePayload(payload: Uint8Array): Pick<StrayDatagram, 'protocol' | 'agent'> | null {
  if (!looksLikeFlowDatagram(payload)) return null
  const protocol = recognise(payload, payload.length)
  const agent = protocol === exportProtocol.sflow5 ? sflowAgent(payload, payload.length) : null
  return { protocol, agent: agent === null ? null : formatWords(agent) }
}

/** Packet type of a cooked header (the kernel's PACKET_HOST): it was sent to this machine and to no other. */
const sentToUs = 0

/**
 * Reads a packet of tcpdump's device `any`.
 * @param layout reused from packet to packet
 * @returns null unless it was sent to us and holds a flow datagram
 */
export function readStrayPacket(packet: StreamedPacket, link: number, layout: PacketLayout): StrayDatagram | null {
  if (packetType(packet, link) !== sentToUs) return null
  layout.bytes = packet.bytes
  layout.end = packet.end
  locateHeaders(layout, packet.start, link)
  const { bytes, transport, end } = layout
  if ((layout.parts & packetPart.transport) === 0 || layout.protocol !== ipProtocol.udp || end - transport < 8) return null
  const payload = describePayload(bytes.subarray(transport + 8, end))
  if (payload === null) return null
  const at = packet.seconds * 1000 + packet.nanoseconds / 1e6
  return { at, ...addresses(layout), port: (bytes[transport + 2] << 8) | bytes[transport + 3], ...payload }
}

/** Linux cooked header v2: packet type 1 at byte 10. v1: packet type 2 at byte 0. Of other headers −1. */
function packetType({ bytes, start, end }: StreamedPacket, link: number): number {
  if (link === linkType.linuxCooked2 && end - start >= 20) return bytes[start + 10]
  if (link === linkType.linuxCooked && end - start >= 16) return (bytes[start] << 8) | bytes[start + 1]
  return -1
}

function addresses({ bytes, ip, parts }: PacketLayout): Pick<StrayDatagram, 'source' | 'address'> {
  const isIpv4 = (parts & packetPart.ipv4) !== 0
  const text = (at: number): string => formatWords(wordsAt(bytes, at, isIpv4))
  return isIpv4 ? { source: text(ip + 12), address: text(ip + 16) } : { source: text(ip + 8), address: text(ip + 24) }
}

function wordsAt(bytes: Uint8Array, at: number, isIpv4: boolean): AddressWords {
  return isIpv4 ? wordsOfIpv4(bytes, at) : wordsOfBytes(bytes, at)
}
