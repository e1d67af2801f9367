// Counts where packets go, in bounded memory, and names the few addresses or prefixes that get most.
import { formatIpPrefix, ipPrefix } from '../base/ip-prefix.ts'
import type { PacketLayout } from '../wire/packet-layout.ts'

/** Addresses that are counted one by one; those that come later only count in the sum. */
const mostAddresses = 65_536
/** Targets that are named, and how much each has to get. */
const mostTargets = 8
const leastShare = 0.01
/** Named addresses should get so much of it together; else prefixes are named. */
const mostOfIt = 0.9
/** Lengths of prefixes, the longest first. */
const lengths = { 4: [32, 24, 20, 16, 8], 16: [128, 64, 56, 48, 32] } as const

export interface Target {
  readonly prefix: string
  /** Of all packets that were counted. */
  readonly share: number
}

export class TargetCounter {
  readonly #weights = new Map<string, number>()
  #total = 0

  add({ bytes, ip }: PacketLayout, weight: number): void {
    this.#total += weight
    const key = bytes[ip] >> 4 === 4 ? keyOf(bytes, ip + 16, 4) : keyOf(bytes, ip + 24, 16)
    const before = this.#weights.get(key)
    if (before !== undefined || this.#weights.size < mostAddresses) this.#weights.set(key, (before ?? 0) + weight)
  }

  /** Addresses where a few get most of it, else the longest prefixes of which that is true. The largest first. */
  targets(): Target[] {
    const levels = lengths[4].map((_, level) => this.#commonest(level))
    return levels.find((targets) => targets.reduce((sum, { share }) => sum + share, 0) >= mostOfIt) ?? levels[0] ?? []
  }

  #commonest(level: number): Target[] {
    const weights = new Map<string, number>()
    for (const [key, weight] of this.#weights) {
      const bytes = Uint8Array.from(key, (character) => character.charCodeAt(0))
      const prefix = formatIpPrefix(ipPrefix(bytes, lengths[bytes.length === 4 ? 4 : 16][level]))
      weights.set(prefix, (weights.get(prefix) ?? 0) + weight)
    }
    const targets = Array.from(weights, ([prefix, weight]) => ({ prefix, share: weight / this.#total }))
    return targets
      .filter(({ share }) => share >= leastShare)
      .toSorted((one, other) => other.share - one.share)
      .slice(0, mostTargets)
  }
}

function keyOf(bytes: Uint8Array, at: number, length: number): string {
  let key = ''
  for (let index = 0; index < length; index++) key += String.fromCharCode(bytes[at + index])
  return key
}
