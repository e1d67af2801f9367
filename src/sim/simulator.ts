// Fake routers that send the flows of a plausible network, attacks included, to a collector: the demo.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { AttackSchedule, type Attack, type AttackScheduleConfig } from './attacks.ts'
import { dailyLoad } from './daily-load.ts'
import { demoRouters, type DemoRouter } from './demo-routers.ts'
import { createExporter } from './exporters/create-exporter.ts'
import type { FlowExporter } from './exporters/exporter.ts'
import type { SimFlow } from './flow.ts'
import { addressBytes } from './prefix.ts'
import { Traffic } from './traffic.ts'

export interface SimulatorConfig {
  /** Address and UDP port of the collector. */
  readonly host: string
  readonly port: number
  readonly routers?: readonly DemoRouter[]
  readonly seed?: number
  readonly attacks?: AttackScheduleConfig
}

export interface SimulatorDependencies {
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn'>
}

/** What a simulator has sent since it was made. */
export interface SimulatorCounters {
  datagrams: number
  records: number
  /** Datagrams that the kernel refused, mostly because nobody listens. */
  sendErrors: number
  attacks: number
}

/** Often enough for a live graph, seldom enough for datagrams with several records. */
const tickMilliseconds = 100
/** Templates and counters. Routers do so every 1 to 30 min; here a restarted collector should not wait long. */
const announceMilliseconds = 20_000
/** After a pause of the process this much is made up for, no more. */
const longestTick = 1000
/** Attack records per everyday record at full strength. */
const attackFactor = 5
const uptime = 3 * 86_400_000

/** A component. Sends nothing but to the host and port that it was given. */
export class Simulator {
  readonly counters: SimulatorCounters = { datagrams: 0, records: 0, sendErrors: 0, attacks: 0 }
  private readonly config: SimulatorConfig
  private readonly clock: Clock
  private readonly log: SimulatorDependencies['log']
  private readonly attacks: AttackSchedule
  private readonly routers: FakeRouter[] = []
  private attack: Attack | undefined
  private timer: NodeJS.Timeout | undefined
  private last = 0
  private announced = Number.NEGATIVE_INFINITY

  constructor(config: SimulatorConfig, dependencies: SimulatorDependencies) {
    this.config = config
    this.clock = dependencies.clock
    this.log = dependencies.log
    this.attacks = new AttackSchedule({ seed: config.seed ?? 1, ...config.attacks })
  }

  /** Opens the routers' sockets and begins to send. Rejects when an address cannot be used. */
  async start(): Promise<void> {
    const { routers = demoRouters(), seed = 1 } = this.config
    this.last = this.clock.now()
    for (const [index, router] of routers.entries()) {
      const fake = new FakeRouter(router, { seed: seed + index, bootedAt: this.last - uptime, counters: this.counters })
      this.routers.push(fake)
      await fake.open(this.config)
    }
    this.log.info({ routers: routers.map(({ name, address }) => `${name} ${address}`) }, 'simulated routers are sending')
    this.timer = setInterval(() => this.tick(), tickMilliseconds)
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.timer = undefined
    for (const router of this.routers.splice(0)) router.close()
  }

  private tick(): void {
    const now = this.clock.now()
    const seconds = Math.min(Math.max(now - this.last, 0), longestTick) / 1000
    this.last = now
    const load = dailyLoad(now)
    const attack = this.attackAt(now)
    const announce = now - this.announced >= announceMilliseconds
    if (announce) this.announced = now
    for (const router of this.routers) {
      if (announce) router.announce(now)
      router.send(now, seconds * load, attack)
    }
  }

  private attackAt(now: number): Attack | undefined {
    const attack = this.attacks.at(now)
    if (attack !== this.attack) {
      this.attack = attack
      if (attack) {
        this.counters.attacks++
        this.log.info({ attack: attack.name, seconds: Math.round((attack.end - now) / 1000) }, 'a simulated attack begins')
      }
    }
    return attack
  }
}

interface FakeRouterDependencies {
  readonly seed: number
  readonly bootedAt: number
  readonly counters: SimulatorCounters
}

/** One router: its socket, its exporter, its traffic. */
class FakeRouter {
  private readonly router: DemoRouter
  private readonly counters: SimulatorCounters
  private readonly exporter: FlowExporter
  private readonly traffic: Traffic
  private socket: Socket | undefined
  /** Parts of records that are due. */
  private due = 0
  private attackDue = 0

  constructor(router: DemoRouter, { seed, bootedAt, counters }: FakeRouterDependencies) {
    const { domain, sampling, address, protocol } = router
    this.router = router
    this.counters = counters
    this.exporter = createExporter(protocol, { domain, sampling, bootedAt, agent: addressBytes(address) })
    this.traffic = new Traffic({ seed, ipv6Share: protocol === 'netflow5' ? 0 : 0.18 })
  }

  async open({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
    this.socket = createSocket('udp4')
    const connected = once(this.socket, 'connect')
    this.socket.bind({ address: this.router.address, port: 0 }, () => this.socket?.connect(port, host))
    await connected
    // From here on errors are refusals: the collector is not up yet, or restarts.
    this.socket.on('error', () => this.counters.sendErrors++)
  }

  close(): void {
    this.socket?.close()
    this.socket = undefined
  }

  announce(now: number): void {
    for (const datagram of this.exporter.announce(now)) this.transmit(datagram)
  }

  /** @param share busy seconds that have passed: time × load */
  send(now: number, share: number, attack: Attack | undefined): void {
    this.due += share * this.router.recordsPerSecond
    const flows = Array.from({ length: Math.floor(this.due) }, () => this.traffic.next())
    this.due -= flows.length
    if (attack) flows.push(...this.attackFlows(attack, share * attack.strength(now)))
    for (const datagram of this.exporter.encode(flows, now)) this.transmit(datagram)
    this.counters.records += flows.length
  }

  private attackFlows(attack: Attack, share: number): SimFlow[] {
    this.attackDue += share * this.router.recordsPerSecond * attackFactor
    const flows = Array.from({ length: Math.floor(this.attackDue) }, () => attack.flow(1))
    this.attackDue -= flows.length
    return flows
  }

  private transmit(datagram: Buffer): void {
    this.counters.datagrams++
    this.socket?.send(datagram, (error) => {
      if (error) this.counters.sendErrors++
    })
  }
}
