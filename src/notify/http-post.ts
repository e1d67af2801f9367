// Sends one JSON document by POST, with a guard over where it goes, and judges the answer.
import { isIP, type LookupFunction } from 'node:net'
import { exchange, retryAfterMs, type HttpAnswer } from '../base/http-exchange.ts'
import { DeliveryError } from './delivery-error.ts'
import { bareHost } from '../base/address-guard.ts'

export interface HttpPost {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body: unknown
}

export interface HttpPostOptions {
  readonly timeoutMs: number
  /** Decides where the request may go; targets that the operator has configured do without. */
  readonly guard?: { readonly lookup: LookupFunction; objection(url: URL): string | undefined } | undefined
}

/** Statuses that say "later" rather than "no": request timeout, too early, too many requests (RFC 9110, 8470, 6585). */
const passing = new Set([408, 425, 429])

/**
 * @returns the beginning of the answer's body, when its status is 2xx
 * @throws DeliveryError in all other cases
 */
export async function postJson({ url, headers, body }: HttpPost, { timeoutMs, guard }: HttpPostOptions): Promise<string> {
  const objection = guard?.objection(url)
  if (objection !== undefined) throw new DeliveryError(`url ${objection}`, { rejected: true })
  const lookup = isIP(bareHost(url)) === 0 ? guard?.lookup : undefined
  const request = { method: 'POST', url, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) } as const
  // What `exchange` throws is an Error.
  const answer = await exchange(request, { timeoutMs, lookup }).catch((error: Error) => {
    // The guard's word comes as it was thrown.
    throw error.cause instanceof DeliveryError ? error.cause : new DeliveryError(error.message, { cause: error })
  })
  judge(answer)
  return answer.body
}

function judge({ status, headers }: HttpAnswer): void {
  if (status >= 200 && status < 300) return
  if (status >= 300 && status < 400) throw new DeliveryError(`HTTP ${status}: redirects are not followed`, { rejected: true })
  const rejected = status >= 400 && status < 500 && !passing.has(status)
  throw new DeliveryError(`HTTP ${status}`, { rejected, retryAfterMs: retryAfterMs(headers, Date.now()) })
}
