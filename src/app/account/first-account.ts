// What concerns the whole server, as metrics and settings do, is up to its first account: that of whoever runs it.
import { ApiError } from '../../contract/api-errors.ts'
import type { Principal, State } from '../context.ts'

/** The one of these that is in the first account. @throws ApiError forbidden */
export async function inFirstAccount(state: State, principals: readonly Principal[]): Promise<Principal> {
  const first = await firstAccount(state)
  const found = principals.find(({ account }) => account.number === first)
  if (!found) throw new ApiError('forbidden')
  return found
}

/** Number of the first account. */
export async function firstAccount(state: State): Promise<number | undefined> {
  return (await state.selectFrom('account').select('number').orderBy('number').limit(1).executeTakeFirst())?.number
}
