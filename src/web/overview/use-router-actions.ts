// Register, change and remove a router, each with a toast, and Undo where it can be undone.
import { useMemo } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { changeRouter, registerRouter, removeRouter, restoreRouter, type RouterChange } from '../api/actions.ts'
import { messages } from '../messages.ts'
import { useAccount } from '../shell/account.ts'
import { useUndoable } from '../shell/use-undoable.ts'
import { formatCount } from '../view/units.ts'
import { routerLabel } from './router-label.ts'

const text = messages.routers

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
  const { run, told, pending } = useUndoable(
    text.failed,
    // A changed factor holds for stored flows as well, so sums and series may be different now.
    [...['routers', 'unregistered', 'ledger', 'series', 'health', 'interfaces'].map((key) => [key, account]), ['top']],
  )
  return useMemo(
    () => ({
      pending,
      register: async (address) => {
        await run(() => registerRouter(account, address))
        told(text.registered(address), text.registeredDetail, () => removeRouter(account, address))
      },
      remove: async (router) => {
        await run(() => removeRouter(account, router.address))
        told(text.removed(routerLabel(router)), text.removedDetail, () => restoreRouter(account, router))
      },
      setSampling: async (router, rate) => {
        const { address, sampling_override } = router
        await run(() => changeRouter(account, address, { sampling_override: rate }))
        const undo = () => changeRouter(account, address, { sampling_override })
        told(messages.routers.samplingSet(formatCount(rate), routerLabel(router)), messages.routers.samplingSetDetail, undo)
      },
      change: async (router, change) => {
        await run(() => changeRouter(account, router.address, change))
      },
    }),
    [account, pending, run, told],
  )
}
