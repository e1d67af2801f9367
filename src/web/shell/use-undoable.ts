// Actions that tell what was done in a toast, and can be taken back from there.
import { useKumoToastManager } from '@cloudflare/kumo/components/toast'
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useMemo } from 'react'
import { messages } from '../messages.ts'
import { explain } from './failure.tsx'

/** Long enough to read the sentence and find the button. */
const undoTime = 12_000

export interface Undoable {
  /** Does something; a toast tells when it fails, and what it changes is read again. */
  readonly run: (action: () => Promise<unknown>) => Promise<unknown>
  readonly told: (title: string, description: string, undo: () => Promise<unknown>) => void
  readonly pending: boolean
}

/**
 * @param failed title of the toast when an action fails
 * @param keys queries that the actions make stale
 */
export function useUndoable(failed: string, keys: readonly QueryKey[]): Undoable {
  const client = useQueryClient()
  const toasts = useKumoToastManager()
  const { mutateAsync, isPending } = useMutation({
    mutationFn: (action: () => Promise<unknown>) => action(),
    onError: (error) => {
      toasts.add({ variant: 'error', title: failed, description: explain(error).fix })
    },
    onSettled: () => Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
  return useMemo(() => {
    const told = (title: string, description: string, undo: () => Promise<unknown>) => {
      const id: string = toasts.add({
        variant: 'success',
        title,
        description,
        timeout: undoTime,
        actions: [
          {
            children: messages.undo,
            onClick: () => {
              toasts.close(id)
              mutateAsync(undo).catch(shown)
            },
          },
        ],
      })
    }
    return { run: mutateAsync, told, pending: isPending }
  }, [isPending, mutateAsync, toasts])
}

/** For callers that have nothing to add: a toast has told the error already. */
export function shown(): void {
  // The error was shown by onError above.
}
