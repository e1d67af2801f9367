// Questions about incidents, and the note that people add to one.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Incident, IncidentSummary } from '../../contract/incident.ts'
import { request, requestPage } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

export interface IncidentFilter {
  /** Undefined for both. */
  readonly state?: IncidentSummary['state'] | undefined
  readonly rule?: string | undefined
  /** From 1. */
  readonly page: number
}

export const incidentsPerPage = 25

function listPath(account: string, { state, rule, page }: IncidentFilter, perPage: number): string {
  const parameters = new URLSearchParams({ page: String(page), per_page: String(perPage) })
  if (state !== undefined) parameters.set('state', state)
  if (rule !== undefined) parameters.set('rule_id', rule)
  return drawbridgePath(account, `incidents?${parameters.toString()}`)
}

/** One page, the newest first. */
export function incidentsQuery(account: string, filter: IncidentFilter) {
  return queryOptions({
    queryKey: ['incidents', account, filter],
    queryFn: ({ signal }) => requestPage<IncidentSummary>({ path: listPath(account, filter, incidentsPerPage), signal }),
    refetchInterval: 3000,
    retry: false,
    placeholderData: keepPreviousData,
  })
}

// More at once are told by their number.
const openOnes = 20

/** Those that go on, for the overview and the navigation. */
export function openIncidentsQuery(account: string) {
  return queryOptions({
    queryKey: ['incidents', account, 'open'],
    queryFn: ({ signal }) => requestPage<IncidentSummary>({ path: listPath(account, { state: 'open', page: 1 }, openOnes), signal }),
    refetchInterval: 2000,
    retry: false,
  })
}

export function incidentQuery(account: string, id: string) {
  return queryOptions({
    queryKey: ['incident', account, id],
    queryFn: ({ signal }) => request<Incident>({ path: drawbridgePath(account, `incidents/${id}`), signal }),
    // What is over changes only by a note or a late delivery of its alerts.
    refetchInterval: ({ state }) => (state.data?.state === 'closed' ? 15_000 : 2000),
    retry: false,
  })
}

/** @throws ApiFailure */
export function addNote(account: string, id: string, text: string): Promise<Incident> {
  return request({ method: 'POST', path: drawbridgePath(account, `incidents/${id}/notes`), body: { text } })
}
