// Follows a packet into the tunnels that carry it, to the packet whose flow it is.
import { tunnel } from '../contract/flow-columns.ts'
import { createPacketLayout, locatePayload, packetPart, type PacketLayout } from './packet-layout.ts'
import { createTunnelHeader, readTunnelHeader } from './tunnel-headers.ts'

/** Tunnels in tunnels that are entered. Two are seen in the wild (GTP-U over IPsec's GRE, VXLAN over GRE). */
const maxTunnels = 4

/** What is around a flow. Reused. */
export interface OuterTunnel {
  /** A code of `tunnel`; `none` when there is none. */
  kind: number
  /** −1 when the kind has none. */
  vni: number
  /** The packet whose addresses are the tunnel's ends; null of labels, which have none. */
  ends: PacketLayout | null
}

// One set for the thread, as in packet-header.ts: the walk is not re-entrant.
const levels = Array.from({ length: maxTunnels }, createPacketLayout)
const header = createTunnelHeader()

const anyIp = packetPart.ipv4 | packetPart.ipv6

/**
 * Finds the flow in a packet: that of the innermost packet whose IP header is there whole. A tunnel that carries no IP,
 * or of which too little was captured, is named and the flow is its own.
 *
 * The outermost tunnel is told, of labels and other tunnels the other: labels have no ends, and a column of their own.
 * What an inner packet does not have, because it has no frame of its own, it has from the packet around it: MAC
 * addresses. VLAN and label are the outermost, as with VLANs in VLANs.
 * @param outer located by `locateHeaders`
 * @param around set to the outermost tunnel
 */
export function enterTunnels(outer: PacketLayout, around: OuterTunnel): PacketLayout {
  around.kind = tunnel.none
  let flow = outer
  let current = outer
  for (let level = 0; level < maxTunnels; level++) {
    if (!readTunnelHeader(current, header)) break
    if (around.kind === tunnel.none && current.pseudowire < 0) setTunnel(around, header.kind, header.vni, current)
    if (header.type === 0) break
    const inner = levels[level]
    locateInner(inner, current)
    if ((inner.parts & anyIp) !== 0) flow = inner
    // A frame below labels in a tunnel is the one thing without IP that may still hold some.
    else if (inner.pseudowire < 0) break
    current = inner
  }
  if (around.kind === tunnel.none && flow.mplsLabel >= 0) setTunnel(around, tunnel.mpls, -1, null)
  return flow
}

function setTunnel(around: OuterTunnel, kind: number, vni: number, ends: PacketLayout | null): void {
  around.kind = kind
  around.vni = vni
  around.ends = ends
}

/** Locates what `header` says that `outer` carries. */
function locateInner(inner: PacketLayout, outer: PacketLayout): void {
  inner.bytes = outer.bytes
  inner.end = outer.end
  locatePayload(inner, header.start, header.type)
  inherit(inner, outer)
}

function inherit(inner: PacketLayout, outer: PacketLayout): void {
  if (inner.sourceMac < 0) inner.sourceMac = outer.sourceMac
  if (inner.destinationMac < 0) inner.destinationMac = outer.destinationMac
  if (outer.vlan >= 0) inner.vlan = outer.vlan
  if (outer.mplsLabel >= 0) inner.mplsLabel = outer.mplsLabel
  inner.parts |= outer.parts & packetPart.link
}
