// Routes about the user and the accounts that a credential stands for.
import { createAccount, renameAccount } from '../../app/account/create.ts'
import type { Account } from '../../app/context.ts'
import { ApiError } from '../../contract/api-errors.ts'
import { Answer } from '../envelope.ts'
import type { Call, Route } from '../route-table.ts'

export const accountRoutes: readonly Route[] = [
  { method: 'GET', path: '/user', handle: user },
  { method: 'GET', path: '/user/tokens/verify', handle: verifiedToken },
  { method: 'GET', path: '/accounts', handle: accounts },
  { method: 'POST', path: '/accounts', handle: async (call) => view(await createAccount(call.context, call.principals, call.body)) },
  { method: 'GET', path: '/accounts/:account_id', handle: ({ principal }) => view(principal.account) },
  {
    method: 'PUT',
    path: '/accounts/:account_id',
    handle: async (call) => view(await renameAccount(call.context, call.principal, call.body)),
  },
  { method: 'GET', path: '/accounts/:account_id/tokens/verify', handle: verifiedToken },
]

const view = ({ id, name }: Account) => ({ id, name, type: 'standard', settings: { enforce_twofactor: false } })

function user({ principal, principals }: Call) {
  const { user } = principal
  return {
    id: user.id,
    email: user.email,
    username: user.email,
    first_name: user.name,
    last_name: null,
    suspended: false,
    two_factor_authentication_enabled: false,
    organizations: principals.map(({ account: { id, name } }) => ({ id, name, status: 'member' })),
  }
}

/** A server has no more than a hundred accounts: all are on the first page. Clients page until they get an empty list. */
function accounts({ principals, query }: Call) {
  const page = pageNumber(query)
  const all = principals.map(({ account }) => view(account))
  const result = page === 1 ? all : []
  return new Answer(result, { pages: { page, per_page: 100, count: result.length, total_count: all.length, total_pages: 1 } })
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
