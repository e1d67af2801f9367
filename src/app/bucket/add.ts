// Adds a bucket that full captures may go to (contract §3.5): writes a file there, whose contents prove that it is theirs who
// can read it.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { BucketError } from '../../capture/buckets/bucket-error.ts'
import { destinationSecret, parseDestination, provesItself, type ParsedDestination } from '../../capture/buckets/destination.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { Bucket } from '../../contract/capture.ts'
import { change } from '../change.ts'
import { timeText, type BucketContext, type Principal, type State } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { newId, newSecret } from '../../base/secret.ts'
import { objectFault, parseInput } from '../validation.ts'
import { bucketView } from './rows.ts'

/** Of an account. */
const maxBuckets = 100

export const destinationField = z
  .string({ error: 'must be text like s3://bucket/folder?region=eu-central-1' })
  .max(16_384, 'must not be longer than 16384 characters')
const input = z.strictObject({ destination_conf: destinationField }, { error: objectFault })

/** Where its sealed keys are kept. */
export const bucketPlace = (id: string) => `bucket/${id}`

export function hashChallenge(contents: string): string {
  return createHash('sha256').update(contents).digest('hex')
}

/**
 * Whoever brings the keys has shown with them that it is theirs; then nothing is left to prove.
 * @param body `{destination_conf}`
 * @throws ApiError bucket_invalid, bucket_unwritable, invalid_request, forbidden
 */
export async function addBucket(context: BucketContext, principal: Principal, body: unknown): Promise<Bucket> {
  requireScope(principal, 'captures:write')
  const { destination_conf } = parseInput(input, body, 'bucket_invalid')
  const destination = parseDestination(destination_conf, context.config.captures)
  await checkRoom(context.state, principal)
  const id = newId()
  const contents = newSecret()
  await writeChallenge(context, destination, { id, contents })
  const at = microseconds(context.clock.now())
  const proven = provesItself(destination)
  const secret = destinationSecret(destination)
  const row = {
    id,
    account: principal.account.number,
    destination_conf: destination.conf,
    challenge_hash: hashChallenge(contents),
    status: proven ? 'success' : 'pending',
    submitted: at,
    validated: proven ? at : null,
    secret: secret === null ? null : context.secrets.seal(secret, bucketPlace(id)),
  }
  return change(context, principal, async (state) => {
    await checkRoom(state, principal)
    if (proven) await forgetPending(state, row)
    await state.insertInto('bucket').values(row).execute()
    const detail = { destination_conf: destination.conf, keys: destination.keys, status: row.status }
    return { result: bucketView({ ...row, position: 0 }), audit: { action: 'bucket.add', target: id, detail } }
  })
}

/** Nobody needs to answer older challenges of the address any more. Older proofs stay: captures may have gone there with their keys. */
export async function forgetPending(
  state: State,
  row: { readonly id: string; readonly account: number; readonly destination_conf: string },
) {
  const { id, account, destination_conf } = row
  const same = state.deleteFrom('bucket').where('account', '=', account).where('destination_conf', '=', destination_conf)
  await same.where('status', '=', 'pending').where('id', '!=', id).execute()
}

async function writeChallenge(
  { buckets }: BucketContext,
  destination: ParsedDestination,
  challenge: { readonly id: string; readonly contents: string },
): Promise<void> {
  try {
    await buckets.putChallenge(destination, challenge)
  } catch (error) {
    if (!(error instanceof BucketError)) throw error
    throw new ApiError('bucket_unwritable', { reason: `${error.message}; ${neededPolicy(destination)}` }, '/destination_conf')
  }
}

/** What the owner of a bucket has to allow (contract §3.5). */
function neededPolicy({ scheme, access, dir }: ParsedDestination): string {
  const folder = `${access?.bucket ?? ''}${dir === '' ? '' : `/${dir}`}`
  if (scheme === 'gs') return `the HMAC key needs the role Storage Object Admin on ${folder}`
  if (scheme === 'r2') return `the key needs the permission Object Read & Write on ${folder}`
  return `the key needs s3:PutObject on arn:aws:s3:::${folder}/*`
}

/** Contract §3.5: with microseconds, of which the clock knows three digits. */
export const microseconds = (milliseconds: number) => timeText(milliseconds).replace('Z', '000Z')

async function checkRoom(state: State, { account }: Principal): Promise<void> {
  const { count } = await state
    .selectFrom('bucket')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account', '=', account.number)
    .executeTakeFirstOrThrow()
  if (count >= maxBuckets) {
    throw new ApiError('bucket_invalid', { reason: `an account has ${maxBuckets} buckets at the most; delete one` })
  }
}
