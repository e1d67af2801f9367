// Tells drivers what the rows say: one call at a time for an advertisement, none waits for another one's driver.
import type { Log } from '../base/log.ts'
import type { Refusal } from '../contract/advertisement.ts'
import { nextState, toTell } from './advertisement-machine.ts'
import { driverRoute, readAdvertisement, stateOf, type AdvertisementRow, type State } from './advertisement-rows.ts'
import { AdvertisementRefused } from './advertising.ts'
import type { ChangeQueue } from './change-queue.ts'
import { happeningOf } from './driver-outcome.ts'
import type { AdvertisementDriver, Direction, DriverOutcome, Settled } from './driver.ts'

const leastPauseMs = 1000

export interface DriverCallsDependencies {
  /** Of the same database as the queue. */
  readonly state: State
  readonly changes: ChangeQueue
  readonly drivers: readonly AdvertisementDriver[]
  readonly log: Pick<Log, 'error'>
  /** The guard's look directly before a driver is told to announce. @throws AdvertisementRefused */
  readonly stand: (row: AdvertisementRow) => Promise<void>
}

interface Call {
  readonly direction: Direction
  readonly outcome: Promise<DriverOutcome>
  /** The driver was not told: the global stop keeps it back. */
  readonly heldBack?: boolean
}

export class DriverCalls {
  readonly #deps: DriverCallsDependencies
  readonly #drivers: ReadonlyMap<string, AdvertisementDriver>
  /** By advertisement: the last of what is under way. */
  readonly #working = new Map<string, Promise<void>>()
  /** What drivers go on with by themselves, and what the global stop holds back. */
  readonly #left = new Map<string, Direction | 'held_back'>()
  /** By advertisement: the newest call. What a driver tells of an earlier one is out of date. */
  readonly #newest = new Map<string, symbol>()
  readonly #settling = new Set<Promise<void>>()
  #running = false

  constructor(deps: DriverCallsDependencies) {
    this.#deps = deps
    this.#drivers = new Map(deps.drivers.map((driver) => [driver.name, driver]))
  }

  start(): void {
    this.#running = true
  }

  /** Nothing more is told; resolves when what is under way has been written down. */
  async stop(): Promise<void> {
    this.#running = false
    await this.idle()
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#working.size + this.#settling.size > 0) await Promise.all([...this.#working.values(), ...this.#settling])
  }

