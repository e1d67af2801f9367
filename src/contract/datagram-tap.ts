// What the live check hears from the collectors: copies of datagrams of chosen senders, as they came.

export interface TappedDatagram {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Canonical text. */
  readonly source: string
  readonly sourcePort: number
  /** Index among `listeners` of the collectors' configuration. */
  readonly listener: number
  /** Wanted datagrams of this source that were not copied since the one before: nothing is known of their sequence. */
  readonly missed: number
  readonly bytes: Uint8Array
}

/** Whose datagrams are wanted. */
export interface TapWatch {
  /** Canonical addresses, registered or not: of senders, or of sFlow agents. */
  readonly addresses: readonly string[]
  /** Those of everybody who is not registered too. */
  readonly unregistered: boolean
}

/** Copies are bounded by second, in all and by sender, so that neither a flood nor a busy router is felt. */
export interface DatagramTap {
  /**
   * Replaces what is wanted; null for nothing, which is where it begins.
   * @throws Error when an address is none
   */
  watchDatagrams(watch: TapWatch | null): void
  /** The one listener. */
  onDatagrams(listener: (datagrams: readonly TappedDatagram[]) => void): void
  /** Wanted datagrams that were not copied because there were too many, since the start. */
  datagramsNotTapped(): number
}
