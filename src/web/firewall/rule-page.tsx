// One rule of the edge firewall: what it matches and drops on each agent by the second, who changed it and why, and its actions.
import { Banner } from '@cloudflare/kumo/components/banner'
import { LinkButton } from '@cloudflare/kumo/components/button'
import { Empty } from '@cloudflare/kumo/components/empty'
import { Loader } from '@cloudflare/kumo/components/loader'
import { WarningIcon } from '@phosphor-icons/react/dist/csr/Warning'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { FirewallRule } from '../../contract/firewall.ts'
import { ApiFailure } from '../api/envelope.ts'
import { firewallRuleQuery, firewallStatusQuery } from '../api/firewall-queries.ts'
import { messages } from '../messages.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { useAccount } from '../shell/account.ts'
import { Stale, type CardQuery } from '../shell/card-state.tsx'
import { FailureBanner } from '../shell/failure.tsx'
import { PermittedButton } from '../shell/permitted.tsx'
import { Trail } from '../shell/trail.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { secondsUntil, troubles } from '../view/firewall-view.ts'
import { formatDuration } from '../view/units.ts'
import { FirewallStopBanner } from './filtering-frame.tsx'
import { RuleAgents } from './rule-agents.tsx'
import { RuleChanges } from './rule-changes.tsx'
import { RuleFacts } from './rule-facts.tsx'
import { RuleLive } from './rule-live.tsx'
import { RuleMenu } from './rule-menu.tsx'
import { Until } from './rule-rows.tsx'
import { FirewallState } from './rule-state.tsx'
import { useFirewallTask } from './use-firewall-task.tsx'

const text = firewallMessages

interface DetailsProps {
  readonly rule: FirewallRule
  readonly query: CardQuery<FirewallRule>
}

function Heading({ rule, query }: DetailsProps) {
  const now = useNow(1)
  const navigate = useNavigate()
  const [start, dialog] = useFirewallTask()
  const wait = rule.state === 'counting' ? secondsUntil(rule.enforceable_at, now) : 0
  return (
    <div className="flex flex-col gap-1.5">
      <Trail to="/firewall" name={text.title} here={text.states[rule.state]} />
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-col gap-1.5">
          <h1 className="text-xl font-semibold break-words text-kumo-default">{rule.name}</h1>
          <code className="font-mono text-sm break-words text-kumo-default">{rule.filter}</code>
          <div className="flex flex-wrap items-start gap-x-6 gap-y-1 text-base">
            <FirewallState rule={rule} now={now} />
            {rule.state !== 'withdrawn' && <Until rule={rule} now={now} />}
            {wait > 0 && <span className="text-sm text-kumo-subtle tabular-nums">{text.page.enforceable(formatDuration(wait))}</span>}
            <Stale query={query} />
          </div>
        </div>
        {rule.state === 'withdrawn' ? (
          <PermittedButton scope="firewall:write" onClick={() => void navigate({ to: '/firewall', search: { again: rule.id } })}>
            {text.history.again}
          </PermittedButton>
        ) : (
          <RuleMenu rule={rule} onTask={start} size="base" />
        )}
      </div>
      {dialog}
    </div>
  )
}

function Troubles({ rule }: Pick<DetailsProps, 'rule'>) {
  const sentences = troubles(rule)
  if (sentences.length === 0) return null
  return (
    <Banner
      variant="alert"
      icon={<WarningIcon weight="fill" aria-hidden />}
      title={text.page.partly}
      description={
        <ul className="text-kumo-default">
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      }
    />
  )
}

function Details({ rule, query }: DetailsProps) {
  useTitle(rule.name)
  const { data: status } = useQuery(firewallStatusQuery(useAccount()))
  return (
    <div className="flex flex-col gap-5">
      <FirewallStopBanner status={status} />
      <Heading rule={rule} query={query} />
      <Troubles rule={rule} />
      <RuleLive rule={rule} />
      <RuleAgents rule={rule} />
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 xl:grid-cols-2">
        <RuleChanges changes={rule.changes} />
        <RuleFacts rule={rule} />
      </div>
    </div>
  )
}

function NoSuchRule() {
  return (
    <Empty
      title={text.page.notFound}
      description={text.page.notFoundDetail}
      contents={
        <LinkButton href="/firewall" variant="primary">
          {text.page.toList}
        </LinkButton>
      }
    />
  )
}

export function FirewallRulePage() {
  const { id } = useParams({ from: '/shell/firewall/$id' })
  const query = useQuery(firewallRuleQuery(useAccount(), id))
  const { data, error, refetch } = query
  if (data !== undefined) return <Details key={data.id} rule={data} query={query} />
  if (error instanceof ApiFailure && error.status === 404) return <NoSuchRule />
  if (error !== null) return <FailureBanner error={error} onRetry={() => void refetch()} />
  return (
    <div className="flex justify-center py-16">
      <Loader size="lg" aria-label={messages.loading} />
    </div>
  )
}
