// Who has sent since the live check began, to choose whom it looks at, and datagrams that miss the collectors.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Button } from '@cloudflare/kumo/components/button'
import type { CheckSender, RouterCheck, StrayDatagrams } from '../../contract/router-check.ts'
import { messages } from '../messages.ts'
import { setUpMessages } from '../messages/set-up.ts'
import { ShortList } from '../shell/short-list.tsx'
import { formatCount } from '../view/units.ts'
import type { Acting } from './finding-item.tsx'

const text = setUpMessages.watch
// Beside the steps, which matter more.
const mostSenders = 6
const mostStrays = 4

interface SenderRowProps {
  readonly sender: CheckSender
  readonly shown: boolean
  readonly acting: Acting
}

function SenderRow({ sender, shown, acting }: SenderRowProps) {
  const { address, agent_address, registered, protocols, datagrams, is_new } = sender
  const facts = [
    registered ? text.registered : text.unregistered,
    ...(agent_address === null ? [] : [text.agent(agent_address)]),
    text.datagrams(datagrams, formatCount(datagrams)),
  ]
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 border-t border-kumo-hairline py-2 first:border-t-0">
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-mono text-base break-all text-kumo-default">{address}</span>
          {protocols.map((protocol) => (
            <Badge key={protocol} variant="secondary">
              {messages.routers.protocols[protocol]}
            </Badge>
          ))}
          {is_new && <Badge variant="info">{text.isNew}</Badge>}
        </span>
        <span className="text-sm text-kumo-subtle tabular-nums">{messages.list(facts)}</span>
      </span>
      {shown ? (
        <span className="text-sm text-kumo-subtle">{text.shown}</span>
      ) : (
        <Button size="sm" aria-label={text.lookAtAddress(address)} disabled={acting.pending} onClick={() => acting.lookAt(address)}>
          {text.lookAt}
        </Button>
      )}
    </li>
  )
}

export function SenderList({ check, acting }: { readonly check: RouterCheck; readonly acting: Acting }) {
  const { senders, sender: chosen } = check
  // Nothing to choose from is nothing to show.
  if (senders.every(({ address }) => address === chosen)) return null
  return (
    <section className="flex flex-col gap-1 border-t border-kumo-hairline pt-3">
      <h3 className="font-medium text-kumo-default">{text.senders}</h3>
      <p className="text-sm text-kumo-subtle">{text.sendersHint}</p>
      <ShortList items={senders} length={mostSenders}>
        {(listed) => (
          <ul className="flex flex-col">
            {listed.map((sender) => (
              <SenderRow key={sender.address} sender={sender} shown={sender.address === chosen} acting={acting} />
            ))}
          </ul>
        )}
      </ShortList>
    </section>
  )
}

function strayTarget({ address, port }: StrayDatagrams): string {
  if (address === '') return text.strayPort(port)
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

function strayKey(stray: StrayDatagrams): string {
  return `${stray.source} ${stray.address} ${stray.port} ${stray.protocol}`
}

export function StrayList({ strays }: { readonly strays: readonly StrayDatagrams[] }) {
  if (strays.length === 0) return null
  return (
    <section className="flex flex-col gap-1 border-t border-kumo-hairline pt-3">
      <h3 className="font-medium text-kumo-default">{text.strays}</h3>
      <ShortList items={strays} length={mostStrays}>
        {(shown) => (
          <ul className="flex flex-col gap-1.5 text-sm">
            {shown.map((stray) => (
              <li key={strayKey(stray)} className="flex min-w-0 flex-col">
                <span className="break-words text-kumo-default">
                  <span className="font-mono">{text.stray(stray.source, strayTarget(stray))}</span>{' '}
                  {messages.routers.protocols[stray.protocol]}
                </span>
                <span className="text-kumo-subtle">
                  {messages.list([text.datagrams(stray.datagrams, formatCount(stray.datagrams)), text.strayReasons[stray.reason]])}
                </span>
              </li>
            ))}
          </ul>
        )}
      </ShortList>
    </section>
  )
}
