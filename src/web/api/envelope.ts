// Speaks HTTP with the server that the page came from: the v4 envelope in, a value or an ApiFailure out.
import type { FilterFault } from '../../contract/packet-filter.ts'
import { serverText } from '../messages/server-text.ts'
import { lost, reached } from './reach.ts'

interface FailureDetail {
  readonly pointer?: string
  readonly fault?: FilterFault
  readonly scope?: string
}

/** A request that failed. `status` is 0 when no answer came at all. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  readonly status: number
  /** `errors[0].code` of the envelope; 0 when there was none. */
  readonly code: number
  /** JSON pointer to the field of the request's body that is at fault, `/prefixes/3`; empty when the answer names none. */
  readonly pointer: string
  /** What is wrong with the filter of the request, where that is at fault. */
  readonly fault: FilterFault | undefined
  /** What the sign-in lacks, where it was refused for that: `mnm:write`. */
  readonly scope: string | undefined
  constructor(status: number, code: number, message: string, more: FailureDetail = {}) {
    super(message)
    this.status = status
    this.code = code
    this.pointer = more.pointer ?? ''
    this.fault = more.fault
    this.scope = more.scope
  }
}

interface EnvelopeError {
  readonly code: number
  readonly message: string
  readonly source?: { readonly pointer?: string }
  readonly fault?: FilterFault
  readonly scope?: string
}

interface Envelope {
  readonly success: boolean
  readonly errors: readonly EnvelopeError[]
  readonly messages: readonly { readonly code: number; readonly message: string }[]
  readonly result: unknown
  readonly result_info?: { readonly total_count?: number }
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** Sends a request with the session cookie and answers the parsed JSON body, whatever its shape. */
export async function requestJson(request: ApiRequest): Promise<{ status: number; body: unknown }> {
  const init: RequestInit = { method: request.method ?? 'GET', credentials: 'same-origin', headers: { accept: 'application/json' } }
  if (request.body !== undefined) {
    init.body = JSON.stringify(request.body)
    init.headers = { accept: 'application/json', 'content-type': 'application/json' }
  }
  if (request.signal !== undefined) init.signal = request.signal
  let response: Response
  try {
    response = await fetch(request.path, init)
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    lost(Date.now())
    throw new ApiFailure(0, 0, '')
  }
  reached()
  return { status: response.status, body: parse(response.status, await response.text()) }
}

function parse(status: number, text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text)
  } catch {
    // A proxy in between answers with its own page: only the status tells something.
    throw new ApiFailure(status, 0, '')
  }
}

/** Reads the answer to a request that was not sent from here. @throws ApiFailure */
export const readEnvelope = (status: number, text: string): Partial<Envelope> | null => checked(status, parse(status, text))

async function requestEnvelope(options: ApiRequest): Promise<Partial<Envelope> | null> {
  const { status, body } = await requestJson(options)
  return checked(status, body)
}

function checked(status: number, body: unknown): Partial<Envelope> | null {
  const envelope = body as Partial<Envelope> | null
  if (status >= 400 || envelope?.success === false) {
    const first = envelope?.errors?.[0]
    const { fault, scope } = first ?? {}
    throw new ApiFailure(status, first?.code ?? 0, serverText(first?.message ?? ''), {
      ...first?.source,
      ...(fault && { fault }),
      ...(scope && { scope }),
    })
  }
  return envelope
}

/** Sends a request and answers `result`. @throws ApiFailure */
export async function request<T>(options: ApiRequest): Promise<T> {
  // The server answers this path with T; the contract's tests hold it to that.
  return (await requestEnvelope(options))?.result as T
}

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[]
  /** Over all pages. */
  readonly total: number
}

/** Sends a request for one page of a list. @throws ApiFailure */
export async function requestPage<T>(options: ApiRequest): Promise<Page<T>> {
  const envelope = await requestEnvelope(options)
  const items = (envelope?.result ?? []) as readonly T[]
  return { items, total: envelope?.result_info?.total_count ?? items.length }
}

/** A value, and what the server remarks about the request that it carried out. */
export interface Remarked<T> {
  readonly result: T
  readonly remarks: readonly string[]
}

/** Sends a request and answers `result` with the messages of the envelope. @throws ApiFailure */
export async function requestRemarked<T>(options: ApiRequest): Promise<Remarked<T>> {
  const envelope = await requestEnvelope(options)
  return { result: envelope?.result as T, remarks: (envelope?.messages ?? []).map(({ message }) => serverText(message)) }
}
