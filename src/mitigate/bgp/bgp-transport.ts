// TCP connections to BGP neighbours: from a chosen address, with MD5 signatures and TTL security where they are wanted.
import { isIP, Socket, type SocketConstructorOpts } from 'node:net'

export interface TransportTarget {
  /** IPv4 or IPv6 address. */
  readonly address: string
  readonly port: number
  /** Empty for the one that the system chooses. */
  readonly sourceAddress: string
  /** TCP MD5 key (RFC 2385); empty for none. */
  readonly password: string
  /** Hops that the neighbour is away at most (RFC 5082); 0 for no check. */
  readonly ttlSecurity: number
}

/** What happens to a connection. After `closed` nothing more is told. */
export interface ConnectionEvents {
  connected(): void
  data(chunk: Uint8Array): void
  /** @param reason why, as the end of a sentence; empty when the other side closed it in order */
  closed(reason: string): void
}

export interface BgpConnection {
  /** Our address without a zone, IPv4 or IPv6; empty before it is connected. */
  readonly localAddress: string
  /** Bytes that the system has not taken yet. */
  readonly unsent: number
  /** @param taken called when the system has taken all of it, not when the connection ends before */
  write(bytes: Uint8Array, taken?: () => void): void
  /** Closes after what has been written. Nothing more is told. */
  end(): void
  /** Closes at once. Nothing more is told. */
  destroy(): void
}

export type Connect = (target: TransportTarget, events: ConnectionEvents) => BgpConnection

/** How long an orderly end may take until the connection is cut, in ms: the other side may not read. */
const endMs = 1000

export const connectTcp: Connect = (target, events) => new TcpConnection(target, events)

class TcpConnection implements BgpConnection {
  readonly #events: ConnectionEvents
  #socket: Socket | undefined
  #silent = false
  #reason = ''

  constructor(target: TransportTarget, events: ConnectionEvents) {
    this.#events = events
    openSocket(target).then(
      (socket) => this.#begin(socket, target),
      (error: Error) => this.#close(error.message),
    )
  }

  get localAddress(): string {
    return this.#socket?.localAddress?.split('%')[0] ?? ''
  }

  get unsent(): number {
    return this.#socket?.writableLength ?? 0
  }

  write(bytes: Uint8Array, taken?: () => void): void {
    const socket = this.#socket
    // Node calls back without an error for what it gives up when the socket is destroyed.
    socket?.write(bytes, (error) => {
      if (!error && !socket.destroyed) taken?.()
    })
  }

  end(): void {
    this.#silent = true
    const socket = this.#socket
    if (socket === undefined || socket.destroyed) return
    if (socket.connecting) {
      socket.destroy()
      return
    }
    socket.end()
    const timer = setTimeout(() => socket.destroy(), endMs)
    socket.once('close', () => clearTimeout(timer))
  }

  destroy(): void {
    this.#silent = true
    this.#socket?.destroy()
  }

  #begin(socket: Socket, target: TransportTarget): void {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('error', (error) => {
      this.#reason = error.message
    })
    socket.on('close', () => this.#close(this.#reason))
    socket.on('connect', () => {
      if (!this.#silent) this.#events.connected()
    })
    // Also after the end: what is not read would turn our FIN into a reset, and what was written might be lost.
    socket.on('data', (chunk) => {
      if (!this.#silent) this.#events.data(chunk)
    })
    if (this.#silent) socket.destroy()
    else socket.connect({ host: target.address, port: target.port, ...localEnd(target) })
  }

  #close(reason: string): void {
    if (this.#silent) return
    this.#silent = true
    this.#events.closed(reason)
  }
}

function localEnd({ sourceAddress }: TransportTarget): { localAddress?: string } {
  return sourceAddress === '' ? {} : { localAddress: sourceAddress }
}

async function openSocket(target: TransportTarget): Promise<Socket> {
  if (target.password === '' && target.ttlSecurity === 0) return new Socket()
  if (process.platform !== 'linux') {
    throw new Error('TCP MD5 passwords and ttl_security need Linux; remove them from advertise.bgp.neighbors, or run Drawbridge on Linux')
  }
  const { openProtectedSocket } = await import('./protected-socket.ts')
  const fd = openProtectedSocket({ ...target, family: isIP(target.address) === 6 ? 6 : 4 })
  // Node documents `fd`; with `manualStart`, which its own servers use, it does not read before the connection stands.
  const options: SocketConstructorOpts & { manualStart: boolean } = { fd, manualStart: true, readable: true, writable: true }
  return new Socket(options)
}
