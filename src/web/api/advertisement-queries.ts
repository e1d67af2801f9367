// Questions about advertising: what is announced, what was, who would be told, and what may be announced at all.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Advertisement, AdvertisementHistory, AdvertisingStatus } from '../../contract/advertisement.ts'
import type { OwnedPrefix } from '../../contract/owned-prefix.ts'
import { previewAdvertisement } from './advertisement-actions.ts'
import { request, requestPage } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

export interface AdvertisementSearch {
  /** All that is not withdrawn; else all states. */
  readonly current?: boolean
  readonly prefix?: string
  readonly incident?: string
  /** From 1. */
  readonly page: number
}

export const historyPerPage = 25
// The greatest page of the API. More than the limit that a server comes with are announced at a time by nobody.
const mostCurrent = 100

function listPath(account: string, { current, prefix, incident, page }: AdvertisementSearch, perPage: number): string {
  const parameters = new URLSearchParams({ page: String(page), per_page: String(perPage) })
  if (current === true) parameters.set('state', 'current')
  if (prefix !== undefined) parameters.set('prefix', prefix)
  if (incident !== undefined) parameters.set('incident_id', incident)
  return drawbridgePath(account, `advertisements?${parameters.toString()}`)
}

/** All that is not withdrawn, the newest first. */
export function currentAdvertisementsQuery(account: string) {
  return queryOptions({
    queryKey: ['advertisements', account, 'current'],
    queryFn: ({ signal }) => requestPage<Advertisement>({ path: listPath(account, { current: true, page: 1 }, mostCurrent), signal }),
    refetchInterval: 2000,
    retry: false,
  })
}

/** One page of all that there ever was, the newest first. */
export function advertisementsQuery(account: string, search: AdvertisementSearch) {
  return queryOptions({
    queryKey: ['advertisements', account, search],
    queryFn: ({ signal }) => requestPage<Advertisement>({ path: listPath(account, search, historyPerPage), signal }),
    refetchInterval: 5000,
    retry: false,
    placeholderData: keepPreviousData,
  })
}

export function advertisementQuery(account: string, id: string) {
  return queryOptions({
    queryKey: ['advertisements', account, 'one', id],
    queryFn: ({ signal }) => request<AdvertisementHistory>({ path: drawbridgePath(account, `advertisements/${id}`), signal }),
    // What is withdrawn does not change any more.
    refetchInterval: ({ state }) => (state.data?.state === 'withdrawn' ? false : 2000),
    retry: false,
  })
}

export function advertisingStatusQuery(account: string) {
  return queryOptions({
    queryKey: ['advertisements', account, 'status'],
    queryFn: ({ signal }) => request<AdvertisingStatus>({ path: drawbridgePath(account, 'advertisements/status'), signal }),
    refetchInterval: 2000,
    retry: false,
  })
}

/** All of the account. */
export function ownedPrefixesQuery(account: string) {
  return queryOptions({
    queryKey: ['owned-prefixes', account],
    queryFn: async ({ signal }) =>
      (await request<readonly OwnedPrefix[] | null>({ path: drawbridgePath(account, 'prefixes'), signal })) ?? [],
    refetchInterval: 15_000,
    retry: false,
  })
}

/** What is sent for an announcement, by the preview of the same request to the same driver. */
export function advertisementPreviewQuery(account: string, { id, route, driver }: Advertisement) {
  const { prefix, purpose, flowspec } = route
  return queryOptions({
    queryKey: ['advertisements', account, 'preview', id],
    // Nothing is announced by it: the reason and the time only have to be there.
    queryFn: () =>
      previewAdvertisement(account, {
        prefix,
        purpose,
        ...(flowspec === null ? {} : { flowspec }),
        driver,
        why: 'shown on its page',
        minutes: 1,
        dry_run: true,
      }),
    // Others name the announcement, and a preview is of none: only messages of BGP are the same again.
    enabled: driver === 'bgp',
    retry: false,
    staleTime: 60_000,
  })
}
