// Begins a capture: who takes part, whether it may run now, what each agent is told.
import { SecretBoxError } from '../../base/secret-box.ts'
import { ApiError } from '../../contract/api-errors.ts'
import type { CaptureDelivery, CaptureJob, CaptureRequest } from '../../contract/capture.ts'
import { objectName } from '../buckets/bucket-files.ts'
import { deliveryTo, openDestination, type ParsedDestination } from '../buckets/destination.ts'
import { readCapturePolicy, withinPolicy } from './capture-policy.ts'
import {
  extensionOf,
  filterOf,
  insertCapture,
  newRow,
  overStatuses,
  putCaptureAgent,
  samplesAgent,
  type NewCaptureRow,
  type State,
} from './capture-rows.ts'
import type { JobsContext } from './jobs-context.ts'
import { chooseAgents } from './places.ts'
import { CapturePart, RunningCapture } from './running-capture.ts'

type StartContext = Pick<JobsContext, 'captures' | 'state' | 'clock' | 'links' | 'secrets' | 'newId'>

/**
 * Checks a request and writes the capture down. No agent is told yet.
 * @throws ApiError capture_no_agent, capture_limit, capture_too_soon, bucket_unproven
 */
export async function beginCapture(context: StartContext, asked: CaptureRequest, originalForm: boolean): Promise<RunningCapture> {
  const { state, clock, captures } = context
  const policy = await readCapturePolicy(state, asked.account)
  const request = { ...asked, extension: withinPolicy(asked.extension, policy) }
  if (request.bucket !== null) await openBucket(context, request.account, request.bucket)
  const now = clock.now()
  const row = newRow(request, { id: context.newId(), now, originalForm })
  const capture = new RunningCapture(row, partsOf(context, request, now))
  await state.transaction().execute(async (transaction) => {
    await checkPace(transaction, row, captures)
    await insertCapture(transaction, row)
    for (const agent of capture.agentRows(capture.sorted, now)) await putCaptureAgent(transaction, agent)
  })
  return capture
}

function partsOf({ links }: StartContext, request: CaptureRequest, now: number): readonly CapturePart[] {
  const times = { now, deadline: now + request.time_limit * 1000 }
  if (request.offset_time !== null) {
    return [CapturePart.of({ id: samplesAgent, name: samplesAgent, colo: '', clockOffsetMs: null, clockErrorMs: null }, times)]
  }
  return chooseAgents(links, request.account, request.colo_name).map((agent) => {
    const part = CapturePart.of(agent, times)
    if (!agent.connected) part.fail('not connected; on its host run systemctl start drawbridge-agent')
    return part
  })
}

async function checkPace(state: State, row: NewCaptureRow, captures: JobsContext['captures']): Promise<void> {
  const running = state.selectFrom('capture').where('account', '=', row.account).where('status', 'not in', overStatuses)
  const { count } = await running.select(({ fn }) => fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  if (count >= captures.max_running) throw new ApiError('capture_limit', { count })
  if (row.original_form === 0) return
  const { full } = await running
    .where('type', '=', 'full')
    .where('original_form', '=', 1)
    .select(({ fn }) => fn.countAll<number>().as('full'))
    .executeTakeFirstOrThrow()
  if (row.type === 'full' && full >= captures.max_running_full) throw new ApiError('capture_limit', { count: full })
  if (row.type === 'simple') await checkInterval(state, row, captures.simple_interval_seconds)
}

async function checkInterval(state: State, row: NewCaptureRow, every: number): Promise<void> {
  const last = await state
    .selectFrom('capture')
    .select('submitted')
    .where('account', '=', row.account)
    .where('type', '=', 'simple')
    .where('original_form', '=', 1)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!last) return
  const since = (Date.parse(row.submitted) - Date.parse(last.submitted)) / 1000
  // A clock that was set back must not forbid captures until it has caught up.
  if (since >= 0 && since < every) throw new ApiError('capture_too_soon', { every, seconds: Math.ceil(every - since) })
}

/**
 * What an agent is told. Credentials of the bucket are opened for it and are nowhere else.
 * @param agents how many take part, which decides the names of objects
 * @throws ApiError bucket_unproven
 */
export async function jobFor(context: StartContext, capture: RunningCapture, part: CapturePart): Promise<CaptureJob> {
  const { row } = capture
  const { note: _note, ...extension } = extensionOf(row)
  const { id, time_limit, packet_limit, byte_limit } = row
  return {
    id,
    ...extension,
    filter: filterOf(row),
    time_limit,
    packet_limit,
    byte_limit,
    delivery: await deliveryFor(context, capture, part),
  }
}

async function deliveryFor(context: StartContext, { row, sorted }: RunningCapture, part: CapturePart): Promise<CaptureDelivery> {
  if (row.bucket === null) return { kind: 'stream' }
  const destination = await openBucket(context, row.account, row.bucket)
  return deliveryTo(destination, objectName(destination, row.id, sorted.length, { id: part.agent, name: part.name }))
}

/**
 * A bucket with what is needed to write to it and to read from it.
 * @throws ApiError bucket_unproven
 */
export async function openBucket(
  { state, secrets, captures }: Pick<JobsContext, 'state' | 'secrets' | 'captures'>,
  account: number,
  id: string,
): Promise<ParsedDestination> {
  const row = await state.selectFrom('bucket').selectAll().where('id', '=', id).where('account', '=', account).executeTakeFirst()
  if (!row) throw new ApiError('bucket_unproven', { destination: `bucket ${id}`, reason: 'it was removed; add it again' })
  const { destination_conf: destination, secret } = row
  if (row.status !== 'success') throw new ApiError('bucket_unproven', { destination, reason: 'validate it first' })
  try {
    return openDestination(destination, secret === null ? null : secrets.open(secret, `bucket/${id}`), captures)
  } catch (error) {
    throw error instanceof SecretBoxError ? new ApiError('bucket_unproven', { destination, reason: error.message }) : error
  }
}
