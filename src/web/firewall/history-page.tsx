// Rules that were withdrawn: what they matched and dropped, how long they were there, and why they ended.
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { FirewallRule } from '../../contract/firewall.ts'
import { withdrawnPerPage, withdrawnRulesQuery } from '../api/firewall-queries.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { serverText } from '../messages/server-text.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Nothing, Stale, WithAnswer } from '../shell/card-state.tsx'
import { Pager } from '../shell/pager.tsx'
import { PermittedButton } from '../shell/permitted.tsx'
import { useTitle } from '../shell/use-title.ts'
import { readPage } from '../view/signature-search.ts'
import { formatCount, formatDayTime, formatDuration } from '../view/units.ts'
import { FilteringFrame } from './filtering-frame.tsx'
import { RuleName } from './rule-state.tsx'

const text = firewallMessages.history

function Figure({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <span className="flex flex-col">
      <span className="text-sm text-kumo-subtle">{name}</span>
      <span className="break-words text-kumo-default tabular-nums">{children}</span>
    </span>
  )
}

function Item({ rule }: { readonly rule: FirewallRule }) {
  const navigate = useNavigate()
  const { created_at: from, withdrawn_at: to, total, withdrawn_why: why } = rule
  const lasted = (Date.parse(to ?? rule.state_since) - Date.parse(from)) / 1000
  return (
    <li className="grid grid-cols-[minmax(0,1fr)] items-start gap-x-6 gap-y-3 border-t border-kumo-hairline p-4 text-base first:border-t-0 lg:grid-cols-[minmax(0,4fr)_11rem_7rem_7rem_minmax(0,4fr)_auto]">
      <RuleName rule={rule} />
      <Figure name={text.lasted}>{`${formatDayTime(Date.parse(from))}, ${formatDuration(lasted)}`}</Figure>
      <Figure name={text.matched}>{formatCount(total.packets)}</Figure>
      <Figure name={text.dropped}>{formatCount(total.dropped_packets)}</Figure>
      <Figure name={text.why}>{serverText(why ?? '')}</Figure>
      <PermittedButton scope="firewall:write" size="sm" onClick={() => void navigate({ to: '/firewall', search: { again: rule.id } })}>
        {text.again}
      </PermittedButton>
    </li>
  )
}

export function FirewallHistoryPage() {
  useTitle(text.title)
  const page = readPage(useSearch({ from: '/shell/firewall/history' }))
  const navigate = useNavigate({ from: '/firewall/history' })
  const query = useQuery(withdrawnRulesQuery(useAccount(), page))
  const turn = (to: number) => void navigate({ search: to === 1 ? {} : { page: String(to) }, resetScroll: false })
  return (
    <FilteringFrame about="firewall">
      <Card title={text.title} actions={<Stale query={query} />} flush>
        <WithAnswer query={query}>
          {({ items, total }) => (
            <>
              {items.length === 0 && <Nothing>{text.none}</Nothing>}
              <ul>
                {items.map((rule) => (
                  <Item key={rule.id} rule={rule} />
                ))}
              </ul>
              <Pager page={page} perPage={withdrawnPerPage} total={total} onPage={turn} />
            </>
          )}
        </WithAnswer>
      </Card>
    </FilteringFrame>
  )
}
