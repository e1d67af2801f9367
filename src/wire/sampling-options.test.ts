// Sampling as exporters tell it: in options tables for samplers, interfaces or all flows, and in data records.
import { beforeEach, describe, expect, it } from 'vitest'
import { domainRate, interfaceSampler, samplerOrInterfaceRate, samplerRate, type ToldRates } from './sampling-options.ts'
import { type DatagramWriter, ipfix, netflow9 } from './testing/datagram-writer.ts'
import { RecordingHost } from './testing/recording-host.ts'

type Fields = readonly (readonly [element: number, length: number])[]

let host: RecordingHost
beforeEach(() => {
  host = new RecordingHost()
})

/** One IPFIX options record with one scope field. */
function told(fields: Fields, write: (s: DatagramWriter) => void): ReturnType<typeof samplerRate> {
  host.decode(
    ipfix((d) => {
      d.set(3, (s) => {
        s.uint(258, 2).uint(fields.length, 2).uint(1, 2)
        for (const [element, length] of fields) s.uint(element, 2).uint(length, 2)
      })
      d.set(258, write)
    }),
  )
  return samplerRate(host.options.at(-1) ?? [])
}

describe('an options record', () => {
  it('with a random interval tells it, whatever the mode', () => {
    const fields: Fields = [
      [48, 1],
      [49, 1],
      [50, 4],
    ]
    expect([1, 2].map((mode) => told(fields, (s) => s.uint(9, 1).uint(mode, 1).uint(1000, 4)))).toEqual([
      { id: 9, rate: 1000 },
      { id: 9, rate: 1000 },
    ])
  })

  it('with an interval of 0 beside a random one means the random one', () => {
    const fields: Fields = [
      [48, 2],
      [34, 4],
      [50, 4],
    ]
    expect(told(fields, (s) => s.uint(1, 2).uint(0, 4).uint(512, 4))).toEqual({ id: 1, rate: 512 })
  })

  it.each([10, 14])('for an interface (element %i) holds for that interface', (element) => {
    const fields: Fields = [
      [element, 4],
      [34, 4],
    ]
    expect(told(fields, (s) => s.uint(77, 4).uint(100, 4))).toEqual({ id: interfaceSampler(77), rate: 100 })
  })

  it('for interface 0, which is none, holds for all flows', () => {
    const fields: Fields = [
      [10, 4],
      [34, 4],
    ]
    expect(told(fields, (s) => s.uint(0, 4).uint(100, 4))).toEqual({ id: null, rate: 100 })
  })

  it('for an interface that names a sampler holds for the sampler', () => {
    const fields: Fields = [
      [10, 4],
      [48, 1],
      [34, 4],
    ]
    expect(told(fields, (s) => s.uint(77, 4).uint(2, 1).uint(100, 4))).toEqual({ id: 2, rate: 100 })
  })

  it('that only mentions an interface holds for all flows', () => {
    const fields: Fields = [
      [149, 4],
      [10, 4],
      [34, 4],
    ]
    expect(told(fields, (s) => s.uint(0, 4).uint(77, 4).uint(100, 4))).toEqual({ id: null, rate: 100 })
  })

  it('of NetFlow v9 with the scope "interface" holds for the interface', () => {
    host.decode(
      netflow9((d) =>
        d
          .set(1, (s) => s.uint(257, 2).uint(4, 2).uint(4, 2).uint(2, 2).uint(4, 2).uint(34, 2).uint(4, 2))
          .set(257, (s) => s.uint(5, 4).uint(64, 4)),
      ),
    )
    expect(samplerRate(host.options[0])).toEqual({ id: interfaceSampler(5), rate: 64 })
  })

  it('with a rate beyond belief, or a size of 0, tells none', () => {
    const size: Fields = [
      [302, 2],
      [309, 4],
      [310, 4],
    ]
    expect(
      told(
        [
          [302, 2],
          [34, 4],
        ] as Fields,
        (s) => s.uint(1, 2).uint(0xffff_ffff, 4),
      ),
    ).toBeNull()
    expect(told(size, (s) => s.uint(1, 2).uint(0, 4).uint(10, 4))).toBeNull()
  })
})

