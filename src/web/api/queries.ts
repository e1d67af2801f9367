// What the pages ask the server for, as TanStack Query options: keys, how often, and what counts as fresh.
import { queryOptions } from '@tanstack/react-query'
import type { LiveSecond, RouterStatus, UnregisteredSender } from '../../contract/collector-status.ts'
import { conditionFilter, type Dimension, type FlowCondition } from '../view/filter.ts'
import { windowBefore } from '../view/previous-period.ts'
import { mergeLive } from '../view/series.ts'
import { refreshOf, windowFilter, windowOf, type TimeChoice, type TimeWindow } from '../view/time-range.ts'
import { kernelDrops, withReading, type LedgerReport, type WatchedLedger } from '../view/verdict.ts'
import { request } from './envelope.ts'
import { askFlows, firstGrouping, seriesGrouping, topGrouping, type FlowAnswer, type Metric } from './flow-groups.ts'

export interface ServerStatus {
  readonly version: string
  readonly demo: boolean
  /** RFC 3339. */
  readonly started: string
  readonly account: { readonly id: string; readonly name: string }
  readonly user: { readonly email: string; readonly name?: string }
  /** What may be done here, as `mnm:write`. */
  readonly scopes?: readonly string[]
  /** Prefixes of `enrich.own_networks`. */
  readonly own_networks?: readonly string[]
  /** false when AS numbers and countries come from files of the user's own. */
  readonly bundled_ip_data?: boolean
}

/** Flows of a window, as of the time they were asked for. */
export interface WindowAnswer extends FlowAnswer {
  readonly window: TimeWindow
}

export const liveSpan = 300
// Kernel drops are worth an alarm for as long as the live view shows the gap that they made.
const dropSpan = liveSpan * 1000
// Seconds asked for beyond those that are missing, since the newest second may have been counted up after it was read.
const liveOverlap = 3

export function drawbridgePath(account: string, rest: string): string {
  return `/client/v4/accounts/${account}/drawbridge/${rest}`
}

