// HTTP requests from inside a network namespace, for tests that themselves run outside of it.
import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

import type { Namespace } from './lab.ts'

export interface HttpRequest {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

type Reply = { readonly id: number } & (HttpAnswer | { readonly error: string })

interface Waiter {
  resolve(answer: HttpAnswer): void
  reject(error: Error): void
}

/** One helper process in the namespace; requests may overlap. */
export class NamespaceHttp {
  readonly #namespace: Namespace
  readonly #waiters = new Map<number, Waiter>()
  #child: ChildProcess | undefined
  #next = 0

  constructor(namespace: Namespace) {
    this.#namespace = namespace
  }

  start(): void {
    // `ip netns exec` becomes the program that it runs, so the channel of fork() reaches it.
    this.#child = fork(join(import.meta.dirname, 'namespace-fetch.mjs'), [], {
      execPath: 'ip',
      execArgv: ['netns', 'exec', this.#namespace.name, process.execPath],
    })
    this.#child.on('message', (message) => this.#settle(message as Reply))
    this.#child.on('exit', () => this.#failAll(new Error('the helper process in the namespace has ended')))
    this.#child.on('error', (error) => this.#failAll(error))
  }

  /** @throws Error when nobody answers */
  async fetch({ url, ...init }: HttpRequest): Promise<HttpAnswer> {
    const id = this.#next++
    return await new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject })
      this.#child?.send({ id, url, init })
    })
  }

  stop(): void {
    this.#child?.disconnect()
  }

  #settle(reply: Reply): void {
    const waiter = this.#waiters.get(reply.id)
    this.#waiters.delete(reply.id)
    if ('error' in reply) waiter?.reject(new Error(reply.error))
    else waiter?.resolve(reply)
  }

  #failAll(error: Error): void {
    for (const waiter of this.#waiters.values()) waiter.reject(error)
    this.#waiters.clear()
  }
}
