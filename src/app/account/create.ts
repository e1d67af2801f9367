// Makes accounts and renames them. Nothing of one account is seen from another.
import { z } from 'zod'
import { newId } from '../../base/secret.ts'
import { ApiError } from '../../contract/api-errors.ts'
import { hasScope } from '../../contract/scopes.ts'
import { change } from '../change.ts'
import { timeText, type Account, type Principal, type State, type StateContext } from '../context.ts'
import { nameField } from '../member/fields.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'

/** Fields of the original that have no meaning here are taken and left. */
const input = z.object({ name: nameField }, { error: 'must be a JSON object' })

/** Of a server. */
const maxAccounts = 100

export async function insertAccount(state: State, { name, now }: { readonly name: string; readonly now: number }): Promise<Account> {
  const row = { id: newId(), name, created_at: timeText(now) }
  const { number } = await state.insertInto('account').values(row).returning('number').executeTakeFirstOrThrow()
  return { number, id: row.id, name }
}

/**
 * Whoever asks is the administrator of the new one.
 * @param principals who asks, in every account that the credential may use: an administrator in one of them
 * @param body `{name}`
 * @throws ApiError account_invalid, forbidden
 */
export async function createAccount(context: StateContext, principals: readonly Principal[], body: unknown): Promise<Account> {
  const principal = principals.find(({ scopes }) => hasScope(scopes, 'admin'))
  if (!principal) throw new ApiError('forbidden', { scope: 'admin' })
  const { name } = parseInput(input, body, 'account_invalid')
  return change(context, principal, async (state) => {
    const { count } = await state
      .selectFrom('account')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    if (count >= maxAccounts) throw new ApiError('account_invalid', { reason: `a server has ${maxAccounts} accounts at the most` })
    const now = context.clock.now()
    const result = await insertAccount(state, { name, now })
    const member = { account: result.number, user: principal.user.id, role: 'administrator', created_at: timeText(now) }
    await state.insertInto('member').values(member).execute()
    return { result, audit: { action: 'account.create', target: result.id, detail: { name } } }
  })
}

/** @param body `{name}` @throws ApiError account_invalid, forbidden */
export async function renameAccount(context: StateContext, principal: Principal, body: unknown): Promise<Account> {
  requireScope(principal, 'admin')
  const { name } = parseInput(input, body, 'account_invalid')
  const { number, id, name: from } = principal.account
  return change(context, principal, async (state) => {
    await state.updateTable('account').set({ name }).where('number', '=', number).execute()
    return { result: { number, id, name }, audit: { action: 'account.rename', target: id, detail: { from, to: name } } }
  })
}
