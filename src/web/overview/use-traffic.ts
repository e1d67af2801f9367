// What the chart of traffic shows: the live view by the second or stored flows in buckets, and the period before.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { liveQuery, liveSpan, previousSeriesQuery, seriesQuery, statusQuery, type WindowAnswer } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { useAccount } from '../shell/account.ts'
import { movedOn } from '../view/previous-period.ts'
import type { View } from '../view/search.ts'
import { firstKnown, incompleteFrom, livePoints, shortOf, toPoints, type Point } from '../view/series.ts'
import { formatDayTime, formatStep } from '../view/units.ts'

const text = messages.chart

export interface Traffic {
  readonly points: readonly Point[]
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
  readonly incomplete: number | undefined
  readonly note: string
}

/** What a query hook tells, as far as the card needs it. */
export interface TrafficSource {
  readonly live: boolean
  readonly traffic: Traffic | undefined
  readonly error: Error | null
  readonly retry: () => void
  readonly updatedAt: number
  readonly outdated: boolean
}

function storedTraffic(answer: WindowAnswer, view: View): Traffic {
  const { window } = answer
  const groups = answer.groups['series'] ?? []
  const kept = shortOf(answer.reach['series'], window) ?? window.start
  const from = Math.max(kept, firstKnown(groups, window, view.conditions.length > 0))
  const points = groups.length === 0 ? [] : toPoints(groups, window, view.metric, from)
  const incomplete = incompleteFrom(points, window)
  const note = [
    text.step(formatStep(window.bucket.seconds)),
    ...(incomplete === undefined ? [] : [text.dashed]),
    ...(kept > window.start ? [messages.top.reach(formatDayTime(kept))] : []),
  ]
  return { points, start: window.start, end: Math.min(window.end, window.now), incomplete, note: messages.sentences(note) }
}

/** Only the unfiltered last five minutes are live: the collectors count traffic by account, not by flow. */
export function isLive(view: View): boolean {
  return view.time.kind === 'preset' && view.time.name === '5m' && view.conditions.length === 0
}

export function useTraffic(view: View): TrafficSource {
  const account = useAccount()
  const live = isLive(view)
  const { data: status } = useQuery(statusQuery(account))
  const started = status === undefined ? 0 : Date.parse(status.started)
  const seconds = useQuery({ ...liveQuery(account), enabled: live })
  const series = useQuery({ ...seriesQuery({ account, ...view }), enabled: !live, placeholderData: keepPreviousData })
  const traffic = useMemo((): Traffic | undefined => {
    if (!live) return series.data && storedTraffic(series.data, view)
    if (seconds.data === undefined) return undefined
    const points = livePoints(seconds.data, view.metric, started)
    const end = points.at(-1)?.[0] ?? 0
    return { points, start: end - (liveSpan - 1) * 1000, end, incomplete: undefined, note: text.liveStep }
  }, [live, seconds.data, series.data, started, view])
  const query = live ? seconds : series
  return {
    live,
    traffic,
    error: query.error,
    retry: () => void query.refetch(),
    updatedAt: query.dataUpdatedAt,
    outdated: !live && series.isPlaceholderData,
  }
}

/** The line of the period before, moved below the present one; empty while it is unknown or nobody wants it. */
export function usePreviousPoints(view: View, wanted: boolean): readonly Point[] {
  const previous = useQuery({ ...previousSeriesQuery({ account: useAccount(), ...view }), enabled: wanted })
  return useMemo(() => {
    if (!wanted || previous.data === undefined) return []
    const { window, groups, reach } = previous.data
    const found = groups['series'] ?? []
    if (found.length === 0) return []
    const from = Math.max(shortOf(reach['series'], window) ?? window.start, firstKnown(found, window, view.conditions.length > 0))
    return movedOn(toPoints(found, window, view.metric, from), window.end - window.start)
  }, [wanted, previous.data, view])
}
