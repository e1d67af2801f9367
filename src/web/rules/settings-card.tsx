// The form of a rule.
import { Button } from '@cloudflare/kumo/components/button'
import { Input } from '@cloudflare/kumo/components/input'
import { Radio } from '@cloudflare/kumo/components/radio'
import type { FormEvent } from 'react'
import { ruleTypes, type RuleType } from '../../contract/rule.ts'
import { ruleMessages } from '../messages/rules.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { Card } from '../shell/card.tsx'
import { RefusedBanner } from '../shell/failure.tsx'
import { PermittedButton, RefusalNotice } from '../shell/permitted.tsx'
import { SwitchField } from '../shell/switch-field.tsx'
import { AdvertiseFields } from './advertise-fields.tsx'
import { CaptureFields } from './capture-fields.tsx'
import { KindFields, type DraftProps } from './kind-fields.tsx'
import { PrefixField } from './prefix-field.tsx'

const text = ruleMessages.form

export interface SettingsCardProps extends DraftProps {
  /** A saved rule keeps its kind. */
  readonly saved: boolean
  readonly pending: boolean
  /** An error that belongs to no field. */
  readonly error: Error | null
  readonly onSave: () => void
}

function NameField({ draft }: DraftProps) {
  const problem = draft.problem('name')
  return (
    <Input
      label={text.name}
      description={text.nameHint}
      placeholder={text.namePlaceholder}
      className="w-full"
      maxLength={256}
      spellCheck={false}
      value={draft.form.name}
      onChange={(event) => draft.set({ name: event.target.value })}
      onBlur={() => draft.touch('name')}
      {...fieldProblem(problem)}
    />
  )
}

function KindField({ draft, saved }: DraftProps & { readonly saved: boolean }) {
  const { type } = draft.form
  if (saved) {
    return (
      <div className="flex flex-col gap-0.5">
        <span className="text-base font-medium text-kumo-default">{text.kind}</span>
        <span className="text-base text-kumo-default">{ruleMessages.kinds[type]}</span>
        <span className="text-sm text-kumo-subtle">
          {ruleMessages.kindNotes[type]} {text.kindFixed}
        </span>
      </div>
    )
  }
  return (
    <Radio.Group legend={text.kind} appearance="card" value={type} onValueChange={(value: RuleType) => draft.set({ type: value })}>
      {ruleTypes.map((kind) => (
        <Radio.Item key={kind} value={kind} label={ruleMessages.kinds[kind]} description={ruleMessages.kindNotes[kind]} />
      ))}
    </Radio.Group>
  )
}

function MoreFields({ draft }: DraftProps) {
  const { form, set, problem } = draft
  const wrongCalm = problem('calm')
  return (
    <details className="group border-t border-kumo-hairline pt-4">
      <summary className="cursor-pointer rounded-sm text-base font-medium text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand">
        {text.more}
      </summary>
      <div className="mt-4 flex flex-col gap-5">
        <Input
          label={`${text.calm} (${text.calmUnit})`}
          description={text.calmHint}
          className="w-full"
          inputMode="numeric"
          value={form.calm}
          onChange={(event) => set({ calm: event.target.value })}
          onBlur={() => draft.touch('calm')}
          {...fieldProblem(wrongCalm)}
        />
        <SwitchField label={text.enabled} hint={text.enabledHint} checked={form.enabled} onChange={(enabled) => set({ enabled })} />
      </div>
    </details>
  )
}

export function SettingsCard({ draft, saved, pending, error, onSave }: SettingsCardProps) {
  const scope = saved ? 'mnm:write' : 'mnm:admin'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onSave()
  }
  return (
    <Card title={text.settings}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        <RefusalNotice scope={scope} />
        <NameField draft={draft} />
        <KindField draft={draft} saved={saved} />
        <PrefixField draft={draft} />
        <KindFields draft={draft} />
        <AdvertiseFields draft={draft} />
        <CaptureFields draft={draft} />
        <MoreFields draft={draft} />
        <RefusedBanner title={text.refused} error={error} />
        <div className="flex flex-wrap items-center gap-2 border-t border-kumo-hairline pt-4">
          <PermittedButton scope={scope} type="submit" variant="primary" loading={pending} disabled={saved && !draft.dirty}>
            {saved ? text.save : text.create}
          </PermittedButton>
          {saved && draft.dirty && (
            <>
              <Button variant="ghost" onClick={draft.discard}>
                {text.discard}
              </Button>
              <span className="text-sm text-kumo-subtle">{text.unsaved}</span>
            </>
          )}
        </div>
      </form>
    </Card>
  )
}
