// What somebody is about to announce: the form, what is wrong in it, what the guard refused.
import { useState } from 'react'
import { ApiFailure } from '../api/envelope.ts'
import { announceProblems, refusedField, type AnnounceField, type AnnounceForm, type AnnounceProblems } from '../view/announce-form.ts'

export interface AnnounceDraft {
  readonly form: AnnounceForm
  readonly set: (change: Partial<AnnounceForm>) => void
  /** What to show at a field: what the server refused, or what is wrong once the preview was asked for. */
  readonly problem: (field: AnnounceField) => string | undefined
  /** Shows every problem. Whether there is none. */
  readonly check: () => boolean
  /** Puts an error of the API beside its field; answers one that belongs to none. */
  readonly refuse: (error: Error) => Error | undefined
}

export function useAnnounceDraft(begin: AnnounceForm): AnnounceDraft {
  const [form, setForm] = useState(begin)
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<AnnounceProblems>({})
  const problems = announceProblems(form)
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
      const { field, message } = refusedField(error.pointer, error.message)
      if (field === undefined) return new ApiFailure(error.status, error.code, message)
      setRefused({ [field]: message })
      return undefined
    },
  }
}
