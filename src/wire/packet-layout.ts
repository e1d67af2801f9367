// Walks the headers of a captured or sampled packet and notes where each starts. Writes nothing and never throws: a
// packet that is cut, as samples are, ends the walk with what was found so far.
import { frameBehindControlWord, payloadBelowLabels } from './label-payload.ts'
import {
  etherType,
  extensionHeaders,
  familyEtherTypes,
  linkType,
  nflogAttribute,
  pppProtocol,
  routingHeader,
  segmentRoutingType,
  smallestEtherType,
} from './packet-tables.ts'

/** Bits of `PacketLayout.parts`: the headers that are there whole (of a transport header its first bytes). */
export const packetPart = { link: 1, ipv4: 2, ipv6: 4, transport: 8 } as const

/** VLAN tags, MPLS labels and PPPoE headers in a row. Three tags and four labels are seen in the wild. */
const maxShims = 16

/** IPv6 extension headers in a row; RFC 8200 has seven kinds and recommends each once (destination options twice). */
const maxExtensions = 10

const noBytes = new Uint8Array(0)

/** Where the headers of one packet are. Offsets count from the start of `bytes`; −1 is "not there". Reused. */
export interface PacketLayout {
  bytes: Uint8Array
  /** End of what may be read: of the captured bytes, or of the IP packet where that ends before (Ethernet padding). */
  end: number
  /** `packetPart` bits. */
  parts: number
  destinationMac: number
  sourceMac: number
  /** VLAN id of the outermost tag. */
  vlan: number
  /** EtherType behind the VLAN tags, 0 when there is none. */
  etherType: number
  /** Label of the topmost MPLS entry. */
  mplsLabel: number
  /** Ethernet frame below the labels. It is not walked: what it holds is another packet. */
  pseudowire: number
  /** IP header. */
  ip: number
  /** Transport protocol, or the last extension header that could be read. */
  protocol: number
  fragmentId: number
  /** In units of 8 bytes. */
  fragmentOffset: number
  /** As in IE 197: 0x40 don't fragment, 0x20 more fragments. */
  fragmentFlags: number
  /** Transport header; −1 also in all fragments but the first. */
  transport: number
  /** Whether a segment routing header was passed; of IPv6 only. */
  segmentRouting: boolean
}

export function createPacketLayout(): PacketLayout {
  return {
    bytes: noBytes,
    end: 0,
    parts: 0,
    destinationMac: -1,
    sourceMac: -1,
    vlan: -1,
    etherType: 0,
    mplsLabel: -1,
    pseudowire: -1,
    ip: -1,
    protocol: -1,
    fragmentId: -1,
    fragmentOffset: 0,
    fragmentFlags: -1,
    transport: -1,
    segmentRouting: false,
  }
}

function clear(layout: PacketLayout): void {
  layout.parts = 0
  layout.destinationMac = -1
  layout.sourceMac = -1
  layout.vlan = -1
  layout.etherType = 0
  layout.mplsLabel = -1
  layout.pseudowire = -1
  layout.ip = -1
  layout.protocol = -1
  layout.fragmentId = -1
  layout.fragmentOffset = 0
  layout.fragmentFlags = -1
  layout.transport = -1
}

/**
 * Locates the headers of the packet in `layout.bytes`, from `start` to `layout.end`.
 * @param link a value of `linkType`; of any other nothing is read
 * @returns `layout.parts`
 */
export function locateHeaders(layout: PacketLayout, start: number, link: number): number {
  clear(layout)
  if (layout.end > layout.bytes.length) layout.end = layout.bytes.length
  locateLink(layout, start, link)
  return layout.parts
}

/**
 * Locates the headers of what a tunnel carries, from `start` to `layout.end`, which must not exceed `layout.bytes`.
 * @param type its EtherType; `etherType.bridged` is a frame
 * @returns `layout.parts`
 */
export function locatePayload(layout: PacketLayout, start: number, type: number): number {
  clear(layout)
  if (type === etherType.bridged) ethernet(layout, start)
  else shims(layout, type, start)
  return layout.parts
}

function locateLink(layout: PacketLayout, start: number, link: number): void {
  if (link === linkType.ethernet) return ethernet(layout, start)
  if (link === linkType.linuxCooked) return linuxCooked(layout, start)
  if (link === linkType.linuxCooked2) return shims(layout, etherTypeAt(layout, start, 20), start + 20)
  if (link === linkType.null || link === linkType.loop) return family(layout, start)
  if (link === linkType.nflog) return nflog(layout, start)
  if (link === linkType.ppp) return ppp(layout, start)
  if (link === linkType.mpls) return shims(layout, etherType.mpls, start)
  if (link === linkType.ipv4) return network(layout, etherType.ipv4, start)
  if (link === linkType.ipv6) return network(layout, etherType.ipv6, start)
  if (link === linkType.raw || link === linkType.rawBsd || link === linkType.rawOpenBsd)
    return network(layout, ipVersion(layout, start), start)
}

