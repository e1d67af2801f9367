// What a driver's answer makes of an advertisement: which event it is, and when it is tried again.
import { timeText, type AdvertisementRow } from './advertisement-rows.ts'
import { byItself, type Happening } from './change-queue.ts'
import type { Direction, DriverOutcome } from './driver.ts'

/** After the first failure; doubled by each further one. */
const firstRetryMs = 5000
const longestRetryMs = 300_000
/** Somebody has to unlock it at the driver's side, and does not tell us. */
const lockedRetryMs = 3_600_000

const announceEvents = {
  done: 'announce_done',
  delayed: 'announce_delayed',
  locked: 'announce_locked',
  refused: 'announce_refused',
  error: 'announce_failed',
} as const

/** @param now ms since 1970 */
export function happeningOf(row: AdvertisementRow, direction: Direction, outcome: DriverOutcome, now: number): Happening {
  const why = outcome.detail === '' ? `${row.driver}: ${outcome.kind}` : outcome.detail
  const attempts = outcome.kind === 'error' ? row.attempts + 1 : 0
  const withdrawn = outcome.kind === 'done' ? 'withdraw_done' : 'withdraw_failed'
  const event = direction === 'announce' ? announceEvents[outcome.kind] : withdrawn
  const retry = retryAt(direction, outcome, attempts, now)
  const first = direction === 'announce' && outcome.kind === 'done' && row.announced_at === null
  const already = first ? { already: Number(outcome.already) } : {}
  return { event, who: byItself, why, columns: { detail: why, attempts, retry_at: retry === null ? null : timeText(retry), ...already } }
}

/** When it is tried again, ms since 1970; null for not by us. A withdrawal is tried until it is done. */
function retryAt(direction: Direction, outcome: DriverOutcome, attempts: number, now: number): number | null {
  if (outcome.kind === 'done') return null
  if (outcome.kind === 'delayed') return outcome.retryAt
  if (outcome.kind === 'error') return now + Math.min(firstRetryMs * 2 ** Math.min(attempts - 1, 16), longestRetryMs)
  if (direction === 'withdraw') return now + longestRetryMs
  return outcome.kind === 'locked' ? now + lockedRetryMs : null
}
