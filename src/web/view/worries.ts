// What somebody who opens the first page has to know, the worst first: attacks, then what is wrong with collection. Pure.
import type { Advertisement } from '../../contract/advertisement.ts'
import type { Incident, IncidentSummary, IncidentTalker } from '../../contract/incident.ts'
import type { Finding } from './verdict.ts'

export type Worry =
  | { readonly kind: 'attack'; readonly incident: IncidentSummary }
  | { readonly kind: 'collection'; readonly finding: Finding }

/** How many times its limit an incident has now; what has passed its worst comes after what is at it. */
function weight({ metric, limit, bits_per_second, packets_per_second }: IncidentSummary): number {
  return (metric === 'bits' ? bits_per_second : packets_per_second) / Math.max(1, limit)
}

/**
 * An attack comes before a silent router: it hurts others, and a router that is silent because of it is told right below.
 * Notices are no worries.
 */
export function worriesOf(incidents: readonly IncidentSummary[], findings: readonly Finding[]): Worry[] {
  return [
    ...incidents.toSorted((a, b) => weight(b) - weight(a)).map((incident): Worry => ({ kind: 'attack', incident })),
    ...findings.filter(({ severity }) => severity !== 'notice').map((finding): Worry => ({ kind: 'collection', finding })),
  ]
}

// The first of them are most of it, or nobody is.
const mostSources = 2
const leastShare = 0.1

/** Who sends most of it: networks where they are known, else addresses; empty where nobody stands out. */
export function sourcesOf({ facts }: Pick<Incident, 'facts'>): { list: 'source_asns' | 'sources'; talkers: readonly IncidentTalker[] } {
  const great = (talkers: readonly IncidentTalker[]) =>
    talkers.filter(({ share, value }) => share >= leastShare && value !== '' && value !== '0').slice(0, mostSources)
  const networks = great(facts.source_asns)
  return networks.length > 0 ? { list: 'source_asns', talkers: networks } : { list: 'sources', talkers: great(facts.sources) }
}

export interface Response {
  readonly announced: readonly Advertisement[]
  /** Dry runs. */
  readonly recorded: readonly Advertisement[]
  /** For approval. */
  readonly waiting: readonly Advertisement[]
  /** Delayed, locked, failed. */
  readonly stuck: readonly Advertisement[]
}

/** What is announced because of an incident. @param advertisements those that are not withdrawn */
export function responseTo(incident: string, advertisements: readonly Advertisement[]): Response {
  const own = advertisements.filter(({ causes }) =>
    causes.some(({ incident_id, released_at }) => incident_id === incident && released_at === null),
  )
  const inState = (...states: readonly Advertisement['state'][]) => own.filter(({ state, dry_run }) => !dry_run && states.includes(state))
  return {
    announced: inState('announced', 'announcing', 'withdrawing'),
    recorded: own.filter(({ dry_run, state }) => dry_run && state !== 'pending'),
    waiting: own.filter(({ state }) => state === 'pending'),
    stuck: inState('delayed', 'locked', 'failed'),
  }
}
