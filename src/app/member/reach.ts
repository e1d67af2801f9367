// How far somebody reaches beyond the account that is asked about: into the other accounts of people, and into what is their own.
import { ApiError } from '../../contract/api-errors.ts'
import type { Principal, State } from '../context.ts'
import { sessionToken } from '../session/rows.ts'
import { membershipsOf } from './membership.ts'

/** Whether it is a browser that somebody signed in to in person, by link or password. */
export function isPersonal({ via, credential }: Principal): boolean {
  return via === 'session' && sessionToken(credential) === undefined
}

/**
 * A token must not outlive itself by a password, nor end the sessions of its owner.
 * @throws ApiError member_refused
 */
export function requirePersonal(principal: Principal): void {
  if (isPersonal(principal)) return
  throw new ApiError('member_refused', { reason: 'this needs a browser that is signed in by link or password; a token does not do' })
}

/** Whether whoever asks administers every account of a user: only then is the user's name, and a way to sign in, theirs to give. */
export async function administersAll(state: State, principal: Principal, user: string): Promise<boolean> {
  if (principal.via === 'local') return true
  const own = isPersonal(principal) ? await administered(state, principal) : [principal.account.number]
  return (await membershipsOf(state, user)).every(({ account }) => own.includes(account.number))
}

async function administered(state: State, { user }: Principal): Promise<number[]> {
  const memberships = await membershipsOf(state, user.id)
  return memberships.filter(({ role }) => role === 'administrator').map(({ account }) => account.number)
}
