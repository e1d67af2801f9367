// The extended flow records of sFlow v5, which tell what the device did with the packet: switched, routed, labelled,
// translated, tunnelled. One function each. All integers are 32 bits, big-endian (XDR).
import { columnIndex } from '../contract/flow-batch.ts'
import { tunnel } from '../contract/flow-columns.ts'
import { WireError } from '../contract/wire-errors.ts'
import { writeIpv4, writeIpv6 } from './address-columns.ts'
import type { Cursor } from './cursor.ts'
import { ipProtocol, tunnelPort } from './packet-tables.ts'
import { addressType, flowRecordFormat } from './sflow-formats.ts'
import { hopRank, type SflowTarget } from './sflow-sample.ts'

/**
 * Reads one extended record.
 * @param record its data
 * @returns false when the format is not known here
 * @throws WireError when it ends too early or has an impossible address; what was read before stays in the row
 */
export function readExtendedRecord(format: number, record: Cursor, target: SflowTarget): boolean {
  switch (format) {
    case flowRecordFormat.extendedSwitch:
      extendedSwitch(record, target)
      return true
    case flowRecordFormat.extendedRouter:
      extendedRouter(record, target)
      return true
    case flowRecordFormat.extendedGateway:
      extendedGateway(record, target)
      return true
    default:
      return readTranslation(format, record, target)
  }
}

function readTranslation(format: number, record: Cursor, target: SflowTarget): boolean {
  switch (format) {
    case flowRecordFormat.extendedMpls:
      extendedMpls(record, target)
      return true
    case flowRecordFormat.extendedNat:
      extendedNat(record, target)
      return true
    case flowRecordFormat.extendedNatPort:
      extendedNatPort(record, target)
      return true
    case flowRecordFormat.extendedVlanTunnel:
      extendedVlanTunnel(record, target)
      return true
    default:
      return readTunnel(format, record, target)
  }
}

