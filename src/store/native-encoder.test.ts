// The Native encoder against its own header reader, and what neither accepts.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchColumns, columnIndex, createFlowBatch } from '../contract/flow-batch.ts'
import { columnWidth, encodeNative, varUint } from './native-encoder.ts'
import { readSegmentHeader, SegmentFormatError } from './native-header.ts'
import { makeBatch } from './testing/flow-batches.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'native-'))
})
afterAll(() => rmSync(dir, { recursive: true }))

describe('varUint', () => {
  it.each([
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 1]],
    [300, [0xac, 2]],
    [4_000_000, [0x80, 0x92, 0xf4, 1]],
  ])('%i', (value, bytes) => expect([...varUint(value)]).toEqual(bytes))
})

describe('a segment', () => {
  it('names its columns and rows for any choice of columns', async () => {
    const file = path.join(dir, 'any.native')
    const names = batchColumns.map((column) => column.name)
    await fc.assert(
      fc.asyncProperty(fc.subarray(names, { minLength: 1 }), fc.integer({ min: 1, max: 300 }), async (columns, rows) => {
        const batch = createFlowBatch(rows)
        batch.rows = rows
        for (const name of columns) batch.present[columnIndex[name]] = 1
        batch.idLists = ['', 'a'.repeat(32), 'b'.repeat(64)]
        for (let place = 0; place < rows * 2; place++) batch.columns.rule_ids[place] = (place * 7) % 3
        const block = encodeNative(batch)
        writeFileSync(file, Buffer.concat(block.chunks))
        expect(Buffer.concat(block.chunks).length).toBe(block.bytes)
        expect(await readSegmentHeader(file)).toEqual({ columns, rows })
      }),
      { numRuns: 60 },
    )
  })

  it('that lost its end is no segment, wherever it was cut', async () => {
    const file = path.join(dir, 'cut.native')
    const batch = makeBatch(3, 1)
    batch.present[columnIndex.rule_ids] = 1
    batch.idLists.push('a'.repeat(32))
    batch.columns.rule_ids.set([1, 0, 0, 1])
    const { chunks, bytes } = encodeNative(batch)
    for (let length = 0; length < bytes; length++) {
      writeFileSync(file, Buffer.concat(chunks))
      truncateSync(file, length)
      await expect(readSegmentHeader(file), `${length} of ${bytes}`).rejects.toThrow(SegmentFormatError)
    }
  })

  it('with a column that is not in the table is refused', async () => {
    const file = path.join(dir, 'unknown.native')
    writeFileSync(file, Buffer.concat([Buffer.of(1, 1, 3), Buffer.from('a,b'), Buffer.of(5), Buffer.from('UInt8'), Buffer.of(0)]))
    await expect(readSegmentHeader(file)).rejects.toThrow(/unknown column/)
  })

  it('has the ids of both lists of a row, each once', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(32))
    const batch = createFlowBatch(5)
    batch.rows = 5
    batch.present[columnIndex.rule_ids] = 1
    batch.idLists = ['', a + b, c, b + c]
    batch.columns.rule_ids.set([1, 3, 0, 0, 0, 2, 1, 1, 3, 0])
    const data = Buffer.concat(encodeNative(batch).chunks)
    const type = 'Array(LowCardinality(FixedString(16)))'
    const number = (at: number) => Number(data.readBigUInt64LE(data.indexOf(type) + type.length + at))
    expect([0, 8, 16, 24, 32, 40].map(number)).toEqual([1, 3, 3, 4, 6, 8])
    // Flags, keys, and after the keys the number of positions.
    expect([48, 56, 112].map(number)).toEqual([0x601, 3, 8])
    const positions = Array.from({ length: 8 }, (_, at) => data.readUInt16LE(data.length - 16 + at * 2))
    const keys = data.subarray(data.length - 16 - 8 - 48, data.length - 16 - 8).toString('hex')
    expect(positions.map((at) => keys.slice(at * 32, at * 32 + 1)).join('')).toBe('abccabbc')
  })

  it('without an id in its rows ends with their places', async () => {
    const file = path.join(dir, 'empty.native')
    const batch = createFlowBatch(3)
    batch.rows = 3
    batch.present[columnIndex.rule_ids] = 1
    writeFileSync(file, Buffer.concat(encodeNative(batch).chunks))
    expect(await readSegmentHeader(file)).toEqual({ columns: ['rule_ids'], rows: 3 })
  })

  it('that announces more ids than it can hold is refused', async () => {
    const file = path.join(dir, 'ids.native')
    const batch = createFlowBatch(1)
    batch.rows = 1
    batch.present[columnIndex.rule_ids] = 1
    const data = Buffer.concat(encodeNative(batch).chunks)
    data.writeBigUInt64LE(2n ** 60n, data.length - 8)
    writeFileSync(file, data)
    await expect(readSegmentHeader(file)).rejects.toThrow(SegmentFormatError)
  })

  it('aliases the batch and does not copy it', () => {
    const batch = makeBatch(1000, 1)
    const { chunks } = encodeNative(batch)
    expect(chunks.filter((chunk) => chunk.buffer === batch.columns.bytes.buffer)).toHaveLength(1)
  })

  it('cannot be empty', () => {
    expect(() => encodeNative(createFlowBatch(1))).toThrow(RangeError)
  })

  it.each([
    ['ip', 16],
    ['u64', 8],
    ['ms', 8],
    ['mac', 8],
    ['seconds', 4],
    ['u32', 4],
    ['u16', 2],
    ['ascii2', 2],
    ['u8', 1],
  ] as const)('%s takes %i bytes a row', (kind, bytes) => expect(columnWidth({ kind })).toBe(bytes))
})
