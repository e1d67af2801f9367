import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pcap } from '../../wire/testing/capture-writer.ts'
import { numberedPacket, viewOf } from '../testing/numbered-packets.ts'
import { type PcapPart, PcapParts, type PcapPartsConfig } from './pcap-parts.ts'

const form = { ethernet: false, snapLength: 65_535, partBytes: 200_000, buffers: 2, equalParts: false }

/** A file of these packets, and its parts, each released at once. */
function partsOf(sizes: readonly number[], changes: Partial<PcapPartsConfig> = {}): { readonly parts: PcapPart[]; readonly file: Buffer } {
  const parts: PcapPart[] = []
  const writer = new PcapParts({ ...form, ...changes }, (part) => {
    parts.push({ ...part, bytes: Buffer.from(part.bytes) })
    writer.release(part)
  })
  for (const [number, size] of sizes.entries()) expect(writer.append(viewOf(number, size))).toBe(true)
  writer.end()
  return { parts, file: Buffer.concat(parts.map(({ bytes }) => bytes)) }
}

describe('PcapParts', () => {
  it('makes the file that an independent writer makes', () => {
    const records = [60, 1500, 28].map((size, number) => ({
      seconds: 1_700_000_000,
      fraction: number * 1000 + 7,
      packet: numberedPacket(number, Math.max(size, 32)),
    }))
    expect(partsOf([60, 1500, 32]).file).toEqual(Buffer.from(pcap(records, { linkType: 101 })))
  })

  it('makes a file of a header when there are no packets', () => {
    expect(partsOf([]).file).toEqual(Buffer.from(pcap([], { linkType: 101 })))
  })

  it('has the same bytes however it is cut, and tells what each part completes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 32, max: 65_535 }), { maxLength: 12 }),
        fc.integer({ min: 70_000, max: 300_000 }),
        (sizes, partBytes) => {
          const whole = partsOf(sizes, { partBytes: 1_000_000 }).file
          const ragged = partsOf(sizes, { partBytes })
          const equal = partsOf(sizes, { partBytes, equalParts: true })
          expect(ragged.file.equals(whole) && equal.file.equals(whole)).toBe(true)
          expect(equal.parts.slice(0, -1).every(({ bytes }) => bytes.length === partBytes)).toBe(true)
          for (const part of [...ragged.parts, ...equal.parts]) {
            const begun = whole.subarray(0, part.fileBytes)
            expect(part.sha256).toBe(createHash('sha256').update(begun).digest('hex'))
          }
          for (const { fileBytes, filePackets } of ragged.parts) {
            const expected = sizes.slice(0, filePackets).reduce((sum, size) => sum + size + 16, 24)
            expect(fileBytes).toBe(expected)
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  it('takes no packet while all buffers are away, and none twice', () => {
    const away: PcapPart[] = []
    const writer = new PcapParts({ ...form, partBytes: 70_000 }, (part) => away.push(part))
    const taken = Array.from({ length: 20 }, (_, number) => writer.append(viewOf(number, 30_000)))
    expect(taken.filter(Boolean)).toHaveLength(4)
    expect({ away: away.length, buffers: writer.buffers }).toEqual({ away: 1, buffers: 2 })
    const [first] = away
    if (first) writer.release(first)
    expect([writer.append(viewOf(20, 30_000)), writer.append(viewOf(21, 30_000)), writer.append(viewOf(22, 30_000))]).toEqual([
      true,
      true,
      false,
    ])
  })

  it('gives packets without link header one in a file of Ethernet packets', () => {
    const parts: Buffer[] = []
    const writer = new PcapParts({ ...form, ethernet: true, snapLength: 100 }, ({ bytes }) => parts.push(Buffer.from(bytes)))
    writer.append(viewOf(1, 60, true))
    writer.append(viewOf(2, 60))
    writer.end()
    const file = Buffer.concat(parts)
    const [header, second] = [file.subarray(0, 24), file.subarray(24 + 16 + 74)]
    expect({ snapLength: header.readUInt32LE(16), linkType: header.readUInt32LE(20) }).toEqual({ snapLength: 114, linkType: 1 })
    expect({ captured: second.readUInt32LE(8), wire: second.readUInt32LE(12) }).toEqual({ captured: 74, wire: 74 })
    expect(second.subarray(16)).toEqual(Buffer.concat([Buffer.alloc(12), Buffer.from('0800', 'hex'), numberedPacket(2, 60)]))
  })
})
