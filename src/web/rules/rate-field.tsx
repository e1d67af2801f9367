// A field for a rate, which says how it reads what was typed.
import { Input } from '@cloudflare/kumo/components/input'
import type { Metric } from '../api/flow-groups.ts'
import { ruleMessages } from '../messages/rules.ts'
import { fieldProblem } from '../shell/field-problem.ts'
import { exactRate, readRate } from '../view/rate-input.ts'
import type { FormField } from '../view/rule-form.ts'
import type { RuleDraft } from './use-rule-draft.ts'

const text = ruleMessages.form

export interface RateFieldProps {
  readonly draft: RuleDraft
  readonly field: FormField & ('bandwidth' | 'packets' | 'floorBits' | 'floorPackets')
  readonly label: string
  readonly metric: Metric
  readonly hint: string
}

export function RateField({ draft, field, label, metric, hint }: RateFieldProps) {
  const typed = draft.form[field]
  const rate = readRate(typed)
  const problem = draft.problem(field)
  const read = typeof rate === 'number' ? exactRate(rate, metric) : ''
  return (
    <Input
      label={label}
      className="w-full"
      value={typed}
      spellCheck={false}
      description={read === '' || read === typed ? hint : text.reads(read)}
      onChange={(event) => draft.set({ [field]: event.target.value })}
      onBlur={() => draft.touch(field)}
      {...fieldProblem(problem)}
    />
  )
}
