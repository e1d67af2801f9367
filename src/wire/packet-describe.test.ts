import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PacketLayer } from '../contract/capture.ts'
import { describePacket, summarisePacket, type PacketLine } from './packet-describe.ts'
import { maskPayload } from './packet-mask.ts'
import { hex, join, u16, u32 } from './testing/bytes.ts'
import { ethernet, ipv4, ipv6, tagged, tcp, udp } from './testing/packets.ts'

function line(packet: Uint8Array, isFrame = false): PacketLine {
  return summarisePacket({ bytes: packet, start: 0, end: packet.length, wireLength: packet.length, ethernet: isFrame })
}

function names(packet: Uint8Array, isFrame = false): string[] {
  return describePacket(packet, isFrame).map(({ name }) => name)
}

/** The fields of a layer by name. */
function fieldsOf(packet: Uint8Array, layer: string, isFrame = false): Record<string, string> {
  const found = describePacket(packet, isFrame).find(({ name }) => name === layer)
  return Object.fromEntries((found?.fields ?? []).map(({ name, value }) => [name, value]))
}

function text(words: string): Uint8Array {
  return new TextEncoder().encode(words)
}

const from4 = { source: '192.0.2.1', destination: '198.51.100.2' }
const from6 = { source: '2001:db8::1', destination: '2001:db8::2' }

/** Query for the A record of www.example.com. */
const dnsQuery = join(u16(0x1234, 0x0100, 1, 0, 0, 0), hex('03 777777 07 6578616d706c65 03 636f6d 00'), u16(1, 1))
/** Its answer: an alias, whose name is a pointer, and an address. */
const dnsAnswer = join(
  u16(0x1234, 0x8180, 1, 2, 0, 0),
  dnsQuery.subarray(12),
  hex('c00c 0005 0001 0000003c 0006 03 777732 c010'),
  hex('c02d 0001 0001 0000003c 0004 c0000207'),
)

