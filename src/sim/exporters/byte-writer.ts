// Writes big-endian numbers one after another into a datagram.

/** Throws a RangeError where a number does not fit its size or the datagram is full. */
export class ByteWriter {
  position = 0
  private readonly buffer: Buffer

  /** @param size bytes that the datagram may have */
  constructor(size: number) {
    this.buffer = Buffer.alloc(size)
  }

  u8(value: number): void {
    this.position = this.buffer.writeUInt8(value, this.position)
  }

  u16(value: number): void {
    this.position = this.buffer.writeUInt16BE(value, this.position)
  }

  u32(value: number): void {
    this.position = this.buffer.writeUInt32BE(value, this.position)
  }

  /** @param value a whole number up to 2⁵³ */
  u64(value: number): void {
    this.u32(Math.floor(value / 4_294_967_296))
    this.u32(value % 4_294_967_296)
  }

  bytes(value: Uint8Array): void {
    if (this.position + value.length > this.buffer.length) throw new RangeError('the datagram is full')
    this.buffer.set(value, this.position)
    this.position += value.length
  }

  zeros(count: number): void {
    this.bytes(new Uint8Array(count))
  }

  /** Fills up with zeros to a multiple of four bytes. */
  pad(): void {
    this.zeros((4 - (this.position % 4)) % 4)
  }

  /** Sets a 16-bit number that was not known when its place was passed. */
  patchU16(at: number, value: number): void {
    this.buffer.writeUInt16BE(value, at)
  }

  /** What was written. */
  finish(): Buffer {
    return this.buffer.subarray(0, this.position)
  }
}
