// The edge firewall now: which rules count and drop, how much, until when, and the ways to deploy, enforce and withdraw.
import { Empty } from '@cloudflare/kumo/components/empty'
import { WallIcon } from '@phosphor-icons/react/dist/csr/Wall'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense } from 'react'
import type { FirewallRule } from '../../contract/firewall.ts'
import type { Page } from '../api/envelope.ts'
import { currentRulesQuery, firewallRuleQuery, firewallStatusQuery } from '../api/firewall-queries.ts'
import { signatureQuery } from '../api/signature-queries.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { useNow } from '../shell/use-now.ts'
import { useTitle } from '../shell/use-title.ts'
import { deployAgain, deployOf, emptyDeploy, type DeployForm } from '../view/firewall-form.ts'
import { byUrgency, verdictText } from '../view/firewall-view.ts'
import { readFirewallSearch } from '../view/signature-search.ts'
import { FilteringFrame, NewSignatureButton } from './filtering-frame.tsx'
import { ProtectionCard } from './protection-card.tsx'
import { RuleRows } from './rule-rows.tsx'
import { useFirewallTask } from './use-firewall-task.tsx'
import { lazyPart } from '../shell/lazy-part.ts'
import { useMay } from '../shell/use-may.ts'

const DeployDialog = lazyPart(() => import('./deploy-dialog.tsx'), 'DeployDialog')

const text = firewallMessages

/** What the dialog begins with, by the address; undefined while it is closed or not known yet. */
function useBegin(): DeployForm | undefined {
  const account = useAccount()
  const { deploy, again } = readFirewallSearch(useSearch({ from: '/shell/firewall' }))
  const fromSignature = deploy !== undefined && deploy !== 'new'
  const signature = useQuery({ ...signatureQuery(account, deploy ?? ''), enabled: fromSignature })
  const rule = useQuery({ ...firewallRuleQuery(account, again ?? ''), enabled: again !== undefined })
  if (again !== undefined) {
    if (rule.data !== undefined) return deployAgain(rule.data)
    return rule.error === null ? undefined : emptyDeploy
  }
  if (!fromSignature) return deploy === undefined ? undefined : emptyDeploy
  if (signature.data !== undefined) return deployOf(signature.data)
  return signature.error === null ? undefined : emptyDeploy
}

function NoRules() {
  const { data: status } = useQuery(firewallStatusQuery(useAccount()))
  return (
    <Empty
      icon={<WallIcon size={40} className="text-kumo-inactive" aria-hidden />}
      title={text.list.none}
      description={status?.stopped === true ? text.list.noneStopped : text.list.noneDetail}
      contents={<NewSignatureButton secondary />}
    />
  )
}

function CurrentCard({ query }: { readonly query: CardQuery<Page<FirewallRule>> }) {
  const now = useNow(1)
  const [start, dialog] = useFirewallTask()
  return (
    <Card title={text.list.title} actions={<Stale query={query} />} flush>
      <WithAnswer query={query}>
        {({ items, total }) => (
          <>
            {items.length === 0 ? <NoRules /> : <RuleRows rules={items.toSorted(byUrgency)} now={now} onTask={start} />}
            {total > items.length && <Nothing>{text.list.more(items.length, total)}</Nothing>}
          </>
        )}
      </WithAnswer>
      {dialog}
    </Card>
  )
}

export function FirewallPage() {
  useTitle(text.title)
  const navigate = useNavigate({ from: '/firewall' })
  const account = useAccount()
  const current = useQuery(currentRulesQuery(account))
  const status = useQuery(firewallStatusQuery(account))
  const begin = useBegin()
  const may = useMay('firewall:write')
  const { items = [] } = current.data ?? {}
  return (
    <FilteringFrame about="firewall">
      {items.length > 0 && <p className="text-lg font-medium text-kumo-default tabular-nums">{verdictText(items)}</p>}
      <CurrentCard query={current} />
      <ProtectionCard query={status} />
      <Suspense fallback={null}>
        {begin !== undefined && may !== false && (
          <DeployDialog begin={begin} onClose={() => void navigate({ search: {}, replace: true })} />
        )}
      </Suspense>
    </FilteringFrame>
  )
}
