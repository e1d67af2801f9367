// Finds flow datagrams that reach this machine and not the collectors, while a live check is open: all of them by tcpdump
// where that is permitted, otherwise those to usual ports by listening there.
import type { StrayDatagrams, StrayMethod } from '../../contract/router-check.ts'
import type { Log } from '../../base/log.ts'
import { createPacketLayout } from '../../wire/packet-layout.ts'
import type { StreamedPacket } from '../../wire/pcap-stream.ts'
import { captureFilters, FlowCapture, mayCapture } from './flow-capture.ts'
import { ListenerSet } from './listener-set.ts'
import { LocalAddresses } from './local-addresses.ts'
import { readStrayPacket } from './stray-datagram.ts'
import { StrayTable, type StrayTableDependencies } from './stray-table.ts'
import { UsualPorts, usualPorts } from './usual-ports.ts'

export interface StrayConfig {
  /** false: listens on usual ports whatever is permitted. */
  readonly tcpdump: boolean
  readonly ports: readonly number[]
}

const defaults: StrayConfig = { tcpdump: true, ports: usualPorts }

export interface StrayDependencies extends StrayTableDependencies {
  readonly log: Log
}

/** What listens now. */
interface Ear {
  readonly method: StrayMethod
  stop(): Promise<void>
}

const deaf: Ear = { method: 'none', stop: () => Promise.resolve() }

export class StrayWatch {
  readonly #config: StrayConfig
  readonly #deps: StrayDependencies
  readonly #local = new LocalAddresses()
  readonly #layout = createPacketLayout()
  #table: StrayTable
  #listeners = new ListenerSet([])
  #ear = deaf
  #isRunning = false
  /** Beginnings and ends, one after another. */
  #work: Promise<void> = Promise.resolve()

  constructor(config: Partial<StrayConfig>, deps: StrayDependencies) {
    this.#config = { ...defaults, ...config }
    this.#deps = deps
    this.#table = new StrayTable(deps)
  }

  /**
   * Resolves when it listens, or cannot: see `method`.
   * @param listeners where the collectors listen, as `[::]:2055`
   */
  start(listeners: readonly string[]): Promise<void> {
    return this.#then(async () => {
      if (this.#isRunning) return
      this.#isRunning = true
      this.#table = new StrayTable(this.#deps)
      this.#listeners = new ListenerSet(listeners)
      this.#ear = (await this.#openCaptures()) ?? (await this.#openPorts())
    })
  }

  stop(): Promise<void> {
    return this.#then(async () => {
      this.#isRunning = false
      await this.#replaceEar(deaf)
    })
  }

  get method(): StrayMethod {
    return this.#ear.method
  }

  /** Those of the last minute, the latest first. */
  strays(): StrayDatagrams[] {
    return this.#table.strays()
  }

  #then(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#deps.log.error({ error }, 'what goes astray cannot be watched; the live check does without')
    })
    return this.#work
  }

  async #replaceEar(next: Ear): Promise<void> {
    const before = this.#ear
    this.#ear = next
    await before.stop()
  }

  async #openCaptures(): Promise<Ear | undefined> {
    if (!this.#config.tcpdump || !mayCapture()) return undefined
    const failed = (error: Error) => void this.#then(() => this.#fallBack(error))
    const packet = (seen: StreamedPacket, link: number) => this.#takePacket(seen, link)
    const captures = captureFilters(this.#listeners.ports).map((filter) => new FlowCapture(filter, { packet, failed }))
    const stop = async () => void (await Promise.all(captures.map((capture) => capture.stop())))
    try {
      await Promise.all(captures.map((capture) => capture.start()))
    } catch (error) {
      await stop()
      this.#warn(error as Error)
      return undefined
    }
    return { method: 'tcpdump', stop }
  }

  #warn(error: Error): void {
    this.#deps.log.warn(
      { error },
      `the live check sees datagrams that go astray at usual ports only (${error.message}); it sees all of them where tcpdump and setpriv are installed`,
    )
  }

  async #fallBack(error: Error): Promise<void> {
    if (this.#ear.method !== 'tcpdump') return
    this.#warn(error)
    await this.#replaceEar(deaf)
    this.#ear = await this.#openPorts()
  }

  async #openPorts(): Promise<Ear> {
    const ports = new UsualPorts({
      log: this.#deps.log,
      now: this.#deps.now,
      // Ports of our own are listened on here for IPv6 alone, where no listener takes it.
      take: (datagram) => this.#table.note(datagram, this.#listeners.ports.includes(datagram.port) ? 'family' : 'port'),
    })
    const bound = await ports.start(this.#listeners, this.#config.ports)
    return bound === 0 ? deaf : { method: 'usual_ports', stop: () => ports.stop() }
  }

  #takePacket(packet: StreamedPacket, link: number): void {
    const datagram = readStrayPacket(packet, link, this.#layout)
    if (datagram === null || !this.#local.has(datagram.address, this.#deps.now())) return
    this.#table.note(datagram, this.#listeners.judge(datagram.address, datagram.port))
  }
}
