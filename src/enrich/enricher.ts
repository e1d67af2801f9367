// Fills country, AS number, direction and EtherType of the flows of a batch. Runs in every collector worker on every
// flow, so it works column by column and looks a recent address up in a small cache.
import { columnIndex, type BatchColumnName, type FlowBatch } from '../contract/flow-batch.ts'
import { ownTrait, type EnrichTables } from './enrich-tables.ts'
import { destinationShift, directionByEnds, endIpv6, endKnown, endOwn, ethertypeByEnds } from './own-networks.ts'
import { findIpv4, findIpv6, recordWords, swapBytes } from './range-table.ts'

// Direct-mapped: an address has one slot. Four words a slot, 16 bytes: 16 384 slots take 256 KiB and stay in the second
// cache level, where the tables (12 MB with the bundled data) do not.
const slotBits = 14
const slotWords = 4
const slots = 1 << slotBits
// Fibonacci hashing: the upper bits of the product depend on all bits of the address. 2³² ÷ golden ratio, odd.
const hashFactor = 0x9e3779b1
// ::ffff:a.b.c.d: bytes 8 to 11 of the address as a little-endian word.
const mappedWord = 0xffff0000

/** The columns of one end of a flow. */
interface End {
  readonly addresses: Uint32Array
  readonly asNumbers: Uint32Array
  readonly countries: Uint16Array
}

/** Enriches batches by the tables of the last `replace`. One per thread. */
export class Enricher {
  #tables: EnrichTables
  // Slots: address word, 0, AS number, traits. The zeroed cache says that 0.0.0.0 is unknown: see #forget.
  readonly #ipv4Cache = new Uint32Array(slots * slotWords)
  // Slots: upper two address words, AS number, traits.
  readonly #ipv6Cache = new Uint32Array(slots * slotWords)
  readonly #directions = directionByEnds()
  readonly #ethertypes = ethertypeByEnds()
  /** What is known of both ends of each row. */
  #ends = new Uint8Array(0)

  constructor(tables: EnrichTables) {
    this.#tables = tables
    this.#forget()
  }

  /** New tables for the batches to come. */
  replace(tables: EnrichTables): void {
    this.#tables = tables
    this.#forget()
  }

  /**
   * Enriches flows `from` to before `to` and marks the columns that hold something now. AS numbers and EtherTypes stay
   * where the exporter gave them. Each row is to be enriched once.
   */
  apply(batch: FlowBatch, from: number, to: number): void {
    const { columns, present } = batch
    if (this.#ends.length < batch.capacity) this.#ends = new Uint8Array(batch.capacity)
    this.#ends.fill(0, from, to)
    if (present[columnIndex.src_addr] !== 0) {
      const end = { addresses: columns.src_addr, asNumbers: columns.src_as, countries: columns.src_country }
      const filled = this.#resolve(end, 0, from, to)
      mark(present, 'src_as', filled & filledAs)
      mark(present, 'src_country', filled & filledCountry)
    }
    if (present[columnIndex.dst_addr] !== 0) {
      const end = { addresses: columns.dst_addr, asNumbers: columns.dst_as, countries: columns.dst_country }
      const filled = this.#resolve(end, destinationShift, from, to)
      mark(present, 'dst_as', filled & filledAs)
      mark(present, 'dst_country', filled & filledCountry)
    }
    this.#judge(batch, from, to)
  }

  /** Looks up one end of each row; returns what was filled in at least once. */
  #resolve(end: End, shift: number, from: number, to: number): number {
    const { addresses, asNumbers, countries } = end
    const ipv4Cache = this.#ipv4Cache
    const ipv6Cache = this.#ipv6Cache
    const ends = this.#ends
    let anyAs = 0
    let anyCountry = 0
    for (let row = from; row < to; row++) {
      const at = row * 4
      const word0 = addresses[at]
      const word1 = addresses[at + 1]
      const word2 = addresses[at + 2]
      const word3 = addresses[at + 3]
      let asn: number
      let traits: number
      let code = endKnown
      if (word0 === 0 && word1 === 0 && word2 === mappedWord) {
        const slot = (Math.imul(word3, hashFactor) >>> (32 - slotBits)) * slotWords
        if (ipv4Cache[slot] !== word3) this.#fetchIpv4(word3, slot)
        asn = ipv4Cache[slot + 2]!
        traits = ipv4Cache[slot + 3]!
      } else {
        if ((word0 | word1 | word2 | word3) === 0) continue
        const slot = (Math.imul(word0 ^ Math.imul(word1, hashFactor), hashFactor) >>> (32 - slotBits)) * slotWords
        if (ipv6Cache[slot] !== word0 || ipv6Cache[slot + 1] !== word1) this.#fetchIpv6(word0, word1, slot)
        asn = ipv6Cache[slot + 2]!
        traits = ipv6Cache[slot + 3]!
        code |= endIpv6
      }
      if (asn !== 0 && asNumbers[row] === 0) {
        asNumbers[row] = asn
        anyAs = filledAs
      }
      countries[row] = traits
      anyCountry |= traits & 0xffff
      if ((traits & ownTrait) !== 0) code |= endOwn
      ends[row] |= code << shift
    }
    return anyAs | (anyCountry === 0 ? 0 : filledCountry)
  }

  /** Direction and EtherType from what is known of both ends. */
  #judge(batch: FlowBatch, from: number, to: number): void {
    const { direction, ethertype } = batch.columns
    const ends = this.#ends
    const directions = this.#directions
    const ethertypes = this.#ethertypes
    let anyDirection = 0
    let anyEthertype = 0
    for (let row = from; row < to; row++) {
      const code = ends[row]
      const found = directions[code]
      direction[row] = found
      anyDirection |= found
      if (ethertype[row] !== 0) continue
      const derived = ethertypes[code]
      ethertype[row] = derived
      anyEthertype |= derived
    }
    mark(batch.present, 'direction', anyDirection)
    mark(batch.present, 'ethertype', anyEthertype)
  }

  #fetchIpv4(word: number, slot: number): void {
    const table = this.#tables.ipv4
    const record = findIpv4(table, swapBytes(word)) * recordWords
    const cache = this.#ipv4Cache
    cache[slot] = word
    cache[slot + 2] = table.records[record]!
    cache[slot + 3] = table.records[record + 1]!
  }

  #fetchIpv6(word0: number, word1: number, slot: number): void {
    const table = this.#tables.ipv6
    const record = findIpv6(table, swapBytes(word0), swapBytes(word1)) * recordWords
    const cache = this.#ipv6Cache
    cache[slot] = word0
    cache[slot + 1] = word1
    cache[slot + 2] = table.records[record]!
    cache[slot + 3] = table.records[record + 1]!
  }

  /** Empties the caches. A zeroed slot reads as address 0, whose slot is the first: there the truth is put. */
  #forget(): void {
    this.#ipv4Cache.fill(0)
    this.#ipv6Cache.fill(0)
    this.#fetchIpv4(0, 0)
    this.#fetchIpv6(0, 0, 0)
  }
}

const filledAs = 1
const filledCountry = 2

function mark(present: Uint8Array, column: BatchColumnName, filled: number): void {
  if (filled !== 0) present[columnIndex[column]] = 1
}