describe('a told rate', () => {
  const rates: ToldRates = {
    samplers: new Map([
      [3, 100],
      [interfaceSampler(1), 7],
      [interfaceSampler(10), 200],
    ]),
    wideRate: 0,
  }

  it('is that of the sampler, else of the interface in, else of the interface out', () => {
    expect(samplerOrInterfaceRate(rates, 3, 10, 0)).toBe(100)
    expect(samplerOrInterfaceRate(rates, Number.NaN, 10, 0)).toBe(200)
    expect(samplerOrInterfaceRate(rates, 99, 11, 10)).toBe(200)
    expect(samplerOrInterfaceRate(rates, 99, 11, 12)).toBeUndefined()
    expect(samplerOrInterfaceRate(rates, Number.NaN, 1, 12)).toBe(7)
  })

  it('of the domain is its own, or that of its only sampler, but not of an only interface', () => {
    expect(domainRate({ samplers: new Map([[3, 100]]), wideRate: 50 })).toBe(50)
    expect(domainRate({ samplers: new Map([[3, 100]]), wideRate: 0 })).toBe(100)
    expect(domainRate({ samplers: new Map([[interfaceSampler(3), 100]]), wideRate: 0 })).toBe(0)
    expect(domainRate(rates)).toBe(0)
  })
})

describe('a data record', () => {
  function rates(fields: Fields, write: (s: DatagramWriter) => void): number[] {
    host.decode(ipfix((d) => d.set(2, (s) => s.template(256, fields)).set(256, write)))
    return Array.from(host.batch.columns.sampling_rate.subarray(0, host.batch.rows))
  }

  it.each<[string, Fields, (s: DatagramWriter) => DatagramWriter, number[]]>([
    [
      'an interval',
      [
        [34, 4],
        [35, 1],
      ],
      (s) => s.uint(100, 4).uint(1, 1).uint(0, 4).uint(1, 1),
      [100, 0],
    ],
    ['a random interval', [[50, 4]], (s) => s.uint(128, 4), [128]],
    [
      'interval and space',
      [
        [305, 4],
        [306, 4],
      ],
      (s) => s.uint(1, 4).uint(99, 4).uint(2, 4).uint(2, 4).uint(0, 4).uint(9, 4),
      [100, 2, 0],
    ],
    [
      'size and population',
      [
        [309, 4],
        [310, 4],
      ],
      (s) => s.uint(2, 4).uint(1000, 4),
      [500],
    ],
    [
      'an interval, which goes before a pair unless it is 0',
      [
        [34, 4],
        [305, 4],
        [306, 4],
      ],
      (s) => s.uint(7, 4).uint(1, 4).uint(99, 4).uint(0, 4).uint(1, 4).uint(99, 4),
      [7, 100],
    ],
  ])('tells a rate by %s', (_name, fields, write, expected) => {
    expect(rates(fields, write)).toEqual(expected)
  })

  it('tells a rate by probability', () => {
    // 0.001 as a float64, big-endian.
    expect(rates([[311, 8]], (s) => s.raw([0x3f, 0x50, 0x62, 0x4d, 0xd2, 0xf1, 0xa9, 0xfc]))).toEqual([1000])
  })

  it('with half a pair tells none', () => {
    expect(rates([[305, 4]], (s) => s.uint(5, 4))).toEqual([0])
  })

  it('of variable length tells a rate of its own', () => {
    const fields: Fields = [
      [82, 65_535],
      [305, 4],
      [306, 4],
    ]
    expect(rates(fields, (s) => s.uint(1, 1).uint(65, 1).uint(1, 4).uint(9, 4).uint(0, 1).uint(1, 4).uint(19, 4))).toEqual([10, 20])
  })
})
