// Questions of the page Set-up: which guides there are, and the commands of one for the user's own addresses.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { RouterConfig, RouterGuideSummary } from '../../contract/router-config.ts'
import { request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

export function guidesQuery(account: string) {
  return queryOptions({
    queryKey: ['router-guides', account],
    queryFn: ({ signal }) => request<readonly RouterGuideSummary[]>({ path: drawbridgePath(account, 'router-configs'), signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** @param search query with the user's values */
export function routerConfigQuery(account: string, guide: string, search: string) {
  return queryOptions({
    queryKey: ['router-config', account, guide, search],
    queryFn: ({ signal }) =>
      request<RouterConfig>({ path: drawbridgePath(account, `router-configs/${encodeURIComponent(guide)}?${search}`), signal }),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  })
}
