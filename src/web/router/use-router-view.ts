// The view of a router's page: time and unit in the address bar, and this router as the one filter.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { controlOf, type ViewControl } from '../overview/use-view.ts'
import type { FlowCondition } from '../view/filter.ts'
import { readView, writeView, type View } from '../view/search.ts'

/** Changes of time and unit stay on the page; any change of the filters leads to the overview, which has room for them. */
export function useRouterView(address: string): ViewControl {
  const search = useSearch({ from: '/shell/routers/$address' })
  const navigate = useNavigate({ from: '/routers/$address' })
  const view = useMemo((): View => {
    const condition: FlowCondition = { dimension: 'routerAddress', value: address, exclude: false }
    return { ...readView({ ...search }), conditions: [condition] }
  }, [search, address])
  const change = useCallback(
    (alter: (view: View) => View) => {
      const next = alter(view)
      if (next.conditions === view.conditions) void navigate({ search: writeView({ ...next, conditions: [] }), resetScroll: false })
      else void navigate({ to: '/', search: writeView(next) })
    },
    [navigate, view],
  )
  return useMemo(() => controlOf(view, change), [view, change])
}
