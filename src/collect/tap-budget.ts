// How many datagrams of a second are copied for the live check: bounds in all, for those of unregistered senders, and for
// each sender, so that neither a flood nor one busy router leaves nothing for the others.

/** How a wanted datagram came to be wanted: by its source, by its sFlow agent, or because nobody registered its sender. */
export type TapReason = 'source' | 'agent' | 'unregistered'

export interface TapLimits {
  /** A second and thread, in all. Of unregistered senders half of it. */
  readonly datagrams: number
  readonly bytes: number
  /** A second of one sender that was asked for, and of one that is merely not registered. */
  readonly perSender: number
  readonly perUnregistered: number
  /** Senders that are remembered beside those that were asked for. */
  readonly senders: number
}

/** 2 MiB are 1400 full Ethernet frames; a sender's 200 datagrams hold 5000 flows, more than a check has to see. */
export const tapLimits: TapLimits = {
  datagrams: 1000,
  bytes: 2 * 1024 * 1024,
  perSender: 200,
  perUnregistered: 50,
  senders: 1024,
}

interface TapSender {
  second: number
  /** In that second. */
  copied: number
  /** Since one was copied. */
  missed: number
}

export class TapBudget {
  readonly #limits: TapLimits
  #second = 0
  #datagrams = 0
  #bytes = 0
  #unregisteredDatagrams = 0
  #unregisteredBytes = 0
  readonly #asked = new Map<number | string, TapSender>()
  readonly #others = new Map<number | string, TapSender>()

  constructor(limits: TapLimits) {
    this.#limits = limits
  }

  /** Forgets the senders that were asked for and are not any more. */
  keepOnly(asked: ReadonlySet<number | string>): void {
    for (const key of this.#asked.keys()) if (!asked.has(key)) this.#asked.delete(key)
  }

  /**
   * Asks for a copy of `length` bytes.
   * @param sender key of the source's address
   * @returns datagrams of the sender that were refused since the one before, −1 when this one is
   */
  admit(sender: number | string, length: number, reason: TapReason, now: number): number {
    this.#begin(Math.floor(now / 1000))
    const known = this.#sender(sender, reason === 'source')
    if (!this.#hasRoom(known, length, reason)) {
      known.missed++
      return -1
    }
    this.#count(length, reason)
    known.copied++
    const { missed } = known
    known.missed = 0
    return missed
  }

  #begin(second: number): void {
    if (second === this.#second) return
    this.#second = second
    this.#datagrams = 0
    this.#bytes = 0
    this.#unregisteredDatagrams = 0
    this.#unregisteredBytes = 0
  }

  #sender(key: number | string, isAsked: boolean): TapSender {
    const senders = isAsked ? this.#asked : this.#others
    let sender = senders.get(key)
    if (sender === undefined) {
      if (!isAsked && senders.size >= this.#limits.senders) this.#forgetOne()
      senders.set(key, (sender = { second: this.#second, copied: 0, missed: 0 }))
    }
    if (sender.second !== this.#second) {
      sender.second = this.#second
      sender.copied = 0
    }
    return sender
  }

  #forgetOne(): void {
    for (const key of this.#others.keys()) {
      this.#others.delete(key)
      return
    }
  }

  #hasRoom({ copied }: TapSender, length: number, reason: TapReason): boolean {
    const { datagrams, bytes, perSender, perUnregistered } = this.#limits
    if (this.#datagrams >= datagrams || this.#bytes + length > bytes) return false
    if (reason !== 'unregistered') return copied < perSender
    const isHalf = this.#unregisteredDatagrams >= datagrams / 2 || this.#unregisteredBytes + length > bytes / 2
    return !isHalf && copied < perUnregistered
  }

  #count(length: number, reason: TapReason): void {
    this.#datagrams++
    this.#bytes += length
    if (reason !== 'unregistered') return
    this.#unregisteredDatagrams++
    this.#unregisteredBytes += length
  }
}
