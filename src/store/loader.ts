// Brings sealed segments into the store, each exactly once, however often the store, the network or we fail.
import { SegmentRows } from './segment-rows.ts'
import type { SealedSegment } from './segment.ts'
import type { FlowStore } from './flow-store.ts'
import { StoreUnavailableError } from './errors.ts'
import { silentLog, type StoreLog } from './log.ts'
import type { Spool } from './spool.ts'
import type { State } from './state.ts'

export interface LoaderDependencies {
  readonly store: Pick<FlowStore, 'insertSegment'>
  readonly spool: Pick<Spool, 'discard'>
  readonly state: Pick<State, 'db'>
  readonly log?: StoreLog
  readonly now?: () => number
  /** Called once for each segment, after the store has acknowledged it. */
  readonly onStored?: (segment: SealedSegment) => void
}

const firstBackoffMs = 100
/** A try at a store that is away costs nothing, and flows are seen the sooner. */
const longestBackoffMs = 2_000
/** A segment that is refused while others are taken is repeated at this pace. */
const refusedBackoffMs = 60_000
const pruneEveryMs = 3_600_000
/** From receiving a flow to its sealed segment: a minute at the most (collect.seal_seconds), and one for the disk. */
const sealingMs = 120_000
/** A segment that the store refuses for longer than this holds nothing up. */
const longestWaitMs = 6 * 3_600_000
const keptStoredMs = 86_400_000

/** A segment and when it may be tried, by `performance.now()`. */
interface Waiting {
  readonly segment: SealedSegment
  tries: number
  notBefore: number
  /** When it was sealed, ms since 1970; 0 for what an earlier run left. */
  readonly since: number
}

