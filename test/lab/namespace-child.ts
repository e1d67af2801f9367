// A program of the tests that runs inside a network namespace and answers requests over the channel of fork().
import { fork, type ChildProcess } from 'node:child_process'

import type { Namespace } from './lab.ts'

interface Waiter {
  resolve(reply: unknown): void
  reject(error: Error): void
}

export interface NamespaceChildOptions {
  /** Takes what it says without having been asked: messages without an `id`. */
  readonly note?: (message: unknown) => void
  /** The error of requests that it can answer no more. */
  readonly gone?: (cause?: Error) => Error
}

/**
 * It is sent requests with an `id`, and answers each with the same `id`, with `error` when it failed. Requests may overlap. It
 * is to end when the channel is closed.
 */
export class NamespaceChild {
  readonly process: ChildProcess
  readonly #waiters = new Map<number, Waiter>()
  readonly #gone: (cause?: Error) => Error
  #next = 0

  /** @param program path of a module for Node */
  constructor(namespace: Namespace, program: string, { note, gone }: NamespaceChildOptions = {}) {
    this.#gone = gone ?? ((cause) => new Error(`${program} has ended`, { cause }))
    // `ip netns exec` becomes the program that it runs, so the channel of fork() and its process id are ours.
    this.process = fork(program, [], { execPath: 'ip', execArgv: ['netns', 'exec', namespace.name, process.execPath] })
    this.process.on('message', (message) => this.#take(message as { id?: number; error?: string }, note))
    this.process.on('exit', () => this.#failAll(this.#gone()))
    this.process.on('error', (error) => this.#failAll(error))
  }

  /** @throws Error what it answers as `error`, or that it has ended */
  async ask(request: object): Promise<unknown> {
    if (!this.process.connected) throw this.#gone()
    const id = this.#next++
    return await new Promise((resolve, reject) => {
      this.#waiters.set(id, { resolve, reject })
      this.process.send({ ...request, id }, (error) => {
        if (error) this.#failAll(this.#gone(error))
      })
    })
  }

  /** Closes the channel, upon which it ends. */
  disconnect(): void {
    if (this.process.connected) this.process.disconnect()
  }

  #take(message: { readonly id?: number; readonly error?: string }, note: (message: unknown) => void = () => undefined): void {
    if (message.id === undefined) return note(message)
    const waiter = this.#waiters.get(message.id)
    this.#waiters.delete(message.id)
    if (message.error === undefined) waiter?.resolve(message)
    else waiter?.reject(new Error(message.error))
  }

  #failAll(error: Error): void {
    for (const waiter of this.#waiters.values()) waiter.reject(error)
    this.#waiters.clear()
  }
}
