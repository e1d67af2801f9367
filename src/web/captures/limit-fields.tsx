// The limits of a capture, and how much of which packets is kept.
import { Input } from '@cloudflare/kumo/components/input'
import { captureMessages } from '../messages/captures.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { isPast, longestText } from '../view/capture-form.ts'
import type { CaptureDraft } from './use-capture-draft.ts'

const text = captureMessages.form

interface DraftProps {
  readonly draft: CaptureDraft
}

interface LimitFieldProps extends DraftProps {
  readonly field: 'seconds' | 'packets' | 'bytes' | 'sampling' | 'snapLength'
  readonly label: string
  readonly hint: string
}

function LimitField({ draft, field, label, hint }: LimitFieldProps) {
  return (
    <Input
      label={label}
      description={hint}
      className="w-full"
      spellCheck={false}
      value={draft.form[field]}
      onChange={(event) => draft.set({ [field]: event.target.value })}
      onBlur={() => draft.touch(field)}
      {...fieldProblem(draft.problem(field))}
    />
  )
}

export function LimitFields({ draft }: DraftProps) {
  const { form } = draft
  const full = form.type === 'full'
  return (
    <div className="grid items-start gap-x-4 gap-y-5 sm:grid-cols-2">
      <LimitField draft={draft} field="seconds" label={text.seconds} hint={text.secondsHint(longestText(form.type))} />
      <LimitField draft={draft} field="packets" label={text.packets} hint={full ? text.packetsEach : text.packetsHint} />
      {full && <LimitField draft={draft} field="bytes" label={text.bytes} hint={text.bytesHint} />}
      {!isPast(form) && <LimitField draft={draft} field="sampling" label={text.sampling} hint={text.samplingHint} />}
      <LimitField draft={draft} field="snapLength" label={text.snapLength} hint={text.snapLengthHint} />
    </div>
  )
}
