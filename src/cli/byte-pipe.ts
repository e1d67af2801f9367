// Bytes into a pipe whose reader may be slow, or leave: that ends the writing and is no error.
import { closeSync, constants, openSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { hasCode, type ByteSink, type SinkEnds } from './byte-sink.ts'
import { CommandError } from './command-error.ts'
import { watchReader } from './reader-watch.ts'

interface Pipe {
  readonly stream: Writable
  readonly fd: number
  /** Whether it is ours to close. */
  readonly close: boolean
}

export class BytePipe implements ByteSink {
  readonly #pipe: Pipe
  readonly #ends: SinkEnds
  #unwatch: () => void = () => undefined
  #failure: CommandError | undefined

  private constructor(pipe: Pipe, ends: SinkEnds) {
    this.#pipe = pipe
    this.#ends = ends
  }

  static async open(pipe: Pipe, ends: SinkEnds): Promise<BytePipe> {
    const opened = new BytePipe(pipe, ends)
    // It stays: what is on its way when we have ended can still fail.
    pipe.stream.on('error', (error) => opened.#failed(error))
    opened.#unwatch = await watchReader(pipe.fd, () => ends.gone.abort())
    return opened
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (!this.#pipe.stream.write(chunk)) await this.#drained()
  }

  async finish(): Promise<void> {
    const { stream, close } = this.#pipe
    if (!close || this.#ends.gone.signal.aborted) return this.discard()
    this.#unwatch()
    await new Promise<void>((resolve) => {
      stream.once('close', () => resolve()).end()
    })
  }

  async discard(): Promise<void> {
    this.#unwatch()
    if (this.#pipe.close) this.#pipe.stream.destroy()
    if (this.#failure) throw this.#failure
  }

  #failed(error: Error): void {
    if (!hasCode(error, 'EPIPE')) this.#failure = new CommandError(`standard output cannot be written: ${error.message}`)
    this.#ends.gone.abort()
  }

  /** Resolves when more is wanted, or never will be. */
  async #drained(): Promise<void> {
    const { stream } = this.#pipe
    const { signal } = this.#ends
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stream.off('drain', done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      stream.on('drain', done)
      signal.addEventListener('abort', done)
    })
  }
}

/** Wireshark opens its end at once, on a busy machine some seconds later. */
const waitMs = 30_000
const pollMs = 20

/**
 * Opens a named pipe as soon as somebody reads it. Opening it in the usual way would wait where no signal ends it.
 * @throws CommandError when nobody does; AbortError
 */
export async function openNamedPipe(file: string, signal: AbortSignal): Promise<Omit<Pipe, 'close'>> {
  const fd = await descriptorFor(file, { waitMs, signal })
  if (fd === undefined) throw new CommandError(`nobody reads ${file}`)
  return { stream: new Socket({ fd, readable: false, writable: true }), fd }
}

/** Tells who waits at the other end that nothing comes: a program that captures waits for ever otherwise. */
export async function closeNamedPipe(file: string): Promise<void> {
  const fd = await descriptorFor(file, { waitMs: 5000 })
  if (fd !== undefined) closeSync(fd)
}

interface Patience {
  readonly waitMs: number
  readonly signal?: AbortSignal
}

/** Undefined when nobody reads it for as long. */
async function descriptorFor(file: string, { waitMs, signal }: Patience): Promise<number | undefined> {
  const deadline = Date.now() + waitMs
  do {
    const fd = openForReader(file)
    if (fd !== undefined) return fd
    await delay(pollMs, undefined, signal === undefined ? {} : { signal })
  } while (Date.now() < deadline)
  return undefined
}

/** Undefined while there is no reader. */
function openForReader(file: string): number | undefined {
  try {
    return openSync(file, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch (error) {
    if (hasCode(error, 'ENXIO')) return undefined
    throw new CommandError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}
