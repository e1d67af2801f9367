import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  pcapngInterface,
  pcapngPacketBytes,
  pcapngSection,
  pcapngStatistics,
  writePcapngPacket,
  type PcapngStatistics,
} from './pcapng-writer.ts'
import { pcapngPackets } from './pcapng.ts'
import { hex, join } from './testing/bytes.ts'

const section = pcapngSection({ application: 'test', comments: [] })
const raw = pcapngInterface({ linkType: 101, snapLength: 0, name: 'a', comments: [] })
const ethernet = pcapngInterface({ linkType: 1, snapLength: 160, name: 'b', comments: [] })

const packets = fc.array(
  fc.record({
    seconds: fc.integer({ min: 0, max: 0xffff_ffff }),
    nanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
    wireLength: fc.integer({ min: 50, max: 0xffff_ffff }),
    bytes: fc.uint8Array({ maxLength: 50 }),
    interface: fc.nat(1),
  }),
  { maxLength: 5 },
)

describe('a pcapng file', () => {
  it('is read as it was written, to the nanosecond', () => {
    fc.assert(
      fc.property(packets, (list) => {
        const target = new Uint8Array(1000).fill(0xff)
        let end = 0
        for (const packet of list) {
          const next = writePcapngPacket(target, end, { ...packet, start: 0, end: packet.bytes.length }, packet.interface)
          expect(next - end).toBe(pcapngPacketBytes(packet.bytes.length))
          end = next
        }
        const file = join(section, raw, ethernet, target.subarray(0, end))
        const read = [...pcapngPackets(file)].map(({ timeNs, wireLength, offset, capturedLength, linkType }) => [
          timeNs,
          wireLength,
          linkType,
          [...file.subarray(offset, offset + capturedLength)],
        ])
        expect(read).toEqual(
          list.map(({ seconds, nanoseconds, wireLength, bytes, ...packet }) => [
            BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds),
            wireLength,
            packet.interface === 0 ? 101 : 1,
            [...bytes],
          ]),
        )
      }),
    )
  })

  it('has the options that the format asks for', () => {
    expect(pcapngSection({ hardware: 'h', system: 'os', application: 'app', comments: ['c'] })).toEqual(
      hex(`0a0d0d0a 40000000 4d3c2b1a 0100 0000 ffffffffffffffff
        0100 0100 63000000 0200 0100 68000000 0300 0200 6f730000 0400 0300 61707000 00000000 40000000`),
    )
    expect(pcapngInterface({ linkType: 1, snapLength: 160, name: 'n', description: 'd', filter: 'udp', comments: [] })).toEqual(
      hex(`01000000 38000000 0100 0000 a0000000
        0200 0100 6e000000 0300 0100 64000000 0900 0100 09000000 0b00 0400 00756470 00000000 38000000`),
    )
  })

  it('has statistics with large counts, and leaves out what is not known', () => {
    const statistics: PcapngStatistics = {
      interface: 1,
      time: { seconds: 0, nanoseconds: 1 },
      received: 2 ** 40 + 5,
      dropped: 0,
      comments: [],
    }
    expect(pcapngStatistics(statistics)).toEqual(
      hex('05000000 34000000 01000000 00000000 01000000 0400 0800 0500000000010000 0500 0800 0000000000000000 00000000 34000000'),
    )
  })

  it('cuts text that no option can hold between two characters', () => {
    const [...bytes] = pcapngInterface({ linkType: 1, snapLength: 0, name: 'ä'.repeat(40_000), comments: [] })
    expect(bytes.length).toBeLessThan(40_000)
    expect(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes.slice(20, 20 + 32_768)))).toBe('ä'.repeat(16_384))
  })
})
