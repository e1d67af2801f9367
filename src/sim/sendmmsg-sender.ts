// Sends many datagrams by one system call, sendmmsg(2) through koffi: for rates that Node's sockets cannot reach.
import koffi from 'koffi'
import { isIPv6 } from 'node:net'
import type { DatagramSender, SenderTarget } from './datagram-sender.ts'
import type { PlacedDatagram } from './exporters/exporter.ts'
import { addressBytes } from './prefix.ts'

// Constants of <sys/socket.h> and <errno.h> on Linux; the same on x86-64 and arm64.
const AF_INET = 2
const AF_INET6 = 10
const SOCK_DGRAM_CLOEXEC = 2 | 0x80000
const EINTR = 4
const EAGAIN = 11
const ENOBUFS = 105
const ECONNREFUSED = 111
const repeatable: ReadonlySet<number> = new Set([EINTR, EAGAIN, ENOBUFS, ECONNREFUSED])
// A refusal is reported once for a datagram that went before; more of them in a row than this mean something else.
const mostAttempts = 20

/** The kernel takes no more in one call (UIO_MAXIOV). */
const groupSize = 1024
/** struct mmsghdr of a 64-bit system: 56 bytes of msghdr (16 pointer to iovec, 24 their number), 4 of length, 4 of padding. */
const messageLength = 64
const iovecLength = 16

interface Libc {
  socket(family: number, type: number, protocol: number): number
  bind(fd: number, address: Buffer, length: number): number
  connect(fd: number, address: Buffer, length: number): number
  sendmmsg(fd: number, messages: Buffer, count: number, flags: number): number
  close(fd: number): number
  strerror(errno: number): string
}

function loadLibc(): Libc {
  // Node itself is linked against libc, glibc or musl: its symbols are there without naming a file.
  const library = koffi.load(null)
  // The prototypes are those of the manual pages; koffi types functions as any.
  return {
    socket: library.func('int socket(int, int, int)'),
    bind: library.func('int bind(int, void *, unsigned int)'),
    connect: library.func('int connect(int, void *, unsigned int)'),
    sendmmsg: library.func('int sendmmsg(int, void *, unsigned int, int)'),
    close: library.func('int close(int)'),
    strerror: library.func('const char *strerror(int)'),
  }
}

export class SendmmsgSender implements DatagramSender {
  errors = 0
  private readonly libc: Libc
  private readonly fd: number
  private readonly memoryAddress: bigint
  private readonly messages = Buffer.alloc(groupSize * messageLength)
  private readonly iovecs = Buffer.alloc(groupSize * iovecLength)
  /** The iovecs as 64-bit words: address and length of each. */
  private readonly words: BigUint64Array

  /**
   * @param memory of all datagrams; must stay as long as the sender
   * @throws Error that says what the kernel refused
   */
  constructor(target: SenderTarget, memory: Buffer) {
    this.libc = loadLibc()
    this.memoryAddress = koffi.address(memory)
    this.words = new BigUint64Array(this.iovecs.buffer, this.iovecs.byteOffset, groupSize * 2)
    const iovecs = koffi.address(this.iovecs)
    for (let index = 0; index < groupSize; index++) {
      this.messages.writeBigUInt64LE(iovecs + BigInt(index * iovecLength), index * messageLength + 16)
      this.messages.writeBigUInt64LE(1n, index * messageLength + 24)
    }
    this.fd = this.open(target)
  }

  send(datagrams: readonly PlacedDatagram[]): void {
    for (let start = 0; start < datagrams.length; start += groupSize) this.sendGroup(datagrams, start)
  }

  close(): void {
    this.libc.close(this.fd)
  }

  private sendGroup(datagrams: readonly PlacedDatagram[], start: number): void {
    const count = Math.min(groupSize, datagrams.length - start)
    for (let index = 0; index < count; index++) {
      const { offset, length } = datagrams[start + index]
      this.words[index * 2] = this.memoryAddress + BigInt(offset)
      this.words[index * 2 + 1] = BigInt(length)
    }
    let attempts = 0
    for (let sent = 0; sent < count;) {
      const taken = this.libc.sendmmsg(this.fd, this.messages.subarray(sent * messageLength), count - sent, 0)
      if (taken > 0) {
        sent += taken
        attempts = 0
      } else this.failed(++attempts)
    }
  }

  private failed(attempts: number): void {
    const errno = koffi.errno()
    this.errors++
    if (!repeatable.has(errno) || attempts >= mostAttempts) throw new Error(`cannot send: ${this.libc.strerror(errno)}`)
  }

  private open({ address, port, from }: SenderTarget): number {
    const fd = this.libc.socket(isIPv6(address) ? AF_INET6 : AF_INET, SOCK_DGRAM_CLOEXEC, 0)
    if (fd < 0) throw new Error(`cannot open a UDP socket: ${this.libc.strerror(koffi.errno())}`)
    const own = from === undefined ? undefined : socketName(from, 0)
    if (own && this.libc.bind(fd, own, own.length) < 0) throw this.refused(fd, `send from ${from}`)
    const peer = socketName(address, port)
    if (this.libc.connect(fd, peer, peer.length) < 0) throw this.refused(fd, `send to ${address}`)
    return fd
  }

  private refused(fd: number, what: string): Error {
    const reason = this.libc.strerror(koffi.errno())
    this.libc.close(fd)
    return new Error(`cannot ${what}: ${reason}`)
  }
}

/** struct sockaddr_in (16 bytes: family, port, address) or sockaddr_in6 (28 bytes: family, port, flow, address, scope). */
function socketName(address: string, port: number): Buffer {
  const six = isIPv6(address)
  const name = Buffer.alloc(six ? 28 : 16)
  name.writeUInt16LE(six ? AF_INET6 : AF_INET, 0)
  name.writeUInt16BE(port, 2)
  name.set(addressBytes(address), six ? 8 : 4)
  return name
}
