// Announces by Cloudflare's prefix API: checks what may be changed, asks for the change, and watches until it has happened.
import type { Clock } from '../../base/clock.ts'
import { formatIpPrefix, parseIpPrefix, type IpPrefix } from '../../base/ip-prefix.ts'
import type { Log } from '../../base/log.ts'
import { SampledLog } from '../../base/sampled-log.ts'
import type { DriverStatus, PreviewMessage } from '../../contract/advertisement.ts'
import { driverPurposes } from '../../contract/owned-prefix.ts'
import type { AdvertisementDriver, Direction, DriverOutcome, DriverRoute, Settled } from '../driver.ts'
import { CloudflareApi, CloudflareLook, type BgpPrefix, type CloudflareConfig } from './cloudflare-api.ts'
import { failureOutcome } from './cloudflare-failure.ts'

export interface CloudflareDriverDependencies {
  readonly clock: Clock
  readonly log: Pick<Log, 'warn' | 'error' | 'info'>
  readonly settled: Settled
  /** Runs a task again and again until the answer is called; unless told, a timer of Node. */
  readonly every?: (milliseconds: number, task: () => void) => () => void
}

/** What is watched: a change until it has happened, and then whether an announcement is still there. */
interface Watched {
  readonly route: DriverRoute
  readonly direction: Direction
  /** When the change was asked for, ms since 1970; undefined when it has happened. */
  pendingSince: number | undefined
}

/** Cloudflare needs 2 to 7 minutes to advertise and about 15 to withdraw. */
const longestChangeMs = 30 * 60_000
/** How often it is looked whether what is announced still is. */
const watchMs = 5 * 60_000
/** Cloudflare advertises nothing longer. */
const longestLength = { 4: 24, 6: 48 } as const

export class CloudflareDriver implements AdvertisementDriver {
  readonly name = 'cloudflare'
  readonly purposes = driverPurposes.cloudflare
  readonly #config: CloudflareConfig
  readonly #deps: CloudflareDriverDependencies
  readonly #api: CloudflareApi
  readonly #log: SampledLog
  readonly #watched = new Map<string, Watched>()
  #failures = 0
  #lastFailure = ''
  #answered = false
  #stopped = false
  #lookedAt = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | undefined
  #cancel: (() => void) | undefined

  constructor(config: CloudflareConfig, deps: CloudflareDriverDependencies) {
    this.#config = config
    this.#deps = deps
    this.#api = new CloudflareApi(config)
    this.#log = new SampledLog({}, { log: deps.log })
  }

