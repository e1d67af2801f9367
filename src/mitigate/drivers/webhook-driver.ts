// Announces by a program of the operator's own: tells it by signed POST what to announce and withdraw, and waits for its word.
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../../base/clock.ts'
import { exchange, type HttpExchangeRequest } from '../../base/http-exchange.ts'
import type { DriverStatus, PreviewMessage } from '../../contract/advertisement.ts'
import type { Config } from '../../contract/config.ts'
import { driverPurposes } from '../../contract/owned-prefix.ts'
import type { AdvertisementDriver, Direction, DriverOutcome, DriverRoute, Settled } from '../driver.ts'
import { verdictOn, type WebhookVerdict } from './webhook-answer.ts'
import { signatureOf } from './webhook-signature.ts'

export type WebhookDriverConfig = Config['advertise']['webhook']

export interface WebhookDriverDependencies {
  readonly clock: Clock
  readonly settled: Settled
  /** Waits between questions for a confirmation; unless told, a timer of Node. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

/** What was asked for: the same until the opposite is asked for, so that repetitions can be told from news. */
interface Asked {
  readonly direction: Direction
  readonly key: string
  /** RFC 3339. */
  readonly at: string
}

/** What a receiver has taken and not confirmed. */
interface Confirmation {
  readonly route: DriverRoute
  readonly asked: Asked
  readonly location: URL
  readonly signal: AbortSignal
}

const firstPauseMs = 1000
const longestPauseMs = 30_000

export class WebhookDriver implements AdvertisementDriver {
  readonly name = 'webhook'
  readonly purposes = driverPurposes.webhook
  readonly #config: WebhookDriverConfig
  readonly #deps: WebhookDriverDependencies
  readonly #url: URL
  readonly #stopping = new AbortController()
  readonly #asked = new Map<string, Asked>()
  /** Ends waiting for a confirmation, by advertisement. */
  readonly #waiting = new Map<string, AbortController>()
  readonly #running = new Set<Promise<void>>()
  #requests = 0
  #failures = 0
  #lastFailure = ''

  /** @param config with a URL */
  constructor(config: WebhookDriverConfig, deps: WebhookDriverDependencies) {
    this.#config = config
    this.#deps = deps
    this.#url = new URL(config.url)
  }

  /** Requests sent and failed so far. */
  get counts(): { readonly requests: number; readonly failures: number } {
    return { requests: this.#requests, failures: this.#failures }
  }

  /** What was announced before is the receiver's to keep; the advertiser asks again for what was not confirmed. */
  async start(): Promise<void> {}

  async announce(route: DriverRoute): Promise<DriverOutcome> {
    return await this.#ask(route, 'announce')
  }

  async withdraw(route: DriverRoute): Promise<DriverOutcome> {
    return await this.#ask(route, 'withdraw')
  }

  preview(route: DriverRoute): readonly PreviewMessage[] {
    const asked = this.#newAsked(route.id, 'announce')
    const body = JSON.stringify(JSON.parse(messageOf(route, asked)), null, 2)
    const lines = [
      'POST',
      'content-type: application/json',
      `idempotency-key: ${asked.key}`,
      'drawbridge-signature: t={seconds},v1={HMAC-SHA256 of "t.body"}',
      ...body.split('\n'),
    ]
    return [{ driver: this.name, to: this.#url.host, ready: this.#isReady(), lines, hex: '' }]
  }

  status(): DriverStatus {
    const detail = this.#requests === 0 ? 'nothing has been sent yet' : `${this.#url.host} has answered`
    return { driver: this.name, configured: true, ready: this.#isReady(), detail: this.#lastFailure || detail, neighbors: [] }
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#running)
  }

  #isReady(): boolean {
    return this.#lastFailure === '' && !this.#stopping.signal.aborted
  }

  async #ask(route: DriverRoute, direction: Direction): Promise<DriverOutcome> {
    this.#waiting.get(route.id)?.abort()
    const before = this.#asked.get(route.id)
    const asked = before?.direction === direction ? before : this.#newAsked(route.id, direction)
    this.#asked.set(route.id, asked)
    const body = messageOf(route, asked)
    const { verdict, location } = await this.#send({ method: 'POST', url: this.#url, body }, asked.key, this.#stopping.signal)
    if (verdict.kind === 'waiting') return this.#await({ route, asked }, location)
    if (verdict.kind === 'done') this.#finished(route.id, asked)
    return verdict
  }

  #newAsked(id: string, direction: Direction): Asked {
    const now = this.#deps.clock.now()
    return { direction, key: `${id}-${direction}-${now}`, at: new Date(now).toISOString() }
  }

  /** Nothing more is to be said of what was withdrawn. */
  #finished(id: string, asked: Asked): void {
    if (asked.direction === 'withdraw' && this.#asked.get(id) === asked) this.#asked.delete(id)
  }

  async #send(
    request: Omit<HttpExchangeRequest, 'headers'>,
    key: string,
    signal: AbortSignal,
  ): Promise<{ verdict: WebhookVerdict; location?: string | undefined }> {
    const { secret, timeout_seconds } = this.#config
    const { clock } = this.#deps
    const headers = {
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      'idempotency-key': key,
      'drawbridge-signature': signatureOf(secret, request.body ?? '', clock.now()),
    }
    this.#requests++
    try {
      const answer = await exchange({ ...request, headers }, { timeoutMs: timeout_seconds * 1000, signal })
      const verdict = verdictOn(answer, this.#url.host, clock.now())
      this.#note(verdict)
      return { verdict, location: answer.headers.location }
    } catch (error) {
      if (signal.aborted) return { verdict: stopped(clock.now()) }
      // What `exchange` throws is an Error.
      const verdict: DriverOutcome = { kind: 'error', detail: `${this.#url.host}: ${(error as Error).message}` }
      this.#note(verdict)
      return { verdict }
    }
  }

  #note({ kind, detail }: WebhookVerdict): void {
    const failed = kind === 'error' || kind === 'refused'
    if (failed) this.#failures++
    this.#lastFailure = failed ? detail : ''
  }

