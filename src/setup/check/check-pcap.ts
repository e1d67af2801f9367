// Writes datagrams as a pcap file of IP packets: source, source port and payload as they came, the headers made anew.
import type { TappedDatagram } from '../../contract/datagram-tap.ts'
import { parseHostPort } from '../../base/host-port.ts'
import { parseIpAddress } from '../../base/ip-prefix.ts'
import { pcapHeader, pcapRecordBytes, writePcapRecord } from '../../wire/pcap-writer.ts'
import type { HostFacts } from './host-facts.ts'
import { sameFamily } from './wording.ts'

/** LINKTYPE_RAW: a packet begins with its IP header. */
const linkTypeRaw = 101
const udp = 17
const ipv4HeaderBytes = 20
const ipv6HeaderBytes = 40
const udpHeaderBytes = 8
const hopLimit = 64

/** What the datagrams were sent to: each has the index of one of the listeners. */
export interface PcapPlace {
  /** As text, with port. */
  readonly listeners: readonly string[]
  readonly host: HostFacts
}

/** The file, with the address of the listener as destination; of one that takes all addresses, one of this machine's. */
export function checkPcap(datagrams: readonly TappedDatagram[], place: PcapPlace): Uint8Array<ArrayBuffer> {
  const header = pcapHeader({ linkType: linkTypeRaw, snapLength: 0, nanoseconds: false })
  const packets = datagrams.map((datagram) => ({ at: datagram.at, bytes: ipPacket(datagram, place) }))
  const file = new Uint8Array(packets.reduce((sum, { bytes }) => sum + pcapRecordBytes(bytes.length), header.length))
  file.set(header)
  let end = header.length
  for (const { at, bytes } of packets) {
    const time = { seconds: Math.floor(at / 1000), nanoseconds: Math.floor((at % 1000) * 1e6) }
    end = writePcapRecord(file, end, { ...time, wireLength: bytes.length, bytes, start: 0, end: bytes.length }, false)
  }
  return file
}

function ipPacket({ source, sourcePort, listener, bytes }: TappedDatagram, { listeners, host }: PcapPlace): Uint8Array<ArrayBuffer> {
  const listened = parseHostPort(listeners[listener] ?? '')
  const from = parseIpAddress(source) ?? new Uint8Array(4)
  const to = destination(source, listened?.host ?? '', host)
  const length = udpHeaderBytes + bytes.length
  const headerBytes = from.length === 4 ? ipv4HeaderBytes : ipv6HeaderBytes
  const packet = new Uint8Array(headerBytes + length)
  const view = new DataView(packet.buffer)
  if (from.length === 4) writeIpv4Header(view, packet, from, to)
  else writeIpv6Header(view, packet, from, to)
  view.setUint16(headerBytes, sourcePort)
  view.setUint16(headerBytes + 2, listened?.port ?? 0)
  view.setUint16(headerBytes + 4, length)
  packet.set(bytes, headerBytes + udpHeaderBytes)
  view.setUint16(headerBytes + 6, udpChecksum(packet, headerBytes, from, to))
  return packet
}

function destination(source: string, listened: string, { reachable }: HostFacts): Uint8Array {
  const isWild = listened === '' || listened === '::' || listened === '0.0.0.0' || !sameFamily(source, listened)
  const chosen = isWild ? reachable.find((address) => sameFamily(address, source)) : listened
  return parseIpAddress(chosen ?? '') ?? parseIpAddress(source.includes(':') ? '::1' : '127.0.0.1') ?? new Uint8Array(4)
}

/** RFC 791 §3.1, without options. */
function writeIpv4Header(view: DataView, packet: Uint8Array, from: Uint8Array, to: Uint8Array): void {
  view.setUint16(0, 0x4500)
  view.setUint16(2, packet.length)
  view.setUint8(8, hopLimit)
  view.setUint8(9, udp)
  packet.set(from, 12)
  packet.set(to, 16)
  view.setUint16(10, folded(wordSum(packet.subarray(0, ipv4HeaderBytes))))
}

/** RFC 8200 §3. */
function writeIpv6Header(view: DataView, packet: Uint8Array, from: Uint8Array, to: Uint8Array): void {
  view.setUint16(0, 0x6000)
  view.setUint16(4, packet.length - ipv6HeaderBytes)
  view.setUint8(6, udp)
  view.setUint8(7, hopLimit)
  packet.set(from, 8)
  packet.set(to, 24)
}

/** RFC 768, over addresses, protocol and length as well; its own field is 0 still. */
function udpChecksum(packet: Uint8Array, at: number, from: Uint8Array, to: Uint8Array): number {
  const payload = packet.subarray(at)
  const sum = folded(wordSum(from) + wordSum(to) + udp + payload.length + wordSum(payload))
  // 0 would say that there is none.
  return sum === 0 ? 0xffff : sum
}

function wordSum(bytes: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  return sum
}

/** The ones' complement of the ones' complement sum (RFC 1071). */
function folded(sum: number): number {
  let rest = sum
  while (rest > 0xffff) rest = (rest & 0xffff) + Math.floor(rest / 0x1_0000)
  return ~rest & 0xffff
}
