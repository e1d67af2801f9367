// Tests of the pcapng reader: blocks, options, sections, interfaces, byte orders.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPcapng, pcapngPackets } from './pcapng.ts'
import { hex, join } from './testing/bytes.ts'
import { block, enhancedPacket, integers, interfaceBlock, option, sectionHeader, simplePacket } from './testing/capture-writer.ts'
import { tolerateWireErrors } from './testing/tolerate.ts'

const packet = hex('0102030405')
const second = 1_000_000_000n

describe.each([true, false])('pcapngPackets, little-endian %s', (le) => {
  const start = join(sectionHeader(le), interfaceBlock(le, 1, 0))
  const read = (...blocks: readonly Uint8Array[]) => [...pcapngPackets(join(start, ...blocks))]

  it('reads enhanced packets in microseconds', () => {
    const file = join(start, enhancedPacket(le, { interfaceId: 0, time: 1_700_000_000_123_456n }, packet, 1500))
    const [only] = pcapngPackets(file)
    expect(isPcapng(file)).toBe(true)
    expect(only).toMatchObject({ timeNs: 1_700_000_000_123_456_000n, capturedLength: 5, wireLength: 1500, linkType: 1 })
    expect(file.subarray(only?.offset, (only?.offset ?? 0) + 5)).toEqual(packet)
  })

  it.each([
    ['nanoseconds', 9, 1_700_000_000_123_456_789n, 1_700_000_000_123_456_789n],
    ['seconds', 0, 1_700_000_000n, 1_700_000_000n * second],
    ['1/1024 s', 0x8a, 1024n * 5n + 512n, 5n * second + second / 2n],
    ['10⁻¹² s', 12, 1_234_567_000n, 1_234_567n],
  ])('reads times in %s', (_, resolution, time, expected) => {
    const described = interfaceBlock(le, 113, 0, [option(le, 9, Uint8Array.of(resolution)), option(le, 0, new Uint8Array(0))])
    expect(read(described, enhancedPacket(le, { interfaceId: 1, time }, packet))[0]).toMatchObject({ timeNs: expected, linkType: 113 })
  })

  it('adds the time offset, which may be negative', () => {
    const described = interfaceBlock(le, 1, 0, [option(le, 14, integers(le, [-10n, 8]))])
    expect(read(described, enhancedPacket(le, { interfaceId: 1, time: 15_000_000n }, packet))[0]?.timeNs).toBe(5n * second)
  })

  it('reads simple packets, cut to the snap length and without a time', () => {
    const file = join(sectionHeader(le), interfaceBlock(le, 101, 3), simplePacket(le, packet.subarray(0, 3), 5))
    expect([...pcapngPackets(file)]).toMatchObject([{ timeNs: undefined, capturedLength: 3, wireLength: 5, linkType: 101 }])
  })

  it('reads obsolete packet blocks', () => {
    const body = join(integers(le, [0, 2], [7, 2], [0, 4], [2_000_000, 4], [5, 4], [9, 4]), packet)
    expect(read(block(le, 2, body))).toMatchObject([{ timeNs: 2n * second, capturedLength: 5, wireLength: 9 }])
  })

  it('skips blocks that hold no packet', () => {
    expect(
      read(block(le, 4, hex('00000000')), block(le, 5, new Uint8Array(12)), block(le, 0xbad, hex('0000000b 01')), simplePacket(le, packet)),
    ).toHaveLength(1)
  })

  it('reads sections of the other byte order, each with interfaces of its own', () => {
    const other = join(sectionHeader(!le), interfaceBlock(!le, 113, 0), enhancedPacket(!le, { interfaceId: 0, time: 5n }, packet))
    expect(read(simplePacket(le, packet), other)).toMatchObject([{ linkType: 1 }, { linkType: 113, timeNs: 5000n }])
  })

  it.each([
    ['a packet of an interface that is not described', enhancedPacket(le, { interfaceId: 1, time: 0n }, packet), 'bad_block'],
    ['a captured length beyond the block', block(le, 6, integers(le, [0, 4], [0, 4], [0, 4], [4000, 4], [4000, 4])), 'bad_block'],
    ['a block shorter than its frame', integers(le, [6, 4], [8, 4], [8, 4], [0, 4]), 'bad_block'],
    ['a block whose lengths differ', integers(le, [4, 4], [12, 4], [16, 4]), 'bad_block'],
    ['an option longer than its block', interfaceBlock(le, 1, 0, [integers(le, [9, 2], [400, 2])]), 'bad_block'],
    ['a section of another version', sectionHeader(le, 2), 'bad_block'],
    ['half a block', simplePacket(le, packet).subarray(0, 14), 'truncated'],
    ['half a block header', hex('06000000'), 'truncated'],
    ['a packet block without a packet header', block(le, 6, hex('00000000')), 'truncated'],
  ])('gives the packets before %s', (_, damage, code) => {
    const packets = pcapngPackets(join(start, simplePacket(le, packet), damage))
    expect(packets.next().value).toMatchObject({ capturedLength: 5 })
    expect(() => packets.next()).toThrow(expect.objectContaining({ code }))
  })

  it.each([
    ['of another version', sectionHeader(le, 2)],
    ['without byte-order magic', block(le, 0x0a0d0d0a, new Uint8Array(16))],
    ['cut inside the section header', sectionHeader(le).subarray(0, 20)],
  ])('refuses a file %s', (_, bytes) => {
    expect(() => [...pcapngPackets(bytes)]).toThrow(expect.objectContaining({ code: 'bad_file' }))
  })

  it('throws nothing but WireError on changed files', () => {
    const file = join(
      start,
      interfaceBlock(le, 1, 9, [option(le, 9, Uint8Array.of(6))]),
      enhancedPacket(le, { interfaceId: 1, time: 7n }, packet),
      simplePacket(le, packet),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { maxLength: 4 }), (changes) => {
        const bytes = file.slice()
        for (const [at, value] of changes) bytes[at] = value
        tolerateWireErrors(() => {
          for (const { offset, capturedLength } of pcapngPackets(bytes)) expect(offset + capturedLength).toBeLessThanOrEqual(bytes.length)
        })
      }),
      { numRuns: 1000 },
    )
  })
})
