// A UDP socket on loopback that keeps what it receives, for tests.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'

export interface Received {
  readonly data: Buffer
  readonly address: string
  readonly port: number
}

const deadlineMilliseconds = 20_000

export class UdpListener {
  readonly received: Received[] = []
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('message', (data, { address, port }) => this.received.push({ data, address, port }))
  }

  static async open(): Promise<UdpListener> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024 })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return new UdpListener(socket)
  }

  get port(): number {
    return this.#socket.address().port
  }

  /** Resolves when the condition holds; rejects when it does not within the deadline. */
  async until(condition: () => boolean): Promise<void> {
    for (let waited = 0; !condition(); waited += 5) {
      if (waited > deadlineMilliseconds) throw new Error(`gave up after ${this.received.length} datagrams`)
      await delay(5)
    }
  }

  close(): void {
    this.#socket.close()
  }
}
