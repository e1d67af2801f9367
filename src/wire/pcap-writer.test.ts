import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pcapHeader, pcapHeaderBytes, pcapRecordBytes, writePcapRecord, type TimedPacket } from './pcap-writer.ts'
import { pcapPackets } from './pcap.ts'
import { hex, join } from './testing/bytes.ts'

const packets = fc.array(
  fc.record({
    seconds: fc.integer({ min: 0, max: 0xffff_ffff }),
    nanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
    wireLength: fc.integer({ min: 0, max: 0xffff_ffff }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 50 }),
    start: fc.constant(1),
  }),
  { maxLength: 5 },
)

function file(list: readonly TimedPacket[], nanoseconds: boolean): Uint8Array {
  const bytes = new Uint8Array(list.reduce((sum, { start, end }) => sum + pcapRecordBytes(end - start), pcapHeaderBytes))
  bytes.set(pcapHeader({ linkType: 101, snapLength: 160, nanoseconds }))
  let at = pcapHeaderBytes
  for (const packet of list) at = writePcapRecord(bytes, at, packet, nanoseconds)
  expect(at).toBe(bytes.length)
  return bytes
}

describe('a pcap file', () => {
  it('has the bytes that the format asks for', () => {
    const packet = { seconds: 0x01020304, nanoseconds: 123_456_789, wireLength: 0x0506, bytes: hex('00 4500 00'), start: 1, end: 3 }
    const header = hex('d4c3b2a1 0200 0400 00000000 00000000 a0000000 65000000')
    expect(file([packet], false)).toEqual(join(header, hex('04030201 40e20100 02000000 06050000 4500')))
    expect(file([packet], true).subarray(0, 4)).toEqual(hex('4d3cb2a1'))
    expect(file([packet], true).subarray(28, 32)).toEqual(hex('15cd5b07'))
  })

  it('is read as it was written, to the microsecond or the nanosecond', () => {
    fc.assert(
      fc.property(packets, fc.boolean(), (list, nanoseconds) => {
        const whole = list.map((packet) => ({ ...packet, end: packet.bytes.length }))
        const bytes = file(whole, nanoseconds)
        const read = [...pcapPackets(bytes)].map(({ timeNs, wireLength, offset, capturedLength, linkType }) => [
          timeNs,
          wireLength,
          linkType,
          [...bytes.subarray(offset, offset + capturedLength)],
        ])
        expect(read).toEqual(
          whole.map((packet) => [
            BigInt(packet.seconds) * 1_000_000_000n +
              BigInt(nanoseconds ? packet.nanoseconds : Math.floor(packet.nanoseconds / 1000) * 1000),
            // What was captured was there.
            Math.max(packet.wireLength, packet.end - packet.start),
            101,
            [...packet.bytes.subarray(1)],
          ]),
        )
      }),
    )
  })
})
