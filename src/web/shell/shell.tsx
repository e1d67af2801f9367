// The frame of every signed-in page: brand, navigation, colours, account; loads the account before anything else.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Loader } from '@cloudflare/kumo/components/loader'
import { Tooltip } from '@cloudflare/kumo/components/tooltip'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { Suspense } from 'react'
import { openIncidentsQuery } from '../api/incident-queries.ts'
import { accountsQuery, statusQuery } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { formatDayTime } from '../view/units.ts'
import { AccountContext, useAccount } from './account.ts'
import { Brand } from './brand.tsx'
import { FailureBanner } from './failure.tsx'
import { lazyPart } from './lazy-part.ts'

// Menus come right after the first paint; their place is kept.
const AccountMenu = lazyPart(() => import('./account-menu.tsx'), 'AccountMenu')

const text = messages.shell
const navLink =
  'shrink-0 rounded-md px-2 py-1.5 md:px-2.5 text-base text-kumo-subtle hover:text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand'
// The pages below a list belong to it.
const anySearch = { includeSearch: false } as const
const activeLink = { className: 'bg-kumo-tint font-medium !text-kumo-default' }

/** How many incidents are open, beside their page's name. Without an answer nothing is said. */
function OpenCount() {
  const { data } = useQuery(openIncidentsQuery(useAccount()))
  if (data === undefined || data.total === 0) return null
  return (
    <Badge variant="error" className="ml-1 md:ml-1.5">
      <span aria-hidden>{data.total}</span>
      <span className="sr-only">{text.openIncidents(data.total)}</span>
    </Badge>
  )
}

function Navigation() {
  // Parts with an address of their own: agents belong to captures, signatures to the firewall.
  const path = useLocation({ select: ({ pathname }) => pathname })
  const here = (inside: boolean) => (inside ? `${navLink} ${activeLink.className}` : navLink)
  return (
    <nav
      aria-label={text.navigation}
      className="order-last -mx-2 flex w-[calc(100%+1rem)] items-center gap-0.5 overflow-x-auto md:order-none md:mx-0 md:w-auto md:gap-1"
    >
      <Link to="/" className={navLink} activeProps={activeLink} activeOptions={{ exact: true, includeSearch: false }}>
        {text.overview}
      </Link>
      <Link to="/explore" className={navLink} activeProps={activeLink} activeOptions={anySearch}>
        {text.explore}
      </Link>
      <Link to="/rules" className={navLink} activeProps={activeLink} activeOptions={anySearch}>
        {text.rules}
      </Link>
      <Link to="/incidents" className={navLink} activeProps={activeLink} activeOptions={anySearch}>
        {text.incidents}
        <OpenCount />
      </Link>
      <Link to="/advertisements" className={navLink} activeProps={activeLink} activeOptions={anySearch}>
        {text.advertising}
      </Link>
      <Link to="/captures" className={here(path === '/agents')} activeProps={activeLink} activeOptions={anySearch}>
        {text.captures}
      </Link>
      <Link to="/firewall" className={here(path.startsWith('/signatures'))} activeProps={activeLink} activeOptions={anySearch}>
        {text.firewall}
      </Link>
      <Link to="/alerts" className={navLink} activeProps={activeLink}>
        {text.alerts}
      </Link>
      <Link to="/ledger" className={navLink} activeProps={activeLink}>
        {text.ledger}
      </Link>
      <Link to="/set-up" className={navLink} activeProps={activeLink} activeOptions={anySearch}>
        {text.setUp}
      </Link>
    </nav>
  )
}

function Header() {
  const { data: status } = useQuery(statusQuery(useAccount()))
  return (
    <header className="border-b border-kumo-hairline bg-kumo-base">
      <div className="mx-auto flex max-w-[1440px] flex-wrap items-center gap-x-2 gap-y-1 px-4 py-2 md:h-14 md:flex-nowrap md:gap-4 md:px-6 md:py-0">
        <Link
          to="/"
          aria-label={messages.product}
          className="flex items-center rounded-md focus-visible:outline-2 focus-visible:outline-kumo-brand"
        >
          <Brand compact={false} />
        </Link>
        <Navigation />
        <div className="ml-auto flex min-w-0 items-center gap-3">
          {status?.demo && (
            <Tooltip content={text.demoMeaning} render={<button type="button" className="rounded-full" aria-label={text.demo} />}>
              <Badge variant="info">{text.demo}</Badge>
            </Tooltip>
          )}
          <Suspense fallback={<div className="h-9 w-19" />}>
            <AccountMenu status={status} />
          </Suspense>
        </div>
      </div>
    </header>
  )
}

/** The licence of the data that comes with Drawbridge asks for the names and a link. */
const ipDataSources = [
  { name: 'DB-IP', href: 'https://db-ip.com' },
  { name: 'RouteViews', href: 'https://www.routeviews.org' },
  { name: 'NRO', href: 'https://www.nro.net' },
] as const

function IpData() {
  return (
    <span className="flex gap-x-1.5">
      {text.ipData}
      {ipDataSources.map(({ name, href }) => (
        <a
          key={href}
          href={href}
          rel="noreferrer"
          className="rounded-sm underline hover:text-kumo-link focus-visible:outline-2 focus-visible:outline-kumo-brand"
        >
          {name}
        </a>
      ))}
    </span>
  )
}

function Footer() {
  const { data: status } = useQuery(statusQuery(useAccount()))
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <footer className="mx-auto flex w-full max-w-[1440px] flex-wrap gap-x-4 gap-y-1 px-4 pb-6 text-sm text-kumo-subtle md:px-6">
      {status !== undefined && <span>{text.version(status.version)}</span>}
      {status !== undefined && <span>{text.runningSince(formatDayTime(Date.parse(status.started)))}</span>}
      <span>{text.zone(zone)}</span>
      {status?.bundled_ip_data !== false && <IpData />}
    </footer>
  )
}

function Frame() {
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:m-2 focus:rounded-md focus:bg-kumo-base focus:p-2 focus:text-kumo-link"
      >
        {text.skip}
      </a>
      <Header />
      <main id="content" tabIndex={-1} className="mx-auto w-full max-w-[1440px] grow px-4 py-5 outline-none md:px-6">
        <Outlet />
      </main>
      <Footer />
    </div>
  )
}

export function Shell() {
  const { data, error, refetch } = useQuery(accountsQuery)
  const account = data?.[0]
  if (account !== undefined) {
    return (
      <AccountContext value={account.id}>
        <Frame />
      </AccountContext>
    )
  }
  return (
    <main className="mx-auto flex min-h-dvh max-w-3xl flex-col justify-center p-6">
      {error === null ? (
        <div className="flex justify-center">
          <Loader size="lg" aria-label={messages.loading} />
        </div>
      ) : (
        <FailureBanner error={error} onRetry={() => void refetch()} />
      )}
    </main>
  )
}
