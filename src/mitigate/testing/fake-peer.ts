// A peer with a table and a driver that writes into it, for tests: answers can be scripted, held back and lost.
import type { DriverStatus, PreviewMessage } from '../../contract/advertisement.ts'
import { driverPurposes, type DriverName } from '../../contract/owned-prefix.ts'
import type { AdvertisementDriver, Direction, DriverOutcome, DriverRoute, Settled } from '../driver.ts'
import { routeKey } from '../route-key.ts'

/** What happens to one call; the peer's table changes when `reaches`. */
export interface ScriptedAnswer {
  readonly outcome: DriverOutcome
  readonly reaches: boolean
}

export interface DriverCall {
  readonly direction: Direction
  readonly route: DriverRoute
}

/** What is outside of the process: it outlives every restart of the driver. */
export class FakePeer {
  /** Route key to advertisement. */
  readonly table = new Map<string, string>()
  /** Each change of the table: `+key` and `-key`. */
  readonly log: string[] = []

  add({ id, route }: DriverRoute): boolean {
    const key = routeKey(route)
    const known = this.table.has(key)
    if (!known) this.log.push(`+${key}`)
    this.table.set(key, id)
    return known
  }

  remove({ route }: Pick<DriverRoute, 'route'>): boolean {
    return this.removeKey(routeKey(route))
  }

  removeKey(key: string): boolean {
    const known = this.table.delete(key)
    if (known) this.log.push(`-${key}`)
    return known
  }
}

/** Done at once, unless `answer` says otherwise. */
export class FakeDriver implements AdvertisementDriver {
  readonly name: DriverName
  readonly purposes
  readonly calls: DriverCall[] = []
  /** What it was given at its start. */
  begunWith: readonly DriverRoute[] | undefined
  /** For each call; undefined for done. */
  answer: (call: DriverCall) => ScriptedAnswer | undefined = () => undefined
  /** Awaited before the call reaches the peer, and again before its answer comes back. */
  pause: () => Promise<void> = async () => undefined
  /** After a kill nothing that was under way reaches the peer any more. */
  dead = false
  readonly #peer: FakePeer
  readonly #settled: Settled

  constructor(name: DriverName, peer: FakePeer, settled: Settled) {
    this.name = name
    this.purposes = driverPurposes[name]
    this.#peer = peer
    this.#settled = settled
  }

  async start(routes: readonly DriverRoute[]): Promise<void> {
    this.begunWith = routes
    const keys = new Set(routes.map(({ route }) => routeKey(route)))
    for (const key of this.#peer.table.keys()) if (!keys.has(key)) this.#peer.removeKey(key)
    for (const route of routes) this.#peer.add(route)
  }

  announce(route: DriverRoute): Promise<DriverOutcome> {
    return this.#call({ direction: 'announce', route })
  }

  withdraw(route: DriverRoute): Promise<DriverOutcome> {
    return this.#call({ direction: 'withdraw', route })
  }

  /** Finishes by itself what it had put off. */
  settle({ direction, route }: DriverCall, outcome: DriverOutcome): void {
    if (this.dead) return
    if (outcome.kind === 'done') this.#reach({ direction, route })
    this.#settled(route.id, direction, outcome)
  }

  preview({ route }: DriverRoute): readonly PreviewMessage[] {
    return [{ driver: this.name, to: 'peer', ready: true, lines: [`announce ${route.prefix}`], hex: '' }]
  }

  status(): DriverStatus {
    return { driver: this.name, configured: true, ready: true, detail: '', neighbors: [] }
  }

  async stop(): Promise<void> {
    this.dead = true
  }

  async #call(call: DriverCall): Promise<DriverOutcome> {
    this.calls.push(call)
    await this.pause()
    const scripted = this.answer(call)
    const already = scripted === undefined || scripted.reaches ? this.#reach(call) : false
    await this.pause()
    return scripted?.outcome ?? { kind: 'done', already, detail: 'sent to peer' }
  }

  /** @returns whether it was so before */
  #reach({ direction, route }: DriverCall): boolean {
    if (this.dead) return false
    return direction === 'announce' ? this.#peer.add(route) : !this.#peer.remove(route)
  }
}
