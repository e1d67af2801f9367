// Tunnel headers for tests, each as a function of what goes inside, and one packet of each kind with the flow it carries.
import { hex, join, u16, u32 } from './bytes.ts'
import { ethernet, ipv4, ipv6, tagged, udp } from './packets.ts'

/** GRE with the optional fields that are given. */
export function gre(
  type: number,
  payload: Uint8Array,
  options: { checksum?: true; key?: number; sequence?: number; flags?: number } = {},
): Uint8Array<ArrayBuffer> {
  const { checksum, key, sequence, flags = 0 } = options
  const bits = flags | (checksum ? 0x8000 : 0) | (key === undefined ? 0 : 0x2000) | (sequence === undefined ? 0 : 0x1000)
  return join(
    u16(bits, type),
    checksum ? u32(0) : u32(),
    key === undefined ? u32() : u32(key),
    sequence === undefined ? u32() : u32(sequence),
    payload,
  )
}

export function vxlan(vni: number, frame: Uint8Array, port = 4789): Uint8Array<ArrayBuffer> {
  return udp(50000, port, join(u32(0x08000000, vni * 256), frame))
}

/** `options` is a whole number of words. */
export function geneve(vni: number, type: number, payload: Uint8Array, options: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  return udp(50000, 6081, join(Uint8Array.of(options.length / 4, 0), u16(type), u32(vni * 256), options, payload))
}

/** A user packet; `extensions` is what follows the first type of an extension header, which comes before it. */
export function gtpu(teid: number, payload: Uint8Array, extensions: Uint8Array = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const extended = extensions.length > 0
  const options = extended ? join(u16(7), Uint8Array.of(0), extensions) : new Uint8Array(0)
  return udp(
    2152,
    2152,
    join(Uint8Array.of(extended ? 0x34 : 0x30, 255), u16(options.length + payload.length), u32(teid), options, payload),
  )
}

/** A label stack, top label first. */
export function labels(values: readonly number[], payload: Uint8Array): Uint8Array<ArrayBuffer> {
  return join(...values.map((label, index) => u32(label * 4096 + (index === values.length - 1 ? 0x1ff : 0xff))), payload)
}

/** Segment routing header of one segment: next header, length in 8 bytes less one, type 4, segments left, last entry, flags, tag. */
export function segmentRouting(next: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  return join(Uint8Array.of(next, 2, 4, 0, 0, 0, 0, 0), hex('20010db8000000000000000000000099'), payload)
}

/** The same IPv4 packet with the checksum of its header right, as a router would have sent it. */
export function checksummed(packet: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(packet)
  let sum = 0
  for (let at = 0; at < (bytes[0] & 15) * 4; at += 2) sum += at === 10 ? 0 : (bytes[at] << 8) | bytes[at + 1]
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  bytes.set(u16(~sum & 0xffff), 10)
  return bytes
}

/** From 10.0.0.1 to 10.0.0.2, UDP port 1111 to 2222. */
export const inner4 = checksummed(join(hex('45000020 00010000 40110000 0a000001 0a000002'), udp(1111, 2222, hex('00000000'))))
/** From fd00::1 to fd00::2, UDP port 1111 to 2222. */
export const inner6 = join(
  hex('60000000 000c1140 fd000000000000000000000000000001 fd000000000000000000000000000002'),
  udp(1111, 2222, hex('00000000')),
)
/** Frames of these, between other MAC addresses than the outer ones. */
export const innerFrame4 = join(hex('0a0000000002 0a0000000001 0800'), inner4)
export const innerFrame6 = join(hex('0a0000000002 0a0000000001 86dd'), inner6)

interface TunnelledPacket {
  readonly name: string
  readonly frame: Uint8Array
  /** Name of its code. */
  readonly kind: string
  readonly family: 4 | 6
  readonly vni?: number
  readonly label?: number
  /** Whether the outer header is IPv4, IPv6, or there are only labels. */
  readonly outer: 4 | 6 | 0
  /** Whether there is a frame inside. */
  readonly bridged?: true
}

const v4 = (protocol: number, payload: Uint8Array): Uint8Array => ethernet(0x0800, checksummed(ipv4(protocol, payload)))
const v6 = (next: number, payload: Uint8Array): Uint8Array => ethernet(0x86dd, ipv6(next, payload))
const mpls = (values: readonly number[], payload: Uint8Array): Uint8Array => ethernet(0x8847, labels(values, payload))

