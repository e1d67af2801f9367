// Writes generated inputs one after another into one large array, so that making an input allocates nothing.

/** What a UDP datagram over IPv4 can carry at the most. */
export const maxInput = 65_507

export class ByteWriter {
  bytes = new Uint8Array(4 * 1024 * 1024)
  at = 0
  /** Of input i: bytes starts[i] to starts[i + 1] − 1. */
  starts = new Int32Array(1026)
  count = 0

  clear() {
    this.at = 0
    this.count = 0
  }

  get hasRoom() {
    return this.count < 1024 && this.bytes.length - this.at > 2 * maxInput
  }

  begin() {
    this.starts[this.count] = this.at
  }

  /** Ends the input that was begun; one that grew too long is cut. */
  end() {
    this.at = Math.min(this.at, this.starts[this.count] + maxInput)
    this.starts[++this.count] = this.at
  }

  input(index) {
    return this.bytes.subarray(this.starts[index], this.starts[index + 1])
  }

  u8(value) {
    this.bytes[this.at++] = value
  }

  u16(value) {
    this.bytes[this.at++] = value >>> 8
    this.bytes[this.at++] = value
  }

  u32(value) {
    this.bytes[this.at++] = value >>> 24
    this.bytes[this.at++] = value >>> 16
    this.bytes[this.at++] = value >>> 8
    this.bytes[this.at++] = value
  }

  u16At(at, value) {
    this.bytes[at] = value >>> 8
    this.bytes[at + 1] = value
  }

  u32At(at, value) {
    this.u16At(at, value >>> 16)
    this.u16At(at + 2, value)
  }

  /** Little-endian, for capture files. */
  u16le(value) {
    this.bytes[this.at++] = value
    this.bytes[this.at++] = value >>> 8
  }

  u32le(value) {
    this.u16le(value)
    this.u16le(value >>> 16)
  }

  raw(bytes) {
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  random(random, length) {
    const end = this.at + length
    while (this.at + 4 <= end) this.u32(random.next())
    while (this.at < end) this.u8(random.next())
  }

  zeros(length) {
    this.bytes.fill(0, this.at, this.at + length)
    this.at += length
  }
}
