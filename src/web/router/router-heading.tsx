// The way back to the routers, the name of the router, its address, and what can be done with it.
import { Suspense } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { messages } from '../messages.ts'
import { routerLabel } from '../overview/router-label.ts'
import type { ViewControl } from '../overview/use-view.ts'
import { Trail } from '../shell/trail.tsx'
import { lazyPart } from '../shell/lazy-part.ts'

const RouterMenu = lazyPart(() => import('../routers/router-menu.tsx'), 'RouterMenu')

export function RouterHeading({ router, control }: { readonly router: RouterStatus; readonly control: ViewControl }) {
  return (
    <div className="flex flex-col gap-1">
      <Trail to="/routers" name={messages.routers.title} here={messages.routers.name} />
      <div className="flex items-start gap-3">
        <div className="flex min-w-0 grow flex-wrap items-baseline gap-x-3 gap-y-0.5">
          <h1 className="min-w-0 text-xl font-semibold break-words text-kumo-default">{routerLabel(router)}</h1>
          {router.name !== '' && <span className="font-mono text-base text-kumo-subtle">{router.address}</span>}
        </div>
        <Suspense fallback={<div className="size-6.5" />}>
          <RouterMenu
            router={router}
            onOnly={() => control.addCondition({ dimension: 'routerAddress', value: router.address, exclude: false })}
          />
        </Suspense>
      </div>
    </div>
  )
}