  /** Calls made and failed so far. */
  get counts(): { readonly calls: number; readonly failures: number } {
    return { calls: this.#api.calls, failures: this.#failures }
  }

  /**
   * Looks whether those that were announced still are, without waiting for it: what is gone is reported as delayed, to be
   * asked for again. Other prefixes of the account are left alone.
   */
  async start(routes: readonly DriverRoute[]): Promise<void> {
    await this.#api.open()
    for (const route of routes.filter(({ announced }) => announced))
      this.#watched.set(route.id, { route, direction: 'announce', pendingSince: undefined })
    this.#cancel = (this.#deps.every ?? everyTimer)(this.#config.poll_seconds * 1000, () => void this.look())
    void this.look()
  }

  async announce(route: DriverRoute): Promise<DriverOutcome> {
    if (!this.purposes.includes(route.route.purpose)) return { kind: 'refused', detail: `Cloudflare cannot do ${route.route.purpose}` }
    return await this.#attempt(route, 'announce', (prefix, overtaken) => this.#announce(prefix, overtaken))
  }

  async withdraw(route: DriverRoute): Promise<DriverOutcome> {
    return await this.#attempt(route, 'withdraw', (prefix, overtaken) => this.#withdraw(prefix, overtaken))
  }

  preview({ route }: DriverRoute): readonly PreviewMessage[] {
    const lines = [
      `PATCH …/addressing/prefixes/{prefix}/bgp/prefixes/{BGP prefix ${route.prefix}}`,
      `account: ${this.#config.account_id}`,
      'on_demand.advertised: true',
    ]
    return [{ driver: this.name, to: this.#config.base_url, ready: !this.#stopped && this.#lastFailure === '', lines, hex: '' }]
  }

  status(): DriverStatus {
    const detail = this.#answered ? 'the last call succeeded' : 'nothing has been asked yet'
    return {
      driver: this.name,
      configured: true,
      ready: this.#lastFailure === '' && !this.#stopped,
      detail: this.#lastFailure || detail,
      neighbors: [],
    }
  }

  /** Looks at what is watched; resolves when that is over. There is one look at a time: a slow one is not overtaken. */
  async look(): Promise<void> {
    this.#looking ??= this.#lookAt(this.#due()).finally(() => (this.#looking = undefined))
    await this.#looking
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    this.#api.close()
    await this.#looking
    this.#log.close()
  }

  async #attempt(
    route: DriverRoute,
    direction: Direction,
    change: (prefix: IpPrefix, overtaken: boolean) => Promise<DriverOutcome>,
  ): Promise<DriverOutcome> {
    const before = this.#watched.get(route.id)
    // What was asked for before is no longer waited for.
    this.#watched.delete(route.id)
    const overtaken = before?.pendingSince !== undefined && before.direction !== direction
    const outcome = await this.#guarded(() => change(prefixOf(route), overtaken))
    if (outcome.kind === 'done' && direction === 'announce') this.#watched.set(route.id, { route, direction, pendingSince: undefined })
    if (outcome.kind === 'delayed' && outcome.retryAt === null) {
      this.#watched.set(route.id, { route, direction, pendingSince: this.#deps.clock.now() })
    }
    return outcome
  }

  /** @param overtaken a withdrawal is under way: what is advertised now will not be soon */
  async #announce(prefix: IpPrefix, overtaken: boolean): Promise<DriverOutcome> {
    const text = formatIpPrefix(prefix)
    const look = new CloudflareLook(this.#api)
    const found = (await look.find(prefix)) ?? (await this.#create(prefix, look))
    if ('kind' in found) return found
    if (found.advertised && !overtaken) return { kind: 'done', already: true, detail: `Cloudflare advertises ${text} already` }
    const objection = objectionTo(found)
    if (objection) return objection
    const changed = await this.#api.advertise(found, true)
    if (changed.advertised && !overtaken) return { kind: 'done', already: false, detail: `Cloudflare advertises ${text}` }
    return { kind: 'delayed', retryAt: null, detail: `Cloudflare has accepted to advertise ${text}, which takes it 2 to 7 minutes` }
  }

  /** Asks for it even if it is not advertised: an announcement that was asked for before may still be under way. */
  async #withdraw(prefix: IpPrefix, overtaken: boolean): Promise<DriverOutcome> {
    const text = formatIpPrefix(prefix)
    const found = await new CloudflareLook(this.#api).find(prefix)
    if (!found) return { kind: 'done', already: true, detail: `Cloudflare has no BGP prefix ${text}` }
    const objection = objectionTo(found)
    if (objection && !found.advertised && !overtaken)
      return { kind: 'done', already: true, detail: `Cloudflare does not advertise ${text}` }
    if (objection) return objection
    const changed = await this.#api.advertise(found, false)
    if (!changed.advertised) return { kind: 'done', already: !found.advertised, detail: `Cloudflare has withdrawn ${text}` }
    return { kind: 'delayed', retryAt: null, detail: `Cloudflare has accepted to withdraw ${text}, which takes it about 15 minutes` }
  }

  async #create(prefix: IpPrefix, look: CloudflareLook): Promise<BgpPrefix | DriverOutcome> {
    const text = formatIpPrefix(prefix)
    const [parent] = await look.parentsOf(prefix)
    if (!parent) return { kind: 'refused', detail: `no prefix of the Cloudflare account covers ${text}` }
    const longest = longestLength[prefix.family]
    if (prefix.length > longest) return { kind: 'refused', detail: `Cloudflare advertises prefixes up to /${longest}, not ${text}` }
    if (!parent.approved) return { kind: 'locked', detail: `Cloudflare has not approved ${formatIpPrefix(parent.prefix)} yet` }
    return await this.#api.create(parent.id, text)
  }

  /** Keeps count of failures, which become outcomes. */
  async #guarded(work: () => Promise<DriverOutcome>): Promise<DriverOutcome> {
    try {
      const outcome = await work()
      this.#succeeded()
      return outcome
    } catch (error) {
      const now = this.#deps.clock.now()
      if (this.#stopped) return { kind: 'delayed', retryAt: now, detail: 'Drawbridge was stopped; it goes on after its start' }
      return this.#failed(failureOutcome(error, now, this.#config.cooldown_seconds * 1000))
    }
  }

  #succeeded(): void {
    this.#answered = true
    this.#lastFailure = ''
  }

  /** A change that comes too soon, or that Cloudflare does not want, says nothing about the others. */
  #failed(outcome: DriverOutcome): DriverOutcome {
    this.#failures++
    if (outcome.kind === 'error') this.#lastFailure = outcome.detail
    else this.#succeeded()
    return outcome
  }

