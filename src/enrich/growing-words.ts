// A list of 32-bit words that grows by doubling, for tables whose length is known only at their end.

export class GrowingWords {
  #words: Uint32Array
  #length = 0

  constructor(capacity = 1024) {
    this.#words = new Uint32Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  push(word: number): void {
    if (this.#length === this.#words.length) {
      const larger = new Uint32Array(this.#words.length * 2)
      larger.set(this.#words)
      this.#words = larger
    }
    this.#words[this.#length++] = word
  }

  at(index: number): number {
    return this.#words[index]
  }

  /** Overwrites a word that was pushed. */
  set(index: number, word: number): void {
    this.#words[index] = word
  }

  /** The words so far, without a copy: valid until the next push. */
  view(): Uint32Array {
    return this.#words.subarray(0, this.#length)
  }

  /** A copy of exactly the words so far that every thread can read. */
  share(): Uint32Array<SharedArrayBuffer> {
    const shared = new Uint32Array(new SharedArrayBuffer(this.#length * 4))
    shared.set(this.view())
    return shared
  }
}
