// NetFlow v5, v9 and IPFIX: every form of field, template and set that real exporters send, and what lies about itself.
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { clearFlowBatch, type BatchColumnName } from '../contract/flow-batch.ts'
import { exportProtocol, observationPoint } from '../contract/flow-columns.ts'
import { WireError } from '../contract/wire-errors.ts'
import { DatagramWriter, ipfix, netflow9 } from './testing/datagram-writer.ts'
import { RecordingHost } from './testing/recording-host.ts'

let host: RecordingHost
beforeEach(() => {
  host = new RecordingHost()
})

type Fields = readonly (readonly [element: number, length: number])[]

/** Sends a template and one set with it. */
function sendNetflow9(fields: Fields, records: (writer: DatagramWriter) => void, header: Parameters<typeof netflow9>[1] = {}): void {
  host.decode(netflow9((d) => d.set(0, (s) => s.template(256, fields)).set(256, records), header))
}

/** A column of up to 32 bits. */
function value(column: BatchColumnName, row = 0): number {
  return host.batch.columns[column][row]
}

/** A column of 64 bits. */
function wide(column: 'bytes' | 'packets' | 'flow_start' | 'flow_end' | 'src_mac', row = 0): number {
  const words = host.batch.columns[column]
  return words[row * 2 + 1] * 2 ** 32 + words[row * 2]
}

function addressBytes(column: 'src_addr' | 'dst_addr' | 'next_hop', row = 0): string {
  const words = host.batch.columns[column]
  return Buffer.from(words.buffer, words.byteOffset + row * 16, 16).toString('hex')
}

const mapped = (hex: string) => `00000000000000000000ffff${hex}`

describe('NetFlow v5', () => {
  function netflow5(records: number, announced = records, sampling = 0): Uint8Array {
    const writer = new DatagramWriter().uint(5, 2).uint(announced, 2).uint(100_000, 4).uint(1_700_000_000, 4).uint(500_000_000, 4)
    writer.uint(42, 4).uint(1, 1).uint(2, 1).uint(sampling, 2)
    for (let i = 0; i < records; i++) {
      writer
        .ipv4('10.0.0.1')
        .ipv4('10.0.0.2')
        .ipv4('10.0.0.254')
        .uint(3, 2)
        .uint(4, 2)
        .uint(7, 4)
        .uint(700, 4)
        .uint(90_000, 4)
        .uint(95_000, 4)
      writer
        .uint(1024, 2)
        .uint(443, 2)
        .uint(0, 1)
        .uint(0x1b, 1)
        .uint(6, 1)
        .uint(0xb8, 1)
        .uint(64_512, 2)
        .uint(13_335, 2)
        .uint(24, 1)
        .uint(16, 1)
        .uint(0, 2)
    }
    return writer.bytes()
  }

  it('fills every column of the record', () => {
    expect(host.decode(netflow5(2))).toBe(exportProtocol.netflow5)
    expect(host.batch.rows).toBe(2)
    expect(addressBytes('src_addr', 1)).toBe(mapped('0a000001'))
    expect(addressBytes('next_hop', 1)).toBe(mapped('0a0000fe'))
    expect([value('in_if', 1), value('out_if', 1), value('src_port', 1), value('dst_port', 1)]).toEqual([3, 4, 1024, 443])
    expect([value('tcp_flags', 1), value('protocol', 1), value('tos', 1)]).toEqual([0x1b, 6, 0xb8])
    expect([value('src_as', 1), value('dst_as', 1), value('src_mask', 1), value('dst_mask', 1)]).toEqual([64_512, 13_335, 24, 16])
    expect([wide('packets', 1), wide('bytes', 1)]).toEqual([7, 700])
    // The clock said 1700000000.5 at an uptime of 100 s; the flow began 10 s before that.
    expect([wide('flow_start', 1), wide('flow_end', 1)]).toEqual([1_699_999_990_500, 1_699_999_995_500])
  })

  it('keeps the records that are there when the header announces more', () => {
    host.decode(netflow5(2, 30))
    expect(host.batch.rows).toBe(2)
    expect(host.faults).toEqual(['bad_count'])
    expect(host.sequences).toEqual([{ sequence: 42, units: 30 }])
  })

  it('is refused when shorter than its header', () => {
    expect(() => host.decode(netflow5(0).slice(0, 20))).toThrow(WireError)
  })
})

