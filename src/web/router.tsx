// The pages and their addresses. Search parameters are read and written by view/search.ts.
import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router'
import { OverviewPage } from './overview/overview-page.tsx'
import { Crash, CrashPage, NotFoundPage } from './shell/failure.tsx'
import { lazyPage } from './shell/lazy-part.ts'
import { Shell } from './shell/shell.tsx'
import { readAnnounceSearch, readHistorySearch, type AnnounceSearch, type HistorySearch } from './view/advertising-search.ts'
import type { NewRuleSearch } from './view/rule-of-view.ts'
import { readUnitSearch, type UnitSearch } from './view/unit-search.ts'
import { readIncidentSearch, type IncidentSearch } from './view/incident-search.ts'
import { parseSearch, readView, writeSearch, writeView, type ViewSearch } from './view/search.ts'

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage })

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  errorComponent: CrashPage,
  component: lazyPage(() => import('./sign-in/sign-in-page.tsx'), 'SignInPage'),
  // Where to go afterwards: an address on this page only, never another site.
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = search['next']
    return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {}
  },
})

const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: 'shell', component: Shell, errorComponent: CrashPage })

const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: OverviewPage,
  validateSearch: (search: Record<string, unknown>): ViewSearch => writeView(readView(search)),
})

const ledgerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/ledger',
  component: lazyPage(() => import('./ledger/ledger-page.tsx'), 'LedgerPage'),
})

const routersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/routers',
  component: lazyPage(() => import('./routers/routers-page.tsx'), 'RoutersPage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const routerRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/routers/$address',
  component: lazyPage(() => import('./router/router-page.tsx'), 'RouterPage'),
  // The router is the filter of this page: only time and unit are read.
  validateSearch: (search: Record<string, unknown>): ViewSearch => writeView({ ...readView(search), conditions: [] }),
})

const exploreRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/explore',
  component: lazyPage(() => import('./explore/explore-page.tsx'), 'ExplorePage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const rulesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/rules',
  component: lazyPage(() => import('./rules/rules-page.tsx'), 'RulesPage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const newRuleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/rules/new',
  component: lazyPage(() => import('./rules/rule-page.tsx'), 'NewRulePage'),
  validateSearch: (search: Record<string, unknown>): NewRuleSearch => textOnly(search),
})

const ruleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/rules/$id',
  component: lazyPage(() => import('./rules/rule-page.tsx'), 'RulePage'),
  validateSearch: (search: Record<string, unknown>): UnitSearch => readUnitSearch(search),
})

const incidentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/incidents',
  component: lazyPage(() => import('./incidents/incidents-page.tsx'), 'IncidentsPage'),
  validateSearch: (search: Record<string, unknown>): IncidentSearch => readIncidentSearch(search),
})

const incidentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/incidents/$id',
  component: lazyPage(() => import('./incidents/incident-page.tsx'), 'IncidentPage'),
  validateSearch: (search: Record<string, unknown>): UnitSearch => readUnitSearch(search),
})

const alertsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/alerts',
  component: lazyPage(() => import('./alerts/alerts-page.tsx'), 'AlertsPage'),
})

const advertisementsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/advertisements',
  component: lazyPage(() => import('./advertisements/current-page.tsx'), 'CurrentPage'),
  validateSearch: (search: Record<string, unknown>): AnnounceSearch => readAnnounceSearch(search),
})

const advertisementHistoryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/advertisements/history',
  component: lazyPage(() => import('./advertisements/history-page.tsx'), 'HistoryPage'),
  validateSearch: (search: Record<string, unknown>): HistorySearch => readHistorySearch(search),
})

const ownedPrefixesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/advertisements/prefixes',
  component: lazyPage(() => import('./advertisements/prefixes-page.tsx'), 'PrefixesPage'),
})

const advertisementRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/advertisements/$id',
  component: lazyPage(() => import('./advertisements/advertisement-page.tsx'), 'AdvertisementPage'),
})

const capturesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/captures',
  component: lazyPage(() => import('./captures/captures-page.tsx'), 'CapturesPage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const newCaptureRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/captures/new',
  component: lazyPage(() => import('./captures/new-capture-page.tsx'), 'NewCapturePage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const bucketsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/captures/buckets',
  component: lazyPage(() => import('./captures/buckets-page.tsx'), 'BucketsPage'),
})

const captureRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/captures/$id',
  component: lazyPage(() => import('./captures/capture-page.tsx'), 'CapturePage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const signaturesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/signatures',
  component: lazyPage(() => import('./signatures/signatures-page.tsx'), 'SignaturesPage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const newSignatureRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/signatures/new',
  component: lazyPage(() => import('./signatures/new-signature-page.tsx'), 'NewSignaturePage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const signatureRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/signatures/$id',
  component: lazyPage(() => import('./signatures/signature-page.tsx'), 'SignaturePage'),
})

const firewallRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/firewall',
  component: lazyPage(() => import('./firewall/rules-page.tsx'), 'FirewallPage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const firewallHistoryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/firewall/history',
  component: lazyPage(() => import('./firewall/history-page.tsx'), 'FirewallHistoryPage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const firewallRuleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/firewall/$id',
  component: lazyPage(() => import('./firewall/rule-page.tsx'), 'FirewallRulePage'),
})

const agentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/agents',
  component: lazyPage(() => import('./agents/agents-page.tsx'), 'AgentsPage'),
})

const setUpRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/set-up',
  component: lazyPage(() => import('./set-up/set-up-page.tsx'), 'SetUpPage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  component: lazyPage(() => import('./settings/you-page.tsx'), 'YouPage'),
})

const settingsPeopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/people',
  component: lazyPage(() => import('./settings/people-page.tsx'), 'PeoplePage'),
})

const settingsTokensRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/tokens',
  component: lazyPage(() => import('./settings/tokens-page.tsx'), 'TokensPage'),
})

const settingsAccountsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/accounts',
  component: lazyPage(() => import('./settings/accounts-page.tsx'), 'AccountsPage'),
})

const settingsDataRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/data',
  component: lazyPage(() => import('./settings/data-page.tsx'), 'DataPage'),
})

const settingsNetworksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/networks',
  component: lazyPage(() => import('./settings/networks-page.tsx'), 'NetworksPage'),
})

const settingsAuditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/audit',
  component: lazyPage(() => import('./settings/audit-page.tsx'), 'AuditPage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> => textOnly(search),
})

const graphiqlRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/graphiql',
  component: lazyPage(() => import('./graphiql/graphiql-page.tsx'), 'GraphiqlPage'),
  validateSearch: (search: Record<string, unknown>): { query?: string; variables?: string } => textOnly(search),
})

const pages = [
  overviewRoute,
  exploreRoute,
  routersRoute,
  routerRoute,
  rulesRoute,
  newRuleRoute,
  ruleRoute,
  incidentsRoute,
  incidentRoute,
  advertisementsRoute,
  advertisementHistoryRoute,
  ownedPrefixesRoute,
  advertisementRoute,
  capturesRoute,
  newCaptureRoute,
  bucketsRoute,
  captureRoute,
  agentsRoute,
  signaturesRoute,
  newSignatureRoute,
  signatureRoute,
  firewallRoute,
  firewallHistoryRoute,
  firewallRuleRoute,
  alertsRoute,
  ledgerRoute,
  setUpRoute,
  settingsRoute,
  settingsPeopleRoute,
  settingsTokensRoute,
  settingsAccountsRoute,
  settingsDataRoute,
  settingsNetworksRoute,
  settingsAuditRoute,
  graphiqlRoute,
] as const
const routeTree = rootRoute.addChildren([signInRoute, shellRoute.addChildren(pages)])

/** Which of them make sense is told by the page itself, whose code is loaded with it. */
function textOnly(search: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

export function createDashboardRouter() {
  return createRouter({
    routeTree,
    parseSearch,
    stringifySearch: writeSearch,
    // IPv6 addresses stay readable.
    pathParamsAllowedCharacters: [':'],
    defaultErrorComponent: Crash,
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
