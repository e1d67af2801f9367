// Routes about the user and the accounts that a credential stands for.
import { ApiError } from '../../contract/api-errors.ts'
import { Answer } from '../envelope.ts'
import type { Call, Route } from '../route-table.ts'

export const accountRoutes: readonly Route[] = [
  { method: 'GET', path: '/user', handle: user },
  { method: 'GET', path: '/user/tokens/verify', handle: verifiedToken },
  { method: 'GET', path: '/accounts', handle: accounts },
  { method: 'GET', path: '/accounts/:account_id/tokens/verify', handle: verifiedToken },
]

function user({ principal }: Call) {
  const { account, user } = principal
  return {
    id: user.id,
    email: user.email,
    username: user.email,
    first_name: user.name,
    last_name: null,
    suspended: false,
    two_factor_authentication_enabled: false,
    organizations: [{ id: account.id, name: account.name, status: 'member' }],
  }
}

// Clients page until they get an empty list, so the page number counts.
function accounts({ principal, query }: Call) {
  const { id, name } = principal.account
  const page = pageNumber(query)
  const result = page === 1 ? [{ id, name, type: 'standard', settings: { enforce_twofactor: false } }] : []
  return new Answer(result, { pages: { page, per_page: 20, count: result.length, total_count: 1, total_pages: 1 } })
}

function pageNumber(query: unknown): number {
  const page = typeof query === 'object' && query !== null && 'page' in query ? Number(query.page) : 1
  return Number.isSafeInteger(page) && page > 0 ? page : 1
}

function verifiedToken({ token }: Call) {
  if (!token) throw new ApiError('invalid_token')
  const { id, created_at, expires_at } = token
  const result = { id, status: 'active', not_before: created_at, ...(expires_at === null ? {} : { expires_on: expires_at }) }
  return new Answer(result, { messages: [{ code: 10000, message: 'This API Token is valid and active' }] })
}
