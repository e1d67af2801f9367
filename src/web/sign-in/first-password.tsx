// After an invitation: sets a password, so that its owner comes in again without another link.
import { Button } from '@cloudflare/kumo/components/button'
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { passwordLength } from '../../contract/member.ts'
import { setPassword } from '../api/settings-actions.ts'
import { messages } from '../messages.ts'
import { settingsMessages } from '../messages/settings.ts'
import { signInMessages } from '../messages/sign-in.ts'
import { PasswordField, PasswordOwner } from '../settings/password-field.tsx'
import { passwordProblem } from '../settings/password-form.ts'
import { RefusedBanner } from '../shell/failure.tsx'
import type { Newcomer } from './use-sign-in.ts'
import { keepWay } from './way.ts'

const text = signInMessages.first

interface FirstPasswordProps {
  readonly newcomer: Newcomer
  readonly onDone: () => void
}

export function FirstPassword({ newcomer: { account, me }, onDone }: FirstPasswordProps) {
  const [typed, setTyped] = useState('')
  const [tried, setTried] = useState(false)
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => setPassword(account, typed, undefined),
    onSuccess: () => {
      keepWay('password')
      onDone()
    },
  })
  const problem = passwordProblem(typed, me.user.email)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (problem === undefined) mutate()
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <p className="text-base break-words text-kumo-default">{me.user.email}</p>
      <PasswordOwner email={me.user.email} />
      <PasswordField
        label={text.password}
        hint={settingsMessages.password.nextHint(passwordLength.least)}
        purpose="new-password"
        value={typed}
        problem={tried ? problem : undefined}
        onChange={setTyped}
      />
      <RefusedBanner title={messages.refused} error={error} />
      <Button type="submit" variant="primary" loading={isPending}>
        {text.submit}
      </Button>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="text-sm text-kumo-subtle">{text.laterHint}</span>
        <Button variant="ghost" onClick={onDone}>
          {text.later}
        </Button>
      </div>
    </form>
  )
}
