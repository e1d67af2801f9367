// Reads what NFLOG puts around a packet (linktype 239): 4 bytes, then attributes (linux/netfilter/nfnetlink_log.h).
//
//   0 address family 1   2 IPv4, 10 IPv6, 7 bridge, 5 netdev
//   1 version 1          0
//   2 group 2            big endian
//   4 attributes: length 2 (these four bytes included) and type 2 in the byte order of the machine, value, padded to 4
import { WireError } from '../contract/wire-errors.ts'
import { read16, read32 } from './big-endian.ts'

const attribute = {
  packetHeader: 1,
  mark: 2,
  timestamp: 3,
  inputInterface: 4,
  outputInterface: 5,
  physicalInput: 6,
  physicalOutput: 7,
  payload: 9,
  prefix: 10,
  hardwareType: 15,
  hardwareHeader: 16,
  vlan: 20,
} as const

/** Inside of `vlan`: both big endian. */
const vlanAttribute = { protocol: 1, tag: 2 } as const

/** The two high bits of a type mark nested and big-endian values. */
const typeBits = 0x3fff

/** Fewer bytes than the value of an attribute must have are an error; more are left. */
const leastBytes: ReadonlyMap<number, number> = new Map([
  [attribute.packetHeader, 3],
  [attribute.mark, 4],
  [attribute.timestamp, 16],
  [attribute.inputInterface, 4],
  [attribute.outputInterface, 4],
  [attribute.physicalInput, 4],
  [attribute.physicalOutput, 4],
  [attribute.hardwareType, 2],
])

/** Hooks of netfilter by their number in `NflogPacket.hook`. */
export const netfilterHooks = ['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress'] as const

/** One logged packet. Offsets count from the start of the bytes; −1 is "not there". Reused. */
export interface NflogPacket {
  family: number
  group: number
  /** EtherType; 0 when it was not told. */
  protocol: number
  /** Index in `netfilterHooks`; −1 when it was not told. */
  hook: number
  mark: number
  /** Indexes of network interfaces, 0 for none; the physical ones are ports of a bridge. */
  inputInterface: number
  outputInterface: number
  physicalInput: number
  physicalOutput: number
  /** When the kernel saw it, since 1970; −1 when it was not told, which is so for packets that go out. */
  seconds: number
  microseconds: number
  payloadStart: number
  payloadEnd: number
  /** Link header: of Ethernet 14 bytes. VLAN tags that the network card took off are in `vlanTag`. */
  hardwareStart: number
  hardwareEnd: number
  /** ARPHRD number: 1 Ethernet; −1 when it was not told. */
  hardwareType: number
  vlanProtocol: number
  /** Priority and id, 16 bits. */
  vlanTag: number
  /** Text of the rule, without its ending zero. */
  prefixStart: number
  prefixEnd: number
}

export function createNflogPacket(): NflogPacket {
  const packet = {} as NflogPacket
  clear(packet)
  return packet
}

function clear(packet: NflogPacket): void {
  packet.family = 0
  packet.group = 0
  packet.protocol = 0
  packet.hook = -1
  packet.mark = 0
  packet.inputInterface = 0
  packet.outputInterface = 0
  packet.physicalInput = 0
  packet.physicalOutput = 0
  packet.seconds = -1
  packet.microseconds = 0
  packet.payloadStart = -1
  packet.payloadEnd = -1
  packet.hardwareStart = -1
  packet.hardwareEnd = -1
  packet.hardwareType = -1
  packet.vlanProtocol = -1
  packet.vlanTag = -1
  packet.prefixStart = -1
  packet.prefixEnd = -1
}

