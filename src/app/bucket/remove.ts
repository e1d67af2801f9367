// Forgets a bucket and its keys. What is in it stays; captures that go there now go on.
import { ApiError } from '../../contract/api-errors.ts'
import { change } from '../change.ts'
import type { BucketContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'

/** @throws ApiError bucket_not_found, forbidden */
export async function removeBucket(context: Pick<BucketContext, 'state' | 'clock'>, principal: Principal, id: string): Promise<void> {
  requireScope(principal, 'captures:write')
  await change(context, principal, async (state) => {
    const removed = await state
      .deleteFrom('bucket')
      .where('account', '=', principal.account.number)
      .where('id', '=', id)
      .returning('destination_conf')
      .executeTakeFirst()
    if (!removed) throw new ApiError('bucket_not_found', { id: id.slice(0, 64) })
    return { result: undefined, audit: { action: 'bucket.remove', target: id, detail: { ...removed } } }
  })
}
