// Limits how often somebody tries a secret: so many at once, then so many a second, for each address and for all together.
import type { Clock } from './clock.ts'

/** Addresses that are told apart; beyond it all counts begin anew, which costs an attacker nothing he had not. */
const maxAddresses = 10_000

interface Bucket {
  tokens: number
  filledAt: number
}

/** Attempts that may be made at once, and attempts a second after that. */
export interface AttemptLimit {
  readonly burst: number
  readonly perSecond: number
}

/** Attempts to sign in or to enrol: secrets are long, so this keeps noise off the disk more than guesses out. */
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
