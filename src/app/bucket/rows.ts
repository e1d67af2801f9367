// Buckets as the state keeps them: the address without its keys, the hash of the challenge, the keys sealed.
import type { Selectable } from 'kysely'
import { challengeName } from '../../capture/buckets/bucket-files.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { Bucket, BucketStatus } from '../../contract/capture.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { State } from '../context.ts'

export type BucketRow = Selectable<StateTables['bucket']>

export function bucketView({ id, status, submitted, validated, destination_conf }: BucketRow): Bucket {
  // Written from a BucketStatus.
  return { id, status: status as BucketStatus, submitted, validated: validated ?? '', destination_conf, filename: challengeName(id) }
}

/** All of an account, in the order in which they were added. */
export async function readBuckets(state: State, account: number): Promise<BucketRow[]> {
  return await state.selectFrom('bucket').selectAll().where('account', '=', account).orderBy('position').execute()
}

/** Those of one address, the newest first: one may be added again, with other keys. */
export async function readBucketsAt(state: State, account: number, conf: string): Promise<BucketRow[]> {
  const rows = state.selectFrom('bucket').selectAll().where('account', '=', account).where('destination_conf', '=', conf)
  return await rows.orderBy('position', 'desc').execute()
}

/**
 * Id of the bucket whose ownership is proven.
 * @throws ApiError bucket_unproven
 */
export async function findProvenBucket(state: State, account: number, conf: string): Promise<string> {
  const rows = await readBucketsAt(state, account, conf)
  const proven = rows.find(({ status }) => status === 'success')
  if (proven) return proven.id
  const [pending] = rows
  const reason = pending
    ? `send the contents of ${challengeName(pending.id)} to POST …/pcaps/ownership/validate`
    : 'add it by POST …/pcaps/ownership first'
  throw new ApiError('bucket_unproven', { destination: conf, reason }, '/destination_conf')
}
