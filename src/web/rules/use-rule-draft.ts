// A rule while it is edited: the form, what is wrong in it, what the server refused.
import { useCallback, useMemo, useState } from 'react'
import { ApiFailure } from '../api/envelope.ts'
import { emptyForm, fieldAt, problemsOf, type FormField, type FormProblems, type RuleForm } from '../view/rule-form.ts'

export interface RuleDraft {
  readonly form: RuleForm
  /** Differs from what is saved. */
  readonly dirty: boolean
  readonly problems: FormProblems
  readonly set: (change: Partial<RuleForm>) => void
  /** What to show at a field: what the server refused, or what is wrong once the field was left or saving was tried. */
  readonly problem: (field: FormField) => string | undefined
  readonly touch: (field: FormField) => void
  /** Shows every problem. */
  readonly showAll: () => void
  /** What was saved is the new base. */
  readonly settle: (saved: RuleForm) => void
  readonly discard: () => void
  /** Puts an error of the API beside its field. Whether there is one. */
  readonly refuse: (error: Error) => boolean
}

export function useRuleDraft(saved: RuleForm = emptyForm): RuleDraft {
  const [base, setBase] = useState(saved)
  const [form, setForm] = useState(saved)
  const [touched, setTouched] = useState<ReadonlySet<FormField> | 'all'>(new Set())
  const [refused, setRefused] = useState<FormProblems>({})
  const problems = useMemo(() => problemsOf(form), [form])
  const reset = useCallback((next: RuleForm) => {
    setBase(next)
    setForm(next)
    setTouched(new Set())
    setRefused({})
  }, [])
  return {
    form,
    dirty: JSON.stringify(form) !== JSON.stringify(base),
    problems,
    set: (change) => {
      setForm((old) => ({ ...old, ...change }))
      setRefused((old) => Object.fromEntries(Object.entries(old).filter(([field]) => !(field in change))) as FormProblems)
    },
    problem: (field) => refused[field] ?? (touched === 'all' || touched.has(field) ? problems[field] : undefined),
    touch: (field) => setTouched((old) => (old === 'all' ? old : new Set([...old, field]))),
    showAll: () => setTouched('all'),
    settle: reset,
    discard: () => reset(base),
    refuse: (error) => {
      const field = error instanceof ApiFailure ? fieldAt(error.pointer) : undefined
      if (field !== undefined) setRefused({ [field]: error.message })
      return field !== undefined
    },
  }
}
