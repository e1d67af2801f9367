// What the answer of a webhook means: done, not yet, locked, later, never, or try again.
import { retryAfterMs, type HttpAnswer } from '../../base/http-exchange.ts'
import type { DriverOutcome } from '../driver.ts'

/** `waiting`: it has been taken, and a confirmation follows. */
export type WebhookVerdict = DriverOutcome | { readonly kind: 'waiting'; readonly detail: string }

/** Statuses that say "later" (RFC 9110, 8470, 6585). */
const laterStatuses: ReadonlySet<number> = new Set([408, 425, 429])
const lockedStatuses: ReadonlySet<number> = new Set([409, 423])
/** When the answer does not say for how long. */
const pauseMs = 60_000
/** A pause that is asked for is believed up to an hour. */
const longestPauseMs = 3_600_000
const longestDetail = 200

/** @param host for the sentence that people read @param now ms since 1970 */
export function verdictOn(answer: HttpAnswer, host: string, now: number): WebhookVerdict {
  const { status, headers } = answer
  const said = saidIn(answer.body)
  const detail = `${host} answers HTTP ${status}${said.detail === '' ? '' : `: ${said.detail}`}`
  if (status === 202) return { kind: 'waiting', detail }
  if (status >= 200 && status < 300) return { kind: 'done', already: said.already, detail }
  if (status >= 300 && status < 400) return { kind: 'refused', detail: `${detail}; redirects are not followed` }
  const asked = retryAfterMs(headers, now)
  if (laterStatuses.has(status) || (status === 503 && asked !== undefined)) {
    return { kind: 'delayed', retryAt: now + Math.min(asked ?? pauseMs, longestPauseMs), detail }
  }
  if (lockedStatuses.has(status)) return { kind: 'locked', detail }
  return { kind: status >= 400 && status < 500 ? 'refused' : 'error', detail }
}

/** A body can be JSON, `{"detail": "a sentence", "already": true}`; anything else is not looked at. */
function saidIn(body: string): { readonly detail: string; readonly already: boolean } {
  const { detail, already } = parsed(body)
  return { detail: typeof detail === 'string' ? oneLine(detail) : '', already: already === true }
}

function parsed(body: string): { readonly detail?: unknown; readonly already?: unknown } {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    // A receiver need not say anything.
    return {}
  }
}

function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > longestDetail ? `${line.slice(0, longestDetail)}…` : line
}