// Every index below is checked against layout.end first, which locateHeaders() keeps inside the array.

function byte(layout: PacketLayout, at: number): number {
  return layout.bytes[at]
}

function word(layout: PacketLayout, at: number): number {
  return (byte(layout, at) << 8) | byte(layout, at + 1)
}

/** The EtherType at `at` when `length` bytes are there, else 0. Marks the link header as found. */
function etherTypeAt(layout: PacketLayout, at: number, length: number): number {
  if (layout.end - at < length) return 0
  layout.parts |= packetPart.link
  return word(layout, at)
}

/** IEEE 802.3: destination 6, source 6, EtherType 2. */
function ethernet(layout: PacketLayout, start: number): void {
  if (layout.end - start < 14) return
  layout.parts |= packetPart.link
  layout.destinationMac = start
  layout.sourceMac = start + 6
  shims(layout, word(layout, start + 12), start + 14)
}

/** Linux cooked capture v1: packet type 2, ARPHRD type 2, address length 2, address 8, EtherType 2. */
function linuxCooked(layout: PacketLayout, start: number): void {
  if (layout.end - start < 16) return
  layout.parts |= packetPart.link
  if (word(layout, start + 4) === 6) layout.sourceMac = start + 6
  shims(layout, word(layout, start + 14), start + 16)
}

/** Null and loop headers: an address family in 4 bytes, in the byte order of the machine or of the network. */
function family(layout: PacketLayout, start: number): void {
  if (layout.end - start < 4) return
  layout.parts |= packetPart.link
  // Families are below 256: of the four bytes, only the first or only the last is not zero.
  const code = byte(layout, start) | byte(layout, start + 3)
  network(layout, familyEtherTypes.get(code) ?? 0, start + 4)
}

/**
 * NFLOG: address family 1, version 1, resource id 2, then attributes of length 2 (header included), type 2, value,
 * padded to 4. Lengths are in the byte order of the machine that captured: little-endian unless that makes no sense.
 */
function nflog(layout: PacketLayout, start: number): void {
  if (layout.end - start < 4) return
  layout.parts |= packetPart.link
  let type = familyEtherTypes.get(byte(layout, start)) ?? 0
  let at = start + 4
  while (layout.end - at >= 4) {
    const little = byte(layout, at) | (byte(layout, at + 1) << 8)
    const swapped = little < 4 || little > layout.end - at
    const length = swapped ? word(layout, at) : little
    if (length < 4 || length > layout.end - at) return
    const attribute = swapped ? word(layout, at + 2) : byte(layout, at + 2) | (byte(layout, at + 3) << 8)
    if (attribute === nflogAttribute.packetHeader && length >= 6) type = word(layout, at + 4) || type
    if (attribute === nflogAttribute.payload) {
      layout.end = at + length
      return shims(layout, type, at + 4)
    }
    at += (length + 3) & ~3
  }
}

/** What may stand between the link header and IP: VLAN tags, PPPoE, MPLS labels. */
function shims(layout: PacketLayout, type: number, start: number): void {
  let next = type
  let at = start
  for (let count = 0; count < maxShims; count++) {
    if (next === etherType.pppoeSession) return pppoe(layout, at)
    if (next === etherType.mpls || next === etherType.mplsUpstream) return mpls(layout, next, at)
    if (!isVlan(next)) return network(layout, next, at)
    // Tag: priority 3 bits, drop eligible 1, id 12; then the next EtherType.
    if (layout.end - at < 4) return
    if (layout.vlan < 0) layout.vlan = word(layout, at) & 0x0fff
    next = word(layout, at + 2)
    at += 4
  }
}

function isVlan(type: number): boolean {
  return (
    type === etherType.vlan || type === etherType.serviceVlan || type === etherType.oldServiceVlan || type === etherType.oldServiceVlan2
  )
}

/** PPP: address and control 2 (ff 03, RFC 1662 §3.1; may be left out), protocol 2. */
function ppp(layout: PacketLayout, start: number): void {
  if (layout.end - start < 4) return
  layout.parts |= packetPart.link
  pppPayload(layout, word(layout, start) === 0xff03 ? start + 2 : start)
}

function pppPayload(layout: PacketLayout, at: number): void {
  if (layout.end - at < 2) return
  const protocol = word(layout, at)
  if (protocol === pppProtocol.ipv4) network(layout, etherType.ipv4, at + 2)
  if (protocol === pppProtocol.ipv6) network(layout, etherType.ipv6, at + 2)
  if (protocol === pppProtocol.mpls) mpls(layout, etherType.mpls, at + 2)
}

/** PPPoE session (RFC 2516 §4): version and type 1, code 1, session 2, length 2, then the PPP protocol 2. */
function pppoe(layout: PacketLayout, at: number): void {
  layout.etherType = etherType.pppoeSession
  if (layout.end - at < 8) return
  const protocol = word(layout, at + 6)
  if (protocol === pppProtocol.ipv4) ipv4(layout, at + 8)
  if (protocol === pppProtocol.ipv6) ipv6(layout, at + 8)
}

