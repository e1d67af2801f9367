// Tests of tunnels in packet headers: which flow is found in each kind, what is told of the tunnel, and what cuts leave.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnIndex, createFlowBatch, type FlowBatch } from '../contract/flow-batch.ts'
import { tunnel } from '../contract/flow-columns.ts'
import { ipText, macText } from './address-text.ts'
import { parsePacketHeader } from './packet-header.ts'
import { packetPart } from './packet-layout.ts'
import { linkType } from './packet-tables.ts'
import { hex, join, u16, u32 } from './testing/bytes.ts'
import { ethernet, ipv4, ipv6, tagged, tcp, udp } from './testing/packets.ts'
import {
  checksummed,
  geneve,
  gre,
  gtpu,
  inner4,
  inner6,
  innerFrame4,
  innerFrame6,
  labels,
  segmentRouting,
  tunnelledPackets,
  vxlan,
} from './testing/tunnels.ts'

const kinds = Object.keys(tunnel)
const ends = { 4: ['192.0.2.1', '198.51.100.2'], 6: ['2001:db8::1', '2001:db8::2'], 0: ['::', '::'] } as const
const flows = { 4: ['10.0.0.1', '10.0.0.2'], 6: ['fd00::1', 'fd00::2'] } as const

interface Found {
  readonly batch: FlowBatch
  readonly parts: number
  readonly kind: string
  readonly flow: readonly string[]
  readonly ends: readonly string[]
  readonly vni: number
  readonly port: number
}

function parse(packet: Uint8Array, link: number = linkType.ethernet): Found {
  const batch = createFlowBatch(2)
  const parts = parsePacketHeader(packet, 0, packet.length, link, batch, 1)
  const { columns } = batch
  return {
    batch,
    parts,
    kind: kinds[columns.tunnel[1]] ?? '',
    flow: [ipText(columns.src_addr, 1), ipText(columns.dst_addr, 1)],
    ends: [ipText(columns.tunnel_src, 1), ipText(columns.tunnel_dst, 1)],
    vni: columns.vni[1],
    port: columns.dst_port[1],
  }
}

const outer4 = (protocol: number, payload: Uint8Array): Uint8Array => ethernet(0x0800, ipv4(protocol, payload))
const isThere = ({ batch }: Found, name: 'tunnel' | 'tunnel_src' | 'vni'): boolean => batch.present[columnIndex[name]] === 1