describe('fields', () => {
  it('of reduced size are read at any length', () => {
    sendNetflow9(
      [
        [1, 3],
        [2, 1],
        [10, 2],
        [16, 2],
        [7, 1],
        [6, 2],
      ],
      (s) => s.uint(70_000, 3).uint(9, 1).uint(513, 2).uint(64_512, 2).uint(80, 1).uint(0x112, 2),
    )
    expect([wide('bytes'), wide('packets'), value('in_if'), value('src_as'), value('src_port'), value('tcp_flags')]).toEqual([
      70_000, 9, 513, 64_512, 80, 0x112,
    ])
  })

  it('of 64 bits are exact', () => {
    sendNetflow9([[1, 8]], (s) => s.uint(0x0001_0002, 4).uint(0x0003_0004, 4))
    expect(Array.from(host.batch.columns.bytes.subarray(0, 2))).toEqual([0x0003_0004, 0x0001_0002])
  })

  it('of both families: IPv6 where IPv4 is zero, IPv4 otherwise', () => {
    const v6 = '20010db8000000000000000000000001'
    const zero = '00'.repeat(16)
    sendNetflow9(
      [
        [8, 4],
        [27, 16],
      ],
      (s) => s.ipv4('0.0.0.0').raw(Buffer.from(v6, 'hex')).ipv4('192.0.2.1').raw(Buffer.from(zero, 'hex')),
    )
    expect([addressBytes('src_addr', 0), addressBytes('src_addr', 1)]).toEqual([v6, mapped('c0000201')])
  })

  it('that occur twice count with their last value', () => {
    sendNetflow9(
      [
        [7, 2],
        [7, 2],
      ],
      (s) => s.uint(1, 2).uint(2, 2),
    )
    expect(value('src_port')).toBe(2)
  })

  it('prefer the first element of a column: delta over total', () => {
    sendNetflow9(
      [
        [85, 4],
        [1, 4],
      ],
      (s) => s.uint(999, 4).uint(5, 4),
    )
    expect(wide('bytes')).toBe(5)
  })

  it('of ICMP type and code in one', () => {
    sendNetflow9([[32, 2]], (s) => s.uint(0x0301, 2))
    expect([value('icmp_type'), value('icmp_code')]).toEqual([3, 1])
  })

  it('of direction, MAC address and MPLS label', () => {
    sendNetflow9(
      [
        [61, 1],
        [56, 6],
        [70, 3],
      ],
      (s) => s.uint(1, 1).uint(0x0002_0304_0506, 6).uint(0x00_12_35, 3),
    )
    expect([value('observed_at'), wide('src_mac'), value('mpls_label')]).toEqual([observationPoint.egress, 0x0002_0304_0506, 0x123])
  })

  it('of an MPLS label stack: the top label alone counts', () => {
    const stack: Fields = Array.from({ length: 10 }, (_, index) => [70 + index, 3] as const)
    sendNetflow9([...stack, [256, 2], [7, 2]], (s) => {
      for (let label = 1; label <= 10; label++) s.uint((label * 100) << 4, 3)
      s.uint(0x8847, 2).uint(443, 2)
    })
    expect([value('mpls_label'), value('ethertype'), value('src_port')]).toEqual([100, 0x8847, 443])
  })

  it('of lower MPLS labels without the top one are passed over', () => {
    sendNetflow9(
      [
        [71, 3],
        [72, 3],
        [7, 2],
      ],
      (s) => s.uint(0x100, 3).uint(0x200, 3).uint(443, 2),
    )
    expect([value('mpls_label'), value('src_port')]).toEqual([0, 443])
  })

  it('whose length makes no sense give way to the next element of their column', () => {
    sendNetflow9(
      [
        [150, 0],
        [22, 4],
        [8, 3],
        [27, 16],
      ],
      (s) => s.uint(50_000, 4).uint(1, 3).raw(Buffer.from('20010db8000000000000000000000001', 'hex')),
      { uptimeMs: 60_000 },
    )
    expect([wide('flow_start'), addressBytes('src_addr')]).toEqual([1_699_999_990_000, '20010db8000000000000000000000001'])
  })

  it.each<[string, number, number, (s: DatagramWriter) => DatagramWriter, number]>([
    ['seconds', 150, 4, (s) => s.uint(1_700_000_001, 4), 1_700_000_001_000],
    ['milliseconds', 152, 8, (s) => s.uint(1_700_000_001_234, 8), 1_700_000_001_234],
    // 1 700 000 000 + 2 208 988 800 seconds since 1900; half a second as a binary fraction.
    ['microseconds', 154, 8, (s) => s.uint(3_908_988_800, 4).uint(2 ** 31, 4), 1_700_000_000_500],
    ['microseconds after the wrap of 2036', 154, 8, (s) => s.uint(100, 4).uint(0, 4), (2 ** 32 - 2_208_988_800 + 100) * 1000],
    ['microseconds before export', 158, 4, (s) => s.uint(2_000_000, 4), 1_699_999_998_000],
    ['impossible milliseconds, cut to what the store can hold', 152, 8, (s) => s.uint(2 ** 52, 8), 10_413_791_999_999],
  ])('of time in %s', (_name, element, length, write, expected) => {
    host.decode(ipfix((d) => d.set(2, (s) => s.template(256, [[element, length]])).set(256, write)))
    expect(wide('flow_start')).toBe(expected)
  })

  it.each([152, 153])('of time %i alone is start and end', (element) => {
    host.decode(ipfix((d) => d.set(2, (s) => s.template(256, [[element, 8]])).set(256, (s) => s.uint(1_700_000_001_234, 8))))
    expect([wide('flow_start'), wide('flow_end')]).toEqual([1_700_000_001_234, 1_700_000_001_234])
  })

  it('of uptime from before the counter wrapped', () => {
    // 10 s after the wrap a flow is exported that began 5 s before it.
    sendNetflow9([[22, 4]], (s) => s.uint(2 ** 32 - 5000, 4), { uptimeMs: 10_000 })
    expect(wide('flow_start')).toBe(1_700_000_000_000 - 15_000)
  })

  it('of uptime in IPFIX, by the boot time of the record or of an options table, or else the time of export', () => {
    const boot = 1_699_000_000_000
    host.decode(
      ipfix((d) =>
        d
          .set(2, (s) =>
            s.template(256, [
              [160, 8],
              [22, 4],
            ]),
          )
          .set(256, (s) => s.uint(boot, 8).uint(5000, 4)),
      ),
    )
    expect(wide('flow_start')).toBe(boot + 5000)
    host.decode(ipfix((d) => d.set(2, (s) => s.template(257, [[22, 4]])).set(257, (s) => s.uint(5000, 4))))
    expect(wide('flow_start', 1)).toBe(1_700_000_000_000)
    host.boot = boot
    host.decode(ipfix((d) => d.set(257, (s) => s.uint(6000, 4))))
    expect(wide('flow_start', 2)).toBe(boot + 6000)
  })

  it('of variable length move those after them', () => {
    const fields: Fields = [
      [82, 65_535],
      [7, 2],
      [1, 65_535],
    ]
    const long = 'x'.repeat(300)
    host.decode(
      ipfix((d) =>
        d
          .set(2, (s) => s.template(256, fields))
          .set(256, (s) => {
            s.uint(3, 1).raw(Buffer.from('eth')).uint(80, 2).uint(2, 1).uint(500, 2)
            s.uint(255, 1).uint(300, 2).raw(Buffer.from(long)).uint(443, 2).uint(8, 1).uint(700, 8)
          }),
      ),
    )
    expect([value('src_port', 0), wide('bytes', 0), value('src_port', 1), wide('bytes', 1)]).toEqual([80, 500, 443, 700])
    expect(host.batch.rows).toBe(2)
  })

  it('of enterprises are passed over by their length', () => {
    host.decode(
      ipfix((d) =>
        d
          .set(2, (s) =>
            s
              .uint(256, 2)
              .uint(2, 2)
              .uint(0x8000 | 7, 2)
              .uint(4, 2)
              .uint(29_305, 4)
              .uint(7, 2)
              .uint(2, 2),
          )
          .set(256, (s) => s.uint(1, 4).uint(99, 2)),
      ),
    )
    expect(value('src_port')).toBe(99)
  })
})

