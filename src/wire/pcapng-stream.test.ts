import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PcapngStream } from './pcapng-stream.ts'
import { pcapngPackets } from './pcapng.ts'
import { hex, join } from './testing/bytes.ts'
import { block, enhancedPacket, integers, interfaceBlock, option, sectionHeader, simplePacket } from './testing/capture-writer.ts'

interface Read {
  readonly timeNs: bigint | undefined
  readonly wireLength: number
  readonly linkType: number
  readonly packet: readonly number[]
}

function readInPieces(file: Uint8Array, cuts: readonly number[]): { packets: Read[]; stream: PcapngStream } {
  const packets: Read[] = []
  const stream = new PcapngStream(({ timeNs, wireLength, linkType, offset, capturedLength }, bytes) =>
    packets.push({ timeNs, wireLength, linkType, packet: [...bytes.subarray(offset, offset + capturedLength)] }),
  )
  let at = 0
  for (const cut of [...cuts, file.length].toSorted((a, b) => a - b)) {
    // A copy, which is overwritten afterwards: nothing may be read of it later.
    const chunk = file.slice(at, cut)
    stream.push(chunk)
    chunk.fill(0xff)
    at = Math.max(at, cut)
  }
  return { packets, stream }
}

function readWhole(file: Uint8Array): Read[] {
  return Array.from(pcapngPackets(file), ({ timeNs, wireLength, linkType, offset, capturedLength }) => ({
    timeNs,
    wireLength,
    linkType,
    packet: [...file.subarray(offset, offset + capturedLength)],
  }))
}

const packet = hex('0102030405')
const start = (le: boolean) => join(sectionHeader(le), interfaceBlock(le, 1, 0, [option(le, 9, Uint8Array.of(9))]))

const blocks = (le: boolean) =>
  fc.oneof(
    fc
      .uint8Array({ maxLength: 90 })
      .map((bytes) => enhancedPacket(le, { interfaceId: 0, time: 1_700_000_000_123_456_789n }, bytes, bytes.length + 7)),
    fc.uint8Array({ maxLength: 90 }).map((bytes) => simplePacket(le, bytes)),
    // Names, statistics and whatever else there is.
    fc.uint8Array({ maxLength: 300 }).map((bytes) => block(le, 4, join(bytes, new Uint8Array(-bytes.length & 3)))),
    fc.constant(interfaceBlock(le, 101, 0)),
    fc.constant(start(le)),
  )

describe('a pcapng stream', () => {
  it('gives the packets of a file, cut anywhere, in both byte orders', () => {
    fc.assert(
      fc.property(
        fc.boolean().chain((le) => fc.array(blocks(le), { maxLength: 8 }).map((list) => join(start(le), ...list))),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (file, shares) => {
          const { packets, stream } = readInPieces(
            file,
            shares.map((share) => Math.floor(share * file.length)),
          )
          expect(packets).toEqual(readWhole(file))
          expect(stream.pending).toBe(0)
        },
      ),
    )
  })

  it('can come byte by byte', () => {
    const file = join(
      start(false),
      block(false, 5, new Uint8Array(8)),
      simplePacket(false, packet),
      start(true),
      simplePacket(true, packet),
    )
    const cuts = Array.from(file, (_, at) => at)
    expect(readInPieces(file, cuts).packets).toEqual(readWhole(file))
  })

  it('lets long blocks that hold no packet go by, and holds nothing of them', () => {
    const { packets, stream } = readInPieces(join(start(true), integers(true, [4, 4], [0x4000_0000, 4]), new Uint8Array(70_000)), [5000])
    expect([packets, stream.pending]).toEqual([[], 0x4000_0000 - 70_008])
  })

  it('says how much of a block it waits for', () => {
    const { packets, stream } = readInPieces(join(start(true), simplePacket(true, packet), simplePacket(true, packet)).subarray(0, -2), [])
    expect([packets.length, stream.pending]).toEqual([1, 22])
  })

  it.each([
    ['something else', block(true, 6, new Uint8Array(20)), 'bad_file'],
    ['something else that is long', block(true, 4, new Uint8Array(400)), 'bad_file'],
    ['another version', sectionHeader(true, 2), 'bad_file'],
    ['a block shorter than its frame', join(start(true), integers(true, [6, 4], [8, 4], [8, 4])), 'bad_block'],
    [
      'a packet that no program writes',
      join(start(true), integers(true, [6, 4], [0x4000_0000, 4]), new Uint8Array(5_000_000)),
      'bad_block',
    ],
  ])('is refused for %s', (_, file, code) => {
    for (const cuts of [[], [30], [3, 9, 60]]) expect(() => readInPieces(file, cuts)).toThrow(expect.objectContaining({ code }))
  })
})
