// What a new installation shows instead of empty charts: how to make a router send, and what happens then.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { Tabs } from '@cloudflare/kumo/components/tabs'
import { BroadcastIcon } from '@phosphor-icons/react/dist/csr/Broadcast'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { useState } from 'react'
import type { ListenerStatus } from '../../contract/collector-status.ts'
import { messages } from '../messages.ts'
import { firstStepsMessages } from '../messages/first-steps.ts'
import { Card } from '../shell/card.tsx'
import { CopyCommand, CopyText } from '../shell/copy-command.tsx'
import { collectorPorts, portOf, reachableHost, recipe, recipeNames, type RecipeName } from './exporter-recipes.ts'
import { AddRouterDialog } from './router-dialogs.tsx'

const text = firstStepsMessages
// RFC 5737: an address for documentation, so that nobody sends flows to a stranger by copying too fast.
const placeholder = '192.0.2.10'
const tabs = recipeNames.map((name) => ({ value: name, label: text.names[name] }))
const scrollLabels = { scrollStart: messages.shell.tabsBack, scrollEnd: messages.shell.tabsOn }

export function FirstSteps({ listeners }: { readonly listeners: readonly ListenerStatus[] }) {
  const [host, setHost] = useState(() => reachableHost(location.hostname))
  const [name, setName] = useState<RecipeName>('vyos')
  const [adding, setAdding] = useState(false)
  const addresses = listeners.map((listener) => listener.address)
  const ports = collectorPorts(addresses)
  const collector = { host: host.trim() === '' ? placeholder : host.trim(), netflowPort: ports.netflow, sflowPort: ports.sflow }
  const settings = recipe(name, collector)
  const listening = [...new Set(addresses.map(portOf))]
  return (
    <Card title={text.title} actions={<BroadcastIcon size={20} className="animate-pulse text-kumo-link" aria-hidden />}>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-x-12 gap-y-6 py-1 text-base text-kumo-default lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex flex-col gap-5">
          <div className="flex flex-col gap-1">
            <p>{text.intro}</p>
            {listening.length > 0 && <p className="text-kumo-subtle">{text.ports(messages.list(listening))}</p>}
          </div>
          <div className="max-w-sm">
            <Input
              label={text.collector}
              description={text.collectorHint}
              placeholder={placeholder}
              value={host}
              onChange={(event) => setHost(event.target.value)}
            />
          </div>
          <div className="flex flex-col gap-3">
            <Tabs
              tabs={tabs}
              value={name}
              onValueChange={(value) => setName(recipeNames.find((known) => known === value) ?? 'other')}
              labels={scrollLabels}
              className="max-w-full self-start"
            />
            {settings === undefined ? (
              <p>{text.otherText(collector.host, collector.netflowPort, collector.sflowPort)}</p>
            ) : (
              <CopyText text={settings} />
            )}
            <p className="text-sm text-kumo-subtle">{text.firewall}</p>
          </div>
        </div>
        <div className="flex flex-col gap-6">
          <div className="flex flex-col items-start gap-2">
            <h3 className="font-semibold">{text.nextTitle}</h3>
            <p>{text.next}</p>
            <Button icon={PlusIcon} onClick={() => setAdding(true)}>
              {messages.routers.add}
            </Button>
          </div>
          <div className="flex flex-col items-start gap-2">
            <h3 className="font-semibold">{text.demoTitle}</h3>
            <p>{text.demo}</p>
            <CopyCommand command={text.demoCommand} />
          </div>
        </div>
      </div>
      <AddRouterDialog open={adding} onClose={() => setAdding(false)} />
    </Card>
  )
}
