import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createPacketRecordView,
  maxPacketRecordBytes,
  maxRecordedBytes,
  packetRecordBytes,
  packetRecordHeaderBytes,
  PacketRecordWriter,
  readPacketRecord,
  readPacketRecords,
  type PacketMarks,
  type RecordedPacket,
} from './packet-record.ts'
import { hex, join } from './testing/bytes.ts'

const word = fc.integer({ min: 0, max: 0xffff_ffff })

const packets = fc.record({
  seconds: word,
  nanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
  wireLength: fc.integer({ min: 300, max: 0xffff_ffff }),
  ethernet: fc.boolean(),
  superPacket: fc.boolean(),
  masked: fc.boolean(),
  sampling: fc.integer({ min: 1, max: 0xffff_ffff }),
  before: fc.nat(9),
  packet: fc.uint8Array({ maxLength: 300 }),
})

function recorded(packet: Uint8Array, rest: Partial<RecordedPacket & PacketMarks> = {}): RecordedPacket & PacketMarks {
  const place = { bytes: packet, start: 0, end: packet.length, wireLength: packet.length }
  return { seconds: 1, nanoseconds: 2, ethernet: false, superPacket: false, masked: false, sampling: 1, ...place, ...rest }
}

function recordsOf(...list: readonly (RecordedPacket & PacketMarks)[]): Uint8Array<ArrayBuffer> {
  const writer = new PacketRecordWriter(list.length * maxPacketRecordBytes)
  for (const packet of list) writer.append(packet, packet)
  return writer.take()
}

describe('packet records', () => {
  it('have the layout that agents and server agreed on', () => {
    const packet = recorded(hex('45aabb'), {
      seconds: 0x01020304,
      nanoseconds: 0x05060708,
      wireLength: 0x11121314,
      ethernet: true,
      superPacket: true,
      masked: true,
      sampling: 0x21222324,
    })
    expect(recordsOf(packet)).toEqual(hex('01020304 05060708 11121314 0003 01 03 21222324 45aabb'))
  })

  it('give back what was written, wherever the packet stands in its bytes', () => {
    fc.assert(
      fc.property(fc.array(packets, { maxLength: 8 }), (list) => {
        const views = list.map(({ before, packet, ...fields }) => {
          const bytes = join(new Uint8Array(before).fill(7), packet, new Uint8Array(3).fill(9))
          return { ...fields, bytes, start: before, end: before + packet.length }
        })
        const read: unknown[] = []
        const count = readPacketRecords(recordsOf(...views), ({ bytes, start, end, ...fields }) =>
          read.push({ ...fields, packet: [...bytes.subarray(start, end)] }),
        )
        expect(count).toBe(list.length)
        expect(read).toEqual(
          list.map(({ seconds, nanoseconds, wireLength, ethernet, superPacket, masked, sampling, packet }) => ({
            seconds,
            nanoseconds,
            wireLength,
            capturedLength: packet.length,
            ethernet,
            superPacket,
            masked,
            sampling,
            packet: [...packet],
          })),
        )
      }),
    )
  })

  it('cut what is longer than a record can hold, and keep its true length', () => {
    const read: number[][] = []
    readPacketRecords(recordsOf(recorded(new Uint8Array(70_000))), ({ capturedLength, wireLength }) =>
      read.push([capturedLength, wireLength]),
    )
    expect(read).toEqual([[maxRecordedBytes, 70_000]])
    expect(packetRecordBytes(70_000)).toBe(maxPacketRecordBytes)
  })

  it('never claim to hold more than there was', () => {
    const read: number[] = []
    readPacketRecords(recordsOf(recorded(new Uint8Array(60), { wireLength: 20 })), ({ wireLength }) => read.push(wireLength))
    expect(read).toEqual([60])
  })

  it('are refused when there is no room, and the writer stays as it was', () => {
    const writer = new PacketRecordWriter(packetRecordBytes(10) + packetRecordBytes(5))
    const marks = { masked: false, sampling: 1 }
    expect(writer.append(recorded(new Uint8Array(10)), marks)).toBe(true)
    expect(writer.append(recorded(new Uint8Array(6)), marks)).toBe(false)
    expect(writer.length).toBe(packetRecordBytes(10))
    expect(writer.append(recorded(new Uint8Array(5)), marks)).toBe(true)
    expect(writer.packets).toBe(2)
    expect(writer.take()).toHaveLength(packetRecordHeaderBytes * 2 + 15)
    expect(writer.length).toBe(0)
  })

  it('are read as far as they are whole', () => {
    const bytes = recordsOf(recorded(new Uint8Array(4)), recorded(new Uint8Array(6)))
    const view = createPacketRecordView()
    expect(readPacketRecord(bytes, 0, bytes.length, view)).toBe(24)
    for (let end = 24; end < bytes.length; end++) expect(readPacketRecord(bytes, 24, end, view)).toBe(-1)
    expect(readPacketRecord(bytes, 24, bytes.length, view)).toBe(bytes.length)
    expect(() => readPacketRecords(bytes.subarray(0, -1), () => undefined)).toThrow(expect.objectContaining({ code: 'truncated' }))
  })

  it.each([
    ['more captured than there was', '00000000 00000000 00000001 0002 00 00 00000001 aabb'],
    ['nanoseconds of more than a second', '00000000 3b9aca00 00000002 0002 00 00 00000001 aabb'],
    ['an unknown link', '00000000 00000000 00000002 0002 02 00 00000001 aabb'],
    ['unknown flags', '00000000 00000000 00000002 0002 00 04 00000001 aabb'],
    ['sampling of 1 in 0', '00000000 00000000 00000002 0002 00 00 00000000 aabb'],
  ])('are refused for %s', (_, bytes) => {
    expect(() => readPacketRecords(hex(bytes), () => undefined)).toThrow(expect.objectContaining({ code: 'bad_packet' }))
  })
})
