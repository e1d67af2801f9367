// Traffic over time of several routers at once, for the small lines beside their names: one question for all of them.
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { toPoints, type Point } from '../view/series.ts'
import { refreshOf, windowFilter, windowOf, type TimeChoice, type TimeWindow } from '../view/time-range.ts'
import { askFlows, type FlowGroup, type Metric } from './flow-groups.ts'

// The greatest page of the API. 50 routers with a point a minute over an hour, or 13 by the hour over 30 days, stay below.
const mostRows = 10_000

export interface RouterTraffic {
  /** In the order of time, rates of both units by router. */
  readonly groups: Readonly<Record<string, readonly FlowGroup[]>>
  readonly window: TimeWindow
}

/** Groups by router, each with its time as key. */
function byRouter(groups: readonly FlowGroup[]): Readonly<Record<string, readonly FlowGroup[]>> {
  const lists: Record<string, FlowGroup[]> = {}
  for (const group of groups) (lists[String(group.split)] ??= []).push(group)
  return lists
}

/** @param routers addresses */
export function routerTrafficQuery(account: string, routers: readonly string[], time: TimeChoice) {
  const wanted = routers.toSorted()
  return queryOptions({
    queryKey: ['router-traffic', account, time, wanted],
    queryFn: async ({ signal }): Promise<RouterTraffic> => {
      const window = windowOf(time, Date.now())
      const { dimension } = window.bucket
      const grouping = { alias: 'routers', dimension, split: 'routerAddress', limit: mostRows, orderBy: `${dimension}_ASC` }
      const { groups } = await askFlows(account, [grouping], { ...windowFilter(window), routerAddress_in: wanted }, signal)
      return { groups: byRouter(groups['routers'] ?? []), window }
    },
    enabled: wanted.length > 0,
    refetchInterval: refreshOf(time),
    placeholderData: keepPreviousData,
  })
}

/** The line of one router; undefined until there is an answer. */
export function routerPoints(traffic: RouterTraffic | undefined, router: string, metric: Metric): readonly Point[] | undefined {
  return traffic && toPoints(traffic.groups[router] ?? [], traffic.window, metric, traffic.window.start)
}