describe('the line of a packet', () => {
  it.each<[string, Uint8Array, PacketLine]>([
    ['TCP', ipv4(6, tcp(0x12)), { ...from4, protocol: 'TCP', info: '40000 → 443 [SYN, ACK]' }],
    ['TCP with data', ipv4(6, tcp(0x18, new Uint8Array(7))), { ...from4, protocol: 'TCP', info: '40000 → 443 [PSH, ACK], 7 bytes' }],
    ['TCP without a flag', ipv6(6, tcp(0)), { ...from6, protocol: 'TCP', info: '40000 → 443 [no flags]' }],
    ['UDP', ipv4(17, udp(40000, 50000, text('x'))), { ...from4, protocol: 'UDP', info: '40000 → 50000' }],
    ['a service that has only a name', ipv4(17, udp(161, 50000, text('x'))), { ...from4, protocol: 'UDP', info: '161 → 50000, SNMP' }],
    ['a DNS query', ipv4(17, udp(5000, 53, dnsQuery)), { ...from4, protocol: 'UDP', info: '5000 → 53, DNS query A www.example.com' }],
    [
      'a DNS answer',
      ipv4(17, udp(53, 5000, dnsAnswer)),
      { ...from4, protocol: 'UDP', info: '53 → 5000, DNS response A www.example.com, 2 answers' },
    ],
    ['an NTP answer', ipv4(17, udp(123, 123, hex('24 02'))), { ...from4, protocol: 'UDP', info: '123 → 123, NTP server' }],
    ['monlist', ipv4(17, udp(123, 9, hex('d7 00 03 2a 0006'))), { ...from4, protocol: 'UDP', info: '123 → 9, NTP monlist response' }],
    [
      'SSDP',
      ipv4(17, udp(1900, 9, text('HTTP/1.1 200 OK\r\nST: x'))),
      { ...from4, protocol: 'UDP', info: '1900 → 9, SSDP HTTP/1.1 200 OK' },
    ],
    [
      'memcached',
      ipv4(17, udp(11211, 9, join(u16(1, 0, 9, 0), text('VALUE a 0 1000\r\n')))),
      { ...from4, protocol: 'UDP', info: '11211 → 9, memcached VALUE a 0 1000' },
    ],
    [
      'CLDAP',
      ipv4(17, udp(389, 9, hex('30 84 00000015 02 01 07 64 84 0000000c'))),
      { ...from4, protocol: 'UDP', info: '389 → 9, CLDAP search result' },
    ],
    ['CharGen', ipv4(17, udp(19, 9, text('!"#'))), { ...from4, protocol: 'UDP', info: '19 → 9, CharGen' }],
    ['ping', ipv4(1, hex('0800 0000 0001 0007')), { ...from4, protocol: 'ICMP', info: 'Echo request 7' }],
    [
      'an ICMP error with what it quotes',
      ipv4(1, join(hex('0303 0000 00000000'), ipv4(17, udp(53, 5000)))),
      {
        ...from4,
        protocol: 'ICMP',
        info: 'Destination unreachable (port unreachable), 192.0.2.1 → 198.51.100.2, UDP, 53 → 5000, DNS',
      },
    ],
    [
      'neighbor discovery',
      ipv6(58, join(hex('8700 0000 00000000'), hex('20010db8000000000000000000000009'))),
      { ...from6, protocol: 'ICMPv6', info: 'Neighbor solicitation of 2001:db8::9' },
    ],
    [
      'GRE',
      ipv4(47, join(u16(0, 0x0800), ipv4(6, tcp(2)))),
      { ...from4, protocol: 'GRE', info: '192.0.2.1 → 198.51.100.2, TCP, 40000 → 443 [SYN]' },
    ],
    ['a later fragment', ipv4(17, text('abc'), { fragment: 0x20b9 }), { ...from4, protocol: 'UDP', info: 'fragment at 1480' }],
    [
      'a later fragment of IPv6',
      ipv6(44, join(hex('11 00 0010 12345678'), text('abc'))),
      { ...from6, protocol: 'UDP', info: 'fragment at 16' },
    ],
    ['SCTP', ipv4(132, join(u16(5, 6), u32(7, 8), hex('0100 0004'))), { ...from4, protocol: 'SCTP', info: '5 → 6, INIT' }],
    ['ESP', ipv4(50, hex('00000007 00000001 aabb')), { ...from4, protocol: 'ESP', info: 'SPI 0x00000007' }],
    ['a protocol without a name', ipv4(200, text('abc')), { ...from4, protocol: 'IP 200', info: '' }],
    ['nothing that is IP', text('abc'), { source: '', destination: '', protocol: 'unknown', info: '' }],
  ])('says what is in %s', (_, packet, expected) => {
    expect(line(packet)).toEqual(expected)
  })

  it('says what frames hold that are not IP', () => {
    const request = join(hex('0001 0800 06 04 0001 020000000001 c0000201 000000000000 c0000202'))
    expect(line(ethernet(0x0806, request), true)).toEqual({
      source: '192.0.2.1',
      destination: '192.0.2.2',
      protocol: 'ARP',
      info: 'who has 192.0.2.2? tell 192.0.2.1',
    })
    const ends = { source: '02:00:00:00:00:01', destination: '02:00:00:00:00:02', info: '' }
    expect(line(ethernet(0x88cc, text('abc')), true)).toEqual({ ...ends, protocol: 'LLDP' })
    expect(line(ethernet(0x4242, text('abc')), true)).toEqual({ ...ends, protocol: 'type 0x4242' })
    expect(line(ethernet(0x0026, text('abc')), true)).toEqual({ ...ends, protocol: 'LLC' })
    expect(line(text('short'), true)).toEqual({ source: '', destination: '', protocol: 'Ethernet', info: '' })
  })

  it('goes by the length of the packet where not all of it was captured', () => {
    const packet = ipv4(6, tcp(0x10, new Uint8Array(1000)))
    expect(line(packet.subarray(0, 60)).info).toBe('40000 → 443 [ACK], 1000 bytes')
    expect(fieldsOf(packet.subarray(0, 60), 'Data')).toEqual({ Length: '20 bytes of 1000 captured' })
  })

  it.each<[string, Uint8Array, string, string[]]>([
    ['DNS', ipv4(17, udp(53, 5000, dnsAnswer)), '53 → 5000, DNS', ['IPv4', 'UDP', 'Data']],
    ['TCP', ipv4(6, tcp(0x18, new Uint8Array(7))), '40000 → 443 [PSH, ACK], 7 bytes', ['IPv4', 'TCP', 'Data']],
    [
      'an ICMP error',
      ipv4(1, join(hex('0303 0000 00000000'), ipv4(17, udp(53, 5000)))),
      'Destination unreachable (port unreachable)',
      ['IPv4', 'ICMP', 'Data'],
    ],
    ['GRE', ipv6(47, join(u16(0, 0x0800), ipv4(6, tcp(2)))), '', ['IPv6', 'Data']],
  ])('takes nothing out of the zeros of a masked packet: %s', (_, packet, info, layers) => {
    maskPayload(packet, 0, packet.length, false)
    const place = { bytes: packet, start: 0, end: packet.length, wireLength: packet.length }
    expect(summarisePacket({ ...place, ethernet: false, masked: true }).info).toBe(info)
    expect(describePacket(packet, false, true).map(({ name }) => name)).toEqual(layers)
  })

  it('tells the length of UDP-Lite, which has a coverage in its place', () => {
    const packet = ipv4(136, join(u16(1, 2, 8, 0), new Uint8Array(5)))
    expect(fieldsOf(packet, 'Data')).toEqual({ Length: '5 bytes' })
  })

  it('tells the protocol of a packet of which only the IP header was captured', () => {
    expect(line(ipv4(6, tcp(2)).subarray(0, 20))).toEqual({ ...from4, protocol: 'TCP', info: '' })
  })
})

