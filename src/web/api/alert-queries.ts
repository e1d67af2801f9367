// Questions about alerts: who is told of what, what was sent, what is silenced.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { AlertPhase } from '../../contract/alert.ts'
import { request, requestPage } from './envelope.ts'

/** Shapes of the alerting API, as far as the page reads them. */
/** `syslog` is ours; its only id is `default`. */
export type MechanismName = 'webhooks' | 'pagerduty' | 'email' | 'syslog'
export type Mechanisms = Partial<Readonly<Record<MechanismName, readonly { readonly id: string }[] | null>>>

export interface Policy {
  readonly id: string
  readonly name: string
  readonly alert_type: string
  readonly enabled: boolean
  readonly description?: string | null
  readonly alert_interval?: string | null
  readonly mechanisms: Mechanisms
  readonly modified?: string
}

export interface Webhook {
  readonly id: string
  readonly name: string
  readonly url: string
  /** Told by the URL: `slack`, `generic`, … */
  readonly type: string
  readonly last_success?: string | null
  readonly last_failure?: string | null
}

export interface PagerDutyService {
  readonly id: string
  readonly name: string
}

export interface AvailableAlert {
  readonly type: string
  readonly display_name: string
  readonly description: string
}

export interface HistoryLine {
  readonly id: string
  /** Of the policy. */
  readonly name: string
  readonly alert_type: string
  /** Address, webhook or service that it was sent to. */
  readonly mechanism: string
  readonly mechanism_type: string
  /** RFC 3339: when it was sent, or what became of it instead. */
  readonly sent: string
  /** The readable paragraph. */
  readonly alert_body: string
  /** What the original does not tell. */
  readonly drawbridge: {
    /** `pending`, `sent`, `failed`, `cancelled`, `silenced` or `refused`. */
    readonly state: string
    readonly alert_event: AlertPhase
    /** Of an alert about an incident: its id. */
    readonly alert_correlation_id: string
    readonly attempts: number
    readonly error: string | null
    /** RFC 3339, while it waits. */
    readonly next_attempt_at: string | null
    /** Page that the alert leads to, empty where there is none. */
    readonly link: string
  }
}

export interface Silence {
  readonly id: string
  readonly policy_id: string
  readonly start_time: string
  readonly end_time: string
}

export function alertingPath(account: string, rest: string): string {
  return `/client/v4/accounts/${account}/alerting/v3/${rest}`
}

function listQuery<T>(account: string, name: string, path: string, seconds: number) {
  return queryOptions({
    queryKey: ['alerting', account, name],
    queryFn: async ({ signal }) => (await request<readonly T[] | null>({ path: alertingPath(account, path), signal })) ?? [],
    refetchInterval: seconds * 1000,
    retry: false,
  })
}

export const policiesQuery = (account: string) => listQuery<Policy>(account, 'policies', 'policies', 15)
export const webhooksQuery = (account: string) => listQuery<Webhook>(account, 'webhooks', 'destinations/webhooks', 10)
export const pagerDutyQuery = (account: string) => listQuery<PagerDutyService>(account, 'pagerduty', 'destinations/pagerduty', 30)
export const silencesQuery = (account: string) => listQuery<Silence>(account, 'silences', 'silences', 15)

/** Kinds of alert that policies can be about, over all products. */
export function availableAlertsQuery(account: string) {
  return queryOptions({
    queryKey: ['alerting', account, 'available'],
    queryFn: async ({ signal }) => {
      const path = alertingPath(account, 'available_alerts')
      const groups = await request<Readonly<Record<string, readonly AvailableAlert[]>>>({ path, signal })
      return Object.values(groups).flat()
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Kinds of destination by name, and whether they are set up. */
export type Eligible = Readonly<Record<string, readonly { readonly ready: boolean; readonly type: string }[]>>

export function eligibleQuery(account: string) {
  return queryOptions({
    queryKey: ['alerting', account, 'eligible'],
    queryFn: ({ signal }) => request<Eligible>({ path: alertingPath(account, 'destinations/eligible'), signal }),
    staleTime: 60_000,
  })
}

export const historyPerPage = 15

export function historyQuery(account: string, page: number) {
  return queryOptions({
    queryKey: ['alerting', account, 'history', page],
    queryFn: ({ signal }) =>
      requestPage<HistoryLine>({ path: alertingPath(account, `history?page=${page}&per_page=${historyPerPage}`), signal }),
    refetchInterval: 5000,
    retry: false,
    placeholderData: keepPreviousData,
  })
}
