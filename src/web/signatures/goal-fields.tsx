// How much a signature has to hold and may hold, as sliders over steps that make sense, and whether sources count.
import { useId } from 'react'
import { signatureMessages } from '../messages/signatures.ts'
import { SwitchField } from '../shell/switch-field.tsx'
import { maxFalseSteps, minRecallSteps, stepOf, type SignatureForm } from '../view/signature-form.ts'
import { verdictShare } from '../view/signature-view.ts'

const text = signatureMessages.form

interface StepsProps {
  readonly label: string
  readonly hint: string
  readonly steps: readonly number[]
  readonly value: number
  readonly say: (share: string) => string
  readonly onChange: (value: number) => void
}

function Steps({ label, hint, steps, value, say, onChange }: StepsProps) {
  const [field, description] = [useId(), useId()]
  const said = say(verdictShare(value))
  return (
    <div className="flex flex-col gap-1.5">
      <span className="flex flex-wrap items-baseline justify-between gap-x-4">
        <label htmlFor={field} className="text-base font-medium text-kumo-default">
          {label}
        </label>
        <output htmlFor={field} className="text-base font-semibold text-kumo-default tabular-nums">
          {said}
        </output>
      </span>
      <input
        id={field}
        type="range"
        min={0}
        max={steps.length - 1}
        step={1}
        value={stepOf(steps, value)}
        aria-valuetext={said}
        aria-describedby={description}
        className="h-6 w-full cursor-pointer accent-(--color-kumo-brand) focus-visible:outline-2 focus-visible:outline-kumo-brand"
        onChange={(event) => onChange(steps[Number(event.target.value)] ?? value)}
      />
      <p id={description} className="text-sm text-kumo-subtle">
        {hint}
      </p>
    </div>
  )
}

interface GoalFieldsProps {
  readonly form: Pick<SignatureForm, 'maxFalse' | 'minRecall' | 'sources'>
  /** Without normal traffic there is nothing that it may hold of it. */
  readonly compared: boolean
  readonly set: (change: Partial<SignatureForm>) => void
}

export function GoalFields({ form, compared, set }: GoalFieldsProps) {
  return (
    <>
      <Steps
        label={text.minRecall}
        hint={text.minRecallHint}
        steps={minRecallSteps}
        value={form.minRecall}
        say={text.atLeast}
        onChange={(minRecall) => set({ minRecall })}
      />
      {compared && (
        <Steps
          label={text.maxFalse}
          hint={text.maxFalseHint}
          steps={maxFalseSteps}
          value={form.maxFalse}
          say={text.atMost}
          onChange={(maxFalse) => set({ maxFalse })}
        />
      )}
      <SwitchField
        label={text.mayUseSources}
        hint={text.mayUseSourcesHint}
        checked={form.sources}
        onChange={(sources) => set({ sources })}
      />
    </>
  )
}
