// A field for a password, as password managers know it, that can be looked at.
import { Checkbox } from '@cloudflare/kumo/components/checkbox'
import { Input } from '@cloudflare/kumo/components/input'
import { useState } from 'react'
import { settingsMessages } from '../messages/settings.ts'
import { fieldProblem } from '../shell/field-problem.ts'

interface PasswordFieldProps {
  readonly label: string
  readonly hint?: string
  /** What password managers do with it. */
  readonly purpose: 'current-password' | 'new-password'
  readonly value: string
  readonly problem: string | undefined
  readonly onChange: (typed: string) => void
}

export function PasswordField({ label, hint, purpose, value, problem, onChange }: PasswordFieldProps) {
  const [shown, setShown] = useState(false)
  return (
    <div className="flex flex-col gap-2">
      <Input
        className="w-full"
        label={label}
        {...(hint !== undefined && { description: hint })}
        type={shown ? 'text' : 'password'}
        autoComplete={purpose}
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        {...fieldProblem(problem)}
      />
      {purpose === 'new-password' && (
        <Checkbox label={settingsMessages.password.show} checked={shown} onCheckedChange={(next) => setShown(next)} />
      )}
    </div>
  )
}

/** So that password managers know whose password it is. */
export function PasswordOwner({ email }: { readonly email: string }) {
  return <input type="text" hidden readOnly autoComplete="username" value={email} />
}
