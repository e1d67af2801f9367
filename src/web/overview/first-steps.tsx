// What a new installation shows instead of empty charts: the way to the page that sets a router up.
import { Button } from '@cloudflare/kumo/components/button'
import { BroadcastIcon } from '@phosphor-icons/react/dist/csr/Broadcast'
import { PlugsConnectedIcon } from '@phosphor-icons/react/dist/csr/PlugsConnected'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { ListenerStatus } from '../../contract/collector-status.ts'
import { messages } from '../messages.ts'
import { firstStepsMessages } from '../messages/first-steps.ts'
import { Card } from '../shell/card.tsx'
import { CopyCommand } from '../shell/copy-command.tsx'
import { AddRouterDialog } from '../routers/router-dialogs.tsx'

const text = firstStepsMessages

/** Port of a listener's address: `[::]:2055` is `2055`. */
const portOf = (address: string) => address.slice(address.lastIndexOf(':') + 1)

export function FirstSteps({ listeners }: { readonly listeners: readonly ListenerStatus[] }) {
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const listening = [...new Set(listeners.map(({ address }) => portOf(address)))]
  return (
    <Card title={text.title} actions={<BroadcastIcon size={20} className="text-kumo-link motion-safe:animate-pulse" aria-hidden />}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-6 py-1 text-base text-kumo-default lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex flex-col items-start gap-4">
          <div className="flex flex-col gap-1">
            <p>{text.intro}</p>
            {listening.length > 0 && <p className="text-kumo-subtle">{text.ports(messages.list(listening))}</p>}
          </div>
          <span className="flex flex-wrap gap-2">
            <Button variant="primary" icon={PlugsConnectedIcon} onClick={() => void navigate({ to: '/set-up' })}>
              {messages.routers.setUp}
            </Button>
            <Button icon={PlusIcon} onClick={() => setAdding(true)}>
              {messages.routers.add}
            </Button>
          </span>
          <p className="text-sm text-kumo-subtle">{text.next}</p>
        </div>
        <div className="flex flex-col items-start gap-2">
          <h3 className="font-semibold">{text.demoTitle}</h3>
          <p>{text.demo}</p>
          <CopyCommand command={text.demoCommand} />
        </div>
      </div>
      <AddRouterDialog open={adding} onClose={() => setAdding(false)} />
    </Card>
  )
}
