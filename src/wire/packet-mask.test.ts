import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskPayload } from './packet-mask.ts'
import { hex, join, u16, u32 } from './testing/bytes.ts'
import { ethernet, ipv4, ipv6, tagged, tcp, udp } from './testing/packets.ts'

/** Every byte of it can be told from a zero. */
const payload = new Uint8Array(40).fill(0xaa)

function masked(packet: Uint8Array, isFrame: boolean): Uint8Array {
  const copy = packet.slice()
  maskPayload(copy, 0, copy.length, isFrame)
  return copy
}

/** TCP with options: MSS 1460, no operation, window scale 7. */
const tcpWithOptions = join(u16(40000, 443), u32(1, 2), u16(0x7018, 1024, 0x1234, 0), hex('020405b4 01030307'))
const sctp = join(u16(1000, 2000), u32(0x01020304, 0x05060708))
const dccp = join(u16(1000, 2000), hex('03 00 1234 05060708'))
const icmp = hex('0800 1234 0001 0002')

/** What is to stay of each packet, by its header and the protocol that it has. */
const transports: readonly (readonly [name: string, protocol: number, header: Uint8Array])[] = [
  ['TCP', 6, tcp(0x18)],
  ['TCP with options', 6, tcpWithOptions],
  ['UDP', 17, u16(1000, 53, 48, 0x1234)],
  ['UDP-Lite', 136, u16(1000, 53, 8, 0x1234)],
  ['ICMP', 1, icmp],
  ['ICMPv6', 58, icmp],
  ['SCTP', 132, sctp],
  ['DCCP', 33, dccp],
  ['GRE, of which nothing is kept', 47, new Uint8Array(0)],
  ['ESP, of which nothing is kept', 50, new Uint8Array(0)],
]

const extensions: readonly (readonly [name: string, first: number, bytes: (next: number) => Uint8Array])[] = [
  ['no extension header', -1, () => new Uint8Array(0)],
  ['hop-by-hop options', 0, (next) => join(Uint8Array.of(next, 0), hex('0502 0000 0100'))],
  [
    'routing and destination options',
    43,
    (next) => join(hex('3c 02 04 00 00000000'), new Uint8Array(16).fill(7), Uint8Array.of(next, 0), hex('010400000000')),
  ],
  ['the header of a first fragment', 44, (next) => join(Uint8Array.of(next, 0), hex('0001 12345678'))],
]

describe('a masked packet', () => {
  it.each(transports)('keeps the header of %s over IPv4', (_, protocol, header) => {
    for (const options of [new Uint8Array(0), hex('94040000 01010101')]) {
      const headers = ipv4(protocol, header, { options, totalLength: 20 + options.length + header.length + payload.length })
      expect(masked(join(headers, payload), false)).toEqual(join(headers, new Uint8Array(payload.length)))
    }
  })

  it.each(extensions)('keeps transport headers over IPv6 behind %s', (_, first, bytes) => {
    for (const [, protocol, header] of transports) {
      const inner = join(bytes(protocol), header)
      const whole = ipv6(first < 0 ? protocol : first, join(inner, payload))
      const headers = whole.subarray(0, 40 + inner.length)
      expect(masked(whole, false)).toEqual(join(headers, new Uint8Array(payload.length)))
    }
  })

  it('keeps Ethernet and its tags, and not what stands behind the IP packet', () => {
    const packet = ipv4(17, udp(53, 1000, payload))
    const frame = join(ethernet(0x88a8, tagged(100, 0x8100, tagged(200, 0x0800, packet))), payload)
    const kept = 14 + 8 + 20 + 8
    expect(masked(frame, true)).toEqual(join(frame.subarray(0, kept), new Uint8Array(frame.length - kept)))
  })

  it('keeps the IP header alone of a later fragment', () => {
    const packet = ipv4(17, payload, { fragment: 0x2010 })
    expect(masked(packet, false)).toEqual(join(packet.subarray(0, 20), new Uint8Array(payload.length)))
    const later = ipv6(44, join(hex('11 00 0010 12345678'), payload))
    expect(masked(later, false)).toEqual(join(later.subarray(0, 48), new Uint8Array(payload.length)))
  })

  it('keeps the link header alone of what is not IP', () => {
    const frame = ethernet(0x8100, tagged(100, 0x0806, payload))
    expect(masked(frame, true)).toEqual(join(frame.subarray(0, 18), new Uint8Array(payload.length)))
    expect(masked(payload, false)).toEqual(new Uint8Array(payload.length))
  })

  it('does not take a header for longer than the packet says that it is', () => {
    // TCP says 60 bytes of header, the IP packet ends after 24 of them.
    const packet = ipv4(6, join(u16(40000, 443), u32(1, 2), u16(0xf018, 1024, 0, 0), payload), { totalLength: 44 })
    expect(masked(packet, false)).toEqual(join(packet.subarray(0, 44), new Uint8Array(packet.length - 44)))
  })

  it('touches nothing outside of the packet, and of a cut one what is left of it', () => {
    const packet = ipv4(17, udp(53, 1000, payload))
    fc.assert(
      fc.property(fc.nat(packet.length), fc.nat(20), (length, before) => {
        const bytes = join(new Uint8Array(before).fill(0xee), packet)
        maskPayload(bytes, before, before + length, false)
        const kept = length < 20 ? 0 : Math.min(28, length)
        const expected = join(packet.subarray(0, kept), new Uint8Array(length - kept), packet.subarray(length))
        expect(bytes).toEqual(join(new Uint8Array(before).fill(0xee), expected))
      }),
    )
  })

  it('can be masked again without a change, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), fc.constantFrom(0x45, 0x4f, 0x60, 0x00), (bytes, isFrame, first) => {
        if (!isFrame && bytes.length > 0) bytes[0] = first
        const once = masked(bytes, isFrame)
        expect(once).toHaveLength(bytes.length)
        expect(masked(once, isFrame)).toEqual(once)
      }),
    )
  })
})
