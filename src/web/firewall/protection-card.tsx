// What no rule of the firewall touches, and how many rules there may be for how long.
import { ShieldCheckIcon } from '@phosphor-icons/react/dist/csr/ShieldCheck'
import type { FirewallStatus } from '../../contract/firewall.ts'
import { messages } from '../messages.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer, type CardQuery } from '../shell/card-state.tsx'
import { exactSeconds } from '../view/quantity-input.ts'

const text = firewallMessages.protection

function protectedThings({ protection }: Pick<FirewallStatus, 'protection'>): readonly string[] {
  const { prefixes, local_ports: ports } = protection
  return [
    text.own,
    ...(ports.length === 0 ? [] : [text.ports(messages.list(ports.map(String)))]),
    ...(prefixes.length === 0 ? [] : [`${text.prefixes} ${messages.list(prefixes)}`]),
  ]
}

export function ProtectionCard({ query }: { readonly query: CardQuery<FirewallStatus> }) {
  return (
    <Card title={text.title} actions={<Stale query={query} />} flush>
      <WithAnswer query={query}>
        {(status) => (
          <div className="flex flex-col gap-2 p-4 text-base text-kumo-default">
            <p className="text-kumo-subtle">{text.detail}</p>
            <ul className="flex flex-col gap-1">
              {protectedThings(status).map((thing) => (
                <li key={thing} className="flex items-start gap-2">
                  <ShieldCheckIcon size={18} weight="fill" aria-hidden className="mt-0.5 shrink-0 text-kumo-success" />
                  <span className="min-w-0 break-words">{thing}</span>
                </li>
              ))}
            </ul>
            <p className="text-sm text-kumo-subtle">
              {text.limits(status.rules, status.max_rules)} · {text.lifetime(exactSeconds(Math.round(status.max_lifetime_hours * 3600)))}
            </p>
          </div>
        )}
      </WithAnswer>
    </Card>
  )
}
