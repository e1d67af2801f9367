// Asks the guard whether a prefix may be registered like this.
import { ApiError } from '../../contract/api-errors.ts'
import type { OwnedPrefix, OwnedPrefixFields } from '../../contract/owned-prefix.ts'
import { judgeOwned, OwnedPrefixInvalid, type OwnedPrefixVerdict } from '../../mitigate/owned-prefix-guard.ts'
import type { State } from '../context.ts'
import { readOwnedPrefixes } from './rows.ts'

/**
 * @param own the prefix that is written
 * @throws ApiError prefix_invalid
 */
export async function judged(
  state: State,
  fields: OwnedPrefixFields,
  own: Pick<OwnedPrefix, 'id' | 'account'>,
): Promise<OwnedPrefixVerdict> {
  if (fields.locked && fields.lock_reason === '') {
    throw new ApiError('prefix_invalid', { reason: 'lock_reason must say why it is locked' }, '/lock_reason')
  }
  const others = (await readOwnedPrefixes(state)).filter(({ id }) => id !== own.id)
  try {
    return judgeOwned({ ...fields, lock_reason: fields.locked ? fields.lock_reason : '' }, { account: own.account, others })
  } catch (error) {
    if (!(error instanceof OwnedPrefixInvalid)) throw error
    throw new ApiError('prefix_invalid', { reason: error.message })
  }
}
