// The driver `bgp`: announces to our BGP neighbours, and accepts nothing from them.
import { parseIpAddress } from '../../base/ip-prefix.ts'
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { DriverStatus, PreviewMessage } from '../../contract/advertisement.ts'
import { purposes } from '../../contract/owned-prefix.ts'
import type { AdvertisementDriver, DriverOutcome, DriverRoute, Settled } from '../driver.ts'
import type { BgpDriverConfig, LocalSpeaker } from './bgp-agreement.ts'
import { BgpNeighbor, type NeighborCounts } from './bgp-neighbor.ts'
import { previewFor } from './bgp-preview.ts'
import { connectTcp, type Connect } from './bgp-transport.ts'
import { objectionTo } from './outbound-route.ts'
import { systemTimers, type Timers } from './session-timers.ts'

export interface BgpDriverDependencies {
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn'>
  /** Told when a neighbour has got what was delayed. */
  readonly settled: Settled
  readonly timers?: Timers
  readonly connect?: Connect
  /** 0 to 1. */
  readonly random?: () => number
}

/** How long an answer waits for neighbours that do not read, in ms; the others have been sent it at once. */
const answerMs = 1000

export class BgpDriver implements AdvertisementDriver {
  readonly name = 'bgp'
  readonly purposes = purposes
  readonly #neighbors: readonly BgpNeighbor[]
  readonly #restartSeconds: number
  readonly #settled: Settled
  readonly #timers: Timers
  /** What no neighbour has got yet, by id. */
  readonly #delayed = new Map<string, DriverRoute>()

  constructor(config: BgpDriverConfig, deps: BgpDriverDependencies) {
    const { clock, log, settled, timers = systemTimers, connect = connectTcp, random = Math.random } = deps
    const taken = (ids: readonly string[]) => this.#taken(ids)
    const local = localSpeaker(config)
    this.#neighbors = config.neighbors.map((neighbor) => new BgpNeighbor(local, neighbor, { clock, log, timers, connect, random, taken }))
    this.#restartSeconds = config.restart_seconds
    this.#settled = settled
    this.#timers = timers
  }

