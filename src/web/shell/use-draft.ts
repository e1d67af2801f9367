// What somebody is about to ask for: the form, what is wrong in it, what the server refused.
import { useState } from 'react'
import { ApiFailure } from '../api/envelope.ts'

/** By the name of a field. */
type Problems = Readonly<Record<string, string | undefined>>

export interface Draft<Form, Field extends string> {
  readonly form: Form
  readonly set: (change: Partial<Form>) => void
  /** What to show at a field: what the server refused, or what is wrong once the preview was asked for. */
  readonly problem: (field: Field) => string | undefined
  /** Shows every problem. Whether there is none. */
  readonly check: () => boolean
  /** Puts an error of the API beside its field; answers one that belongs to none. */
  readonly refuse: (error: Error) => Error | undefined
}

interface DraftRules<Form, Field extends string> {
  readonly problems: (form: Form) => Readonly<Partial<Record<Field, string>>>
  /** The field that an error belongs to, if to one, and how it is told. */
  readonly refusal: (pointer: string, message: string) => { readonly field: Field | undefined; readonly message: string }
}

export function useDraft<Form, Field extends string>(begin: Form, rules: DraftRules<Form, Field>): Draft<Form, Field> {
  const [form, setForm] = useState(begin)
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Problems>({})
  const problems = rules.problems(form)
  return {
    form,
    set: (change) => {
      setForm((old) => ({ ...old, ...change }))
      // A refusal is about the whole request: any change may mend it.
      setRefused({})
    },
    problem: (field) => refused[field] ?? (tried ? problems[field] : undefined),
    check: () => {
      setTried(true)
      return Object.keys(problems).length === 0
    },
    refuse: (error) => {
      if (!(error instanceof ApiFailure)) return error
      const { field, message } = rules.refusal(error.pointer, error.message)
      if (field === undefined) return message === error.message ? error : new ApiFailure(error.status, error.code, message)
      setRefused({ [field]: message })
      return undefined
    },
  }
}
