// Ranges of addresses with a value each, flattened into sorted places where the value changes. Both families share the
// form: a key of two 32-bit words, IPv4 (0, address), IPv6 the upper 64 bits of the address.
import { isMappedIpv4 } from './address-text.ts'
import { GrowingWords } from './growing-words.ts'

/**
 * Entry i holds from key (high[i], low[i]) to before the key of entry i + 1. The first key is (0, 0), keys rise, values
 * of neighbours differ, value 0 means none.
 */
export interface RangeList {
  readonly high: Uint32Array
  readonly low: Uint32Array
  readonly values: Uint32Array
}

/** The ranges of one source in both families. */
export interface RangeLists {
  readonly ipv4: RangeList
  readonly ipv6: RangeList
}

/** A range of keys, both ends included. */
export interface KeyRange {
  readonly startHigh: number
  readonly startLow: number
  readonly endHigh: number
  readonly endLow: number
  /** 0 to 2³² − 1; 0 takes the value of wider ranges away. */
  readonly value: number
}

/** Entries that hold a value. */
export function countRanges(list: RangeList): number {
  let count = 0
  for (const value of list.values) if (value !== 0) count++
  return count
}

/** Writes a RangeList from its first key to its last. */
export class RangeListWriter {
  readonly #high = new GrowingWords()
  readonly #low = new GrowingWords()
  readonly #values = new GrowingWords()
  readonly #lastHigh: number

  /** @param lastHigh largest upper word of a key: 0 for IPv4. Entries beyond it are past the last address. */
  constructor(lastHigh: number) {
    this.#lastHigh = lastHigh
    this.#append(0, 0, 0)
  }

