// Delivers what enqueueAlert wrote down. A delivery is done when its row says so, and the row says so after the receiver
// has answered: whatever kills the process in between, it is sent again after the next start (at least once).
import type { Kysely } from 'kysely'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { SampledLog } from '../base/sampled-log.ts'
import type { Config } from '../contract/config.ts'
import type { StateTables } from '../store/state-tables.ts'
import type { WebhookTarget } from './alert-message.ts'
import { DeliveryError } from './delivery-error.ts'
import { DeliveryQueue, type DueDelivery } from './delivery-queue.ts'
import { destinationKey } from './destinations.ts'
import { defaultRetry, nextTry, type RetryConfig } from './retry.ts'
import { SecretBoxError, type SecretBox } from '../base/secret-box.ts'
import { DestinationGoneError, Sender } from './sender.ts'
import type { Resolve } from '../base/address-guard.ts'
import { TargetGuard } from './target-guard.ts'
import type { WebhookType } from './webhook-types.ts'

export interface NotifierConfig {
  readonly alerts: Config['alerts']
  /** Days of history, asked each time; those of `alerts` unless told. */
  readonly historyDays?: () => number
  /** How often the queue is looked at. */
  readonly pollMs?: number
  /** For one try. */
  readonly timeoutMs?: number
  /** Tries at a time; one for a destination. */
  readonly concurrency?: number
  readonly retry?: RetryConfig
}

export interface NotifierDependencies {
  readonly state: Kysely<StateTables>
  readonly secrets: Pick<SecretBox, 'open'>
  readonly clock: Clock
  readonly log: Pick<Log, 'warn' | 'error' | 'info'>
  /** Addresses of names; the system's unless told. */
  readonly resolve?: Resolve
}

export type DeliveryOutcome = 'sent' | 'retried' | 'failed' | 'cancelled' | 'silenced' | 'refused'

export interface NotifierCounts {
  /** Since the start, by format and outcome. */
  readonly outcomes: readonly { readonly channel: string; readonly outcome: DeliveryOutcome; readonly count: number }[]
  readonly waiting: number
  /** Age of what has waited longest, in seconds. */
  readonly oldestSeconds: number
}

const defaults = { pollMs: 250, timeoutMs: 10_000, concurrency: 32 }
const observeMs = 5000
const pruneMs = 3_600_000
/** Rows of history, 90 days of one delivery a minute. Each takes about 500 bytes. */
const mostDeliveries = 130_000
/** What is under way when the server stops gets this time; what is not done by then is sent again after the start. */
const stopMs = 3000

export class Notifier {
  readonly #config: NotifierConfig & typeof defaults
  readonly #deps: NotifierDependencies
  readonly #queue: DeliveryQueue
  readonly #guard: TargetGuard
  readonly #sender: Sender
  readonly #log: SampledLog
  readonly #busy = new Map<string, Promise<void>>()
  readonly #outcomes = new Map<string, { channel: string; outcome: DeliveryOutcome; count: number }>()
  readonly #timers: NodeJS.Timeout[] = []
  /** When each destination was served last, by a count of deliveries. */
  readonly #turns = new Map<string, number>()
  #turn = 0
  #running = false
  #polling: Promise<void> = Promise.resolve()
  #asked = false
  #lastSeen = 0
  #waiting = 0
  #oldest: number | undefined

  constructor(config: NotifierConfig, deps: NotifierDependencies) {
    this.#config = { ...defaults, ...config }
    this.#deps = deps
    this.#queue = new DeliveryQueue(deps.state)
    const { allow_private_targets: allowPrivate, ports } = config.alerts
    this.#guard = new TargetGuard({ allowPrivate, ports: ports.map(Number) }, deps.resolve)
    this.#sender = new Sender({ alerts: config.alerts, timeoutMs: this.#config.timeoutMs }, { ...deps, guard: this.#guard })
    this.#log = new SampledLog({}, { log: deps.log })
  }

  async start(): Promise<void> {
    this.#running = true
    await this.#prune()
    this.#lastSeen = (await this.#queue.neverTried(0)).last
    await this.#observe()
    this.#every(this.#config.pollMs, async () => this.#poll())
    this.#every(observeMs, () => this.#observe())
    this.#every(pruneMs, () => this.#prune())
  }

