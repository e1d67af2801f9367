// What all pages about advertising begin with: title, the button that announces, the red banner while all is stopped, the parts.
import { BroadcastIcon } from '@phosphor-icons/react/dist/csr/Broadcast'
import { ProhibitIcon } from '@phosphor-icons/react/dist/csr/Prohibit'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { advertisingStatusQuery } from '../api/advertisement-queries.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { PermittedButton } from '../shell/permitted.tsx'
import { SectionFrame, type SectionPart } from '../shell/section-frame.tsx'
import { StopBanner } from './stop-banner.tsx'
import { useTask } from './use-task.tsx'

const text = advertisingMessages
const parts: readonly SectionPart[] = [
  { to: '/advertisements', name: text.sections.now },
  { to: '/advertisements/history', name: text.sections.history },
  { to: '/advertisements/prefixes', name: text.sections.prefixes },
]

export function AdvertisingFrame({ children }: { readonly children: ReactNode }) {
  const { data: status } = useQuery(advertisingStatusQuery(useAccount()))
  const navigate = useNavigate()
  const [start, dialog] = useTask()
  const actions = (
    <span className="flex flex-wrap gap-2">
      {status?.stopped === false && (
        <PermittedButton
          scope="advertisements:write"
          icon={ProhibitIcon}
          variant="secondary-destructive"
          onClick={() => start({ kind: 'stop' })}
        >
          {text.stop.button}
        </PermittedButton>
      )}
      <PermittedButton
        scope="advertisements:write"
        icon={BroadcastIcon}
        variant="primary"
        disabled={status?.stopped === true}
        onClick={() => void navigate({ to: '/advertisements', search: { announce: 'new' } })}
      >
        {text.now.announce}
      </PermittedButton>
    </span>
  )
  return (
    <SectionFrame
      title={text.title}
      intro={text.intro}
      label={text.sections.label}
      parts={parts}
      actions={actions}
      banner={<StopBanner status={status} />}
    >
      {children}
      {dialog}
    </SectionFrame>
  )
}
