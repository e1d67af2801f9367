// Ranges in any order, nested and overlapping, through the builder and the shared tables, against a naive scan.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinTables } from './enrich-tables.ts'
import { AddressRangeSet, KeyRangeSet } from './range-list.ts'
import { findIpv4, findIpv6, recordWords, swapBytes } from './range-table.ts'

interface Range {
  readonly start: bigint
  readonly end: bigint
  readonly value: number
}

/** The rule in words: of the ranges that hold the key the one that spans least, of equal ones the later. */
function scan(ranges: readonly Range[], key: bigint): number {
  let best: Range | undefined
  for (const range of ranges) {
    if (key < range.start || key > range.end) continue
    if (!best || range.end - range.start <= best.end - best.start) best = range
  }
  return best?.value ?? 0
}

const words = (address: bigint) => new Uint32Array([96n, 64n, 32n, 0n].map((shift) => Number((address >> shift) & 0xffffffffn)))

/** Ranges around few anchors, so that they nest, touch and cross, and reach both ends of the address space. */
function rangesOf(bits: bigint, anchors: readonly bigint[]): fc.Arbitrary<Range[]> {
  const last = (1n << bits) - 1n
  const near = fc
    .tuple(fc.constantFrom(0n, last, ...anchors), fc.bigInt(-3n, 3n), fc.constantFrom(0n, 8n, 16n, bits / 3n, bits / 2n, bits - 8n))
    .map(([anchor, step, shift]) => {
      const key = anchor + (step << shift)
      return key < 0n ? 0n : key > last ? last : key
    })
  const range = fc.tuple(near, near, fc.integer({ min: 0, max: 9 }))
  const inOrder = range.map(([a, b, value]) => (a < b ? { start: a, end: b, value } : { start: b, end: a, value }))
  return fc.array(inOrder, { maxLength: 24 })
}

/** Keys at which a wrong table would show: both ends of each range and their neighbours. */
function probes(ranges: readonly Range[], bits: bigint): bigint[] {
  const last = (1n << bits) - 1n
  const keys = ranges.flatMap(({ start, end }) => [start - 1n, start, end, end + 1n, (start + end) / 2n])
  return [0n, last, ...keys.filter((key) => key >= 0n && key <= last)]
}

describe('range tables', () => {
  it('give for IPv4 what a scan gives', () => {
    fc.assert(
      fc.property(rangesOf(32n, [0x0a000000n, 0x0a00ffffn, 0xcb007100n]), (ranges) => {
        const mapped = 0xffffn << 32n
        const set = new AddressRangeSet()
        for (const { start, end, value } of ranges) expect(set.add(words(mapped | start), words(mapped | end), value)).toBe(true)
        const { ipv4 } = joinTables({ asn: set.flatten() })
        for (const key of probes(ranges, 32n)) {
          expect(ipv4.records[findIpv4(ipv4, Number(key)) * recordWords]).toBe(scan(ranges, key))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('give for IPv6 what a scan gives for the first address of the /64', () => {
    fc.assert(
      fc.property(rangesOf(128n, [0x20010db8n << 96n, 0x2a00n << 112n, 0x3fffn << 112n, 0xfcn << 120n]), (all) => {
        // ::ffff:0:0/96 is IPv4: a range with one end in it belongs to neither family.
        const ranges = all.filter(({ start, end }) => start >> 32n !== 0xffffn && end >> 32n !== 0xffffn)
        const set = new AddressRangeSet()
        for (const { start, end, value } of ranges) expect(set.add(words(start), words(end), value)).toBe(true)
        const { ipv6 } = joinTables({ asn: set.flatten() })
        const kept = ranges.flatMap(({ start, end, value }) => {
          const first = (start + (1n << 64n) - 1n) >> 64n
          return first <= end >> 64n ? [{ start: first, end: end >> 64n, value }] : []
        })
        for (const key of probes(ranges, 128n)) {
          const [high, low] = words(key)
          expect(ipv6.records[findIpv6(ipv6, high, low) * recordWords]).toBe(scan(kept, key >> 64n))
        }
        expect(set.withinSubnet).toBe(ranges.length - kept.length)
      }),
      { numRuns: 300 },
    )
  })

  it('are the same whether ranges come sorted or not', () => {
    const sorted = new KeyRangeSet(0)
    const shuffled = new KeyRangeSet(0)
    const ranges = [1, 2, 3, 4, 5, 6].map((value) => ({ startHigh: 0, startLow: value * 10, endHigh: 0, endLow: value * 10 + 9, value }))
    for (const range of ranges) sorted.add(range)
    for (const range of ranges.toReversed()) shuffled.add(range)
    expect(shuffled.flatten()).toEqual(sorted.flatten())
    expect([...sorted.flatten().low]).toEqual([0, 10, 20, 30, 40, 50, 60, 70])
  })

  it('refuse ranges whose ends are reversed or of two families', () => {
    const set = new AddressRangeSet()
    expect(set.add(words(2n << 64n), words(1n << 64n), 1)).toBe(false)
    expect(set.add(words(0n), words(0xffff00000001n), 1)).toBe(false)
    expect(set.ipv4.length + set.ipv6.length).toBe(0)
  })

  it('hold nothing when there is nothing', () => {
    const { ipv4, ipv6 } = joinTables({})
    expect([findIpv4(ipv4, 0), findIpv4(ipv4, 0xffffffff), findIpv6(ipv6, 0, 0), findIpv6(ipv6, 0x20010db8, 1)]).toEqual([0, 0, 0, 0])
    expect([...ipv4.records, ...ipv6.records]).toEqual([0, 0, 0, 0])
  })
})

describe('swapBytes', () => {
  it('turns network order read as little-endian into a number, and back', () => {
    expect(swapBytes(0x0100000a)).toBe(0x0a000001)
    expect(swapBytes(0xffffff7f)).toBe(0x7fffffff)
    expect(swapBytes(0x000000ff)).toBe(0xff000000)
  })
})
