// The frame of every signed-in page: the links to the pages, what concerns the whole page, the footer; loads the account before anything else.
import { Loader } from '@cloudflare/kumo/components/loader'
import { useQuery } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { Suspense } from 'react'
import { accountsQuery, statusQuery } from '../api/queries.ts'
import { messages } from '../messages.ts'
import { zoneName } from '../view/clock.ts'
import { formatDayTime } from '../view/units.ts'
import { AccountContext, shownAccount, useAccount } from './account.ts'
import { FailureBanner } from './failure.tsx'
import { FrameBanners } from './frame-banners.tsx'
import { askFor, useFrameDialog } from './frame-dialogs.ts'
import { lazyPart } from './lazy-part.ts'
import { Sidebar } from './sidebar.tsx'
import { TopBar } from './top-bar.tsx'
import { useAlertIcon } from './use-alert-icon.ts'
import { useArrival } from './use-arrival.ts'
import { useShortcuts } from './use-shortcuts.ts'
import { useWide } from './use-wide.ts'

const CommandPalette = lazyPart(() => import('./command-palette.tsx'), 'CommandPalette')
const ShortcutList = lazyPart(() => import('./shortcut-list.tsx'), 'ShortcutList')

const text = messages.shell
/** Pixels from which on the links to the pages stand beside the page. */
const sidebarWidth = 1024

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
  return (
    <footer className="mx-auto flex w-full max-w-[1760px] flex-wrap gap-x-4 gap-y-1 px-4 pb-6 text-sm text-kumo-subtle md:px-6">
      {status !== undefined && <span>{text.version(status.version)}</span>}
      {status !== undefined && <span>{text.runningSince(formatDayTime(Date.parse(status.started)))}</span>}
      <span>{text.zone(zoneName())}</span>
      {status?.bundled_ip_data !== false && <IpData />}
    </footer>
  )
}

/** What lies over the page. */
function FrameDialogs() {
  const open = useFrameDialog()
  const close = () => askFor(undefined)
  return (
    <Suspense>
      {open === 'palette' && <CommandPalette onClose={close} />}
      {open === 'shortcuts' && <ShortcutList onClose={close} />}
    </Suspense>
  )
}

function Frame() {
  const wide = useWide(sidebarWidth)
  useArrival()
  useAlertIcon()
  useShortcuts()
  const find = () => askFor('palette')
  return (
    <div className="flex min-h-dvh flex-col lg:flex-row">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:z-20 focus:m-2 focus:rounded-md focus:bg-kumo-base focus:p-2 focus:text-kumo-link"
      >
        {text.skip}
      </a>
      {wide ? <Sidebar onFind={find} /> : <TopBar onFind={find} />}
      <div className="flex min-w-0 grow flex-col">
        <main id="content" tabIndex={-1} className="mx-auto w-full max-w-[1760px] grow px-4 py-5 outline-none md:px-6">
          <Outlet />
          <FrameBanners />
        </main>
        <Footer />
      </div>
      <FrameDialogs />
    </div>
  )
}

export function Shell() {
  const { data, error, refetch } = useQuery(accountsQuery)
  const account = data && shownAccount(data)
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
        <FailureBanner alone error={error} onRetry={() => void refetch()} />
      )}
    </main>
  )
}
