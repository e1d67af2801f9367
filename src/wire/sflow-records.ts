// The flow records of sFlow v5 that fill columns, one function each. All integers are 32 bits, big-endian (XDR).
import { columnIndex, type FlowBatch } from '../contract/flow-batch.ts'
import { WireError } from '../contract/wire-errors.ts'
import { writeIpv4, writeIpv6, writeMac } from './address-columns.ts'
import type { Cursor } from './cursor.ts'
import { claimedLength, parsePacketHeader } from './packet-header.ts'
import { packetPart } from './packet-layout.ts'
import { etherType, smallestEtherType } from './packet-tables.ts'
import { addressType, flowRecordFormat, headerProtocolLinks } from './sflow-formats.ts'
import { hopRank, lengthRank, type GatheredFlow, type SflowHost, type SflowSample } from './sflow-sample.ts'

/** Where a flow sample goes while its records are read. One object is reused. */
export interface SflowTarget {
  batch: FlowBatch
  row: number
  host: SflowHost
  readonly sample: SflowSample
  readonly gathered: GatheredFlow
}

/**
 * Reads one flow record.
 * @param record its data
 * @throws WireError when it ends too early or has an impossible address; what was read before stays in the row
 */
export function readFlowRecord(format: number, record: Cursor, target: SflowTarget): void {
  if (format === flowRecordFormat.rawHeader) rawHeader(record, target)
  else if (format === flowRecordFormat.extendedSwitch) extendedSwitch(record, target)
  else if (format === flowRecordFormat.extendedRouter) extendedRouter(record, target)
  else if (format === flowRecordFormat.extendedGateway) extendedGateway(record, target)
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
  target.sample.parts |= parsePacketHeader(record.bytes, start, end, link, target.batch, target.row)
  const claimed = claimedLength(start)
  if (claimed > frame && length >= leastSnapLength) target.gathered.frameLength = claimed + stripped
  if (length > record.remaining) throw new WireError('bad_sample_length', 'sampled header')
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
  columns.src_port[row] = record.u32()
  columns.dst_port[row] = record.u32()
  present[columnIndex.src_port] = 1
  present[columnIndex.dst_port] = 1
  target.sample.parts |= packetPart.transport
  columns.tcp_flags[row] = record.u32()
  columns.tos[row] = record.u32()
  present[columnIndex.tcp_flags] = 1
  present[columnIndex.tos] = 1
}

/** A VLAN id in use: 0 is "untagged or unknown", 4095 is reserved (IEEE 802.1Q §9.6), more is not an id. */
function isVlan(id: number): boolean {
  return id > 0 && id < 4095
}

/** extended_switch: source VLAN, source priority, destination VLAN, destination priority. */
function extendedSwitch(record: Cursor, target: SflowTarget): void {
  const source = record.u32()
  record.skip(4)
  const destination = record.u32()
  record.skip(4)
  if (isVlan(source)) target.gathered.switchVlan = source
  if (!isVlan(destination)) return
  target.batch.columns.dst_vlan[target.row] = destination
  target.batch.present[columnIndex.dst_vlan] = 1
}

/** Reads an address into the next hop column, unless a better record has filled it. */
function nextHop(record: Cursor, target: SflowTarget, rank: number): void {
  const type = record.u32()
  if (type === addressType.unknown) return
  if (type !== addressType.ipv4 && type !== addressType.ipv6) throw new WireError('bad_address_type', 'next hop')
  const at = record.offset
  record.skip(type === addressType.ipv4 ? 4 : 16)
  if (rank <= target.gathered.hopRank) return
  target.gathered.hopRank = rank
  const write = type === addressType.ipv4 ? writeIpv4 : writeIpv6
  write(target.batch.columns.next_hop, target.row, record.bytes, at)
  target.batch.present[columnIndex.next_hop] = 1
}

/** extended_router: next hop, source mask length, destination mask length. */
function extendedRouter(record: Cursor, target: SflowTarget): void {
  nextHop(record, target, hopRank.router)
  const { columns, present } = target.batch
  const source = record.u32()
  if (source <= 128) columns.src_mask[target.row] = source
  present[columnIndex.src_mask] = 1
  const destination = record.u32()
  if (destination <= 128) columns.dst_mask[target.row] = destination
  present[columnIndex.dst_mask] = 1
}

/**
 * extended_gateway: next hop, AS of the router, AS of the source, AS of the source's peer, path to the destination
 * (count of segments; each type, count, AS numbers), then communities and local preference, which have no column.
 * The destination AS is the last of the path; an empty path leaves it to the address.
 */
function extendedGateway(record: Cursor, target: SflowTarget): void {
  nextHop(record, target, hopRank.gateway)
  const { columns, present } = target.batch
  record.skip(4)
  columns.src_as[target.row] = record.u32()
  present[columnIndex.src_as] = 1
  record.skip(4)
  const segments = record.u32()
  for (let i = 0; i < segments; i++) {
    record.skip(4)
    const length = record.u32()
    if (length === 0) continue
    record.skip((length - 1) * 4)
    columns.dst_as[target.row] = record.u32()
    present[columnIndex.dst_as] = 1
  }
}
