// Changes of advertisements, one after another, each in one transaction; who listens is told after it was committed.
import type { AdvertisementChange, AdvertisementState } from '../contract/advertisement.ts'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import type { AdvertisementEvent } from './advertising.ts'
import { nextState, type AdvertisementEventName } from './advertisement-machine.ts'
import {
  insertChange,
  readAdvertisement,
  readHolding,
  readViews,
  stateOf,
  timeText,
  updateAdvertisement,
  type AdvertisementRow,
  type State,
} from './advertisement-rows.ts'

/** What happens to an advertisement, and who says so. */
export interface Happening {
  readonly event: AdvertisementEventName
  readonly who: string
  readonly why: string
  /** Columns that change with it. */
  readonly columns?: Partial<Pick<AdvertisementRow, 'detail' | 'retry_at' | 'attempts' | 'already'>>
}

type Work = () => Promise<void>

/** Who does what happens by itself. */
export const byItself = 'drawbridge'

/** One transaction. */
export class Step {
  readonly db: State
  /** Milliseconds since 1970. */
  readonly now: number
  readonly changes: { readonly id: string; readonly change: AdvertisementChange }[] = []

  constructor(db: State, now: number) {
    this.db = db
    this.now = now
  }

  /** Writes that an advertisement is in a state from now on. @param from null for a new one */
  async enter(
    id: string,
    from: AdvertisementState | null,
    to: AdvertisementState,
    { who, why }: { who: string; why: string },
  ): Promise<void> {
    const change = { at: timeText(this.now), from, to, who, why }
    await insertChange(this.db, id, change)
    this.changes.push({ id, change })
  }

  /**
   * Lets something happen to an advertisement.
   * @returns the row afterwards, or `impossible` when its state does not allow it
   */
  async apply(row: AdvertisementRow, { event, who, why, columns = {} }: Happening): Promise<AdvertisementRow | 'impossible'> {
    const from = stateOf(row)
    const held = event === 'withdraw_done' && (await readHolding(this.db, row.id)).length > 0
    const to = nextState(from, event, held)
    if (to === 'impossible') return to
    if (to === 'ignored') return row
    const at = timeText(this.now)
    const entered = from === to ? {} : { state: to, state_since: at, retry_at: null, attempts: 0, detail: '' }
    const announced = to === 'announced' && row.announced_at === null ? { announced_at: at } : {}
    const changed = { ...entered, ...announced, ...columns }
    if (Object.keys(changed).length > 0) await updateAdvertisement(this.db, row.id, changed)
    if (from !== to) await this.enter(row.id, from, to, { who, why })
    return { ...row, ...changed }
  }
}

export class ChangeQueue {
  readonly #state: State
  readonly #clock: Clock
  readonly #log: Pick<Log, 'info' | 'error'>
  readonly #listeners: ((event: AdvertisementEvent) => void)[] = []
  readonly #ahead: Work[] = []
  readonly #waiting: Work[] = []
  #busy = false

  constructor(deps: { readonly state: State; readonly clock: Clock; readonly log: Pick<Log, 'info' | 'error'> }) {
    this.#state = deps.state
    this.#clock = deps.clock
    this.#log = deps.log
  }

  /** Called in the order of the commits. */
  onChange(listener: (event: AdvertisementEvent) => void): void {
    this.#listeners.push(listener)
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#clock.now()
  }

  /** Runs `work` after all that was asked for before. */
  async run<T>(work: (step: Step) => Promise<T>): Promise<T> {
    return await this.after(() => this.#commit(work))
  }

  /** Runs something without a transaction after all changes that were asked for before, and before all later ones. */
  async after<T>(work: () => Promise<T>): Promise<T> {
    return await this.#take(this.#waiting, work)
  }

  /** The same directly after the change that is under way: when a rule asks for a hundred prefixes, the first is sent at once. */
  async ahead<T>(work: () => Promise<T>): Promise<T> {
    return await this.#take(this.#ahead, work)
  }

  async #take<T>(lane: Work[], work: () => Promise<T>): Promise<T> {
    // Who asked is told of a failure; the next one does not care.
    const done = new Promise<T>((resolve, reject) => lane.push(() => work().then(resolve, reject)))
    if (!this.#busy) void this.#drain()
    return await done
  }

  async #drain(): Promise<void> {
    this.#busy = true
    for (let next = this.#next(); next; next = this.#next()) await next()
    this.#busy = false
  }

  #next(): Work | undefined {
    return this.#ahead.shift() ?? this.#waiting.shift()
  }

  async #commit<T>(work: (step: Step) => Promise<T>): Promise<T> {
    const { result, events } = await this.#state.transaction().execute(async (transaction) => {
      const step = new Step(transaction, this.#clock.now())
      const result = await work(step)
      return { result, events: await eventsOf(step) }
    })
    for (const event of events) this.#pass(event)
    return result
  }

  #pass(event: AdvertisementEvent): void {
    const { advertisement, change } = event
    const { id, route, driver, dry_run } = advertisement
    const { from, to, who, why } = change
    const fields = { advertisement: id, prefix: route.prefix, purpose: route.purpose, driver, dry_run, from, to, who, why }
    this.#log.info(fields, 'an advertisement has changed')
    for (const listener of this.#listeners) this.#tell(listener, event)
  }

  /** What is committed goes on, whatever a listener makes of it. */
  #tell(listener: (event: AdvertisementEvent) => void, event: AdvertisementEvent): void {
    try {
      listener(event)
    } catch (error) {
      this.#log.error({ err: error, advertisement: event.advertisement.id }, 'a change of an advertisement could not be passed on')
    }
  }
}

async function eventsOf({ db, changes }: Step): Promise<AdvertisementEvent[]> {
  const events: AdvertisementEvent[] = []
  for (const { id, change } of changes) {
    const row = await readAdvertisement(db, id)
    if (!row) continue
    const [advertisement] = await readViews(db, [row])
    if (advertisement) events.push({ advertisement, account: row.account, change })
  }
  return events
}
