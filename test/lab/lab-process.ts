// A program that a test runs beside itself: its output is kept, and it ends with the test.
import { spawn, type ChildProcess } from 'node:child_process'

import { until } from './poll.ts'

export interface LabCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A started program. Output of stdout and stderr is kept in the order in which it came. */
export class LabProcess {
  readonly child: ChildProcess
  readonly #name: string
  #output = ''
  #failure: Error | undefined

  constructor({ command, args, env }: LabCommand) {
    this.#name = [command, ...args].join(' ')
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    this.child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()))
    this.child.stderr?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()))
    this.child.on('error', (error) => (this.#failure = error))
  }

  get output(): string {
    return this.#output
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.#failure === undefined
  }

  /** Waits until its output matches; fails at once, with the output, when it ends before. */
  async waitFor(pattern: RegExp, deadlineMs?: number): Promise<RegExpExecArray> {
    const found = await until(
      `${pattern.source} from ${this.#name}`,
      () => pattern.exec(this.#output) ?? (this.isRunning ? undefined : 'ended'),
      deadlineMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; it said:\n${this.#output}`, { cause: error })
    })
    if (found === 'ended') throw new Error(`${this.#name} ended; it said:\n${this.#output}`, { cause: this.#failure })
    return found
  }

  /** Waits until it has ended; resolves to its exit code, or null when a signal ended it. */
  async ended(deadlineMs?: number): Promise<number | null> {
    await until(`the end of ${this.#name}`, () => (this.isRunning ? undefined : true), deadlineMs)
    return this.child.exitCode
  }

  /** Sends a signal and waits for the end; kills it when it does not obey. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', deadlineMs = 15_000): Promise<number | null> {
    if (!this.isRunning) return this.child.exitCode
    this.child.kill(signal)
    try {
      return await this.ended(deadlineMs)
    } catch (error) {
      this.child.kill('SIGKILL')
      throw new Error(`${String(error)} after ${signal}; it said:\n${this.#output}`, { cause: error })
    }
  }
}
