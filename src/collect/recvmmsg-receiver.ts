// Receives datagrams in groups by recvmmsg(2), called through koffi: one system call for up to 128 datagrams, no object
// for a datagram and no copy. A thread with dgram loses two thirds of what this takes with less than a core.
import koffi from 'koffi'
import { wordsOfBytes, wordsOfIpv4, type AddressWords } from './address-words.ts'
import type { BoundListener, DatagramHandler, DatagramReceiver, ReceiverConfig, ReceiverDuties } from './datagram-receiver.ts'
import { readKernelDrops, socketInode } from './kernel-drops.ts'
import { formatListenAddress, type ListenAddress } from './listen-address.ts'
import { isIPv4 } from 'node:net'
import { parseWords } from './address-words.ts'

// Constants of <sys/socket.h>, <netinet/in.h> and <poll.h> on Linux; the same on x86-64 and arm64.
const AF_INET = 2
const AF_INET6 = 10
const SOCK_DGRAM_CLOEXEC = 2 | 0x80000
const SOL_SOCKET = 1
const SO_RCVBUF = 8
const SO_REUSEPORT = 15
const SO_RCVBUFFORCE = 33
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26
const MSG_DONTWAIT = 0x40
const POLLIN = 1
const EINTR = 4
const EAGAIN = 11
const EAFNOSUPPORT = 97

/** Datagrams a call: 128 × 64 KiB of address space, of which only what datagrams fill becomes memory. */
const groupSize = 128
const slotLength = 65_536
/** struct mmsghdr of a 64-bit system: 56 bytes of msghdr, 4 of length, 4 of padding. */
const messageLength = 64
const iovecLength = 16
/** sockaddr_in6 has 28 bytes; rounded up. */
const nameLength = 32
/** struct pollfd: int fd, short events, short revents. */
const pollfdLength = 8
/** How long a call waits for datagrams before the thread looks after its other duties. */
const waitMs = 100

interface Socket {
  readonly fd: number
  readonly family: number
  readonly address: ListenAddress
  readonly receiveBuffer: number
  readonly inode: string | null
}

interface Libc {
  socket(family: number, type: number, protocol: number): number
  bind(fd: number, address: Buffer, length: number): number
  setsockopt(fd: number, level: number, option: number, value: Buffer, length: number): number
  getsockopt(fd: number, level: number, option: number, value: Buffer, length: Buffer): number
  getsockname(fd: number, address: Buffer, length: Buffer): number
  poll(fds: Buffer, count: number, timeoutMs: number): number
  recvmmsg(fd: number, messages: Buffer, count: number, flags: number, timeout: null): number
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
    setsockopt: library.func('int setsockopt(int, int, int, void *, unsigned int)'),
    getsockopt: library.func('int getsockopt(int, int, int, void *, void *)'),
    getsockname: library.func('int getsockname(int, void *, void *)'),
    poll: library.func('int poll(void *, unsigned long, int)'),
    recvmmsg: library.func('int recvmmsg(int, void *, unsigned int, int, void *)'),
    close: library.func('int close(int)'),
    strerror: library.func('const char *strerror(int)'),
  }
}

/** Receiver for Linux. `run` blocks its thread. */
export class RecvmmsgReceiver implements DatagramReceiver {
  readonly #config: ReceiverConfig
  readonly #libc: Libc
  #sockets: Socket[] = []
  readonly #payload = Buffer.alloc(groupSize * slotLength)
  readonly #names = Buffer.alloc(groupSize * nameLength)
  readonly #iovecs = Buffer.alloc(groupSize * iovecLength)
  readonly #messages = Buffer.alloc(groupSize * messageLength)
  readonly #slots: Uint8Array[] = []
  readonly #lengths: Uint32Array
  /** Of the datagram at hand, within its group. */
  #index = 0

  constructor(config: ReceiverConfig) {
    this.#config = config
    this.#libc = loadLibc()
    this.#lengths = new Uint32Array(this.#messages.buffer, this.#messages.byteOffset, (groupSize * messageLength) / 4)
    this.#layOut()
  }

