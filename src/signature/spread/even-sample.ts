// A selection of a stream of unknown length, evenly over all of it, in rows of typed arrays. Bounded: when it is full, one
// of every two neighbouring rows goes.

/** Rows at most. Shares of half of them have an interval of ±0.5 %. */
const rowsAtMost = 65_536

/** The seed is of no meaning, but must not be 0; the same each time, so that results are. */
const seed = 0x9e3779b9

export class EvenSample {
  readonly columns: readonly Int32Array[]
  rows = 0
  /** One packet of so many gets a row. */
  #stride = 1
  /** Packets until the next one that gets a row, and where in its stretch the last one was. */
  #until = 0
  #place = 0
  #random = seed

  /** @param columns how many values a row has */
  constructor(columns: number) {
    this.columns = Array.from({ length: columns }, () => new Int32Array(rowsAtMost))
  }

  /**
   * The row for the next packet of the stream, or −1 when it is passed over. Which one of a stretch is taken is left to
   * chance: attacks come in turns that a fixed step could fall in with.
   */
  next(): number {
    if (this.#until > 0) {
      this.#until--
      return -1
    }
    if (this.rows === rowsAtMost) this.#thin()
    const left = this.#stride - 1 - this.#place
    this.#place = this.#chance(this.#stride)
    this.#until = left + this.#place
    return this.rows++
  }

  #thin(): void {
    for (let pair = 0; pair < rowsAtMost / 2; pair++) {
      const kept = pair * 2 + this.#chance(2)
      for (const column of this.columns) column[pair] = column[kept]
    }
    this.rows = rowsAtMost / 2
    this.#stride *= 2
  }

  /** A number below `count`, by xorshift (Marsaglia 2003). */
  #chance(count: number): number {
    this.#random ^= this.#random << 13
    this.#random ^= this.#random >>> 17
    this.#random ^= this.#random << 5
    // The upper bits: the lowest ones of xorshift are the least random.
    return (this.#random >>> 8) % count
  }
}
