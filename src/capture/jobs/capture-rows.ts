// Captures in the state database: rows in, rows out, and what pages and the API see of them.
import type { Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type {
  AgentCaptureState,
  Capture,
  CaptureAgent,
  CaptureCause,
  CaptureExtension,
  CaptureProgress,
  CaptureRequest,
  CaptureStatus,
  CaptureType,
} from '../../contract/capture.ts'
import type { FilterV1, PacketFilter } from '../../contract/packet-filter.ts'
import type { StateTables } from '../../store/state-tables.ts'
import type { CaptureFilter } from '../capturing.ts'
import { captureIsOver } from './capture-machine.ts'

/** Either connection or transaction. */
export type State = Kysely<StateTables>
export type CaptureRow = Selectable<StateTables['capture']>
export type CaptureAgentRow = Selectable<StateTables['capture_agent']>

/** A row that has no place in the order yet. */
export type NewCaptureRow = Omit<CaptureRow, 'position'>

/** Agent of captures that are answered from stored samples. */
export const samplesAgent = 'samples'

export const overStatuses = ['success', 'complete', 'failed'] as const satisfies readonly CaptureStatus[]

/** A time as the state keeps it. */
export function timeText(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}

/** The same with microseconds (contract §3.3), of which the clock knows three digits. */
export function microsecondText(milliseconds: number): string {
  return timeText(milliseconds).replace('Z', '000Z')
}

export function newRow(
  request: CaptureRequest,
  facts: { readonly id: string; readonly now: number; readonly originalForm: boolean },
): NewCaptureRow {
  const { account, type, filter_text, time_limit, packet_limit, byte_limit, offset_time, colo_name, destination_conf, bucket } = request
  return {
    id: facts.id,
    account,
    type,
    status: 'pending',
    filter_v1: JSON.stringify(request.filter_v1),
    filter_text,
    filter: request.filter === null ? null : JSON.stringify(request.filter),
    time_limit,
    packet_limit,
    byte_limit,
    offset_time,
    colo_name,
    destination_conf,
    bucket,
    extension: JSON.stringify(request.extension),
    cause: JSON.stringify(request.cause),
    incident_id: request.cause.incident_id,
    original_form: Number(facts.originalForm),
    submitted: microsecondText(facts.now),
    stop_requested: null,
    ended_at: null,
    expires_at: null,
    error_message: null,
    packets: 0,
    bytes: 0,
    kept: 0,
  }
}

export async function insertCapture(state: State, row: NewCaptureRow): Promise<void> {
  await state.insertInto('capture').values(row).execute()
}

export async function updateCapture(state: State, id: string, columns: Updateable<StateTables['capture']>): Promise<void> {
  await state.updateTable('capture').set(columns).where('id', '=', id).execute()
}

export async function putCaptureAgent(state: State, row: Insertable<StateTables['capture_agent']>): Promise<void> {
  const { capture: _capture, agent: _agent, ...columns } = row
  await state
    .insertInto('capture_agent')
    .values(row)
    .onConflict((conflict) => conflict.columns(['capture', 'agent']).doUpdateSet(columns))
    .execute()
}

export async function readCapture(state: State, id: string): Promise<CaptureRow | undefined> {
  return await state.selectFrom('capture').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Those that are not over, oldest first. */
export async function readRunning(state: State): Promise<CaptureRow[]> {
  return await state.selectFrom('capture').selectAll().where('status', 'not in', overStatuses).orderBy('position').execute()
}

/** In the order in which merged files number them. */
export async function readCaptureAgents(state: State, captures: readonly string[]): Promise<CaptureAgentRow[]> {
  if (captures.length === 0) return []
  return await state.selectFrom('capture_agent').selectAll().where('capture', 'in', captures).orderBy('agent').execute()
}

export async function readFiltered(
  state: State,
  account: number,
  filter: CaptureFilter,
): Promise<{ readonly total: number; readonly rows: readonly CaptureRow[] }> {
  let query = state.selectFrom('capture').where('account', '=', account)
  if (filter.state !== undefined) query = query.where('status', filter.state === 'ended' ? 'in' : 'not in', overStatuses)
  if (filter.incidentId !== undefined) query = query.where('incident_id', '=', filter.incidentId)
  const { total } = await query.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query.selectAll().orderBy('position', 'desc').limit(filter.limit).offset(filter.offset).execute()
  return { total, rows }
}

export function statusOf(row: Pick<CaptureRow, 'status'>): CaptureStatus {
  // Written by the machine's answers only.
  return row.status as CaptureStatus
}

export function typeOf(row: Pick<CaptureRow, 'type'>): CaptureType {
  // Written from a CaptureRequest.
  return row.type as CaptureType
}

export function filterOf(row: Pick<CaptureRow, 'filter'>): PacketFilter | null {
  // Written from a CaptureRequest.
  return row.filter === null ? null : (JSON.parse(row.filter) as PacketFilter)
}

export function extensionOf(row: Pick<CaptureRow, 'extension'>): CaptureExtension {
  // Written from a CaptureRequest.
  return JSON.parse(row.extension) as CaptureExtension
}

export function progressOf(row: Pick<CaptureAgentRow, 'progress'>): CaptureProgress {
  // Written from a CaptureProgress.
  return JSON.parse(row.progress) as CaptureProgress
}

export function agentView(row: CaptureAgentRow): CaptureAgent {
  // Written from an AgentCaptureState.
  const state = row.state as AgentCaptureState
  return { ...progressOf(row), state, agent: row.agent, name: row.name, colo: row.colo, clock_offset_ms: row.clock_offset_ms }
}

/** Whether packets go from the agents to a bucket, and not to the server. */
export function goesToBucket(row: Pick<CaptureRow, 'destination_conf'>): boolean {
  return row.destination_conf !== null
}

/** @param bucketReadable whether the account lets full captures be read back from their bucket */
export function captureView(row: NewCaptureRow, agents: readonly CaptureAgent[], bucketReadable: boolean): Capture {
  const { id, time_limit, packet_limit, byte_limit, offset_time, colo_name, destination_conf, submitted, stop_requested } = row
  const inBucket = bucketReadable && agents.some(({ objects }) => objects.some(({ uri }) => uri.startsWith('s3://')))
  return {
    id,
    type: typeOf(row),
    status: statusOf(row),
    // Both written from a CaptureRequest.
    filter_v1: JSON.parse(row.filter_v1) as FilterV1,
    cause: JSON.parse(row.cause) as CaptureCause,
    filter: row.filter_text,
    time_limit,
    packet_limit,
    byte_limit,
    offset_time,
    colo_name,
    destination_conf,
    extension: extensionOf(row),
    submitted,
    stop_requested,
    ended_at: row.ended_at,
    expires_at: row.expires_at,
    downloadable: captureIsOver(statusOf(row)) && (row.kept === 1 || inBucket),
    error_message: row.error_message,
    packets: row.packets,
    bytes: row.bytes,
    agents,
  }
}
