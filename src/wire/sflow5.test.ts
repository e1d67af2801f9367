// Tests of the sFlow v5 decoder: each record in its columns, and damage of every kind.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFlowBatch, type FlowBatch } from '../contract/flow-batch.ts'
import { exportProtocol, observationPoint, samplingSource, tunnel } from '../contract/flow-columns.ts'
import type { WireErrorCode } from '../contract/wire-errors.ts'
import { ipText, macText } from './address-text.ts'
import { packetPart } from './packet-layout.ts'
import { linkType } from './packet-tables.ts'
import {
  decodeSflow5,
  maxFlowSamplesPerDatagram,
  type SflowDatagram,
  type SflowHost,
  type SflowSample,
  type SflowSkipped,
} from './sflow5.ts'
import { hex, join, u16, u32 } from './testing/bytes.ts'
import { ethernet, ipv4, ipv6, tagged, tcp, udp } from './testing/packets.ts'
import { flowSample, part, rawHeader, sflowDatagram } from './testing/sflow.ts'
import { tolerateWireErrors } from './testing/tolerate.ts'
import { innerFrame4, vxlan } from './testing/tunnels.ts'

/** Writes down all that the decoder tells. */
class RecordingHost implements SflowHost {
  readonly datagrams: (Omit<SflowDatagram, 'agent'> & { agent: string })[] = []
  readonly flows: SflowSample[] = []
  readonly counters: SflowSample[] = []
  readonly counterFormats: number[] = []
  readonly drops: SflowSample[] = []
  readonly skipped: [SflowSkipped, number][] = []
  readonly faults: WireErrorCode[] = []
  wanted = true

  sflowDatagram({ agent, ...header }: SflowDatagram): boolean {
    this.datagrams.push({ ...header, agent: ipText(agent, 0) })
    return this.wanted
  }
  sflowFlowSample(sample: SflowSample): void {
    this.flows.push({ ...sample })
  }
  sflowCounterSample(sample: SflowSample): void {
    this.counters.push({ ...sample })
  }
  sflowCounterRecord(format: number): void {
    this.counterFormats.push(format)
  }
  sflowDropSample(sample: SflowSample): void {
    this.drops.push({ ...sample })
  }
  sflowSkipped(what: SflowSkipped, format: number): void {
    this.skipped.push([what, format])
  }
  malformed(code: WireErrorCode): void {
    this.faults.push(code)
  }
}

function decode(bytes: Uint8Array, length = bytes.length): { host: RecordingHost; batch: FlowBatch; columns: FlowBatch['columns'] } {
  const batch = createFlowBatch(maxFlowSamplesPerDatagram)
  const host = new RecordingHost()
  decodeSflow5(bytes, length, batch, host)
  return { host, batch, columns: batch.columns }
}

const packet = ethernet(0x0800, ipv4(6, tcp(0x18)))
const sample = flowSample([rawHeader(packet, 1500)])

