// Buckets that take every challenge and remember it, for tests.
import { BucketError, type BucketErrorCode } from '../../capture/buckets/bucket-error.ts'
import { destinationSecret, parseDestination, type ParsedDestination } from '../../capture/buckets/destination.ts'
import { bucketPlace } from '../bucket/add.ts'
import { timeText, type BucketWriter } from '../context.ts'
import { newId } from '../../base/secret.ts'
import type { TestContext } from './test-context.ts'

interface Challenge {
  readonly id: string
  readonly contents: string
  /** Of the destination, without its keys. */
  readonly conf: string
}

export class TestBuckets implements BucketWriter {
  readonly challenges: Challenge[] = []
  /** What the store answers with. */
  refuse: BucketErrorCode | undefined

  async putChallenge({ conf, access }: ParsedDestination, challenge: { readonly id: string; readonly contents: string }): Promise<void> {
    if (this.refuse) throw new BucketError(this.refuse, { bucket: access?.bucket ?? '', host: 'store.example' })
    this.challenges.push({ ...challenge, conf })
  }
}

/** A bucket whose ownership is proven, with keys. @param conf without keys */
export async function addProvenBucket({ state, clock, config, secrets, local }: TestContext, conf: string): Promise<string> {
  const keys = 'access-key-id=AKID&secret-access-key=hush'
  const parsed = parseDestination(`${conf}${conf.includes('?') ? '&' : '?'}${keys}`, config.captures)
  const id = newId()
  const at = timeText(clock.now())
  const secret = secrets.seal(destinationSecret(parsed) ?? '', bucketPlace(id))
  const row = { id, account: local.account.number, destination_conf: parsed.conf, challenge_hash: '', status: 'success' }
  await state
    .insertInto('bucket')
    .values({ ...row, submitted: at, validated: at, secret })
    .execute()
  return id
}
