// Error codes of the HTTP API (contract §4.5), one table: numeric code, HTTP status, text.

export interface ApiErrorRow {
  /** `errors[].code` on the wire; several rows share one, as at Cloudflare. */
  readonly code: number
  /** HTTP status. Never 409 or 5xx where a retry cannot help: clients repeat those (contract §4.3). */
  readonly status: number
  readonly message: string
}

export const apiErrors = {
  authentication: { code: 10000, status: 401, message: 'Authentication error' },
  forbidden: { code: 10000, status: 403, message: 'Authentication error' },
  invalid_headers: { code: 6003, status: 400, message: 'Invalid request headers' },
  invalid_token: { code: 1000, status: 401, message: 'Invalid API Token' },
  no_route: { code: 7003, status: 404, message: 'Could not route to {path}, perhaps your object identifier is invalid?' },
  method_not_allowed: { code: 10405, status: 405, message: 'Method not allowed' },
  bad_json: { code: 6007, status: 400, message: 'Malformed JSON in request body' },
  body_too_large: { code: 6008, status: 413, message: 'Request body is larger than {limit} bytes' },
  mnm_config_invalid: { code: 1003, status: 400, message: 'Invalid account settings request body: {reason}' },
  mnm_config_not_found: { code: 1004, status: 404, message: 'not found' },
  mnm_config_exists: { code: 1005, status: 400, message: 'already exists' },
  router_not_found: { code: 20001, status: 404, message: 'router {address} is not registered' },
  invalid_request: { code: 20002, status: 400, message: 'Invalid request: {reason}' },
  router_taken: { code: 20003, status: 400, message: 'router {address} is registered by another account' },
  rate_limited: { code: 10013, status: 429, message: 'Too many sign-in attempts; try again in {seconds} s' },
  too_many_requests: { code: 10014, status: 429, message: 'Too many requests; try again in {seconds} s' },
  internal: { code: 15000, status: 500, message: 'internal server error' },
  unavailable: { code: 15001, status: 503, message: 'the flow store does not answer; try again in a few seconds' },
} as const satisfies Record<string, ApiErrorRow>

export type ApiErrorName = keyof typeof apiErrors

/** A failure that the caller of the API is told about. `values` fill the braces of the message. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly row: ApiErrorRow
  readonly error: ApiErrorName
  /** JSON pointer into the request body, where one field is at fault. */
  readonly pointer: string | undefined
  constructor(error: ApiErrorName, values: Readonly<Record<string, string | number>> = {}, pointer?: string) {
    const row = apiErrors[error]
    super(row.message.replaceAll(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole)))
    this.error = error
    this.row = row
    this.pointer = pointer
  }
}