describe('decodeSflow5', () => {
  it('writes a flow sample with a raw header', () => {
    const { host, batch, columns } = decode(sflowDatagram([sample]))
    expect(batch.rows).toBe(1)
    expect([columns.bytes[0], columns.bytes[1], columns.packets[0], columns.packets[1]]).toEqual([1500, 0, 1, 0])
    expect([columns.sampling_rate[0], columns.sampling_source[0], columns.export_protocol[0]]).toEqual([
      512,
      samplingSource.header,
      exportProtocol.sflow5,
    ])
    expect([columns.in_if[0], columns.out_if[0], columns.observed_at[0], columns.observation_domain[0]]).toEqual([
      3,
      4,
      observationPoint.ingress,
      7,
    ])
    expect([ipText(columns.src_addr, 0), columns.dst_port[0], columns.tcp_flags[0]]).toEqual(['192.0.2.1', 443, 0x18])
    expect(host.faults).toEqual([])
  })

  it.each<[string, number, number, number, number]>([
    // Sampled bytes of the IP packet, IP total length, frame length told (4 of it stripped), length stored.
    ['cut before the agent saw it counts as long as its IP header says', 128, 1500, 146, 14 + 1500 + 4],
    ['whole and honest keeps its length', 128, 128, 146, 146],
    ['cut by the agent keeps the length that the agent tells', 128, 1500, 1518, 1518],
    ['short and with a made-up IP length keeps its length', 40, 65_535, 58, 58],
  ])('a frame that is %s', (_name, captured, total, told, stored) => {
    const header = ethernet(0x0800, ipv4(6, tcp(0x18, new Uint8Array(captured - 40)), { totalLength: total }))
    expect(decode(sflowDatagram([flowSample([rawHeader(header, told)])])).columns.bytes[0]).toBe(stored)
  })

  it('tells the header of the datagram and of the sample', () => {
    const { host } = decode(sflowDatagram([sample]))
    expect(host.datagrams).toEqual([{ agent: '192.0.2.10', subAgent: 7, sequence: 1000, uptimeMs: 60_000, samples: 1 }])
    const parts = packetPart.link | packetPart.ipv4 | packetPart.transport
    const [{ headerBytes, headerStart, headerEnd, frameLength, ...told }, ...others] = host.flows
    const header = { parts, link: linkType.ethernet, stripped: 4 }
    expect(told).toEqual({ sequence: 50, sourceType: 0, sourceIndex: 3, samplingRate: 512, samplePool: 100_000, drops: 2, ...header })
    expect(others).toEqual([])
    // Where the sampled header stands: an Ethernet header of 14 bytes, then IPv4.
    expect(headerBytes.subarray(headerStart, headerEnd)[14] >> 4).toBe(4)
    expect(frameLength).toBeGreaterThanOrEqual(headerEnd - headerStart)
  })

  it('reads an IPv6 agent', () => {
    const agent = join(u32(2), hex('20010db8000000000000000000000009'))
    expect(decode(sflowDatagram([sample], { agent })).host.datagrams[0]?.agent).toBe('2001:db8::9')
  })

  it('leaves the samples alone when the host does not want them', () => {
    const batch = createFlowBatch(10)
    const host = new RecordingHost()
    host.wanted = false
    const bytes = sflowDatagram([sample])
    decodeSflow5(bytes, bytes.length, batch, host)
    expect([batch.rows, host.flows.length]).toEqual([0, 0])
  })

  it('reads no further than the length of the datagram', () => {
    const bytes = sflowDatagram([sample, sample])
    const { host, batch } = decode(bytes, bytes.length - 4)
    expect([batch.rows, host.faults]).toEqual([1, ['bad_sample_length']])
  })

  it('writes an expanded flow sample', () => {
    const body = join(u32(51, 0, 70_000, 1000, 5, 0, 0, 1_000_000, 0, 70_000, 1), rawHeader(packet, 64))
    const { columns, host } = decode(sflowDatagram([part(3, body)]))
    expect([columns.in_if[0], columns.out_if[0], columns.sampling_rate[0], columns.observed_at[0]]).toEqual([
      1_000_000,
      70_000,
      1000,
      observationPoint.egress,
    ])
    expect(host.flows[0]).toMatchObject({ sequence: 51, sourceType: 0, sourceIndex: 70_000 })
  })

  it.each([
    ['unknown', 0, 0, 0],
    ['the device itself', 0x3fffffff, 0, 0],
    ['discarded by an access list', 0x40000102, 0, 128],
    ['seven interfaces', 0x80000007, 0, 0],
  ])('output %s', (_, output, interfaceIndex, status) => {
    const { columns } = decode(sflowDatagram([flowSample([], { output })]))
    expect([columns.out_if[0], columns.forwarding_status[0]]).toEqual([interfaceIndex, status])
  })

  it('takes the largest expanded interface for the device itself', () => {
    const body = u32(51, 0, 5, 1000, 5, 0, 0, 0xffffffff, 0, 9, 0)
    expect(decode(sflowDatagram([part(3, body)])).columns.in_if[0]).toBe(0)
  })

  it.each([
    ['a VLAN', 0x01000003],
    ['another interface', 9],
  ])('does not know the side of a sample by %s', (_, source) => {
    expect(decode(sflowDatagram([flowSample([], { source })])).columns.observed_at[0]).toBe(observationPoint.unknown)
  })

  it('keeps a sample that tells of no packet, as one packet of 0 bytes', () => {
    const { columns, batch } = decode(sflowDatagram([flowSample([])]))
    expect([batch.rows, columns.packets[0], columns.bytes[0]]).toEqual([1, 1, 0])
  })

  it('leaves the rate of an agent that does not know it to be settled', () => {
    const { columns } = decode(sflowDatagram([flowSample([rawHeader(packet, 64)], { rate: 0 })]))
    expect([columns.sampling_rate[0], columns.sampling_source[0]]).toEqual([0, samplingSource.unknown])
  })

  it('reads raw headers of IPv4, IPv6 and MPLS, and counts other protocols', () => {
    const records = [
      rawHeader(ipv4(17, udp(1, 53)), 60, 11),
      rawHeader(ipv6(17, udp(2, 53)), 80, 12),
      rawHeader(join(u32(0x00064_1ff), ipv4(17, udp(3, 53))), 64, 13),
      rawHeader(hex('00'), 99, 5),
    ]
    const { columns, host } = decode(sflowDatagram(records.map((record) => flowSample([record]))))
    expect([...columns.src_port.subarray(0, 4)]).toEqual([1, 2, 3, 0])
    expect(columns.mpls_label[2]).toBe(100)
    expect([columns.bytes[6], host.skipped]).toEqual([99, [['header_protocol', 5]]])
  })

  it('reads sampled Ethernet and IPv4 records', () => {
    const ethernetRecord = part(2, join(u32(1518), hex('020000000001 0000 020000000002 0000'), u32(0x0800)))
    const ipv4Record = part(3, join(u32(1500, 17), hex('c0000201 c6336402'), u32(53, 40000, 0, 0xb8)))
    const { columns, host } = decode(sflowDatagram([flowSample([ipv4Record, ethernetRecord])]))
    expect([columns.bytes[0], macText(columns.src_mac, 0), macText(columns.dst_mac, 0)]).toEqual([
      1518,
      '02:00:00:00:00:01',
      '02:00:00:00:00:02',
    ])
    expect([ipText(columns.dst_addr, 0), columns.protocol[0], columns.src_port[0], columns.dst_port[0], columns.tos[0]]).toEqual([
      '198.51.100.2',
      17,
      53,
      40000,
      0xb8,
    ])
    expect([columns.ethertype[0], host.flows[0]?.parts]).toEqual([0x0800, packetPart.link | packetPart.ipv4 | packetPart.transport])
  })

  it('reads a sampled IPv6 record', () => {
    const record = part(
      4,
      join(u32(1460, 6), hex('20010db8000000000000000000000001 20010db8000000000000000000000002'), u32(443, 50000, 0x12, 0)),
    )
    const { columns } = decode(sflowDatagram([flowSample([record])]))
    expect([columns.bytes[0], ipText(columns.src_addr, 0), columns.tcp_flags[0], columns.ethertype[0]]).toEqual([
      1460,
      '2001:db8::1',
      0x12,
      0x86dd,
    ])
  })

  it('believes the raw header before the other records, whatever their order', () => {
    const ipv4Record = part(3, join(u32(9, 17), hex('0a000001 0a000002'), u32(53, 40000, 0, 0)))
    for (const records of [
      [rawHeader(packet, 1500), ipv4Record],
      [ipv4Record, rawHeader(packet, 1500)],
    ]) {
      const { columns } = decode(sflowDatagram([flowSample(records)]))
      expect([columns.bytes[0], ipText(columns.src_addr, 0), columns.protocol[0], columns.dst_port[0]]).toEqual([1500, '192.0.2.1', 6, 443])
    }
  })

  it('takes VLANs from the extended switch record before the tag', () => {
    const vlanPacket = ethernet(0x8100, tagged(5, 0x0800, ipv4(6, tcp(2))))
    const records = [part(1001, u32(100, 0, 200, 0)), rawHeader(vlanPacket, 70)]
    const { columns } = decode(
      sflowDatagram([flowSample(records), flowSample([part(1001, u32(0, 0, 0xffffffff, 0)), rawHeader(vlanPacket, 70)])]),
    )
    expect([columns.src_vlan[0], columns.dst_vlan[0]]).toEqual([100, 200])
    expect([columns.src_vlan[1], columns.dst_vlan[1]]).toEqual([5, 0])
  })

  const router = part(1002, join(u32(1), hex('c0000264'), u32(24, 16)))
  const gateway = part(
    1003,
    join(
      u32(2),
      hex('20010db8000000000000000000000063'),
      u32(64500, 64501, 64502, 2),
      u32(2, 2, 64503, 64504),
      u32(1, 1, 64505),
      u32(1, 99, 100),
    ),
  )

  it('reads extended router and gateway records; the router’s next hop goes before that of BGP', () => {
    for (const records of [
      [router, gateway],
      [gateway, router],
    ]) {
      const { columns, host } = decode(sflowDatagram([flowSample(records)]))
      expect([ipText(columns.next_hop, 0), columns.src_mask[0], columns.dst_mask[0]]).toEqual(['192.0.2.100', 24, 16])
      expect([columns.src_as[0], columns.dst_as[0], host.faults]).toEqual([64501, 64505, []])
    }
  })

  it('reads the next hop of BGP when there is no other', () => {
    expect(ipText(decode(sflowDatagram([flowSample([gateway])])).columns.next_hop, 0)).toBe('2001:db8::63')
  })

  it('leaves the destination AS open when the path is empty or the next hop unknown', () => {
    const record = part(1003, u32(0, 64500, 64501, 64502, 0, 0, 100))
    const { columns, host } = decode(sflowDatagram([flowSample([record])]))
    expect([columns.src_as[0], columns.dst_as[0], host.faults]).toEqual([64501, 0, []])
  })

  describe('extended records of labels, translation and tunnels', () => {
    const nat = part(1007, join(u32(1), hex('cb007101'), u32(2), hex('20010db8000000000000000000000063')))

    it('takes the top label of the stack in, of the stack out where there is none, and the sampled header first', () => {
      const stacks = (...words: readonly number[]): Uint8Array => part(1006, join(u32(1), hex('c0000264'), u32(...words)))
      const labelled = ethernet(0x8847, join(u32(0x00064_1ff), ipv4(17, udp(1, 2))))
      const samples = [
        flowSample([stacks(2, 0x00007_0ff, 0x00008_1ff, 1, 0x00009_1ff), rawHeader(packet, 64)]),
        flowSample([stacks(0, 1, 0x00009_1ff)]),
        flowSample([stacks(0, 0)]),
        flowSample([stacks(1, 0x00007_1ff, 0), rawHeader(labelled, 64)]),
      ]
      const { columns, host } = decode(sflowDatagram(samples))
      expect([...columns.mpls_label.subarray(0, 4)]).toEqual([7, 9, 0, 100])
      expect([ipText(columns.next_hop, 0), host.faults, host.skipped]).toEqual(['192.0.2.100', [], []])
    })

    it('goes by the next hop of the router before that of the label, and that before BGP', () => {
      const mpls = part(1006, join(u32(1), hex('c0000265'), u32(0, 0)))
      expect(ipText(decode(sflowDatagram([flowSample([mpls, router])])).columns.next_hop, 0)).toBe('192.0.2.100')
      expect(ipText(decode(sflowDatagram([flowSample([mpls, gateway])])).columns.next_hop, 0)).toBe('192.0.2.101')
    })

    it('reads translated addresses and ports', () => {
      const { columns, host } = decode(sflowDatagram([flowSample([nat, part(1020, u32(1024, 65535))])]))
      expect([ipText(columns.nat_src_addr, 0), ipText(columns.nat_dst_addr, 0)]).toEqual(['203.0.113.1', '2001:db8::63'])
      expect([columns.nat_src_port[0], columns.nat_dst_port[0], host.faults]).toEqual([1024, 65535, []])
    })

    it('leaves a translated address open that the device does not know, and refuses one of no known type', () => {
      const { columns, host } = decode(
        sflowDatagram([flowSample([part(1007, join(u32(0, 1), hex('cb007101')))]), flowSample([part(1007, u32(7, 1, 2))])]),
      )
      expect([ipText(columns.nat_src_addr, 0), ipText(columns.nat_dst_addr, 0), host.faults]).toEqual([
        '::',
        '203.0.113.1',
        ['bad_address_type'],
      ])
    })

    it('takes the outermost tag that was taken off before the tag in the header, and that of the switch before both', () => {
      const stripped = part(1012, u32(2, 0x88a8_0141, 0x8100_6042))
      const tags = rawHeader(ethernet(0x8100, tagged(5, 0x0800, ipv4(6, tcp(2)))), 70)
      const { columns } = decode(
        sflowDatagram([
          flowSample([stripped, tags]),
          flowSample([tags, stripped, part(1001, u32(100, 0, 0, 0))]),
          flowSample([part(1012, u32(0)), tags]),
        ]),
      )
      expect([...columns.src_vlan.subarray(0, 3)]).toEqual([0x141, 100, 5])
    })

    const outer4 = (protocol: number, port: number): Uint8Array => join(u32(0, protocol), hex('c6336401 c6336402'), u32(4000, port, 0, 0))
    it.each([
      ['VXLAN', 1023, outer4(17, 4789), tunnel.vxlan, '198.51.100.1'],
      ['Geneve', 1024, outer4(17, 6081), tunnel.geneve, '198.51.100.1'],
      ['GRE', 1024, outer4(47, 0), tunnel.gre, '198.51.100.1'],
      ['6in4', 1024, outer4(41, 0), tunnel.sixinfour, '198.51.100.1'],
      [
        'IPv6 in IPv6',
        1026,
        join(u32(0, 41), hex('20010db8000000000000000000000001 20010db8000000000000000000000002'), u32(0, 0, 0, 0)),
        tunnel.ipip,
        '2001:db8::1',
      ],
      ['what has no name', 1024, outer4(17, 9999), tunnel.none, '::'],
    ])('reads a record of a tunnel that the header does not show: %s', (_, format, record, kind, source) => {
      const { columns, host } = decode(sflowDatagram([flowSample([part(format, record), part(1030, u32(77)), rawHeader(packet, 64)])]))
      expect([columns.tunnel[0], ipText(columns.tunnel_src, 0), columns.vni[0], host.skipped]).toEqual([kind, source, 77, []])
      expect(ipText(columns.src_addr, 0)).toBe('192.0.2.1')
    })

    it('believes the header before the record', () => {
      const tunnelled = rawHeader(ethernet(0x0800, ipv4(17, vxlan(5, innerFrame4))), 64)
      for (const records of [
        [tunnelled, part(1024, outer4(47, 0)), part(1030, u32(77))],
        [part(1024, outer4(47, 0)), part(1030, u32(77)), tunnelled],
      ]) {
        const { columns } = decode(sflowDatagram([flowSample(records)]))
        expect([columns.tunnel[0], ipText(columns.tunnel_src, 0), columns.vni[0], ipText(columns.src_addr, 0)]).toEqual([
          tunnel.vxlan,
          '192.0.2.1',
          5,
          '10.0.0.1',
        ])
      }
    })

    it('keeps nothing of one sample for the next', () => {
      const full = flowSample([
        nat,
        part(1006, u32(0, 1, 0x00007_1ff, 0)),
        part(1012, u32(1, 0x8100_0009)),
        part(1024, outer4(47, 0)),
        part(1030, u32(77)),
      ])
      const { columns } = decode(sflowDatagram([full, flowSample([])]))
      expect([columns.mpls_label[0], columns.src_vlan[0], columns.tunnel[0], columns.vni[0]]).toEqual([7, 9, tunnel.gre, 77])
      expect([columns.mpls_label[1], columns.src_vlan[1], columns.tunnel[1], columns.vni[1]]).toEqual([0, 0, 0, 0])
    })

    it('ends on stacks longer than their record', () => {
      const { host } = decode(
        sflowDatagram([flowSample([part(1006, u32(0, 0xffffffff, 1)), part(1012, u32(0xffffffff)), part(1006, u32(0, 0xffffffff))])]),
      )
      expect(host.faults).toEqual(['truncated', 'truncated', 'truncated'])
    })
  })

  it('counts counter samples and hands out their records', () => {
    const records = [part(1, new Uint8Array(88)), part(2, new Uint8Array(52)), part((4413 << 12) | 3, u32(1))]
    const compact = part(2, join(u32(9, 3, records.length), ...records))
    const expanded = part(4, join(u32(10, 0, 70_000, records.length), ...records))
    const { host, batch } = decode(sflowDatagram([compact, expanded]))
    expect([batch.rows, host.counters.map((counter) => counter.sourceIndex)]).toEqual([0, [3, 70_000]])
    expect(host.counterFormats).toEqual([1, 2, (4413 << 12) | 3, 1, 2, (4413 << 12) | 3])
  })

  it('counts discarded-packet samples', () => {
    const { host, batch } = decode(sflowDatagram([part(5, u32(77, 0, 3, 4, 1, 2, 289, 0))]))
    expect([batch.rows, host.drops[0]?.sequence, host.drops[0]?.drops]).toEqual([0, 77, 4])
  })

  it('skips what it does not know by its length, also when that is not a whole number of words', () => {
    const strange = part((8800 << 12) | 1, hex('0102030405'))
    const { host, batch } = decode(sflowDatagram([strange, flowSample([part(1036, hex('01020304050607')), rawHeader(packet, 64)])]))
    expect([batch.rows, batch.columns.bytes[0], host.faults]).toEqual([1, 64, []])
    expect(host.skipped).toEqual([
      ['sample', (8800 << 12) | 1],
      ['flow_record', 1036],
    ])
  })
})

