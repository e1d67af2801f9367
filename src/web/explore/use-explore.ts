// The question in the address bar as state: reading it, and the changes that the page makes to it.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { readExplore, writeExplore, type ExploreState } from '../view/explore-search.ts'

export interface ExploreControl {
  readonly state: ExploreState
  readonly set: (change: Partial<ExploreState>) => void
}

/** Every change is a step in the browser's history, so that Back undoes it. */
export function useExplore(): ExploreControl {
  const search = useSearch({ from: '/shell/explore' })
  const navigate = useNavigate({ from: '/explore' })
  const state = useMemo(() => readExplore(search), [search])
  const set = useCallback(
    (change: Partial<ExploreState>) => {
      void navigate({ search: (current) => writeExplore({ ...readExplore(current), ...change }), resetScroll: false })
    },
    [navigate],
  )
  return useMemo(() => ({ state, set }), [state, set])
}
