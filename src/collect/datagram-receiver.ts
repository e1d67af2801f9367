// How a collector thread gets its datagrams: recvmmsg on Linux, Node's dgram elsewhere, behind one interface.
import type { AddressWords } from './address-words.ts'
import type { ListenAddress } from './listen-address.ts'

/** Called for each datagram. `bytes` is only valid until it returns. */
export type DatagramHandler = (bytes: Uint8Array, length: number, source: AddressWords, listener: number) => void

export interface ReceiverConfig {
  readonly listen: readonly ListenAddress[]
  /** Receive buffer to ask for, bytes a socket. */
  readonly receiveBuffer: number
  /** Several threads bind the same ports; the kernel spreads exporters over them (SO_REUSEPORT). */
  readonly shared: boolean
}

/** What the thread does beside receiving. */
export interface ReceiverDuties {
  /** Called when datagrams have come and before they are handed on: what was told before they were sent can be taken in. */
  received(): void
  /** Called after each group of datagrams and at least every 100 ms; at once again when it answers true. */
  idle(): boolean
  isStopping(): boolean
}

export interface BoundListener {
  readonly host: string
  readonly port: number
  /** What the kernel granted, bytes. */
  readonly receiveBuffer: number
  /** Datagrams that the kernel dropped since the socket was opened, null where that cannot be told. */
  readonly kernelDrops: number | null
}

export interface DatagramReceiver {
  /** Binds all sockets. @throws Error with the address and the reason */
  open(): void | Promise<void>
  listeners(): BoundListener[]
  /** UDP port that the datagram at hand came from: to be asked within the handler. */
  sourcePort(): number
  /** Receives until `isStopping` says so. On Linux this blocks the thread, which does nothing else. */
  run(handler: DatagramHandler, duties: ReceiverDuties): Promise<void>
  close(): void
}
