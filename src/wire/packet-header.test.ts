// Tests of the packet header walk: what each kind of packet puts into which column, and that nothing makes it fail.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnIndex, createFlowBatch, type BatchColumnName, type FlowBatch } from '../contract/flow-batch.ts'
import { ipText, macText } from './address-text.ts'
import { parsePacketHeader } from './packet-header.ts'
import { packetPart } from './packet-layout.ts'
import { linkType } from './packet-tables.ts'
import { hex, join, u16, u32 } from './testing/bytes.ts'
import { ethernet, ipv4, ipv6, tagged, tcp, udp } from './testing/packets.ts'

const all = packetPart.link | packetPart.transport

/** Parses into row 1 of a batch of 3, so that writing beside the row shows. */
function parse(
  packet: Uint8Array,
  link: number = linkType.ethernet,
): { parts: number; batch: FlowBatch; of: (name: BatchColumnName) => number | string } {
  const batch = createFlowBatch(3)
  const parts = parsePacketHeader(packet, 0, packet.length, link, batch, 1)
  for (const row of [0, 2])
    expect([ipText(batch.columns.src_addr, row), batch.columns.ttl[row], batch.columns.src_port[row]]).toEqual(['::', 0, 0])
  const of = (name: BatchColumnName): number | string => {
    if (name === 'src_addr' || name === 'dst_addr') return ipText(batch.columns[name], 1)
    if (name === 'src_mac' || name === 'dst_mac') return macText(batch.columns[name], 1)
    expect(batch.columns[name][1] === 0 || batch.present[columnIndex[name]] === 1).toBe(true)
    return batch.columns[name][1] ?? -1
  }
  return { parts, batch, of }
}

