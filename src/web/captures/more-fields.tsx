// What few captures need: where in the host, by what, at which interface, with which header, and a note.
import { Collapsible } from '@cloudflare/kumo/components/collapsible'
import { Input } from '@cloudflare/kumo/components/input'
import { Select } from '@cloudflare/kumo/components/select'
import { captureEngines, captureHooks, captureLinks } from '../../contract/capture.ts'
import { captureMessages } from '../messages/captures.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { isPast, type CaptureField } from '../view/capture-form.ts'
import type { CaptureDraft } from './use-capture-draft.ts'

const text = captureMessages.form
const longestNote = 500

interface DraftProps {
  readonly draft: CaptureDraft
}

interface ChoiceProps<T extends string> extends DraftProps {
  readonly field: CaptureField & ('hook' | 'engine' | 'link')
  readonly label: string
  readonly names: Readonly<Record<T, string>>
  readonly values: readonly T[]
  readonly hint?: string
}

function Choice<T extends string>({ draft, field, label, names, values, hint }: ChoiceProps<T>) {
  const wrong = draft.problem(field)
  const items: Record<string, string> = { ...names }
  return (
    <Select
      className="w-full"
      label={label}
      items={items}
      value={draft.form[field]}
      onValueChange={(value) => draft.set({ [field]: values.find((name) => name === value) ?? draft.form[field] })}
      {...(hint === undefined ? {} : { description: hint })}
      {...(wrong === undefined ? {} : { error: wrong })}
    />
  )
}

function PathFields({ draft }: DraftProps) {
  const { form, set, touch, problem } = draft
  const needed = form.engine === 'interface' || form.hook === 'ingress'
  return (
    <div className="grid items-start gap-x-4 gap-y-5 sm:grid-cols-2">
      <Choice draft={draft} field="engine" label={text.engine} names={text.engines} values={captureEngines} hint={text.engineHint} />
      {form.engine === 'nflog' && <Choice draft={draft} field="hook" label={text.hook} names={text.hooks} values={captureHooks} />}
      <Input
        label={text.interface}
        description={needed ? text.interfaceNeeded : text.interfaceHint}
        className="w-full font-mono"
        spellCheck={false}
        autoCapitalize="none"
        value={form.interface}
        onChange={(event) => set({ interface: event.target.value })}
        onBlur={() => touch('interface')}
        {...fieldProblem(problem('interface'))}
      />
      <Choice draft={draft} field="link" label={text.link} names={text.links} values={captureLinks} />
    </div>
  )
}

export function MoreFields({ draft }: DraftProps) {
  const { form, set, problem } = draft
  // What is wrong in here must be seen.
  const wrong = (['hook', 'engine', 'link', 'interface', 'note'] as const).some((field) => problem(field) !== undefined)
  return (
    <Collapsible.Root {...(wrong ? { open: true } : {})}>
      <Collapsible.DefaultTrigger>{text.more}</Collapsible.DefaultTrigger>
      <Collapsible.DefaultPanel className="flex flex-col gap-5">
        {!isPast(form) && <PathFields draft={draft} />}
        <Input
          label={text.note}
          description={text.noteHint}
          className="w-full"
          maxLength={longestNote}
          value={form.note}
          onChange={(event) => set({ note: event.target.value })}
          {...fieldProblem(problem('note'))}
        />
      </Collapsible.DefaultPanel>
    </Collapsible.Root>
  )
}
