// Dialogs that set, change and remove the password of who is signed in.
import { Dialog } from '@cloudflare/kumo/components/dialog'
import { useState } from 'react'
import { passwordLength, type Member } from '../../contract/member.ts'
import { removePassword, setPassword } from '../api/settings-actions.ts'
import { messages } from '../messages.ts'
import { settingsMessages } from '../messages/settings.ts'
import { useAccount } from '../shell/account.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { useNow } from '../shell/use-now.ts'
import { useOwnSession } from './own-session.ts'
import { PasswordField, PasswordOwner } from './password-field.tsx'
import { passwordProblem } from './password-form.ts'
import { useSettingsActions } from './use-settings-actions.ts'

const text = settingsMessages.password

interface PasswordDialogProps {
  readonly me: Member
  readonly onClose: () => void
}

interface CurrentFieldProps {
  readonly value: string
  readonly tried: boolean
  readonly onChange: (typed: string) => void
}

function CurrentField({ value, tried, onChange }: CurrentFieldProps) {
  const problem = tried && value === '' ? text.currentMissing : undefined
  return <PasswordField label={text.current} purpose="current-password" value={value} problem={problem} onChange={onChange} />
}

export function PasswordDialog({ me, onClose }: PasswordDialogProps) {
  const account = useAccount()
  const { start, pending } = useSettingsActions()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const { freshLink } = useOwnSession()
  const { has_password: had, user } = me
  const now = useNow(10)
  const asks = had && !freshLink(now)
  const problem = passwordProblem(next, user.email)
  const submit = () => {
    setTried(true)
    setRefused(undefined)
    if (problem !== undefined || (asks && current === '')) return
    const told = { title: had ? text.wasChanged : text.wasSet, description: text.othersEnd }
    start({ run: () => setPassword(account, next, asks ? current : undefined), ...told, done: onClose, failed: setRefused })
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={had ? text.changeTitle : text.setTitle}
      submit={messages.save}
      pending={pending}
      error={refused}
      onSubmit={submit}
    >
      <PasswordOwner email={user.email} />
      {asks && <CurrentField value={current} tried={tried} onChange={setCurrent} />}
      <PasswordField
        label={text.next}
        hint={text.nextHint(passwordLength.least)}
        purpose="new-password"
        value={next}
        problem={tried ? problem : undefined}
        onChange={setNext}
      />
      <p className="text-sm text-kumo-subtle">{text.othersEnd}</p>
    </FormDialog>
  )
}

export function RemovePasswordDialog({ me, onClose }: PasswordDialogProps) {
  const account = useAccount()
  const { start, pending } = useSettingsActions()
  const [current, setCurrent] = useState('')
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const submit = () => {
    setTried(true)
    setRefused(undefined)
    if (current === '') return
    start({ run: () => removePassword(account, current), title: text.wasRemoved, done: onClose, failed: setRefused })
  }
  return (
    <FormDialog
      open
      destructive
      onClose={onClose}
      title={text.removeTitle}
      submit={text.removeConfirm}
      pending={pending}
      error={refused}
      onSubmit={submit}
    >
      <Dialog.Description className="text-base text-kumo-subtle">{text.removeDetail}</Dialog.Description>
      <PasswordOwner email={me.user.email} />
      <CurrentField value={current} tried={tried} onChange={setCurrent} />
    </FormDialog>
  )
}
