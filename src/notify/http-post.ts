// Sends one JSON document by POST: no redirects, a bound on time and on the answer, and a guard over where it goes.
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { DeliveryError } from './delivery-error.ts'
import { bareHost } from './target-guard.ts'

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

/** Of an answer only its beginning is read: some services tell a failure in the body. */
const answerBytes = 16 * 1024

/** Statuses that say "later" rather than "no": request timeout, too early, too many requests (RFC 9110, 8470, 6585). */
const passing = new Set([408, 425, 429])

/**
 * @returns the beginning of the answer's body, when its status is 2xx
 * @throws DeliveryError in all other cases
 */
export async function postJson(post: HttpPost, options: HttpPostOptions): Promise<string> {
  const objection = options.guard?.objection(post.url)
  if (objection !== undefined) throw new DeliveryError(`url ${objection}`, { rejected: true })
  const signal = AbortSignal.timeout(options.timeoutMs)
  try {
    const response = await send(post, options.guard?.lookup, signal)
    const body = await beginning(response)
    judge(response)
    return body
  } catch (error) {
    if (error instanceof DeliveryError) throw error
    if (signal.aborted) throw new DeliveryError(`no answer within ${options.timeoutMs / 1000} s`, { cause: error })
    throw new DeliveryError(connectionFault(error), { cause: error })
  }
}

function send({ url, headers, body }: HttpPost, lookup: LookupFunction | undefined, signal: AbortSignal): Promise<IncomingMessage> {
  const text = Buffer.from(JSON.stringify(body))
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const sending = request(url, {
      method: 'POST',
      // A connection of its own: alerts are rare, and a kept one may be dead by the next.
      agent: false,
      signal,
      ...(lookup && isIP(bareHost(url)) === 0 ? { lookup } : {}),
      headers: { 'content-type': 'application/json', 'user-agent': 'Drawbridge', ...headers, 'content-length': text.length },
    })
    sending.on('response', resolve)
    sending.on('error', reject)
    sending.end(text)
  })
}

async function beginning(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  // An incoming message without an encoding yields buffers.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    // Leaving the loop destroys the connection.
    if (size >= answerBytes) break
  }
  return Buffer.concat(chunks).subarray(0, answerBytes).toString('utf8')
}

function judge({ statusCode: status = 0, headers }: IncomingMessage): void {
  if (status >= 200 && status < 300) return
  if (status >= 300 && status < 400) throw new DeliveryError(`HTTP ${status}: redirects are not followed`, { rejected: true })
  const rejected = status >= 400 && status < 500 && !passing.has(status)
  throw new DeliveryError(`HTTP ${status}`, { rejected, retryAfterMs: retryAfter(headers['retry-after']) })
}

/** Seconds, or a date (RFC 9110 §10.2.3). */
function retryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = /^\d{1,9}$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}

function connectionFault(error: unknown): string {
  // With several addresses node gathers one error for each.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error
  return first instanceof Error ? first.message || first.name : String(first)
}