describe('decodeSflow5 on damaged datagrams', () => {
  it.each([
    ['too short for a header', hex('00000005 00000001 c0000201 00000000'), 'truncated'],
    ['of another version', hex('00000004 00000001 c0000201'), 'unknown_version'],
    ['with an agent address of no known type', join(u32(5, 3), new Uint8Array(40)), 'bad_address_type'],
    ['empty', new Uint8Array(0), 'truncated'],
  ])('refuses one %s', (_, bytes, code) => {
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ code }))
  })

  it('reports samples that are announced and not there', () => {
    const { host, batch } = decode(sflowDatagram([sample], { announced: 4_000_000_000 }))
    expect([batch.rows, host.faults]).toEqual([1, ['bad_count']])
  })

  it('keeps the samples before one that is longer than the datagram', () => {
    const { host, batch } = decode(sflowDatagram([sample, part(1, u32(50, 3), 4000), sample]))
    expect([batch.rows, host.faults]).toEqual([1, ['bad_sample_length']])
  })

  it('counts a counter sample that is longer than the datagram', () => {
    const { host } = decode(sflowDatagram([part(2, join(u32(9, 3, 1), part(1, new Uint8Array(88), 92)), 4000)]))
    expect([host.counters.length, host.faults[0]]).toEqual([1, 'bad_sample_length'])
  })

  it('keeps what a sample says before a record that is longer than the sample', () => {
    const lying = part(1002, join(u32(1), hex('c0000264'), u32(24, 16)), 4000)
    const { host, batch, columns } = decode(sflowDatagram([flowSample([rawHeader(packet, 1500), lying]), sample]))
    expect([batch.rows, columns.bytes[0], ipText(columns.next_hop, 0), host.faults]).toEqual([
      2,
      1500,
      '192.0.2.100',
      ['bad_sample_length'],
    ])
  })

  it('goes on behind a record that is too short for its format', () => {
    const { host, columns } = decode(sflowDatagram([flowSample([part(1002, u32(1)), rawHeader(packet, 1500)])]))
    expect([columns.bytes[0], host.faults]).toEqual([1500, ['truncated']])
  })

  it('reports records that are announced and not there, and keeps the flow', () => {
    const { host, batch } = decode(sflowDatagram([flowSample([rawHeader(packet, 1500)], { announced: 0xffffffff }), sample]))
    expect([batch.rows, host.faults]).toEqual([2, ['truncated']])
  })

  it('reads a sampled header as far as it is there', () => {
    const lying = part(1, join(u32(1, 1500, 4, 5000), packet))
    const { host, columns } = decode(sflowDatagram([flowSample([lying])]))
    expect([columns.bytes[0], columns.dst_port[0], host.faults]).toEqual([1500, 443, ['bad_sample_length']])
  })

  it('ends on an AS path of endless segments', () => {
    const record = part(1003, u32(0, 1, 2, 3, 0xffffffff, 2, 0xffffffff, 5))
    expect(decode(sflowDatagram([flowSample([record])])).host.faults).toEqual(['truncated'])
  })

  it('holds no more samples in the largest datagram than it says', () => {
    const samples = Array.from({ length: maxFlowSamplesPerDatagram + 1 }, () => flowSample([]))
    const bytes = sflowDatagram(samples)
    expect(bytes.length).toBeGreaterThan(65_507)
    expect(decode(bytes, 65_507).batch.rows).toBe(maxFlowSamplesPerDatagram)
  })

  const seeds = [
    sflowDatagram([sample, flowSample([part(1001, u32(1, 0, 2, 0)), part(1002, join(u32(1), hex('c0000264'), u32(24, 16)))])]),
    sflowDatagram([
      part(3, join(u32(51, 0, 7, 1000, 5, 0, 0, 1, 0, 7, 1), rawHeader(packet, 64))),
      part(4, join(u32(1, 0, 3, 1), part(1, u32(1, 2, 3)))),
    ]),
    sflowDatagram([
      flowSample([part(1003, join(u32(1), hex('c0000264'), u32(1, 2, 3, 1, 2, 2, 4, 5, 0, 100)))]),
      part(5, u32(77, 0, 3, 4, 1, 2, 289, 0)),
    ]),
    sflowDatagram([
      flowSample([part(1006, u32(0, 1, 0x00007_1ff, 0)), part(1012, u32(1, 0x8100_0009)), part(1007, u32(1, 2, 1, 3))]),
      flowSample([
        part(1024, u32(0, 17, 1, 2, 3, 4789, 0, 0)),
        part(1030, u32(77)),
        rawHeader(ethernet(0x0800, ipv4(17, vxlan(5, innerFrame4))), 99),
      ]),
    ]),
  ]

  it('throws nothing but WireError on mutated datagrams, and every row is complete', () => {
    const mutation = fc.tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(400), fc.constantFrom(0, 1, 2, 4, 255, 128, 64)), { maxLength: 6 }),
      fc.nat(400),
    )
    const batch = createFlowBatch(maxFlowSamplesPerDatagram)
    fc.assert(
      fc.property(mutation, ([seed, changes, cut]) => {
        const bytes = seed.slice(0, Math.max(0, seed.length - (cut > 200 ? 0 : cut)))
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        batch.rows = 0
        const host = new RecordingHost()
        tolerateWireErrors(() => decodeSflow5(bytes, bytes.length, batch, host))
        expect(host.flows.length).toBe(batch.rows)
        for (let row = 0; row < batch.rows; row++) expect(batch.columns.packets[row * 2]).toBe(1)
      }),
      { numRuns: 3000 },
    )
  })

  it('throws nothing but WireError on any bytes behind a valid start', () => {
    const batch = createFlowBatch(maxFlowSamplesPerDatagram)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        batch.rows = 0
        const bytes = join(u32(5, 1), u16(1, 2), u32(0, 1, 1, 200), noise)
        const host = new RecordingHost()
        decodeSflow5(bytes, bytes.length, batch, host)
        expect(host.datagrams).toHaveLength(1)
        expect(host.flows.length).toBe(batch.rows)
      }),
      { numRuns: 1000 },
    )
  })
})
