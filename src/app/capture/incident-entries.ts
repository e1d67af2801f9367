// The captures that an incident has started, as lines of its timeline. They are read from the captures themselves: a copy could
// be lost in a kill.
import type { IncidentEntry } from '../../contract/incident.ts'
import type { State } from '../context.ts'

/** One is started by each incident; people may add some by hand later. */
const mostCaptures = 20

export async function readCaptureEntries(state: State, incident: string): Promise<IncidentEntry[]> {
  const rows = await state
    .selectFrom('capture as c')
    .select(['c.id', 'c.status', 'c.submitted', 'c.ended_at', 'c.error_message', 'c.packets'])
    .select((eb) => [
      eb
        .selectFrom('capture_agent as a')
        .whereRef('a.capture', '=', 'c.id')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .as('agents'),
    ])
    .where('c.incident_id', '=', incident)
    .orderBy('c.position')
    .limit(mostCaptures)
    .execute()
  return rows.flatMap(({ id, status, submitted, ended_at, error_message, packets, agents }) => {
    const on = `${agents ?? 0} ${agents === 1 ? 'agent' : 'agents'}`
    const started = {
      at: milliseconds(submitted),
      kind: 'capture' as const,
      text: `Capture ${id} of packets to the target is started on ${on}`,
    }
    if (ended_at === null) return [started]
    const outcome = status === 'failed' ? `has failed: ${error_message ?? 'no reason is known'}` : `has ended with ${packets} packets`
    return [started, { at: milliseconds(ended_at), kind: 'capture' as const, text: `Capture ${id} ${outcome}` }]
  })
}

/** Captures have microseconds, timelines milliseconds. */
const milliseconds = (at: string) => new Date(Date.parse(at)).toISOString()
