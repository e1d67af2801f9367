// Looks at the bytes of a payload: are they random, are they all the same, which are they.
import { randomLeast } from './junk-reasons.ts'

/** Bytes that are looked at, from the beginning. */
export const payloadAtMost = 1024

/**
 * Bounds of chi-square between which random bytes lie in 998 of 1000 cases: for the 15 degrees of freedom of half bytes, and
 * the 255 of bytes. Below is too even for chance, as a counter is.
 */
const halves = { least: 3.48, most: 37.7 } as const
const wholes = { least: 190.9, most: 330.5 } as const
/** Bytes: 5 for each value. */
const wholesFrom = 1280 / 5

/** Reused. */
export class PayloadLook {
  /** Of the last payload: hash of its bytes and length. */
  hash = 0
  isRandom = false
  isOneByte = false
  /** Of all payloads that were long enough. */
  readonly pool = new Float64Array(256)
  readonly #counts = new Uint16Array(256)
  readonly #halves = new Uint16Array(16)

  look(bytes: Uint8Array, from: number, end: number): void {
    const to = Math.min(end, from + payloadAtMost)
    const counts = this.#counts.fill(0)
    // FNV-1a (Fowler, Noll, Vo), with the length in front.
    let hash = (0x811c9dc5 ^ (end - from)) >>> 0
    for (let at = from; at < to; at++) {
      const byte = bytes[at]
      counts[byte]++
      hash = Math.imul(hash ^ byte, 0x01000193)
    }
    this.hash = hash
    this.isOneByte = counts[bytes[from]] === to - from
    this.isRandom = to - from >= randomLeast && this.#looksRandom(to - from)
    if (to - from >= randomLeast) for (let byte = 0; byte < 256; byte++) this.pool[byte] += counts[byte]
  }

  #looksRandom(length: number): boolean {
    const half = this.#halves.fill(0)
    for (let byte = 0; byte < 256; byte++) {
      half[byte >> 4] += this.#counts[byte]
      half[byte & 15] += this.#counts[byte]
    }
    const fits = chiSquare(half, length * 2)
    if (fits < halves.least || fits > halves.most) return false
    if (length < wholesFrom) return true
    const all = chiSquare(this.#counts, length)
    return all >= wholes.least && all <= wholes.most
  }
}

/** Against all values equally often. */
function chiSquare(counts: Uint16Array, total: number): number {
  const expected = total / counts.length
  let sum = 0
  for (const count of counts) sum += (count - expected) ** 2
  return sum / expected
}

/** Bits a byte. */
export function entropyOf(counts: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  let bits = 0
  for (const count of counts) if (count > 0) bits -= (count / total) * Math.log2(count / total)
  return bits
}

/** n log₂ n: there are 256 of them for each payload. */
const weighed = Float64Array.from({ length: payloadAtMost + 1 }, (_, count) => (count === 0 ? 0 : count * Math.log2(count)))

/** The same of one payload, of at most `payloadAtMost` bytes. */
export function payloadEntropy(counts: Uint16Array, total: number): number {
  let sum = 0
  for (let byte = 0; byte < 256; byte++) sum += weighed[counts[byte]]
  return Math.log2(total) - sum / total
}
