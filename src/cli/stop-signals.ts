// Lets a command end in order when it is told to: the first signal asks, a second one ends the process.

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** @param run is told by its signal that a signal of the system came */
export async function untilSignal<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const ended = new AbortController()
  const end = (): void => ended.abort()
  for (const signal of signals) process.once(signal, end)
  try {
    return await run(ended.signal)
  } finally {
    for (const signal of signals) process.off(signal, end)
  }
}

/** What a shell reports for a command that was interrupted: 128 + 2. */
export const interruptedExitCode = 130
