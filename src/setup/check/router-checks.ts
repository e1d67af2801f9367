// The live checks that are open: hears datagrams from the collectors, hands them to the checks that may see them, and
// ends checks that nobody looks at.
import type { Clock } from '../../base/clock.ts'
import type { Component } from '../../base/lifecycle.ts'
import type { Log } from '../../base/log.ts'
import { newId } from '../../base/secret.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { CollectorTelemetry, RegisteredRouter } from '../../contract/collector-status.ts'
import type { DatagramTap, TappedDatagram } from '../../contract/datagram-tap.ts'
import { createFlowBatch, type FlowBatch } from '../../contract/flow-batch.ts'
import type { RouterCheck, StrayDatagrams, StrayMethod } from '../../contract/router-check.ts'
import { maxRecordsPerDatagram } from '../../wire/record-writer.ts'
import type { RememberedTemplate } from '../../wire/session/flow-session.ts'
import { checkPcap } from './check-pcap.ts'
import type { Examination } from './examination.ts'
import { hostFacts, type HostFacts } from './host-facts.ts'
import { OpenCheck, type Moment } from './open-check.ts'
import { Registered } from './registered.ts'
import { sflowAgent } from './sflow-agent.ts'
import type { ToldByExporter } from './told-by-exporter.ts'

export interface RouterChecksConfig {
  readonly maxChecks: number
  /** Datagrams that a check keeps for its pcap file. */
  readonly keptBytes: number
  /** A check ends when nobody has looked at it for so long, ms. */
  readonly lifetimeMs: number
}

const defaults: RouterChecksConfig = { maxChecks: 8, keptBytes: 4 * 2 ** 20, lifetimeMs: 120_000 }

/** Sees flow datagrams that miss the collectors, while it runs. */
export interface StraySource {
  start(listeners: readonly string[]): Promise<void>
  stop(): Promise<void>
  strays(): readonly StrayDatagrams[]
  readonly method: StrayMethod
}

export interface RouterChecksDependencies {
  readonly tap: DatagramTap
  readonly strays: StraySource
  readonly telemetry: Pick<CollectorTelemetry, 'routers' | 'unregistered' | 'listeners'>
  /** Routers of all accounts. */
  readonly registered: () => Promise<readonly RegisteredRouter[]>
  /** Templates that the collectors know of an exporter. */
  readonly recall: (exporter: string) => Promise<readonly RememberedTemplate[]>
  /** Tells the collectors what a router has told before they listened to it. */
  readonly teach: (told: readonly ToldByExporter[]) => void
  /** UDP addresses that take flows. */
  readonly listeners: () => readonly string[]
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
  readonly host?: () => HostFacts
}

export interface RouterCheckOpening {
  readonly account: number
  /** Canonical address that the router should send from. */
  readonly expected: string | null
  readonly guide: string | null
}

/** How often checks that nobody looks at are ended, and how old registrations may be when datagrams come. */
const sweepMs = 5000
const registeredMs = 1000

export class RouterChecks implements Component {
  readonly #config: RouterChecksConfig
  readonly #deps: RouterChecksDependencies
  readonly #checks = new Map<string, OpenCheck>()
  #registered = new Registered([])
  #registeredAt = 0
  #refreshing: Promise<void> | undefined
  #watched = ''
  #batch: FlowBatch | undefined
  #host: HostFacts | undefined
  #straysWork: Promise<void> = Promise.resolve()
  #straysRun = false
  #timer: NodeJS.Timeout | undefined

  constructor(config: Partial<RouterChecksConfig>, deps: RouterChecksDependencies) {
    this.#config = { ...defaults, ...config }
    this.#deps = deps
  }

  async start(): Promise<void> {
    this.#deps.tap.onDatagrams((datagrams) => this.#take(datagrams))
    this.#timer = setInterval(() => this.#sweep(), sweepMs)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#checks.clear()
    this.#settle()
    await this.#straysWork
  }