  /** From this key on the value holds. Keys must not fall. */
  change(high: number, low: number, value: number): void {
    const last = this.#values.length - 1
    if (high > this.#lastHigh || this.#values.at(last) === value) return
    if (this.#high.at(last) === high && this.#low.at(last) === low) this.#values.set(last, value)
    else this.#append(high, low, value)
  }

  finish(): RangeList {
    return { high: this.#high.view().slice(), low: this.#low.view().slice(), values: this.#values.view().slice() }
  }

  #append(high: number, low: number, value: number): void {
    this.#high.push(high)
    this.#low.push(low)
    this.#values.push(value)
  }
}

/**
 * Takes ranges in any order. Where ranges overlap, the one that spans fewer addresses wins; of equally wide ones the one
 * added later.
 */
export class KeyRangeSet {
  readonly #startHigh = new GrowingWords()
  readonly #startLow = new GrowingWords()
  readonly #endHigh = new GrowingWords()
  readonly #endLow = new GrowingWords()
  readonly #values = new GrowingWords()
  readonly #lastHigh: number
  #disjoint = true

  constructor(lastHigh: number) {
    this.#lastHigh = lastHigh
  }

  get length(): number {
    return this.#values.length
  }

  add(range: KeyRange): void {
    const last = this.#values.length - 1
    if (last >= 0 && !isBelow(this.#endHigh.at(last), this.#endLow.at(last), range.startHigh, range.startLow)) this.#disjoint = false
    this.#startHigh.push(range.startHigh)
    this.#startLow.push(range.startLow)
    this.#endHigh.push(range.endHigh)
    this.#endLow.push(range.endLow)
    this.#values.push(range.value)
  }

  flatten(): RangeList {
    const writer = new RangeListWriter(this.#lastHigh)
    if (this.#disjoint) this.#writeInOrder(writer)
    else this.#sweep(writer)
    return writer.finish()
  }

  /** Databases come sorted and without overlaps: one pass is enough. */
  #writeInOrder(writer: RangeListWriter): void {
    let nextHigh = 0
    let nextLow = 0
    for (let index = 0; index < this.#values.length; index++) {
      const high = this.#startHigh.at(index)
      const low = this.#startLow.at(index)
      if (high !== nextHigh || low !== nextLow) writer.change(nextHigh, nextLow, 0)
      writer.change(high, low, this.#values.at(index))
      nextLow = (this.#endLow.at(index) + 1) >>> 0
      nextHigh = this.#endHigh.at(index) + (nextLow === 0 ? 1 : 0)
    }
    writer.change(nextHigh, nextLow, 0)
  }

  /** Goes through all starts and ends by key with the ranges that hold there in a heap, the winner on top. */
  #sweep(writer: RangeListWriter): void {
    const order = this.#byStart()
    const active = new RangeHeap((a, b) => this.#wins(a, b))
    let next = 0
    let high = 0
    let low = 0
    while (next < order.length || active.size > 0) {
      if (active.size === 0) {
        high = this.#startHigh.at(order[next])
        low = this.#startLow.at(order[next])
      }
      while (next < order.length && this.#startHigh.at(order[next]) === high && this.#startLow.at(order[next]) === low) {
        active.push(order[next++])
      }
      while (active.size > 0 && isBelow(this.#endHigh.at(active.top()), this.#endLow.at(active.top()), high, low)) active.pop()
      if (active.size === 0) {
        writer.change(high, low, 0)
        continue
      }
      const winner = active.top()
      writer.change(high, low, this.#values.at(winner))
      low = (this.#endLow.at(winner) + 1) >>> 0
      high = this.#endHigh.at(winner) + (low === 0 ? 1 : 0)
      if (next < order.length && isBelow(this.#startHigh.at(order[next]), this.#startLow.at(order[next]), high, low)) {
        high = this.#startHigh.at(order[next])
        low = this.#startLow.at(order[next])
      }
    }
  }

  #byStart(): Uint32Array {
    const order = new Uint32Array(this.#values.length).map((_, index) => index)
    return order.sort((a, b) => this.#startHigh.at(a) - this.#startHigh.at(b) || this.#startLow.at(a) - this.#startLow.at(b))
  }

  #wins(a: number, b: number): boolean {
    const spanA = this.#span(a)
    const spanB = this.#span(b)
    if (spanA.high !== spanB.high) return spanA.high < spanB.high
    if (spanA.low !== spanB.low) return spanA.low < spanB.low
    return a > b
  }

  /** Keys behind the first one of a range. */
  #span(index: number): { high: number; low: number } {
    const low = this.#endLow.at(index) - this.#startLow.at(index)
    return { high: this.#endHigh.at(index) - this.#startHigh.at(index) - (low < 0 ? 1 : 0), low: low < 0 ? low + 2 ** 32 : low }
  }
}

/** Whether key a is smaller than key b. */
function isBelow(highA: number, lowA: number, highB: number, lowB: number): boolean {
  return highA < highB || (highA === highB && lowA < lowB)
}

/** A binary heap of range indices. */
class RangeHeap {
  readonly #items: number[] = []
  readonly #wins: (a: number, b: number) => boolean

  constructor(wins: (a: number, b: number) => boolean) {
    this.#wins = wins
  }

  get size(): number {
    return this.#items.length
  }

  top(): number {
    return this.#items[0]
  }

  push(item: number): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!this.#wins(item, items[parent])) break
      items[at] = items[parent]!
      at = parent
    }
    items[at] = item
  }

  pop(): void {
    const items = this.#items
    const item = items.pop()!
    if (items.length === 0) return
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= items.length) break
      if (child + 1 < items.length && this.#wins(items[child + 1], items[child])) child++
      if (!this.#wins(items[child], item)) break
      items[at] = items[child]!
      at = child
    }
    items[at] = item
  }
}

/**
 * Collects address ranges of both families. IPv6 is kept by /64: a /64 has the value of its first address, so a range
 * that begins inside a /64 begins with the next one, and a range inside one /64 counts only if it holds the first
 * address. (Databases hold a hundred such ranges, of single hosts and router links, among a hundred thousand.)
 */
export class AddressRangeSet {
  readonly ipv4 = new KeyRangeSet(0)
  readonly ipv6 = new KeyRangeSet(0xffffffff)
  /** IPv6 ranges that hold the first address of no /64. */
  #withinSubnet = 0

  get withinSubnet(): number {
    return this.#withinSubnet
  }

  /**
   * @param start first address, four words in numeric order, IPv4 mapped into IPv6
   * @param end last address, of the same family and not below `start`
   * @returns false where the ends are of two families or in the wrong order; nothing is added then
   */
  add(start: Uint32Array, end: Uint32Array, value: number): boolean {
    const mapped = isMappedIpv4(start)
    if (mapped !== isMappedIpv4(end) || isReversed(start, end)) return false
    if (mapped) this.ipv4.add({ startHigh: 0, startLow: start[3], endHigh: 0, endLow: end[3], value })
    else this.#addIpv6(start, end, value)
    return true
  }

  flatten(): RangeLists {
    return { ipv4: this.ipv4.flatten(), ipv6: this.ipv6.flatten() }
  }

  #addIpv6(start: Uint32Array, end: Uint32Array, value: number): void {
    const inside = start[2] !== 0 || start[3] !== 0
    const startLow = inside ? (start[1] + 1) >>> 0 : start[1]
    const startHigh = inside && startLow === 0 ? start[0] + 1 : start[0]
    if (isBelow(end[0], end[1], startHigh, startLow)) this.#withinSubnet++
    else this.ipv6.add({ startHigh, startLow, endHigh: end[0], endLow: end[1], value })
  }
}

function isReversed(start: Uint32Array, end: Uint32Array): boolean {
  for (let word = 0; word < 4; word++) if (start[word] !== end[word]) return start[word] > end[word]
  return false
}
