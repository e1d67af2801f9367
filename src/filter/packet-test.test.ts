import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPacketLayout, locateHeaders, type PacketLayout } from '../wire/packet-layout.ts'
import { linkType } from '../wire/packet-tables.ts'
import { hex } from '../wire/testing/bytes.ts'
import { packetTest } from './packet-test.ts'
import { parseFilter } from './parse-filter.ts'
import { expectedMatch, headerBytes, modelPackets, packetBytes } from './testing/model-packets.ts'
import { randomFilters } from './testing/random-filters.ts'

function located(bytes: Uint8Array, link: number = linkType.raw): PacketLayout {
  const layout = createPacketLayout()
  layout.bytes = bytes
  layout.end = bytes.length
  locateHeaders(layout, 0, link)
  return layout
}

describe('the test of packets', () => {
  it('says what the filter says, also of packets cut short', () => {
    fc.assert(
      fc.property(randomFilters, modelPackets(), fc.nat(30), (filter, packet, more) => {
        const bytes = packetBytes(packet)
        const test = packetTest(filter)
        expect(test(located(bytes))).toBe(expectedMatch(filter, packet))
        const cut = bytes.subarray(0, headerBytes(packet) + more)
        expect(test(located(cut))).toBe(expectedMatch(filter, packet, Math.min(more, packet.transport)))
      }),
      { numRuns: 2000 },
    )
  })

  it('reads nothing behind the end of any packet', () => {
    fc.assert(
      fc.property(
        randomFilters,
        modelPackets(),
        fc.nat(),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        (filter, packet, length, changes) => {
          const bytes = packetBytes(packet)
          for (const [at, value] of changes) bytes[at % bytes.length] = value
          const end = length % (bytes.length + 1)
          // Behind the end stand other values: what reads them answers differently.
          const [zeros, ones] = [0, 255].map((fill) => {
            const layout = createPacketLayout()
            layout.bytes = new Uint8Array(bytes.length + 300).fill(fill)
            layout.bytes.set(bytes.subarray(0, end))
            layout.end = end
            locateHeaders(layout, 0, linkType.raw)
            return packetTest(filter)(layout)
          })
          expect(zeros).toBe(ones)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('has no protocol behind a chain of headers that is broken off', () => {
    const chain = hex('60000000 0002 3c 40 20010db8000000000000000000000001 20010db8000000000000000000000002 1100')
    const layout = located(chain)
    expect(packetTest(parseFilter('proto 0-255'))(layout)).toBe(false)
    expect(packetTest(parseFilter('not udp'))(layout)).toBe(true)
    expect(packetTest(parseFilter('ip6'))(layout)).toBe(true)
  })

  it.each(['not tcp', 'not src 192.0.2.1', 'len >= 0'])('has nothing to do with what is no IP packet: %s', (text) => {
    const arp = hex('ffffffffffff 020000000001 0806 0001080006040001 020000000001 c0000201 000000000000 c0000202')
    expect(packetTest(parseFilter(text))(located(arp, linkType.ethernet))).toBe(false)
    expect(packetTest(null)(located(arp, linkType.ethernet))).toBe(false)
  })
})
