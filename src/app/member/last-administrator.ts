// An account always keeps one administrator.
import { ApiError } from '../../contract/api-errors.ts'
import type { Member } from '../../contract/member.ts'
import type { State } from '../context.ts'

/** @throws ApiError member_refused when nobody but this member administers the account */
export async function refuseLastAdministrator(state: State, account: number, { role, user }: Member): Promise<void> {
  if (role !== 'administrator') return
  const other = await state
    .selectFrom('member')
    .select('user')
    .where('account', '=', account)
    .where('role', '=', 'administrator')
    .where('user', '!=', user.id)
    .limit(1)
    .executeTakeFirst()
  if (other) return
  const reason = `${user.email} is the only administrator of this account; make somebody else an administrator first`
  throw new ApiError('member_refused', { reason })
}
