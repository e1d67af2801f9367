// Creates an API token or a global key. Its secret is in the answer and nowhere else.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type State, type StateContext } from '../context.ts'
import type { NewApiToken } from '../../contract/member.ts'
import { hasScope, scopeNames } from '../../contract/scopes.ts'
import { tokenNameField } from '../member/fields.ts'
import { isPersonal } from '../member/reach.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { tokenView } from './rows.ts'
import { hashSecret, newId, newSecret } from '../../base/secret.ts'

const input = z.object(
  {
    kind: z.enum(['token', 'key'], { error: 'must be token or key' }).default('token'),
    name: tokenNameField,
    scopes: z
      .array(z.enum(scopeNames, { error: `must be one of ${scopeNames.join(', ')}` }), { error: 'must be a list' })
      .min(1, 'must have at least one entry'),
    expires_at: z.iso.datetime({ offset: true, error: 'must be a time like 2027-01-31T00:00:00Z' }).nullable().default(null),
  },
  { error: 'must be an object' },
)

/** Tokens that an account can have. Revoked ones are forgotten when there would be more, the oldest first. */
const maxTokens = 1000
/** Tokens of one user in an account. */
const maxOwnTokens = 100

/**
 * Its maker is its owner, and it never does more than the maker's role.
 * @param body `{kind?, name, scopes, expires_at?}`
 * @throws ApiError invalid_request; forbidden when it should get a scope that its maker lacks, and for a token that does not
 *   administer
 */
export async function createToken(context: StateContext, principal: Principal, body: unknown): Promise<NewApiToken> {
  if (!isPersonal(principal)) requireScope(principal, 'admin')
  const { kind, name, scopes, expires_at } = parseInput(input, body, 'invalid_request')
  const scope = scopes.find((scope) => !hasScope(principal.scopes, scope))
  if (scope !== undefined) throw new ApiError('forbidden', { scope })
  const secret = newSecret()
  const row = {
    id: newId(),
    kind,
    account: principal.account.number,
    user: principal.user.id,
    name,
    secret_hash: hashSecret(secret),
    scopes: JSON.stringify(scopes),
    created_at: timeText(context.clock.now()),
    // Texts of times are compared as texts, so all are UTC with milliseconds.
    expires_at: expires_at === null ? null : timeText(Date.parse(expires_at)),
    revoked_at: null,
    last_used_at: null,
  }
  await change(context, principal, async (state) => {
    await makeRoom(state, row)
    await state.insertInto('token').values(row).execute()
    return { result: undefined, audit: { action: 'token.create', target: row.id, detail: { kind, name, scopes } } }
  })
  return { ...tokenView(row, principal.user), secret }
}

async function makeRoom(state: State, { account, user }: { readonly account: number; readonly user: string }): Promise<void> {
  const tokens = await state
    .selectFrom('token')
    .select(['id', 'user', 'revoked_at'])
    .where('account', '=', account)
    .orderBy('revoked_at')
    .execute()
  const own = tokens.filter((token) => token.user === user && token.revoked_at === null)
  if (own.length >= maxOwnTokens) throw tooMany(`you have ${maxOwnTokens} tokens, which is the most; revoke one`)
  if (tokens.length < maxTokens) return
  const oldest = tokens.find(({ revoked_at }) => revoked_at !== null)
  if (!oldest) throw tooMany(`an account has ${maxTokens} tokens at the most; revoke one`)
  await state.deleteFrom('token').where('id', '=', oldest.id).execute()
}

const tooMany = (reason: string) => new ApiError('invalid_request', { reason })
