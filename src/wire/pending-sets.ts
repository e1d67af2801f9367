// Data sets whose template has not arrived yet, kept in a bounded buffer until it does.
import type { ExportHeader } from './export-header.ts'

/** A waiting set with the header of its datagram. */
export interface PendingSet {
  readonly key: string
  readonly header: Readonly<ExportHeader>
  readonly bytes: Uint8Array
  /** When it came, in milliseconds of the caller's clock. */
  readonly since: number
}

/** Why a set does not wait any more. */
export type PendingEnd = 'decoded' | 'expired' | 'evicted'

export interface PendingCounters extends Record<PendingEnd, number> {
  pended: number
}

export interface PendingLimits {
  readonly maxBytes: number
  readonly lifetimeMs: number
}

/**
 * What a set takes beside its bytes, so that many tiny sets are bounded too: the header with its numbers 150, the array
 * and its buffer 250, links 100, key and queue up to 200 where each has its own (bench/exporters.mjs measures it).
 */
const overheadBytes = 700

/** A set in two queues: all sets by age, and those of one key by age. */
interface Waiting extends PendingSet {
  older: Waiting | undefined
  newer: Waiting | undefined
  nextOfKey: Waiting | undefined
}

/**
 * Sets by template key, oldest first. When full the oldest gives way: its template is the least likely to come. The
 * caller passes the time; nothing here looks at a clock. Adding, dropping and taking a set out cost the same however
 * many wait: an exporter can send hundreds of sets in a datagram.
 */
export class PendingSets {
  readonly counters: PendingCounters = { pended: 0, decoded: 0, expired: 0, evicted: 0 }
  readonly #limits: PendingLimits
  readonly #onEnd: (set: PendingSet, end: PendingEnd) => void
  #oldest: Waiting | undefined
  #newest: Waiting | undefined
  readonly #byKey = new Map<string, { first: Waiting; last: Waiting }>()
  #waiting = 0
  #bytes = 0

  /** @param onEnd told of each set that stops waiting, for whatever reason */
  constructor(limits: PendingLimits, onEnd: (set: PendingSet, end: PendingEnd) => void = () => undefined) {
    this.#limits = limits
    this.#onEnd = onEnd
  }

  /** Sets that wait now. */
  get waiting(): number {
    return this.#waiting
  }

  /** Memory that they take, by the account that `maxBytes` limits. */
  get bytes(): number {
    return this.#bytes
  }

  /** The waiting sets, oldest first. Not to be added to or taken from meanwhile. */
  *sets(): Generator<PendingSet, void> {
    for (let set = this.#oldest; set !== undefined; set = set.newer) yield set
  }

  /**
   * Keeps a copy of the set.
   * @param since when it came: now, or earlier for a set that an earlier run has saved
   */
  add(key: string, header: ExportHeader, bytes: Uint8Array, since: number): void {
    this.counters.pended++
    const size = bytes.length + overheadBytes
    const set: Waiting = {
      key,
      header: { ...header },
      bytes: bytes.slice(),
      since,
      older: this.#newest,
      newer: undefined,
      nextOfKey: undefined,
    }
    if (size > this.#limits.maxBytes) return this.#end(set, 'evicted')
    while (this.#bytes + size > this.#limits.maxBytes) this.#dropOldest('evicted')
    // The newest may have been dropped just now.
    set.older = this.#newest
    this.#bytes += size
    this.#waiting++
    if (this.#newest === undefined) this.#oldest = set
    else this.#newest.newer = set
    this.#newest = set
    const same = this.#byKey.get(key)
    if (same === undefined) this.#byKey.set(key, { first: set, last: set })
    else {
      same.last.nextOfKey = set
      same.last = set
    }
  }

  /** Whether sets wait for this template. */
  has(key: string): boolean {
    return this.#byKey.has(key)
  }

  /** Takes out the sets that waited for this template, oldest first; they count as decoded. */
  take(key: string): readonly PendingSet[] {
    return this.#remove(key, 'decoded')
  }

  /** Drops all sets of the keys that are chosen; they count as evicted. */
  evict(isChosen: (key: string) => boolean): void {
    for (const key of this.#byKey.keys()) if (isChosen(key)) this.#remove(key, 'evicted')
  }

  /** Drops what has waited longer than the lifetime. */
  expire(now: number): void {
    while (this.#oldest !== undefined && now - this.#oldest.since >= this.#limits.lifetimeMs) this.#dropOldest('expired')
  }

  #remove(key: string, end: PendingEnd): PendingSet[] {
    const removed: PendingSet[] = []
    const queue = this.#byKey.get(key)
    this.#byKey.delete(key)
    for (let set = queue?.first; set !== undefined; set = set.nextOfKey) {
      this.#unlink(set)
      this.#end(set, end)
      removed.push(set)
    }
    return removed
  }

  #dropOldest(end: PendingEnd): void {
    const oldest = this.#oldest
    if (oldest === undefined) return
    // The oldest of all is the oldest of its key.
    const queue = this.#byKey.get(oldest.key)
    if (queue !== undefined && oldest.nextOfKey !== undefined) queue.first = oldest.nextOfKey
    else this.#byKey.delete(oldest.key)
    this.#unlink(oldest)
    this.#end(oldest, end)
  }

  #unlink(set: Waiting): void {
    if (set.older === undefined) this.#oldest = set.newer
    else set.older.newer = set.newer
    if (set.newer === undefined) this.#newest = set.older
    else set.newer.older = set.older
    this.#bytes -= set.bytes.length + overheadBytes
    this.#waiting--
  }

  #end(set: PendingSet, end: PendingEnd): void {
    this.counters[end]++
    this.#onEnd(set, end)
  }
}
