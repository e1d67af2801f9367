// Creates an API token or a global key. Its secret is in the answer and nowhere else.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type StateContext } from '../context.ts'
import { hasScope, scopeNames } from '../../contract/scopes.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { tokenView, type TokenView } from './rows.ts'
import { hashSecret, newId, newSecret } from '../../base/secret.ts'

const input = z.object(
  {
    kind: z.enum(['token', 'key'], { error: 'must be token or key' }).default('token'),
    name: z.string({ error: 'must be text' }).min(1, 'must not be empty').max(256, 'must not be longer than 256 characters'),
    scopes: z
      .array(z.enum(scopeNames, { error: `must be one of ${scopeNames.join(', ')}` }), { error: 'must be a list' })
      .min(1, 'must have at least one entry'),
    expires_at: z.iso.datetime({ offset: true, error: 'must be a time like 2027-01-31T00:00:00Z' }).nullable().default(null),
  },
  { error: 'must be an object' },
)

/** Tokens that an account can have, revoked ones included. */
const maxTokens = 1000

export interface NewToken extends TokenView {
  readonly secret: string
}

/**
 * @param body `{kind?, name, scopes, expires_at?}`
 * @throws ApiError invalid_request, forbidden when it should get a scope that its maker lacks
 */
export async function createToken(context: StateContext, principal: Principal, body: unknown): Promise<NewToken> {
  requireScope(principal, 'admin')
  const { kind, name, scopes, expires_at } = parseInput(input, body, 'invalid_request')
  if (!scopes.every((scope) => hasScope(principal.scopes, scope))) throw new ApiError('forbidden')
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
    const { count } = await state
      .selectFrom('token')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('account', '=', row.account)
      .executeTakeFirstOrThrow()
    if (count >= maxTokens) throw new ApiError('invalid_request', { reason: `an account has ${maxTokens} tokens at the most` })
    await state.insertInto('token').values(row).execute()
    return { result: undefined, audit: { action: 'token.create', target: row.id, detail: { kind, name, scopes } } }
  })
  return { ...tokenView(row), secret }
}