  /** Points each message at its slot and its name once; the kernel only writes lengths. */
  #layOut(): void {
    const payload = koffi.address(this.#payload)
    const names = koffi.address(this.#names)
    const iovecs = koffi.address(this.#iovecs)
    for (let i = 0; i < groupSize; i++) {
      this.#slots.push(new Uint8Array(this.#payload.buffer, this.#payload.byteOffset + i * slotLength, slotLength))
      this.#iovecs.writeBigUInt64LE(payload + BigInt(i * slotLength), i * iovecLength)
      this.#iovecs.writeBigUInt64LE(BigInt(slotLength), i * iovecLength + 8)
      const at = i * messageLength
      this.#messages.writeBigUInt64LE(names + BigInt(i * nameLength), at)
      this.#messages.writeUInt32LE(nameLength, at + 8)
      this.#messages.writeBigUInt64LE(iovecs + BigInt(i * iovecLength), at + 16)
      this.#messages.writeBigUInt64LE(1n, at + 24)
    }
  }

  open(): void {
    for (const address of this.#config.listen) {
      try {
        this.#sockets.push(this.#openSocket(address))
      } catch (error) {
        this.close()
        throw error
      }
    }
  }

  #openSocket(address: ListenAddress): Socket {
    let family = AF_INET6
    let fd = this.#libc.socket(AF_INET6, SOCK_DGRAM_CLOEXEC, 0)
    // A kernel without IPv6 still takes IPv4.
    if (fd < 0 && koffi.errno() === EAFNOSUPPORT && (isIPv4(address.host) || address.host === '::')) {
      family = AF_INET
      fd = this.#libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0)
    }
    if (fd < 0) throw this.#failure('open a UDP socket for', address)
    if (family === AF_INET6) this.#setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0)
    if (this.#config.shared) this.#setOption(fd, SOL_SOCKET, SO_REUSEPORT, 1)
    // SO_RCVBUFFORCE needs CAP_NET_ADMIN; without it net.core.rmem_max caps the buffer silently.
    if (this.#setOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, this.#config.receiveBuffer) < 0) {
      this.#setOption(fd, SOL_SOCKET, SO_RCVBUF, this.#config.receiveBuffer)
    }
    const name = socketName(family, address)
    if (this.#libc.bind(fd, name, name.length) < 0) {
      const failure = this.#failure('listen on', address)
      this.#libc.close(fd)
      throw failure
    }
    return {
      fd,
      family,
      address: { host: address.host, port: this.#boundPort(fd) },
      receiveBuffer: this.#grantedBuffer(fd),
      inode: socketInode(fd),
    }
  }

  #failure(what: string, address: ListenAddress): Error {
    const reason = this.#libc.strerror(koffi.errno())
    return new Error(
      `cannot ${what} UDP ${formatListenAddress(address)}: ${reason}. Change collect.listen, or stop what uses the port (ss -lunp)`,
    )
  }

  #setOption(fd: number, level: number, option: number, value: number): number {
    const buffer = Buffer.alloc(4)
    buffer.writeInt32LE(value)
    return this.#libc.setsockopt(fd, level, option, buffer, 4)
  }

  #boundPort(fd: number): number {
    const name = Buffer.alloc(nameLength)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(nameLength)
    this.#libc.getsockname(fd, name, length)
    return name.readUInt16BE(2)
  }

  /** The kernel doubles what is asked, for its own bookkeeping (socket(7)), and tells the double. */
  #grantedBuffer(fd: number): number {
    const value = Buffer.alloc(4)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(4)
    this.#libc.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, value, length)
    return value.readInt32LE(0) / 2
  }

  listeners(): BoundListener[] {
    const drops = readKernelDrops(this.#sockets.map((socket) => socket.inode))
    return this.#sockets.map((socket, index) => ({
      ...socket.address,
      receiveBuffer: socket.receiveBuffer,
      kernelDrops: drops[index] ?? null,
    }))
  }

  async run(handler: DatagramHandler, duties: ReceiverDuties): Promise<void> {
    const fds = Buffer.alloc(this.#sockets.length * pollfdLength)
    for (const [index, socket] of this.#sockets.entries()) {
      fds.writeInt32LE(socket.fd, index * pollfdLength)
      fds.writeInt16LE(POLLIN, index * pollfdLength + 4)
    }
    let isBusy = false
    while (!duties.isStopping()) {
      const ready = this.#libc.poll(fds, this.#sockets.length, isBusy ? 0 : waitMs)
      if (ready < 0 && koffi.errno() !== EINTR) throw new Error(`poll: ${this.#libc.strerror(koffi.errno())}`)
      if (ready > 0) {
        for (const [index, socket] of this.#sockets.entries()) {
          if (fds.readInt16LE(index * pollfdLength + 6) !== 0) this.#receive(socket, index, handler, duties)
        }
      }
      isBusy = duties.idle()
    }
    // What the kernel already holds is taken before the end.
    for (const [index, socket] of this.#sockets.entries()) while (this.#receive(socket, index, handler, duties) > 0) duties.idle()
  }

  /** Takes one group. @returns how many datagrams */
  #receive(socket: Socket, listener: number, handler: DatagramHandler, duties: ReceiverDuties): number {
    const count = this.#libc.recvmmsg(socket.fd, this.#messages, groupSize, MSG_DONTWAIT, null)
    if (count < 0) {
      const errno = koffi.errno()
      if (errno === EAGAIN || errno === EINTR) return 0
      throw new Error(`recvmmsg: ${this.#libc.strerror(errno)}`)
    }
    duties.received()
    for (let i = 0; i < count; i++) {
      this.#index = i
      const length = this.#lengths[(i * messageLength + 56) / 4]
      handler(this.#slots[i], length, this.#source(socket.family, i), listener)
    }
    return count
  }

  /** sockaddr_in6: family, port, flow label (4), 16 bytes of address at 8. sockaddr_in: family, port, 4 bytes at 4. */
  #source(family: number, index: number): AddressWords {
    const at = index * nameLength
    return family === AF_INET6 ? wordsOfBytes(this.#names, at + 8) : wordsOfIpv4(this.#names, at + 4)
  }

  sourcePort(): number {
    return this.#names.readUInt16BE(this.#index * nameLength + 2)
  }

  close(): void {
    for (const socket of this.#sockets) this.#libc.close(socket.fd)
    this.#sockets = []
  }
}

function socketName(family: number, address: ListenAddress): Buffer {
  const name = Buffer.alloc(family === AF_INET6 ? 28 : 16)
  name.writeUInt16LE(family, 0)
  name.writeUInt16BE(address.port, 2)
  // The IPv4 wildcard in an IPv6 socket would be ::ffff:0.0.0.0, which the kernel takes as "IPv4 only".
  const words = parseWords(address.host)
  if (family === AF_INET) name.writeUInt32LE(address.host === '::' ? 0 : words[3], 4)
  else for (const [index, word] of words.entries()) name.writeUInt32LE(word, 8 + index * 4)
  return name
}
