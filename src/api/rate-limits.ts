// Limits how often somebody asks: all requests of an address.
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
