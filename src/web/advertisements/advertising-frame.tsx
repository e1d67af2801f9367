// What all pages about advertising begin with: title, the button that announces, the red banner while all is stopped, the parts.
import { Button } from '@cloudflare/kumo/components/button'
import { BroadcastIcon } from '@phosphor-icons/react/dist/csr/Broadcast'
import { ProhibitIcon } from '@phosphor-icons/react/dist/csr/Prohibit'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { advertisingStatusQuery } from '../api/advertisement-queries.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { StopBanner } from './stop-banner.tsx'
import { useTask } from './use-task.tsx'

const text = advertisingMessages
const part =
  'rounded-md px-2.5 py-1.5 text-base text-kumo-subtle hover:text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand'
const activePart = { className: 'bg-kumo-tint font-medium !text-kumo-default' }
const wholePath = { exact: true, includeSearch: false } as const

function Parts() {
  return (
    <nav aria-label={text.sections.label} className="-mx-1 flex flex-wrap gap-1">
      <Link to="/advertisements" className={part} activeProps={activePart} activeOptions={wholePath}>
        {text.sections.now}
      </Link>
      <Link to="/advertisements/history" className={part} activeProps={activePart} activeOptions={wholePath}>
        {text.sections.history}
      </Link>
      <Link to="/advertisements/prefixes" className={part} activeProps={activePart} activeOptions={wholePath}>
        {text.sections.prefixes}
      </Link>
    </nav>
  )
}

export function AdvertisingFrame({ children }: { readonly children: ReactNode }) {
  const { data: status } = useQuery(advertisingStatusQuery(useAccount()))
  const navigate = useNavigate()
  const [start, dialog] = useTask()
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="flex max-w-3xl flex-col gap-1">
          <h1 className="text-xl font-semibold text-kumo-default">{text.title}</h1>
          <p className="text-base text-kumo-subtle">{text.intro}</p>
        </div>
        <span className="flex flex-wrap gap-2">
          {status?.stopped === false && (
            <Button icon={ProhibitIcon} variant="secondary-destructive" onClick={() => start({ kind: 'stop' })}>
              {text.stop.button}
            </Button>
          )}
          <Button
            icon={BroadcastIcon}
            variant="primary"
            disabled={status?.stopped === true}
            onClick={() => void navigate({ to: '/advertisements', search: { announce: 'new' } })}
          >
            {text.now.announce}
          </Button>
        </span>
      </div>
      <StopBanner status={status} />
      <Parts />
      {children}
      {dialog}
    </div>
  )
}
