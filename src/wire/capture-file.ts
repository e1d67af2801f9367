// Opens any file that decode and replay take: pcap, pcapng, or flow datagrams one after another (also RFC 5655 files).
import { WireError } from '../contract/wire-errors.ts'
import type { CapturedPacket } from './capture-packet.ts'
import { splitDatagrams } from './datagram-split.ts'
import { recognise } from './flow-datagram.ts'
import { looksLikeFlowDatagram } from './flow-recognition.ts'
import { createPacketLayout, locateHeaders, packetPart, type PacketLayout } from './packet-layout.ts'
import { ipProtocol } from './packet-tables.ts'
import { isPcap, pcapPackets } from './pcap.ts'
import { isPcapng, pcapngPackets } from './pcapng.ts'
import { writeIpv4, writeIpv6 } from './address-columns.ts'

export type CaptureFormat = 'pcap' | 'pcapng' | 'datagrams'

/** A flow datagram in a file: bytes `offset` to `offset + length − 1`. */
export interface FlowPayload {
  readonly offset: number
  readonly length: number
  /** Nanoseconds since 1970 where the file tells. */
  readonly timeNs: bigint | undefined
  /** Sender, four words as in an `ip` column; zeros in a file of bare datagrams. */
  readonly source: Uint32Array<ArrayBuffer>
}

/** UDP ports that flow datagrams are sent to: what comes to one of these and cannot be recognised is undecodable. */
const flowPorts: ReadonlySet<number> = new Set([2055, 4739, 6343])

/** @throws WireError bad_file when it is none of the three */
export function captureFormat(bytes: Uint8Array): CaptureFormat {
  if (isPcapng(bytes)) return 'pcapng'
  if (isPcap(bytes)) return 'pcap'
  if (recognise(bytes, bytes.length) !== 0) return 'datagrams'
  throw new WireError('bad_file')
}

/** Yields the packets of a pcap or pcapng file. @throws WireError where the file is damaged */
export function capturedPackets(bytes: Uint8Array): Generator<CapturedPacket, void> {
  return isPcapng(bytes) ? pcapngPackets(bytes) : pcapPackets(bytes)
}

/**
 * Yields the flow datagrams of a file. Of captures: UDP payloads, on any port, that hold one by every sign, and those to
 * the usual ports whatever they hold. Fragments are not put together: of a fragmented datagram comes the first part.
 * @throws WireError bad_file, bad_block or truncated where the file is damaged; what stands before has been yielded
 */
export function* flowPayloads(bytes: Uint8Array): Generator<FlowPayload, void> {
  if (captureFormat(bytes) === 'datagrams') {
    const source = new Uint32Array(4)
    for (const part of splitDatagrams(bytes)) yield { ...part, timeNs: undefined, source }
    return
  }
  const layout = createPacketLayout()
  layout.bytes = bytes
  for (const packet of capturedPackets(bytes)) {
    layout.end = packet.offset + packet.capturedLength
    locateHeaders(layout, packet.offset, packet.linkType)
    const payload = udpPayload(layout, packet.timeNs)
    if (payload !== undefined) yield payload
  }
}

/** The payload of a UDP packet that is, or should be, a flow datagram. */
function udpPayload(layout: PacketLayout, timeNs: bigint | undefined): FlowPayload | undefined {
  const { bytes, transport, end } = layout
  if ((layout.parts & packetPart.transport) === 0 || layout.protocol !== ipProtocol.udp || end - transport < 8) return undefined
  const u16 = (at: number): number => (bytes[at] << 8) | bytes[at + 1]
  const offset = transport + 8
  // The length counts the UDP header; 0 is a packet before segmentation.
  const announced = u16(transport + 4)
  const length = announced < 8 ? end - offset : Math.min(announced - 8, end - offset)
  const payload = bytes.subarray(offset, offset + length)
  if (!flowPorts.has(u16(transport + 2)) && !looksLikeFlowDatagram(payload)) return undefined
  return { offset, length, timeNs, source: sourceAddress(layout) }
}

function sourceAddress(layout: PacketLayout): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(4)
  if ((layout.parts & packetPart.ipv4) === 0) writeIpv6(words, 0, layout.bytes, layout.ip + 8)
  else writeIpv4(words, 0, layout.bytes, layout.ip + 12)
  return words
}
