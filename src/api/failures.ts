// Turns whatever was thrown into an error of the API.
import { ApiError } from '../contract/api-errors.ts'
import { storeFailure } from '../query/store-failure.ts'

/** Largest request body, in bytes. A configuration with 10 000 routers takes half of it. */
export const bodyLimit = 1024 * 1024

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** @returns undefined for a fault of our own, which the caller logs and answers with `internal` */
export function knownFailure(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error
  if (storeFailure(error) === 'unavailable') return new ApiError('unavailable')
  const code = codeOf(error)
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new ApiError('body_too_large', { limit: bodyLimit })
  if (code.startsWith('FST_ERR') && isClientFault(error))
    return new ApiError('invalid_request', { reason: 'the HTTP request is malformed' })
  return undefined
}

function isClientFault(error: unknown): boolean {
  if (!(error instanceof Error) || !('statusCode' in error)) return false
  const status = Number(error.statusCode)
  return status >= 400 && status < 500
}