export class Loader {
  readonly #deps: LoaderDependencies
  readonly #segments: SegmentRows
  readonly #log: StoreLog
  readonly #now: () => number
  readonly #queue: Waiting[] = []
  /** Set while the loop sleeps. */
  #wake: (() => void) | undefined
  #running: Promise<void> | undefined
  #stopping = false
  readonly #idle = new Set<() => void>()
  #pruner: NodeJS.Timeout | undefined
  readonly #counts = {
    stored_segments: 0,
    stored_rows: 0,
    retries_unavailable: 0,
    retries_refused: 0,
    bookkeeping_errors: 0,
    pruned_segments: 0,
  }

  constructor(deps: LoaderDependencies) {
    this.#deps = deps
    this.#segments = new SegmentRows(deps.state.db)
    this.#log = deps.log ?? silentLog
    this.#now = deps.now ?? Date.now
  }

  /** Segments that the store has not acknowledged. */
  get waiting(): number {
    return this.#queue.length
  }

  /** Every flow that was received before this time is stored, unless its segment is refused for hours; ms since 1970. */
  get settledUntil(): number {
    const now = this.#now()
    return Math.max(Math.min(now, this.#queue[0]?.since ?? now) - sealingMs, now - longestWaitMs)
  }

  counters(): Record<string, number> {
    return { ...this.#counts }
  }

  /** @param recovered what an earlier run left, from `Spool.recover` */
  start(recovered: readonly SealedSegment[] = []): void {
    this.#stopping = false
    for (const segment of recovered) this.#enqueue(segment, 0)
    this.#running ??= this.#loop()
    this.#pruner = setInterval(() => void this.#prune(), pruneEveryMs)
    this.#pruner.unref()
  }

  /** Takes over a segment that was just sealed. */
  add(segment: SealedSegment): void {
    this.#enqueue(segment, this.#now())
  }

  #enqueue(segment: SealedSegment, since: number): void {
    this.#queue.push({ segment, tries: 0, notBefore: 0, since })
    this.#wake?.()
  }

  /**
   * Waits until all segments are stored.
   * @returns false when some were still waiting after `timeoutMs`: they stay in the spool for the next start
   */
  async drain(timeoutMs = 30_000): Promise<boolean> {
    if (this.#queue.length === 0) return true
    return await new Promise<boolean>((resolve) => {
      const finish = (drained: boolean) => {
        clearTimeout(timer)
        this.#idle.delete(done)
        resolve(drained)
      }
      const done = () => finish(true)
      const timer = setTimeout(() => finish(false), timeoutMs)
      this.#idle.add(done)
    })
  }

  /** Ends after the insert that is running. */
  async stop(): Promise<void> {
    this.#stopping = true
    clearInterval(this.#pruner)
    this.#wake?.()
    await this.#running
    this.#running = undefined
  }

  async #loop(): Promise<void> {
    let backoffMs = firstBackoffMs
    while (!this.#stopping) {
      const next = this.#queue.find(({ notBefore }) => notBefore <= performance.now())
      if (next === undefined) {
        await this.#sleep(this.#untilDue())
        continue
      }
      const reached = await this.#load(next)
      if (reached) backoffMs = firstBackoffMs
      else {
        await this.#sleep(backoffMs, false)
        backoffMs = Math.min(backoffMs * 2, longestBackoffMs)
      }
    }
  }

  #untilDue(): number {
    const due = Math.min(...this.#queue.map(({ notBefore }) => notBefore))
    return Number.isFinite(due) ? Math.max(1, due - performance.now()) : longestBackoffMs
  }

  /** @returns false when the store is away, so that there is no use in trying another segment */
  async #load(entry: Waiting): Promise<boolean> {
    const { segment } = entry
    try {
      await this.#deps.store.insertSegment(segment)
    } catch (error) {
      return this.#failed(entry, error)
    }
    await this.#settle(entry)
    return true
  }

  #failed(entry: Waiting, error: unknown): boolean {
    entry.tries++
    if (error instanceof StoreUnavailableError) {
      this.#counts.retries_unavailable++
      // Said once a segment: the supervisor and the first try tell the rest.
      if (entry.tries === 1)
        this.#log.warn({ segment: entry.segment.name, err: error }, 'the store does not take segments now; they wait in the spool')
      return false
    }
    this.#counts.retries_refused++
    entry.notBefore = performance.now() + Math.min(firstBackoffMs * 2 ** entry.tries, refusedBackoffMs)
    this.#log.error(
      { segment: entry.segment.name, tries: entry.tries, err: error },
      'the store refused a segment; it stays in the spool and is tried again',
    )
    return true
  }

  /**
   * Stored, then written down, then deleted: a crash in between repeats what follows and stores nothing twice. When
   * writing down fails the segment stays in the queue, and its repeated insert changes nothing.
   */
  async #settle(entry: Waiting): Promise<void> {
    const { segment } = entry
    try {
      await this.#segments.markStored(segment.name, new Date(this.#now()).toISOString())
      await this.#deps.spool.discard(segment.name)
    } catch (error) {
      this.#counts.bookkeeping_errors++
      entry.tries++
      entry.notBefore = performance.now() + Math.min(firstBackoffMs * 2 ** entry.tries, refusedBackoffMs)
      this.#log.error(
        { segment: segment.name, err: error },
        'a stored segment could not be written down; its insert is repeated, without effect',
      )
      return
    }
    this.#queue.splice(this.#queue.indexOf(entry), 1)
    this.#counts.stored_segments++
    this.#counts.stored_rows += segment.rows
    this.#deps.onStored?.(segment)
    if (this.#queue.length === 0) for (const done of this.#idle) done()
  }

  /** @param forNew whether a new segment ends it; not while the store is away */
  #sleep(ms: number, forNew = true): Promise<void> {
    if (this.#stopping) return Promise.resolve()
    return new Promise<void>((resolve) => {
      const wake = () => {
        if (!forNew && !this.#stopping) return
        clearTimeout(timer)
        this.#wake = undefined
        resolve()
      }
      const timer = setTimeout(() => {
        this.#wake = undefined
        resolve()
      }, ms)
      this.#wake = wake
    })
  }

  async #prune(): Promise<void> {
    try {
      this.#counts.pruned_segments += await this.#segments.prune(new Date(this.#now() - keptStoredMs).toISOString())
    } catch (error) {
      this.#counts.bookkeeping_errors++
      this.#log.error({ err: error }, 'rows of stored segments could not be pruned')
    }
  }
}
