// The parent's side of the advertiser in a process of its own, which can be killed at a step of its work or at any time.
import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

import type { Advertisement, AdvertisingStatus } from '../../src/contract/advertisement.ts'
import type { Actor, AnnounceRequest } from '../../src/mitigate/advertising.ts'
import type { Namespace } from '../lab/lab.ts'
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

interface Waiter {
  resolve(result: unknown): void
  reject(error: Error): void
}

type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly failure: string }

export class AdvertiserProcess {
  readonly #child: ChildProcess
  readonly #waiters = new Map<number, Waiter>()
  /** What it could not do and wrote into its log. */
  readonly failures: string[] = []
  #next = 0

  constructor(namespace: Namespace) {
    // `ip netns exec` becomes the program that it runs, so the channel of fork() and its process id are ours.
    this.#child = fork(join(import.meta.dirname, 'advertiser-process.mjs'), [], {
      execPath: 'ip',
      execArgv: ['netns', 'exec', namespace.name, process.execPath],
    })
    this.#child.on('message', (message) => this.#answered(message as Reply))
    this.#child.on('exit', () => this.#end(new ProcessGone('the advertiser has ended')))
    this.#child.on('error', (error) => this.#end(error))
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
    this.#child.kill('SIGKILL')
    await this.ended()
  }

  /** Waits until it is dead, by its own hand or ours. */
  async ended(): Promise<void> {
    await until('the end of the advertiser', () => this.#child.exitCode ?? this.#child.signalCode ?? undefined)
  }

  async #ask(method: string, args: unknown): Promise<unknown> {
    if (!this.#child.connected) throw new ProcessGone('the advertiser has ended')
    const id = this.#next++
    return await new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject })
      this.#child.send({ id, method, args }, (error) => {
        if (error) this.#end(new ProcessGone('the advertiser has ended', { cause: error }))
      })
    })
  }

  #answered(reply: Reply): void {
    if ('failure' in reply) return void this.failures.push(reply.failure)
    const waiter = this.#waiters.get(reply.id)
    this.#waiters.delete(reply.id)
    if ('error' in reply) waiter?.reject(new Error(reply.error))
    else waiter?.resolve(reply.result)
  }

  #end(error: Error): void {
    for (const waiter of this.#waiters.values()) waiter.reject(error)
    this.#waiters.clear()
  }
}
