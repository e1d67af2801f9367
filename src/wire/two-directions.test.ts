// Records that count both directions: biflows of RFC 5103, initiator and responder counters of firewalls.
import { beforeEach, describe, expect, it } from 'vitest'
import { flowObject } from '../cli/flow-line.ts'
import { ipfix, netflow9, type DatagramWriter } from './testing/datagram-writer.ts'
import { RecordingHost } from './testing/recording-host.ts'

type Fields = readonly (readonly [element: number, length: number, enterprise?: number])[]

let host: RecordingHost
beforeEach(() => {
  host = new RecordingHost()
})

const reverse = 29_305

function sendIpfix(fields: Fields, records: (writer: DatagramWriter) => void): void {
  host.decode(ipfix((d) => d.set(2, (s) => s.template(256, fields)).set(256, records)))
}

function flows(): Record<string, unknown>[] {
  return Array.from({ length: host.batch.rows }, (_, row) => {
    // What is zero says nothing here.
    return Object.fromEntries(Object.entries(flowObject(host.batch, row)).filter(([, value]) => value !== 0))
  })
}

const addresses: Fields = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
]

function ends(s: DatagramWriter): DatagramWriter {
  return s.ipv4('10.0.0.1').ipv4('192.0.2.2').uint(40_000, 2).uint(443, 2)
}

describe('a biflow', () => {
  const fields: Fields = [...addresses, [1, 8], [2, 4], [1, 8, reverse], [2, 4, reverse]]

  it('makes a row for each direction, those of the way back after the others', () => {
    sendIpfix(fields, (s) => {
      ends(s).uint(1000, 8).uint(10, 4).uint(5000, 8).uint(20, 4)
      ends(s).uint(1001, 8).uint(11, 4).uint(5001, 8).uint(21, 4)
    })
    const back = { src_addr: '192.0.2.2', dst_addr: '10.0.0.1', src_port: 443, dst_port: 40_000 }
    const there = { src_addr: '10.0.0.1', dst_addr: '192.0.2.2', src_port: 40_000, dst_port: 443 }
    expect(flows()).toEqual([
      { ...there, bytes: 1000, packets: 10 },
      { ...there, bytes: 1001, packets: 11 },
      { ...back, bytes: 5000, packets: 20 },
      { ...back, bytes: 5001, packets: 21 },
    ])
  })

  it('counts as one record, also for sequence numbers', () => {
    sendIpfix(fields, (s) => ends(s).uint(1000, 8).uint(10, 4).uint(5000, 8).uint(20, 4))
    expect([host.records, host.sequences]).toEqual([1, [{ sequence: 0, units: 1 }]])
  })

  it('to which nothing came back makes one row', () => {
    sendIpfix(fields, (s) => {
      ends(s).uint(1000, 8).uint(10, 4).uint(0, 8).uint(0, 4)
      ends(s).uint(1001, 8).uint(11, 4).uint(0, 8).uint(1, 4)
    })
    expect(flows().map(({ bytes, packets }) => [bytes, packets])).toEqual([
      [1000, 10],
      [1001, 11],
      [undefined, 1],
    ])
  })

  it('in variable-length records makes both rows too', () => {
    sendIpfix([[82, 65_535], ...fields], (s) => {
      ends(s.uint(3, 1).raw(Buffer.from('eth')))
        .uint(1, 8)
        .uint(2, 4)
        .uint(3, 8)
        .uint(4, 4)
      ends(s.uint(0, 1)).uint(5, 8).uint(6, 4).uint(7, 8).uint(8, 4)
    })
    expect(flows().map(({ src_port, bytes, packets }) => [src_port, bytes, packets])).toEqual([
      [40_000, 1, 2],
      [40_000, 5, 6],
      [443, 3, 4],
      [443, 7, 8],
    ])
  })

  it('swaps what has two ends, keeps what is shared, and leaves out what was only seen on the way there', () => {
    const more: Fields = [
      [10, 4],
      [14, 4],
      [16, 4],
      [17, 4],
      [9, 1],
      [13, 1],
      [56, 6],
      [80, 6],
      [4, 1],
      [5, 1],
      [6, 1],
      [152, 8],
      [153, 8],
    ]
    sendIpfix([...fields, ...more], (s) => {
      ends(s).uint(1000, 8).uint(10, 4).uint(5000, 8).uint(20, 4)
      s.uint(3, 4).uint(4, 4).uint(64_512, 4).uint(13_335, 4).uint(24, 1).uint(16, 1).uint(0x0200_0000_0001, 6).uint(0x0200_0000_0002, 6)
      s.uint(6, 1).uint(8, 1).uint(2, 1).uint(1_700_000_000_000, 8).uint(1_700_000_001_000, 8)
    })
    expect(flows()[1]).toEqual({
      flow_start: '2023-11-14T22:13:20.000Z',
      flow_end: '2023-11-14T22:13:21.000Z',
      src_addr: '192.0.2.2',
      dst_addr: '10.0.0.1',
      src_port: 443,
      dst_port: 40_000,
      in_if: 4,
      out_if: 3,
      src_as: 13_335,
      dst_as: 64_512,
      src_mask: 16,
      dst_mask: 24,
      src_mac: '02:00:00:00:00:02',
      dst_mac: '02:00:00:00:00:01',
      protocol: 6,
      bytes: 5000,
      packets: 20,
    })
  })

  it('takes fields of the way back where it has them', () => {
    const own: Fields = [
      [6, 1],
      [6, 1, reverse],
      [5, 1, reverse],
      [58, 2],
      [58, 2, reverse],
      [152, 8],
      [152, 8, reverse],
    ]
    sendIpfix([...fields, ...own], (s) => {
      ends(s).uint(1, 8).uint(1, 4).uint(1, 8).uint(1, 4)
      s.uint(2, 1).uint(0x12, 1).uint(0xb8, 1).uint(10, 2).uint(20, 2).uint(1_700_000_000_000, 8).uint(1_700_000_000_050, 8)
    })
    expect(flows().map(({ tcp_flags, tos, src_vlan, flow_start }) => [tcp_flags, tos, src_vlan, flow_start])).toEqual([
      [2, undefined, 10, '2023-11-14T22:13:20.000Z'],
      [0x12, 0xb8, 20, '2023-11-14T22:13:20.050Z'],
    ])
  })

  it('of a sampler has it in both directions', async () => {
    const { samplerIds } = await import('./record-writer.ts')
    sendIpfix([...fields, [48, 1]], (s) => {
      ends(s).uint(1, 8).uint(1, 4).uint(0, 8).uint(0, 4).uint(7, 1)
      ends(s).uint(1, 8).uint(1, 4).uint(1, 8).uint(1, 4).uint(9, 1)
    })
    expect(Array.from(samplerIds.subarray(0, 3))).toEqual([7, 9, 9])
  })

  it('of a single byte makes no second row: there could be more rows than a batch keeps room for', () => {
    sendIpfix([[1, 1, reverse]], (s) => s.uint(1, 1).uint(1, 1))
    expect(host.batch.rows).toBe(2)
  })
})

