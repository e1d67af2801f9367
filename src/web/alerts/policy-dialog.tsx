// Makes and changes a policy: which kind of alert goes to whom.
import { Checkbox } from '@cloudflare/kumo/components/checkbox'
import { Input, InputArea } from '@cloudflare/kumo/components/input'
import { Select } from '@cloudflare/kumo/components/select'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { savePolicy, type PolicyFields } from '../api/alert-actions.ts'
import { availableAlertsQuery, eligibleQuery, pagerDutyQuery, webhooksQuery, type Mechanisms, type Policy } from '../api/alert-queries.ts'
import { messages } from '../messages.ts'
import { alertMessages } from '../messages/alerts.ts'
import { serverText } from '../messages/server-text.ts'
import { useAccount } from '../shell/account.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { readMail, syslogId } from '../view/alert-policy.ts'
import { useAlertActions } from './use-alert-actions.ts'

const text = alertMessages.policies
const intervals: Record<string, string> = text.intervals

interface Form {
  readonly name: string
  readonly description: string
  readonly type: string
  readonly webhooks: readonly string[]
  readonly pagerduty: readonly string[]
  readonly mail: string
  readonly syslog: boolean
  readonly interval: string
}

const ids = (list: readonly { readonly id: string }[] | null | undefined) => (list ?? []).map(({ id }) => id)

function formOf(policy: Policy | undefined): Form {
  const { webhooks, pagerduty, email, syslog } = policy?.mechanisms ?? {}
  return {
    name: policy?.name ?? '',
    description: policy?.description ?? '',
    type: policy?.alert_type ?? 'fbm_volumetric_attack',
    webhooks: ids(webhooks),
    pagerduty: ids(pagerduty),
    mail: ids(email).join('\n'),
    syslog: ids(syslog).length > 0,
    interval: policy?.alert_interval ?? 'none',
  }
}

function mechanismsOf({ webhooks, pagerduty, mail, syslog }: Form): Mechanisms {
  const lists = { webhooks, pagerduty, email: readMail(mail).addresses, syslog: syslog ? [syslogId] : [] }
  const used = Object.entries(lists).filter(([, list]) => list.length > 0)
  return Object.fromEntries(used.map(([name, list]) => [name, list.map((id) => ({ id }))]))
}

function policyOf(form: Form, enabled: boolean): PolicyFields {
  return {
    name: form.name.trim(),
    alert_type: form.type,
    enabled,
    description: form.description.trim(),
    ...(form.interval === 'none' ? {} : { alert_interval: form.interval }),
    mechanisms: mechanismsOf(form),
    filters: {},
  }
}

interface ChoicesProps {
  readonly legend: string
  readonly known: readonly { readonly id: string; readonly name: string }[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
}

function Choices({ legend, known, chosen, onChange }: ChoicesProps) {
  return (
    <Checkbox.Group legend={legend} value={[...chosen]} allValues={known.map(({ id }) => id)} onValueChange={onChange}>
      {known.map(({ id, name }) => (
        <Checkbox.Item key={id} value={id} label={name} />
      ))}
    </Checkbox.Group>
  )
}

/** Whether a kind of destination is set up; taken for granted until the server has told. */
function useReady(): (type: string) => boolean {
  const { data } = useQuery(eligibleQuery(useAccount()))
  return (type) => {
    const rows = Object.values(data ?? {}).flat()
    return rows.find((row) => row.type === type)?.ready ?? true
  }
}

interface FieldsProps {
  readonly form: Form
  readonly set: (change: Partial<Form>) => void
  readonly tried: boolean
}

function DestinationFields({ form, set, tried }: FieldsProps) {
  const account = useAccount()
  const webhooks = useQuery(webhooksQuery(account)).data ?? []
  const pagerduty = useQuery(pagerDutyQuery(account)).data ?? []
  const ready = useReady()
  const { wrong } = readMail(form.mail)
  return (
    <>
      {webhooks.length > 0 && (
        <Choices legend={text.webhooks} known={webhooks} chosen={form.webhooks} onChange={(chosen) => set({ webhooks: chosen })} />
      )}
      {pagerduty.length > 0 && (
        <Choices legend={text.pagerduty} known={pagerduty} chosen={form.pagerduty} onChange={(chosen) => set({ pagerduty: chosen })} />
      )}
      {webhooks.length === 0 && pagerduty.length === 0 && <p className="text-sm text-kumo-subtle">{text.noDestinations}</p>}
      <InputArea
        label={text.email}
        description={ready('email') ? text.emailHint : text.mailNotReady}
        className="w-full"
        autoResize
        minRows={1}
        maxRows={5}
        value={form.mail}
        onChange={(event) => set({ mail: event.target.value })}
        {...fieldProblem(tried && wrong !== undefined && text.emailWrong(wrong))}
      />
      <div className="flex flex-col gap-1">
        <Checkbox label={text.syslog} checked={form.syslog} onCheckedChange={(syslog) => set({ syslog })} />
        {!ready('syslog') && <p className="text-sm text-kumo-subtle">{text.syslogNotReady}</p>}
      </div>
    </>
  )
}

function TypeField({ form, set }: Omit<FieldsProps, 'tried'>) {
  const { data } = useQuery(availableAlertsQuery(useAccount()))
  const known = data ?? []
  const types: Record<string, string> = Object.fromEntries(known.map(({ type, display_name }) => [type, serverText(display_name)]))
  if (!(form.type in types)) types[form.type] = form.type
  return (
    <Select
      className="w-full"
      label={text.typeLabel}
      description={serverText(known.find(({ type }) => type === form.type)?.description ?? '')}
      items={types}
      value={form.type}
      onValueChange={(type) => set({ type: String(type) })}
    />
  )
}

export function PolicyDialog({ policy, onClose }: { readonly policy: Policy | undefined; readonly onClose: () => void }) {
  const account = useAccount()
  const actions = useAlertActions()
  const [form, setForm] = useState(() => formOf(policy))
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const set = (change: Partial<Form>) => setForm((old) => ({ ...old, ...change }))
  const nameless = form.name.trim() === ''
  const nowhere = Object.keys(mechanismsOf(form)).length === 0
  const submit = () => {
    setTried(true)
    if (nameless || nowhere || readMail(form.mail).wrong !== undefined) return
    const fields = policyOf(form, policy?.enabled ?? true)
    actions.start({ run: () => savePolicy(account, policy?.id, fields), title: text.saved(fields.name), done: onClose, failed: setRefused })
  }
  return (
    <FormDialog
      open
      size="lg"
      onClose={onClose}
      title={policy === undefined ? text.newTitle : text.editTitle}
      submit={messages.save}
      pending={actions.pending}
      error={refused}
      onSubmit={submit}
    >
      <Input
        label={text.nameLabel}
        className="w-full"
        maxLength={256}
        value={form.name}
        onChange={(event) => set({ name: event.target.value })}
        {...fieldProblem(tried && nameless && text.noName)}
      />
      <TypeField form={form} set={set} />
      <DestinationFields form={form} set={set} tried={tried} />
      {tried && nowhere && (
        <p role="alert" className="text-sm text-kumo-danger">
          {text.nowhere}
        </p>
      )}
      <Select
        className="w-full"
        label={text.interval}
        description={text.intervalHint}
        items={form.interval in intervals ? intervals : { ...intervals, [form.interval]: form.interval }}
        value={form.interval}
        onValueChange={(interval) => set({ interval: String(interval) })}
      />
      <Input
        label={text.descriptionLabel}
        className="w-full"
        value={form.description}
        onChange={(event) => set({ description: event.target.value })}
      />
    </FormDialog>
  )
}