describe('tunnels in packet headers', () => {
  it.each(tunnelledPackets)('$name: the flow is the one inside', ({ frame, kind, family, vni, label, outer, bridged }) => {
    const found = parse(frame)
    const { columns } = found.batch
    expect([found.kind, ...found.flow, found.port]).toEqual([kind, ...flows[family], 2222])
    expect([...found.ends, found.vni, columns.mpls_label[1]]).toEqual([...ends[outer], vni ?? 0, label ?? 0])
    expect([isThere(found, 'tunnel'), isThere(found, 'tunnel_src'), isThere(found, 'vni')]).toEqual([true, outer !== 0, vni !== undefined])
    expect(columns.ttl[1]).toBe(64)
    expect(macText(columns.src_mac, 1)).toBe(bridged ? '0a:00:00:00:00:01' : '02:00:00:00:00:01')
    // Below labels without a frame, the EtherType of the frame around them stays.
    const labelled = label !== undefined && !bridged
    expect(columns.ethertype[1]).toBe(labelled ? 0x8847 : family === 4 ? 0x0800 : 0x86dd)
    expect(found.parts).toBe(packetPart.link | packetPart.transport | (family === 4 ? packetPart.ipv4 : packetPart.ipv6))
  })

  it('keeps the outer flow until the inner IP header is there, and names the tunnel as soon as it can be known', () => {
    for (const { frame, kind, family, outer } of tunnelledPackets) {
      if (outer === 0) continue
      const seen: string[] = []
      for (let length = 0; length <= frame.length; length++) {
        const found = parse(frame.subarray(0, length))
        const state = found.flow[0] === '::' ? 'nothing' : `${found.flow[0] === flows[family][0] ? 'inner' : 'outer'} ${found.kind}`
        if (seen.at(-1) !== state) seen.push(state)
      }
      // UDP tunnels are known by their header, others by the protocol number; labels around one before that.
      expect(['nothing', 'outer none', 'outer mpls', `outer ${kind}`, `inner ${kind}`]).toEqual(expect.arrayContaining(seen))
      expect(seen.slice(-2)).toEqual([`outer ${kind}`, `inner ${kind}`])
    }
  })

  it.each([
    ['ARP in VXLAN', outer4(17, vxlan(5, ethernet(0x0806, hex('0001 0800 0604 0001')))), 'vxlan'],
    ['a keepalive in GRE', outer4(47, gre(0, new Uint8Array(40))), 'gre'],
    ['PPTP', outer4(47, gre(0x880b, new Uint8Array(40), { flags: 0x2001 })), 'gre'],
    ['GRE with source routes', outer4(47, gre(0x0800, inner4, { flags: 0x4000 })), 'gre'],
    ['IPv6 announced as IPv4 in GRE', outer4(47, gre(0x0800, inner6)), 'gre'],
    ['ERSPAN of an unknown frame type', outer4(47, gre(0x22eb, join(u32(0x20010001, 0, 0x1c00), innerFrame4), { sequence: 1 })), 'gre'],
    ['a frame below labels in GRE that holds no IP', outer4(47, gre(0x8847, labels([9], ethernet(0x0806, hex('0001'))))), 'gre'],
    ['noise in Geneve', outer4(17, geneve(5, 0x6558, new Uint8Array(60).fill(0xee))), 'geneve'],
    ['noise in GTP-U', outer4(17, gtpu(5, new Uint8Array(60).fill(0xee))), 'gtpu'],
    ['a GTP-U extension header of length 0', outer4(17, gtpu(5, inner4, hex('85 00 1001 40'))), 'gtpu'],
    ['a later fragment of IPIP', ethernet(0x0800, ipv4(4, inner4, { fragment: 185 })), 'ipip'],
  ])('%s: the flow is the tunnel’s own', (_, frame, kind) => {
    const found = parse(frame)
    expect([found.kind, ...found.flow]).toEqual([kind, ...ends[4]])
    expect(found.ends).toEqual(ends[4])
  })

  it.each([
    ['TCP on the port of VXLAN', outer4(6, join(u16(40000, 4789), new Uint8Array(60)))],
    ['VXLAN without a valid identifier', outer4(17, udp(1, 4789, join(u32(0, 0), innerFrame4)))],
    ['Geneve of another version', outer4(17, udp(1, 6081, join(u32(0x40006558, 0), innerFrame4)))],
    ['a GTP-U echo', outer4(17, udp(1, 2152, join(hex('30 01 0000 00000000'), inner4)))],
    ['GTP’ on the port of GTP-U', outer4(17, udp(1, 2152, join(hex('20 ff 0000 00000000'), inner4)))],
    ['an answer from the port of VXLAN', outer4(17, udp(4789, 1, join(u32(0x08000000, 256), innerFrame4)))],
    ['a later fragment of UDP', ethernet(0x0800, ipv4(17, vxlan(1, innerFrame4), { fragment: 185 }))],
    ['UDP behind a segment list', ethernet(0x86dd, ipv6(43, segmentRouting(17, udp(5, 6))))],
    ['protocol 143 over IPv4', outer4(143, innerFrame4)],
  ])('%s is no tunnel', (_, frame) => {
    const found = parse(frame)
    expect([found.kind, found.ends[0], isThere(found, 'tunnel'), isThere(found, 'vni')]).toEqual(['none', '::', false, false])
  })

  it('tells the outermost tunnel of several, the innermost flow, and the outermost tag', () => {
    const bridged = join(hex('0a0000000002 0a0000000001 8100'), tagged(20, 0x0800, ipv4(47, gre(0x0800, inner4))))
    const found = parse(ethernet(0x8100, tagged(10, 0x0800, ipv4(17, vxlan(5, bridged)))))
    expect([found.kind, ...found.flow, ...found.ends, found.vni]).toEqual(['vxlan', ...flows[4], ...ends[4], 5])
    expect(found.batch.columns.src_vlan[1]).toBe(10)
    const untagged = parse(outer4(17, vxlan(5, bridged)))
    expect(untagged.batch.columns.src_vlan[1]).toBe(20)
  })

  it('goes four tunnels deep and no further', () => {
    const nested = (depth: number): Uint8Array => {
      let packet: Uint8Array = inner4
      for (let i = 0; i < depth; i++) packet = ipv4(4, packet)
      return packet
    }
    expect(parse(nested(4), linkType.ipv4).flow).toEqual(flows[4])
    const deep = parse(nested(5), linkType.ipv4)
    expect([deep.flow, deep.batch.columns.protocol[1]]).toEqual([ends[4], 4])
    // Frames below labels nest as well; a packet of nothing else must cost no more.
    let frames: Uint8Array = innerFrame4
    for (let i = 0; i < 2000; i++) frames = ethernet(0x8847, labels([i], join(u32(0), frames)))
    expect(parse(frames).batch.columns.mpls_label[1]).toBe(1999)
  })

  it('takes fragments, lengths and ports from the inner packet', () => {
    const fragment = checksummed(ipv4(17, udp(7, 8), { fragment: 0x2000 | 185 }))
    const { batch, port } = parse(outer4(47, gre(0x0800, fragment)))
    expect([batch.columns.fragment_offset[1], batch.columns.fragment_flags[1], port]).toEqual([185, 0x20, 0])
  })

  it('does not read past the outer packet into the padding', () => {
    const short = ipv4(4, inner4.subarray(0, 12))
    expect(parse(ethernet(0x0800, join(short, inner4.subarray(12)))).flow).toEqual(ends[4])
  })
})