  #due(): Watched[] {
    const all = [...this.#watched.values()]
    const now = this.#deps.clock.now()
    if (now - this.#lookedAt < watchMs) return all.filter(({ pendingSince }) => pendingSince !== undefined)
    this.#lookedAt = now
    return all
  }

  async #lookAt(due: readonly Watched[]): Promise<void> {
    const look = new CloudflareLook(this.#api)
    for (const watched of due) {
      try {
        const advertised = (await look.find(prefixOf(watched.route)))?.advertised === true
        this.#succeeded()
        this.#judge(watched, advertised)
      } catch (error) {
        if (this.#stopped) return
        const { detail } = this.#failed(failureOutcome(error, this.#deps.clock.now(), 0))
        this.#log.warn('look', { detail }, 'the state of prefixes at Cloudflare could not be read')
        this.#giveUpLate(watched)
        // It is read again at the next look.
        return
      }
    }
  }

  #judge(watched: Watched, advertised: boolean): void {
    const { route, direction } = watched
    // Something else may have been asked for meanwhile.
    if (this.#watched.get(route.id) !== watched) return
    if (advertised !== (direction === 'announce')) return this.#missing(watched)
    if (watched.pendingSince === undefined) return
    if (direction === 'announce') watched.pendingSince = undefined
    else this.#watched.delete(route.id)
    const detail = `Cloudflare ${advertised ? 'advertises' : 'has withdrawn'} ${route.route.prefix}`
    this.#deps.settled(route.id, direction, { kind: 'done', already: false, detail })
  }

  #missing(watched: Watched): void {
    const { route, direction, pendingSince } = watched
    if (pendingSince !== undefined) return this.#giveUpLate(watched)
    this.#watched.delete(route.id)
    const detail = `Cloudflare does not advertise ${route.route.prefix} any more; it is asked again`
    this.#deps.settled(route.id, direction, { kind: 'delayed', retryAt: this.#deps.clock.now(), detail })
  }

  #giveUpLate(watched: Watched): void {
    const { route, direction, pendingSince } = watched
    if (pendingSince === undefined || this.#deps.clock.now() - pendingSince < longestChangeMs) return
    if (this.#watched.get(route.id) !== watched) return
    this.#watched.delete(route.id)
    const detail = `Cloudflare has not confirmed it within ${longestChangeMs / 60_000} minutes`
    this.#deps.settled(route.id, direction, { kind: 'error', detail })
  }
}

/** Why a prefix cannot be changed by the API. */
function objectionTo({ prefix, enabled, locked, signalled }: BgpPrefix): DriverOutcome | undefined {
  const text = formatIpPrefix(prefix)
  if (signalled) return { kind: 'refused', detail: `${text} is controlled by BGP at Cloudflare, not by the API` }
  if (!enabled) return { kind: 'refused', detail: `on-demand advertisement is not enabled for ${text} at Cloudflare` }
  if (locked) return { kind: 'locked', detail: `Cloudflare has locked ${text}; its support can unlock it` }
  return undefined
}

/** The guard has made it canonical. */
function prefixOf({ route }: DriverRoute): IpPrefix {
  const parsed = parseIpPrefix(route.prefix)
  if (!parsed) throw new Error(`${route.prefix} is no prefix`)
  return parsed.prefix
}

function everyTimer(milliseconds: number, task: () => void): () => void {
  const timer = setInterval(task, milliseconds)
  return () => clearInterval(timer)
}
