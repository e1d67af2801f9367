// Receives datagrams by Node's dgram, for systems without recvmmsg.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4 } from 'node:net'
import { parseWords, type AddressWords } from './address-words.ts'
import type { BoundListener, DatagramHandler, DatagramReceiver, ReceiverConfig, ReceiverDuties } from './datagram-receiver.ts'
import { formatListenAddress, type ListenAddress } from './listen-address.ts'

/** How often the thread looks after its other duties. */
const idleMs = 100
/** Distinct source addresses whose parsed form is kept. */
const sourceCacheSize = 4096

export class DgramReceiver implements DatagramReceiver {
  readonly #config: ReceiverConfig
  #sockets: Socket[] = []
  readonly #sources = new Map<string, AddressWords>()
  #sourcePort = 0

  constructor(config: ReceiverConfig) {
    this.#config = config
  }

  async open(): Promise<void> {
    for (const address of this.#config.listen) this.#sockets.push(await this.#openSocket(address))
  }

  async #openSocket(address: ListenAddress): Promise<Socket> {
    const socket = createSocket({ type: isIPv4(address.host) ? 'udp4' : 'udp6', reuseAddr: false })
    socket.bind(address.port, address.host)
    try {
      await once(socket, 'listening')
    } catch (error) {
      this.close()
      throw new Error(`cannot listen on UDP ${formatListenAddress(address)}. Change collect.listen, or stop what uses the port`, {
        cause: error,
      })
    }
    trySetBuffer(socket, this.#config.receiveBuffer)
    return socket
  }

  listeners(): BoundListener[] {
    return this.#sockets.map((socket) => ({
      host: socket.address().address,
      port: socket.address().port,
      receiveBuffer: socket.getRecvBufferSize(),
      kernelDrops: null,
    }))
  }

  sourcePort(): number {
    return this.#sourcePort
  }

  async run(handler: DatagramHandler, duties: ReceiverDuties): Promise<void> {
    for (const [index, socket] of this.#sockets.entries()) {
      socket.on('message', (message: Buffer, remote: RemoteInfo) => {
        duties.received()
        this.#sourcePort = remote.port
        handler(message, message.length, this.#source(remote.address), index)
      })
    }
    let isBusy = false
    while (!duties.isStopping()) {
      await new Promise((resolve) => setTimeout(resolve, isBusy ? 0 : idleMs))
      isBusy = duties.idle()
    }
  }

  #source(address: string): AddressWords {
    const known = this.#sources.get(address)
    if (known !== undefined) return known
    if (this.#sources.size >= sourceCacheSize) this.#sources.clear()
    // A link-local source carries its zone, which is no part of the address.
    const words = parseWords(address.split('%')[0] ?? address)
    this.#sources.set(address, words)
    return words
  }

  close(): void {
    for (const socket of this.#sockets) socket.close()
    this.#sockets = []
  }
}

function trySetBuffer(socket: Socket, bytes: number): void {
  try {
    socket.setRecvBufferSize(bytes)
  } catch {
    // The system refuses more than its own limit; what it granted is read back and shown.
    return
  }
}
