// Tests of what counts as a flow datagram in a file, and of where each begins and ends.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ipText } from './address-text.ts'
import { captureFormat, flowPayloads } from './capture-file.ts'
import { hex, join, u16, u32 } from './testing/bytes.ts'
import { pcap, sectionHeader } from './testing/capture-writer.ts'
import { ethernet, ipv4, ipv6, tagged, tcp, udp } from './testing/packets.ts'
import { flowSample, sflowDatagram } from './testing/sflow.ts'
import { tolerateWireErrors } from './testing/tolerate.ts'

/** Valid NetFlow v5 of `count` records of zeros. */
const netflow5 = (count: number): Uint8Array => join(u16(5, count), new Uint8Array(20 + 48 * count))
const netflow9 = join(u16(9, 1), u32(1, 2, 3, 4), u16(256, 8), u32(7))
const ipfix = join(u16(10, 24), u32(1, 2, 3), u16(256, 8), u32(7))
const sflow = sflowDatagram([flowSample([])])

const packetOf = (payload: Uint8Array, port: number): Uint8Array => ethernet(0x0800, ipv4(17, udp(50_000, port, payload)))
const captureOf = (...packets: readonly Uint8Array[]): Uint8Array => pcap(packets.map((packet) => ({ seconds: 1, fraction: 0, packet })))
const lengths = (bytes: Uint8Array): number[] => [...flowPayloads(bytes)].map((payload) => payload.length)

describe('captureFormat', () => {
  it.each([
    ['pcap', pcap([])],
    ['pcapng', sectionHeader(true)],
    ['datagrams', netflow5(1)],
    ['datagrams', sflow],
  ])('recognises %s', (format, bytes) => {
    expect(captureFormat(bytes)).toBe(format)
  })

  it.each([
    ['text', hex('68656c6c6f20776f726c64')],
    ['nothing', new Uint8Array(0)],
  ])('refuses %s', (_, bytes) => {
    expect(() => captureFormat(bytes)).toThrow(expect.objectContaining({ code: 'bad_file' }))
  })
})

describe('flowPayloads of captures', () => {
  it.each([
    ['NetFlow v5', netflow5(2)],
    ['NetFlow v9', netflow9],
    ['IPFIX', ipfix],
    ['sFlow v5', sflow],
  ])('finds %s on any port', (_, payload) => {
    const file = captureOf(packetOf(payload, 12_345))
    const [found] = flowPayloads(file)
    expect(file.subarray(found?.offset, (found?.offset ?? 0) + (found?.length ?? 0))).toEqual(payload)
    expect([ipText(found?.source ?? new Uint32Array(4), 0), found?.timeNs]).toEqual(['192.0.2.1', 1_000_000_000n])
  })

  it('finds it behind VLAN tags and in IPv6', () => {
    const packet = ethernet(0x8100, tagged(9, 0x86dd, ipv6(17, udp(50_000, 12_345, ipfix))))
    const [found] = flowPayloads(captureOf(packet))
    expect(ipText(found?.source ?? new Uint32Array(4), 0)).toBe('2001:db8::1')
  })

  it.each([
    ['v5 of no records', u16(5, 0, 0, 0)],
    ['v5 with fewer records than it says', netflow5(3).subarray(0, 100)],
    ['v9 without a set', join(u16(9, 1), u32(1, 2, 3, 4))],
    ['v9 with a set of a reserved id', join(u16(9, 1), u32(1, 2, 3, 4), u16(17, 8), u32(7))],
    ['IPFIX longer than the payload', join(u16(10, 100), new Uint8Array(20))],
    ['sFlow with a sample longer than the payload', join(u32(5, 1, 1, 1, 1, 1, 1, 1, 4000))],
    ['sFlow of an unknown agent address', join(u32(5, 9), new Uint8Array(60))],
    ['something else', hex('deadbeef00000000')],
  ])('takes %s for no flow datagram, unless it came to a flow port', (_, payload) => {
    expect(lengths(captureOf(packetOf(payload, 12_345)))).toEqual([])
    expect(lengths(captureOf(packetOf(payload, 2055)))).toEqual([payload.length])
  })

  it('passes over TCP, later fragments and link types that it cannot read', () => {
    const fragment = ethernet(0x0800, ipv4(17, udp(50_000, 2055, ipfix), { fragment: 0x0005 }))
    expect(lengths(captureOf(ethernet(0x0800, ipv4(6, tcp(2, ipfix))), fragment))).toEqual([])
    expect(lengths(pcap([{ seconds: 1, fraction: 0, packet: packetOf(ipfix, 2055) }], { linkType: 105 }))).toEqual([])
  })

  it('believes the shorter of UDP length and captured bytes', () => {
    const padded = ethernet(0x0800, ipv4(17, join(udp(50_000, 2055, ipfix), new Uint8Array(30)), { totalLength: 100 }))
    expect(lengths(captureOf(padded))).toEqual([ipfix.length])
    expect(lengths(captureOf(packetOf(netflow5(2), 2055).subarray(0, 80)))).toEqual([80 - 42])
  })

  it('gives the payloads before the damage', () => {
    const file = captureOf(packetOf(ipfix, 2055), packetOf(ipfix, 2055))
    const payloads = flowPayloads(file.subarray(0, file.length - 3))
    expect(payloads.next().value).toMatchObject({ length: ipfix.length })
    expect(() => payloads.next()).toThrow(expect.objectContaining({ code: 'truncated' }))
  })
})

describe('flowPayloads of bare datagrams', () => {
  it('splits NetFlow v5 and IPFIX where they say that they end', () => {
    expect(lengths(join(netflow5(2), netflow5(1), ipfix, ipfix, netflow9))).toEqual([120, 72, 24, 24, netflow9.length])
  })

  it('leaves bytes that are no datagram with the one before', () => {
    expect(lengths(join(ipfix, hex('0000')))).toEqual([26])
    expect(lengths(join(netflow5(1), new Uint8Array(10)))).toEqual([82])
  })

  it('takes NetFlow v9 and sFlow, which do not say, for the rest of the file', () => {
    expect(lengths(join(netflow9, netflow9))).toEqual([2 * netflow9.length])
    expect(lengths(join(sflow, sflow))).toEqual([2 * sflow.length])
  })

  it('takes a datagram that claims more than the file for all of it', () => {
    expect(lengths(join(u16(5, 55_582), new Uint8Array(100)))).toEqual([104])
    expect(lengths(join(u16(10, 5), new Uint8Array(20)))).toEqual([24])
  })

  it('throws nothing but WireError on any bytes, and stays inside them', () => {
    const start = fc.constantFrom(netflow5(1), netflow9, ipfix, sflow, pcap([]), sectionHeader(true), new Uint8Array(0))
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 200 }), (head, tail) => {
        const bytes = join(head, tail)
        tolerateWireErrors(() => {
          for (const { offset, length } of flowPayloads(bytes)) expect(offset + length).toBeLessThanOrEqual(bytes.length)
        })
      }),
      { numRuns: 1000 },
    )
  })
})