/** The accounts that the session may see; the page shows the first. */
export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: ({ signal }) => request<readonly { id: string; name: string }[]>({ path: '/client/v4/accounts', signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export function statusQuery(account: string) {
  return queryOptions({
    queryKey: ['status', account],
    queryFn: ({ signal }) => request<ServerStatus>({ path: drawbridgePath(account, 'status'), signal }),
    staleTime: 60_000,
  })
}

/** Name of the script that the server's page loads now. @param started of the server: another one may be of another build */
export function buildQuery(started: string) {
  return queryOptions({
    queryKey: ['build', started],
    queryFn: async ({ signal }) => {
      const page = await (await fetch('/', { signal, headers: { accept: 'text/html' } })).text()
      return /<script type="module"[^>]* src="([^"]+)"/.exec(page)?.[1] ?? ''
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
}

// What is asked for every few seconds is not retried in between: the next question comes soon, and an error shows at once.

export function routersQuery(account: string) {
  return queryOptions({
    queryKey: ['routers', account],
    queryFn: ({ signal }) => request<readonly RouterStatus[]>({ path: drawbridgePath(account, 'routers'), signal }),
    refetchInterval: 2000,
    retry: false,
  })
}

export function unregisteredQuery(account: string) {
  return queryOptions({
    queryKey: ['unregistered', account],
    queryFn: ({ signal }) => request<readonly UnregisteredSender[]>({ path: drawbridgePath(account, 'unregistered'), signal }),
    refetchInterval: 3000,
    retry: false,
  })
}

/** The ledger, with the kernel's drops remembered from answer to answer. */
export function ledgerQuery(account: string) {
  return queryOptions({
    queryKey: ['ledger', account],
    queryFn: async ({ client, queryKey, signal }): Promise<WatchedLedger> => {
      const known = client.getQueryData<WatchedLedger>(queryKey)?.drops ?? []
      const report = await request<LedgerReport>({ path: drawbridgePath(account, 'ledger'), signal })
      return { ...report, drops: withReading(known, { at: Date.now(), count: kernelDrops(report) }, dropSpan) }
    },
    refetchInterval: 3000,
    retry: false,
  })
}

/** The last five minutes by the second. After the first answer only the seconds since are asked for. */
export function liveQuery(account: string) {
  return queryOptions({
    queryKey: ['live', account],
    queryFn: async ({ client, queryKey, signal }) => {
      const known = client.getQueryData<readonly LiveSecond[]>(queryKey) ?? []
      const last = known.at(-1)?.time
      const missing = last === undefined ? liveSpan : Math.ceil(Date.now() / 1000 - last) + liveOverlap
      const seconds = Math.min(liveSpan, Math.max(1 + liveOverlap, missing))
      const newer = await request<readonly LiveSecond[]>({ path: drawbridgePath(account, `live?seconds=${seconds}`), signal })
      return mergeLive(seconds === liveSpan ? [] : known, newer, liveSpan)
    },
    refetchInterval: 1000,
    retry: false,
  })
}

interface FlowQuestion {
  readonly account: string
  readonly time: TimeChoice
  readonly conditions: readonly FlowCondition[]
  readonly metric: Metric
}

function ask(question: FlowQuestion, window: TimeWindow, groupings: Parameters<typeof askFlows>[1], signal: AbortSignal) {
  const filter = { ...windowFilter(window), ...conditionFilter(question.conditions) }
  return askFlows(question.account, groupings, filter, signal).then((answer): WindowAnswer => ({ ...answer, window }))
}

/** Traffic over time from the store; both metrics come at once, so that the unit can be switched without asking. */
export function seriesQuery({ account, time, conditions }: Omit<FlowQuestion, 'metric'>) {
  return queryOptions({
    queryKey: ['series', account, time, conditions],
    queryFn: ({ signal }) => {
      const window = windowOf(time, Date.now())
      return ask({ account, time, conditions, metric: 'bits' }, window, [seriesGrouping(window.bucket)], signal)
    },
    refetchInterval: refreshOf(time),
  })
}

// The past does not change: its line only moves on with the present one.
const leastPreviousRefresh = 30_000

/** Traffic over the period of the same length before, for comparison. */
export function previousSeriesQuery({ account, time, conditions }: Omit<FlowQuestion, 'metric'>) {
  const refresh = refreshOf(time)
  return queryOptions({
    queryKey: ['series', account, 'previous', time, conditions],
    queryFn: ({ signal }) => {
      const window = windowBefore(windowOf(time, Date.now()))
      return ask({ account, time, conditions, metric: 'bits' }, window, [seriesGrouping(window.bucket)], signal)
    },
    refetchInterval: refresh === false ? false : Math.max(refresh, leastPreviousRefresh),
  })
}

/** Several top lists, the total that their shares refer to and where the flows begin, in one request. */
export function topQuery(question: FlowQuestion, dimensions: readonly Dimension[], limit: number) {
  return queryOptions({
    queryKey: ['top', question, dimensions, limit],
    queryFn: ({ signal }) => {
      const window = windowOf(question.time, Date.now())
      const lists = dimensions.map((dimension) => topGrouping(dimension, question.metric, limit))
      return ask(question, window, [{ alias: 'total', limit: 1 }, firstGrouping(window.bucket), ...lists], signal)
    },
    refetchInterval: refreshOf(question.time),
  })
}

/** Names of AS numbers. They change so rarely that an answer holds as long as the page is open. */
export function asNamesQuery(account: string, numbers: readonly number[]) {
  const wanted = [...new Set(numbers)].filter((number) => number !== 0).sort((a, b) => a - b)
  return queryOptions({
    queryKey: ['as-names', account, wanted],
    queryFn: ({ signal }) =>
      request<Readonly<Record<string, string>>>({ path: drawbridgePath(account, `as-names?asn=${wanted.join(',')}`), signal }),
    enabled: wanted.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
}
