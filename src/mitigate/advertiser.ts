// Announces and withdraws: each change is written down before a driver is told, and after a restart it goes on with what is written.
import { ApiError } from '../contract/api-errors.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { SampledLog } from '../base/sampled-log.ts'
import type { Config } from '../contract/config.ts'
import type {
  Advertisement,
  AdvertisementHistory,
  AdvertisementPreview,
  AdvertisingStatus,
  DriverStatus,
  EdgeCounters,
} from '../contract/advertisement.ts'
import { driverNames, type DriverName } from '../contract/owned-prefix.ts'
import { AdvertisementTimer } from './advertisement-timer.ts'
import {
  readAdvertisement,
  readChanges,
  readFiltered,
  readHolding,
  readLive,
  readViews,
  type AdvertisementRow,
  type State,
} from './advertisement-rows.ts'
import type { Actor, AdvertisementEvent, AdvertisementFilter, Advertising, AnnounceRequest } from './advertising.ts'
import { announceablePrefix } from './canonical-route.ts'
import { ChangeQueue, type Step } from './change-queue.ts'
import { DriverCalls } from './driver-calls.ts'
import type { AdvertisementDriver, Settled } from './driver.ts'
import { EdgeCalm } from './edge-calm.ts'
import { formatIpPrefix } from '../base/ip-prefix.ts'
import { judge } from './guard.ts'
import { countRoutes, readGuardFacts, readRequestFacts, readStop, standRow, type GuardConfig } from './guard-facts.ts'
import { hold, release } from './holding.ts'
import { previewOf } from './preview.ts'
import { noteCalm, releaseByHand, releaseWhatMustGo, retryNow, routesToBeginWith, stopAdvertising } from './sweeps.ts'

export interface AdvertiserConfig {
  readonly advertise: Config['advertise']
  /** How long withdrawn ones are kept; asked each time. */
  readonly retentionDays: () => number
}

export interface AdvertiserDependencies {
  readonly state: State
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  /** Those that are configured; they get `settled`. */
  readonly drivers: readonly AdvertisementDriver[]
  /** Whether the traffic of a rule is beyond its limit in the newest second. */
  readonly isBreaching: (ruleId: string) => boolean
  /** 32 hex digits. */
  readonly newId: () => string
  /** Runs a task again and again until the answer is called; unless told, a timer of Node. */
  readonly every?: (milliseconds: number, task: () => void) => () => void
}

export class Advertiser implements Advertising {
  readonly #config: AdvertiserConfig
  readonly #deps: AdvertiserDependencies
  readonly #guard: GuardConfig
  readonly #changes: ChangeQueue
  readonly #calls: DriverCalls
  readonly #edges = new EdgeCalm()
  readonly #log: SampledLog
  readonly #timer: AdvertisementTimer
  #running = false

  constructor(config: AdvertiserConfig, deps: AdvertiserDependencies) {
    this.#config = config
    this.#deps = deps
    this.#guard = { limits: config.advertise, drivers: deps.drivers.map(({ name }) => name) }
    this.#log = new SampledLog({}, { log: deps.log })
    this.#changes = new ChangeQueue(deps)
    const stand = async (row: AdvertisementRow) => standRow(row, await readGuardFacts(deps.state, this.#guard, deps.clock.now()))
    this.#calls = new DriverCalls({ ...deps, changes: this.#changes, stand })
    this.#timer = new AdvertisementTimer(config, {
      ...deps,
      every: deps.every ?? everyTimer,
      changes: this.#changes,
      calls: this.#calls,
      edges: this.#edges,
      announceAgain: (request, calmSince) => this.#ask(request, calmSince),
      log: this.#log,
    })
  }

  /** For drivers, which call it when they have finished by themselves. */
  readonly settled: Settled = (id, direction, outcome) => this.#calls.settled(id, direction, outcome)

