// The limits of rules beside the traffic that is shown, the rule whose own traffic is drawn, and what happened meanwhile.
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { advertisementsQuery } from '../api/advertisement-queries.ts'
import { incidentsQuery } from '../api/incident-queries.ts'
import { seriesQuery } from '../api/queries.ts'
import { ruleSeriesQuery, ruleStatusQuery, rulesQuery } from '../api/rule-queries.ts'
import { useAccount } from '../shell/account.ts'
import type { ChartMark } from '../view/chart-marks.ts'
import type { FlowCondition } from '../view/filter.ts'
import { withStatus } from '../view/rule-list.ts'
import type { View } from '../view/search.ts'
import { toPoints, type Point } from '../view/series.ts'
import { limitsFor, type Limits } from '../view/traffic-limits.ts'
import { marksOf } from './traffic-marks.ts'
import { isLive } from './use-traffic.ts'

// What has happened does not change; what begins is told by the verdict at once.
const marksRefresh = 10_000

/** @param wanted false where no limits are to be seen: nothing is asked for then */
export function useLimits(view: View, wanted: boolean): Limits {
  const account = useAccount()
  const rules = useQuery({ ...rulesQuery(account), enabled: wanted })
  const statuses = useQuery({ ...ruleStatusQuery(account), enabled: wanted })
  return useMemo(
    () => limitsFor(withStatus(rules.data ?? [], statuses.data ?? []), view.conditions, view.metric),
    [rules.data, statuses.data, view.conditions, view.metric],
  )
}

export interface OwnTraffic {
  /** Of the rule whose traffic is drawn. */
  readonly id: string | undefined
  readonly points: readonly Point[]
  readonly error: Error | null
  readonly choose: (id: string | undefined) => void
}

/** A rule beyond its limit is drawn without being asked for; what somebody chose stays. */
function useChoice({ limits, scope }: Limits): readonly [string | undefined, OwnTraffic['choose']] {
  // Null: nobody wants one.
  const [chosen, setChosen] = useState<string | null>()
  const choose = useCallback((id: string | undefined) => setChosen(id ?? null), [])
  const first = limits[0]
  const offered = scope === 'part' || scope === 'wider'
  if (!offered) return [undefined, choose]
  const unasked = first?.beyond ? first.id : undefined
  return [chosen === undefined ? unasked : limits.find(({ id }) => id === chosen)?.id, choose]
}

export function useOwnTraffic(view: View, limits: Limits): OwnTraffic {
  const account = useAccount()
  const [id, choose] = useChoice(limits)
  const live = isLive(view)
  const conditions: readonly FlowCondition[] = [{ dimension: 'ruleIDs', value: id ?? '', exclude: false }]
  const seconds = useQuery({ ...ruleSeriesQuery(account, id ?? ''), enabled: id !== undefined && live })
  const stored = useQuery({ ...seriesQuery({ account, time: view.time, conditions }), enabled: id !== undefined && !live })
  const points = useMemo((): readonly Point[] => {
    if (id === undefined) return []
    if (live) return (seconds.data ?? []).map((point): Point => [point.time * 1000, point[view.metric]])
    if (stored.data === undefined) return []
    return toPoints(stored.data.groups['series'] ?? [], stored.data.window, view.metric, stored.data.window.start)
  }, [id, live, seconds.data, stored.data, view.metric])
  return { id, points, error: id === undefined ? null : (live ? seconds : stored).error, choose }
}

/** Incidents and announcements as marks on the time axis. Filters leave those out that are not about what is shown. */
export function useMarks(limits: Limits, wanted: boolean): readonly ChartMark[] {
  const account = useAccount()
  const asked = wanted && limits.scope !== 'none'
  const incidents = useQuery({ ...incidentsQuery(account, { page: 1 }), enabled: asked, refetchInterval: marksRefresh })
  const announced = useQuery({
    ...advertisementsQuery(account, { page: 1 }),
    enabled: asked && limits.scope === 'part',
    refetchInterval: marksRefresh,
  })
  return useMemo(() => {
    if (!asked) return []
    const about = new Set(limits.limits.map(({ id }) => id))
    const shown = (incidents.data?.items ?? []).filter(({ rule_id }) => limits.scope === 'part' || about.has(rule_id))
    return marksOf(shown, limits.scope === 'part' ? (announced.data?.items ?? []) : [])
  }, [asked, limits, incidents.data, announced.data])
}
