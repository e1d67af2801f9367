// Senders that nobody registered, each with a button that does.
import { Badge } from '@cloudflare/kumo/components/badge'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { Link } from '@tanstack/react-router'
import type { UnregisteredSender } from '../../contract/collector-status.ts'
import { messages } from '../messages.ts'
import { unregisteredMessages } from '../messages/unregistered.ts'
import { Card } from '../shell/card.tsx'
import { PermittedButton } from '../shell/permitted.tsx'
import { useNow } from '../shell/use-now.ts'
import { formatCount, formatDuration } from '../view/units.ts'
import { shown } from '../shell/use-undoable.ts'
import { useRouterActions, type RouterActions } from '../overview/use-router-actions.ts'

const text = unregisteredMessages

function SenderRow({
  sender,
  actions,
  now,
}: {
  readonly sender: UnregisteredSender
  readonly actions: RouterActions
  readonly now: number
}) {
  const protocols = sender.protocols.map((protocol) => messages.routers.protocols[protocol])
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-kumo-hairline py-2.5 first:border-t-0">
      <div className="flex min-w-0 grow flex-col gap-0.5">
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-mono text-base text-kumo-default">{sender.address}</span>
          {protocols.map((protocol) => (
            <Badge key={protocol} variant="secondary">
              {protocol}
            </Badge>
          ))}
        </span>
        <span className="text-sm text-kumo-subtle">
          {sender.agent_address !== null && `${text.agent(sender.agent_address)} · `}
          {text.datagrams(sender.datagrams, formatCount(sender.datagrams))} ·{' '}
          {text.lastSeen(formatDuration((now - Date.parse(sender.last_seen)) / 1000))}
        </span>
      </div>
      <Link
        to="/set-up"
        search={{ router: sender.address }}
        aria-label={messages.routers.liveCheckOf(sender.address)}
        className="rounded-sm text-base text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand"
      >
        {messages.routers.liveCheck}
      </Link>
      <PermittedButton
        scope="mnm:write"
        variant="primary"
        icon={PlusIcon}
        aria-label={text.registerAddress(sender.address)}
        disabled={actions.pending}
        onClick={() => {
          actions.register(sender.address).catch(shown)
        }}
      >
        {text.register}
      </PermittedButton>
    </li>
  )
}

export function UnregisteredCard({ senders }: { readonly senders: readonly UnregisteredSender[] }) {
  const actions = useRouterActions()
  const now = useNow(1)
  return (
    <Card title={text.title} id="unregistered">
      <p className="text-base text-kumo-subtle">{text.intro}</p>
      <ul className="flex flex-col">
        {senders.map((sender) => (
          <SenderRow key={`${sender.address} ${sender.agent_address ?? ''}`} sender={sender} actions={actions} now={now} />
        ))}
      </ul>
    </Card>
  )
}
