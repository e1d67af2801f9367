// Whether incidents of a rule start a packet capture, and how long and how much.
import { Input } from '@cloudflare/kumo/components/input'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { agentsQuery } from '../api/agents.ts'
import { captureMessages } from '../messages/captures.ts'
import { useAccount } from '../shell/account.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { SwitchField } from '../shell/switch-field.tsx'
import type { DraftProps } from './kind-fields.tsx'

const text = captureMessages.rule

/** Without agents nothing is captured, whatever is set here. */
function NoAgent() {
  const { data: agents } = useQuery({ ...agentsQuery(useAccount()), refetchInterval: false })
  if (agents?.length !== 0) return null
  return (
    <p className="text-sm text-kumo-warning">
      {text.noAgent}{' '}
      <Link to="/agents" className="rounded-sm text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand">
        {text.toAgents}
      </Link>
    </p>
  )
}

interface NumberFieldProps extends DraftProps {
  readonly field: 'captureSeconds' | 'capturePackets'
  readonly label: string
  readonly hint: string
}

function NumberField({ draft, field, label, hint }: NumberFieldProps) {
  return (
    <Input
      label={label}
      description={hint}
      className="w-full"
      inputMode="numeric"
      value={draft.form[field]}
      onChange={(event) => draft.set({ [field]: event.target.value })}
      onBlur={() => draft.touch(field)}
      {...fieldProblem(draft.problem(field))}
    />
  )
}

export function CaptureFields({ draft }: DraftProps) {
  const { form, set } = draft
  return (
    <fieldset className="flex min-w-0 flex-col gap-5 border-t border-kumo-hairline pt-5">
      <legend className="sr-only">{text.title}</legend>
      <SwitchField label={text.capture} hint={text.captureHint} checked={form.capture} onChange={(capture) => set({ capture })} />
      {form.capture && (
        <>
          <NoAgent />
          <div className="grid items-start gap-x-4 gap-y-5 sm:grid-cols-2">
            <NumberField draft={draft} field="captureSeconds" label={text.seconds} hint={text.secondsHint} />
            <NumberField draft={draft} field="capturePackets" label={text.packets} hint={text.packetsHint} />
          </div>
        </>
      )}
    </fieldset>
  )
}
