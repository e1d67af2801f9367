// Keeps some packets of a stream, each with the same chance, to be looked at once more in the end.
import { createPacketLayout, locateHeaders } from '../wire/packet-layout.ts'
import { linkType } from '../wire/packet-tables.ts'
import { SeededRandom } from '../base/seeded-random.ts'
import type { FedPacket } from './packet-feed.ts'

/** More of a packet is not kept; it counts as cut then. */
const longest = 2048

interface KeptPacket extends Omit<FedPacket, 'layout'> {
  /** From the IP header on. */
  readonly bytes: Uint8Array
}

export class PacketSample {
  readonly #capacity: number
  readonly #random = new SeededRandom(21)
  readonly #packets: KeptPacket[] = []
  #seen = 0

  /** @param capacity packets */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  add({ layout, wireLength, cut, seconds, nanoseconds, sampling }: FedPacket): void {
    const at = this.#seen++ < this.#capacity ? this.#packets.length : this.#random.below(this.#seen)
    if (at >= this.#capacity) return
    const { bytes, ip, end } = layout
    const kept = bytes.slice(ip, Math.min(end, ip + longest))
    this.#packets[at] = { bytes: kept, wireLength, cut: cut || end - ip > longest, seconds, nanoseconds, sampling }
  }

  /** @param take gets the same object every time */
  each(take: (packet: FedPacket) => void): void {
    const layout = createPacketLayout()
    for (const { bytes, ...facts } of this.#packets) {
      layout.bytes = bytes
      layout.end = bytes.length
      locateHeaders(layout, 0, linkType.raw)
      take({ layout, ...facts })
    }
  }
}
