// What a FlowSpec rule matches, and what neighbours shall do with it.
import { Input } from '@cloudflare/kumo/components/input'
import { Select } from '@cloudflare/kumo/components/select'
import { advertisingMessages } from '../messages/advertising.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { SwitchField } from '../shell/switch-field.tsx'
import { matchText } from '../view/advertisement-view.ts'
import { flagChoices, type AnnounceField, type AnnounceForm } from '../view/announce-form.ts'
import type { AnnounceDraft } from './use-announce-draft.ts'

const text = advertisingMessages.flowspec
const flags: Record<string, string> = text.flags
const actions: Record<string, string> = text.actions
const actionKinds = ['discard', 'rate', 'redirect'] as const

type TextField = AnnounceField & ('source' | 'protocols' | 'sourcePorts' | 'destinationPorts' | 'lengths' | 'rate' | 'target')

interface MatchFieldProps {
  readonly draft: AnnounceDraft
  readonly field: TextField
  readonly label: string
  readonly hint: string
}

function MatchField({ draft, field, label, hint }: MatchFieldProps) {
  return (
    <Input
      label={label}
      description={hint}
      className="w-full"
      spellCheck={false}
      value={draft.form[field]}
      onChange={(event) => draft.set({ [field]: event.target.value })}
      {...fieldProblem(draft.problem(field))}
    />
  )
}

function ActionFields({ draft }: { readonly draft: AnnounceDraft }) {
  const { form, set } = draft
  return (
    <>
      <Select
        className="w-full"
        label={text.action}
        items={actions}
        value={form.action}
        onValueChange={(value) => set({ action: actionKinds.find((kind) => kind === value) ?? form.action })}
      />
      {form.action === 'rate' && <MatchField draft={draft} field="rate" label={text.rate} hint={text.rateHint} />}
      {form.action === 'redirect' && <MatchField draft={draft} field="target" label={text.target} hint={text.targetHint} />}
    </>
  )
}

/** What the API gave and no field shows, as text; empty for nothing. */
function otherText({ other, prefix }: AnnounceForm): string {
  if (Object.keys(other).length === 0) return ''
  return matchText({ match: { ...other, destination: prefix }, action: { kind: 'discard' } })
}

export function FlowSpecFields({ draft }: { readonly draft: AnnounceDraft }) {
  const { form, set } = draft
  const other = otherText(form)
  return (
    <div className="flex flex-col gap-4">
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <MatchField draft={draft} field="protocols" label={text.protocol} hint={text.protocolHint} />
        <MatchField draft={draft} field="source" label={text.source} hint={text.sourceHint} />
        <MatchField draft={draft} field="sourcePorts" label={text.sourcePort} hint={text.portHint} />
        <MatchField draft={draft} field="destinationPorts" label={text.destinationPort} hint={text.portHint} />
        <MatchField draft={draft} field="lengths" label={text.length} hint={text.lengthHint} />
        <Select
          className="w-full"
          label={text.tcpFlags}
          items={flags}
          value={form.flags}
          onValueChange={(value) => set({ flags: flagChoices.find((choice) => choice === value) ?? form.flags })}
        />
        <ActionFields draft={draft} />
      </div>
      <SwitchField label={text.fragments} hint={text.fragmentsHint} checked={form.fragments} onChange={(fragments) => set({ fragments })} />
      {other !== '' && <p className="text-sm text-kumo-default">{text.also(other)}</p>}
    </div>
  )
}