  /**
   * Releases what ended while nobody looked, hands each driver all that it has to announce, and goes on with what was under
   * way.
   */
  async start(): Promise<void> {
    const { drivers } = this.#deps
    await this.#timer.releaseDue()
    const routes = await this.#changes.run(async (step) => {
      const facts = await readGuardFacts(step.db, this.#guard, step.now)
      await releaseWhatMustGo(step, facts)
      return await routesToBeginWith(step, facts)
    })
    await Promise.all(drivers.map((driver) => driver.start(routes.get(driver.name) ?? [])))
    this.#calls.start()
    this.#running = true
    await this.#changes.run((step) => retryNow(step, ['locked', 'failed']))
    this.#tellAll(await readLive(this.#deps.state))
    this.#timer.start()
  }

  /** What is announced stays where it is. */
  async stop(): Promise<void> {
    this.#running = false
    this.#timer.stop()
    await Promise.all(this.#deps.drivers.map((driver) => driver.stop()))
    await this.#calls.stop()
    await this.idle()
    this.#log.close()
  }

  /** Resolves when nothing is under way: all drivers have answered, and that is written down. */
  async idle(): Promise<void> {
    await this.#timer.idle()
    await this.#calls.idle()
    await this.#changes.after(async () => undefined)
  }

  async preview(request: AnnounceRequest): Promise<AdvertisementPreview> {
    const { state, clock, drivers } = this.#deps
    const facts = await readRequestFacts(state, this.#guard, { request, now: clock.now() })
    return await previewOf(judge(request, facts), { state, request, drivers })
  }

  async announce(request: AnnounceRequest): Promise<readonly Advertisement[]> {
    return await this.#ask(request, undefined)
  }

  /** @param calmSince ms since 1970; given for a probe that saw the attack go on, which was approved before */
  async #ask(request: AnnounceRequest, calmSince: number | undefined): Promise<readonly Advertisement[]> {
    const config = { newId: this.#deps.newId, maxHoldSeconds: this.#config.advertise.max_hold_seconds }
    const ids = await this.#change(async (step) => {
      const verdict = judge(request, await readRequestFacts(step.db, this.#guard, { request, now: step.now }))
      const { account, dryRun, cause } = request
      const approval = verdict.approval && calmSince === undefined
      const ids: string[] = []
      for (const driver of verdict.drivers)
        ids.push(await hold(step, { ...verdict, account, dryRun, cause, driver, approval, calmSince }, config))
      return ids
    })
    await Promise.all(ids.map((id) => this.#calls.tell(id)))
    return await Promise.all(ids.map((id) => this.#view(request.account, id)))
  }

  async release(account: number, id: string, actor: Actor, cause?: string): Promise<Advertisement> {
    return await this.#changeOne(account, id, async (step, row) => {
      if (cause === undefined) return await releaseByHand(step, row, actor)
      const chosen = (await readHolding(step.db, id)).filter((one) => one.id === cause)
      if (chosen.length === 0) throw notPossible(row, `the cause ${cause} does not hold it`)
      await release(step, row, chosen, { kind: 'person', ...actor })
    })
  }

  async approve(account: number, id: string, actor: Actor): Promise<Advertisement> {
    return await this.#changeOne(account, id, async (step, row) => {
      standRow(row, await readGuardFacts(step.db, this.#guard, step.now))
      if ((await step.apply(row, { event: 'approved', ...actor })) === 'impossible') throw notPossible(row, 'it does not wait for approval')
    })
  }

  async reject(account: number, id: string, actor: Actor): Promise<Advertisement> {
    return await this.#changeOne(account, id, async (step, row) => {
      if (row.state !== 'pending') throw notPossible(row, 'it does not wait for approval; withdraw it instead')
      await release(step, row, await readHolding(step.db, id), { kind: 'rejected', ...actor })
    })
  }

  async stopAll(actor: Actor, withdraw: boolean): Promise<void> {
    const rows = await this.#change((step) => stopAdvertising(step, actor, withdraw))
    this.#log.warn('stop', { ...actor, withdraw }, 'advertising is stopped')
    await Promise.all(rows.map(({ id }) => this.#calls.tell(id)))
  }

  async resume(actor: Actor): Promise<void> {
    const rows = await this.#change(async (step) => {
      await step.db.deleteFrom('advertising_stop').execute()
      await retryNow(step, ['locked', 'failed'])
      return await readLive(step.db)
    })
    this.#calls.letGo()
    this.#log.warn('resume', { ...actor }, 'advertising goes on')
    this.#tellAll(rows)
  }

  async list(account: number, filter: AdvertisementFilter): Promise<{ total: number; advertisements: readonly Advertisement[] }> {
    const { state } = this.#deps
    const { total, rows } = await readFiltered(state, account, filter)
    return { total, advertisements: await readViews(state, rows) }
  }

  async get(account: number, id: string): Promise<AdvertisementHistory> {
    const advertisement = await this.#view(account, id)
    return { ...advertisement, changes: await readChanges(this.#deps.state, id) }
  }

  async status(_account: number): Promise<AdvertisingStatus> {
    const { state, drivers } = this.#deps
    const { max_announcements, max_flowspec_rules, max_lifetime_hours } = this.#config.advertise
    const stop = await readStop(state)
    // The limits are those of the whole server.
    const { announcements, flowspecRules } = countRoutes((await readLive(state)).filter(({ dry_run }) => dry_run === 0))
    return {
      stopped: stop !== null,
      stop,
      announcements,
      max_announcements,
      flowspec_rules: flowspecRules,
      max_flowspec_rules,
      max_lifetime_hours,
      drivers: driverNames.map((name) => drivers.find((driver) => driver.name === name)?.status() ?? notConfigured(name)),
    }
  }

  /** Of those that are not withdrawn and no dry runs: how many are in each state. */
  async liveStates(): Promise<ReadonlyMap<string, number>> {
    const states = new Map<string, number>()
    for (const { state, dry_run } of await readLive(this.#deps.state)) if (dry_run === 0) states.set(state, (states.get(state) ?? 0) + 1)
    return states
  }

  async isStopped(): Promise<boolean> {
    return (await readStop(this.#deps.state)) !== null
  }

  async ownedPrefixesChanged(): Promise<void> {
    const rows = await this.#change(async (step) => {
      await releaseWhatMustGo(step, await readGuardFacts(step.db, this.#guard, step.now))
      await retryNow(step, ['locked', 'failed'])
      return await readLive(step.db)
    })
    this.#tellAll(rows)
  }

  async noteIncident(incidentId: string, state: 'breach' | 'calm', at: number): Promise<void> {
    await this.#change((step) => noteCalm(step, incidentId, state === 'calm' ? at : undefined))
  }

  async noteEdgeCounters(account: number, counters: EdgeCounters): Promise<void> {
    const prefix = formatIpPrefix(announceablePrefix(counters.prefix))
    this.#edges.note(account, { ...counters, prefix }, this.#deps.clock.now())
  }

  onChange(listener: (event: AdvertisementEvent) => void): void {
    this.#changes.onChange(listener)
  }

  async #change<T>(work: (step: Step) => Promise<T>): Promise<T> {
    if (!this.#running) throw new Error('the advertiser is not running')
    return await this.#changes.run(work)
  }

  /** Changes one advertisement, tells its driver and waits for the answer. */
  async #changeOne(account: number, id: string, work: (step: Step, row: AdvertisementRow) => Promise<void>): Promise<Advertisement> {
    await this.#change(async (step) => work(step, await this.#row(step.db, account, id)))
    await this.#calls.tell(id)
    return await this.#view(account, id)
  }

  #tellAll(rows: readonly AdvertisementRow[]): void {
    for (const { id } of rows) void this.#calls.tell(id)
  }

  async #row(state: State, account: number, id: string): Promise<AdvertisementRow> {
    const row = await readAdvertisement(state, id)
    if (!row || row.account !== account) throw new ApiError('advertisement_not_found', { id })
    return row
  }

  async #view(account: number, id: string): Promise<Advertisement> {
    const [view] = await readViews(this.#deps.state, [await this.#row(this.#deps.state, account, id)])
    if (!view) throw new ApiError('advertisement_not_found', { id })
    return view
  }
}

function notPossible({ id, state }: AdvertisementRow, reason: string): ApiError {
  return new ApiError('advertisement_state', { id, state, reason })
}

function notConfigured(driver: DriverName): DriverStatus {
  return { driver, configured: false, ready: false, detail: 'not configured', neighbors: [] }
}

function everyTimer(milliseconds: number, task: () => void): () => void {
  const timer = setInterval(task, milliseconds)
  timer.unref()
  return () => clearInterval(timer)
}
