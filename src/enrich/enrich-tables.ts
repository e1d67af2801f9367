// Joins countries, AS numbers and own networks into one table per family, so that a flow's address is looked up once.
import { GrowingWords } from './growing-words.ts'
import { AddressRangeSet, type RangeList, type RangeLists } from './range-list.ts'
import { ipv4Table, ipv6Table, type Ipv4Table, type Ipv6Table } from './range-table.ts'

/**
 * What workers need to enrich flows. Only shared arrays: postMessage passes it on without a copy. Each range has two
 * words in `records`: the AS number (0 unknown), and the traits: bits 0 to 15 the country as two ASCII bytes, the first
 * one low (0 unknown), bit 16 set where the range belongs to an own network.
 */
export interface EnrichTables {
  readonly ipv4: Ipv4Table
  readonly ipv6: Ipv6Table
}

/** Bit of the traits that marks own networks. */
export const ownTrait = 0x1_0000

/** Ranges to join; a source that is off or could not be loaded is left out. */
export interface EnrichSources {
  readonly country?: RangeLists | undefined
  readonly asn?: RangeLists | undefined
  readonly own?: RangeLists | undefined
}

/** Compiles the tables that workers read. */
export function joinTables(sources: EnrichSources): EnrichTables {
  const none = new AddressRangeSet().flatten()
  const { country = none, asn = none, own = none } = sources
  const ipv4 = join(country.ipv4, asn.ipv4, own.ipv4)
  const ipv6 = join(country.ipv6, asn.ipv6, own.ipv6)
  return {
    // The upper word of all IPv4 keys is 0, see range-list.ts.
    ipv4: ipv4Table(ipv4.low.view(), ipv4.records.share()),
    ipv6: ipv6Table(ipv6.high.share(), ipv6.low.share(), ipv6.records.share()),
  }
}

interface JoinedRanges {
  readonly high: GrowingWords
  readonly low: GrowingWords
  readonly records: GrowingWords
}

/** Walks the three lists side by side and writes a range wherever one of them changes. */
function join(country: RangeList, asn: RangeList, own: RangeList): JoinedRanges {
  const joined = { high: new GrowingWords(), low: new GrowingWords(), records: new GrowingWords() }
  const cursors = [new ListCursor(country), new ListCursor(asn), new ListCursor(own)] as const
  let high = 0
  let low = 0
  while (high <= 0xffffffff) {
    for (const cursor of cursors) cursor.advance(high, low)
    joined.high.push(high)
    joined.low.push(low)
    joined.records.push(cursors[1].value)
    joined.records.push(cursors[0].value | (cursors[2].value === 0 ? 0 : ownTrait))
    let nextHigh = Infinity
    let nextLow = 0
    for (const cursor of cursors) {
      if (cursor.nextHigh > nextHigh || (cursor.nextHigh === nextHigh && cursor.nextLow >= nextLow)) continue
      nextHigh = cursor.nextHigh
      nextLow = cursor.nextLow
    }
    high = nextHigh
    low = nextLow
  }
  return joined
}

/** A place in a list, with the key where its value ends. */
class ListCursor {
  readonly #list: RangeList
  #at = 0
  value: number
  nextHigh = 0
  nextLow = 0

  constructor(list: RangeList) {
    this.#list = list
    this.value = list.values[0]!
    this.#readNext()
  }

  /** Moves on if the value ends at this key. Keys are given in order, and none that is a change is left out. */
  advance(high: number, low: number): void {
    if (high !== this.nextHigh || low !== this.nextLow) return
    this.value = this.#list.values[++this.#at]!
    this.#readNext()
  }

  #readNext(): void {
    const next = this.#at + 1
    const more = next < this.#list.values.length
    this.nextHigh = more ? this.#list.high[next] : Infinity
    this.nextLow = more ? this.#list.low[next] : 0
  }
}
