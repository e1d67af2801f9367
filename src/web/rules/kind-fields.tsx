// The fields that only one kind of rule has.
import { Select } from '@cloudflare/kumo/components/select'
import { prefixMatches, ruleDurations, sensitivities, type RuleDuration } from '../../contract/rule.ts'
import { ruleMessages } from '../messages/rules.ts'
import { SwitchField } from '../shell/switch-field.tsx'
import { RateField } from './rate-field.tsx'
import { SuggestLimits } from './suggest-limits.tsx'
import type { RuleDraft } from './use-rule-draft.ts'

const text = ruleMessages.form

export interface DraftProps {
  readonly draft: RuleDraft
}

const durationNames = Object.keys(ruleDurations) as RuleDuration[]
const durations: Record<string, string> = ruleMessages.durations
const sensitivityNames: Record<string, string> = ruleMessages.sensitivities
const targets: Record<string, string> = ruleMessages.targets
// Select's items take no empty key.
const noMatch = 'none'
const matches: Record<string, string> = { [noMatch]: text.matchNone, ...text.matches }

function DurationField({ draft, hint }: DraftProps & { readonly hint: string }) {
  const problem = draft.problem('duration')
  return (
    <Select
      className="w-full"
      label={text.duration}
      description={hint}
      items={durations}
      value={draft.form.duration}
      onValueChange={(value) => draft.set({ duration: durationNames.find((name) => name === value) ?? draft.form.duration })}
      {...(problem === undefined ? {} : { error: problem })}
    />
  )
}

function SensitivityField({
  draft,
  field,
  hint,
}: DraftProps & { readonly field: 'sensitivity' | 'ddosSensitivity'; readonly hint: string }) {
  const problem = draft.problem(field)
  return (
    <Select
      className="w-full"
      label={text.sensitivity}
      description={hint}
      items={sensitivityNames}
      value={draft.form[field]}
      onValueChange={(value) => draft.set({ [field]: sensitivities.find((name) => name === value) ?? draft.form[field] })}
      {...(problem === undefined ? {} : { error: problem })}
    />
  )
}

const pair = 'grid items-start gap-x-4 gap-y-5 sm:grid-cols-2'

function ThresholdFields({ draft }: DraftProps) {
  return (
    <>
      <SuggestLimits draft={draft} />
      <div className={pair}>
        <RateField draft={draft} field="bandwidth" label={text.bandwidth} metric="bits" hint={text.rateHint} />
        <RateField draft={draft} field="packets" label={text.packets} metric="packets" hint={text.either} />
      </div>
      <DurationField draft={draft} hint={text.durationHint} />
    </>
  )
}

function ZscoreFields({ draft }: DraftProps) {
  const { form, set, problem } = draft
  const wrongTarget = problem('target')
  return (
    <>
      <div className={pair}>
        <Select
          className="w-full"
          label={text.target}
          description={text.targetHint}
          items={targets}
          value={form.target}
          onValueChange={(value) => set({ target: value === 'packets' ? 'packets' : 'bits' })}
          {...(wrongTarget === undefined ? {} : { error: wrongTarget })}
        />
        <SensitivityField draft={draft} field="sensitivity" hint={text.zscoreHint} />
      </div>
      <fieldset className="flex min-w-0 flex-col gap-2">
        <legend className="mb-2 text-base font-medium text-kumo-default">{text.floors}</legend>
        <div className={pair}>
          <RateField draft={draft} field="floorBits" label={text.floorBits} metric="bits" hint={text.floorHint} />
          <RateField draft={draft} field="floorPackets" label={text.floorPackets} metric="packets" hint={text.rateHint} />
        </div>
      </fieldset>
      <SwitchField label={text.seasonal} hint={text.seasonalHint} checked={form.seasonal} onChange={(seasonal) => set({ seasonal })} />
      <DurationField draft={draft} hint={text.durationZscore} />
    </>
  )
}

function DdosFields({ draft }: DraftProps) {
  const { form, set, problem } = draft
  const wrongMatch = problem('match')
  return (
    <div className={pair}>
      <SensitivityField draft={draft} field="ddosSensitivity" hint={text.ddosHint} />
      <Select
        className="w-full"
        label={text.match}
        description={text.matchHint}
        items={matches}
        value={form.match === '' ? noMatch : form.match}
        onValueChange={(value) => set({ match: prefixMatches.find((name) => name === value) ?? '' })}
        {...(wrongMatch === undefined ? {} : { error: wrongMatch })}
      />
    </div>
  )
}

export function KindFields({ draft }: DraftProps) {
  if (draft.form.type === 'threshold') return <ThresholdFields draft={draft} />
  return draft.form.type === 'zscore' ? <ZscoreFields draft={draft} /> : <DdosFields draft={draft} />
}
