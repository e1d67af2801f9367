// Deploys a filter in two steps: the form, then a preview of what agents are told, confirmed by a button. It begins by counting.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { FirewallPreview } from '../../contract/firewall.ts'
import { deployRule, previewRule } from '../api/firewall-actions.ts'
import { firewallStatusQuery } from '../api/firewall-queries.ts'
import { FilterField } from '../captures/filter-field.tsx'
import { PlaceField } from '../captures/place-field.tsx'
import { firewallMessages } from '../messages/firewall.ts'
import { whyMessages } from '../messages/why.ts'
import { useAccount } from '../shell/account.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { SwitchField } from '../shell/switch-field.tsx'
import { deployBodyOf, placeBodyOf, type DeployForm } from '../view/firewall-form.ts'
import { longestWhy } from '../view/why.ts'
import { PreviewView } from './preview-view.tsx'
import { LifetimeField, usualLifetime } from './task-dialogs.tsx'
import { useDeployDraft, type DeployDraft } from './use-deploy-draft.ts'
import { useFilterFault } from './use-filter-fault.ts'
import { useFirewallActions } from './use-firewall-actions.ts'

const text = firewallMessages.deploy

interface DraftProps {
  readonly draft: DeployDraft
}

interface TextFieldProps extends DraftProps {
  readonly field: 'name' | 'interface' | 'calmRate' | 'calmFor' | 'why'
  readonly label: string
  readonly hint?: string
  readonly most?: number
}

function TextField({ draft, field, label, hint, most }: TextFieldProps) {
  return (
    <Input
      label={label}
      className="w-full"
      value={draft.form[field]}
      onChange={(event) => draft.set({ [field]: event.target.value })}
      {...(hint === undefined ? {} : { description: hint })}
      {...(most === undefined ? {} : { maxLength: most })}
      {...fieldProblem(draft.problem(field))}
    />
  )
}

function CalmFields({ draft }: DraftProps) {
  const { form, set } = draft
  return (
    <div className="flex flex-col gap-3">
      <SwitchField label={text.calm} hint={text.calmHint} checked={form.calm} onChange={(calm) => set({ calm })} />
      {form.calm && (
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <TextField draft={draft} field="calmRate" label={text.calmRate} />
          <TextField draft={draft} field="calmFor" label={text.calmFor} />
        </div>
      )}
    </div>
  )
}

function DeployFields({ draft }: DraftProps) {
  const { form, set, problem } = draft
  const { fault } = useFilterFault(form.filter, placeBodyOf(form))
  return (
    <>
      <TextField draft={draft} field="name" label={text.name} most={100} />
      <FilterField draft={draft} fault={fault} hint={text.filterHint} plain={form.signature !== ''} />
      <PlaceField draft={draft} />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <LifetimeField minutes={form.minutes} onChange={(minutes) => set({ minutes })} error={problem('minutes')} />
        <TextField draft={draft} field="interface" label={text.interface} hint={text.interfaceHint} />
      </div>
      <CalmFields draft={draft} />
      <TextField draft={draft} field="why" label={whyMessages.why} hint={whyMessages.whyHint} most={longestWhy} />
    </>
  )
}

/** What the server is asked: first what the rule would do, then to make it. */
function useSteps({ form, check, refuse }: DeployDraft) {
  const account = useAccount()
  const navigate = useNavigate()
  const { data: status } = useQuery(firewallStatusQuery(account))
  const actions = useFirewallActions()
  const [preview, setPreview] = useState<FirewallPreview>()
  const [refused, setRefused] = useState<Error>()
  const asking = useMutation({
    mutationFn: () => previewRule(account, placeBodyOf(form)),
    onSuccess: setPreview,
    onError: (error) => setRefused(refuse(error)),
  })
  const deploy = () =>
    actions.start({
      run: async () => {
        const rule = await deployRule(account, deployBodyOf(form, status?.max_lifetime_hours ?? usualLifetime))
        void navigate({ to: '/firewall/$id', params: { id: rule.id } })
      },
      title: text.done(form.name.trim()),
      description: text.doneDetail,
      failed: setRefused,
    })
  const submit = () => {
    setRefused(undefined)
    if (preview !== undefined) deploy()
    else if (check()) asking.mutate()
  }
  const back = () => {
    setRefused(undefined)
    setPreview(undefined)
  }
  return { preview, refused, pending: asking.isPending || actions.pending, submit, back }
}

export interface DeployDialogProps {
  readonly begin: DeployForm
  readonly onClose: () => void
}

export function DeployDialog({ begin, onClose }: DeployDialogProps) {
  const draft = useDeployDraft(begin)
  const { preview, refused, pending, submit, back } = useSteps(draft)
  const first = preview === undefined
  return (
    <FormDialog
      open
      size="lg"
      onClose={onClose}
      title={first ? text.title : text.previewTitle(draft.form.name.trim())}
      submit={first ? text.submit : text.confirm}
      pending={pending}
      error={refused}
      onSubmit={submit}
    >
      {first ? (
        <DeployFields draft={draft} />
      ) : (
        <>
          <PreviewView preview={preview} />
          <Button className="self-start" onClick={back}>
            {text.back}
          </Button>
        </>
      )}
    </FormDialog>
  )
}
