// The pages and their addresses. Search parameters are read and written by view/search.ts.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router'
import { OverviewPage } from './overview/overview-page.tsx'
import { CrashPage, NotFoundPage } from './shell/failure.tsx'
import { Shell } from './shell/shell.tsx'
import { parseSearch, readView, writeSearch, writeView, type ViewSearch } from './view/search.ts'

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage })

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
  // Where to go afterwards: an address on this page only, never another site.
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = search['next']
    return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {}
  },
})

const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: 'shell', component: Shell })

const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: OverviewPage,
  validateSearch: (search: Record<string, unknown>): ViewSearch => writeView(readView(search)),
})

const ledgerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/ledger',
  component: lazyRouteComponent(() => import('./ledger/ledger-page.tsx'), 'LedgerPage'),
})

const routerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/routers/$address',
  component: lazyRouteComponent(() => import('./router/router-page.tsx'), 'RouterPage'),
  // The router is the filter of this page: only time and unit are read.
  validateSearch: (search: Record<string, unknown>): ViewSearch => writeView({ ...readView(search), conditions: [] }),
})

const routeTree = rootRoute.addChildren([signInRoute, shellRoute.addChildren([overviewRoute, routerRoute, ledgerRoute])])

export function createDashboardRouter() {
  return createRouter({
    routeTree,
    parseSearch,
    stringifySearch: writeSearch,
    // IPv6 addresses stay readable.
    pathParamsAllowedCharacters: [':'],
    defaultErrorComponent: CrashPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  })
}

export type DashboardRouter = ReturnType<typeof createDashboardRouter>

/** Leads to the sign-in page and back to here afterwards. Does nothing when already there. */
export function goToSignIn(router: DashboardRouter): void {
  const { pathname, searchStr } = router.state.location
  if (pathname === '/sign-in') return
  const next = `${pathname}${searchStr}`
  void router.navigate({ to: '/sign-in', search: next === '/' ? {} : { next }, replace: true })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: DashboardRouter
  }
}
