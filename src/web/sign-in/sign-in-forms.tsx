// The forms of the sign-in page: e-mail and password, link or token, and the press that uses an invitation.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { SensitiveInput } from '@cloudflare/kumo/components/sensitive-input'
import { useState, type FormEvent } from 'react'
import { signInMessages } from '../messages/sign-in.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { isInvitation, secretOf } from './secret.ts'
import type { Credential } from './use-sign-in.ts'

const text = signInMessages

interface SignInFormProps {
  readonly pending: boolean
  readonly onEnter: (credential: Credential) => void
}

function Submit({ pending }: { readonly pending: boolean }) {
  return (
    <Button type="submit" variant="primary" className="w-full justify-center" loading={pending}>
      {pending ? text.working : text.submit}
    </Button>
  )
}

export function PasswordForm({ pending, onEnter }: SignInFormProps) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (email.trim() !== '' && password !== '') onEnter({ way: 'password', email: email.trim(), password })
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Input
        className="w-full"
        label={text.email}
        type="email"
        name="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        {...fieldProblem(tried && email.trim() === '' && text.emailMissing)}
      />
      <Input
        className="w-full"
        label={text.password}
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        {...fieldProblem(tried && password === '' && text.passwordMissing)}
      />
      <Submit pending={pending} />
    </form>
  )
}

export function SecretForm({ pending, onEnter }: SignInFormProps) {
  const [value, setValue] = useState('')
  const [missing, setMissing] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const secret = secretOf(value)
    setMissing(secret === '')
    if (secret !== '') onEnter({ way: 'secret', secret, invited: isInvitation(value) })
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <SensitiveInput
        label={text.label}
        value={value}
        onValueChange={setValue}
        autoComplete="off"
        {...(missing ? { error: text.empty } : {})}
      />
      <Submit pending={pending} />
    </form>
  )
}

export function InvitationForm({ pending, secret, onEnter }: SignInFormProps & { readonly secret: string }) {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onEnter({ way: 'secret', secret, invited: true })
  }
  return (
    <form onSubmit={submit}>
      <Submit pending={pending} />
    </form>
  )
}
