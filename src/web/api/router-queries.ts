// Questions about one router: the health of its export, and its interfaces with counters beside flows.
import { queryOptions } from '@tanstack/react-query'
import type { InterfaceStatus, RouterHealth } from '../../contract/exporter-health.ts'
import { request } from './envelope.ts'
import { drawbridgePath } from './queries.ts'

function routerPath(account: string, address: string, rest: string): string {
  return drawbridgePath(account, `routers/${encodeURIComponent(address)}/${rest}`)
}

export function healthQuery(account: string, address: string) {
  return queryOptions({
    queryKey: ['health', account, address],
    queryFn: ({ signal }) => request<RouterHealth>({ path: routerPath(account, address, 'health'), signal }),
    refetchInterval: 5000,
    retry: false,
  })
}

// Counters and flows are compared every five minutes, and routers send counters every 20 to 30 seconds: what is half a
// minute old still holds. Several parts of the page share one answer.
const interfacesFresh = 30_000

export function interfacesQuery(account: string, address: string) {
  return queryOptions({
    queryKey: ['interfaces', account, address],
    queryFn: ({ signal }) => request<readonly InterfaceStatus[]>({ path: routerPath(account, address, 'interfaces'), signal }),
    refetchInterval: interfacesFresh,
    staleTime: interfacesFresh,
    retry: false,
  })
}
