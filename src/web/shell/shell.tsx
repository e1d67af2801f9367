// The frame of every signed-in page: brand, navigation, colours, account; loads the account before anything else.
import { Badge } from '@cloudflare/kumo/components/badge'
import { Loader } from '@cloudflare/kumo/components/loader'
import { Tooltip } from '@cloudflare/kumo/components/tooltip'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { accountsQuery, statusQuery } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { formatDayTime } from '../view/units.ts'
import { AccountContext, useAccount } from './account.ts'
import { Brand } from './brand.tsx'
import { FailureBanner } from './failure.tsx'

// Menus come right after the first paint; their place is kept.
const AccountMenu = lazy(() => import('./account-menu.tsx').then((module) => ({ default: module.AccountMenu })))

const text = messages.shell
const navLink =
  'rounded-md px-2.5 py-1.5 text-base text-kumo-subtle hover:text-kumo-default focus-visible:outline-2 focus-visible:outline-kumo-brand'
const activeLink = { className: 'bg-kumo-tint font-medium !text-kumo-default' }

function Header() {
  const { data: status } = useQuery(statusQuery(useAccount()))
  return (
    <header className="border-b border-kumo-hairline bg-kumo-base">
      <div className="mx-auto flex h-14 max-w-[1440px] items-center gap-2 px-4 md:gap-4 md:px-6">
        <Link
          to="/"
          aria-label={messages.product}
          className="flex items-center rounded-md focus-visible:outline-2 focus-visible:outline-kumo-brand"
        >
          <Brand />
        </Link>
        <nav aria-label={text.navigation} className="flex items-center gap-1">
          <Link to="/" className={navLink} activeProps={activeLink} activeOptions={{ exact: true, includeSearch: false }}>
            {text.overview}
          </Link>
          <Link to="/ledger" className={navLink} activeProps={activeLink}>
            {text.ledger}
          </Link>
        </nav>
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

function Footer() {
  const { data: status } = useQuery(statusQuery(useAccount()))
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <footer className="mx-auto flex max-w-[1440px] flex-wrap gap-x-4 gap-y-1 px-4 pb-6 text-sm text-kumo-subtle md:px-6">
      {status !== undefined && <span>{text.version(status.version)}</span>}
      {status !== undefined && <span>{text.runningSince(formatDayTime(Date.parse(status.started)))}</span>}
      <span>{text.zone(zone)}</span>
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
