// Leads from what the overview shows to the same time and filters on the page Explore.
import { ChartLineUpIcon } from '@phosphor-icons/react/dist/csr/ChartLineUp'
import { Link } from '@tanstack/react-router'
import { exploreMessages } from '../messages/explore.ts'
import { messages } from '../messages.ts'
import { filterOf } from '../view/explore-filter.ts'
import { readExplore, writeExplore } from '../view/explore-search.ts'
import type { Dimension } from '../view/filter.ts'
import type { View } from '../view/search.ts'

const text = exploreMessages.these

interface ExploreTheseProps {
  readonly view: View
  /** Of the list that it stands at; without one the link is about all that the filters leave. */
  readonly dimension?: Dimension
}

export function ExploreThese({ view, dimension }: ExploreTheseProps) {
  const { time, metric, conditions } = view
  const by = dimension === undefined ? {} : { by: [dimension] }
  const state = { ...readExplore({}), time, metric, order: metric, filter: filterOf(conditions), ...by }
  return (
    <Link
      to="/explore"
      search={writeExplore(state)}
      aria-label={dimension === undefined ? undefined : text.list(messages.top.lists[dimension])}
      className="inline-flex items-center gap-1.5 rounded-sm px-1 text-sm text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
    >
      {dimension === undefined && <ChartLineUpIcon size={14} aria-hidden />}
      {dimension === undefined ? text.all : text.one}
    </Link>
  )
}
