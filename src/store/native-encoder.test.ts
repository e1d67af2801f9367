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
    const { chunks, bytes } = encodeNative(makeBatch(3, 1))
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