/** Where a record of linktype 239 is, and in which byte order its machine writes. */
export interface NflogRecord {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/**
 * Reads a record of linktype 239 into `packet`. A payload that the record cuts off is taken as far as it goes.
 * @param littleEndian byte order of the machine that logged: that of the pcap stream it came by
 * @throws WireError truncated when an attribute goes on behind the record, bad_packet for one that cannot be; `packet`
 * means nothing then
 */
export function readNflog(record: NflogRecord, littleEndian: boolean, packet: NflogPacket): void {
  const { bytes, start } = record
  const end = Math.min(record.end, bytes.length)
  clear(packet)
  if (end - start < 4) throw new WireError('truncated', 'NFLOG header')
  if (bytes[start + 1] !== 0) throw new WireError('bad_packet', `NFLOG version ${bytes[start + 1]}`)
  packet.family = bytes[start]
  packet.group = read16(bytes, start + 2)
  let at = start + 4
  while (end - at >= 4) {
    const length = host16(bytes, at, littleEndian)
    const type = host16(bytes, at + 2, littleEndian) & typeBits
    if (length < 4) throw new WireError('bad_packet', `NFLOG attribute of ${length} bytes`)
    if (length > end - at && type !== attribute.payload) throw new WireError('truncated', `NFLOG attribute ${type}`)
    const valueEnd = Math.min(at + length, end)
    if (type === attribute.vlan) readVlan(packet, { bytes, start: at + 4, end: valueEnd }, littleEndian)
    else readAttribute(packet, type, bytes, at + 4, valueEnd)
    at += (length + 3) & ~3
  }
}

// Five parameters, because an object for each attribute of each packet would be garbage on the hot path.
function readAttribute(packet: NflogPacket, type: number, bytes: Uint8Array, start: number, end: number): void {
  const least = leastBytes.get(type)
  if (least !== undefined && end - start < least) throw new WireError('bad_packet', `NFLOG attribute ${type} of ${end - start} bytes`)
  switch (type) {
    case attribute.packetHeader:
      packet.protocol = read16(bytes, start)
      packet.hook = bytes[start + 2]
      return
    case attribute.mark:
      packet.mark = read32(bytes, start)
      return
    case attribute.timestamp:
      // Of 64 bits each the low words: seconds until 2106, and microseconds are below a million.
      packet.seconds = read32(bytes, start + 4)
      packet.microseconds = read32(bytes, start + 12)
      if (packet.microseconds > 999_999) throw new WireError('bad_packet', 'NFLOG time')
      return
    case attribute.inputInterface:
      packet.inputInterface = read32(bytes, start)
      return
    case attribute.outputInterface:
      packet.outputInterface = read32(bytes, start)
      return
    case attribute.physicalInput:
      packet.physicalInput = read32(bytes, start)
      return
    case attribute.physicalOutput:
      packet.physicalOutput = read32(bytes, start)
      return
    case attribute.payload:
      packet.payloadStart = start
      packet.payloadEnd = end
      return
    case attribute.prefix:
      packet.prefixStart = start
      packet.prefixEnd = end > start && bytes[end - 1] === 0 ? end - 1 : end
      return
    case attribute.hardwareType:
      packet.hardwareType = read16(bytes, start)
      return
    case attribute.hardwareHeader:
      packet.hardwareStart = start
      packet.hardwareEnd = end
  }
}

/** The VLAN tag is in attributes inside of the attribute. */
function readVlan(packet: NflogPacket, { bytes, start, end }: NflogRecord, littleEndian: boolean): void {
  let at = start
  while (end - at >= 6) {
    const length = host16(bytes, at, littleEndian)
    const type = host16(bytes, at + 2, littleEndian) & typeBits
    if (length < 6) throw new WireError('bad_packet', `NFLOG VLAN attribute of ${length} bytes`)
    if (type === vlanAttribute.protocol) packet.vlanProtocol = read16(bytes, at + 4)
    if (type === vlanAttribute.tag) packet.vlanTag = read16(bytes, at + 4)
    at += (length + 3) & ~3
  }
}

function host16(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  return littleEndian ? bytes[at] | (bytes[at + 1] << 8) : (bytes[at] << 8) | bytes[at + 1]
}

/**
 * Bytes that an IP packet says it has: NFLOG does not tell what it cut off.
 * @returns 0 for what is no IP header, and for one that leaves the length to the network card (packets above 64 KiB)
 */
export function ipPacketLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 6) return 0
  const version = bytes[start] >> 4
  if (version === 4) return read16(bytes, start + 2)
  const payload = read16(bytes, start + 4)
  return version === 6 && payload > 0 ? payload + 40 : 0
}
