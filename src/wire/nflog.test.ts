import { describe, expect, it } from 'vitest'
import { createNflogPacket, ipPacketLength, netfilterHooks, readNflog, type NflogPacket } from './nflog.ts'
import { hex, join } from './testing/bytes.ts'
import { integers } from './testing/capture-writer.ts'

/** `log prefix "db" group 7 snaplen 40` in prerouting, a datagram of 54 bytes to ::1, from Linux 6.18 by tcpdump 4.99. */
const fromKernel = hex(`
  02000007 08000100 08000000 07000a00 64620000 08000400 00000001 10000800 00060000 00000000 00000000 06000f00 03040000
  06001100 000e0000 12001000 00000000 00000000 00000000 08000000 14000300 00000000 6b02a17f 00000000 000d211e
  2c000900 45000036 91be4000 4011aaf6 7f000001 7f000001 99880035 0022fe35 30313233 34353637 38396162`)

/** The same packet's kind in output: no time, no hardware header. */
const outgoing = hex(`
  02000007 08000100 08000300 05000a00 00000000 08000500 00000001 08000b00 00000000 08000e00 00000000
  58000900 45000054 8bc04000 4001b0e6 7f000001 7f000001 0800d475 3ed70001 7fa1026b 00000000 97d20c00 00000000
  10111213 14151617 18191a1b 1c1d1e1f 20212223 24252627 28292a2b 2c2d2e2f 30313233 34353637`)

function read(record: Uint8Array, littleEndian = true): NflogPacket {
  const packet = createNflogPacket()
  readNflog({ bytes: record, start: 0, end: record.length }, littleEndian, packet)
  return packet
}

function attribute(littleEndian: boolean, type: number, value: Uint8Array): Uint8Array<ArrayBuffer> {
  return join(integers(littleEndian, [value.length + 4, 2], [type, 2]), value, new Uint8Array(-value.length & 3))
}

const header = hex('02000007')

describe('NFLOG', () => {
  it('is read as the kernel wrote it', () => {
    const packet = read(fromKernel)
    expect(packet).toMatchObject({
      family: 2,
      group: 7,
      protocol: 0x0800,
      mark: 0,
      inputInterface: 1,
      outputInterface: 0,
      hardwareType: 772,
    })
    expect(netfilterHooks[packet.hook]).toBe('prerouting')
    expect([packet.seconds, packet.microseconds]).toEqual([0x6b02a17f, 0x0d211e])
    expect(new TextDecoder().decode(fromKernel.subarray(packet.prefixStart, packet.prefixEnd))).toBe('db')
    expect(fromKernel.subarray(packet.hardwareStart, packet.hardwareEnd)).toEqual(hex('000000000000 000000000000 0800'))
    expect([packet.payloadEnd, packet.payloadEnd - packet.payloadStart]).toEqual([fromKernel.length, 40])
    expect(ipPacketLength(fromKernel, packet.payloadStart, packet.payloadEnd)).toBe(54)
  })

  it('says what it was not told, also with an object that was used before', () => {
    const packet = read(fromKernel)
    readNflog({ bytes: outgoing, start: 0, end: outgoing.length }, true, packet)
    expect(packet).toMatchObject({ seconds: -1, hardwareStart: -1, hardwareType: -1, inputInterface: 0, outputInterface: 1, vlanTag: -1 })
    expect(netfilterHooks[packet.hook]).toBe('output')
    expect(packet.payloadEnd - packet.payloadStart).toBe(84)
  })

  it('is read in the middle of other bytes, and never beyond its record', () => {
    const bytes = join(new Uint8Array(5).fill(255), fromKernel, new Uint8Array(9).fill(255))
    const packet = createNflogPacket()
    readNflog({ bytes, start: 5, end: 5 + fromKernel.length }, true, packet)
    expect([packet.payloadStart, packet.payloadEnd]).toEqual([5 + fromKernel.length - 40, 5 + fromKernel.length])
  })

  it.each([true, false])('has marks, bridge ports and VLAN tags (little endian: %s)', (littleEndian) => {
    const vlan = join(attribute(littleEndian, 1, hex('8100')), attribute(littleEndian, 2, hex('6064')))
    const record = join(
      header,
      attribute(littleEndian, 2, hex('01020304')),
      attribute(littleEndian, 6, hex('00000009')),
      attribute(littleEndian, 7, hex('0000000a')),
      attribute(littleEndian, 0x8000 | 20, vlan),
      attribute(littleEndian, 9, hex('45')),
    )
    expect(read(record, littleEndian)).toMatchObject({
      mark: 0x01020304,
      physicalInput: 9,
      physicalOutput: 10,
      vlanProtocol: 0x8100,
      vlanTag: 0x6064,
    })
  })

  it('takes a payload that the record cuts off as far as it goes', () => {
    const packet = read(fromKernel.subarray(0, -10))
    expect(packet.payloadEnd - packet.payloadStart).toBe(30)
  })

  it.each([
    ['less than its header', '020000', 'truncated'],
    ['another version', '02010007', 'bad_packet'],
    ['an attribute shorter than its own header', '02000007 03000100', 'bad_packet'],
    ['an attribute that goes on behind the record', '02000007 08000100 0800', 'truncated'],
    ['a time of 8 bytes', '02000007 0c000300 0000000000000001', 'bad_packet'],
    ['a microsecond above a million', '02000007 14000300 0000000000000001 00000000000f4240', 'bad_packet'],
    ['a VLAN attribute without a value', '02000007 0c001400 04000100 00000000', 'bad_packet'],
  ])('is refused for %s', (_, record, code) => {
    expect(() => read(hex(record))).toThrow(expect.objectContaining({ code }))
  })
})

describe('the length of an IP packet', () => {
  it.each([
    ['IPv4', '45000036 1234', 54],
    ['IPv6', '60000000 0022', 74],
    ['IPv4 that leaves it to the network card', '45000000 1234', 0],
    ['IPv6 above 64 KiB', '60000000 0000', 0],
    ['something else', '00000000 0022', 0],
    ['a cut header', '45000036', 0],
  ])('of %s', (_, bytes, length) => {
    expect(ipPacketLength(hex(bytes), 0, hex(bytes).length)).toBe(length)
  })
})
