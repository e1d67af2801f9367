// Makes a one-time sign-in link. The secret is all that there is of it: who has it is signed in.
import { timeText, type State } from '../context.ts'
import { hashSecret, newId, newSecret } from '../../base/secret.ts'

export const linkMilliseconds = 24 * 3_600_000

/**
 * Links of the same user that nobody used stop working.
 * @param now ms since 1970
 * @returns the secret; valid for 24 h, once
 */
export async function createLink(state: State, owner: { readonly account: number; readonly user: string }, now: number): Promise<string> {
  const secret = newSecret()
  const { account, user } = owner
  await state.deleteFrom('session').where('kind', '=', 'link').where('user', '=', user).execute()
  await state
    .insertInto('session')
    .values({
      id: newId(),
      kind: 'link',
      secret_hash: hashSecret(secret),
      account,
      user,
      created_at: timeText(now),
      expires_at: timeText(now + linkMilliseconds),
      used_at: null,
    })
    .execute()
  return secret
}
