// Dialogs that add and change webhooks, and add PagerDuty services. Secrets go in and never come out again.
import { Dialog } from '@cloudflare/kumo/components/dialog'
import { Input } from '@cloudflare/kumo/components/input'
import { useState } from 'react'
import { ApiFailure } from '../api/envelope.ts'
import { addPagerDuty, saveWebhook } from '../api/alert-actions.ts'
import type { Webhook } from '../api/alert-queries.ts'
import { messages } from '../messages.ts'
import { alertMessages } from '../messages/alerts.ts'
import { useAccount } from '../shell/account.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { explain } from '../shell/failure.tsx'
import { FormDialog } from '../shell/form-dialog.tsx'
import { useAlertActions } from './use-alert-actions.ts'

const text = alertMessages.destinations

function isAddress(typed: string): boolean {
  return URL.canParse(typed) && /^https?:$/.test(new URL(typed).protocol)
}

const shownPointers: ReadonlySet<string> = new Set(['/url', '/secret', '/integration_key'])

/** The field that an error of the API is shown at; empty where it is shown below the form. */
function beside(error: Error | undefined): string {
  return error instanceof ApiFailure && shownPointers.has(error.pointer) ? error.pointer : ''
}

const refusal = (error: Error | undefined): string => (error === undefined ? '' : explain(error).fix)

interface NameFieldProps {
  readonly name: string
  readonly missing: boolean
  readonly onChange: (name: string) => void
}

function NameField({ name, missing, onChange }: NameFieldProps) {
  return (
    <Input
      label={text.nameLabel}
      className="w-full"
      value={name}
      onChange={(event) => onChange(event.target.value)}
      {...fieldProblem(missing && text.noName)}
    />
  )
}

export function WebhookDialog({ webhook, onClose }: { readonly webhook: Webhook | undefined; readonly onClose: () => void }) {
  const account = useAccount()
  const actions = useAlertActions()
  const [name, setName] = useState(webhook?.name ?? '')
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [secret, setSecret] = useState('')
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const nameless = name.trim() === ''
  const noAddress = !isAddress(url.trim())
  const submit = () => {
    setTried(true)
    if (nameless || noAddress) return
    const fields = { name: name.trim(), url: url.trim(), ...(secret === '' ? {} : { secret }) }
    const told = { title: text.saved(fields.name), ...(webhook === undefined ? { description: text.savedDetail } : {}) }
    actions.start({ run: () => saveWebhook(account, webhook?.id, fields), ...told, done: onClose, failed: setRefused })
  }
  return (
    <FormDialog
      open
      size="lg"
      onClose={onClose}
      title={webhook === undefined ? text.newTitle : text.editTitle}
      submit={messages.save}
      pending={actions.pending}
      error={beside(refused) === '' ? refused : undefined}
      onSubmit={submit}
    >
      <Dialog.Description className="text-base text-kumo-subtle">{text.testNote}</Dialog.Description>
      <NameField name={name} missing={tried && nameless} onChange={setName} />
      <Input
        label={text.urlLabel}
        description={text.urlHint}
        className="w-full"
        type="url"
        placeholder="https://"
        value={url}
        onChange={(event) => setUrl(event.target.value)}
        {...fieldProblem((tried && noAddress && text.urlWrong) || (beside(refused) === '/url' && refusal(refused)))}
      />
      <Input
        label={text.secretLabel}
        description={webhook === undefined ? text.secretHint : messages.sentences([text.secretHint, text.secretKept])}
        className="w-full"
        type="password"
        autoComplete="new-password"
        value={secret}
        onChange={(event) => setSecret(event.target.value)}
        {...fieldProblem(beside(refused) === '/secret' && refusal(refused))}
      />
    </FormDialog>
  )
}

export function PagerDutyDialog({ onClose }: { readonly onClose: () => void }) {
  const account = useAccount()
  const actions = useAlertActions()
  const [name, setName] = useState('')
  const [key, setKey] = useState('')
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const nameless = name.trim() === ''
  const noKey = !/^[\dA-Za-z]{32}$/.test(key.trim())
  const submit = () => {
    setTried(true)
    if (nameless || noKey) return
    const service = { name: name.trim(), integration_key: key.trim() }
    actions.start({ run: () => addPagerDuty(account, service), title: text.saved(service.name), done: onClose, failed: setRefused })
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={text.keyTitle}
      submit={messages.save}
      pending={actions.pending}
      error={beside(refused) === '' ? refused : undefined}
      onSubmit={submit}
    >
      <NameField name={name} missing={tried && nameless} onChange={setName} />
      <Input
        label={text.keyLabel}
        description={text.keyHint}
        className="w-full"
        type="password"
        autoComplete="new-password"
        value={key}
        onChange={(event) => setKey(event.target.value)}
        {...fieldProblem((tried && noKey && text.keyWrong) || (beside(refused) === '/integration_key' && refusal(refused)))}
      />
    </FormDialog>
  )
}
