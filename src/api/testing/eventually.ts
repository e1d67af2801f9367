// Waits in a test until something is as it should be: asks again and again, with a deadline that a busy machine meets too.
import { expect } from 'vitest'

/** Below the 30 s of a test, so that the difference is told and not the time. */
const deadline = { timeout: 25_000, interval: 5 }

export const eventually = <T>(probe: () => T | Promise<T>) => expect.poll(probe, deadline)
