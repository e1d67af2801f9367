// The view in the address bar as state: reading it, and the changes that the page makes to it.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { Metric } from '../api/flow-groups.ts'
import { sameCondition, withCondition, type FlowCondition } from '../view/filter.ts'
import { readView, writeView, type View } from '../view/search.ts'
import type { TimeChoice } from '../view/time-range.ts'

export interface ViewControl {
  readonly view: View
  readonly setTime: (time: TimeChoice) => void
  readonly setMetric: (metric: Metric) => void
  readonly addCondition: (condition: FlowCondition) => void
  readonly removeCondition: (condition: FlowCondition) => void
  readonly clearConditions: () => void
}

/** The changes as functions, each of which hands on how the view is altered. */
export function controlOf(view: View, change: (alter: (view: View) => View) => void): ViewControl {
  return {
    view,
    setTime: (time) => change((old) => ({ ...old, time })),
    setMetric: (metric) => change((old) => ({ ...old, metric })),
    addCondition: (condition) => change((old) => ({ ...old, conditions: withCondition(old.conditions, condition) })),
    removeCondition: (condition) =>
      change((old) => ({ ...old, conditions: old.conditions.filter((other) => !sameCondition(other, condition)) })),
    clearConditions: () => change((old) => ({ ...old, conditions: [] })),
  }
}

/** Every change is a step in the browser's history, so that Back undoes a zoom or a filter. */
export function useView(): ViewControl {
  const search = useSearch({ from: '/shell/' })
  const navigate = useNavigate({ from: '/' })
  const view = useMemo(() => readView({ ...search }), [search])
  const change = useCallback(
    (alter: (view: View) => View) => {
      void navigate({ search: (current) => writeView(alter(readView({ ...current }))), resetScroll: false })
    },
    [navigate],
  )
  return useMemo(() => controlOf(view, change), [view, change])
}
