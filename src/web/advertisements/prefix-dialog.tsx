// Registers an owned prefix, and changes how far one may be used.
import { Checkbox } from '@cloudflare/kumo/components/checkbox'
import { Input } from '@cloudflare/kumo/components/input'
import { Select } from '@cloudflare/kumo/components/select'
import { useState } from 'react'
import { driverNames, type OwnedPrefix } from '../../contract/owned-prefix.ts'
import { addPrefix, changePrefix } from '../api/advertisement-actions.ts'
import { ApiFailure } from '../api/envelope.ts'
import { messages } from '../messages.ts'
import { advertisingMessages } from '../messages/advertising.ts'
import { useAccount } from '../shell/account.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { FormDialog } from '../shell/form-dialog.tsx'
import { SwitchField } from '../shell/switch-field.tsx'
import {
  emptyOwnedPrefix,
  ownedPrefixFieldAt,
  ownedPrefixFieldsOf,
  ownedPrefixForm,
  ownedPrefixProblems,
  type OwnedPrefixField,
  type OwnedPrefixForm,
} from '../view/owned-prefix-form.ts'
import { useAdvertisingActions } from './use-advertising-actions.ts'

const text = advertisingMessages.prefixes

interface FieldsProps {
  readonly form: OwnedPrefixForm
  readonly set: (change: Partial<OwnedPrefixForm>) => void
  readonly problem: (field: OwnedPrefixField) => string | undefined
}

interface TextFieldProps extends FieldsProps {
  readonly field: OwnedPrefixField & ('cidr' | 'description' | 'origin' | 'divertMax' | 'blackholeMin')
  readonly label: string
  readonly hint?: string
}

function TextField({ form, set, problem, field, label, hint }: TextFieldProps) {
  return (
    <Input
      label={label}
      className="w-full"
      spellCheck={field === 'description'}
      value={form[field]}
      onChange={(event) => set({ [field]: event.target.value })}
      {...(hint === undefined ? {} : { description: hint })}
      {...fieldProblem(problem(field))}
    />
  )
}

function DriverField({ form, set, problem }: FieldsProps) {
  const wrong = problem('drivers')
  return (
    <div className="flex flex-col gap-1">
      <Checkbox.Group
        legend={text.driversLabel}
        value={[...form.drivers]}
        allValues={[...driverNames]}
        onValueChange={(chosen: readonly string[]) => set({ drivers: driverNames.filter((name) => chosen.includes(name)) })}
      >
        {driverNames.map((name) => (
          <Checkbox.Item key={name} value={name} label={advertisingMessages.drivers[name]} />
        ))}
      </Checkbox.Group>
      {wrong !== undefined && (
        <p role="alert" className="text-sm text-kumo-danger">
          {wrong}
        </p>
      )}
    </div>
  )
}

function ReachFields(props: FieldsProps) {
  const { form, set } = props
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      <Select
        className="w-full"
        label={text.divert}
        items={text.divertChoices}
        value={form.divert}
        onValueChange={(value) => set({ divert: value === 'parts' ? 'parts' : 'whole' })}
      />
      {form.divert === 'parts' ? <TextField {...props} field="divertMax" label={text.divertMax} hint={text.divertMaxHint} /> : <span />}
      <Select
        className="w-full"
        label={text.blackhole}
        items={text.blackholeChoices}
        value={form.blackhole}
        onValueChange={(value) => set({ blackhole: value === 'parts' || value === 'none' ? value : 'hosts' })}
      />
      {form.blackhole === 'parts' && <TextField {...props} field="blackholeMin" label={text.blackholeMin} hint={text.blackholeMinHint} />}
    </div>
  )
}

function Fields(props: FieldsProps & { readonly fixed: boolean }) {
  const { form, set, fixed } = props
  return (
    <>
      {!fixed && <TextField {...props} field="cidr" label={text.cidr} hint={text.cidrHint} />}
      <TextField {...props} field="origin" label={text.originLabel} hint={text.originHint} />
      <TextField {...props} field="description" label={text.description} />
      <DriverField {...props} />
      <ReachFields {...props} />
      <SwitchField label={text.flowspec} hint={text.flowspecHint} checked={form.flowspec} onChange={(flowspec) => set({ flowspec })} />
      <SwitchField label={text.automatic} hint={text.automaticHint} checked={form.automatic} onChange={(automatic) => set({ automatic })} />
      {form.automatic && (
        <SwitchField
          label={text.approvalLabel}
          hint={text.approvalHint}
          checked={form.approval}
          onChange={(approval) => set({ approval })}
        />
      )}
    </>
  )
}

export interface PrefixDialogProps {
  /** Undefined for a new one. */
  readonly owned: OwnedPrefix | undefined
  readonly onClose: () => void
}

/** @returns the field that an error belongs to */
function fieldOf(error: Error | undefined): OwnedPrefixField | undefined {
  return error instanceof ApiFailure ? ownedPrefixFieldAt(error.pointer) : undefined
}

export function PrefixDialog({ owned, onClose }: PrefixDialogProps) {
  const account = useAccount()
  const actions = useAdvertisingActions()
  const [form, setForm] = useState(owned === undefined ? emptyOwnedPrefix : ownedPrefixForm(owned))
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Error>()
  const problems = ownedPrefixProblems(form)
  const set = (change: Partial<OwnedPrefixForm>) => {
    setForm((old) => ({ ...old, ...change }))
    setRefused(undefined)
  }
  const problem = (field: OwnedPrefixField) => (fieldOf(refused) === field ? refused?.message : tried ? problems[field] : undefined)
  const save = async () => {
    const { cidr, ...fields } = ownedPrefixFieldsOf(form)
    return owned === undefined ? addPrefix(account, { cidr, ...fields }) : changePrefix(account, owned.id, fields)
  }
  const submit = () => {
    setTried(true)
    if (Object.keys(problems).length > 0) return
    actions.start({ run: save, title: text.saved(form.cidr.trim()), done: onClose, failed: setRefused })
  }
  return (
    <FormDialog
      open
      size="lg"
      onClose={onClose}
      title={owned === undefined ? text.newTitle : text.editTitle(owned.cidr)}
      submit={messages.save}
      pending={actions.pending}
      error={fieldOf(refused) === undefined ? refused : undefined}
      onSubmit={submit}
    >
      <Fields form={form} set={set} problem={problem} fixed={owned !== undefined} />
    </FormDialog>
  )
}
