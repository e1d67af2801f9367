// What an unsuccessful call to Cloudflare's API means: later, never, or try again.
import { retryAfterMs } from '../../base/http-exchange.ts'
import type { DriverOutcome } from '../driver.ts'

/** Names the permission as Cloudflare's page of tokens does. */
export const cloudflarePermission = 'IP Prefixes: BGP On Demand Write'

/** Changes of one prefix have to be some time apart; this error says so, whatever status it comes with. */
const tooSoonCode = 1002
/** A pause that is asked for is believed up to a day. */
const longestPauseMs = 86_400_000
const longestMessage = 300

/** What the SDK's errors have, as far as it matters here. */
interface ApiFailure {
  readonly status?: number | undefined
  readonly headers?: Headers | undefined
  readonly errors?: readonly { readonly code?: number; readonly message?: string }[]
  readonly message: string
  readonly cause?: unknown
}

/** @param now ms since 1970 @param cooldownMs when Cloudflare does not say for how long */
export function failureOutcome(error: unknown, now: number, cooldownMs: number): DriverOutcome {
  // The SDK's errors and those of `fetch` have these fields; all are optional but the message, which every error has.
  const failure = (error instanceof Error ? error : new Error(String(error))) as ApiFailure
  const { status } = failure
  const said = saidBy(failure)
  if (isTooSoon(failure)) {
    const asked = retryAfterMs({ 'retry-after': failure.headers?.get('retry-after') ?? undefined }, now)
    return {
      kind: 'delayed',
      retryAt: now + Math.min(asked ?? cooldownMs, longestPauseMs),
      detail: `Cloudflare takes no change of this prefix now: ${said}`,
    }
  }
  if (status === undefined) return { kind: 'error', detail: `Cloudflare does not answer: ${said}` }
  if (status === 401 || status === 403) {
    return { kind: 'error', detail: `Cloudflare refuses the API token, which needs the permission "${cloudflarePermission}": ${said}` }
  }
  const detail = `Cloudflare answers HTTP ${status}: ${said}`
  // What was found a moment ago is gone: the next try looks again.
  const passing = status < 400 || status === 404 || status === 408 || status === 409 || status === 425 || status >= 500
  return { kind: passing ? 'error' : 'refused', detail }
}

function isTooSoon({ status, errors = [] }: ApiFailure): boolean {
  return status === 429 || errors.some(({ code }) => code === tooSoonCode)
}

function saidBy({ errors = [], message, cause }: ApiFailure): string {
  const sentences = errors.map((error) => `${error.message ?? ''} (${error.code ?? 'no code'})`)
  const root = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const text = sentences.length > 0 ? sentences.join(', ') : root instanceof Error ? root.message || message : message
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text
}
