// Packets of tcpdump's device `any` to flow datagrams: those that were sent to us, of both kinds of cooked header.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportProtocol } from '../../contract/flow-columns.ts'
import { createPacketLayout } from '../../wire/packet-layout.ts'
import { linkType } from '../../wire/packet-tables.ts'
import { PcapStream } from '../../wire/pcap-stream.ts'
import { pcap } from '../../wire/testing/capture-writer.ts'
import { hex, join, u16, u32 } from '../../wire/testing/bytes.ts'
import { ipfix } from '../../wire/testing/datagram-writer.ts'
import { ipv4, ipv6, tcp, udp } from '../../wire/testing/packets.ts'
import { sflowDatagram } from '../../wire/testing/sflow.ts'
import { readStrayPacket, type StrayDatagram } from './stray-datagram.ts'

const flows = ipfix(() => undefined)
const mac = hex('020000000001 0000')

/** Protocol 2, reserved 2, interface 4, ARPHRD 2, packet type 1, address length 1, address 8. */
function cooked2(packet: Uint8Array, type = 0, ether = 0x0800): Uint8Array<ArrayBuffer> {
  return join(u16(ether, 0), u32(3), u16(1), Uint8Array.of(type, 6), mac, packet)
}

/** Packet type 2, ARPHRD 2, address length 2, address 8, protocol 2. */
function cooked1(packet: Uint8Array, type = 0, ether = 0x0800): Uint8Array<ArrayBuffer> {
  return join(u16(type, 1, 6), mac, u16(ether), packet)
}

function read(link: number, ...packets: readonly Uint8Array[]): (StrayDatagram | null)[] {
  const read: (StrayDatagram | null)[] = []
  const layout = createPacketLayout()
  const stream = new PcapStream((packet) => read.push(readStrayPacket(packet, stream.linkType, layout)))
  stream.push(
    pcap(
      packets.map((packet) => ({ seconds: 1_700_000_000, fraction: 250_000, packet })),
      { linkType: link },
    ),
  )
  return read
}

const toPort = { at: 1_700_000_000_250, port: 9995, protocol: exportProtocol.ipfix, agent: null }
const addresses4 = { source: '192.0.2.1', address: '198.51.100.2' }

describe('a packet', () => {
  it('of IPv4 and of IPv6 is read behind both kinds of cooked header', () => {
    const four = ipv4(17, udp(40_000, 9995, flows))
    const six = ipv6(17, udp(40_000, 9995, flows))
    const expected = [
      { ...toPort, ...addresses4 },
      { ...toPort, source: '2001:db8::1', address: '2001:db8::2' },
    ]
    expect(read(linkType.linuxCooked2, cooked2(four), cooked2(six, 0, 0x86dd))).toEqual(expected)
    expect(read(linkType.linuxCooked, cooked1(four), cooked1(six, 0, 0x86dd))).toEqual(expected)
  })

  it('of sFlow tells its agent', () => {
    const packet = ipv4(17, udp(40_000, 6343, sflowDatagram([])))
    expect(read(linkType.linuxCooked2, cooked2(packet))).toEqual([
      { ...toPort, ...addresses4, port: 6343, protocol: exportProtocol.sflow5, agent: '192.0.2.10' },
    ])
  })

  it('is none of ours when it was sent to others, by us, or to all', () => {
    const packet = ipv4(17, udp(40_000, 9995, flows))
    const types = [1, 2, 3, 4]
    expect(read(linkType.linuxCooked2, ...types.map((type) => cooked2(packet, type)))).toEqual(types.map(() => null))
    expect(read(linkType.ethernet, cooked2(packet))).toEqual([null])
  })

  it('holds no flow datagram when it is of another protocol, a later fragment, cut, or only begins like one', () => {
    const packets = [
      ipv4(6, tcp(2, flows)),
      ipv4(17, udp(40_000, 9995, flows), { fragment: 0x2001 }),
      ipv4(17, udp(40_000, 9995, flows)).subarray(0, 30),
      ipv4(17, udp(53, 40_000, Uint8Array.of(0, 9, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 3, 0x77, 0x77, 0x77))),
    ]
    expect(read(linkType.linuxCooked2, ...packets.map((packet) => cooked2(packet)))).toEqual([null, null, null, null])
  })

  it('of any bytes does no harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(linkType.linuxCooked, linkType.linuxCooked2), (bytes, link) => {
        expect(read(link, bytes)).toHaveLength(1)
      }),
      { seed: 9 },
    )
  })
})
