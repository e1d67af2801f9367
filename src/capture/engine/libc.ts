// The calls of Linux that captures need and Node has no way to make: pipes of a chosen size, kernel time stamps, the state
// of the clock, offloads of network cards.
import koffi from 'koffi'

export interface Libc {
  pipe2(fds: Buffer, flags: number): number
  /** `kind` is the C type of what follows: fcntl takes a variable number of arguments. */
  fcntl(fd: number, command: number, kind: 'int', value: number): number
  read(fd: number, into: Uint8Array, bytes: number): number
  close(fd: number): number
  socket(family: number, type: number, protocol: number): number
  setsockopt(fd: number, level: number, option: number, value: Buffer, length: number): number
  ioctl(fd: number, request: number, kind: 'void *', argument: Buffer): number
  adjtimex(state: Buffer): number
  strerror(errno: number): string
}

/** Of <errno.h> on Linux. */
export const errorNumber = { interrupted: 4, again: 11 } as const

let loaded: Libc | undefined

/** @throws Error when libc cannot be called on this platform */
export function libc(): Libc {
  if (loaded !== undefined) return loaded
  // Node itself is linked against libc, glibc or musl: its symbols are there without naming a file.
  const library = koffi.load(null)
  // The prototypes are those of the manual pages; koffi types functions as any.
  loaded = {
    pipe2: library.func('int pipe2(void *, int)'),
    fcntl: library.func('int fcntl(int, int, ...)'),
    read: library.func('long read(int, void *, size_t)'),
    close: library.func('int close(int)'),
    socket: library.func('int socket(int, int, int)'),
    setsockopt: library.func('int setsockopt(int, int, int, void *, unsigned int)'),
    ioctl: library.func('int ioctl(int, unsigned long, ...)'),
    adjtimex: library.func('int adjtimex(void *)'),
    strerror: library.func('const char *strerror(int)'),
  }
  return loaded
}

/** Of the last call that failed. */
export function lastErrno(): number {
  return koffi.errno()
}

/** Where a buffer is, for structures that point to others. The buffer must live for as long as they are used. */
export function addressOf(buffer: Buffer): bigint {
  return koffi.address(buffer)
}

/** What the last call that failed says about it. */
export function lastError(what: string): Error {
  return new Error(`cannot ${what}: ${libc().strerror(koffi.errno())}`)
}