  #await({ route, asked }: Pick<Confirmation, 'route' | 'asked'>, location: string | undefined): DriverOutcome {
    const host = this.#url.host
    const url = location !== undefined && URL.canParse(location, this.#url) ? new URL(location, this.#url) : undefined
    if (!url) return { kind: 'refused', detail: `${host} answers HTTP 202 without a Location to ask for the confirmation` }
    // The signature is for the receiver only.
    if (url.origin !== this.#url.origin) return { kind: 'refused', detail: `${host} answers HTTP 202 with a Location that leads elsewhere` }
    const ending = new AbortController()
    this.#waiting.set(route.id, ending)
    const signal = AbortSignal.any([ending.signal, this.#stopping.signal])
    const work = this.#confirm({ route, asked, location: url, signal }).finally(() => {
      this.#running.delete(work)
      if (this.#waiting.get(route.id) === ending) this.#waiting.delete(route.id)
    })
    this.#running.add(work)
    return { kind: 'delayed', retryAt: null, detail: `${host} has taken it; its confirmation is awaited` }
  }

  async #confirm(confirmation: Confirmation): Promise<void> {
    const { route, asked, signal } = confirmation
    const outcome = await this.#confirmed(confirmation)
    if (signal.aborted) return
    if (outcome.kind === 'done') this.#finished(route.id, asked)
    this.#deps.settled(route.id, asked.direction, outcome)
  }

  /** Asks again and again until there is an answer, or the time is over. */
  async #confirmed({ asked, location, signal }: Confirmation): Promise<DriverOutcome> {
    const { clock } = this.#deps
    const { confirm_seconds } = this.#config
    const deadline = clock.now() + confirm_seconds * 1000
    for (let pause = firstPauseMs; clock.now() < deadline; pause = Math.min(pause * 2, longestPauseMs)) {
      await (this.#deps.pause ?? defaultPause)(pause, signal)
      if (signal.aborted) break
      const { verdict } = await this.#send({ method: 'GET', url: location }, asked.key, signal)
      if (verdict.kind === 'done' || verdict.kind === 'locked' || verdict.kind === 'refused') return verdict
    }
    return { kind: 'error', detail: `${this.#url.host} has not confirmed it within ${confirm_seconds} s` }
  }
}

/** The body: what there is to do, in terms that need no knowledge of Drawbridge. */
function messageOf({ id, route, originAs }: DriverRoute, { direction, at }: Asked): string {
  const { prefix, purpose, flowspec } = route
  return JSON.stringify({ id, action: direction, prefix, purpose, flowspec, origin_as: originAs, at })
}

function stopped(now: number): DriverOutcome {
  return { kind: 'delayed', retryAt: now, detail: 'Drawbridge was stopped; it goes on after its start' }
}

async function defaultPause(milliseconds: number, signal: AbortSignal): Promise<void> {
  // An end of waiting is seen by its signal.
  await delay(milliseconds, undefined, { signal }).catch(() => undefined)
}
