// Listens on the ports that exporters usually send to and that nobody has taken: what a user without rights can see of
// datagrams that go astray.
import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram'
import { once } from 'node:events'
import type { Log } from '../../base/log.ts'
import { formatWords, parseWords } from '../address-words.ts'
import type { ListenerSet } from './listener-set.ts'
import { describePayload, type StrayDatagram } from './stray-datagram.ts'

/** Defaults of exporters and collectors: NetFlow 2055, 9995, 9996 and others, IPFIX 4739, sFlow 6343. */
export const usualPorts: readonly number[] = [2055, 2056, 4432, 4739, 6343, 6344, 9025, 9555, 9991, 9995, 9996]

const datagramsPerSecond = 1000

export interface UsualPortsDependencies {
  readonly log: Log
  readonly now: () => number
  readonly take: (datagram: StrayDatagram) => void
}

export class UsualPorts {
  readonly #deps: UsualPortsDependencies
  #sockets: Socket[] = []
  #second = 0
  #taken = 0

  constructor(deps: UsualPortsDependencies) {
    this.#deps = deps
  }

  /** @returns how many ports are listened on */
  async start(listeners: ListenerSet, ports: readonly number[]): Promise<number> {
    const taken = new Set(listeners.ports)
    for (const port of ports) if (!taken.has(port)) await this.#listen(port)
    // Beside a listener of IPv4 the same port is free for IPv6.
    for (const port of listeners.portsWithoutIpv6) await this.#bind({ type: 'udp6', ipv6Only: true }, port)
    return this.#sockets.length
  }

  async #listen(port: number): Promise<void> {
    const refused = await this.#bind({ type: 'udp6' }, port)
    // Without IPv6 there is still IPv4.
    if (refused === 'EAFNOSUPPORT' || refused === 'EADDRNOTAVAIL') await this.#bind({ type: 'udp4' }, port)
  }

  /** @returns why it could not be bound; a port in use belongs to somebody else */
  async #bind(options: SocketOptions, port: number): Promise<string | null> {
    const socket = createSocket(options)
    try {
      socket.bind({ port, exclusive: true })
      await once(socket, 'listening')
    } catch (error) {
      socket.close()
      const { code = 'unknown' } = error as NodeJS.ErrnoException
      this.#deps.log.debug({ port, code }, 'a port where flow datagrams may go astray is not listened on')
      return code
    }
    socket.on('error', (error) => this.#deps.log.warn({ error }, `the socket on UDP port ${port} failed`))
    socket.on('message', (message, remote) => this.#take(message, remote, port))
    this.#sockets.push(socket)
    return null
  }

  #take(message: Buffer, remote: RemoteInfo, port: number): void {
    const at = this.#deps.now()
    if (Math.floor(at / 1000) !== this.#second) {
      this.#second = Math.floor(at / 1000)
      this.#taken = 0
    }
    if (this.#taken++ >= datagramsPerSecond) return
    const payload = describePayload(message)
    // A link-local source carries its zone, which is no part of the address.
    const source = formatWords(parseWords(remote.address.split('%')[0] ?? remote.address))
    if (payload !== null) this.#deps.take({ at, source, address: '', port, ...payload })
  }

  async stop(): Promise<void> {
    const closing = this.#sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve)))
    this.#sockets = []
    await Promise.all(closing)
  }
}
