// A pipe of a megabyte for what tcpdump writes, emptied when the reader has time for it. Node gives children Unix sockets
// for pipes, which wake the reader up at each packet: half a million packets of 160 bytes cost it 1.0 CPU-seconds, and
// tcpdump 1.06, where this pipe costs 0.17 and 0.6.
import { errorNumber, lastErrno, lastError, libc } from './libc.ts'

// Of <fcntl.h> on Linux; the same on x86-64 and arm64.
const O_CLOEXEC = 0o2000000
const O_NONBLOCK = 0o4000
const F_SETFL = 4
const F_SETPIPE_SZ = 1031

/** /proc/sys/fs/pipe-max-size is 1 MiB where nobody changed it, and nobody but root may have more. */
const pipeBytes = 1_048_576

const closed = -1

export class PacketPipe {
  #readEnd: number
  #writeEnd: number

  /** Nothing of it reaches a child but what is handed to it. @throws Error when the process has too many files open */
  constructor() {
    const ends = Buffer.alloc(8)
    if (libc().pipe2(ends, O_CLOEXEC) < 0) throw lastError('open a pipe')
    this.#readEnd = ends.readInt32LE(0)
    this.#writeEnd = ends.readInt32LE(4)
    // Refused to users who have too much memory in pipes already: then it stays at 64 KiB, which works too.
    libc().fcntl(this.#writeEnd, F_SETPIPE_SZ, 'int', pipeBytes)
    if (libc().fcntl(this.#readEnd, F_SETFL, 'int', O_NONBLOCK) < 0) throw lastError('set up a pipe')
  }

  /** For the child's standard output. */
  get writeEnd(): number {
    return this.#writeEnd
  }

  /** To be called once the child has it: the end of the child is the end of the pipe then. */
  closeWriteEnd(): void {
    if (this.#writeEnd !== closed) libc().close(this.#writeEnd)
    this.#writeEnd = closed
  }

  /** @returns bytes that were read, 0 at the end of the pipe, −1 when there is nothing now */
  read(into: Uint8Array): number {
    const taken = libc().read(this.#readEnd, into, into.length)
    if (taken >= 0) return taken
    const errno = lastErrno()
    if (errno === errorNumber.again || errno === errorNumber.interrupted) return -1
    throw lastError('read from tcpdump')
  }

  close(): void {
    this.closeWriteEnd()
    if (this.#readEnd !== closed) libc().close(this.#readEnd)
    this.#readEnd = closed
  }
}