function readTunnel(format: number, record: Cursor, target: SflowTarget): boolean {
  switch (format) {
    case flowRecordFormat.ipv4TunnelEgress:
    case flowRecordFormat.ipv4TunnelIngress:
      ipTunnel(record, target, 4)
      return true
    case flowRecordFormat.ipv6TunnelEgress:
    case flowRecordFormat.ipv6TunnelIngress:
      ipTunnel(record, target, 16)
      return true
    case flowRecordFormat.vniEgress:
    case flowRecordFormat.vniIngress:
      target.gathered.told = true
      target.gathered.vni = record.u32()
      return true
    default:
      return false
  }
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

/** Moves past an address. @returns its type; its bytes end where the record now stands */
function addressAt(record: Cursor, place: string): number {
  const type = record.u32()
  if (type === addressType.unknown) return type
  if (type !== addressType.ipv4 && type !== addressType.ipv6) throw new WireError('bad_address_type', place)
  record.skip(type === addressType.ipv4 ? 4 : 16)
  return type
}

/** Writes the address of this type that `record` has just passed. */
function writePassed(type: number, record: Cursor, column: Uint32Array, row: number): void {
  if (type === addressType.ipv4) writeIpv4(column, row, record.bytes, record.offset - 4)
  else writeIpv6(column, row, record.bytes, record.offset - 16)
}

/** Reads an address into the next hop column, unless a better record has filled it. */
function nextHop(record: Cursor, target: SflowTarget, rank: number): void {
  const type = addressAt(record, 'next hop')
  if (type === addressType.unknown || rank <= target.gathered.hopRank) return
  target.gathered.hopRank = rank
  writePassed(type, record, target.batch.columns.next_hop, target.row)
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

/**
 * extended_mpls: next hop, label stack in, label stack out (each count and entries as on the wire, top first). The top
 * label is that of the stack in; where the router puts the first labels on, that of the stack out.
 */
function extendedMpls(record: Cursor, target: SflowTarget): void {
  nextHop(record, target, hopRank.mpls)
  target.gathered.told = true
  const label = topLabel(record)
  target.gathered.mplsLabel = label
  if (label < 0) target.gathered.mplsLabel = topLabel(record)
}

/** RFC 3032 §2.1: the label is the upper 20 bits. @returns −1 of an empty stack */
function topLabel(record: Cursor): number {
  const entries = record.u32()
  if (entries === 0) return -1
  const top = record.u32()
  record.skip((entries - 1) * 4)
  return top >>> 12
}

/** extended_nat: source and destination address behind the translation. */
function extendedNat(record: Cursor, target: SflowTarget): void {
  const { columns, present } = target.batch
  const source = addressAt(record, 'translated source')
  if (source !== addressType.unknown) {
    writePassed(source, record, columns.nat_src_addr, target.row)
    present[columnIndex.nat_src_addr] = 1
  }
  const destination = addressAt(record, 'translated destination')
  if (destination === addressType.unknown) return
  writePassed(destination, record, columns.nat_dst_addr, target.row)
  present[columnIndex.nat_dst_addr] = 1
}

/** extended_nat_port: source and destination port behind the translation. */
function extendedNatPort(record: Cursor, target: SflowTarget): void {
  const { columns, present } = target.batch
  columns.nat_src_port[target.row] = record.u32()
  present[columnIndex.nat_src_port] = 1
  columns.nat_dst_port[target.row] = record.u32()
  present[columnIndex.nat_dst_port] = 1
}

/** extended_vlantunnel: tags that were taken off before the header was sampled, outermost first: count, then TPID 2 and tag 2 each. */
function extendedVlanTunnel(record: Cursor, target: SflowTarget): void {
  if (record.u32() === 0) return
  const vlan = record.u32() & 0x0fff
  if (!isVlan(vlan)) return
  target.gathered.told = true
  target.gathered.strippedVlan = vlan
}

/** Kinds of tunnel by the protocol of the outer header. */
const kindsByProtocol: ReadonlyMap<number, number> = new Map([
  [ipProtocol.gre, tunnel.gre],
  [ipProtocol.ipv4, tunnel.ipip],
  [ipProtocol.mpls, tunnel.mpls],
  [ipProtocol.ethernet, tunnel.srv6],
])

/** And by the destination port, where that is UDP. */
const kindsByPort: ReadonlyMap<number, number> = new Map([
  [tunnelPort.vxlan, tunnel.vxlan],
  [tunnelPort.vxlanGpe, tunnel.vxlan],
  [tunnelPort.oldVxlan, tunnel.vxlan],
  [tunnelPort.geneve, tunnel.geneve],
  [tunnelPort.gtpu, tunnel.gtpu],
  [tunnelPort.mpls, tunnel.mpls],
])

/**
 * extended_ipv4_tunnel and extended_ipv6_tunnel, in and out: the outer header as sampled_ipv4 and sampled_ipv6 have it:
 * length, protocol, source, destination, source port, destination port, and more. A kind without a name is not told.
 */
function ipTunnel(record: Cursor, target: SflowTarget, addressLength: 4 | 16): void {
  record.skip(4)
  const protocol = record.u32()
  const ends = record.offset
  record.skip(2 * addressLength + 4)
  const port = record.u32()
  const ipv6 = addressLength === 16
  const inner6 = protocol === ipProtocol.ipv6 ? (ipv6 ? tunnel.ipip : tunnel.sixinfour) : undefined
  const kind = protocol === ipProtocol.udp ? kindsByPort.get(port) : (inner6 ?? kindsByProtocol.get(protocol))
  if (kind === undefined) return
  target.gathered.told = true
  target.gathered.tunnelKind = kind
  target.gathered.tunnelEnds = ends
  target.gathered.tunnelOverIpv6 = ipv6
}

/** Writes what the records tell of tags, labels and tunnels that the sampled header does not show. */
export function writeGathered(bytes: Uint8Array, target: SflowTarget): void {
  const { gathered, row } = target
  const { columns, present } = target.batch
  if (gathered.strippedVlan > 0 && gathered.switchVlan === 0) {
    columns.src_vlan[row] = gathered.strippedVlan
    present[columnIndex.src_vlan] = 1
  }
  if (gathered.mplsLabel >= 0 && columns.mpls_label[row] === 0) {
    columns.mpls_label[row] = gathered.mplsLabel
    present[columnIndex.mpls_label] = 1
  }
  if (gathered.vni >= 0 && columns.vni[row] === 0) {
    columns.vni[row] = gathered.vni
    present[columnIndex.vni] = 1
  }
  if (gathered.tunnelKind !== tunnel.none && columns.tunnel[row] === tunnel.none) writeTunnel(bytes, target)
}

function writeTunnel(bytes: Uint8Array, { batch, row, gathered }: SflowTarget): void {
  const { columns, present } = batch
  const write = gathered.tunnelOverIpv6 ? writeIpv6 : writeIpv4
  columns.tunnel[row] = gathered.tunnelKind
  write(columns.tunnel_src, row, bytes, gathered.tunnelEnds)
  write(columns.tunnel_dst, row, bytes, gathered.tunnelEnds + (gathered.tunnelOverIpv6 ? 16 : 4))
  present[columnIndex.tunnel] = 1
  present[columnIndex.tunnel_src] = 1
  present[columnIndex.tunnel_dst] = 1
}
