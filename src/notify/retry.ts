// When a delivery that did not succeed is tried again.
import type { DeliveryError } from './delivery-error.ts'

export interface RetryConfig {
  /** Wait after the first failure; it doubles with each further one. */
  readonly firstMs: number
  readonly longestMs: number
  /** Nothing is tried any more when an alert is older than that. */
  readonly giveUpMs: number
  /** Tries at which a receiver may say no; about two minutes with the defaults. */
  readonly rejectedAttempts: number
  /** How far a receiver's `retry-after` is believed. */
  readonly longestRetryAfterMs: number
}

export const defaultRetry: RetryConfig = {
  firstMs: 1000,
  longestMs: 5 * 60_000,
  giveUpMs: 24 * 3_600_000,
  rejectedAttempts: 8,
  longestRetryAfterMs: 15 * 60_000,
}

export interface FailedTry {
  /** Tries so far, this one included. */
  readonly attempts: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly now: number
  readonly error: DeliveryError
}

/**
 * When to try again, milliseconds since 1970; undefined for never. The wait is drawn from between half and all of what is
 * due, so that deliveries that failed together do not come back together.
 * @param random 0 to 1
 */
export function nextTry({ attempts, createdAt, now, error }: FailedTry, config: RetryConfig, random: number): number | undefined {
  if (error.rejected && attempts >= config.rejectedAttempts) return undefined
  const backOff = Math.min(config.longestMs, config.firstMs * 2 ** (attempts - 1)) * (0.5 + random / 2)
  const asked = Math.min(config.longestRetryAfterMs, error.retryAfterMs ?? 0)
  const next = now + Math.max(backOff, asked)
  return next - createdAt > config.giveUpMs ? undefined : next
}
