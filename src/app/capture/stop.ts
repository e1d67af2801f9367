// Ends captures by hand, and forgets them.
import { ApiError } from '../../contract/api-errors.ts'
import type { Capture } from '../../contract/capture.ts'
import { change } from '../change.ts'
import { timeText, type CaptureContext, type Principal, type State } from '../context.ts'
import { addIncidentEntry } from '../incident/rows.ts'
import { requireScope } from '../scopes.ts'

type Context = Pick<CaptureContext, 'capturing' | 'state' | 'clock'>

/**
 * Ends it now; what was captured until then is kept.
 * @throws ApiError capture_not_found, capture_state, forbidden
 */
export async function stopCapture(context: Context, principal: Principal, id: string): Promise<Capture> {
  requireScope(principal, 'captures:write')
  const result = await context.capturing.stop(principal.account.number, id)
  return change(context, principal, async () => ({ result, audit: { action: 'capture.stop', target: id } }))
}

/**
 * The same as the original has it: for full captures that run only.
 * @throws ApiError capture_not_found, capture_state, forbidden
 */
export async function stopFullCapture(context: Context, principal: Principal, id: string): Promise<void> {
  requireScope(principal, 'captures:write')
  const { type, status, ended_at } = await context.capturing.get(principal.account.number, id)
  if (ended_at !== null) throw new ApiError('capture_state', { id, state: status, reason: 'it is over already' })
  if (type !== 'full') throw new ApiError('capture_state', { id, state: status, reason: 'only full captures are stopped here' })
  await stopCapture(context, principal, id)
}

/**
 * Forgets it and deletes what the server has of it; what is in a bucket stays there.
 * @throws ApiError capture_not_found, forbidden
 */
export async function removeCapture(context: Context, principal: Principal, id: string): Promise<{ readonly id: string }> {
  requireScope(principal, 'captures:write')
  const { filter, filter_v1, packets, destination_conf, cause } = await context.capturing.get(principal.account.number, id)
  await context.capturing.remove(principal.account.number, id)
  const detail = { filter, filter_v1, packets, destination_conf }
  return change(context, principal, async (state) => {
    if (cause.incident_id !== null) await noteRemoval(state, cause.incident_id, { id, at: context.clock.now(), who: principal.user.name })
    return { result: { id }, audit: { action: 'capture.remove', target: id, detail } }
  })
}

/** The incident then still knows that it had its capture, and starts no other one. */
async function noteRemoval(state: State, incident: string, removal: { readonly id: string; readonly at: number; readonly who: string }) {
  const row = await state.selectFrom('incident').select('id').where('id', '=', incident).executeTakeFirst()
  if (!row) return
  const { id, at, who } = removal
  await addIncidentEntry(state, incident, { at: timeText(at), kind: 'capture', text: `${who} has removed capture ${id}` })
}
