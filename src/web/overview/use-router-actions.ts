// Register, change and remove a router, each with a toast, and Undo where it can be undone.
import { useKumoToastManager } from '@cloudflare/kumo/components/toast'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { changeRouter, registerRouter, removeRouter, restoreRouter, type RouterChange } from '../api/actions.ts'
import { messages } from '../messages.ts'
import { useAccount } from '../shell/account.ts'
import { explain } from '../shell/failure.tsx'
import { formatCount } from '../view/units.ts'
import { routerLabel } from './router-label.ts'

const text = messages.routers
// Long enough to read the sentence and find the button.
const undoTime = 12_000

export interface RouterActions {
  readonly register: (address: string) => Promise<void>
  readonly remove: (router: RouterStatus) => Promise<void>
  readonly change: (router: RouterStatus, change: RouterChange) => Promise<void>
  /** Sets the factor that holds where the router tells none, with Undo. */
  readonly setSampling: (router: RouterStatus, rate: number) => Promise<void>
  readonly pending: boolean
}

export function useRouterActions(): RouterActions {
  const account = useAccount()
  const client = useQueryClient()
  const toasts = useKumoToastManager()
  const { mutateAsync, isPending } = useMutation({
    mutationFn: (action: () => Promise<void>) => action(),
    onError: (error) => {
      toasts.add({ variant: 'error', title: text.failed, description: explain(error).fix })
    },
    onSettled: async () => {
      // A changed factor holds for stored flows as well, so sums and series may be different now.
      const keys = [...['routers', 'unregistered', 'ledger', 'series', 'health', 'interfaces'].map((key) => [key, account]), ['top']]
      await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })))
    },
  })
  return useMemo(() => {
    const told = (title: string, description: string, undo: () => Promise<void>) => {
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
    return {
      pending: isPending,
      register: async (address) => {
        await mutateAsync(() => registerRouter(account, address))
        told(text.registered(address), text.registeredDetail, () => removeRouter(account, address))
      },
      remove: async (router) => {
        await mutateAsync(() => removeRouter(account, router.address))
        told(text.removed(routerLabel(router)), text.removedDetail, () => restoreRouter(account, router))
      },
      setSampling: async (router, rate) => {
        const { address, sampling_override } = router
        await mutateAsync(() => changeRouter(account, address, { sampling_override: rate }))
        const undo = () => changeRouter(account, address, { sampling_override })
        told(messages.router.samplingSet(formatCount(rate), routerLabel(router)), messages.router.samplingSetDetail, undo)
      },
      change: (router, change) => mutateAsync(() => changeRouter(account, router.address, change)),
    }
  }, [account, isPending, mutateAsync, toasts])
}

/** For callers that have nothing to add: the toast of the mutation has told the error already. */
export function shown(): void {
  // The error was shown by onError above.
}
