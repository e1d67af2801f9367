// Takes the answer to the challenge of a bucket (contract §3.5).
import { z } from 'zod'
import { challengeName } from '../../capture/buckets/bucket-files.ts'
import { parseDestination } from '../../capture/buckets/destination.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { Bucket } from '../../contract/capture.ts'
import { change } from '../change.ts'
import type { BucketContext, Principal } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { sameHash } from '../../base/secret.ts'
import { objectFault, parseInput } from '../validation.ts'
import { destinationField, forgetPending, hashChallenge, microseconds } from './add.ts'
import { bucketView, readBucketsAt, type BucketRow } from './rows.ts'

const input = z.strictObject(
  {
    destination_conf: destinationField,
    ownership_challenge: z
      .string({ error: 'must be the contents of the file in the bucket' })
      .max(4096, 'must not be longer than 4096 characters'),
  },
  { error: objectFault },
)

/**
 * The contents of the file are the proof. Its name is in the answer that asked for the proof: it is taken only where the
 * configuration says so.
 * @param body `{destination_conf, ownership_challenge}`; keys in the destination are not looked at
 * @throws ApiError bucket_unproven, bucket_invalid, invalid_request, forbidden
 */
export async function validateBucket(context: BucketContext, principal: Principal, body: unknown): Promise<Bucket> {
  requireScope(principal, 'captures:write')
  const { destination_conf, ownership_challenge } = parseInput(input, body, 'bucket_invalid')
  const { conf } = parseDestination(destination_conf, context.config.captures)
  const { challenge_by_filename: byName } = context.config.captures
  // Editors end a file with a line break, and people copy it.
  const answer = ownership_challenge.trim()
  return change(context, principal, async (state) => {
    const rows = await readBucketsAt(state, principal.account.number, conf)
    if (rows.length === 0) throw unproven(conf, 'add it by POST …/pcaps/ownership first')
    const row = rows.find((row) => isAnswer(row, answer) || (byName && answer === challengeName(row.id)))
    if (!row) throw unproven(conf, wrongAnswer(rows, answer))
    const validated = row.validated ?? microseconds(context.clock.now())
    await state.updateTable('bucket').set({ status: 'success', validated }).where('id', '=', row.id).execute()
    await forgetPending(state, row)
    const audit = { action: 'bucket.validate', target: row.id, detail: { destination_conf: conf } }
    return { result: bucketView({ ...row, status: 'success', validated }), audit }
  })
}

const isAnswer = ({ challenge_hash }: BucketRow, answer: string) => sameHash(challenge_hash, hashChallenge(answer))

function wrongAnswer(rows: readonly BucketRow[], answer: string): string {
  if (rows.some(({ id }) => answer === challengeName(id))) return 'ownership_challenge is the name of the file; send what is in it'
  return `ownership_challenge is not what is in ${challengeName(rows[0]?.id ?? '')}`
}

const unproven = (destination: string, reason: string) => new ApiError('bucket_unproven', { destination, reason }, '/ownership_challenge')
