// Copies of datagrams come out of their buffer as they went in.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatWords, type AddressWords } from './address-words.ts'
import { readTapRecords, TapRecords, type TapHead } from './tap-records.ts'

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const u16 = fc.integer({ min: 0, max: 65_535 })
const anyHead: fc.Arbitrary<TapHead> = fc.record({
  at: fc.integer({ min: 0, max: 2 ** 42 }),
  source: fc.tuple(word, word, word, word),
  sourcePort: u16,
  listener: u16,
  missed: word,
})

describe('copies of datagrams', () => {
  it('keep their order, their bytes and what is known of each', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyHead, fc.uint8Array({ maxLength: 3000 })), { maxLength: 20 }), (datagrams) => {
        const records = new TapRecords()
        for (const [head, bytes] of datagrams) records.add(head, bytes)
        const read = readTapRecords(records.take() ?? new Uint8Array(0))
        expect(read).toEqual(datagrams.map(([head, bytes]) => ({ ...head, source: formatWords(head.source), bytes })))
        expect(records.take()).toBeUndefined()
      }),
      { seed: 9 },
    )
  })

  it('are given away with their buffer, and keep no other when they are read', () => {
    const records = new TapRecords()
    const source: AddressWords = [0, 0, 0xffff0000, 1]
    const head = { at: 1, source, sourcePort: 2, listener: 0, missed: 0 }
    for (const byte of [1, 2]) records.add(head, Uint8Array.of(byte))
    const taken = records.take()
    expect(taken?.byteOffset).toBe(0)
    records.add(head, Uint8Array.of(3))
    const [first] = readTapRecords(taken ?? new Uint8Array(0))
    expect(first?.bytes).toEqual(Uint8Array.of(1))
    expect(first?.bytes.buffer.byteLength).toBe(1)
  })
})
