// Reads which columns and how many rows a sealed segment has, from the headers in the file and not from its data.
import { open, type FileHandle } from 'node:fs/promises'
import { batchColumns } from '../contract/flow-batch.ts'
import type { ColumnKind } from '../contract/flow-columns.ts'
import { columnWidth } from './native-encoder.ts'
import { idBytes, idFlags, positionBytes } from './native-id-lists.ts'

export interface SegmentHeader {
  readonly columns: readonly string[]
  readonly rows: number
}

/** The file is not a whole segment as `encodeNative` writes it. */
export class SegmentFormatError extends Error {
  override readonly name = 'SegmentFormatError'
}

const columns: ReadonlyMap<string, (typeof batchColumns)[number]> = new Map(batchColumns.map((column) => [column.name, column]))

/** One read of this size holds the header of any column: two lengths, a name, and the longest enum type of some 130 bytes. */
const windowBytes = 512

/** Reads LEB128 numbers and texts at a moving place of the file. */
class HeaderReader {
  #offset = 0
  readonly #file: FileHandle
  readonly size: number
  #window = Buffer.alloc(0)
  constructor(file: FileHandle, size: number) {
    this.#file = file
    this.size = size
  }

  get offset(): number {
    return this.#offset
  }

  /** Goes on `bytes` further and reads what is there. */
  async skip(bytes: number): Promise<void> {
    this.#offset += bytes
    if (this.#offset > this.size) throw new SegmentFormatError(`the segment should have ${this.#offset} bytes and has ${this.size}`)
    const window = Buffer.alloc(windowBytes)
    const { bytesRead } = await this.#file.read(window, 0, windowBytes, this.#offset)
    this.#window = window.subarray(0, bytesRead)
  }

  number(): number {
    let value = 0
    // Five groups of seven bits hold any count here: below 2^35.
    for (let shift = 0; shift < 5; shift++) {
      const byte = this.#take(1)[0] ?? 0
      value += (byte & 0x7f) * 2 ** (7 * shift)
      if (byte < 0x80) return value
    }
    throw new SegmentFormatError('a number in the segment is too long')
  }

  text(): string {
    return this.#take(this.number()).toString('latin1')
  }

  /** 64 bits, little-endian. */
  number64(): number {
    return Number(this.#take(8).readBigUInt64LE())
  }

  #take(length: number): Buffer {
    if (length > this.#window.length) throw new SegmentFormatError('the segment ends inside a header')
    const taken = this.#window.subarray(0, length)
    this.#window = this.#window.subarray(length)
    this.#offset += length
    return taken
  }
}

/**
 * Columns and rows of a segment file.
 * @throws SegmentFormatError when it is cut off or not a segment; errors of the file system as they are
 */
export async function readSegmentHeader(path: string): Promise<SegmentHeader> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    return await walk(new HeaderReader(file, size))
  } finally {
    await file.close()
  }
}

async function walk(reader: HeaderReader): Promise<SegmentHeader> {
  await reader.skip(0)
  const count = reader.number()
  const rows = reader.number()
  if (count < 1 || count > columns.size || rows < 1) throw new SegmentFormatError(`the segment announces ${count} columns and ${rows} rows`)
  const names: string[] = []
  for (let index = 0; index < count; index++) {
    const name = reader.text()
    reader.text()
    const column = columns.get(name)
    // Also keeps anything but a known name out of the SQL that names the columns.
    if (column === undefined || names.includes(name)) throw new SegmentFormatError('the segment has an unknown column')
    names.push(name)
    await skipData(reader, column.kind, rows)
  }
  if (reader.offset !== reader.size) throw new SegmentFormatError(`the segment should have ${reader.offset} bytes and has ${reader.size}`)
  return { columns: names, rows }
}

async function skipData(reader: HeaderReader, kind: ColumnKind, rows: number): Promise<void> {
  const width = columnWidth({ kind })
  if (kind !== 'ids') return await reader.skip(width * rows)
  // The version of the keys and all rows but the last one, which says how many ids there are; see native-id-lists.ts.
  await reader.skip(8 + width * (rows - 1))
  const ids = reader.number64()
  if (ids === 0) return await reader.skip(0)
  const flags = reader.number64()
  await reader.skip(reader.number64() * idBytes)
  if (flags !== idFlags || reader.number64() !== ids) throw new SegmentFormatError('the segment has ids of an unknown form')
  await reader.skip(ids * positionBytes)
}
