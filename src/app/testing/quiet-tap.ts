// Collectors that copy whatever a test gives them, as far as somebody watches its sender.
import type { DatagramTap, TappedDatagram, TapWatch } from '../../contract/datagram-tap.ts'

export class QuietTap implements DatagramTap {
  #watch: TapWatch | null = null
  #listener: (datagrams: readonly TappedDatagram[]) => void = () => undefined

  watchDatagrams(watch: TapWatch | null): void {
    this.#watch = watch
  }

  onDatagrams(listener: (datagrams: readonly TappedDatagram[]) => void): void {
    this.#listener = listener
  }

  datagramsNotTapped(): number {
    return 0
  }

  /** @param registered whether the collectors know the sender */
  hear(datagrams: readonly TappedDatagram[], registered: boolean): void {
    const watch = this.#watch
    if (watch === null) return
    this.#listener(datagrams.filter(({ source }) => watch.addresses.includes(source) || (watch.unregistered && !registered)))
  }
}
