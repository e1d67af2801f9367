// What the pages about signatures and the firewall begin with: title, what can be done, the red banner while all is stopped.
import { FingerprintIcon } from '@phosphor-icons/react/dist/csr/Fingerprint'
import { PlusIcon } from '@phosphor-icons/react/dist/csr/Plus'
import { ProhibitIcon } from '@phosphor-icons/react/dist/csr/Prohibit'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { FirewallStatus } from '../../contract/firewall.ts'
import { firewallStatusQuery } from '../api/firewall-queries.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { signatureMessages } from '../messages/signatures.ts'
import { useAccount } from '../shell/account.ts'
import { PermittedButton } from '../shell/permitted.tsx'
import { SectionFrame, type SectionPart } from '../shell/section-frame.tsx'
import { StoppedBanner } from '../shell/stopped-banner.tsx'
import { formatDayTime } from '../view/units.ts'
import { useFirewallTask } from './use-firewall-task.tsx'

const text = firewallMessages
const parts: readonly SectionPart[] = [
  { to: '/signatures', name: text.section.signatures },
  { to: '/firewall', name: text.section.firewall },
  { to: '/firewall/history', name: text.section.history },
]

/** Nothing while the firewall goes on. */
export function FirewallStopBanner({ status }: { readonly status: FirewallStatus | undefined }) {
  const [start, dialog] = useFirewallTask()
  if (status?.stopped !== true) return null
  const { stop } = status
  const who = stop === null ? [] : [text.stop.bannerDetail(stop.who, formatDayTime(Date.parse(stop.at)), stop.why)]
  return (
    <>
      <StoppedBanner
        title={text.stop.banner}
        lines={[...who, text.stop.bannerMeaning]}
        resume={text.stop.resume}
        scope="firewall:write"
        onResume={() => start({ kind: 'resume' })}
      />
      {dialog}
    </>
  )
}

export function NewSignatureButton({ secondary = false }: { readonly secondary?: boolean }) {
  const navigate = useNavigate()
  return (
    <PermittedButton
      scope="signatures:write"
      icon={FingerprintIcon}
      variant={secondary ? 'secondary' : 'primary'}
      onClick={() => void navigate({ to: '/signatures/new' })}
    >
      {signatureMessages.start}
    </PermittedButton>
  )
}

interface FilteringFrameProps {
  /** Which button comes first. */
  readonly about: 'signatures' | 'firewall'
  readonly children: ReactNode
}

export function FilteringFrame({ about, children }: FilteringFrameProps) {
  const { data: status } = useQuery(firewallStatusQuery(useAccount()))
  const navigate = useNavigate()
  const [start, dialog] = useFirewallTask()
  const actions = (
    <span className="flex flex-wrap gap-2">
      {about === 'firewall' && status?.stopped === false && (
        <PermittedButton scope="firewall:write" icon={ProhibitIcon} variant="secondary-destructive" onClick={() => start({ kind: 'stop' })}>
          {text.stop.button}
        </PermittedButton>
      )}
      {about === 'firewall' ? (
        <PermittedButton
          scope="firewall:write"
          icon={PlusIcon}
          variant="primary"
          disabled={status?.stopped === true}
          onClick={() => void navigate({ to: '/firewall', search: { deploy: 'new' } })}
        >
          {text.deploy.button}
        </PermittedButton>
      ) : (
        <NewSignatureButton />
      )}
    </span>
  )
  return (
    <SectionFrame
      title={text.section.title}
      intro={text.section.intro}
      label={text.section.label}
      parts={parts}
      actions={actions}
      banner={<FirewallStopBanner status={status} />}
    >
      {children}
      {dialog}
    </SectionFrame>
  )
}
