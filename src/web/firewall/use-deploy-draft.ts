// What somebody is about to deploy: the form, what is wrong in it, what the server refused.
import { useState } from 'react'
import { ApiFailure } from '../api/envelope.ts'
import { deployFieldAt, deployProblems, type DeployField, type DeployForm, type DeployProblems } from '../view/firewall-form.ts'

export interface DeployDraft {
  readonly form: DeployForm
  readonly set: (change: Partial<DeployForm>) => void
  /** What to show at a field: what the server refused, or what is wrong once the preview was asked for. */
  readonly problem: (field: DeployField) => string | undefined
  /** Shows every problem. Whether there is none. */
  readonly check: () => boolean
  /** Puts an error of the API beside its field; answers one that belongs to none. */
  readonly refuse: (error: Error) => Error | undefined
}

export function useDeployDraft(begin: DeployForm): DeployDraft {
  const [form, setForm] = useState(begin)
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<DeployProblems>({})
  const problems = deployProblems(form)
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
      const field = error instanceof ApiFailure ? deployFieldAt(error.pointer) : undefined
      if (field === undefined) return error
      setRefused({ [field]: error.message })
      return undefined
    },
  }
}
