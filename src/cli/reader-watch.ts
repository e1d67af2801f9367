// Notices that nobody reads a pipe any more before there is something to write: a capture that sees no packet would go on.

/** Of <poll.h>, on Linux and macOS: the reader is gone, or the descriptor is. */
const goneEvents = 0x08 | 0x10 | 0x20
const everyMs = 500

/**
 * Looks twice a second. Where poll(2) cannot be called nobody looks, and the next write tells.
 * @returns ends it
 */
export async function watchReader(fd: number, onGone: () => void): Promise<() => void> {
  const isGone = await pollOf(fd)
  if (isGone === undefined) return () => undefined
  const timer = setInterval(() => {
    if (isGone()) onGone()
  }, everyMs).unref()
  return () => clearInterval(timer)
}

async function pollOf(fd: number): Promise<(() => boolean) | undefined> {
  if (process.platform !== 'linux' && process.platform !== 'darwin') return undefined
  const { default: koffi } = await import('koffi')
  // The prototype is that of the manual page, nfds_t as wide as a register; koffi types functions as any.
  const poll = koffi.load(null).func('int poll(void *, unsigned long, int)') as (fds: Buffer, count: number, timeoutMs: number) => number
  // struct pollfd: 0 fd i32 · 4 events i16 · 6 revents i16. Errors are reported without being asked for.
  const entry = Buffer.alloc(8)
  entry.writeInt32LE(fd)
  return () => poll(entry, 1, 0) > 0 && (entry.readInt16LE(6) & goneEvents) !== 0
}
