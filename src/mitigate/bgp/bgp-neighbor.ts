// One neighbour: its session, and the routes that it is to have. Sends them all when the session begins, changes after that.
import type { Log } from '../../base/log.ts'
import type { NeighborStatus } from '../../contract/advertisement.ts'
import type { BgpFamily } from '../../wire/bgp/bgp-family.ts'
import { encodeEndOfRib } from '../../wire/bgp/bgp-update.ts'
import type { DriverRoute } from '../driver.ts'
import { AdjRibOut, type Batch, type RouteStanding, type SessionTerms } from './adj-rib-out.ts'
import type { BgpNeighborConfig, LocalSpeaker } from './bgp-agreement.ts'
import { BgpSession, type SessionCounts, type SessionDependencies } from './bgp-session.ts'
import { nlriOf } from './outbound-route.ts'

export interface NeighborCounts extends SessionCounts {
  readonly name: string
  readonly updatesSent: number
}

export interface NeighborDependencies extends SessionDependencies {
  readonly log: Pick<Log, 'info' | 'warn'>
  /** @param ids advertisements that the neighbour has now */
  readonly taken: (ids: readonly string[]) => void
}

export class BgpNeighbor {
  readonly config: BgpNeighborConfig
  readonly #local: LocalSpeaker
  readonly #session: BgpSession
  readonly #rib = new AdjRibOut()
  readonly #deps: NeighborDependencies
  /** Ends of waiting for what has been written; all of them end with the session. */
  readonly #waiting = new Set<() => void>()
  /** Families that are to be sent again when the neighbour has read what it was sent. */
  readonly #refreshes = new Set<BgpFamily>()
  #updatesSent = 0
  #toldReason = ''

  constructor(local: LocalSpeaker, config: BgpNeighborConfig, deps: NeighborDependencies) {
    this.config = config
    this.#local = local
    this.#deps = deps
    const events = {
      established: () => this.#established(),
      lost: () => this.#lost(),
      failed: (reason: string) => this.#failed(reason),
      refresh: (family: BgpFamily) => this.#refresh(family),
    }
    this.#session = new BgpSession(local, config, events, deps)
  }

  get isEstablished(): boolean {
    return this.#session.state === 'Established'
  }

  start(): void {
    this.#session.start()
  }

  stop(): void {
    this.#session.stop()
  }

  /** Whether the configuration lets the neighbour have it. */
  takes({ route }: DriverRoute): boolean {
    return this.config.purposes.includes(route.purpose) && this.config.families.includes(nlriOf(route).family)
  }

  has(id: string): boolean {
    return this.#rib.has(id)
  }

  /** Undefined while there is no session. */
  standing(id: string): RouteStanding | undefined {
    return this.#rib.standing(id)
  }

  /** Resolves when the neighbour has been sent it, cannot be, or the session has ended. */
  announce(route: DriverRoute): Promise<void> {
    return this.#sendAndWait(this.#rib.add(route))
  }

  /** As `announce`. */
  withdraw(id: string): Promise<void> {
    return this.#sendAndWait(this.#rib.remove(id))
  }

  /** What it is sent with now, or would be with a session like the last one. */
  terms(): SessionTerms {
    const agreement = this.#session.agreement
    return {
      localAs: this.#local.as,
      neighbor: this.config,
      localAddress: this.#session.localAddress || this.config.source_address,
      families: agreement?.families ?? this.config.families,
      as4: agreement?.as4 ?? true,
    }
  }

  status(): NeighborStatus {
    const { state, since, agreement, lastError, counts } = this.#session
    return {
      name: this.config.name,
      address: this.config.address,
      remote_as: this.config.as,
      state,
      since: new Date(since).toISOString(),
      families: agreement?.families ?? [],
      hold_seconds: agreement?.holdSeconds ?? this.config.hold_seconds,
      graceful_restart_seconds: agreement?.gracefulRestartSeconds ?? null,
      routes_sent: this.#rib.sentCount,
      sessions: counts.established,
      last_error: lastError,
    }
  }

  counts(): NeighborCounts {
    return { ...this.#session.counts, name: this.config.name, updatesSent: this.#updatesSent }
  }

  /** Everything, then End-of-RIB of each family (RFC 4724 §4.1): what the neighbour has kept beyond that, it drops. */
  #established(): void {
    const terms = this.terms()
    this.#toldReason = ''
    this.#deps.log.info({ neighbor: this.config.name, families: terms.families }, 'BGP session established')
    for (const batch of this.#rib.begin(terms)) this.#send(batch)
    const last = terms.families.at(-1)
    for (const family of terms.families) this.#session.send(encodeEndOfRib(family), () => family === last && this.#session.endRestart())
  }

  /** A neighbour that is away fails every minute, mostly for the same reason: that is told once. */
  #failed(reason: string): void {
    if (reason === this.#toldReason) return
    this.#toldReason = reason
    this.#deps.log.warn({ neighbor: this.config.name, reason }, this.isEstablished ? 'BGP session lost' : 'no BGP session')
  }

  #lost(): void {
    this.#rib.end()
    this.#refreshes.clear()
    for (const end of this.#waiting) end()
    this.#waiting.clear()
  }

  #sendAndWait(batches: readonly Batch[]): Promise<void> {
    if (batches.length === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.add(resolve)
      for (const batch of batches) {
        this.#send(batch, () => {
          this.#waiting.delete(resolve)
          resolve()
        })
      }
      // Sending may have ended the session already.
      if (!this.isEstablished) resolve()
    })
  }

  #send(batch: Batch, done?: () => void): void {
    for (const [index, message] of batch.messages.entries()) {
      this.#updatesSent++
      const isLast = index === batch.messages.length - 1
      this.#session.send(message, () => {
        if (isLast) {
          this.#deps.taken(batch.taken())
          done?.()
        }
        this.#sendRefreshes()
      })
    }
  }

  /** A neighbour that asks without reading gets one answer: no more than the whole table waits for it. */
  #refresh(family: BgpFamily): void {
    this.#refreshes.add(family)
    this.#sendRefreshes()
  }

  #sendRefreshes(): void {
    if (this.#session.unsent > 0) return
    for (const family of this.#refreshes) {
      this.#refreshes.delete(family)
      for (const batch of this.#rib.refresh(family)) this.#send(batch)
    }
  }
}
