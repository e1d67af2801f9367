// The flow records of sFlow v5 that tell of the packet itself, one function each. All integers are 32 bits, big-endian (XDR).
import { columnIndex } from '../contract/flow-batch.ts'
import { WireError } from '../contract/wire-errors.ts'
import { writeIpv4, writeIpv6, writeMac } from './address-columns.ts'
import type { Cursor } from './cursor.ts'
import { claimedLength, parsePacketHeader } from './packet-header.ts'
import { packetPart } from './packet-layout.ts'
import { etherType, smallestEtherType } from './packet-tables.ts'
import { readExtendedRecord } from './sflow-extended-records.ts'
import { flowRecordFormat, headerProtocolLinks } from './sflow-formats.ts'
import { lengthRank, type SflowDiscard, type SflowTarget } from './sflow-sample.ts'

/**
 * Reads one flow record.
 * @param record its data
 * @throws WireError when it ends too early or has an impossible address; what was read before stays in the row
 */
export function readFlowRecord(format: number, record: Cursor, target: SflowTarget): void {
  if (format === flowRecordFormat.rawHeader) rawHeader(record, target)
  else if (readExtendedRecord(format, record, target)) return
  else if (format === flowRecordFormat.ethernet) ethernetRecord(record, target)
  else if (format === flowRecordFormat.ipv4) ipRecord(record, target, 4)
  else if (format === flowRecordFormat.ipv6) ipRecord(record, target, 16)
  else target.host.sflowSkipped('flow_record', format)
}

function frameLength(target: SflowTarget, length: number, rank: number): void {
  if (rank <= target.gathered.lengthRank) return
  target.gathered.frameLength = length
  target.gathered.lengthRank = rank
}

/**
 * Nobody cuts packets shorter than this. Shorter frames whose IP header claims more are crafted, and must not count at
 * the length that their sender made up.
 */
const leastSnapLength = 64

/**
 * sampled_header: header protocol, frame length, stripped, header bytes (length first).
 *
 * The frame length is that of the frame on the wire: octets that were stripped are included in it, so nothing is added
 * or taken away here. One correction: a frame cannot be shorter than the IP packet in it. Where it is said to be, the
 * agent was itself handed a cut packet and took that for all of it, as pmacct does behind `log group … snaplen 128`;
 * there the IP header is believed.
 */
function rawHeader(record: Cursor, target: SflowTarget): void {
  const protocol = record.u32()
  const frame = record.u32()
  const stripped = record.u32()
  const length = record.u32()
  frameLength(target, frame, lengthRank.rawHeader)
  const link = headerProtocolLinks.get(protocol)
  if (link === undefined) return target.host.sflowSkipped('header_protocol', protocol)
  const start = record.offset
  const end = Math.min(start + length, record.end)
  const { sample } = target
  sample.link = link
  sample.stripped = stripped
  sample.headerBytes = record.bytes
  sample.headerStart = start
  sample.headerEnd = end
  sample.parts |= parsePacketHeader(record.bytes, start, end, link, target.batch, target.row)
  const claimed = claimedLength(start)
  if (claimed > frame && length >= leastSnapLength) target.gathered.frameLength = claimed + stripped
  if (length > record.remaining) throw new WireError('bad_sample_length', 'sampled header')
}

/**
 * Notes where the header of a dropped packet is. Other records of discarded-packet samples are not looked at.
 * @throws WireError when the record ends too early
 */
export function readDiscardRecord(format: number, record: Cursor, discard: SflowDiscard): void {
  if (format !== flowRecordFormat.rawHeader) return
  const protocol = record.u32()
  const length = record.u32()
  record.skip(4)
  const headerLength = record.u32()
  discard.frameLength = length
  discard.link = headerProtocolLinks.get(protocol) ?? -1
  discard.bytes = record.bytes
  discard.start = record.offset
  discard.end = Math.min(record.offset + headerLength, record.end)
  if (headerLength > record.remaining) throw new WireError('bad_sample_length', 'sampled header')
}

/** sampled_ethernet: length, source MAC, destination MAC (each 6 bytes padded to 8), type. */
function ethernetRecord(record: Cursor, target: SflowTarget): void {
  const length = record.u32()
  const source = record.offset
  record.skip(8)
  const destination = record.offset
  record.skip(8)
  const type = record.u32()
  // Where the packet's own header is sampled too, that is the better witness.
  if (target.gathered.lengthRank === lengthRank.rawHeader) return
  frameLength(target, length, lengthRank.ethernetRecord)
  const { columns, present } = target.batch
  writeMac(columns.src_mac, target.row, record.bytes, source)
  writeMac(columns.dst_mac, target.row, record.bytes, destination)
  present[columnIndex.src_mac] = 1
  present[columnIndex.dst_mac] = 1
  target.sample.parts |= packetPart.link
  if (type >= smallestEtherType && type <= 0xffff) writeEtherType(target, type)
}

function writeEtherType(target: SflowTarget, type: number): void {
  target.batch.columns.ethertype[target.row] = type
  target.batch.present[columnIndex.ethertype] = 1
}

/** sampled_ipv4 and sampled_ipv6: length, protocol, source, destination, ports, TCP flags, type of service or priority. */
function ipRecord(record: Cursor, target: SflowTarget, addressLength: 4 | 16): void {
  const length = record.u32()
  const protocol = record.u32()
  const source = record.offset
  record.skip(addressLength)
  const destination = record.offset
  record.skip(addressLength)
  if (target.gathered.lengthRank === lengthRank.rawHeader) return
  frameLength(target, length, lengthRank.ipRecord)
  const { columns, present } = target.batch
  const { row } = target
  const write = addressLength === 4 ? writeIpv4 : writeIpv6
  write(columns.src_addr, row, record.bytes, source)
  write(columns.dst_addr, row, record.bytes, destination)
  columns.protocol[row] = protocol
  present[columnIndex.src_addr] = 1
  present[columnIndex.dst_addr] = 1
  present[columnIndex.protocol] = 1
  target.sample.parts |= addressLength === 4 ? packetPart.ipv4 : packetPart.ipv6
  writeEtherType(target, addressLength === 4 ? etherType.ipv4 : etherType.ipv6)
  ipRecordTransport(record, target)
}

function ipRecordTransport(record: Cursor, target: SflowTarget): void {
  const { columns, present } = target.batch
  const { row } = target
  // Marked first: the record may end after any of these, and a column that is written and not marked is never cleared.
  present[columnIndex.src_port] = 1
  present[columnIndex.dst_port] = 1
  columns.src_port[row] = record.u32()
  columns.dst_port[row] = record.u32()
  target.sample.parts |= packetPart.transport
  present[columnIndex.tcp_flags] = 1
  present[columnIndex.tos] = 1
  columns.tcp_flags[row] = record.u32()
  columns.tos[row] = record.u32()
}
