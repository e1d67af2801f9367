// What fires right now: open incidents by name, and the rules that are beyond their limit.
import { Banner } from '@cloudflare/kumo/components/banner'
import { WarningCircleIcon } from '@phosphor-icons/react/dist/csr/WarningCircle'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { IncidentSummary } from '../../contract/incident.ts'
import { openIncidentsQuery } from '../api/incident-queries.ts'
import { ruleStatusQuery, rulesQuery } from '../api/rule-queries.ts'
import type { Metric } from '../api/flow-groups.ts'
import { incidentMessages } from '../messages/incidents.ts'
import { RuleLoad, RuleState } from '../rules/rule-state.tsx'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { ShortList } from '../shell/short-list.tsx'
import { useNow } from '../shell/use-now.ts'
import { incidentSeconds, peakOf, shortHeadline } from '../view/incident-view.ts'
import { withStatus, type ListedRule } from '../view/rule-list.ts'
import { formatDuration, formatRate } from '../view/units.ts'

const text = incidentMessages.overview
// More than this is no verdict any more; the page of incidents has them all.
const mostIncidents = 3
const shortList = 5
const link = 'rounded-sm hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand'

interface LineProps {
  readonly incident: IncidentSummary
  readonly metric: Metric
  readonly now: number
}

function IncidentLine({ incident, metric, now }: LineProps) {
  return (
    <span>
      <Link to="/incidents/$id" params={{ id: incident.id }} className={`${link} font-medium text-kumo-default underline`}>
        {text.since(shortHeadline(incident), formatDuration(incidentSeconds(incident, now)))}
      </Link>{' '}
      <span className="text-kumo-subtle tabular-nums">{text.peak(formatRate(peakOf(incident, metric), metric))}</span>
    </span>
  )
}

interface OpenIncidentsProps {
  readonly incidents: readonly IncidentSummary[]
  readonly total: number
  readonly metric: Metric
  readonly now: number
}

function OpenIncidents({ incidents, total, metric, now }: OpenIncidentsProps) {
  const [first] = incidents
  if (first === undefined) return null
  return (
    <Banner
      variant="error"
      icon={<WarningCircleIcon weight="fill" aria-hidden />}
      title={text.since(shortHeadline(first), formatDuration(incidentSeconds(first, now)))}
      description={
        <div className="flex flex-col items-start gap-1.5 text-base text-kumo-default">
          <p className="flex flex-wrap gap-x-3">
            <span className="tabular-nums">
              {first.rule_name}: {text.peak(formatRate(peakOf(first, metric), metric))}
            </span>
            <Link to="/incidents/$id" params={{ id: first.id }} className={`${link} font-medium underline`}>
              {text.show}
            </Link>
          </p>
          {incidents.length > 1 && (
            <ul className="flex flex-col gap-1">
              {incidents.slice(1, mostIncidents).map((incident) => (
                <li key={incident.id}>
                  <IncidentLine incident={incident} metric={metric} now={now} />
                </li>
              ))}
            </ul>
          )}
          {total > mostIncidents && (
            <Link to="/incidents" search={{ state: 'open' }} className={`${link} underline`}>
              {text.all(total)}
            </Link>
          )}
        </div>
      }
    />
  )
}

function FiringRules({ rules, metric, now }: { readonly rules: readonly ListedRule[]; readonly metric: Metric; readonly now: number }) {
  return (
    <Card title={text.firing} flush>
      <ShortList items={rules} length={shortList}>
        {(shown) => (
          <ul>
            {shown.map(({ rule, status }) => (
              <li
                key={rule.id}
                className="flex flex-wrap items-center gap-x-6 gap-y-1.5 border-t border-kumo-hairline px-4 py-2.5 text-base first:border-t-0"
              >
                <Link
                  to="/rules/$id"
                  params={{ id: rule.id }}
                  className={`${link} min-w-0 flex-1 basis-40 truncate font-medium text-kumo-default hover:text-kumo-link`}
                >
                  {rule.name}
                </Link>
                <span className="md:w-64">
                  <RuleState rule={rule} status={status} now={now} />
                </span>
                <span className="w-full text-kumo-default sm:w-52">
                  <RuleLoad rule={rule} status={status} metric={metric} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </ShortList>
    </Card>
  )
}

export function FiringNow({ metric }: { readonly metric: Metric }) {
  const account = useAccount()
  const incidents = useQuery(openIncidentsQuery(account))
  const statuses = useQuery(ruleStatusQuery(account))
  const rules = useQuery(rulesQuery(account))
  const now = useNow(1)
  const firing = withStatus(rules.data ?? [], statuses.data ?? []).filter(
    ({ status }) => status?.state === 'firing' || status?.state === 'breach',
  )
  const open = incidents.data?.items ?? []
  if (open.length === 0 && firing.length === 0) return null
  return (
    <section aria-label={text.label} className="flex flex-col gap-3">
      <OpenIncidents incidents={open} total={incidents.data?.total ?? 0} metric={metric} now={now} />
      {firing.length > 0 && <FiringRules rules={firing} metric={metric} now={now} />}
    </section>
  )
}
