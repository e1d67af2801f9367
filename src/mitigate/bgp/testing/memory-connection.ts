// Connections without a network: what the speaker writes is kept as messages, what the test says is what arrives.
import { decodeMessage, type BgpMessage } from '../../../wire/bgp/bgp-message.ts'
import { BgpFramer } from '../../../wire/bgp/bgp-framer.ts'
import type { BgpConnection, Connect, ConnectionEvents } from '../bgp-transport.ts'

export class MemoryConnection implements BgpConnection {
  readonly events: ConnectionEvents
  readonly localAddress = '192.0.2.1'
  /** What the speaker has sent. */
  readonly messages: BgpMessage[] = []
  /** A neighbour that does not read. */
  isStalled = false
  isEnded = false
  readonly #framer = new BgpFramer()
  readonly #waiting: { readonly bytes: Uint8Array; readonly taken: (() => void) | undefined }[] = []

  constructor(events: ConnectionEvents) {
    this.events = events
  }

  get unsent(): number {
    return this.#waiting.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  write(bytes: Uint8Array, taken?: () => void): void {
    if (this.isEnded) throw new Error('written after the end')
    this.#waiting.push({ bytes, taken })
    // As a socket does: what has been taken is told later, never within the call.
    if (!this.isStalled) queueMicrotask(() => this.flush(1))
  }

  /** The neighbour reads so many writes. */
  flush(count: number): void {
    for (const { bytes, taken } of this.#waiting.splice(0, count)) {
      this.#read(bytes)
      if (!this.isEnded) taken?.()
    }
  }

  /** What arrives from the neighbour. */
  arrive(...parts: readonly Uint8Array[]): void {
    for (const part of parts) if (!this.isEnded) this.events.data(part)
  }

  end(): void {
    // What was written before the end still arrives.
    if (!this.isStalled) this.flush(this.#waiting.length)
    this.isEnded = true
  }

  destroy(): void {
    this.isEnded = true
  }

  /** Messages of one type, in order. */
  ofType<T extends BgpMessage['type']>(type: T): Extract<BgpMessage, { type: T }>[] {
    return this.messages.filter((message): message is Extract<BgpMessage, { type: T }> => message.type === type)
  }

  #read(bytes: Uint8Array): void {
    this.#framer.push(bytes)
    for (let frame = this.#framer.next(); frame !== null; frame = this.#framer.next()) {
      this.messages.push(decodeMessage(frame, { as4: true }))
    }
  }
}

/** A network in which every attempt is kept, and nothing answers before the test does. */
export class MemoryNetwork {
  readonly connections: MemoryConnection[] = []
  readonly connect: Connect = (_target, events) => {
    const connection = new MemoryConnection(events)
    this.connections.push(connection)
    return connection
  }

  /** The latest attempt. */
  get last(): MemoryConnection {
    const connection = this.connections.at(-1)
    if (connection === undefined) throw new Error('nothing was connected')
    return connection
  }
}

/** Resolves when those who read have read what was written. */
export const rest = () => new Promise<void>((resolve) => setImmediate(resolve))
