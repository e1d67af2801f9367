// The one bounds-checked reader of bytes: whatever a length field claims, nothing outside the window is ever read.
import { WireError } from '../contract/wire-errors.ts'

const noBytes = new Uint8Array(0)

/** 2³²: what the high word of a 64-bit value counts. */
const word = 0x1_0000_0000

/**
 * Reads forward through `bytes` from `offset` to `end`. Reading past `end` throws `WireError('truncated')` and moves
 * nothing. One cursor serves for many datagrams (`reset`), so that the hot path creates none.
 */
export class Cursor {
  bytes: Uint8Array = noBytes
  offset = 0
  /** First byte that must not be read. */
  end = 0
  /** Byte order of u16, u32 and u64. Network order unless a capture file says otherwise; `reset` keeps it. */
  littleEndian = false

  /** Points the cursor at `bytes[start]` to `bytes[end − 1]`; both are cut to the array. */
  reset(bytes: Uint8Array, start = 0, end = bytes.length): this {
    this.bytes = bytes
    this.end = Math.min(end, bytes.length)
    this.offset = Math.min(start, this.end)
    return this
  }

  get remaining(): number {
    return this.end - this.offset
  }

  u8(): number {
    const at = this.advance(1)
    // Every read below is inside the array: advance() has checked it against `end`, which never exceeds its length.
    return this.bytes[at]
  }

  u16(): number {
    const at = this.advance(2)
    const bytes = this.bytes
    const first = bytes[at]
    const second = bytes[at + 1]
    return this.littleEndian ? (second << 8) | first : (first << 8) | second
  }

  u32(): number {
    const at = this.advance(4)
    const bytes = this.bytes
    const a = bytes[at]
    const b = bytes[at + 1]
    const c = bytes[at + 2]
    const d = bytes[at + 3]
    return (this.littleEndian ? (d << 24) | (c << 16) | (b << 8) | a : (a << 24) | (b << 16) | (c << 8) | d) >>> 0
  }

  /** A 64-bit value as a number: exact up to 2⁵³ − 1, rounded beyond. Read two words where every bit counts. */
  u64(): number {
    // Checked before the first word is taken, so that a failure moves nothing.
    if (this.remaining < 8) throw new WireError('truncated')
    const first = this.u32()
    const second = this.u32()
    return this.littleEndian ? second * word + first : first * word + second
  }

  skip(length: number): void {
    this.advance(length)
  }

  /** Gives the next `length` bytes to `part` as its whole window and moves on behind them. */
  take(length: number, part: Cursor): Cursor {
    const at = this.advance(length)
    return part.reset(this.bytes, at, at + length)
  }

  /** Moves on by `length` and returns where it was. */
  private advance(length: number): number {
    const at = this.offset
    // Written as a subtraction because offset + length of a hostile length may not be a safe integer.
    if (length < 0 || length > this.end - at) throw new WireError('truncated')
    this.offset = at + length
    return at
  }
}
