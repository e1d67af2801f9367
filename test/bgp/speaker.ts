// The real BGP driver in a process of its own inside a namespace, where it can be stopped, frozen and killed.
import { join } from 'node:path'

import type { DriverStatus, NeighborStatus } from '../../src/contract/advertisement.ts'
import type { DriverOutcome, DriverRoute } from '../../src/mitigate/driver.ts'
import type { Namespace } from '../lab/lab.ts'
import { NamespaceChild } from '../lab/namespace-child.ts'
import { until } from '../lab/poll.ts'

/** `advertise.bgp` as a user writes it. */
export type SpeakerConfig = Readonly<Record<string, unknown>>

/** What it says without having been asked. */
type Note = { readonly settled: SettledRoute } | { readonly told: ToldReason }

export interface SettledRoute {
  readonly id: string
  readonly direction: 'announce' | 'withdraw'
  readonly outcome: DriverOutcome
}

/** Why a session ended or did not come up, as it is logged. */
interface ToldReason {
  readonly neighbor: string
  readonly reason: string
}

export class Speaker {
  readonly #namespace: Namespace
  /** All that the driver has told, in order. */
  readonly settled: SettledRoute[] = []
  readonly told: ToldReason[] = []
  #child: NamespaceChild | undefined

  constructor(namespace: Namespace) {
    this.#namespace = namespace
  }

  /** Starts the process, and in it the driver with all that is to be announced. */
  async start(config: SpeakerConfig, routes: readonly DriverRoute[]): Promise<void> {
    this.#child = new NamespaceChild(this.#namespace, join(import.meta.dirname, 'speaker-process.mjs'), {
      note: (message) => this.#note(message as Note),
    })
    await this.#ask('start', [routes], config)
  }

  async announce(route: DriverRoute): Promise<DriverOutcome> {
    return (await this.#ask('announce', [route])) as DriverOutcome
  }

  async withdraw(route: DriverRoute): Promise<DriverOutcome> {
    return (await this.#ask('withdraw', [route])) as DriverOutcome
  }

  async status(): Promise<DriverStatus> {
    return (await this.#ask('status', [])) as DriverStatus
  }

  async neighbor(name: string): Promise<NeighborStatus> {
    const found = (await this.status()).neighbors.find((neighbor) => neighbor.name === name)
    if (found === undefined) throw new Error(`the speaker has no neighbour ${name}`)
    return found
  }

  /** Waits until what it says of a neighbour is as wanted. */
  async waitFor(what: string, name: string, wanted: (neighbor: NeighborStatus) => boolean): Promise<NeighborStatus> {
    let seen: NeighborStatus | undefined
    return await until(`${name} ${what}`, async () => {
      seen = await this.neighbor(name)
      return wanted(seen) ? seen : undefined
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; its status: ${JSON.stringify(seen)}`, { cause: error })
    })
  }

  /** Waits until it has told a reason for a neighbour, counted from an earlier length of `told`. */
  async tells(name: string, why: RegExp, from: number): Promise<void> {
    await until(`${why.source} about ${name}`, () => {
      return this.told.slice(from).some(({ neighbor, reason }) => neighbor === name && why.test(reason)) || undefined
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}; it told ${JSON.stringify(this.told.slice(from))}`, { cause: error })
    })
  }

  /** Ends it in order, as at the end of the server. */
  async stop(): Promise<void> {
    await this.#ask('stop', [])
    this.#child?.disconnect()
    await this.#ended()
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.#ended()
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.process.kill(signal)
  }

  async #ended(): Promise<void> {
    const child = this.#child?.process
    await until('the end of the speaker', () => (child?.exitCode ?? child?.signalCode ?? null) !== null || undefined)
    this.#child = undefined
  }

  async #ask(method: string, args: readonly unknown[], config?: SpeakerConfig): Promise<unknown> {
    if (this.#child === undefined) throw new Error('the speaker does not run')
    return ((await this.#child.ask({ method, args, config })) as { result: unknown }).result
  }

  #note(note: Note): void {
    if ('settled' in note) this.settled.push(note.settled)
    else this.told.push(note.told)
  }
}
