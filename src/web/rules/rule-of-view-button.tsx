// Leads from what somebody looks at to a new rule that is filled in from it.
import { Button } from '@cloudflare/kumo/components/button'
import { ShieldPlusIcon } from '@phosphor-icons/react/dist/csr/ShieldPlus'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { seriesQuery, topQuery } from '../api/queries.ts'
import { overviewMessages } from '../messages/overview.ts'
import { useAccount } from '../shell/account.ts'
import { Permitted } from '../shell/permitted.tsx'
import { ruleOfView, type NewRuleSearch } from '../view/rule-of-view.ts'
import type { View } from '../view/search.ts'
import { toPoints } from '../view/series.ts'

// The first of the destinations tell whether one gets most of it.
const destinations = 10
// What the page has asked for a moment ago is not asked for again.
const fresh = { staleTime: 30_000 } as const

/** What is unknown because a question fails is left to who fills in the form. */
function useRuleOfView(view: View): () => Promise<NewRuleSearch> {
  const account = useAccount()
  const client = useQueryClient()
  return async () => {
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
}

export function RuleOfViewButton({ view }: { readonly view: View }) {
  const navigate = useNavigate()
  const make = useMutation({
    mutationFn: useRuleOfView(view),
    onSuccess: (search) => void navigate({ to: '/rules/new', search }),
  })
  return (
    <Permitted scope="mnm:admin">
      <Button size="sm" variant="ghost" icon={ShieldPlusIcon} loading={make.isPending} onClick={() => make.mutate()}>
        {overviewMessages.ruleOf.title}
      </Button>
    </Permitted>
  )
}
