// Silences a policy from now on for some hours.
import { Dialog } from '@cloudflare/kumo/components/dialog'
import { Select } from '@cloudflare/kumo/components/select'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { addSilence } from '../api/alert-actions.ts'
import { policiesQuery } from '../api/alert-queries.ts'
import { alertMessages } from '../messages/alerts.ts'
import { useAccount } from '../shell/account.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { toTimeText } from '../view/time-range.ts'
import { useAlertActions } from './use-alert-actions.ts'

const text = alertMessages.silences
const durations: Record<string, string> = text.durations
const hour = 3_600_000

export interface SilenceDialogProps {
  /** Chosen to begin with; undefined for the first. */
  readonly policy: string | undefined
  readonly onClose: () => void
}

export function SilenceDialog({ policy, onClose }: SilenceDialogProps) {
  const account = useAccount()
  const policies = useQuery(policiesQuery(account)).data ?? []
  const [chosen, setChosen] = useState(policy ?? policies[0]?.id ?? '')
  const [hours, setHours] = useState('1')
  const actions = useAlertActions()
  const [refused, setRefused] = useState<Error>()
  const submit = () => {
    if (chosen === '') return
    const now = Date.now()
    const silence = { policy_id: chosen, start_time: toTimeText(now), end_time: toTimeText(now + Number(hours) * hour) }
    actions.start({ run: () => addSilence(account, silence), done: onClose, failed: setRefused })
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text.newTitle}
      submit={text.start}
      pending={actions.pending}
      error={refused}
      onSubmit={submit}
    >
      <Dialog.Description className="text-base text-kumo-subtle">{text.intro}</Dialog.Description>
      <Select
        className="w-full"
        label={text.policy}
        items={Object.fromEntries(policies.map(({ id, name }) => [id, name]))}
        value={chosen}
        onValueChange={(value) => setChosen(String(value))}
      />
      <Select className="w-full" label={text.duration} items={durations} value={hours} onValueChange={(value) => setHours(String(value))} />
    </FormDialog>
  )
}
