// How many sources there are and how often each is seen: exact for some of the addresses, which their hash chooses, so that
// it holds for all of them. Bounded.
import { entropyOf } from './payload-look.ts'

/** Addresses that are counted at the same time. */
const sourcesAtMost = 16_384

export interface SourceFigures {
  /** About so many of all. */
  readonly sources: number
  /** Packets of the addresses that are counted, and of those among them that were seen no more than twice. */
  readonly packets: number
  readonly rare: number
  /** First bytes of IPv4 sources in use, and their entropy in bits as if there were very many sources: 8 is wholly even. */
  readonly octets: number
  readonly evenness: number
}

export class SourceCounter {
  /** Times seen × 256 + first byte, by hash. */
  readonly #seen = new Map<number, number>()
  /** Hashes whose lowest bits are zero are counted. */
  #mask = 0

  /** @param length 4 or 16 bytes from `at` on */
  add(bytes: Uint8Array, at: number, length: number): void {
    const hash = hashOf(bytes, at, length)
    if ((hash & this.#mask) !== 0) return
    this.#seen.set(hash, (this.#seen.get(hash) ?? bytes[at]) + 256)
    if (this.#seen.size > sourcesAtMost) this.#thin()
  }

  #thin(): void {
    this.#mask = this.#mask * 2 + 1
    for (const hash of this.#seen.keys()) if ((hash & this.#mask) !== 0) this.#seen.delete(hash)
  }

  figures(): SourceFigures {
    const first = new Float64Array(256)
    let [packets, rare] = [0, 0]
    for (const value of this.#seen.values()) {
      const times = Math.floor(value / 256)
      packets += times
      if (times <= 2) rare += times
      first[value % 256]++
    }
    const { size } = this.#seen
    const octets = first.filter((count) => count > 0).length
    // What a sample of this size lacks of the entropy of what it is of (Miller 1955).
    const evenness = size === 0 ? 0 : Math.min(8, entropyOf(first) + (octets - 1) / (2 * size * Math.LN2))
    return { sources: size * (this.#mask + 1), packets, rare, octets, evenness }
  }
}

/** FNV-1a, then the mixing of MurmurHash3 (Appleby), so that all bits of the address count in the lowest ones. */
function hashOf(bytes: Uint8Array, at: number, length: number): number {
  let hash = 0x811c9dc5
  for (let index = at; index < at + length; index++) hash = Math.imul(hash ^ bytes[index], 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
