// Questions about the edge firewall: rules with their counters, which become a course of rates here, its state, previews.
import { keepPreviousData, queryOptions, skipToken, type QueryClient } from '@tanstack/react-query'
import type { FirewallRule, FirewallStatus } from '../../contract/firewall.ts'
import { withRates, type RatePoint } from '../view/firewall-rates.ts'
import { request, requestPage } from './envelope.ts'
import { previewRule, type FirewallPlaceBody } from './firewall-actions.ts'
import { drawbridgePath } from './queries.ts'

export const withdrawnPerPage = 25
// The greatest page of the API, and half of what an account can have at the most.
const mostCurrent = 100

function listPath(account: string, parameters: Readonly<Record<string, string | number>>): string {
  const search = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]))
  return drawbridgePath(account, `firewall/rules?${search.toString()}`)
}

/** The rates of a rule as they were seen by this page, whichever question brought them. Nothing is asked for. */
export function ratesQuery(account: string, id: string) {
  return queryOptions<readonly RatePoint[]>({ queryKey: ['firewall-rates', account, id], queryFn: skipToken })
}

function remember(client: QueryClient, account: string, rules: readonly FirewallRule[]): void {
  const now = Date.now()
  for (const rule of rules) client.setQueryData(ratesQuery(account, rule.id).queryKey, (known) => withRates(known ?? [], rule, now))
}

/** All that are not withdrawn, the newest first. */
export function currentRulesQuery(account: string) {
  return queryOptions({
    queryKey: ['firewall', account, 'current'],
    queryFn: async ({ client, signal }) => {
      const path = listPath(account, { state: 'current', page: 1, per_page: mostCurrent })
      const page = await requestPage<FirewallRule>({ path, signal })
      remember(client, account, page.items)
      return page
    },
    refetchInterval: 1000,
    retry: false,
  })
}

/** One page of those that are over. */
export function withdrawnRulesQuery(account: string, page: number) {
  return queryOptions({
    queryKey: ['firewall', account, 'withdrawn', page],
    queryFn: ({ signal }) =>
      requestPage<FirewallRule>({ path: listPath(account, { state: 'withdrawn', page, per_page: withdrawnPerPage }), signal }),
    refetchInterval: 5000,
    retry: false,
    placeholderData: keepPreviousData,
  })
}

/** Those that were made from a signature, or against an incident. */
export function rulesOfQuery(account: string, of: { readonly signature_id: string } | { readonly incident_id: string }) {
  return queryOptions({
    queryKey: ['firewall', account, 'of', of],
    queryFn: ({ signal }) => requestPage<FirewallRule>({ path: listPath(account, { ...of, page: 1, per_page: 5 }), signal }),
    refetchInterval: 3000,
    retry: false,
  })
}

export function firewallRuleQuery(account: string, id: string) {
  return queryOptions({
    queryKey: ['firewall', account, 'one', id],
    queryFn: async ({ client, signal }) => {
      const rule = await request<FirewallRule>({ path: drawbridgePath(account, `firewall/rules/${id}`), signal })
      remember(client, account, [rule])
      return rule
    },
    refetchInterval: ({ state }) => (state.data?.state === 'withdrawn' ? false : 1000),
    retry: false,
  })
}

export function firewallStatusQuery(account: string) {
  return queryOptions({
    queryKey: ['firewall', account, 'status'],
    queryFn: ({ signal }) => request<FirewallStatus>({ path: drawbridgePath(account, 'firewall/status'), signal }),
    refetchInterval: 2000,
    retry: false,
  })
}

/** What a rule would do now; also tells what is wrong with the text of a filter. */
export function firewallPreviewQuery(account: string, body: FirewallPlaceBody) {
  return queryOptions({
    queryKey: ['firewall', account, 'preview', body],
    queryFn: ({ signal }) => previewRule(account, body, signal),
    enabled: body.filter !== '',
    refetchInterval: 15_000,
    retry: false,
    placeholderData: keepPreviousData,
  })
}
