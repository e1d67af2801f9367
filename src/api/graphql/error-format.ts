// Errors of GraphQL answers in the original's shape (contract §2.6).
import { GraphQLError } from 'graphql/index.js'
import { ApiError, type ApiErrorName } from '../../contract/api-errors.ts'
import { FlowQueryError } from '../../query/flow-query-error.ts'
import { storeFailure, type StoreFailure } from '../../query/store-failure.ts'

export type GraphqlErrorCode = 'validation' | 'limits' | 'authn' | 'authz' | 'unavailable' | 'internal'

export interface FormattedError {
  readonly message: string
  /** Indices as text too. null where the error is not about one field. */
  readonly path: readonly string[] | null
  readonly extensions: { readonly timestamp: string; readonly code: GraphqlErrorCode }
}

/** For an account that the credential does not open. */
export class AccountError extends Error {
  override readonly name = 'AccountError'
  constructor() {
    super('not authorized for that account')
  }
}

const tryLater = 'unable to execute query, please try again later'

const limitTexts: Readonly<Partial<Record<StoreFailure, string>>> = {
  time: 'it took too long',
  memory: 'it needs too much memory',
  rows: 'its answer is too large',
}

/** Failures of the API that have words of their own here. */
const apiTexts: Readonly<Partial<Record<ApiErrorName, (values: ApiError['values']) => string>>> = {
  forbidden: () => 'does not have access to the path /client/v4/graphql; it takes the permission analytics:read',
  too_many_requests: ({ seconds }) => `rate limiter budget depleted, try again after ${seconds} seconds`,
}

const codeOfStatus: Readonly<Partial<Record<number, GraphqlErrorCode>>> = { 401: 'authn', 403: 'authz', 429: 'limits' }

/** @returns message and code, and for a fault of our own `internal`, whose text says nothing about it */
function classify(cause: unknown, message: string): { message: string; code: GraphqlErrorCode } {
  if (cause === undefined) return { message, code: 'validation' }
  if (cause instanceof FlowQueryError) return { message: cause.message, code: cause.code === 'bad_arguments' ? 'validation' : 'limits' }
  if (cause instanceof AccountError) return { message: cause.message, code: 'authz' }
  if (cause instanceof ApiError) {
    return { message: apiTexts[cause.error]?.(cause.values) ?? cause.message, code: codeOfStatus[cause.row.status] ?? 'validation' }
  }
  // Who asked has gone: a page that was left.
  if (cause instanceof Error && cause.name === 'AbortError') return { message: tryLater, code: 'unavailable' }
  const failure = storeFailure(cause)
  if (failure === 'unavailable' || failure === 'cancelled') return { message: tryLater, code: 'unavailable' }
  const reason = failure && limitTexts[failure]
  if (reason !== undefined) return { message: new FlowQueryError('too_expensive', { reason }).message, code: 'limits' }
  return { message: tryLater, code: 'internal' }
}

/** @param now ms since 1970 */
export function formatError(error: unknown, now: number): FormattedError {
  const cause = error instanceof GraphQLError ? original(error) : error
  const { message, code } = classify(cause, error instanceof Error ? error.message : String(error))
  const path = error instanceof GraphQLError && error.path ? error.path.map(String) : null
  // The original prints nanoseconds; ours are milliseconds with zeros behind.
  return { message, path, extensions: { timestamp: new Date(now).toISOString().replace('Z', '000000Z'), code } }
}

// A GraphQLError can wrap another one, down to what was thrown; undefined when GraphQL itself found the fault.
function original(error: GraphQLError): unknown {
  let cause: unknown = error.originalError
  while (cause instanceof GraphQLError) cause = cause.originalError
  return cause ?? undefined
}

/** The answer to a request that failed as a whole. */
export function graphqlFailure(error: unknown, now: number): { data: null; errors: FormattedError[] } {
  return { data: null, errors: [formatError(error, now)] }
}
