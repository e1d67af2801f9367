// A BGP neighbour on loopback: a real socket, our own codec at the other end, and the table that it has learnt.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { BgpFramer, encodeKeepalive } from '../../../wire/bgp/bgp-framer.ts'
import { decodeMessage, type BgpMessage } from '../../../wire/bgp/bgp-message.ts'
import { nlriText } from '../../../wire/bgp/bgp-describe.ts'
import { encodeOpen, type BgpOpen } from '../../../wire/bgp/bgp-open.ts'
import type { BgpUpdate } from '../../../wire/bgp/bgp-update-decode.ts'

const open: BgpOpen = {
  as: 64_501,
  holdSeconds: 90,
  routerId: Uint8Array.of(192, 0, 2, 2),
  families: ['ipv4', 'ipv6', 'ipv4-flowspec', 'ipv6-flowspec'],
  as4: true,
  routeRefresh: true,
  gracefulRestart: { restarting: false, notification: false, seconds: 120, families: [] },
}

export type LearntRoute = BgpUpdate['attributes'] & { readonly nextHop: Uint8Array | null }

export class BgpPeer {
  /** Of all sessions, in order. */
  readonly messages: BgpMessage[] = []
  /** Routes of the session that is up, by their text. */
  readonly table = new Map<string, LearntRoute>()
  sessions = 0
  /** Ends of connections that were not ours. */
  closed = 0
  readonly #open: BgpOpen
  readonly #server: Server
  #socket: Socket | undefined

  constructor(overrides: Partial<BgpOpen> = {}) {
    this.#open = { ...open, ...overrides }
    this.#server = createServer((socket) => this.#accept(socket))
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** @param port 0 for any */
  async listen(host = '127.0.0.1', port = 0): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, resolve)
    })
    return this
  }

  send(bytes: Uint8Array): void {
    this.#socket?.write(bytes)
  }

  /** Stops reading: what the speaker sends fills the buffers of both systems. */
  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  /** Cuts the connection. */
  drop(): void {
    this.#socket?.destroy()
  }

  async close(): Promise<void> {
    this.#socket?.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #accept(socket: Socket): void {
    this.#socket?.destroy()
    this.#socket = socket
    this.table.clear()
    const framer = new BgpFramer()
    socket.on('data', (chunk) => {
      framer.push(chunk)
      for (let frame = framer.next(); frame !== null; frame = framer.next()) this.#handle(decodeMessage(frame, { as4: this.#open.as4 }))
    })
    socket.on('error', () => socket.destroy())
    socket.on('end', () => {
      this.closed++
    })
    socket.write(encodeOpen(this.#open))
  }

  #handle(message: BgpMessage): void {
    this.messages.push(message)
    if (message.type === 'open') this.send(encodeKeepalive())
    if (message.type === 'open') this.sessions++
    if (message.type === 'update') this.#learn(message.update)
  }

  #learn({ unreach, reach, attributes }: BgpUpdate): void {
    for (const { family, nlri } of unreach) for (const route of nlri) this.table.delete(nlriText(route, family))
    for (const { family, nextHop, nlri } of reach) {
      for (const route of nlri) this.table.set(nlriText(route, family), { ...attributes, nextHop: nextHop && Uint8Array.from(nextHop) })
    }
  }
}