describe('parsePacketHeader', () => {
  it('reads Ethernet, IPv4 and TCP', () => {
    const { parts, of } = parse(ethernet(0x0800, ipv4(6, tcp(0x112))))
    expect(parts).toBe(all | packetPart.ipv4)
    expect([of('src_mac'), of('dst_mac'), of('ethertype')]).toEqual(['02:00:00:00:00:01', '02:00:00:00:00:02', 0x0800])
    expect([of('src_addr'), of('dst_addr'), of('protocol')]).toEqual(['192.0.2.1', '198.51.100.2', 6])
    expect([of('tos'), of('ttl'), of('fragment_id'), of('fragment_flags'), of('fragment_offset')]).toEqual([0x28, 63, 0x1234, 0x40, 0])
    expect([of('src_port'), of('dst_port'), of('tcp_flags')]).toEqual([40000, 443, 0x112])
  })

  it('reads IPv6 and UDP', () => {
    const { parts, of } = parse(ethernet(0x86dd, ipv6(17, udp(5353, 53))))
    expect(parts).toBe(all | packetPart.ipv6)
    expect([of('src_addr'), of('dst_addr'), of('protocol'), of('ethertype')]).toEqual(['2001:db8::1', '2001:db8::2', 17, 0x86dd])
    expect([of('tos'), of('flow_label'), of('ttl'), of('src_port'), of('dst_port')]).toEqual([0x28, 0x12345, 61, 5353, 53])
  })

  it('marks only the columns that it wrote', () => {
    const { batch } = parse(ethernet(0x0806, hex('0001')))
    const marked = Object.entries(columnIndex).filter(([, index]) => batch.present[index] === 1)
    expect(marked.map(([name]) => name).toSorted()).toEqual(['dst_mac', 'ethertype', 'src_mac'])
  })

  it.each([
    ['802.1Q', ethernet(0x8100, tagged(100, 0x0800, ipv4(17, udp(1, 2))))],
    ['802.1ad', ethernet(0x88a8, tagged(100, 0x8100, tagged(200, 0x0800, ipv4(17, udp(1, 2)))))],
    ['QinQ of old', ethernet(0x9100, tagged(100, 0x8100, tagged(200, 0x0800, ipv4(17, udp(1, 2)))))],
  ])('%s: the outer tag, and the EtherType behind the tags', (_, packet) => {
    const { of } = parse(packet)
    expect([of('src_vlan'), of('ethertype'), of('dst_port')]).toEqual([100, 0x0800, 2])
  })

  it('reads the top MPLS label and the IP below the stack', () => {
    const { of } = parse(ethernet(0x8847, join(u32(0x12345_0ff), u32(0x00010_1ff), ipv6(17, udp(1, 2)))))
    expect([of('mpls_label'), of('ethertype'), of('src_addr'), of('dst_port')]).toEqual([0x12345, 0x8847, '2001:db8::1', 2])
  })

  it('reads IP inside PPPoE', () => {
    const { of } = parse(ethernet(0x8864, join(hex('1100 0001 0020 0021'), ipv4(17, udp(1, 2)))))
    expect([of('ethertype'), of('src_addr'), of('dst_port')]).toEqual([0x8864, '192.0.2.1', 2])
  })

  it('skips IPv4 options', () => {
    const { of } = parse(ethernet(0x0800, ipv4(17, udp(7, 8), { options: hex('94040000 01010101') })))
    expect([of('src_port'), of('dst_port')]).toEqual([7, 8])
  })

  it('gives no ports to a later fragment', () => {
    const { parts, of } = parse(ethernet(0x0800, ipv4(17, udp(7, 8), { fragment: 0x2000 | 185 })))
    expect(parts & packetPart.transport).toBe(0)
    expect([of('fragment_offset'), of('fragment_flags'), of('src_port'), of('protocol')]).toEqual([185, 0x20, 0, 17])
  })

  it('takes Ethernet padding for no header', () => {
    const { of } = parse(ethernet(0x0800, join(ipv4(6, u16(1, 2)), new Uint8Array(22).fill(0xff))))
    expect([of('src_port'), of('dst_port'), of('tcp_flags')]).toEqual([1, 2, 0])
  })

  it('reads a packet whose length is left to the network card', () => {
    expect(parse(ethernet(0x0800, ipv4(17, udp(7, 8), { totalLength: 0 }))).of('dst_port')).toBe(8)
  })

  it('walks IPv6 extension headers', () => {
    const chain = join(
      hex('3c 00 010400000000'),
      hex('33 01 000000000000 0000000000000000'),
      hex('11 02 0000 00000001 0000000000000000'),
      udp(7, 8),
    )
    const { of } = parse(ethernet(0x86dd, ipv6(0, chain)))
    expect([of('protocol'), of('src_port'), of('dst_port')]).toEqual([17, 7, 8])
  })

  it('reads the IPv6 fragment header, and ports of the first fragment only', () => {
    const first = parse(ethernet(0x86dd, ipv6(44, join(hex('11 00 0001 89abcdef'), udp(7, 8)))))
    expect([first.of('fragment_id'), first.of('fragment_flags'), first.of('dst_port')]).toEqual([0x89abcdef, 0x20, 8])
    const later = parse(ethernet(0x86dd, ipv6(44, join(hex('11 00 05a8 89abcdef'), udp(7, 8)))))
    expect([later.of('fragment_offset'), later.of('fragment_flags'), later.of('protocol'), later.of('dst_port')]).toEqual([181, 0, 17, 0])
  })

  it('gives up on an endless chain of extension headers', () => {
    const chain = join(...Array.from({ length: 40 }, () => hex('3c 00 010400000000')), udp(7, 8))
    expect(parse(ethernet(0x86dd, ipv6(60, chain))).of('dst_port')).toBe(0)
  })

  it.each([
    ['ICMP', ethernet(0x0800, ipv4(1, hex('03 0a 0000'))), 3, 10],
    ['ICMPv6', ethernet(0x86dd, ipv6(58, hex('87 00 0000'))), 135, 0],
  ])('reads type and code of %s, and no ports', (_, packet, type, code) => {
    const { of } = parse(packet)
    expect([of('icmp_type'), of('icmp_code'), of('src_port')]).toEqual([type, code, 0])
  })

  it.each([132, 33, 136])('reads the ports of protocol %i', (protocol) => {
    expect(parse(ethernet(0x0800, ipv4(protocol, u16(7, 8, 0, 0)))).of('dst_port')).toBe(8)
  })

  const packet = ipv4(17, udp(7, 8))
  it.each([
    ['raw', linkType.raw, packet],
    ['raw IPv6', linkType.raw, ipv6(17, udp(7, 8))],
    ['raw of BSD', linkType.rawBsd, packet],
    ['IPv4', linkType.ipv4, packet],
    ['IPv6', linkType.ipv6, ipv6(17, udp(7, 8))],
    ['null, little-endian', linkType.null, join(hex('02000000'), packet)],
    ['null, big-endian', linkType.null, join(hex('0000001e'), ipv6(17, udp(7, 8)))],
    ['loop', linkType.loop, join(hex('00000002'), packet)],
    ['Linux cooked', linkType.linuxCooked, join(hex('0000 0001 0006 020000000009 0000 0800'), packet)],
    ['Linux cooked 2', linkType.linuxCooked2, join(hex('0800 0000 00000002 0001 00 06 020000000009 0000'), packet)],
    [
      'NFLOG',
      linkType.nflog,
      join(hex('02 00 0001  0800 0100 0800 0300  0500 0a00 61 000000'), Uint8Array.of(packet.length + 4, 0, 9, 0), packet),
    ],
    ['NFLOG of a big-endian machine', linkType.nflog, join(hex('02 00 0001'), Uint8Array.of(0, packet.length + 4, 0, 9), packet)],
    ['MPLS', linkType.mpls, join(u32(0x00010_1ff), packet)],
  ])('finds the ports behind link type %s', (_, link, bytes) => {
    expect(parse(bytes, link).of('dst_port')).toBe(8)
  })

  it('derives the EtherType from the address family where there is no Ethernet header', () => {
    expect(parse(packet, linkType.ipv4).of('ethertype')).toBe(0x0800)
    expect(parse(ipv6(17, udp(7, 8)), linkType.raw).of('ethertype')).toBe(0x86dd)
  })

  it('reads nothing of a link type that it does not know', () => {
    expect(parse(ethernet(0x0800, packet), 105).parts).toBe(0)
  })

  it('keeps what stands before the cut, at every length', () => {
    const whole = ethernet(0x8100, tagged(100, 0x0800, ipv4(6, tcp(0x10))))
    for (let length = 0; length <= whole.length; length++) {
      const { of } = parse(whole.subarray(0, length))
      expect(of('src_mac')).toBe(length >= 14 ? '02:00:00:00:00:01' : '00:00:00:00:00:00')
      expect(of('src_vlan')).toBe(length >= 18 ? 100 : 0)
      expect(of('src_addr')).toBe(length >= 38 ? '192.0.2.1' : '::')
      expect(of('dst_port')).toBe(length >= 42 ? 443 : 0)
      expect(of('tcp_flags')).toBe(length >= 52 ? 0x10 : 0)
    }
  })

  it('survives any bytes of any link type', () => {
    const link = fc.constantFrom(...Object.values(linkType), 105)
    const batch = createFlowBatch(1)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), link, (bytes, type) => {
        expect(parsePacketHeader(bytes, 0, 250, type, batch, 0)).toBeLessThan(16)
      }),
      { numRuns: 2000 },
    )
  })

  it('survives a packet with any bytes changed', () => {
    const base = ethernet(
      0x88a8,
      tagged(100, 0x8100, tagged(200, 0x86dd, ipv6(0, join(hex('2c 00 010400000000 11 00 0001 89abcdef'), udp(7, 8))))),
    )
    const changes = fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { maxLength: 8 })
    const batch = createFlowBatch(1)
    fc.assert(
      fc.property(changes, (list) => {
        const packet = base.slice()
        for (const [at, value] of list) packet[at] = value
        expect(parsePacketHeader(packet, 0, packet.length, linkType.ethernet, batch, 0)).toBeLessThan(16)
      }),
      { numRuns: 2000 },
    )
  })
})