describe('what is below labels', () => {
  const below = (payload: Uint8Array): Found => parse(ethernet(0x8847, labels([5], payload)))
  const frame = (macs: string, type: number, payload: Uint8Array): Uint8Array => join(hex(macs), u16(type), payload)

  it.each([
    ['4', '450000000002 020000000001'],
    ['6', '600000000002 020000000001'],
    ['0', '000000000002 020000000001'],
    ['1', '1c0000000002 020000000001'],
    ['f', 'f20000000002 020000000001'],
  ])('is a frame to a MAC address that begins with %s, with and without a control word', (_, macs) => {
    for (const payload of [frame(macs, 0x0800, inner4), frame(macs, 0x86dd, inner6), frame(macs, 0x8100, tagged(9, 0x0800, inner4))]) {
      for (const bytes of [payload, join(u32(0x00000007), payload)]) {
        const found = below(bytes)
        expect([found.kind, found.port, found.ends[0]]).toEqual(['mpls', 2222, '::'])
        expect(macText(found.batch.columns.src_mac, 1)).toBe('02:00:00:00:00:01')
      }
    }
  })

  it('is IP by its version, also with a checksum that the card has yet to fill in', () => {
    for (const packet of [ipv4(17, udp(1, 2222)), inner4, inner6]) expect(below(packet).port).toBe(2222)
  })

  it.each([
    ['a frame without IP', frame('020000000002 020000000001', 0x0806, hex('0001'))],
    ['a frame that says IPv4 and holds something else', frame('020000000002 020000000001', 0x0800, new Uint8Array(40))],
    ['an associated channel', u32(0x10000021, 1, 2, 3, 4, 5)],
    ['nothing', new Uint8Array(0)],
  ])('%s leaves the labelled frame as it is', (_, payload) => {
    const found = below(payload)
    expect([found.kind, found.flow[0], found.batch.columns.mpls_label[1]]).toEqual(['mpls', '::', 5])
    expect(macText(found.batch.columns.src_mac, 1)).toBe('02:00:00:00:00:01')
  })
})