describe('a firewall record', () => {
  it('has the counters of the initiator, and of the responder in a row of its own, addresses translated in both', () => {
    const fields: Fields = [
      ...addresses,
      [225, 4],
      [226, 4],
      [227, 2],
      [228, 2],
      [231, 4],
      [232, 4],
      [298, 4],
      [299, 4],
      [233, 1],
      [323, 8],
    ]
    host.decode(
      netflow9((d) =>
        d
          .set(0, (s) => s.template(256, fields))
          .set(256, (s) => {
            ends(s).ipv4('198.51.100.1').ipv4('192.0.2.2').uint(50_000, 2).uint(443, 2)
            s.uint(69, 4).uint(14_178, 4).uint(1, 4).uint(12, 4).uint(2, 1).uint(1_700_000_000_250, 8)
          }),
      ),
    )
    const times = { flow_start: '2023-11-14T22:13:20.250Z', flow_end: '2023-11-14T22:13:20.250Z' }
    expect(flows()).toEqual([
      {
        ...times,
        src_addr: '10.0.0.1',
        dst_addr: '192.0.2.2',
        src_port: 40_000,
        dst_port: 443,
        nat_src_addr: '198.51.100.1',
        nat_dst_addr: '192.0.2.2',
        nat_src_port: 50_000,
        nat_dst_port: 443,
        bytes: 69,
        packets: 1,
      },
      {
        ...times,
        src_addr: '192.0.2.2',
        dst_addr: '10.0.0.1',
        src_port: 443,
        dst_port: 40_000,
        nat_src_addr: '192.0.2.2',
        nat_dst_addr: '198.51.100.1',
        nat_src_port: 443,
        nat_dst_port: 50_000,
        bytes: 14_178,
        packets: 12,
      },
    ])
  })

  it('in the numbers that old firmware used has translated addresses and the denial', () => {
    const fields: Fields = [...addresses, [40_001, 4], [40_002, 4], [40_003, 2], [40_004, 2], [40_005, 1]]
    host.decode(
      netflow9((d) =>
        d
          .set(0, (s) => s.template(256, fields))
          .set(256, (s) => ends(s).ipv4('198.51.100.1').ipv4('192.0.2.2').uint(50_000, 2).uint(443, 2).uint(3, 1)),
      ),
    )
    expect(flows()[0]).toMatchObject({
      nat_src_addr: '198.51.100.1',
      nat_dst_addr: '192.0.2.2',
      nat_src_port: 50_000,
      nat_dst_port: 443,
      forwarding_status: 128,
    })
  })

  it('says by its event that a flow was denied, and nothing about others', () => {
    host.decode(netflow9((d) => d.set(0, (s) => s.template(256, [[233, 1]])).set(256, (s) => s.raw([1, 2, 3, 5]))))
    expect(flows().map((flow) => flow['forwarding_status'])).toEqual([undefined, undefined, 128, undefined])
  })

  it('with the plain counters keeps to them', () => {
    sendIpfix([...addresses, [1, 4], [231, 4]], (s) => ends(s).uint(5, 4).uint(9, 4))
    expect(flows().map(({ bytes }) => bytes)).toEqual([5])
  })
})

describe('element 232 without 231', () => {
  it('is something else of an exporter’s own', () => {
    host.decode(
      netflow9((d) => d.set(0, (s) => s.template(256, [...addresses, [1, 4], [232, 2]])).set(256, (s) => ends(s).uint(5, 4).uint(9, 2))),
    )
    expect(host.batch.rows).toBe(1)
  })
})
