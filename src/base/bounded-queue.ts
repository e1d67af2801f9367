// A first-in first-out queue that refuses items when it is full instead of growing.

export class BoundedQueue<T> {
  readonly capacity: number
  /** Items that were refused because the queue was full or closed. */
  refused = 0
  private readonly slots: (T | undefined)[]
  private head = 0
  private length = 0
  private closed = false
  private readonly waiting: ((item: T | undefined) => void)[] = []

  /** @param capacity items that it holds at most, at least 1 */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`a queue needs a capacity of at least 1, not ${capacity}`)
    this.capacity = capacity
    this.slots = Array.from({ length: capacity })
  }

  /** Items that wait now. */
  get size(): number {
    return this.length
  }

  /** Adds an item at the end. Returns false, and counts, when the queue is full or closed. */
  push(item: T): boolean {
    if (this.closed || this.length === this.capacity) {
      this.refused++
      return false
    }
    const taker = this.waiting.shift()
    if (taker) {
      taker(item)
      return true
    }
    this.slots[(this.head + this.length) % this.capacity] = item
    this.length++
    return true
  }

  /** The oldest item, as soon as there is one; undefined once the queue is closed and empty. */
  async take(): Promise<T | undefined> {
    if (this.length > 0) return this.shift()
    if (this.closed) return undefined
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  /** Takes no more items. What is in the queue can still be taken. */
  close(): void {
    this.closed = true
    for (const taker of this.waiting.splice(0)) taker(undefined)
  }

  private shift(): T | undefined {
    const item = this.slots[this.head]
    this.slots[this.head] = undefined
    this.head = (this.head + 1) % this.capacity
    this.length--
    return item
  }
}
