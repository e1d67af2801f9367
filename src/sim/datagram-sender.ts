// Sends datagrams out of one piece of memory, whichever way the platform does best.
import type { PlacedDatagram } from './exporters/exporter.ts'

export interface SenderTarget {
  /** IPv4 or IPv6 address, no name. */
  readonly address: string
  readonly port: number
  /** Own address to send from; the kernel chooses when undefined. */
  readonly from: string | undefined
}

export interface DatagramSender {
  /**
   * Sends datagrams of the memory in order and lets go of it: it may be changed when the promise resolves. Sends all of
   * them, again where the receiver refused or the kernel had no room.
   */
  send(datagrams: readonly PlacedDatagram[]): Promise<void> | void
  /** How often the kernel reported that nobody listens, or had no room. */
  readonly errors: number
  close(): void
}
