// What happens as time passes, looked at each second: ends of causes, further tries, probes, old history.
import type { Clock } from '../base/clock.ts'
import type { SampledLog } from '../base/sampled-log.ts'
import type { Advertisement } from '../contract/advertisement.ts'
import type { AdvertiserConfig } from './advertiser.ts'
import {
  deleteWithdrawn,
  readAllHolding,
  readAdvertisement,
  readHolding,
  readLive,
  timeText,
  updateCause,
  type CauseRow,
  type State,
} from './advertisement-rows.ts'
import { AdvertisementRefused, type AnnounceRequest } from './advertising.ts'
import { byItself, type ChangeQueue } from './change-queue.ts'
import type { DriverCalls } from './driver-calls.ts'
import type { EdgeCalm } from './edge-calm.ts'
import { release } from './holding.ts'
import { probeRequest, readProbes, type Probe } from './probe.ts'
import { dueRelease, type DueRelease } from './withdrawal.ts'

export interface AdvertisementTimerDependencies {
  /** Of the same database as the queue. */
  readonly state: State
  readonly clock: Clock
  readonly changes: ChangeQueue
  readonly calls: DriverCalls
  readonly edges: EdgeCalm
  readonly isBreaching: (ruleId: string) => boolean
  /** @param calmSince ms since 1970 */
  readonly announceAgain: (request: AnnounceRequest, calmSince: number) => Promise<readonly Advertisement[]>
  readonly every: (milliseconds: number, task: () => void) => () => void
  readonly log: SampledLog
}

const tickMs = 1000
const pruneMs = 3_600_000

interface Due extends DueRelease {
  readonly cause: CauseRow
}

export class AdvertisementTimer {
  readonly #config: AdvertiserConfig
  readonly #deps: AdvertisementTimerDependencies
  #cancel: () => void = () => undefined
  #tick: Promise<void> | undefined
  #prunedAt = 0
  /** Causes whose probe has seen the attack go on: it is being announced again. */
  readonly #probing = new Map<string, Promise<void>>()

  constructor(config: AdvertiserConfig, deps: AdvertisementTimerDependencies) {
    this.#config = config
    this.#deps = deps
  }

  start(): void {
    this.#cancel = this.#deps.every(tickMs, () => this.#next())
  }

  stop(): void {
    this.#cancel()
  }

  /** Resolves when the look that is under way is over. */
  async idle(): Promise<void> {
    await this.#tick
    await Promise.all(this.#probing.values())
  }

  /** Releases what has ended. @returns advertisements that lost a cause */
  async releaseDue(): Promise<readonly string[]> {
    const { state, clock, changes } = this.#deps
    const due = await this.#due(state, clock.now())
    if (due.length === 0) return []
    return await changes.run(async (step) => {
      // Read again: a rule may have fired anew.
      const still = await this.#due(step.db, step.now)
      for (const { cause, kind, why } of still) {
        const row = await readAdvertisement(step.db, cause.advertisement)
        const holding = (await readHolding(step.db, cause.advertisement)).filter(({ id }) => id === cause.id)
        if (row) await release(step, row, holding, { kind, who: byItself, why: `${cause.who}: ${why}` })
      }
      return still.map(({ cause }) => cause.advertisement)
    })
  }

  #next(): void {
    // A slow look takes the place of the next one.
    this.#tick ??= this.#look()
      .catch((error: unknown) =>
        this.#deps.log.error('tick', { err: error }, 'advertisements could not be looked after; it is tried again'),
      )
      .finally(() => (this.#tick = undefined))
  }

  async #look(): Promise<void> {
    const { state, clock, calls } = this.#deps
    await this.releaseDue()
    const live = await readLive(state)
    for (const row of live) if (calls.isDue(row, clock.now())) void calls.tell(row.id)
    const probes = await readProbes(state, live, clock.now() - this.#config.advertise.probe_seconds * 1000)
    for (const probe of probes) if (this.#deps.isBreaching(probe.rule)) this.#announceAgain(probe)
    await this.#prune()
  }

  async #due(state: State, now: number): Promise<Due[]> {
    const { edges, isBreaching } = this.#deps
    const causes = await readAllHolding(state)
    return causes.flatMap(({ account, prefix, ...cause }) => {
      const due = dueRelease(cause, () => edges.calmSince(account, prefix, now), now)
      // Whatever was calm so long: in this very second it is not.
      const isCalm = due?.kind !== 'calm' || cause.rule_id === null || !isBreaching(cause.rule_id)
      return due && isCalm ? [{ ...due, cause }] : []
    })
  }

  #announceAgain(probe: Probe): void {
    const { clock, announceAgain, changes, log } = this.#deps
    if (this.#probing.has(probe.cause.id)) return
    const work = announceAgain(probeRequest(probe), clock.now())
      .then(() => undefined)
      .catch(async (error: unknown) => {
        if (!(error instanceof AdvertisementRefused)) throw error
        log.warn(
          `probe ${probe.cause.id}`,
          { prefix: probe.row.prefix, reason: error.message },
          'an attack goes on, but is not announced again',
        )
        await changes.run((step) => updateCause(step.db, probe.cause.id, { release_kind: 'guard' }))
      })
      .catch((error: unknown) =>
        log.error('probe', { err: error }, 'an attack goes on and could not be announced again; it is tried again'),
      )
      .finally(() => this.#probing.delete(probe.cause.id))
    this.#probing.set(probe.cause.id, work)
  }

  async #prune(): Promise<void> {
    const now = this.#deps.clock.now()
    if (now - this.#prunedAt < pruneMs) return
    const before = timeText(now - this.#config.retentionDays() * 86_400_000)
    // A full batch: the next look goes on.
    if ((await deleteWithdrawn(this.#deps.state, before)) === 0) this.#prunedAt = now
  }
}
