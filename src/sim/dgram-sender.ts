// Sends datagrams by Node's own sockets: everywhere, one system call each.
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import type { DatagramSender, SenderTarget } from './datagram-sender.ts'
import type { PlacedDatagram } from './exporters/exporter.ts'

// A refusal is reported once for a datagram that went before; more of them in a row than this mean something else.
const mostAttempts = 20

export class DgramSender implements DatagramSender {
  errors = 0
  private readonly socket: Socket
  private readonly memory: Buffer

  private constructor(socket: Socket, memory: Buffer) {
    this.socket = socket
    this.memory = memory
    // Refusals arrive here too; `send` counts those that it sees.
    socket.on('error', () => this.errors++)
  }

  /** @throws when the own address cannot be used or the target cannot be reached */
  static async open(target: SenderTarget, memory: Buffer): Promise<DgramSender> {
    const socket = createSocket(isIPv6(target.address) ? 'udp6' : 'udp4')
    try {
      const ready = once(socket, 'connect')
      if (target.from === undefined) socket.connect(target.port, target.address)
      else socket.bind({ address: target.from, port: 0 }, () => socket.connect(target.port, target.address))
      await ready
    } catch (error) {
      socket.close()
      throw error
    }
    return new DgramSender(socket, memory)
  }

  async send(datagrams: readonly PlacedDatagram[]): Promise<void> {
    await Promise.all(datagrams.map((datagram) => this.sendOne(datagram)))
  }

  close(): void {
    this.socket.close()
  }

  private async sendOne({ offset, length }: PlacedDatagram): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const error = await new Promise<Error | null>((resolve) => this.socket.send(this.memory, offset, length, resolve))
      if (!error) return
      this.errors++
      if (attempt === mostAttempts) throw error
    }
  }
}
