// Limits on how often somebody asks: one for all requests of an address, a tight one for attempts to sign in.
import type { Clock } from '../base/clock.ts'

/** Addresses that are told apart; beyond it all counts begin anew, which costs an attacker nothing he had not. */
const maxAddresses = 10_000

export interface WindowState {
  readonly allowed: boolean
  /** Requests left in this window. */
  readonly remaining: number
  /** Seconds until the next window, 1 at least. */
  readonly reset: number
}

/** Counts requests in fixed windows of time, the same for everybody. */
export class RequestWindow {
  readonly quota: number
  /** Length of a window. Short: clients wait exactly as long as they are told. */
  readonly seconds: number
  private readonly clock: Clock
  private readonly counts = new Map<string, number>()
  private window = 0

  constructor(config: { readonly quota: number; readonly seconds: number }, dependencies: { readonly clock: Clock }) {
    this.quota = config.quota
    this.seconds = config.seconds
    this.clock = dependencies.clock
  }

  /** Counts one request. */
  take(address: string): WindowState {
    const now = this.clock.now() / 1000
    const window = Math.floor(now / this.seconds)
    if (window !== this.window || this.counts.size >= maxAddresses) this.counts.clear()
    this.window = window
    const count = (this.counts.get(address) ?? 0) + 1
    this.counts.set(address, count)
    const reset = Math.max(1, Math.ceil((window + 1) * this.seconds - now))
    return { allowed: count <= this.quota, remaining: Math.max(0, this.quota - count), reset }
  }
}

interface Bucket {
  tokens: number
  filledAt: number
}

/** Attempts that may be made at once, and attempts a second after that. */
export interface AttemptLimit {
  readonly burst: number
  readonly perSecond: number
}

/** Attempts to sign in: a secret has 256 bits, so this keeps noise off the disk more than guesses out. */
export class AttemptLimiter {
  private readonly each: AttemptLimit
  private readonly all: AttemptLimit
  private readonly clock: Clock
  private readonly buckets = new Map<string, Bucket>()
  private readonly total: Bucket

  constructor(config: { readonly each: AttemptLimit; readonly all: AttemptLimit }, dependencies: { readonly clock: Clock }) {
    this.each = config.each
    this.all = config.all
    this.clock = dependencies.clock
    this.total = { tokens: config.all.burst, filledAt: 0 }
  }

  /** @returns 0 when the attempt may be made, otherwise the seconds to wait */
  take(address: string): number {
    const now = this.clock.now() / 1000
    if (this.buckets.size >= maxAddresses) this.buckets.clear()
    const bucket = this.buckets.get(address) ?? { tokens: this.each.burst, filledAt: now }
    this.buckets.set(address, bucket)
    refill(bucket, this.each, now)
    refill(this.total, this.all, now)
    const wait = Math.max(waitFor(bucket, this.each), waitFor(this.total, this.all))
    if (wait > 0) return wait
    bucket.tokens--
    this.total.tokens--
    return 0
  }
}

function refill(bucket: Bucket, limit: AttemptLimit, now: number): void {
  const gained = Math.max(0, now - bucket.filledAt) * limit.perSecond
  bucket.tokens = Math.min(limit.burst, bucket.tokens + gained)
  bucket.filledAt = now
}

const waitFor = (bucket: Bucket, limit: AttemptLimit) => (bucket.tokens >= 1 ? 0 : Math.ceil((1 - bucket.tokens) / limit.perSecond))
