// Datagrams that are kept for a pcap file: from the first on, as templates come early, until they are too many.
import type { TappedDatagram } from '../../contract/datagram-tap.ts'
import type { RouterCheck } from '../../contract/router-check.ts'

/** What a datagram takes beside its bytes. */
const overheadBytes = 200

interface Kept {
  readonly datagrams: TappedDatagram[]
  bytes: number
  missed: number
}

export class KeptDatagrams {
  readonly #maxBytes: number
  readonly #bySender = new Map<string, Kept>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** @param focus the sender that is looked at: the datagrams of others make room for its own */
  add(datagram: TappedDatagram, focus: string | null): void {
    const kept = this.#of(datagram.source)
    kept.missed += datagram.missed
    const size = datagram.bytes.length + overheadBytes
    if (datagram.source === focus) this.#makeRoom(size, focus)
    if (this.#bytes + size > this.#maxBytes) return void kept.missed++
    kept.datagrams.push(datagram)
    kept.bytes += size
    this.#bytes += size
  }

  of(sender: string): readonly TappedDatagram[] {
    return this.#bySender.get(sender)?.datagrams ?? []
  }

  counts(sender: string): RouterCheck['kept'] {
    const kept = this.#bySender.get(sender)
    const bytes = (kept?.datagrams ?? []).reduce((sum, datagram) => sum + datagram.bytes.length, 0)
    return { datagrams: kept?.datagrams.length ?? 0, bytes, missed: kept?.missed ?? 0 }
  }

  forget(sender: string): void {
    this.#bytes -= this.#bySender.get(sender)?.bytes ?? 0
    this.#bySender.delete(sender)
  }

  #makeRoom(size: number, focus: string): void {
    for (const [sender, kept] of this.#bySender) {
      if (this.#bytes + size <= this.#maxBytes) return
      if (sender === focus) continue
      this.#bytes -= kept.bytes
      kept.missed += kept.datagrams.length
      kept.bytes = 0
      kept.datagrams.length = 0
    }
  }

  #of(sender: string): Kept {
    let kept = this.#bySender.get(sender)
    if (kept === undefined) this.#bySender.set(sender, (kept = { datagrams: [], bytes: 0, missed: 0 }))
    return kept
  }
}
