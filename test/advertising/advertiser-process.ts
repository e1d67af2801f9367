// The parent's side of the advertiser in a process of its own, which can be killed at a step of its work or at any time.
import { join } from 'node:path'

import type { Advertisement, AdvertisingStatus } from '../../src/contract/advertisement.ts'
import type { Actor, AnnounceRequest } from '../../src/mitigate/advertising.ts'
import type { Namespace } from '../lab/lab.ts'
import { NamespaceChild } from '../lab/namespace-child.ts'
import { until } from '../lab/poll.ts'

/** Steps of a change, and of a start, in their order. */
export const killSteps = ['written', 'telling', 'told', 'recorded', 'beginning', 'begun'] as const
export type KillStep = (typeof killSteps)[number]

/** Right at a step, for the `count`th time, or some time after it was asked for. */
export type Kill = { readonly step: KillStep; readonly count: number } | { readonly afterMs: number }

/** The process has ended before it answered. */
export class ProcessGone extends Error {
  override readonly name = 'ProcessGone'
}

export class AdvertiserProcess {
  readonly #child: NamespaceChild
  /** What it could not do and wrote into its log. */
  readonly failures: string[] = []

  constructor(namespace: Namespace) {
    this.#child = new NamespaceChild(namespace, join(import.meta.dirname, 'advertiser-process.mjs'), {
      // The program says nothing else.
      note: (message) => this.failures.push((message as { failure: string }).failure),
      gone: (cause) => new ProcessGone('the advertiser has ended', { cause }),
    })
  }

  /** @param file of the state @param bgp `advertise.bgp` as a user writes it */
  async start(file: string, bgp: unknown, kill?: Kill): Promise<void> {
    await this.#ask('start', { file, bgp, kill })
  }

  async arm(kill: Kill): Promise<void> {
    await this.#ask('arm', { kill })
  }

  async announce(request: AnnounceRequest): Promise<readonly Advertisement[]> {
    return (await this.#ask('announce', { request })) as readonly Advertisement[]
  }

  async release(id: string, actor: Actor): Promise<Advertisement> {
    return (await this.#ask('release', { id, actor })) as Advertisement
  }

  /** All that is not withdrawn. */
  async current(): Promise<readonly Advertisement[]> {
    return ((await this.#ask('list', {})) as { advertisements: readonly Advertisement[] }).advertisements
  }

  async status(): Promise<AdvertisingStatus> {
    return (await this.#ask('status', {})) as AdvertisingStatus
  }

  async kill(): Promise<void> {
    this.#child.process.kill('SIGKILL')
    await this.ended()
  }

  /** Waits until it is dead, by its own hand or ours. */
  async ended(): Promise<void> {
    await until('the end of the advertiser', () => this.#child.process.exitCode ?? this.#child.process.signalCode ?? undefined)
  }

  async #ask(method: string, args: unknown): Promise<unknown> {
    return ((await this.#child.ask({ method, args })) as { result: unknown }).result
  }
}
