// Counters as they are told: they never go back, whatever becomes of the counters of nftables that they are read from.
import type { FirewallCounters } from '../../contract/firewall.ts'
import type { NftCount } from './firewall-table.ts'
import { sparedCounter } from './guard.ts'
import { droppedCounter, matchedCounter, seenCounter } from './rule-chains.ts'

const nothing: NftCount = { packets: 0, bytes: 0 }

export class RuleTotals {
  /** By the names of counters: of those that are no more, and of those that are there. */
  readonly #before = new Map<string, NftCount>()
  #now: ReadonlyMap<string, NftCount> = new Map()

  /** Takes what the counters say, all of them. */
  read(counters: ReadonlyMap<string, NftCount>): void {
    this.#now = counters
  }

  /** Of these the counters will begin at 0 again; without names, all. */
  settle(names: Iterable<string> = this.#now.keys()): void {
    const left = new Map(this.#now)
    for (const name of names) {
      this.#before.set(name, this.#total(name))
      left.delete(name)
    }
    this.#now = left
  }

  settleRule(id: string): void {
    this.settle([matchedCounter(id), droppedCounter(id)])
  }

  /** Rules other than these will begin at 0 should they come again. */
  keepRules(ids: readonly string[]): void {
    const kept = new Set([seenCounter, sparedCounter, ...ids.flatMap((id) => [matchedCounter(id), droppedCounter(id)])])
    this.#now = new Map([...this.#now].filter(([name]) => kept.has(name)))
    for (const name of this.#before.keys()) if (!kept.has(name)) this.#before.delete(name)
  }

  ofRule(id: string): FirewallCounters {
    const matched = this.#total(matchedCounter(id))
    const dropped = this.#total(droppedCounter(id))
    return { packets: matched.packets, bytes: matched.bytes, dropped_packets: dropped.packets, dropped_bytes: dropped.bytes }
  }

  get seen(): number {
    return this.#total(seenCounter).packets
  }

  get spared(): number {
    return this.#total(sparedCounter).packets
  }

  #total(name: string): NftCount {
    const before = this.#before.get(name) ?? nothing
    const now = this.#now.get(name) ?? nothing
    return { packets: before.packets + now.packets, bytes: before.bytes + now.bytes }
  }
}
