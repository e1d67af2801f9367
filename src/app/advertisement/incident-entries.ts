// What became of what an incident has announced, as lines of its timeline. They are read from the changes themselves: a copy
// could be lost in a kill.
import type { AdvertisementState } from '../../contract/advertisement.ts'
import type { IncidentEntry } from '../../contract/incident.ts'
import type { State } from '../context.ts'

/** Every change of fifty prefixes that are announced and withdrawn. */
const mostEntries = 200

const sentences: Readonly<Record<AdvertisementState, string>> = {
  pending: 'waits for approval',
  announcing: 'is being announced',
  announced: 'is announced',
  withdrawing: 'is being withdrawn',
  withdrawn: 'is withdrawn',
  delayed: 'is delayed',
  locked: 'is locked',
  failed: 'could not be announced',
}

/** Changes since the incident began to hold an advertisement, to the end of that, also when others hold it longer. */
export async function readAdvertisementEntries(state: State, incident: string): Promise<IncidentEntry[]> {
  const since = state
    .selectFrom('advertisement_cause')
    .select(({ fn }) => ['advertisement', fn.min('since').as('since')])
    .where('incident_id', '=', incident)
    .groupBy('advertisement')
    .as('held')
  const rows = await state
    .selectFrom('advertisement_change as c')
    .innerJoin('advertisement as a', 'a.id', 'c.advertisement')
    .innerJoin(since, 'held.advertisement', 'a.id')
    .select(['c.at', 'c.to_state', 'c.who', 'c.why', 'a.prefix', 'a.driver', 'a.dry_run'])
    .whereRef('c.at', '>=', 'held.since')
    .orderBy('c.number', 'desc')
    .limit(mostEntries)
    .execute()
  return rows.toReversed().map(({ at, to_state, who, why, prefix, driver, dry_run }) => {
    const by = `${driver}${dry_run === 1 ? ', dry run' : ''}`
    // Written from an AdvertisementState.
    const sentence = sentences[to_state as AdvertisementState]
    return { at, kind: 'advertisement', text: `${prefix} ${sentence} (${by}). ${who}: ${why}` }
  })
}
