// The history of a rule: each change, what it does since, who made it, why and when.
import { Badge } from '@cloudflare/kumo/components/badge'
import type { FirewallChange } from '../../contract/firewall.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { serverText } from '../messages/server-text.ts'
import { Card } from '../shell/card.tsx'
import { actionText, ruleTone } from '../view/firewall-view.ts'
import { formatDayTime, formatTime } from '../view/units.ts'

const text = firewallMessages

function Change({ change, first }: { readonly change: FirewallChange; readonly first: boolean }) {
  const { at, to, action, who, why } = change
  const time = Date.parse(at)
  const tone = ruleTone({ state: to, agents: [] })
  return (
    <li className="flex flex-col gap-1 border-t border-kumo-hairline px-4 py-3 text-base first:border-t-0">
      <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <time dateTime={at} title={formatDayTime(time)} className="text-sm text-kumo-subtle tabular-nums">
          {first && `${formatDayTime(time)} · `}
          {formatTime(time)}
        </time>
        {tone === 'info' ? (
          <Badge variant="info">{text.states[to]}</Badge>
        ) : (
          <Badge appearance="dot" variant={tone}>
            {text.states[to]}
          </Badge>
        )}
        {to === 'enforcing' && <span className="text-sm text-kumo-default">{actionText(action)}</span>}
        <span className="text-sm break-words text-kumo-subtle">{who === 'drawbridge' ? text.page.system : who}</span>
      </span>
      <span className="break-words text-kumo-default">{serverText(why)}</span>
    </li>
  )
}

export function RuleChanges({ changes }: { readonly changes: readonly FirewallChange[] }) {
  return (
    <Card title={text.page.timeline} flush>
      <ol className="flex flex-col">
        {changes.map((change, index) => (
          // Two changes can be of the same millisecond; they are never reordered.
          // eslint-disable-next-line react/no-array-index-key
          <Change key={index} change={change} first={index === 0} />
        ))}
      </ol>
    </Card>
  )
}