  /** What is under way has a few seconds to end. */
  async stop(): Promise<void> {
    this.#running = false
    for (const timer of this.#timers.splice(0)) clearInterval(timer)
    await this.#polling
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stopMs)
    })
    await Promise.race([Promise.all(this.#busy.values()), late])
    clearTimeout(timer)
    this.#log.close()
  }

  /** Sends the test message of a webhook. @throws DeliveryError */
  hello(type: WebhookType, target: WebhookTarget): Promise<void> {
    return this.#sender.hello(type, target)
  }

  /** What is wrong with the address of a webhook, as far as it shows without asking for its name. */
  objection(url: URL): string | undefined {
    return this.#guard.objection(url)
  }

  counts(): NotifierCounts {
    const age = this.#oldest === undefined ? 0 : Math.max(0, (this.#deps.clock.now() - this.#oldest) / 1000)
    return { outcomes: [...this.#outcomes.values()], waiting: this.#waiting, oldestSeconds: age }
  }

  #every(ms: number, work: () => Promise<void>): void {
    const timer = setInterval(() => {
      work().catch((error: unknown) =>
        this.#log.error('queue', { err: error }, 'the queue of alerts could not be worked on; it is tried again'),
      )
    }, ms)
    timer.unref()
    this.#timers.push(timer)
  }

  /** One look at the queue at a time; who asks during one gets another afterwards. */
  async #poll(): Promise<void> {
    if (this.#asked) return
    this.#asked = true
    await this.#polling
    this.#asked = false
    const work = this.#dispatchAll()
    this.#polling = work.catch(() => undefined)
    await work
  }

  /**
   * Begins deliveries to destinations that are not busy. Those whose turn was longest ago go first: many dead ones with
   * long queues do not keep the others waiting.
   */
  async #dispatchAll(): Promise<void> {
    const hands = this.#config.concurrency - this.#busy.size
    if (!this.#running || hands <= 0) return
    const free = (await this.#queue.due(this.#deps.clock.now())).filter(({ destination }) => !this.#busy.has(destination))
    if (free.length === 0) return this.#forgetTurns()
    const turn = (destination: string) => this.#turns.get(destination) ?? 0
    const next = free.toSorted((a, b) => turn(a.destination) - turn(b.destination)).slice(0, hands)
    for (const delivery of await this.#queue.read(next.map(({ number }) => number))) this.#dispatch(delivery)
  }

  #forgetTurns(): void {
    if (this.#busy.size === 0) this.#turns.clear()
  }

  #dispatch(delivery: DueDelivery): void {
    if (!this.#running) return
    const key = destinationKey(delivery.kind, delivery.destination)
    this.#turns.set(key, ++this.#turn)
    const work = this.#deliver(delivery)
      .catch((error: unknown) =>
        this.#log.error('row', { err: error }, 'what became of a delivery could not be written down; it is sent again'),
      )
      .finally(() => this.#busy.delete(key))
      .then(() => this.#poll())
      .catch((error: unknown) => this.#log.error('queue', { err: error }, 'the queue of alerts could not be worked on; it is tried again'))
    this.#busy.set(key, work)
  }

  async #deliver(delivery: DueDelivery): Promise<void> {
    const { channel } = delivery
    try {
      await this.#sender.send(delivery)
    } catch (error) {
      return this.#notSent(delivery, error)
    }
    await this.#queue.sent(delivery, this.#deps.clock.now())
    this.#count(channel, 'sent')
  }

  async #notSent(delivery: DueDelivery, error: unknown): Promise<void> {
    const now = this.#deps.clock.now()
    if (error instanceof DestinationGoneError) {
      await this.#queue.cancelled(delivery, error.message, now)
      return this.#count(delivery.channel, 'cancelled')
    }
    const fault = deliveryError(error)
    const { attempts, createdAt, channel } = delivery
    const next = nextTry({ attempts: attempts + 1, createdAt, now, error: fault }, this.#config.retry ?? defaultRetry, Math.random())
    await this.#queue.failed(delivery, fault.message, { now, next })
    this.#count(channel, next === undefined ? 'failed' : 'retried')
    const fields = { delivery: delivery.message.delivery, channel, attempt: attempts + 1, reason: fault.message }
    const what =
      next === undefined ? 'an alert could not be delivered and is given up' : 'an alert could not be delivered; it is tried again'
    this.#log.warn(`${destinationKey(delivery.kind, delivery.destination)} ${next === undefined}`, fields, what)
  }

  #count(channel: string, outcome: DeliveryOutcome, count = 1): void {
    const key = `${channel} ${outcome}`
    const known = this.#outcomes.get(key)
    if (known) known.count += count
    else this.#outcomes.set(key, { channel, outcome, count })
  }

  async #observe(): Promise<void> {
    const { waiting, oldest } = await this.#queue.standing()
    this.#waiting = waiting
    this.#oldest = oldest
    const { last, counts } = await this.#queue.neverTried(this.#lastSeen)
    this.#lastSeen = last
    // neverTried answers only these two states.
    for (const { channel, state, count } of counts) this.#count(channel, state as 'silenced' | 'refused', count)
  }

  async #prune(): Promise<void> {
    const { alerts, historyDays = () => alerts.history_days } = this.#config
    await this.#queue.prune(this.#deps.clock.now() - historyDays() * 86_400_000, mostDeliveries)
  }
}

/** A secret that cannot be decrypted stays so until somebody gives it again; anything else is a fault on the way. */
function deliveryError(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new DeliveryError(message, { rejected: error instanceof SecretBoxError, cause: error })
}
