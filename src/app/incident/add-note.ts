// Adds a note to the timeline of an incident.
import { z } from 'zod'
import { ApiError } from '../../contract/api-errors.ts'
import type { Incident } from '../../contract/incident.ts'
import { change } from '../change.ts'
import { timeText, type Principal, type StateContext } from '../context.ts'
import { requireScope } from '../scopes.ts'
import { parseInput } from '../validation.ts'
import { addIncidentEntry, readIncident } from './rows.ts'

const input = z.object(
  {
    text: z.string({ error: 'must be text' }).trim().min(1, 'must not be empty').max(2000, 'must not be longer than 2000 characters'),
  },
  { error: 'must be a JSON object with a text' },
)

const maxNotes = 200

/**
 * @param body `{text}`
 * @returns the incident with the note
 * @throws ApiError incident_not_found, invalid_request, forbidden
 */
export async function addIncidentNote(
  context: StateContext,
  principal: Principal,
  { id, body }: { id: string; body: unknown },
): Promise<Incident> {
  requireScope(principal, 'mnm:write')
  const { text } = parseInput(input, body, 'invalid_request')
  return change(context, principal, async (state) => {
    const before = await readIncident(state, principal.account.number, id)
    if (!before) throw new ApiError('incident_not_found', { id })
    if (before.timeline.filter(({ kind }) => kind === 'note').length >= maxNotes)
      throw new ApiError('invalid_request', { reason: `an incident has ${maxNotes} notes at the most` })
    const entry = { at: timeText(context.clock.now()), kind: 'note' as const, text: `${principal.user.name}: ${text}` }
    await addIncidentEntry(state, id, entry)
    const result = { ...before, timeline: [...before.timeline, entry] }
    return { result, audit: { action: 'incident.note', target: id, detail: { text } } }
  })
}
