// The bytes of a packet as rows of hex and text, with the bytes of a field marked. Pure.

/** A run of bytes of a row that are marked, or are not. */
export interface ByteRun {
  readonly marked: boolean
  /** `45 00`. */
  readonly hex: string
  /** Printable ASCII, a dot for the rest. */
  readonly ascii: string
}

export interface ByteRow {
  readonly offset: number
  readonly runs: readonly ByteRun[]
  /** Bytes that the row has fewer than others. */
  readonly missing: number
}

export interface ByteRange {
  readonly offset: number
  readonly length: number
}

const printable = (byte: number) => (byte >= 0x20 && byte < 0x7f ? String.fromCodePoint(byte) : '.')

function runOf(bytes: readonly number[], marked: boolean): ByteRun {
  return {
    marked,
    hex: bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
    ascii: bytes.map((byte) => printable(byte)).join(''),
  }
}

function rowOf(bytes: readonly number[], offset: number, width: number, range: ByteRange | undefined): ByteRow {
  const from = Math.min(bytes.length, Math.max(0, (range?.offset ?? 0) - offset))
  const to = Math.min(bytes.length, Math.max(from, (range === undefined ? 0 : range.offset + range.length) - offset))
  const runs = [runOf(bytes.slice(0, from), false), runOf(bytes.slice(from, to), true), runOf(bytes.slice(to), false)]
  return { offset, runs: runs.filter(({ hex }) => hex !== ''), missing: width - bytes.length }
}

/**
 * @param hex two digits a byte
 * @param width bytes of a row
 * @param range bytes that are marked
 */
export function byteRows(hex: string, width: number, range?: ByteRange): readonly ByteRow[] {
  const bytes = (hex.match(/../g) ?? []).map((digits) => Number.parseInt(digits, 16))
  const rows: ByteRow[] = []
  for (let offset = 0; offset < bytes.length; offset += width) rows.push(rowOf(bytes.slice(offset, offset + width), offset, width, range))
  return rows
}
