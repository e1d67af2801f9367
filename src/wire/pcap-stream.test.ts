import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PcapStream } from './pcap-stream.ts'
import { pcapPackets } from './pcap.ts'
import { integers, pcap, type PcapRecord } from './testing/capture-writer.ts'

interface Read {
  readonly timeNs: bigint
  readonly wireLength: number
  readonly packet: readonly number[]
}

function readInPieces(file: Uint8Array, cuts: readonly number[]): { packets: Read[]; stream: PcapStream } {
  const packets: Read[] = []
  const stream = new PcapStream(({ seconds, nanoseconds, wireLength, bytes, start, end }) =>
    packets.push({ timeNs: BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds), wireLength, packet: [...bytes.subarray(start, end)] }),
  )
  let at = 0
  for (const cut of [...cuts, file.length].toSorted((a, b) => a - b)) {
    stream.push(file.subarray(at, cut))
    at = Math.max(at, cut)
  }
  return { packets, stream }
}

const records = fc.array(
  fc.record({
    seconds: fc.integer({ min: 0, max: 0xffff_ffff }),
    fraction: fc.integer({ min: 0, max: 999_999 }),
    packet: fc.uint8Array({ maxLength: 100 }),
    wireLength: fc.integer({ min: 100, max: 70_000 }),
  }),
  { maxLength: 6 },
)

const one: PcapRecord = { seconds: 1, fraction: 2, packet: Uint8Array.of(1, 2, 3) }

describe('a pcap stream', () => {
  it('gives the packets of a file, cut anywhere, in both byte orders and both units of time', () => {
    fc.assert(
      fc.property(
        records,
        fc.boolean(),
        fc.boolean(),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (list, littleEndian, nano, cuts) => {
          const file = pcap(list, { littleEndian, magic: nano ? 0xa1b23c4d : 0xa1b2c3d4, linkType: 239 })
          const { packets, stream } = readInPieces(
            file,
            cuts.map((share) => Math.floor(share * file.length)),
          )
          expect(packets).toEqual(
            [...pcapPackets(file)].map(({ timeNs, wireLength, offset, capturedLength }) => ({
              timeNs,
              wireLength,
              packet: [...file.subarray(offset, offset + capturedLength)],
            })),
          )
          expect([stream.linkType, stream.snapLength, stream.littleEndian, stream.pending]).toEqual([239, 65535, littleEndian, 0])
        },
      ),
    )
  })

  it('can come byte by byte', () => {
    const file = pcap([one, one])
    const { packets } = readInPieces(
      file,
      Array.from(file, (_, at) => at),
    )
    expect(packets).toHaveLength(2)
  })

  it('copies nothing of a record that is whole', () => {
    const file = pcap([one])
    const seen: Uint8Array[] = []
    const stream = new PcapStream(({ bytes }) => seen.push(bytes))
    stream.push(file.subarray(0, 24))
    const rest = file.subarray(24)
    stream.push(rest)
    expect(seen[0]).toBe(rest)
  })

  it('says how much of a record it waits for', () => {
    const { packets, stream } = readInPieces(pcap([one, one]).subarray(0, -2), [])
    expect(packets).toHaveLength(1)
    expect(stream.pending).toBe(17)
  })

  it.each([
    ['another magic', pcap([], { magic: 0x0a0d0d0a }), 'bad_file'],
    ['another version', pcap([], { major: 1 }), 'bad_file'],
    [
      'a record that no program writes',
      Uint8Array.from([...pcap([]), ...integers(true, [0, 4], [0, 4], [262_145, 4], [262_145, 4])]),
      'bad_packet',
    ],
    ['a fraction above a second', pcap([{ ...one, fraction: 1_000_000 }]), 'bad_packet'],
  ])('is refused for %s', (_, file, code) => {
    for (const cuts of [[], [30]]) expect(() => readInPieces(file, cuts)).toThrow(expect.objectContaining({ code }))
  })
})