export const tunnelledPackets: readonly TunnelledPacket[] = [
  { name: 'GRE', frame: v4(47, gre(0x0800, inner4)), kind: 'gre', family: 4, outer: 4 },
  { name: 'GRE over IPv6', frame: v6(47, gre(0x86dd, inner6)), kind: 'gre', family: 6, outer: 6 },
  {
    name: 'GRE with checksum, key and sequence',
    frame: v4(47, gre(0x86dd, inner6, { checksum: true, key: 0x89abcdef, sequence: 5 })),
    kind: 'gre',
    family: 6,
    vni: 0x89abcdef,
    outer: 4,
  },
  {
    name: 'Ethernet over GRE with a key',
    frame: v4(47, gre(0x6558, innerFrame4, { key: 77 })),
    kind: 'gre',
    family: 4,
    vni: 77,
    outer: 4,
    bridged: true,
  },
  { name: 'ERSPAN type I', frame: v4(47, gre(0x88be, innerFrame4)), kind: 'gre', family: 4, outer: 4, bridged: true },
  {
    name: 'ERSPAN type II',
    frame: v4(47, gre(0x88be, join(u32(0x10010001, 0), innerFrame6), { sequence: 1 })),
    kind: 'gre',
    family: 6,
    outer: 4,
    bridged: true,
  },
  {
    name: 'ERSPAN type III',
    frame: v4(47, gre(0x22eb, join(u32(0x20010001, 0, 0x00000000), innerFrame4), { sequence: 1 })),
    kind: 'gre',
    family: 4,
    outer: 4,
    bridged: true,
  },
  {
    name: 'ERSPAN type III with a subheader',
    frame: v4(47, gre(0x22eb, join(u32(0x20010001, 0, 0x00000001, 0, 0), innerFrame4), { sequence: 1 })),
    kind: 'gre',
    family: 4,
    outer: 4,
    bridged: true,
  },
  { name: 'MPLS over GRE', frame: v4(47, gre(0x8847, labels([30, 31], inner4))), kind: 'gre', family: 4, label: 30, outer: 4 },
  { name: 'IPIP', frame: v4(4, inner4), kind: 'ipip', family: 4, outer: 4 },
  { name: '6in4', frame: v4(41, inner6), kind: 'sixinfour', family: 6, outer: 4 },
  { name: 'IPv4 in IPv6', frame: v6(4, inner4), kind: 'ipip', family: 4, outer: 6 },
  { name: 'IPv6 in IPv6', frame: v6(41, inner6), kind: 'ipip', family: 6, outer: 6 },
  {
    name: 'IPv4 in IPv6 with a tunnel limit option',
    frame: v6(60, join(hex('04 00 040104 010100'), inner4)),
    kind: 'ipip',
    family: 4,
    outer: 6,
  },
  { name: 'VXLAN', frame: v4(17, vxlan(0xabcdef, innerFrame4)), kind: 'vxlan', family: 4, vni: 0xabcdef, outer: 4, bridged: true },
  { name: 'VXLAN over IPv6', frame: v6(17, vxlan(5, innerFrame6)), kind: 'vxlan', family: 6, vni: 5, outer: 6, bridged: true },
  { name: 'VXLAN on port 8472', frame: v4(17, vxlan(6, innerFrame6, 8472)), kind: 'vxlan', family: 6, vni: 6, outer: 4, bridged: true },
  {
    name: 'VXLAN-GPE of IPv6',
    frame: v4(17, udp(50000, 4790, join(u32(0x0c000002, 9 * 256), inner6))),
    kind: 'vxlan',
    family: 6,
    vni: 9,
    outer: 4,
  },
  { name: 'Geneve', frame: v4(17, geneve(7, 0x6558, innerFrame4)), kind: 'geneve', family: 4, vni: 7, outer: 4, bridged: true },
  {
    name: 'Geneve of IP with options',
    frame: v6(17, geneve(8, 0x86dd, inner6, hex('0101 01 01 00000000'))),
    kind: 'geneve',
    family: 6,
    vni: 8,
    outer: 6,
  },
  { name: 'GTP-U', frame: v4(17, gtpu(0x12345678, inner4)), kind: 'gtpu', family: 4, vni: 0x12345678, outer: 4 },
  {
    name: 'GTP-U with two extension headers',
    frame: v4(17, gtpu(0xfedcba98, inner6, hex('85 01 1001 40 01 0868 00'))),
    kind: 'gtpu',
    family: 6,
    vni: 0xfedcba98,
    outer: 4,
  },
  { name: 'IP below labels', frame: mpls([100, 200], inner4), kind: 'mpls', family: 4, label: 100, outer: 0 },
  {
    name: 'Ethernet below labels with a control word',
    frame: mpls([101], join(u32(0), innerFrame4)),
    kind: 'mpls',
    family: 4,
    label: 101,
    outer: 0,
    bridged: true,
  },
  { name: 'Ethernet below labels', frame: mpls([102], innerFrame6), kind: 'mpls', family: 6, label: 102, outer: 0, bridged: true },
  { name: 'MPLS in UDP', frame: v4(17, udp(50000, 6635, labels([103], inner4))), kind: 'mpls', family: 4, label: 103, outer: 4 },
  { name: 'MPLS in IP', frame: v4(137, labels([104], inner6)), kind: 'mpls', family: 6, label: 104, outer: 4 },
  { name: 'IPv4 over SRv6', frame: v6(43, segmentRouting(4, inner4)), kind: 'srv6', family: 4, outer: 6 },
  { name: 'IPv6 over SRv6', frame: v6(43, segmentRouting(41, inner6)), kind: 'srv6', family: 6, outer: 6 },
  { name: 'Ethernet over SRv6', frame: v6(43, segmentRouting(143, innerFrame4)), kind: 'srv6', family: 4, outer: 6, bridged: true },
  { name: 'Ethernet over SRv6 without a list', frame: v6(143, innerFrame6), kind: 'srv6', family: 6, outer: 6, bridged: true },
  {
    name: 'VXLAN below labels and a tag',
    frame: ethernet(0x8100, tagged(12, 0x8847, labels([105], checksummed(ipv4(17, vxlan(3, innerFrame4)))))),
    kind: 'vxlan',
    family: 4,
    vni: 3,
    label: 105,
    outer: 4,
    bridged: true,
  },
]
