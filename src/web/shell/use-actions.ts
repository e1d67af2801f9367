// What a page asks the server to do: reads again what that changes, and tells errors and successes by toasts.
import { useKumoToastManager } from '@cloudflare/kumo/components/toast'
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query'
import type { Remarked } from '../api/envelope.ts'
import { messages } from '../messages.ts'
import { explain } from './failure.tsx'

/** Long enough to read the sentence and find the button. */
const offerTime = 12_000

export interface Action {
  /** May answer with what the server remarks, which is then told. */
  readonly run: () => Promise<unknown>
  /** Told when it worked. */
  readonly title?: string
  readonly description?: string
  /** A button in the toast that tells it. */
  readonly offer?: { readonly label: string; readonly act: () => void }
  /** After it worked. */
  readonly done?: () => void
  /** Shows the error where it belongs; a toast tells it otherwise. */
  readonly failed?: (error: Error) => void
}

export interface Actions {
  readonly start: (action: Action) => void
  readonly pending: boolean
}

export interface ActionTexts {
  /** Title of the toast when an action fails. */
  readonly failed: string
  /** Title of the toast when the server remarks something. */
  readonly remarks: string
}

function remarksOf(answer: unknown): readonly string[] {
  return typeof answer === 'object' && answer !== null && 'remarks' in answer ? (answer as Remarked<unknown>).remarks : []
}

/** @param keys queries that the actions make stale */
export function useActions({ failed, remarks }: ActionTexts, keys: readonly QueryKey[]): Actions {
  const client = useQueryClient()
  const toasts = useKumoToastManager()
  const tell = ({ title, description, offer }: Action) => {
    if (title === undefined) return
    const id: string = toasts.add({
      variant: 'success',
      title,
      ...(description === undefined ? {} : { description }),
      ...(offer === undefined ? {} : { timeout: offerTime, actions: [{ children: offer.label, onClick: () => take(id, offer.act) }] }),
    })
  }
  const take = (id: string, act: () => void) => {
    toasts.close(id)
    act()
  }
  const { mutate, isPending } = useMutation({
    mutationFn: ({ run }: Action) => run(),
    onSuccess: (answer, action) => {
      const remarked = remarksOf(answer)
      if (remarked.length === 0) tell(action)
      else toasts.add({ variant: 'warning', title: remarks, description: messages.sentences(remarked), timeout: 20_000 })
      action.done?.()
    },
    onError: (failure, action) => {
      if (action.failed !== undefined) return action.failed(failure)
      toasts.add({ variant: 'error', title: failed, description: explain(failure).fix })
    },
    onSettled: () => Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
  return { start: mutate, pending: isPending }
}