  /** Tells the driver what is due; resolves when it has answered and that is written down. */
  async tell(id: string): Promise<void> {
    // After what is under way, which may have looked at the row before it was changed.
    const before = this.#working.get(id) ?? Promise.resolve()
    const work = before
      .then(() => this.#work(id))
      .finally(() => {
        if (this.#working.get(id) === work) this.#working.delete(id)
      })
    this.#working.set(id, work)
    await work
  }

  /** For drivers: the answer to what they went on with by themselves. */
  readonly settled: Settled = (id, direction, outcome) => {
    const told = { direction, outcome: Promise.resolve(outcome) }
    const work = this.#settle(id, told, this.#newest.get(id)).finally(() => this.#settling.delete(work))
    this.#settling.add(work)
  }

  /** Whether the driver is to be told of it now, and nobody is about to. */
  isDue(row: AdvertisementRow, now: number): boolean {
    return !this.#working.has(row.id) && this.#hasTime(row, now)
  }

  #hasTime(row: AdvertisementRow, now: number): boolean {
    const state = nextState(stateOf(row), 'retry', false)
    if (state === 'ignored' || state === 'impossible') return false
    if (row.retry_at !== null) return Date.parse(row.retry_at) <= now
    if (state === 'failed' || state === 'locked') return false
    // After a restart no driver goes on by itself.
    const left = this.#left.get(row.id)
    return state === 'withdrawing' ? left !== 'withdraw' : left !== 'announce' && left !== 'held_back'
  }

  /** The global stop is over. */
  letGo(): void {
    for (const [id, left] of this.#left) if (left === 'held_back') this.#left.delete(id)
  }

  async #work(id: string): Promise<void> {
    while (this.#running && (await this.#round(id)));
  }

  /** @returns whether there may be more to tell */
  async #round(id: string): Promise<boolean> {
    try {
      const call = await this.#begin(id)
      if (!call) return false
      await this.#record(id, call)
      return true
    } catch (error) {
      this.#deps.log.error({ err: error, advertisement: id }, 'what a driver is to be told could not be read or written; it is tried again')
      return false
    }
  }

  /** Looks at the row and tells the driver, with no change in between. */
  async #begin(id: string): Promise<Call | undefined> {
    const { state, changes } = this.#deps
    return await changes.ahead(async () => {
      const row = await readAdvertisement(state, id)
      const direction = row && toTell[stateOf(row)]
      if (!this.#running || !direction) return undefined
      if (!this.#hasTime(row, changes.now())) return await this.#takeBack(row)
      const barred = direction === 'announce' ? await this.#barred(row) : undefined
      return barred ?? { direction, outcome: this.#call(row, direction) }
    })
  }

  /** What a driver has not finished yet is taken back when it must not be announced any more. */
  async #takeBack(row: AdvertisementRow): Promise<Call | undefined> {
    if (stateOf(row) !== 'delayed' || this.#left.get(row.id) !== 'announce') return undefined
    const barred = await this.#barred(row)
    if (!barred) return undefined
    const taken = this.#call(row, 'withdraw')
    const outcome = taken.then((answer) => (answer.kind === 'done' || answer.kind === 'delayed' ? barred.outcome : answer))
    return { ...barred, outcome }
  }

  /** What becomes of an announcement that the guard does not let through. */
  async #barred(row: AdvertisementRow): Promise<Call | undefined> {
    try {
      await this.#deps.stand(row)
      return undefined
    } catch (error) {
      if (!(error instanceof AdvertisementRefused)) throw error
      const outcome = Promise.resolve(outcomeOfRefusal(error.refusal, error.message))
      return { direction: 'announce', outcome, heldBack: error.refusal === 'stopped' }
    }
  }

  async #call(row: AdvertisementRow, direction: Direction): Promise<DriverOutcome> {
    this.#left.delete(row.id)
    this.#newest.set(row.id, Symbol(direction))
    if (row.dry_run === 1) return { kind: 'done', already: false, detail: 'dry run: nothing was sent' }
    const driver = this.#drivers.get(row.driver)
    if (!driver) return unknownDriver(row.driver)
    try {
      return withPause(await driver[direction](driverRoute(row)), this.#deps.changes.now())
    } catch (error) {
      this.#deps.log.error({ err: error, driver: row.driver, advertisement: row.id }, 'a driver failed')
      return { kind: 'error', detail: `${row.driver} failed: ${String(error)}` }
    }
  }

  async #record(id: string, { direction, outcome, heldBack = false }: Call): Promise<void> {
    const answer = await outcome
    if (answer.kind === 'delayed' && answer.retryAt === null) this.#left.set(id, heldBack ? 'held_back' : direction)
    await this.#deps.changes.run(async (step) => {
      const row = await readAdvertisement(step.db, id)
      // Its account may have been deleted meanwhile.
      const after = row && (await step.apply(row, happeningOf(row, direction, answer, step.now)))
      if (after !== undefined && after !== 'impossible' && stateOf(after) === 'withdrawn') this.#newest.delete(id)
    })
  }

  async #settle(id: string, told: Call, call: symbol | undefined): Promise<void> {
    try {
      // The answer to the call itself is written first.
      await this.#working.get(id)
      if (this.#newest.get(id) !== call) return
      if (this.#left.get(id) === told.direction) this.#left.delete(id)
      await this.#record(id, told)
      await this.tell(id)
    } catch (error) {
      this.#deps.log.error({ err: error, advertisement: id }, 'what a driver has told could not be written down')
    }
  }
}

/** Whatever a driver answers, it is not asked again at once. */
function withPause(outcome: DriverOutcome, now: number): DriverOutcome {
  if (outcome.kind !== 'delayed' || outcome.retryAt === null) return outcome
  return { ...outcome, retryAt: Math.max(outcome.retryAt, now + leastPauseMs) }
}

/** Nothing is announced now; whether it is tried again depends on why. */
function outcomeOfRefusal(refusal: Refusal, detail: string): DriverOutcome {
  if (refusal === 'stopped') return { kind: 'delayed', retryAt: null, detail }
  return { kind: refusal === 'locked' ? 'locked' : 'refused', detail }
}

function unknownDriver(driver: string): DriverOutcome {
  return { kind: 'error', detail: `${driver} is not configured; see the section advertise of the configuration` }
}
