// Bounds what has come from agents and is not kept yet: who is beyond it is not read from until there is room again.

export interface IntakeLimits {
  /** Bytes of one connection, and of all together. */
  readonly eachBytes: number
  readonly allBytes: number
}

/** What can be told to wait. */
export interface IntakeSource {
  pause(): void
  resume(): void
}

export class Intake {
  readonly #limits: IntakeLimits
  readonly #held = new Map<IntakeSource, number>()
  readonly #waiting = new Set<IntakeSource>()
  #total = 0

  constructor(limits: IntakeLimits) {
    this.#limits = limits
  }

  /** Bytes of all connections that are not kept yet. */
  get total(): number {
    return this.#total
  }

  isWaiting(source: IntakeSource): boolean {
    return this.#waiting.has(source)
  }

  take(source: IntakeSource, bytes: number): void {
    const held = (this.#held.get(source) ?? 0) + bytes
    this.#held.set(source, held)
    this.#total += bytes
    if (held <= this.#limits.eachBytes && this.#total <= this.#limits.allBytes) return
    this.#waiting.add(source)
    source.pause()
  }

  /** Who waits goes on at half of a limit, so that it does not stop again at the next message. */
  release(source: IntakeSource, bytes: number): void {
    const held = (this.#held.get(source) ?? 0) - bytes
    if (held > 0) this.#held.set(source, held)
    else this.#held.delete(source)
    this.#total -= bytes
    if (this.#total > this.#limits.allBytes / 2) return
    for (const waiting of this.#waiting) {
      if ((this.#held.get(waiting) ?? 0) > this.#limits.eachBytes / 2) continue
      this.#waiting.delete(waiting)
      waiting.resume()
    }
  }

  /** The connection is closed: what it has brought is still released one by one. */
  forget(source: IntakeSource): void {
    this.#waiting.delete(source)
  }
}
