// Sums by set of rules and second over a window of some minutes, each flow spread over the time that it covers at constant
// cost: what has a whole second to itself is kept as where it begins and where it ends.

/** Seconds back to which flows are counted. */
const windowSeconds = 600
/** Seconds that the window moves on before it is emptied: a second, and what a thread may be held up by a slow disk. */
const spareSeconds = 7

const pageSeconds = 16
const pagesPerSet = 38
// 600 + 7 seconds and the open one fit into the 608 of 38 pages.
const wholeSeconds = pageSeconds * pagesPerSet

// Of each second: bytes and packets of flows that cover a part of it only; what begins (and, negative, ends) there of
// flows that cover all of it, in bytes and packets a second, and how many these are.
const stride = 5
const pageLength = pageSeconds * stride

/** Pages at the most: 32 768 × 640 bytes are 20 MiB. A flow takes four at the most. */
const maxPages = 32_768
const pagesPerFlow = 4

/** Sums of a set by second. */
type SetVisitor = (set: number, bytes: Float64Array, packets: Float64Array) => void

/** Only the seconds that have traffic take memory, 16 at a time. */
export class RuleSeconds {
  /** First second of the window. */
  #base = 0
  /** Page of each set and 16 seconds; 0 none. */
  readonly #pageOf: Uint32Array
  /** Places in #pageOf that are taken, by page. */
  #owners = new Uint32Array(256)
  #sums = new Float64Array(256 * pageLength)
  #used = 1
  readonly #touched: number[] = []
  readonly #isTouched: Uint8Array
  /** Seconds of the window that hold something. */
  #first = wholeSeconds
  #last = -1
  readonly #bytes = new Float64Array(wholeSeconds)
  readonly #packets = new Float64Array(wholeSeconds)

  /** @param sets numbers of sets are below it */
  constructor(sets: number) {
    this.#pageOf = new Uint32Array(sets * pagesPerSet)
    this.#isTouched = new Uint8Array(sets)
  }

  get base(): number {
    return this.#base
  }

  /** Sets that have sums. */
  get sets(): readonly number[] {
    return this.#touched
  }

  /** Seconds that hold something, as `drain` will show them. */
  get span(): { readonly from: number; readonly seconds: number } {
    return this.#last < 0 ? { from: this.#base, seconds: 0 } : { from: this.#base + this.#first, seconds: this.#last - this.#first + 1 }
  }

  /** Whether flows received in this second can be added to what is there. */
  covers(second: number): boolean {
    const at = second - this.#base
    return at >= windowSeconds && at < windowSeconds + spareSeconds
  }

  get full(): boolean {
    return this.#used > maxPages - pagesPerFlow
  }

  /** Moves the window, which must be empty. */
  moveTo(second: number): void {
    this.#base = second - windowSeconds
  }

  /** Adds traffic that lies in one second of the window. */
  add(set: number, second: number, bytes: number, packets: number): void {
    const at = this.#place(set, second)
    const sums = this.#sums
    sums[at] = sums[at] + bytes
    sums[at + 1] = sums[at + 1] + packets
  }

  /** From the beginning of this second on, traffic of so much a second. Each `begin` has its `end`. */
  begin(set: number, second: number, bytes: number, packets: number): void {
    this.#change(this.#place(set, second), bytes, packets, 1)
  }

  end(set: number, second: number, bytes: number, packets: number): void {
    this.#change(this.#place(set, second), -bytes, -packets, -1)
  }

  #change(at: number, bytes: number, packets: number, flows: number): void {
    const sums = this.#sums
    sums[at + 2] = sums[at + 2] + bytes
    sums[at + 3] = sums[at + 3] + packets
    sums[at + 4] = sums[at + 4] + flows
  }

  #place(set: number, second: number): number {
    const owner = set * pagesPerSet + (second >>> 4)
    let page = this.#pageOf[owner]
    if (page === 0) page = this.#newPage(set, owner)
    if (second < this.#first) this.#first = second
    if (second > this.#last) this.#last = second
    return page * pageLength + (second & 15) * stride
  }

  #newPage(set: number, owner: number): number {
    if (this.#used === this.#owners.length) this.#grow()
    const page = this.#used++
    this.#owners[page] = owner
    this.#pageOf[owner] = page
    if (this.#isTouched[set] === 0) {
      this.#isTouched[set] = 1
      this.#touched.push(set)
    }
    return page
  }

  #grow(): void {
    const owners = new Uint32Array(this.#owners.length * 2)
    owners.set(this.#owners)
    this.#owners = owners
    const sums = new Float64Array(this.#sums.length * 2)
    sums.set(this.#sums)
    this.#sums = sums
  }

  /** Shows the sums of each set that has any, in arrays that are overwritten for the next one, and forgets them. */
  drain(visit: SetVisitor): void {
    for (const set of this.#touched) {
      this.#lay(set)
      visit(set, this.#bytes.subarray(this.#first, this.#last + 1), this.#packets.subarray(this.#first, this.#last + 1))
      this.#isTouched[set] = 0
    }
    this.#touched.length = 0
    for (let page = 1; page < this.#used; page++) this.#pageOf[this.#owners[page]] = 0
    this.#sums.fill(0, 0, this.#used * pageLength)
    this.#used = 1
    this.#first = wholeSeconds
    this.#last = -1
  }

  #lay(set: number): void {
    const sums = this.#sums
    let bytes = 0
    let packets = 0
    let flows = 0
    for (let second = this.#first; second <= this.#last; second++) {
      const page = this.#pageOf[set * pagesPerSet + (second >>> 4)]
      const at = page * pageLength + (second & 15) * stride
      // Page 0 is never written: there nothing begins or ends.
      flows += sums[at + 4]
      // Where nothing goes on, all that is left of sums and differences is their rounding.
      bytes = flows === 0 ? 0 : bytes + sums[at + 2]
      packets = flows === 0 ? 0 : packets + sums[at + 3]
      this.#bytes[second] = Math.max(0, sums[at] + bytes)
      this.#packets[second] = Math.max(0, sums[at + 1] + packets)
    }
  }
}