  async start(routes: readonly DriverRoute[]): Promise<void> {
    for (const route of routes) {
      const objection = this.#objection(route)
      if (objection !== null) this.#settled(route.id, 'announce', { kind: 'refused', detail: objection })
      else for (const neighbor of this.#takers(route)) await neighbor.announce(route)
    }
    for (const neighbor of this.#neighbors) neighbor.start()
  }

  async stop(): Promise<void> {
    for (const neighbor of this.#neighbors) neighbor.stop()
  }

  async announce(route: DriverRoute): Promise<DriverOutcome> {
    const objection = this.#objection(route)
    if (objection !== null) return { kind: 'refused', detail: objection }
    const takers = this.#takers(route)
    const already = takers.some((neighbor) => isSent(neighbor, route.id))
    await this.#inTime(takers.map((neighbor) => neighbor.announce(route)))
    // Withdrawn while it waited.
    if (!takers.some((neighbor) => neighbor.has(route.id))) return { kind: 'error', detail: 'it was withdrawn meanwhile' }
    if (takers.some((neighbor) => isSent(neighbor, route.id))) return { kind: 'done', already, detail: this.#announceDetail(route) }
    this.#delayed.set(route.id, route)
    return { kind: 'delayed', retryAt: null, detail: this.#announceDetail(route) }
  }

  async withdraw(route: DriverRoute): Promise<DriverOutcome> {
    this.#delayed.delete(route.id)
    const holders = this.#neighbors.filter((neighbor) => neighbor.has(route.id))
    const connected = holders.filter((neighbor) => neighbor.isEstablished)
    const answered = new Set<BgpNeighbor>()
    await this.#inTime(holders.map((neighbor) => neighbor.withdraw(route.id).then(() => void answered.add(neighbor))))
    const told = connected.filter((neighbor) => neighbor.isEstablished && answered.has(neighbor))
    return { kind: 'done', already: holders.length === 0, detail: this.#withdrawDetail(holders, told) }
  }

  preview(route: DriverRoute): readonly PreviewMessage[] {
    if (this.#objection(route) !== null) return []
    return this.#takers(route).map((neighbor) => previewFor(route, neighbor))
  }

  status(): DriverStatus {
    const neighbors = this.#neighbors.map((neighbor) => neighbor.status())
    const established = neighbors.filter(({ state }) => state === 'Established').length
    const configured = neighbors.length > 0
    const detail = configured ? `${established} of ${neighbors.length} neighbours established` : 'no neighbours in advertise.bgp.neighbors'
    return { driver: 'bgp', configured, ready: established > 0, detail, neighbors }
  }

  /** For metrics. */
  counts(): readonly NeighborCounts[] {
    return this.#neighbors.map((neighbor) => neighbor.counts())
  }

  #takers(route: DriverRoute): BgpNeighbor[] {
    return this.#neighbors.filter((neighbor) => neighbor.takes(route))
  }

  /** Why it can never be announced. */
  #objection(route: DriverRoute): string | null {
    const objection = objectionTo(route)
    if (objection !== null || this.#takers(route).length > 0) return objection
    return `no neighbour takes ${route.route.purpose} of ${route.route.prefix}: see purposes and families in advertise.bgp.neighbors`
  }

  #taken(ids: readonly string[]): void {
    for (const id of ids) {
      const route = this.#delayed.get(id)
      if (route === undefined) continue
      this.#delayed.delete(id)
      this.#settled(id, 'announce', { kind: 'done', already: false, detail: this.#announceDetail(route) })
    }
  }

  async #inTime(answers: readonly Promise<void>[]): Promise<void> {
    let cancel = () => {}
    const late = new Promise<void>((resolve) => {
      cancel = this.#timers.after(answerMs, resolve)
    })
    await Promise.race([Promise.all(answers), late])
    cancel()
  }

  #announceDetail(route: DriverRoute): string {
    const takers = this.#takers(route)
    const sent = takers.filter((neighbor) => isSent(neighbor, route.id))
    const others = takers
      .filter((neighbor) => !sent.includes(neighbor))
      .map((neighbor) => `${neighbor.config.name} ${absence(neighbor, route.id)}`)
    return [...(sent.length === 0 ? [] : [`sent to ${nameList(sent)}`]), ...others].join('; ')
  }

  #withdrawDetail(holders: readonly BgpNeighbor[], told: readonly BgpNeighbor[]): string {
    const slow = holders.filter((neighbor) => neighbor.isEstablished && !told.includes(neighbor))
    const away = holders.filter((neighbor) => !neighbor.isEstablished)
    const gone = `not connected to ${nameList(away)}: what is still there goes ${this.#restartSeconds} s after the session was lost, or when it is back`
    const parts = [
      ...(told.length === 0 ? [] : [`withdrawn from ${nameList(told)}`]),
      ...(slow.length === 0 ? [] : [`sent to ${nameList(slow)}, not read there yet`]),
      ...(away.length === 0 ? [] : [gone]),
    ]
    return parts.length === 0 ? 'no neighbour was to have it' : parts.join('; ')
  }
}

function localSpeaker(config: BgpDriverConfig): LocalSpeaker {
  const routerId = parseIpAddress(config.router_id)
  // The configuration was checked: with neighbours, both are there. Without, nobody is told them.
  return { as: config.as ?? 0, routerId: routerId ?? new Uint8Array(4), restartSeconds: config.restart_seconds }
}

const isSent = (neighbor: BgpNeighbor, id: string) => neighbor.standing(id)?.kind === 'sent'

/** Why a neighbour that takes such routes has not got it. */
function absence(neighbor: BgpNeighbor, id: string): string {
  const standing = neighbor.standing(id)
  if (standing?.kind === 'unsendable') return `cannot have it: ${standing.why}`
  if (standing?.kind === 'shadowed') return 'has another advertisement of the same route, which stands before it'
  if (standing !== undefined) return 'does not read what it is sent'
  const { state, last_error: lastError } = neighbor.status()
  return `is ${state}${lastError === '' ? '' : `: ${lastError}`}`
}

function nameList(neighbors: readonly BgpNeighbor[]): string {
  const names = neighbors.map(({ config }) => config.name)
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
