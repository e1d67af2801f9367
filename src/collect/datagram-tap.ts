// The tap of all collector threads as the main thread has it: what is wanted, and what they have copied.
import type { TappedDatagram, TapWatch } from '../contract/datagram-tap.ts'
import { addressKey, parseWords } from './address-words.ts'
import type { TapHarvest, WantedDatagrams } from './datagram-watch.ts'
import { readTapRecords } from './tap-records.ts'

export class ThreadTaps {
  /** What threads are told, those too that are started later. */
  wanted: WantedDatagrams | null = null
  listener: (datagrams: readonly TappedDatagram[]) => void = () => undefined
  /** Since the start. */
  refused = 0

  /** @throws Error when an address is none: a thread must not be stopped by one */
  watch(watch: TapWatch | null): WantedDatagrams | null {
    this.wanted =
      watch === null ? null : { keys: watch.addresses.map((address) => addressKey(parseWords(address))), unregistered: watch.unregistered }
    return this.wanted
  }

  take({ records, refused }: TapHarvest): void {
    this.refused += refused
    const datagrams = readTapRecords(records)
    if (datagrams.length > 0) this.listener(datagrams)
  }
}