/** Label stack (RFC 3032 §2.1): label 20 bits, traffic class 3, bottom of stack 1, time to live 8. No field tells what follows. */
function mpls(layout: PacketLayout, type: number, start: number): void {
  layout.etherType = type
  let at = start
  for (let count = 0; count < maxShims; count++) {
    if (layout.end - at < 4) return
    const bottom = byte(layout, at + 2) & 1
    if (layout.mplsLabel < 0) layout.mplsLabel = (word(layout, at) << 4) | (byte(layout, at + 2) >> 4)
    at += 4
    if (bottom === 0) continue
    return belowLabels(layout, at)
  }
}

function belowLabels(layout: PacketLayout, at: number): void {
  const payload = payloadBelowLabels(layout.bytes, at, layout.end)
  if (payload === etherType.ipv4) ipv4(layout, at)
  else if (payload === etherType.ipv6) ipv6(layout, at)
  else if (payload === etherType.bridged) layout.pseudowire = at
  else if (payload === frameBehindControlWord) layout.pseudowire = at + 4
}

/** The EtherType that the first four bits of an IP header stand for; 0 for neither. */
function ipVersion(layout: PacketLayout, at: number): number {
  if (at >= layout.end) return 0
  const version = byte(layout, at) >> 4
  return version === 4 ? etherType.ipv4 : version === 6 ? etherType.ipv6 : 0
}

function network(layout: PacketLayout, type: number, at: number): void {
  if (type >= smallestEtherType) layout.etherType = type
  if (type === etherType.ipv4) ipv4(layout, at)
  if (type === etherType.ipv6) ipv6(layout, at)
}

/** IPv4 (RFC 791 §3.1): total length at 2, identification 4, flags and offset 6, protocol 9, addresses 12 and 16. */
function ipv4(layout: PacketLayout, at: number): void {
  if (layout.end - at < 20 || byte(layout, at) >> 4 !== 4) return
  const headerLength = (byte(layout, at) & 0x0f) * 4
  if (headerLength < 20) return
  layout.parts |= packetPart.ipv4
  layout.ip = at
  layout.protocol = byte(layout, at + 9)
  layout.fragmentId = word(layout, at + 4)
  layout.fragmentFlags = byte(layout, at + 6) & 0xe0
  layout.fragmentOffset = word(layout, at + 6) & 0x1fff
  // 0 is written by hosts that leave segmentation to the network card.
  const total = word(layout, at + 2)
  if (total >= headerLength) layout.end = Math.min(layout.end, at + total)
  if (layout.fragmentOffset === 0) transport(layout, at + headerLength)
}

/** IPv6 (RFC 8200 §3): payload length at 4, next header 6, addresses 8 and 24. */
function ipv6(layout: PacketLayout, at: number): void {
  if (layout.end - at < 40 || byte(layout, at) >> 4 !== 6) return
  layout.parts |= packetPart.ipv6
  layout.segmentRouting = false
  layout.ip = at
  layout.protocol = byte(layout, at + 6)
  // 0 is a jumbogram or a packet before segmentation.
  const payload = word(layout, at + 4)
  if (payload > 0) layout.end = Math.min(layout.end, at + 40 + payload)
  extensions(layout, at + 40)
}

function extensions(layout: PacketLayout, start: number): void {
  let at = start
  for (let count = 0; count < maxExtensions; count++) {
    const kind = extensionHeaders.get(layout.protocol)
    if (kind === undefined) return transport(layout, at)
    if (layout.end - at < 8) return
    if (kind === 'fragment' && !fragment(layout, at)) return
    if (layout.protocol === routingHeader && byte(layout, at + 2) === segmentRoutingType) layout.segmentRouting = true
    const units = byte(layout, at + 1)
    layout.protocol = byte(layout, at)
    at += kind === 'fragment' ? 8 : kind === 'fours' ? (units + 2) * 4 : (units + 1) * 8
  }
}

/** Fragment header (RFC 8200 §4.5): next 1, reserved 1, offset 13 bits, reserved 2, more fragments 1, identification 4. */
function fragment(layout: PacketLayout, at: number): boolean {
  layout.fragmentOffset = word(layout, at + 2) >> 3
  layout.fragmentFlags = (byte(layout, at + 3) & 1) === 1 ? 0x20 : 0
  layout.fragmentId = ((word(layout, at + 4) << 16) | word(layout, at + 6)) >>> 0
  if (layout.fragmentOffset === 0) return true
  // What follows is the middle of the packet; its protocol is known all the same.
  layout.protocol = byte(layout, at)
  return false
}

function transport(layout: PacketLayout, at: number): void {
  if (at >= layout.end) return
  layout.transport = at
  layout.parts |= packetPart.transport
}
