// Speaks HTTP with the server that the page came from: the v4 envelope in, a value or an ApiFailure out.

/** A request that failed. `status` is 0 when no answer came at all. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  readonly status: number
  /** `errors[0].code` of the envelope; 0 when there was none. */
  readonly code: number
  constructor(status: number, code: number, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

interface Envelope {
  readonly success: boolean
  readonly errors: readonly { readonly code: number; readonly message: string }[]
  readonly result: unknown
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
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
    throw new ApiFailure(0, 0, '')
  }
  const text = await response.text()
  try {
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  } catch {
    // A proxy in between answers with its own page: only the status tells something.
    throw new ApiFailure(response.status, 0, '')
  }
}

/** Sends a request and answers `result`. @throws ApiFailure */
export async function request<T>(options: ApiRequest): Promise<T> {
  const { status, body } = await requestJson(options)
  const envelope = body as Partial<Envelope> | null
  if (status >= 400 || envelope?.success === false) {
    const first = envelope?.errors?.[0]
    throw new ApiFailure(status, first?.code ?? 0, first?.message ?? '')
  }
  // The server answers this path with T; the contract's tests hold it to that.
  return envelope?.result as T
}
