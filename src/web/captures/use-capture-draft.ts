// What somebody is about to capture: the form, what is wrong in it, what the server refused.
import { useState } from 'react'
import { ApiFailure } from '../api/envelope.ts'
import { useNow } from '../shell/use-now.ts'
import { captureFieldAt, captureProblems, type CaptureField, type CaptureForm, type CaptureProblems } from '../view/capture-form.ts'

export interface CaptureDraft {
  readonly form: CaptureForm
  readonly set: (change: Partial<CaptureForm>) => void
  /** What to show at a field: what the server refused, or what is wrong once the field was left or starting was tried. */
  readonly problem: (field: CaptureField) => string | undefined
  readonly touch: (field: CaptureField) => void
  /** Shows every problem. Whether there is none. */
  readonly check: () => boolean
  /** Puts an error of the API beside its field. Whether there is one. */
  readonly refuse: (error: Error) => boolean
}

export function useCaptureDraft(begin: CaptureForm): CaptureDraft {
  const [form, setForm] = useState(begin)
  const [touched, setTouched] = useState<ReadonlySet<CaptureField> | 'all'>(new Set())
  const [refused, setRefused] = useState<CaptureProblems>({})
  const problems = captureProblems(form, useNow(10))
  return {
    form,
    set: (change) => {
      setForm((old) => ({ ...old, ...change }))
      setRefused((old) => Object.fromEntries(Object.entries(old).filter(([field]) => !(field in change))) as CaptureProblems)
    },
    problem: (field) => refused[field] ?? (touched === 'all' || touched.has(field) ? problems[field] : undefined),
    touch: (field) => setTouched((old) => (old === 'all' ? old : new Set([...old, field]))),
    check: () => {
      setTouched('all')
      return Object.keys(problems).length === 0
    },
    refuse: (error) => {
      const field = error instanceof ApiFailure ? captureFieldAt(error.pointer) : undefined
      if (field !== undefined) setRefused({ [field]: error.message })
      return field !== undefined
    },
  }
}
