// Lists the buckets of an account.
import type { Bucket } from '../../contract/capture.ts'
import type { BucketContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { bucketView, readBuckets } from './rows.ts'

/** @throws ApiError forbidden */
export async function listBuckets({ state }: Pick<BucketContext, 'state'>, principal: Principal): Promise<readonly Bucket[]> {
  requireScope(principal, 'captures:read')
  return (await readBuckets(state, principal.account.number)).map(bucketView)
}
