// Name, e-mail address and role of who is signed in.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import type { Member } from '../../contract/member.ts'
import { editMe } from '../api/settings-actions.ts'
import { meQuery } from '../api/settings-queries.ts'
import { messages } from '../messages.ts'
import { settingsMessages } from '../messages/settings.ts'
import { useAccount } from '../shell/account.ts'
import { Card } from '../shell/card.tsx'
import { Stale, WithAnswer } from '../shell/card-state.tsx'
import { explain } from '../shell/failure.tsx'
import { fieldProblem } from '../shell/field-problem.ts'
import { nameLength } from './name-length.ts'
import { useOwnSession } from './own-session.ts'
import { RoleBadge } from './role-badge.tsx'
import { useSettingsActions } from './use-settings-actions.ts'

const text = settingsMessages.person

function NameForm({ name }: { readonly name: string }) {
  const account = useAccount()
  const { byToken } = useOwnSession()
  const { start, pending } = useSettingsActions()
  const [typed, setTyped] = useState<string>()
  const [refused, setRefused] = useState<Error>()
  const next = (typed ?? name).trim()
  const missing = next === ''
  const change = (value: string) => {
    setTyped(value)
    setRefused(undefined)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (missing || next === name) return
    const back = () => start({ run: () => editMe(account, name) })
    const offer = { label: messages.undo, act: back }
    start({ run: () => editMe(account, next), title: text.saved, offer, done: () => setTyped(undefined), failed: setRefused })
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-wrap items-start gap-2">
      <div className="min-w-0 flex-1 basis-56">
        <Input
          className="w-full"
          label={text.name}
          description={byToken ? settingsMessages.byToken : text.nameHint}
          disabled={byToken}
          autoComplete="name"
          maxLength={nameLength}
          value={typed ?? name}
          onChange={(event) => change(event.target.value)}
          {...fieldProblem((missing && text.nameMissing) || (refused && explain(refused).fix))}
        />
      </div>
      {/* Below the label, beside the field. */}
      <Button type="submit" className="mt-7" loading={pending} disabled={byToken || missing || next === name}>
        {messages.save}
      </Button>
    </form>
  )
}

function Facts({ me }: { readonly me: Member }) {
  return (
    <dl className="grid gap-x-6 gap-y-4 text-base sm:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-1">
        <dt className="font-medium text-kumo-default">{text.email}</dt>
        <dd className="break-all text-kumo-default">{me.user.email}</dd>
        <dd className="text-sm text-kumo-subtle">{text.emailHint}</dd>
      </div>
      <div className="flex min-w-0 flex-col items-start gap-1">
        <dt className="font-medium text-kumo-default">{text.role}</dt>
        <dd>
          <RoleBadge role={me.role} />
        </dd>
        <dd className="text-sm text-kumo-subtle">{settingsMessages.roleMeanings[me.role]}</dd>
      </div>
    </dl>
  )
}

export function PersonCard() {
  const me = useQuery(meQuery(useAccount()))
  return (
    <Card title={text.title} actions={<Stale query={me} />} flush>
      <WithAnswer query={me}>
        {(member) => (
          <div className="flex flex-col gap-5 p-4">
            <NameForm name={member.user.name} />
            <Facts me={member} />
          </div>
        )}
      </WithAnswer>
    </Card>
  )
}
