// One HTTP request and its answer: no redirects followed, no connection kept, a bound on time and on the answer.
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'

export interface HttpExchangeRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  /** Without one, no body is sent. */
  readonly body?: string
}

export interface HttpExchangeOptions {
  readonly timeoutMs: number
  /** Resolves the name in the URL in place of the system. */
  readonly lookup?: LookupFunction | undefined
  /** PEM texts, for https: authorities in place of the system's, certificate and key of our own. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  /** Ends the exchange early. */
  readonly signal?: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Its beginning: no more than 16 KiB. */
  readonly body: string
}

const answerBytes = 16 * 1024

/** @throws Error with a message for people: no answer in time, no connection. It does not tell the path of the URL. */
export async function exchange(request: HttpExchangeRequest, options: HttpExchangeOptions): Promise<HttpAnswer> {
  const deadline = AbortSignal.timeout(options.timeoutMs)
  const signal = options.signal ? AbortSignal.any([deadline, options.signal]) : deadline
  try {
    const response = await send(request, options, signal)
    return { status: response.statusCode ?? 0, headers: response.headers, body: await beginning(response) }
  } catch (error) {
    if (deadline.aborted) throw new Error(`no answer within ${options.timeoutMs / 1000} s`, { cause: error })
    throw new Error(connectionFault(error), { cause: error })
  }
}

/** What a `retry-after` header asks for in milliseconds: seconds, or a date (RFC 9110 §10.2.3). @param now ms since 1970 */
export function retryAfterMs({ 'retry-after': text }: IncomingHttpHeaders, now: number): number | undefined {
  if (text === undefined) return undefined
  const ms = /^\d{1,9}$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}

function send(request: HttpExchangeRequest, { lookup, tls }: HttpExchangeOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, url, headers, body } = request
  const open = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const sending = open(url, {
      method,
      // A connection of its own: these requests are rare, and a kept connection may be dead by the next.
      agent: false,
      signal,
      ...(lookup ? { lookup } : {}),
      ...tls,
      headers: { 'user-agent': 'Drawbridge', ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
    })
    sending.on('response', resolve)
    sending.on('error', reject)
    sending.end(body)
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

function connectionFault(error: unknown): string {
  // With several addresses node gathers one error for each.
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error
  return first instanceof Error ? first.message || first.name : String(first)
}
