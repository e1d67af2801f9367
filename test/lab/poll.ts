// Waits for a condition by asking for it again and again, with a deadline: tests never sleep to synchronise.
import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 50

/**
 * @param what what is waited for, for the error
 * @param probe answers undefined while it is not there yet; an error it throws is kept and asked again
 * @param deadlineMs 60 s unless told
 * @returns what `probe` answered
 */
export async function until<T>(what: string, probe: () => T | undefined | Promise<T | undefined>, deadlineMs = 60_000): Promise<T> {
  const deadline = Date.now() + deadlineMs
  let failure: unknown
  while (Date.now() < deadline) {
    try {
      const answer = await probe()
      if (answer !== undefined) return answer
      failure = undefined
    } catch (error) {
      failure = error
    }
    await delay(pollMs)
  }
  throw new Error(`waited ${deadlineMs} ms in vain for ${what}`, { cause: failure })
}