describe('tunnels of hostile packets', () => {
  it('survives any change and cut, and writes no row but its own', () => {
    const batch = createFlowBatch(3)
    const packet = fc.constantFrom(...tunnelledPackets.map(({ frame }) => frame))
    const changes = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 6 })
    fc.assert(
      fc.property(packet, changes, fc.nat(200), (base, list, length) => {
        const bytes = base.slice(0, Math.max(14, length))
        for (const [at, value] of list) if (at < bytes.length) bytes[at] = value
        expect(parsePacketHeader(bytes, 0, bytes.length, linkType.ethernet, batch, 1)).toBeLessThan(16)
        for (const row of [0, 2])
          expect([batch.columns.tunnel[row], batch.columns.vni[row], ipText(batch.columns.tunnel_src, row)]).toEqual([0, 0, '::'])
      }),
      { numRuns: 3000 },
    )
  })

  it('reads nothing behind the end: what stands there changes nothing', () => {
    const packet = fc.constantFrom(...tunnelledPackets.map(({ frame }) => frame))
    fc.assert(
      fc.property(packet, fc.nat(150), fc.array(fc.tuple(fc.nat(150), fc.nat(255)), { maxLength: 3 }), (base, length, list) => {
        const end = Math.min(length, base.length)
        const changed = base.slice(0, end)
        for (const [at, value] of list) if (at < end) changed[at] = value
        const rows = [0x00, 0xff].map((filler) => {
          const batch = createFlowBatch(1)
          const parts = parsePacketHeader(join(changed, new Uint8Array(100).fill(filler)), 0, end, linkType.ethernet, batch, 0)
          return [parts, batch.columns, batch.present]
        })
        expect(rows[0]).toEqual(rows[1])
      }),
      { numRuns: 1500 },
    )
  })

  it('survives any bytes inside each tunnel', () => {
    const batch = createFlowBatch(1)
    const wrap = fc.constantFrom<(noise: Uint8Array) => Uint8Array>(
      (noise) => ipv4(47, noise),
      (noise) => ipv4(17, vxlan(1, noise)),
      (noise) => ipv4(17, geneve(1, 0x6558, noise)),
      (noise) => ipv4(17, udp(1, 6081, noise)),
      (noise) => ipv4(17, udp(1, 2152, join(hex('37ff'), noise))),
      (noise) => ipv4(47, gre(0x22eb, noise)),
      (noise) => ipv4(137, noise),
      (noise) => ipv6(43, segmentRouting(143, noise)),
      (noise) => ipv4(4, noise),
    )
    fc.assert(
      fc.property(wrap, fc.uint8Array({ maxLength: 120 }), (around, noise) => {
        const bytes = around(noise)
        expect(parsePacketHeader(bytes, 0, bytes.length, linkType.raw, batch, 0)).toBeLessThan(16)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('plain packets', () => {
  it('have no tunnel', () => {
    for (const packet of [ethernet(0x0800, ipv4(6, tcp(2))), ethernet(0x86dd, ipv6(17, udp(1, 2))), ethernet(0x0806, hex('0001'))]) {
      const found = parse(packet)
      expect([found.kind, isThere(found, 'tunnel'), isThere(found, 'tunnel_src'), isThere(found, 'vni')]).toEqual([
        'none',
        false,
        false,
        false,
      ])
    }
  })

  it('in PPP are read with and without address and control', () => {
    for (const start of ['ff03', '']) {
      expect(parse(join(hex(`${start}0021`), inner4), linkType.ppp).port).toBe(2222)
      expect(parse(join(hex(`${start}0057`), inner6), linkType.ppp).port).toBe(2222)
      expect(parse(join(hex(`${start}0281`), labels([4], innerFrame6)), linkType.ppp).port).toBe(2222)
    }
    expect(parse(hex('ff03'), linkType.ppp).parts).toBe(0)
  })
})