  /** @throws ApiError router_check_limit */
  async open({ account, expected, guide }: RouterCheckOpening): Promise<RouterCheck> {
    await this.#refresh()
    this.#sweep()
    const { maxChecks, keptBytes, lifetimeMs } = this.#config
    if (this.#checks.size >= maxChecks) throw new ApiError('router_check_limit', { count: maxChecks })
    this.#host = (this.#deps.host ?? hostFacts)()
    this.#batch ??= createFlowBatch(maxRecordsPerDatagram)
    const opened = this.#deps.clock.now()
    const moment = this.#moment()
    const deps = { batch: this.#batch, onExamined: (examination: Examination) => this.#recall(examination) }
    const check = new OpenCheck({ id: newId(), account, expected, guide, opened, keptBytes }, deps, moment, opened + lifetimeMs)
    this.#checks.set(check.config.id, check)
    this.#settle()
    return check.view(moment)
  }

  /** The check as it stands; it lives on. @throws ApiError router_check_not_found */
  async look(account: number, id: string): Promise<RouterCheck> {
    await this.#refresh()
    this.#sweep()
    const check = this.#get(account, id)
    check.expires = this.#deps.clock.now() + this.#config.lifetimeMs
    this.#settle()
    return check.view(this.#moment())
  }

  /** Looks at another sender. @throws ApiError router_check_not_found */
  async choose(account: number, id: string, sender: string): Promise<RouterCheck> {
    this.#get(account, id).choose(sender)
    return await this.look(account, id)
  }

  /** @throws ApiError router_check_not_found */
  close(account: number, id: string): void {
    this.#get(account, id)
    this.#checks.delete(id)
    this.#settle()
  }

  async list(account: number): Promise<RouterCheck[]> {
    await this.#refresh()
    this.#sweep()
    const moment = this.#moment()
    return [...this.#checks.values()].filter(({ config }) => config.account === account).map((check) => check.view(moment))
  }

  /** A pcap file of what the sender has sent. @throws ApiError router_check_not_found, router_check_empty */
  pcap(account: number, id: string): Uint8Array<ArrayBuffer> {
    const check = this.#get(account, id)
    const sender = check.sender(this.#registered.of(account))
    const datagrams = sender === null ? [] : check.keptOf(sender)
    if (datagrams.length === 0) throw new ApiError('router_check_empty', { sender: sender ?? 'any sender' })
    const { listeners, host } = this.#moment()
    return checkPcap(datagrams, { listeners, host })
  }

  #get(account: number, id: string): OpenCheck {
    const check = this.#checks.get(id)
    if (check === undefined || check.config.account !== account) throw new ApiError('router_check_not_found', { id })
    return check
  }

  #moment(): Moment {
    const { telemetry, strays, listeners, clock } = this.#deps
    this.#host ??= (this.#deps.host ?? hostFacts)()
    return {
      now: clock.now(),
      registered: this.#registered,
      telemetry,
      strays: strays.strays(),
      strayMethod: strays.method,
      listeners: listeners(),
      host: this.#host,
    }
  }

  // --- datagrams ---------------------------------------------------------------------------------------------------

  #take(datagrams: readonly TappedDatagram[]): void {
    if (this.#checks.size === 0) return
    if (this.#deps.clock.now() - this.#registeredAt > registeredMs)
      this.#refresh().catch((error: unknown) => this.#deps.log.warn({ err: error }, 'registered routers could not be read'))
    for (const datagram of datagrams) {
      const agent = sflowAgent(datagram.bytes)
      for (const check of this.#checks.values())
        if (this.#registered.maySee(check.config.account, datagram.source, agent)) check.take(datagram, agent)
    }
  }

  /** Learns who is registered. What was gathered of routers that another account has now is forgotten. */
  #refresh(): Promise<void> {
    this.#refreshing ??= this.#readRegistered().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #readRegistered(): Promise<void> {
    const routers = await this.#deps.registered()
    const before = this.#registered
    this.#registered = new Registered(routers)
    this.#registeredAt = this.#deps.clock.now()
    for (const check of this.#checks.values()) check.forgetForeign(this.#registered)
    this.#teach(before)
  }

  /** Of a router that is registered now: it may be half an hour until it says again what its records hold. */
  #teach(before: Registered): void {
    const examinations = [...this.#checks.values()].flatMap((check) => check.examinations())
    for (const examination of examinations) {
      const [was, is] = [before, this.#registered].map(({ ownerOf }) => ownerOf(examination.address))
      if (was === undefined && is !== undefined) this.#deps.teach(examination.knowledge())
    }
  }

  #recall(examination: Examination): void {
    this.#deps
      .recall(examination.address)
      .then((templates) => examination.remember(templates))
      .catch((error: unknown) =>
        this.#deps.log.warn({ err: error, exporter: examination.address }, 'templates known before could not be read'),
      )
  }

  // --- what is open ------------------------------------------------------------------------------------------------

  #sweep(): void {
    const now = this.#deps.clock.now()
    const over = [...this.#checks.values()].filter(({ expires }) => expires <= now)
    for (const { config } of over) this.#checks.delete(config.id)
    if (over.length > 0) this.#settle()
  }

  /** Makes tap and strays fit the checks that are open. */
  #settle(): void {
    const moment = this.#checks.size === 0 ? undefined : this.#moment()
    const addresses = moment === undefined ? [] : [...new Set([...this.#checks.values()].flatMap((check) => check.wanted(moment)))]
    const wanted = moment === undefined ? '' : addresses.toSorted().join(' ') || 'unregistered'
    if (wanted !== this.#watched) this.#deps.tap.watchDatagrams(moment === undefined ? null : { addresses, unregistered: true })
    this.#watched = wanted
    if (this.#straysRun !== this.#checks.size > 0) this.#switchStrays()
  }

  #switchStrays(): void {
    const { strays, listeners, log } = this.#deps
    this.#straysRun = !this.#straysRun
    const run = this.#straysRun
    this.#straysWork = this.#straysWork
      .then(() => (run ? strays.start(listeners()) : strays.stop()))
      .catch((error: unknown) => log.warn({ err: error }, 'datagrams to other ports cannot be seen'))
  }
}
