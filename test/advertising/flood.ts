// A flood of UDP packets from a host of the lab, which can be begun and ended for each address.
import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'

import type { Namespace } from '../lab/lab.ts'

interface Reply {
  readonly id: number
  readonly at: number
}

interface Waiter {
  resolve(at: number): void
  reject(error: Error): void
}

export class Flood {
  readonly #child: ChildProcess
  readonly #waiters = new Map<number, Waiter>()
  #next = 0

  /** Starts the sender; it ends with this process or by `stop`. */
  constructor(namespace: Namespace) {
    // `ip netns exec` becomes the program that it runs, so the channel of fork() reaches it.
    this.#child = fork(join(import.meta.dirname, 'flood-sender.mjs'), [], {
      execPath: 'ip',
      execArgv: ['netns', 'exec', namespace.name, process.execPath],
    })
    this.#child.on('message', (message) => this.#settle(message as Reply))
    this.#child.on('exit', () => this.#failAll(new Error('the sender of the flood has ended')))
    this.#child.on('error', (error) => this.#failAll(error))
  }

  /**
   * @param rates packets a second by address; 0 ends its flood, others go on
   * @returns when the first of them were sent, ms since 1970
   */
  async set(rates: Readonly<Record<string, number>>): Promise<number> {
    const id = this.#next++
    return await new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject })
      this.#child.send({ id, rates }, (error) => {
        if (error) this.#failAll(error)
      })
    })
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  #settle({ id, at }: Reply): void {
    this.#waiters.get(id)?.resolve(at)
    this.#waiters.delete(id)
  }

  #failAll(error: Error): void {
    for (const waiter of this.#waiters.values()) waiter.reject(error)
    this.#waiters.clear()
  }
}
