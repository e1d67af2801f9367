// Makes a capture request of what a client sends: reads the filters, finds the bucket, keeps to what the account allows.
import { parseDestination } from '../../capture/buckets/destination.ts'
import { readCapturePolicy, withinPolicy } from '../../capture/jobs/capture-policy.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { CaptureExtension, CaptureRequest } from '../../contract/capture.ts'
import { findProvenBucket } from '../bucket/rows.ts'
import type { CaptureContext, Principal, State } from '../context.ts'
import { parseCaptureFields, type CaptureFields } from './fields.ts'
import { checkCompiles, readFilters } from './filters.ts'

/** Clocks of clients are not ours. */
const futureMs = 60_000

export interface ParsedCapture {
  readonly request: CaptureRequest
  readonly originalForm: boolean
}

/** @throws ApiError capture_invalid, filter_invalid, bucket_invalid, bucket_unproven */
export async function parseCapture(context: CaptureContext, principal: Principal, body: unknown): Promise<ParsedCapture> {
  const { snapLengthGiven, originalForm, extension: asked, filter: filter_text, ...fields } = parseCaptureFields(body)
  const filter = readFilters({ filter: filter_text, filter_v1: fields.filter_v1 })
  checkOffset(context, fields.offset_time)
  const account = principal.account.number
  const extension = await allowedExtension(context.state, { account, asked, snapLengthGiven })
  checkCompiles(filter, extension)
  const destination = await findDestination(context, account, fields.destination_conf)
  const cause = { kind: 'person', who: principal.user.email, rule_id: null, incident_id: null } as const
  return { request: { account, ...fields, ...destination, filter_text, filter, extension, cause }, originalForm }
}

/** @throws ApiError capture_invalid when more of each packet is asked for than the account allows */
export async function allowedExtension(
  state: State,
  { account, asked, snapLengthGiven }: { readonly account: number; readonly asked: CaptureExtension; readonly snapLengthGiven: boolean },
): Promise<CaptureExtension> {
  const policy = await readCapturePolicy(state, account)
  if (snapLengthGiven && asked.snap_length > policy.snap_length_cap) {
    const reason = `drawbridge.snap_length must not be above ${policy.snap_length_cap}, which is what this account allows`
    throw new ApiError('capture_invalid', { reason }, '/drawbridge/snap_length')
  }
  return withinPolicy(asked, policy)
}

function checkOffset({ clock, config }: CaptureContext, offset: CaptureFields['offset_time']): void {
  if (offset === null) return
  const { samples_hours: hours } = config.captures
  const age = clock.now() - Date.parse(offset)
  if (age <= hours * 3_600_000 && age >= -futureMs) return
  const reason = `offset_time must be within the last ${hours} hours: so long are packets of the past kept`
  throw new ApiError('capture_invalid', { reason }, '/offset_time')
}

async function findDestination(
  { state, config }: CaptureContext,
  account: number,
  conf: string | null,
): Promise<Pick<CaptureRequest, 'destination_conf' | 'bucket'>> {
  if (conf === null) return { destination_conf: null, bucket: null }
  const { conf: destination_conf } = parseDestination(conf, config.captures)
  return { destination_conf, bucket: await findProvenBucket(state, account, destination_conf) }
}
