// Standard output for commands that may print a lot: waits while the reader is slow, ends quietly when it has gone.
import type { Writable } from 'node:stream'

/** Characters that are gathered before they are written. */
const chunkSize = 64 * 1024

export class Output {
  readonly #stream: Writable
  #text = ''
  #closed = false

  constructor(stream: Writable) {
    this.#stream = stream
    // The reader of a pipe may stop early, as head does: no error of ours.
    stream.on('error', this.#onError)
  }

  /** False once nobody reads any more. */
  get open(): boolean {
    return !this.#closed
  }

  readonly #onError = (): void => {
    this.#closed = true
  }

  add(text: string): void {
    this.#text += text
  }

  /** Writes what was added, if it is enough to be worth it or `all` is set. */
  async flush(all: boolean): Promise<void> {
    if (this.#text === '' || (!all && this.#text.length < chunkSize)) return
    const text = this.#text
    this.#text = ''
    if (this.#closed) return
    if (!this.#stream.write(text)) await this.#drained()
  }

  /** Resolves when the stream takes more, or never will. */
  async #drained(): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#stream.off('drain', done).off('close', done).off('error', done)
        resolve()
      }
      this.#stream.on('drain', done).on('close', done).on('error', done)
    })
  }

  /** Writes the rest and lets go of the stream, which stays open. */
  async end(): Promise<void> {
    await this.flush(true)
    this.#stream.off('error', this.#onError)
  }
}