describe('hostile input', () => {
  const good = [
    // Two directions, a packet section, a list, a computed rate: variable and fixed.
    ipfix((d) =>
      d
        .set(2, (s) =>
          s.template(256, [
            [8, 4],
            [1, 2],
            [1, 2, 29_305],
            [305, 1],
            [306, 1],
            [291, 65_535],
            [315, 65_535],
          ]),
        )
        .set(256, (s) =>
          s
            .ipv4('10.0.0.1')
            .uint(5, 2)
            .uint(6, 2)
            .uint(1, 1)
            .uint(9, 1)
            .uint(1, 1)
            .uint(0, 1)
            .uint(40, 1)
            .raw(new Uint8Array(40).fill(0x45)),
        ),
    ),
    netflow9((d) =>
      d
        .set(0, (s) =>
          s.template(256, [
            [12, 4],
            [231, 1],
            [232, 1],
            [48, 1],
            [104, 20],
          ]),
        )
        .set(256, (s) => s.ipv4('10.0.0.1').uint(5, 1).uint(6, 1).uint(7, 1).raw(new Uint8Array(20).fill(0x45))),
    ),
    netflow9((d) =>
      d
        .set(0, (s) =>
          s.template(256, [
            [8, 4],
            [82, 3],
            [1, 8],
          ]),
        )
        .set(256, (s) => s.ipv4('10.0.0.1').uint(0, 3).uint(7, 8)),
    ),
    ipfix((d) =>
      d
        .set(2, (s) =>
          s.template(256, [
            [82, 65_535],
            [1, 4],
          ]),
        )
        .set(256, (s) => s.uint(2, 1).uint(1, 2).uint(7, 4)),
    ),
    ipfix((d) =>
      d
        .set(3, (s) => s.uint(258, 2).uint(2, 2).uint(1, 2).uint(149, 2).uint(4, 2).uint(34, 2).uint(4, 2))
        .set(258, (s) => s.uint(0, 4).uint(64, 4)),
    ),
  ]

  it('ends in a WireError or in counted faults, with no more rows than bytes', () => {
    const mutation = fc.tuple(fc.constantFrom(...good), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }), fc.nat(80))
    fc.assert(
      fc.property(mutation, ([datagram, changes, cut]) => {
        clearFlowBatch(host.batch)
        host.templates.clear()
        const bytes = datagram.slice(0, Math.max(0, datagram.length - (cut > 60 ? cut - 60 : 0)))
        for (const [at, to] of changes) bytes[at % bytes.length] = to
        try {
          host.decode(bytes)
        } catch (error) {
          if (!(error instanceof WireError)) throw error
        }
        expect(host.batch.rows).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 2000 },
    )
  })
})
