// Waits for the end of a capture, and shows how it goes meanwhile.
import { setTimeout as delay } from 'node:timers/promises'
import type { Capture, CaptureStatus } from '../contract/capture.ts'
import { ServerUnreachableError, type ApiClient } from './api-client.ts'
import { progressText } from './capture-text.ts'
import { ProgressLine } from './progress-line.ts'

/** Below the account. */
export const capturesPath = '/drawbridge/captures'
const everyMs = 1000
/** A server that starts again goes on with its captures: it is asked for so long. */
const patienceMs = 60_000

export function isOver(status: CaptureStatus): boolean {
  return status === 'success' || status === 'complete' || status === 'failed'
}

/**
 * Shows progress on standard error: in one line on a terminal, in a line for each change elsewhere.
 * @param signal ends the waiting; the capture goes on
 * @returns the capture when it is over, or as it was last seen
 */
export async function followCapture(client: Pick<ApiClient, 'call'>, started: Capture, signal: AbortSignal): Promise<Capture> {
  const line = new ProgressLine()
  let capture = started
  let heardAt = Date.now()
  while (!isOver(capture.status) && !signal.aborted) {
    line.show(progressText(capture))
    await pause(everyMs, signal)
    try {
      capture = await client.call<Capture>('GET', `${capturesPath}/${started.id}`)
      heardAt = Date.now()
    } catch (error) {
      if (!(error instanceof ServerUnreachableError) || Date.now() - heardAt > patienceMs) throw error
      line.show(`${error.message}; asking again`)
    }
  }
  line.clear()
  return capture
}

/** The signal ends it early. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
