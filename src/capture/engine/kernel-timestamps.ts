// Makes the kernel note when each packet came in. It does so while anybody on the host asks for it, and NFLOG then hands
// the time on; else a packet has the time at which tcpdump read it, which is late when the host is busy.
import { lastError, libc } from './libc.ts'

// Of <sys/socket.h> on Linux; the same on x86-64 and arm64.
const AF_INET = 2
const SOCK_DGRAM_CLOEXEC = 2 | 0x80000
const SOL_SOCKET = 1
const SO_TIMESTAMPNS = 35

export class KernelTimestamps {
  readonly #socket: number

  /** A socket that is bound to nothing and gets nothing. @throws Error when the kernel refuses */
  constructor() {
    this.#socket = libc().socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0)
    if (this.#socket < 0) throw lastError('open a socket for time stamps')
    const on = Buffer.alloc(4)
    on.writeInt32LE(1)
    if (libc().setsockopt(this.#socket, SOL_SOCKET, SO_TIMESTAMPNS, on, on.length) < 0) {
      const error = lastError('ask for time stamps')
      this.close()
      throw error
    }
  }

  close(): void {
    libc().close(this.#socket)
  }
}
