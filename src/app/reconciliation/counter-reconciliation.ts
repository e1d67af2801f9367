// Compares every five minutes what the interface counters of routers counted with what their flows add up to, and keeps
// the counters as history.
import type { Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import type { CounterCheck, ExporterTelemetry, InterfaceGrowth, InterfaceStatus } from '../../contract/exporter-health.ts'
import { mappedAddress, type SamplingOverrides } from '../../query/applied-rate.ts'
import { queryInterfaceFlows, type InterfaceFlowsRow } from '../../query/interface-flows.ts'
import type { FlowStore } from '../../store/flow-store.ts'
import type { InterfaceCounterRow } from '../../store/interface-counter-table.ts'
import type { State } from '../context.ts'
import { samplingOverrides } from '../router/overrides.ts'
import { registeredRouters } from '../router/publish.ts'
import { isDoubtful } from './counter-cause.ts'
import { checkOf } from './counter-check.ts'
import { compareInterfaces } from './interface-comparison.ts'

export interface CounterReconciliationDependencies {
  readonly state: State
  readonly flows: Pick<FlowStore, 'query' | 'insertRows'>
  readonly telemetry: ExporterTelemetry
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
}

/** The ratio of flows to counters of one direction of an interface. */
export interface RatioReading {
  readonly router: string
  readonly ifIndex: number
  readonly direction: 'in' | 'out'
  readonly ratio: number
}

const everyMs = 300_000
const windowSeconds = 300
/** Flows of a minute are in the store when it has been over for a minute: sealed within seconds, loaded within seconds. */
const lagSeconds = 60
/** A result is made anew when somebody asks and it is older than this: the window has then moved on by a minute. */
const staleMs = 60_000
/** Ratios that are told to the metrics; those that are off the furthest. */
const maxReadings = 2048

interface Result {
  readonly at: number
  /** The factor that was set for the router, by which its flows were scaled. */
  readonly override: number | null
  readonly interfaces: readonly InterfaceStatus[]
}

/** Component. `interfaces` answers at any time, the rest happens each five minutes. */
export class CounterReconciliation {
  readonly #deps: CounterReconciliationDependencies
  readonly #results = new Map<string, Result>()
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> = Promise.resolve()
  readonly #counts = { turns: 0, failed_turns: 0, kept_rows: 0 }

  constructor(deps: CounterReconciliationDependencies) {
    this.#deps = deps
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => {
      // One after the other, should a turn take longer than five minutes.
      this.#running = this.#running.then(() => this.#turn())
    }, everyMs)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  counters(): Record<string, number> {
    return { ...this.#counts }
  }

  async #turn(): Promise<void> {
    try {
      await this.reconcile()
      this.#counts.turns++
    } catch (error) {
      this.#counts.failed_turns++
      this.#deps.log.warn({ err: error }, 'interface counters could not be compared with flows; it is tried again in five minutes')
    }
  }

  /** Compares all routers and keeps what their counters have grown. Throws what the store throws. */
  async reconcile(): Promise<void> {
    const routers = await registeredRouters(this.#deps.state)
    const accounts = new Map<number, string[]>()
    for (const { account, address } of routers) {
      const others = accounts.get(account)
      if (others === undefined) accounts.set(account, [address])
      else others.push(address)
    }
    const registered = new Set(routers.map(({ address }) => address))
    for (const address of this.#results.keys()) if (!registered.has(address)) this.#results.delete(address)
    for (const [account, addresses] of accounts) await this.#reconcileAccount(account, addresses)
    await this.#keep(new Map(routers.map(({ account, address }) => [address, account])))
  }

  async #reconcileAccount(account: number, addresses: readonly string[]): Promise<void> {
    const overrides = await samplingOverrides(this.#deps.state, account)
    const window = this.#window()
    const rows = await queryInterfaceFlows(this.#deps.flows, { account, ...window, overrides, router: undefined })
    const byRouter = new Map<string, InterfaceFlowsRow[]>()
    for (const row of rows) {
      const others = byRouter.get(row.router)
      if (others === undefined) byRouter.set(row.router, [row])
      else others.push(row)
    }
    for (const address of addresses) this.#compare(address, byRouter.get(address) ?? [], { window, overrides })
  }

  /** Whole minutes that are surely in the store. */
  #window(): { from: number; to: number } {
    const to = Math.floor((this.#deps.clock.now() / 1000 - lagSeconds) / 60) * 60
    return { from: to - windowSeconds, to }
  }

  #compare(
    address: string,
    flows: readonly InterfaceFlowsRow[],
    { window, overrides }: { window: { from: number; to: number }; overrides: SamplingOverrides },
  ): Result {
    const { telemetry, clock } = this.#deps
    const result = {
      at: clock.now(),
      override: overrides.get(address) ?? null,
      interfaces: compareInterfaces({
        facts: telemetry.interfaces(address),
        counters: telemetry.counterRates(address, window.from * 1000, window.to * 1000),
        flows,
        seconds: windowSeconds,
      }),
    }
    this.#results.set(address, result)
    return result
  }

  async #keep(accounts: ReadonlyMap<string, number>): Promise<void> {
    const rows = this.#deps.telemetry.takeInterfaceGrowth().flatMap((growth) => {
      const account = accounts.get(growth.router)
      return account === undefined ? [] : [counterRow(account, growth)]
    })
    if (rows.length === 0) return
    await this.#deps.flows.insertRows('interface_counters', rows)
    this.#counts.kept_rows += rows.length
  }

  /**
   * The interfaces of a registered router by the last comparison. A new one is made when there is none of this minute,
   * or when the router's factor was changed since. Throws what the store throws.
   * @param address canonical
   */
  async interfaces(account: number, address: string): Promise<readonly InterfaceStatus[]> {
    const overrides = await samplingOverrides(this.#deps.state, account)
    const known = this.#results.get(address)
    const isFresh = known !== undefined && this.#deps.clock.now() - known.at < staleMs
    if (isFresh && known.override === (overrides.get(address) ?? null)) return known.interfaces
    const window = this.#window()
    const rows = await queryInterfaceFlows(this.#deps.flows, { account, ...window, overrides, router: address })
    return this.#compare(address, rows, { window, overrides }).interfaces
  }

  /** How many interfaces of a router were in doubt when they were compared last; 0 when they never were. */
  doubtfulInterfaces(address: string): number {
    const interfaces = this.#results.get(address)?.interfaces ?? []
    return interfaces.filter((status) => isDoubtful(status.in) || isDoubtful(status.out)).length
  }

  /** Flows of a router against its counters when they were compared last; null without either. */
  counterCheck(address: string): CounterCheck | null {
    return checkOf(this.#results.get(address)?.interfaces ?? [])
  }

  /** Ratios of flows to counters, as many as metrics can bear. */
  ratios(): RatioReading[] {
    const readings: RatioReading[] = []
    for (const [router, { interfaces }] of this.#results) {
      for (const status of interfaces) {
        for (const direction of ['in', 'out'] as const) {
          const { ratio } = status[direction]
          if (ratio !== null) readings.push({ router, ifIndex: status.if_index, direction, ratio })
        }
      }
    }
    if (readings.length <= maxReadings) return readings
    // Ratio 0 is the furthest of all.
    const off = ({ ratio }: RatioReading) => Math.abs(Math.log(Math.max(ratio, 1e-6)))
    return readings.sort((a, b) => off(b) - off(a)).slice(0, maxReadings)
  }
}

function counterRow(account: number, { router, ifIndex, speed, status, from, to, counters }: InterfaceGrowth): InterfaceCounterRow {
  const seconds = Math.max(1, Math.round((to - from) / 1000))
  return { time: Math.floor(to / 1000), account, router: mappedAddress(router), if_index: ifIndex, seconds, speed, status, ...counters }
}