describe('the headers of a packet', () => {
  it('are told from the outermost in', () => {
    const frame = ethernet(0x88a8, tagged(100, 0x8847, join(hex('00064140'), ipv4(17, udp(5000, 53, dnsQuery)))))
    expect(names(frame, true)).toEqual(['Ethernet', 'VLAN', 'MPLS', 'IPv4', 'UDP', 'DNS'])
    expect(fieldsOf(frame, 'VLAN', true)).toEqual({ Priority: '3', 'Drop eligible': 'no', VLAN: '100', Type: 'MPLS (0x8847)' })
    expect(fieldsOf(frame, 'MPLS', true)).toEqual({ Label: '100', 'Traffic class': '0', 'Bottom of stack': 'yes', 'Time to live': '64' })
  })

  it('have places that hold what they say', () => {
    const packet = ipv4(6, tcp(0x12))
    const layers = describePacket(packet, false)
    expect(layers.map(({ name, offset, length }) => [name, offset, length])).toEqual([
      ['IPv4', 0, 20],
      ['TCP', 20, 20],
    ])
    const port = layers[1]?.fields.find(({ name }) => name === 'Destination port')
    expect(port).toEqual({ name: 'Destination port', value: '443', offset: 22, length: 2 })
  })

  it('of IPv4 have options', () => {
    const packet = ipv4(17, udp(1, 2), { options: hex('94040000 01 830301') })
    const options = describePacket(packet, false)[0]?.fields.filter(({ name }) => name === 'Option')
    expect(options?.map(({ value }) => value)).toEqual(['Router alert (148)', 'No operation (1)', 'Loose source route (131)'])
    expect(fieldsOf(packet, 'IPv4')).toMatchObject({
      'Header length': '28 bytes',
      Flags: "don't fragment",
      'Time to live': '63',
      DSCP: '10',
    })
  })

  it('of IPv6 have extension headers', () => {
    const packet = ipv6(
      0,
      join(hex('2b 00 050200000100'), hex('2c 02 0400 00000000'), new Uint8Array(16), hex('06 00 0001 12345678'), tcp(2)),
    )
    expect(names(packet)).toEqual(['IPv6', 'Hop-by-hop options', 'Routing header', 'Fragment header', 'TCP'])
    expect(fieldsOf(packet, 'IPv6')).toMatchObject({
      'Flow label': '0x12345',
      DSCP: '10',
      'Hop limit': '61',
      'Next header': 'hop-by-hop options (0)',
    })
    expect(fieldsOf(packet, 'Routing header')).toMatchObject({ Length: '24 bytes', 'Routing type': 'segments (4)' })
    expect(fieldsOf(packet, 'Fragment header')).toMatchObject({ 'More fragments': 'yes', Identification: '0x12345678' })
  })

  it('of TCP have options', () => {
    const options = hex('020405b4 01 030307 080a 00000001 00000002 0402 050a 00000003 00000004 00')
    const header = join(u16(1, 2), u32(3, 4), u16(0xd010, 5, 6, 0), options, new Uint8Array(-options.length & 3))
    expect(fieldsOf(ipv4(6, header), 'TCP')).toEqual({
      'Source port': '1',
      'Destination port': '2',
      'Sequence number': '3',
      Acknowledgment: '4',
      'Header length': '52 bytes',
      Flags: 'ACK',
      Window: '5',
      Checksum: '0x0006',
      'Urgent pointer': '0',
      'Maximum segment size': '1460',
      'No operation': '',
      'Window scale': '× 128',
      Timestamps: '1, echo 2',
      'SACK permitted': '',
      SACK: '3–4',
      'End of options': '',
    })
  })

  it('of DNS have the question and the answers, through pointers', () => {
    const layer = describePacket(ipv4(17, udp(53, 5000, dnsAnswer)), false).at(-1)
    expect(layer?.fields.filter(({ name }) => name === 'Answer').map(({ value }) => value)).toEqual([
      'www.example.com CNAME ww2.example.com, 60 s',
      'ww2.example.com A 192.0.2.7, 60 s',
    ])
    expect(layer?.fields.find(({ name }) => name === 'Flags')?.value).toBe('response, no error, recursion desired, recursion available')
  })

  it('of DNS end where names point in circles', () => {
    const circle = join(u16(1, 0x8180, 1, 1, 0, 0), hex('c00c'), u16(1, 1))
    expect(line(ipv4(17, udp(53, 5000, circle))).info).toBe('53 → 5000, DNS response, 1 answer')
  })

  it('of GRE and VXLAN are followed by what is inside', () => {
    const inner = ethernet(0x0800, ipv4(6, tcp(2)))
    expect(names(ipv4(47, join(u16(0x2000, 0x6558), u32(77), inner)))).toEqual(['IPv4', 'GRE', 'Ethernet', 'IPv4', 'TCP'])
    expect(fieldsOf(ipv4(47, join(u16(0x2000, 0x6558), u32(77), inner)), 'GRE')).toEqual({
      Flags: '0x2000',
      Protocol: 'Ethernet (0x6558)',
      Key: '77',
    })
    const vxlan = ipv4(17, udp(1024, 4789, join(hex('08000000 00004200'), inner)))
    expect(names(vxlan)).toEqual(['IPv4', 'UDP', 'VXLAN', 'Ethernet', 'IPv4', 'TCP'])
    expect(line(vxlan).info).toBe('1024 → 4789, VXLAN 66, 192.0.2.1 → 198.51.100.2, TCP, 40000 → 443 [SYN]')
  })

  it('leave what stands behind the IP packet to a trailer', () => {
    const layers = describePacket(join(ethernet(0x0800, ipv4(17, udp(1, 2, text('a')))), new Uint8Array(17)), true)
    expect(layers.map(({ name, offset, length }) => [name, offset, length])).toEqual([
      ['Ethernet', 0, 14],
      ['IPv4', 14, 20],
      ['UDP', 34, 8],
      ['Data', 42, 1],
      ['Trailer', 43, 17],
    ])
  })

  it('stay inside the packet, are bounded, and depend on nothing behind it, whatever it is', () => {
    const start = [ipv4(17, udp(53, 1, dnsAnswer)), ipv6(0, hex('2b00050200000100')), ipv4(6, tcp(0x12)), ipv4(47, u16(0, 0x6558))]
    fc.assert(
      fc.property(fc.constantFrom(...start), fc.uint8Array({ maxLength: 200 }), fc.nat(300), fc.boolean(), (first, rest, cut, isFrame) => {
        const whole = isFrame ? ethernet(0x0800, join(first, rest)) : join(first, rest)
        const packet = whole.slice(0, Math.max(1, cut))
        const layers = describePacket(packet, isFrame)
        expect(layers.length).toBeLessThan(60)
        for (const { offset, length, fields } of layers as readonly PacketLayer[])
          for (const part of [{ offset, length }, ...fields]) {
            expect(part.offset).toBeGreaterThanOrEqual(0)
            expect(part.length).toBeGreaterThanOrEqual(0)
            expect(part.offset + part.length).toBeLessThanOrEqual(packet.length)
          }
        const padded = join(Uint8Array.of(9), packet, new Uint8Array(50).fill(0xff))
        const inside = { bytes: padded, start: 1, end: 1 + packet.length, wireLength: packet.length, ethernet: isFrame }
        expect(summarisePacket(inside)).toEqual(line(packet, isFrame))
      }),
    )
  })
})
