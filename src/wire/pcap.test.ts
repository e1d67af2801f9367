// Tests of the pcap reader over every variant of the format.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPcap, pcapPackets } from './pcap.ts'
import { hex } from './testing/bytes.ts'
import { pcap } from './testing/capture-writer.ts'
import { tolerateWireErrors } from './testing/tolerate.ts'

const packet = hex('0102030405')
const records = [
  { seconds: 1_700_000_000, fraction: 123_456, packet },
  // After 2038: seconds are unsigned.
  { seconds: 4_000_000_000, fraction: 1, packet: hex('aa'), wireLength: 1500 },
]

describe('pcapPackets', () => {
  it.each([
    ['microseconds', 0xa1b2c3d4, 0, 123_456_000n],
    ['nanoseconds', 0xa1b23c4d, 0, 123_456n],
    ['Kuznetsov’s longer record header', 0xa1b2cd34, 8, 123_456_000n],
  ])('reads %s in both byte orders', (_, magic, extra, fraction) => {
    for (const littleEndian of [true, false]) {
      const file = pcap(records, { magic, littleEndian, extra })
      const first = 24 + 16 + extra
      expect(isPcap(file)).toBe(true)
      expect([...pcapPackets(file)]).toEqual([
        { timeNs: 1_700_000_000_000_000_000n + fraction, capturedLength: 5, wireLength: 5, linkType: 1, offset: first },
        {
          timeNs: 4_000_000_000_000_000_000n + fraction / 123_456n,
          capturedLength: 1,
          wireLength: 1500,
          linkType: 1,
          offset: first + 5 + 16 + extra,
        },
      ])
    }
  })

  it('takes the link type without the FCS length', () => {
    expect([...pcapPackets(pcap(records, { linkType: 0x14000071 }))][0]?.linkType).toBe(113)
  })

  it('reads the lengths in the order of version 2.2, and in either order of 2.3', () => {
    const file = pcap([{ seconds: 1, fraction: 0, packet: hex('aa'), wireLength: 9 }], { minor: 3 })
    const old = file.slice()
    // Captured length and length on the wire change places.
    old.set(file.subarray(36, 40), 32)
    old.set(file.subarray(32, 36), 36)
    const older = old.slice()
    older[6] = 2
    for (const bytes of [file, old, older]) expect([...pcapPackets(bytes)][0]).toMatchObject({ capturedLength: 1, wireLength: 9 })
  })

  it.each([
    ['of another magic number', hex('00000000'.repeat(6))],
    ['cut inside the header', pcap([]).subarray(0, 23)],
    ['of version 1.4', pcap([], { major: 1 })],
    ['with reserved link type bits', pcap([], { linkType: 0x00300000 })],
  ])('refuses a file %s', (_, bytes) => {
    expect(() => [...pcapPackets(bytes)]).toThrow(expect.objectContaining({ code: 'bad_file' }))
  })

  it('gives the packets before the place where the file ends too early', () => {
    const file = pcap(records)
    for (let length = 24 + 16 + 5 + 1; length < file.length; length++) {
      const packets = pcapPackets(file.subarray(0, length))
      expect(packets.next().value).toMatchObject({ capturedLength: 5 })
      expect(() => packets.next()).toThrow(expect.objectContaining({ code: 'truncated' }))
    }
  })

  it('throws nothing but WireError on changed files', () => {
    const file = pcap([...records, ...records])
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
        const bytes = file.slice()
        for (const [at, value] of changes) bytes[at] = value
        tolerateWireErrors(() => {
          for (const { offset, capturedLength } of pcapPackets(bytes)) expect(offset + capturedLength).toBeLessThanOrEqual(bytes.length)
        })
      }),
      { numRuns: 500 },
    )
  })
})
