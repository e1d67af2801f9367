// The dialogs that enforce a rule, extend it, stop everything and let it go on.
import { Select } from '@cloudflare/kumo/components/select'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FirewallRule } from '../../contract/firewall.ts'
import { extendRule, resumeFirewall, stopFirewall } from '../api/firewall-actions.ts'
import { firewallStatusQuery } from '../api/firewall-queries.ts'
import { firewallMessages } from '../messages/firewall.ts'
import { useAccount } from '../shell/account.ts'
import { WhyDialog } from '../shell/why-dialog.tsx'
import { emptyDeploy, lifetimeChoices, lifetimeText } from '../view/firewall-form.ts'
import { EnforceDialog } from './enforce-dialog.tsx'
import { useFirewallActions } from './use-firewall-actions.ts'

const text = firewallMessages
/** Hours; what a server comes with. */
export const usualLifetime = 24

export type FirewallTask = { readonly kind: 'enforce' | 'extend'; readonly rule: FirewallRule } | { readonly kind: 'stop' | 'resume' }

export interface LifetimeFieldProps {
  readonly minutes: number
  readonly onChange: (minutes: number) => void
  readonly error?: string | undefined
}

export function LifetimeField({ minutes, onChange, error }: LifetimeFieldProps) {
  const { data: status } = useQuery(firewallStatusQuery(useAccount()))
  const choices = lifetimeChoices(status?.max_lifetime_hours ?? usualLifetime)
  const chosen = Math.min(minutes, choices.at(-1) ?? minutes)
  const items = Object.fromEntries(choices.map((choice) => [String(choice), lifetimeText(choice)]))
  return (
    <Select
      className="w-full"
      label={text.deploy.lifetime}
      items={items}
      value={String(chosen)}
      onValueChange={(value) => onChange(Number(value))}
      {...(error === undefined ? {} : { error })}
    />
  )
}

function ExtendDialog({ rule, onClose }: { readonly rule: FirewallRule; readonly onClose: () => void }) {
  const account = useAccount()
  const actions = useFirewallActions()
  const [refused, setRefused] = useState<Error>()
  const [minutes, setMinutes] = useState(emptyDeploy.minutes)
  return (
    <WhyDialog
      title={text.extend.title(rule.name)}
      detail={text.extend.detail}
      submit={text.extend.confirm}
      pending={actions.pending}
      error={refused}
      onSubmit={(why) =>
        actions.start({
          run: () => extendRule(account, rule.id, minutes, why),
          title: text.extend.done(rule.name),
          done: onClose,
          failed: setRefused,
        })
      }
      onClose={onClose}
    >
      <LifetimeField minutes={minutes} onChange={setMinutes} />
    </WhyDialog>
  )
}

/** Both are for everybody, so both ask why. */
function AllDialog({ kind, onClose }: { readonly kind: 'stop' | 'resume'; readonly onClose: () => void }) {
  const account = useAccount()
  const actions = useFirewallActions()
  const [refused, setRefused] = useState<Error>()
  const stopping = kind === 'stop'
  return (
    <WhyDialog
      title={stopping ? text.stop.title : text.stop.resumeTitle}
      detail={stopping ? text.stop.detail : text.stop.resumeDetail}
      submit={stopping ? text.stop.confirm : text.stop.resumeConfirm}
      pending={actions.pending}
      error={refused}
      destructive={stopping}
      onSubmit={(why) =>
        actions.start({
          run: () => (stopping ? stopFirewall(account, why) : resumeFirewall(account, why)),
          title: stopping ? text.stop.stopped : text.stop.resumed,
          done: onClose,
          failed: setRefused,
        })
      }
      onClose={onClose}
    />
  )
}

export function FirewallTaskDialog({ task, onClose }: { readonly task: FirewallTask; readonly onClose: () => void }) {
  switch (task.kind) {
    case 'enforce':
      return <EnforceDialog rule={task.rule} onClose={onClose} />
    case 'extend':
      return <ExtendDialog rule={task.rule} onClose={onClose} />
    default:
      return <AllDialog kind={task.kind} onClose={onClose} />
  }
}
