// Runs what the alerts page does: refetches afterwards, and tells errors and successes by toasts.
import { useKumoToastManager } from '@cloudflare/kumo/components/toast'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Remarked } from '../api/envelope.ts'
import { messages } from '../messages.ts'
import { alertMessages } from '../messages/alerts.ts'
import { useAccount } from '../shell/account.ts'
import { explain } from '../shell/failure.tsx'

export interface AlertAction {
  /** May answer with what the server remarks, which is then told. */
  readonly run: () => Promise<unknown>
  /** Told when it worked. */
  readonly title?: string
  readonly description?: string
  /** After it worked. */
  readonly done?: () => void
  /** Shows the error where it belongs; a toast tells it otherwise. */
  readonly failed?: (error: Error) => void
}

function remarksOf(answer: unknown): readonly string[] {
  return typeof answer === 'object' && answer !== null && 'remarks' in answer ? (answer as Remarked<unknown>).remarks : []
}

export interface AlertActions {
  readonly start: (action: AlertAction) => void
  readonly pending: boolean
}

export function useAlertActions(): AlertActions {
  const account = useAccount()
  const client = useQueryClient()
  const toasts = useKumoToastManager()
  const { mutate, isPending } = useMutation({
    mutationFn: ({ run }: AlertAction) => run(),
    onSuccess: (answer, { title, description, done }) => {
      const remarks = remarksOf(answer)
      if (remarks.length > 0)
        toasts.add({ variant: 'warning', title: alertMessages.remarks, description: messages.sentences(remarks), timeout: 20_000 })
      else if (title !== undefined) toasts.add({ variant: 'success', title, ...(description === undefined ? {} : { description }) })
      done?.()
    },
    onError: (failure, { failed }) => {
      if (failed !== undefined) return failed(failure)
      toasts.add({ variant: 'error', title: alertMessages.failed, description: explain(failure).fix })
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['alerting', account] }),
  })
  return { start: mutate, pending: isPending }
}
