// When something that stays the same is told on again, so that its copy on disk does not grow old while it is in use.

/** Keys that are remembered; an exporter that tells more than these has some of them told more often. */
const maxKeys = 4096

export class Retelling {
  readonly #told = new Set<number | string>()
  #since = 0

  /** @returns whether the main thread is to be told; it then counts as told */
  isDue(key: number | string, now: number, everyMs: number): boolean {
    if (now - this.#since >= everyMs || this.#told.size >= maxKeys) {
      this.#told.clear()
      this.#since = now
    }
    if (this.#told.has(key)) return false
    this.#told.add(key)
    return true
  }
}
