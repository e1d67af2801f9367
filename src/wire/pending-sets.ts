// Data sets whose template has not arrived yet, kept in a bounded buffer until it does.
import type { ExportHeader } from './export-header.ts'

/** A waiting set with the header of its datagram. */
export interface PendingSet {
  readonly key: string
  readonly header: ExportHeader
  readonly bytes: Uint8Array
  /** When it came, in milliseconds of the caller's clock. */
  readonly since: number
}

export interface PendingCounters {
  pended: number
  decoded: number
  expired: number
  evicted: number
}

/** Rough size of the objects around a set's bytes, so that many tiny sets are bounded too. */
const overheadBytes = 256

/**
 * Sets by template key, oldest first overall. When full the oldest gives way: its template is the least likely to come.
 * The caller passes the time; nothing here looks at a clock.
 */
export class PendingSets {
  readonly counters: PendingCounters = { pended: 0, decoded: 0, expired: 0, evicted: 0 }
  readonly #maxBytes: number
  readonly #lifetimeMs: number
  /** Insertion order is age order. */
  readonly #sets = new Set<PendingSet>()
  readonly #byKey = new Map<string, PendingSet[]>()
  #bytes = 0

  constructor(limits: { maxBytes: number; lifetimeMs: number }) {
    this.#maxBytes = limits.maxBytes
    this.#lifetimeMs = limits.lifetimeMs
  }

  /** Sets that wait now. */
  get waiting(): number {
    return this.#sets.size
  }

  /** Keeps a copy of the set. */
  add(key: string, header: ExportHeader, bytes: Uint8Array, now: number): void {
    this.counters.pended++
    const size = bytes.length + overheadBytes
    if (size > this.#maxBytes) {
      this.counters.evicted++
      return
    }
    while (this.#bytes + size > this.#maxBytes) this.#dropOldest('evicted')
    const set: PendingSet = { key, header: { ...header }, bytes: bytes.slice(), since: now }
    this.#sets.add(set)
    this.#bytes += size
    const same = this.#byKey.get(key)
    if (same === undefined) this.#byKey.set(key, [set])
    else same.push(set)
  }

  /** Takes out the sets that waited for this template, oldest first; they count as decoded. */
  take(key: string): readonly PendingSet[] {
    const sets = this.#byKey.get(key)
    if (sets === undefined) return []
    this.#byKey.delete(key)
    for (const set of sets) {
      this.#sets.delete(set)
      this.#bytes -= set.bytes.length + overheadBytes
    }
    this.counters.decoded += sets.length
    return sets
  }

  /** Drops what has waited longer than the lifetime. */
  expire(now: number): void {
    for (const set of this.#sets) {
      if (now - set.since < this.#lifetimeMs) return
      this.#dropOldest('expired')
    }
  }

  #dropOldest(cause: 'expired' | 'evicted'): void {
    const [oldest] = this.#sets
    if (oldest === undefined) return
    this.#sets.delete(oldest)
    this.#bytes -= oldest.bytes.length + overheadBytes
    this.counters[cause]++
    const same = this.#byKey.get(oldest.key)
    same?.shift()
    if (same?.length === 0) this.#byKey.delete(oldest.key)
  }
}
