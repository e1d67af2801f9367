// The way back to the overview, the name of the router, its address, and what can be done with it.
import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { RouterStatus } from '../../contract/collector-status.ts'
import { messages } from '../messages.ts'
import { routerLabel } from '../overview/router-label.ts'
import type { ViewControl } from '../overview/use-view.ts'

const RouterMenu = lazy(() => import('../overview/router-menu.tsx').then((module) => ({ default: module.RouterMenu })))

const text = messages.router

export function RouterHeading({ router, control }: { readonly router: RouterStatus; readonly control: ViewControl }) {
  return (
    <div className="flex flex-col gap-1">
      {/* Not Kumo's Breadcrumbs: its links load the page anew and lose what is known already. */}
      <nav aria-label={text.trail} className="flex items-center gap-1.5 text-sm text-kumo-subtle">
        <Link to="/" className="rounded-sm hover:text-kumo-link hover:underline focus-visible:outline-2 focus-visible:outline-kumo-brand">
          {messages.shell.overview}
        </Link>
        <span aria-hidden>/</span>
        <span>{messages.routers.name}</span>
      </nav>
      <div className="flex items-start gap-3">
        <div className="flex min-w-0 grow flex-wrap items-baseline gap-x-3 gap-y-0.5">
          <h1 className="min-w-0 text-xl font-semibold break-words text-kumo-default">{routerLabel(router)}</h1>
          {router.name !== '' && <span className="font-mono text-base text-kumo-subtle">{router.address}</span>}
        </div>
        <Suspense fallback={<div className="size-6.5" />}>
          <RouterMenu router={router} control={control} />
        </Suspense>
      </div>
    </div>
  )
}
