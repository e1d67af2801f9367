// A rule of what the overview shows.
import { useQueryClient } from '@tanstack/react-query'
import { seriesQuery, topQuery } from '../api/queries.ts'
import { useAccount } from '../shell/account.ts'
import { ruleOfView, type NewRuleSearch } from '../view/rule-of-view.ts'
import type { View } from '../view/search.ts'
import { toPoints } from '../view/series.ts'
import { RuleOfButton } from './rule-of-button.tsx'

// The first of the destinations tell whether one gets most of it.
const destinations = 10
// What the page has asked for a moment ago is not asked for again.
const fresh = { staleTime: 30_000 } as const

export function RuleOfViewButton({ view }: { readonly view: View }) {
  const account = useAccount()
  const client = useQueryClient()
  const look = async (): Promise<NewRuleSearch> => {
    const question = { account, ...view }
    const [series, top] = await Promise.allSettled([
      client.fetchQuery({ ...seriesQuery(question), ...fresh }),
      client.fetchQuery({ ...topQuery(question, ['destinationAddress'], destinations), ...fresh }),
    ])
    const points =
      series.status === 'fulfilled'
        ? toPoints(series.value.groups['series'] ?? [], series.value.window, view.metric, series.value.window.start)
        : []
    const found = top.status === 'fulfilled' ? (top.value.groups['destinationAddress'] ?? []) : []
    return ruleOfView({ conditions: view.conditions, metric: view.metric, points, destinations: found })
  }
  return <RuleOfButton look={look} />
}
