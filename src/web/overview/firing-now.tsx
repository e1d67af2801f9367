// The rules that are beyond their limit right now: how long, how far, and what their incident is.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Metric } from '../api/flow-groups.ts'
import { ruleStatusQuery, rulesQuery } from '../api/rule-queries.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { RuleLoad, RuleState } from '../rules/rule-state.tsx'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale } from '../shell/card-state.tsx'
import { ShortList } from '../shell/short-list.tsx'
import { useNow } from '../shell/use-now.ts'
import { withStatus, type ListedRule } from '../view/rule-list.ts'

const text = incidentMessages.overview
const shortList = 5
const link = 'rounded-sm hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand'

interface LineProps extends ListedRule {
  readonly metric: Metric
  readonly now: number
}

function Line({ rule, status, metric, now }: LineProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-1.5 border-t border-kumo-hairline px-4 py-2 text-base first:border-t-0">
      <Link
        to="/rules/$id"
        params={{ id: rule.id }}
        className={`${link} min-w-0 flex-1 basis-40 truncate font-medium text-kumo-default hover:text-kumo-link`}
      >
        {rule.name}
      </Link>
      <span className="tabular-nums md:w-64">
        <RuleState rule={rule} status={status} now={now} />
      </span>
      <span className="w-full text-kumo-default tabular-nums sm:w-52">
        <RuleLoad rule={rule} status={status} metric={metric} />
      </span>
      <span className="flex md:w-48 md:justify-end">
        {typeof status?.incident === 'string' && (
          <Link
            to="/incidents/$id"
            params={{ id: status.incident }}
            aria-label={`${text.show}: ${rule.name}`}
            className={`${link} text-kumo-link`}
          >
            {text.show}
          </Link>
        )}
      </span>
    </li>
  )
}

export function FiringNow({ metric }: { readonly metric: Metric }) {
  const account = useAccount()
  const statuses = useQuery(ruleStatusQuery(account))
  const rules = useQuery(rulesQuery(account))
  const now = useNow(1)
  const firing = withStatus(rules.data ?? [], statuses.data ?? []).filter(
    ({ status }) => status?.state === 'firing' || status?.state === 'breach',
  )
  if (firing.length === 0) return null
  return (
    <section aria-label={text.label}>
      <Card title={text.firing} actions={<Stale query={statuses} />} flush>
        <ShortList items={firing} length={shortList}>
          {(shown) => (
            <ul>
              {shown.map((listed) => (
                <Line key={listed.rule.id} {...listed} metric={metric} now={now} />
              ))}
            </ul>
          )}
        </ShortList>
      </Card>
    </section>
  )
}
