// What a rule was made with: where, for how long, from which signature, against which incident, by whom.
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { FirewallRule } from '../../contract/firewall.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { Card } from '../shell/card.tsx'
import { useNow } from '../shell/use-now.ts'
import { placesText } from '../view/firewall-view.ts'
import { exactSeconds } from '../view/quantity-input.ts'
import { formatDayTime, formatDuration, formatRate } from '../view/units.ts'

const text = firewallMessages.page
const linked = 'rounded-sm text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand'

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-1 gap-x-4 border-t border-kumo-hairline px-4 py-2.5 text-base first:border-t-0 sm:grid-cols-[8rem_minmax(0,1fr)]">
      <dt className="text-kumo-subtle">{name}</dt>
      <dd className="min-w-0 break-words text-kumo-default tabular-nums">{children}</dd>
    </div>
  )
}

function Calm({ rule }: { readonly rule: FirewallRule }) {
  const now = useNow(1)
  const { calm, calm_since: since } = rule
  if (calm === null) return text.calmOff
  const when = text.calmText(formatRate(calm.packets_per_second, 'packets'), exactSeconds(calm.seconds))
  return since === null ? when : `${when}; ${text.calmSince(formatDuration((now - Date.parse(since)) / 1000))}`
}

export function RuleFacts({ rule }: { readonly rule: FirewallRule }) {
  const { interface: name, created_at: made, who, why, until, signature_id: signature, incident_id: incident } = rule
  return (
    <Card title={text.facts} flush>
      <dl>
        <Fact name={text.places}>{placesText(rule)}</Fact>
        {name !== null && <Fact name={text.interface}>{name}</Fact>}
        <Fact name={text.made}>{`${formatDayTime(Date.parse(made))}, ${who}`}</Fact>
        <Fact name={text.why}>{why}</Fact>
        <Fact name={text.until}>{formatDayTime(Date.parse(until))}</Fact>
        <Fact name={text.calm}>
          <Calm rule={rule} />
        </Fact>
        {signature !== null && (
          <Fact name={text.signature}>
            <Link to="/signatures/$id" params={{ id: signature }} className={linked}>
              {text.toSignature}
            </Link>
          </Fact>
        )}
        {incident !== null && (
          <Fact name={text.incident}>
            <Link to="/incidents/$id" params={{ id: incident }} className={linked}>
              {text.toIncident}
            </Link>
          </Fact>
        )}
      </dl>
    </Card>
  )
}
